// From the lines that a reader draws to the grey values that a net has learned from.
//
// The pictures of a set were made from finer ones, black on white, and a drawing goes the same way:
// fitted into a box, inked on a grid of `fine` × `fine` pixels, and each of the `side` × `side` grey
// values counts the black pixels in its square. The settings come with the model:
//
//   tall, wide  what the middle of the line may span, in fine pixels
//   black       the ink is that many pixels, those nearest to the line; or else
//   line        the line is that wide, in fine pixels
//   mass        where the ink's centre of mass belongs; without it the box stands in the middle
"use strict";

const Strokes = (() => {
  const shift = (strokes, dx, dy) => strokes.map((stroke) => stroke.map(([x, y]) => [x + dx, y + dy]));

  // Moves and scales the strokes, lists of points [x, y], into the middle of the fine grid.
  function fit(strokes, { fine, tall, wide }) {
    const range = (axis) => {
      const values = strokes.flat().map((point) => point[axis]);
      return [Math.min(...values), Math.max(...values)];
    };
    const [[left, right], [top, bottom]] = [range(0), range(1)];
    const scale = Math.min(tall / (bottom - top), wide / (right - left), 1e6);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const place = (point) => [(point[0] - x) * scale + fine / 2, (point[1] - y) * scale + fine / 2];
    return strokes.map((stroke) => stroke.map(place));
  }

  // Distance of point (x, y) from the straight line between a and b.
  function distance(x, y, a, b) {
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(1, Math.max(0, along));
    return Math.sqrt((x - a[0] - t * dx) ** 2 + (y - a[1] - t * dy) ** 2);
  }

  // How far each fine pixel is from the strokes; one further than `reach` may count as far away.
  function distances(strokes, fine, reach) {
    const far = new Float32Array(fine * fine).fill(Infinity);
    for (const stroke of strokes) stroke.forEach((b, i) => {
      const a = stroke[Math.max(i - 1, 0)];
      const [[left, right], [top, bottom]] = [0, 1].map((axis) => [
        Math.max(0, Math.floor(Math.min(a[axis], b[axis]) - reach)),
        Math.min(fine, Math.ceil(Math.max(a[axis], b[axis]) + reach)),
      ]);
      for (let row = top; row < bottom; row += 1) for (let column = left; column < right; column += 1) {
        const k = row * fine + column;
        far[k] = Math.min(far[k], distance(column + 0.5, row + 0.5, a, b));
      }
    });
    return far;
  }

  // The black pixels of the fine grid, by their numbers.
  function ink(strokes, { fine, black, line }) {
    const far = distances(strokes, fine, line ? line / 2 : 2 * fine);
    if (line) return [...far.keys()].filter((k) => far[k] <= line / 2);
    return [...far.keys()].sort((a, b) => far[a] - far[b]).slice(0, black);
  }

  // The grey values, 0 (paper) … 1 (ink), row by row; all 0 for an empty board.
  function picture(strokes, settings) {
    const { side, fine, mass } = settings;
    const grey = new Float32Array(side * side);
    if (!strokes.flat().length) return grey;
    const block = fine / side;
    const place = (k) => [k % fine, Math.floor(k / fine)];
    const fitted = fit(strokes, settings);
    let pixels = ink(fitted, settings);
    if (mass) {
      const mean = (axis) => pixels.reduce((sum, k) => sum + place(k)[axis] + 0.5, 0) / pixels.length;
      pixels = ink(shift(fitted, mass - mean(0), mass - mean(1)), settings);
    }
    for (const [column, row] of pixels.map(place)) {
      grey[Math.floor(row / block) * side + Math.floor(column / block)] += 1 / block ** 2;
    }
    return grey;
  }

  return { picture, distance };
})();

if (typeof module === "object") module.exports = Strokes;
