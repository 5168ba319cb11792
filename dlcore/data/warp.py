"""Pictures moved and turned: what a reader should not mind, and what it may have to learn."""

import math
from typing import Any

import torch


def shift(x: torch.Tensor, down: Any = 0, right: Any = 0) -> torch.Tensor:
    """Pictures (N, C, H, W) moved by whole pixels: one number for all, or (N,) one for each.

    What leaves the frame is lost, what enters it is 0. Negative numbers move up and left.
    """
    rows, columns = grid(x)
    return pixels(x, rows - each(down, x).round(), columns - each(right, x).round())


def rotate(x: torch.Tensor, degrees: Any) -> torch.Tensor:
    """Pictures (N, C, H, W) turned anticlockwise about their middle: one angle, or (N,) angles.

    Each new pixel is read `between` the four old ones around its place.
    """
    rows, columns = grid(x)
    middle_row, middle_column = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    rows, columns = rows - middle_row, columns - middle_column
    angle = each(degrees, x) * (math.pi / 180)
    sine, cosine = angle.sin(), angle.cos()
    # where the new pixel comes from: the same angle back
    source_rows = cosine * rows + sine * columns + middle_row
    source_columns = cosine * columns - sine * rows + middle_column
    return between(x, source_rows, source_columns)


def between(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """x (N, C, H, W) read at places between its pixels, which broadcast to (N, H, W): the mean of
    the four around, weighted by nearness (bilinear interpolation); outside the frame all is 0."""
    above, left = rows.floor(), columns.floor()
    low, far = rows - above, columns - left
    return (
        pixels(x, above, left) * ((1 - low) * (1 - far)).unsqueeze(1)
        + pixels(x, above, left + 1) * ((1 - low) * far).unsqueeze(1)
        + pixels(x, above + 1, left) * (low * (1 - far)).unsqueeze(1)
        + pixels(x, above + 1, left + 1) * (low * far).unsqueeze(1)
    )


def canvas(x: torch.Tensor, size: int, down: Any = None, right: Any = None) -> torch.Tensor:
    """Pictures (N, C, H, W) on a larger empty page (N, C, size, size), their corner at (down,
    right): one number for all or (N,) one for each; in the middle unless told otherwise."""
    height, width = x.shape[-2:]
    if size < max(height, width):
        raise ValueError(f"a page of size={size} cannot hold pictures of {height} × {width}")
    page = x.new_zeros(*x.shape[:-2], size, size)
    page[..., :height, :width] = x
    down = (size - height) // 2 if down is None else down
    right = (size - width) // 2 if right is None else right
    return shift(page, down, right)


def grid(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Row and column of every pixel, ready to be moved for each picture: (1, H, 1), (1, 1, W)."""
    if x.ndim != 4:
        raise ValueError(f"pictures are moved as x (N, C, H, W), got shape {tuple(x.shape)}")
    height, width = x.shape[-2:]
    kind = {"dtype": x.dtype, "device": x.device}
    return torch.arange(height, **kind).view(1, -1, 1), torch.arange(width, **kind).view(1, 1, -1)


def each(amount: Any, x: torch.Tensor) -> torch.Tensor:
    """One number for each picture, (N, 1, 1), or (1, 1, 1) for all."""
    amount = torch.as_tensor(amount, dtype=x.dtype, device=x.device)
    if amount.ndim > 1 or (amount.ndim == 1 and len(amount) != len(x)):
        raise ValueError(
            f"give one amount for all {len(x)} pictures or one for each, "
            f"got shape {tuple(amount.shape)}"
        )
    return amount.reshape(-1, 1, 1)


def pixels(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """x (N, C, H, W) read at rows and columns that broadcast to (N, H, W); 0 outside the frame."""
    count, channels, height, width = x.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    index = rows.clamp(0, height - 1) * width + columns.clamp(0, width - 1)
    index = index.long().expand(count, height, width).reshape(count, 1, height * width)
    read = x.flatten(2).gather(2, index.expand(count, channels, -1))
    return read.view(count, channels, height, width) * inside.unsqueeze(1).to(x.dtype)
