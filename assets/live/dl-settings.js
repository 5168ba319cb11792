// What can be set in the playground, and settings that learn or break.
"use strict";

const Settings = (() => {
  const { element } = LivePage;
  const { choice, slider, row } = Tools;
  const RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
  const DECAYS = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];
  const BATCHES = [1, 5, 10, 20, 50, 100, 200];
  const NAMES = { xor: "XOR", rings: "Rings", moons: "Moons", spirals: "Spirals", clouds: "Clouds" };
  // name: what differs from the defaults
  const LEARN = {
    XOR: {},
    Rings: { data: "rings" },
    Spirals: { data: "spirals", layers: [8, 8] },
    "Rings by squares": { data: "rings", layers: [], inputs: ["x1x1", "x2x2"] },
  };
  const BREAK = {
    "Zero start": { start: "zero" },
    "Huge rate": { rule: "sgd", rate: 30 },
    "Deep sigmoids": { data: "rings", layers: [4, 4, 4, 4, 4, 4], curve: "sigmoid", rule: "sgd", rate: 0.3 },
    "Dead ReLUs": { layers: [8, 8], curve: "relu", rule: "sgd", rate: 3 },
    "No curve": { layers: [4, 4], curve: "none" },
    "By heart": { points: 30, noise: 30, layers: [8, 8, 8] },
  };

  // Two rows of buttons; choose gets a whole setting.
  function tries(choose) {
    const group = (name, all) => element("div", { class: "dl-buttons", role: "group", "aria-label": name },
      element("b", {}, name), ...Object.entries(all).map(([text, setting]) =>
        Tools.button(text, () => choose({ ...Trial.DEFAULTS, ...setting }))));
    return element("div", { class: "dl-tries" }, group("Learn", LEARN), group("Break", BREAK));
  }

  // A slider over a list of values.
  function listed(text, values, key, get, change, write = String) {
    const nearest = () => values.reduce((best, v, i) =>
      Math.abs(v - get()[key]) < Math.abs(values[best] - get()[key]) ? i : best, 0);
    const made = slider(text, { min: 0, max: values.length - 1, step: 1 }, nearest(), (i) => write(values[i]),
      (i) => change({ [key]: values[i] }));
    return { node: made.node, show: () => made.set(nearest()) };
  }

  // The panel: get() gives the setting, change({…}) alters it; show() after it changed elsewhere.
  function panel(get, change) {
    const sets = row("Points", (i) => change({ data: Object.keys(NAMES)[i] }));
    const stamps = Object.keys(NAMES).map(() => element("canvas", { width: 96, height: 96, "aria-hidden": "true" }));
    const words = (all) => all.map((value) => [value, { relu: "ReLU", sgd: "SGD", adam: "Adam" }[value] ?? value]);
    const pick = (text, key, all) => {
      const made = choice(text, words(Object.keys(all)), () => get()[key], (value) => change({ [key]: value }));
      return { node: element("div", { class: "dl-pick" }, element("span", {}, text), made.node), show: made.show };
    };
    const parts = {
      noise: listed("Noise", [0, 5, 10, 15, 20, 25, 30, 40, 50], "noise", get, change),
      points: listed("Number", [20, 30, 50, 100, 200], "points", get, change),
      curve: pick("Curve", "curve", Trial.CURVES),
      start: pick("Start", "start", Trial.STARTS),
      rule: pick("Rule", "rule", Trial.RULES),
      rate: listed("Rate", RATES, "rate", get, change),
      decay: listed("Decay", DECAYS, "decay", get, change),
      batch: listed("Batch", BATCHES, "batch", get, change, (n) => (n >= get().points ? "all" : String(n))),
    };
    const field = (title, ...keys) => element("fieldset", {}, element("legend", {}, title),
      ...keys.map((key) => parts[key]?.node ?? key));
    const node = element("div", { class: "dl-settings" },
      field("Points", sets.node, "noise", "points"), field("Net", "curve", "start"),
      field("Learning", "rule", "rate", "decay", "batch"));
    const draw = () => Object.keys(NAMES).forEach((name, i) => Gauges.stamp(stamps[i], name));
    const show = () => {
      sets.fill(Object.entries(NAMES).map(([key, text], i) =>
        ({ nodes: [stamps[i], text], name: `${text} points`, pressed: key === get().data })));
      Object.values(parts).forEach((part) => part.show());
    };
    return { node, show, draw };
  }

  return { tries, panel };
})();
