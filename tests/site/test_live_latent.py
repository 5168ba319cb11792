"""The plane of codes that one walks through in the page: dragged, by keys, sliders, by itself."""

import pytest
import torch
import train_live
from bookpages.live import read_about

from tests.live.committed import load
from tests.site.live_page import PAGE, press, started

ABOUT = read_about(train_live.MODELS / "latent-plane.js")
STATE = "node => ({place: node.place, chances: [...node.chances]})"
PICTURE = "node => node.querySelectorAll('canvas')[1].toDataURL()"


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def plane(site, share):
    """The element, just started, for a reader who wants little motion."""
    return started(share(f"{site}/{PAGE}.html"), "latent-plane")


def check(plane):
    """The page's picture is dlcore's, and the sliders say where it is; returns the place."""
    state = plane.evaluate(STATE)
    expected = load("latent-plane")(torch.tensor([state["place"]])).data[0]
    torch.testing.assert_close(torch.tensor(state["chances"]), expected, rtol=0, atol=1e-4)
    told = [one.get_attribute("aria-valuetext") for one in plane.get_by_role("slider").all()]
    assert told == [f"{v:.2f}".replace("-", "−") for v in state["place"]]
    return state["place"]


def says(plane):
    return plane.locator("output").inner_text()


@pytest.mark.two_browsers
def test_it_opens_at_a_digit_and_says_who_lives_there(plane):
    assert check(plane) == ABOUT["first"]
    assert "Of the 20 digits whose places are nearest, " in says(plane)
    assert "are 6s" in says(plane)
    painted = plane.evaluate(
        """n => { const pen = n.board.getContext("2d");
        const {data} = pen.getImageData(0, 0, n.board.width, n.board.height);
        return new Set(Array.from({length: data.length / 4},
            (_, k) => data.slice(4 * k, 4 * k + 3).join())).size; }"""
    )
    assert painted > 100, "digits in seven colours, with soft edges"


@pytest.mark.two_browsers
def test_dragged_the_picture_follows(plane):
    board = plane.locator(".dl-board")
    board.scroll_into_view_if_needed()
    box, mouse = board.bounding_box(), plane.page.mouse
    pictures = {plane.evaluate(PICTURE)}
    mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    mouse.down()
    assert check(plane) == pytest.approx([-1.5, 1.5], abs=0.03)
    pictures.add(plane.evaluate(PICTURE))
    mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.6, steps=3)
    assert check(plane) == pytest.approx([1.5, -0.6], abs=0.03)
    pictures.add(plane.evaluate(PICTURE))
    mouse.up()
    mouse.move(box["x"] + 5, box["y"] + 5)
    assert check(plane) == pytest.approx([1.5, -0.6], abs=0.03)
    assert len(pictures) == 3
    assert says(plane).startswith("Here z₁ = 1.")


@pytest.mark.two_browsers
def test_by_keys_and_sliders(plane):
    first, second = plane.get_by_role("slider").all()
    first.fill("-0.5")
    second.fill("1")
    assert check(plane) == [-0.5, 1]
    plane.locator(".dl-board").focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowDown"):
        plane.page.keyboard.press(key)
    assert check(plane) == pytest.approx([-0.7, 1.35])
    assert says(plane).startswith("Here z₁ = −0.70, z₂ = 1.35.")
    for _ in range(15):
        plane.page.keyboard.press("ArrowUp")
    assert check(plane)[1] == ABOUT["reach"], "the plane has an end"


@pytest.mark.two_browsers
def test_it_walks_to_a_digit_with_pictures_of_the_way(plane):
    strip = plane.locator("canvas").nth(2)
    before = strip.evaluate("c => c.toDataURL()")
    press(plane, "Walk to the middle of the digit 0")
    assert check(plane) == ABOUT["middles"][0], "at once, without motion"
    assert strip.evaluate("c => c.toDataURL()") != before
    begun = ", ".join(f"{v:.2f}" for v in ABOUT["first"]).replace("-", "−")
    label = strip.get_attribute("aria-label")
    assert label.startswith(f"9 decoded pictures on the straight way from {begun} to ")
    assert "are 0s" in says(plane)
    ends = plane.evaluate("n => [n.legs[0], n.legs[8]]")
    assert ends == [ABOUT["first"], ABOUT["middles"][0]]


def test_with_motion_it_takes_its_time_and_can_be_stopped(site, share):
    plane = started(share(f"{site}/{PAGE}.html", calm=False), "latent-plane")
    press(plane, "Walk to the middle of the digit 1")
    plane.page.wait_for_function("n => n.place[0] !== n.about.first[0]", arg=plane.element_handle())
    plane.locator(".dl-board").press("ArrowLeft")
    stopped = check(plane)
    assert stopped != ABOUT["middles"][1]
    plane.page.wait_for_timeout(300)
    assert check(plane) == stopped
    press(plane, "Walk to the middle of the digit 1")
    plane.page.wait_for_function(
        "([n, goal]) => n.place.join() === goal.join()",
        arg=[plane.element_handle(), ABOUT["middles"][1]],
    )
    check(plane)


@pytest.mark.two_browsers
def test_colours_follow_the_page(plane):
    light, dark = plane.evaluate(
        """node => ["light", "dark"].map(theme => {
            document.documentElement.dataset.theme = theme;
            node.draw();
            return node.board.toDataURL(); })"""
    )
    plane.page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert light != dark


def test_a_finger_drags_and_the_page_stays(site, share):
    tab = share(f"{site}/{PAGE}.html", width=390, touch=True)
    plane = started(tab, "latent-plane")
    board = plane.locator(".dl-board")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    touch, scrolled = tab.context.new_cdp_session(tab), tab.evaluate("scrollY")
    for step in range(6):
        kind = "touchMove" if step else "touchStart"
        point = {
            "x": box["x"] + box["width"] / 2,
            "y": box["y"] + box["height"] * (0.2 + step / 10),
        }
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert check(plane) == pytest.approx([0, -1.2], abs=0.05)
    assert tab.evaluate("scrollY") == scrolled, "the page must not scroll under the finger"
