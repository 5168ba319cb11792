// Pictures of what the layers between input and output answer: units as tiles, channels as maps.
"use strict";

const Hidden = (() => {
  const { element, mix, tint, squares } = LivePage;
  const RESPONSES = ["Sigmoid", "Tanh", "ReLU", "GELU", "Softmax"];
  const POSITIVE = ["Sigmoid", "ReLU", "Softmax"]; // responses that are never below 0
  const QUIET = ["Flatten"];
  const MAP = 84; // pixels of a map's picture, about
  const UNIT = 26; // pixels of a unit's tile
  const WEIGHED = 80; // pixels of the tile of a unit that shows its weights
  const GAP = 6;
  const by = ([height, width]) => `${height}\u00a0×\u00a0${width}`;
  const write = (value) => value.toFixed(2);

  // Which layers to show: what leaves a response, or a layer that has none behind it; not the last.
  function shown(parts) {
    const wanted = parts.map((part, i) =>
      !QUIET.includes(part.type) && !RESPONSES.includes(parts[i + 1]?.type));
    return [...parts.keys()].slice(0, -1).filter((i) => wanted[i]);
  }

  // One shown layer: its section of the page, and draw(answer), which paints its canvas.
  class Layer {
    constructor(parts, index, shape) {
      const before = parts.slice(0, index + 1);
      this.part = parts[index];
      this.shape = shape;
      this.weighted = before.findLast(({ weights }) => weights.weight);
      this.signed = !POSITIVE.includes(before.findLast(({ type }) => RESPONSES.includes(type))?.type);
      this.isMap = shape.length === 4;
      this.count = shape[1];
      this.pooled = this.part.type.endsWith("Pool2d");
      const own = this.weighted?.weights.weight.shape ?? [];
      const side = Math.sqrt(own[1]);
      const first = this.weighted === parts[0] && !this.pooled;
      // the picture of weights that a unit or map of the first layer has: so many rows and columns
      this.pattern = !first ? 0 : !this.isMap ? (Number.isInteger(side) && side) : own[1] === 1 && own[3];
      this.canvas = element("canvas", { role: "img" });
      this.measure();
    }

    // Sizes of tiles, and of the canvas that holds them.
    measure() {
      const [rows, side] = this.isMap ? this.shape.slice(2) : [1, 1];
      const most = this.isMap ? 8 : this.pattern ? 10 : Math.max(12, Math.ceil(this.count / 6));
      const room = this.isMap ? MAP : this.pattern ? WEIGHED : UNIT;
      this.columns = Math.min(this.count, most);
      this.cell = Math.max(1, Math.floor(room / side));
      this.wide = this.cell * side + GAP;
      this.tall = this.cell * rows + GAP;
      this.below = !this.pattern ? 0 : this.isMap ? 8 * this.pattern + 2 * GAP : GAP;
      const lines = Math.ceil(this.count / this.columns);
      this.canvas.width = this.columns * this.wide - GAP;
      this.canvas.height = lines * (this.tall + this.below) - GAP;
    }

    section(before) {
      const weighed = (layer) => layer.pattern && !layer.isMap; // it says so itself
      const told = before && before.signed === this.signed && !weighed(before);
      const text = [this.explanation(), told || weighed(this) ? "" : this.legend()];
      return element("section", { class: "dl-layer" },
        element("p", { class: "dl-name" }, this.title()), this.canvas,
        element("p", {}, text.filter(Boolean).join(" ")));
    }

    title() {
      if (!this.isMap) return `${this.count} hidden units`;
      const size = by(this.shape.slice(2));
      return this.pooled ? `Pooled to ${size}` : `Convolution: ${this.count} maps of ${size}`;
    }

    explanation() {
      const { settings, type } = this.part;
      if (this.pooled) {
        const what = type === "MaxPool2d" ? "largest" : "mean";
        return `Each pixel is the ${what} of ${by(settings.kernel_size)}.`;
      }
      if (!this.isMap) {
        return this.pattern ? "Each small picture holds a unit’s weights: blue speaks for it, orange "
          + "against. The bar, and the strength of the colours, show how much it fires." : "";
      }
      const [, maps, ...kernel] = this.weighted.weights.weight.shape; // of a convolution
      return this.pattern ? `Below each map: the ${by(kernel)} weights that it slides over the picture.`
        : `Each map looks at ${maps} maps through windows of ${by(kernel)}.`;
    }

    legend() {
      return this.signed ? "Blue is above 0, orange below." : "The darker, the stronger the answer.";
    }

    paint(share) {
      return mix(this.signed ? (share > 0 ? "blue" : "vermilion") : "ink", Math.abs(share));
    }

    draw({ data }) {
      const pen = this.canvas.getContext("2d");
      pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
      const most = data.reduce((a, b) => Math.max(a, Math.abs(b)), this.isMap ? 1e-6 : 1);
      const size = data.length / this.count;
      for (let unit = 0; unit < this.count; unit += 1) {
        const x = (unit % this.columns) * this.wide;
        const y = Math.floor(unit / this.columns) * (this.tall + this.below);
        const own = data.subarray(unit * size, (unit + 1) * size);
        if (this.pattern && !this.isMap) this.drawUnit(pen, unit, Math.abs(own[0]) / most, x, y);
        else squares(pen, own, this.shape[3] ?? 1, this.cell, x, y, (v) => this.paint(v / most));
        if (this.pattern && this.isMap) this.drawKernel(pen, unit, x, y + this.tall);
      }
      this.canvas.setAttribute("aria-label", this.spoken(data, size));
    }

    // The weights of one unit or map of the first layer.
    own(unit) {
      const { data } = this.weighted.weights.weight;
      return data.subarray(unit * this.pattern ** 2, (unit + 1) * this.pattern ** 2);
    }

    drawUnit(pen, unit, share, x, y) {
      const size = this.cell / this.pattern;
      squares(pen, this.own(unit), this.pattern, size, x, y, (w) =>
        mix(w > 0 ? "blue" : "vermilion", (Math.abs(w) / 1.5) * (0.25 + 0.75 * share)));
      pen.fillStyle = tint("ink", 0.15);
      pen.fillRect(x, y + this.cell, this.cell, GAP);
      pen.fillStyle = tint("ink", 1);
      pen.fillRect(x, y + this.cell, this.cell * share, GAP);
    }

    drawKernel(pen, unit, x, y) {
      const kernel = this.own(unit);
      const most = Math.max(...kernel.map(Math.abs));
      squares(pen, kernel, this.pattern, 8, x, y, (w) =>
        mix(w > 0 ? "blue" : "vermilion", Math.abs(w) / most));
    }

    spoken(data, size) {
      const strength = Array.from({ length: this.count }, (_, unit) =>
        data.subarray(unit * size, (unit + 1) * size).reduce((sum, v) => sum + Math.abs(v) / size, 0));
      const order = [...strength.keys()].sort((a, b) => strength[b] - strength[a]);
      if (this.isMap) {
        const [height, width] = this.shape.slice(2);
        const kind = this.pooled ? "pooled" : "feature";
        return `${this.count} ${kind} maps of ${height} by ${width}; the strongest is map ${order[0] + 1}`;
      }
      const named = order.slice(0, 3).map((unit) => `${unit + 1} (${write(data[unit])})`);
      return `${this.count} hidden units; the strongest are ${named.join(", ")}`;
    }
  }

  // The shown layers of a net for inputs of a shape.
  function layers(net, shape) {
    const trace = net.trace(DL.tensor([1, ...shape]));
    return shown(net.parts).map((index) =>
      ({ index, layer: new Layer(net.parts, index, trace[index].shape) }));
  }

  return { layers };
})();
