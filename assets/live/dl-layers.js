// dlcore's layers a third time, in JavaScript: the same formulas and names, on flat arrays.
// A tensor is {shape, data}, its last axis lying together. Layers that learn in a page have their
// backward beside them; for the others there is only the way forward.
"use strict";

const DL = (() => {
  const count = (shape) => shape.reduce((product, n) => product * n, 1);
  const tensor = (shape, data = new Float32Array(count(shape))) => ({ shape, data });
  const each = (f) => (x) => tensor(x.shape, x.data.map((v) => f(v)));

  // Σᵢ x[p + i] · w[q + i] of `length` numbers. Four sums side by side: an addition waits for
  // the one before it in its own sum alone.
  function dot(x, p, w, q, length) {
    let a = 0, b = 0, c = 0, d = 0, i = 0;
    for (; i < length - 3; i += 4) {
      a += x[p + i] * w[q + i];
      b += x[p + i + 1] * w[q + i + 1];
      c += x[p + i + 2] * w[q + i + 2];
      d += x[p + i + 3] * w[q + i + 3];
    }
    for (; i < length; i += 1) a += x[p + i] * w[q + i];
    return a + b + c + d;
  }

  // y = x Wᵀ + b.   x (…, I)   weight (O, I)   bias (O) or none   y (…, O)
  function linear(x, weight, bias) {
    const [O, I] = weight.shape;
    const y = tensor([...x.shape.slice(0, -1), O]);
    for (let n = 0; n < y.data.length / O; n += 1) for (let o = 0; o < O; o += 1) {
      const sum = dot(x.data, n * I, weight.data, o * I, I);
      y.data[n * O + o] = sum + (bias ? bias.data[o] : 0);
    }
    return y;
  }

  // Back, with grad = ∂L/∂y (…, O):   ∂L/∂x = grad W   ∂L/∂W = gradᵀ x   ∂L/∂b = Σₙ gradₙ
  function linearBack(grad, x, weight) {
    const [O, I] = weight.shape;
    const to = { x: tensor(x.shape), weight: tensor(weight.shape), bias: tensor([O]) };
    for (let n = 0; n < grad.data.length / O; n += 1) for (let o = 0; o < O; o += 1) {
      const g = grad.data[n * O + o];
      to.bias.data[o] += g;
      for (let i = 0; i < I; i += 1) {
        to.x.data[n * I + i] += g * weight.data[o * I + i];
        to.weight.data[o * I + i] += g * x.data[n * I + i];
      }
    }
    return to;
  }

  // Curves that bend every number by itself: y(x), and the slope dy/dx from x and y.
  const curves = {
    Sigmoid: { of: (x) => 1 / (1 + Math.exp(-x)), slope: (x, y) => y * (1 - y) },
    Tanh: { of: Math.tanh, slope: (x, y) => 1 - y * y },
    ReLU: { of: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
  };
  const bend = (name) => () => each(curves[name].of);
  const bendBack = (name) => () => (grad, x, y) => {
    const { slope } = curves[name];
    return { x: tensor(x.shape, grad.data.map((g, i) => g * slope(x.data[i], y.data[i]))) };
  };

  // yᵢ = eˣⁱ / Σⱼ eˣʲ along axis `dim`; the largest exponent is 0, so nothing overflows.
  function softmax(x, dim = -1) {
    const axis = dim < 0 ? dim + x.shape.length : dim;
    const [length, step] = [x.shape[axis], count(x.shape.slice(axis + 1))];
    const y = tensor(x.shape);
    for (let k = 0; k < x.data.length / length; k += 1) {
      const start = Math.floor(k / step) * step * length + (k % step);
      const end = start + length * step;
      let largest = -Infinity, total = 0;
      for (let p = start; p < end; p += step) largest = Math.max(largest, x.data[p]);
      for (let p = start; p < end; p += step) total += Math.exp(x.data[p] - largest);
      for (let p = start; p < end; p += step) y.data[p] = Math.exp(x.data[p] - largest) / total;
    }
    return y;
  }

  // The error function to 2e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
  function erf(x) {
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    const c = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
    const tail = c.reduce((sum, a) => (sum + a) * t, 0) * Math.exp(-x * x);
    return Math.sign(x) * (1 - tail);
  }

  // x Φ(x), Φ the normal distribution function, or its approximation by tanh.
  const gelu = (x, approximate) => each(approximate === "tanh"
    ? (v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))
    : (v) => (v / 2) * (1 + erf(v * Math.SQRT1_2)))(x);

  // Slides a window over (N, C, H, W). visit(put, n, c, taps) sees each place once: `taps` lists
  // [kernel row, kernel column, pixel row, pixel column] inside the picture, put(v) sets the answer.
  function slide(x, channels, { kernel, stride, padding, dilation = [1, 1], ceil = false }, visit) {
    const [N, , ...size] = x.shape;
    const round = ceil ? Math.ceil : Math.floor;
    const places = size.map((length, a) => {
      const reach = length + padding[a][0] + padding[a][1] - dilation[a] * (kernel[a] - 1) - 1;
      const n = round(reach / stride[a]) + 1; // the last window may not start behind the picture
      return ceil && (n - 1) * stride[a] >= length + padding[a][0] ? n - 1 : n;
    });
    const tap = (a, place) => Array.from({ length: kernel[a] }, (_, k) => [
      k, place * stride[a] - padding[a][0] + k * dilation[a],
    ]).filter(([, pixel]) => pixel >= 0 && pixel < size[a]);
    const [rows, columns] = places.map((n, a) => Array.from({ length: n }, (_, p) => tap(a, p)));
    const y = tensor([N, channels, ...places]);
    let next = 0;
    for (let n = 0; n < N; n += 1) for (let c = 0; c < channels; c += 1)
      for (let r = 0; r < places[0]; r += 1) for (let q = 0; q < places[1]; q += 1) {
        y.data[next] = visit(n, c, rows[r], columns[q], [r, q]);
        next += 1;
      }
    return y;
  }

  // y[n, o, p] = b[o] + Σ_c Σ_k W[o, c, k] · x[n, c, p·stride + k·dilation − padding]
  function conv2d(x, weight, bias, { stride, padding, dilation, groups }) {
    const [, C, H, W] = x.shape;
    const [O, width, ...kernel] = weight.shape;
    return slide(x, O, { kernel, stride, padding, dilation }, (n, o, rows, columns) => {
      const first = Math.floor(o / (O / groups)) * width; // the group's first channel
      let sum = bias ? bias.data[o] : 0;
      for (let c = 0; c < width; c += 1) {
        const picture = (n * C + first + c) * H;
        const filter = (o * width + c) * kernel[0];
        for (const [i, row] of rows) for (const [j, column] of columns)
          sum += weight.data[(filter + i) * kernel[1] + j] * x.data[(picture + row) * W + column];
      }
      return sum;
    });
  }

  function pool(x, settings, gather) {
    const [, C, H, W] = x.shape;
    const { kernel_size: kernel, ceil_mode: ceil, ...rest } = settings;
    return slide(x, C, { kernel, ceil, ...rest }, (n, c, rows, columns, place) => {
      const start = (n * C + c) * H;
      const seen = rows.flatMap(([, r]) => columns.map(([, q]) => x.data[(start + r) * W + q]));
      return gather(seen, place, [H, W]);
    });
  }

  const maxPool = (x, settings) => pool(x, settings, (seen) => Math.max(...seen));

  // The mean counts pixels of the padding too, unless told not to, but none beyond the padding.
  const avgPool = (x, settings) => pool(x, settings, (seen, place, size) => {
    const { kernel_size: kernel, stride, padding, count_include_pad: padded } = settings;
    const inside = (a) => {
      const start = place[a] * stride[a] - padding[a][0];
      return Math.min(start + kernel[a], size[a] + padding[a][1]) - start;
    };
    return seen.reduce((a, b) => a + b, 0) / (padded ? inside(0) * inside(1) : seen.length);
  });

  // (x − mean) / √(variance + eps) · w + b: mean and variance of the last axes, example by example.
  function layerNorm(x, { weight, bias }, { normalized_shape, eps }) {
    const length = count(normalized_shape);
    const y = tensor(x.shape);
    for (let start = 0; start < x.data.length; start += length) {
      const row = x.data.subarray(start, start + length);
      let mean = 0, variance = 0;
      for (const v of row) mean += v / length;
      for (const v of row) variance += (v - mean) ** 2 / length;
      const scale = 1 / Math.sqrt(variance + eps);
      for (let i = 0; i < length; i += 1)
        y.data[start + i] = (row[i] - mean) * scale * (weight ? weight.data[i] : 1) + (bias ? bias.data[i] : 0);
    }
    return y;
  }

  // The same for each channel of (N, C, …), with the mean and variance that training has seen.
  function batchNorm(x, { running_mean, running_var, weight, bias }, { eps }) {
    const [step, C] = [count(x.shape.slice(2)), x.shape[1]];
    const channel = (k) => Math.floor(k / step) % C;
    return tensor(x.shape, x.data.map((v, k) => {
      const c = channel(k);
      const z = (v - running_mean.data[c]) / Math.sqrt(running_var.data[c] + eps);
      return z * (weight ? weight.data[c] : 1) + (bias ? bias.data[c] : 0);
    }));
  }

  // The rows of the table that x names.   x (…) whole numbers   weight (V, D)   y (…, D)
  function embedding(x, weight) {
    const D = weight.shape[1];
    const rows = Array.from(x.data, (v) => weight.data.subarray(v * D, (v + 1) * D));
    return tensor([...x.shape, D], Float32Array.from(rows.flatMap((row) => [...row])));
  }

  // softmax(Q Kᵀ / √d) V for each head; q, k and v lie side by side in qkv (N, T, 3 D), y (N, T, D).
  // If it is causal, each place sees itself and those before it. Only places behind the first `skip`
  // are asked for: y (N, T − skip, D).
  function attention(qkv, heads, causal = false, skip = 0) {
    const [N, T, width] = qkv.shape;
    const [D, d] = [width / 3, width / 3 / heads];
    const y = tensor([N, T - skip, D]);
    const at = (n, t, part, h) => (n * T + t) * width + part * D + h * d;
    for (let n = 0; n < N; n += 1) for (let h = 0; h < heads; h += 1)
      for (let t = skip; t < T; t += 1) {
        const scores = tensor([causal ? t + 1 : T]);
        const q = at(n, t, 0, h);
        for (let s = 0; s < scores.data.length; s += 1)
          scores.data[s] = dot(qkv.data, q, qkv.data, at(n, s, 1, h), d) / Math.sqrt(d);
        const shares = softmax(scores).data;
        const start = (n * (T - skip) + t - skip) * D + h * d;
        const to = y.data.subarray(start, start + d);
        for (let s = 0; s < shares.length; s += 1) {
          const v = at(n, s, 2, h);
          for (let i = 0; i < d; i += 1) to[i] += shares[s] * qkv.data[v + i];
        }
      }
    return y;
  }

  const add = (x, y) => tensor(x.shape, x.data.map((v, i) => v + y.data[i]));

  // A token's row of one table plus its place's row of the other.   x (N, T)   y (N, T, D)
  function tokensAndPositions(x, { tokens, positions }) {
    const y = embedding(x, tokens);
    const rows = y.data.length / x.shape[0]; // numbers in one example
    return tensor(y.shape, y.data.map((v, i) => v + positions.data[i % rows]));
  }

  // x (N, T, D) without its first `skip` places.
  function behind(x, skip) {
    const [N, T, D] = x.shape;
    const rows = Array.from({ length: N }, (_, n) => [...x.data.subarray((n * T + skip) * D, (n + 1) * T * D)]);
    return tensor([N, T - skip, D], Float32Array.from(rows.flat()));
  }

  // x + attention(norm(x)), then x + mlp(norm(x)): a block of GPT, for the places behind `skip`.
  function block(x, w, settings, skip = 0) {
    const at = (name) => Object.fromEntries(["weight", "bias"].map((key) => [key, w[`${name}.${key}`]]));
    const apply = (name, value) => linear(value, at(name).weight, at(name).bias);
    const joint = apply("attention.qkv", layerNorm(x, at("norm1"), settings));
    x = add(skip ? behind(x, skip) : x, apply("attention.out", attention(joint, settings.num_heads, true, skip)));
    const wide = gelu(apply("mlp.0", layerNorm(x, at("norm2"), settings)), "tanh");
    return add(x, apply("mlp.2", wide));
  }

  function flatten(x, { start_dim, end_dim }) {
    const [from, to] = [start_dim, end_dim].map((a) => (a < 0 ? a + x.shape.length : a));
    const middle = count(x.shape.slice(from, to + 1));
    return tensor([...x.shape.slice(0, from), middle, ...x.shape.slice(to + 1)], x.data);
  }

  // A layer is a function of its weights w and settings s that gives a function of x.
  const layers = {
    Linear: (w) => (x) => linear(x, w.weight, w.bias),
    Sigmoid: bend("Sigmoid"),
    Tanh: bend("Tanh"),
    ReLU: bend("ReLU"),
    GELU: (w, s) => (x) => gelu(x, s.approximate),
    Softmax: (w, s) => (x) => softmax(x, s.dim),
    Conv2d: (w, s) => (x) => conv2d(x, w.weight, w.bias, s),
    MaxPool2d: (w, s) => (x) => maxPool(x, s),
    AvgPool2d: (w, s) => (x) => avgPool(x, s),
    Flatten: (w, s) => (x) => flatten(x, s),
    BatchNorm1d: (w, s) => (x) => batchNorm(x, w, s),
    BatchNorm2d: (w, s) => (x) => batchNorm(x, w, s),
    LayerNorm: (w, s) => (x) => layerNorm(x, w, s),
    Embedding: (w) => (x) => embedding(x, w.weight),
    MultiheadAttention: (w, s) => (x) => linear(
      attention(linear(x, w.in_proj_weight, w.in_proj_bias), s.num_heads),
      w["out_proj.weight"], w["out_proj.bias"]),
    TokensAndPositions: (w) => (x) => tokensAndPositions(x, w),
    Block: (w, s) => (x, skip) => block(x, w, s, skip),
  };

  // Its way back: a function of grad = ∂L/∂y, x and y that gives the slopes {x, and each weight}.
  const backs = {
    Linear: (w) => (grad, x) => linearBack(grad, x, w.weight),
    Sigmoid: bendBack("Sigmoid"),
    Tanh: bendBack("Tanh"),
    ReLU: bendBack("ReLU"),
  };

  // A number in half precision: 1 bit of sign, 5 of exponent, 10 of fraction.
  function fromHalf(bits) {
    const [exponent, fraction] = [(bits >> 10) & 31, (bits & 1023) / 1024];
    const size = exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction;
    return bits & 0x8000 ? -size : size;
  }

  function unpack({ shape, half }) {
    const bytes = Uint8Array.from(atob(half), (character) => character.charCodeAt(0));
    const bits = (i) => fromHalf(bytes[2 * i] | (bytes[2 * i + 1] << 8));
    return tensor(shape, Float32Array.from({ length: count(shape) }, (_, i) => bits(i)));
  }

  // Layers [{type, name, settings, weights}, …] in a row. trace(x) gives each one's answer in turn;
  // backward, with grad the slope of a loss in the last of them, leaves each weight's in its .grad.
  function sequence(rows) {
    const parts = rows.map(({ type, settings = {}, weights = {}, ...row }) => ({
      type, settings, weights, ...row,
      run: layers[type](weights, settings), back: backs[type]?.(weights, settings),
    }));
    const trace = (x) => parts.map(({ run }) => (x = run(x)));
    function backward(x, answers, grad) {
      for (let k = parts.length - 1; k >= 0; k -= 1) {
        const slopes = parts[k].back(grad, answers[k - 1] ?? x, answers[k]);
        for (const [key, weight] of Object.entries(parts[k].weights)) weight.grad = slopes[key];
        grad = slopes.x;
      }
      return grad;
    }
    const parameters = () => parts.flatMap(({ weights }) => Object.values(weights));
    return { parts, trace, backward, parameters, forward: (x) => trace(x).at(-1) };
  }

  // What dlcore.methods.export_web wrote, ready to run.
  function net(model) {
    return sequence(model.layers.map(({ weights, ...row }) => ({ ...row, weights:
      Object.fromEntries(Object.entries(weights).map(([key, packed]) => [key, unpack(packed)])) })));
  }

  return { tensor, layers, sequence, net, models: {} };
})();

if (typeof module === "object") module.exports = DL;
