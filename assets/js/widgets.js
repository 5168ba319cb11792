// Names what the widget library leaves unnamed: slider handles and Play buttons, by the slider's label.
"use strict";

(() => {
  // The widget library asks MathJax 2 to set a label's mathematics; this page has MathJax 3.
  if (window.MathJax) {
    MathJax.Hub = { Queue: ([, , element]) => MathJax.startup.promise.then(() => MathJax.typesetPromise([element])) };
  }

  const VERBS = {
    "fa-play": "Play", "fa-pause": "Pause", "fa-stop": "Back to the start", "fa-retweet": "Repeat",
  };

  const labelOf = (box) => box?.querySelector(".widget-label")?.textContent.trim() ?? "";

  function set(node, name, text) {
    if (text && node.getAttribute(name) !== text) node.setAttribute(name, text);
  }

  function nameSlider(box) {
    const shown = box.querySelector(".widget-readout")?.textContent.trim();
    for (const handle of box.querySelectorAll("[role=slider], input[type=range]")) {
      set(handle, "aria-label", labelOf(box));
      set(handle, "aria-valuetext", shown);
    }
    box.querySelector(".widget-readout")?.removeAttribute("contenteditable");
  }

  function namePlay(play) {
    const label = labelOf(play.parentElement);
    for (const button of play.querySelectorAll("button")) {
      const icon = Object.keys(VERBS).find((name) => button.querySelector(`.${name}`));
      if (icon) set(button, "aria-label", `${VERBS[icon]}: ${label}`);
    }
  }

  function nameAll() {
    document.querySelectorAll(".widget-slider").forEach(nameSlider);
    document.querySelectorAll(".widget-play").forEach(namePlay);
  }

  new MutationObserver(nameAll).observe(document.querySelector("article"), {
    childList: true, subtree: true, characterData: true, attributeFilter: ["class", "aria-valuetext"],
  });
  nameAll();
})();
