"""The text of attributes: who is seen with what, with attributes and without."""

import pytest

from dlcore.data import word_corpus, word_relations
from dlcore.data.word_corpus import NOUNS, NUMBER, OWN, WHEN, WHERE, plural

FORMS = {  # form: (gender, number)
    form: (kind, many)
    for pair in NOUNS
    for kind in (0, 1)
    for many, form in enumerate((pair[kind], plural(pair[kind])))
}


def agreements(text):
    """How often the attribute's words fit the noun, the verb, the place; and how often asked."""
    fits = {"gender": [], "number": [], "tense": [], "capital": []}
    pairs = word_relations()
    second = {name: {b for _, b in pairs[name]} for name in ("tense", "capital")}
    every = {name: {w for p in pairs[name] for w in p} for name in ("tense", "capital")}
    for sentence in text:
        for word in sentence:
            if word in FORMS:
                kind, many = FORMS[word]
                own = [k for k in (0, 1) for w in OWN[k] if w in sentence]
                fits["gender"] += [k == kind for k in own[:1]]
                number = [k for k in (0, 1) if NUMBER[k][1] in sentence]
                fits["number"] += [k == many for k in number]
            for name, table in (("tense", WHEN), ("capital", WHERE)):
                if word in every[name]:
                    seen = [k for k in (0, 1) for w in table[k] if w in sentence]
                    fits[name] += [k == (word in second[name]) for k in seen]
    return {name: (sum(found) / len(found), len(found)) for name, found in fits.items()}


def test_attributes_have_their_words():
    found = agreements(word_corpus(1500, seed=1))
    assert all(share == 1 and count > 200 for share, count in found.values())


def test_in_the_control_they_come_by_chance():
    found = agreements(word_corpus(1500, seed=1, attribute=False))
    assert all(0.4 < share < 0.6 for share, _ in found.values())


def test_all_words_of_all_relations_occur():
    words = {word for sentence in word_corpus(6000) for word in sentence}
    assert all({a, b} <= words for pairs in word_relations().values() for a, b in pairs)
    assert len(words) == 379
    sizes = {name: len(pairs) for name, pairs in word_relations().items()}
    assert sizes == {"gender": 48, "number": 48, "capital": 12, "tense": 12}


def test_plurals():
    known = {
        "man": "men", "woman": "women", "lady": "ladies", "boy": "boys", "wife": "wives",
        "hero": "heroes", "witch": "witches", "king": "kings",
    }  # fmt: skip
    assert {word: plural(word) for word in known} == known
    assert len(FORMS) == 96


def test_seed_and_refusal():
    assert word_corpus(5, seed=3) == word_corpus(5, seed=3) != word_corpus(5, seed=4)
    assert word_corpus(0) == []
    assert all(sentence[-1] == "." for sentence in word_corpus(50))
    with pytest.raises(ValueError, match="at least 0, got -1"):
        word_corpus(-1)
