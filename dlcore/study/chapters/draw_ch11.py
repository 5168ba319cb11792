"""Figures of chapter 11: a pile of examples dealt out, units that are dropped, which numbers a norm
averages together, and whether a model is as often right as it thinks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.palette import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    PAPER,
    PURPLE,
    SERIES,
    VERMILION,
    tint,
)

ROWS = 5  # of the small squares that stand for examples
EACH = 10  # examples that a square stands for
PARTS = (BLUE, PURPLE, GREEN)


def dealt(
    parts: Sequence[Sequence[Any]], *, alt: str, ax: Axes | None = None, size: Size | None = None
) -> Figure | None:
    """Draw parts (name, examples, purpose) as blocks of small squares, a square per 10 examples.

    A part may have a fourth entry: of how many of its examples the label is wrong.
    """
    with card(alt, ax=ax, size=size or (WIDTH, 2.3)) as page:
        left = 0.0
        for index, (name, count, purpose, *wrong) in enumerate(parts):
            squares, bad = round(count / EACH), round(sum(wrong) / EACH)
            for place in range(squares):
                column, row = divmod(place, ROWS)
                colour = VERMILION if place >= squares - bad else PARTS[index]
                face = tint(colour, 0.75 if place >= squares - bad else 0.3)
                spot = left + column, -row
                page.ax.add_patch(Rectangle(spot, 0.86, 0.86, fc=face, ec=PAPER, lw=0.8))
            wide = max(-(-squares // ROWS), 6.2)
            page.ax.text(left, 1.35, f"{name}: {count}", weight="bold", fontsize=11)
            page.ax.text(left, -4.6, purpose, va="top", fontsize=10, linespacing=1.3)
            left += wide + 1.6
        page.ax.set(xlim=(-0.2, left), ylim=(-7.2, 2.4))
        page.ax.set_axis_off()
    return page.figure


def dropped(
    masks: Numbers, titles: Sequence[str], *, alt: str, ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw a small network for each mask: inputs, hidden units (kept where the mask is not 0), one
    output. On each arrow to the output stands what its unit's answer is multiplied by."""
    masks = array(masks)
    count, hidden = masks.shape
    with card(alt, ax=ax, size=size or (WIDTH, 2.9)) as page:
        for number, mask in enumerate(masks):
            left = 3.3 * number
            _net(page.ax, left, mask, hidden)
            page.ax.text(left + 1.2, 0.75, titles[number], ha="center", fontsize=10.5)
        page.ax.set(xlim=(-0.4, 3.3 * count - 0.5), ylim=(-hidden + 0.3, 1.15))
        page.ax.set_axis_off()
    return page.figure


def _net(ax: Axes, left: float, mask: Any, hidden: int) -> None:
    middle = -(hidden - 1) / 2
    inputs = [middle + step for step in (-0.9, 0, 0.9)]
    for unit, factor in enumerate(mask):
        on, height = factor != 0, -unit
        look: dict[str, Any] = {
            "color": MUTED if on else GRID,
            "lw": 1.1 if on else 0.8,
            "zorder": 1,
        }
        look["ls"] = "-" if on else ":"
        for start in inputs:
            ax.plot([left, left + 1.2], [start, height], **look)
        ax.plot([left + 1.2, left + 2.4], [height, middle], **look)
        face = tint(BLUE, 0.35) if on else PAPER
        edge: dict[str, Any] = {"ec": BLUE if on else MUTED, "ls": "-" if on else ":"}
        ax.scatter(left + 1.2, height, s=330, color=face, lw=1.6, zorder=3, **edge)
        words = f"×{factor:.3g}" if on else "0"
        ax.text(left + 1.2, height, words, ha="center", va="center", fontsize=9, zorder=4)
    for spot in [(left, height) for height in inputs] + [(left + 2.4, middle)]:
        ax.scatter(*spot, s=130, color=PAPER, ec=INK, lw=1.4, zorder=3)


def averaged(
    values: Numbers, *, alt: str, ax: Axes | None = None, size: Size | None = None
) -> Figure | None:
    """Draw a batch of answers (N, H) twice: framed by column, as batch norm takes numbers together,
    and framed by row, as layer norm does; mean and spread of each frame stand beside it."""
    values = array(values)
    rows, columns = values.shape
    with card(alt, ax=ax, size=size or (WIDTH, 0.9 + 0.52 * (rows + 2))) as page:
        for left, by_column in ((0.0, True), (columns + 3.6, False)):
            _cells(page.ax, left, values, by_column)
            groups = values.T if by_column else values
            for index, group in enumerate(groups):
                box = (left + index, 0) if by_column else (left, index)
                wide, high = (1, rows) if by_column else (columns, 1)
                frame: dict[str, Any] = {"ec": SERIES[index % len(SERIES)], "lw": 2.6}
                inset = 0.06
                spot = box[0] + inset, box[1] + inset
                inner = wide - 2 * inset, high - 2 * inset
                page.ax.add_patch(Rectangle(spot, *inner, fc="none", zorder=3, **frame))
                between = "\n" if by_column else " "
                note = f"{group.mean():.3g}{between}± {group.std():.2g}"
                place = (box[0] + 0.5, rows + 0.5) if by_column else (left + columns + 0.2, box[1])
                place = place if by_column else (place[0], place[1] + 0.5)
                side = "center" if by_column else "left"
                page.ax.text(*place, note.replace("-", "−"), ha=side, va="center", fontsize=8.5)
            name = "batch norm: one unit, all examples" if by_column else (
                "layer norm: one example, all units"
            )  # fmt: skip
            page.ax.text(left, -0.75, name, weight="bold", fontsize=10.5)
            for column in range(columns):
                head: dict[str, Any] = {"ha": "center", "fontsize": 8.5, "color": MUTED}
                page.ax.text(left + column + 0.5, -0.08, f"unit {column + 1}", va="bottom", **head)
        page.ax.set(xlim=(-1.6, 2 * columns + 5.6), ylim=(rows + 1.0, -1.2))
        page.ax.set_axis_off()
    return page.figure


def _cells(ax: Axes, left: float, values: Any, named: bool) -> None:
    for (row, column), value in np.ndenumerate(values):
        look: dict[str, Any] = {"fc": PAPER, "ec": GRID, "lw": 1}
        ax.add_patch(Rectangle((left + column, row), 1, 1, **look))
        words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 10.5, "zorder": 4}
        ax.text(left + column + 0.5, row + 0.5, f"{value:.3g}".replace("-", "−"), **words)
    if named:
        for row in range(len(values)):
            side: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": 8.5, "color": MUTED}
            ax.text(left - 0.15, row + 0.5, f"example {row + 1}", **side)


def honest(
    models: Mapping[str, Any], *, alt: str, ax: Axes | None = None, size: Size | None = None
) -> Figure | None:
    """Draw accuracy against confidence for models {name: (confidence, accuracy, share)}, each
    (bins,): a dot per bin, its area the share of the examples; honest models lie on the line."""
    with card(
        alt, ax=ax, size=size or (5.6, 4.4), xlabel="how sure the net is",
        ylabel="how often it is right",
    ) as page:  # fmt: skip
        page.ax.plot([0, 1], [0, 1], color=MUTED, lw=1.2, ls="--", label="honest")
        for index, (name, found) in enumerate(models.items()):
            confidence, accuracy, share = map(array, found)
            full = share > 0
            look: dict[str, Any] = {"color": SERIES[index], "zorder": 3}
            page.ax.plot(confidence[full], accuracy[full], lw=1.4, **look)
            areas = 12 + 500 * share[full]
            marker = ("o", "s", "D", "^")[index % 4]
            page.ax.scatter(confidence[full], accuracy[full], s=areas, marker=marker, alpha=0.75,
                            label=name, **look)  # fmt: skip
        page.ax.set(xlim=(0, 1.04), ylim=(0, 1.04))
        legend: Any = page.ax.legend(loc="upper left")
        for handle in legend.legend_handles[1:]:
            handle.set_sizes([45])
    return page.figure
