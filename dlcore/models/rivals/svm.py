"""1992, Boser, Guyon and Vapnik: the boundary with the widest margin (chapter 8).

B. Boser, I. Guyon, V. Vapnik, A training algorithm for optimal margin classifiers, COLT 1992,
144-152, doi:10.1145/130385.130401; soft margin: C. Cortes and V. Vapnik, Support-vector networks,
Machine Learning 20 (1995) 273-297, doi:10.1007/BF00994018. Solved two weights at a time, an idea
of J. Platt, Sequential minimal optimization, Microsoft Research MSR-TR-98-14 (1998).
"""

import torch

from dlcore.models.neurons.perceptron import checked_targets
from dlcore.models.rivals.kernels import Kernel, linear
from dlcore.models.rivals.least_squares import floating


class SVM:
    """score(x) = Σᵢ aᵢ k(xᵢ, x) + b, the sum over the support vectors xᵢ; the answer is its sign.

    Of all boundaries it takes the one with the smallest  ½|w|² + C Σ max(0, 1 - t·score), where w
    lives in the space of the kernel: a wide margin, and few examples (t = ±1) inside it.
    With αᵢ = tᵢ aᵢ the same is: the largest Σα - ½ ΣΣ tα tα k for 0 ≤ α ≤ C and Σ tα = 0.
    """

    def __init__(
        self, kernel: Kernel = linear, C: float = 1.0, tolerance: float = 1e-3, steps: int = 100_000
    ):
        if C <= 0:
            raise ValueError(f"the price C of an example inside the margin is above 0, got {C}")
        self.kernel, self.C, self.tolerance, self.steps = kernel, C, tolerance, steps

    def fit(self, x: torch.Tensor, targets: torch.Tensor) -> "SVM":
        """Fit examples x (N, I) with targets (N,), each ±1 and both there; returns itself."""
        x = floating(x)
        t = checked_targets(x, targets, x)
        if bool((t == t[0]).all()):
            raise ValueError(f"an SVM needs examples of both classes, got only {t[0]:+.0f}")
        alpha, self.bias = self.ascend(self.kernel(x, x), t)
        self.support = (alpha > 0).nonzero()[:, 0]
        self.vectors, self.weight = x[self.support], (t * alpha)[self.support]
        return self

    def ascend(self, k: torch.Tensor, t: torch.Tensor) -> tuple[torch.Tensor, float]:
        """α (N,) and b: move the pair of αs that breaks the conditions most, until none does."""
        alpha, slope = torch.zeros_like(t), t.clone()  # slope: t times that of what is maximised
        far = torch.full_like(t, torch.inf)
        for _ in range(self.steps):
            room_up = torch.where(t > 0, self.C - alpha, alpha)  # how far t·α may grow,
            room_down = torch.where(t > 0, alpha, self.C - alpha)  # and how far shrink
            i = int(torch.where(room_up > 0, slope, -far).argmax())
            j = int(torch.where(room_down > 0, slope, far).argmin())
            gap = float(slope[i] - slope[j])
            if gap < self.tolerance:
                break
            bend = float(k[i, i] + k[j, j] - 2 * k[i, j])
            step = min(gap / max(bend, 1e-12), float(room_up[i]), float(room_down[j]))
            alpha[i] = (alpha[i] + t[i] * step).clamp(0, self.C)
            alpha[j] = (alpha[j] - t[j] * step).clamp(0, self.C)
            slope -= step * (k[i] - k[j])
        return alpha, float(slope[i] + slope[j]) / 2

    def score(self, x: torch.Tensor) -> torch.Tensor:
        """How far on the side of +1, in units of the margin: (N,) for x (N, I)."""
        return self.kernel(floating(x), self.vectors) @ self.weight + self.bias

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The answers +1 and -1 (0 on the boundary itself): (N,) for x (N, I)."""
        return self.score(x).sign()
