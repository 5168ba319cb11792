import base64
import io

import matplotlib
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dlcore.autodiff import Tensor
from dlcore.study.draw_figure import DPI, Figure, array, card, named, new_figure, spread
from dlcore.study.palette import PAPER, rgb


def line(alt="A rising line"):
    with card(alt, title="Title", xlabel="x", ylabel="y") as page:
        page.ax.plot([0, 1], [0, 1])
    return page.figure


def opened(png):
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def test_two_runs_give_the_same_bytes():
    assert line().png() == line().png()
    figure = line()
    assert figure.png() == figure.png()


def test_bytes_do_not_depend_on_an_earlier_rendering():
    figure = line()
    figure.png(dpi=80)
    assert figure.png() == line().png()


def test_png_says_nothing_of_the_machine_and_has_the_size_asked_for():
    picture = opened(line().png())
    assert picture.info.keys() <= {"dpi", "transparency"}
    assert picture.size == (7 * DPI, 4 * DPI)


def test_card_is_opaque_paper():
    picture = opened(line().png()).convert("RGBA")
    assert picture.getpixel((1, 1)) == (*(round(255 * channel) for channel in rgb(PAPER)), 255)


def test_the_colour_of_a_few_pixels_is_kept_among_many_shades():
    shades = np.linspace(-1, 1, 400).reshape(20, 20)
    with card("A field with one dark spot", size=(4, 3)) as page:
        page.ax.imshow(shades, cmap="viridis", interpolation="bilinear")
        page.ax.plot(10, 10, "s", color="#ff0000", markersize=1.5)
    picture = np.asarray(Image.open(io.BytesIO(page.figure.png(colours=96))).convert("RGB"))
    nearest = np.abs(picture.reshape(-1, 3).astype(int) - [255, 0, 0]).max(-1).min()
    assert nearest < 30


def test_bundle_carries_the_picture_and_its_alt_text():
    figure = line("A  line\nthat rises")
    data, metadata = figure._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == figure.png()
    assert data["text/plain"] == repr(figure) == "Figure: A line that rises"
    assert metadata == {"image/png": {"alt": "A line that rises", "width": 700}}


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_alt_is_required(alt):
    with pytest.raises(ValueError, match='a figure needs alt="…"'):
        line(alt)


def test_a_panel_needs_no_alt_and_makes_no_figure():
    sheet = new_figure("The whole").sheet
    ax = sheet.add_subplot()
    with card("", ax=ax, title="Part") as page:
        assert not page.alone
    assert page.figure is None
    assert ax.get_title(loc="left") == "Part"


def test_style_does_not_leak():
    before = dict(matplotlib.rcParams)
    assert isinstance(line(), Figure)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "values", [[1.0, 2.0], np.array([1.0, 2.0]), torch.tensor([1.0, 2.0]), Tensor([1.0, 2.0])]
)
def test_array_takes_every_kind_of_numbers(values):
    assert array(values).tolist() == [1.0, 2.0]
    assert array([values, values]).shape == (2, 2)


def test_named_series():
    assert list(named({"a": [1], 2: [3]})) == ["a", "2"]
    assert list(named([1, 2])) == [""]


def test_spread_leaves_labels_that_fit_and_parts_those_that_do_not():
    assert spread([0.2, 0.8], [0.1, 0.1]) == pytest.approx([0.2, 0.8])
    assert spread([0.5, 0.5], [0.1, 0.1]) == pytest.approx([0.45, 0.55])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.01, 0.2))
def test_spread_never_overlaps_and_keeps_order(centres, height):
    heights = [height * (1 + index % 2) for index in range(len(centres))]
    placed = spread(centres, heights)
    order = np.argsort(centres, kind="stable")
    room = np.diff(placed[order]) - np.add.outer(heights, heights)[order[1:], order[:-1]] / 2
    assert (room > -1e-9).all()
