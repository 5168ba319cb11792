"""Diagrams of history and of networks: a timeline, layers of units with their weights."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.palette import BLUE, GRID, INK, MUTED, PAPER, VERMILION, tint

Place = tuple[float, float]

SHOWN = 6  # units drawn of a layer with more than 10
RADIUS = 0.32
LABELLED = 16  # arrows between two layers that still leave room for their weights
BEND = 0.3  # how far an arrow that skips a layer curves


def timeline(
    events: Iterable[tuple[Any, str]],
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw (year, text) pairs one under another along a rail, in the order given."""
    rows = [(str(year), textwrap.wrap(text, 64)) for year, text in events]
    if not rows:
        raise ValueError("draw.timeline expects at least one (year, text), got none")
    heights = np.array([len(lines) + 0.75 for _, lines in rows])
    tops = np.concatenate([[0], np.cumsum(heights)[:-1]])
    size = size or (WIDTH, 0.235 * heights.sum() + (0.6 if title else 0.25))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(0, 10), ylim=(heights.sum() - 0.5, -0.75))
        page.ax.plot([1.35, 1.35], [0, tops[-1]], color=GRID, lw=3, zorder=1)
        for (year, lines), top in zip(rows, tops, strict=True):
            page.ax.plot(1.35, top, "o", color=BLUE, mec=PAPER, mew=2, ms=11, zorder=2)
            look = {"va": "center_baseline", "fontsize": 11.5}
            page.ax.text(1.05, top, year, ha="right", weight="bold", color=BLUE, **look)
            for step, line in enumerate(lines):
                page.ax.text(1.7, top + step, line, ha="left", **look)
    return page.figure


def network(
    layers: Sequence[Any],
    *,
    alt: str,
    weights: Sequence[Numbers] | None = None,
    skips: dict[tuple[int, int], Numbers] | None = None,
    thresholds: Sequence[Any] | None = None,
    biases: Sequence[Any] | None = None,
    captions: Sequence[str] | None = None,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw layers of units, left to right, with the weights on the arrows.

    layers: names [["x₁", "x₂"], …] or unit counts [64, 30, 10]; of more than 10 units some are
    drawn. weights: a matrix (to, from) per pair of layers, of numbers or text; 0 and None draw
    no arrow, negative ones are dashed. skips: {(from layer, to layer): matrix}. thresholds,
    biases: per layer a list for its units, or None. captions: a word under each layer.
    """
    layers = [[""] * layer if isinstance(layer, int) else list(layer) for layer in layers]
    links = _links(layers, weights, skips or {})
    notes = _notes(layers, thresholds, "θ = ") | _notes(layers, biases, "b = ")
    places = _places(layers, 1.3 if notes else 1.0)
    captions = captions or [f"{len(n)} units" if len(n) > 10 else "" for n in layers]
    box = _frame(places, bool(links.keys() & (skips or {}).keys()), any(captions))
    scale = min(0.8, WIDTH / (box[1] - box[0]), 6.0 / (box[3] - box[2]))
    size = size or (scale * (box[1] - box[0]), scale * (box[3] - box[2]) + (0.4 if title else 0))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal", anchor="NW")
        page.ax.set(xlim=box[:2], ylim=box[2:])
        for (source, target), matrix in links.items():
            _arrows(page.ax, places[source], places[target], matrix, target - source > 1)
        for column, names in enumerate(layers):
            edge = {0: -1, len(layers) - 1: 1}.get(column, 0)
            _units(page.ax, places[column], names, notes.get(column), edge)
            _caption(page.ax, places[column], box[2], captions[column])
    return page.figure


def _links(
    layers: list[list[str]],
    weights: Sequence[Numbers] | None,
    skips: dict[tuple[int, int], Numbers],
) -> dict[tuple[int, int], np.ndarray]:
    """Return {(from layer, to layer): matrix (to, from) of objects}, checked for its shape."""
    if weights is None:
        weights = [[[""] * len(a) for _ in b] for a, b in pairwise(layers)]
    if len(weights) != len(layers) - 1:
        raise ValueError(
            f"draw.network expects a weight matrix between each two of {len(layers)} layers, "
            f"got {len(weights)}"
        )
    links = {(column, column + 1): matrix for column, matrix in enumerate(weights)} | skips
    for (source, target), matrix in links.items():
        matrix = matrix if isinstance(matrix, list) else array(matrix)
        links[source, target] = matrix = np.array(matrix, dtype=object)
        expected = (len(layers[target]), len(layers[source]))
        if matrix.shape != expected:
            raise ValueError(
                f"the weights from layer {source} to layer {target} have shape (to, from) = "
                f"{expected}, got {matrix.shape}"
            )
    return links


def _notes(
    layers: list[list[str]], values: Sequence[Any] | None, prefix: str
) -> dict[int, list[str]]:
    """Return {layer: texts under its units} for the layers that have values."""
    notes = {}
    for column, row in enumerate(values or []):
        if row is not None:
            if len(row) != len(layers[column]):
                raise ValueError(
                    f"layer {column} has {len(layers[column])} units, "
                    f"got {len(row)} values {prefix.rstrip(' =')}"
                )
            notes[column] = [prefix + _short(value) for value in row]
    return notes


def _places(layers: list[list[str]], pitch: float) -> list[list[Place | None]]:
    """Return per layer where each unit stands, top first; None for the units left out."""
    columns = []
    tallest = max(len(names) if len(names) <= 10 else SHOWN + 1 for names in layers)
    pitch = min(pitch, 8 / tallest)
    gap = max(2.3, 0.45 * pitch * tallest)
    if 2 < tallest <= 5:
        gap = 3.0  # room for the weights
    for column, names in enumerate(layers):
        rows = list(range(len(names)))
        if len(names) > 10:
            half = SHOWN // 2
            rows = [*range(half), *[None] * (len(names) - SHOWN), *range(half + 1, SHOWN + 1)]
        middle = max(row for row in rows if row is not None) / 2
        columns.append([None if r is None else (gap * column, pitch * (middle - r)) for r in rows])
    return columns


def _frame(
    places: list[list[Place | None]], skips: bool, captions: bool
) -> tuple[float, float, float, float]:
    """Return the limits (left, right, bottom, top) that hold units, arcs and captions."""
    spots = np.array([place for column in places for place in column if place])
    (left, low), (right, high) = spots.min(0), spots.max(0)
    arc = 0.5 * BEND * (right - left) if skips else 0
    side = 0.5 + RADIUS
    return (
        left - side,
        right + side,
        low - max(0.65 + 0.45 * captions, arc + 0.25),
        high + max(0.6, arc + 0.25),
    )


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = f"{float(value):.2f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:.3g}"
    return text.replace("-", "−")


def _arrows(
    ax: Axes,
    sources: list[Place | None],
    targets: list[Place | None],
    matrix: np.ndarray,
    bent: bool,
) -> None:
    drawn = [
        (source, target, value)
        for target, row in zip(targets, matrix, strict=True)
        for source, value in zip(sources, row, strict=True)
        if source and target and (isinstance(value, str) or (value is not None and value != 0))
    ]
    crowded = len(drawn) > LABELLED
    strongest = max((abs(v) for *_, v in drawn if not isinstance(v, str)), default=1.0)
    along = 0.3 if bent or len(targets) <= 2 else 0.25
    for source, target, value in drawn:
        text = isinstance(value, str)
        negative = value.startswith(("-", "−")) if text else value < 0
        colour = MUTED if text else VERMILION if negative else BLUE
        if crowded and text:
            colour = tint(INK, 0.3)
        strength = 0.3 if text else abs(value) / strongest
        bend = 0 if not bent else -BEND if source[1] >= 0 else BEND
        width = 0.4 + 1.2 * strength if crowded else 1.1 + 0.9 * strength
        ax.add_patch(
            _arrow(source, target, bend, not crowded, color=colour, lw=width, dashed=negative)
        )
        if value != "" and not crowded:
            _weigh(ax, source, target, bend, along, value, colour)


def _arrow(
    source: Any, target: Any, bend: float, head: bool, *, dashed: bool, **look: Any
) -> FancyArrowPatch:
    """Return an arrow from rim to rim of two units, curved by `bend`, perhaps dashed."""
    source, target = np.array(source), np.array(target)
    across = np.array([target[1] - source[1], source[0] - target[0]])
    control = (source + target) / 2 + bend * across
    start = source + RADIUS * _unit(control - source)
    end = target + (RADIUS + 0.03) * _unit(control - target)
    return FancyArrowPatch(
        tuple(start),
        tuple(end),
        arrowstyle="-|>,head_length=5.5,head_width=2.8" if head else "-",
        connectionstyle=f"arc3,rad={bend}",
        shrinkA=0,
        shrinkB=0,
        linestyle=(0, (4, 2)) if dashed else "-",
        zorder=1,
        **look,
    )


def _caption(ax: Axes, places: list[Place | None], bottom: float, words: str) -> None:
    x = next(place[0] for place in places if place)
    ax.text(x, bottom + 0.22, words, ha="center", va="center", color=MUTED, fontsize=10.5)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def _weigh(
    ax: Axes, source: Place, target: Place, bend: float, along: float, value: Any, colour: str
) -> None:
    """Write a weight on its arrow, near the source, where arrows to one unit lie apart."""
    (x0, y0), (x1, y1) = source, target
    aside = 2 * along * (1 - along) * bend
    x = x0 + along * (x1 - x0) + aside * (y1 - y0)
    y = y0 + along * (y1 - y0) - aside * (x1 - x0)
    ground = {"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none"}
    look = {"ha": "center", "va": "center", "fontsize": 10.5, "zorder": 4, "bbox": ground}
    ax.text(x, y, _short(value), color=INK if isinstance(value, str) else colour, **look)


def _units(
    ax: Axes, places: list[Place | None], names: list[str], notes: list[str] | None, edge: int
) -> None:
    """Draw the units of a layer; edge is -1 in the first layer, 1 in the last, else 0."""
    shown = [place for place in places if place]
    if len(shown) < len(places):
        ax.plot([shown[0][0]] * 3, [-0.16, 0, 0.16], "o", color=INK, ms=2.6)
    face = PAPER if edge < 0 else tint(BLUE, 0.14)
    for index, place in enumerate(places):
        if place is None:
            continue
        x, y = place
        ax.add_patch(Circle(place, RADIUS, facecolor=face, edgecolor=INK, lw=1.4, zorder=3))
        letters = len(names[index].strip("$").replace("_", ""))
        look = {"ha": "center", "va": "center", "zorder": 5}
        if letters <= 5:
            ax.text(x, y, names[index], fontsize=11 if letters <= 3 else 9.5, **look)
        else:
            ax.text(x, y + RADIUS + 0.16, names[index], fontsize=10.5, **look)
        if notes:
            ax.text(x, y - RADIUS - 0.16, notes[index], fontsize=10.5, **look)
