// One place's way through the Transformer, stage by stage: what happens there, in words and numbers.
//
//   view {stack, place, head, names, about, sharp, places}: "source" or "said", whose place it is;
//   names {source, said, next}: of the words at all places, [word, meaning] each
//
// A stage is {group, title, row, text, parts, look}: group, the line of the stream that it belongs
// to; row, the stream's numbers behind it; parts, what is shown: {strip}, {table} or {bars}.
"use strict";

const Way = (() => {
  const { row, dot } = Translator;
  const write = (value, digits = 2) => value.toFixed(digits).replace(/^-(?=.*[1-9])/, "−").replace("-", "");
  const top = (values, count) => [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, count);
  const quote = ([word]) => `“${word}”`;
  const PLACE = { encoder: "the sentence", writer: "what is written", source: "the sentence" };

  function first({ start }, { stack, place, names, about, places }) {
    const [name, table] = [names[stack][place], stack === "source" ? about.here : about.there];
    const D = start.words.shape[1];
    const own = row(start.words, place);
    const begins = stack === "source" ? `${quote(name)} is one of ${table.length} words and marks. `
      : place ? `The writer goes on from the word it wrote last, ${quote(name)}. `
        : "The writer has written nothing yet: it starts from the mark “begin”. ";
    return [
      { group: "word", title: "A row of a table", row: own,
        text: `${begins}The table keeps ${D} numbers for it. Times √${D} they begin the stream: the row of `
          + "numbers that this place carries through all blocks.",
        parts: [{ strip: own, name: "the row" }] },
      { group: "+ place", title: "Where it stands", row: row(start.after, place),
        text: places ? `Attention by itself has no order. So place ${place} adds its sines and cosines.`
          : "Places are switched off: nothing is added, and no row knows where it stands.",
        parts: [{ strip: own, name: "the word" }, { strip: row(start.places, place), name: "+ its place" },
          { strip: row(start.after, place), name: "= the row" }] },
    ];
  }

  // Query, key and value; scores and weights; the mean, added to the stream.
  function looking(branch, { place, head, names, sharp }) {
    const { kind, layer, heads, normed } = branch;
    const { q, k, v, scores, weights, silent } = heads[head];
    const others = kind === "writer" ? names.said : names.source;
    const [mine, own] = [weights[place], scores[place]];
    const [query, [best]] = [q(place), top(mine, 1)];
    const d = query.length;
    const common = { group: `block ${layer + 1}: looks at ${PLACE[kind]}`, look: { kind, layer } };
    const three = kind === "source"
      ? "Its row makes the query alone: what it wants to know. Keys and values come from the rows that the encoder made of the sentence."
      : "The query asks; the key is what others' queries are compared with; the value is what they can fetch here.";
    const factor = sharp === 1 ? "" : ` · ${sharp}`;
    const product = dot(query, k(best));
    const mean = Float32Array.from(query, (_, i) => (silent ? 0 : mine.reduce((sum, p, s) => sum + p * v(s)[i], 0)));
    const keys = kind === "source" ? [] : [{ strip: k(place), name: "key", numbers: true },
      { strip: v(place), name: "value", numbers: true }];
    return [
      { ...common, title: "Query, key, value", row: row(branch.before, place),
        text: `A layer norm, then three maps; head ${head + 1} has ${d} numbers of each. ${three}`,
        parts: [{ strip: row(normed, place), name: "normed" }, { strip: query, name: "query", numbers: true }, ...keys] },
      { ...common, title: "Scores and weights", row: row(branch.before, place), main: true,
        text: `Query times key, divided by √${d}, is the score; softmax makes weights of the scores. With `
          + `${quote(others[best])} it is ${write(product)} / ${write(Math.sqrt(d))}${factor} = ${write(own[best])}, `
          + `weight ${write(mine[best])}.${kind === "writer" ? " Words that come later cannot be seen." : ""}`,
        parts: [{ table: [...mine].map((weight, s) => ({ name: others[s], strip: k(s), score: own[s], weight })),
          name: "key" }] },
      { ...common, title: "A weighted mean, added", row: row(branch.after, place),
        text: `${silent ? `Head ${head + 1} is switched off and brings zeros.`
          : `The values, each times its weight, give the head's ${d} numbers.`} Those of all heads go through one `
          + "more map, and what comes out is added to the stream.",
        parts: [
          { table: top(mine, 3).map((s) => ({ name: others[s], strip: v(s), weight: mine[s] })), name: "value" },
          { strip: mean, name: "their mean", numbers: true }, { strip: row(branch.means, place), name: "all heads" },
          { strip: row(branch.out, place), name: "mapped" }, { strip: row(branch.after, place), name: "the row" }] },
    ];
  }

  function feeding({ layer, normed, wide, out, after }, { place }) {
    const units = row(wide, place);
    return { group: `block ${layer + 1}: feed-forward`, title: "Work on the row", row: row(after, place),
      text: `The feed-forward net sees this row alone. Of its ${units.length} units ${units.filter((u) => u > 0).length} `
        + `are above 0 here; a second map makes ${row(out, place).length} numbers of them, which are added to the stream.`,
      parts: [{ strip: row(normed, place), name: "normed" }, { strip: units, name: "units", lines: units.length / row(out, place).length },
        { strip: row(out, place), name: "mapped" }, { strip: row(after, place), name: "the row" }] };
  }

  function last(run, { stack, place, names, about }) {
    if (stack === "source") {
      const rows = row(run.encoder.rows, place);
      return { group: "to the writer", title: "What the writer can see", row: rows,
        text: `A last norm. Whenever the writer looks at ${quote(names.source[place])}, it sees keys and values made of this row.`,
        parts: [{ strip: rows, name: "the row" }] };
    }
    const [rows, chances] = [row(run.decoder.rows, place), run.chances[place]];
    return { group: "next word", title: "The next word", row: rows,
      text: `A last norm, and one map gives each of the ${chances.length} words and marks a score; softmax makes `
        + `probabilities of them. The likeliest is written: ${quote(names.next[place])}.`,
      parts: [{ strip: rows, name: "normed" },
        { bars: top(chances, 5).map((i) => ({ name: names.there(i), chance: chances[i] })) }] };
  }

  // All stages of the place that view tells.
  function stages(run, view) {
    const trace = view.stack === "source" ? run.encoder : run.decoder;
    const middle = trace.branches.flatMap((branch) =>
      (branch.kind === "feed" ? feeding(branch, view) : looking(branch, view)));
    return [...first(trace, view), ...middle, last(run, view)];
  }

  return { stages, write, top };
})();

if (typeof module === "object") module.exports = Way;
