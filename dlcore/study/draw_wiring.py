"""Boxes joined by arrows as wiring has it: what goes where in a layer or a cell."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.draw_figure import WIDTH, Figure, Size, card
from dlcore.study.palette import BLUE, INK, MUTED, PAPER, VERMILION, tint

Place = tuple[float, float]

HALF = (0.62, 0.3)  # half width and height of a box


def wiring(
    boxes: Mapping[str, Place],
    arrows: Sequence[tuple[str, ...]],
    *,
    alt: str,
    marked: Container[str] = (),
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw boxes {label: (x, y)} and arrows [(from, to) or (from, to, text)] between them.

    Boxes are 1.24 wide and 0.6 high; those in `marked` are filled. A label's part behind "|" is
    not shown, so that two boxes may look alike. Raises ValueError for an arrow without its box.
    """
    for arrow in arrows:
        for name in arrow[:2]:
            if name not in boxes:
                raise ValueError(f"wiring got an arrow at {name!r}; boxes are {list(boxes)}")
    left, right = (edge(x for x, _ in boxes.values()) for edge in (min, max))
    low, high = (edge(y for _, y in boxes.values()) for edge in (min, max))
    span = right - left + 2 * HALF[0] + 0.2, high - low + 2 * HALF[1] + 0.2
    width = min(WIDTH, 1.1 * span[0])
    with card(alt, ax=ax, size=size or (width, width * span[1] / span[0]), title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        page.ax.set_xlim(left - HALF[0] - 0.1, right + HALF[0] + 0.1)
        page.ax.set_ylim(low - HALF[1] - 0.1, high + HALF[1] + 0.1)
        for start, end, *text in arrows:
            _arrow(page.ax, boxes[start], boxes[end], *text)
        for name, place in boxes.items():
            _box(page.ax, place, name.partition("|")[0], name in marked)
    return page.figure


def _box(ax: Axes, place: Place, label: str, marked: bool) -> None:
    corner = place[0] - HALF[0], place[1] - HALF[1]
    colour = tint(BLUE) if marked else PAPER
    look = {"boxstyle": "round,pad=0,rounding_size=0.08", "fc": colour, "ec": INK, "lw": 1.3}
    ax.add_patch(FancyBboxPatch(corner, 2 * HALF[0], 2 * HALF[1], zorder=2, **look))
    ax.text(*place, label, ha="center", va="center", fontsize=10.5, zorder=3)


def _arrow(ax: Axes, start: Place, end: Place, text: str = "") -> None:
    """From the edge of one box to the edge of the other, along the line between their middles."""
    across, up = end[0] - start[0], end[1] - start[1]
    inside = min(d / abs(way) for d, way in zip(HALF, (across, up), strict=True) if way)
    points = [(start[0] + share * across, start[1] + share * up) for share in (inside, 1 - inside)]
    look = {"arrowstyle": "-|>", "mutation_scale": 14, "color": MUTED, "lw": 1.5}
    ax.add_patch(FancyArrowPatch(*points, shrinkA=0, shrinkB=1, zorder=1, **look))
    if text:
        middle = [(a + b) / 2 for a, b in zip(*points, strict=True)]
        paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2}
        words = {"color": VERMILION, "fontsize": 10.5, "bbox": paper, "zorder": 3}
        ax.text(middle[0], middle[1], text, ha="center", va="center", **words)
