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

  return { button, choice, slider, tick };
})();
