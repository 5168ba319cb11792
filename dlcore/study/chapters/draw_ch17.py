"""Figures of chapter 17: a writer that looks back, a soft look-up, heads, masks and what is kept,
the blocks of 2017 and of Llama, a rotation, two branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.draw_parts import SEEN_MAP, Spot, arrow, box, write
from dlcore.study.palette import (
    AMBER,
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    PURPLE,
    VERMILION,
    tint,
)

Boxes = Mapping[str, tuple[Spot, str]]  # name: (place, colour)

COLOURS = {"blue": BLUE, "vermilion": VERMILION, "green": GREEN, "purple": PURPLE, "amber": AMBER,
           "ink": INK}  # fmt: skip

_write = partial(write, on_paper=True)


def looking_back(
    source: Sequence[str], weights: Sequence[float], said: Sequence[str], *, alt: str,
    size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw a read source, where the writer looks (weights, summing to 1), and what it has said."""
    count = len(source)
    with card(alt, size=size or (WIDTH, 3.3)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.9, count + 2.6), ylim=(-1.5, 3.0))
        middle = (count - 1) / 2
        for place, (word, weight) in enumerate(zip(source, weights, strict=True)):
            box(page.ax, (place, 0), "row", BLUE, 0.62, 0.5)
            _write(page.ax, (place, -1.0), word, BLUE)
            arrow(page.ax, (place, -0.75), (place, -0.32), BLUE)
            strong = 0.6 + 5 * weight
            arrow(page.ax, (place, 0.3), (middle, 1.55), VERMILION, width=strong, head=False)
            spot = (place + 0.25 * (middle - place), 0.62)
            _write(page.ax, spot, f"{weight:.2f}".lstrip("0") or "0", VERMILION, size=9)
        box(page.ax, (middle, 1.8), "c = weighted mean of the rows", VERMILION, 3.6, 0.5)
        arrow(page.ax, (middle + 1.85, 1.8), (count + 0.45, 1.8), VERMILION)
        box(page.ax, (count + 1, 1.8), "writer s", GREEN, 1.0, 0.6)
        arrow(page.ax, (count + 1, 2.12), (count + 1, 2.6), GREEN)
        _write(page.ax, (count + 1, 2.8), f"next: {said[-1]}", GREEN)
        arrow(page.ax, (count + 1, 0.95), (count + 1, 1.46), MUTED)
        _write(page.ax, (count + 1, 0.75), " ".join(["said:", *said[:-1]]), MUTED)
    return page.figure


def soft_look_up(
    names: Sequence[str], scores: Sequence[float], values: Numbers, *, alt: str,
    size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw a query's scores with named keys, their softmax as bars, and the mean of the values.

    values: (keys, E) small whole numbers, written out.
    """
    scored, table = np.asarray(scores, float), array(values).astype(float)
    p = np.exp(scored - scored.max())
    p = p / p.sum()
    rows = len(names)
    with card(alt, size=size or (WIDTH, 0.5 * rows + 1.3)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.3, 10.3), ylim=(rows + 0.9, -1.2))
        heads = ((1.2, "keys"), (2.9, "q · k"), (5.0, "softmax: P"), (8.0, "values"))
        for x, head in heads:
            _write(page.ax, (x, -0.75), head, MUTED, style="italic")
        for row in range(rows):
            box(page.ax, (1.2, row), names[row], BLUE, 1.6, 0.62)
            _write(page.ax, (2.9, row), _number(scored[row]), INK)
            bar: dict[str, Any] = {"fc": tint(VERMILION, 0.5), "ec": VERMILION}
            page.ax.add_patch(Rectangle((3.9, row - 0.28), 2.2 * p[row], 0.56, **bar))
            _write(page.ax, (6.45, row), f"{p[row]:.2f}", VERMILION)
            _write(page.ax, (7.05, row), "×", MUTED)
            box(page.ax, (8.3, row), _list(table[row]), GREEN, 2.0, 0.62)
        page.ax.plot([3.9, 9.4], [rows - 0.45, rows - 0.45], color=GRID, lw=1.5)
        _write(page.ax, (6.4, rows + 0.15), "sum", MUTED, style="italic")
        box(page.ax, (8.3, rows + 0.15), _list(p @ table), PURPLE, 2.0, 0.62)
    return page.figure


def heads(count: int, width: int, *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw the width cut into heads, each with its own weights, and the map that joins them."""
    colours = (BLUE, VERMILION, GREEN, PURPLE)
    with card(alt, size=size or (WIDTH, 2.7)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.3, 10.3), ylim=(-0.7, count + 0.4))
        middle = (count - 1) / 2
        box(page.ax, (0.8, middle), f"x\n{width} wide", INK, 1.2, 1.3)
        box(page.ax, (9.1, middle), f"map to\n{width}", INK, 1.4, 1.3)
        for head in range(count):
            y, colour = count - 1 - head, colours[head % 4]
            arrow(page.ax, (1.45, middle), (2.3, y), MUTED)
            box(page.ax, (3.3, y), f"Q, K, V of {width // count}", colour, 1.9, 0.62)
            arrow(page.ax, (4.3, y), (4.8, y), colour)
            box(page.ax, (5.75, y), "attention", colour, 1.8, 0.62)
            arrow(page.ax, (6.7, y), (7.05, y), colour)
            box(page.ax, (7.45, y), f"{width // count}", colour, 0.7, 0.62)
            arrow(page.ax, (7.85, y), (8.35, middle), MUTED)
    return page.figure


def blocks(
    columns: Mapping[str, Sequence[str]], *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw blocks from bottom to top: parts by name; "+" adds what the branch came from."""
    tallest = max(len(parts) for parts in columns.values())
    with card(alt, size=size or (WIDTH, 0.52 * tallest + 1.0)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.5, 3.6 * len(columns) - 0.3), ylim=(-1.2, tallest + 0.7))
        for column, (title, parts) in enumerate(columns.items()):
            x, start = 1.5 + 3.6 * column, -0.6
            _write(page.ax, (x, tallest + 0.4), title, INK, weight="bold")
            _write(page.ax, (x, -1.0), "x", MUTED)
            below, branch = start, start
            after = "norm" not in parts[0]
            for y, part in enumerate(parts):
                if part == "+":
                    _write(page.ax, (x, y), "+", INK, size=15)
                    page.ax.plot([x, x + 1.2, x + 1.2], [branch, branch, y], color=AMBER, lw=1.6)
                    arrow(page.ax, (x + 1.2, y), (x + 0.12, y), AMBER, width=1.6)
                    branch = y + 0.45
                else:
                    box(page.ax, (x, y), part, _part_colour(part), 1.9, 0.6)
                    branch = y + 0.45 if after and "norm" in part else branch
                arrow(page.ax, (x, below), (x, y - 0.3), MUTED)
                below = y + 0.3
            arrow(page.ax, (x, below), (x, len(parts) - 0.2), MUTED)
    return page.figure


def parts(
    boxes: Boxes, arrows: Sequence[tuple[str, str]], *, alt: str, wide: float = 1.9,
    sideways: bool = False, size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw named boxes at places on a grid, {name: ((x, y), colour)}, and arrows between them;
    sideways: all from side to side, none from top or bottom."""
    spots = np.array([place for place, _ in boxes.values()])
    (left, low), (right, high) = spots.min(0), spots.max(0)
    with card(alt, size=size or (WIDTH, 0.62 * (high - low) + 0.9)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(left - wide * 0.7, right + wide * 0.7), ylim=(low - 0.5, high + 0.5))
        for start, end in arrows:
            a, b = np.array(boxes[start][0]), np.array(boxes[end][0])
            if sideways or abs(b[1] - a[1]) < 0.3:  # along a row
                side = np.array([wide / 2 * np.sign(b[0] - a[0]), 0])
            else:
                side = np.array([0, 0.31 * np.sign(b[1] - a[1])])
            arrow(page.ax, tuple(a + side), tuple(b - side), MUTED)
        for name, (place, colour) in boxes.items():
            box(page.ax, place, name, COLOURS[colour], wide, 0.6)
    return page.figure


def masks(
    tables: Mapping[str, Numbers], *, alt: str, columns: int = 4, xlabel: str = "to",
    ylabel: str = "looks from", size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw tables (T, S): which place (row) may see which (column); numbers 0 to 1 are shades."""
    rows = -(-len(tables) // columns)
    with card(alt, size=size or (WIDTH, 2.35 * rows)) as page:
        page.ax.set_axis_off()
        for number, (title, table) in enumerate(tables.items()):
            across, down = number % columns, number // columns
            frame = (across / columns, 1 - (down + 1) / rows, 0.88 / columns, 0.8 / rows)
            ax: Any = page.ax.inset_axes(frame)
            look = {"cmap": SEEN_MAP, "vmin": 0, "vmax": 1, "interpolation": "nearest"}
            ax.imshow(array(table).astype(float), **look)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color=MUTED)
            ax.set_title(title, fontsize=10, fontweight="normal", pad=3)
            if not across:
                ax.set_ylabel(ylabel, fontsize=9)
            if down == rows - 1:
                ax.set_xlabel(xlabel, fontsize=9)
    return page.figure


def turned(
    angles: Sequence[float], start: float, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw the same pair of numbers at places 0, 1, 2, …, turned by angle · place, a panel each."""
    with card(alt, size=size or (WIDTH, 2.5)) as page:
        page.ax.set_axis_off()
        for panel, angle in enumerate(angles):
            ax: Any = page.ax.inset_axes((panel / len(angles), 0.0, 0.94 / len(angles), 0.88))
            ax.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), xticks=[], yticks=[], aspect="equal")
            ax.grid(False)
            ax.spines[:].set_visible(False)
            round_ = np.linspace(0, 2 * np.pi, 100)
            ax.plot(np.cos(round_), np.sin(round_), color=GRID, lw=1.5)
            for place in range(5):
                at = start + angle * place
                tip = (np.cos(at), np.sin(at))
                arrow(ax, (0, 0), tip, tint(BLUE, 1 - 0.16 * place), width=1.8)
                if angle >= 0.25 or place in (0, 4):
                    _write(ax, (1.2 * tip[0], 1.2 * tip[1]), str(place), BLUE, size=9.5)
            ax.set_title(f"{angle:g} a place", fontsize=10.5, fontweight="normal", pad=2)
    return page.figure


def groups(kinds: Mapping[str, Sequence[int]], *, alt: str, size: Size | None = None) -> Any:
    """Draw heads of queries above the keys that they use: {title: key of each query}."""
    with card(alt, size=size or (WIDTH, 1.9)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.6, 5 * len(kinds) - 0.9), ylim=(-0.5, 2.2))
        for number, (title, used) in enumerate(kinds.items()):
            left, keys = 5 * number, max(used) + 1
            _write(page.ax, (left + 1.5, 2.0), title, INK, weight="bold")
            for query, key in enumerate(used):
                at = left + 1.5 + (key - (keys - 1) / 2) * 4 / keys
                arrow(page.ax, (left + query, 1.0), (at, 0.3), MUTED)
                box(page.ax, (left + query, 1.3), "Q", VERMILION, 0.7, 0.55)
                box(page.ax, (at, 0), "K V", BLUE, 0.85, 0.55)
    return page.figure


def _part_colour(part: str) -> str:
    return GREEN if "norm" in part else VERMILION if "attention" in part else BLUE


def _number(value: float) -> str:
    return f"{value:.2g}".replace("-", "−")


def _list(values: Any) -> str:
    return "(" + ", ".join(_number(value) for value in values) + ")"
