// Sets formulas: a line of JSON {tex, display} comes in, a line {html} or {problem} goes out.
// With {aloud: true} the line is {words}: how the formula is read aloud.
"use strict";

const [, , modules] = process.argv;
const katex = require(`${modules}/katex`);
const RULES = { output: "htmlAndMathml", strict: "error", throwOnError: true, trust: false };
const COUNTED = ["msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac", "mroot"];

// KaTeX makes two elements of \max, its name and an invisible sign. Where MathML counts children,
// as in \lambda_{\max}, a browser then finds one too many: here they become one, a row.
function inRows(node) {
  (node.children || []).forEach((child, place) => {
    inRows(child);
    if (COUNTED.includes(node.type) && child.children && !child.type)
      node.children[place] = new node.constructor("mrow", child.children);
  });
  return node;
}

async function speech() {
  process.env.SRE_JSON_PATH ??= `${modules}/speech-rule-engine/lib/mathmaps`;
  const engine = require(`${modules}/speech-rule-engine`);
  await engine.setupEngine({ domain: "clearspeak", locale: "en", modality: "speech" });
  return engine;
}

async function words(tex) {
  const made = katex.renderToString(tex, { ...RULES, output: "mathml" });
  const [formula] = made.match(/<math.*<\/math>/s);
  return (await (speech.ready ??= speech())).toSpeech(formula.replace(/<annotation.*<\/annotation>/s, ""));
}

require("readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const { tex, display, aloud } = JSON.parse(line);
  let answer;
  try {
    if (aloud) answer = { words: await words(tex) };
    else {
      const tree = katex.__renderToDomTree(tex, { ...RULES, displayMode: display });
      answer = { html: inRows(tree).toMarkup() };
    }
  } catch (problem) {
    answer = { problem: problem.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
