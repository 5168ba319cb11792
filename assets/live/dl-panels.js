// The parts of <dl-translate>: how they are put together and what they show.
"use strict";

const Panels = (() => {
  const { element } = LivePage;
  const name = (text, ...more) => element("p", { class: "dl-name" }, text, ...more);
  const KINDS = ["article", "adjective", "noun", "verb", "preposition", "adverb"];
  const WHO = {
    encoder: ["The sentence looks at itself", "Encoder"],
    writer: ["The writer looks at what is written", "Writer"],
    source: ["The writer looks at the sentence", "Writer"],
  };

  // Build: what a page (the element) shows, from top to bottom.
  function build(page) {
    page.heads = Object.keys(WHO).map((kind) => ({ kind, ...Tools.row(WHO[kind][0], (i) => page.pick({
      kind, layer: Math.floor(i / page.about.heads), head: i % page.about.heads,
    })) }));
    page.who = name("");
    page.mover = element("span", { class: "dl-mover" });
    page.replaceChildren(
      element("section", { class: "dl-whole" }, name("A sentence in English"), page.input,
        element("div", { class: "dl-buttons" },
          Tools.button("Another sentence", () => page.put(Tongue.sentence(page.about.lexicon))),
          page.mover, page.tools.earlier, page.tools.later, page.tools.remove),
        page.source.node, vocabulary(page)),
      element("section", { class: "dl-whole" }, name("Its translation"), page.target.node, page.status,
        element("div", { class: "dl-buttons" }, page.playing, page.steps.back, page.steps.on), changes(page)),
      element("section", { class: "dl-picture" }, page.who, page.lines.node),
      element("section", { class: "dl-heads" }, ...gallery(page)),
      page.way.node, element("section", { class: "dl-whole" }, name("How well it does"), element("p", {}, record(page.about))));
  }

  function vocabulary(page) {
    const words = [...page.known.keys()];
    const rows = KINDS.map((kind) => {
      const mine = words.filter((word) => page.known.get(word).kind === kind);
      const row = Tools.row(`${kind}s`, (i) => page.put([...page.words, mine[i]]), false);
      row.fill(mine.map((word) => ({ nodes: [word] })));
      return element("div", { class: "dl-kind" }, element("span", {}, `${kind}s`), row.node);
    });
    return element("details", {}, element("summary", {}, `The ${words.length} words it knows`), ...rows);
  }

  function gallery(page) {
    const parts = page.heads.map(({ kind, node }) => {
      node.classList.add("dl-maps");
      return element("div", {}, element("p", {}, WHO[kind][0]), node);
    });
    page.head = element("p");
    page.silence = Tools.tick("this head brings something", true, (on) => {
      const [{ off }, mine] = [page.setting, Translator.headName(page.look)];
      page.change({ off: on ? off.filter((one) => one !== mine) : [...off, mine] });
    });
    const number = parts.length * page.about.layers * page.about.heads;
    return [name(`All ${number} heads`), ...parts,
      element("p", {}, "Bar: test sentences that go wrong without the head."), page.silence, page.head];
  }

  function changes(page) {
    page.places = Tools.tick("places are added", true, (places) => page.change({ places }));
    page.sharp = Tools.slider("scores times", { min: 0, max: 3, step: 0.25 }, 1, (v) => v.toFixed(2),
      (sharp) => page.change({ sharp }));
    page.learned = Tools.button("As it was learned", () => {
      page.asLearned();
      page.sharp.set(1);
      page.translate();
    });
    return element("fieldset", { class: "dl-changes" }, element("legend", {}, "Change the net"), page.places,
      page.sharp.node, element("div", { class: "dl-buttons" }, page.learned));
  }

  const share = (right, tested) => `${((100 * right) / tested).toFixed(1)}\u00a0%`;

  function record(about) {
    const [parameters, steps, tested] = [about.parameters, about.steps, about.tested].map((n) => n.toLocaleString("en"));
    return `${parameters} weights and biases, ${steps} steps of training. Of ${tested} sentences that it had not seen it `
      + `translates ${share(about.right, about.tested)} without a mistake, and ${share(about.without_places, about.tested)} when it is `
      + "not told where words stand. The grammar, not the net, says what is right.";
  }

  // Draw: what changes from one press to the next.
  function draw(page) {
    const [names, verdict] = [page.names(), page.judge()];
    const { kind, layer, head } = page.look;
    const chosen = (stack, i) => page.stack === stack && page.place[stack] === i;
    page.source.fill(names.source.map(([word], i) => ({ nodes: [word], pressed: chosen("source", i) })));
    page.target.fill(names.next.slice(0, page.written).map(([word, meaning], i) => ({
      nodes: [word, element("small", {}, meaning ?? "")], pressed: chosen("said", i),
      kind: page.written === names.next.length && verdict.wrong.includes(i) ? "dl-off" : "",
    })));
    const [from, last] = [page.place.source, page.words.length - 1];
    page.mover.textContent = from > last ? "" : `“${page.words[from]}”:`;
    page.tools.earlier.disabled = from < 1 || from > last;
    page.tools.later.disabled = from >= last;
    page.tools.remove.disabled = from > last || !last;
    page.steps.back.disabled = !page.written;
    page.steps.on.disabled = page.written === names.next.length;
    drawHeads(page, names);
    page.who.textContent = `${WHO[kind][0]}: block ${layer + 1}, head ${head + 1}`;
    const writes = (i) => (page.stack === "source" ? names.source[i] : names.next[i]);
    page.way.fill(page.stages(), page.stage, page.stack === "source" ? `“${writes(from)[0]}”`
      : `the place that writes “${writes(page.place.said)[0]}”`);
  }

  function drawHeads(page, names) {
    const [{ kind, layer, head }, { about }] = [page.look, page];
    const rows = Math.max(1, page.written);
    const left = kind === "encoder" ? names.source : names.next.slice(0, rows);
    const right = kind === "writer" ? names.said.slice(0, rows) : names.source;
    page.lines.fill({ left, right, head, chosen: page.place[page.stack], what: `${WHO[kind][1]}, block ${layer + 1}, head ${head + 1}:`,
      weights: page.branch().heads[head].weights.slice(0, left.length) });
    for (const { kind: group, fill } of page.heads) {
      fill(Array.from({ length: page.about.layers * page.about.heads }, (_, i) => {
        const look = { kind: group, layer: Math.floor(i / page.about.heads), head: i % page.about.heads };
        const { weights, silent } = page.branch(look).heads[look.head];
        const lost = about.with_heads - about.without_head[group][look.layer][look.head];
        return { nodes: [Looks.map(weights, weights.at(-1).length, look.head), Looks.bar(lost / about.heads_tested, look.head)],
          pressed: Translator.headName(look) === Translator.headName(page.look), kind: silent ? "dl-silent" : "",
          name: `${WHO[group][0]}: block ${look.layer + 1}, head ${look.head + 1}${silent ? ", switched off" : ""}` };
      }));
    }
    const [others, all] = [about.without_head[kind][layer][head], about.with_heads].map((n) => share(n, about.heads_tested));
    page.head.textContent = `Without it the net gets ${others} of ${about.heads_tested} test sentences right, with all heads ${all}.`;
    page.silence.firstChild.checked = !page.setting.off.includes(Translator.headName(page.look));
    page.places.firstChild.checked = page.setting.places;
    const { off, sharp, places } = page.setting;
    page.learned.disabled = places && sharp === 1 && !off.length;
  }

  return { build, draw };
})();
