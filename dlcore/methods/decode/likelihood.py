"""1948, Claude Shannon: how probable a text is, each letter after those before (chapter 21).

C. E. Shannon, A mathematical theory of communication (1948),
https://doi.org/10.1002/j.1538-7305.1948.tb01338.x.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor


def log_likelihood(model: Any, tokens: torch.Tensor, begin: int) -> Tensor:
    """Σ log p(token | those before it) over tokens[:, begin:], for each row: (N,).

    model(tokens (N, T)) gives logits (N, T, V) of what comes after each token; tokens int64 on the
    model's device. What stands before `begin` is given: the first token has nothing before it, so
    begin ≥ 1. Raises ValueError for another begin, or where nothing is left to be judged.
    """
    if tokens.ndim != 2 or not 1 <= begin < tokens.shape[1]:
        raise ValueError(
            "log_likelihood judges tokens (N, T) from 1 ≤ begin < T on, got shape "
            f"{tuple(tokens.shape)}, {begin=}"
        )
    log_p = nn.log_softmax(model(tokens[:, :-1])[:, begin - 1 :], -1)
    rows = torch.arange(len(tokens), device=tokens.device)[:, None]
    places = torch.arange(tokens.shape[1] - begin, device=tokens.device)
    return log_p[rows, places, tokens[:, begin:]].sum(1)
