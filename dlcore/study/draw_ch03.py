"""A figure of chapter 3: walks over the contours of a landscape."""

import numpy as np
import torch

from dlcore.study.draw_figure import DASHES, INK_MAP, MARKERS, WIDTH, array, card
from dlcore.study.palette import INK, PAPER, SERIES

RESOLUTION = 120  # grid points per side of the landscape


def landscape(
    height,
    walks,
    *,
    alt,
    xlim,
    ylim,
    goal=None,
    levels=12,
    title=None,
    xlabel=None,
    ylabel=None,
    ax=None,
    size=None,
):
    """Draw the contours of `height` and on them walks, from a ring to their last point.

    height: (M, 2) float32 torch tensor -> (M,) heights. walks: (T, 2) points in order, or
    {label: (T, 2)}. goal: (2,), marked by a cross. Contours stand closer near the bottom.
    Raises ValueError for a walk of another shape.
    """
    walks = walks if hasattr(walks, "items") else {"": walks}
    with card(alt, ax=ax, size=size or (0.8 * WIDTH, 4.2), title=title) as page:
        page.ax.grid(False)
        _contours(page.ax, height, xlim, ylim, levels)
        for index, (label, walk) in enumerate(walks.items()):
            _walk(page.ax, array(walk), label, index)
        if goal is not None:
            page.ax.plot(*array(goal), "+", color=INK, markersize=13, markeredgewidth=2, zorder=4)
        page.ax.set(xlim=xlim, ylim=ylim, xlabel=xlabel or "", ylabel=ylabel or "")
        if any(walks):
            page.ax.legend(loc="upper right")
    return page.figure


def _contours(ax, height, xlim, ylim, levels):
    x, y = (np.linspace(low, high, RESOLUTION) for low, high in (xlim, ylim))
    points = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    z = array(height(torch.tensor(points, dtype=torch.float32))).reshape(len(y), len(x))
    bottom, top = z.min(), z.max()
    edges = bottom + (top - bottom) * np.linspace(0, 1, levels + 1) ** 2
    ax.contourf(x, y, z, edges, cmap=INK_MAP, alpha=0.5)
    ax.contour(x, y, z, edges, colors=PAPER, linewidths=0.8)


def _walk(ax, walk, label, index):
    if walk.ndim != 2 or walk.shape[1] != 2:
        raise ValueError(f"draw_ch03.landscape expects walks of shape (T, 2), got {walk.shape}")
    colour = SERIES[index % len(SERIES)]
    ax.plot(
        walk[:, 0],
        walk[:, 1],
        color=colour,
        ls=DASHES[index % len(DASHES)],
        lw=1.6,
        marker=MARKERS[index % len(MARKERS)],
        markersize=4.5,
        label=label or None,
        zorder=3,
    )
    ring = {"marker": "o", "markersize": 11, "markerfacecolor": "none", "markeredgewidth": 1.8}
    ax.plot(*walk[0], color=colour, zorder=3, **ring)
