"""Figures of chapter 10: paths in a ravine, arrows that add up, ellipses that are rescaled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from dlcore.study.draw_figure import WIDTH, Figure, Size, array, card
from dlcore.study.palette import BLUE, GREEN, INK, MUTED, PAPER, SERIES, VERMILION, tint

LEVELS = np.geomspace(0.002, 120, 15)
Place = tuple[float, float]
BOX: dict[str, Any] = {"fc": PAPER, "ec": "none", "pad": 1.2, "alpha": 0.85}


def ravine(
    table: Any,
    paths: Mapping[str, Any],
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
    half: float = 1.5,
    colours: Sequence[int] | None = None,
    note: str = "",
) -> Figure | None:
    """Contours of ½ wᵀ A w for a symmetric table A (2, 2) > 0, and paths over it.

    paths: {name: places (T, 2)}, the bottom at 0; a dot for each step, a ring at the last. half:
    half the width of the square that is shown. colours: numbers of the palette, one per path.
    note: a line below, such as what the marks are.
    """
    table = array(table)
    if table.shape != (2, 2):
        raise ValueError(f"ravine expects a table of shape (2, 2), got {table.shape}")
    with card(alt, ax=ax, size=size or (5.0, 5.0), title=title) as page:
        _contours(page.ax, table, half)
        for index, (name, places) in enumerate(paths.items()):
            colour = SERIES[colours[index] if colours else index]
            x, y = np.clip(array(places), -9, 9).T  # a path that runs away leaves the picture
            page.ax.plot(x, y, color=colour, lw=1.3, zorder=3, label=name)
            page.ax.plot(x, y, ".", color=colour, ms=4, zorder=3)
            page.ax.plot(x[-1], y[-1], "o", color=colour, ms=9, mfc=PAPER, mew=2, zorder=4)
        page.ax.plot(0, 0, "+", color=INK, ms=11, mew=1.8, zorder=5)
        page.ax.set(xlim=(-half, half), ylim=(-half, half), aspect="equal")
        page.ax.grid(False)
        page.ax.set(xticks=[], yticks=[], xlabel=note)
        if len(paths) > 1:
            page.ax.legend(loc="upper right")
    return page.figure


def _contours(ax: Axes, table: np.ndarray, half: float) -> None:
    grid = np.linspace(-half, half, 121)
    x, y = np.meshgrid(grid, grid)
    loss = (table[0, 0] * x * x + 2 * table[0, 1] * x * y + table[1, 1] * y * y) / 2
    ax.contour(x, y, loss, levels=LEVELS, colors=[tint(MUTED, 0.45)], linewidths=0.7, zorder=1)


def arrows(
    parts: Iterable[tuple[Place, Place, str, int, bool]],
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
    places: Iterable[tuple[float, float, str]] = (),
) -> Figure | None:
    """Arrows in a plane: parts are (from, to, words, number of a colour, dashed).

    places: (x, y, words) for marked points.
    """
    with card(alt, ax=ax, size=size or (WIDTH, 3.2), title=title) as page:
        page.ax.set_axis_off()
        for start, end, words, colour, dashed in parts:
            _arrow(page.ax, start, end, SERIES[colour], dashed)
            middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            look: dict[str, Any] = {"color": SERIES[colour], "fontsize": 10.5, "bbox": BOX}
            page.ax.text(*middle, words, ha="center", va="center", zorder=4, **look)
        for x, y, words in places:
            page.ax.plot(x, y, "o", color=INK, ms=6, zorder=5)
            page.ax.annotate(
                words, (x, y), (0, -9), textcoords="offset points", ha="center", va="top",
                fontsize=10.5,
            )  # fmt: skip
        ends = np.array([place for start, end, *_ in parts for place in (start, end)])
        low, high = ends.min(0), ends.max(0)
        page.ax.set(xlim=(low[0] - 0.5, high[0] + 0.5), ylim=(low[1] - 0.6, high[1] + 0.4))
        page.ax.set_aspect("equal")
    return page.figure


def _arrow(ax: Axes, start: Place, end: Place, colour: str, dashed: bool) -> None:
    look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 15, "color": colour, "lw": 2.2}
    look["linestyle"] = (0, (4, 2)) if dashed else "-"
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=2, shrinkB=2, zorder=3, **look))


def ellipses(
    tables: Sequence[Any],
    *,
    alt: str,
    titles: Sequence[str],
    size: Size | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Figure | None:
    """What tables (2, 2) make of the circle of length 1, side by side, with their two axes."""
    turn = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    with card(alt, ax=ax, size=size or (WIDTH, 2.6), title=title) as page:
        page.ax.set_axis_off()
        left = 0.0
        for table, words in zip(tables, titles, strict=True):
            shape = array(table) @ circle
            wide = max(1.25, np.abs(shape[0]).max())
            middle = left + wide
            page.ax.fill(middle + shape[0], shape[1], fc=tint(BLUE, 0.2), ec=BLUE, lw=2)
            axes, lengths, _ = np.linalg.svd(array(table))
            for axis, length, colour in zip(axes.T, lengths, (VERMILION, GREEN), strict=True):
                tip = middle + length * axis[0], length * axis[1]
                _arrow(page.ax, (middle, 0.0), tip, colour, False)
            page.ax.text(middle, -1.75, words, ha="center", va="top", fontsize=10.5)
            left = middle + wide + 0.7
        page.ax.set(xlim=(-0.2, left - 0.5), ylim=(-2.75, 1.75))
        page.ax.set_aspect("equal")
    return page.figure
