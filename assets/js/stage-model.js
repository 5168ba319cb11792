// The front page's three machines, small enough to read: a line, Rosenblatt's rule, a hidden layer.
// A point is {x, y, side}: x and y in -1..1, side +1 or -1.
"use strict";

const StageModel = (() => {
  // A generator of numbers in 0..1 that gives the same numbers on every visit.
  function numbers(seed) {
    let state = seed;
    return () => (state = (state * 16807) % 2147483647) / 2147483647;
  }

  const CENTRES = {
    separable: [[-0.42, 0.38, 1], [-0.52, -0.3, 1], [0.48, 0.12, -1], [0.3, -0.55, -1]],
    xor: [[-0.5, 0.5, 1], [0.5, -0.5, 1], [-0.5, -0.5, -1], [0.5, 0.5, -1]],
  };

  // Six points around each of the four centres.
  function points(kind, seed = 11) {
    const next = numbers(seed);
    const around = (centre) => centre + 0.4 * (next() + next() - 1);
    return CENTRES[kind].flatMap(([x, y, side]) =>
      Array.from({ length: 6 }, () => ({ x: around(x), y: around(y), side })));
  }

  const value = (line, p) => line.w[0] * p.x + line.w[1] * p.y + line.b;
  const wrong = (line, set) => set.filter((p) => p.side * value(line, p) <= 0);

  // The line at `degrees` from upright, `shift` from the middle; w points to the +1 side.
  function lineAt(degrees, shift) {
    const angle = (degrees * Math.PI) / 180;
    return { w: [-Math.cos(angle), Math.sin(angle)], b: shift };
  }

  // The same line as degrees and shift.
  function placeOf(line) {
    const size = Math.hypot(...line.w) || 1;
    const degrees = (Math.atan2(line.w[1], -line.w[0]) * 180) / Math.PI;
    return { degrees, shift: line.b / size };
  }

  // Rosenblatt's rule, 1958: add a point that is on the wrong side, with its sign.
  function correct(line, set, turn) {
    const mistakes = wrong(line, set);
    if (!mistakes.length) return line;
    const p = mistakes[turn % mistakes.length];
    const rate = 0.3;
    return {
      w: [line.w[0] + rate * p.side * p.x, line.w[1] + rate * p.side * p.y],
      b: line.b + rate * p.side,
    };
  }

  // A net of `size` hidden tanh units and one output, tanh too, of the layers that all live models share.
  function net(size, seed) {
    const next = numbers(seed);
    const weight = () => 3 * (next() - 0.5);
    const linear = (rows) => ({ type: "Linear", weights: {
      weight: DL.tensor([rows.length, rows[0].length - 1], Float32Array.from(rows.flatMap((row) => row.slice(0, -1)))),
      bias: DL.tensor([rows.length], Float32Array.from(rows, (row) => row.at(-1))),
    } });
    const hidden = Array.from({ length: size }, () => [weight(), weight(), weight() / 3]);
    const out = Array.from({ length: size + 1 }, () => weight() / 3);
    return DL.sequence([linear(hidden), { type: "Tanh" }, linear([out]), { type: "Tanh" }]);
  }

  const table = (places) => DL.tensor([places.length, 2], Float32Array.from(places.flatMap(({ x, y }) => [x, y])));
  const answers = (model, places) => model.forward(table(places)).data;

  // The hidden units as lines.
  function lines({ parts: [{ weights: { weight, bias } }] }) {
    return Array.from(bias.data, (b, u) => ({ w: [weight.data[2 * u], weight.data[2 * u + 1]], b }));
  }

  // One step of gradient descent on half the mean squared error.
  function descend(model, set, rate) {
    const x = table(set);
    const found = model.trace(x);
    const misses = found.at(-1).data.map((y, n) => (y - set[n].side) / set.length);
    model.backward(x, found, DL.tensor([set.length, 1], misses));
    for (const { data, grad } of model.parameters()) data.forEach((w, i) => (data[i] = w - rate * grad.data[i]));
  }

  const loss = (model, set) =>
    answers(model, set).reduce((sum, y, n) => sum + (y - set[n].side) ** 2, 0) / set.length;

  function netWrong(model, set) {
    const found = answers(model, set);
    return set.filter((p, n) => p.side * found[n] <= 0);
  }

  return { points, value, wrong, lineAt, placeOf, correct, net, answers, lines, descend, loss, netWrong };
})();

if (typeof module === "object") module.exports = StageModel;
