"""Spans of names: seqeval's example, a second form by rule, and the edges."""

import random

import pytest

from dlcore.methods.measure.spans import Span, bio, span_scores, spans

TAGS = ["O", "B-A", "I-A", "B-B", "I-B"]


def test_by_hand():
    assert spans(str.split("B-PER I-PER O B-LOC")) == [("PER", 0, 2), ("LOC", 3, 4)]
    assert spans(str.split("B-A B-A I-A")) == [("A", 0, 1), ("A", 1, 3)]
    assert spans(str.split("B-ORG-UNIT I-ORG-UNIT")) == [("ORG-UNIT", 0, 2)]
    assert spans([]) == spans(["O", "O"]) == []


def test_an_i_that_continues_nothing():
    assert spans(str.split("I-A O I-B B-A I-B")) == [
        ("A", 0, 1),
        ("B", 2, 3),
        ("A", 3, 4),
        ("B", 4, 5),
    ]
    assert spans(str.split("I-A O I-B B-A I-B"), strict=True) == [("A", 3, 4)]


def test_the_example_of_seqeval():
    """The docstring of its f1_score: 0.50."""
    truth = [str.split("O O O B-MISC I-MISC I-MISC O"), str.split("B-PER I-PER O")]
    guess = [str.split("O O B-MISC I-MISC I-MISC I-MISC O"), str.split("B-PER I-PER O")]
    assert span_scores(guess, truth) == (0.5, 0.5, 0.5)
    assert span_scores(guess, truth, kind="MISC") == (0, 0, 0)
    assert span_scores(guess, truth, kind="PER") == (1, 1, 1)


def by_rule(tags, strict):
    """All (kind, start, end) that fit the rule, each tried."""

    def begins(i):
        if tags[i][0] == "B":
            return True
        goes_on = i and tags[i - 1] != "O" and tags[i - 1][2:] == tags[i][2:]
        return tags[i][0] == "I" and not strict and not goes_on

    found = []
    for i in range(len(tags)):
        if begins(i):
            j = i + 1
            while j < len(tags) and tags[j] == "I" + tags[i][1:]:
                j += 1
            found.append((tags[i][2:], i, j))
    return found


def test_against_the_rule():
    dice = random.Random(0)
    for _ in range(300):
        guess, truth = ([dice.choice(TAGS) for _ in range(dice.randint(0, 9))] for _ in "ab")
        truth = (truth + ["O"] * 9)[: len(guess)]
        strict = dice.random() < 0.5
        assert spans(guess, strict) == by_rule(guess, strict)
        mine, right = set(by_rule(guess, strict)), set(by_rule(truth, strict))
        found = span_scores([guess], [truth], strict=strict)
        both = len(mine) + len(right)
        assert found.f1 == pytest.approx(2 * len(mine & right) / both if both else 0)


def test_tags_make_the_spans_again():
    dice = random.Random(1)
    for _ in range(200):
        marked, place = [], 0
        while place < 12:
            start = place + dice.randint(0, 2)
            place = start + dice.randint(1, 3)
            marked.append(Span(dice.choice("AB"), start, place))
        assert spans(bio(marked, place)) == marked
    assert bio([], 2) == ["O", "O"]


def test_sentences_are_counted_together():
    truth = [["B-A"], ["B-A"], ["O"]]
    guess = [["B-A"], ["O"], ["B-A"]]
    assert span_scores(guess, truth) == (0.5, 0.5, 0.5)
    assert span_scores([], []) == (0, 0, 0)


def test_refusals():
    for odd in ("X-A", "B", "B-", "", "o"):
        with pytest.raises(ValueError, match="BIO tags are O, B-KIND and I-KIND"):
            spans([odd])
    with pytest.raises(ValueError, match="same words of each sentence"):
        span_scores([["O"]], [["O", "O"]])
    for odd in ([("A", 0, 0)], [("A", 0, 3)], [("A", 0, 2), ("B", 1, 2)], [("A", -1, 1)]):
        with pytest.raises(ValueError, match=r"is empty, overlaps or leaves 0..2"):
            bio([Span(*span) for span in odd], 2)
