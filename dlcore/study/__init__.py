"""The notebook's bench: set-up, figures, sliders, claims and source code on the page."""

from dlcore.study import draw
from dlcore.study.claim import ClaimError, claim
from dlcore.study.explore import explore
from dlcore.study.setup import budget, scale, setup
from dlcore.study.source import source

READING_ORDER = (
    "palette",
    "setup",
    "claim",
    "source",
    "draw_figure",
    "draw_curves",
    "draw_field",
    "draw_image",
    "draw_diagram",
    "draw_graph",
    "draw_wiring",
    "draw_ch00",
    "draw_ch01",
    "draw_ch02",
    "draw_ch03",
    "draw_ch05",
    "draw_ch06",
    "draw_ch07",
    "draw_ch08",
    "draw",
    "explore",
)

__all__ = [
    "READING_ORDER",
    "ClaimError",
    "budget",
    "claim",
    "draw",
    "explore",
    "scale",
    "setup",
    "source",
]
