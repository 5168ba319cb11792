"""Two languages: the grammar read backwards by a second program, the control, the seed."""

import pytest

from dlcore.data import translations
from dlcore.data.translations import (
    ADJECTIVES,
    ADVERBS,
    AND,
    BECAUSE,
    MANY,
    NOUNS,
    PLURAL,
    PREPOSITIONS,
    VERBS,
    gender,
    made_up,
)  # fmt: skip

WORDS = [*NOUNS, *VERBS, *ADJECTIVES, *ADVERBS, *PREPOSITIONS]


SINGULAR = {"men": "man", "women": "woman", "children": "child", "carry": "carries"}


def singular(word):
    return SINGULAR.get(word, word[:-1])


def phrase(words):
    """(English noun phrase → its translation, noun, plural, what is left)."""
    article, first, words = words[0], words[1], words[1:]
    adjectives = []
    while words[0] in ADJECTIVES:
        adjectives.append(words[0])
        words = words[1:]
    assert (article == "an") == (first[0] in "aeiou" and article in ("a", "an"))
    plural = words[0] not in NOUNS
    noun, words = (singular(words[0]) if plural else words[0]), words[1:]
    said = [made_up(noun), *[PLURAL] * plural, *map(made_up, adjectives[::-1])]
    said += [MANY] * (article == "many")
    if words and words[0] in PREPOSITIONS:
        inner, _, _, rest = phrase(words[1:])
        return [*inner, made_up(words[0]), *said], noun, plural, rest
    return said, noun, plural, words


def translate(words):
    """One clause by a parser of its own."""
    subject, noun, plural, rest = phrase(words)
    verb = SINGULAR.get(rest[0], rest[0] + "s") if plural else rest[0]
    assert verb in VERBS
    thing, _, _, rest = phrase(rest[1:])
    ending = "ka" if plural else "ta" if gender(noun) else "sa"
    return [*map(made_up, rest), *subject, *thing, made_up(verb) + ending]


def test_every_pair_is_what_the_parser_says():
    for source, target in translations(400, seed=1):
        assert translate(source) == target
        assert 5 <= len(source) <= 20


def test_two_clauses():
    for source, target in translations(200, seed=2, clauses=(2,)):
        joint = next(w for w in source if w in ("because", "and"))
        one, two = source[: source.index(joint)], source[source.index(joint) + 1 :]
        if joint == "and":
            assert target == [*translate(one), AND, *translate(two)]
        else:
            assert target == [*translate(two), BECAUSE, *translate(one)]


def test_the_control_has_the_same_words_in_the_sources_order():
    order = {made_up(w): w for w in WORDS}
    for (source, turned), (same, straight) in zip(
        translations(200, seed=3), translations(200, seed=3, reorder=False)
    ):
        assert source == same
        assert sorted(turned) == sorted(straight)
        english = [order[w[:4]] for w in straight if w not in (PLURAL, MANY)]
        told = [w for w in source if w not in ("a", "an", "the", "many")]
        stems = [w if w in WORDS else w + "s" if w + "s" in WORDS else singular(w) for w in told]
        assert english == stems


def test_made_up_words_differ():
    assert len({made_up(word) for word in WORDS} | {PLURAL, MANY, BECAUSE, AND}) == len(WORDS) + 4
    assert 5 < sum(map(gender, NOUNS)) < 15


def test_seed_and_refusals():
    assert translations(5, seed=3) == translations(5, seed=3) != translations(5, seed=4)
    assert translations(0) == []
    one = translations(1, seed=0)[0]
    assert one.source == ["a", "river", "finds", "the", "horse"]
    assert one.target == ["damu", "moba", "negesa"]
    for odd in ({"count": -1}, {"count": 1, "clauses": ()}, {"count": 1, "clauses": (3,)}):
        with pytest.raises(ValueError, match="clauses of 1 or 2"):
            translations(**odd)
