// <dl-play>: a playground. A net learns points of a plane; the reader sets, watches and breaks it.
"use strict";

(() => {
  const { LiveElement, element } = LivePage;
  const { button, choice, tick } = Tools;
  const PACES = [[1, "slow"], [10, "brisk"], [50, "fast"]]; // steps between two pictures
  const REST = 8; // pictures between two changes of numbers that are read
  const soft = (v) => v / (1 + Math.abs(v));
  const SQUASH = {
    tanh: (v) => v, sigmoid: (v) => 2 * v - 1, relu: soft, none: soft,
  };
  const asScore = (z) => Math.tanh(z / 2); // 2 σ(z) − 1
  const name = (text) => element("p", { class: "dl-name" }, text);
  // Pixels of a line: linear for weights; for gradients a tenth of the largest is 2 pixels thinner.
  const WIDTHS = {
    weight: () => (v) => (6 * Math.abs(v)) / (1.5 + Math.abs(v)),
    gradient: (most) => (v) => (v && most ? Math.max(0, 6 + 2 * Math.log10(Math.abs(v) / most)) : 0),
  };

  class Playground extends LiveElement {
    start() {
      Object.assign(this, { pace: 10, lines: "weight", fresh: false, pictures: 0 });
      this.setting = Trial.read(location.hash);
      this.build();
      this.load(this.setting);
      addEventListener("hashchange", () => location.hash.includes("=") && this.load(Trial.read(location.hash)));
    }

    build() {
      this.playing = button("Run", () => this.toggle());
      this.count = element("span", { class: "dl-count" });
      const pace = choice("Pace", PACES, () => this.pace, (value) => {
        this.pace = value;
        pace.show();
      });
      const bar = element("div", { class: "dl-bar" },
        element("div", { class: "dl-buttons" }, this.playing, button("Step", () => this.step()),
          button("Start anew", () => this.change({ seed: this.setting.seed + 1 }))), pace.node, this.count);
      this.says = element("p", { class: "dl-says", role: "status" });
      this.surface = Tiles.small();
      this.points = element("canvas", { width: Gauges.SIDE, height: Gauges.SIDE, role: "img" });
      this.shown = name("");
      this.legend = element("p");
      this.link = element("a", { class: "dl-link" }, "Link to this setting");
      this.settings = Settings.panel(() => this.setting, (change) => this.change(change));
      this.incoming = new Incoming.Table((i, value) => this.put(i, value));
      this.replaceChildren(Settings.tries((setting) => this.load(setting, true)), bar, this.says,
        this.planePart(), this.netPart(), this.settings.node, this.incoming.node, this.gaugesPart(), this.link);
    }

    netPart() {
      this.view = new Tiles.View({
        choose: (...unit) => this.choose(unit),
        peek: (...unit) => {
          this.peeked = unit.length ? unit : null;
          this.draw();
        },
        toggle: (input) => {
          const on = (key) => this.setting.inputs.includes(key) !== (key === input);
          const inputs = Object.keys(Trial.INPUTS).filter(on);
          if (inputs.length) this.change({ inputs });
        },
        resize: (layers, k, by) => {
          this.change({ layers });
          this.view.node.querySelectorAll(".dl-head")[k + 1].children[by < 0 ? 0 : 1].focus();
        },
        placed: () => this.run && this.drawLines(),
      });
      this.depth = [["−", "Remove the last layer", -1], ["+", "Add a layer", 1]].map(([sign, text, by]) =>
        element("button", { type: "button", class: "dl-small", "aria-label": text, onclick: () => this.deepen(by) }, sign));
      this.layers = element("span", {});
      const kinds = [["weight", "weights"], ["gradient", "gradients"]];
      const lines = choice("Lines show", kinds, () => this.lines, (value) => {
        this.lines = value;
        lines.show();
        this.drawLines();
      });
      return element("section", { class: "dl-netpart" },
        element("div", { class: "dl-above" }, this.depth[0], this.layers, this.depth[1],
          element("span", { class: "dl-mover" }, "lines:"), lines.node),
        this.view.node,
        element("p", {}, "Orange is positive, blue negative; the wider the larger. Choose a unit to see its picture "
          + "large and its weights below."));
    }

    planePart() {
      return element("section", { class: "dl-planepart" }, this.shown,
        element("div", { class: "dl-plane" }, this.surface, this.points), this.legend,
        tick("New points too, hollow", false, (on) => {
          this.fresh = on;
          Gauges.points(this.points, this.run, on);
        }));
    }

    gaugesPart() {
      this.losses = element("canvas", { width: 560, height: 200, role: "img" });
      this.slopes = new Gauges.Slopes();
      this.loss = ["loss", "testLoss"].map(() => element("b", {}));
      return element("section", { class: "dl-gauges" }, name("Loss"), this.losses,
        element("p", {}, "its points ", this.loss[0], " (line), new ones ", this.loss[1], " (dashed)"),
        name("Gradient, layer by layer"), this.slopes.node,
        element("p", {}, "Root of the mean square, over all points; bars on a logarithmic scale."));
    }

    // A setting from an address or a button; one of a button starts at once.
    load(setting, go = false) {
      this.setting = setting;
      this.chosen = [setting.layers.length, 0];
      this.renew();
      if (go && !this.playingNow) this.toggle();
    }

    change(change) {
      this.setting = { ...this.setting, ...change };
      const keep = Object.keys(change).every((key) => ["rule", "rate", "decay", "batch"].includes(key));
      if (!keep) return this.renew();
      this.run.setting = this.setting;
      this.run.ruled();
      this.tell();
    }

    deepen(by) {
      const { layers } = this.setting;
      this.change({ layers: by < 0 ? layers.slice(0, -1) : [...layers, layers.at(-1) ?? 4] });
    }

    renew() {
      const { layers, inputs } = this.setting;
      this.run = new Trial.Run(this.setting);
      this.grid = this.run.table(Tiles.plane);
      this.given = Object.fromEntries(Object.entries(Trial.INPUTS).map(([key, of]) =>
        [key, DL.tensor([Tiles.plane.length, 1], Float32Array.from(Tiles.plane, of))]));
      const [k, u] = this.chosen;
      this.chosen = k < layers.length && u < layers[k] ? [k, u] : [layers.length, 0];
      this.peeked = null;
      this.view.build({ inputs, layers });
      this.layers.textContent = `${layers.length} ${layers.length === 1 ? "layer" : "layers"}`;
      this.depth[0].disabled = !layers.length;
      this.depth[1].disabled = layers.length === Trial.MOST.layers;
      this.slopes.build([...layers.map((_, i) => `layer ${i + 1}`), "output"]);
      this.choose(this.chosen);
      this.tell();
    }

    // Everything that names the setting: address, link, panel, words.
    tell() {
      this.link.href = Trial.write(this.setting);
      if (this.link.hash !== Trial.write(Trial.DEFAULTS) || location.hash.includes("="))
        history.replaceState(null, "", this.link.href);
      this.settings.show();
      this.report();
    }

    choose(unit) {
      this.chosen = unit;
      const { layers, inputs } = this.setting;
      const before = unit[0] ? Array.from({ length: layers[unit[0] - 1] }, (_, u) => `unit ${u + 1}`)
        : inputs.map((input) => Tiles.LINKS[input]);
      this.incoming.build(this.called(unit).toLowerCase(), before);
      this.draw();
      this.read();
    }

    called([k, u]) {
      return k < this.setting.layers.length ? `Layer ${k + 1}, unit ${u + 1}` : "Output";
    }

    put(i, value) {
      const { weight, bias } = this.run.linears[this.chosen[0]].weights;
      const width = weight.shape[1];
      if (i === width) bias.data[this.chosen[1]] = value;
      else weight.data[this.chosen[1] * width + i] = value;
      this.run.measure();
      this.draw();
      this.read();
      this.report();
    }

    step(count = 1) {
      for (let k = 0; k < count; k += 1) this.run.step();
      this.run.measure();
      this.draw();
      this.pictures += 1;
      if (!this.playingNow || this.pictures % REST === 0) this.read();
      if (!this.playingNow || this.pictures % (5 * REST) === 0) this.report();
    }

    toggle() {
      this.playingNow = !this.playingNow;
      this.playing.textContent = this.playingNow ? "Stop" : "Run";
      this.read();
      this.report();
      if (this.playingNow) requestAnimationFrame(() => this.frame());
    }

    frame() {
      if (!this.playingNow) return;
      if (!this.isConnected || !Number.isFinite(this.run.found.loss)) return this.toggle();
      this.step(this.pace);
      requestAnimationFrame(() => this.frame());
    }

    report() {
      const { name: found, says, chapter } = Why.find(this.run);
      if (this.playingNow && found === this.dataset.finding) return; // one sentence, not a ticker
      this.dataset.finding = found;
      this.says.replaceChildren(says, ...(chapter ? [" ", element("a", { href: chapter.href }, chapter.text)] : []));
    }

    // The numbers that are read: counts, losses, weights and gradients.
    read() {
      const { found, steps, linears, setting } = this.run;
      const [k, u] = this.chosen;
      const { weight, bias } = linears[k].weights;
      const [I] = weight.shape.slice(1);
      const own = ({ data }, { data: last }) => [...data.subarray(u * I, (u + 1) * I), last[u]];
      this.incoming.draw(own(weight, bias), own(weight.grad, bias.grad));
      this.slopes.draw(found.slopes);
      this.points.setAttribute("aria-label", `${this.shown.textContent} at every point of the plane, and `
        + `${setting.points} points, ${found.wrong} of them on the wrong side`);
      this.count.textContent = `${steps.toLocaleString("en")} steps, ${found.wrong} of ${setting.points} wrong`;
      ["loss", "testLoss"].forEach((key, i) => (this.loss[i].textContent = found[key].toFixed(3)));
      Gauges.losses(this.losses, this.run.past);
      this.losses.setAttribute("aria-label", `Loss after ${steps} steps: ${found.loss.toFixed(3)}, of new points `
        + found.testLoss.toFixed(3));
    }

    draw() {
      const { theme } = document.documentElement.dataset;
      if (theme !== this.theme || this.run !== this.pointed) Gauges.points(this.points, this.run, this.fresh);
      if (theme !== this.theme) {
        this.settings.draw();
        this.read();
      }
      [this.theme, this.pointed] = [theme, this.run];
      const units = this.run.units(this.run.net.trace(this.grid));
      const { layers, curve } = this.setting;
      const squash = [...layers.map(() => SQUASH[curve]), asScore];
      this.view.draw(this.given, units, squash, this.chosen);
      const [k, u] = this.peeked ?? this.chosen;
      this.shown.textContent = this.called([k, u]);
      this.legend.textContent = k === layers.length ? "Squares should be orange, circles blue."
        : "What this unit answers: orange is high, blue is low.";
      Tiles.paint(this.surface, units[k], u, squash[k]);
      this.drawLines();
    }

    drawLines() {
      const tables = this.run.linears.map(({ weights: { weight } }) =>
        this.lines === "weight" ? weight : weight.grad);
      const most = Math.max(...tables.flatMap(({ data }) => [...data].map(Math.abs)));
      this.view.connect(tables, WIDTHS[this.lines](most), this.chosen);
    }
  }

  customElements.define("dl-play", Playground);
})();
