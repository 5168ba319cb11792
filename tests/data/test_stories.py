"""Stories: what is told fits, what is changed does not, and every choice is counted."""

import math
import random

import pytest

from dlcore.data import stories
from dlcore.data.stories import MEN, WORDS, fit, pronoun


def test_a_story_by_hand():
    told = "Tom had a red ball. He liked his ball very much. So the red ball is with Tom.\n"
    assert fit(told) == (0.0, 1.0, 1)  # one sentence short, yet none that does not agree
    whole = told.replace("So", "Ben looked for the ball, but Tom had it. So")
    assert fit(whole) == (1.0, 1.0, 1)
    assert fit(whole + told) == (0.5, 1.0, 2)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("He liked", "She liked"), ("is with Tom", "is with Ann"), ("the red ball is", "the blue ball"
     " is"), ("for the ball", "for the lamp"), ("Ben looked", "Tom looked"), ("his", "her"),
     ("Ben looked", "Car looked"), ("very", "much")],
)  # fmt: skip
def test_one_wrong_word_is_noticed(right, wrong):
    whole = (
        "Tom had a red ball. He liked his ball very much. Ben looked for the ball, but Tom had "
        "it. So the red ball is with Tom.\n"
    )
    assert fit(whole).whole == 1
    changed = fit(whole.replace(right, wrong))
    assert changed.whole == 0
    assert changed.sentences == 0.75


def test_what_is_told_fits():
    text = stories(20_000, seed=3).text
    found = fit(text)
    assert found.whole == found.sentences == 1
    assert found.stories == text.count("\n")
    assert text.endswith(".\n")


def test_gibberish_and_half_a_story_do_not():
    assert fit("Ttom hda\n") == (0, 0, 1)
    assert fit("Tom had a red ball\n").whole == 0
    assert fit("\n\n").stories == 2
    with pytest.raises(ValueError, match="one line"):
        fit("Tom had a red ball.")


def test_the_entropy_of_the_shortest_kind_by_hand():
    """hero, form, kind and thing; form; no pause; kept; friend or not, form; one end."""
    paid = {}
    for seed in range(400):
        told = stories(1, seed)
        paid[told.text] = told.nats * len(told.text)
    begin = math.log(12 * 3 * 6 * 10)
    for text, nats in paid.items():
        plain = " had a " in text and "very much" in text
        if plain and "under the bed" in text and text.count(".") == 4:
            assert nats == pytest.approx(begin + math.log(3 / 0.5 / 0.4 * 2))
            break
    else:
        pytest.fail("no such story among 400")


def test_the_mean_is_the_entropy_of_what_happens():
    """Σ −log p over many stories and log of how many different ones there are tell one tale."""
    told = stories(60_000, seed=1)
    count = told.text.count("\n")
    assert told.nats * len(told.text) / count == pytest.approx(16.1, abs=0.3)
    assert told.nats == pytest.approx(stories(60_000, seed=2).nats, rel=0.01)


def test_pronouns():
    assert [pronoun(slot, "Tom") for slot in ("he", "his", "him", "He")] == [
        "he",
        "his",
        "him",
        "He",
    ]
    assert [pronoun(s, "Ann") for s in ("he", "his", "him", "He")] == ["she", "her", "her", "She"]
    assert set(MEN) < set(WORDS["hero"])


def test_seed_and_refusals():
    random.seed(0)
    expected = random.random()
    random.seed(0)
    assert stories(500, 3) == stories(500, 3) != stories(500, 4)
    assert random.random() == expected
    assert stories(1).text.count("\n") == 1
    with pytest.raises(ValueError, match="at least 1 character, got 0"):
        stories(0)
