"""The paper card every figure is drawn on, and the object that carries it to the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Sheet
from PIL import Image

from dlcore.study.palette import BLUE, GRID, INK, MUTED, PAPER, SERIES, VERMILION

Numbers = Any  # lists, NumPy arrays, torch or dlcore tensors, on any device
Size = tuple[float, float]  # width and height in inches
Limits = tuple[float, float]  # where an axis begins and ends

WIDTH = 7.0  # inches of a figure as wide as the page
DPI = 150
COLOURS = 128
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (9, 3)), (0, (3, 1)), "-")
INK_MAP = LinearSegmentedColormap.from_list("ink", [PAPER, "#a9b4bd", "#4d5d6b", INK])
DIVERGING_MAP = LinearSegmentedColormap.from_list(
    "diverging", ["#7a2f00", VERMILION, "#eab48d", PAPER, "#93bfdc", BLUE, "#003a5c"]
)
MAPS = MappingProxyType({"ink": INK_MAP, "diverging": DIVERGING_MAP})
STYLE: Mapping[Any, Any] = MappingProxyType(
    {
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 11.5,
        "axes.titlesize": 12.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": 11.5,
        "xtick.labelsize": 10.5,
        "ytick.labelsize": 10.5,
        "legend.fontsize": 10.5,
        "legend.frameon": True,
        "legend.framealpha": 0.85,
        "legend.facecolor": PAPER,
        "legend.edgecolor": PAPER,
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "axes.edgecolor": MUTED,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "lines.linewidth": 2.0,
        "lines.markersize": 6.0,
        "hatch.linewidth": 0.8,
        "hatch.color": PAPER,
        "axes.prop_cycle": cycler(color=SERIES),
        "mathtext.fontset": "dejavusans",
        "figure.constrained_layout.w_pad": 0.1,
        "figure.constrained_layout.h_pad": 0.09,
    }
)


class Figure:
    """A finished picture with its alt text; Jupyter shows it when it ends a cell."""

    def __init__(self, sheet: Sheet, alt: str):
        self.sheet = sheet
        self.alt = alt
        self._drawn = {}

    def png(self, dpi: int = DPI, colours: int = COLOURS) -> bytes:
        """Return the picture as PNG bytes, the same bytes on every call and every run."""
        if (dpi, colours) not in self._drawn:
            self._drawn[dpi, colours] = self._render(dpi, colours)
        return self._drawn[dpi, colours]

    def _render(self, dpi: int, colours: int) -> bytes:
        with matplotlib.rc_context(dict(STYLE)):
            self.sheet.set_dpi(dpi)
            canvas = FigureCanvasAgg(self.sheet)
            canvas.draw()
            pixels = np.asarray(canvas.buffer_rgba())[..., :3]
        picture = Image.fromarray(np.ascontiguousarray(pixels))
        how = Image.Quantize.MAXCOVERAGE  # keeps a colour that only a few pixels have
        picture = picture.quantize(colours, how, kmeans=1, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        picture.save(buffer, "png", optimize=True)
        return buffer.getvalue()

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        inches = self.sheet.get_size_inches()
        data = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.alt, "width": round(100 * inches[0])}}


class Card:
    """What a draw function draws on: its axes and, unless it is a panel, its figure."""

    def __init__(self, ax: Axes, figure: Figure | None):
        self.ax = ax
        self.figure = figure

    @property
    def alone(self) -> bool:
        """Whether it has a figure of its own: False for a panel."""
        return self.figure is not None


@contextmanager
def card(
    alt: str,
    *,
    ax: Axes | None = None,
    size: Size | None = None,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
) -> Iterator[Card]:
    """Yield the Card to draw on: new with `size` inches, or the panel `ax` of another figure."""
    with matplotlib.rc_context(dict(STYLE)):
        figure = None
        if ax is None:
            figure = new_figure(alt, size)
            ax = figure.sheet.add_subplot()
        if title:
            ax.set_title(title)
        if xlabel:
            ax.set_xlabel(xlabel)
        if ylabel:
            ax.set_ylabel(ylabel)
        yield Card(ax, figure)


def new_figure(alt: str, size: Size | None = None) -> Figure:
    """Return an empty Figure of `size` = (width, height) inches; `alt` must say what it shows."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            f'a figure needs alt="…", a sentence that says what the picture shows; got {alt!r}'
        )
    sheet = Sheet(figsize=size or (WIDTH, 4.0), dpi=DPI, layout="constrained")
    return Figure(sheet, " ".join(alt.split()))


def array(values: Numbers) -> np.ndarray:
    """Return numbers (lists, NumPy, torch or dlcore tensors, on any device) as a NumPy array."""
    if isinstance(values, (list, tuple)):
        return np.asarray([array(value) for value in values])
    for step in ("detach", "cpu"):
        values = getattr(values, step, lambda values=values: values)()
    if hasattr(values, "numpy"):
        values = values.numpy()
    return np.asarray(values)


def named(values: Numbers) -> dict[str, np.ndarray]:
    """Return `{label: array}` for a mapping of series, or one series without a label."""
    if hasattr(values, "items"):
        return {str(label): array(value) for label, value in values.items()}
    return {"": array(values)}


def spread(
    centres: Sequence[float] | np.ndarray, heights: Sequence[float] | np.ndarray
) -> np.ndarray:
    """Move labels of given heights apart so that none overlap, as little as possible, in order."""
    groups = []  # [wished low edge of the group, its height, its members], from low to high
    for index in np.argsort(centres, kind="stable"):
        groups.append([centres[index] - heights[index] / 2, heights[index], [index]])
        while len(groups) > 1 and groups[-2][0] + groups[-2][1] > groups[-1][0]:
            low, height, members = groups.pop()
            below, under, earlier = groups.pop()
            share = len(members) / (len(members) + len(earlier))
            merged = (1 - share) * below + share * (low - under)
            groups.append([merged, under + height, earlier + members])
    placed = np.empty(len(centres))
    for low, _, members in groups:
        sizes = np.asarray(heights)[members]
        placed[members] = low + np.cumsum(sizes) - sizes / 2
    return placed
