"""A figure of chapter 1: which neurons fire at which moment."""

import numpy as np

from dlcore.study.draw_figure import WIDTH, array, card
from dlcore.study.palette import BLUE, GRID, MUTED


def raster(rows, *, alt, title=None, xlabel="time", highlight=(), ax=None, size=None):
    """Draw one row per neuron and a mark at each moment (T,) at which it fires.

    rows: {name: (T,) of 0 and 1}, the first on top. highlight: names of rows in the second
    colour, such as inputs. Raises ValueError for rows of different lengths.
    """
    names, times = list(rows), [array(row) for row in rows.values()]
    if len({row.shape for row in times}) != 1 or times[0].ndim != 1:
        raise ValueError(
            f"draw_ch01.raster expects rows of one length (T,), got {[row.shape for row in times]}"
        )
    size = size or (WIDTH, 0.7 + 0.36 * len(names) + (0.3 if title else 0))
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel) as page:
        page.ax.grid(False)
        for height, (name, row) in enumerate(zip(names, times, strict=True)):
            page.ax.axhline(height, color=GRID, lw=1, zorder=1)
            moments = np.flatnonzero(row)
            colour = MUTED if name in highlight else BLUE
            page.ax.plot(moments, np.full(len(moments), height), "s", color=colour, ms=9)
        page.ax.set_yticks(range(len(names)), names)
        page.ax.set_xticks(range(len(times[0])))
        page.ax.set(xlim=(-0.6, len(times[0]) - 0.4), ylim=(len(names) - 0.4, -0.6))
        page.ax.tick_params(axis="y", length=0)
        page.ax.spines["left"].set_visible(False)
    return page.figure
