"""An explorer's widgets, as a notebook stores them, become a slider and pictures of the page."""

import base64
import json
from types import SimpleNamespace

import nbformat
import pytest
from bookpages import claims, explorers
from bs4 import BeautifulSoup
from ipywidgets import Widget

from dlcore.study import draw, explore


def figure(a, b=0):
    return draw.lines([0, 1], {"y": [a, b]}, alt=f'a is "{a}" and b is <{b}>')


@pytest.fixture
def notebook():
    """notebook(explorer): as it is stored when the explorer is its only output."""

    def make(explorer):
        data, _ = explorer._repr_mimebundle_()
        claim = {"claim": "one", "measured": "3"}
        cell = {"outputs": [{"data": data}, {"data": {claims.MIME: claim, "text/plain": "✓"}}]}
        state = Widget.get_manager_state()["state"]
        return {"cells": [cell], "metadata": {"widgets": {explorers.STATE: {"state": state}}}}

    yield make
    Widget.close_all()


def test_one_slider_starts_where_it_was_told(notebook):
    found = explorers.explorers_of(notebook(explore(figure, a=[1, 2, 3], start=2)))
    assert len(found) == 1
    assert found[0].sliders == [explorers.Slider("a", ["1", "2", "3"], 1)]
    assert [frame.alt for frame in found[0].frames] == [
        f'a is "{a}" and b is <0>' for a in (1, 2, 3)
    ]
    assert found[0].first == 1


def test_two_sliders_have_their_frames_row_by_row(notebook):
    made = explore(figure, a=[1, 2], b=[5, 6, 7], labels={"b": "the other"}, start={"b": 7, "a": 2})
    [found] = explorers.explorers_of(notebook(made))
    assert [slider.label for slider in found.sliders] == ["a", "the other"]
    assert found.frames[found.first].alt == 'a is "2" and b is <7>'
    assert found.frames[1].alt == 'a is "1" and b is <6>'


def test_a_frame_is_a_png_with_its_size(notebook):
    [found] = explorers.explorers_of(notebook(explore(figure, a=[1, 2])))
    assert found.frames[0].png.startswith(b"\x89PNG")
    width, height = found.frames[0].size
    assert 300 < width < 1000 > height > 100
    assert found.frames[0].name != found.frames[1].name


def test_the_page_gets_the_starting_frame_and_the_addresses_of_the_others(notebook):
    [found] = explorers.explorers_of(notebook(explore(figure, a=[1, 2], start=2, speed_ms=90)))
    page = BeautifulSoup(explorers.page_form(found, "../_images/frames"), "html.parser")
    assert page.img["src"] == f"../_images/frames/{found.frames[1].name}"
    assert page.img["alt"] == 'a is "2" and b is <0>'
    assert page.div["data-pause"] == "90"
    assert (page.input["value"], page.input["max"], page.input["aria-valuetext"]) == ("1", "1", "2")
    data = json.loads(page.script.string)
    assert data["frames"][0] == [f"../_images/frames/{found.frames[0].name}", found.frames[0].alt]
    assert data["values"] == [["1", "2"]]


def test_no_text_can_end_the_script():
    slider = explorers.Slider("</script>", ["</script><b>", "2"], 0)
    frame = explorers.Frame(b"\x89PNG" + bytes(30), "</script>")
    page = explorers.page_form(explorers.Explorer([slider], 1, [frame, frame]), "f")
    assert page.count("</script>") == 1
    assert json.loads(BeautifulSoup(page, "html.parser").script.string)["values"] == [slider.values]


def prepared(stored, tmp_path, name="chapters/ch01"):
    source = [json.dumps(stored)]
    env = SimpleNamespace(doc2path=lambda name: str(tmp_path / f"{name}.ipynb"))
    explorers.prepare(SimpleNamespace(env=env), name, source)
    return json.loads(source[0])


def test_a_rendered_notebook_has_neither_widgets_nor_the_data_of_claims(notebook, tmp_path):
    after = prepared(notebook(explore(figure, a=[1, 2])), tmp_path)
    shown, claim = (output["data"] for output in after["cells"][0]["outputs"])
    assert 'src="../_images/frames/' in shown["text/html"]
    assert explorers.VIEW not in shown
    assert claim == {"text/plain": "✓"}
    assert after["metadata"] == {}


def test_every_frame_becomes_a_file(notebook, tmp_path):
    stored = notebook(explore(figure, a=[1, 2]))
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(stored))
    places = {"a": path, "b": tmp_path / "b.md"}
    env = SimpleNamespace(found_docs=["a", "b"], doc2path=places.get)
    builder = SimpleNamespace(name="html")
    explorers.write_frames(SimpleNamespace(env=env, builder=builder, outdir=tmp_path), None)
    [found] = explorers.explorers_of(stored)
    for frame in found.frames:
        assert (tmp_path / "_images" / "frames" / frame.name).read_bytes() == frame.png


def test_other_widgets_are_refused():
    state = {"1": {"state": {"children": []}}}
    with pytest.raises(ValueError, match="only as explore"):
        explorers.read(state, "1")
    with pytest.raises(ValueError, match="only as explore"):
        explorers.read(state, "2")


def test_the_committed_chapters_can_be_read():
    for path in sorted((explorers.Path(__file__).parents[2] / "chapters").glob("ch*.ipynb")):
        text = path.read_text(encoding="utf-8")
        nbformat.reads(text, 4)
        for explorer in explorers.explorers_of(json.loads(text)):
            count = 1
            for slider in explorer.sliders:
                count *= len(slider.values)
            assert count == len(explorer.frames)
            assert all(base64.b64encode(frame.png[:4]) == b"iVBORw==" for frame in explorer.frames)
