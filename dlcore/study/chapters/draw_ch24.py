"""Figures of chapter 24: two nets and who teaches whom, clouds of points over a ring."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import matplotlib
from matplotlib.patches import Circle

from dlcore.study.draw_figure import (
    GRID,
    STYLE,
    WIDTH,
    Figure,
    Numbers,
    Size,
    array,
    card,
    new_figure,
)
from dlcore.study.draw_parts import arrow, box, write
from dlcore.study.palette import BLUE, GREEN, INK, MUTED, PURPLE, VERMILION

_box = partial(box, rounding=0.1)


def pair(*, alt: str, size: Size | None = None) -> Figure | None:
    """Draw noise, generator, forged and real examples, the discriminator, its two wishes, and the
    slopes that go back."""
    with card(alt, size=size or (WIDTH, 3.1)) as page:
        ax = page.ax
        ax.set_axis_off()
        ax.set(xlim=(0, 12), ylim=(-0.2, 3.6))
        write(ax, (0.55, 0.9), "noise z", MUTED)
        _box(ax, (2.6, 0.9), "generator G", VERMILION, 2.0, 0.8)
        _box(ax, (5.3, 0.9), "forged G(z)", VERMILION, 1.7, 0.8)
        _box(ax, (5.3, 2.7), "real x", BLUE, 1.7, 0.8)
        _box(ax, (8.1, 1.8), "discriminator D", PURPLE, 2.2, 0.8)
        write(ax, (10.75, 2.2), "score s", INK, size=11)
        write(ax, (10.75, 1.75), "D = sigmoid(s)", MUTED, size=9)
        ways = (((1.15, 0.9), (1.6, 0.9)), ((3.6, 0.9), (4.45, 0.9)), ((6.15, 1.1), (7.0, 1.6)),
                ((6.15, 2.5), (7.0, 2.0)), ((9.2, 2.0), (10.1, 2.1)))  # fmt: skip
        for start, end in ways:
            arrow(ax, start, end, MUTED)
        back = (((9.9, 1.5), (8.6, 1.35)), ((7.7, 1.33), (6.25, 0.62)), ((4.4, 0.66), (3.65, 0.66)))
        for start, end in back:
            arrow(ax, start, end, GREEN, 2)
        write(ax, (6.0, 0.02), "the slope of G's wish: it goes back through D", GREEN, size=9.5)
        write(ax, (8.1, 3.2), "D's wish: real high, forged low", PURPLE, size=9.5)
    return page.figure


def rings(
    clouds: Mapping[str, Numbers], places: Numbers, *, alt: str, size: Size | None = None
) -> Figure:
    """Draw each cloud (N, 2) over circles that mark the places (K, 2) where real points lie."""
    with matplotlib.rc_context(dict(STYLE)):
        figure = new_figure(alt, size or (WIDTH, WIDTH / len(clouds) + 0.3))
        panels = figure.sheet.subplots(1, len(clouds), squeeze=False)[0]
        for ax, (name, points) in zip(panels, clouds.items(), strict=True):
            for x, y in array(places):
                ax.add_patch(Circle((x, y), 0.2, fc="none", ec=BLUE, lw=1.2, zorder=3))
            x, y = array(points).T
            look: dict[str, Any] = {"s": 5, "alpha": 0.5, "linewidths": 0}
            ax.scatter(x, y, color=VERMILION, **look)
            ax.set(xlim=(-3, 3), ylim=(-3, 3), xticks=[], yticks=[], aspect="equal")
            ax.grid(False)
            ax.spines[:].set(visible=True, color=GRID)
            ax.set_title(name, loc="center", fontsize=10, fontweight="normal", pad=4)
    return figure
