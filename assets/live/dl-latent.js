// <dl-latent model="latent-plane">: walk through the plane of a decoder's two numbers.
"use strict";

(() => {
  const { LiveElement, element, tint, squares } = LivePage;
  const SIDE = 8; // pixels of a digit along each side
  const PLANE = 720; // pixels of the board's own grid; the page shows it at any size
  const SHOWN = 40; // screen pixels of a pixel of the large picture
  const LEGS = 9; // pictures of a walk
  const SMALL = 10; // screen pixels of a pixel in one of them
  const TIME = 1800; // milliseconds that a walk takes
  const NEAR = 20; // digits that are asked where one stands
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const COLOURS = ["blue", "vermilion", "green", "purple", "amber", "sky", "ink"];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const name = (text) => element("p", { class: "dl-name" }, text);
  const write = (value) => value.toFixed(2).replace("-", "−");

  class Latent extends LiveElement {
    start(model) {
      this.about = model.about;
      this.decode = Walk.decoder(model);
      this.residents = Walk.residents(model.about.places);
      this.build();
      this.place = model.about.first;
      this.walk(model.about.second, true);
      this.go(model.about.first);
      this.report();
    }

    build() {
      const canvas = (width, height = width) => element("canvas", { width, height, role: "img" });
      this.board = canvas(PLANE);
      for (const [key, value] of Object.entries({
        tabindex: 0, role: "application", class: "dl-board", "aria-label": "The plane of codes",
      })) this.board.setAttribute(key, value);
      this.picture = canvas(SIDE * SHOWN);
      this.strip = canvas(LEGS * (SIDE + 1) * SMALL - SMALL, SIDE * SMALL);
      const { reach } = this.about;
      const range = { min: -reach, max: reach, step: 0.05 };
      this.sliders = ["z₁", "z₂"].map((text, i) => Tools.slider(text, range, 0, write, (value) => {
        this.go(this.place.map((v, k) => (k === i ? value : v)));
        this.report();
      }));
      const goals = this.about.middles.map((middle, digit) => {
        const node = Tools.button(String(digit), () => this.walk(middle));
        node.setAttribute("aria-label", `Walk to the middle of the digit ${digit}`);
        return node;
      });
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      this.replaceChildren(
        element("section", {}, name("The plane"), this.board,
          element("p", {}, "Drag, or use the arrow keys; with Shift they take small steps. Every digit stands where "
            + "the encoder puts it; the rings are one and two standard deviations of the prior.")),
        element("section", {}, name("What the decoder makes of the place"), this.picture,
          ...this.sliders.map(({ node }) => node),
          name("Walk to the middle of the"),
          element("div", { class: "dl-buttons dl-names", role: "group", "aria-label": "Walk to" }, ...goals)),
        element("section", { class: "dl-whole" }, name("The last walk"), this.strip), this.status,
        element("section", { class: "dl-whole" }, element("p", {}, this.record())));
      this.listen();
    }

    record() {
      const { parameters, steps, nats, nats_of_new: fresh } = this.about;
      const [size, taken, seen] = [parameters, steps, this.residents.length].map((n) => n.toLocaleString("en"));
      return `The decoder has ${size} weights and biases and learned with its encoder for ${taken} steps from these `
        + `${seen} digits: ${nats.toFixed(1)} nats a digit by the bound, ${fresh.toFixed(1)} for digits that it had not seen.`;
    }

    listen() {
      const { reach } = this.about;
      const at = (event) => {
        const box = this.board.getBoundingClientRect();
        return [(2 * (event.clientX - box.left)) / box.width - 1, 1 - (2 * (event.clientY - box.top)) / box.height]
          .map((share) => reach * share);
      };
      const board = (kind, act) => this.board.addEventListener(kind, act);
      board("pointerdown", (event) => {
        this.board.setPointerCapture(event.pointerId);
        this.held = true;
        this.go(at(event));
      });
      board("pointermove", (event) => this.held && this.go(at(event)));
      for (const end of ["pointerup", "pointercancel"]) board(end, () => {
        if (this.held) this.report();
        this.held = false;
      });
      board("keydown", (event) => {
        const way = ARROWS[event.key];
        if (!way) return;
        event.preventDefault();
        const stride = event.shiftKey ? 0.05 : 0.2;
        this.go(this.place.map((v, i) => Math.round(100 * (v + stride * way[i])) / 100));
        this.report();
      });
      for (const change of ["focus", "blur"]) board(change, () => this.draw());
    }

    // Stand at a place inside the plane; a walk that is under way ends.
    go(place) {
      cancelAnimationFrame(this.walking);
      this.put(place);
    }

    put(place) {
      const { reach } = this.about;
      this.place = place.map((v) => Math.min(reach, Math.max(-reach, v)));
      this.chances = this.decode(this.place);
      this.sliders.forEach(({ set }, i) => set(this.place[i]));
      this.draw();
    }

    // Straight to a place, with pictures of the way; at once for who wants little motion.
    walk(goal, atOnce = calm.matches) {
      const from = this.place;
      this.legs = Walk.way(from, goal, LEGS);
      this.drawStrip();
      cancelAnimationFrame(this.walking);
      const began = performance.now();
      const step = (now) => {
        const share = atOnce ? 1 : Math.min(1, Math.max(0, (now - began) / TIME));
        this.put(share === 1 ? goal : Walk.way(from, goal, 101)[Math.round(100 * share)]);
        if (share === 1) this.report();
        else if (this.isConnected) this.walking = requestAnimationFrame(step);
      };
      step(began);
    }

    report() {
      const told = Walk.neighbours(this.residents, this.place, NEAR).map(([digit, count]) =>
        `${count === NEAR ? "all" : count} ${count === 1 ? `is a ${digit}` : `are ${digit}s`}`);
      const many = told.length > 1 ? `${told.slice(0, -1).join(", ")} and ${told.at(-1)}` : told[0];
      this.status.textContent = `Here z₁ = ${write(this.place[0])}, z₂ = ${write(this.place[1])}. `
        + `Of the ${NEAR} digits whose places are nearest, ${many}.`;
    }

    draw() {
      const { theme } = document.documentElement.dataset;
      if (theme !== this.theme) {
        this.theme = theme;
        this.ground = this.drawGround();
        this.drawStrip();
      }
      const pen = this.board.getContext("2d");
      pen.drawImage(this.ground, 0, 0);
      const [x, y] = this.spot(this.place);
      const focused = document.activeElement === this.board;
      for (const [colour, width] of [["paper", 14], [focused ? "vermilion" : "ink", 7]]) {
        [pen.strokeStyle, pen.lineWidth] = [tint(colour, 1), width];
        pen.strokeRect(x - 15, y - 15, 30, 30);
      }
      squares(this.picture.getContext("2d"), this.chances, SIDE, SHOWN);
      const ink = this.chances.filter((v) => v > 0.5).length;
      this.picture.setAttribute("aria-label", `The decoded picture: ${ink} of 64 pixels are rather ink than paper`);
    }

    spot([across, up]) {
      const { reach } = this.about;
      return [((across + reach) / (2 * reach)) * PLANE, ((reach - up) / (2 * reach)) * PLANE];
    }

    // What stays: the rings, and each digit at its place.
    drawGround() {
      const canvas = element("canvas", { width: PLANE, height: PLANE });
      const pen = canvas.getContext("2d");
      pen.fillStyle = tint("ink", 0);
      pen.fillRect(0, 0, PLANE, PLANE);
      [pen.strokeStyle, pen.lineWidth] = [tint("muted", 1), 2];
      pen.setLineDash([8, 8]);
      for (const radius of [1, 2]) {
        pen.beginPath();
        pen.arc(PLANE / 2, PLANE / 2, (radius / (2 * this.about.reach)) * PLANE, 0, 2 * Math.PI);
        pen.stroke();
      }
      [pen.textAlign, pen.textBaseline] = ["center", "middle"];
      for (const { name: digit, place } of this.residents) {
        pen.font = `${digit >= COLOURS.length ? "bold " : ""}17px sans-serif`;
        pen.fillStyle = tint(COLOURS[digit % COLOURS.length], 1);
        pen.fillText(digit, ...this.spot(place));
      }
      return canvas;
    }

    drawStrip() {
      const pen = this.strip.getContext("2d");
      pen.clearRect(0, 0, this.strip.width, this.strip.height);
      this.legs.forEach((place, k) => squares(pen, this.decode(place), SIDE, SMALL, k * (SIDE + 1) * SMALL, 0));
      const [from, to] = [this.legs[0], this.legs.at(-1)].map((place) => place.map(write).join(", "));
      this.strip.setAttribute("aria-label", `${LEGS} decoded pictures on the straight way from ${from} to ${to}`);
    }
  }

  customElements.define("dl-latent", Latent);
})();
