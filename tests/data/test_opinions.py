"""Praise and blame: signs counted by a second program."""

import pytest

from dlcore.data import opinions
from dlcore.data.opinions import BAD, GOOD

TURNS = ("not", "nobody", "never", "from")


def sign(words):
    """The product of the adjective's sign and of all turns in the last clause."""
    clause = words[len(words) - words[::-1].index("but") :] if "but" in words else words
    value = sum(w in GOOD for w in clause) - sum(w in BAD for w in clause)
    assert abs(value) == 1
    return value * (-1) ** sum(w in TURNS for w in clause), sum(w in TURNS for w in clause)


def test_signs():
    for words, good, turns in opinions(600, seed=1, turned=0.6, joined=0.5):
        assert sign(words) == (2 * good - 1, turns)
        if "but" in words:
            cut = words.index("but")
            assert sign(words[:cut])[0] == 1 - 2 * good


def test_shares():
    some = opinions(3000, turned=0.4, joined=0.2)
    assert sum(s.good for s in some) / 3000 == pytest.approx(0.5, abs=0.04)
    assert sum(s.turns > 0 for s in some) / 3000 == pytest.approx(0.4, abs=0.04)
    assert sum(s.turns == 2 for s in some) / 3000 == pytest.approx(0.08, abs=0.02)
    assert sum("but" in s.words for s in some) / 3000 == pytest.approx(0.2, abs=0.04)
    assert not any(s.turns for s in opinions(100, turned=0))
    assert not set(GOOD) & set(BAD)


def test_seed_and_refusals():
    assert opinions(5, seed=3) == opinions(5, seed=3) != opinions(5, seed=4)
    assert opinions(0) == []
    for odd in ({"count": -1}, {"count": 1, "turned": 2}, {"count": 1, "joined": -0.1}):
        with pytest.raises(ValueError, match="count ≥ 0 and shares"):
            opinions(**odd)
