"""1936, Ronald Fisher: a bell curve for each class, to answer with and to draw from (chapter 11).

R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7 (1936)
179-188, doi:10.1111/j.1469-1809.1936.tb02137.x. Shares between own and common covariance: J. H.
Friedman, Regularized discriminant analysis, JASA 84 (1989) 165-175,
doi:10.1080/01621459.1989.10478752.
"""

import math

import torch


class ClassGaussians:
    """p(x | class) is a bell curve with the class's mean and a covariance.

    common   share of the covariance that all classes have in common, 0 … 1
    rounding share of an equal spread in all directions, so that few examples give a full table
    """

    mean: torch.Tensor  # (C, I)
    factor: torch.Tensor  # (C, I, I), lower triangular: covariance = factor factorᵀ
    share: torch.Tensor  # (C,) of the examples

    def __init__(self, common: float = 1.0, rounding: float = 0.1) -> None:
        if not (0 <= common <= 1 and 0 <= rounding <= 1):
            raise ValueError(
                f"ClassGaussians takes shares between 0 and 1, got common={common} and "
                f"rounding={rounding}"
            )
        self.common, self.rounding = common, rounding

    def fit(self, x: torch.Tensor, y: torch.Tensor) -> "ClassGaussians":
        """Means and covariances of x (N, I) with labels y (N,) 0 … C−1; returns the model itself.

        Raises ValueError where a class has fewer than two examples.
        """
        count = torch.bincount(y)
        if x.ndim != 2 or len(x) != len(y) or bool((count < 2).any()):
            raise ValueError(
                "ClassGaussians needs x (N, I), y (N,) and two examples of each class, got shapes "
                f"{tuple(x.shape)}, {tuple(y.shape)} and counts {count.tolist()}"
            )
        x = x.double()
        self.share = count / len(y)
        self.mean = torch.stack([x[y == c].mean(0) for c in range(len(count))])
        residue = x - self.mean[y]
        together = residue.T @ residue / (len(x) - len(count))
        own = torch.stack([residue[y == c].T @ residue[y == c] / (count[c] - 1)
                           for c in range(len(count))])  # fmt: skip
        covariance = (1 - self.common) * own + self.common * together
        even = together.diagonal().mean() * torch.eye(x.shape[1], dtype=x.dtype)
        self.factor = torch.linalg.cholesky((1 - self.rounding) * covariance + self.rounding * even)
        return self

    def sample(self, n: int, dice: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """n made-up examples x (n, I) float32 and labels (n,), classes as often as learned."""
        y = torch.multinomial(self.share, n, replacement=True, generator=dice)
        z = torch.randn(n, self.mean.shape[1], 1, generator=dice, dtype=torch.float64)
        x = self.mean[y] + (self.factor[y] @ z)[..., 0]
        return x.float(), y

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        """log p(x, class), (N, C): the model's own answers by Bayes' rule; argmax decides."""
        apart = (x.double()[:, None] - self.mean).transpose(0, 1).transpose(1, 2)  # (C, I, N)
        z = torch.linalg.solve_triangular(self.factor, apart, upper=False)
        size = self.factor.diagonal(dim1=1, dim2=2).log().sum(1)
        flat = 0.5 * x.shape[1] * math.log(2 * math.pi)
        return (self.share.log().double() - size - flat - 0.5 * (z * z).sum(1).T).float()
