// <dl-dream model="dream">: a restricted Boltzmann machine dreams; the reader holds pixels and names.
"use strict";

(() => {
  const { LiveElement, element, tint, squares } = LivePage;
  const SIDE = 8; // pixels along each side
  const CELL = 60; // screen pixels of one of them
  const SHARP = 16; // screen pixels of a hidden unit
  const PACE = 150; // milliseconds between two steps while it runs
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const NEXT = new Map([[null, 1], [1, 0], [0, null]]); // free, held as ink, held as paper
  const WORDS = new Map([[null, "free"], [1, "held as ink"], [0, "held as paper"]]);
  const name = (text) => element("p", { class: "dl-name" }, text);

  class Dream extends LiveElement {
    start(model) {
      this.about = model.about;
      this.machine = Gibbs.machine(DL.net(model), model.about.names.length);
      this.held = Array(this.machine.visible).fill(null);
      this.cursor = [3, 3];
      this.example = -1;
      this.build();
      this.noise();
    }

    build() {
      const canvas = (size) => element("canvas", { width: size, height: size, role: "img" });
      this.board = canvas(SIDE * CELL);
      for (const [key, value] of Object.entries({
        tabindex: 0, role: "application", class: "dl-board", "aria-label": "The dream, 8 by 8 pixels",
      })) this.board.setAttribute(key, value);
      this.units = canvas(SIDE * SHARP);
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      const button = (text, onclick) => element("button", { type: "button", onclick }, text);
      this.play = button("Run", () => this.toggle());
      const buttons = element("div", { class: "dl-buttons" },
        button("Step", () => this.step(1)), this.play, button("100 steps", () => this.step(100)),
        button("Noise", () => this.noise()), button("Example digit", () => this.nextExample()),
        button("Release all", () => this.release()));
      this.names = this.about.names.map((text, k) => {
        const node = button(text, () => this.ask(k));
        node.setAttribute("aria-pressed", "false");
        node.setAttribute("aria-label", `Hold the name ${text}`);
        return node;
      });
      const hint = "Mouse or finger hold pixels: once ink, twice paper, a third time free. With the "
        + "keyboard: arrows move, space holds, Enter steps.";
      this.replaceChildren(
        element("section", {}, name("The picture"), this.board, element("p", {}, hint)),
        element("section", {}, name("Hold a name"),
          element("div", { class: "dl-buttons dl-names", role: "group", "aria-label": "Names" }, ...this.names),
          name("Hidden units"), this.units,
          element("p", {}, "64 units, filled: awake in this step. Each looks at all 64 pixels and the names."),
          buttons),
        this.status);
      this.listen();
    }

    listen() {
      const at = (event) => {
        const box = this.board.getBoundingClientRect();
        const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
        return place.map((part) => Math.min(SIDE - 1, Math.max(0, Math.floor(SIDE * part))));
      };
      this.board.addEventListener("pointerdown", (event) => {
        this.board.setPointerCapture(event.pointerId);
        this.cursor = at(event);
        this.painting = { value: NEXT.get(this.held[this.here()]) };
        this.put(this.painting.value);
      });
      this.board.addEventListener("pointermove", (event) => {
        if (!this.painting) return;
        this.cursor = at(event);
        this.put(this.painting.value);
      });
      for (const end of ["pointerup", "pointercancel"]) {
        this.board.addEventListener(end, () => {
          if (this.painting) this.report();
          this.painting = null;
        });
      }
      this.board.addEventListener("keydown", (event) => this.key(event));
      for (const change of ["focus", "blur"]) this.board.addEventListener(change, () => this.draw());
    }

    key(event) {
      const way = ARROWS[event.key];
      if (!way && ![" ", "Enter"].includes(event.key)) return;
      event.preventDefault();
      if (event.key === "Enter") return this.step(1);
      if (way) this.cursor = this.cursor.map((x, i) => Math.min(SIDE - 1, Math.max(0, x + way[i])));
      else this.put(NEXT.get(this.held[this.here()]));
      const [column, row] = this.cursor;
      this.status.textContent = `Row ${row + 1}, column ${column + 1}: ${WORDS.get(this.held[this.here()])}.`;
      this.draw();
    }

    here() {
      return this.cursor[1] * SIDE + this.cursor[0];
    }

    put(value) {
      this.held[this.here()] = value;
      this.chances = Gibbs.hold(this.chances, this.held);
      this.draw();
    }

    // Holds name k, or lets go of it if it is held.
    ask(k) {
      const first = SIDE * SIDE;
      const off = this.held[first + k] === 1;
      this.about.names.forEach((_, i) => (this.held[first + i] = off ? null : Number(i === k)));
      this.names.forEach((node, i) => node.setAttribute("aria-pressed", String(!off && i === k)));
      this.report();
    }

    release() {
      this.held.fill(null);
      this.names.forEach((node) => node.setAttribute("aria-pressed", "false"));
      this.draw();
      this.report();
    }

    set(v) {
      [this.v, this.chances, this.steps] = [Gibbs.hold(v, this.held), Gibbs.hold(v, this.held), 0];
      this.h = Gibbs.hidden(this.machine, this.v);
      this.draw();
      this.report();
    }

    noise() {
      this.set(Gibbs.toss(Array(this.machine.visible).fill(0.5), 0, Math.random));
    }

    nextExample() {
      this.example = (this.example + 1) % this.about.examples.length;
      const names = this.about.names.map(() => 0);
      this.set([...[...this.about.examples[this.example]].map(Number), ...names]);
    }

    step(count) {
      for (let k = 0; k < count; k += 1) {
        ({ h: this.h, chances: this.chances, v: this.v } = Gibbs.step(this.machine, this.v, this.held));
      }
      this.steps += count;
      this.draw();
      if (!this.timer || this.steps % 20 === 0) this.report();
    }

    toggle() {
      if (this.timer) {
        clearInterval(this.timer);
        this.timer = null;
        this.report();
      } else this.timer = setInterval(() => (this.isConnected ? this.step(1) : this.toggle()), PACE);
      this.play.textContent = this.timer ? "Stop" : "Run";
    }

    report() {
      const first = SIDE * SIDE;
      const pixels = this.held.slice(0, first).filter((value) => value !== null).length;
      const name = this.about.names[this.held.indexOf(1, first) - first];
      const kept = [pixels ? `${pixels} pixels` : "", name ? `the name ${name}` : ""].filter(Boolean);
      const best = this.v.indexOf(1, first) - first;
      const says = this.steps && !name ? ` It now calls this a ${this.about.names[best]}.` : "";
      this.status.textContent = `${this.steps} steps from the start; held: ${kept.join(" and ") || "nothing"}.${says}`;
    }

    draw() {
      const pen = this.board.getContext("2d");
      squares(pen, this.chances.slice(0, SIDE * SIDE), SIDE, CELL);
      this.held.slice(0, SIDE * SIDE).forEach((value, k) => {
        if (value === null) return;
        [pen.strokeStyle, pen.lineWidth] = [tint(value ? "vermilion" : "blue", 1), 6];
        pen.strokeRect((k % SIDE) * CELL + 5, Math.floor(k / SIDE) * CELL + 5, CELL - 10, CELL - 10);
      });
      if (document.activeElement === this.board) {
        [pen.strokeStyle, pen.lineWidth] = [tint("green", 1), 4];
        pen.strokeRect(this.cursor[0] * CELL + 14, this.cursor[1] * CELL + 14, CELL - 28, CELL - 28);
      }
      squares(this.units.getContext("2d"), this.h, SIDE, SHARP);
      const awake = this.h.filter((value) => value > 0.5).length;
      this.units.setAttribute("aria-label", `${awake} of ${this.h.length} hidden units are awake`);
    }
  }

  customElements.define("dl-dream", Dream);
})();
