"""2021-2022, Elhage, Olsson and others: what an attention head looks at (chapter 20).

N. Elhage and others, A mathematical framework for Transformer circuits (2021),
https://transformer-circuits.pub/2021/framework/index.html; C. Olsson and others, In-context
learning and induction heads (2022), https://arxiv.org/abs/2209.11895, which scores a head by how
much it attends to the token after an earlier copy of the present one.
"""

from __future__ import annotations

import torch


def attention_on(
    weights: torch.Tensor, places: torch.Tensor, where: torch.Tensor | None = None
) -> torch.Tensor:
    """Each head's mean weight on one place per query: (H,).

    weights (N, H, T, S) from softmax; places (N, T), the key that is asked about for each query;
    where (N, T), True for queries that count, all unless given.
    Raises ValueError for shapes that do not fit, and where no query counts.
    """
    n, heads, t, s = weights.shape
    where = torch.ones_like(places, dtype=torch.bool) if where is None else where
    if tuple(places.shape) != (n, t) or tuple(where.shape) != (n, t):
        raise ValueError(
            f"attention_on takes places and where ({n}, {t}) for weights {tuple(weights.shape)}, "
            f"got {tuple(places.shape)} and {tuple(where.shape)}"
        )
    if not where.any():
        raise ValueError("attention_on has no query to judge by: where is False everywhere")
    index = places.clamp(0, s - 1)[:, None, :, None].expand(n, heads, t, 1)
    found = weights.gather(3, index)[..., 0] * where[:, None]
    return found.sum((0, 2)) / where.sum()


def previous_token_score(weights: torch.Tensor) -> torch.Tensor:
    """How much each head looks at the token before: weights (N, H, T, T), scores (H,) in 0..1."""
    n, _, t, _ = weights.shape
    places = torch.arange(-1, t - 1, device=weights.device).expand(n, t)
    return attention_on(weights, places, places >= 0)


def prefix_score(weights: torch.Tensor, lag: torch.Tensor, repeated: torch.Tensor) -> torch.Tensor:
    """How much each head looks at the token *after* the earlier copy of the present one: (H,).

    lag (N, 1): how far back the earlier copy stands; repeated (N, T): True for queries inside the
    second copy. Olsson and others call it the prefix matching score.
    """
    places = torch.arange(weights.shape[2], device=weights.device) - lag + 1
    return attention_on(weights, places, repeated)
