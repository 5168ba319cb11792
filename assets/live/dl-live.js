// <dl-live model="digits-mlp">: draw a digit, and see what each layer of a net makes of it.
"use strict";

(() => {
  const { LiveElement, element, tint, squares } = LivePage;
  const BOARD = 640; // pixels of the board's own grid; the page shows it at any size
  const TILE = 90; // pixels of a hidden unit's picture, with its bar and some space
  const STEP = 1 / 20; // one press of an arrow key
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const RESPONSES = ["Sigmoid", "Tanh", "ReLU", "GELU", "Softmax"];
  const QUIET = ["Flatten"];
  const write = (value) => value.toFixed(2);
  const name = (text) => element("p", { class: "dl-name" }, text);

  // Which layers to show: what leaves a response, or a layer that has none behind it; not the last.
  function shown(parts) {
    const wanted = parts.map((part, i) =>
      !QUIET.includes(part.type) && !RESPONSES.includes(parts[i + 1]?.type));
    return [...parts.keys()].slice(0, -1).filter((i) => wanted[i]);
  }

  class DrawnDigit extends LiveElement {
    start(model) {
      this.about = model.about;
      this.net = DL.net(model);
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
      this.seen = canvas(160);
      this.pictures = shown(this.net.parts).map((index) => ({ index, canvas: canvas(10) }));
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      this.rows = this.about.names.map((digit) => ({
        bar: element("span", { class: "dl-level" }),
        value: element("td", { class: "dl-value" }),
        digit,
      }));
      this.replaceChildren(this.boardPart(), ...this.layerParts(), this.answerPart(), this.status);
      this.listen();
    }

    boardPart() {
      const button = (text, onclick) => element("button", { type: "button", onclick }, text);
      const buttons = element("div", { class: "dl-buttons" },
        button("Example digit", () => this.nextExample()),
        button("Clear", () => this.clear()));
      const hint = "Mouse or finger draw. With the keyboard: arrows move the pen, Shift and arrows draw.";
      return element("section", { class: "dl-draw" }, name("Draw a digit"), this.board, buttons, element("p", {}, hint));
    }

    layerParts() {
      const part = (title, canvas, text, kind = "dl-layer") => element("section", { class: kind },
        name(title), canvas, element("p", {}, text));
      const layers = this.pictures.map(({ index, canvas }) => {
        const { out_features: units } = this.size(index);
        const text = units && this.looksAtInput(index)
          ? "Each small picture holds a unit’s weights: blue speaks for it, orange against. "
            + "The bar, and the strength of the colours, show how much it fires."
          : "The darker, the stronger the answer.";
        return part(units ? `${units} hidden units` : `Layer ${index + 1}`, canvas, text);
      });
      const text = "64 grey values, centred and scaled like those it learned from.";
      return [part("What it gets", this.seen, text, "dl-input"), ...layers];
    }

    // The last layer with weights up to a shown one, and how many units it has if it is a Linear.
    size(index) {
      const linear = this.net.parts.slice(0, index + 1).findLast((part) => part.weights.weight);
      return { linear, out_features: linear?.type === "Linear" && linear.weights.weight.shape[0] };
    }

    looksAtInput(index) {
      return this.size(index).linear === this.net.parts[0];
    }

    answerPart() {
      const line = ({ digit, bar, value }) => element("tr", {},
        element("th", { scope: "row" }, digit), element("td", { "aria-hidden": "true" }, bar), value);
      const head = element("thead", {}, element("tr", {},
        element("th", { scope: "col" }, "Digit"), element("td"),
        element("th", { scope: "col", class: "dl-value" }, "Output")));
      const { right, tested, parameters } = this.about;
      const record = `${parameters.toLocaleString("en")} weights and biases; right on `
        + `${((100 * right) / tested).toFixed(1)} % of ${tested} digits it had not seen.`;
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
      this.grey = this.pixels ?? Strokes.picture(this.strokes);
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
      squares(this.seen.getContext("2d"), this.grey, 8, 20);
      this.seen.setAttribute("aria-label", this.grey.some((v) => v)
        ? "The drawing as 8 by 8 grey values" : "An empty picture of 8 by 8 pixels");
      for (const { index, canvas } of this.pictures) this.drawLayer(index, canvas);
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
      if (this.pixels) squares(pen, this.pixels, 8, BOARD / 8);
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

    // Units as tiles, channels as pictures of their own.
    drawLayer(index, canvas) {
      const { shape, data } = this.trace[index];
      const [count, , side] = shape.length === 4 ? shape.slice(1) : [shape[1], 1, 1];
      const columns = Math.min(count, count > 12 ? 10 : 4);
      [canvas.width, canvas.height] = [columns * TILE, Math.ceil(count / columns) * TILE];
      const pen = canvas.getContext("2d");
      const most = Math.max(1e-6, ...data.map(Math.abs));
      for (let unit = 0; unit < count; unit += 1) {
        const [x, y] = [(unit % columns) * TILE, Math.floor(unit / columns) * TILE];
        if (shape.length === 4) {
          const map = data.subarray(unit * side * side, (unit + 1) * side * side);
          squares(pen, map, side, (TILE - 6) / side, x, y, (v) => tint("ink", Math.abs(v) / most));
        } else this.drawUnit(pen, index, unit, data[unit], most, x, y);
      }
      const strongest = [...data.keys()].sort((a, b) => data[b] - data[a]).slice(0, 3);
      const named = strongest.map((unit) => `${unit + 1} (${write(data[unit])})`).join(", ");
      canvas.setAttribute("aria-label", shape.length === 4
        ? `${count} feature maps of ${side} by ${side}`
        : `${count} hidden units; the strongest are ${named}`);
    }

    drawUnit(pen, index, unit, value, most, x, y) {
      const share = Math.abs(value) / Math.max(1, most);
      const weights = this.net.parts[0].weights.weight;
      if (this.looksAtInput(index) && weights.shape[1] === 64) {
        const own = weights.data.subarray(unit * 64, (unit + 1) * 64);
        squares(pen, own, 8, 10, x, y, (w) =>
          tint(w > 0 ? "blue" : "vermilion", (Math.abs(w) / 1.5) * (0.25 + 0.75 * share)));
      } else squares(pen, [share], 1, 80, x, y);
      pen.fillStyle = tint("ink", 0.15);
      pen.fillRect(x, y + 80, 80, 6);
      pen.fillStyle = tint("ink", 1);
      pen.fillRect(x, y + 80, 80 * share, 6);
    }
  }

  customElements.define("dl-live", DrawnDigit);
})();
