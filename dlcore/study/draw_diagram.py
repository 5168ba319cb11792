"""Diagrams of history and of networks: a timeline, layers of units."""

import textwrap
from itertools import pairwise

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch

from dlcore.study.draw_figure import WIDTH, array, card
from dlcore.study.palette import BLUE, GRID, INK, MUTED, PAPER, VERMILION, tint

SHOWN = 7  # units drawn of a layer with more than 10
RADIUS = 0.3
LABELLED = 16  # arrows between two layers that still have room for their weights


def timeline(events, *, alt, title=None, ax=None, size=None):
    """Draw (year, text) pairs one under another along a rail, in the order given."""
    rows = [(str(year), textwrap.wrap(text, 62)) for year, text in events]
    if not rows:
        raise ValueError("draw.timeline expects at least one (year, text), got none")
    heights = np.array([len(lines) + 0.75 for _, lines in rows])
    tops = np.concatenate([[0], np.cumsum(heights)[:-1]])
    size = size or (WIDTH, 0.235 * heights.sum() + (0.55 if title else 0.2))
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
    layers,
    *,
    alt,
    weights=None,
    skips=None,
    thresholds=None,
    biases=None,
    captions=None,
    title=None,
    ax=None,
    size=None,
):
    """Draw layers of units, left to right, with the weights on the arrows.

    layers: names [["x₁", "x₂"], …] or unit counts [64, 30, 10]; of more than 10 units some are
    drawn. weights: a matrix (to, from) per pair of layers, of numbers or text; 0 and None draw
    no arrow, negative ones are dashed. skips: {(from layer, to layer): matrix}. thresholds,
    biases: per layer a list for its units, or None. captions: a word under each layer.
    """
    layers = [[""] * layer if isinstance(layer, int) else list(layer) for layer in layers]
    links = _links(layers, weights, skips or {})
    places = [_places(len(layer), 2.2 * column) for column, layer in enumerate(layers)]
    notes = _notes(layers, thresholds, "θ = ") or _notes(layers, biases, "b = ")
    tallest = max(len([p for p in column if p is not None]) for column in places)
    size = size or (min(WIDTH, 1.9 * len(layers) + 0.6), min(6.5, 0.8 * tallest + 1.1))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        for (source, target), matrix in links.items():
            _arrows(page.ax, places[source], places[target], matrix, target - source > 1)
        for column, layer in enumerate(layers):
            _units(page.ax, places[column], layer, notes.get(column), column)
            _caption(page.ax, places, column, len(layer), captions)
        low = -tallest / 2 - (0.75 if captions or max(map(len, layers)) > 10 else 0.25)
        page.ax.set(xlim=(-0.6, 2.2 * len(layers) - 1.6), ylim=(low, tallest / 2 + 0.1))
    return page.figure


def _links(layers, weights, skips):
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


def _places(count, x):
    """Return where each unit stands, from the top; None for the units of a large layer left out."""
    if count <= 10:
        return [(x, (count - 1) / 2 - row) for row in range(count)]
    half = SHOWN // 2
    rows = [*range(half), *[None] * (count - SHOWN + 1), *range(half + 1, SHOWN)]
    return [None if row is None else (x, (SHOWN - 1) / 2 - row) for row in rows]


def _notes(layers, values, prefix):
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


def _short(value):
    return value if isinstance(value, str) else f"{float(value):.3g}".replace("-", "−")


def _arrows(ax, sources, targets, matrix, bent):
    drawn = [
        (source, target, matrix[i, j])
        for i, target in enumerate(targets)
        for j, source in enumerate(sources)
        if source and target and matrix[i, j] is not None and not _zero(matrix[i, j])
    ]
    numbers = [abs(value) for *_, value in drawn if not isinstance(value, str)]
    strongest = max(numbers, default=1.0)
    for source, target, value in drawn:
        negative = value.startswith(("-", "−")) if isinstance(value, str) else value < 0
        strength = 0.6 if isinstance(value, str) else abs(value) / strongest
        crowded = len(drawn) > LABELLED
        arrow = FancyArrowPatch(
            source,
            target,
            arrowstyle="-" if crowded else "-|>,head_length=5,head_width=2.6",
            connectionstyle="arc3,rad=-0.32" if bent else "arc3",
            shrinkA=0,
            shrinkB=0,
            patchA=Circle(source, RADIUS),
            patchB=Circle(target, RADIUS),
            color=_arrow_colour(value, negative, crowded),
            ls=(0, (4, 2)) if negative else "-",
            lw=(0.3 + 1.2 * strength) if crowded else (1.0 + strength),
            zorder=1,
        )
        ax.add_patch(arrow)
        if value != "" and not crowded:
            _weigh(ax, source, target, value, negative, bent)


def _zero(value):
    return not isinstance(value, str) and float(value) == 0


def _arrow_colour(value, negative, crowded):
    if isinstance(value, str):
        return tint(INK, 0.3) if crowded and value == "" else MUTED
    return VERMILION if negative else BLUE


def _weigh(ax, source, target, value, negative, bent):
    """Write a weight on its arrow, near the source, where arrows to one unit lie apart."""
    (x0, y0), (x1, y1) = source, target
    along = 0.5 if bent else 0.36
    x, y = x0 + along * (x1 - x0), y0 + along * (y1 - y0)
    if bent:  # the arc passes half its height above the straight line
        x, y = x - 0.16 * (y1 - y0), y + 0.16 * (x1 - x0)
    ax.text(
        x,
        y,
        _short(value),
        color=INK if isinstance(value, str) else VERMILION if negative else BLUE,
        fontsize=10.5,
        ha="center",
        va="center",
        zorder=4,
        bbox={"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none"},
    )


def _units(ax, places, names, notes, column):
    for index, place in enumerate(places):
        if place is None:
            continue
        face = PAPER if column == 0 else tint(BLUE, 0.14)
        ax.add_patch(Circle(place, RADIUS, facecolor=face, edgecolor=INK, lw=1.4, zorder=3))
        inside = len(names[index].strip("$").replace("_", "")) <= 4
        offset = (0, 0) if inside else (0, RADIUS + 0.13)
        at = (place[0] + offset[0], place[1] + offset[1])
        ax.text(*at, names[index], ha="center", va="center", fontsize=11, zorder=5)
        if notes:
            below = (place[0], place[1] - RADIUS - 0.13)
            ax.text(*below, notes[index], ha="center", va="center", fontsize=10, zorder=5)


def _caption(ax, places, column, count, captions):
    x = 2.2 * column
    shown = [place for place in places[column] if place is not None]
    if len(shown) < count:
        for step in (-0.15, 0, 0.15):
            ax.plot(x, step, "o", color=INK, ms=2.6)
    words = captions[column] if captions else ""
    if len(shown) < count and not words:
        words = f"{count} units"
    bottom = -max(sum(p is not None for p in places[i]) for i in range(len(places))) / 2 - 0.4
    ax.text(x, bottom, words, ha="center", va="center", color=MUTED, fontsize=10.5)
