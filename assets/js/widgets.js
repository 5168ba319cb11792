// Names what the widget library leaves unnamed: slider handles and Play buttons, by the slider's label.
"use strict";

(() => {
  // The widget library asks MathJax 2 to set a label's mathematics; this page has MathJax 3.
  if (window.MathJax) {
    MathJax.Hub = { Queue: ([, , element]) => MathJax.startup.promise.then(() => MathJax.typesetPromise([element])) };
  }

  const VERBS = ["Play", "Pause", "Stop", "Repeat"];

  function name(box) {
    const label = box.querySelector(".widget-label")?.textContent.trim();
    if (!label) return;
    for (const handle of box.querySelectorAll("[role=slider], .noUi-handle, input[type=range]")) {
      handle.setAttribute("aria-label", label);
      const shown = box.querySelector(".widget-readout")?.textContent.trim();
      if (shown && handle.getAttribute("aria-valuetext") !== shown) handle.setAttribute("aria-valuetext", shown);
    }
  }

  function namePlay(play) {
    const label = play.closest(".widget-hbox, .widget-vbox")?.querySelector(".widget-label")?.textContent.trim() ?? "";
    play.querySelectorAll("button").forEach((button, i) => {
      const verb = button.title || VERBS[i];
      button.setAttribute("aria-label", label ? `${verb}: ${label}` : verb);
    });
  }

  function nameAll() {
    document.querySelectorAll(".jupyter-widgets.widget-slider").forEach(name);
    document.querySelectorAll(".jupyter-widgets.widget-play").forEach(namePlay);
  }

  new MutationObserver(nameAll).observe(document.querySelector("article"), {
    childList: true, subtree: true, characterData: true,
  });
  nameAll();
})();
