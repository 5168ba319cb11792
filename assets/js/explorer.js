// Explorers: a slider, or two, chooses the frame; Play moves the first of them.
"use strict";

for (const box of document.querySelectorAll(".dl-explorer")) {
  const { values, frames } = JSON.parse(box.querySelector("script").textContent);
  const sliders = [...box.querySelectorAll("input")];
  const shown = box.querySelectorAll("label b");
  const image = box.querySelector("img");
  const [play] = box.getElementsByTagName("button");
  const [verb] = play.childNodes;
  let timer = null;

  function show() {
    let place = 0;
    sliders.forEach((slider, i) => {
      place = place * values[i].length + +slider.value;
      slider.setAttribute("aria-valuetext", values[i][slider.value]);
      shown[i].textContent = values[i][slider.value];
    });
    [image.src, image.alt] = frames[place];
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    verb.data = "Play";
  }

  function step() {
    const [first] = sliders;
    if (first.value === first.max) return stop();
    first.value = +first.value + 1;
    show();
  }

  play.addEventListener("click", () => {
    if (timer) return stop();
    if (sliders[0].value === sliders[0].max) sliders[0].value = -1;
    verb.data = "Pause";
    timer = setInterval(step, +box.dataset.pause);
    step();
  });
  for (const slider of sliders) {
    slider.addEventListener("input", () => {
      stop();
      show();
    });
  }

  // The other frames are fetched when a hand is at the controls, not before.
  const controls = box.querySelector(".dl-controls");
  const fetchAll = () => frames.forEach(([address]) => (new Image().src = address));
  for (const sign of ["pointerdown", "focusin"]) controls.addEventListener(sign, fetchAll, { once: true });
}
