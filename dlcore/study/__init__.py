"""The notebook's bench: set-up, figures, sliders, claims and source code on the page."""

from dlcore.study import draw
from dlcore.study.claim import ClaimError, claim
from dlcore.study.explore import explore
from dlcore.study.setup import budget, scale, setup
from dlcore.study.sound import sound
from dlcore.study.source import source

READING_ORDER = (
    "palette",
    "setup",
    "claim",
    "source",
    "draw_figure",
    "draw_parts",
    "draw_curves",
    "draw_field",
    "draw_image",
    "draw_diagram",
    "draw_graph",
    "draw_wiring",
    "draw",
    "chapters",
    "explore",
    "sound",
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
    "sound",
    "source",
]
