// What the live models share: loading a model when the reader comes near, colours, small elements.
"use strict";

const LivePage = (() => {
  const home = document.currentScript.src.replace(/[^/]*$/, "");
  const asked = {};

  // The model that book/tools/train_live.py wrote under this name. A script tag, because a page
  // opened as a file may load scripts from its folder but not fetch data.
  function model(name) {
    asked[name] ??= new Promise((done, failed) => {
      const script = element("script", { src: `${home}models/${name}.js` });
      script.onload = () => done(DL.models[name]);
      script.onerror = () => failed(new Error(`no model ${name} in ${home}models`));
      document.head.append(script);
    });
    return asked[name];
  }

  // An element that runs a model: start(model) is called once it comes near the screen. One without
  // the attribute `model` needs none.
  class LiveElement extends HTMLElement {
    connectedCallback() {
      if (this.watch) return;
      this.watch = new IntersectionObserver(async (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.watch.disconnect();
        const name = this.getAttribute("model");
        this.start(name && (DL.models[name] ?? (await model(name))));
        this.dataset.ready = "";
        new MutationObserver(() => this.draw()).observe(document.documentElement, {
          attributeFilter: ["data-theme"],
        });
      }, { rootMargin: "600px" });
      this.watch.observe(this);
    }
  }

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  // One of the page's colours in its present theme, as three numbers.
  const known = {};
  function colour(name) {
    const root = document.documentElement;
    known[`${name} ${root.dataset.theme}`] ??= getComputedStyle(root)
      .getPropertyValue(`--dl-${name}`).trim().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3")
      .match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
    return known[`${name} ${root.dataset.theme}`];
  }

  // `share` (0 … 1) of a colour on paper: three numbers, and as a canvas wants it.
  function mix(name, share) {
    const [paper, ink] = [colour("paper"), colour(name)];
    const part = Math.min(1, share);
    return [0, 1, 2].map((i) => Math.round(paper[i] + (ink[i] - paper[i]) * part));
  }
  const tint = (name, share) => `rgb(${mix(name, share).join(" ")})`;

  // Values as squares of `size` pixels with the upper left corner at (x, y); paint gives a value's
  // colour as three numbers. Drawn small first: thousands of single squares take too long.
  const small = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function squares(pen, values, columns, size, x = 0, y = 0, paint = (v) => mix("ink", v)) {
    const rows = values.length / columns;
    const image = new ImageData(columns, rows);
    values.forEach((value, i) => image.data.set([...paint(value), 255], 4 * i));
    [small.canvas.width, small.canvas.height] = [columns, rows];
    small.putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small.canvas, x, y, columns * size, rows * size);
  }

  return { LiveElement, element, mix, tint, squares };
})();
