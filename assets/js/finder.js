// Searches and filters the rows of a generated page; without it the page is the plain, full list.
"use strict";

(() => {
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");

  // What the form asks for: words, and for some of the rows' data attributes the value.
  function wish(form) {
    const chosen = [...form.querySelectorAll("select")].filter((choice) => choice.value);
    const ticked = [...form.querySelectorAll("input[type=checkbox]:checked")];
    return {
      words: fold(form.words.value).split(/\s+/).filter(Boolean),
      data: [...chosen.map((choice) => [choice.name, choice.value]), ...ticked.map((box) => [box.name, "yes"])],
    };
  }

  function fits(row, wanted) {
    return wanted.words.every((word) => row.text.includes(word))
      && wanted.data.every(([name, value]) => row.data[name] === value);
  }

  function start(finder) {
    const form = finder.querySelector("form");
    const groups = [...finder.querySelectorAll("[data-group]")].map((node) => ({
      node,
      rows: [...node.querySelectorAll("[data-row]")].map((row) => ({
        node: row, data: row.dataset, text: fold(`${row.textContent} ${row.dataset.words ?? ""}`),
      })),
    }));
    const all = groups.reduce((sum, group) => sum + group.rows.length, 0);

    function filter() {
      const wanted = wish(form);
      let shown = 0;
      for (const group of groups) {
        const kept = group.rows.filter((row) => (row.node.hidden = !fits(row, wanted), !row.node.hidden));
        group.node.hidden = !kept.length;
        shown += kept.length;
      }
      form.querySelector("output").textContent = `${shown === all ? "" : `${shown} of `}${all} ${finder.dataset.finder}`;
    }

    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  for (const finder of document.querySelectorAll("[data-finder]")) start(finder);
})();
