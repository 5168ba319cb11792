// Scenes as dlcore/data/scenes.py makes them: discs, squares and triangles on grey with noise, and
// what a reader draws, in the same ink. A scene is {base, noise, items}: the light of each pixel
// (0 … 1) where nothing stands, noise for what is put there, and
//
//   {kind, x, y, radius, angle, solid, bright}   one of the book's shapes, in pixels and radians
//   {points, solid, bright}                      a line drawn freely, lists [x, y] in pixels
"use strict";

const Scene = (() => {
  const { distance } = Strokes;
  const HEIGHT = Math.sqrt(3) / 2; // of a triangle with sides of 1
  const clamp = (value) => Math.min(1, Math.max(0, value));

  // Distance to the edge of each figure, positive inside, in units of the radius; v points down.
  const FIGURES = [
    (u, v) => 0.95 - Math.hypot(u, v),
    (u, v) => 0.82 - Math.max(Math.abs(u), Math.abs(v)),
    (u, v) => Math.min(0.55 - HEIGHT * Math.abs(u) + v / 2, 0.55 - v),
  ];

  // A function of a pixel's middle: how deep in the shape it lies, in pixels.
  function stampDepth({ kind, x, y, radius, angle }) {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return (px, py) => {
      const [dx, dy] = [(px - x) / radius, (py - y) / radius];
      return radius * FIGURES[kind](cos * dx + sin * dy, cos * dy - sin * dx);
    };
  }

  const toLine = (points) => (px, py) =>
    points.reduce((least, b, i) => Math.min(least, distance(px, py, points[Math.max(i - 1, 0)], b)), Infinity);

  // The inside of a line whose end is joined to its start: an odd number of sides lies to the left.
  function fillDepth(points) {
    const ring = [...points, points[0]];
    const away = toLine(ring);
    return (px, py) => {
      const odd = points.reduce((is, a, i) => {
        const b = ring[i + 1];
        const crosses = (a[1] > py) !== (b[1] > py)
          && px > a[0] + ((py - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
        return crosses ? !is : is;
      }, false);
      return odd ? away(px, py) : -away(px, py);
    };
  }

  const grid = (side, value) => Float32Array.from({ length: side * side }, (_, k) =>
    value((k % side) + 0.5, Math.floor(k / side) + 0.5));

  // How much of each pixel an item's ink covers, `drawn`, and its silhouette, `whole`.
  function cover(item, { side, line }) {
    if (item.points) {
      const away = toLine(item.points);
      const depth = item.solid ? fillDepth(item.points) : () => -Infinity;
      const drawn = grid(side, (x, y) => clamp(Math.max(line / 2 - away(x, y), depth(x, y)) + 0.5));
      return { drawn, whole: drawn };
    }
    const depth = grid(side, stampDepth(item));
    const whole = depth.map((d) => clamp(d + 0.5));
    return { drawn: item.solid ? whole : whole.map((w, k) => w - clamp(depth[k] - line + 0.5)), whole };
  }

  // The smallest box around a silhouette: left, top, right, bottom; null for nothing.
  function frame(whole, side) {
    const inside = [...whole.keys()].filter((k) => whole[k] > 0.5);
    if (!inside.length) return null;
    const [columns, rows] = [inside.map((k) => k % side), inside.map((k) => Math.floor(k / side))];
    return [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
  }

  // The grey values, 0 (white) … 1 (black); `covers` has cover(…) of each item.
  function picture({ base, noise, items }, covers, { shades }) {
    return base.map((light, k) => 1 - clamp(items.reduce((sum, { bright }, i) => {
      const { drawn } = covers[i];
      return sum * (1 - drawn[k]) + (shades[Number(bright)] + noise[k]) * drawn[k];
    }, light)));
  }

  // Noise of a normal distribution, by Box and Muller.
  function noise(side, size, random = Math.random) {
    return grid(side, () =>
      size * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
  }

  // A scene that a reader works on. chosen: the item that was put or taken last, or null.
  class Sheet {
    // settings: about.scene of the model; base: the light of each pixel; known: true boxes in it
    constructor(settings, base, known = []) {
      Object.assign(this, { settings, base, known, items: [], covers: new Map(), chosen: null });
      this.noise = noise(settings.side, settings.noise);
    }

    static empty(settings) {
      return new Sheet(settings, noise(settings.side, settings.noise).map((v) => settings.grey + v));
    }

    renew(item) {
      const found = cover(item, this.settings);
      const around = item.points ? null : frame(found.whole, this.settings.side);
      this.covers.set(item, { ...found, frame: around });
    }

    put(item) {
      this.items.push(item);
      this.chosen = item;
      this.renew(item);
    }

    // Other values for the chosen item.
    change(values) {
      Object.assign(this.chosen, values);
      this.renew(this.chosen);
    }

    extend(point) {
      this.change({ points: [...this.chosen.points, point] });
    }

    move(dx, dy) {
      const { points, x, y } = this.chosen;
      this.change(points ? { points: points.map(([px, py]) => [px + dx, py + dy]) } : { x: x + dx, y: y + dy });
    }

    remove() {
      this.items = this.items.filter((item) => item !== this.chosen);
      this.chosen = this.items.at(-1) ?? null;
    }

    // The last item put over this place, or undefined.
    under([x, y]) {
      const { side } = this.settings;
      const [column, row] = [x, y].map((v) => Math.min(side - 1, Math.floor(v)));
      return this.items.findLast((item) => this.covers.get(item).whole[row * side + column] > 0.5);
    }

    // The true boxes: of the scene, and of the shapes on it; a drawn line has no name, and no box.
    truth() {
      return [...this.known, ...this.items.map((item) => this.covers.get(item).frame).filter(Boolean)];
    }

    grey() {
      return picture(this, this.items.map((item) => this.covers.get(item)), this.settings);
    }
  }

  return { Sheet, cover, frame, picture, noise };
})();

if (typeof module === "object") module.exports = Scene;
