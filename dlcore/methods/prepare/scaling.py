"""1998, LeCun and others: inputs of one size, and what to do where one is missing (chapter 11).

Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp, in Neural Networks: Tricks of the
Trade, Springer (1998), doi:10.1007/3-540-49430-8_2. Missing values: D. B. Rubin, Inference and
missing data, Biometrika 63 (1976) 581-592, doi:10.1093/biomet/63.3.581.
"""

import torch


class Scaler:
    """y = (x − centre) / spread for each column of x (N, I), both learned from training rows.

    A column that does not vary there becomes 0 there.
    """

    centre: torch.Tensor
    spread: torch.Tensor

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Rows scaled with what the training rows said. Raises ValueError for other columns."""
        if x.shape[-1:] != self.centre.shape:
            raise ValueError(
                f"{type(self).__name__} learned {len(self.centre)} columns, got x of shape "
                f"{tuple(x.shape)}"
            )
        return (x - self.centre) / self.spread

    def learn(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Centre and spread (I,) of training rows."""
        raise NotImplementedError

    def fit(self, x: torch.Tensor) -> "Scaler":
        """Learn from training rows x (N, I), never from others; returns the scaler itself."""
        if x.ndim != 2 or not len(x) or not x.is_floating_point():
            raise ValueError(
                f"{type(self).__name__} learns from floating-point rows (N, I), N ≥ 1, got "
                f"{x.dtype} of shape {tuple(x.shape)}"
            )
        self.centre, spread = self.learn(x)
        self.spread = torch.where(spread > 0, spread, torch.ones_like(spread))
        return self


class ZScore(Scaler):
    """Each column with mean 0 and standard deviation 1 on the training rows."""

    def learn(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x.mean(0), x.std(0, correction=0)


class MinMax(Scaler):
    """Each column between 0 and 1 on the training rows; other rows may lie outside."""

    def learn(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x.amin(0), x.amax(0) - x.amin(0)


def condition_number(x: torch.Tensor) -> float:
    """Largest by smallest curvature of the squared error of a linear model with bias, x (N, I).

    Eigenvalues of XᵀX / N, X with a column of ones: how many times longer the bowl is than wide.
    """
    with_bias = torch.cat([x, torch.ones_like(x[:, :1])], 1).double()
    sizes = torch.linalg.svdvals(with_bias)
    return ((sizes[0] / sizes[-1]) ** 2).item()


def fill_missing(x: torch.Tensor, values: torch.Tensor, flag: bool = False) -> torch.Tensor:
    """Each NaN of x (N, I) becomes its column's number in values (I,).

    With flag, I more columns say with 1 where a number was missing: (N, 2 I).
    """
    if values.shape != x.shape[-1:]:
        raise ValueError(
            f"fill_missing takes one value per column, ({x.shape[-1]},), got shape "
            f"{tuple(values.shape)}"
        )
    missing = x.isnan()
    filled = torch.where(missing, values, x)
    return torch.cat([filled, missing.to(x.dtype)], 1) if flag else filled
