"""Figures of chapter 8: a street, weights one by one, a band, edges of a picture, a chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcore.study.draw_figure import WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.palette import BLUE, GREEN, GRID, INK, MUTED, PAPER, SERIES, VERMILION, tint

SIDES = {-1: ("o", BLUE, "class −1"), 1: ("s", VERMILION, "class +1")}


def street(
    points: Numbers,
    targets: Numbers,
    w: Numbers,
    b: Any,
    support: Iterable[int],
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw points (N, 2) with targets ±1, the street |w·x + b| ≤ 1, and rings round `support`.

    support: the numbers of the examples that carry the boundary.
    """
    points, targets, w, b = array(points), array(targets), array(w), float(b)
    with card(alt, ax=ax, size=size or (WIDTH, 4.6)) as page:
        for side, (marker, colour, name) in SIDES.items():
            here = points[targets == side]
            page.ax.scatter(*here.T, marker=marker, c=colour, s=40, ec=PAPER, zorder=3, label=name)
        ring = {"s": 170, "facecolor": "none", "edgecolor": INK, "lw": 1.6, "zorder": 4}
        page.ax.scatter(*points[list(support)].T, label="support vectors", **ring)
        page.ax.set(xlim=page.ax.get_xlim(), ylim=page.ax.get_ylim(), aspect="equal")
        along = np.array([-w[1], w[0]])
        for score, style in ((0, "-"), (-1, "--"), (1, "--")):
            foot = (score - b) * w / (w @ w)
            name = {0: "boundary, score 0", 1: "edges, score ±1"}.get(score)
            look = {"color": INK, "lw": 2 if score == 0 else 1.3, "ls": style}
            page.ax.axline(tuple(foot), tuple(foot + along), zorder=2, label=name, **look)
        page.ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1))
    return page.figure


def weights(
    found: Numbers,
    true: Numbers,
    *,
    alt: str,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw weights (I,) as stems and the true ones as hollow rings: features have no order."""
    found, true = array(found), array(true)
    places = np.arange(1, len(found) + 1)
    with card(alt, ax=ax, size=size, title=title, xlabel="feature", ylabel="weight") as page:
        page.ax.vlines(places, 0, found, color=BLUE, lw=2, zorder=2)
        page.ax.plot(places, found, "o", color=BLUE, ms=5.5, label="found", zorder=3)
        ring = {"mfc": "none", "mec": VERMILION, "mew": 1.6, "ms": 10, "zorder": 4}
        page.ax.plot(places[true != 0], true[true != 0], "o", label="true, not 0", **ring)
        page.ax.axhline(0, color=MUTED, lw=1)
        page.ax.set_ylim(-2.4, 2.7)
        page.ax.legend(loc="upper right", ncols=2)
    return page.figure


def band(
    line: Numbers,
    middle: Numbers,
    spread: Numbers,
    truth: Numbers,
    examples: Iterable[Numbers],
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a mean with a band of two standard deviations, the truth, and examples (x, y)."""
    line, middle, spread, truth = map(array, (line, middle, spread, truth))
    with card(alt, ax=ax, size=size, xlabel="x", ylabel="y") as page:
        edges = middle - 2 * spread, middle + 2 * spread
        page.ax.fill_between(line, *edges, color=tint(BLUE), lw=0, label="mean ± 2 deviations")
        page.ax.plot(line, middle, color=BLUE, label="mean")
        page.ax.plot(line, truth, color=VERMILION, ls="--", label="truth")
        page.ax.plot(*map(array, examples), "o", color=INK, ms=7, label="examples", zorder=4)
        page.ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1))
    return page.figure


def edges(
    picture: Numbers,
    strengths: Numbers,
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a grey picture (H, W) and, in each cell, a stroke per direction of an edge.

    strengths (H/c, W/c, bins) says how much the ink grows in direction 2π·bin/bins (→, then ↓).
    A stroke lies along the edge, at a right angle to the growth; its length is the strength.
    """
    picture, strengths = array(picture), array(strengths)
    rows, columns, bins = strengths.shape
    cell = picture.shape[0] / rows
    with card(alt, ax=ax, size=size or (5.0, 5.0)) as page:
        page.ax.imshow(picture, cmap="Greys", vmin=0, vmax=2.2 * picture.max())
        for (row, column, turn), strength in np.ndenumerate(strengths):
            angle = 2 * np.pi * turn / bins
            half = 0.48 * cell * strength / strengths.max()
            x, y = (column + 0.5) * cell - 0.5, (row + 0.5) * cell - 0.5
            dx, dy = -half * np.sin(angle), half * np.cos(angle)
            look = {"color": VERMILION, "lw": 2.2, "solid_capstyle": "round"}
            page.ax.plot([x - dx, x + dx], [y - dy, y + dy], **look)
        for middle in range(1, rows):
            page.ax.axhline(middle * cell - 0.5, color=GRID, lw=0.8)
        for middle in range(1, columns):
            page.ax.axvline(middle * cell - 0.5, color=GRID, lw=0.8)
        page.ax.set(xticks=[], yticks=[])
        page.ax.grid(False)
    return page.figure


def trellis(
    shares: Numbers,
    chain: Iterable[Any],
    *,
    alt: str,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw states (rows) at moments (columns), all moves between them, and one chain in bold.

    shares (T, S), each in 0..1, is written in the circles and fills them; chain (T,) are states.
    """
    shares, chain = array(shares), list(map(int, chain))
    moments, states = shares.shape
    with card(alt, ax=ax, size=size or (WIDTH, 1.0 + 0.95 * states), xlabel="moment") as page:
        for moment in range(moments - 1):
            for here in range(states):
                for then in range(states):
                    on = (here, then) == (chain[moment], chain[moment + 1])
                    look = {"color": GREEN, "lw": 4} if on else {"color": GRID, "lw": 1}
                    page.ax.plot([moment, moment + 1], [here, then], zorder=1 + on, **look)
        for (moment, state), share in np.ndenumerate(shares):
            look = {"ec": GREEN if chain[moment] == state else MUTED, "lw": 2}
            face = tint(SERIES[0], 0.7 * float(share))
            page.ax.scatter(moment, state, s=1100, color=face, zorder=3, **look)
            words = {"ha": "center", "va": "center", "fontsize": 11, "zorder": 4}
            page.ax.text(moment, state, f"{share:.2f}", **words)
        page.ax.set_xticks(range(moments), [str(moment + 1) for moment in range(moments)])
        page.ax.set_yticks(range(states), [f"state {state}" for state in range(states)])
        page.ax.set(xlim=(-0.4, moments - 0.6), ylim=(states - 0.5, -0.5))
        page.ax.grid(False)
        page.ax.spines[:].set_visible(False)
    return page.figure
