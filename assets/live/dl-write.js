// <dl-write model="writer">: begin a text, and a GPT goes on, letter by letter.
"use strict";

(() => {
  const { LiveElement, element } = LivePage;
  const BARS = 8; // letters whose probabilities are shown
  const RUN = 12; // letters in a row that count as copied
  const MOST = 400; // letters that one press of Write adds
  const LETTER_TIME = 30; // milliseconds from one letter to the next
  const name = (text) => element("p", { class: "dl-name" }, text);
  const shown = (letter) => ({ " ": "space", "\n": "new line" })[letter] ?? letter;

  class Write extends LiveElement {
    start(model) {
      this.about = model.about;
      this.net = Writer.net(model);
      this.setting = { temperature: 0.8, top: this.about.letters.length };
      [this.begun, this.written] = [this.about.first, ""];
      this.build();
      this.ask();
      this.report();
    }

    get text() {
      return this.begun + this.written;
    }

    // Another beginning; nothing is written yet.
    begin(text) {
      this.pause();
      const strange = this.net.strange(text);
      const wrong = strange !== undefined || !text;
      this.input.setAttribute("aria-invalid", String(wrong));
      if (wrong) {
        this.status.textContent = text ? `The net has never seen “${strange}”: it knows ${this.about.letters.length} letters and marks.`
          : "Begin with a letter.";
        return;
      }
      [this.begun, this.written] = [text, ""];
      this.ask();
      this.report();
    }

    // The net's scores behind the text, and the picture.
    ask() {
      this.logits = this.net.logits(this.text);
      this.draw();
    }

    add(letter) {
      this.written += letter;
      this.ask();
    }

    // One more letter, by the scores that the picture shows.
    letter() {
      this.add(this.net.pick(this.logits, this.setting));
    }

    step() {
      this.pause();
      this.letter();
      this.report();
    }

    write() {
      if (this.timer) {
        this.pause();
        this.report();
        return;
      }
      let left = MOST;
      this.timer = setInterval(() => {
        this.letter();
        left -= 1;
        if (left) return;
        this.pause();
        this.report();
      }, LETTER_TIME);
      this.writing.replaceChildren("Stop");
      this.status.textContent = "It writes: press Stop, or wait for its last letter.";
    }

    pause() {
      clearInterval(this.timer);
      this.timer = null;
      this.writing.replaceChildren("Write");
    }

    choose(letter) {
      this.pause();
      this.add(letter);
      this.report();
    }

    adjust(change) {
      Object.assign(this.setting, change);
      this.draw();
    }

    marks() {
      return Writer.copied(this.text, this.about.text, RUN).slice(this.begun.length);
    }

    report() {
      const count = this.written.length;
      const share = this.marks().filter(Boolean).length / count;
      this.status.textContent = count
        ? `${count} ${count === 1 ? "letter" : "letters"} written; ${Math.round(100 * share)} % of them copied.`
        : "It waits for you: press Write, or change the beginning.";
    }

    // The page

    build() {
      this.input = element("textarea", { rows: 3, "aria-label": "Your beginning", spellcheck: "false",
        autocapitalize: "none", oninput: () => this.begin(this.input.value) });
      this.input.value = this.begun;
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      this.writing = Tools.button("Write", () => this.write());
      this.page = element("div", { class: "dl-page", tabindex: 0, role: "group", "aria-label": "The text" });
      this.next = Tools.row("Take one of the likeliest letters", (i) => this.choose(this.order[i]));
      this.next.node.classList.add("dl-next");
      const [hot, top] = this.sliders();
      this.replaceChildren(
        element("section", {}, name("Your beginning"), this.input,
          element("div", { class: "dl-buttons" }, this.writing, Tools.button("One letter", () => this.step()),
            Tools.button("Start again", () => this.begin(this.begun)))),
        element("section", { class: "dl-chances" }, name("What comes next"), hot.node, top.node, this.next.node,
          element("p", {}, "Outlined: as the net says it. Filled: as the settings leave it. Press one to take it.")),
        element("section", { class: "dl-whole" }, name("The text"), this.page, this.status),
        element("section", { class: "dl-whole" }, name("How well it does"), element("p", {}, this.record())));
    }

    sliders() {
      const most = this.about.letters.length;
      return [
        Tools.slider("temperature", { min: 0, max: 2, step: 0.1 }, this.setting.temperature, (v) => v.toFixed(1),
          (temperature) => this.adjust({ temperature })),
        Tools.slider("only the likeliest", { min: 1, max: most, step: 1 }, most, String, (top) => this.adjust({ top })),
      ];
    }

    record() {
      const { parameters, steps, text, nats, nats_of_new: fresh, kept_back: kept, context } = this.about;
      const [size, taken, read] = [parameters, steps, text.length].map((n) => n.toLocaleString("en"));
      return `${size} weights, ${taken} steps of training on ${read} letters of Shakespeare; it sees the last ${context}. `
        + `On the text that it read it pays ${nats.toFixed(2)} nats a letter, on the ${kept} letters after it `
        + `${fresh.toFixed(2)}: it has learned by heart. Underlined is what it copies: runs of ${RUN} letters or more that `
        + "stand in what it read.";
    }

    draw() {
      const told = Writer.chances(this.logits);
      const left = Writer.chances(this.logits, this.setting);
      const ranks = [...told.keys()].sort((a, b) => told[b] - told[a]).slice(0, BARS);
      this.order = ranks.map((i) => this.about.letters[i]);
      this.next.fill(ranks.map((i) => ({ nodes: [element("span", {}, shown(this.about.letters[i])),
        bars(told[i], left[i]), element("span", { class: "dl-value" }, left[i].toFixed(2))] })));
      const marks = this.marks();
      const runs = [];
      [...this.written].forEach((letter, i) => {
        if (i && marks[i] === marks[i - 1]) runs.at(-1)[0] += letter;
        else runs.push([letter, marks[i]]);
      });
      this.page.replaceChildren(element("span", { class: "dl-begun" }, this.begun),
        ...runs.map(([text, copied]) => element(copied ? "u" : "span", {}, text)));
      this.page.scrollTop = this.page.scrollHeight;
    }
  }

  // Two shares one over the other: outlined and filled.
  function bars(told, left) {
    const level = (share, kind) => {
      const node = element("span", { class: kind });
      node.style.width = `${100 * share}%`;
      return node;
    };
    return element("span", { class: "dl-two" }, level(told, "dl-told"), level(left, "dl-level"));
  }

  customElements.define("dl-write", Write);
})();
