"""Figures of arrays: images, matrices, mazes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from dlcore.study.draw_figure import MAPS, WIDTH, Figure, Limits, Numbers, Size, array, card
from dlcore.study.palette import BLUE, GREEN, GRID, INK, MUTED, PAPER, VERMILION, contrast

Cell = tuple[int, int]  # row and column


def images(
    images: Iterable[Numbers],
    *,
    alt: str,
    title: str | None = None,
    titles: Sequence[Any] | None = None,
    columns: int | None = None,
    cmap: str = "ink",
    limits: Limits | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw grey images (N, H, W) or a list of (H, W) or colour (H, W, 3) ones in a grid.

    limits: (low, high) of the grey scale, shared by all; by default what the images hold,
    symmetric about 0 for cmap="diverging".
    """
    pictures = [array(picture) for picture in images]
    _check_images(pictures, titles, cmap)
    columns = columns or min(len(pictures), 8 if titles is None else 5)
    rows = -(-len(pictures) // columns)
    look = {"cmap": MAPS[cmap], "interpolation": "nearest"} | _limits(pictures, cmap, limits)
    size = size or _sheet_size(pictures[0].shape, rows, columns, titles, title)
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        for index, picture in enumerate(pictures):
            row, column = divmod(index, columns)
            box = ((column + 0.04) / columns, 1 - (row + 0.96) / rows, 0.92 / columns, 0.92 / rows)
            spot = page.ax.inset_axes(box)
            spot.imshow(picture, **look)
            spot.set(xticks=[], yticks=[])
            spot.grid(False)
            spot.spines[:].set(visible=True, color=GRID)
            if titles is not None:
                words = {"fontsize": 10.5, "fontweight": "normal", "loc": "center", "pad": 3}
                spot.set_title(str(titles[index]), **words)
    return page.figure


def _sheet_size(
    shape: tuple[int, ...], rows: int, columns: int, titles: Sequence[Any] | None, title: str | None
) -> Size:
    """Return (width, height) in inches for a grid of images of one shape."""
    cell = min(WIDTH / columns, 2.4)
    lead = 0.06 if titles is None else 0.3
    height = rows * (cell * shape[0] / shape[1] + lead) + (0.4 if title else 0.1)
    return max(cell * columns, 3.0), height


def _check_images(pictures: list[np.ndarray], titles: Sequence[Any] | None, cmap: str) -> None:
    if cmap not in MAPS:
        raise ValueError(f"draw.images knows cmap {' and '.join(map(repr, MAPS))}, got {cmap!r}")
    if not pictures:
        raise ValueError("draw.images expects at least one image, got none")
    for picture in pictures:
        if not (picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] in (3, 4))):
            raise ValueError(
                f"draw.images expects images (H, W) or (H, W, 3), got one of shape {picture.shape}"
            )
    if titles is not None and len(titles) != len(pictures):
        raise ValueError(f"draw.images got {len(pictures)} images and {len(titles)} titles")


def _limits(pictures: list[np.ndarray], cmap: str, limits: Limits | None) -> dict[str, Any]:
    if limits is None:
        low = min(float(np.min(picture)) for picture in pictures)
        high = max(float(np.max(picture)) for picture in pictures)
        if cmap == "diverging":
            low, high = -max(-low, high), max(-low, high)
        limits = (low, high if high > low else low + 1)
    return {"vmin": limits[0], "vmax": limits[1]}


def heatmap(
    matrix: Numbers,
    *,
    alt: str,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    xticks: Sequence[Any] | None = None,
    yticks: Sequence[Any] | None = None,
    annotate: bool = False,
    digits: int = 2,
    diverging: bool = False,
    limits: Limits | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a matrix (R, C) as shades, first row on top, with a scale or the numbers themselves.

    xticks (C), yticks (R): names of columns and rows. diverging: zero is paper, signs differ.
    limits: (low, high) of the shades, by default what the matrix holds.
    """
    matrix = array(matrix).astype(float)
    if matrix.ndim != 2:
        raise ValueError(f"draw.heatmap expects a matrix (R, C), got shape {matrix.shape}")
    rows, columns = matrix.shape
    cell = min(0.75, (WIDTH - 1.4) / columns, 5.5 / rows)
    size = size or (max(3.6, 1.4 + cell * columns), max(1.8, 0.9 + cell * rows))
    kind = "diverging" if diverging else "ink"
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel, ylabel=ylabel) as page:
        scale = _limits([matrix], kind, limits)
        shades = page.ax.imshow(matrix, cmap=MAPS[kind], interpolation="nearest", **scale)
        _names(page.ax, matrix.shape, xticks, yticks)
        if annotate:
            _numbers(page.ax, matrix, shades, digits)
        else:
            bar = page.ax.figure.colorbar(shades, ax=page.ax, shrink=0.9, pad=0.02)
            bar.outline.set_visible(False)
    return page.figure


def _names(
    ax: Axes, shape: tuple[int, ...], xticks: Sequence[Any] | None, yticks: Sequence[Any] | None
) -> None:
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    for names, count, place, word in (
        (xticks, shape[1], ax.set_xticks, "xticks"),
        (yticks, shape[0], ax.set_yticks, "yticks"),
    ):
        if names is None:
            axis = ax.xaxis if word == "xticks" else ax.yaxis
            axis.set_major_locator(MaxNLocator(nbins=8, integer=True))
            continue
        if len(names) != count:
            raise ValueError(f"draw.heatmap expects {count} {word} for {shape}, got {len(names)}")
        place(range(count), [str(name) for name in names])


def _numbers(ax: Axes, matrix: np.ndarray, shades: AxesImage, digits: int) -> None:
    for row, column in np.ndindex(matrix.shape):
        red, green, blue, _ = shades.to_rgba(matrix[row, column], bytes=True)
        ground = f"#{red:02x}{green:02x}{blue:02x}"
        colour = max((INK, PAPER), key=lambda ink: contrast(ink, ground))
        number = f"{matrix[row, column]:.{digits}g}".replace("-", "−")
        ax.text(column, row, number, ha="center", va="center", color=colour, fontsize=10.5)


def grid_path(
    walls: Numbers,
    path: Iterable[Iterable[Any]] = (),
    *,
    alt: str,
    title: str | None = None,
    start: Cell | None = None,
    goal: Cell | None = None,
    values: Numbers | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a maze: walls (H, W) of bools, a path of (row, column), start and goal.

    start and goal are the ends of the path unless given. values (H, W): a shade per free cell.
    """
    walls = array(walls).astype(bool)
    if walls.ndim != 2:
        raise ValueError(f"draw.grid_path expects walls of shape (H, W), got {walls.shape}")
    path = [tuple(int(i) for i in cell) for cell in path]
    _check_cells(walls.shape, [*path, *(cell for cell in (start, goal) if cell is not None)])
    height, width = walls.shape
    size = size or (min(WIDTH, 0.6 * width + 0.4), min(WIDTH, 0.6 * width + 0.4) * height / width)
    with card(alt, ax=ax, size=size, title=title) as page:
        if values is not None:
            page.ax.imshow(np.ma.array(array(values), mask=walls), cmap=MAPS["ink"])
        page.ax.imshow(np.ma.array(walls, mask=~walls), cmap=ListedColormap([MUTED]))
        _cell_grid(page.ax, height, width)
        if path:
            rows, columns = zip(*path, strict=True)
            page.ax.plot(columns, rows, color=BLUE, lw=3, solid_joinstyle="round", label="_path")
        _ends(page.ax, start or (path[0] if path else None), goal or (path[-1] if path else None))
    return page.figure


def _check_cells(shape: tuple[int, ...], cells: Iterable[Sequence[int]]) -> None:
    for row, column in cells:
        if not (0 <= row < shape[0] and 0 <= column < shape[1]):
            raise ValueError(f"cell ({row}, {column}) lies outside the maze of shape {shape}")


def _cell_grid(ax: Axes, height: int, width: int) -> None:
    ax.set(xticks=[], yticks=[], xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    ax.grid(False)
    ax.spines[:].set(visible=True, color=MUTED)
    ax.vlines(np.arange(width - 1) + 0.5, -0.5, height - 0.5, color=GRID, lw=0.8)
    ax.hlines(np.arange(height - 1) + 0.5, -0.5, width - 0.5, color=GRID, lw=0.8)


def _ends(ax: Axes, start: Sequence[int] | None, goal: Sequence[int] | None) -> None:
    for cell, word, colour, marker in (
        (start, "S", GREEN, "o"),
        (goal, "G", VERMILION, "s"),
    ):
        if cell is not None:
            ax.plot(cell[1], cell[0], marker, color=colour, ms=17, mec=PAPER)
            ax.text(cell[1], cell[0], word, color=PAPER, ha="center", va="center", weight="bold")
