"""1976, Bruce Lowerre: follow the few best beginnings at once (chapter 16).

B. Lowerre, The Harpy speech recognition system (thesis, Carnegie Mellon University, 1976). In
neural translation: I. Sutskever, O. Vinyals, Q. Le (2014), https://arxiv.org/abs/1409.3215.
Dividing by a power of the length: Y. Wu and others (2016), https://arxiv.org/abs/1609.08144, there
of (5 + length) / 6.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

Step = Callable[[torch.Tensor, Any], tuple[torch.Tensor, Any]]


def state_rows(state: Any, rows: torch.Tensor) -> Any:
    """Rows of recurrent states (L, N, H), alone or in tuples and lists: (L, len(rows), H)."""
    if isinstance(state, (tuple, list)):
        return type(state)(state_rows(part, rows) for part in state)
    return state[:, rows]


def beam_search(
    step: Step, state: Any, count: int, begin: int, end: int, width: int = 4, longest: int = 50,
    alpha: float = 0.0, select: Callable[[Any, torch.Tensor], Any] = state_rows,
    device: Any = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """The best of `width` sequences for each of `count` inputs, and Σ log p of each.

    step     (tokens (R,), state) → (log-probabilities (R, V), new state)
    state    of the `count` inputs before the first token; select picks rows of it
    begin, end  the token that goes in first, and the one that ends a sequence
    alpha    at the end sequences of n tokens compare by Σ log p / nᵅ, with 0 by Σ log p
    device   where the model is
    Returns tokens (count, T ≤ longest) without begin, `end` from the end on, and scores (count,),
    not divided. width = 1 is greedy. A sequence that ends keeps its place in the beam.
    Raises ValueError for a width or a length below 1.
    """
    if width < 1 or longest < 1:
        raise ValueError(f"beam_search needs width ≥ 1 and longest ≥ 1, got {width=}, {longest=}")
    if not count:
        return torch.zeros(0, 0, dtype=torch.int64), torch.zeros(0)
    first = torch.arange(count, device=device)[:, None] * width
    state = select(state, (first // width).expand(-1, width).flatten())
    tokens = torch.full((count, width, 1), begin, device=device)
    scores = torch.full((count, width), -math.inf, device=device)
    scores[:, 0] = 0  # the beam's other places are empty yet
    ended = torch.zeros(count, width, dtype=torch.bool, device=device)
    for _ in range(longest):
        log_p, state = step(tokens[:, :, -1].flatten(), state)
        scores, origin, new = advance(scores, log_p.view(count, width, -1), ended, end)
        state = select(state, (first + origin).flatten())
        before = tokens.gather(1, origin[:, :, None].expand_as(tokens))
        tokens = torch.cat([before, new[:, :, None]], 2)
        ended = ended.gather(1, origin) | (new == end)
        if bool(ended.all()):
            break
    tokens = tokens[:, :, 1:]
    lengths = ((tokens != end).sum(2) + ended).clamp(min=1)
    chosen = (scores / lengths**alpha).argmax(1)
    rows = torch.arange(count, device=device)
    return tokens[rows, chosen], scores[rows, chosen]


def advance(
    scores: torch.Tensor, log_p: torch.Tensor, ended: torch.Tensor, end: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The best of all one token longer: their scores, which one each continues, and its token.

    scores, ended (N, W)   log_p (N, W, V)   three times (N, W). What has ended goes on with `end`
    alone, at no cost.
    """
    width, classes = log_p.shape[1:]
    stays = torch.full((classes,), -math.inf, dtype=log_p.dtype, device=log_p.device)
    stays[end] = 0
    totals = scores[:, :, None] + torch.where(ended[:, :, None], stays, log_p)
    scores, best = totals.flatten(1).topk(width, 1)  # W · V of them: never fewer than W
    return scores, best // classes, best % classes


def greedy(
    step: Step, state: Any, count: int, begin: int, end: int, longest: int = 50, device: Any = None
) -> torch.Tensor:
    """The likeliest token at each step: tokens (count, T), `end` from the end on."""
    return beam_search(step, state, count, begin, end, 1, longest, device=device)[0]
