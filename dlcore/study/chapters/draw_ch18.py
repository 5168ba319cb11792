"""Figures of chapter 18: what is asked of a text, two stages of training, blanks, layers that share
their weights, and who may see whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.draw_parts import SEEN_MAP, arrow, box, write
from dlcore.study.palette import AMBER, BLUE, GREEN, INK, MUTED, PURPLE, VERMILION

_box = partial(box, rounding=0.1)


def next_words(words: Sequence[str], *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw a text as a causal model reads it: at each word the one that comes next is asked."""
    with card(alt, size=size or (WIDTH, 2.6)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.75, len(words) - 1.25), ylim=(-0.5, 2.6))
        for place, word in enumerate(words[:-1]):
            _box(page.ax, (place, 0), word, BLUE, 0.86, 0.5)
            arrow(page.ax, (place, 0.3), (place, 0.72), MUTED)
            arrow(page.ax, (place, 1.28), (place, 1.72), MUTED)
            _box(page.ax, (place, 2), words[place + 1], VERMILION, 0.86, 0.5)
        middle, wide = len(words) / 2 - 1, len(words) - 1.14
        _box(page.ax, (middle, 1), "masked blocks: each place sees itself and those before",
             GREEN, wide, 0.5)  # fmt: skip
        write(page.ax, (len(words) - 1.62, 2.45), "asked", VERMILION, style="italic")
        write(page.ax, (len(words) - 1.62, -0.42), "read", BLUE, style="italic")
    return page.figure


def two_stages(
    text: str, asked: str, labels: str, answer: str, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw pre-training on text and fine-tuning on labels: the body is carried over, the head is
    not."""
    with card(alt, size=size or (WIDTH, 3.0)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.3, 10.3), ylim=(-0.6, 4.0))
        columns = (
            (2.1, "1. pre-training", text, "head: next word", asked, BLUE),
            (7.9, "2. fine-tuning", labels, "new head", answer, PURPLE),
        )
        for x, title, given, head, out, colour in columns:
            write(page.ax, (x, 3.75), title, INK, weight="bold")
            write(page.ax, (x, -0.35), given, INK)
            arrow(page.ax, (x, -0.1), (x, 0.35), MUTED)
            _box(page.ax, (x, 0.8), "body: all blocks", GREEN, 3.0, 0.85)
            arrow(page.ax, (x, 1.25), (x, 1.6), MUTED)
            _box(page.ax, (x, 1.95), head, colour, 3.0, 0.62)
            arrow(page.ax, (x, 2.3), (x, 2.7), MUTED)
            write(page.ax, (x, 3.0), out, colour)
        arrow(page.ax, (3.7, 0.8), (6.3, 0.8), GREEN, width=2.5)
        write(page.ax, (5.0, 1.12), "weights carried over", GREEN)
    return page.figure


def blanks(
    words: Sequence[str], shown: Mapping[int, str], *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw a text with some places chosen: what the net is shown there, and what it is asked.

    shown: {place: what stands there instead}; the word itself where it is left as it is.
    """
    with card(alt, size=size or (WIDTH, 2.9)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.55, len(words) - 0.4), ylim=(-0.5, 2.6))
        rows = ((0, "text", INK), (1, "shown", BLUE), (2, "asked", VERMILION))
        for y, name, colour in rows:
            write(page.ax, (-1.1, y), name, colour, style="italic")
        for place, word in enumerate(words):
            write(page.ax, (place, 0), word, INK)
            there = shown.get(place, word)
            chosen = place in shown
            colour = BLUE if not chosen else AMBER
            _box(page.ax, (place, 1), there, colour, 0.9, 0.52)
            arrow(page.ax, (place, 0.22), (place, 0.7), MUTED)
            if chosen:
                arrow(page.ax, (place, 1.3), (place, 1.7), MUTED)
                _box(page.ax, (place, 2), word, VERMILION, 0.9, 0.52)
    return page.figure


def shared(depth: int, *, alt: str, size: Size | None = None) -> Figure | None:
    """Draw a stack of blocks with weights of their own, and one whose weights serve each time."""
    colours = (BLUE, VERMILION, PURPLE, AMBER)
    with card(alt, size=size or (WIDTH, 0.62 * depth + 1.1)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(0, 10), ylim=(-0.9, depth + 0.5))
        for x, title, own in ((2.4, "BERT", True), (7.2, "ALBERT", False)):
            write(page.ax, (x, depth + 0.25), title, INK, weight="bold")
            arrow(page.ax, (x, -0.75), (x, -0.32), MUTED)
            for layer in range(depth):
                name = f"block {layer + 1}" if own else "the block"
                colour = colours[layer % 4] if own else GREEN
                _box(page.ax, (x, layer), name, colour, 2.2, 0.62)
                if layer < depth - 1:
                    arrow(page.ax, (x, layer + 0.31), (x, layer + 0.69), MUTED)
                if not own:
                    arrow(page.ax, (9.05, (depth - 1) / 2), (x + 1.12, layer), GREEN)
        _box(page.ax, (9.4, (depth - 1) / 2), "one set", GREEN, 1.1, 0.62)
    return page.figure


def sight(
    tables: Mapping[str, Numbers], words: Sequence[str], *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw tables (T, T) in a row: which word (row) may see which (column), by name."""
    with card(alt, size=size or (WIDTH, 3.0)) as page:
        page.ax.set_axis_off()
        count = len(tables)
        for number, (title, table) in enumerate(tables.items()):
            frame = (0.09 + number * 0.91 / count, 0.0, 0.72 / count, 0.76)
            ax: Any = page.ax.inset_axes(frame)
            ax.imshow(array(table).astype(float), cmap=SEEN_MAP, vmin=0, vmax=1)
            ax.grid(False)
            ax.set_xticks(range(len(words)), words, rotation=60, fontsize=9)
            ax.set_yticks(range(len(words)), words if not number else [], fontsize=9)
            ax.spines[:].set(visible=True, color=MUTED)
            ax.set_title(title, fontsize=10, fontweight="normal", pad=4)
            if not number:
                ax.set_ylabel("who sees", fontsize=9)
            ax.set_xlabel("whom", fontsize=9)
    return page.figure
