"""SNARC: its passages, its knobs, its clutches, and that reward shortens its walks."""

import itertools
import math
from statistics import median

import pytest

from dlcore.models.neurons.snarc import Snarc, passages

CORRIDOR = ["..."]
MAZE = [".....", "##...", "...#.", ".##.#", "....."]


def test_passages_by_hand():
    assert passages(CORRIDOR) == [
        ((0, 0), (0, 1)),
        ((0, 1), (0, 2)),
        ((0, 1), (0, 0)),
        ((0, 2), (0, 1)),
    ]
    assert passages(["#"]) == []
    assert passages([".#", "#."]) == []


def test_passages_are_two_way_and_never_through_walls():
    moves = passages(MAZE)
    assert len(moves) == 40
    assert {(b, a) for a, b in moves} == set(moves)
    assert all(MAZE[r][c] != "#" for move in moves for r, c in move)


def test_reward_turns_knobs_as_far_as_their_clutch_is_held():
    machine = Snarc(passages(CORRIDOR), knob=0.5, turn=0.2, memory=2)
    machine.charge = [1.0, 0.5, 0.0, 0.0]
    machine.reward()
    assert machine.knobs == pytest.approx([0.6, 0.55, 0.5, 0.5])


def test_a_capacitor_forgets_by_1_over_e_in_memory_moves():
    machine = Snarc(passages(CORRIDOR), knob=1, memory=2)
    machine.charge = [0.0, 1.0, 0.0, 0.0]
    assert machine.move((0, 0)) == (0, 1)
    assert machine.charge == pytest.approx([1, math.exp(-0.5), 0, 0])


def test_a_walk_goes_through_passages_from_start_to_goal():
    machine = Snarc(passages(MAZE), seed=3)
    path = machine.run((0, 0), (4, 4))
    assert path[0] == (0, 0)
    assert path[-1] == (4, 4)
    assert (4, 4) not in path[:-1]
    assert set(itertools.pairwise(path)) <= set(machine.passages)


def test_same_seed_same_walks_and_other_seed_others():
    walks = [[Snarc(passages(MAZE), seed=s).run((0, 0), (4, 4)) for s in (1, 2)] for _ in range(2)]
    assert walks[0] == walks[1]
    assert walks[0][0] != walks[0][1]


def test_knobs_only_turn_up_and_stay_probabilities():
    machine = Snarc(passages(MAZE), knob=0.3, turn=1.0)
    before = machine.knobs
    for _ in range(20):
        machine.run((0, 0), (4, 4))
        assert all(new >= old for new, old in zip(machine.knobs, before))
        before = machine.knobs
    assert all(0 < knob <= 1 for knob in machine.knobs)


def test_reward_shortens_walks_and_without_it_nothing_changes():
    def walks(turn):
        machine = Snarc(passages(MAZE), turn=turn, seed=0)
        return [len(machine.run((0, 0), (4, 4))) - 1 for _ in range(150)]

    assert median(walks(0.05)[-50:]) < 60 < median(walks(0.0)[-50:])


def test_start_at_the_goal_is_no_walk():
    assert Snarc(passages(MAZE)).run((4, 4), (4, 4)) == [(4, 4)]


def test_machines_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="lines of one length, got lengths"):
        passages(["..", "..."])
    with pytest.raises(ValueError, match="expects 0 < knob ≤ 1, .* got knob=0"):
        Snarc(passages(CORRIDOR), knob=0)
    with pytest.raises(ValueError, match="turn=2"):
        Snarc(passages(CORRIDOR), turn=2)
    with pytest.raises(ValueError, match="memory=0"):
        Snarc(passages(CORRIDOR), memory=0)
    with pytest.raises(ValueError, match=r"\(9, 9\) has none"):
        Snarc(passages(CORRIDOR)).move((9, 9))
    with pytest.raises(ValueError, match=r"no way from \(0, 0\) to \(0, 2\)"):
        Snarc(passages([".#."])).run((0, 0), (0, 2))
