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

  // A net of `size` hidden tanh units and one output: {hidden: [[wx, wy, b]…], out: [v…, c]}.
  function net(size, seed) {
    const next = numbers(seed);
    const weight = () => 3 * (next() - 0.5);
    return {
      hidden: Array.from({ length: size }, () => [weight(), weight(), weight() / 3]),
      out: Array.from({ length: size + 1 }, () => weight() / 3),
    };
  }

  function forward(model, p) {
    const h = model.hidden.map(([wx, wy, b]) => Math.tanh(wx * p.x + wy * p.y + b));
    const sum = h.reduce((total, unit, i) => total + unit * model.out[i], model.out[h.length]);
    return { h, y: Math.tanh(sum) };
  }

  // One step of gradient descent on the mean squared error: the chain rule, unit by unit.
  function descend(model, set, rate) {
    const out = model.out.map(() => 0);
    const hidden = model.hidden.map(() => [0, 0, 0]);
    for (const p of set) {
      const { h, y } = forward(model, p);
      const delta = ((y - p.side) * (1 - y * y)) / set.length;
      h.forEach((unit, i) => {
        out[i] += delta * unit;
        const back = delta * model.out[i] * (1 - unit * unit);
        [p.x, p.y, 1].forEach((input, k) => (hidden[i][k] += back * input));
      });
      out[h.length] += delta;
    }
    const step = (weights, slopes) => weights.map((w, i) => w - rate * slopes[i]);
    return {
      hidden: model.hidden.map((unit, i) => step(unit, hidden[i])),
      out: step(model.out, out),
    };
  }

  const netWrong = (model, set) => set.filter((p) => p.side * forward(model, p).y <= 0);

  return { points, value, wrong, lineAt, placeOf, correct, net, forward, descend, netWrong };
})();
