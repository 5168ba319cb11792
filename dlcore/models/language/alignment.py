"""1993, Peter Brown and others: learn which word translates which, from sentences alone
(chapter 16).

P. Brown, S. Della Pietra, V. Della Pietra, R. Mercer, The mathematics of statistical machine
translation: parameter estimation, Computational Linguistics 19 (1993) 263-311,
https://aclanthology.org/J93-2003: its model 1. Both directions put together: F. Och, H. Ney (2003),
https://doi.org/10.1162/089120103321337421.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

Words = Sequence[str]
Table = dict[tuple[str | None, str], float]
NOTHING = None  # the source word of target words that translate none


def model1(pairs: Sequence[tuple[Words, Words]], rounds: int = 8) -> Table:
    """t(target word | source word), which each round makes the likelier the more it explains.

    Each target word comes from one word of its sentence's source, or from NOTHING, all alike at
    first: p(y | x) = Π_j (1 / (S + 1)) Σ_i t(y_j | x_i). Expectation: share out each target word
    among the source words by t; maximisation: t = shares, scaled to add up to 1 per source word.
    Raises ValueError for no round.
    """
    if rounds < 1:
        raise ValueError(f"model1 needs 1 round or more, got {rounds}")
    table: Table = {}
    for _ in range(rounds):
        shares: Table = defaultdict(float)
        totals: dict[str | None, float] = defaultdict(float)
        for source, target in pairs:
            origins = (*source, NOTHING)
            for word in target:
                weights = [table.get((x, word), 0.0) if table else 1.0 for x in origins]
                whole = sum(weights)
                for x, weight in zip(origins, weights):
                    shares[x, word] += weight / whole
                    totals[x] += weight / whole
        table = {key: share / totals[key[0]] for key, share in shares.items()}
    return table


def best_links(source: Words, target: Words, table: Table) -> set[tuple[int, int]]:
    """(i, j) for each target word j: its likeliest source word i; of equals the nearer place."""
    links = set()
    for j, word in enumerate(target):
        scores = [table.get((x, word), 0.0) - 1e-9 * abs(i - j) for i, x in enumerate(source)]
        if scores:
            links.add((max(range(len(source)), key=scores.__getitem__), j))
    return links


def align(pairs: Sequence[tuple[Words, Words]], rounds: int = 8) -> list[set[tuple[int, int]]]:
    """Links (i, j) of source word i with target word j for each pair.

    Those that both directions draw, and for a target word without one, its own direction's.
    """
    there = model1(pairs, rounds)
    back = model1([(target, source) for source, target in pairs], rounds)
    found = []
    for source, target in pairs:
        own = best_links(source, target, there)
        other = {(i, j) for j, i in best_links(target, source, back)}
        both = own & other
        linked = {j for _, j in both}
        found.append(both | {(i, j) for i, j in own if j not in linked})
    return found
