"""Short passages, a question about each, and where the answer stands (chapter 16).

Every passage tells of four people and several things of each: where they live and where they lived,
what they are and what they were, who gave what to whom in four ways, each giver also a
taker. Apart from names the question shares no telling word with the passage. The form is SQuAD's
(2016), the text is made up.
"""

import random
from typing import NamedTuple

NAMES = str.split("ann tom eve max ida leo zoe sam mia ben kim joe")
PLACES = [
    "rome", "oslo", "the old mill", "new york", "a small village", "the red house", "cairo",
    "a boat", "san juan",
]  # fmt: skip
JOBS = ["a nurse", "a pilot", "a night guard", "a judge", "a school cook", "a painter"]
COLOURS = str.split("red blue green old heavy tiny")
THINGS = str.split("lamp book drum key map cup ring coat")
TIMES = ["on monday", "in june", "last winter", "after the storm", "at noon", "on new year"]


class Question(NamedTuple):
    """Words of the passage and of the question; the answer is passage[start : end]."""

    passage: list[str]
    question: list[str]
    start: int
    end: int


class _Gift(NamedTuple):
    giver: str
    taker: str
    thing: str
    when: str


class _Asked(NamedTuple):
    question: str
    fact: str
    answer: str


def passages(count: int, seed: int = 0) -> list[Question]:
    """`count` passages of about 60 words with a question each, the six kinds equally often.

    Answers have 1 to 4 words. Raises ValueError for a count below 0.
    """
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
    dice = random.Random(seed)
    return [_passage(dice) for _ in range(count)]


def _passage(dice: random.Random) -> Question:
    people = dice.sample(NAMES, 4)
    facts, kinds = [], []
    for now, before, question, names in (
        ("{} lives in {}", "{} lived in {} as a child", "where can {} be found ?", PLACES),
        ("{} works as {}", "{} has been {} before", "how does {} earn money ?", JOBS),
    ):
        both = dice.sample(names, 4)
        who = dice.sample(people, 2)
        told = [now.format(*each) for each in zip(who, both)]
        facts += [*told, *(before.format(*each) for each in zip(who, both[2:]))]
        kinds.append([_Asked(question.format(w), f, a) for w, f, a in zip(who, told, both)])
    gifts = [(gift, _told(dice, gift)) for gift in _gifts(dice, people)]
    facts += [fact for _, fact in gifts]
    kinds += [
        [_Asked(f"whom should {gift.taker} thank ?", fact, gift.giver) for gift, fact in gifts],
        [_Asked(f"who should thank {gift.giver} ?", fact, gift.taker) for gift, fact in gifts],
        [_Asked(f"what has {gift.taker} now ?", fact, gift.thing) for gift, fact in gifts],
        [_Asked(f"when was {gift.giver} generous ?", fact, gift.when) for gift, fact in gifts],
    ]
    asked = dice.choice(dice.choice(kinds))
    dice.shuffle(facts)
    return _located(facts, asked)


def _gifts(dice: random.Random, people: list[str]) -> list[_Gift]:
    """Three gifts in a circle, so that everyone in it gives one and takes another."""
    circle = dice.sample(people, 3)
    things = [f"the {dice.choice(COLOURS)} {thing}" for thing in dice.sample(THINGS, 3)]
    return [
        _Gift(*each) for each in zip(circle, circle[1:] + circle[:1], things, dice.sample(TIMES, 3))
    ]


def _told(dice: random.Random, gift: _Gift) -> str:
    giver, taker, thing, when = gift
    return dice.choice(
        (
            f"{giver} gave {thing} to {taker} {when}",
            f"{when} {taker} was given {thing} by {giver}",
            f"{taker} got {thing} from {giver} {when}",
            f"{when} {giver} handed {taker} {thing}",
        )
    )


def _located(facts: list[str], asked: _Asked) -> Question:
    passage: list[str] = []
    start, wanted = -1, asked.answer.split()
    for fact in facts:
        words = fact.split()
        if fact == asked.fact:
            places = range(len(words))
            start = len(passage) + next(i for i in places if words[i : i + len(wanted)] == wanted)
        passage += [*words, "."]
    return Question(passage, asked.question.split(), start, start + len(wanted))
