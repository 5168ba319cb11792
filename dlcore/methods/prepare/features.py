"""1996–2005: what people thought a picture should be described by (chapter 8).

Local binary patterns: T. Ojala, M. Pietikäinen, T. Mäenpää, Multiresolution gray-scale and
rotation invariant texture classification with local binary patterns, IEEE Transactions on Pattern
Analysis and Machine Intelligence 24 (2002) 971-987, doi:10.1109/TPAMI.2002.1017623. Histograms of
oriented gradients: N. Dalal and B. Triggs, CVPR 2005, 886-893, doi:10.1109/CVPR.2005.177. Bags of
visual words: J. Sivic and A. Zisserman, Video Google, ICCV 2003, 1470-1477,
doi:10.1109/ICCV.2003.1238663.

Pictures are (N, H, W), descriptions (N, features).
"""

import math

import torch

RING = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))  # around the middle (1, 1)


def checked(images: torch.Tensor) -> torch.Tensor:
    """Pictures (N, H, W) of 3 × 3 pixels or more; ValueError for others."""
    if images.ndim != 3 or min(images.shape[1:]) < 3:
        raise ValueError(
            f"features expect pictures (N, H, W) of at least 3 × 3, got {tuple(images.shape)}"
        )
    return images


def binary_patterns(images: torch.Tensor) -> torch.Tensor:
    """A code 0 … 255 per inner pixel: which of its 8 neighbours are at least as dark.

    (N, H, W) → (N, H - 2, W - 2). A change of brightness or contrast changes no code.
    """
    height, width = checked(images).shape[1:]
    middle = images[:, 1:-1, 1:-1]
    codes = torch.zeros(middle.shape, dtype=torch.int64)
    for bit, (row, column) in enumerate(RING):
        around = images[:, row : row + height - 2, column : column + width - 2]
        codes += (around >= middle).long() << bit
    return codes


def lbp(images: torch.Tensor) -> torch.Tensor:
    """The share of each binary pattern in the picture: (N, 256)."""
    codes = binary_patterns(images).flatten(1)
    counts = torch.zeros(len(codes), 256, dtype=images.dtype)
    ones = torch.ones_like(codes, dtype=images.dtype)
    return counts.scatter_add_(1, codes, ones) / codes.shape[1]


def hog(images: torch.Tensor, cell: int = 2, bins: int = 8) -> torch.Tensor:
    """In each cell × cell square: how much edge there is in each of `bins` directions.

    (N, H, W) → (N, H//cell · W//cell · bins). The strength of a pixel's edge is shared between
    the two nearest directions; each picture's description has length 1.
    """
    rows, columns = (torch.arange(-1, n + 1).clamp(0, n - 1) for n in checked(images).shape[1:])
    padded = images[:, rows][:, :, columns]  # the border once more on every side
    across = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    down = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    strength = (across**2 + down**2).sqrt()
    place = torch.atan2(down, across).remainder(2 * math.pi) / (2 * math.pi) * bins
    low = place.floor()
    histogram = torch.zeros(*images.shape, bins, dtype=images.dtype)
    for bin_, share in ((low, 1 - (place - low)), (low + 1, place - low)):
        index = bin_.long().remainder(bins)[..., None]
        histogram.scatter_add_(-1, index, (strength * share)[..., None])
    high, wide = images.shape[1] // cell, images.shape[2] // cell
    cells = histogram[:, : high * cell, : wide * cell]
    cells = cells.reshape(len(images), high, cell, wide, cell, bins).sum((2, 4)).flatten(1)
    return cells / cells.norm(dim=1, keepdim=True).clamp(min=1e-6)


def patches(images: torch.Tensor, size: int = 3) -> torch.Tensor:
    """All size × size squares of each picture: (N, places, size²)."""
    squares = checked(images).unfold(1, size, 1).unfold(2, size, 1)
    return squares.reshape(len(images), -1, size * size)


def k_means(points: torch.Tensor, k: int, rounds: int = 20, seed: int = 0) -> torch.Tensor:
    """k centres (k, D) for points (N, D): each point joins its nearest centre, each centre moves
    to the mean of its points, `rounds` times. Raises ValueError for fewer than k points."""
    if not 1 <= k <= len(points):
        raise ValueError(f"k_means needs at least k = {k} points, got {len(points)}")
    dice = torch.Generator().manual_seed(seed)
    centres = points[torch.randperm(len(points), generator=dice)[:k]].clone()
    for _ in range(rounds):
        nearest = torch.cdist(points, centres).argmin(1)
        sums = torch.zeros_like(centres).index_add_(0, nearest, points)
        counts = torch.bincount(nearest, minlength=k)[:, None]
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
    return centres


def visual_words(images: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """How often each word (k, size²) is the one nearest to a patch: shares, (N, k)."""
    found = patches(images, math.isqrt(words.shape[1]))
    nearest = torch.cdist(found, words).argmin(-1)
    counts = torch.zeros(len(images), len(words), dtype=images.dtype)
    ones = torch.ones_like(nearest, dtype=images.dtype)
    return counts.scatter_add_(1, nearest, ones) / nearest.shape[1]
