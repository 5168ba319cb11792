"""Live models are placed where a page asks for them and where a chapter links to them."""

from types import SimpleNamespace

import pytest
from bookpages import live
from bs4 import BeautifulSoup
from docutils import nodes

ABOUT = 'DL.models["a"] = {"about": {"alt": "A <picture> of it"},\n"layers": []};\n'


@pytest.fixture
def app(tmp_path):
    for name in live.TAGS:
        path = tmp_path / live.MODELS / f"{name}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ABOUT, encoding="utf-8")
    return SimpleNamespace(srcdir=tmp_path)


def chapter(address):
    """A section with a paragraph that links to an address, and one more."""
    link = nodes.reference("", "here", refuri=address)
    return nodes.section("", nodes.paragraph("", "", link), nodes.paragraph("", "after"))


def test_a_model_follows_the_paragraph_that_links_to_it(app):
    section = chapter("../book/live_models.html#draw-a-digit")
    live.place_models(app, section, "chapters/ch03")
    assert [type(node).__name__ for node in section] == ["paragraph", "raw", "paragraph"]
    found = BeautifulSoup(section[1].astext(), "html.parser").find("dl-live")
    assert found["model"] == "digits-mlp"
    assert found.img["src"] == "../_static/live/models/digits-mlp.png"
    assert found.img["alt"] == "A <picture> of it"
    assert "needs JavaScript" in found.figcaption.text


@pytest.mark.parametrize(
    "address",
    [
        "../book/live_models.html",
        "../book/live_models.html#other",
        "../book/ideas.html#draw-a-digit",
    ],
)
def test_other_links_stay_links(app, address):
    section = chapter(address)
    live.place_models(app, section, "chapters/ch03")
    assert len(section) == 2


def test_the_models_own_page_shows_each_where_it_asks(app):
    section = nodes.section("", live.Live(model="xor"))
    section += chapter("live_models.html#draw-a-digit")
    live.place_models(app, section, live.PAGE)
    assert section[0].astext().startswith('<dl-xor model="xor">')
    assert len(section[1]) == 2


def test_a_script_of_another_kind_is_refused(tmp_path):
    (tmp_path / "a.js").write_text("DL.models = 1;")
    with pytest.raises(ValueError, match="should be written by train_live.py"):
        live.read_about(tmp_path / "a.js")
