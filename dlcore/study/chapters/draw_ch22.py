"""Figures of chapter 22: two kinds of memory, a state step by step, a table of fast weights, a
router and its experts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dlcore.study.draw_figure import WIDTH, Figure, Size, card
from dlcore.study.draw_parts import arrow, box, write
from dlcore.study.palette import AMBER, BLUE, GREEN, INK, MUTED, PURPLE, VERMILION

_box = partial(box, rounding=0.1)
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, AMBER)


def memories(words: Sequence[str], *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw what is kept after each word: every word, or a state of one size."""
    with card(alt, size=size or (WIDTH, 3.3)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.7, len(words) - 0.45), ylim=(-1.3, len(words) * 0.5 + 0.9))
        write(page.ax, (-1.1, 0.9), "attention\nkeeps", BLUE)
        write(page.ax, (-1.1, -0.75), "a state\nkeeps", GREEN)
        for place, word in enumerate(words):
            write(page.ax, (place, 0), word, INK, weight="bold")
            for row, kept in enumerate(words[: place + 1]):
                _box(page.ax, (place, 0.5 + 0.5 * row), kept, BLUE, 0.86, 0.42)
            _box(page.ax, (place, -0.75), "state", GREEN, 0.7, 0.5)
            if place:
                arrow(page.ax, (place - 0.63, -0.75), (place - 0.37, -0.75), GREEN)
            arrow(page.ax, (place, -0.2), (place, -0.48), MUTED)
    return page.figure


def state_steps(count: int, *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw a state that fades from step to step, is written to from below and read from above."""
    with card(alt, size=size or (WIDTH, 2.9)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.0, 2.2 * count - 0.9), ylim=(-0.4, 3.4))
        for t in range(count):
            x, number = 2.2 * t, "₁₂₃₄₅₆₇₈₉"[t]
            _box(page.ax, (x, 0), f"x{number}", BLUE, 0.9, 0.55)
            _box(page.ax, (x, 1.5), f"h{number}", GREEN, 0.9, 0.7)
            _box(page.ax, (x, 3), f"y{number}", VERMILION, 0.9, 0.55)
            arrow(page.ax, (x, 0.3), (x, 1.12), BLUE)
            arrow(page.ax, (x, 1.88), (x, 2.7), VERMILION)
            write(page.ax, (x + 0.4, 0.7), "Δ B", BLUE)
            write(page.ax, (x + 0.3, 2.3), "C", VERMILION)
            if t:
                arrow(page.ax, (x - 1.72, 1.5), (x - 0.48, 1.5), GREEN)
                write(page.ax, (x - 1.1, 1.8), "exp(Δ A)", GREEN)
    return page.figure


def fast_table(*, alt: str, size: Size | None = None) -> Figure | None:
    """Draw how the delta rule writes: read at the key, compare with the value, add the rest."""
    with card(alt, size=size or (WIDTH, 2.5)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.2, 10.2), ylim=(-0.2, 3.2))
        spots = {
            "key k": ((0.9, 0.6), BLUE), "table S": ((3.6, 0.6), GREEN),
            "what S says: S k": ((6.4, 0.6), GREEN), "value v": ((6.4, 2.5), VERMILION),
            "v − S k": ((9.1, 1.55), PURPLE),
        }  # fmt: skip
        for name, (spot, colour) in spots.items():
            _box(page.ax, spot, name, colour, 2.0 if len(name) > 9 else 1.5, 0.7)
        arrow(page.ax, (1.65, 0.6), (2.85, 0.6), MUTED)
        arrow(page.ax, (4.35, 0.6), (5.4, 0.6), MUTED)
        arrow(page.ax, (7.4, 0.6), (8.5, 1.2), MUTED)
        arrow(page.ax, (7.15, 2.5), (8.5, 1.9), MUTED)
        arrow(page.ax, (8.35, 1.6), (3.7, 0.98), PURPLE)
        write(page.ax, (4.9, 1.5), "written under k", PURPLE)
    return page.figure


def routed(
    tokens: Sequence[str], chosen: Sequence[int], experts: int, *, alt: str,
    size: Size | None = None,
) -> Figure | None:  # fmt: skip
    """Draw tokens, the router, and the expert that each of them goes to."""
    with card(alt, size=size or (WIDTH, 3.2)) as page:
        page.ax.set_axis_off()
        wide = max(len(tokens), 1.4 * experts)
        page.ax.set(xlim=(-0.7, wide - 0.3), ylim=(-0.4, 3.4))
        pitch, step = wide / len(tokens), wide / experts
        _box(page.ax, (wide / 2 - 0.5, 1.2), "router: p = softmax(W x), the largest wins", MUTED,
             wide - 0.3, 0.5)  # fmt: skip
        for e in range(experts):
            spot = ((e + 0.5) * step - 0.5, 2.9)
            _box(page.ax, spot, f"expert {e + 1}", COLOURS[e % 5], 1.15, 0.6)
        for i, (token, e) in enumerate(zip(tokens, chosen, strict=True)):
            x = (i + 0.5) * pitch - 0.5
            _box(page.ax, (x, 0), token, COLOURS[e % 5], 0.9 * min(pitch, 1.2), 0.5)
            arrow(page.ax, (x, 0.28), (x, 0.92), MUTED)
            arrow(page.ax, (x, 1.48), ((e + 0.5) * step - 0.5, 2.58), COLOURS[e % 5])
    return page.figure
