"""N-grams: by hand, the formula written out, and that all adds up to 1."""

import math
import random

import pytest

from dlcore.models import NGram
from dlcore.models.language.ngram import BEGIN, END


def test_by_hand():
    model = NGram([["a", "b"], ["a"]], order=2)
    # a, b, </s> and one more: each 1/4; alone: a 2, b 1, </s> 2 of 5, three kinds
    assert model.words == 4
    alone = {w: (n + 3 / 4) / 8 for w, n in {"a": 2, "b": 1, END: 2, "new": 0}.items()}
    assert model.probability("a") == alone["a"]
    assert model.probability("a", [BEGIN]) == (2 + 1 * alone["a"]) / 3
    assert model.probability("b", ["a"]) == (1 + 2 * alone["b"]) / 4
    assert model.probability("b", ["zebra"]) == alone["b"]
    assert model.log_probs(["a"]) == pytest.approx(
        [math.log((2 + alone["a"]) / 3), math.log((1 + 2 * alone[END]) / 4)]
    )


def slow(sentences, order, words, word, before):
    """The recursion as the docstring says it, by counting in lists."""
    lines = [[BEGIN] * (order - 1) + list(s) + [END] for s in sentences]

    def p(h):
        lower = p(h[1:]) if h else 1 / words
        after = [
            line[i]
            for line in lines
            for i in range(order - 1, len(line))
            if line[i - len(h) : i] == list(h)
        ]
        kinds = len(set(after))
        return (after.count(word) + kinds * lower) / (len(after) + kinds) if after else lower

    return p(tuple(before)[len(before) - order + 1 :] if order > 1 else ())


def test_against_the_recursion():
    dice = random.Random(0)
    for _ in range(200):
        sentences = [dice.choices("abc", k=dice.randint(0, 5)) for _ in range(dice.randint(1, 5))]
        order = dice.randint(1, 4)
        before = dice.choices(["a", "b", "c", BEGIN], k=order - 1)
        word = dice.choice(["a", "b", "c", END, "new"])
        model = NGram(sentences, order, words=6)
        expected = slow(sentences, order, 6, word, before)
        assert model.probability(word, before) == pytest.approx(expected)


def test_probabilities_add_up():
    dice = random.Random(1)
    sentences = [dice.choices("abcd", k=6) for _ in range(30)]
    for order in (1, 2, 3, 5):
        model = NGram(sentences, order)
        for before in (["a"], ["a", "b"], ["d", "c", "a", "b"], [BEGIN] * 4, ["new"] * 4):
            total = sum(model.probability(w, before) for w in [*"abcd", END, "new"])
            assert total == pytest.approx(1)


def test_longer_contexts_tell_more_about_a_pattern():
    line = list("abcabcabcabc")
    costs = [-sum(NGram([line] * 5, order).log_probs(line)) for order in (1, 2, 3)]
    assert costs[1] < costs[0] / 2


def test_nothing():
    assert NGram([], 3).probability("x", ["a", "b"]) == 1 / 2
    assert len(NGram([["a"]], 2).log_probs([])) == 1
    with pytest.raises(ValueError, match="order ≥ 1, got 0"):
        NGram([], 0)
