"""1994, Radford Neal: a net without end is a Gaussian process, which can be solved (chapter 8).

R. Neal, Priors for infinite networks, University of Toronto CRG-TR-94-1 (1994), reprinted in
Bayesian Learning for Neural Networks, Springer (1996), doi:10.1007/978-1-4612-0745-0. The
algorithm: C. Rasmussen and C. Williams, Gaussian Processes for Machine Learning, MIT Press
(2006), algorithm 2.1.
"""

import math

import torch

from dlcore.models.rivals.kernels import Kernel
from dlcore.models.rivals.least_squares import checked, floating


class GaussianProcess:
    """All functions at once, weighted by the kernel, and bent to the examples.

        mean(x) = k(x, X) (K + s²)⁻¹ y        variance(x) = k(x, x) - k(x, X) (K + s²)⁻¹ k(X, x)

    kernel  how alike the function's values at two places are; noise: s², variance of the
            measurement error of y. Fitting costs N³ operations and a table of N² numbers.
    """

    def __init__(self, kernel: Kernel, noise: float = 1e-2):
        if noise <= 0:
            raise ValueError(f"the noise, a variance, must be above 0, got {noise}")
        self.kernel, self.noise = kernel, noise

    def fit(self, x: torch.Tensor, y: torch.Tensor) -> "GaussianProcess":
        """Learn from x (N, I) with values y (N,) around 0; returns the process itself."""
        self.x, y = checked(x, y)
        table = self.kernel(self.x, self.x) + self.noise * torch.eye(len(x)).to(x)
        self.root, failed = torch.linalg.cholesky_ex(table)  # K + s² = L Lᵀ
        if failed:
            raise ValueError(
                f"with noise={self.noise} some of these {len(x)} places are too much alike for "
                f"numbers of {x.dtype}; use more noise, other places or x.double()"
            )
        self.weight = torch.cholesky_solve(y[:, None], self.root)[:, 0]
        self.log_evidence = float(
            -(y @ self.weight) / 2
            - self.root.diagonal().log().sum()
            - len(x) * math.log(2 * math.pi) / 2
        )
        return self

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The mean of the functions that remain: (M,) for x (M, I)."""
        return self.kernel(floating(x), self.x) @ self.weight

    def variance(self, x: torch.Tensor) -> torch.Tensor:
        """How far the functions that remain differ: (M,) for x (M, I), without the noise."""
        x = floating(x)
        known = torch.linalg.solve_triangular(self.root, self.kernel(self.x, x), upper=False)
        own = torch.cat([self.kernel(row[None], row[None])[0] for row in x])
        return (own - (known**2).sum(0)).clamp(min=0)
