"""Figures of chapter 13: a block and its skip, the paths through a net, channels that pile up,
weights in groups, three ways to grow, capsules that vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from math import comb
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from dlcore.study.draw_figure import WIDTH, Figure, Size, array, card
from dlcore.study.palette import BLUE, GREEN, GRID, INK, MUTED, PAPER, SERIES, VERMILION, tint

Column = tuple[Sequence[str], str | None, str]  # boxes, text on the skip, last box
ARROW: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0}


def block(
    columns: Mapping[str, Column], *, alt: str, ax: Axes | None = None, size: Size | None = None
) -> Figure | None:
    """Draw blocks side by side, input above, output below.

    columns: {title: (boxes, skip, sum)}: the boxes' texts from top to bottom; skip is the text on
    the arrow around them, or None for no skip; after the boxes `sum` stands in a last box.
    """
    deepest = max(len(boxes) for boxes, _, _ in columns.values())
    size = size or (min(WIDTH, 2.6 * len(columns)), 0.72 * deepest + 1.6)
    with card(alt, ax=ax, size=size) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.1, 3 * len(columns) - 1), ylim=(-deepest - 1.35, 1.5))
        for number, (title, column) in enumerate(columns.items()):
            page.ax.text(3 * number, 1.2, title, ha="center", weight="bold", fontsize=11)
            _column(page.ax, 3 * number, *column)
    return page.figure


def _column(ax: Axes, middle: float, boxes: Sequence[str], skip: str | None, last: str) -> None:
    """One block: x, its boxes, the last box, y; and the arrow that goes round the boxes."""
    texts = [*boxes, last]
    ax.text(middle, 0.62, "x", ha="center", va="center", fontsize=12)
    for row, text in enumerate(texts):
        colour = tint(GREEN) if row == len(boxes) else tint(BLUE, 0.2)
        look = {"boxstyle": "round,pad=0,rounding_size=0.08", "fc": colour, "ec": INK, "lw": 1.2}
        ax.add_patch(FancyBboxPatch((middle - 0.85, -row - 0.3), 1.7, 0.6, **look))
        ax.text(middle, -row, text, ha="center", va="center", fontsize=10)
        start = (middle, 0.45 if row == 0 else -row + 0.7)
        ax.add_patch(FancyArrowPatch(start, (middle, -row + 0.3), color=MUTED, lw=1.4, **ARROW))
    end = len(boxes)
    ax.add_patch(
        FancyArrowPatch((middle, -end - 0.3), (middle, -end - 0.8), color=MUTED, lw=1.4, **ARROW)
    )
    ax.text(middle, -end - 1.0, "y", ha="center", va="center", fontsize=12)
    if skip is None:
        return
    side = middle + 1.25
    corners = [(middle + 0.12, 0.6), (side, 0.6), (side, -end)]
    for begin, stop in pairwise(corners):
        ax.plot(*zip(begin, stop, strict=True), color=VERMILION, lw=2)
    ax.add_patch(
        FancyArrowPatch((side, -end), (middle + 0.87, -end), color=VERMILION, lw=2, **ARROW)
    )
    ax.text(side + 0.1, -end / 2 + 0.3, skip, color=VERMILION, fontsize=10, va="center")


def paths(
    blocks: int,
    *,
    cut: int | None = None,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw all 2ⁿ ways through n residual blocks, the short ones first; those through block `cut`
    (counted from 1) are grey.

    A row is a way: a filled square where it goes through a block, a line where it goes round.
    """
    ways = sorted(product((0, 1), repeat=blocks), key=lambda way: (sum(way), [-w for w in way]))
    size = size or (0.75 * blocks + 2.6, 0.26 * len(ways) + 0.9)
    with card(alt, ax=ax, size=size) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.1, blocks + 2.6), ylim=(len(ways) - 0.2, -1.3))
        for number in range(blocks):
            page.ax.text(number + 0.5, -0.8, f"block {number + 1}", ha="center", fontsize=9)
        for row, way in enumerate(ways):
            gone = cut is not None and way[cut - 1]
            page.ax.plot((-0.4, blocks + 0.4), (row, row), color=GRID if gone else MUTED, lw=1.2)
            for number, through in enumerate(way):
                if through:
                    fill = GRID if gone else tint(BLUE, 0.55)
                    look: dict[str, Any] = {"fc": fill, "ec": MUTED if gone else INK, "lw": 0.8}
                    corner = (number + 0.2, row - 0.3)
                    page.ax.add_patch(Rectangle(corner, 0.6, 0.6, zorder=2, **look))
            if row == 0 or sum(way) != sum(ways[row - 1]):
                count = comb(blocks, sum(way))
                words = f"{count} of length {sum(way)}"
                page.ax.text(blocks + 0.6, row, words, va="center", fontsize=9)
    return page.figure


def dense(
    first: int,
    growth: int,
    layers: int,
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw what each layer of a dense block sees: `first` channels, then `growth` from each layer.

    A column is the stack of channels in front of a layer, one colour for each origin.
    """
    top = first + growth * layers
    with card(alt, ax=ax, size=size or (WIDTH, 3.3)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.3, 1.6 * layers + 1.4), ylim=(-2.2, top + 2.4))
        for layer in range(layers + 1):
            left, height = 1.6 * layer, 0
            for origin in range(layer + 1):
                tall = first if origin == 0 else growth
                look: dict[str, Any] = {"fc": tint(SERIES[origin % 7], 0.4), "ec": INK, "lw": 1}
                page.ax.add_patch(Rectangle((left, height), 0.55, tall, **look))
                height += tall
            page.ax.text(left + 0.27, height + 0.7, f"{height}", ha="center", fontsize=10)
            name = f"layer {layer + 1}\nsees" if layer < layers else "the block\ngives"
            page.ax.text(left + 0.27, -0.5, name, ha="center", va="top", fontsize=9)
            if layer < layers:
                arrow = FancyArrowPatch(
                    (left + 0.6, height / 2), (left + 1.55, height + growth / 2),
                    color=SERIES[(layer + 1) % 7], lw=1.8, **ARROW,
                )  # fmt: skip
                page.ax.add_patch(arrow)
                spot = (left + 1.07, height / 2 + (height + growth) / 4 - 0.4)
                paper: dict[str, Any] = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
                look = {"fontsize": 9, "color": SERIES[(layer + 1) % 7], "bbox": paper}
                page.ax.text(*spot, f"+{growth}", ha="center", **look)
    return page.figure


def groups(
    pictures: Mapping[str, tuple[int, int, int]],
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw weights as tables: a row per output channel, a column per input channel.

    pictures: {title: (channels, groups, kernel)}; a filled cell is a whole kernel.
    """
    size = size or (WIDTH, WIDTH / len(pictures) + 0.75)
    with card(alt, ax=ax, size=size) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        left = 0.0
        for title, (channels, parts, kernel) in pictures.items():
            cell = 8 / channels
            for row, column in product(range(channels), repeat=2):
                own = row // (channels // parts) == column // (channels // parts)
                fill = tint(BLUE, 0.55) if own else PAPER
                look: dict[str, Any] = {"fc": fill, "ec": GRID, "lw": 0.8}
                corner = left + cell * column, -cell * (row + 1)
                page.ax.add_patch(Rectangle(corner, cell, cell, **look))
            count = channels * channels // parts * kernel**2
            page.ax.text(left + 4, 0.5, title, ha="center", va="bottom", fontsize=10, weight="bold")
            under = f"{channels * channels // parts} × {kernel}² = {count}"
            page.ax.text(left + 4, -8.5, under, ha="center", va="top", fontsize=9.5)
            left += 9.6
        page.ax.set(xlim=(-0.3, left - 1.3), ylim=(-10.2, 2.6))
    return page.figure


def growth(
    nets: Mapping[str, tuple[float, float, float]],
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw nets as rows of slabs: number = depth, thickness = width, height = resolution.

    nets: {title: (depth, width, resolution)} in multiples of the first.
    """
    wide = [0.55 + depth * (0.28 * width + 0.16) for depth, width, _ in nets.values()]
    size = size or (WIDTH, 2.3)
    with card(alt, ax=ax, size=size) as page:
        page.ax.set_axis_off()
        left = 0.0
        for (title, (depth, width, side)), room in zip(nets.items(), wide, strict=True):
            for layer in range(round(depth)):
                corner = left + layer * (0.28 * width + 0.16), -side / 2
                look: dict[str, Any] = {"fc": tint(BLUE, 0.3), "ec": INK, "lw": 1}
                page.ax.add_patch(Rectangle(corner, 0.28 * width, side, **look))
            middle = left + (room - 0.71) / 2
            page.ax.text(middle, -1.35, title, ha="center", va="top", fontsize=9.5)
            left += max(room, 1.5) + 0.25
        page.ax.set(xlim=(-0.45, left), ylim=(-1.75, 1.15))
    return page.figure


def votes(
    shares: Sequence[Any],
    *,
    titles: Sequence[str],
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw routing: a panel per round, lines from capsules below to those above.

    shares: one table (below, above) per round; a line is as thick as the share that is sent.
    """
    size = size or (WIDTH, 2.9)
    with card(alt, ax=ax, size=size) as page:
        page.ax.set_axis_off()
        for panel, (title, table) in enumerate(zip(titles, shares, strict=True)):
            table, left = array(table), 4.6 * panel
            below, above = table.shape
            places = [left + 3.6 * (i + 0.5) / below for i in range(below)]
            goals = [left + 3.6 * (j + 0.5) / above for j in range(above)]
            for i, j in product(range(below), range(above)):
                ends = (places[i], goals[j]), (0, 2)
                page.ax.plot(*ends, color=SERIES[j], lw=7 * table[i, j], zorder=1)
            for x, y, colours in ((places, 0, [INK] * below), (goals, 2, SERIES)):
                for spot, colour in zip(x, colours, strict=False):
                    page.ax.plot(spot, y, "o", ms=15, mec=colour, mfc=PAPER, mew=2, zorder=2)
            page.ax.text(left + 1.8, 2.75, title, ha="center", fontsize=10, weight="bold")
        page.ax.text(-0.5, 0, "below", ha="right", va="center", fontsize=9.5)
        page.ax.text(-0.5, 2, "above", ha="right", va="center", fontsize=9.5)
        page.ax.set(xlim=(-1.6, 4.6 * len(titles) - 0.6), ylim=(-0.5, 3.2))
    return page.figure
