"""Figures of chapter 12: boxes with arrows between them, and the years of a challenge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.draw_figure import WIDTH, Figure, Size, card
from dlcore.study.palette import BLUE, INK, MUTED, PAPER, SERIES, VERMILION, tint

Box = tuple[float, float, str, int]  # column, row, words, number of a colour of the palette
HALF_HEIGHT, HALF_WIDTH = 0.3, 0.43  # of a box, in rows and columns


def flow(
    boxes: Mapping[str, Box],
    arrows: Sequence[tuple[str, str] | tuple[str, str, str]],
    *,
    alt: str,
    title: str | None = None,
    across: bool = True,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw boxes at the crossings of columns and rows, row 0 on top, and arrows between them.

    boxes: {name: (column, row, words, colour)}. arrows: (from, to) or (from, to, words on it).
    across: arrows leave at the right and arrive at the left, else at the bottom and at the top.
    Raises ValueError for an arrow to or from a box that is not there.
    """
    missing = {name for arrow in arrows for name in arrow[:2]} - set(boxes)
    if missing:
        raise ValueError(f"flow has no box {sorted(missing)}; there are {list(boxes)}")
    columns = [box[0] for box in boxes.values()]
    rows = [box[1] for box in boxes.values()]
    wide, high = max(columns) - min(columns) + 1, max(rows) - min(rows) + 1
    size = size or (WIDTH, min(0.8 * high + 0.2, 6.0) + (0.4 if title else 0))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        left, top = min(columns) - 0.5, min(rows) - 0.5
        page.ax.set(xlim=(left, left + wide), ylim=(top + high, top))
        for start, end, *words in arrows:
            _arrow(page.ax, boxes[start], boxes[end], across, *words)
        for box in boxes.values():
            _box(page.ax, box)
    return page.figure


def _box(ax: Axes, box: Box) -> None:
    x, y, words, colour = box
    corner = x - HALF_WIDTH, y - HALF_HEIGHT
    look: dict[str, Any] = {"fc": tint(SERIES[colour], 0.2), "ec": INK, "lw": 1.0, "zorder": 2}
    shape = "round,pad=0,rounding_size=0.06"
    ax.add_patch(FancyBboxPatch(corner, 2 * HALF_WIDTH, 2 * HALF_HEIGHT, boxstyle=shape, **look))
    ax.text(x, y, words, ha="center", va="center", fontsize=9, linespacing=1.2, zorder=3)


def _arrow(ax: Axes, start: Box, end: Box, across: bool, words: str = "") -> None:
    if across:
        ends = (start[0] + HALF_WIDTH, start[1]), (end[0] - HALF_WIDTH, end[1])
    else:
        ends = (start[0], start[1] + HALF_HEIGHT), (end[0], end[1] - HALF_HEIGHT)
    look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 10, "color": MUTED, "lw": 1.3}
    ax.add_patch(FancyArrowPatch(*ends, shrinkA=1, shrinkB=1, zorder=1, **look))
    if words:
        middle = (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
        ax.text(
            *middle, words, ha="center", va="center", fontsize=9, zorder=4,
            bbox={"fc": PAPER, "ec": "none", "pad": 1},
        )  # fmt: skip


def challenge(
    winners: Mapping[int, tuple[str, float]],
    singles: Mapping[int, float],
    person: float,
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw each year's winning error (per cent), and what one net of it reached alone.

    winners: {year: (name, error)}; singles: {year: error of a single net}; person: a line.
    """
    with card(alt, ax=ax, size=size or (WIDTH, 3.6), title=title, xlabel="year") as page:
        axes = page.ax
        years = list(winners)
        errors = [error for _, error in winners.values()]
        axes.plot(years, errors, color=BLUE, lw=1.6, zorder=2)
        axes.plot(years, errors, "o", color=BLUE, ms=7, zorder=3)
        for year, (name, error) in winners.items():
            shared = year in singles  # the ring stands above: go below
            axes.annotate(
                f"{name}\n{error:g} %", (year, error), xytext=(-5, -1) if shared else (3, 6),
                textcoords="offset points", fontsize=9, linespacing=1.15, zorder=5,
                ha="right" if shared else "left", va="top" if shared else "bottom",
                bbox={"fc": PAPER, "ec": "none", "pad": 0.5},
            )  # fmt: skip
        for year, error in singles.items():
            axes.plot(year, error, "o", mfc=PAPER, mec=VERMILION, mew=1.8, ms=7, zorder=4)
            axes.annotate(
                f"one net {error:g} %", (year, error), xytext=(4, 20 if error < person else 7),
                textcoords="offset points", fontsize=9, color=VERMILION,
            )  # fmt: skip
        axes.axhline(person, color=MUTED, lw=1, ls=(0, (4, 3)))
        axes.text(min(years), person + 0.4, f"one trained person {person:g} %", fontsize=9)
        axes.set(ylim=(0, 33), xlim=(min(years) - 0.3, max(years) + 1.0), xticks=years)
        axes.set_ylabel("top-5 error (%)")
    return page.figure
