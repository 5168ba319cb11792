"""Figures of chapter 3: walks over a landscape, and blame on its way through a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.draw_figure import (
    DASHES,
    INK_MAP,
    MARKERS,
    WIDTH,
    Figure,
    Limits,
    Numbers,
    Size,
    array,
    card,
)
from dlcore.study.palette import BLUE, INK, PAPER, SERIES, VERMILION

RESOLUTION = 120  # grid points per side of the landscape

HALF = (1.25, 0.68)  # half width and height of a box of the blame figure
BOXES = (  # where, what runs forward, what runs back
    (0, 0, r"$h_{l-1}$", r"$\partial L / \partial h_{l-1}$"),
    (4.2, 0, r"$z_l$", r"$\delta_l = \partial L / \partial z_l$"),
    (8.4, 0, r"$h_l$", r"$\partial L / \partial h_l$"),
    (4.2, -2.7, r"$W_l \quad b_l$", r"$\delta_l\, h_{l-1}^\top \quad \delta_l$"),
)
THERE = (  # from, to, text and where it stands
    ((1.25, 0.3), (2.95, 0.3), r"$W_l\, h_{l-1} + b_l$", (2.1, 0.62)),
    ((5.45, 0.3), (7.15, 0.3), r"$\sigma(z_l)$", (6.3, 0.62)),
    ((9.65, 0.3), (11.0, 0.3), "to the loss", (10.4, 0.62)),
    ((3.8, -2.02), (3.8, -0.68), "", (0, 0)),
)
BACK = (
    ((2.95, -0.3), (1.25, -0.3), r"3.  $W_l^\top \delta_l$", (2.1, -0.66)),
    ((7.15, -0.3), (5.45, -0.3), r"1.  $\odot\ \sigma'(z_l)$", (6.3, -0.66)),
    ((11.0, -0.3), (9.65, -0.3), "its slopes", (10.4, -0.66)),
    ((4.6, -0.68), (4.6, -2.02), r"2.  $\delta_l\, h_{l-1}^\top$", (5.6, -1.35)),
)


def landscape(
    height: Callable[[torch.Tensor], Numbers],
    walks: Numbers,
    *,
    alt: str,
    xlim: Limits,
    ylim: Limits,
    goal: Numbers | None = None,
    levels: int = 12,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
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


def _contours(
    ax: Axes, height: Callable[[torch.Tensor], Numbers], xlim: Limits, ylim: Limits, levels: int
) -> None:
    x, y = (np.linspace(low, high, RESOLUTION) for low, high in (xlim, ylim))
    points = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    z = array(height(torch.tensor(points, dtype=torch.float32))).reshape(len(y), len(x))
    bottom, top = z.min(), z.max()
    edges = bottom + (top - bottom) * np.linspace(0, 1, levels + 1) ** 2
    ax.contourf(x, y, z, edges, cmap=INK_MAP, alpha=0.5)
    ax.contour(x, y, z, edges, colors=PAPER, linewidths=0.8)


def _walk(ax: Axes, walk: np.ndarray, label: str, index: int) -> None:
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


def blame(*, alt: str, size: Size | None = None) -> Figure | None:
    """Draw one layer: what it computes, from left to right, and the blame on its way back."""
    with card(alt, size=size or (WIDTH, 2.75)) as page:
        page.ax.set_axis_off()
        page.ax.set_aspect("equal")
        page.ax.set(xlim=(-1.35, 11.6), ylim=(-3.45, 0.95))
        for x, y, there, back in BOXES:
            corner = (x - HALF[0], y - HALF[1])
            style = "round,pad=0,rounding_size=0.15"
            box = FancyBboxPatch(corner, 2 * HALF[0], 2 * HALF[1], boxstyle=style, fc=PAPER, ec=INK)
            page.ax.add_patch(box)
            look = {"ha": "center", "va": "center", "fontsize": 11}
            page.ax.text(x, y + 0.32, there, color=BLUE, **look)
            page.ax.text(x, y - 0.32, back, color=VERMILION, **look)
        for arrows, colour, dash in ((THERE, BLUE, "-"), (BACK, VERMILION, (0, (4, 2)))):
            for start, end, text, place in arrows:
                _arrow(page.ax, start, end, colour, dash)
                page.ax.text(*place, text, color=colour, ha="center", va="center", fontsize=10)
    return page.figure


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, dash: Any
) -> None:
    head = "-|>,head_length=5,head_width=2.6"
    shape = FancyArrowPatch(start, end, arrowstyle=head, shrinkA=2, shrinkB=2)
    shape.set(color=colour, linestyle=dash, linewidth=1.6)
    ax.add_patch(shape)
