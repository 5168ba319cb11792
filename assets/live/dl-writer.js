// A GPT that writes: what comes next after a text, and a draw from it, as dlcore's GPT.generate.
"use strict";

const Writer = (() => {
  // logits → probabilities. temperature divides them; 0 leaves the likeliest alone; with top only
  // the `top` likeliest (and what ties with the last of them) can be drawn.
  function chances(logits, { temperature = 1, top = logits.length } = {}) {
    const largest = Math.max(...logits);
    if (!temperature) {
      const best = logits.indexOf(largest);
      return Float32Array.from(logits, (_, i) => Number(i === best));
    }
    const least = [...logits].sort((a, b) => b - a)[Math.min(top, logits.length) - 1];
    const powers = logits.map((v) => (v < least ? 0 : Math.exp((v - largest) / temperature)));
    const total = powers.reduce((a, b) => a + b);
    return powers.map((v) => v / total);
  }

  // A place of `shares`, drawn with a random number from 0 to 1.
  function draw(shares, random = Math.random()) {
    let left = random;
    const found = shares.findIndex((share) => (left -= share) < 0);
    return found < 0 ? shares.lastIndexOf(Math.max(...shares)) : found; // rounding at the end
  }

  // What the net of a page has to say about a text.
  function net(model) {
    const { parts } = DL.net(model);
    const last = parts.findLastIndex(({ type }) => type === "Block");
    const { letters, context } = model.about;
    const number = new Map(letters.map((letter, i) => [letter, i]));

    // Scores of every letter behind the text; beyond the context it is forgotten. From the last
    // block on, only the last place matters.
    function logits(text) {
      const seen = [...text].slice(-context).map((letter) => number.get(letter));
      let x = DL.tensor([1, seen.length], seen);
      parts.forEach(({ run }, i) => (x = run(x, i === last ? seen.length - 1 : 0)));
      return x.data;
    }

    // A letter by these scores, and by those behind a text.
    const pick = (scores, setting, random) => letters[draw(chances(scores, setting), random)];
    const next = (text, setting, random) => pick(logits(text), setting, random);
    const strange = (text) => [...text].find((letter) => !number.has(letter));
    return { logits, pick, next, strange, letters };
  }

  // Which characters of a text stand in `known` as part of a run of at least `least`.
  function copied(text, known, least) {
    const marks = Array.from(text, () => false);
    for (let start = 0; start + least <= text.length; start += 1) {
      if (known.includes(text.slice(start, start + least))) marks.fill(true, start, start + least);
    }
    return marks;
  }

  return { chances, draw, net, copied };
})();

if (typeof module === "object") module.exports = Writer;
