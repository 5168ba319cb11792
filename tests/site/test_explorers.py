"""The sliders of the chapters answer in the page, without a kernel."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPLORER = "div.cell_output:has(.widget-slider)"
SHOWN = """cell => [...cell.querySelectorAll('img')]
    .filter(image => image.checkVisibility()).map(image => image.src + image.alt).join()"""


def stored_explorers(chapter):
    """Number of explorers in a chapter's stored outputs."""
    notebook = json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    texts = ["".join(out.get("data", {}).get("text/plain", "")) for out in outputs]
    return sum(text.startswith("Explorer:") for text in texts)


def explorers(chapter, site, visit):
    """The explorers on a chapter's page, each with its visible picture's address and alt text."""
    tab = visit().open(f"{site}/{chapter}.html").tab
    cells = tab.locator(EXPLORER)
    assert cells.count() == stored_explorers(chapter), (
        "an explorer of the notebook is not on the page"
    )
    return [cells.nth(i) for i in range(cells.count())]


def changes(tab, cell, before):
    """Wait until the visible picture of an explorer is another one."""
    tab.wait_for_function(f"([cell, before]) => ({SHOWN})(cell) !== before", arg=[cell, before])


@pytest.mark.parametrize("keys", [["ArrowRight"], ["End"]])
def test_keyboard_changes_the_picture(chapter, keys, site, visit):
    for cell in explorers(chapter, site, visit):
        for slider in cell.get_by_role("slider").all():
            before = cell.evaluate(SHOWN)
            assert before, "an explorer shows no picture"
            slider.focus()
            for key in keys:
                cell.page.keyboard.press(key)
            changes(cell.page, cell.element_handle(), before)


def test_mouse_changes_the_picture(chapter, site, visit):
    for cell in explorers(chapter, site, visit):
        track = cell.locator(".noUi-target, input[type=range]").first
        track.scroll_into_view_if_needed()
        box = track.bounding_box()
        before = cell.evaluate(SHOWN)
        cell.page.mouse.click(box["x"] + 0.95 * box["width"], box["y"] + box["height"] / 2)
        changes(cell.page, cell.element_handle(), before)


def test_play_changes_the_picture(chapter, site, visit):
    for cell in explorers(chapter, site, visit):
        before = cell.evaluate(SHOWN)
        cell.locator(".widget-play button").first.click()
        changes(cell.page, cell.element_handle(), before)


def test_controls_have_names_and_values(chapter, site, visit):
    for cell in explorers(chapter, site, visit):
        for slider in cell.get_by_role("slider").all():
            assert slider.get_attribute("aria-label")
            assert slider.get_attribute("aria-valuetext")
        for button in cell.locator(".widget-play button").all():
            verb, label = button.get_attribute("aria-label").split(": ", 1)
            assert verb in ("Play", "Pause", "Back to the start", "Repeat")
            assert label


def test_without_scripts_the_first_picture_stands(chapter, site, visit):
    tab = visit(scripts=False).open(f"{site}/{chapter}.html").tab
    pictures = tab.locator("div.cell_output noscript img")
    assert pictures.count() == stored_explorers(chapter)
    for picture in pictures.all():
        assert picture.is_visible()
        assert len(picture.get_attribute("alt")) > 15
