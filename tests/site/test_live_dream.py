"""The machine that dreams in the page: its steps, what is held, mouse and keyboard."""

import pytest

from tests.site.live_page import PAGE, press, started

pytestmark = pytest.mark.two_browsers
STATE = "node => ({v: node.v, h: node.h, held: node.held, steps: node.steps})"


@pytest.fixture
def dream(site, share):
    """The machine, just started."""
    return started(share(f"{site}/{PAGE}.html"), "dream")


def test_steps_change_the_picture_and_are_counted(dream):
    before = dream.evaluate(STATE)
    press(dream, "100 steps")
    after = dream.evaluate(STATE)
    assert after["steps"] == before["steps"] + 100
    assert after["v"] != before["v"]
    assert sum(after["v"][64:]) == 1
    assert (
        dream.locator("output").inner_text().startswith("100 steps from the start; held: nothing")
    )
    press(dream, "Noise")
    assert dream.evaluate(STATE)["steps"] == 0


def test_a_name_is_held_until_it_is_let_go(dream):
    button = dream.get_by_role("button", name="Hold the name 3")
    button.click()
    press(dream, "Step")
    assert button.get_attribute("aria-pressed") == "true"
    assert dream.evaluate(STATE)["v"][64:] == [int(k == 3) for k in range(10)]
    assert "held: the name 3" in dream.locator("output").inner_text()
    button.click()
    assert dream.evaluate(STATE)["held"][64:] == [None] * 10


def test_the_keyboard_holds_a_pixel_and_steps(dream):
    board = dream.locator(".dl-board")
    board.focus()
    keyboard = dream.page.keyboard
    for key in ("ArrowUp", "ArrowLeft", "Space"):
        keyboard.press(key)
    assert dream.evaluate(STATE)["held"][2 * 8 + 2] == 1
    assert dream.locator("output").inner_text() == "Row 3, column 3: held as ink."
    keyboard.press("Enter")
    state = dream.evaluate(STATE)
    assert (state["steps"], state["v"][18]) == (1, 1)
    keyboard.press("Space")
    assert dream.evaluate(STATE)["held"][18] == 0
    press(dream, "Release all")
    assert dream.evaluate(STATE)["held"] == [None] * 74


def test_the_mouse_holds_a_line_of_pixels(dream):
    board = dream.locator(".dl-board")
    board.scroll_into_view_if_needed()
    box, mouse = board.bounding_box(), dream.page.mouse
    y = box["y"] + box["height"] * 0.55
    mouse.move(box["x"] + box["width"] * 0.3, y)
    mouse.down()
    for share in (0.45, 0.55, 0.7):
        mouse.move(box["x"] + box["width"] * share, y)
    mouse.up()
    held = dream.evaluate(STATE)["held"]
    assert [k for k, value in enumerate(held) if value == 1] == [34, 35, 36, 37]
    assert "held: 4 pixels" in dream.locator("output").inner_text()


def test_it_runs_until_it_is_stopped(dream):
    press(dream, "Run")
    dream.page.wait_for_function("document.querySelector('dl-dream').steps >= 3")
    press(dream, "Stop")
    steps = dream.evaluate(STATE)["steps"]
    dream.page.wait_for_timeout(500)
    assert dream.evaluate(STATE)["steps"] == steps
