"""Words of two senses: the company says which, the word does not."""

import pytest

from dlcore.data import two_senses
from dlcore.data.senses import SENSES


@pytest.mark.parametrize("distract", [False, True])
def test_two_words_of_the_sense_stand_in_the_clause(distract):
    for words, place, word, sense in two_senses(400, seed=1, distract=distract):
        assert words[place] == word
        assert words[-1] == "."
        if distract:
            cut = words.index("but")
            own = words[:cut] if place < cut else words[cut + 1 :]
        else:
            own = words
        at = own.index(word)
        right, wrong = (set(SENSES[word][k].split()) for k in (sense, 1 - sense))
        assert len(right & set(own[:at])) == len(right & set(own[at:])) == 1
        assert not wrong & set(own)
        assert ("but" in words) == distract


def test_all_equally_often():
    some = two_senses(3000)
    assert {s.word for s in some} == set(SENSES)
    for word in SENSES:
        chosen = [s.sense for s in some if s.word == word]
        assert 400 < len(chosen) < 600
        assert 0.42 < sum(chosen) / len(chosen) < 0.58


def test_words_of_senses_are_of_one_sense_alone():
    every = [w for both in SENSES.values() for side in both for w in side.split()]
    assert len(set(every)) == len(every) == 48
    assert not set(every) & set(SENSES)


def test_seed_and_refusal():
    assert two_senses(5, seed=3) == two_senses(5, seed=3) != two_senses(5, seed=4)
    assert two_senses(0) == []
    with pytest.raises(ValueError, match="at least 0, got -1"):
        two_senses(-1)
