// What goes well or wrong in a trial of the playground, in words, and the chapter that tells why.
"use strict";

const Why = (() => {
  const CHAPTERS = {
    lines: ["ch02_perceptron", "xor-four-points-that-no-line-separates", "Chapter 2: four points that no line separates"],
    downhill: ["ch03_backpropagation", "downhill-1847", "Chapter 3: downhill"],
    hidden: ["ch03_backpropagation", "what-hidden-units-invent", "Chapter 3: what hidden units invent"],
    plateau: ["ch03_backpropagation", "valleys-saddles-and-plateaus", "Chapter 3: valleys, saddles and plateaus"],
    bend: ["ch04_activations", "without-a-bend-depth-is-worth-nothing", "Chapter 4: without a bend, depth is worth nothing"],
    sigmoid: ["ch04_activations", "sigmoid-and-tanh-1986", "Chapter 4: sigmoid and tanh"],
    dying: ["ch04_activations", "dying-units-and-the-leak-2013", "Chapter 4: dying units"],
    vanish: ["ch05_vanishing_gradients", "the-problem-the-first-layer-does-not-learn", "Chapter 5: the first layer does not learn"],
    zero: ["ch05_vanishing_gradients", "why-not-simply-zero-1986", "Chapter 5: why not simply zero?"],
    decay: ["ch11_regularisation", "a-price-for-large-weights-19431988", "Chapter 11: a price for large weights"],
    heart: ["ch11_regularisation", "the-problem-learned-by-heart", "Chapter 11: learned by heart"],
  };
  const CHANCE = Math.LN2; // the loss of who says one half to everything
  // A number ≥ 0 with few digits: 0.012, 3 · 10⁻⁶.
  function few(value) {
    if (value === 0 || value >= 10) return value.toFixed(0);
    if (!(value < 0.001)) return value.toPrecision(2);
    const [digit, power] = value.toExponential(0).split("e-");
    return `${digit}\u00a0·\u00a010⁻${[...power].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`;
  }
  const percent = (share) => `${Math.round(100 * share)} %`;

  const column = ({ shape: [N, U], data }, u) => Array.from({ length: N }, (_, n) => data[n * U + u]);
  const columns = (y) => Array.from({ length: y.shape[1] }, (_, u) => column(y, u));
  const all = (run, test) => run.units(run.found.answers).slice(0, -1).map((y) => columns(y).filter(test).length);
  const sum = (values) => values.reduce((a, b) => a + b, 0);

  // Layers of two units or more that all give the same answer to every point.
  const twins = (run) => run.units(run.found.answers).slice(0, -1).map((y, k) => [columns(y), k + 1])
    .filter(([units]) => units.length > 1 && units.every((unit) => unit.every((v, n) => v === units[0][n])))
    .map(([, k]) => k);

  // The share of answers of the hidden units that lie where their curve is flat.
  function flat(run) {
    const edge = { tanh: (v) => Math.abs(v) > 0.99, sigmoid: (v) => Math.abs(v - 0.5) > 0.495 }[run.setting.curve];
    const answers = run.units(run.found.answers).slice(0, -1).flatMap(({ data }) => [...data]);
    return edge && answers.length ? answers.filter(edge).length / answers.length : 0;
  }

  // Were the weights once so far off that the loss was several times that of chance?
  const thrown = ({ past }) => past.some(({ loss }) => loss > 3 * CHANCE);

  // How much of the latest measurements went up, and by how much in all: a zigzag.
  function zigzag({ past }) {
    const late = past.slice(-12).map(({ loss }) => loss);
    const up = sum(late.slice(1).map((v, i) => Math.max(0, v - late[i])));
    return late.length < 6 ? 0 : up / Math.min(...late);
  }

  // The finding that comes first in this list is told. Each: [name, does it hold?, words, chapter].
  const FINDINGS = [
    ["broken", ({ found }) => !Number.isFinite(found.loss), () =>
      "The weights have run away: each step was longer than the valley is wide, so the next gradient was larger still, until the numbers overflowed. Lower the rate and start anew.", "downhill"],
    ["dead", (run) => run.setting.curve === "relu" && run.steps > 0 && sum(all(run, (unit) => unit.every((v) => v === 0))) > 0
      && run.found.wrong > 0.05 * run.setting.points, (run) => {
      const dead = sum(all(run, (unit) => unit.every((v) => v === 0)));
      return `${dead} of ${sum(run.setting.layers)} units ${dead === 1 ? "gives" : "give"} 0 for every point. Left of its bend a ReLU has slope 0, so no gradient comes through to wake ${dead === 1 ? "it" : "them"}.`;
    }, "dying"],
    ["twins", (run) => twins(run).length > 0, (run) =>
      `All units of layer ${twins(run)[0]} are the same: equal weights get equal gradients, so a step leaves them equal. ${run.found.slopes.every((s) => s === 0) ? "Here all weights are 0, and every gradient is 0 too, but that of the last bias." : "A layer of twins can do no more than one unit."} Only chance can tell them apart: choose another start.`, "zero"],
    ["straight", ({ setting, found, steps }) => steps > 50 && (setting.curve === "none" || !setting.layers.length)
      && found.wrong > 0.1 * setting.points, ({ setting }) => (setting.layers.length
      ? "Without a curve all layers together are one straight line, however many you add. Choose tanh and it can bend."
      : "One unit draws one line, and no line parts these points. Add a layer, or another input."), "bend"],
    ["overshoot", (run) => run.found.loss > 3 * CHANCE || (zigzag(run) > 2 && run.found.loss > 0.2), ({ found }) =>
      `The steps overshoot: the loss jumps up and down (now ${few(found.loss)}; saying one half to everything costs 0.69). Each step crosses the valley and lands on the other side, higher up. Lower the rate.`, "downhill"],
    ["decay", ({ setting, found, steps }) => steps > 50 && setting.decay >= 0.01 && found.loss > 0.8 * CHANCE, ({ setting }) =>
      `The price for large weights is too high: a decay of ${setting.decay} pulls them to 0 faster than the points can push. Lower it.`, "decay"],
    ["vanish", ({ found: { slopes, wrong }, setting }) => slopes.length > 2 && slopes[0] < slopes.at(-1) / 50
      && wrong > 0.05 * setting.points, ({ found: { slopes } }) =>
      `The gradient fades on its way back: ${few(slopes.at(-1))} at the output, ${few(slopes[0])} at the first layer. The first layer hardly learns, and those behind it work with what it was at the start.`, "vanish"],
    ["flat", (run) => flat(run) > 0.6 && thrown(run) && run.found.wrong > 0.05 * run.setting.points, (run) =>
      `${percent(flat(run))} of the hidden units’ answers lie where the curve is flat: they all but shout yes or no, and a nudge of their weights changes nothing. A smaller start or a smaller rate would help.`, "sigmoid"],
    ["heart", ({ found, setting }) => found.wrong <= 0.05 * setting.points && found.testWrong / 200 > 0.12
      && found.testLoss > 2.5 * found.loss, ({ found, setting }) =>
      `Learned by heart: ${percent(1 - found.wrong / setting.points)} of its own points are right, but ${percent(1 - found.testWrong / 200)} of new ones. More points, fewer units or some decay would help.`, "heart"],
    ["learned", ({ found, setting }) => found.wrong <= 0.02 * setting.points, ({ found, solved, setting }) =>
      `It has learned it in ${solved.toLocaleString("en")} steps: ${found.wrong ? `all but ${found.wrong}` : "all"} of ${setting.points} points are right, and ${percent(1 - found.testWrong / 200)} of new ones. Choose a unit to see which part of the plane it watches.`, "hidden"],
    ["plateau", ({ past, found }) => past.length > 40 && found.loss > 0.25
      && past.at(-40).loss - found.loss < 0.01 * found.loss, ({ found }) =>
      `Flat ground: the loss has hardly moved (${few(found.loss)}). It may be a plateau that it will leave, or a valley without an exit. Start anew with other numbers, or add units.`, "plateau"],
    ["learning", ({ steps }) => steps > 0, () =>
      "Learning: the loss falls, and fewer points lie on the wrong side.", null],
    ["ready", () => true, () =>
      "Nothing learned yet. Press Run and watch, or Step and look at one gradient at a time.", null],
  ];

  // {name, says, chapter: {href, text} or null}; hrefs are as from a page of the folder book.
  function find(run) {
    const [name, , words, key] = FINDINGS.find(([, holds]) => holds(run));
    const [file, place, text] = CHAPTERS[key] ?? [];
    return { name, says: words(run), chapter: key && { href: `../chapters/${file}.html#${place}`, text } };
  }

  return { find, few, CHAPTERS };
})();

if (typeof module === "object") module.exports = Why;
