"""2001, Jerome Friedman: each small tree corrects the sum of those before it (chapter 8).

J. Friedman, Greedy function approximation: a gradient boosting machine, The Annals of Statistics
29 (2001) 1189-1232, doi:10.1214/aos/1013203451.
"""

import torch

from dlcore.models.rivals.least_squares import floating
from dlcore.models.rivals.tree import Tree


class GradientBoosting:
    """score(x) = start + rate · (tree₁(x) + tree₂(x) + …): gradient descent whose steps are trees.

    Each tree is fitted to the negative slopes of the loss at the present scores.
    loss="squared": ½(y - score)², slopes are what is left over; y (N,) any numbers.
    loss="logistic": cross-entropy of σ(score), slopes are y - σ(score); y (N,) each 0 or 1; a leaf
    takes one Newton step, Σ slopes / Σ σ(1 - σ), as in Friedman's algorithm 5.
    """

    def __init__(self, rounds: int = 100, depth: int = 1, rate: float = 0.1, loss: str = "squared"):
        if loss not in ("squared", "logistic"):
            raise ValueError(f'loss is "squared" or "logistic", got {loss!r}')
        if rounds < 1 or not 0 < rate <= 1:
            raise ValueError(f"rounds must be 1 or more, rate in 0..1, got {rounds} and {rate}")
        self.rounds, self.depth, self.rate, self.loss = rounds, depth, rate, loss

    def fit(self, x: torch.Tensor, y: torch.Tensor) -> "GradientBoosting":
        """Fit x (N, I) with values or classes 0 and 1, y (N,); returns the model itself."""
        x = floating(x)
        y = y.to(x)
        mean = y.mean()
        logistic = self.loss == "logistic"
        if logistic and (not bool(((y == 0) | (y == 1)).all()) or not 0 < float(mean) < 1):
            raise ValueError('loss="logistic" needs targets 0 and 1, and both of them')
        self.start = (mean / (1 - mean)).log() if logistic else mean
        self.trees: list[Tree] = []
        score = self.start.expand(len(x))
        for _ in range(self.rounds):
            share = score.sigmoid() if logistic else score
            tree = Tree(self.depth).fit(x, y - share)
            leaf = tree.leaf(x)
            if logistic:
                bend = torch.zeros(len(tree.value)).to(x).index_add(0, leaf, share * (1 - share))
                tree.value = torch.zeros_like(tree.value).index_add(0, leaf, (y - share)[:, None])
                tree.value = tree.value / bend.clamp(min=1e-12)[:, None]
            self.trees.append(tree)
            score = score + self.rate * tree.value[leaf, 0]
        return self

    def staged(self, x: torch.Tensor) -> torch.Tensor:
        """The scores after 0, 1, 2, … trees: (rounds + 1, N) for x (N, I)."""
        steps = [self.rate * tree(x) for tree in self.trees]
        return torch.stack([self.start.expand(len(x)), *steps]).cumsum(0)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The scores (N,): values for "squared", log-odds of class 1 for "logistic"."""
        return self.staged(x)[-1]
