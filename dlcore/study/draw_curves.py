"""Figures of numbers against numbers: lines, bars, histograms."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from dlcore.study.draw_figure import (
    DASHES,
    MARKERS,
    Card,
    Figure,
    Limits,
    Numbers,
    Size,
    array,
    card,
    named,
    spread,
)
from dlcore.study.palette import INK, MUTED, PAPER, SERIES, rgb, tint

Series = Mapping[str, np.ndarray]

HATCHES = ("", "//", "..", "xx", "--", "\\\\", "oo")


def lines(
    x: Numbers,
    y: Numbers,
    *,
    alt: str,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    bands: Mapping[str, Sequence[Numbers]] | None = None,
    markers: bool = False,
    xscale: str = "linear",
    yscale: str = "linear",
    hlines: Mapping[str, float] | None = None,
    vlines: Mapping[str, float] | None = None,
    xlim: Limits | None = None,
    ylim: Limits | None = None,
    xticks: Sequence[float] | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw one line per series: `y` is a series or {label: series}, `x` shared or {label: x}.

    bands: {label: (low, high)}, shaded. hlines, vlines: {label: position}. xticks: the numbers.
    """
    series = named(y)
    xs = named(x) if isinstance(x, Mapping) else dict.fromkeys(series, array(x))
    _check_lengths(xs, series, bands)
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel, ylabel=ylabel) as page:
        page.ax.set(xscale=xscale, yscale=yscale)
        for index, (label, values) in enumerate(series.items()):
            colour = SERIES[index % len(SERIES)]
            page.ax.plot(xs[label], values, color=colour, **_stroke(index, markers, label))
            if bands and label in bands:
                low, high = (array(edge) for edge in bands[label])
                page.ax.fill_between(xs[label], low, high, color=tint(colour), lw=0, zorder=1)
        page.ax.set(xlim=xlim, ylim=ylim)
        _ticks(page.ax, xticks, xs.values())
        _guides(page.ax, hlines or {}, vlines or {})
        name_lines(page)
    return page.figure


def _whole(places: np.ndarray) -> bool:
    """Whether places on an axis are whole numbers."""
    return np.issubdtype(places.dtype, np.integer)


def _check_lengths(xs: Series, series: Series, bands: Mapping[str, Any] | None) -> None:
    """Refuse series without an x of their length and bands without a series."""
    for label, values in series.items():
        if label not in xs:
            raise ValueError(f"draw.lines has no x for {label!r}; x names {list(xs)}")
        if values.ndim != 1 or values.shape != xs[label].shape:
            raise ValueError(
                f"draw.lines expects x and y of one length, got x {xs[label].shape} "
                f"and y {label!r} {values.shape}"
            )
    for label in bands or {}:
        if label not in series:
            raise ValueError(f"draw.lines got a band for {label!r}; y names {list(series)}")


def _stroke(index: int, markers: bool, label: str) -> dict[str, Any]:
    marker = MARKERS[index % len(MARKERS)] if markers else ""
    return {"ls": DASHES[index % len(DASHES)], "marker": marker, "label": label or "_line"}


def _ticks(ax: Axes, chosen: Sequence[float] | None, places: Iterable[np.ndarray]) -> None:
    """Write the chosen numbers under the axis; None leaves them to matplotlib.

    Where all places are counted, as epochs are, no tick stands between them.
    """
    if ax.get_xscale() == "linear" and all(map(_whole, places)):
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    if chosen is not None:
        ax.set_xticks(chosen, [f"{tick:,g}" for tick in array(chosen)])
        ax.minorticks_off()


def _guides(ax: Axes, hlines: Mapping[str, float], vlines: Mapping[str, float]) -> None:
    """Draw thin labelled lines at fixed heights or positions."""
    paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0, "alpha": 0.8}
    look = {"color": MUTED, "lw": 1.2, "ls": (0, (4, 3)), "zorder": 1.5}
    words = {"color": MUTED, "fontsize": 10.5, "bbox": paper, "zorder": 4}
    for label, height in hlines.items():
        ax.axhline(height, **look)
        at = {"xy": (0, height), "xycoords": ("axes fraction", "data"), "ha": "left"}
        ax.annotate(label, xytext=(4, 3), textcoords="offset points", va="bottom", **at, **words)
    for label, position in vlines.items():
        ax.axvline(position, **look)
        at = {"xy": (position, 1), "xycoords": ("data", "axes fraction"), "ha": "left"}
        ax.annotate(label, xytext=(4, -3), textcoords="offset points", va="top", **at, **words)


def name_lines(page: Card) -> None:
    """Name each labelled line at its right end, or in a key where panels leave no room."""
    ax: Any = page.ax
    drawn = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
    if not drawn:
        return
    if not page.alone:
        ax.legend(loc="best", handlelength=2.4)
        return
    ends = [_end_height(ax, line) for line in drawn]
    texts = [textwrap.fill(line.get_label(), 20) for line in drawn]
    inches = 0.75 * ax.figure.get_size_inches()[1]
    heights = [(15.5 + 13.5 * text.count("\n")) / (72 * inches) for text in texts]
    places = spread(np.clip(ends, 0, 1), heights)
    for line, text, height in zip(drawn, texts, places, strict=True):
        ax.annotate(
            text,
            xy=(1.01, height),
            xycoords="axes fraction",
            color=line.get_color(),
            va="center",
            fontsize=11,
            annotation_clip=False,
        )


def _end_height(ax: Axes, line: Line2D) -> float:
    """Height, as a fraction of the axes, of the visible point of a line that is furthest right.

    Where ends meet, a small share of the mean height puts the names in the curves' order.
    """
    points = ax.transLimits.transform(ax.transScale.transform(line.get_xydata()))
    seen = points[np.isfinite(points).all(1) & (points[:, 0] <= 1 + 1e-9)]
    if not len(seen):
        return 0.5
    last = seen[np.argsort(seen[:, 0], kind="stable")[-1], 1]
    return last + 0.02 * (seen[:, 1].clip(0, 1).mean() - last)


def bars(
    labels: Sequence[Any],
    values: Numbers,
    *,
    alt: str,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    errors: Numbers | None = None,
    horizontal: bool = False,
    digits: int = 3,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw a bar per label, or one per label and series, with its value written at its end.

    values: (L,) or {series: (L,)}. errors: half-widths in the same form. digits: significant
    digits of the written values, 0 for none.
    """
    series = named(values)
    margins = named(errors) if errors is not None else {}
    _check_bars(labels, series, margins)
    places = np.arange(len(labels))
    width = 0.8 / len(series)
    size = size or ((7.0, 1.3 + 0.42 * len(labels) * len(series) ** 0.6) if horizontal else None)
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel, ylabel=ylabel) as page:
        for index, (label, heights) in enumerate(series.items()):
            at = places + (index - (len(series) - 1) / 2) * width
            look = {"facecolor": SERIES[index % len(SERIES)], "hatch": HATCHES[index % 7]}
            _one_series(page.ax, at, heights, width, margins.get(label), horizontal, label, look)
            if digits:
                _write_values(page.ax, at, heights, margins.get(label), horizontal, digits)
        _bar_axes(page.ax, places, labels, horizontal)
        if len(series) > 1:
            beside = {"loc": "upper left", "bbox_to_anchor": (1, 1)}
            page.ax.legend(**(beside if page.alone else {"loc": "best"}))
    return page.figure


def _check_bars(labels: Sequence[Any], series: Series, margins: Series) -> None:
    for name, kind in (("values", series), ("errors", margins)):
        for label, numbers in kind.items():
            if numbers.shape != (len(labels),):
                raise ValueError(
                    f"draw.bars expects one of {name} per label, got {len(labels)} labels "
                    f"and {name} {label!r} of shape {numbers.shape}"
                )


def _one_series(
    ax: Axes, at: np.ndarray, heights: np.ndarray, width: float, margin: np.ndarray | None,
    horizontal: bool, label: str, look: dict[str, Any],
) -> None:  # fmt: skip
    look = look | {"edgecolor": PAPER, "lw": 0.6, "label": label or "_bars"}
    whisker = {"ecolor": INK, "capsize": 4, "error_kw": {"lw": 1.3}}
    if horizontal:
        ax.barh(at, heights, 0.92 * width, xerr=margin, **look, **whisker)
    else:
        ax.bar(at, heights, 0.92 * width, yerr=margin, **look, **whisker)


def _write_values(
    ax: Axes, at: np.ndarray, heights: np.ndarray, margin: np.ndarray | None, horizontal: bool,
    digits: int,
) -> None:  # fmt: skip
    for index, (place, height) in enumerate(zip(at, heights, strict=True)):
        sign = -1 if height < 0 else 1
        tip = height + sign * (margin[index] if margin is not None else 0)
        spot, offset = (
            ((tip, place), (4 * sign, 0)) if horizontal else ((place, tip), (0, 3 * sign))
        )
        side = ("left", "center") if horizontal else ("center", "bottom")
        if sign < 0:
            side = ("right", "center") if horizontal else ("center", "top")
        ax.annotate(
            _number(height, digits),
            spot,
            xytext=offset,
            textcoords="offset points",
            ha=side[0],
            va=side[1],
            fontsize=10.5,
        )


def _number(value: float, digits: int) -> str:
    text = f"{value:,.{digits}g}" if abs(value) < 10**digits else f"{value:,.0f}"
    return text.replace("-", "−")


def _bar_axes(ax: Axes, places: np.ndarray, labels: Sequence[Any], horizontal: bool) -> None:
    names = [textwrap.fill(str(label), 28 if horizontal else 14) for label in labels]
    if horizontal:
        ax.set_yticks(places, names)
        ax.invert_yaxis()
        ax.grid(False, axis="y")
        ax.margins(x=0.12)
    else:
        ax.set_xticks(places, names)
        ax.grid(False, axis="x")
        ax.margins(y=0.12)
    ax.tick_params(axis="y" if horizontal else "x", length=0)


def histogram(
    values: Numbers,
    *,
    alt: str,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str = "count",
    bins: int = 30,
    vlines: Mapping[str, float] | None = None,
    xlim: Limits | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw how often values occur: `values` is a set of numbers or {label: numbers}."""
    groups = {label: numbers.ravel() for label, numbers in named(values).items()}
    shared = np.histogram_bin_edges(np.concatenate(list(groups.values())), bins=bins, range=xlim)
    with card(alt, ax=ax, size=size, title=title, xlabel=xlabel, ylabel=ylabel) as page:
        for index, (label, numbers) in enumerate(groups.items()):
            colour = SERIES[index % len(SERIES)]
            look = {"facecolor": (*rgb(colour), 0.35), "edgecolor": colour, "lw": 1.6}
            style = {"histtype": "stepfilled", "ls": DASHES[index % len(DASHES)]}
            page.ax.hist(numbers, bins=shared.tolist(), label=label or "_values", **look, **style)
        page.ax.set(xlim=xlim)
        _guides(page.ax, {}, vlines or {})
        if len(groups) > 1:
            page.ax.legend(loc="best")
    return page.figure
