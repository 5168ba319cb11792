// On the search page: the sections that teach what was asked for, before the places that name it.
"use strict";

(() => {
  const MOST = 5;
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const singular = (text) => text.split(" ").map((word) => word.replace(/(?<=\w{3})s$/, "")).join(" ");

  // How well one name answers: as a whole, from its first word, as words inside, as beginnings.
  function fit(name, asked) {
    const said = singular(fold(name));
    if (said === asked) return 100;
    const words = ` ${said} `;
    const share = asked.length / Math.max(said.length, asked.length);
    if (words.startsWith(` ${asked} `)) return 60 + 25 * share;
    if (words.includes(` ${asked} `)) return 50 + 25 * share;
    const all = asked.split(" ");
    if (all.every((word) => words.includes(` ${word} `))) return 40 + 20 * share;
    return all.every((word) => words.includes(` ${word}`)) ? 20 + 20 * share : 0;
  }

  // A term's own pattern knows other forms of it, as "backprop"; small letters stand for capitals too.
  function found(row, query) {
    if (!row.find) return 0;
    const exact = row.find.replace(/\\./g, "") !== row.find.replace(/\\./g, "").toLowerCase();
    try {
      const match = query.match(new RegExp(row.find, exact ? "u" : "iu"));
      return match ? 90 * (match[0].length / query.length) ** 2 : 0;
    } catch { return 0; }
  }

  // Of names that fit alike, an idea's section comes before the one that defines the term.
  const WEIGHT = { idea: 1.03, term: 1, chapter: 0.95, section: 0.9, planned: 0.85 };

  function score(row, query) {
    const asked = singular(fold(query));
    const names = [row.name, row.name.split(" (")[0]].map((name) => fit(name, asked));
    const others = row.also.map((name) => 0.97 * fit(name, asked));
    return WEIGHT[row.kind] * Math.max(...names, ...others, found(row, query));
  }

  // The best rows, each section once.
  function answers(query) {
    const seen = new Set();
    return dlTaught.map((row, place) => ({ row, place, score: score(row, query) }))
      .filter((each) => each.score > 20)
      .sort((a, b) => b.score - a.score || a.place - b.place)
      .filter(({ row }) => !seen.has(row.address) && seen.add(row.address))
      .slice(0, MOST).map(({ row }) => row);
  }

  function line(row) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = document.documentElement.dataset.content_root + row.address;
    link.textContent = row.name[0].toUpperCase() + row.name.slice(1);
    const where = document.createElement("span");
    where.textContent = ` ${row.heading} · chapter ${row.chapter}`;
    item.append(link, where);
    return item;
  }

  window.dlAnswers = answers;
  const query = new URLSearchParams(location.search).get("q")?.trim();
  const rows = query ? answers(query) : [];
  if (!rows.length) return;
  const box = document.createElement("section");
  box.className = "dl-taught";
  const head = document.createElement("h2");
  head.textContent = "Where the book teaches it";
  const list = document.createElement("ol");
  list.append(...rows.map(line));
  box.append(head, list);
  document.getElementById("search-results").before(box);
})();
