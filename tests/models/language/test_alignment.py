"""Model 1: the likelihood rises, all alignments tried, and a language it must get."""

import itertools
import math
import random

import pytest

from dlcore.models.language.alignment import NOTHING, align, best_links, model1

PAIRS = [
    (["das", "haus"], ["the", "house"]),
    (["das", "buch"], ["the", "book"]),
    (["ein", "buch"], ["a", "book"]),
]


def likelihood(pairs, table):
    total = 0.0
    for source, target in pairs:
        for word in target:
            total += math.log(sum(table.get((x, word), 0) for x in [*source, NOTHING]))
    return total


def test_first_round_by_hand():
    table = model1(PAIRS, 1)
    assert table["das", "the"] == pytest.approx(1 / 2)
    assert table["das", "house"] == table["das", "book"] == pytest.approx(1 / 4)
    assert table["haus", "the"] == pytest.approx(1 / 2)


def test_it_finds_the_words():
    table = model1(PAIRS, 30)
    for source, target in [("das", "the"), ("haus", "house"), ("buch", "book"), ("ein", "a")]:
        row = {word: p for (x, word), p in table.items() if x == source}
        assert max(row, key=row.__getitem__) == target
        assert sum(row.values()) == pytest.approx(1)


def by_all_alignments(pairs, rounds):
    """Expectation over each alignment of each sentence, one by one."""
    words = {w for _, t in pairs for w in t}
    table = {(x, w): 1.0 for s, _ in pairs for x in [*s, NOTHING] for w in words}
    for _ in range(rounds):
        counts = dict.fromkeys(table, 0.0)
        for source, target in pairs:
            origins = [*source, NOTHING]
            ways = list(itertools.product(range(len(origins)), repeat=len(target)))
            weights = [math.prod(table[origins[i], w] for i, w in zip(way, target)) for way in ways]
            for way, weight in zip(ways, weights):
                for i, w in zip(way, target):
                    counts[origins[i], w] += weight / sum(weights)
        sums = {}
        for (x, _), c in counts.items():
            sums[x] = sums.get(x, 0) + c
        table = {key: c / sums[key[0]] for key, c in counts.items()}
    return table


def test_against_all_alignments():
    dice = random.Random(0)
    for _ in range(60):
        pairs = [
            (dice.choices("abc", k=dice.randint(1, 3)), dice.choices("xyz", k=dice.randint(1, 3)))
            for _ in range(3)
        ]
        rounds = dice.randint(1, 3)
        slow = by_all_alignments(pairs, rounds)
        for key, p in model1(pairs, rounds).items():
            assert p == pytest.approx(slow[key])


def test_each_round_makes_the_text_likelier():
    dice = random.Random(1)
    pairs = [(dice.choices("abcde", k=4), dice.choices("vwxyz", k=4)) for _ in range(20)]
    values = [likelihood(pairs, model1(pairs, n)) for n in (1, 2, 4, 8)]
    assert values == sorted(values)


def test_links():
    dice = random.Random(2)
    known = dict(zip("abcdefgh", "stuvwxyz"))
    pairs = []
    for _ in range(200):
        source = dice.sample(list(known), 4)
        pairs.append((source, [known[x] for x in reversed(source)]))
    assert all(links == {(i, 3 - i) for i in range(4)} for links in align(pairs))
    assert best_links([], ["x"], {}) == set()
    assert best_links(["a", "a"], ["x", "x"], {("a", "x"): 1.0}) == {(0, 0), (1, 1)}


def test_refusal():
    with pytest.raises(ValueError, match="1 round or more, got 0"):
        model1(PAIRS, 0)
