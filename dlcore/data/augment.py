"""1991-2003: more pictures from the same ones, changed as their label allows (chapter 11).

D. A. Pomerleau, Efficient training of artificial neural networks for autonomous navigation, Neural
Computation 3 (1991) 88-97, doi:10.1162/neco.1991.3.1.88. Elastic: P. Y. Simard, D. Steinkraus,
J. C. Platt, Best practices for convolutional neural networks applied to visual document analysis,
ICDAR (2003) 958-963, doi:10.1109/ICDAR.2003.1227801.

Pictures x (N, C, H, W) come back in the same shape, each changed by amounts of its own, which the
generator `dice` draws.
"""

import torch

from dlcore.data.warp import between, grid, rotate, shift


def even(count: int, most: float, dice: torch.Generator) -> torch.Tensor:
    """(count,) numbers drawn evenly from −most … most."""
    return (2 * torch.rand(count, generator=dice) - 1) * most


def random_shift(x: torch.Tensor, most: int, dice: torch.Generator) -> torch.Tensor:
    """Up, down, left, right by up to `most` whole pixels; what enters is 0."""
    down, right = torch.randint(-most, most + 1, (2, len(x)), generator=dice)
    return shift(x, down, right)


def random_turn(x: torch.Tensor, degrees: float, dice: torch.Generator) -> torch.Tensor:
    """Turned by up to that many degrees either way."""
    return rotate(x, even(len(x), degrees, dice))


def random_flip(x: torch.Tensor, dice: torch.Generator) -> torch.Tensor:
    """Left and right exchanged in half of the pictures: for things, not for letters."""
    turned = torch.rand(len(x), 1, 1, 1, generator=dice) < 0.5
    return torch.where(turned.to(x.device), x.flip(3), x)


def random_crop(x: torch.Tensor, size: int, dice: torch.Generator) -> torch.Tensor:
    """A square of size × size at a random place of each picture: (N, C, size, size)."""
    height, width = x.shape[-2:]
    if not 1 <= size <= min(height, width):
        raise ValueError(f"random_crop(size={size}) does not fit into {height} × {width} pixels")
    top = torch.randint(height - size + 1, (len(x),), generator=dice)
    left = torch.randint(width - size + 1, (len(x),), generator=dice)
    return shift(x, -top, -left)[..., :size, :size]


def colour_jitter(
    x: torch.Tensor, brightness: float, contrast: float, dice: torch.Generator
) -> torch.Tensor:
    """Each channel stretched about its mean by 1 ± contrast, moved by ± brightness.

    Raises ValueError for negative amounts.
    """
    if brightness < 0 or contrast < 0:
        raise ValueError(
            f"colour_jitter takes amounts of 0 or more, got brightness={brightness} and "
            f"contrast={contrast}"
        )
    count = len(x) * x.shape[1]
    moved, stretched = (
        even(count, most, dice).view(*x.shape[:2], 1, 1).to(x) for most in (brightness, contrast)
    )
    mean = x.mean((2, 3), keepdim=True)
    return mean + (x - mean) * (1 + stretched) + moved


def elastic(x: torch.Tensor, strength: float, width: float, dice: torch.Generator) -> torch.Tensor:
    """Every pixel is read from a place about `strength` pixels away, neighbours from neighbours.

    The displacements are noise smoothed by a bell curve of `width` pixels, then scaled to a root
    mean square of `strength`. (Simard and others scale by a factor that depends on the width.)
    """
    rows, columns = grid(x)
    height, wide = x.shape[-2:]
    noise = 2 * torch.rand(len(x), 2, height, wide, generator=dice, dtype=x.dtype).to(x.device) - 1
    moves = _bell(height, width, x) @ noise @ _bell(wide, width, x)
    size = moves.square().mean((2, 3), keepdim=True).sqrt().clamp(min=1e-12)
    down, right = (moves * (strength / size)).unbind(1)
    return between(x, rows + down, columns + right)


def _bell(size: int, width: float, x: torch.Tensor) -> torch.Tensor:
    """(size, size): row i averages around place i with the weights of a bell curve."""
    if width <= 0:
        raise ValueError(f"elastic smooths over a width above 0 pixels, got {width}")
    place = torch.arange(size, dtype=x.dtype, device=x.device)
    weights = (-0.5 * ((place[:, None] - place) / width) ** 2).exp()
    return weights / weights.sum(1, keepdim=True)
