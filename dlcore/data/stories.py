"""Stories of four to six sentences whose entropy is known exactly (chapter 18).

Someone has a thing; it is given away, or it stays. Who, what, of which kind and where must agree to
the end. Every choice of the teller is counted, so a text comes with the least that any guesser of
its characters can pay. The form is that of the little stories that R. Eldan and Y. Li had written
by large models for small ones, TinyStories (2023), https://arxiv.org/abs/2305.07759.
"""

import math
import random
import re
from typing import NamedTuple

MEN, WOMEN = str.split("Tom Ben Max Leo Sam Dan"), str.split("Ann Eva Mia Zoe Ida Lea")
WORDS = {
    "hero": MEN + WOMEN, "friend": MEN + WOMEN, "kind": str.split("red blue green grey new big"),
    "thing": str.split("ball book lamp drum kite bell coat boat cup hat"),
    "place": str.split("garden kitchen forest market river school"),
    "animal": str.split("dog cat bird frog fox"), "mood": str.split("glad sad tired proud"),
}  # fmt: skip
BEGINNING = (
    "{hero} had a {kind} {thing}.", "One day {hero} found a {kind} {thing} in the {place}.",
    "{hero} went to the {place} with a {kind} {thing}.",
)  # fmt: skip
MIDDLE = (
    "{He} liked {his} {thing} very much.", "{He} took the {thing} to the {place}.",
    "A {animal} wanted the {thing}, but {he} did not give it away.",
)  # fmt: skip
PAUSE = (
    "Then it rained, and {he} was {mood}.", "A {animal} came and looked at {him}.",
    '"What a {kind} {thing}!" said {friend}.',
)  # fmt: skip
GIVEN = (
    ("{hero} gave the {thing} to {friend}.",),
    ("Now {friend} has a {kind} {thing}.", "{friend} thanked {him}."),
    ("{hero} went home without the {thing}.", "So the {kind} {thing} is with {friend}."),
)
KEPT = (
    ("{friend} looked for the {thing}, but {hero} had it.",
     "In the evening {hero} put the {kind} {thing} under the bed."),
    ("So the {kind} {thing} is with {hero}.",),
)  # fmt: skip
PAUSES, GIVES = 0.5, 0.6  # how often there is a pause, and the thing is given away


class Stories(NamedTuple):
    """The text, a story a line, and what its best guesser pays: nats for each character."""

    text: str
    nats: float


class Fit(NamedTuple):
    """Of `stories`: the share that the grammar could have told; the share of sentences that agree
    with the story so far."""

    whole: float
    sentences: float
    stories: int


class _Cast(dict[str, str]):
    """Who and what a story is about: drawn when first named, and counted then."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice, self.nats = dice, 0.0

    def __missing__(self, slot: str) -> str:
        if slot not in WORDS:
            return pronoun(slot, self["hero"])
        self[slot] = self.draw([w for w in WORDS[slot] if w != self.get("hero")])
        return self[slot]

    def draw(self, choices: list[str]) -> str:
        self.nats += math.log(len(choices))
        return self.dice.choice(choices)

    def happens(self, share: float) -> bool:
        yes = self.dice.random() < share
        self.nats -= math.log(share if yes else 1 - share)
        return yes


def stories(characters: int, seed: int = 0) -> Stories:
    """At least `characters` of text, ending with a whole story.

    Raises ValueError for fewer than 1.
    """
    if characters < 1:
        raise ValueError(f"stories needs at least 1 character, got {characters}")
    dice, lines, length, nats = random.Random(seed), [], 0, 0.0
    while length < characters:
        line, paid = _story(dice)
        lines.append(line)
        length, nats = length + len(line), nats + paid
    return Stories("".join(lines), nats / length)


def _story(dice: random.Random) -> tuple[str, float]:
    cast = _Cast(dice)
    stages = [BEGINNING, MIDDLE]
    if cast.happens(PAUSES):
        stages.append(PAUSE)
    stages += GIVEN if cast.happens(GIVES) else KEPT
    told = [cast.draw(list(stage)).format_map(cast) for stage in stages]
    return " ".join(told) + "\n", cast.nats


def pronoun(slot: str, hero: str) -> str:
    """he, him, his or He of the hero, who may be a woman: she, her, her or She."""
    man = hero in MEN
    word = slot.lower()
    found = word if man else {"he": "she", "him": "her", "his": "her"}[word]
    return found.capitalize() if slot[0].isupper() else found


def fit(text: str) -> Fit:
    """How well a text keeps to the grammar: whole lines, and single sentences.

    A sentence agrees if it is one of the grammar's and names nobody and nothing else than the
    sentences before it that agreed. Raises ValueError for a text without a whole line.
    """
    lines = text.split("\n")[:-1]
    if not lines:
        raise ValueError("fit needs at least one line that ends")
    whole = agreed = count = 0
    for line in lines:
        sentences = re.findall(r"\s*([^.]*\.)", line) or [line]
        cast: dict[str, str] = {}
        kinds = [_kind(sentence, cast) for sentence in sentences]
        agreed += sum(kind is not None for kind in kinds)
        count += len(kinds)
        whole += tuple(kinds) in _ORDERS and line.endswith(".")
    return Fit(whole / len(lines), agreed / count, len(lines))


_STAGES = (BEGINNING, MIDDLE, PAUSE, *GIVEN, *KEPT)
_ORDERS = {(0, 1, *pause, *end) for pause in ((), (2,)) for end in ((3, 4, 5), (6, 7))}


def _kind(sentence: str, cast: dict[str, str]) -> int | None:
    """The stage that the sentence belongs to, whose names are added to the cast; else None."""
    for stage, forms in enumerate(_STAGES):
        for form in forms:
            found = re.fullmatch(_pattern(form), sentence)
            if found and _agrees(found.groupdict(), cast):
                slots = found.groupdict().items()
                cast.update({slot: word for slot, word in slots if slot in WORDS})
                return stage
    return None


def _pattern(form: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\w+)", re.escape(form))


def _agrees(found: dict[str, str], cast: dict[str, str]) -> bool:
    known = {**found, **cast}
    if any(found[slot] != known[slot] or word not in WORDS.get(slot, [word])
           for slot, word in found.items()):  # fmt: skip
        return False
    hero = known.get("hero")
    spoken = {slot: word for slot, word in found.items() if slot not in WORDS}
    return hero != known.get("friend") and all(
        hero is not None and word == pronoun(slot, hero) for slot, word in spoken.items()
    )
