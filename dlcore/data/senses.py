"""Sentences with words of two senses: the bank by the river and the bank with the money (chapter
16).

Each of six words has two senses, each sense four words that it is seen with. Which sense is meant
is said by two of those in the same clause, one before the word and one behind it: so a language
model that reads on has to remember the sense while it passes the word. Without distract=True a mean
of random vectors of the words around tells the sense as well.
"""

import random
from typing import NamedTuple

SENSES = {
    "bank": ("money loan coin cash", "river boat fish water"),
    "bat": ("ball glove team game", "cave wing night moon"),
    "bark": ("tree leaf root wood", "puppy leash bone kennel"),
    "pitch": ("song choir tone violin", "tent camp rope hill"),
    "spring": ("flower april sun garden", "steel coil clock wheel"),
    "seal": ("ice whale sea arctic", "letter wax stamp paper"),
}
WHO = str.split("tom ann max eve leo ida")
DOES = str.split("holds sees wants finds needs")


class SenseSentence(NamedTuple):
    """A sentence, where its word of two senses stands, which word that is, and its sense."""

    words: list[str]
    place: int
    word: str
    sense: int


def two_senses(count: int, seed: int = 0, distract: bool = False) -> list[SenseSentence]:
    """`count` sentences with one of the SENSES' words each, in one of its two senses.

    distract=True joins a second clause with "but", before or behind, that names two words of any
    senses. The word itself says nothing about its sense: both are equally frequent.
    Raises ValueError for a count below 0.
    """
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
    dice = random.Random(seed)
    found = []
    everything = [word for both in SENSES.values() for side in both for word in side.split()]
    for _ in range(count):
        word, sense = dice.choice(list(SENSES)), dice.randrange(2)
        first, second = dice.sample(SENSES[word][sense].split(), 2)
        who, does = dice.choice(WHO), dice.choice(DOES)
        clause = dice.choice(
            [
                f"{who} {does} the {first} near the {word} with the {second}",
                f"the {first} by the {word} of {who} has the {second}",
                f"the {first} was at the {word} and the {second}",
            ]
        ).split()
        place = clause.index(word)
        if distract:
            one, two = dice.sample(everything, 2)
            other = dice.choice(
                [
                    f"{dice.choice(WHO)} {dice.choice(DOES)} the {one} with the {two}",
                    f"the {one} and the {two} were here",
                ]
            ).split()
            if dice.random() < 0.5:
                clause = [*clause, "but", *other]
            else:
                place += len(other) + 1
                clause = [*other, "but", *clause]
        found.append(SenseSentence([*clause, "."], place, word, sense))
    return found
