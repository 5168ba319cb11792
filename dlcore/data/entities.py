"""Sentences with names of people, places and organisations (chapter 16).

All in lower case, and most names can be two or three things: jordan signs, jordan exports, jordan &
sons sells. What decides often stands behind the name, with words between; and a third of the names
are new in each sentence, so that no list has them.
"""

import random
from typing import NamedTuple

SHARED = str.split(
    "jordan chelsea austin madison florence lincoln sydney carolina georgia victoria jackson "
    "houston hamilton stanley preston bradford orlando paris troy marshall"
)
FIRST = str.split("anna boris clara david elena frank greta henry irene jonas karin louis")
PLAIN = str.split("rose mark will grant field bush may baker young marsh wells brook")
KINDS = ("PER", "LOC", "ORG")
ASIDES = (
    "", "", "", ", as everyone knows ,", ", it was said on monday ,", ", in spite of the rain ,",
    ", according to a letter ,", ", for the second time this year ,",
)  # fmt: skip
DOES = {
    "PER": (
        "married a teacher", "slept badly", "signed the paper", "broke a leg", "was born in may",
        "wore a green hat", "thanked the doctor",
    ),
    "LOC": (
        "lies near the sea", "exports rice", "has a large harbour", "was flooded", "borders a lake",
        "has two million people", "built a new bridge",
    ),
    "ORG": (
        "hired many workers", "sold its shares", "lost the match", "moved its office",
        "made a small profit", "fired the director", "merged with a rival",
    ),
}  # fmt: skip
LEADS = {
    "PER": ("mr", "the painter", "my friend", "dr"),
    "LOC": ("the town of", "in the north", "the island of"),
    "ORG": ("the company", "shares of", "the club"),
}  # fmt: skip
ENDS = {"ORG": ("bank", "& sons", "united", "university"), "LOC": ("valley", "bay", "island")}
PLAINLY = (
    "the young baker may grant it", "a rose grew in the field", "the wells near the marsh were dry",
    "it will rain in may", "the mark on the bush", "a brook ran through the field",
)  # fmt: skip


class Tagged(NamedTuple):
    """Words, and for each a BIO tag of one of KINDS."""

    words: list[str]
    tags: list[str]


def entity_sentences(count: int, seed: int = 0, new: float = 0.33) -> list[Tagged]:
    """`count` sentences of 3 to 30 words with one to three names.

    new: share of names made of fresh syllables, which therefore nothing but the sentence explains.
    Raises ValueError for a count below 0 or a share outside 0..1.
    """
    if count < 0 or not 0 <= new <= 1:
        raise ValueError(
            f"entity_sentences needs count ≥ 0 and a share `new`, got {count=}, {new=}"
        )
    dice = random.Random(seed)
    return [_sentence(dice, new) for _ in range(count)]


def _sentence(dice: random.Random, new: float) -> Tagged:
    made = _clause(dice, new)
    shape = dice.random()
    if shape < 0.3:
        made = _join(made, _outside("and"), _clause(dice, new))
    elif shape < 0.5:
        made = _join(_outside(dice.choice(PLAINLY)), _outside(", but"), made)
    elif shape < 0.65:
        one, two = (_name(dice, dice.choice(KINDS), new) for _ in range(2))
        made = _join(one, _outside("and"), two, _outside("were in the news :"), made)
    return _join(made, _outside("."))


def _clause(dice: random.Random, new: float) -> Tagged:
    kind = dice.choice(KINDS)
    parts = []
    if dice.random() < 0.2:
        parts.append(_outside(dice.choice(LEADS[kind])))
    parts.append(_name(dice, kind, new, plain=True))
    aside = dice.choice(ASIDES)
    if aside:
        parts.append(_outside(aside))
    return _join(*parts, _outside(dice.choice(DOES[kind])))


def _name(dice: random.Random, kind: str, new: float, plain: bool = False) -> Tagged:
    """A name; outside of a clause (plain=False) one whose own words tell what it is."""
    core = _fresh(dice) if dice.random() < new else dice.choice(SHARED + PLAIN)
    if kind == "PER":
        words = [dice.choice(FIRST), core] if not plain or dice.random() < 0.4 else [core]
    elif not plain or dice.random() < 0.4:
        words = [core, *dice.choice(ENDS[kind]).split()]
    else:
        words = [core]
    return Tagged(words, [f"B-{kind}"] + [f"I-{kind}"] * (len(words) - 1))


def _fresh(dice: random.Random) -> str:
    size = dice.choice((2, 3, 3))
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(size))


def _outside(text: str) -> Tagged:
    words = text.split()
    return Tagged(words, ["O"] * len(words))


def _join(*parts: Tagged) -> Tagged:
    return Tagged(
        [w for part in parts for w in part.words], [t for part in parts for t in part.tags]
    )
