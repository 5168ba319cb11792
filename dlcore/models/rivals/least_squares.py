"""1805, Legendre: the line with the least squared error, in one step (chapter 8).

A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, Paris (1805);
C. F. Gauss, Theoria motus corporum coelestium (1809) and Theoria combinationis observationum
erroribus minimis obnoxiae (1821-1823). S. M. Stigler, Gauss and the invention of least squares,
The Annals of Statistics 9 (1981) 465-474, doi:10.1214/aos/1176345451.
"""

import torch


class LinearModel:
    """y = x w + b.   x (N, I)   weight (I,)   bias ()   y (N,)"""

    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The predictions (N,) for x (N, I)."""
        return floating(x) @ self.weight + self.bias


class LeastSquares(LinearModel):
    """The w and b with the smallest Σ (x w + b - y)²: what is left over is at right angles to x.

    Solved through x = Q R, which loses half as many digits as the normal equations
    xᵀx w = xᵀy, whose rounding errors grow with the square of those of x.
    """

    def fit(self, x: torch.Tensor, y: torch.Tensor) -> "LeastSquares":
        """Fit examples x (N, I) with values y (N,); returns the model itself.

        Raises ValueError where the examples leave the answer open: fewer than I + 1 of them, or
        a column of x that the others and a constant make up.
        """
        x, y = checked(x, y)
        centre, middle = x.mean(0), y.mean()
        q, r = torch.linalg.qr(x - centre)
        size = r.diagonal().abs()
        smallest = torch.finfo(x.dtype).eps * len(x) * (x.abs().max() + 1)
        if len(x) <= x.shape[1] or bool((size < smallest).any()):
            raise ValueError(
                f"{len(x)} examples with {x.shape[1]} features do not settle the weights: there "
                "are too few, or one feature is made up of others; use fewer features, or Lasso"
            )
        self.weight = torch.linalg.solve_triangular(r, (q.T @ (y - middle))[:, None], upper=True)
        self.weight = self.weight[:, 0]
        self.bias = middle - centre @ self.weight
        return self


def checked(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Examples (N, I) and values (N,) in one number type; ValueError for other shapes."""
    if x.ndim != 2 or y.shape != x.shape[:1] or not len(x):
        raise ValueError(
            "fit expects a table of examples (N, I) and one value for each, (N,), got "
            f"{tuple(x.shape)} and {tuple(y.shape)}"
        )
    return floating(x), y.to(floating(x))


def floating(x: torch.Tensor) -> torch.Tensor:
    """x itself, or whole numbers as floating-point ones."""
    return x if x.is_floating_point() else x.float()
