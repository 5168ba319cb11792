// A trial of the playground: a setting, the points and the net that it names, and what is measured.
"use strict";

const Trial = (() => {
  const REACH = 3; // the plane is −3 … 3 in both directions
  const { PI, sin, cos } = Math;

  // A point of class t (0 or 1) of each set, from a source of numbers in 0 … 1.
  const SETS = {
    clouds: (t, next) => [0, 1].map(() => (t ? 1.2 : -1.2) + 0.8 * Learn.normal(next)),
    xor: (t, next) => {
      const [x, y] = [0, 1].map(() => 0.2 + 2.4 * next());
      const left = next() < 0.5;
      return [left ? -x : x, left === Boolean(t) ? y : -y];
    },
    rings: (t, next) => {
      const [far, angle] = [t ? 1.2 * Math.sqrt(next()) : 1.9 + 0.8 * next(), 2 * PI * next()];
      return [far * cos(angle), far * sin(angle)];
    },
    moons: (t, next) => {
      const angle = PI * next();
      return t ? [1.6 * cos(angle) - 0.8, 1.6 * sin(angle) - 0.5] : [0.8 - 1.6 * cos(angle), 0.5 - 1.6 * sin(angle)];
    },
    spirals: (t, next) => {
      const way = Math.sqrt(0.02 + 0.98 * next()); // evenly along the arm
      const angle = 3.5 * PI * way + t * PI;
      return [2.7 * way * sin(angle), 2.7 * way * cos(angle)];
    },
  };
  // What a net may be given of a point.
  const INPUTS = {
    x1: ([x]) => x, x2: ([, y]) => y, x1x1: ([x]) => x * x / 3, x2x2: ([, y]) => y * y / 3, x1x2: ([x, y]) => x * y / 3,
  };
  const CURVES = { tanh: "Tanh", relu: "ReLU", sigmoid: "Sigmoid", none: null };
  // How the weights between layers of `from` and `to` units start; Glorot's rule and He's.
  const STARTS = {
    scaled: (next, curve) => (from, to) =>
      (2 * next() - 1) * Math.sqrt(curve === "relu" ? 6 / from : 6 / (from + to)),
    zero: () => () => 0,
    tiny: (next) => () => 0.02 * (next() - 0.5),
    huge: (next) => () => 6 * Learn.normal(next),
  };
  const RULES = {
    sgd: (weights, s) => new Learn.SGD(weights, { lr: s.rate, decay: s.decay }),
    momentum: (weights, s) => new Learn.SGD(weights, { lr: s.rate, momentum: 0.9, decay: s.decay }),
    adam: (weights, s) => new Learn.Adam(weights, { lr: s.rate, decay: s.decay }),
  };
  const DEFAULTS = {
    data: "xor", noise: 5, points: 200, inputs: ["x1", "x2"], layers: [4], curve: "tanh", start: "scaled",
    rule: "adam", rate: 0.03, decay: 0, batch: 20, seed: 1,
  };
  const MOST = { layers: 6, units: 8 };

  // The setting as the end of an address, and back: what an address lacks or spoils is the default.
  const write = (setting) => "#" + Object.entries(setting).map(([key, v]) => `${key}=${v}`).join("&");
  function read(hash) {
    const found = Object.fromEntries(hash.replace(/^#/, "").split("&").map((pair) => pair.split("=")));
    const listed = (key, all) => Object.hasOwn(all, found[key]) ? { [key]: found[key] } : {};
    const number = (key, low, high) =>
      found[key] && +found[key] >= low && +found[key] <= high ? { [key]: +found[key] } : {};
    const inputs = Object.keys(INPUTS).filter((name) => found.inputs?.split(",").includes(name));
    const layers = found.layers?.split(",").filter(Boolean).map(Number) ?? DEFAULTS.layers;
    const fits = layers.length <= MOST.layers
      && layers.every((units) => Number.isInteger(units) && units >= 1 && units <= MOST.units);
    return {
      ...DEFAULTS, ...listed("data", SETS), ...number("noise", 0, 50), ...number("points", 20, 200),
      ...(inputs.length ? { inputs } : {}), ...(fits ? { layers } : {}), ...listed("curve", CURVES),
      ...listed("start", STARTS), ...listed("rule", RULES), ...number("rate", 1e-4, 100),
      ...number("decay", 0, 1), ...number("batch", 1, 200), ...number("seed", 1, 1e6),
    };
  }

  // n points, the two classes in turn: {places: [[x, y], …], wanted: [0 or 1, …]}.
  function draw(set, n, noise, next) {
    const wanted = Array.from({ length: n }, (_, i) => i % 2);
    const places = wanted.map((t) => SETS[set](t, next).map((x) => x + (noise / 50) * Learn.normal(next)));
    return { places, wanted };
  }

  class Run {
    constructor(setting) {
      this.setting = setting;
      const { data, points, noise } = setting;
      this.train = this.given(draw(data, points, noise, Learn.numbers(5)));
      this.test = this.given(draw(data, 200, noise, Learn.numbers(6)));
      this.begin();
    }

    // A new net for the same points.
    begin() {
      const { inputs, layers, curve, start, seed } = this.setting;
      this.next = Learn.numbers(1000 + seed);
      const draws = STARTS[start](this.next, curve);
      this.net = Learn.layered([inputs.length, ...layers, 1], CURVES[curve], draws);
      this.linears = this.net.parts.filter(({ type }) => type === "Linear");
      this.steps = 0;
      this.left = [];
      this.solved = null; // the first measurement with at most 2 % wrong
      this.ruled();
      this.past = []; // measurements, thinned out where there are many
      this.measure();
    }

    // Of all answers those that a layer of units gives on: behind its curve, if it has one.
    units(answers) {
      const last = answers.length - 1;
      return this.linears.map((_, k) => answers[CURVES[this.setting.curve] ? Math.min(2 * k + 1, last) : k]);
    }

    // A rule with fresh averages: after a change of rule, rate or decay.
    ruled() {
      this.rule = RULES[this.setting.rule](this.net.parameters(), this.setting);
    }

    given({ places, wanted }) {
      return { places, wanted, x: this.table(places) };
    }

    table(places) {
      const { inputs } = this.setting;
      return DL.tensor([places.length, inputs.length],
        Float32Array.from(places.flatMap((place) => inputs.map((name) => INPUTS[name](place)))));
    }

    // The loss of some points; its slopes stay in the weights' grad.
    slopes({ x, wanted }) {
      const answers = this.net.trace(x);
      const loss = Learn.losses.crossEntropy(answers.at(-1), wanted);
      this.net.backward(x, answers, loss.grad);
      return { loss: loss.value, answers };
    }

    // One step on the next batch; when all points have had their turn they are shuffled anew.
    step() {
      const { train: { places, wanted }, setting: { batch } } = this;
      if (batch >= places.length) this.slopes(this.train);
      else {
        if (!this.left.length) this.left = shuffled(places.length, this.next);
        const rows = this.left.splice(0, batch);
        this.slopes(this.given({ places: rows.map((n) => places[n]), wanted: rows.map((n) => wanted[n]) }));
      }
      this.rule.step();
      this.steps += 1;
    }

    // Losses and points on the wrong side; answers and gradients for all points of the training.
    measure() {
      const wrong = (z, wanted) => wanted.filter((t, n) => !((z.data[n] > 0) === (t === 1))).length;
      const test = this.net.forward(this.test.x);
      const { loss, answers } = this.slopes(this.train);
      this.found = {
        loss, answers, wrong: wrong(answers.at(-1), this.train.wanted),
        testLoss: Learn.losses.crossEntropy(test, this.test.wanted).value, testWrong: wrong(test, this.test.wanted),
        slopes: this.linears.map(({ weights: { weight } }) => size(weight.grad.data)),
      };
      if (this.found.wrong <= 0.02 * this.train.places.length) this.solved ??= this.steps;
      const { testLoss } = this.found;
      if (this.past.at(-1)?.steps !== this.steps) this.past.push({ steps: this.steps, loss, testLoss });
      if (this.past.length > 400) this.past = this.past.filter((_, i) => i % 2 === 0);
      return this.found;
    }
  }

  // The root of the mean square.
  const size = (values) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

  function shuffled(n, next) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i -= 1) {
      const j = Math.floor(next() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  return { Run, INPUTS, CURVES, STARTS, RULES, DEFAULTS, MOST, REACH, read, write, draw };
})();

if (typeof module === "object") module.exports = Trial;
