"""Small English sentences whose words change their part of speech (chapter 7).

In "the old man will fish" *fish* is a verb, in "they watch every fish" a noun: about half of the
words can be two things, and only the words around say which.
"""

import random
from typing import NamedTuple

LEXICON = {
    "pronoun": ("they", "we", "you"),
    "determiner": ("the", "a", "every", "this"),
    "adjective": ("old", "light", "cold", "young", "fast", "round"),
    "noun": (
        "man", "dog", "ship", "light", "cold", "run", "walk", "plan", "watch", "fish", "round",
        "will", "hand", "can", "past",
    ),
    "verb": ("sees", "moves", "fish", "run", "walk", "plan", "watch", "hand", "man", "ship"),
    "auxiliary": ("will", "can", "may"),
    "preposition": ("near", "with", "round", "past"),
    "adverb": ("fast", "often", "now", "today"),
    "stop": (".",),
}  # fmt: skip
TAGS = tuple(LEXICON)
WORDS = tuple(sorted({word for words in LEXICON.values() for word in words}))


class Sentence(NamedTuple):
    """Words, and the tag of each."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def sentences(count: int, seed: int = 0) -> list[Sentence]:
    """Sentences of 3 to 20 words by a grammar of five rules, words of a tag equally often.

    WORDS and TAGS list what occurs. Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        tags = _clause(dice)
        found.append(Sentence(tuple(dice.choice(LEXICON[tag]) for tag in tags), tuple(tags)))
    return found


def _clause(dice: random.Random) -> list[str]:
    tags = _noun_phrase(dice) + (["auxiliary"] if dice.random() < 0.5 else []) + ["verb"]
    if dice.random() < 0.6:
        tags += _noun_phrase(dice)
    if dice.random() < 0.3:
        tags += ["adverb"]
    return [*tags, "stop"]


def _noun_phrase(dice: random.Random, inner: bool = False) -> list[str]:
    if dice.random() < 0.25:
        return ["pronoun"]
    adjectives = ["adjective"] * dice.choices((0, 1, 2), (0.55, 0.35, 0.1))[0]
    tags = ["determiner", *adjectives, "noun"]
    if not inner and dice.random() < 0.3:
        tags += ["preposition", *_noun_phrase(dice, inner=True)]
    return tags
