// Small repairs on every page: what scrolls sideways can be reached and scrolled by keyboard, what
// unfolds in the contents has a name.
"use strict";

(() => {
  const WIDE = "div.highlight pre, .dl-scroll, div.math";

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

  // What the address names may lie in a part that is folded or kept back.
  function unfold() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) {
      if (part.matches("details")) part.open = true;
      if (part.matches(".dl-kept")) part.dataset.open = "";
    }
    target.querySelector(":scope > .dl-side")?.setAttribute("open", "");
    target.scrollIntoView();
  }

  // Boxes change their width with the window, and when the part that holds them is unfolded.
  const reach = new ResizeObserver((changes) => {
    for (const { target: box } of changes) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(WIDE)) reach.observe(box);

  // Paper is light, and nothing on it can be unfolded.
  function print(starts) {
    const root = document.documentElement;
    if (starts) {
      root.dataset.screen = root.dataset.theme;
      root.dataset.theme = "light";
      for (const image of document.querySelectorAll("img[loading=lazy]")) image.loading = "eager";
      for (const part of document.querySelectorAll("article details:not([open]):not(.dl-code)")) {
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
  addEventListener("load", unfold);
  addEventListener("hashchange", unfold);
})();
