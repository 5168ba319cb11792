"""Figures of chapter 15: a string of words as wave and spectrogram, a table of edits, CTC's
lattice, where a writer looks, a dilated stack, melodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcore.study.draw_figure import (
    INK_MAP,
    STYLE,
    WIDTH,
    Figure,
    Numbers,
    Size,
    array,
    card,
    new_figure,
)
from dlcore.study.palette import BLUE, INK, MUTED, PAPER, SERIES, VERMILION, tint

Cuts = Sequence[tuple[float, float]]
ARROW: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 9, "shrinkA": 9, "shrinkB": 9}


def heard(
    wave: Numbers,
    spectrum: Numbers,
    *,
    rate: int,
    words: Sequence[str],
    cuts: Cuts,
    alt: str,
    size: Size | None = None,
) -> Figure:
    """Draw a wave (L,) above its mel bands (T, M), with the words where they are said.

    rate: samples a second. cuts: (first, last + 1) sample of each word.
    """
    wave, spectrum = array(wave), array(spectrum)
    with matplotlib.rc_context(dict(STYLE)):
        figure = new_figure(alt, size or (WIDTH, 4.2))
        top, below = figure.sheet.subplots(2, 1, sharex=True, height_ratios=(1, 1.6))
        seconds = len(wave) / rate
        top.plot(np.arange(len(wave)) / rate, wave, color=BLUE, lw=0.5)
        top.set(ylabel="pressure", yticks=[], ylim=(wave.min() * 1.1, wave.max() * 1.5))
        extent = (0, seconds, 0.5, spectrum.shape[1] + 0.5)
        below.imshow(spectrum.T, aspect="auto", origin="lower", cmap=INK_MAP, extent=extent)
        below.set(xlabel="seconds", ylabel="mel band (dark: loud)", xlim=(0, seconds))
        below.grid(False)
        for word, (begin, end) in zip(words, cuts, strict=True):
            middle = (begin + end) / 2 / rate
            top.text(middle, wave.max() * 1.2, word, ha="center", fontsize=11, weight="bold")
            for ax in (top, below):
                for edge in (begin, end):
                    ax.axvline(edge / rate, color=VERMILION, lw=1, ls=(0, (4, 3)))
    return figure


def edits(
    table: Numbers,
    reference: Sequence[str],
    hypothesis: Sequence[str],
    way: Sequence[tuple[int, int]],
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw Levenshtein's table (I + 1, J + 1), with one cheapest way through it marked.

    way: the (row, column) of each cell on it.
    """
    table = array(table)
    rows, columns = table.shape
    with card(alt, ax=ax, size=size or (1.4 + 0.78 * columns, 0.8 + 0.48 * rows)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.6, columns - 0.4), ylim=(rows - 0.4, -1.2))
        page.ax.plot(
            *zip(*[(c, r) for r, c in way], strict=True), color=tint(VERMILION, 0.5), lw=14
        )
        for r in range(rows):
            for c in range(columns):
                bold = "bold" if (r, c) in way else "normal"
                page.ax.text(c, r, str(table[r, c]), ha="center", va="center", weight=bold)
        for r, word in enumerate(reference, start=1):
            page.ax.text(-0.6, r, word, ha="right", va="center", color=BLUE)
        for c, word in enumerate(hypothesis, start=1):
            page.ax.text(c, -0.8, word, ha="center", va="center", color=VERMILION)
        page.ax.text(-0.6, -0.8, "said ↓  read →", ha="right", va="center", fontsize=9, color=MUTED)
    return page.figure


def lattice(
    states: Sequence[str],
    steps: int,
    *,
    shares: Numbers | None = None,
    path: Sequence[int] = (),
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw CTC's lattice: a row for each of K states, a column for each of T steps.

    states: "–" is the blank. shares (T, K): how dark each place is. path: the state at each step of
    one path. Places that no complete path can visit are left out.
    """
    count = len(states)
    dark = np.zeros((steps, count)) if shares is None else array(shares)
    places = {(t, k) for t in range(steps) for k in range(count) if _alive(states, steps, t, k)}
    with card(alt, ax=ax, size=size or (WIDTH, 0.62 * count + 0.9)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-1.2, steps - 0.4), ylim=(count - 0.2, -0.9))
        for t, k in places:
            for into in _steps(states, k):
                if (t + 1, into) in places:
                    on = bool(path) and t + 1 < steps and path[t] == k and path[t + 1] == into
                    look = {"color": VERMILION if on else MUTED, "lw": 2.4 if on else 0.8, **ARROW}
                    line = FancyArrowPatch((t, k), (t + 1, into), zorder=2 if on else 1, **look)
                    page.ax.add_patch(line)
            fill = tint(BLUE, float(dark[t, k]))
            page.ax.plot(t, k, "o", ms=15, mfc=fill, mec=INK, mew=1, zorder=3)
        for k, state in enumerate(states):
            page.ax.text(-0.75, k, state, ha="center", va="center", weight="bold")
        for t in range(steps):
            page.ax.text(t, -0.75, f"step {t + 1}", ha="center", fontsize=9, color=MUTED)
    return page.figure


def _steps(states: Sequence[str], k: int) -> list[int]:
    """The states that may follow state k: itself, the next, and over a blank to another label."""
    found = [k, k + 1] if k + 1 < len(states) else [k]
    if k + 2 < len(states) and states[k] not in ("–", states[k + 2]):
        found.append(k + 2)
    return found


def _alive(states: Sequence[str], steps: int, t: int, k: int) -> bool:
    """Whether a complete path can stand in state k at step t."""
    reached, before = {0, 1} & set(range(len(states))), []
    for _ in range(t):
        reached = {into for state in reached for into in _steps(states, state)}
    before, left = {k}, steps - 1 - t
    for _ in range(left):
        before = {into for state in before for into in _steps(states, state)}
    return k in reached and bool(before & {len(states) - 1, len(states) - 2})


def looks(
    weights: Numbers,
    written: Sequence[str],
    *,
    cuts: Cuts,
    seconds: float,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw where a writer looked (S, T) for each word written; lines stand where words are cut.

    cuts: (begin, end) of each word in seconds; seconds: length of the sound.
    """
    weights = array(weights)
    extent = (0, seconds, len(written) - 0.5, -0.5)
    with card(alt, ax=ax, size=size or (WIDTH, 0.38 * len(written) + 1.1)) as page:
        page.ax.imshow(weights, aspect="auto", cmap=INK_MAP, vmin=0, vmax=1, extent=extent)
        page.ax.grid(False)
        page.ax.set_yticks(range(len(written)), written)
        page.ax.set(xlabel="seconds of sound", ylabel="written")
        for edge in sorted({edge for cut in cuts for edge in cut}):
            page.ax.axvline(edge, color=VERMILION, lw=1, ls=(0, (4, 3)))
    return page.figure


def stack(
    dilations: Sequence[int],
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a stack of causal convolutions of two samples: what the last output can depend on.

    Inputs below, output above; the samples that reach the last output are blue.
    """
    field, layers = 1 + sum(dilations), len(dilations)
    width = max(field + 1, 8)
    with card(alt, ax=ax, size=size or (WIDTH, 0.62 * layers + 1.2)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-width - 2.6, 0.8), ylim=(-0.9, layers + 0.6))
        needed = {0}
        for layer in range(layers, -1, -1):
            for place in range(width):
                on = place in needed
                look: dict[str, Any] = {
                    "mfc": tint(BLUE, 0.6) if on else PAPER,
                    "mec": INK if on else MUTED,
                }
                page.ax.plot(-place, layer, "o", ms=7, mew=0.9, zorder=3, **look)
            name = "input" if layer == 0 else f"dilation {dilations[layer - 1]}"
            page.ax.text(-width - 0.2, layer, name, ha="right", va="center", fontsize=9.5)
            if layer:
                step = dilations[layer - 1]
                for place in needed:
                    for source in (place, place + step):
                        page.ax.plot((-place, -source), (layer, layer - 1), color=BLUE, lw=1)
                needed = {place + shift for place in needed for shift in (0, step)}
        words = f"the last output sees {field} samples"
        page.ax.text(0, -0.65, words, ha="right", va="center", fontsize=10)
    return page.figure


def roll(
    melodies: Mapping[str, Numbers],
    *,
    bar: int,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw melodies one below the other, a square for each note, lines between the bars.

    melodies: {name: notes (T,)}, whole numbers; bar: notes in a bar.
    """
    rows = {name: array(notes) for name, notes in melodies.items()}
    high = max(int(notes.max()) for notes in rows.values()) + 4
    longest = max(map(len, rows.values()))
    with card(alt, ax=ax, size=size or (WIDTH, 1.05 * len(rows) + 0.4)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(-0.5, longest + 0.2), ylim=(-1, high * len(rows)))
        for number, (name, notes) in enumerate(rows.items()):
            ground = high * (len(rows) - 1 - number)
            colour = SERIES[number % len(SERIES)]
            page.ax.text(0, ground + high - 2.6, name, fontsize=9.5, weight="bold", color=colour)
            for place, note in enumerate(notes.tolist()):
                corner = (place + 0.05, ground + note)
                page.ax.add_patch(Rectangle(corner, 0.9, 0.9, fc=colour, ec="none"))
            for place in range(0, longest + 1, bar):
                page.ax.plot((place, place), (ground, ground + high - 3), color=MUTED, lw=0.8)
    return page.figure
