// The playground's gauges: the plane with its points, the loss over the steps, gradients by layer.
"use strict";

const Gauges = (() => {
  const { element, tint } = LivePage;
  const SIDE = 560; // pixels of the plane's own grid
  const LEAST = 1e-7; // gradient at the left end of the bars

  // Points as circles (0) and squares (1); hollow ones are new to the net.
  function dots(pen, { places, wanted }, side, size, hollow = false) {
    places.forEach(([x, y], n) => {
      const [left, top] = [x, -y].map((v) => (side * (v / Trial.REACH + 1)) / 2);
      const colour = tint(wanted[n] ? "vermilion" : "blue", 1);
      pen.beginPath();
      if (wanted[n]) pen.rect(left - size * 0.9, top - size * 0.9, 1.8 * size, 1.8 * size);
      else pen.arc(left, top, size, 0, 2 * Math.PI);
      [pen.fillStyle, pen.strokeStyle] = hollow ? [tint("ink", 0), colour] : [colour, tint("ink", 0)];
      pen.lineWidth = 0.3 * size;
      pen.fill();
      pen.stroke();
    });
  }

  // The points of a run, for a canvas that lies over the picture of a unit.
  function points(canvas, run, fresh) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, SIDE, SIDE);
    if (fresh) dots(pen, run.test, SIDE, 6, true);
    dots(pen, run.train, SIDE, 7);
  }

  // A set of points, small, for a button.
  function stamp(canvas, set) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    dots(pen, Trial.draw(set, 60, 3, Learn.numbers(5)), canvas.width, 4);
  }

  // The loss of the points it learns from, and dashed that of new ones, from 0 to the largest.
  function losses(canvas, past) {
    const pen = canvas.getContext("2d");
    const { width, height } = canvas;
    pen.clearRect(0, 0, width, height);
    const most = Math.max(0.8, ...past.flatMap(({ loss, testLoss }) => [loss, testLoss]).filter((v) => v < 4));
    const last = Math.max(1, past.at(-1).steps);
    const up = (loss) => height - 6 - Math.min(1.02, loss / most) * (height - 26);
    [pen.strokeStyle, pen.lineWidth] = [tint("grid", 1), 2];
    pen.strokeRect(1, up(0), width - 2, 0);
    for (const [key, colour, dash] of [["testLoss", "purple", [10, 7]], ["loss", "ink", []]]) {
      [pen.strokeStyle, pen.lineWidth, pen.lineJoin] = [tint(colour, 1), 4, "round"];
      pen.setLineDash(dash);
      pen.beginPath();
      for (const { steps, [key]: loss } of past)
        if (Number.isFinite(loss)) pen.lineTo((steps / last) * (width - 4) + 2, up(loss));
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  // Bars of the gradients' sizes, one for each layer of weights, on a logarithmic scale.
  class Slopes {
    constructor() {
      this.node = element("div", { class: "dl-slopes" });
    }

    build(names) {
      this.rows = names.map((name) => ({
        name, bar: element("span", { class: "dl-level" }), value: element("span", { class: "dl-value" }),
      }));
      this.node.replaceChildren(...this.rows.map(({ name, bar, value }) =>
        element("div", {}, element("span", {}, name), element("span", { "aria-hidden": "true" }, bar), value)));
    }

    draw(slopes) {
      this.rows.forEach(({ bar, value }, k) => {
        const share = Math.log(Math.max(LEAST, slopes[k]) / LEAST) / Math.log(1 / LEAST);
        bar.style.width = `${100 * Math.min(1, share || 0)}%`;
        value.textContent = Why.few(slopes[k]);
      });
    }
  }

  return { SIDE, points, stamp, losses, Slopes };
})();
