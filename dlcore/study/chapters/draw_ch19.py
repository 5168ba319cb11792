"""Figures of chapter 19: a picture cut into patches, windows and their shift, the nearest row of a
code book, two views that shall meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from dlcore.study.draw_figure import MAPS, WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.draw_parts import Spot, arrow, write
from dlcore.study.palette import BLUE, GREEN, GRID, INK, MUTED, PAPER, PURPLE, VERMILION, tint

COLOURS = (BLUE, VERMILION, GREEN, PURPLE)


def patches(picture: Numbers, side: int, *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw a picture (H, W) under the grid of its patches, and the patches in a row behind a
    first place that is none."""
    pixels = array(picture)
    across = pixels.shape[1] // side
    count = across * (pixels.shape[0] // side)
    with card(alt, size=size or (WIDTH, 2.3)) as page:
        page.ax.set_axis_off()
        _picture(page.ax, (0.0, 0.05, 0.22, 0.9), pixels, side)
        step = 0.74 / (count + 1)
        whole: Any = page.ax.inset_axes((0.26, 0.36, step * 0.86, 0.28))
        whole.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[], facecolor=tint(VERMILION, 0.3))
        whole.grid(False)
        whole.spines[:].set(visible=True, color=GRID)
        write(whole, (0.5, 0.5), "?", VERMILION, size=12)
        for number in range(count):
            row, column = divmod(number, across)
            part = pixels[row * side : row * side + side, column * side : column * side + side]
            frame = (0.26 + step * (number + 1), 0.36, step * 0.86, 0.28)
            spot = _picture(page.ax, frame, part, 0, (pixels.min(), pixels.max()))
            spot.set_xlabel(str(number + 1), fontsize=8, labelpad=1)
    return page.figure


def windows(
    side: int, window: int, shift: int, marked: Spot, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw a map of side × side places in windows, and again with the windows moved by `shift`;
    the place `marked` (row, column) and what it sees are filled."""
    with card(alt, size=size or (WIDTH, 2.9)) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        page.ax.set(xlim=(-0.2, 2 * side + 2.2), ylim=(side + 0.2, -1.0))
        for panel, (title, moved) in enumerate((("windows", 0), (f"moved by {shift}", shift))):
            left = panel * (side + 2)
            write(page.ax, (left + side / 2, -0.6), title, INK, size=10.5)
            part = [-(-(place - moved) // -window) for place in range(side)]
            mine = part[int(marked[0])], part[int(marked[1])]
            for row in range(side):
                for column in range(side):
                    seen = (part[row], part[column]) == mine
                    here = (row, column) == tuple(marked)
                    fill = VERMILION if here else tint(BLUE, 0.3) if seen else PAPER
                    look: dict[str, Any] = {"fc": fill, "ec": GRID, "lw": 0.8}
                    page.ax.add_patch(Rectangle((left + column, row), 1, 1, **look))
            cuts = [0, *(p for p in range(1, side) if part[p] != part[p - 1]), side]
            for cut in cuts:
                page.ax.plot([left, left + side], [cut, cut], color=INK, lw=1.6)
                page.ax.plot([left + cut, left + cut], [0, side], color=INK, lw=1.6)
    return page.figure


def code_book(rows: Numbers, book: Numbers, *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw rows (N, 2) with an arrow to the nearest row of the book (K, 2), by number."""
    points, codes = array(rows), array(book)
    with card(alt, size=size or (6.0, 3.6)) as page:
        page.ax.set(xlabel="first number", ylabel="second number")
        for number, (x, y) in enumerate(codes):
            page.ax.add_patch(Circle((x, y), 0.16, fc=tint(VERMILION, 0.35), ec=VERMILION))
            page.ax.text(x, y, str(number), ha="center", va="center", fontsize=10, zorder=4)
        for point in points:
            near = codes[((codes - point) ** 2).sum(1).argmin()]
            page.ax.plot(*point, "o", color=BLUE, ms=6)
            arrow(page.ax, (point[0], point[1]), (near[0], near[1]), MUTED, gaps=(2, 11))
        both = np.concatenate([points, codes])
        page.ax.set(xlim=(both[:, 0].min() - 0.5, both[:, 0].max() + 0.5))
        page.ax.set(ylim=(both[:, 1].min() - 0.4, both[:, 1].max() + 0.4))
        page.ax.set_aspect("equal")
    return page.figure


def two_views(
    pictures: Sequence[Sequence[Numbers]], *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw things, two views of each, and the circle on which views of one thing shall meet.

    pictures: for each thing the picture itself and two views, (H, W) each.
    """
    count = len(pictures)
    size = size or (WIDTH, 1.25 * count + 0.5)
    wide, high = 1.3, 1.3 * size[0] / 10 * count / size[1]  # round on the page
    dots = []
    with card(alt, size=size) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(0, 10), ylim=(0, count))
        page.ax.plot(8.4 + wide * np.cos(TURN), count / 2 + high * np.sin(TURN), color=GRID)
        for row, (thing, *views) in enumerate(pictures):
            colour, middle = COLOURS[row % 4], count - row - 0.5
            for number, pixels in enumerate((thing, *views)):
                frame = (0.17 * number, (middle - 0.38) / count, 0.1, 0.76 / count)
                _picture(page.ax, frame, array(pixels), 0)
            arrow(page.ax, (1.05, middle), (1.65, middle), MUTED, gaps=(2, 3))
            for number in range(len(views)):
                angle = 2.4 + 2 * np.pi * row / count + 0.25 * number
                tip = 8.4 + wide * np.cos(angle), count / 2 + high * np.sin(angle)
                start = 4.7, middle + 0.15 - 0.3 * number
                arrow(page.ax, start, tip, tint(colour, 0.6), gaps=(2, 3))
                spots = (tip, start, (1.8 + 1.7 * number, middle + 0.42))
                dots += [(spot, "os"[number], colour) for spot in spots]
        for spot, mark, colour in dots:
            page.ax.plot(*spot, mark, color=colour, ms=6, zorder=4)
        write(page.ax, (5.9, count - 0.1), "body, head", MUTED, size=10)
    return page.figure


TURN = np.linspace(0, 2 * np.pi, 100)


def _picture(
    ax: Axes,
    frame: tuple[float, float, float, float],
    pixels: Any,
    grid: int,
    limits: Any = (None, None),
) -> Any:
    spot: Any = ax.inset_axes(frame)
    spot.imshow(pixels, cmap=MAPS["ink"], interpolation="nearest", vmin=limits[0], vmax=limits[1])
    spot.set(xticks=[], yticks=[])
    spot.grid(False)
    spot.spines[:].set(visible=True, color=GRID)
    if grid:
        for cut in range(grid, len(pixels), grid):
            spot.axhline(cut - 0.5, color=VERMILION, lw=1.2)
            spot.axvline(cut - 0.5, color=VERMILION, lw=1.2)
    return spot
