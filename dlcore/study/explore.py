"""Sliders over precomputed figures: live in a notebook, and in a page without a kernel."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from dlcore.study.draw_figure import Figure

LIMIT = 400_000  # bytes of all frames of one explorer
FRAME_DPI = 96
FRAME_COLOURS = 96


class Explorer:
    """A figure with one or two sliders. `widget` holds it; other front ends see the frame
    at which it opens."""

    def __init__(self, widget: Any, first: Figure, summary: str):
        self.widget = widget
        self.first = first
        self.summary = summary

    def __repr__(self) -> str:
        return self.summary

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        live = self.widget._repr_mimebundle_()
        picture, metadata = self.first._repr_mimebundle_()
        view = "application/vnd.jupyter.widget-view+json"
        return picture | {view: live[view], "text/plain": self.summary}, metadata


def explore(render: Callable[..., Any], *, labels: dict[str, str] | None = None, start: Any = None,
            speed_ms: int = 600, **values: Sequence[Any]) -> Explorer:  # fmt: skip
    """Show `render(name=value)` for every value, chosen by a slider with a Play button.

    values: one or two parameters, each a list of its values, `noise=[0, 0.1, 0.2]`; the frames
    of two are all pairs. labels: {"noise": "fraction of flipped pixels"}. start: the value at
    which it opens, and which print and GitHub show; of two, {"noise": 0.1, "size": 3}; the first
    values if left out. render returns a Figure. Raises ValueError when the frames take more than
    400 kB, or for a start that is none of the values.
    """
    names = _check(values, labels or {})
    places = _start(start, names, values)
    speak = {name: (labels or {}).get(name, name) for name in names}
    outer, inner = names[0], names[1] if len(names) == 2 else None
    figures = [
        [render(**{outer: value} | extra) for extra in _choices(inner, values)]
        for value in values[outer]
    ]
    frames = [[_frame(figure) for figure in row] for row in figures]
    _check_size(frames)
    shared = {"layout": widgets.Layout(width="100%")}
    rows = [[widgets.HTML(value=frame, **shared) for frame in row] for row in frames]
    sliders = [_slider(speak[name], values[name], places[name]) for name in names]
    if inner is None:
        stack = widgets.Stack([row[0] for row in rows], selected_index=places[outer])
    else:
        stack = widgets.Stack(
            [widgets.Stack(row, selected_index=places[inner]) for row in rows],
            selected_index=places[outer],
        )
        for row in stack.children:
            widgets.jslink((sliders[1], "index"), (row, "selected_index"))
    widgets.jslink((sliders[0], "index"), (stack, "selected_index"))
    controls = _playable(sliders, len(values[outer]), speed_ms, places[outer])
    counted = " × ".join(f"{speak[name]} ({len(values[name])} values)" for name in names)
    first = figures[places[outer]][places[inner] if inner else 0]
    return Explorer(
        widgets.VBox([controls, stack]), first, f"Explorer: {counted}. First: {first.alt}"
    )


def _check(values: Mapping[str, Sequence[Any]], labels: Mapping[str, str]) -> list[str]:
    """Return the parameters' names, refusing what a slider cannot show."""
    if len(values) not in (1, 2):
        raise ValueError(
            f"explore() has one or two parameters, such as noise=[0, 0.1]; got {list(values)}"
        )
    for name, chosen in values.items():
        if len(chosen) < 2:
            raise ValueError(f"explore({name}=…) needs at least 2 values, got {len(chosen)}")
    for name in labels:
        if name not in values:
            raise ValueError(f"explore() got a label for {name!r}; parameters are {list(values)}")
    return list(values)


def _start(start: Any, names: list[str], values: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    """Return {name: place of the value at which its slider opens}."""
    chosen = {} if start is None else start if isinstance(start, dict) else {names[0]: start}
    for name, value in chosen.items():
        if name not in values:
            raise ValueError(f"explore(start) names {name!r}; parameters are {names}")
        if value not in values[name]:
            raise ValueError(f"explore(start) gives {name}={value!r}, none of its values")
    return {name: list(values[name]).index(chosen.get(name, values[name][0])) for name in names}


def _choices(name: str | None, values: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [{}] if name is None else [{name: value} for value in values[name]]


def _frame(figure: Figure) -> str:
    """Return a figure as an <img> that holds its own picture."""
    code = base64.b64encode(figure.png(FRAME_DPI, FRAME_COLOURS)).decode()
    alt = html.escape(figure.alt, quote=True)
    return f'<img alt="{alt}" style="max-width:100%" src="data:image/png;base64,{code}">'


def _check_size(frames: list[list[str]]) -> None:
    count, size = sum(map(len, frames)), sum(len(frame) for row in frames for frame in row)
    if size > LIMIT:
        raise ValueError(
            f"the {count} frames of this explorer take {size // 1000} kB, the page allows "
            f"{LIMIT // 1000} kB: use fewer values or a smaller figure (size=…)"
        )


def _slider(label: str, values: Sequence[Any], place: int) -> widgets.SelectionSlider:
    options = [(_shown(value), index) for index, value in enumerate(values)]
    return widgets.SelectionSlider(
        options=options,
        value=place,
        description=label,
        style={"description_width": "initial"},
        layout=widgets.Layout(width="min(100%, 34em)"),
    )


def _shown(value: Any) -> str:
    return f"{value:.4g}".replace("-", "−") if isinstance(value, float) else str(value)


def _playable(
    sliders: list[widgets.SelectionSlider], count: int, speed_ms: int, place: int
) -> widgets.HBox:
    """Put the sliders beside a Play button that moves the first of them."""
    play = widgets.Play(value=place, min=0, max=count - 1, interval=speed_ms, show_repeat=False)
    play.layout = widgets.Layout(width="6em")
    widgets.jslink((play, "value"), (sliders[0], "index"))
    column = widgets.VBox(sliders, layout=widgets.Layout(flex="1 1 14em"))
    return widgets.HBox(
        [play, column], layout=widgets.Layout(flex_flow="row wrap", align_items="center")
    )
