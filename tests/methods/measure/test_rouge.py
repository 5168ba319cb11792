"""ROUGE: the examples of Lin (2004), 200 cases by rouge-score, brute force, and the edges."""

import json
import random
from itertools import combinations
from pathlib import Path

import pytest

from dlcore.methods.measure.rouge import agreement, common_subsequence, rouge_l, rouge_n


def test_the_papers_examples():
    """Lin (2004), section 3.1: with β = 1 ROUGE-L is 3/4, 2/4, 2/4; ROUGE-2 prefers the third."""
    truth = str.split("police killed the gunman")
    second, third, fourth = (
        text.split()
        for text in ("police kill the gunman", "the gunman kill police", "the gunman police killed")
    )
    assert [rouge_l(s, truth).f1 for s in (second, third, fourth)] == [0.75, 0.5, 0.5]
    assert rouge_n(second, truth, 2).recall == rouge_n(third, truth, 2).recall == 1 / 3
    assert rouge_n(fourth, truth, 2).recall == 2 / 3


def test_precision_and_recall():
    found = rouge_n(str.split("the the the cat"), str.split("the cat sat on the mat"))
    assert found == agreement(3, 4, 6)
    assert found == pytest.approx((3 / 4, 3 / 6, 0.6))


def test_200_random_cases_by_rouge_score():
    """What rouge-score 0.1.2 gave for ROUGE-1, -2 and -L: precision, recall, F1."""
    cases = json.loads(Path(__file__).with_name("peer_scores.json").read_text())["rouge"]
    assert len(cases) == 200
    for said, wanted, scores in cases:
        texts = said.split(), wanted.split()
        found = rouge_n(*texts, 1), rouge_n(*texts, 2), rouge_l(*texts)
        for mine, theirs in zip(found, scores):
            assert mine == pytest.approx(theirs, abs=1e-7), texts


def longest_by_trying(a, b):
    for size in range(min(len(a), len(b)), 0, -1):
        left = {tuple(a[i] for i in c) for c in combinations(range(len(a)), size)}
        if left & {tuple(b[i] for i in c) for c in combinations(range(len(b)), size)}:
            return size
    return 0


def test_against_brute_force():
    dice = random.Random(0)
    for _ in range(200):
        a, b = (dice.choices("abc"[: dice.randint(1, 3)], k=dice.randint(0, 7)) for _ in "ab")
        length = longest_by_trying(a, b)
        assert common_subsequence(a, b) == length
        assert rouge_l(a, b) == agreement(length, len(a), len(b))
        n = dice.randint(1, 3)
        left = [tuple(b[i : i + n]) for i in range(len(b) - n + 1)]
        hits, runs, wanted = 0, max(0, len(a) - n + 1), len(left)
        for i in range(runs):
            gram = tuple(a[i : i + n])
            if gram in left:
                left.remove(gram)
                hits += 1
        found = rouge_n(a, b, n)
        assert found.precision == (hits / runs if runs else 0)
        assert found.recall == (hits / wanted if wanted else 0)
        both = runs + wanted
        assert found.f1 == pytest.approx(2 * hits / both if both else 0)


def test_nothing():
    assert rouge_n([], []) == rouge_l([], []) == (0, 0, 0)
    assert rouge_n(["a"], ["a"], 2) == (0, 0, 0)
    assert rouge_l(["a"], ["a"]) == (1, 1, 1)


def test_refusals():
    with pytest.raises(ValueError, match="n ≥ 1, got 0"):
        rouge_n(["a"], ["a"], 0)
    with pytest.raises(ValueError, match="got a text"):
        rouge_n("a text", ["a"])
    with pytest.raises(ValueError, match="got a text"):
        rouge_l(["a"], "a text")
