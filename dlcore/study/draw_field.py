"""Figures of the plane: points, separating lines, decision regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.transforms import ScaledTranslation

from dlcore.study.draw_figure import (
    DASHES,
    MARKERS,
    WIDTH,
    Card,
    Figure,
    Limits,
    Numbers,
    Size,
    array,
    card,
)
from dlcore.study.palette import BLUE, INK, PAPER, SERIES, VERMILION, tint

Line = tuple[Numbers, Numbers, str]  # w, b and label of the line w·x + b = 0
Extent = tuple[float, float, float, float]  # left, right, bottom, top

RESOLUTION = 260  # grid points per side of a decision region


def scatter(
    points: Numbers,
    labels: Numbers | None = None,
    *,
    alt: str,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    lines: Iterable[Line] = (),
    names: Mapping[Any, str] | None = None,
    xlim: Limits | None = None,
    ylim: Limits | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw points (N, 2), their classes `labels` (N,) told apart by colour and marker.

    names: {class: name}. lines: (w (2,), b, label) draws where w·x + b = 0.
    """
    points, labels = _check_points("scatter", points, labels)
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel, ylabel=ylabel) as page:
        _dots(page.ax, points, labels, names or {}, _kinds(names, labels))
        page.ax.set(xlim=xlim or page.ax.get_xlim(), ylim=ylim or page.ax.get_ylim())
        _finish(page, lines, size)
    return page.figure


def _check_points(name: str, points: Numbers, labels: Numbers) -> tuple[np.ndarray, np.ndarray]:
    points = array(points)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"draw.{name} expects points of shape (N, 2), got {points.shape}")
    labels = np.zeros(len(points), int) if labels is None else array(labels)
    if labels.shape != (len(points),):
        raise ValueError(
            f"draw.{name} expects one label per point, got {len(points)} points "
            f"and labels of shape {labels.shape}"
        )
    return points, labels


def _kinds(names: Mapping[Any, str] | None, *values: np.ndarray | None) -> list[Any]:
    """Return the classes that occur or are named, in order: each keeps its colour and marker."""
    kinds = {kind.item() for value in values if value is not None for kind in np.unique(value)}
    text = any(isinstance(kind, str) for kind in kinds)
    return sorted(kinds | {name for name in names or {} if isinstance(name, str) == text})


def _dots(
    ax: Axes, points: np.ndarray, labels: np.ndarray, names: Mapping[Any, str], kinds: list[Any]
) -> None:
    crowd = 46 if len(points) <= 300 else 20
    for kind in np.unique(labels):
        index = kinds.index(kind)
        chosen = points[labels == kind]
        name = names.get(kind.item(), names.get(str(kind)))
        ax.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=crowd,
            marker=MARKERS[index % len(MARKERS)],
            facecolor=SERIES[index % len(SERIES)],
            edgecolor=PAPER,
            linewidth=0.7,
            label=name or "_points",
            zorder=3,
        )


def _boundaries(ax: Axes, lines: Iterable[Line]) -> None:
    """Draw the line w·x + b = 0 of each (w, b, label), as far as the axes go."""
    for index, (w, b, label) in enumerate(lines):
        w, b = array(w).astype(float).ravel(), float(array(b))
        if w.shape != (2,) or not w.any():
            raise ValueError(f"a line w·x + b = 0 needs two weights that are not both 0, got {w}")
        foot = -b * w / (w @ w)
        ax.axline(
            tuple(foot),
            tuple(foot + np.array([-w[1], w[0]]) / np.linalg.norm(w)),
            color=INK,
            lw=1.8,
            ls=DASHES[index % len(DASHES)],
            label=label or "_line",
            zorder=2.5,
        )


def _square(page: Card, size: Size | None) -> None:
    """Use one scale for both axes when the ranges are alike, so that angles are true."""
    width, height = (abs(np.subtract(*lim)) for lim in (page.ax.get_xlim(), page.ax.get_ylim()))
    if max(width, height) >= 3 * min(width, height):
        return
    page.ax.set_aspect("equal", adjustable="box", anchor="NW")
    if page.figure is not None and size is None:
        beside = 1.9 if page.ax.get_legend_handles_labels()[1] else 0.2
        page.figure.sheet.set_size_inches(min(WIDTH, 3.4 * width / height + 0.8 + beside), 4.2)


def _key(page: Card) -> None:
    """Name classes and lines beside the axes, or below them in a panel."""
    ax = page.ax
    if not ax.get_legend_handles_labels()[1]:
        return
    if page.alone:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
        return
    drop = ScaledTranslation(0, -0.45 if ax.get_xlabel() else -0.25, ax.figure.dpi_scale_trans)
    below = {"bbox_to_anchor": (0, 0), "bbox_transform": ax.transAxes + drop}
    ax.legend(loc="upper left", **below, ncols=2, handlelength=1.4, columnspacing=1, borderpad=0)


def regions(
    predict: Callable[[torch.Tensor], Numbers],
    points: Numbers | None = None,
    labels: Numbers = None,
    *,
    alt: str,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    names: Mapping[Any, str] | None = None,
    lines: Iterable[Line] = (),
    level: float | None = None,
    xlim: Limits | None = None,
    ylim: Limits | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Colour the plane by what `predict` answers, and draw the points (N, 2) on it.

    predict maps a float32 torch tensor (M, 2) to (M,): integer classes, or float scores, whose
    boundary is `level` (0.5 if all scores lie in 0..1, else 0, unless given).
    """
    if points is not None:
        points, labels = _check_points("regions", points, labels)
    xlim, ylim = _window(points, xlim, ylim)
    answers = _ask(predict, xlim, ylim)
    scores = answers.dtype.kind not in "biu"
    kinds = _kinds(names, labels, None if scores else answers)
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel, ylabel=ylabel) as page:
        page.ax.grid(False)
        page.ax.set(xlim=xlim, ylim=ylim)
        if scores:
            _scores(page.ax, answers, level, (*xlim, *ylim))
        else:
            _classes(page.ax, answers, kinds, (*xlim, *ylim))
        if points is not None:
            _dots(page.ax, points, labels, names or {}, kinds)
        _finish(page, lines, size)
    return page.figure


def _finish(page: Card, lines: Iterable[Line], size: Size | None) -> None:
    _boundaries(page.ax, lines)
    _square(page, size)
    _key(page)


def _window(points: np.ndarray | None, xlim: Limits | None, ylim: Limits | None) -> list[Limits]:
    """Return the limits that were given, or those of the points with a margin."""
    limits = []
    for column, given in enumerate((xlim, ylim)):
        if given is None:
            if points is None:
                raise ValueError("draw.regions needs points, or xlim and ylim: where to look?")
            low, high = float(points[:, column].min()), float(points[:, column].max())
            margin = 0.15 * (high - low) or 1.0
            given = (low - margin, high + margin)
        limits.append(given)
    return limits


def _ask(predict: Callable[[torch.Tensor], Numbers], xlim: Limits, ylim: Limits) -> np.ndarray:
    """Return the answers of `predict` on a grid, as (RESOLUTION, RESOLUTION), bottom row first."""
    x = torch.linspace(float(xlim[0]), float(xlim[1]), RESOLUTION)
    y = torch.linspace(float(ylim[0]), float(ylim[1]), RESOLUTION)
    grid = torch.cartesian_prod(y, x).flip(1).float()
    answers = array(predict(grid))
    if answers.size != len(grid):
        raise ValueError(
            f"predict should answer one class or score per point: {len(grid)} points, "
            f"answers of shape {answers.shape}"
        )
    return answers.reshape(RESOLUTION, RESOLUTION)


def _classes(ax: Axes, answers: np.ndarray, kinds: list[Any], extent: Extent) -> None:
    answers = answers.astype(int)
    look = {"origin": "lower", "extent": extent, "aspect": "auto", "interpolation": "nearest"}
    colours = ListedColormap([tint(SERIES[i % len(SERIES)], 0.3) for i in range(len(kinds))])
    ax.imshow(
        np.searchsorted(kinds, answers), cmap=colours, vmin=-0.5, vmax=len(kinds) - 0.5, **look
    )
    for kind in kinds[1:]:
        if 0 < (answers == kind).mean() < 1:
            _edge(ax, (answers == kind).astype(float), 0.5, extent)


def _scores(ax: Axes, answers: np.ndarray, level: float | None, extent: Extent) -> None:
    if level is None:
        level = 0.5 if answers.min() >= 0 and answers.max() <= 1 else 0.0
    reach = max(float(np.abs(answers - level).max()), 1e-12)
    soft = ListedColormap(
        [tint(VERMILION if t > 0 else BLUE, 0.5 * abs(t)) for t in np.linspace(-1, 1, 21)]
    )
    look = {"origin": "lower", "extent": extent, "aspect": "auto", "interpolation": "nearest"}
    ax.imshow(answers, cmap=soft, vmin=level - reach, vmax=level + reach, **look)
    if answers.min() < level < answers.max():
        _edge(ax, answers, level, extent)


def _edge(ax: Axes, values: np.ndarray, level: float, extent: Extent) -> None:
    left, right, bottom, top = extent
    x = np.linspace(left, right, values.shape[1])
    y = np.linspace(bottom, top, values.shape[0])
    ax.contour(x, y, values, levels=[level], colors=INK, linewidths=1.2)
