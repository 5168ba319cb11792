"""Figures of chapter 20: what may learn, a thin pair beside a table, two heads that copy, and the
road of preferences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dlcore.study.draw_figure import WIDTH, Figure, Size, card
from dlcore.study.draw_parts import arrow, box, write
from dlcore.study.palette import BLUE, GREEN, INK, MUTED, PURPLE, VERMILION

_box = partial(box, rounding=0.1)


def frozen_layers(count: int, *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw a net of `count` layers once for each number of frozen ones, from none to all but one.

    Frozen layers are grey, those that learn are coloured; the last one is the head.
    """
    with card(alt, size=size or (WIDTH, 0.55 + 0.55 * count)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-2.3, 1.5 * count + 0.2), ylim=(0.65 - count, 1.0))
        for place in range(count):
            name = "head" if place == count - 1 else f"layer {place + 1}"
            write(page.ax, (1.5 * place + 0.3, 0.7), name, INK)
        for frozen in range(count):
            words = "all learn" if not frozen else f"{frozen} frozen"
            write(page.ax, (-1.4, -frozen), words, INK)
            for place in range(count):
                fixed = place < frozen
                word, colour = ("fixed", MUTED) if fixed else ("learns", BLUE)
                _box(page.ax, (1.5 * place + 0.3, -frozen), word, colour, 1.2, 0.62)
                if place:
                    arrow(
                        page.ax, (1.5 * place - 0.58, -frozen), (1.5 * place - 0.32, -frozen), INK
                    )
    return page.figure


def thin_pair(*, alt: str, size: Size | None = None) -> Figure | None:
    """Draw LoRA: the frozen table W, and beside it the thin tables A and B, whose answers add."""
    with card(alt, size=size or (WIDTH, 3.0)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.9, 9.2), ylim=(-0.5, 3.6))
        _box(page.ax, (0, 1.5), "x", INK, 0.8, 1.6)
        _box(page.ax, (4, 2.6), "W, fixed", MUTED, 2.6, 1.3)
        _box(page.ax, (2.8, 0.4), "A", BLUE, 1.6, 0.5)
        _box(page.ax, (5.2, 0.4), "B", VERMILION, 0.5, 1.3)
        _box(page.ax, (8.2, 1.5), "y", INK, 0.8, 1.6)
        arrow(page.ax, (0.45, 1.9), (2.65, 2.6), MUTED)
        arrow(page.ax, (0.45, 1.1), (1.95, 0.4), BLUE)
        arrow(page.ax, (3.65, 0.4), (4.9, 0.4), BLUE)
        arrow(page.ax, (5.5, 0.4), (7.75, 1.2), VERMILION)
        arrow(page.ax, (5.35, 2.6), (7.75, 1.8), MUTED)
        write(page.ax, (4.28, 0.75), "r numbers", BLUE)
        write(page.ax, (7.0, 0.4), "· α / r", VERMILION)
        write(page.ax, (7.05, 1.55), "+", INK, weight="bold")
    return page.figure


def copying_heads(
    tokens: Sequence[str], first: int, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw how two heads go on with a copy: tokens[first] comes again as the last token.

    A head of layer 1 hands each token the one before it; a head of layer 2 looks from the last
    token to the place that was handed the same token.
    """
    last = len(tokens) - 1
    if not 0 <= first < last - 1 or tokens[first] != tokens[last]:
        raise ValueError(f"copying_heads needs tokens[first] again at the end, got {first=}")
    with card(alt, size=size or (WIDTH, 3.5)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-2.2, last + 1.3), ylim=(-0.6, 3.9))
        for row, words in enumerate(("tokens", "after\nlayer 1", "after\nlayer 2")):
            write(page.ax, (-1.5, 1.6 * row), words, INK)
        for place, token in enumerate(tokens):
            _box(page.ax, (place, 0), token, INK, 0.7, 0.6)
            before = tokens[place - 1] if place else "–"
            _box(page.ax, (place, 1.6), f"{token} ({before})", BLUE, 0.86, 0.6)
            if place:
                arrow(page.ax, (place - 0.9, 0.34), (place - 0.1, 1.25), BLUE)
        _box(page.ax, (last, 3.2), tokens[first + 1], VERMILION, 0.8, 0.6)
        arrow(page.ax, (first + 1.2, 1.95), (last - 0.5, 3.1), VERMILION)
        write(page.ax, (last + 0.75, 3.2), "next?", VERMILION)
    return page.figure


def preference_roads(*, alt: str, size: Size | None = None) -> Figure | None:
    """Draw the two ways from pairs of sentences to a policy: through a reward, and straight."""
    with card(alt, size=size or (WIDTH, 2.4)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.2, 9.6), ylim=(0.4, 3.4))
        _box(page.ax, (0, 1.5), "pairs:\nwhich is\nbetter?", INK, 1.7, 1.3)
        _box(page.ax, (3.1, 2.7), "learned\nreward", PURPLE, 1.6, 0.9)
        _box(page.ax, (6.1, 2.7), "policy draws,\nis paid", GREEN, 2.1, 0.9)
        _box(page.ax, (8.7, 1.5), "policy", BLUE, 1.4, 0.9)
        arrow(page.ax, (0.9, 1.9), (2.25, 2.6), PURPLE)
        arrow(page.ax, (3.95, 2.7), (5.0, 2.7), GREEN)
        arrow(page.ax, (7.2, 2.6), (8.1, 2.0), GREEN)
        arrow(page.ax, (0.9, 1.1), (8.0, 1.1), VERMILION)
        write(page.ax, (4.4, 0.75), "DPO: one loss on the pairs", VERMILION)
        write(page.ax, (4.4, 1.75), "RLHF: two steps", GREEN)
    return page.figure
