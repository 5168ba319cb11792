"""Exact sums over all states of a few units, for the exercises of chapter 9."""

import torch
from torch.nn.functional import logsigmoid, softplus

from dlcore.grade.tasks.draws import normal, whole
from dlcore.grade.tasks.forms import floats


def states(units):
    """All states of so many units of 0 or 1, (2^units, units)."""
    return (torch.arange(2**units)[:, None] >> torch.arange(units) & 1).double()


def bits(rng, *shape):
    """0 or 1 with equal chances, as float64."""
    return whole(rng, 0, 1, *shape).double()


def machine(rng, visible, hidden, size=1.0):
    """Weights (H, V), visible biases (V,) and hidden biases (H,) of a restricted machine."""
    parts = [normal(rng, *shape) for shape in ((hidden, visible), (visible,), (hidden,))]
    return tuple((size * part).round(decimals=1) for part in parts)


def minus_free_energy(v, weight, visible_bias, hidden_bias):
    """ln of the sum of e^(-E) over all states of the hidden units, (N,)."""
    return v @ visible_bias + softplus(v @ weight.T + hidden_bias).sum(1)


def log_z(weight, visible_bias, hidden_bias):
    """ln Z, summed over the visible states."""
    seen = states(len(visible_bias))
    return torch.logsumexp(minus_free_energy(seen, weight, visible_bias, hidden_bias), 0)


def log_chances(given, weight, bias):
    """ln of the probability of every state of one layer, (N, 2^units), for rows of the other.

    weight (units, given): as for the hidden layer; its transpose for the visible one.
    """
    pulls, state = given @ weight.T + bias, states(len(bias))
    return logsigmoid(pulls) @ state.T + logsigmoid(-pulls) @ (1 - state).T


def alike(mine, right):
    """Whether two tables have one shape and the same numbers, whatever their types."""
    mine, right = floats(mine), floats(right)
    return mine.shape == right.shape and torch.allclose(mine, right, 1e-6, 1e-6)
