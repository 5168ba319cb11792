"""Figures of chapter 14: two boxes and what they share, pictures with boxes, masks and clicks, a
threshold on its curve, a grid that answers, a cut without rounding, the U, lines through points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcore.study.draw_figure import (
    MAPS,
    STYLE,
    WIDTH,
    Figure,
    Numbers,
    Size,
    array,
    card,
    new_figure,
)
from dlcore.study.palette import (
    AMBER,
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    PAPER,
    SERIES,
    VERMILION,
    tint,
)

Box = Sequence[float]  # left, top, right, bottom
Found = Mapping[str, Any]  # boxes (K, 4), and perhaps labels, scores, masks, click


def shared(
    pairs: Mapping[str, tuple[Box, Box]], *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw pairs of boxes side by side, what both cover filled, each under its name."""
    with card(alt, size=size or (WIDTH, 2.3)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.5, 9.5 * len(pairs) - 1), ylim=(8.2, -1.8), aspect="equal")
        for number, (name, (first, second)) in enumerate(pairs.items()):
            move = np.array([9.5 * number, 0, 9.5 * number, 0])
            a, b = np.asarray(first) + move, np.asarray(second) + move
            both = np.concatenate([np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])])
            if (both[2:] > both[:2]).all():
                _box(page.ax, both, fc=tint(GREEN, 0.45), ec="none")
            _box(page.ax, a, fc="none", ec=BLUE, lw=2)
            _box(page.ax, b, fc="none", ec=VERMILION, lw=2, ls=(0, (4, 2)))
            page.ax.text(9.5 * number + 4, -0.9, name, ha="center", va="center", fontsize=10.5)
    return page.figure


def _box(ax: Axes, box: Numbers, **look: Any) -> None:
    left, top, right, bottom = np.asarray(box, dtype=float)
    ax.add_patch(Rectangle((left, top), right - left, bottom - top, **look))


def boxes(
    pictures: Numbers,
    found: Sequence[Found],
    names: Sequence[str],
    *,
    alt: str,
    true: Sequence[Found] | None = None,
    titles: Sequence[str] | None = None,
    columns: int = 6,
    size: Size | None = None,
) -> Figure | None:
    """Draw pictures (N, H, W) in a grid, and on each what was found there.

    found: boxes in the colour of their label with name and score, outlines of masks, a click (x, y)
    as a cross. true: dashed boxes beneath. titles: words above each picture.
    """
    sheet = array(pictures)
    columns = min(columns, len(sheet))
    rows = -(-len(sheet) // columns)
    cell = WIDTH / columns
    lead = 0.3 if titles is not None else 0.1
    with card(alt, size=size or (WIDTH, rows * (cell + lead))) as page:
        page.ax.set_axis_off()
        for index, picture in enumerate(sheet):
            row, column = divmod(index, columns)
            spot = page.ax.inset_axes(
                ((column + 0.03) / columns, 1 - (row + 0.97) / rows, 0.94 / columns,
                 (0.94 if titles is None else 0.84) / rows)
            )  # fmt: skip
            truth = true[index] if true else None
            _picture(spot, picture, found[index], names, truth, wide=0.94 * cell)
            if titles is not None:
                words: dict[str, Any] = {"fontsize": 9.5, "fontweight": "normal", "pad": 3}
                spot.set_title(titles[index], loc="center", **words)
    return page.figure


def _picture(
    ax: Axes, picture: np.ndarray, found: Found, names: Sequence[str], true: Found | None,
    wide: float = 1.0,
) -> None:  # fmt: skip
    """One picture and what is on it; wide: inches, for names to keep apart."""
    height, width = picture.shape
    look = {"cmap": MAPS["ink"], "vmin": 0, "vmax": 1, "interpolation": "nearest"}
    ax.imshow(picture, extent=(0, width, height, 0), alpha=0.75, **look)
    ax.set(xticks=[], yticks=[], xlim=(0, width), ylim=(height, 0))
    ax.grid(False)
    ax.spines[:].set(visible=True, color=GRID)
    for box in array(true["boxes"]) if true is not None else ():
        _box(ax, box, fc="none", ec=INK, lw=1.2, ls=(0, (3, 2)))
    shapes = array(found["boxes"]) if "boxes" in found else np.zeros((0, 4))
    labels = array(found["labels"]) if "labels" in found else np.zeros(len(shapes), dtype=int)
    taken: list[Box] = []
    for number, (box, label) in enumerate(zip(shapes, labels, strict=True)):
        colour = SERIES[int(label) % len(SERIES)]
        _box(ax, box, fc="none", ec=colour, lw=1.8)
        word = names[int(label)] if names else ""
        if "scores" in found:
            word = f"{word} {float(found['scores'][number]):.2f}".strip()
        if word:
            _name(ax, box, word, colour, taken, (width, height, width / (72 * wide)))
    at = np.arange(width) + 0.5
    for number, mask in enumerate(array(found["masks"]) if "masks" in found else ()):
        colour = SERIES[int(labels[number]) if number < len(labels) else number]
        if mask.any():
            ax.contour(at, at, mask.astype(float), [0.5], colors=[colour], linewidths=1.8)
    if "click" in found:
        x, y = (float(part) for part in found["click"])
        ax.plot(x, y, "+", color=VERMILION, ms=11, mew=2.6)


def _name(
    ax: Axes, box: Numbers, word: str, colour: str, taken: list[Box],
    sheet: tuple[float, float, float],
) -> None:  # fmt: skip
    """Write a word at a box, where none of those `taken` is: above, below, or inside of it.

    sheet: width and height of the picture, and how much of it a point of type is.
    """
    width, height, point = sheet
    long, high = 7 * 0.66 * len(word) * point, 9.5 * point
    x = float(np.clip(box[0], 0, max(0.0, width - long)))
    for y in (box[1] - high, box[3], box[1] + high / 4, box[3] - high):
        spot = (x, y, x + long, y + high)
        free = all(
            min(spot[2], other[2]) <= max(spot[0], other[0])
            or min(spot[3], other[3]) <= max(spot[1], other[1])
            for other in taken
        )
        if free and y >= 0 and y + high <= height:
            break
    taken.append(spot)
    ax.text(
        x, spot[1] + high / 2, word, color=colour, fontsize=7, va="center", weight="bold",
        bbox={"fc": PAPER, "ec": "none", "pad": 0.4, "alpha": 0.75},
    )  # fmt: skip


def threshold(
    precision: Numbers,
    recall: Numbers,
    place: int,
    pictures: Numbers,
    found: Sequence[Found],
    true: Sequence[Found],
    names: Sequence[str],
    *,
    alt: str,
    title: str,
    size: Size | None = None,
) -> Figure | None:
    """Draw a precision–recall curve with one of its points, and four pictures at that threshold."""
    with matplotlib.rc_context(dict(STYLE)):
        figure = new_figure(alt, size or (WIDTH, 3.6))
        left, right = figure.sheet.subplots(1, 2, width_ratios=(1, 1.12))
    with card("curve", ax=left, title=title, xlabel="recall", ylabel="precision") as page:
        curve = array(recall), array(precision)
        page.ax.plot(*curve, color=BLUE)
        page.ax.plot(curve[0][place], curve[1][place], "o", color=VERMILION, ms=11)
        page.ax.set(xlim=(0, 1.02), ylim=(0, 1.05))
    with card("pictures", ax=right) as page:
        page.ax.set_axis_off()
        for index, picture in enumerate(array(pictures)[:4]):
            row, column = divmod(index, 2)
            spot = page.ax.inset_axes((0.5 * column + 0.01, 0.505 - 0.5 * row, 0.48, 0.485))
            _picture(spot, picture, found[index], names, true[index], wide=1.6)
    return figure


def grid(
    picture: Numbers, cells: int, box: Box, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw a picture under a grid, a box, its middle, and the one cell that answers for it."""
    image = array(picture)
    side = image.shape[0]
    step = side / cells
    with card(alt, size=size or (6.6, 3.6)) as page:
        _picture(page.ax, image, {}, (), None)
        for line in np.arange(1, cells) * step:
            page.ax.axvline(line, color=MUTED, lw=0.7)
            page.ax.axhline(line, color=MUTED, lw=0.7)
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        corner = [step * (place // step) for place in middle]
        cell, look = [*corner, *(c + step for c in corner)], {"fc": tint(AMBER, 0.6), "ec": AMBER}
        _box(page.ax, cell, lw=1.5, label="the cell that answers", **look)
        _box(page.ax, box, fc="none", ec=BLUE, lw=2.4, label="box")
        page.ax.plot(*middle, "o", color=VERMILION, ms=6, label="its middle")
        arrow = {"arrowstyle": "-|>", "color": VERMILION, "lw": 1.4}
        centre = corner[0] + step / 2, corner[1] + step / 2
        page.ax.annotate("", middle, centre, arrowprops=arrow)
        page.ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=9.5)
    return page.figure


def cut(cells: int, box: Box, bins: int, *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw one box on a map of cells twice: rounded to whole cells, and cut where it lies.

    As in Fast R-CNN all four numbers are rounded, and the last row and column belong to the box.
    """
    left, top, right, bottom = box
    rounded = [*np.floor(np.add(box[:2], 0.5)), *(np.floor(np.add(box[2:], 0.5)) + 1)]
    with card(alt, size=size or (WIDTH, 3.2)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.3, 2 * cells + 2.3), ylim=(cells + 0.3, -1), aspect="equal")
        for move, title in ((0, "rounded: whole cells"), (cells + 2, "RoI align: samples")):
            for line in range(cells + 1):
                page.ax.plot([move, move + cells], [line, line], color=GRID, lw=1)
                page.ax.plot([move + line, move + line], [0, cells], color=GRID, lw=1)
            page.ax.text(move + cells / 2, -0.5, title, ha="center", va="center", fontsize=11)
            shape = [left + move, top, right + move, bottom]
            if move == 0:
                _box(page.ax, rounded, fc=tint(VERMILION, 0.35), ec=VERMILION, lw=1.5)
            _box(page.ax, shape, fc="none", ec=BLUE, lw=2.2)
        sides = (right - left) / bins, (bottom - top) / bins
        for i in range(bins):
            for j in range(bins):
                spot = left + (i + 0.5) * sides[0] + cells + 2, top + (j + 0.5) * sides[1]
                page.ax.plot(*spot, "o", color=GREEN, ms=6)
                corner = left + i * sides[0] + cells + 2, top + j * sides[1]
                page.ax.add_patch(Rectangle(corner, *sides, fc="none", ec=GREEN, lw=1, zorder=3))
    return page.figure


def letter_u(sizes: Sequence[int], channels: Sequence[int], *, alt: str) -> Figure | None:
    """Draw a U: maps on the way down at the left, up at the right, and the wires across."""
    with card(alt, size=(WIDTH, 0.62 * len(sizes) + 0.7)) as page:
        page.ax.set_axis_off()
        last = len(sizes) - 1
        page.ax.set(xlim=(-0.2, 10.2), ylim=(last + 0.6, -0.7))
        for row, (side, count) in enumerate(zip(sizes, channels, strict=True)):
            places = [1.2 + 0.9 * row, 8.8 - 0.9 * row] if row < last else [5.0]
            for number, x in enumerate(places):
                colour = tint(BLUE if number == 0 else GREEN, 0.25)
                page.ax.add_patch(Rectangle((x - 0.75, row - 0.27), 1.5, 0.54, fc=colour, ec=INK))
                page.ax.text(
                    x, row, f"{count} × {side} × {side}", ha="center", va="center", fontsize=9
                )
            if row < last:
                after = [x + (0.9 if x < 5 else -0.9) for x in places] if row < last - 1 else [5, 5]
                _arrow(page.ax, (places[0], row + 0.27), (after[0] - 0.2, row + 0.73), MUTED)
                _arrow(page.ax, (after[1] + 0.2, row + 0.73), (places[1], row + 0.27), MUTED)
                _arrow(page.ax, (places[0] + 0.75, row), (places[1] - 0.75, row), VERMILION)
        page.ax.text(5, -0.45, "wires across", color=VERMILION, ha="center", fontsize=10)
        page.ax.text(1.2, -0.45, "from the picture", ha="center", fontsize=10)
        page.ax.text(8.8, -0.45, "to the scores", ha="center", fontsize=10)
    return page.figure


def _arrow(ax: Axes, start: Any, end: Any, colour: str) -> None:
    look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "lw": 1.5}
    ax.add_patch(FancyArrowPatch(start, end, color=colour, shrinkA=0, shrinkB=0, **look))


def fits(
    points: Numbers, outliers: Numbers, lines: Mapping[str, tuple[float, float]], *, alt: str
) -> Figure | None:
    """Draw points (N, 2), those marked in outliers (N,) as crosses, and lines (slope, height)."""
    where, odd = array(points), array(outliers).astype(bool)
    with card(alt, size=(WIDTH, 3.6), xlabel="x", ylabel="y") as page:
        page.ax.plot(*where[~odd].T, "o", color=MUTED, ms=6, label="points on the line")
        page.ax.plot(*where[odd].T, "x", color=INK, ms=7, mew=1.6, label="strangers")
        ends = np.array([where[:, 0].min(), where[:, 0].max()])
        for index, (name, (slope, height)) in enumerate(lines.items()):
            style = ("-", (0, (5, 2)), (0, (1.5, 1.5)))[index % 3]
            page.ax.plot(ends, slope * ends + height, color=SERIES[index], ls=style, label=name)
        page.ax.legend(loc="best", fontsize=9.5)
    return page.figure
