// Small repairs on every page: what scrolls sideways can be reached and scrolled by keyboard, what
// unfolds in the contents has a name.
"use strict";

(() => {
  const WIDE = "div.highlight pre, .dl-scroll, mjx-container[display=true], div.math.notranslate";

  // Tables get a frame that scrolls, so that a wide one does not push the page.
  for (const table of document.querySelectorAll("article table:not(.dl-ideas):not(.dl-ledger)")) {
    const frame = document.createElement("div");
    frame.className = "dl-scroll";
    table.replaceWith(frame);
    frame.append(table);
  }

  for (const toggle of document.querySelectorAll(".toctree-toggle")) {
    const chapter = toggle.closest("li").querySelector("a").textContent;
    toggle.parentElement.ariaLabel = `Exercises of ${chapter}`;
  }

  function reach() {
    for (const box of document.querySelectorAll(WIDE)) {
      const wide = box.scrollWidth > box.clientWidth + 1;
      if (wide) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  // Paper is light, and nothing on it can be unfolded.
  function print(starts) {
    const root = document.documentElement;
    if (starts) {
      root.dataset.screen = root.dataset.theme;
      root.dataset.theme = "light";
      for (const part of document.querySelectorAll("article details:not([open])")) {
        part.open = true;
        part.dataset.folded = "";
      }
    } else if (root.dataset.screen) {
      root.dataset.theme = root.dataset.screen;
      for (const part of document.querySelectorAll("details[data-folded]")) {
        part.open = false;
        delete part.dataset.folded;
      }
    }
  }

  matchMedia("print").addEventListener("change", (event) => print(event.matches));
  addEventListener("load", reach);
  addEventListener("resize", reach);
  window.MathJax?.startup?.promise?.then(reach);
})();
