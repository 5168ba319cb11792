"""Figure of chapter 7: a sheet of text."""

from __future__ import annotations

from matplotlib.axes import Axes

from dlcore.study.draw_figure import WIDTH, Figure, Size, card

LINES, COLUMNS = 10, 64  # what fits on a sheet


def sheet(
    text: str,
    *,
    title: str | None = None,
    alt: str | None = None,
    ax: Axes | None = None,
    size: Size | None = None,
) -> Figure | None:
    """Draw text in letters of one width, broken after 64 letters and cut after 10 lines.

    alt: what the picture shows, the text itself unless given. Raises ValueError for no text.
    """
    if not text.strip():
        raise ValueError("sheet got no text to draw")
    pieces = [
        line[k : k + COLUMNS]
        for line in text.splitlines()
        for k in range(0, max(len(line), 1), COLUMNS)
    ]
    shown = "\n".join(pieces[:LINES]).replace("$", r"\$")
    with card(alt or f"Text: {text}", ax=ax, size=size or (WIDTH, 2.7), title=title) as page:
        page.ax.set_axis_off()
        look = {"family": "DejaVu Sans Mono", "fontsize": 11, "linespacing": 1.25}
        page.ax.text(0, 1, shown, va="top", transform=page.ax.transAxes, **look)
    return page.figure
