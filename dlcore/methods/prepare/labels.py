"""1965-2013: labels that are wrong, doubled or missing (chapter 11).

Wrong labels: D. Angluin, P. Laird, Learning from noisy examples, Machine Learning 2 (1988)
343-370, doi:10.1007/BF00116829. A model's own answers as labels: H. Scudder, Probability of error
of some adaptive pattern-recognition machines, IEEE Transactions on Information Theory 11 (1965)
363-371, doi:10.1109/TIT.1965.1053799; D.-H. Lee, Pseudo-label, ICML workshop (2013).
"""

import torch


def wrong_labels(
    labels: torch.Tensor, share: float, classes: int, dice: torch.Generator
) -> torch.Tensor:
    """labels (N,) of which each becomes, with probability `share`, another class at random."""
    if not 0 <= share <= 1 or classes < 2:
        raise ValueError(
            f"wrong_labels takes a share between 0 and 1 and 2 classes or more, got share={share} "
            f"and classes={classes}"
        )
    turned = torch.rand(len(labels), generator=dice) < share
    further = torch.randint(1, classes, labels.shape, generator=dice)
    return torch.where(turned, (labels + further) % classes, labels)


def near_duplicates(x: torch.Tensor, distance: float) -> torch.Tensor:
    """Pairs (P, 2) of rows i < j of x (N, …) that lie at most `distance` apart.

    Compares all pairs: 10,000 rows make a table of 400 MB in float32.
    """
    rows = x.flatten(1)
    apart = torch.cdist(rows, rows, compute_mode="donot_use_mm_for_euclid_dist")
    return (apart <= distance).triu(1).nonzero()


def pseudo_labels(probabilities: torch.Tensor, least: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of which the model is at least that sure, and its answers there: (K,) and (K,).

    probabilities (N, C), one row for each example without a label.
    """
    confidence, answers = probabilities.max(1)
    rows = torch.where(confidence >= least)[0]
    return rows, answers[rows]
