"""Figures of chapter 6: small tables of numbers and how one comes from the other, layers as stacks
of feature maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcore.study.draw_figure import WIDTH, Figure, Size, array, card
from dlcore.study.palette import BLUE, GRID, INK, MUTED, PAPER, SERIES, tint

Place = tuple[float, float, float, float]  # left, width, height, shift of a stack of maps

GAP = 0.45  # between the parts of a row, in cells
BETWEEN = 0.5  # between rows, in cells
LETTER = 0.26  # width of a letter between tables, in cells
SHOWN = 6  # squares drawn of a layer with more maps


class Table(NamedTuple):
    """values (R, C): numbers or text, one per cell. caption stands above. shades {(row, column):
    number of a colour of the palette}; frames [(row, column, height, width, number of a colour)].
    """

    values: Any
    caption: str = ""
    shades: Mapping[tuple[int, int], int] = {}
    frames: Any = ()


def tables(
    rows: Iterable[Sequence[Table | str]],
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw rows of parts, each a Table or a word such as "×" or "→" between two tables.

    rows: [[Table, "→", Table], …], drawn one under another, left edges in line.
    Raises ValueError for a Table whose values are no table (R, C).
    """
    placed, width, top = [], 0.0, 0.0
    for row in rows:
        boxes = [_box(part) for part in row]
        height = max(high for _, high, _ in boxes)
        left = 0.0
        for part, (wide, high, above) in zip(row, boxes, strict=True):
            placed.append((part, left, top + (height + above - high) / 2))
            left += wide + GAP
        width, top = max(width, left - GAP), top + height + BETWEEN
    high = top - BETWEEN
    cell = min(0.46, (WIDTH - 0.3) / width)
    size = size or (cell * width + 0.3, cell * high + (0.65 if title else 0.25))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal", anchor="NW")
        page.ax.set(xlim=(-0.1, width + 0.1), ylim=(high + 0.1, -0.1))
        for part, left, high in placed:
            _table(page.ax, part, left, high) if isinstance(part, Table) else _word(
                page.ax, part, left, high
            )
    return page.figure


def _box(part: Table | str) -> tuple[float, float, float]:
    """Width and height of a part in cells, and what its caption takes of the height."""
    if not isinstance(part, Table):
        return LETTER * len(part) + 0.1, 1.0, 0.0
    values = array(part.values)
    if values.ndim != 2:
        raise ValueError(f"tables expects values of shape (R, C), got {values.shape}")
    above = 0.75 if part.caption else 0.0
    return max(values.shape[1], 0.215 * len(part.caption)), values.shape[0] + above, above


def _table(ax: Axes, table: Table, left: float, top: float) -> None:
    values = array(table.values)
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            shade = table.shades.get((row, column))
            look = {"fc": PAPER if shade is None else tint(SERIES[shade], 0.35), "ec": GRID}
            ax.add_patch(Rectangle((left + column, top + row), 1, 1, lw=1, zorder=1, **look))
            spot = left + column + 0.5, top + row + 0.5
            ax.text(*spot, written(value), ha="center", va="center", fontsize=10.5, zorder=3)
    outer: dict[str, Any] = {"fc": "none", "ec": MUTED, "lw": 1.0, "zorder": 2}
    ax.add_patch(Rectangle((left, top), values.shape[1], values.shape[0], **outer))
    for row, column, height, width, colour in table.frames:
        look: dict[str, Any] = {"fc": "none", "ec": SERIES[colour], "lw": 2.6, "zorder": 4}
        ax.add_patch(Rectangle((left + column, top + row), width, height, **look))
    ax.text(left, top - 0.2, table.caption, fontsize=10.5, va="bottom")


def _word(ax: Axes, word: str, left: float, top: float) -> None:
    ax.text(left, top + 0.5, word, fontsize=12, va="center", color=INK)


def written(value: Any) -> str:
    """A number as short as it can be, with a true minus sign; text as it is."""
    if isinstance(value, str):
        return value
    return f"{float(value):.3g}".replace("-", "−")


def stages(
    layers: Sequence[tuple[str, int, int, str]],
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a convolutional network, left to right, as stacks of square maps.

    layers: (name, maps, side, step) with the number of maps, their side in pixels, and words on
    the arrow that leads to them (not for the first). Maps of one pixel are drawn as a column.
    Of more than 6 maps six are drawn.
    """
    largest = max(side for _, _, side, _ in layers)
    places, left = [], 0.0
    for _, maps, side, step in layers:
        left += 0.0 if not places else max(0.9, 0.165 * max(map(len, step.split("\n"))))
        wide, high, slant = _stack(maps, side, largest)
        places.append((left, wide, high, slant))
        left += wide + slant * (min(maps, SHOWN) - 1)
    size = size or (WIDTH, WIDTH * 3.6 / left + (0.4 if title else 0))
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        page.ax.set(xlim=(-0.3, left + 0.3), ylim=(-1.85, 1.75))
        for index, ((name, maps, side, step), place) in enumerate(zip(layers, places, strict=True)):
            _maps(page.ax, name, maps, side, place)
            if index:
                _step(page.ax, places[index - 1], layers[index - 1][1], place, step)
    return page.figure


def _stack(maps: int, side: int, largest: int) -> tuple[float, float, float]:
    """Width, height and shift of the squares that stand for a layer's maps."""
    if side == 1:
        return 0.22, min(1.8, 0.5 + 0.012 * maps), 0.0
    edge = 0.35 + 1.35 * side / largest
    return edge, edge, 0.09


def _maps(ax: Axes, name: str, maps: int, side: int, place: Place) -> None:
    left, wide, high, slant = place
    count = 1 if side == 1 else min(maps, SHOWN)
    for index in reversed(range(count)):
        corner = left + slant * index, slant * index - high / 2
        look = {"fc": tint(BLUE, 0.2), "ec": INK, "lw": 1.0, "zorder": 3 - 0.1 * index}
        ax.add_patch(Rectangle(corner, wide, high, **look))
    under = f"{maps}" if side == 1 else f"{maps} × {side} × {side}"
    middle = left + (wide + slant * (count - 1)) / 2
    ax.text(middle, -1.15, name, ha="center", va="center", fontsize=10.5, weight="bold")
    ax.text(middle, -1.5, under, ha="center", va="center", fontsize=9)


def _step(ax: Axes, before: Place, maps: int, place: Place, words: str) -> None:
    left, wide, _, slant = before
    start = left + wide + slant * (min(maps, SHOWN) - 1)
    look = {"arrowstyle": "-|>", "mutation_scale": 11, "color": MUTED, "lw": 1.3}
    ends = (start + 0.06, 0), (place[0] - 0.03, 0)
    ax.add_patch(FancyArrowPatch(*ends, shrinkA=0, shrinkB=0, **look))
    middle = (start + place[0]) / 2
    ax.text(middle, 1.25, words, ha="center", va="center", fontsize=9, linespacing=1.25)
