"""Figures of chapter 2: a line, the arrow at right angles to it, and the margin."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from dlcore.study.draw_figure import MARKERS, Figure, Limits, Numbers, Size, array, card
from dlcore.study.palette import GREEN, INK, MUTED, PAPER, SERIES, tint


def separation(
    points: Numbers, targets: Numbers, w: Numbers, b: Any = 0.0, *, alt: str, arrow: str = "w",
    distance: Any = (), strip: float | None = None, longest: bool = False,
    title: str | None = None, xlabel: str = "x₁", ylabel: str = "x₂", xlim: Limits | None = None,
    ylim: Limits | None = None, ax: Axes | None = None, size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw points (N, 2) with targets ±1, the line w·x + b = 0 and the arrow w, at right angles.

    arrow: its name. distance: {row: name} of points whose distance from the line is drawn.
    strip: half the width of the empty strip along the line. longest: draw R, the length of the
    longest point. Both axes have one scale, so that right angles look right.
    """
    points, targets, w = array(points), array(targets), array(w).astype(float)
    if points.ndim != 2 or points.shape[1] != 2 or w.shape != (2,) or not w.any():
        raise ValueError(
            f"draw_ch02.separation expects points (N, 2) and an arrow (2,) that is not 0, got "
            f"{points.shape} and {w}"
        )
    unit = w / np.linalg.norm(w)
    foot = -float(b) * w / (w @ w)
    with card(alt, ax=ax, size=size or (6.4, 4.2), title=title) as page:
        page.ax.set_aspect("equal", anchor="NW")
        page.ax.set(xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel)
        _classes(page.ax, points, targets)
        _line(page.ax, foot, unit, strip)
        for row, name in dict(distance).items():
            x = points[row]
            below = x - ((x - foot) @ unit) * unit
            _measure(page.ax, below, x, name, GREEN)
        if longest:
            _measure(page.ax, np.zeros(2), max(points, key=np.linalg.norm), "R", MUTED)
        _arrow(page.ax, foot, foot + w, arrow)
        page.ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
    return page.figure


def _classes(ax: Axes, points: np.ndarray, targets: np.ndarray) -> None:
    for index, (sign, name) in enumerate(((-1, "target −1"), (1, "target +1"))):
        look = {"marker": MARKERS[index], "facecolor": SERIES[index], "edgecolor": PAPER}
        ax.scatter(*points[targets == sign].T, s=52, label=name, zorder=4, **look)


def _line(ax: Axes, foot: np.ndarray, unit: np.ndarray, strip: float | None) -> None:
    along = np.array([-unit[1], unit[0]])
    ax.axline(tuple(foot), tuple(foot + along), color=INK, lw=1.8, zorder=2, label="line z = 0")
    if strip is not None:
        far = 100 * along
        edges = [foot + side * strip * unit + end for side, end in
                 ((-1, -far), (-1, far), (1, far), (1, -far))]  # fmt: skip
        ax.fill(*np.array(edges).T, color=tint(GREEN, 0.18), lw=0, zorder=1, label="empty strip")


def _measure(ax: Axes, start: np.ndarray, end: np.ndarray, name: str, colour: str) -> None:
    """Draw a dotted line from start to end, with its name beside its middle."""
    ax.plot(*zip(start, end, strict=True), color=colour, lw=1.8, ls=(0, (1.5, 1.5)), zorder=3)
    look = {"color": colour, "ha": "center", "va": "center", "fontsize": 11, "zorder": 5}
    ground = {"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none"}
    x, y = (start + end) / 2
    ax.text(x, y, name, bbox=ground, **look)


def _arrow(ax: Axes, start: np.ndarray, end: np.ndarray, name: str) -> None:
    """Draw an arrow, its name at its tip, and the mark of a right angle at its foot."""
    style = {"arrowstyle": "-|>,head_length=7,head_width=3.6", "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(tuple(start), tuple(end), color=INK, lw=2.4, zorder=5, **style))
    step = (end - start) / np.linalg.norm(end - start)
    x, y = end + 0.12 * step
    ax.text(x, y, name, ha="center", va="center", fontsize=12, weight="bold")
    across = np.array([-step[1], step[0]])
    side = 0.1 * np.array([step, step + across, across])
    ax.plot(*(start + side).T, color=INK, lw=1.2, zorder=4)
