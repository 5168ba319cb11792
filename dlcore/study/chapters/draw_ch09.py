"""Figures of chapter 9: rows of units with their ties, and codes of two numbers as a map."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.palette import BLUE, INK, MUTED, PAPER, SERIES, VERMILION, tint

RADIUS, RISE = 0.3, 1.5
HEADS = {"both": "-", "down": "<|-", "up": "-|>"}


def rows(
    layers: Sequence[Sequence[str]],
    ties: Sequence[str],
    *,
    alt: str,
    names: Sequence[str] = (),
    on: Sequence[tuple[int, int]] = (),
    inside: Sequence[str] = (),
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw layers of units (labels) one above the other, the lowest first, each tied to the next.

    ties: between each two "both" (a line), "down" or "up" (an arrow). names: words at the left.
    on: (layer, unit) of filled units. inside: weights of ties in the lowest layer.
    """
    if len(ties) != len(layers) - 1 or not set(ties) <= set(HEADS):
        raise ValueError(
            f"rows needs one of {', '.join(HEADS)} between each two of {len(layers)} layers, "
            f"got {list(ties)}"
        )
    wide = 2.0 if inside else 1.0  # from one unit to the next
    half, height = wide * max(map(len, layers)) / 2 + 0.1, RISE * (len(layers) - 1) + 1.0
    left = -half - 2.5 * bool(names)
    width = min(WIDTH, 0.95 * (half - left))
    size = size or (width, width * height / (half - left))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        page.ax.set(xlim=(left, half), ylim=(-0.5, height - 0.5))
        places = [_places(len(layer), level, wide) for level, layer in enumerate(layers)]
        _ties(page.ax, places, ties, inside)
        for level, layer in enumerate(layers):
            for unit, label in enumerate(layer):
                _unit(page.ax, places[level][unit], label, (level, unit) in on)
        look = {"ha": "left", "va": "center", "color": MUTED, "fontsize": 11}
        for level, words in enumerate(names):
            page.ax.text(left + 0.1, RISE * level, words, **look)
    return page.figure


def _places(units: int, level: int, wide: float) -> list[tuple[float, float]]:
    return [(wide * (unit - (units - 1) / 2), RISE * level) for unit in range(units)]


def _ties(
    ax: Axes,
    places: list[list[tuple[float, float]]],
    ties: Sequence[str],
    inside: Sequence[str],
) -> None:
    """All ties between layers, and those between neighbours in the lowest one."""
    for level, kind in enumerate(ties):
        for start in places[level]:
            for end in places[level + 1]:
                _tie(ax, start, end, kind)
    for start, end, weight in zip(places[0], places[0][1:], inside, strict=False):
        _tie(ax, start, end, "both")
        look = {"ha": "center", "va": "bottom", "fontsize": 11}
        ax.text((start[0] + end[0]) / 2, start[1] + 0.06, weight, **look)


def _tie(ax: Axes, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
    """A line or an arrow from the rim of one unit to the rim of the other."""
    way = end[0] - start[0], end[1] - start[1]
    share = RADIUS / (way[0] ** 2 + way[1] ** 2) ** 0.5
    rims = [(start[0] + s * way[0], start[1] + s * way[1]) for s in (share, 1 - share)]
    colour = INK if kind == "both" else VERMILION
    look = {"arrowstyle": HEADS[kind], "mutation_scale": 11, "color": colour, "lw": 1.2}
    ax.add_patch(FancyArrowPatch(*rims, shrinkA=0, shrinkB=0, zorder=1, **look))


def _unit(ax: Axes, place: tuple[float, float], label: str, on: bool) -> None:
    face = BLUE if on else tint(BLUE, 0.1)
    ax.add_patch(Circle(place, RADIUS, facecolor=face, edgecolor=INK, lw=1.4, zorder=2))
    look = {"ha": "center", "va": "center", "fontsize": 11, "zorder": 3}
    ax.text(*place, label, color=PAPER if on else INK, **look)


def codes(
    points: Numbers,
    labels: Numbers,
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw each point (N, 2) as its digit, so that colour alone need not tell them apart."""
    points, labels = array(points), array(labels).astype(int)
    with card(alt, ax=ax, size=size or (5.2, 5.0), title=title) as page:
        page.ax.set_axis_off()
        for (x, y), label in zip(points, labels, strict=True):
            look = {"ha": "center", "va": "center", "fontsize": 7.5}
            page.ax.text(x, y, str(label), color=SERIES[label % len(SERIES)], **look)
        low, high = points.min(0), points.max(0)
        room = 0.04 * (high - low)
        page.ax.set(
            xlim=(low[0] - room[0], high[0] + room[0]), ylim=(low[1] - room[1], high[1] + room[1])
        )
    return page.figure
