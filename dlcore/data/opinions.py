"""Sentences that praise or blame, with what turns them round (chapter 16).

"Not bad" praises. A negation turns the adjective's sign, also from afar ("i do not think that the
plot was at any point dull"), two cancel, and of two clauses joined by "but" the second one counts.
"""

import random
from typing import NamedTuple

GOOD = str.split(
    "good great funny clever warm brilliant moving honest fresh lovely sharp charming rich bold"
)
BAD = str.split("bad dull boring weak cold stupid empty flat false clumsy slow poor vulgar silly")
WHAT = str.split("film plot book song story actor music ending dialogue picture scene voice")
DEGREES = ("", "", "very", "really", "at any point", "in my eyes", "as far as i can tell")
PLAIN = ("the {what} was {degree} {word}", "i found the {what} {degree} {word}", "a {word} {what}")
TURNED = (
    "the {what} was not {degree} {word}", "i do not think that the {what} was {degree} {word}",
    "nobody would call the {what} {degree} {word}", "never was the {what} {degree} {word}",
    "the {what} is far from {degree} {word}",
)  # fmt: skip
TWICE = (
    "nobody says that the {what} was not {degree} {word}",
    "i do not think that the {what} is far from {degree} {word}",
)


class Opinion(NamedTuple):
    """Words, 1 for praise and 0 for blame, and how many negations the deciding clause has."""

    words: list[str]
    good: int
    turns: int


def opinions(count: int, seed: int = 0, turned: float = 0.3, joined: float = 0.3) -> list[Opinion]:
    """`count` sentences, half of them praise.

    turned: share of clauses with a negation, a fifth of them with two; joined: share of sentences
    with a first clause that says the opposite, before "but". The same adjectives come in both.
    Raises ValueError for a count below 0 or shares outside 0..1.
    """
    if count < 0 or not 0 <= turned <= 1 or not 0 <= joined <= 1:
        raise ValueError(f"opinions needs count ≥ 0 and shares, got {count=}, {turned=}, {joined=}")
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        good = dice.randrange(2)
        words, turns = _clause(dice, good, turned)
        if dice.random() < joined:
            words = [*_clause(dice, 1 - good, turned)[0], "but", *words]
        found.append(Opinion([*words, "."], good, turns))
    return found


def _clause(dice: random.Random, good: int, turned: float) -> tuple[list[str], int]:
    turns = 0
    if dice.random() < turned:
        turns = 2 if dice.random() < 0.2 else 1
    form = dice.choice((PLAIN, TURNED, TWICE)[turns])
    word = dice.choice(GOOD if (good + turns) % 2 else BAD)
    text = form.format(what=dice.choice(WHAT), degree=dice.choice(DEGREES), word=word)
    return text.split(), turns
