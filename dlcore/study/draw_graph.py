"""A diagram of an expression: what was computed from what, with values and gradients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.draw_figure import WIDTH, Figure, Size, card
from dlcore.study.palette import BLUE, INK, MUTED, PAPER, VERMILION, tint

Place = tuple[float, float]

COLUMN, ROW = 2.3, 1.25
HALF = (0.78, 0.42)  # half width and height of a box


def graph(
    nodes: Mapping[str, Any],
    edges: Iterable[Any],
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw an expression graph from its inputs on the left to its result on the right.

    nodes: {name: label}, or {name: {"op": label, "value": number, "grad": number}} with any of
    the three. edges: (from, to) or (from, to, text on the arrow, such as a local derivative).
    """
    edges = [(*edge, "")[:3] for edge in edges]
    for source, target, _ in edges:
        for name in (source, target):
            if name not in nodes:
                raise ValueError(f"draw.graph got an edge at {name!r}; nodes are {list(nodes)}")
    places = _layout(list(nodes), edges)
    spots = np.array(list(places.values()))
    span = spots.max(0) - spots.min(0) + (2 * HALF[0] + 0.3, 2 * HALF[1] + 0.3)
    width = min(WIDTH, 1.15 * span[0])
    size = size or (width, width * span[1] / span[0] + (0.4 if title else 0))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        low = spots.min(0) - np.array(HALF) - 0.15
        page.ax.set(xlim=(low[0], low[0] + span[0]), ylim=(low[1], low[1] + span[1]))
        sinks = {name for name in nodes if all(name != source for source, *_ in edges)}
        for source, target, text in edges:
            _edge(page.ax, places[source], places[target], text)
        for name, content in nodes.items():
            _node(page.ax, places[name], name, content, name in sinks)
    return page.figure


def _layout(names: list[str], edges: list[Any]) -> dict[str, Place]:
    """Give each node a column after all its inputs and a row near the mean of theirs."""
    inputs = {name: [s for s, t, _ in edges if t == name] for name in names}
    depth = {}
    while len(depth) < len(names):
        ready = [n for n in names if n not in depth and all(i in depth for i in inputs[n])]
        if not ready:
            raise ValueError("draw.graph expects a graph without cycles, got one with a cycle")
        for name in ready:
            depth[name] = 1 + max((depth[i] for i in inputs[name]), default=-1)
    for name in names:  # an input stands just before its first use
        users = [depth[t] for s, t, _ in edges if s == name]
        if users and not inputs[name]:
            depth[name] = min(users) - 1
    places = {}
    for column in range(max(depth.values()) + 1):
        members = [name for name in names if depth[name] == column]
        wish = [np.mean([places[i][1] for i in inputs[n]] or [-names.index(n)]) for n in members]
        ranked = [members[i] for i in np.argsort(-np.asarray(wish, float), kind="stable")]
        for row, name in enumerate(ranked):
            places[name] = (COLUMN * column, ROW * ((len(ranked) - 1) / 2 - row))
    return places


def _edge(ax: Axes, source: Place, target: Place, text: Any) -> None:
    start, end = (source[0] + HALF[0], source[1]), (target[0] - HALF[0], target[1])
    arrow = FancyArrowPatch(
        start,
        end,
        arrowstyle="-|>,head_length=5,head_width=2.6",
        shrinkA=0,
        shrinkB=0,
        color=MUTED,
        lw=1.3,
        zorder=1,
    )
    ax.add_patch(arrow)
    if text:
        ax.text(
            0.55 * start[0] + 0.45 * end[0],
            0.55 * start[1] + 0.45 * end[1],
            str(text),
            fontsize=10,
            ha="center",
            va="center",
            color=VERMILION,
            zorder=4,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none"},
        )


def _node(ax: Axes, place: Place, name: str, content: Any, last: bool) -> None:
    content = content if isinstance(content, dict) else {"op": content}
    rows = [(str(content.get("op", name)), INK, "bold")]
    if "value" in content:
        rows.append((_number(content["value"]), BLUE, "normal"))
    if "grad" in content:
        rows.append(("grad " + _number(content["grad"]), VERMILION, "normal"))
    corner = (place[0] - HALF[0], place[1] - HALF[1])
    box = FancyBboxPatch(
        corner,
        2 * HALF[0],
        2 * HALF[1],
        boxstyle="round,pad=0,rounding_size=0.12",
        facecolor=tint(BLUE, 0.14) if last else PAPER,
        edgecolor=INK,
        lw=1.3,
        zorder=3,
    )
    ax.add_patch(box)
    for index, (text, colour, weight) in enumerate(rows):
        y = place[1] + 0.26 * ((len(rows) - 1) / 2 - index)
        look = {"color": colour, "weight": weight, "fontsize": 10}
        ax.text(place[0], y, text, ha="center", va="center", zorder=5, **look)


def _number(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.4g}".replace("-", "−")
