"""Figures of chapter 21: four ways to think longer, a round of speculative decoding, a store of
cards beside a net, and a picture that a program counts in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.draw_parts import arrow, box, write
from dlcore.study.palette import AMBER, BLUE, GREEN, INK, MUTED, PURPLE, VERMILION

_box = partial(box, rounding=0.1)
SHADES = {"red": VERMILION, "green": GREEN, "blue": BLUE}


def ways(*, alt: str, size: Size | None = None) -> Figure | None:
    """Draw four ways to spend more work on one question: write, ask again, look up, hand over."""
    rows = [
        ("write", ("27 + 85 =", "2, carry 1", "1, carry 1", "112"), BLUE),
        ("ask again", ("27 + 85 =", "112, 102, 112", "most say", "112"), GREEN),
        ("look up", ("lives ?", "nearest card", "read it", "oslo"), PURPLE),
        ("hand over", ("27 + 85 =", "unsure: call", "calculator", "112"), VERMILION),
    ]
    with card(alt, size=size or (WIDTH, 3.3)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-2.1, 10.5), ylim=(-3.6, 0.6))
        for y, (name, parts, colour) in enumerate(rows):
            write(page.ax, (-1.3, -y), name, colour, weight="bold")
            for x, part in enumerate(parts):
                _box(page.ax, (0.9 + 2.8 * x, -y), part, MUTED if x in (0, 3) else colour, 2.2, 0.6)
                if x:
                    arrow(page.ax, (2.8 * x - 0.75, -y), (2.8 * x - 0.25, -y), MUTED)
    return page.figure


def speculation(
    guesses: Sequence[str], kept: int, instead: str, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw a round: guesses of the draft, one look of the target, which of them stay."""
    with card(alt, size=size or (WIDTH, 2.7)) as page:
        page.ax.set_axis_off()
        wide = 2.0 * len(guesses)
        page.ax.set(xlim=(-2.3, wide + 0.2), ylim=(-0.5, 3.5))
        for y, (name, colour) in enumerate((("text", INK), ("target", BLUE), ("draft", AMBER))):
            write(page.ax, (-1.5, 1.5 * y), name, colour, weight="bold")
        _box(page.ax, (wide / 2 - 1, 1.5), "one look at all of them", BLUE, wide - 0.2, 0.6)
        for i, guess in enumerate(guesses):
            x = 2.0 * i
            _box(page.ax, (x, 3), guess, AMBER, 1.5, 0.6)
            arrow(page.ax, (x, 2.65), (x, 1.85), MUTED)
            if i > kept:
                write(page.ax, (x, 0), "thrown away", MUTED)
                continue
            arrow(page.ax, (x, 1.15), (x, 0.35), MUTED)
            word, colour = (guess, GREEN) if i < kept else (instead, VERMILION)
            _box(page.ax, (x, 0), word, colour, 1.5, 0.6)
    return page.figure


def look_up(
    asked: str, found: str, line: str, answer: str, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw a question, the store that it is compared with, the card found, and the reader."""
    with card(alt, size=size or (WIDTH, 2.4)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.2, 12.4), ylim=(-0.7, 3.1))
        for y in (2.4, 1.8, 1.2):
            _box(page.ax, (4.4, y), "card" if y != 1.8 else found, PURPLE, 2.8, 0.5)
        write(page.ax, (4.4, 2.9), "store", PURPLE, weight="bold")
        _box(page.ax, (1.3, 1.8), asked, MUTED, 2.6, 0.6)
        write(page.ax, (1.3, 2.5), "who ?", MUTED)
        arrow(page.ax, (2.7, 1.8), (2.95, 1.8), MUTED)
        _box(page.ax, (8.0, 1.8), line, BLUE, 3.6, 0.6)
        arrow(page.ax, (5.85, 1.8), (6.15, 1.8), PURPLE)
        write(page.ax, (8.0, 2.5), "net reads", BLUE)
        _box(page.ax, (8.0, 0), "lives ?", MUTED, 1.6, 0.6)
        arrow(page.ax, (8.0, 0.35), (8.0, 1.45), MUTED)
        _box(page.ax, (11.4, 1.8), answer, GREEN, 1.5, 0.6)
        arrow(page.ax, (9.85, 1.8), (10.6, 1.8), BLUE)
    return page.figure


def perceived(
    picture: Numbers, names: Sequence[tuple[str, str] | None], question: str, answer: int, *,
    alt: str, size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw a picture (3, S, S), what stands in each of its cells, a question and the count."""
    pixels = array(picture).transpose(1, 2, 0)
    cells = round(len(names) ** 0.5)
    with card(alt, size=size or (WIDTH, 2.9)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.2, 11.2), ylim=(-0.3, 3.5), aspect="equal")
        page.ax.imshow(pixels, extent=(0, 3, 0, 3), interpolation="nearest")
        write(page.ax, (1.5, 3.25), "picture", MUTED)
        write(page.ax, (5.9, 3.25), "the net names each cell", BLUE)
        arrow(page.ax, (3.15, 1.5), (3.75, 1.5), MUTED)
        for i, name in enumerate(names):
            spot = (4.5 + 1.4 * (i % cells), 2.5 - i // cells)
            said = f"{name[0]}\n{name[1]}" if name else "–"
            _box(page.ax, spot, said, SHADES[name[0]] if name else MUTED, 1.25, 0.85)
        arrow(page.ax, (8.1, 1.5), (8.7, 1.5), MUTED)
        _box(page.ax, (9.9, 1.5), f"{question}\n{answer}", GREEN, 2.2, 1.2)
        write(page.ax, (9.9, 3.25), "a program counts", GREEN)
    return page.figure
