// The stages of a place's way as a part of the page: the stream at the left, a stage beside it.
"use strict";

const Stages = (() => {
  const { element, mix, squares } = LivePage;
  const { write } = Way;
  const SIZE = 8; // canvas pixels of a number's square

  // Numbers as squares, blue above zero and orange below: the stronger, the further away from it.
  function strip(values, lines = 1, limit = Math.max(...values.map(Math.abs))) {
    const columns = values.length / lines;
    const canvas = element("canvas", { width: SIZE * columns, height: SIZE * lines, class: "dl-strip" });
    squares(canvas.getContext("2d"), values, columns, SIZE, 0, 0, (v) =>
      mix(v > 0 ? "blue" : "vermilion", limit ? Math.abs(v) / limit : 0));
    return canvas;
  }

  function described(values, lines) {
    const canvas = strip(values, lines);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${values.length} numbers from ${write(Math.min(...values))} to ${write(Math.max(...values))}`);
    if (lines > 1) canvas.style.height = `${0.55 * lines}rem`;
    canvas.title = canvas.getAttribute("aria-label");
    return canvas;
  }

  const word = ([name, meaning]) => [name, ...(meaning ? [" ", element("small", {}, meaning)] : [])];
  const bar = (share) => {
    const level = element("span", { class: "dl-level" });
    level.style.width = `${100 * share}%`;
    return level;
  };

  const forms = {
    strip: ({ strip: values, name, lines, numbers }) => element("div", { class: "dl-part" },
      element("span", {}, name),
      element("div", {}, described(values, lines), ...(numbers
        ? [element("div", { class: "dl-numbers" }, ...[...values].map((v) => element("span", {}, write(v, 1))))] : []))),

    table({ table: rows, name }) {
      const scored = rows[0].score !== undefined;
      const head = ["word", name, ...(scored ? ["score"] : []), "weight", ""].map((text) =>
        text ? element("th", { scope: "col", class: /score|weight/.test(text) ? "dl-value" : "" }, text) : element("td", {}));
      const best = Math.max(...rows.map(({ weight }) => weight));
      return element("table", {}, element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...rows.map((row) => element("tr", { class: row.weight === best ? "dl-best" : "" },
          element("th", { scope: "row" }, ...word(row.name)), element("td", {}, described(row.strip)),
          ...(scored ? [element("td", { class: "dl-value" }, write(row.score))] : []),
          element("td", { class: "dl-value" }, write(row.weight)), element("td", { "aria-hidden": "true" }, bar(row.weight))))));
    },

    bars: ({ bars }) => element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "word"),
        element("th", { scope: "col", class: "dl-value" }, "probability"), element("td", {}))),
      element("tbody", {}, ...bars.map(({ name, chance }, i) => element("tr", { class: i ? "" : "dl-best" },
        element("th", { scope: "row" }, ...word(name)), element("td", { class: "dl-value" }, write(chance, 3)),
        element("td", { "aria-hidden": "true" }, bar(chance)))))),
  };

  const shown = (part) => forms[Object.keys(forms).find((form) => form in part)](part);

  // choose(index) is called with the stage that the reader wants.
  function panel(choose) {
    let [stages, now] = [[], 0];
    const groups = () => [...new Set(stages.map(({ group }) => group))];
    const title = element("p", { class: "dl-name" });
    const stream = Tools.row("Stages of the way", (i) => choose(opening(groups()[i])));
    const opening = (group) => stages.indexOf(stages.find((stage) => stage.group === group && stage.main)
      ?? stages.find((stage) => stage.group === group));
    const back = Tools.button("Back", () => choose(now - 1));
    const next = Tools.button("Next stage", () => choose(now + 1));
    const [heading, text] = [element("p", { class: "dl-name" }), element("p", { class: "dl-tells" })];
    const parts = element("div", { class: "dl-parts" });
    stream.node.classList.add("dl-stream");

    function fill(list, index, name) {
      [stages, now] = [list, index];
      const rows = groups().map((group) => [group, stages.findLast((stage) => stage.group === group).row]);
      const limit = Math.max(...rows.flatMap(([, row]) => [...row.map(Math.abs)]));
      title.textContent = `The way of ${name}`;
      stream.fill(rows.map(([group, row]) => ({
        nodes: [element("span", {}, group), strip(row, 1, limit)], pressed: group === stages[now].group, name: group,
      })));
      const stage = stages[now];
      heading.textContent = `${now + 1} of ${stages.length}. ${stage.title}`;
      text.textContent = stage.text;
      parts.replaceChildren(...stage.parts.map(shown));
      [back.disabled, next.disabled] = [now === 0, now === stages.length - 1];
    }

    const node = element("section", { class: "dl-way" }, title, element("div", { class: "dl-both" },
      stream.node, element("div", { class: "dl-stage" },
        element("div", { class: "dl-buttons" }, next, back), heading,
        element("div", { "aria-live": "polite" }, text), parts)));
    return { node, fill };
  }

  return { panel };
})();
