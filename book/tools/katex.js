// Sets formulas: a line of JSON {tex, display} comes in, a line {html} or {problem} goes out.
"use strict";

const katex = require(process.argv[2]);
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

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    const tree = katex.__renderToDomTree(tex, { ...RULES, displayMode: display });
    answer = { html: inRows(tree).toMarkup() };
  } catch (problem) {
    answer = { problem: problem.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
