"""Random inputs for tasks, as tensors of float64 or int64, with few digits to be read easily."""

import torch


def normal(rng, *shape):
    """Return normally distributed numbers, rounded to one decimal."""
    return torch.from_numpy(rng.normal(size=shape).round(1))


def uniform(rng, low, high, *shape):
    """Return numbers between low and high, rounded to one decimal."""
    return torch.from_numpy(rng.uniform(low, high, size=shape).round(1))


def whole(rng, low, high, *shape):
    """Return whole numbers from low to high, both included, as int64."""
    return torch.from_numpy(rng.integers(low, high, size=shape, endpoint=True))


def signs(rng, *shape):
    """Return -1 and +1 in float64."""
    return torch.from_numpy(2.0 * rng.integers(0, 2, size=shape) - 1.0)


def one(rng, low, high):
    """Return one whole number from low to high, both included."""
    return int(rng.integers(low, high, endpoint=True))
