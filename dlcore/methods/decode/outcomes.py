"""1654, Blaise Pascal and Pierre de Fermat: go through all ways the dice can fall (chapter 21).

Their letters on the interrupted game, in English: D. E. Smith, A source book in mathematics (1929).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import TypeVar

import torch

Result = TypeVar("Result", bound=Hashable)
Pick = Callable[[torch.Tensor], torch.Tensor]


def outcomes(run: Callable[[Pick], Result]) -> dict[Result, float]:
    """{what run(pick) returns: its exact probability}.

    run draws all its random numbers by pick(probabilities (1, V)) → (1,) int64. It is called once
    for each way its draws can fall, so let there be few. Raises ValueError for other shapes, or
    where a draw's probabilities do not add up to 1 within 1e-6.
    """
    found: dict[Result, float] = defaultdict(float)
    waiting: list[list[int]] = [[]]  # draws that are prescribed; after them the first is taken
    while waiting:
        result, weight, others = follow(run, waiting.pop())
        found[result] += weight
        waiting += others
    return dict(found)


def follow(run: Callable[[Pick], Result], made: list[int]) -> tuple[Result, float, list[list[int]]]:
    """One way: its result, its probability, and the ways that part from it after `made`."""
    weight, given, others = 1.0, 0, []

    def pick(p: torch.Tensor) -> torch.Tensor:
        nonlocal weight, given
        if p.ndim != 2 or len(p) != 1 or abs(float(p.sum()) - 1) > 1e-6:
            raise ValueError(f"outcomes needs probabilities (1, V) that add up to 1, got {p}")
        if given == len(made):
            first, *later = p[0].nonzero()[:, 0].tolist()
            others.extend([*made, other] for other in later)
            made.append(first)
        choice = made[given]
        given, weight = given + 1, weight * float(p[0, choice])
        return torch.tensor([choice], device=p.device)

    return run(pick), weight, others
