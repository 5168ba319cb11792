"""Phrases against all pairs of spans; the search against all ways; a language it must get."""

import itertools
import math
import random

import pytest

from dlcore.models import PhraseTable
from dlcore.models.language.ngram import BEGIN, END
from dlcore.models.language.phrase_table import phrase_pairs


def by_all_spans(source, target, links, longest):
    found = []
    for a, b in itertools.combinations(range(len(source) + 1), 2):
        for c, d in itertools.combinations(range(len(target) + 1), 2):
            if b - a > longest or d - c > longest:
                continue
            leaves = any((a <= i < b) != (c <= j < d) for i, j in links)
            edges = {j for _, j in links} >= {c, d - 1}
            if not leaves and edges and any(a <= i < b for i, _ in links):
                found.append((tuple(source[a:b]), tuple(target[c:d])))
    return found


def test_phrases_against_all_spans():
    dice = random.Random(0)
    for _ in range(200):
        source, target = list("abcde")[: dice.randint(0, 5)], list("vwxyz")[: dice.randint(0, 5)]
        every = [(i, j) for i in range(len(source)) for j in range(len(target))]
        links = set(dice.sample(every, min(len(every), dice.randint(0, 5))))
        longest = dice.randint(1, 5)
        found = phrase_pairs(source, target, links, longest)
        assert sorted(found) == sorted(by_all_spans(source, target, links, longest))


def test_phrases_by_hand():
    """a b → y x, c → z: a b together may turn, b c may not be taken alone with y z."""
    found = phrase_pairs("abc", "yxz", {(0, 1), (1, 0), (2, 2)})
    assert set(found) == {
        (("a",), ("x",)), (("b",), ("y",)), (("c",), ("z",)), (("a", "b"), ("y", "x")),
        (("a", "b", "c"), ("y", "x", "z")),
    }  # fmt: skip


def best_of_all(table, words):
    """Every order of every cut into phrases, every translation of each."""
    n, best = len(words), (-math.inf, [])
    for cuts in itertools.product([0, 1], repeat=max(n - 1, 0)):
        edges = [0, *(i + 1 for i, cut in enumerate(cuts) if cut), n]
        spans = list(itertools.pairwise(edges))
        for order in itertools.permutations(spans):
            options = [table.options(tuple(words[a:b])) for a, b in order]
            for chosen in itertools.product(*options):
                score, place, said, done = 0.0, 0, [], set()
                fits = True
                for (a, b), (phrase, price) in zip(order, chosen):
                    first = min(set(range(n)) - done)
                    fits = fits and a - first <= table.limit
                    score += price - table.jump * abs(a - place)
                    place, said, done = b, said + list(phrase), done | set(range(a, b))
                line = [BEGIN, BEGIN, *said, END]
                for i in range(2, len(line)):
                    p = table.fluent.probability(line[i], line[i - 2 : i])
                    score += table.fluency * math.log(p)
                if fits and score > best[0] + 1e-9:
                    best = (score, said)
    return best


def score_of(table, words, said):
    """The best score of any derivation of `said`."""
    best = -math.inf
    for cuts in itertools.product([0, 1], repeat=max(len(words) - 1, 0)):
        edges = [0, *(i + 1 for i, cut in enumerate(cuts) if cut), len(words)]
        for order in itertools.permutations(list(itertools.pairwise(edges))):
            options = [table.options(tuple(words[a:b])) for a, b in order]
            for chosen in itertools.product(*options):
                if [w for phrase, _ in chosen for w in phrase] != said:
                    continue
                score, place = 0.0, 0
                for (a, b), (_, price) in zip(order, chosen):
                    score, place = score + price - table.jump * abs(a - place), b
                best = max(best, score)
    line = [BEGIN, BEGIN, *said, END]
    fluent = sum(
        math.log(table.fluent.probability(line[i], line[i - 2 : i])) for i in range(2, len(line))
    )
    return best + table.fluency * fluent


def language(count, seed):
    """Verb, adjective, noun, of which the last two change places."""
    dice = random.Random(seed)
    words = dict(zip("abcdefghi", "rstuvwxyz"))
    pairs = []
    for _ in range(count):
        verb, adjective, noun = dice.choice("abc"), dice.choice("def"), dice.choice("ghi")
        pairs.append(([verb, adjective, noun], [words[verb], words[noun], words[adjective]]))
    return pairs


def test_the_search_finds_the_best_of_all():
    dice = random.Random(3)
    table = PhraseTable(language(60, 0), beam=10**6, kept=3)
    for _ in range(25):
        table.limit, table.jump = dice.choice([0, 1, 6]), dice.choice([0.1, 0.5, 2.0])
        words = dice.choices("adgbehz", k=dice.randint(1, 4))
        score, _ = best_of_all(table, words)
        assert score_of(table, words, table.translate(words)) == pytest.approx(score)


def test_a_language_with_turned_words():
    table = PhraseTable(language(300, 0))
    test = language(50, 1)
    right = sum(table.translate(source) == target for source, target in test)
    assert right > 45


def test_words_it_does_not_know_are_handed_on():
    table = PhraseTable(language(50, 0))
    assert "zebra" in table.translate(["a", "zebra", "b"])
    assert table.translate([]) == []


def test_a_word_without_a_translation_is_dropped():
    pairs = [(["the", *source], target) for source, target in language(300, 0)]
    table = PhraseTable(pairs)
    right = sum(table.translate(["the", *source]) == target for source, target in language(30, 5))
    assert right > 25
