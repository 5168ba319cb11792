"""Figure of chapter 5: what a table of two rows does to arrows in the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcore.study.draw_figure import Figure, Numbers, Size, array, card
from dlcore.study.palette import BLUE, MUTED, VERMILION


def arrows(
    table: Numbers,
    before: Numbers,
    *,
    alt: str,
    limit: float | None = None,
    title: str | None = None,
    ax: Axes | None = None,
    size: Size = (4.6, 4.6),
) -> Figure | None:
    """Draw arrows from 0 (dashed, blue) and where a table (2, 2) sends each (solid, vermilion).

    before (A, 2): the arrows' tips. limit: how far the axes reach, as far as the arrows unless
    given. Raises ValueError for other shapes.
    """
    table, before = array(table).astype(float), array(before).astype(float)
    if table.shape != (2, 2) or before.ndim != 2 or before.shape[1] != 2:
        raise ValueError(
            f"arrows expects a table (2, 2) and arrows (A, 2), got {table.shape} and {before.shape}"
        )
    after = before @ table.T
    reach = limit or 1.15 * max(np.abs(before).max(), np.abs(after).max())
    with card(alt, ax=ax, size=size, title=title) as page:
        page.ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        page.ax.axhline(0, color=MUTED, lw=0.8, zorder=1)
        page.ax.axvline(0, color=MUTED, lw=0.8, zorder=1)
        _fan(page.ax, after, VERMILION, "-", "after")
        _fan(page.ax, before, BLUE, (0, (3, 2)), "before")
        page.ax.legend(loc="lower right")
    return page.figure


def _fan(ax: Axes, tips: np.ndarray, colour: str, stroke: Any, name: str) -> None:
    """Arrows from 0 to the tips, and one empty line for the key."""
    look = {"arrowstyle": "-|>", "color": colour, "lw": 1.8, "ls": stroke, "shrinkA": 0}
    for tip in tips:
        ax.annotate("", xy=tip, xytext=(0, 0), arrowprops={**look, "shrinkB": 0})
    ax.plot([], [], color=colour, ls=stroke, label=name)
