"""All ways the dice can fall: two dice by hand, draws that depend on draws, impossible ones."""

import pytest
import torch

from dlcore.methods.decode.outcomes import outcomes


def test_the_sum_of_two_dice():
    die = torch.full((1, 6), 1 / 6, dtype=torch.float64)
    found = outcomes(lambda pick: int(pick(die)) + int(pick(die)) + 2)
    assert len(found) == 11
    for total, share in found.items():
        assert share == pytest.approx((6 - abs(total - 7)) / 36, abs=1e-15)


def test_a_game_that_is_broken_off():
    """Pascal's: one player lacks 1 round, the other 2: 3/4 and 1/4."""
    coin = torch.tensor([[0.5, 0.5]], dtype=torch.float64)

    def play(pick):
        wins = [1, 0]
        while max(wins) < 2:
            wins[int(pick(coin))] += 1
        return wins.index(2)

    assert outcomes(play) == {0: 0.75, 1: 0.25}


def test_what_is_impossible_is_not_tried_and_no_draw_is_one_outcome():
    seen = []
    found = outcomes(lambda pick: seen.append(int(pick(torch.tensor([[0.0, 1.0, 0.0]])))) or 7)
    assert (seen, found) == ([1], {7: 1.0})
    assert outcomes(lambda pick: "always") == {"always": 1.0}


@pytest.mark.parametrize("p", [[[0.5, 0.4]], [0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]]])
def test_bad_input(p):
    with pytest.raises(ValueError, match=r"probabilities \(1, V\) that add up to 1"):
        outcomes(lambda pick: int(pick(torch.tensor(p))[0]))
