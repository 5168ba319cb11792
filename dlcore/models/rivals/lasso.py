"""1996, Robert Tibshirani: least squares that prefers weights of exactly zero (chapter 8).

R. Tibshirani, Regression shrinkage and selection via the lasso, Journal of the Royal Statistical
Society B 58 (1996) 267-288, doi:10.1111/j.2517-6161.1996.tb02080.x. Solved by coordinate descent:
J. Friedman, T. Hastie, R. Tibshirani, Regularization paths for generalized linear models via
coordinate descent, Journal of Statistical Software 33 (2010), doi:10.18637/jss.v033.i01.
"""

import torch

from dlcore.models.rivals.least_squares import LinearModel, checked


def soft_threshold(z: torch.Tensor, amount: float) -> torch.Tensor:
    """z moved towards 0 by `amount`, not across: sign(z) · max(|z| - amount, 0)."""
    return z.sign() * (z.abs() - amount).clamp(min=0)


class Lasso(LinearModel):
    """The w and b with the smallest  1/(2N) Σ (x w + b - y)² + penalty · Σ|w|.

    One weight after the other is set to its best value, the others held still, until a sweep
    over all of them changes none by more than `tolerance` (relative to the largest).
    """

    def __init__(self, penalty: float = 1.0, sweeps: int = 1000, tolerance: float = 1e-6):
        if penalty < 0:
            raise ValueError(f"the penalty must be 0 or above, got {penalty}")
        self.penalty, self.sweeps, self.tolerance = penalty, sweeps, tolerance

    def fit(self, x: torch.Tensor, y: torch.Tensor) -> "Lasso":
        """Fit examples x (N, I) with values y (N,); returns the model itself."""
        x, y = checked(x, y)
        centre, middle = x.mean(0), y.mean()
        centred = x - centre
        alike = centred.T @ centred / len(x)  # (I, I): how the features go together
        pull = centred.T @ (y - middle) / len(x)  # (I,): how each goes with y
        self.weight = self.descend(alike, pull)
        self.bias = middle - centre @ self.weight
        return self

    def descend(self, alike: torch.Tensor, pull: torch.Tensor) -> torch.Tensor:
        """The weights (I,) for the products of centred data xᵀx/N (I, I) and xᵀy/N (I,)."""
        w = torch.zeros_like(pull)
        for _ in range(self.sweeps):
            before = w.clone()
            for j in (alike.diagonal() > 0).nonzero()[:, 0].tolist():
                rest = pull[j] - alike[j] @ w + alike[j, j] * w[j]
                w[j] = soft_threshold(rest, self.penalty) / alike[j, j]
            if (w - before).abs().max() <= self.tolerance * w.abs().max():
                break
        return w
