// What learning needs besides layers, as in dlcore: losses, the rules that move the weights, starts.
"use strict";

const Learn = (() => {
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const like = (x, f) => DL.tensor(x.shape, x.data.map(f));

  // A loss of answers y and wanted t (N numbers each): its value, and its slope in every answer.
  const losses = {
    // L = Σ (y − t)² / N
    squared: (y, t) => ({
      value: sum(y.data.map((v, n) => (v - t[n]) ** 2)) / t.length,
      grad: like(y, (v, n) => (2 * (v - t[n])) / t.length),
    }),
    // Of scores z, p = σ(z):   L = −Σ (t ln p + (1 − t) ln(1 − p)) / N   ∂L/∂z = (p − t) / N
    // Written with ln(1 + e^−|z|), which no score overflows.
    crossEntropy: (z, t) => ({
      value: sum(z.data.map((v, n) =>
        Math.max(v, 0) - v * t[n] + Math.log1p(Math.exp(-Math.abs(v))))) / t.length,
      grad: like(z, (v, n) => (1 / (1 + Math.exp(-v)) - t[n]) / t.length),
    }),
  };

  // g ← ∂L/∂w + decay · w    m ← momentum · m + g    w ← w − lr · m
  class SGD {
    constructor(parameters, { lr, momentum = 0, decay = 0 }) {
      Object.assign(this, { lr, momentum, decay });
      this.kept = parameters.map((weight) => ({ weight, m: new Float32Array(weight.data.length) }));
    }

    step() {
      for (const { weight: { data, grad }, m } of this.kept)
        for (let i = 0; i < data.length; i += 1) {
          m[i] = this.momentum * m[i] + grad.data[i] + this.decay * data[i];
          data[i] -= this.lr * m[i];
        }
    }
  }

  // m ← β₁ m + (1 − β₁) g    v ← β₂ v + (1 − β₂) g²    w ← w − lr · m̂ / (√v̂ + eps),
  // m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ), since both averages start at 0
  class Adam {
    constructor(parameters, { lr, betas = [0.9, 0.999], eps = 1e-8, decay = 0 }) {
      Object.assign(this, { lr, betas, eps, decay, t: 0 });
      const zeros = ({ data }) => new Float32Array(data.length);
      this.kept = parameters.map((weight) => ({ weight, m: zeros(weight), v: zeros(weight) }));
    }

    step() {
      this.t += 1;
      const [b1, b2] = this.betas;
      const [low1, low2] = [1 - b1 ** this.t, 1 - b2 ** this.t];
      for (const { weight: { data, grad }, m, v } of this.kept)
        for (let i = 0; i < data.length; i += 1) {
          const g = grad.data[i] + this.decay * data[i];
          m[i] = b1 * m[i] + (1 - b1) * g;
          v[i] = b2 * v[i] + (1 - b2) * g * g;
          data[i] -= (this.lr * (m[i] / low1)) / (Math.sqrt(v[i] / low2) + this.eps);
        }
    }
  }

  // A source of numbers in 0 … 1, the same ones for the same seed.
  function numbers(seed) {
    let state = (seed * 48271) % 2147483647 || 1;
    return () => (state = (state * 48271) % 2147483647) / 2147483647;
  }

  // A bell-shaped number, by Box and Muller.
  const normal = (next) => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());

  // Linear layers of these widths with a curve between them; draw(from, to) starts each weight.
  function layered(widths, curve, draw) {
    const linear = (to, from) => ({ type: "Linear", weights: {
      weight: DL.tensor([to, from], Float32Array.from({ length: to * from }, () => draw(from, to))),
      bias: DL.tensor([to]),
    } });
    return DL.sequence(widths.slice(1).flatMap((to, k) => [
      ...(k && curve ? [{ type: curve }] : []), linear(to, widths[k]),
    ]));
  }

  return { losses, SGD, Adam, numbers, normal, layered };
})();

if (typeof module === "object") module.exports = Learn;
