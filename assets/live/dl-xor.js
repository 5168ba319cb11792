// <dl-xor model="xor">: nine sliders set the weights of a 2-2-1 net, and the picture shows its answers.
"use strict";

(() => {
  const { LiveElement, element, tint } = LivePage;
  const ROWS = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]; // two inputs and the wanted answer
  const SIZE = 640; // pixels of the picture's own grid
  const CELLS = 64; // squares along each side
  const [LOW, HIGH] = [-0.25, 1.25]; // what the picture spans
  const GROUPS = { "Hidden unit h₁": [0, 1, 2], "Hidden unit h₂": [3, 4, 5], "Output y": [6, 7, 8] };
  const FROM = ["x₁", "x₂", "bias", "x₁", "x₂", "bias", "h₁", "h₂", "bias"];
  // Where the nine numbers w₁ … w₉ stand in the net: layer, table, place in it.
  const PLACES = [
    [0, "weight", 0], [0, "weight", 1], [0, "bias", 0],
    [0, "weight", 2], [0, "weight", 3], [0, "bias", 1],
    [2, "weight", 0], [2, "weight", 1], [2, "bias", 0],
  ];
  const START = [3, 3, -1.5, -3, -3, 4.5, 2, 2, 0]; // both lines in place, the output's bias is not
  const write = (value) => value.toFixed(1).replace("-", "−");

  class XorNet extends LiveElement {
    start(model) {
      this.net = DL.net(model);
      this.trained = this.weights();
      this.build();
      this.set(START);
    }

    weights() {
      return PLACES.map(([layer, table, i]) => this.net.parts[layer].weights[table].data[i]);
    }

    put(weights) {
      PLACES.forEach(([layer, table, i], k) => {
        this.net.parts[layer].weights[table].data[i] = weights[k];
      });
    }

    // The answers to points [x₁, x₂]: hidden units and output of each.
    answers(points) {
      const trace = this.net.trace(DL.tensor([points.length, 2], Float32Array.from(points.flat())));
      return points.map((_, n) => [trace[1].data[2 * n], trace[1].data[2 * n + 1], trace[3].data[n]]);
    }

    // Squared misses over the four rows, each counted half, their mean: the loss of chapter 3.
    loss() {
      const misses = this.answers(ROWS.map((row) => row.slice(0, 2)))
        .map(([, , y], n) => (y - ROWS[n][2]) ** 2 / 2);
      return misses.reduce((a, b) => a + b) / 4;
    }

    set(weights) {
      this.put(weights);
      weights.forEach((weight, k) => {
        this.sliders[k].value = weight;
        this.readings[k].textContent = write(weight);
        this.sliders[k].setAttribute("aria-valuetext", write(weight));
      });
      this.draw();
      this.report();
    }

    // A hundred steps downhill, their slopes by backpropagation; no weight leaves its slider.
    descend(steps = 100, rate = 4) {
      const x = DL.tensor([4, 2], Float32Array.from(ROWS.flatMap((row) => row.slice(0, 2))));
      const limited = (weight) => Math.min(10, Math.max(-10, weight));
      for (let step = 0; step < steps; step += 1) {
        const answers = this.net.trace(x);
        const misses = answers.at(-1).data.map((y, n) => (y - ROWS[n][2]) / 4);
        this.net.backward(x, answers, DL.tensor([4, 1], misses));
        for (const { data, grad } of this.net.parameters())
          data.forEach((weight, i) => (data[i] = limited(weight - rate * grad.data[i])));
      }
      this.set(this.weights());
    }

    build() {
      this.canvas = element("canvas", { width: SIZE, height: SIZE, role: "img" });
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      this.readings = PLACES.map(() => element("span", { class: "dl-value" }));
      this.sliders = PLACES.map((_, k) => element("input", {
        type: "range", min: -10, max: 10, step: 0.1, oninput: () => this.moved(k),
        "aria-label": `w${k + 1}, ${FROM[k] === "bias" ? "bias" : `from ${FROM[k]}`}`,
      }));
      const button = (text, onclick) => element("button", { type: "button", onclick }, text);
      const random = () => this.set(PLACES.map(() => 2 * Math.random() - 1));
      const buttons = element("div", { class: "dl-buttons" },
        button("100 steps downhill", () => this.descend()),
        button("Random start", random),
        button("Trained weights", () => this.set(this.trained)));
      const text = "Orange: the net answers 1, blue: 0. Squares should be 1, circles 0. "
        + "On a dashed line a hidden unit stands at ½.";
      const groups = Object.entries(GROUPS).map((group) => this.group(...group));
      this.replaceChildren(
        element("section", { class: "dl-plane" }, this.canvas, element("p", {}, text)),
        element("section", { class: "dl-weights" }, ...groups, buttons),
        element("section", {}, this.table()), this.status);
    }

    group(title, members) {
      const line = (k) => element("label", {},
        element("span", {}, `w${"₁₂₃₄₅₆₇₈₉"[k]} `, element("small", {}, FROM[k])),
        this.sliders[k], this.readings[k]);
      return element("fieldset", {}, element("legend", {}, title), ...members.map(line));
    }

    table() {
      const heads = ["x₁", "x₂", "wanted", "h₁", "h₂", "y"];
      const head = element("tr", {}, ...heads.map((text, i) =>
        element("th", { scope: "col", class: i > 2 ? "dl-value" : "" }, text)));
      this.cells = ROWS.map(() => [0, 1, 2].map(() => element("td", { class: "dl-value" })));
      const rows = ROWS.map((row, n) => element("tr", {},
        ...row.map((value) => element("td", {}, String(value))), ...this.cells[n]));
      return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
    }

    moved(k) {
      this.set(this.weights().with(k, +this.sliders[k].value));
    }

    report() {
      const right = this.right.filter(Boolean).length;
      this.status.textContent = `${right} of 4 rows right, loss ${this.loss().toFixed(4)}.`;
    }

    draw() {
      const pen = this.canvas.getContext("2d");
      this.drawPlane(pen);
      this.drawUnits(pen);
      const inputs = ROWS.map((row) => row.slice(0, 2));
      this.right = this.answers(inputs).map((values, n) => {
        values.forEach((value, i) => (this.cells[n][i].textContent = value.toFixed(2)));
        const right = (values[2] >= 0.5) === Boolean(ROWS[n][2]);
        this.cells[n][2].parentElement.classList.toggle("dl-wrong", !right);
        return right;
      });
      inputs.forEach((point, n) => this.drawPoint(pen, point, ROWS[n][2]));
      const wrong = inputs.filter((_, n) => !this.right[n]).map((row) => `(${row})`);
      this.canvas.setAttribute("aria-label", "The net’s answer to every point of a square. "
        + (wrong.length ? `On the wrong side: ${wrong.join(", ")}` : "All four corners are right"));
    }

    drawPlane(pen) {
      const at = (i) => LOW + ((i + 0.5) / CELLS) * (HIGH - LOW);
      const points = Array.from({ length: CELLS ** 2 }, (_, k) =>
        [at(k % CELLS), at(CELLS - 1 - Math.floor(k / CELLS))]);
      const width = SIZE / CELLS;
      this.answers(points).forEach(([, , y], k) => {
        pen.fillStyle = tint(y >= 0.5 ? "vermilion" : "blue", 1.2 * Math.abs(y - 0.5));
        pen.fillRect((k % CELLS) * width, Math.floor(k / CELLS) * width, width, width);
      });
    }

    drawUnits(pen) {
      const weights = this.weights();
      const place = ([x, y]) => [x, 1 - y].map((v, i) =>
        ((v - (i ? 1 - HIGH : LOW)) / (HIGH - LOW)) * SIZE);
      [pen.strokeStyle, pen.lineWidth] = [tint("ink", 1), 4];
      pen.setLineDash([16, 12]);
      for (const unit of [0, 3]) {
        const [a, b, c] = weights.slice(unit, unit + 3);
        const square = a * a + b * b;
        if (!square) continue;
        const ends = [-3, 3].map((t) => [
          (-a * c) / square - (t * b) / Math.sqrt(square), (-b * c) / square + (t * a) / Math.sqrt(square),
        ]);
        pen.beginPath();
        for (const end of ends) pen.lineTo(...place(end));
        pen.stroke();
      }
      pen.setLineDash([]);
    }

    drawPoint(pen, [x1, x2], wanted) {
      const [x, y] = [(x1 - LOW), (HIGH - x2)].map((v) => (v / (HIGH - LOW)) * SIZE);
      [pen.fillStyle, pen.strokeStyle, pen.lineWidth] = [tint(wanted ? "vermilion" : "blue", 1), tint("ink", 0), 6];
      pen.beginPath();
      if (wanted) pen.rect(x - 18, y - 18, 36, 36);
      else pen.arc(x, y, 20, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
  }

  customElements.define("dl-xor", XorNet);
})();
