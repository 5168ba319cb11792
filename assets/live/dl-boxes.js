// From what the cells of a grid say to a list of boxes, as dlcore/models/vision/grid_detector.py and
// boxes.py have it. A box is [left, top, right, bottom] in pixels.
"use strict";

const Boxes = (() => {
  const STRIDE = 4; // pixels per cell
  const TYPICAL = 5; // pixels: half a side of a box for an output of 0
  const f = Math.fround; // rounds to 24 bits as dlcore's numbers are, or ties would end otherwise
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  // Shared over joint area.
  function iou(a, b) {
    const side = (low, high) => Math.max(0, f(high - low));
    const area = ([left, top, right, bottom]) => f(f(right - left) * f(bottom - top));
    const shared = f(side(Math.max(a[0], b[0]), Math.min(a[2], b[2]))
      * side(Math.max(a[1], b[1]), Math.min(a[3], b[3])));
    const joint = f(f(area(a) + area(b)) - shared);
    return joint > 0 ? f(shared / joint) : 0;
  }

  // Non-maximum suppression in each class: the surest stays, and those that it overlaps go.
  function nms(found, overlap) {
    const [keep, limit] = [[], f(overlap)];
    let waiting = sorted(found);
    while (waiting.length) {
      const [best, ...others] = waiting;
      keep.push(best);
      waiting = others.filter(({ box, label }) => label !== best.label || iou(best.box, box) <= limit);
    }
    return keep;
  }

  const sorted = (found) => [...found].sort((a, b) => b.score - a.score); // equal ones as they came

  // Scores above `least`, then nms; all of them if overlap is null.
  function best(found, { least, overlap }) {
    const sure = found.filter(({ score }) => score > least);
    return overlap === null ? sorted(sure) : nms(sure, overlap);
  }

  // What each cell says: {box, score, label, here}.   map (1, 5 + classes, S, S)
  function cells({ shape, data }) {
    const [, channels, side] = shape;
    const count = side * side;
    return Array.from({ length: count }, (_, k) => {
      const [here, x, y, wide, tall, ...kinds] = Array.from({ length: channels }, (_, c) => data[c * count + k]);
      const middle = [k % side + 0.5 + x, Math.floor(k / side) + 0.5 + y].map((v) => STRIDE * v);
      const half = [wide, tall].map((v) => TYPICAL * Math.exp(clamp(v, -3, 3)));
      const corners = [-1, 1].flatMap((way) => middle.map((v, i) => v + way * half[i]));
      const largest = Math.max(...kinds);
      const total = kinds.reduce((sum, v) => sum + Math.exp(v - largest), 0);
      const sure = 1 / (1 + Math.exp(-here));
      return {
        box: corners.map((v) => clamp(v, 0, STRIDE * side)),
        score: sure / total,
        label: kinds.indexOf(largest),
        here: sure,
      };
    });
  }

  return { iou, nms, best, cells };
})();

if (typeof module === "object") module.exports = Boxes;
