// <dl-translate model="translator">: a sentence goes through the Transformer, and every look is seen.
"use strict";

(() => {
  const { LiveElement, element } = LivePage;
  const { button } = Tools;
  const SECOND = 1000; // from one written word to the next

  class Translate extends LiveElement {
    start(model) {
      this.about = model.about;
      this.net = Translator.net(model);
      this.known = Tongue.dictionary(this.about.lexicon);
      this.means = Tongue.meanings(this.about.lexicon);
      this.asLearned();
      this.look = { ...this.about.first.look };
      this.place = { ...this.about.first.place };
      this.stack = this.look.kind === "encoder" ? "source" : "said";
      this.stage = 0;
      this.build();
      this.put(this.about.first.words);
      this.openLook();
    }

    asLearned() {
      this.setting = { places: true, sharp: 1, off: [] };
    }

    // A new sentence: translated, if every word is known.
    say(words) {
      this.pause();
      const strange = words.find((word) => !this.known.has(word));
      const most = this.about.longest - 1;
      this.input.setAttribute("aria-invalid", String(Boolean(strange) || !words.length || words.length > most));
      if (strange) {
        this.status.textContent = `The net does not know “${strange}”; the ${this.known.size} words that it knows are listed below.`;
      } else if (!words.length || words.length > most) {
        this.status.textContent = words.length ? `The net reads ${most} words at most.` : "Write a sentence.";
      } else {
        this.words = words;
        this.place.source = Math.min(this.place.source, words.length);
        this.translate();
      }
    }

    // A new sentence that the field is to show too.
    put(words) {
      this.input.value = words.join(" ");
      this.say(words);
    }

    translate() {
      const numbers = this.words.map((word) => this.about.here.indexOf(word));
      this.run = this.net.translate([...numbers, Translator.END], this.about.longest, this.setting);
      this.written = this.run.next.length;
      this.place.said = Math.min(this.place.said, this.written - 1);
      this.draw();
      this.report();
    }

    change(setting) {
      this.pause();
      Object.assign(this.setting, setting);
      this.translate();
    }

    // Words of the sentence

    move(way) {
      const [words, from] = [[...this.words], this.place.source];
      [words[from], words[from + way]] = [words[from + way], words[from]];
      this.place.source = from + way;
      this.put(words);
    }

    remove() {
      this.put(this.words.filter((_, i) => i !== this.place.source));
    }

    // The writer, word by word

    step(way) {
      this.written = Math.min(this.run.next.length, Math.max(0, this.written + way));
      this.stack = "said";
      if (this.look.kind === "encoder") this.look = { ...this.look, kind: "source" };
      this.place.said = Math.max(0, this.written - 1);
      this.openLook();
      this.report();
    }

    play() {
      if (this.timer) return this.pause();
      if (this.written === this.run.next.length) this.written = 0;
      this.timer = setInterval(() => {
        this.step(1);
        if (this.written === this.run.next.length) this.pause();
      }, SECOND);
      this.step(1);
      return this.playing.replaceChildren("Stop");
    }

    pause() {
      clearInterval(this.timer);
      this.timer = null;
      this.playing.replaceChildren("Play");
    }

    // What is looked at

    choose(stack, place) {
      this.stack = stack;
      this.place[stack] = place;
      const fits = (this.look.kind === "encoder") === (stack === "source");
      if (!fits) {
        this.look = { ...this.look, kind: stack === "source" ? "encoder" : "source" };
        this.openLook();
      } else this.draw();
    }

    pick(look) {
      this.look = look;
      this.stack = look.kind === "encoder" ? "source" : "said";
      this.openLook();
    }

    // The stage where the chosen head's weights are made.
    openLook() {
      const { kind, layer } = this.look;
      this.stage = this.stages().findIndex(({ look, main }) => main && look.kind === kind && look.layer === layer);
      this.draw();
    }

    openStage(index) {
      this.stage = index;
      const { look } = this.stages()[index];
      if (look) this.look = { ...this.look, ...look };
      this.draw();
    }

    // Words at all places, with what they mean.
    names() {
      const there = (i) => {
        const word = this.about.there[i];
        return { [Translator.BEGIN]: ["begin"], [Translator.END]: ["end"] }[i] ?? [word, this.means.get(word)];
      };
      const { said, next } = this.run;
      return { source: [...this.words.map((word) => [word]), ["end"]], said: said.map(there), next: next.map(there), there };
    }

    stages() {
      const { sharp, places } = this.setting;
      return Way.stages(this.run, { stack: this.stack, place: this.place[this.stack], head: this.look.head,
        names: this.names(), about: this.about, sharp, places });
    }

    branch({ kind, layer } = this.look) {
      const trace = kind === "encoder" ? this.run.encoder : this.run.decoder;
      return trace.branches.find((one) => one.kind === kind && one.layer === layer);
    }

    // What the grammar says of the translation; wrong: numbers of the written words that are not right.
    judge() {
      const { target, wrong } = Tongue.translate(this.words, this.about.lexicon);
      const said = this.names().next.map(([word]) => word).filter((word) => word !== "end");
      if (wrong) return { wrong: [], text: `No sentence of the language, since ${wrong}; the net answers all the same.` };
      const off = [...said.keys()].filter((i) => said[i] !== target[i]);
      if (!off.length && said.length === target.length) return { wrong: off, text: "Right: so says the grammar." };
      const meant = target.map((word) => `${word} (${this.means.get(word)})`).join(" ");
      return { wrong: off, text: `Not right. By the grammar it is: ${meant}.` };
    }

    report() {
      const { next, chances } = this.run;
      const last = this.written - 1;
      const [word, meaning] = this.names().next[Math.max(0, last)];
      this.status.textContent = this.written === next.length ? this.judge().text
        : this.written ? `It writes ${word}${meaning ? ` (${meaning})` : ""}, probability ${Way.write(chances[last][next[last]])}.`
          : "Nothing is written yet.";
    }

    draw() {
      Panels.draw(this);
    }

    // The page

    build() {
      this.input = element("input", { type: "text", "aria-label": "A sentence in English", autocomplete: "off",
        autocapitalize: "none", spellcheck: "false", oninput: () => this.say(this.input.value.toLowerCase()
          .replace(/[.,!?]/g, " ").split(/\s+/).filter(Boolean)) });
      this.status = element("output", { "aria-live": "polite", class: "dl-says" });
      this.playing = button("Play", () => this.play());
      this.source = Tools.row("The sentence, word by word", (i) => this.choose("source", i));
      this.target = Tools.row("The translation, word by word", (i) => this.choose("said", i));
      this.tools = { earlier: button("‹ Earlier", () => this.move(-1)), later: button("Later ›", () => this.move(1)),
        remove: button("Remove", () => this.remove()) };
      this.steps = { back: button("‹ Word back", () => this.step(-1)), on: button("Next word ›", () => this.step(1)) };
      this.lines = Looks.picture((t) => this.choose(this.stack, t));
      this.way = Stages.panel((index) => this.openStage(index));
      Panels.build(this);
    }
  }

  customElements.define("dl-translate", Translate);
})();
