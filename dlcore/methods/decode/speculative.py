"""2022, Yaniv Leviathan and others: a small net guesses ahead, the large one checks (chapter 21).

Y. Leviathan, M. Kalman, Y. Matias, Fast inference from Transformers via speculative decoding
(2022), https://arxiv.org/abs/2211.17192, algorithm 1; independently C. Chen and others (2023),
https://arxiv.org/abs/2302.01318. Guessing blocks and checking them in parallel, for the likeliest
text: M. Stern, N. Shazeer, J. Uszkoreit (2018), https://arxiv.org/abs/1811.03115.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch

Pick = Callable[[torch.Tensor], torch.Tensor]
Model = Callable[[torch.Tensor], torch.Tensor]
Rule = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, Pick], tuple[torch.Tensor, torch.Tensor]]


class Speculated(NamedTuple):
    """tokens (N, T + length) int64; for each row (N,) how often the target was asked, how many
    guesses it looked at, and how many of them stayed."""

    tokens: torch.Tensor
    asked: torch.Tensor
    guessed: torch.Tensor
    stayed: torch.Tensor


def draw(dice: torch.Generator | None = None) -> Pick:
    """pick(probabilities (R, V)) → (R,) int64: one of V for each row."""
    return lambda p: torch.multinomial(p, 1, generator=dice)[:, 0]


def accept(
    p: torch.Tensor, q: torch.Tensor, guess: torch.Tensor, pick: Pick
) -> tuple[torch.Tensor, torch.Tensor]:
    """Keep a guess drawn from q with probability min(1, p/q), else draw from (p − q)⁺: that is p.

    p, q (R, V) probabilities of target and draft, guess (R,). Returns the token (R,), and whether
    it is the guess (R,) bool. (p − q)⁺ is divided by its sum.
    """
    rows = torch.arange(len(guess), device=guess.device)
    chance = (p[rows, guess] / q[rows, guess]).clamp(max=1)
    kept = pick(torch.stack([1 - chance, chance], 1)) == 1
    rest = (p - q).clamp(min=0)[~kept]
    token = guess.clone()
    if len(rest):
        token[~kept] = pick(rest / rest.sum(1, keepdim=True))
    return token, kept


def speculative(
    target: Model, draft: Model, tokens: torch.Tensor, length: int, ahead: int = 3,
    pick: Pick | None = None, rule: Rule = accept,
) -> Speculated:  # fmt: skip
    """Continue tokens (N, T) by `length`, each drawn as the target alone would draw it.

    target, draft  tokens (R, S) → probabilities (R, S, V) of what comes after each token; what
            stands behind a token must not change them, and S reaches T + length + ahead − 1
    ahead   how many tokens the draft guesses before the target looks at all of them at once
    pick    draws from rows of probabilities, draw() unless given
    rule    what becomes of a guess; accept is exact
    Raises ValueError without a token to begin with, for a length below 0 or ahead below 1.
    """
    if tokens.ndim != 2 or not tokens.shape[1] or length < 0 or ahead < 1:
        raise ValueError(
            "speculative continues tokens (N, T ≥ 1) by length ≥ 0 with ahead ≥ 1, got shape "
            f"{tuple(tokens.shape)}, {length=}, {ahead=}"
        )
    pick = pick or draw()
    count, begin = tokens.shape
    text = torch.cat([tokens, tokens.new_zeros(count, length + ahead)], 1)
    at = torch.full((count,), begin, device=tokens.device)
    asked, guessed, stayed = (torch.zeros_like(at) for _ in range(3))
    while len(rows := (at < begin + length).nonzero()[:, 0]):
        text[rows], kept = one_round(target, draft, text[rows], at[rows], ahead, pick, rule)
        at[rows] += kept + 1
        asked[rows] += 1
        guessed[rows] += (kept + 1).clamp(max=ahead)
        stayed[rows] += kept
    return Speculated(text[:, : begin + length], asked, guessed, stayed)


def one_round(
    target: Model, draft: Model, text: torch.Tensor, at: torch.Tensor, ahead: int, pick: Pick,
    rule: Rule,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """`ahead` guesses and one look: text (R, S) of which `at` (R,) tokens stand, and one to
    ahead + 1 more. Returns the text, and how many guesses stayed (R,)."""
    rows, last = torch.arange(len(at), device=at.device), int(at.max())
    text, guesses = text.clone(), []
    for j in range(ahead):
        q = draft(text[:, : last + j])[rows, at - 1 + j]
        text[rows, at + j] = guess = pick(q)
        guesses.append((q, guess))
    seen = target(text[:, : last + ahead])
    kept = torch.zeros_like(at)
    alive = torch.arange(len(at), device=at.device)  # rows whose guesses have all stayed
    for j, (q, guess) in enumerate(guesses):
        p = seen[alive, at[alive] - 1 + j]
        token, stays = rule(p, q[alive], guess[alive], pick)
        text[alive, at[alive] + j] = token
        alive = alive[stays]
        kept[alive] += 1
        if not len(alive):
            return text, kept
    text[alive, at[alive] + ahead] = pick(seen[alive, at[alive] - 1 + ahead])
    return text, kept
