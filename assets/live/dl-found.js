// What a detector found in a scene, as pictures and as words.
"use strict";

const Found = (() => {
  const { element, squares } = LivePage;
  const ROWS = 5; // of the table
  const FAINT = 0.75; // strength of the picture, so that boxes stand out
  const LINE = 5; // screen pixels of a box
  const FONT = 28;

  const numbers = (hex) => hex.match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
  const part = (value) => (value < 0.42 ? 0 : value > 0.58 ? 2 : 1);

  // Where a box lies in a picture of so many pixels: "top left".
  function place([left, top, right, bottom], side) {
    const [across, down] = [(left + right) / 2, (top + bottom) / 2].map((v) => part(v / side));
    return `${["top", "middle", "bottom"][down]} ${["left", "centre", "right"][across]}`;
  }

  function outline(pen, [left, top, right, bottom], size) {
    pen.strokeRect(left * size, top * size, (right - left) * size, (bottom - top) * size);
  }

  // Faint lines between the cells, and in each a dot: the larger, the surer that something is here.
  function drawCells(pen, cells, room, { ink, paper }) {
    const columns = Math.sqrt(cells.length);
    const step = room / columns;
    [pen.strokeStyle, pen.lineWidth] = [paper, 1];
    for (let i = 1; i < columns; i += 1) {
      pen.beginPath();
      for (const [x, y] of [[i * step, 0], [i * step, room]]) pen.lineTo(x, y);
      pen.stroke();
      pen.beginPath();
      for (const [x, y] of [[0, i * step], [room, i * step]]) pen.lineTo(x, y);
      pen.stroke();
    }
    [pen.fillStyle, pen.strokeStyle, pen.lineWidth] = [ink, paper, 3];
    cells.forEach(({ here }, k) => {
      pen.beginPath();
      pen.arc((k % columns + 0.5) * step, (Math.floor(k / columns) + 0.5) * step,
        2 + step * 0.28 * Math.sqrt(here), 0, 2 * Math.PI);
      pen.stroke();
      pen.fill();
    });
  }

  // A box in the colour of its kind, with name and score on a chip of paper.
  function drawBox(pen, { box, score, label }, size, room, { names, colours }) {
    [pen.strokeStyle, pen.lineWidth] = [colours.kinds[label], LINE];
    outline(pen, box, size);
    const text = `${names[label]} ${score.toFixed(2)}`;
    const [wide, tall] = [pen.measureText(text).width + 8, FONT + 6];
    const x = Math.min(Math.max(0, box[0] * size - LINE / 2), room - wide);
    const above = box[1] * size - tall - LINE / 2;
    const y = above >= 0 ? above : Math.min(box[3] * size + LINE / 2, room - tall);
    pen.globalAlpha = 0.85;
    pen.fillStyle = colours.paper;
    pen.fillRect(x, y, wide, tall);
    pen.globalAlpha = 1;
    pen.fillStyle = colours.kinds[label];
    pen.fillText(text, x + 4, y + FONT - 1);
  }

  // The whole board: picture, cells if asked for, true boxes dashed, found boxes, the surest on top.
  function paint(pen, { grey, found, cells, truth, chosen, cursor }, about) {
    const room = pen.canvas.width;
    const size = room / about.scene.side;
    const { colours } = about;
    const [paper, ink] = [numbers(colours.paper), numbers(colours.ink)];
    squares(pen, grey, about.scene.side, size, 0, 0, (v) =>
      paper.map((p, i) => Math.round(p + (ink[i] - p) * v * FAINT)));
    if (cells) drawCells(pen, cells, room, colours);
    pen.strokeStyle = colours.ink;
    pen.setLineDash([10, 7]);
    for (const box of truth) {
      pen.lineWidth = box === chosen ? 5 : 2.5;
      outline(pen, box, size);
    }
    pen.setLineDash([]);
    [pen.font, pen.textBaseline] = [`600 ${FONT}px system-ui, sans-serif`, "alphabetic"];
    for (const one of found.toReversed()) drawBox(pen, one, size, room, about);
    if (!cursor) return;
    const [x, y] = cursor.map((v) => v * size);
    for (const [colour, width] of [[colours.paper, 9], [colours.ink, 4]]) {
      [pen.strokeStyle, pen.lineWidth] = [colour, width];
      pen.beginPath();
      for (const [dx, dy] of [[18, 0], [0, 18]]) {
        pen.moveTo(x - dx, y - dy);
        pen.lineTo(x + dx, y + dy);
      }
      pen.stroke();
    }
  }

  // "It gives 2 boxes: disc (0.97), top left; triangle (0.55), bottom right."
  function says(found, { names, scene }) {
    if (!found.length) return "It finds nothing.";
    const told = found.slice(0, 3).map(({ box, score, label }) =>
      `${names[label]} (${score.toFixed(2)}), ${place(box, scene.side)}`);
    const more = found.length > 3 ? `; and ${found.length - 3} more` : "";
    return `It gives ${found.length} ${found.length > 1 ? "boxes" : "box"}: ${told.join("; ")}${more}.`;
  }

  // A table of the surest boxes; fill(found, about) writes it.
  function table() {
    const rows = Array.from({ length: ROWS }, () => ({
      name: element("th", { scope: "row" }), bar: element("span", { class: "dl-level" }),
      score: element("td", { class: "dl-value" }), place: element("td"),
    }));
    const head = element("tr", {}, element("th", { scope: "col" }, "Shape"), element("td"),
      element("th", { scope: "col", class: "dl-value" }, "Score"), element("th", { scope: "col" }, "Where"));
    const node = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows.map((row) =>
      element("tr", {}, row.name, element("td", { "aria-hidden": "true" }, row.bar), row.score, row.place))));
    const fill = (found, { names, scene }) => rows.forEach((row, i) => {
      const one = found[i];
      row.name.parentElement.hidden = !one;
      if (!one) return;
      row.name.textContent = names[one.label];
      row.bar.style.width = `${100 * one.score}%`;
      row.bar.dataset.kind = one.label;
      row.score.textContent = one.score.toFixed(2);
      row.place.textContent = place(one.box, scene.side);
    });
    return { node, fill };
  }

  // What was measured with these settings on scenes that the net had not seen. about.counts has how
  // many boxes and hits: net, threshold of NMS 0.1 … 0.9 or none, lowest score 0.05 … 0.95.
  function record({ net, least, overlap, suppress }, { counts, parameters, shapes, steps, tested }) {
    const row = counts[net][suppress ? Math.round(10 * overlap) - 1 : 9];
    const [boxes, hits] = row[Math.round(20 * least) - 1];
    const [count, percent] = [(n) => n.toLocaleString("en"), (share) => `${(100 * share).toFixed(0)}\u00a0%`];
    const right = boxes ? `${percent(hits / boxes)} of its boxes are right` : "it gives no box";
    return `${count(parameters)} weights and biases, ${count(steps)} steps of training. With these `
      + `settings it finds ${percent(hits / shapes)} of the ${count(shapes)} shapes in ${count(tested)} `
      + `scenes that it had not seen, and ${right}: the right name, and an IoU of at least 0.5.`;
  }

  return { paint, says, table, record };
})();
