// Attention as pictures: lines from who looks to what is looked at, and small maps of all heads.
"use strict";

const Looks = (() => {
  const { element, mix, squares } = LivePage;
  const COLOURS = ["blue", "vermilion", "green", "purple"]; // of the heads
  const SVG = "http://www.w3.org/2000/svg";
  const [WIDE, STEP, TOP] = [340, 25, 6]; // of the picture: its width, a word's height, what is above
  const [LEFT, RIGHT] = [136, 222]; // where the lines begin and end
  const LEAST = 0.02; // weights below it are not drawn
  const percent = (weight) => `${Math.round(100 * weight)} %`;

  function shape(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  const middle = (i) => TOP + (i + 0.5) * STEP;

  function line(t, s, weight, chosen) {
    const [y, z, bend] = [middle(t), middle(s), (LEFT + RIGHT) / 2];
    return shape("path", {
      d: `M${LEFT} ${y}C${bend} ${y} ${bend} ${z} ${RIGHT} ${z}`, class: "dl-line",
      "stroke-width": 0.6 + 7 * weight, opacity: chosen ? 0.35 + 0.65 * weight : 0.22 * weight,
    });
  }

  // A word with what it means behind it, [word, meaning].
  const label = ([word, meaning]) => [word, ...(meaning ? [shape("tspan", { class: "dl-means" }, ` ${meaning}`)] : [])];

  // The strongest weights of a line, in words.
  function strongest(weights, names, count = 3) {
    const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a]);
    return order.slice(0, count).filter((s) => weights[s] >= LEAST)
      .map((s) => `${names[s][0]} (${percent(weights[s])})`).join(", ");
  }

  // Lines of one head; choose(t) is called when someone presses who looks.
  function picture(choose) {
    const node = element("div", { class: "dl-lines" });
    const fill = ({ left, right, weights, chosen, head, what }) => {
      const tall = 2 * TOP + STEP * Math.max(left.length, right.length);
      const lines = weights.flatMap((row, t) => [...row].map((weight, s) =>
        weight >= LEAST && line(t, s, weight, t === chosen)).filter(Boolean));
      const mine = weights[chosen] ?? [];
      const words = left.map((name, t) => {
        const text = shape("text", { x: LEFT - 8, y: middle(t), "text-anchor": "end" }, ...label(name));
        const back = shape("rect", { x: 0, y: middle(t) - STEP / 2, width: LEFT - 3, height: STEP - 1, rx: 5 });
        const group = shape("g", { class: t === chosen ? "dl-looker dl-chosen" : "dl-looker" }, back, text);
        group.addEventListener("click", () => choose(t));
        return group;
      });
      const seen = right.map((name, s) => shape("g", {},
        shape("rect", { x: RIGHT + 3, y: middle(s) - STEP / 2 + 2, height: STEP - 5, rx: 3, class: "dl-share",
          width: (WIDE - RIGHT - 3) * (mine[s] ?? 0) }),
        shape("text", { x: RIGHT + 8, y: middle(s) }, ...label(name)),
        shape("text", { x: WIDE - 2, y: middle(s), "text-anchor": "end", class: "dl-means" },
          mine[s] >= LEAST ? percent(mine[s]) : "")));
      node.replaceChildren(shape("svg", {
        viewBox: `0 0 ${WIDE} ${tall}`, role: "img", style: `--dl-head: var(--dl-${COLOURS[head]})`,
        "aria-label": `${what} ${left[chosen]?.[0] ?? ""} looks at ${strongest(mine, right) || "nothing"}.`,
      }, ...lines, ...words, ...seen));
    };
    return { node, fill };
  }

  // All weights of a head as a small map: who looks from top to bottom, at what from left to right.
  function map(weights, columns, head) {
    const size = 4;
    const canvas = element("canvas", { width: size * columns, height: size * weights.length });
    const flat = weights.flatMap((row) => Array.from({ length: columns }, (_, s) => row[s] ?? 0));
    squares(canvas.getContext("2d"), flat, columns, size, 0, 0, (v) => mix(COLOURS[head], v));
    return canvas;
  }

  // A share in a head's colour.
  function bar(share, head) {
    const level = element("span", { class: "dl-lost" });
    level.style.cssText = `width: ${100 * Math.max(0, share)}%; background: var(--dl-${COLOURS[head]})`;
    return level;
  }

  return { picture, map, bar, strongest };
})();
