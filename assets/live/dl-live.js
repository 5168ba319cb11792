// <dl-live model="digits-mlp">: draw a digit, and see what each layer of a net makes of it.
"use strict";

(() => {
  const { LiveElement, element, tint, squares } = LivePage;
  const BOARD = 672; // pixels of the board's own grid; the page shows it at any size
  const SEEN = 168; // pixels of the picture that the net gets, about
  const STEP = 1 / 20; // one press of an arrow key
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const write = (value) => value.toFixed(2);
  const name = (text) => element("p", { class: "dl-name" }, text);

  class DrawnDigit extends LiveElement {
    start(model) {
      this.about = model.about;
      this.net = DL.net(model);
      this.side = model.about.strokes.side;
      this.strokes = [];
      this.pen = [0.5, 0.5];
      this.example = -1;
      this.build();
      this.nextExample();
    }

    build() {
      const canvas = (size) => element("canvas", { width: size, height: size, role: "img" });
      this.board = canvas(BOARD);
      for (const [key, value] of Object.entries({
        tabindex: 0, role: "application", class: "dl-board", "aria-label": "Drawing board",
      })) this.board.setAttribute(key, value);
      this.seen = canvas(Math.floor(SEEN / this.side) * this.side);
      this.layers = Hidden.layers(this.net, this.about.input);
      this.classList.toggle("dl-deep", this.layers.length > 1);
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      this.rows = this.about.names.map((digit) => ({
        bar: element("span", { class: "dl-level" }),
        value: element("td", { class: "dl-value" }),
        digit,
      }));
      this.replaceChildren(
        this.boardPart(), this.inputPart(), this.status, this.answerPart(), this.layersPart());
      this.listen();
    }

    boardPart() {
      const button = (text, onclick) => element("button", { type: "button", onclick }, text);
      const buttons = element("div", { class: "dl-buttons" },
        button("Example digit", () => this.nextExample()),
        button("Clear", () => this.clear()));
      const hint = "Mouse or finger draw. With the keyboard: arrows move the pen, Shift and arrows draw, Delete clears.";
      return element("section", { class: "dl-draw" }, name("Draw a digit"), this.board, buttons, element("p", {}, hint));
    }

    inputPart() {
      const values = (this.side ** 2).toLocaleString("en");
      return element("section", { class: "dl-input" }, name("What it gets"), this.seen,
        element("p", {}, `${values} grey values, centred and scaled like those it learned from.`));
    }

    layersPart() {
      return element("div", { class: "dl-layers" }, ...this.layers.map(({ layer }, i) =>
        layer.section(this.layers[i - 1]?.layer)));
    }

    answerPart() {
      const line = ({ digit, bar, value }) => element("tr", {},
        element("th", { scope: "row" }, digit), element("td", { "aria-hidden": "true" }, bar), value);
      const output = this.net.parts.at(-1).type === "Softmax" ? "Probability" : "Output";
      const head = element("thead", {}, element("tr", {},
        element("th", { scope: "col" }, "Digit"), element("td"),
        element("th", { scope: "col", class: "dl-value" }, output)));
      const { right, tested, parameters } = this.about;
      const record = `${parameters.toLocaleString("en")} weights and biases; right on `
        + `${((100 * right) / tested).toFixed(1)} % of ${tested.toLocaleString("en")} digits it had not seen.`;
      return element("section", { class: "dl-answer" }, name("Its answer"),
        element("table", {}, head, element("tbody", {}, ...this.rows.map(line))),
        element("p", {}, record));
    }

    listen() {
      const at = (event) => {
        const box = this.board.getBoundingClientRect();
        return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      };
      this.board.addEventListener("pointerdown", (event) => {
        this.board.setPointerCapture(event.pointerId);
        this.begin(at(event));
      });
      this.board.addEventListener("pointermove", (event) => this.drawing && this.extend(at(event)));
      for (const end of ["pointerup", "pointercancel"]) {
        this.board.addEventListener(end, () => this.lift());
      }
      this.board.addEventListener("keydown", (event) => this.key(event));
      for (const change of ["focus", "blur"]) this.board.addEventListener(change, () => this.drawBoard());
    }

    key(event) {
      if (["Delete", "Backspace"].includes(event.key)) this.clear();
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      const move = (x, i) => Math.min(1 - STEP, Math.max(STEP, x + STEP * way[i]));
      if (event.shiftKey && !this.drawing) this.begin(this.pen);
      if (!event.shiftKey) this.lift();
      this.pen = this.pen.map(move);
      if (event.shiftKey) {
        this.extend(this.pen);
        this.report();
      }
      this.drawBoard();
    }

    begin(point) {
      if (this.pixels) this.strokes = [];
      this.pixels = null;
      this.drawing = true;
      this.strokes.push([point]);
      this.answer();
    }

    extend(point) {
      this.strokes.at(-1).push(point);
      this.pen = point;
      this.answer();
    }

    lift() {
      if (this.drawing) this.report();
      this.drawing = false;
    }

    clear() {
      [this.strokes, this.pixels, this.drawing] = [[], null, false];
      this.answer();
      this.report();
    }

    nextExample() {
      this.example = (this.example + 1) % this.about.examples.length;
      [this.strokes, this.drawing] = [[], false];
      this.pixels = Float32Array.from(this.about.examples[this.example].pixels,
        (level) => parseInt(level, 17) / 16);
      this.answer();
      this.report(`An example, a ${this.about.examples[this.example].name}. `);
    }

    // Runs the net on what is on the board; this.grey and this.outputs are its input and output.
    answer() {
      this.grey = this.pixels ?? Strokes.picture(this.strokes, this.about.strokes);
      this.trace = this.net.trace(DL.tensor([1, ...this.about.input], this.grey));
      this.outputs = this.trace.at(-1).data;
      this.draw();
    }

    report(before = "") {
      if (!this.grey.some((v) => v)) {
        this.status.textContent = "The board is empty.";
        return;
      }
      const order = [...this.outputs.keys()].sort((a, b) => this.outputs[b] - this.outputs[a]);
      const [best, next] = order.map((i) => `${this.about.names[i]} (${write(this.outputs[i])})`);
      const sure = this.outputs[order[0]] >= 0.5;
      const says = sure ? `The net reads a ${best}.` : `The net is not sure; its best guess is ${best}.`;
      this.status.textContent = `${before}${says} Next comes ${next}.`;
    }

    draw() {
      this.drawBoard();
      squares(this.seen.getContext("2d"), this.grey, this.side, this.seen.width / this.side);
      const size = `${this.side} by ${this.side}`;
      this.seen.setAttribute("aria-label", this.grey.some((v) => v)
        ? `The drawing as ${size} grey values` : `An empty picture of ${size} pixels`);
      for (const { index, layer } of this.layers) layer.draw(this.trace[index]);
      const best = Math.max(...this.outputs);
      this.rows.forEach(({ bar, value }, i) => {
        bar.style.width = `${100 * this.outputs[i]}%`;
        value.textContent = write(this.outputs[i]);
        value.parentElement.classList.toggle("dl-best", this.outputs[i] === best);
      });
    }

    drawBoard() {
      const pen = this.board.getContext("2d");
      pen.fillStyle = tint("ink", 0);
      pen.fillRect(0, 0, BOARD, BOARD);
      if (this.pixels) squares(pen, this.pixels, this.side, BOARD / this.side);
      pen.strokeStyle = tint("ink", 1);
      [pen.lineWidth, pen.lineCap, pen.lineJoin] = [BOARD / 14, "round", "round"];
      for (const stroke of this.strokes) {
        pen.beginPath();
        for (const [x, y] of [stroke[0], ...stroke]) pen.lineTo(x * BOARD, y * BOARD);
        pen.stroke();
      }
      if (document.activeElement !== this.board) return;
      const [x, y] = this.pen.map((v) => v * BOARD);
      [pen.strokeStyle, pen.lineWidth] = [tint("vermilion", 1), 6];
      pen.beginPath();
      for (const [dx, dy] of [[24, 0], [0, 24]]) {
        pen.moveTo(x - dx, y - dy);
        pen.lineTo(x + dx, y + dy);
      }
      pen.stroke();
    }
  }

  customElements.define("dl-live", DrawnDigit);
})();
