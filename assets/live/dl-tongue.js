// The made-up language of dlcore/data/translations.py: its words, its grammar, and what is right.
// lexicon: about.lexicon of the model, {nouns: [[one, many, made-up, gender], …], verbs, …}.
"use strict";

const Tongue = (() => {
  const ARTICLES = ["the", "a", "an", "many"];

  // What kind of word each English one is, and its translation.
  function dictionary(lexicon) {
    const found = new Map(ARTICLES.map((word) => [word, { kind: "article" }]));
    for (const [one, many, to, gender] of lexicon.nouns) {
      found.set(one, { kind: "noun", to, gender, plural: false });
      found.set(many, { kind: "noun", to, gender, plural: true });
    }
    for (const [one, many, to] of lexicon.verbs) {
      found.set(one, { kind: "verb", to, plural: false });
      found.set(many, { kind: "verb", to, plural: true });
    }
    for (const kind of ["adjective", "adverb", "preposition"]) {
      for (const [word, to] of lexicon[`${kind}s`]) found.set(word, { kind, to });
    }
    return found;
  }

  // What a made-up word means in English.
  function meanings({ nouns, verbs, adjectives, adverbs, prepositions, plural, many, endings }) {
    const found = new Map([[plural, "plural"], [many, "many"]]);
    for (const [one, , to] of nouns) found.set(to, one);
    for (const [word, to] of [...adjectives, ...adverbs, ...prepositions]) found.set(to, word);
    for (const [one, several, to] of verbs) {
      found.set(to + endings.plural, several);
      for (const end of [endings.yes, endings.no]) found.set(to + end, one);
    }
    return found;
  }

  // A sentence read from left to right; the first word that does not fit is an Error.
  class Reader {
    constructor(words, lexicon) {
      Object.assign(this, { words, lexicon, at: 0, known: dictionary(lexicon) });
    }

    kind() {
      return this.known.get(this.words[this.at])?.kind;
    }

    take(kind, what = `${kind === "verb" ? "a" : "an"} ${kind}`) {
      if (this.kind() !== kind) {
        const here = this.at < this.words.length ? `where “${this.words[this.at]}” stands` : "at the end";
        throw new Error(`${here}, ${what} is wanted`);
      }
      this.at += 1;
      return { word: this.words[this.at - 1], ...this.known.get(this.words[this.at - 1]) };
    }

    // the old dogs near a tree: translation and number; deep: whether a place may follow.
    phrase(deep) {
      const { word: article } = this.take("article");
      const adjectives = [];
      while (this.kind() === "adjective") adjectives.push(this.take("adjective").to);
      const noun = this.take("noun", "a noun");
      if (["a", "an"].includes(article) && noun.plural) throw new Error(`“${article} ${noun.word}” mixes one and many`);
      if (article === "many" && !noun.plural) throw new Error(`“many ${noun.word}” mixes one and many`);
      const { plural, many } = this.lexicon;
      const target = [noun.to, ...(noun.plural ? [plural] : []), ...adjectives.reverse(),
        ...(article === "many" ? [many] : [])];
      if (!deep || this.kind() !== "preposition") return { noun, target };
      const place = this.take("preposition").to;
      return { noun, target: [...this.phrase(false).target, place, ...target] };
    }

    sentence() {
      const { yes, no, plural } = this.lexicon.endings;
      const subject = this.phrase(true);
      const verb = this.take("verb");
      if (verb.plural !== subject.noun.plural) {
        throw new Error(`“${subject.noun.word}” and “${verb.word}” do not agree in number`);
      }
      const ending = verb.plural ? plural : subject.noun.gender ? yes : no;
      const said = [...subject.target, ...this.phrase(true).target, verb.to + ending];
      const first = this.kind() === "adverb" ? [this.take("adverb").to] : [];
      if (this.at < this.words.length) throw new Error(`after “${this.words[this.at - 1]}” the sentence is over`);
      return [...first, ...said];
    }
  }

  // The translation by the grammar, {target}, or {wrong}: why it is no sentence of the language.
  function translate(words, lexicon) {
    try {
      return { target: new Reader(words, lexicon).sentence() };
    } catch (problem) {
      return { wrong: problem.message };
    }
  }

  // A sentence of the language, one clause.   random() gives numbers from 0 to 1
  function sentence(lexicon, random = Math.random) {
    const pick = (list) => list[Math.floor(random() * list.length)];
    const phrase = (deep) => {
      const [plural, noun] = [random() < 0.35, pick(lexicon.nouns)];
      const adjectives = random() < 0.5 ? [pick(lexicon.adjectives)[0]] : [];
      const words = [...adjectives, noun[Number(plural)]];
      const one = /^[aeiou]/.test(words[0]) ? "an" : "a";
      const found = [pick(plural ? ["the", "many"] : ["the", one]), ...words];
      const place = deep && random() < 0.25;
      return { plural, words: place ? [...found, pick(lexicon.prepositions)[0], ...phrase(false).words] : found };
    };
    const subject = phrase(true);
    const adverb = random() < 0.3 ? [pick(lexicon.adverbs)[0]] : [];
    return [...subject.words, pick(lexicon.verbs)[Number(subject.plural)], ...phrase(true).words, ...adverb];
  }

  return { dictionary, meanings, translate, sentence };
})();

if (typeof module === "object") module.exports = Tongue;
