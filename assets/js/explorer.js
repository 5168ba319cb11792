// Explorers: a slider, or two, chooses the frame; Play moves the first of them.
"use strict";

for (const box of document.querySelectorAll(".dl-explorer")) {
  const { values, frames } = JSON.parse(box.querySelector("script").textContent);
  const sliders = [...box.querySelectorAll("input")];
  const shown = box.querySelectorAll("label b");
  const image = box.querySelector("img");
  const [play] = box.getElementsByTagName("button");
  const about = play.ariaLabel.split(": ")[1];
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

  function say(verb) {
    play.textContent = verb;
    play.ariaLabel = `${verb}: ${about}`;
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    say("Play");
  }

  function step() {
    const [first] = sliders;
    first.value = +first.value + 1;
    show();
    if (first.value === first.max) stop();
  }

  play.addEventListener("click", () => {
    if (timer) return stop();
    say("Pause");
    timer = setInterval(step, +box.dataset.pause);
    if (sliders[0].value !== sliders[0].max) return step();
    sliders[0].value = 0;
    show();
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
