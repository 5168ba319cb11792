// Draws the front page's stage and lets the reader move the line or start the learning.
"use strict";

(() => {
  const M = StageModel;
  const SIZE = 400;
  const CELLS = 20;
  const SCENES = {
    1958: {
      points: "separable",
      learn: "Let it learn",
      say: "A perceptron is a line. Turn and shift it until it parts the circles from the squares, or let Rosenblatt’s rule do it: each mistake moves the line a little.",
    },
    1969: {
      points: "xor",
      learn: "Let it try",
      say: "Now the circles lie in two opposite corners: “one or the other, but not both”. Turn the line as you like: some points stay on the wrong side.",
    },
    1986: {
      points: "xor",
      learn: "Train by backpropagation",
      say: "Put four units between input and output, and let the chain rule tell each of them how to change. The dashed lines are the units; the colour is their verdict.",
    },
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const toX = (x) => ((x + 1) / 2) * SIZE;
  const toY = (y) => ((1 - y) / 2) * SIZE;

  function shape(name, attributes, parent) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, text] of Object.entries(attributes)) node.setAttribute(key, text);
    parent?.append(node);
    return node;
  }

  // The two points of a line at `reach` from the point of it that is nearest to the middle.
  function ends(line, reach) {
    const [wx, wy] = line.w;
    const square = wx * wx + wy * wy;
    const size = Math.sqrt(square);
    const [x, y] = [(-line.b * wx) / square, (-line.b * wy) / square];
    return [-reach, reach].map((r) => ({ x: x + (r * wy) / size, y: y - (r * wx) / size }));
  }

  class Stage {
    constructor(root) {
      this.root = root;
      this.svg = root.querySelector("svg");
      this.part = (name) => root.querySelector(`[data-part="${name}"]`);
      for (const button of root.querySelectorAll("[data-scene]")) {
        button.addEventListener("click", () => this.show(button.dataset.scene));
      }
      this.part("learn").addEventListener("click", () => this.learn());
      for (const name of ["turn", "shift"]) {
        this.part(name).addEventListener("input", () => this.moved());
      }
      this.dragging();
      root.hidden = false;
      this.show("1958");
    }

    show(scene) {
      this.stop();
      this.scene = scene;
      this.set = M.points(SCENES[scene].points);
      for (const button of this.root.querySelectorAll("[data-scene]")) {
        button.setAttribute("aria-pressed", String(button.dataset.scene === scene));
      }
      this.part("say").textContent = SCENES[scene].say;
      this.part("learn").textContent = SCENES[scene].learn;
      this.part("line").hidden = scene === "1986";
      this.svg.classList.toggle("dl-draggable", scene !== "1986");
      this.seed = 5;
      this.model = M.net(4, this.seed);
      this.place({ degrees: -48, shift: 0.22 });
      this.draw();
      this.report();
    }

    place({ degrees, shift }) {
      this.part("turn").value = Math.round(degrees);
      this.part("shift").value = Math.round(100 * shift);
      this.line = M.lineAt(degrees, shift);
    }

    moved() {
      this.stop();
      this.place({ degrees: +this.part("turn").value, shift: this.part("shift").value / 100 });
      this.draw();
      this.report();
    }

    // A drag turns the line around the point of it that is opposite to the pointer.
    dragging() {
      const at = (event) => {
        const box = this.svg.getBoundingClientRect();
        return {
          x: (2 * (event.clientX - box.left)) / box.width - 1,
          y: 1 - (2 * (event.clientY - box.top)) / box.height,
        };
      };
      let anchor = null;
      this.svg.addEventListener("pointerdown", (event) => {
        if (this.scene === "1986") return;
        const p = at(event);
        const [first, second] = ends(this.line, 0.75);
        const far = (end) => Math.hypot(end.x - p.x, end.y - p.y);
        anchor = far(first) > far(second) ? first : second;
        anchor.sign = anchor === first ? 1 : -1;
        this.svg.setPointerCapture(event.pointerId);
      });
      this.svg.addEventListener("pointermove", (event) => anchor && this.pull(anchor, at(event)));
      for (const end of ["pointerup", "pointercancel"]) {
        this.svg.addEventListener(end, () => (anchor = null));
      }
    }

    pull(anchor, p) {
      const [dx, dy] = [anchor.sign * (p.x - anchor.x), anchor.sign * (p.y - anchor.y)];
      const length = Math.hypot(dx, dy);
      if (length < 0.1) return;
      const w = [-dy / length, dx / length];
      this.place(M.placeOf({ w, b: -(w[0] * anchor.x + w[1] * anchor.y) }));
      this.moved();
    }

    draw() {
      this.svg.replaceChildren();
      if (this.scene === "1986") this.drawNet();
      else this.drawLine();
      for (const p of this.set) this.drawPoint(p);
    }

    drawLine() {
      const side = (sign) => {
        const [a, b] = ends(this.line, 4);
        const [wx, wy] = this.line.w.map((w) => (4 * sign * w) / Math.hypot(...this.line.w));
        const corners = [a, b, { x: b.x + wx, y: b.y + wy }, { x: a.x + wx, y: a.y + wy }];
        const path = corners.map((c) => `${toX(c.x)},${toY(c.y)}`).join(" ");
        shape("polygon", { points: path, class: sign > 0 ? "dl-side-a" : "dl-side-b" }, this.svg);
      };
      side(1);
      side(-1);
      this.stroke(ends(this.line, 4), "dl-line");
      for (const end of ends(this.line, 0.75)) {
        shape("circle", { cx: toX(end.x), cy: toY(end.y), r: 11, class: "dl-handle" }, this.svg);
      }
    }

    drawNet() {
      const width = SIZE / CELLS;
      const cells = Array.from({ length: CELLS * CELLS }, (_, i) => [i % CELLS, Math.floor(i / CELLS)]);
      const middle = (i) => (2 * (i + 0.5)) / CELLS - 1;
      const found = M.answers(this.model, cells.map(([column, row]) => ({ x: middle(column), y: -middle(row) })));
      cells.forEach(([column, row], i) => shape("rect", {
        x: column * width, y: row * width, width: width + 0.5, height: width + 0.5,
        class: found[i] > 0 ? "dl-side-a" : "dl-side-b", "fill-opacity": Math.abs(found[i]).toFixed(2),
      }, this.svg));
      for (const line of M.lines(this.model)) this.stroke(ends(line, 4), "dl-unit");
    }

    stroke([from, to], name) {
      const ends = { x1: toX(from.x), y1: toY(from.y), x2: toX(to.x), y2: toY(to.y) };
      shape("line", { ...ends, class: name }, this.svg);
    }

    drawPoint(p) {
      const [x, y] = [toX(p.x), toY(p.y)];
      if (p.side > 0) shape("circle", { cx: x, cy: y, r: 8, class: "dl-point-a" }, this.svg);
      else shape("rect", { x: x - 7, y: y - 7, width: 14, height: 14, class: "dl-point-b" }, this.svg);
    }

    report(end = "") {
      const wrong = this.scene === "1986" ? M.netWrong(this.model, this.set) : M.wrong(this.line, this.set);
      const count = wrong.length;
      const mistakes = count ? `${count} of ${this.set.length} on the wrong side.` : "Every point is on its side.";
      this.svg.setAttribute("aria-label", `${this.set.length} points in a square. ${mistakes}`);
      this.part("status").textContent = `${mistakes} ${end}`.trim();
    }

    stop() {
      clearInterval(this.timer);
      this.timer = null;
    }

    learn() {
      if (this.scene === "1986") this.train();
      else this.applyRule();
    }

    // Call step() until it says that it is done: watched, or at once for readers who want calm.
    run(step, pause) {
      this.stop();
      if (calm) {
        while (!step());
        return;
      }
      this.timer = setInterval(() => step() && this.stop(), pause);
    }

    applyRule() {
      const start = this.line;
      let corrections = 0;
      let line = start;
      this.run(() => {
        const done = !M.wrong(line, this.set).length || corrections === 60;
        if (!done) {
          line = M.correct(line, this.set, corrections);
          corrections += 1;
        }
        this.place(M.placeOf(line));
        this.draw();
        const tail = M.wrong(line, this.set).length && done ? ": no line can do it" : "";
        this.report(`${corrections} corrections${tail}.`);
        return done;
      }, 110);
    }

    train() {
      this.seed += 1;
      this.model = M.net(4, this.seed);
      let steps = 0;
      this.run(() => {
        M.descend(this.model, this.set, 0.8);
        steps += 1;
        this.draw();
        this.report(`${steps} steps of gradient descent.`);
        return M.loss(this.model, this.set) < 0.03 || steps === 800;
      }, 40);
    }
  }

  for (const root of document.querySelectorAll("[data-stage]")) new Stage(root);
})();
