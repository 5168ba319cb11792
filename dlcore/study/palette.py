"""The book's colours, shared by the figures and the site's style sheet.

The series are the colour-blind safe set of Okabe and Ito (2008, https://jfly.uni-koeln.de/color/),
each darkened until it reads as text on the paper (contrast of at least 4.5 : 1).
"""

from __future__ import annotations

PAPER = "#fffdf7"
INK = "#22252b"
MUTED = "#63666d"
GRID = "#e6e1d6"

BLUE = "#0069a6"
VERMILION = "#bf4a00"
GREEN = "#007a58"
PURPLE = "#a2487f"
AMBER = "#8c6200"
SKY = "#1d789b"

SERIES = (BLUE, VERMILION, GREEN, PURPLE, AMBER, SKY, INK)


def rgb(colour: str) -> tuple[float, ...]:
    """Return the three channels in 0..1 of a colour written as `#rrggbb`."""
    return tuple(int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))


def tint(colour: str, amount: float = 0.25) -> str:
    """Mix `amount` (0..1) of a colour into the paper; the result is `#rrggbb`."""
    mixed = [amount * c + (1 - amount) * p for c, p in zip(rgb(colour), rgb(PAPER), strict=True)]
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in mixed)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0..1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1..21 (WCAG 2.2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def css() -> str:
    """Return the palette as CSS custom properties, for the site's style sheet."""
    named = {"paper": PAPER, "ink": INK, "muted": MUTED, "grid": GRID}
    named |= {"blue": BLUE, "vermilion": VERMILION, "green": GREEN, "purple": PURPLE}
    named |= {"amber": AMBER, "sky": SKY}
    lines = [f"  --dl-{name}: {value};" for name, value in named.items()]
    return ":root {\n" + "\n".join(lines) + "\n}\n"
