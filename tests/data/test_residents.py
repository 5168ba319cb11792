"""Residents: names that are nobody else's, pieces that others have, uneven cities."""

import random
from collections import Counter

import pytest

from dlcore.data import residents
from dlcore.data.residents import CITIES


def test_names_are_single_and_their_pieces_are_not():
    people = residents(400, 200, 400, seed=1)
    names = {(p.first, p.last) for p in people}
    assert len(names) == 1000
    met = [p for p in people if p.met]
    known = {p.first for p in met}, {p.last for p in met}
    assert all(p.first in known[0] and p.last in known[1] for p in people)
    assert [p.met for p in people] == [4] * 400 + [1] * 200 + [0] * 400


def test_cities_are_uneven_as_stated():
    people = residents(1600, 0, 0, seed=2)
    count = Counter(p.home for p in people) + Counter(p.work for p in people)
    for k in (0, 7, 19):
        share = ((k + 1) / 20) ** (2 / 3) - (k / 20) ** (2 / 3)
        assert count[CITIES[k]] / 3200 == pytest.approx(share, abs=0.02)
    assert len(set(CITIES)) == 20


def test_facts_are_two_sentences():
    person = residents(1, 0, 0)[0]
    name = [person.first, person.last]
    assert person.facts() == [
        [*name, "lives", person.home, "."],
        [*name, "works", person.work, "."],
    ]


def test_seed_and_refusals():
    random.seed(0)
    expected = random.random()
    random.seed(0)
    assert residents(3, 2, 1, seed=3) == residents(3, 2, 1, seed=3) != residents(3, 2, 1, seed=4)
    assert random.random() == expected
    assert residents(0, 0, 0) == []
    assert residents(1, 0, 0, times=7)[0].met == 7
    with pytest.raises(ValueError, match="1,600 names in all, got often=1000, once=400, never=201"):
        residents(1000, 400, 201)
    with pytest.raises(ValueError, match="once=-1"):
        residents(1, -1, 1)
