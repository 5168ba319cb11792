"""The sliders of the chapters answer in the page, without a kernel and without a library."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from bookpages.explorers import explorers_of

ROOT = Path(__file__).resolve().parents[2]
OPEN = "document.querySelectorAll('.dl-kept').forEach(part => part.dataset.open = '')"
SHOWN = """box => { const image = box.querySelector('img');
    return image.complete && image.naturalWidth > 0 && image.src.split('/').pop(); }"""


def stored(chapter):
    """The explorers in a chapter's stored outputs."""
    return explorers_of(json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8")))


@pytest.fixture
def explorers(chapter, site, visit):
    """(explorer on the page, what the notebook holds of it) of all explorers of a chapter."""
    visited = visit().open(f"{site}/{chapter}.html")
    visited.tab.evaluate(OPEN)
    boxes = visited.tab.locator(".dl-explorer").all()
    yield list(zip(boxes, stored(chapter), strict=True))
    assert visited.errors == []
    assert visited.outside() == []


@pytest.fixture(scope="module")
def two_sliders(html):
    """The smallest page that has an explorer with two sliders, its place there, and what it is."""
    for path in sorted(html.glob("chapters/ch*.html"), key=lambda path: path.stat().st_size):
        for place, known in enumerate(stored(f"chapters/{path.stem}")):
            if len(known.sliders) == 2:
                return f"chapters/{path.name}", place, known
    return pytest.fail("no chapter has an explorer with two sliders", pytrace=False)


@pytest.fixture(params=["http", "file"])
def base(request, site, html):
    """The site over http and from a folder."""
    return site if request.param == "http" else html.as_uri()


@pytest.fixture
def explorer(base, two_sliders, share):
    """An explorer with two sliders; a test begins by setting both of them."""
    page, place, known = two_sliders
    tab = share(f"{base}/{page}")
    tab.evaluate(OPEN)
    return tab.locator(".dl-explorer").nth(place), known


def shows(box, frame):
    """Wait until the explorer's picture is this frame, loaded, and described as such."""
    box.scroll_into_view_if_needed()
    box.page.wait_for_function(
        f"([box, name]) => ({SHOWN})(box) === name", arg=[box.element_handle(), frame.name]
    )
    assert box.locator("img").get_attribute("alt") == frame.alt


@pytest.mark.two_browsers
def test_starts_as_in_the_notebook_and_answers_to_keys(explorers):
    for box, known in explorers:
        shows(box, known.frames[known.first])
        assert box.get_by_role("button").get_attribute("aria-label") == (
            f"Play: {known.sliders[0].label}"
        )
        for slider, about in zip(box.get_by_role("slider").all(), known.sliders, strict=True):
            assert slider.get_attribute("aria-valuetext") == about.values[about.start]
            assert slider.evaluate("one => one.labels[0].textContent").startswith(about.label)
            slider.press("End")
        shows(box, known.frames[-1])


@pytest.mark.two_browsers
def test_each_position_has_its_frame(explorer):
    box, known = explorer
    rows, columns = box.get_by_role("slider").all()
    rows.press("Home")
    rows.press("ArrowRight")
    columns.press("Home")
    count = len(known.sliders[1].values)
    for place, text in enumerate(known.sliders[1].values):
        shows(box, known.frames[count + place])
        assert columns.get_attribute("aria-valuetext") == text
        assert box.locator("label b").last.inner_text() == text
        columns.press("ArrowRight")


@pytest.mark.two_browsers
def test_mouse_changes_the_picture(explorer):
    box, known = explorer
    for slider in box.get_by_role("slider").all():
        slider.press("Home")
        place = slider.bounding_box()
        box.page.mouse.click(place["x"] + place["width"] - 4, place["y"] + place["height"] / 2)
    shows(box, known.frames[-1])


@pytest.mark.two_browsers
def test_play_goes_to_the_end_and_stops(explorer):
    box, known = explorer
    slider, play = box.get_by_role("slider").first, box.get_by_role("button")
    slider.press("End")
    slider.press("ArrowLeft")
    play.click()
    assert slider.input_value() == slider.get_attribute("max")
    assert play.inner_text() == "Play", "it was one step from the end"
    # Both clicks in one go: between two of Playwright's, a slow machine plays to the end.
    began, verb = play.evaluate(
        """play => { const [slider] = play.closest('.dl-explorer').querySelectorAll('input');
            play.click();
            const seen = [slider.value, play.textContent];
            play.click();
            return seen; }"""
    )
    assert began == "0", "at the end it begins anew"
    assert verb == "Pause"
    assert play.get_attribute("aria-label") == f"Play: {known.sliders[0].label}"


@pytest.mark.two_browsers
def test_frames_are_fetched_only_when_a_hand_is_at_the_slider(base, two_sliders, engine, visit):
    if engine == "firefox" and base.startswith("file:"):
        pytest.skip("Firefox does not tell which files it takes from its memory")
    page, place, known = two_sliders
    visited, fetched = visit(), []
    visited.tab.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    visited.open(f"{base}/{page}")
    visited.tab.evaluate(OPEN)
    box = visited.tab.locator(".dl-explorer").nth(place)
    shows(box, known.frames[known.first])
    others = {frame.name for frame in known.frames} - {known.frames[known.first].name}
    assert not others & set(fetched)
    box.get_by_role("slider").first.focus()
    while not others <= set(fetched):
        box.page.wait_for_event("request")


def test_the_starting_picture_is_in_the_page(chapter, html):
    text = (html / f"{chapter}.html").read_text(encoding="utf-8")
    first = re.findall(r'class="dl-explorer".*?<img [^>]*?alt="([^"]*)"', text, re.DOTALL)
    assert list(map(unescape, first)) == [one.frames[one.first].alt for one in stored(chapter)]


@pytest.mark.two_browsers
def test_without_scripts_the_starting_picture_stands(telling, site, visit):
    tab = visit(scripts=False).open(f"{site}/{telling}.html").tab
    known = stored(telling)
    pictures = tab.locator(".dl-explorer img").all()
    assert len(pictures) == len(known)
    for picture, explorer in zip(pictures, known):
        assert picture.is_visible()
        assert picture.get_attribute("alt") == explorer.frames[explorer.first].alt
    assert tab.locator(".dl-controls:visible").count() == 0
