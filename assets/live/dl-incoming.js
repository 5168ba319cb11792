// The weights that lead into one unit of the playground's net, each with its gradient.
"use strict";

const Incoming = (() => {
  const { element } = LivePage;
  const REACH = 10; // of the sliders
  const write = (value) => (Math.abs(value) < 1000 ? value.toFixed(2) : value.toExponential(0)).replace("-", "−");
  const slope = (value) => `${value < 0 ? "−" : ""}${value ? Why.few(Math.abs(value)) : "0"}`;

  class Table {
    // set(i, value) is told which weight the reader moved; the bias comes last.
    constructor(set) {
      this.set = set;
      this.title = element("p", { class: "dl-name" });
      this.body = element("tbody");
      const head = (text, colspan) => element("th", { scope: "col", colspan }, text);
      this.node = element("section", { class: "dl-incoming" }, this.title, element("table", {},
        element("thead", {}, element("tr", {}, head("from", 1), head("weight", 2), head("gradient", 2))),
        this.body));
    }

    build(title, names) {
      this.title.textContent = `Into ${title}`;
      this.rows = [...names, "bias"].map((name, i) => {
        const input = element("input", {
          type: "range", min: -REACH, max: REACH, step: 0.01, oninput: () => this.set(i, +input.value),
          "aria-label": i === names.length ? "Bias" : `Weight from ${name}`,
        });
        const number = () => element("td", { class: "dl-value" });
        return { name, input, value: number(), bar: element("span", { class: "dl-level" }), gradient: number() };
      });
      this.body.replaceChildren(...this.rows.map(({ name, input, value, bar, gradient }) => element("tr", {},
        element("th", { scope: "row" }, name), element("td", {}, input), value,
        element("td", { "aria-hidden": "true" }, bar), gradient)));
    }

    // Weights and gradients into the unit, biases last; bars are shares of the largest gradient.
    draw(weights, gradients) {
      const most = Math.max(...gradients.map(Math.abs)) || 1;
      this.rows.forEach(({ input, value, bar, gradient }, i) => {
        [input.value, value.textContent] = [weights[i], write(weights[i])];
        input.setAttribute("aria-valuetext", write(weights[i]));
        gradient.textContent = slope(gradients[i]);
        bar.style.width = `${(100 * Math.abs(gradients[i])) / most || 0}%`;
        bar.classList.toggle("dl-minus", gradients[i] < 0);
      });
    }
  }

  return { Table };
})();
