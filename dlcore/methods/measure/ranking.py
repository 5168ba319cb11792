"""2010, the ImageNet challenge: is the right class among the k highest scores? (chapter 12).

The challenge's rules and its years: O. Russakovsky and others, ImageNet large scale visual
recognition challenge (2014), https://arxiv.org/abs/1409.0575.
"""

import torch


def ranks(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """How many classes stand above the right one, (N,) int64: 0 is a hit at the first guess.

    scores (N, C)   labels (N,). A class with the same score as the right one counts as above it,
    so that a model that gives every class the same score is right about nothing.
    Raises ValueError for shapes that do not fit, and for scores that are not numbers.
    """
    if scores.ndim != 2 or labels.shape != scores.shape[:1]:
        raise ValueError(
            "ranks compares scores (N, C) with labels (N,), got shapes "
            f"{tuple(scores.shape)} and {tuple(labels.shape)}"
        )
    if bool(scores.isnan().any()):
        raise ValueError("ranks cannot order scores that are not a number (nan)")
    own = scores.gather(1, labels[:, None])
    return (scores >= own).sum(1) - 1


def topk_error(scores: torch.Tensor, labels: torch.Tensor, k: int = 5) -> float:
    """Share of rows whose right class is not among the k highest scores; 0 for no rows.

    scores (N, C)   labels (N,). Raises ValueError unless 1 ≤ k ≤ C, and as `ranks` does.
    """
    found = ranks(scores, labels)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"topk_error: k must be from 1 to the {scores.shape[1]} classes, got {k}")
    return (found >= k).double().mean().item() if len(found) else 0.0
