"""1959, Hubel and Wiesel's stimulus as a film: a bar of light that moves across the screen."""

from typing import NamedTuple

import torch

from dlcore.data.toys import generator, labels

DIRECTIONS = ("right", "left", "down", "up")


class Clips(NamedTuple):
    """Short films. x (N, 1, frames, size, size) float32, y (N,) int64 index into DIRECTIONS."""

    x: torch.Tensor
    y: torch.Tensor


def moving_bars(
    count: int = 200, frames: int = 8, size: int = 10, noise: float = 0.2, seed: int = 0
) -> Clips:
    """A bright bar of one pixel's width moves one pixel per frame, around the edge and on.

    Its first place is random, so that no single frame says which way it goes. noise: standard
    deviation of what is added to each pixel.
    Raises ValueError for fewer than 2 frames or 3 pixels.
    """
    if frames < 2 or size < 3:
        raise ValueError(f"a bar needs 2 frames and 3 pixels to move, got {frames} and {size}")
    y, source = labels(count, len(DIRECTIONS)), generator(seed)
    start = torch.randint(size, (count, 1), generator=source)
    step = 1 - 2 * (y % 2)  # right and down +1, left and up −1
    place = (start + step[:, None] * torch.arange(frames)) % size  # (N, frames)
    bar = (torch.arange(size) == place[:, :, None]).float()  # (N, frames, size)
    across = bar[:, :, None, :].expand(count, frames, size, size)
    x = torch.where((y < 2).view(-1, 1, 1, 1), across, across.mT)
    return Clips((x + noise * torch.randn(x.shape, generator=source)).unsqueeze(1), y)
