"""Figures of chapter 26: data that dissolve, clouds side by side, sheets of smoothed pictures, a
density and the paths through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcore.study.draw_figure import MAPS, WIDTH, Figure, Limits, Numbers, Size, array, card
from dlcore.study.palette import BLUE, GRID, INK, MUTED, VERMILION

SMOOTH = 8  # pixels a side, from which on a picture is smoothed


def dissolve(
    clouds: Sequence[Numbers],
    pictures: Sequence[Numbers],
    titles: Sequence[str],
    *,
    alt: str,
    size: Size | None = None,
) -> Figure | None:
    """Draw clouds (N, 2) above pictures (H, W) of −1 … 1, one of each below its title."""
    if not len(clouds) == len(pictures) == len(titles):
        raise ValueError(
            f"dissolve draws one cloud and one picture for each title, got {len(clouds)} clouds, "
            f"{len(pictures)} pictures and {len(titles)} titles"
        )
    share = 1 / len(titles)
    with card(alt, size=size or (WIDTH, 2.9)) as page:
        page.ax.set_axis_off()
        for k, (cloud, picture, title) in enumerate(zip(clouds, pictures, titles, strict=True)):
            spot = page.ax.inset_axes((k * share, 0.5, 0.92 * share, 0.42))
            _cloud(spot, cloud, 3.2)
            _name(spot, title)
            _picture(page.ax, (k * share, 0.0, 0.92 * share, 0.42), picture, (-1, 1))
    return page.figure


def clouds(
    named: Mapping[str, Numbers],
    *,
    alt: str,
    limit: float,
    columns: int | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw clouds (N, 2) side by side, both axes from −limit to limit; named: {title: cloud}."""
    columns = columns or min(len(named), 3 if len(named) > 4 else 4)
    rows = -(-len(named) // columns)
    size = size or (WIDTH, rows * WIDTH / columns * 1.12)
    with card(alt, size=size) as page:
        page.ax.set_axis_off()
        for k, (title, cloud) in enumerate(named.items()):
            row, column = divmod(k, columns)
            box = (column / columns, 1 - (row + 1) / rows, 0.94 / columns, 0.86 / rows)
            spot = page.ax.inset_axes(box)
            _cloud(spot, cloud, limit)
            _name(spot, title)
    return page.figure


def sheet(
    rows: Mapping[str, Sequence[Numbers]],
    *,
    alt: str,
    columns: int | None = None,
    limits: Limits = (-1, 1),
    size: Size | None = None,
) -> Figure | None:
    """Draw named rows of grey pictures (H, W), from 8 × 8 on smoothed between pixels so that the
    eye sees the digit and not its squares; a row longer than `columns` goes on below."""
    strips = [
        (name if start == 0 else "", pictures[start : start + step])
        for name, pictures in rows.items()
        for step in [columns or len(pictures)]
        for start in range(0, len(pictures), step)
    ]
    wide = max(len(pictures) for _, pictures in strips)
    shape = array(strips[0][1][0]).shape
    margin = 0.088 * max(len(name) for name, _ in strips) + 0.15
    unit = min((WIDTH - 0.3 - margin) / wide, 2.4 if wide == 1 else 1.2)
    high = unit * shape[0] / shape[1]
    whole = (margin + wide * unit, high * len(strips))
    with card(alt, size=size or (whole[0] + 0.3, whole[1] + 0.3)) as page:
        page.ax.set_axis_off()
        for row, (name, pictures) in enumerate(strips):
            foot = 1 - (row + 0.96) / len(strips)
            for column, picture in enumerate(pictures):
                left = (margin + column * unit) / whole[0]
                box = (left, foot, 0.94 * unit / whole[0], 0.92 / len(strips))
                _picture(page.ax, box, picture, limits)
            page.ax.text(0, foot + 0.46 / len(strips), name, va="center", fontsize=10.5,
                         color=INK, transform=page.ax.transAxes)  # fmt: skip
    return page.figure


def landscape(
    density: Numbers,
    path: Sequence[Numbers],
    *,
    alt: str,
    limit: float,
    count: int = 40,
    size: Size | None = None,
) -> Figure | None:
    """Draw a density (rows from below, columns from the left) and the first `count` of the paths:
    places (N, 2), one after the other, from the ring to the dot."""
    places = np.stack([array(place)[:count] for place in path])
    with card(alt, size=size or (WIDTH, 3.6)) as page:
        page.ax.set_axis_off()
        left = page.ax.inset_axes((0, 0, 0.48, 0.9))
        edges = (-limit, limit, -limit, limit)
        left.imshow(array(density), cmap=MAPS["ink"], origin="lower", extent=edges)
        right = page.ax.inset_axes((0.52, 0, 0.48, 0.9))
        for k in range(places.shape[1]):
            right.plot(*places[:, k].T, color=MUTED, lw=0.9)
        right.plot(*places[0].T, "o", mfc="none", mec=BLUE, ms=4)
        right.plot(*places[-1].T, "o", color=VERMILION, ms=3.5, zorder=4)
        for spot, title in ((left, "density"), (right, "noise ○ to data ●")):
            _frame(spot)
            spot.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
            _name(spot, title)
    return page.figure


def _cloud(spot: Axes, points: Numbers, limit: float) -> None:
    spot.plot(*array(points).T, ".", color=BLUE, ms=1.6, rasterized=True)
    spot.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    _frame(spot)


def _picture(
    ax: Axes, box: tuple[float, float, float, float], picture: Numbers, limits: Limits
) -> None:
    spot = ax.inset_axes(box)
    pixels = np.clip(array(picture), *limits)
    low, high = limits
    smooth = "bicubic" if min(pixels.shape) >= SMOOTH else "nearest"
    spot.imshow(pixels, cmap=MAPS["ink"], vmin=low, vmax=high, interpolation=smooth)
    _frame(spot)


def _frame(spot: Axes) -> None:
    spot.set(xticks=[], yticks=[])
    spot.grid(False)
    spot.spines[:].set(visible=True, color=GRID)


def _name(spot: Axes, title: str) -> None:
    words: dict[str, Any] = {"loc": "center", "fontsize": 10.5, "fontweight": "normal", "pad": 3}
    spot.set_title(title, **words)
