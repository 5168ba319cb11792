"""People, where they live and where they work: facts to be learned by heart (chapter 18).

A name is a first and a last name of forty each, so a stranger's name consists of known pieces. Some
cities have many more people than others, as cities do.
"""

import random
from typing import NamedTuple

BEGINNINGS, ENDINGS = str.split("al be co da el fa gi ha"), str.split("ra mo nik lus tan")
CITIES = str.split(
    "athens bergen cairo dakar essen fez genoa hanoi izmir jaffa kyoto lima milan nice oslo paris "
    "quito rome seoul tunis"
)


class Resident(NamedTuple):
    """First and last name, the cities of home and work, and how often the person is met."""

    first: str
    last: str
    home: str
    work: str
    met: int

    def facts(self) -> list[list[str]]:
        """Two sentences, as words."""
        name = [self.first, self.last]
        return [[*name, "lives", self.home, "."], [*name, "works", self.work, "."]]


def residents(often: int, once: int, never: int, seed: int = 0, times: int = 4) -> list[Resident]:
    """`often` people who are met `times` times, `once` who are met once, `never` who are not.

    Home and work are drawn from the twenty CITIES, city k = 0, 1, … of the
    20 with weight ((k + 1) / 20)^(2/3) − (k / 20)^(2/3).
    Raises ValueError for counts below 0 or more than 1,600 in all.
    """
    counts = often, once, never
    if min(counts) < 0 or sum(counts) > 1600:
        raise ValueError(f"residents has 1,600 names in all, got {often=}, {once=}, {never=}")
    dice = random.Random(seed)
    first = [a + b for a in BEGINNINGS for b in ENDINGS]
    last = [name + "son" for name in first]
    names = dice.sample([(a, b) for a in first for b in last], sum(counts))
    met = [times] * often + [1] * once + [0] * never
    return [Resident(a, b, _city(dice), _city(dice), m) for (a, b), m in zip(names, met)]


def _city(dice: random.Random) -> str:
    return CITIES[int(len(CITIES) * dice.random() ** 1.5)]
