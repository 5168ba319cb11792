"""Figures of chapter 16: words cut into pieces, a word between its neighbours and drawn ones, a net
that reads before one that writes, strips of digits with what was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from dlcore.study.draw_figure import MAPS, WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.palette import BLUE, GREEN, GRID, INK, MUTED, PAPER, SERIES, VERMILION, tint

LETTER = 1.0  # width of a letter, in units of the drawing


def pieces(lines: Sequence[Sequence[str]], *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw lines of pieces of words, each in its box as wide as it has letters; "_" ends a word."""
    longest = max((sum(len(piece) + 0.5 for piece in line) for line in lines), default=1)
    with card(alt, size=size or (WIDTH, 0.35 + 0.42 * len(lines))) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.5, max(longest, 50) + 0.5), ylim=(len(lines) - 0.4, -0.6))
        for row, line in enumerate(lines):
            left = 0.0
            for number, piece in enumerate(line):
                width = LETTER * len(piece) + 0.3
                look = {"fc": tint(SERIES[number % 2], 0.3), "ec": SERIES[number % 2], "lw": 0.8}
                page.ax.add_patch(Rectangle((left, row - 0.34), width, 0.68, **look))
                words: dict[str, Any] = {"family": "monospace", "fontsize": 9.5}
                page.ax.text(left + width / 2, row, piece, ha="center", va="center", **words)
                left += width + 0.2
    return page.figure


def window(
    words: Sequence[str],
    place: int,
    reach: int,
    drawn: Sequence[str],
    *,
    alt: str,
    size: Size | None = None,
) -> Figure | None:
    """Draw a sentence, one word's neighbours at most `reach` away pulled, drawn words pushed."""
    with card(alt, size=size or (WIDTH, 2.6)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.7, len(words) - 0.3), ylim=(-1.75, 1.3))
        for number, word in enumerate(words):
            near = 0 < abs(number - place) <= reach
            colour = BLUE if number == place else GREEN if near else MUTED
            _word(page.ax, (number, 0), word, colour)
            if near:
                _arrow(
                    page.ax, (place, 0.25), (number, 0.25), GREEN, bend=0.35 * _way(number, place)
                )
        first = place - (len(drawn) - 1) / 2 * 1.3
        for number, word in enumerate(drawn):
            spot = (first + 1.3 * number, -1.3)
            _word(page.ax, spot, word, VERMILION)
            _arrow(page.ax, (place, -0.25), (spot[0], -1.02), VERMILION, dashed=True)
        _note(page.ax, (place, 1.1), "neighbours: pulled closer", GREEN)
        _note(page.ax, (first + 1.3 * len(drawn) - 0.4, -1.3), "drawn at random: pushed away",
              VERMILION, ha="left")  # fmt: skip
    return page.figure


def two_nets(
    source: Sequence[str], target: Sequence[str], *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw an encoder's steps, the state that it hands on, and a decoder's steps."""
    reads, writes = len(source), len(target) + 1
    with card(alt, size=size or (WIDTH, 2.5)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.6, reads + writes + 0.4), ylim=(-1.45, 1.75))
        for step in range(reads):
            _cell(page.ax, step, BLUE)
            _word(page.ax, (step, -1.1), source[step], BLUE)
            _arrow(page.ax, (step, -0.85), (step, -0.36), BLUE)
            _arrow(page.ax, (step + 0.36, 0), (step + (0.64 if step < reads - 1 else 1.64), 0), INK)
        for step in range(writes):
            at = reads + 1 + step
            _cell(page.ax, at, GREEN)
            _word(page.ax, (at, 1.1), target[step] if step < len(target) else "end", GREEN)
            _word(page.ax, (at, -1.1), target[step - 1] if step else "begin", MUTED)
            _arrow(page.ax, (at, 0.36), (at, 0.85), GREEN)
            _arrow(page.ax, (at, -0.85), (at, -0.36), MUTED)
            if step < writes - 1:
                _arrow(page.ax, (at + 0.36, 0), (at + 0.64, 0), INK)
        _note(page.ax, ((reads - 1) / 2, 1.6), "encoder: reads", BLUE)
        _note(page.ax, (reads + 0.5 + writes / 2, 1.6), "decoder: writes", GREEN)
        _note(page.ax, (reads, 0.3), "(h, c)", INK)
    return page.figure


def strips(
    pictures: Numbers,
    written: Sequence[str],
    read: Sequence[str],
    *,
    alt: str,
    columns: int = 3,
    size: Size | None = None,
) -> Figure | None:
    """Draw strips (N, 8, W), above each what was read, and what was written where it differs."""
    sheet = array(pictures)
    rows = -(-len(sheet) // columns)
    with card(alt, size=size or (WIDTH, 0.85 * rows)) as page:
        page.ax.set_axis_off()
        for index, picture in enumerate(sheet):
            row, column = divmod(index, columns)
            spot = page.ax.inset_axes(
                ((column + 0.03) / columns, 1 - (row + 0.97) / rows, 0.94 / columns, 0.62 / rows)
            )
            spot.imshow(picture, cmap=MAPS["ink"], vmin=0, vmax=1, aspect="auto")
            spot.set(xticks=[], yticks=[])
            spot.grid(False)
            spot.spines[:].set(visible=True, color=GRID)
            right = written[index] == read[index]
            title = f"read {read[index]}" + ("" if right else f", written {written[index]}")
            words: dict[str, Any] = {"fontsize": 9.5, "fontweight": "normal", "pad": 2}
            spot.set_title(title, loc="left", color=INK if right else VERMILION, **words)
    return page.figure


def _way(number: int, place: int) -> int:
    return -1 if number > place else 1


def _cell(ax: Axes, at: float, colour: str) -> None:
    box = FancyBboxPatch(
        (at - 0.3, -0.3), 0.6, 0.6, boxstyle="round,pad=0.03", fc=tint(colour, 0.3), ec=colour
    )
    ax.add_patch(box)
    ax.text(at, 0, "LSTM", ha="center", va="center", fontsize=8)


def _word(ax: Axes, spot: tuple[float, float], word: str, colour: str) -> None:
    paper = {"fc": PAPER, "ec": "none", "pad": 1.5}
    ax.text(*spot, word, ha="center", va="center", color=colour, fontsize=10.5, bbox=paper)


def _note(ax: Axes, spot: tuple[float, float], text: str, colour: str, ha: str = "center") -> None:
    ax.text(*spot, text, ha=ha, va="center", color=colour, fontsize=10, style="italic")


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str,
    bend: float = 0.0, dashed: bool = False,
) -> None:  # fmt: skip
    look: dict[str, Any] = {"color": colour, "lw": 1.4, "ls": (0, (4, 2)) if dashed else "-"}
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=10, shrinkA=1, shrinkB=1,
            connectionstyle=f"arc3,rad={bend}", **look,
        )
    )  # fmt: skip
