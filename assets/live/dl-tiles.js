// The playground's drawing of a net: a column of tiles for each layer, and the lines between them.
"use strict";

const Tiles = (() => {
  const { element, mix, tint } = LivePage;
  const GRID = 40; // points along each side of the plane at which every unit is asked
  const LINKS = { x1: "x₁", x2: "x₂", x1x1: "x₁²", x2x2: "x₂²", x1x2: "x₁x₂" };
  const SHADES = 128; // of each of the two colours

  // The points of the grid, row by row from the upper left.
  const at = (i) => Trial.REACH * ((2 * (i + 0.5)) / GRID - 1);
  const plane = Array.from({ length: GRID ** 2 }, (_, k) => [at(k % GRID), -at(Math.floor(k / GRID))]);

  // Colours of −1 … 1 as four bytes each in one number: blue, paper, vermilion.
  const palettes = {};
  function palette() {
    const { theme } = document.documentElement.dataset;
    palettes[theme] ??= Uint32Array.from({ length: 2 * SHADES + 1 }, (_, i) => {
      const [r, g, b] = mix(i < SHADES ? "blue" : "vermilion", 0.85 * Math.abs(i / SHADES - 1));
      return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    });
    return palettes[theme];
  }

  // Paints unit u of answers (GRID², U) into a canvas of GRID by GRID; squash brings them to −1 … 1.
  const image = new ImageData(GRID, GRID);
  const pixels = new Uint32Array(image.data.buffer);
  function paint(canvas, { shape: [, U], data }, u, squash) {
    const colours = palette();
    for (let k = 0; k < pixels.length; k += 1)
      pixels[k] = colours[Math.round(SHADES * (1 + squash(data[k * U + u])))] ?? colours[SHADES];
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  const small = () => element("canvas", { width: GRID, height: GRID, "aria-hidden": "true" });

  // What the reader does to the net: choose(layer, unit), peek(layer, unit) or peek() at the end,
  // toggle(input), and resize(layers).
  class View {
    constructor(acts) {
      this.acts = acts;
      this.lines = element("canvas", { class: "dl-lines", "aria-hidden": "true" });
      this.columns = element("div", {
        class: "dl-columns", role: "group", "aria-label": "Units; arrow keys go from one to the next",
      });
      this.node = element("div", { class: "dl-net" }, this.lines, this.columns);
      this.columns.addEventListener("keydown", (event) => this.key(event));
      new ResizeObserver(() => this.place()).observe(this.node);
    }

    // Makes the tiles anew: inputs, one column for each layer, the output.
    build({ inputs, layers }) {
      this.inputs = inputs;
      const held = this.spot();
      const heads = (k) => [["−", "Remove", -1], ["+", "Add", 1]].map(([sign, verb, by]) => {
        const node = element("button", {
          type: "button", class: "dl-small", "aria-label": `${verb} a unit ${by < 0 ? "of" : "to"} layer ${k + 1}`,
          onclick: () => this.acts.resize(layers.with(k, layers[k] + by), k, by),
        }, sign);
        node.disabled = by < 0 ? layers[k] === 1 : layers[k] === Trial.MOST.units;
        return node;
      });
      this.given = Object.keys(Trial.INPUTS).map((name) => this.tile(`Input ${LINKS[name]}`, LINKS[name],
        inputs.includes(name), { onclick: () => this.acts.toggle(name) }));
      this.units = [...layers, 1].map((units, k) => Array.from({ length: units }, (_, u) =>
        this.tile(k < layers.length ? `Layer ${k + 1}, unit ${u + 1}` : "Output", "", false, {
          onclick: () => this.acts.choose(k, u),
          onpointerenter: (event) => event.pointerType === "mouse" && this.acts.peek(k, u),
          onpointerleave: () => this.acts.peek(),
        })));
      const column = (head, tiles) => element("div", { class: "dl-column" },
        element("div", { class: "dl-head" }, ...head), ...tiles.map(({ node }) => node));
      const words = (text) => [element("small", {}, text)];
      this.all = [this.given, ...this.units];
      this.columns.replaceChildren(column(words("inputs"), this.given),
        ...this.units.map((tiles, k) => column(k < layers.length ? heads(k) : words("output"), tiles)));
      this.node.style.setProperty("--columns", this.all.length);
      this.rove(...(held ?? [1, 0]), Boolean(held));
      this.place();
    }

    tile(name, text, on, acts) {
      const canvas = small();
      const node = element("button", {
        type: "button", class: "dl-tile", tabindex: -1, "aria-label": name, "aria-pressed": String(on), ...acts,
      }, canvas, text);
      return { node, canvas };
    }

    // Column and row of the tile that has the focus.
    spot() {
      const column = (this.all ?? []).findIndex((tiles) => tiles.some(({ node }) => node === document.activeElement));
      return column < 0 ? null : [column, this.all[column].findIndex(({ node }) => node === document.activeElement)];
    }

    // Of all tiles Tab reaches one.
    rove(column, row, focus) {
      const tiles = this.all[Math.min(this.all.length - 1, Math.max(0, column))];
      const { node } = tiles[Math.min(tiles.length - 1, Math.max(0, row))];
      for (const tile of this.all.flat()) tile.node.tabIndex = tile.node === node ? 0 : -1;
      if (focus) node.focus();
    }

    key(event) {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const here = this.spot();
      if (!way || !here) return;
      event.preventDefault();
      this.rove(here[0] + way[0], here[1] + way[1], true);
    }

    // Where the tiles are, in pixels of the page: after a change of size.
    place() {
      if (!this.all) return;
      const frame = this.node.getBoundingClientRect();
      this.scale = Math.min(2, devicePixelRatio || 1);
      [this.lines.width, this.lines.height] = [frame.width, frame.height].map((v) => Math.round(v * this.scale));
      this.ends = this.all.map((tiles) => tiles.map(({ node }) => {
        const box = node.getBoundingClientRect();
        return { left: box.left - frame.left, right: box.right - frame.left, y: box.top + box.height / 2 - frame.top };
      }));
      this.acts.placed();
    }

    // x: what the inputs are, answers: those of all layers of units, on the grid.
    draw(x, answers, squash, chosen) {
      this.given.forEach(({ canvas, node }, i) => {
        const name = Object.keys(Trial.INPUTS)[i];
        paint(canvas, x[name], 0, (v) => Math.max(-1, Math.min(1, v / Trial.REACH)));
        node.classList.toggle("dl-off", !this.inputs.includes(name));
      });
      this.units.forEach((tiles, k) => tiles.forEach(({ canvas, node }, u) => {
        paint(canvas, answers[k], u, squash[k]);
        node.setAttribute("aria-pressed", String(k === chosen[0] && u === chosen[1]));
      }));
    }

    // Lines for tables (O, I) of numbers, one for each pair of columns; width(v) in pixels.
    connect(tables, width, chosen) {
      const pen = this.lines.getContext("2d");
      pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
      pen.clearRect(0, 0, this.lines.width, this.lines.height);
      const names = Object.keys(Trial.INPUTS);
      const used = this.inputs.map((name) => this.ends[0][names.indexOf(name)]);
      tables.forEach(({ shape: [O, I], data }, k) => {
        const [from, to] = [k ? this.ends[k] : used, this.ends[k + 1]];
        for (let o = 0; o < O; o += 1) for (let i = 0; i < I; i += 1) {
          const v = data[o * I + i];
          const clear = k === chosen[0] && o === chosen[1];
          pen.strokeStyle = tint(v < 0 ? "blue" : "vermilion", clear ? 1 : 0.6);
          pen.lineWidth = width(v);
          if (!(pen.lineWidth >= 0.3 && width(v) > 0)) continue;
          const [x1, x2] = [from[i].right, to[o].left];
          const half = (x1 + x2) / 2;
          pen.beginPath();
          pen.moveTo(x1, from[i].y);
          pen.bezierCurveTo(half, from[i].y, half, to[o].y, x2, to[o].y);
          pen.stroke();
        }
      });
    }
  }

  return { View, GRID, LINKS, plane, paint, small };
})();
