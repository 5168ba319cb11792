// From the lines that a reader draws to the 8 × 8 grey values that the net has learned from.
//
// The pictures of the set were made from 32 × 32 black and white pixels: each digit fills the height,
// its line is about as thick that 312 of the 1,024 pixels are black, and each of the 8 × 8 values
// counts the black ones among 16. A drawing goes the same way.
"use strict";

const Strokes = (() => {
  const [FINE, SIDE, BLACK] = [32, 8, 312];
  const [TALL, WIDE] = [27, 21]; // what the middle of the line may span, in fine pixels

  // Moves and scales the strokes, lists of points [x, y], into the middle of the fine grid.
  function fit(strokes) {
    const range = (axis) => {
      const values = strokes.flat().map((point) => point[axis]);
      return [Math.min(...values), Math.max(...values)];
    };
    const [[left, right], [top, bottom]] = [range(0), range(1)];
    const scale = Math.min(TALL / (bottom - top), WIDE / (right - left), 1e6);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const place = (point) => [(point[0] - x) * scale + FINE / 2, (point[1] - y) * scale + FINE / 2];
    return strokes.map((stroke) => stroke.map(place));
  }

  // Distance of point p from the straight line between a and b.
  function distance(p, a, b) {
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(1, Math.max(0, along));
    return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
  }

  // The 64 grey values, 0 (paper) … 1 (ink), row by row; all 0 for an empty board.
  function picture(strokes) {
    const grey = new Float32Array(SIDE * SIDE);
    if (!strokes.flat().length) return grey;
    const lines = fit(strokes).flatMap((stroke) =>
      stroke.map((point, i) => [stroke[Math.max(i - 1, 0)], point]));
    const pixels = Array.from({ length: FINE * FINE }, (_, k) => {
      const [row, column] = [Math.floor(k / FINE), k % FINE];
      const far = (line) => distance([column + 0.5, row + 0.5], ...line);
      return { row, column, far: Math.min(...lines.map(far)) };
    });
    const block = FINE / SIDE;
    for (const { row, column } of pixels.sort((a, b) => a.far - b.far).slice(0, BLACK)) {
      grey[Math.floor(row / block) * SIDE + Math.floor(column / block)] += 1 / block ** 2;
    }
    return grey;
  }

  return { picture };
})();

if (typeof module === "object") module.exports = Strokes;
