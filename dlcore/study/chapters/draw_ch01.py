"""Figures of chapter 1: neurons that fire, arrows that a table turns, a memory, a walk."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Circle, FancyArrowPatch

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.draw_image import Cell, grid_path
from dlcore.study.palette import BLUE, GRID, INK, MUTED, PAPER, VERMILION, tint


def raster(
    rows: Mapping[str, Numbers],
    *,
    alt: str,
    title: str | None = None,
    xlabel: str = "time",
    highlight: Container[str] = (),
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw one row per neuron and a mark at each moment (T,) at which it fires.

    rows: {name: (T,) of 0 and 1}, the first on top. highlight: names of rows in the second
    colour, such as inputs. Raises ValueError for rows of different lengths.
    """
    names, times = list(rows), [array(row) for row in rows.values()]
    if len({row.shape for row in times}) != 1 or times[0].ndim != 1:
        raise ValueError(
            f"draw_ch01.raster expects rows of one length (T,), got {[row.shape for row in times]}"
        )
    size = size or (WIDTH, 0.7 + 0.36 * len(names) + (0.3 if title else 0))
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel) as page:
        page.ax.grid(False)
        for height, (name, row) in enumerate(zip(names, times, strict=True)):
            page.ax.axhline(height, color=GRID, lw=1, zorder=1)
            moments = np.flatnonzero(row)
            colour = MUTED if name in highlight else BLUE
            page.ax.plot(moments, np.full(len(moments), height), "s", color=colour, ms=9)
        page.ax.set_yticks(range(len(names)), names)
        page.ax.set_xticks(range(len(times[0])))
        page.ax.set(xlim=(-0.6, len(times[0]) - 0.4), ylim=(len(names) - 0.4, -0.6))
        page.ax.tick_params(axis="y", length=0)
        page.ax.spines["left"].set_visible(False)
    return page.figure


def turned(
    table: Numbers,
    arrows: Numbers,
    *,
    alt: str,
    xlabel: str = "w₁",
    ylabel: str = "w₂",
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw arrows (K, 2) in grey, and in blue what a table (2, 2) makes of each.

    An arrow that the table only stretches is drawn in vermilion, before and after.
    """
    table, arrows = array(table).astype(float), array(arrows).astype(float)
    if table.shape != (2, 2) or arrows.ndim != 2 or arrows.shape[1] != 2:
        raise ValueError(
            f"draw_ch01.turned expects a table (2, 2) and arrows (K, 2), got {table.shape} "
            f"and {arrows.shape}"
        )
    after = arrows @ table.T
    reach = 1.12 * max(np.abs(arrows).max(), np.abs(after).max())
    with card(alt, ax=ax, size=size or (6.4, 4.2), title=title) as page:
        page.ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel=xlabel, ylabel=ylabel)
        page.ax.set_aspect("equal", anchor="NW")
        for start, end in zip(arrows, after, strict=True):
            kept = abs(start[0] * end[1] - start[1] * end[0]) < 1e-6
            _arrow(page.ax, end, VERMILION if kept else BLUE, 2.2)
            _arrow(page.ax, start, tint(VERMILION, 0.5) if kept else MUTED, 3.4)
        for label, colour in (("before", MUTED), ("after", BLUE), ("only stretched", VERMILION)):
            page.ax.plot([], [], color=colour, lw=2.4, label=label)
        page.ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
    return page.figure


def _arrow(ax: Axes, end: np.ndarray, colour: str, width: float) -> None:
    style = "-|>,head_length=6,head_width=3.2"
    look = {"arrowstyle": style, "shrinkA": 0, "shrinkB": 0, "color": colour, "lw": width}
    ax.add_patch(FancyArrowPatch((0, 0), tuple(end), zorder=3, **look))


def memory(
    weights: Numbers,
    state: Numbers,
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw units on a circle, each joined with each by its weight (N, N), in a state (N,) of ±1.

    Blue lines: weights above 0. Dashed vermilion ones: below 0. None where a weight is 0. A
    filled unit is at +1, an empty one at −1.
    """
    weights, state = array(weights), array(state)
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(state)) / len(state)
    spots = 1.6 * np.stack([np.cos(angle), np.sin(angle)], 1)
    with card(alt, ax=ax, size=size or (4.2, 4.0), title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal", anchor="NW")
        page.ax.set(xlim=(-2.2, 2.2), ylim=(-2.1, 2.1))
        for i, j in zip(*np.triu_indices(len(state), 1), strict=True):
            _tie(page.ax, spots[i], spots[j], weights[i, j])
        for number, (spot, sign) in enumerate(zip(spots, state, strict=True), start=1):
            face, word = (BLUE, PAPER) if sign > 0 else (PAPER, INK)
            page.ax.add_patch(Circle(tuple(spot), 0.36, facecolor=face, edgecolor=INK, zorder=3))
            text = f"s{'₀₁₂₃₄₅₆₇₈₉'[number % 10]} = {'+' if sign > 0 else '−'}1"
            page.ax.text(
                spot[0], spot[1], text, ha="center", va="center", color=word, fontsize=9, zorder=4
            )
    return page.figure


def _tie(ax: Axes, start: np.ndarray, end: np.ndarray, weight: float) -> None:
    if weight == 0:
        return
    colour, dash = (BLUE, "-") if weight > 0 else (VERMILION, (0, (4, 2)))
    ax.plot(*zip(start, end, strict=True), color=colour, ls=dash, lw=1.8, zorder=1)
    spot = (start + end) / 2
    ground = {"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none"}
    text = f"{weight:+g}".replace("-", "−")
    look = {"ha": "center", "va": "center", "fontsize": 10, "bbox": ground, "zorder": 2}
    ax.text(spot[0], spot[1], text, color=colour, **look)


def visits(
    walls: Numbers,
    walk: Iterable[Cell],
    *,
    alt: str,
    start: Cell,
    goal: Cell,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a maze with, in each cell, how often a walk of (row, column) came there."""
    counts = np.zeros(array(walls).shape)
    for row, column in walk:
        counts[row, column] += 1
    look = {"start": start, "goal": goal, "title": title}
    figure = grid_path(walls, alt=alt, ax=ax, size=size, **look)
    page: Any = ax if figure is None else figure.sheet.axes[0]
    shades = ListedColormap([tint(BLUE, share) for share in np.linspace(0.1, 1, 32)])
    page.imshow(np.ma.masked_equal(counts, 0), cmap=shades, zorder=0.5)
    for row, column in zip(*np.nonzero(counts), strict=True):
        if (row, column) not in (start, goal):
            colour = PAPER if counts[row, column] > 0.6 * counts.max() else INK
            word = f"{counts[row, column]:.0f}"
            page.text(column, row, word, color=colour, ha="center", va="center")
    return figure
