"""Boxes with words, arrows, and words alone, for drawings of mechanisms."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.palette import BLUE, PAPER, tint

Spot = tuple[float, float]  # a place in the axes' own units

SEEN_MAP = LinearSegmentedColormap.from_list("seen", [PAPER, BLUE])  # who may see whom


def box(
    ax: Axes, spot: Spot, text: str, colour: str, wide: float, high: float, rounding: float = 0.12
) -> None:
    """Draw a box with text in its middle, spot; rounding is the radius of its corners."""
    corner = (spot[0] - wide / 2, spot[1] - high / 2)
    look: dict[str, Any] = {"boxstyle": f"round,pad=0,rounding_size={rounding}", "zorder": 3}
    ax.add_patch(FancyBboxPatch(corner, wide, high, fc=tint(colour, 0.2), ec=colour, **look))
    ax.text(*spot, text, ha="center", va="center", fontsize=9.5, zorder=4)


def arrow(
    ax: Axes, start: Spot, end: Spot, colour: str, width: float = 1.3, head: bool = True,
    gaps: tuple[float, float] = (0, 0),
) -> None:  # fmt: skip
    """Draw an arrow from start to end, or a line without its head; gaps: points left free there."""
    style = "-|>" if head else "-"
    look: dict[str, Any] = {"color": colour, "lw": width, "shrinkA": gaps[0], "shrinkB": gaps[1]}
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle=style, mutation_scale=9, **look))


def write(
    ax: Axes, spot: Spot, text: str, colour: str, size: float = 10, on_paper: bool = False,
    **look: Any,
) -> None:  # fmt: skip
    """Write a text around a spot; on_paper hides what is drawn behind it."""
    paper = {"fc": PAPER, "ec": "none", "pad": 0.8} if on_paper else None
    look = {"ha": "center", "va": "center", "bbox": paper, **look}
    ax.text(*spot, text, color=colour, fontsize=size, **look)
