"""2011, Julien Rabin and others: how far apart two clouds are, seen from many sides (chapter 26).

J. Rabin, G. Peyré, J. Delon, M. Bernot, Wasserstein barycenter and its application to texture
mixing, SSVM 2011, https://doi.org/10.1007/978-3-642-24785-9_37. On a line the cheapest way to carry
one heap of points over into another is in order; the mean over directions needs no classifier and
no density, so it serves for points in the plane.
"""

import torch


def sliced_wasserstein(
    a: torch.Tensor, b: torch.Tensor, directions: int = 100, seed: int = 0
) -> float:
    """Mean distance that points are carried, a (N, D) into b (N, D), along random directions.

    Two samples of one cloud are not at 0: take that distance as the floor.
    Raises ValueError for clouds of other sizes, or for no directions.
    """
    if a.ndim != 2 or a.shape != b.shape or not len(a) or directions < 1:
        raise ValueError(
            "sliced_wasserstein compares two clouds (N, D) of one size along at least 1 direction, "
            f"got shapes {tuple(a.shape)} and {tuple(b.shape)}, directions={directions}"
        )
    dice = torch.Generator().manual_seed(seed)
    sides = torch.randn(a.shape[1], directions, generator=dice, dtype=torch.float64)
    sides = (sides / sides.norm(dim=0)).to(a.device, a.dtype)
    return ((a @ sides).sort(0).values - (b @ sides).sort(0).values).abs().mean().item()
