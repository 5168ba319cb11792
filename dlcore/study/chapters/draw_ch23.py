"""Figures of chapter 23: clouds of features, a bound and its gap, a code that is drawn, two ways to
a slope, a walk through the plane of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.patches import Circle, Ellipse, Rectangle

from dlcore.study.draw_figure import MAPS, WIDTH, Figure, Numbers, Size, array, card
from dlcore.study.draw_parts import Spot, arrow, box, write
from dlcore.study.palette import (
    AMBER,
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    PAPER,
    PURPLE,
    SKY,
    VERMILION,
    tint,
)

_box = partial(box, rounding=0.1)
TEN = (BLUE, VERMILION, GREEN, PURPLE, AMBER, SKY, INK, BLUE, VERMILION, GREEN)


def clouds(
    named: Mapping[str, tuple[Numbers, Numbers]], *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw clouds as ellipses of one standard deviation, and an arrow from the first mean to each
    other; named: {name: (mean (2,), covariance (2, 2))}."""
    with card(alt, size=size or (6.4, 3.0), xlabel="a feature", ylabel="another") as page:
        page.ax.set_aspect("equal")
        start: Spot | None = None
        for (name, (mean, spread)), colour in zip(named.items(), TEN, strict=False):
            x, y = (float(number) for number in array(mean))
            factors, directions = np.linalg.eigh(array(spread))
            turn = float(np.degrees(np.arctan2(directions[1, 1], directions[0, 1])))
            wide, high = 2 * np.sqrt(factors[::-1])
            look: dict[str, Any] = {"fc": tint(colour, 0.18), "ec": colour, "lw": 1.4}
            page.ax.add_patch(Ellipse((x, y), wide, high, angle=turn, **look))
            page.ax.plot(x, y, "o", color=colour, ms=5)
            write(page.ax, (x, y + high / 2 + 0.25), name, colour)
            if start is None:
                start = (x, y)
            else:
                arrow(page.ax, start, (x, y), MUTED, gaps=(4, 4))
        page.ax.autoscale_view()
        page.ax.margins(0.12, 0.2)
    return page.figure


def bound(
    rows: Mapping[str, float], total: float, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw ln p(x) = total as a line, each row's bound as a bar that ends below it, and the gap."""
    with card(alt, size=size or (WIDTH, 0.62 * len(rows) + 1.0), xlabel="nats") as page:
        low = 1.25 * min(rows.values())
        for place, (name, value) in enumerate(rows.items()):
            height = len(rows) - 1 - place
            page.ax.barh(height, value - low, 0.55, low, color=tint(BLUE, 0.35), ec=BLUE)
            gap: dict[str, Any] = {"color": tint(VERMILION, 0.3), "ec": VERMILION, "hatch": "//"}
            if total - value > 1e-3:
                page.ax.barh(height, total - value, 0.55, value, **gap)
                write(page.ax, ((value + total) / 2, height), f"{total - value:.2f}", INK,
                      on_paper=True)  # fmt: skip
            write(page.ax, ((low + value) / 2, height), _minus(f"{name}: {value:.3f}"), INK)
        page.ax.axvline(total, color=INK, lw=1.6)
        said = _minus(f"ln p(x) = {total:.3f}")
        write(page.ax, (total, len(rows) - 0.45), said, INK, va="bottom")
        page.ax.set(xlim=(low, total + 0.12 * (total - low)), ylim=(-0.5, len(rows) - 0.1))
        page.ax.set_yticks([])
    return page.figure


def through(
    picture: Numbers, again: Numbers, *, alt: str, size: Size | None = None
) -> Figure | None:
    """Draw a picture's way: encoder, a small bell of codes, one draw, decoder, chances of ink."""
    with card(alt, size=size or (WIDTH, 2.7)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(0, 12), ylim=(0, 3.2))
        for left, pixels, name in ((0.0, picture, "x"), (0.86, again, "p(x | z)")):
            spot: Any = page.ax.inset_axes((left, 0.32, 0.13, 0.5))
            spot.imshow(array(pixels), cmap=MAPS["ink"], vmin=0, vmax=1, interpolation="nearest")
            spot.set(xticks=[], yticks=[])
            spot.grid(False)
            spot.spines[:].set(visible=True, color=GRID)
            spot.set_title(name, loc="center", fontsize=10.5, fontweight="normal", pad=3)
        _box(page.ax, (2.9, 1.8), "encoder", BLUE, 1.5, 0.8)
        for radius, look in ((1.25, {"fc": tint(MUTED, 0.08), "ec": MUTED, "ls": "--"}),
                             (0.42, {"fc": tint(VERMILION, 0.25), "ec": VERMILION})):  # fmt: skip
            middle = (6.0, 1.6) if radius > 1 else (6.45, 2.05)
            shape: Any = Ellipse(middle, 2 * radius, 2.2 * radius)
            shape.set(**look)
            page.ax.add_patch(shape)
        page.ax.plot(6.62, 1.9, "o", color=INK, ms=5, zorder=4)
        write(page.ax, (6.8, 1.72), "z", INK, size=11)
        write(page.ax, (6.0, 0.62), "prior N(0, 1)", MUTED)
        write(page.ax, (6.4, 3.02), "q(z | x): μ, σ", VERMILION)
        _box(page.ax, (8.9, 1.8), "decoder", GREEN, 1.5, 0.8)
        ways = (((1.65, 1.8), (2.1, 1.8)), ((3.7, 1.8), (5.95, 2.05)),
                ((6.75, 1.9), (8.1, 1.8)), ((9.7, 1.8), (10.25, 1.8)))  # fmt: skip
        for start, end in ways:
            arrow(page.ax, start, end, MUTED)
    return page.figure


def two_ways(*, alt: str, size: Size | None = None) -> Figure | None:
    """Draw z as a die that is thrown, which has no slope, and z = μ + σ ε, which has one."""
    with card(alt, size=size or (WIDTH, 2.9)) as page:
        page.ax.set_axis_off()
        page.ax.set(xlim=(0, 12), ylim=(-0.2, 3.3))
        for row, middle in ((0, 2.5), (1, 0.7)):
            colour = VERMILION if row == 0 else GREEN
            _box(page.ax, (1.6, middle), "μ, σ", BLUE, 1.3, 0.7)
            words = "throw z from N(μ, σ²)" if row == 0 else "z = μ + σ ε"
            _box(page.ax, (5.2, middle), words, colour, 3.0, 0.7)
            _box(page.ax, (9.4, middle), "cost f(z)", PURPLE, 1.7, 0.7)
            arrow(page.ax, (2.3, middle + 0.12), (3.65, middle + 0.12), MUTED)
            arrow(page.ax, (6.75, middle + 0.12), (8.5, middle + 0.12), MUTED)
            arrow(page.ax, (8.5, middle - 0.18), (6.75, middle - 0.18), colour, 2)
            if row:
                arrow(page.ax, (3.65, middle - 0.18), (2.3, middle - 0.18), colour, 2)
            else:
                write(page.ax, (2.98, middle - 0.2), "✗", colour, size=15)
        write(page.ax, (2.98, 1.85), "no slope through a throw", VERMILION, size=9.5)
        write(page.ax, (5.2, -0.1), "ε from N(0, 1), thrown outside", MUTED, size=9.5)
    return page.figure


def plane(codes: Numbers, digits: Numbers, *, alt: str, size: Size | None = None) -> Figure | None:
    """Write each code (N, 2) as its digit (N,) into the plane."""
    with card(alt, size=size or (6.2, 5.6), xlabel="z₁", ylabel="z₂") as page:
        page.ax.set_aspect("equal")
        spots = array(codes)
        for (x, y), digit in zip(spots, array(digits), strict=True):
            look: dict[str, Any] = {"weight": "bold" if digit > 6 else "normal"}
            write(page.ax, (float(x), float(y)), str(int(digit)), TEN[int(digit)], 8, **look)
        for radius in (1, 2):
            ring = Circle((0, 0), radius, fill=False, ec=MUTED, ls="--", lw=0.9)
            page.ax.add_patch(ring)
        reach = float(abs(spots).max()) + 0.2
        page.ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
    return page.figure


def walk(
    picture: Numbers,
    spot: Sequence[float],
    centres: Mapping[str, Sequence[float]],
    *,
    alt: str,
    size: Size | None = None,
) -> Figure | None:
    """Draw a place in the plane of codes, among the middles of the digits, and what it decodes
    to."""
    with card(alt, size=size or (5.4, 2.5)) as page:
        page.ax.set_axis_off()
        ground: Any = page.ax.inset_axes((0, 0, 0.46, 1))
        ground.set(xlim=(-2.6, 2.6), ylim=(-2.6, 2.6), xticks=[], yticks=[], aspect="equal")
        ground.grid(False)
        ground.spines[:].set(visible=True, color=GRID)
        for name, (x, y) in centres.items():
            write(ground, (x, y), name, MUTED, 10, clip_on=True)
        ground.add_patch(Rectangle((spot[0] - 0.16, spot[1] - 0.16), 0.32, 0.32, color=VERMILION))
        side: Any = page.ax.inset_axes((0.54, 0, 0.46, 1))
        side.imshow(array(picture), cmap=MAPS["ink"], vmin=0, vmax=1, interpolation="nearest")
        side.set(xticks=[], yticks=[], facecolor=PAPER)
        side.grid(False)
        side.spines[:].set(visible=True, color=GRID)
    return page.figure


def _minus(text: str) -> str:
    return text.replace("-", "−")
