"""2001, Leo Breiman: many trees, each of them grown on other examples, vote (chapter 8).

L. Breiman, Random forests, Machine Learning 45 (2001) 5-32, doi:10.1023/A:1010933404324.
"""

import math

import torch

from dlcore.models.rivals.tree import Tree


class RandomForest:
    """The mean answer of `trees` deep trees.

    Each grows on as many examples as there are, drawn with replacement (a third is missing, others
    come twice), and may ask each question only about some features: `features` of them, drawn
    anew each time (None: the square root of their number). What the trees get wrong for reasons
    of their own goes out in the mean.
    """

    def __init__(
        self, trees: int = 100, depth: int = 30, min_leaf: int = 1, features: int | None = None,
        seed: int = 0,
    ):  # fmt: skip
        if trees < 1:
            raise ValueError(f"a forest needs at least 1 tree, got {trees}")
        self.count, self.depth, self.min_leaf = trees, depth, min_leaf
        self.features, self.seed = features, seed

    def fit(self, x: torch.Tensor, y: torch.Tensor) -> "RandomForest":
        """Grow on x (N, I) and y (N,), or one-hot rows (N, K); returns the forest itself."""
        dice = torch.Generator().manual_seed(self.seed)
        features = self.features or max(1, math.isqrt(x.shape[1]))
        self.trees = []
        for _ in range(self.count):
            drawn = torch.randint(len(x), (len(x),), generator=dice)
            tree = Tree(self.depth, self.min_leaf, features, dice)
            self.trees.append(tree.fit(x[drawn], y[drawn]))
        return self

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The mean of the trees' answers: (N,) or (N, K), as y was, for x (N, I)."""
        return torch.stack([tree(x) for tree in self.trees]).mean(0)
