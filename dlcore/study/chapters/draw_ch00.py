"""Figures of chapter 0: small tables with the numbers that meet, arrows, a slope by nudging."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Arc, FancyArrowPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from dlcore.study.draw_figure import DASHES, WIDTH, Figure, Limits, Numbers, Size, array, card
from dlcore.study.palette import BLUE, GREEN, INK, MUTED, PAPER, SERIES, VERMILION, tint

CELL = 0.62  # inches of a table's cell
GAP = 0.6  # cells between a table and the sign beside it
MARKS = (BLUE, VERMILION, GREEN)  # colours of the marked cells: first, second, third table


def tables(
    parts: Iterable[Any],
    *,
    alt: str,
    marked: Sequence[Container[Any]] = (),
    names: Sequence[str] = (),
    caption: str | None = None,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw small tables and the signs between them in a row, such as [A, "@", x, "=", y].

    parts: texts, and tables (R, C); a list (R,) stands upright. marked: for each table the set of
    its cells (row, column) to colour. names: a text above each table. caption: a line below all.
    Raises ValueError for a table with more than two axes.
    """
    grids = [part if isinstance(part, str) else _upright(array(part)) for part in parts]
    shapes = [grid.shape for grid in grids if not isinstance(grid, str)]
    height = max(rows for rows, _ in shapes)
    signs = [0.35 + 0.21 * len(part) for part in grids if isinstance(part, str)]
    width = sum(columns for _, columns in shapes) + sum(signs) + GAP
    top, bottom = (0.7 if names else 0.2), (0.75 if caption else 0.2)
    scale = min(CELL, WIDTH / width)
    full = scale * (height + top + bottom) + (0.35 if title else 0.05)
    with card(alt, ax=ax, size=size or (max(scale * width, 4.2), full), title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        page.ax.set(xlim=(0, width), ylim=(height + bottom, -top))
        _row(page.ax, grids, height, [*marked, *[()] * len(shapes)], [*names, *[""] * len(shapes)])
        if caption:
            page.ax.text(width / 2, height + 0.45, caption, ha="center", va="center", fontsize=11)
    return page.figure


def _upright(values: np.ndarray) -> np.ndarray:
    """A list as a table of one column."""
    grid = values[:, None] if values.ndim == 1 else values
    if grid.ndim != 2:
        raise ValueError(f"draw_ch00.tables expects tables (R, C), got shape {values.shape}")
    return grid


def _row(ax: Axes, grids: list[Any], height: float, marked: list[Any], names: list[str]) -> None:
    left, count = GAP / 2, 0
    for grid in grids:
        if isinstance(grid, str):
            step = 0.35 + 0.21 * len(grid)
            ax.text(left + step / 2, height / 2, grid, ha="center", va="center", fontsize=14)
            left += step
            continue
        rows, columns = grid.shape
        low = (height - rows) / 2
        for row, column in np.ndindex(grid.shape):
            ground = PAPER
            if (row, column) in marked[count]:
                ground = tint(MARKS[count % len(MARKS)], 0.35)
            place = left + column, low + row
            ax.add_patch(Rectangle(place, 1, 1, facecolor=ground, edgecolor=MUTED, lw=0.9))
            number = _number(grid[row, column])
            ax.text(place[0] + 0.5, place[1] + 0.5, number, ha="center", va="center", fontsize=11)
        ax.text(left + columns / 2, low - 0.3, names[count], ha="center", va="center", color=MUTED)
        left, count = left + columns, count + 1


def _number(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.3g}".replace("-", "−")


def product(
    left: Numbers,
    right: Numbers,
    row: int,
    column: int = 0,
    *,
    names: Sequence[str] = ("", "", ""),
    size: Size | None = None,
) -> Figure | None:
    """Draw left (R, K) @ right (K, C) or (K,), and how one number of the result comes about."""
    a, b = _upright(array(left)), _upright(array(right))
    if a.shape[1] != b.shape[0]:
        raise ValueError(f"draw_ch00.product cannot join shapes {a.shape} and {b.shape}")
    inner = range(a.shape[1])
    terms = [f"{_number(a[row, k])}·{_number(b[k, column])}" for k in inner]
    found = _number((a @ b)[row, column])
    sentence = _bracketed(terms) + f" = {found}"
    return tables(
        [a, "@", b, "=", a @ b],
        marked=[{(row, k) for k in inner}, {(k, column) for k in inner}, {(row, column)}],
        names=names if any(names) else (),
        caption=sentence,
        alt=f"A table of shape {a.shape} times one of shape {b.shape}. Row {row + 1} of the left "
        f"meets column {column + 1} of the right: {sentence}.",
        size=size,
    )


def _bracketed(terms: list[str]) -> str:
    """Terms such as −1·3 and 2·−3 joined by plus signs, brackets around what is below zero."""
    safe = []
    for index, term in enumerate(terms):
        first, second = term.split("·")
        first = f"({first})" if first.startswith("−") and index else first
        second = f"({second})" if second.startswith("−") else second
        safe.append(f"{first}·{second}")
    return " + ".join(safe)


def arrows(
    vectors: Mapping[str, Numbers],
    *,
    alt: str,
    limit: Any,
    joined: Iterable[tuple[str, str]] = (),
    lines: Mapping[str, Numbers] | None = None,
    angle: Sequence[str] | None = None,
    foot: Sequence[str] | None = None,
    note: str | None = None,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw arrows {label: (x, y)} from the origin, with equal scales from -limit to limit.

    limit: a number, or (left, right, bottom, top). joined: pairs of labels whose tips a dotted
    line joins. lines: {label: direction (2,)} through the origin, dashed. angle: two labels, an
    arc between them. foot: (from, onto), the point of the second arrow's line that is nearest to
    the first arrow's tip. note: a text in the lower corner.
    """
    ends = {label: array(vector).astype(float) for label, vector in vectors.items()}
    left, right, bottom, top = _limits(limit)
    shape = (top - bottom) / (right - left)
    size = size or (4.8, 4.8 * shape + (0.3 if title else 0))
    with card(alt, ax=ax, size=size, title=title) as page:
        _plane(page.ax, (left, right, bottom, top))
        for index, (label, way) in enumerate((lines or {}).items()):
            _line(page.ax, label, array(way).astype(float), index, (left, right, bottom, top))
        for start, end in joined:
            page.ax.plot(*zip(ends[start], ends[end], strict=True), color=MUTED, ls=":", lw=1.6)
        if angle:
            _arc(page.ax, ends[angle[0]], ends[angle[1]], (right - left) / 5)
        if foot:
            _foot(page.ax, ends[foot[0]], ends[foot[1]])
        for index, (label, end) in enumerate(ends.items()):
            _arrow(page.ax, label, end, SERIES[index % len(SERIES)], (right - left) / 24)
        if note:
            page.ax.text(0.98, 0.03, note, transform=page.ax.transAxes, ha="right", va="bottom")
    return page.figure


def _plane(ax: Axes, limits: Sequence[float]) -> None:
    left, right, bottom, top = limits
    ax.set_aspect("equal")
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="first number")
    ax.set_ylabel("second number")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    ax.axhline(0, color=MUTED, lw=0.9, zorder=1)
    ax.axvline(0, color=MUTED, lw=0.9, zorder=1)


def _limits(limit: Any) -> Sequence[float]:
    return limit if isinstance(limit, (tuple, list)) else (-limit, limit, -limit, limit)


def _arrow(ax: Axes, label: str, end: np.ndarray, colour: str, away: float) -> None:
    length = np.hypot(*end)
    look = {"arrowstyle": "-|>", "mutation_scale": 16, "color": colour, "lw": 2.2}
    if length > 0:
        ax.add_patch(FancyArrowPatch((0, 0), tuple(end), shrinkA=0, shrinkB=0, zorder=3, **look))
    spot = end + away * (end / length if length > 0 else np.array([1.0, 1.0]))
    side = "left" if spot[0] >= 0 else "right"
    paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.8}
    words = {"color": colour, "va": "center", "ha": side, "fontsize": 11.5, "bbox": paper}
    ax.text(spot[0], spot[1], label.partition("|")[0], zorder=4, **words)


def _line(ax: Axes, label: str, way: np.ndarray, index: int, limits: Sequence[float]) -> None:
    left, right, bottom, top = limits
    reach = 2 * max(abs(edge) for edge in limits) / np.hypot(*way)
    look = {"color": MUTED, "lw": 1.4, "ls": DASHES[1 + index % 3], "zorder": 2}
    ax.plot(*zip(-reach * way, reach * way, strict=True), **look)
    inside = min(
        limit / part
        for part, low, high in zip(way, (left, bottom), (right, top), strict=True)
        if part
        for limit in (low, high)
        if limit / part > 0
    )
    spot = 0.8 * inside * way
    paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0, "alpha": 0.9}
    ax.text(spot[0], spot[1], label, color=MUTED, ha="center", va="center", bbox=paper, zorder=4)


def _arc(ax: Axes, first: np.ndarray, second: np.ndarray, width: float) -> None:
    low, high = sorted(np.degrees(np.arctan2(v[1], v[0])) for v in (first, second))
    if high - low > 180:
        low, high = high, low + 360
    ax.add_patch(Arc((0, 0), width, width, theta1=low, theta2=high, color=INK, lw=1.4, zorder=2))


def _foot(ax: Axes, vector: np.ndarray, onto: np.ndarray) -> None:
    point = (vector @ onto) / (onto @ onto) * onto
    ax.plot(*zip(vector, point, strict=True), color=MUTED, ls=":", lw=1.8, zorder=2)
    ax.plot(*zip((0, 0), point, strict=True), color=GREEN, lw=5, alpha=0.45, zorder=2)
    ax.plot(*point, "o", color=GREEN, ms=7, zorder=4)


def nudged(
    f: Callable[[Any], Any],
    at: float,
    nudge: float,
    *,
    alt: str,
    xlim: Limits,
    ylim: Limits | None = None,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw f, its points at `at` and at `at + nudge`, and the line through both.

    f: a function of NumPy arrays. A nudge of 0 is refused with ValueError.
    """
    if nudge == 0:
        raise ValueError("draw_ch00.nudged got a nudge of 0: there is no line through one point")
    x = np.linspace(xlim[0], xlim[1], 200)
    here, there = f(np.array(float(at))), f(np.array(float(at + nudge)))
    slope = (there - here) / nudge
    with card(alt, ax=ax, size=size or (5.6, 3.4), title=title, xlabel="x") as page:
        page.ax.plot(x, f(x), color=BLUE)
        page.ax.plot(x, here + slope * (x - at), color=VERMILION, ls=DASHES[1])
        look = {"color": MUTED, "lw": 1.6, "ls": ":"}
        page.ax.plot([at, at + nudge, at + nudge], [here, here, there], **look)
        page.ax.plot([at, at + nudge], [here, there], "o", color=INK, ms=6, zorder=4)
        edge = ylim or (float(f(x).min()), float(f(x).max()))
        page.ax.set(xlim=xlim, ylim=edge)
        words = {"fontsize": 11.5, "transform": page.ax.transAxes, "va": "top"}
        page.ax.text(0.03, 0.97, "the function", color=BLUE, **words)
        page.ax.text(0.03, 0.88, "the line through both points", color=VERMILION, **words)
    return page.figure
