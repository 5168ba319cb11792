// Gibbs steps of a restricted Boltzmann machine: all hidden units given the visible ones, then all
// visible ones given those. As dlcore/models/unsupervised/rbm.py has it, one state at a time.
"use strict";

const Gibbs = (() => {
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  // A machine from a model of three layers: up (H, V), a sigmoid, down (V, H); the last `names`
  // visible units are one-of-K.
  function machine(net, names) {
    const [up, down] = [net.parts[0].weights, net.parts[2].weights];
    return { up, down, names, visible: down.bias.data.length, hidden: up.bias.data.length };
  }

  // bias + weight x
  function pulls({ weight, bias }, x) {
    return Array.from(bias.data, (b, k) =>
      x.reduce((sum, value, i) => sum + value * weight.data[k * x.length + i], b));
  }

  // p(h = 1 | v)
  const hidden = (m, v) => pulls(m.up, v).map(sigmoid);

  // p(v = 1 | h): each pixel by itself, a softmax over the names
  function visible(m, h) {
    const scores = pulls(m.down, h);
    const pixels = scores.slice(0, m.visible - m.names);
    const names = scores.slice(m.visible - m.names);
    const largest = Math.max(...names);
    const powers = names.map((score) => Math.exp(score - largest));
    const total = powers.reduce((a, b) => a + b, 0);
    return [...pixels.map(sigmoid), ...powers.map((power) => power / total)];
  }

  // 0 and 1 with these chances; of the last `names` exactly one is 1
  function toss(chances, names, random) {
    const pixels = chances.slice(0, chances.length - names).map((p) => (random() < p ? 1 : 0));
    if (!names) return pixels;
    let left = random();
    let chosen = chances.slice(-names).findIndex((p) => (left -= p) < 0);
    if (chosen < 0) chosen = names - 1; // the chances add up to a little less than 1
    return [...pixels, ...Array.from({ length: names }, (_, k) => (k === chosen ? 1 : 0))];
  }

  // Visible values with those that are held (0 or 1; null: free) put in their places.
  const hold = (v, held) => v.map((value, i) => held[i] ?? value);

  // One step from v; {h, chances, v}
  function step(m, v, held, random = Math.random) {
    const h = toss(hidden(m, hold(v, held)), 0, random);
    const chances = hold(visible(m, h), held);
    return { h, chances, v: hold(toss(chances, m.names, random), held) };
  }

  return { machine, hidden, visible, toss, hold, step };
})();

if (typeof module === "object") module.exports = Gibbs;
