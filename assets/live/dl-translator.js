// The Transformer of dlcore/models/language/translator.py, with norms before the branches, keeping
// every number on the way, so that a page can show them. Rows lie in a tensor (T, D).
//
//   settings {places, sharp, off}: whether words are told where they stand; what all scores are
//   multiplied by; names of the heads that bring nothing, such as "encoder 0 2"
"use strict";

const Translator = (() => {
  const { tensor, layers } = DL;
  const [BEGIN, END] = [1, 2];
  const AS_LEARNED = { places: true, sharp: 1, off: [] };
  const headName = ({ kind, layer, head }) => `${kind} ${layer} ${head}`;
  const row = ({ shape, data }, t) => data.subarray(t * shape[1], (t + 1) * shape[1]);
  const add = (x, y) => tensor(x.shape, x.data.map((v, i) => v + y.data[i]));
  const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

  // sin and cos of t / 10000^(2i/D), in turn.
  function place(t, D) {
    return Float32Array.from({ length: D }, (_, i) => {
      const angle = t / 10_000 ** ((i - (i % 2)) / D);
      return i % 2 ? Math.cos(angle) : Math.sin(angle);
    });
  }

  // Words' numbers times √D, and with their places' added, the first place being `from`:
  // {words, places, after}, each (T, D).
  function start(tokens, table, settings, from = 0) {
    const D = table.weights.weight.shape[1];
    const shape = [tokens.length, D];
    const words = tensor(shape, table.run(tensor([tokens.length], tokens)).data.map((v) => v * Math.sqrt(D)));
    const places = tensor(shape);
    if (settings.places) tokens.forEach((_, t) => places.data.set(place(from + t, D), t * D));
    return { words, places, after: add(words, places) };
  }

  // A third of the joint map of a MultiheadAttention: 0 the queries', 1 the keys', 2 the values'.
  function project(x, { in_proj_weight: weight, in_proj_bias: bias }, third) {
    const D = weight.shape[1];
    const part = (data, size) => data.subarray(third * size, (third + 1) * size);
    return layers.Linear({
      weight: tensor([D, D], part(weight.data, D * D)), bias: tensor([D], part(bias.data, D)),
    })(x);
  }

  const under = (x, y) => tensor([x.shape[0] + y.shape[0], x.shape[1]], Float32Array.of(...x.data, ...y.data));

  // softmax(sharp · q kᵀ / √d) v, head by head.   q (T, D)   k, v (S, D)
  // If it is causal, the last query sees all keys, the one before it all but the last, and so on.
  function look({ q, k, v }, part, { kind, layer, causal }, settings) {
    const [[T, D], S] = [q.shape, k.shape[0]];
    const d = D / part.settings.num_heads;
    const means = tensor([T, D]);
    const seen = (t) => (causal ? S - T + t + 1 : S);
    const heads = Array.from({ length: D / d }, (_, head) => {
      const slice = (rows, t) => row(rows, t).subarray(head * d, (head + 1) * d);
      const scores = Array.from({ length: T }, (_, t) => Float32Array.from({ length: seen(t) }, (_, s) =>
        (settings.sharp * dot(slice(q, t), slice(k, s))) / Math.sqrt(d)));
      const weights = scores.map((line) => layers.Softmax({}, { dim: -1 })(tensor([line.length], line)).data);
      const silent = settings.off.includes(headName({ kind, layer, head }));
      weights.forEach((line, t) => !silent && line.forEach((p, s) =>
        slice(v, s).forEach((value, i) => (means.data[t * D + head * d + i] += p * value))));
      return { scores, weights, silent, q: (t) => slice(q, t), k: (s) => slice(k, s), v: (s) => slice(v, s) };
    });
    const out = layers.Linear({ weight: part.weights["out_proj.weight"], bias: part.weights["out_proj.bias"] })(means);
    return { kind, layer, heads, means, out };
  }

  // A stack of layers. looks: for each look of a layer {kind, part, causal, memory}; without a memory
  // the rows look at themselves. past keeps keys and values of rows that came before.
  // → {branches: [{kind, layer, before, normed, …, out, after}, …], rows}
  function stack(x, parts, name, looks, settings, past) {
    const branches = [];
    const push = (branch) => {
      branches.push({ before: x, after: add(x, branch.out), ...branch });
      x = branches.at(-1).after;
    };
    for (let layer = 0; parts[`${name}.${layer}.norm1`]; layer += 1) {
      const own = (key) => parts[`${name}.${layer}.${key}`];
      looks.forEach(({ kind, part, causal, memory }, i) => {
        const [normed, place] = [own(`norm${i + 1}`).run(x), `${kind} ${layer}`];
        const known = past[place];
        if (!known || !memory) {
          const [k, v] = [1, 2].map((third) => project(memory ?? normed, own(part).weights, third));
          past[place] = known ? { k: under(known.k, k), v: under(known.v, v) } : { k, v };
        }
        const q = project(normed, own(part).weights, 0);
        push({ normed, ...look({ q, ...past[place] }, own(part), { kind, layer, causal }, settings) });
      });
      const normed = own(`norm${looks.length + 1}`).run(x);
      const wide = layers.ReLU()(own("linear1").run(normed));
      push({ kind: "feed", layer, normed, wide, out: own("linear2").run(wide) });
    }
    return { branches, rows: parts[`${name}.norm`].run(x) };
  }

  function net(model) {
    const parts = Object.fromEntries(DL.net(model).parts.map((part) => [part.name, part]));

    // source: numbers of words, END behind them → {start, branches, rows}
    function encode(source, settings = AS_LEARNED) {
      const first = start(source, parts.source, settings);
      const looks = [{ kind: "encoder", part: "self_attn", causal: false }];
      return { start: first, ...stack(first.after, parts, "encoder", looks, settings, {}) };
    }

    // said: numbers of words, BEGIN before them → the same and logits (T, V) of what comes next.
    // They may come bit by bit: then `from` words came before, and past is the same object again.
    function decode(said, memory, settings = AS_LEARNED, past = {}, from = 0) {
      const first = start(said, parts.target, settings, from);
      const looks = [
        { kind: "writer", part: "self_attn", causal: true },
        { kind: "source", part: "multihead_attn", causal: false, memory },
      ];
      const found = stack(first.after, parts, "decoder", looks, settings, past);
      return { start: first, ...found, logits: parts.out.run(found.rows) };
    }

    // Writes until END, always the likeliest word: {encoder, decoder, said, next, chances}; row t of
    // the decoder stands for said[t] and gives next[t], chances[t] those of all words.
    function translate(source, longest, settings = AS_LEARNED) {
      const encoder = encode(source, settings);
      const [said, next, chances, past] = [[BEGIN], [], [], {}];
      for (;;) {
        const { logits } = decode(said.slice(-1), encoder.rows, settings, past, said.length - 1);
        chances.push(layers.Softmax({}, { dim: -1 })(logits).data);
        next.push(logits.data.indexOf(Math.max(...logits.data)));
        if (next.at(-1) === END || next.length === longest) {
          return { encoder, decoder: decode(said, encoder.rows, settings), said, next, chances };
        }
        said.push(next.at(-1));
      }
    }

    return { encode, decode, translate, parts };
  }

  return { net, headName, place, row, dot, BEGIN, END, AS_LEARNED };
})();

if (typeof module === "object") module.exports = Translator;
