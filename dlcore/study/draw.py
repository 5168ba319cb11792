"""Every figure of the book under one name: `draw.lines(…)`, `draw.network(…)`, …"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes

from dlcore.study.draw_curves import bars, histogram, lines
from dlcore.study.draw_diagram import network, timeline
from dlcore.study.draw_field import regions, scatter
from dlcore.study.draw_figure import STYLE, WIDTH, Figure, Size, new_figure
from dlcore.study.draw_graph import graph
from dlcore.study.draw_image import grid_path, heatmap, images
from dlcore.study.draw_wiring import wiring

__all__ = [
    "Figure",
    "bars",
    "graph",
    "grid_path",
    "heatmap",
    "histogram",
    "images",
    "lines",
    "network",
    "panels",
    "regions",
    "scatter",
    "timeline",
    "wiring",
]


def panels(
    drawings: Sequence[Callable[[Axes], Any]],
    *,
    alt: str,
    title: str | None = None,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    size: Size | None = None,
) -> Figure:
    """Draw several figures side by side: each drawing is a callable that gets its axes.

    `draw.panels([lambda ax: draw.lines(x, y, alt="", ax=ax), …], alt="…")`. columns: panels per
    row, at most 3 unless given. titles: one per panel.
    """
    if titles is not None and len(titles) != len(drawings):
        raise ValueError(f"draw.panels got {len(drawings)} drawings and {len(titles)} titles")
    columns = columns or min(len(drawings), 3 if len(drawings) != 4 else 2)
    rows = -(-len(drawings) // columns)
    height = {1: 4.0, 2: 3.4}.get(columns, 2.7)
    smaller: dict[Any, Any] = {"font.size": 10, "axes.titlesize": 11, "axes.labelsize": 10.5}
    smaller |= {"xtick.labelsize": 9.5, "ytick.labelsize": 9.5, "legend.fontsize": 9.5}
    with matplotlib.rc_context(dict(STYLE) | smaller):
        figure = new_figure(alt, size or (WIDTH, rows * height + (0.4 if title else 0)))
        grid = figure.sheet.subplots(rows, columns, squeeze=False).ravel()
        for index, ax in enumerate(grid):
            if index >= len(drawings):
                ax.set_axis_off()
                continue
            drawings[index](ax)
            ax.set_anchor("N")
            if titles is not None:
                ax.set_title(titles[index])
        if title:
            figure.sheet.suptitle(title, x=0.01, ha="left", fontsize=12.5, fontweight="bold")
    return figure
