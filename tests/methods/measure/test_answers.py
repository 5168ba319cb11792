"""Exact match and F1 of answers: SQuAD's rules, a second form, and the edges."""

import random

import pytest

from dlcore.methods.measure.answers import answer_f1, exact_match, plain_words


def test_normal_form():
    assert plain_words("The Cat's  hat, an   Apple!") == ["cats", "hat", "apple"]
    assert plain_words("theatre and anatomy, a.b") == ["theatre", "and", "anatomy", "ab"]
    assert plain_words("the") == plain_words("") == []


def test_by_hand():
    assert exact_match("the Eiffel Tower.", ["eiffel tower", "tower"])
    assert not exact_match("Eiffel", ["eiffel tower"])
    assert answer_f1("Eiffel", ["the eiffel tower"]) == pytest.approx(2 / 3)
    assert answer_f1("in Paris in France", ["Paris", "Paris, France"]) == pytest.approx(2 / 3)
    assert answer_f1("Rome", ["Paris"]) == 0
    assert answer_f1("a", ["the"]) == 1
    assert answer_f1("a", ["Paris"]) == 0


def test_against_crossing_out():
    dice = random.Random(0)
    for _ in range(200):
        texts = [" ".join(dice.choices("xyzw", k=dice.randint(0, 5))) for _ in range(3)]
        best = 0.0
        for truth in texts[1:]:
            left, hits = truth.split(), 0
            for word in texts[0].split():
                if word in left:
                    left.remove(word)
                    hits += 1
            both = len(texts[0].split()) + len(truth.split())
            best = max(best, 2 * hits / both if both else 1.0)
        assert answer_f1(texts[0], texts[1:]) == pytest.approx(best)
        assert exact_match(texts[0], texts[1:]) == (texts[0] in texts[1:])


def test_refusals():
    for odd in ([], "a text"):
        with pytest.raises(ValueError, match="one accepted answer or more"):
            exact_match("x", odd)
        with pytest.raises(ValueError, match="one accepted answer or more"):
            answer_f1("x", odd)
