import base64
import io
import re

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image

from dlcore.study import draw
from dlcore.study.explore import LIMIT, explore

X = np.linspace(0, 1, 20)


def wave(rate, height=1.0):
    alt = f'Rate {rate} & "height" {height}'
    return draw.lines(X, height * np.sin(rate * X), ylim=(-3, 3), size=(4, 2), alt=alt)


def parts(explorer, kind):
    """All widgets of a kind in an explorer, outer ones first."""
    found, todo = [], [explorer.widget]
    while todo:
        widget = todo.pop(0)
        if isinstance(widget, kind):
            found.append(widget)
        todo.extend(getattr(widget, "children", ()))
    return found


def pixels(html):
    code = re.search(r"base64,([^\"]+)", html.value).group(1)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(code))).convert("RGB"))


@pytest.fixture(autouse=True)
def links(monkeypatch):
    """The links that need no kernel, in the order they are made."""
    made, jslink = [], widgets.jslink

    def record(*ends):
        made.append(ends)
        return jslink(*ends)

    monkeypatch.setattr(widgets, "jslink", record)
    yield made
    widgets.Widget.close_all()


def test_one_parameter_has_a_frame_per_value():
    explorer = explore(wave, rate=[1, 2.5, 4], labels={"rate": "waves per second"})
    frames = parts(explorer, widgets.HTML)
    assert len(frames) == 3
    assert not np.array_equal(pixels(frames[0]), pixels(frames[1]))
    assert 'alt="Rate 2.5 &amp; &quot;height&quot; 1.0"' in frames[1].value


def test_slider_reads_out_the_values_and_moves_the_frames_without_a_kernel(links):
    explorer = explore(wave, rate=[1, 2.5, 4], labels={"rate": "waves per second"})
    (slider,) = parts(explorer, widgets.SelectionSlider)
    (stack,) = parts(explorer, widgets.Stack)
    (play,) = parts(explorer, widgets.Play)
    assert [text for text, _ in slider.options] == ["1", "2.5", "4"]
    assert slider.description == "waves per second"
    assert (play.min, play.max) == (0, 2)
    assert links == [
        ((slider, "index"), (stack, "selected_index")),
        ((play, "value"), (slider, "index")),
    ]


def test_two_parameters_show_all_pairs(links):
    explorer = explore(wave, rate=[1, 2, 3], height=[1, 2])
    outer, *inner = parts(explorer, widgets.Stack)
    assert [len(stack.children) for stack in (outer, *inner)] == [3, 2, 2, 2]
    alts = [[re.search(r'alt="([^"]*)"', f.value).group(1) for f in s.children] for s in inner]
    assert "Rate 3 &amp; &quot;height&quot; 2" in alts[2][1]
    slider = parts(explorer, widgets.SelectionSlider)[1]
    followers = [target for source, (target, _) in links if source == (slider, "index")]
    assert followers == inner


def test_other_front_ends_see_the_first_frame():
    explorer = explore(wave, rate=[1, 2])
    data, metadata = explorer._repr_mimebundle_()
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.widget.model_id
    assert data["image/png"] == wave(1)._repr_mimebundle_()[0]["image/png"]
    assert metadata["image/png"]["alt"] == 'Rate 1 & "height" 1.0'
    assert data["text/plain"].startswith("Explorer: rate (2 values). First: Rate 1")


def test_explore_refuses_what_a_slider_cannot_show():
    with pytest.raises(ValueError, match=r"one or two parameters, such as .*; got \[\]"):
        explore(wave)
    with pytest.raises(ValueError, match=r"explore\(rate=…\) needs at least 2 values, got 1"):
        explore(wave, rate=[1])
    with pytest.raises(ValueError, match=r"a label for 'speed'; parameters are \['rate'\]"):
        explore(wave, rate=[1, 2], labels={"speed": "x"})


def test_explore_refuses_frames_too_large_for_a_page():
    noise = np.random.default_rng(0).normal(size=(60, 300, 300))
    with pytest.raises(ValueError, match=f"the page allows {LIMIT // 1000} kB: use fewer values"):
        explore(lambda i: draw.images(noise[i : i + 1], alt=f"Noise {i}"), i=list(range(12)))


def test_it_opens_at_the_telling_frame():
    explorer = explore(wave, rate=[1, 2, 3], start=2)
    (slider,) = parts(explorer, widgets.SelectionSlider)
    (stack,) = parts(explorer, widgets.Stack)
    (play,) = parts(explorer, widgets.Play)
    assert (slider.index, stack.selected_index, play.value) == (1, 1, 1)
    picture = explorer._repr_mimebundle_()[0]["image/png"]
    assert picture == wave(2)._repr_mimebundle_()[0]["image/png"]


def test_two_sliders_open_where_they_are_told():
    explorer = explore(wave, rate=[1, 2, 3], height=[1, 2], start={"height": 2})
    outer, *inner = parts(explorer, widgets.Stack)
    assert outer.selected_index == 0
    assert [stack.selected_index for stack in inner] == [1, 1, 1]
    assert "Rate 1 &amp;" in explorer.summary.replace("&", "&amp;")


@pytest.mark.parametrize(
    ("start", "complaint"),
    [(5, "gives rate=5, none of its values"), ({"size": 1}, "names 'size'; parameters are")],
)
def test_a_start_is_one_of_the_values(start, complaint):
    with pytest.raises(ValueError, match=complaint):
        explore(wave, rate=[1, 2], start=start)
