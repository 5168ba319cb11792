// Searches and filters the rows of a generated page; without it the page is the plain, full list.
"use strict";

(() => {
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");

  // True if the row has every word and the chosen part, mark and state.
  function fits(row, wanted) {
    return wanted.words.every((word) => row.text.includes(word))
      && (!wanted.part || row.data.part === wanted.part)
      && (!wanted.mark || row.data.mark === wanted.mark)
      && (!wanted.written || row.data.written === "yes");
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
      const wanted = {
        words: fold(form.words.value).split(/\s+/).filter(Boolean),
        part: form.part.value,
        mark: form.mark.value,
        written: form.written.checked,
      };
      let shown = 0;
      for (const group of groups) {
        const kept = group.rows.filter((row) => (row.node.hidden = !fits(row, wanted), !row.node.hidden));
        group.node.hidden = !kept.length;
        shown += kept.length;
      }
      form.querySelector("output").textContent = shown === all ? `${all} ideas` : `${shown} of ${all} ideas`;
    }

    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  for (const finder of document.querySelectorAll("[data-finder]")) start(finder);
})();
