"""1984, Breiman, Friedman, Olshen and Stone: one question after another (chapter 8).

L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees (CART),
Wadsworth (1984), doi:10.1201/9781315139470.
"""

from collections.abc import Sequence

import torch

from dlcore.models.rivals.least_squares import floating


class Tree:
    """Ask "is feature f at most c?" until a leaf answers with the mean of its examples.

    Each question is the one that leaves the smallest sum of squared errors on its two sides. For
    classes, give y as one-hot rows (N, K): the same sum is then Gini's impurity times N, and a
    leaf answers with the shares of the classes.

    depth     questions on a path at most; min_leaf: examples that a leaf keeps at least
    features  how many features, drawn anew for every question, may be asked about (None: all)
    """

    def __init__(
        self, depth: int = 3, min_leaf: int = 1, features: int | None = None,
        generator: torch.Generator | None = None,
    ):  # fmt: skip
        if depth < 0 or min_leaf < 1:
            raise ValueError(
                f"a tree has depth 0 or more and leaves of 1 or more, got {depth} and {min_leaf}"
            )
        self.depth, self.min_leaf, self.features = depth, min_leaf, features
        self.generator = generator

    def fit(self, x: torch.Tensor, y: torch.Tensor) -> "Tree":
        """Grow on examples x (N, I) with values y (N,) or (N, K); returns the tree itself."""
        if x.ndim != 2 or not len(x) or len(y) != len(x):
            raise ValueError(
                "fit expects a table of examples (N, I) and one row of values for each, got "
                f"{tuple(x.shape)} and {tuple(y.shape)}"
            )
        x = floating(x)  # the limits lie between whole numbers
        self.flat = y.ndim == 1
        self.questions: list[tuple[int, float, int, int] | None] = []  # None: a leaf
        means: list[torch.Tensor] = []
        self.grow(x, (y[:, None] if self.flat else y).double(), self.depth, means)
        self.value = torch.stack(means).to(x)  # (nodes, K)
        return self

    def grow(self, x: torch.Tensor, y: torch.Tensor, depth: int, means: list[torch.Tensor]) -> int:
        """Add a node for these examples and all below it; the node's number."""
        node = len(means)
        means.append(y.mean(0))
        self.questions.append(None)
        found = self.best_question(x, y) if depth > 0 else None
        if found is not None:
            feature, limit = found
            yes = x[:, feature] <= limit
            left = self.grow(x[yes], y[yes], depth - 1, means)
            right = self.grow(x[~yes], y[~yes], depth - 1, means)
            self.questions[node] = (feature, limit, left, right)
        return node

    def best_question(self, x: torch.Tensor, y: torch.Tensor) -> tuple[int, float] | None:
        """Feature and limit that lower the squared error most; None if nothing does.

        With sums s and counts n, the error that a split saves is |s_yes|²/n_yes + |s_no|²/n_no
        less |s|²/n: all limits of all features are tried at once, by sums over sorted columns.
        """
        count, asked = len(x), self.drawn(x.shape[1])
        if count < 2 * self.min_leaf:
            return None
        sorted_x, order = x[:, asked].sort(dim=0, stable=True)
        yes = y[order].cumsum(0)[:-1]  # (N - 1, features, K)
        total, n = y.sum(0), torch.arange(1, count)[:, None]
        saved = (yes**2).sum(-1) / n + ((total - yes) ** 2).sum(-1) / (count - n)
        equal = sorted_x[1:] <= sorted_x[:-1]  # no limit fits between equal values
        small = (n < self.min_leaf) | (count - n < self.min_leaf)
        saved = saved.masked_fill(equal | small, -torch.inf)
        place = int(saved.argmax())
        row, column = divmod(place, len(asked))
        worth = float(saved[row, column] - (total**2).sum() / count)
        if not worth > 1e-12 * float((y**2).sum()):
            return None
        below, above = sorted_x[row : row + 2, column].tolist()
        middle = float(sorted_x[row : row + 2, column].mean())
        return asked[column], middle if below <= middle < above else below

    def drawn(self, count: int) -> Sequence[int]:
        """The features that may be asked about now."""
        if self.features is None or self.features >= count:
            return range(count)
        return torch.randperm(count, generator=self.generator)[: self.features].tolist()

    def leaf(self, x: torch.Tensor) -> torch.Tensor:
        """The number of the leaf that each example ends in: (N,) for x (N, I)."""
        ends = torch.zeros(len(x), dtype=torch.int64)
        for node, question in enumerate(self.questions):  # a node stands before those below it
            if question is not None:
                feature, limit, left, right = question
                below = torch.where(x[:, feature] <= limit, left, right)
                ends = torch.where(ends == node, below, ends)
        return ends

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The answers: (N,) or (N, K), as y was, for x (N, I)."""
        answer = self.value[self.leaf(x)]
        return answer[:, 0] if self.flat else answer

    def path(self, example: torch.Tensor, names: Sequence[str]) -> list[str]:
        """The questions that one example (I,) meets, and what it answers, in words."""
        lines, node = [], 0
        while (question := self.questions[node]) is not None:
            feature, limit, left, right = question
            yes = bool(example[feature] <= limit)
            sign = "≤" if yes else ">"
            lines.append(f"{names[feature]} = {float(example[feature]):.4g} {sign} {limit:.4g}")
            node = left if yes else right
        return lines
