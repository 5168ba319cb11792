// Buttons, sliders and switches of a live model.
"use strict";

const Tools = (() => {
  const { element } = LivePage;
  const button = (text, onclick) => element("button", { type: "button", onclick }, text);

  // Buttons of which one is pressed, [[value, text], …]; show() marks the one that chosen() names.
  function choice(label, values, chosen, choose) {
    const nodes = values.map(([value, text]) => button(text, () => choose(value)));
    const node = element("div", { class: "dl-buttons dl-choice", role: "group", "aria-label": label }, ...nodes);
    const show = () => values.forEach(([value], i) =>
      nodes[i].setAttribute("aria-pressed", String(value === chosen())));
    show();
    return { node, show };
  }

  // A slider with its name before it and its value behind it; set(value) moves it silently.
  function slider(text, range, start, write, moved) {
    const reading = element("span", { class: "dl-value" });
    const input = element("input", { type: "range", "aria-label": text, ...range, oninput: () => {
      set(+input.value);
      moved(+input.value);
    } });
    const set = (value) => {
      [input.value, reading.textContent] = [value, write(value)];
      input.setAttribute("aria-valuetext", write(value));
    };
    set(start);
    return { node: element("label", { class: "dl-slide" }, element("span", {}, text), input, reading), input, set };
  }

  // A box to tick.
  function tick(text, on, changed) {
    const input = element("input", { type: "checkbox", onchange: () => changed(input.checked) });
    input.checked = on;
    return element("label", { class: "dl-tick" }, input, text);
  }

  // A row of buttons of which Tab reaches one and the arrow keys the others; fill([{nodes, pressed,
  // name, kind}, …]) makes them anew: name for who cannot see the nodes, kind a class.
  function row(label, choose) {
    const node = element("div", { class: "dl-row", role: "group", "aria-label": label });
    const ways = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
    node.addEventListener("keydown", (event) => {
      const [all, way] = [[...node.children], ways[event.key]];
      if (!way) return;
      event.preventDefault();
      const next = all.indexOf(document.activeElement) + way;
      if (!all[next]) return;
      all[next].focus();
      all[next].click();
    });
    const fill = (items) => {
      const held = [...node.children].indexOf(document.activeElement);
      const first = Math.max(0, items.findIndex(({ pressed }) => pressed));
      node.replaceChildren(...items.map(({ nodes, pressed, name, kind = "" }, i) => element("button", {
        type: "button", class: kind, tabindex: i === first ? 0 : -1, onclick: () => choose(i),
        ...(pressed === undefined ? {} : { "aria-pressed": String(pressed) }),
        ...(name ? { "aria-label": name } : {}),
      }, ...nodes)));
      if (held >= 0) node.children[items.some(({ pressed }) => pressed) ? first : held]?.focus({ preventScroll: true });
    };
    return { node, fill };
  }

  return { button, choice, slider, tick, row };
})();
