// A plane of codes: what its decoder makes of a place, ways between places, and who lives near.
"use strict";

const Walk = (() => {
  // place [z₁, z₂] → the chances of ink of its picture, pixel by pixel.
  function decoder(model) {
    const { forward } = DL.net(model);
    return (place) => forward(DL.tensor([1, 2], Float32Array.from(place))).data;
  }

  // `count` places on the straight way from one to another, both included.
  function way(from, to, count) {
    const at = (share) => from.map((v, i) => v + share * (to[i] - v));
    return Array.from({ length: count }, (_, k) => at(k / (count - 1)));
  }

  // The places of digits as a model has them, [[100 z₁, 100 z₂, …] of the 0s, of the 1s, …], as
  // [{name, place}, …].
  function residents(packed) {
    return packed.flatMap((row, name) => Array.from({ length: row.length / 2 }, (_, k) =>
      ({ name, place: [row[2 * k] / 100, row[2 * k + 1] / 100] })));
  }

  const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

  // How many of each name are among the `count` residents nearest to a place, the most first:
  // [[name, how many], …]; of equally many the smaller name.
  function neighbours(all, place, count) {
    const sorted = all.map((one) => [distance(one.place, place), one.name]).sort((a, b) => a[0] - b[0]);
    const tally = new Map();
    for (const [, name] of sorted.slice(0, count)) tally.set(name, (tally.get(name) ?? 0) + 1);
    return [...tally].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  return { decoder, way, residents, neighbours };
})();

if (typeof module === "object") module.exports = Walk;
