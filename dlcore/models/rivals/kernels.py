"""1964–2018: inner products in spaces that nobody has to visit (chapter 8).

M. Aizerman, E. Braverman and L. Rozonoer had the idea in 1964; B. Boser, I. Guyon and V. Vapnik,
A training algorithm for optimal margin classifiers, COLT 1992, 144-152,
doi:10.1145/130385.130401, made a learning machine of it. Infinitely wide nets: Y. Cho and
L. Saul, Kernel methods for deep learning, NIPS 22 (2009) 342-350; J. Lee and others, Deep neural
networks as Gaussian processes, arXiv:1711.00165.

A kernel maps two tables of examples x (N, I) and z (M, I) to the table (N, M) of their products.
"""

import math
from collections.abc import Callable

import torch

Kernel = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def linear(x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """k(x, z) = x·z: no other space at all."""
    return x @ z.T


def polynomial(degree: int, constant: float = 1.0) -> Kernel:
    """k(x, z) = (x·z + constant)^degree: all products of up to `degree` features."""
    if degree < 1:
        raise ValueError(f"a polynomial kernel has degree 1 or more, got {degree}")
    return lambda x, z: (x @ z.T + constant) ** degree


def rbf(gamma: float) -> Kernel:
    """k(x, z) = exp(-gamma |x - z|²): 1 for the same place, and fading with the distance."""
    if gamma <= 0:
        raise ValueError(f"gamma, which says how fast likeness fades, must be above 0, got {gamma}")

    def kernel(x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        squares = (x * x).sum(1)[:, None] + (z * z).sum(1) - 2 * x @ z.T
        return torch.exp(-gamma * squares.clamp(min=0))

    return kernel


def arc_cosine(x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """2 E[ReLU(w·x) ReLU(w·z)] over all w ~ N(0, 1):  |x||z| (sin θ + (π - θ) cos θ) / π.

    θ is the angle between x and z. Cho and Saul's kernel of order 1: infinitely many hidden
    ReLU units with random weights, compared by their outputs.
    """
    lengths = x.norm(dim=1)[:, None] * z.norm(dim=1)
    return rectified(x @ z.T, lengths)


def relu_network(depth: int, weight: float = 2.0, bias: float = 0.0) -> Kernel:
    """Covariance of the output of random ReLU nets with `depth` hidden layers, endlessly wide.

    weight: the variance of a layer's weights times its number of inputs (2 is He's rule);
    bias: the variance of the biases. Lee and others (2018), equations 4 and 11.
    """
    if depth < 1:
        raise ValueError(f"a network's kernel needs 1 hidden layer or more, got depth={depth}")

    def first(x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        return bias + weight * (x @ z.T) / x.shape[1]

    def kernel(x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        both = first(x, z)
        own_x, own_z = (bias + weight * (v * v).sum(1) / v.shape[1] for v in (x, z))
        for _ in range(depth):
            both = bias + weight / 2 * rectified(both, (own_x[:, None] * own_z).sqrt())
            own_x, own_z = bias + weight / 2 * own_x, bias + weight / 2 * own_z
        return both

    return kernel


def rectified(products: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """2 E[ReLU(u) ReLU(v)] for normal u, v with E[uv] = products, √(E[u²] E[v²]) = lengths."""
    cosine = (products / lengths.clamp(min=torch.finfo(lengths.dtype).tiny)).clamp(-1, 1)
    angle = cosine.acos()
    return lengths * (angle.sin() + (math.pi - angle) * cosine) / math.pi
