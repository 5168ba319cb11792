"""Families of tasks: not one question with many examples, but many questions with a few each."""

import math
from typing import NamedTuple

import torch


class SineTasks(NamedTuple):
    """N waves: x, y (N, K, 1), and what lies behind them, amplitude and phase (N, 1, 1)."""

    x: torch.Tensor
    y: torch.Tensor
    amplitude: torch.Tensor
    phase: torch.Tensor


def sine_tasks(count: int, examples: int, dice: torch.Generator) -> SineTasks:
    """`count` waves y = a sin(x + φ), `examples` points of each: a in 0.1..5, φ in 0..π, x in ±5.

    The family of C. Finn, P. Abbeel, S. Levine (2017), https://arxiv.org/abs/1703.03400, section
    5.1. Raises ValueError for fewer than one wave or point.
    """
    at_least_one("sine_tasks", count=count, examples=examples)
    amplitude = 0.1 + 4.9 * torch.rand(count, 1, 1, generator=dice)
    phase = math.pi * torch.rand(count, 1, 1, generator=dice)
    x = 10 * torch.rand(count, examples, 1, generator=dice) - 5
    return SineTasks(x, amplitude * torch.sin(x + phase), amplitude, phase)


def linear_tasks(
    count: int, examples: int, inputs: int, noise: float, dice: torch.Generator,
    weights: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """`count` linear functions, each with its own weights: x (N, K, D) and y = w·x + noise (N, K).

    x and w are standard normal; weights (P, D): each task takes one of these P in place of its own.
    Raises ValueError for fewer than one task, example or input.
    """
    at_least_one("linear_tasks", count=count, examples=examples, inputs=inputs)
    if weights is None:
        w = torch.randn(count, inputs, generator=dice)
    else:
        w = weights[torch.randint(len(weights), (count,), generator=dice)]
    x = torch.randn(count, examples, inputs, generator=dice)
    y = (x * w[:, None]).sum(2)
    return x, y + noise * torch.randn(count, examples, generator=dice)


class Repeats(NamedTuple):
    """N sentences of T tokens, of which a piece comes twice.

    tokens, following (N, T): each token, and the one after it; repeated (N, T): True where the
    first copy tells the next token; lag (N, 1): from the first copy to the second.
    """

    tokens: torch.Tensor
    following: torch.Tensor
    repeated: torch.Tensor
    lag: torch.Tensor


def repeats(count: int, dice: torch.Generator, length: int = 32, vocabulary: int = 16) -> Repeats:
    """Random tokens in which a piece of 5 to 12 is written again, up to 5 tokens after its end.

    Raises ValueError for fewer than 28 tokens, or no sentence.
    """
    at_least_one("repeats", count=count, vocabulary=vocabulary)
    if length < 28:
        raise ValueError(f"repeats writes a piece twice and needs a length of 28, got {length=}")
    tokens = torch.randint(vocabulary, (count, length + 1), generator=dice)
    piece = torch.randint(5, 13, (count, 1), generator=dice)
    lag = piece + torch.randint(6, (count, 1), generator=dice)
    room = length + 2 - lag - piece
    start = lag + (torch.rand(count, 1, generator=dice) * room).long()
    place = torch.arange(length + 1).expand(count, -1)
    again = (place >= start) & (place < start + piece)
    tokens = torch.where(again, tokens.gather(1, (place - lag).clamp(min=0)), tokens)
    return Repeats(tokens[:, :-1], tokens[:, 1:], again[:, 1:] & again[:, :-1], lag)


def at_least_one(function: str, **numbers: int) -> None:
    """Raise ValueError for a number below 1."""
    for name, number in numbers.items():
        if number < 1:
            raise ValueError(f"{function} needs {name} of 1 or more, got {name}={number}")
