// <dl-shapes model="grid-detector">: put shapes on a picture, and see what a detector finds in it.
"use strict";

(() => {
  const { LiveElement, element } = LivePage;
  const { button } = Tools;
  const BOARD = 640; // pixels of the board's own grid; the page shows it at any size
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const NETS = { one: "one cell", nine: "nine cells" }; // that answer for a shape
  const PEN = "pen";
  const name = (text) => element("p", { class: "dl-name" }, text);

  class FoundShapes extends LiveElement {
    start(model) {
      this.about = model.about;
      const { parts } = DL.net(model);
      this.parts = Object.fromEntries(Object.keys(NETS).map((key) =>
        [key, parts.filter((part) => part.name.startsWith(`${key}.`))]));
      this.setting = { net: "one", least: 0.4, overlap: 0.5, suppress: true, cells: false };
      this.look = { kind: 0, radius: 5, angle: 0, solid: true, bright: false };
      this.cursor = [16, 16];
      this.build();
      const most = Math.max(...this.about.scenes.map(({ boxes }) => boxes.length));
      this.show(this.about.scenes.findIndex(({ boxes }) => boxes.length === most));
    }

    // A scene of the book's.
    show(index) {
      const { pixels, boxes } = this.about.scenes[index];
      const light = Float32Array.from(atob(pixels), (byte) => 1 - byte.charCodeAt(0) / 255);
      this.shown = index;
      this.sheet = new Scene.Sheet(this.about.scene, light, boxes);
      this.answer();
      this.report(`A scene with ${boxes.length} ${boxes.length > 1 ? "shapes" : "shape"}. `);
    }

    random() {
      const others = this.about.scenes.length - 1;
      this.show((this.shown + 1 + Math.floor(Math.random() * others)) % (others + 1));
    }

    clear() {
      this.sheet = Scene.Sheet.empty(this.about.scene);
      this.answer();
      this.report();
    }

    // Runs the net on the picture: this.grey and this.cells are its input and output.
    answer() {
      const { scene, mean, deviation } = this.about;
      this.grey = this.sheet.grey();
      const x = DL.tensor([1, 1, scene.side, scene.side], this.grey.map((v) => (v - mean) / deviation));
      this.cells = Boxes.cells(this.parts[this.setting.net].reduce((y, { run }) => run(y), x));
      this.sift();
    }

    sift() {
      const { least, overlap, suppress } = this.setting;
      this.found = Boxes.best(this.cells, { least, overlap: suppress ? overlap : null });
      this.draw();
    }

    report(before = "") {
      this.status.textContent = before + Found.says(this.found, this.about);
    }

    // Shapes

    put([x, y]) {
      this.sheet.put({ ...this.look, x, y });
      this.answer();
    }

    begin(point) {
      const { solid, bright } = this.look;
      this.sheet.put({ points: [point], solid, bright });
      this.answer();
    }

    extend(point) {
      this.sheet.extend(point);
      this.answer();
    }

    move(dx, dy) {
      this.sheet.move(dx, dy);
      this.answer();
    }

    remove() {
      this.sheet.remove();
      this.answer();
      this.report();
    }

    // Takes a shape that is there; what is set next changes it.
    take(item) {
      this.sheet.chosen = item;
      const { radius, angle } = item.points ? this.look : item;
      this.look = { ...this.look, radius, angle, solid: item.solid, bright: item.bright };
      this.showLook();
      this.draw();
    }

    // A new look for the chosen shape and the next ones.
    restyle(change) {
      this.look = { ...this.look, ...change };
      if (this.sheet.chosen) {
        this.sheet.change(change);
        this.answer();
        this.report();
      }
      this.showLook();
    }

    pick(kind) {
      this.look = { ...this.look, kind };
      this.sheet.chosen = null;
      this.showLook();
      this.draw();
    }

    adjust(change, again = () => this.sift()) {
      Object.assign(this.setting, change);
      again();
      this.report();
    }

    listen() {
      const at = (event) => {
        const box = this.board.getBoundingClientRect();
        const { side } = this.about.scene;
        return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
          .map((v) => Math.min(side, Math.max(0, v * side)));
      };
      this.board.addEventListener("pointerdown", (event) => {
        this.board.setPointerCapture(event.pointerId);
        this.cursor = at(event);
        const there = this.look.kind === PEN ? null : this.sheet.under(this.cursor);
        this.dragging = true;
        if (there) this.take(there);
        else if (this.look.kind === PEN) this.begin(this.cursor);
        else this.put(this.cursor);
      });
      this.board.addEventListener("pointermove", (event) => {
        if (!this.dragging) return;
        const [before, now] = [this.cursor, at(event)];
        this.cursor = now;
        if (this.look.kind === PEN) this.extend(now);
        else this.move(now[0] - before[0], now[1] - before[1]);
      });
      for (const end of ["pointerup", "pointercancel"]) {
        this.board.addEventListener(end, () => {
          if (this.dragging) this.report();
          this.dragging = false;
        });
      }
      this.board.addEventListener("keydown", (event) => this.key(event));
      for (const change of ["focus", "blur"]) this.board.addEventListener(change, () => this.draw());
    }

    key(event) {
      const way = ARROWS[event.key];
      if (["Delete", "Backspace"].includes(event.key)) this.remove();
      else if ([" ", "Enter"].includes(event.key)) this.press();
      else if (way) this.step(way, event.shiftKey);
      else return;
      event.preventDefault();
    }

    press() {
      const there = this.sheet.under(this.cursor);
      if (there) this.take(there);
      else if (this.look.kind !== PEN) this.put(this.cursor);
      this.report(there ? "Taken. " : "");
    }

    step(way, held) {
      const before = this.cursor;
      this.cursor = before.map((v, i) => Math.min(this.about.scene.side, Math.max(0, v + way[i])));
      if (!held) {
        this.line = null;
        this.draw();
        return;
      }
      if (this.look.kind === PEN) {
        if (!this.line || this.line !== this.sheet.chosen) this.begin(before);
        this.line = this.sheet.chosen; // goes on while Shift is held with every arrow
        this.extend(this.cursor);
      } else if (this.sheet.chosen) this.move(this.cursor[0] - before[0], this.cursor[1] - before[1]);
      this.report();
    }

    // The page

    build() {
      this.board = element("canvas", { width: BOARD, height: BOARD, tabindex: 0, role: "application",
        class: "dl-board", "aria-label": "Picture of 32 by 32 pixels, to put shapes on" });
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      this.record = element("p");
      this.table = Found.table();
      const hint = "Press to put a shape there, drag to move it. With the keyboard: arrows move the cross, "
        + "space puts a shape there or takes the one there, Shift and arrows move it or draw, Delete removes it.";
      const buttons = element("div", { class: "dl-buttons" },
        button("Random scene", () => this.random()), button("Clear", () => this.clear()),
        button("Remove", () => this.remove()));
      this.replaceChildren(
        element("section", { class: "dl-picture" }, this.board),
        element("section", { class: "dl-hint" }, buttons, element("p", {}, hint)),
        element("section", { class: "dl-tools" }, this.tools(), this.detector()),
        this.status, element("section", {}, this.table.node),
        element("section", {}, name("How well it does"), this.record));
      this.showLook();
      this.listen();
    }

    tools() {
      const kinds = [...this.about.names.entries(), [PEN, "pen"]];
      const degrees = (v) => `${Math.round(v)}°`;
      this.choices = [
        Tools.choice("Shape", kinds, () => this.look.kind, (kind) => this.pick(kind)),
        Tools.choice("Ink", [[true, "filled"], [false, "hollow"]], () => this.look.solid,
          (solid) => this.restyle({ solid })),
        Tools.choice("Shade", [[false, "dark"], [true, "bright"]], () => this.look.bright,
          (bright) => this.restyle({ bright })),
      ];
      this.size = Tools.slider("size", { min: 2, max: 12, step: 0.2 }, 5,
        (v) => `${Math.round(1.9 * v)} px`, (radius) => this.restyle({ radius }));
      this.turn = Tools.slider("turn", { min: -180, max: 180, step: 5 }, 0,
        degrees, (angle) => this.restyle({ angle: (angle * Math.PI) / 180 }));
      const [least, most] = this.about.scene.radius.map((v) => Math.round(1.9 * v));
      return element("fieldset", {}, element("legend", {}, "Shapes"),
        ...this.choices.map(({ node }) => node), this.size.node, this.turn.node,
        element("p", {}, `It learned from sizes of ${least} to ${most} pixels, turned by up to `
          + `${degrees((this.about.scene.turn * 180) / Math.PI)} to either side.`));
    }

    showLook() {
      for (const { show } of this.choices) show();
      this.size.set(this.look.radius);
      this.turn.set((this.look.angle * 180) / Math.PI);
      this.size.input.disabled = this.turn.input.disabled = this.look.kind === PEN;
    }

    detector() {
      const { least, overlap } = this.setting;
      const nets = Tools.choice("How many cells answer", Object.entries(NETS), () => this.setting.net, (net) => {
        this.adjust({ net }, () => this.answer());
        nets.show();
      });
      const sure = Tools.slider("lowest score", { min: 0.05, max: 0.95, step: 0.05 }, least, (v) => v.toFixed(2),
        (v) => this.adjust({ least: v }));
      const shared = Tools.slider("overlap above", { min: 0.1, max: 0.9, step: 0.1 }, overlap,
        (v) => v.toFixed(1), (v) => this.adjust({ overlap: v }));
      const tick = (text, key, more = () => {}) => Tools.tick(text, this.setting[key], (on) => {
        this.adjust({ [key]: on });
        more(on);
      });
      return element("fieldset", {}, element("legend", {}, "Detector"),
        element("p", {}, "How many cells answer for a shape:"), nets.node, sure.node,
        tick("non-maximum suppression", "suppress", (on) => (shared.input.disabled = !on)), shared.node,
        tick("show what each cell says", "cells"));
    }

    draw() {
      const { sheet } = this;
      Found.paint(this.board.getContext("2d"), {
        grey: this.grey, found: this.found, cells: this.setting.cells && this.cells,
        truth: sheet.truth(), chosen: sheet.covers.get(sheet.chosen)?.frame,
        cursor: document.activeElement === this.board && this.cursor,
      }, this.about);
      this.table.fill(this.found, this.about);
      this.record.textContent = Found.record(this.setting, this.about);
    }
  }

  customElements.define("dl-shapes", FoundShapes);
})();
