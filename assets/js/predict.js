// Predict: the options become buttons, and what answers the question waits until one is chosen.
"use strict";

(() => {
  const KEY = `dl-foreseen:${location.pathname.split("/").pop().replace(".html", "")}`;
  const SHOWN = "-"; // the answer of a reader who wants to see, not to guess
  const blocks = [...document.querySelectorAll(".dl-predict")];
  const line = document.querySelector(".dl-score");
  const total = +line.dataset.questions;
  const count = document.createElement("p");
  let answers = {};
  try {
    answers = JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch { /* no memory here, or not ours: begin anew */ }

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(answers));
    } catch { /* the answers last as long as the page */ }
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "dl-button";
    made.append(text);
    made.addEventListener("click", act);
    return made;
  }

  class Question {
    constructor(block) {
      ({ question: this.name, right: this.right } = block.dataset);
      this.kept = block.nextElementSibling;
      this.options = [...block.querySelectorAll(".dl-options > li")].map((item, i) => this.option(item, "abcd"[i]));
      this.show = button("Show me", () => this.answer(SHOWN));
      this.verdict = document.createElement("p");
      this.verdict.className = "dl-verdict";
      this.verdict.setAttribute("role", "status");
      this.verdict.tabIndex = -1;
      block.append(this.show, this.verdict);
      this.draw();
    }

    option(item, letter) {
      const made = button("", () => this.answer(letter));
      made.className = "dl-option";
      made.append(...(item.querySelector(":scope > p") ?? item).childNodes);
      item.replaceChildren(made);
      return { letter, made };
    }

    answer(letter) {
      if (answers[this.name]) return;
      answers[this.name] = letter;
      keep();
      this.draw();
      if (letter === SHOWN) this.verdict.focus(); // its button is gone
      tally();
    }

    draw() {
      const chosen = answers[this.name];
      for (const { letter, made } of this.options) {
        made.ariaDisabled = String(Boolean(chosen));
        made.ariaPressed = String(letter === chosen);
        made.querySelector(".dl-sign")?.remove();
        if (chosen && letter === this.right) made.append(sign("✓ right", "dl-right"));
        else if (letter === chosen) made.append(sign("your choice"));
      }
      this.show.hidden = Boolean(chosen);
      this.verdict.textContent = chosen ? this.say(chosen) : "";
      this.kept.toggleAttribute("data-open", Boolean(chosen));
      for (const part of this.kept.querySelectorAll(":scope > details")) part.open = Boolean(chosen);
    }

    say(chosen) {
      if (chosen === SHOWN) return `It is (${this.right}).`;
      return chosen === this.right ? `You foresaw it: (${chosen}).` : `You chose (${chosen}); it is (${this.right}).`;
    }
  }

  function sign(text, kind = "") {
    const made = document.createElement("span");
    made.className = `dl-sign ${kind}`;
    made.append(text);
    return made;
  }

  const questions = blocks.map((block) => new Question(block));

  function tally() {
    const asked = questions.filter(({ name }) => answers[name]);
    const foreseen = asked.filter(({ name, right }) => answers[name] === right).length;
    const rest = asked.length < total ? ` so far; this chapter asks ${total} questions` : "";
    count.textContent = `You foresaw ${foreseen} of ${asked.length}${rest}.`;
    line.hidden = !asked.length;
  }

  line.append(count, button("Forget my answers", () => {
    answers = {};
    keep();
    questions.forEach((question) => question.draw());
    tally();
  }));
  tally();
})();
