"""1957/2017, Maurice Fréchet; Martin Heusel and others: how far apart two clouds of features lie
(chapter 23).

Sur la distance de deux lois de probabilité, Comptes rendus 244 (1957) 689-692. Its closed form for
two normal distributions: D. C. Dowson, B. V. Landau, The Fréchet distance between multivariate
normal distributions, Journal of Multivariate Analysis 12 (1982) 450-455,
https://doi.org/10.1016/0047-259X(82)90077-X. On features of generated and real pictures: M. Heusel,
H. Ramsauer, T. Unterthiner, B. Nessler, S. Hochreiter, GANs trained by a two time-scale update rule
converge to a local Nash equilibrium (2017), https://arxiv.org/abs/1706.08500. It depends on how
many pictures are compared: M. J. Chong, D. Forsyth, Effectively unbiased FID and Inception Score
and where to find them (2019), https://arxiv.org/abs/1911.07023.
"""

import torch


def symmetric_root(matrix: torch.Tensor) -> torch.Tensor:
    """The symmetric R with R R = matrix, for a symmetric matrix (D, D) without negative directions.

    It stretches along the same directions, by the roots of the factors. Factors that rounding has
    left below 0 count as 0. Raises ValueError for a matrix that is not square and symmetric.
    """
    square = matrix.ndim == 2 and len(matrix) == matrix.shape[1]
    if not square or (matrix - matrix.mT).abs().max() > 1e-4 * matrix.abs().max():
        raise ValueError(
            f"symmetric_root takes a symmetric matrix (D, D), got shape {tuple(matrix.shape)}: "
            "a covariance is one"
        )
    factors, directions = torch.linalg.eigh(matrix)
    return (directions * factors.clamp(min=0).sqrt()) @ directions.mT


def gaussian_distance(
    mean_a: torch.Tensor, cov_a: torch.Tensor, mean_b: torch.Tensor, cov_b: torch.Tensor
) -> float:
    """‖m_a − m_b‖² + trace(C_a + C_b − 2 (C_a^½ C_b C_a^½)^½): the squared distance of two normal
    distributions with means (D,) and covariances (D, D)."""
    root = symmetric_root(cov_a)
    shared = symmetric_root(root @ cov_b @ root)
    apart = (mean_a - mean_b).square().sum()
    return (apart + cov_a.trace() + cov_b.trace() - 2 * shared.trace()).item()


def frechet_distance(a: torch.Tensor, b: torch.Tensor) -> float:
    """The `gaussian_distance` of two clouds, rows a (N, D) and b (M, D), by their means and
    covariances, in float64.

    0 for equal ones. With few rows it is too large even for two parts of one cloud (see
    `floor_of`), so only distances of equally many rows may be compared.
    Raises ValueError for clouds of other shapes, or of fewer than two rows.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(
            "frechet_distance compares rows (N, D) with rows (M, D), two of each or more, got "
            f"shapes {tuple(a.shape)} and {tuple(b.shape)}"
        )
    return gaussian_distance(*moments(a), *moments(b))


def moments(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean (D,) and covariance (D, D) of rows (N, D), in float64."""
    rows = rows.double()
    return rows.mean(0), torch.cov(rows.mT).reshape(rows.shape[1], rows.shape[1])


def bootstrap(
    a: torch.Tensor, b: torch.Tensor, draws: int = 20, seed: int = 0, size: int | None = None
) -> torch.Tensor:
    """Distances (draws,) to b of rows drawn from a with replacement, as often as a has rows, or
    `size` times.

    Their standard deviation is the error bar of frechet_distance(a, b). Their mean lies above it:
    rows that come twice make a cloud smaller than it is.
    """
    if draws < 2 or (size is not None and size < 2):
        raise ValueError(
            f"bootstrap needs two draws of two rows or more, got draws={draws}, size={size}"
        )
    dice, goal = torch.Generator().manual_seed(seed), moments(b)
    found = []
    for _ in range(draws):
        rows = torch.randint(len(a), (size or len(a),), generator=dice)
        found.append(gaussian_distance(*moments(a[rows.to(a.device)]), *goal))
    return torch.tensor(found)


def floor_of(b: torch.Tensor, size: int, draws: int = 20, seed: int = 0) -> tuple[float, float]:
    """What `size` perfect samples would get: mean and standard deviation of the distances to b of
    rows drawn from b itself. It falls with `size`, about as 1 / size."""
    found = bootstrap(b, b, draws, seed, size)
    return found.mean().item(), found.std().item()
