"""Sentences with names: tags fit, names are ambiguous, new ones are new."""

from collections import defaultdict

import pytest

from dlcore.data import entity_sentences
from dlcore.data.entities import FIRST, KINDS, PLAIN, SHARED
from dlcore.methods.measure.spans import bio, spans


def test_tags_are_well_formed():
    for words, tags in entity_sentences(400, seed=1):
        assert len(words) == len(tags)
        assert 3 <= len(words) <= 40
        marked = spans(tags)
        assert bio(marked, len(tags)) == tags == bio(spans(tags, strict=True), len(tags))
        assert 1 <= len(marked) <= 3
        assert {span.kind for span in marked} <= set(KINDS)
        assert (words[-1], tags[-1]) == (".", "O")


def test_most_names_can_be_two_things():
    kinds = defaultdict(set)
    for words, tags in entity_sentences(2000):
        for word, tag in zip(words, tags):
            kinds[word].add(tag)
    assert all(len(kinds[word] - {"O"}) >= 3 for word in SHARED + PLAIN)
    assert all("O" in kinds[word] for word in PLAIN)
    assert all("B-PER" in kinds[word] for word in FIRST)


def test_the_share_of_new_names():
    old = set(SHARED + PLAIN)
    for new in (0.0, 0.33, 1.0):
        cores = [
            any(word in old for word in words[start:end])
            for words, tags in entity_sentences(800, new=new)
            for _, start, end in spans(tags)
        ]
        assert 1 - sum(cores) / len(cores) == pytest.approx(new, abs=0.04)


def test_seed_and_refusals():
    assert entity_sentences(5, seed=3) == entity_sentences(5, seed=3) != entity_sentences(5, seed=4)
    assert entity_sentences(0) == []
    for odd in ({"count": -1}, {"count": 1, "new": 1.5}):
        with pytest.raises(ValueError, match="count ≥ 0 and a share"):
            entity_sentences(**odd)
