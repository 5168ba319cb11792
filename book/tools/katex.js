// Sets formulas: a line of JSON {tex, display} comes in, a line {html} or {problem} goes out.
"use strict";

const katex = require(process.argv[2]);
const RULES = { output: "htmlAndMathml", strict: "error", throwOnError: true, trust: false };

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(tex, { ...RULES, displayMode: display }) };
  } catch (problem) {
    answer = { problem: problem.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
