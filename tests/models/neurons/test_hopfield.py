"""The Hopfield memory: weights and updates by hand, energy never rises, recall, errors."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlcore.models.neurons.hopfield import Hopfield, flip


def signs(*shape, seed=0):
    return torch.randint(0, 2, shape, generator=torch.Generator().manual_seed(seed)) * 2.0 - 1


def test_store_by_hand():
    memory = Hopfield(3).store(torch.tensor([[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]]))
    expected = torch.tensor([[0.0, 0.0, 2.0], [0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    assert torch.equal(memory.weights, expected)


def test_storing_in_two_goes_is_storing_at_once():
    patterns = signs(6, 20)
    once, twice = Hopfield(20).store(patterns), Hopfield(20).store(patterns[:2])
    assert torch.equal(once.weights, twice.store(patterns[2:]).weights)


def test_energy_by_hand():
    memory = Hopfield(2).store(torch.tensor([[1.0, 1.0]]))
    memory.threshold = torch.tensor([0.25, 0.0])
    states = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    assert memory.energy(states).tolist() == [-0.75, 1.25, -1.25]


def test_one_update_changes_the_energy_by_minus_the_pull_times_the_change():
    memory = Hopfield(30).store(signs(4, 30))
    memory.threshold = torch.randn(30, generator=torch.Generator().manual_seed(1))
    state = signs(30, seed=2)
    for i in range(30):
        flipped = state.clone()
        flipped[i] *= -1
        pull = state @ memory.weights[i] - memory.threshold[i]
        change = memory.energy(flipped) - memory.energy(state)
        assert change.item() == pytest.approx(2 * (pull * state[i]).item(), abs=1e-3)


@given(units=st.integers(1, 25), patterns=st.integers(0, 12), seed=st.integers(0, 9999))
def test_energy_never_rises_and_the_end_is_at_rest(units, patterns, seed):
    source = torch.Generator().manual_seed(seed)
    memory = Hopfield(units).store(signs(patterns, units, seed=seed))
    memory.threshold = torch.randn(units, generator=source)
    start = signs(units, seed=seed + 1)
    energies = memory.trace(start, sweeps=200, generator=source)
    assert (energies.diff() <= 1e-3).all()
    end = memory.recall(start, sweeps=200, generator=source)
    assert torch.equal(memory.together(end), end)


def test_trace_and_recall_walk_the_same_way():
    memory, start = Hopfield(40).store(signs(3, 40)), signs(40, seed=9)
    energies = memory.trace(start, generator=torch.Generator().manual_seed(5))
    end = memory.recall(start, generator=torch.Generator().manual_seed(5))
    assert energies[0] == memory.energy(start)
    assert energies[-1] == memory.energy(end)
    assert (len(energies) - 1) % 40 == 0


def test_recall_mends_damage_and_knows_the_negative():
    patterns = signs(5, 200)
    memory = Hopfield(200).store(patterns)
    source = torch.Generator().manual_seed(0)
    assert torch.equal(memory.recall(flip(patterns, 0.2, source), generator=source), patterns)
    assert torch.equal(memory.recall(-patterns, generator=source), -patterns)


def test_recall_leaves_its_argument_and_ties_alone():
    memory, state = Hopfield(4), signs(3, 4)
    before = state.clone()
    assert torch.equal(memory.recall(state), before)  # no weights: every pull is 0
    Hopfield(4).store(signs(1, 4, seed=1)).recall(state)
    assert torch.equal(state, before)


def test_all_at_once_may_swing_for_ever():
    memory = Hopfield(2).store(torch.tensor([[1.0, -1.0]]))
    state = torch.tensor([1.0, 1.0])
    assert memory.together(state).tolist() == [-1, -1]
    assert memory.together(memory.together(state)).tolist() == [1, 1]
    assert memory.energy(memory.recall(state)) < memory.energy(state)


def test_projection_keeps_patterns_that_resemble_each_other():
    patterns = signs(1, 60).repeat(8, 1)
    patterns[torch.arange(8), torch.arange(8)] *= -1  # every two differ in two values
    assert not torch.equal(Hopfield(60).store(patterns).together(patterns), patterns)
    exact = Hopfield(60).store_exactly(patterns)
    assert torch.equal(exact.together(patterns), patterns)
    assert torch.equal(exact.weights, exact.weights.T)
    assert (exact.weights.diagonal() == 0).all()


def test_projection_of_one_pattern_is_hebbs_rule():
    pattern = signs(1, 12)
    hebb, exact = Hopfield(12).store(pattern), Hopfield(12).store_exactly(pattern)
    assert torch.allclose(hebb.weights / 12, exact.weights, atol=1e-6)


def test_flip_changes_exactly_that_many():
    patterns = signs(6, 50)
    for fraction, count in ((0, 0), (0.1, 5), (0.5, 25), (1, 50)):
        assert ((flip(patterns, fraction) != patterns).sum(1) == count).all()
    assert torch.equal(flip(patterns, 1), -patterns)


@pytest.mark.parametrize(
    "call", ["store", "store_exactly", "energy", "recall", "trace", "together"]
)
def test_states_that_do_not_fit_are_refused(call):
    with pytest.raises(ValueError, match=rf"Hopfield.{call} expects 4 values .* flatten"):
        getattr(Hopfield(4), call)(torch.ones(1, 2, 2))
    with pytest.raises(ValueError, match=rf"Hopfield.{call} expects −1 and \+1 only, .*0 to 1"):
        getattr(Hopfield(4), call)(torch.tensor([[0.0, 1.0, 1.0, 0.0]]))


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least 1 unit, got 0"):
        Hopfield(0)
    with pytest.raises(ValueError, match="a fraction from 0 to 1, got 50"):
        flip(signs(1, 4), 50)
