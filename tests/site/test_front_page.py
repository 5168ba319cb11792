"""The stage on the front page: a line to turn, a rule that learns, a hidden layer that trains."""

import re
from pathlib import Path

import pytest
import yaml

IDEAS = Path(__file__).resolve().parents[2] / "book" / "ideas.yml"


@pytest.fixture
def tab(site, share):
    """The front page; every scene of the stage begins anew when it is chosen."""
    shared = share(f"{site}/book/index.html")
    shared.get_by_role("button", name="1958").click()
    return shared


def wrong(tab):
    """Number of points on the wrong side, as the page reports it."""
    text = tab.locator("[data-part=status]").inner_text()
    found = re.match(r"(\d+) of \d+ on the wrong side", text)
    return int(found.group(1)) if found else 0


@pytest.mark.two_browsers
def test_the_rule_finds_a_line_for_separable_points(tab):
    assert wrong(tab) > 0
    tab.get_by_role("button", name="Let it learn").click()
    assert "Every point is on its side" in tab.locator("[data-part=status]").inner_text()


@pytest.mark.two_browsers
def test_no_line_parts_xor(tab):
    tab.get_by_role("button", name="1969").click()
    tab.get_by_role("button", name="Let it try").click()
    assert wrong(tab) >= 6
    assert "no line can do it" in tab.locator("[data-part=status]").inner_text()


@pytest.mark.two_browsers
def test_a_hidden_layer_parts_xor(tab):
    tab.get_by_role("button", name="1986").click()
    assert wrong(tab) > 0
    tab.get_by_role("button", name="Train by backpropagation").click()
    assert wrong(tab) == 0


@pytest.mark.two_browsers
def test_keyboard_turns_the_line(tab):
    before = tab.locator("svg .dl-line").get_attribute("x1")
    tab.get_by_label("Turn").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.locator("svg .dl-line").get_attribute("x1") != before


@pytest.mark.two_browsers
def test_a_finger_turns_the_line(tab):
    handle = tab.locator("svg .dl-handle").first.bounding_box()
    before = tab.get_by_label("Turn").input_value()
    tab.mouse.move(handle["x"] + 5, handle["y"] + 5)
    tab.mouse.down()
    tab.mouse.move(handle["x"] - 60, handle["y"] + 90, steps=4)
    tab.mouse.up()
    assert tab.get_by_label("Turn").input_value() != before


def test_without_scripts_a_sentence_stands_in_its_place(site, visit):
    tab = visit(scripts=False).open(f"{site}/book/index.html").tab
    assert not tab.locator("[data-stage]").is_visible()
    assert "With JavaScript" in tab.locator("article").inner_text()


def test_written_chapters_are_linked(tab, html):
    written = sorted(path.stem for path in (html / "chapters").glob("ch*.html"))
    linked = tab.eval_on_selector_all(".dl-path a", "links => links.map(link => link.href)")
    assert [address.split("/")[-1] for address in linked] == [f"{name}.html" for name in written]
    assert tab.locator(".dl-path li li").count() == 1 + 36  # chapter 0 and the others


def test_the_numbers_on_the_page_are_those_of_the_index(tab):
    data = yaml.safe_load(IDEAS.read_text(encoding="utf-8"))
    assert len(data["parts"]) == 7
    numbers = [number for number in data["chapters"] if number > 0]
    promise = f"Seven parts, {len(numbers)} chapters, {len(data['ideas'])} ideas"
    assert promise in tab.locator("article").inner_text()
