"""The detector that runs in the page: shapes put, moved and drawn, thresholds, suppression."""

import find_shapes
import pytest
import torch
import train_live
from bookpages.live import read_about

from dlcore.models.vision.boxes import box_iou
from tests.live.committed import load
from tests.site.live_page import PAGE, press, started

ABOUT = read_about(train_live.MODELS / "grid-detector.js")
STATE = """node => ({grey: [...node.grey], found: node.found, items: node.sheet.items,
    known: node.sheet.known, setting: node.setting, shown: node.shown, cursor: node.cursor})"""


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def shapes(site, share):
    """The element, just started."""
    return started(share(f"{site}/{PAGE}.html"), "grid-detector")


def state(shapes):
    return shapes.evaluate(STATE)


def drag(shapes, *places):
    """Press the mouse at the first place, in pixels of the scene, and move it to the others."""
    board = shapes.locator(".dl-board")
    board.scroll_into_view_if_needed()
    box, mouse = board.bounding_box(), shapes.page.mouse
    points = [(box["x"] + x / 32 * box["width"], box["y"] + y / 32 * box["height"])
              for x, y in places]  # fmt: skip
    mouse.move(*points[0])
    mouse.down()
    for point in points[1:]:
        mouse.move(*point, steps=4)
    mouse.up()


def slide(shapes, name, value):
    shapes.get_by_role("slider", name=name, exact=True).fill(str(value))


def by_dlcore(now):
    """What dlcore finds in the page's picture with the page's settings."""
    setting = now["setting"]
    net = find_shapes.as_detector(dict(load("grid-detector").parts())[setting["net"]])
    x = torch.tensor(now["grey"]).view(1, 1, 32, 32)
    overlap = setting["overlap"] if setting["suppress"] else None
    return find_shapes.detect(net, x, least=setting["least"], overlap=overlap)[0]


def check(shapes):
    """The page's boxes are dlcore's; returns them."""
    now = state(shapes)
    expected, found = by_dlcore(now), now["found"]
    assert [one["label"] for one in found] == expected["labels"].tolist()
    for key, rows in {"score": expected["scores"], "box": expected["boxes"]}.items():
        values = torch.tensor([one[key] for one in found]).reshape(rows.shape)
        torch.testing.assert_close(values, rows, rtol=0, atol=2e-3)
    return found


def hits(shapes, name, true):
    """Whether some found box has this name and an IoU of at least 0.5 with the true one."""
    label = ABOUT["names"].index(name)
    boxes = [one["box"] for one in state(shapes)["found"] if one["label"] == label]
    return bool(boxes) and box_iou(torch.tensor(boxes), torch.tensor([true])).max().item() >= 0.5


@pytest.mark.two_browsers
def test_it_starts_with_a_scene_of_three_and_finds_what_dlcore_finds(shapes):
    now = state(shapes)
    assert len(now["known"]) == 3
    scene = ABOUT["scenes"][now["shown"]]
    assert scene["boxes"] == now["known"]
    assert len(check(shapes)) >= 2
    assert "A scene with 3 shapes. It gives" in shapes.locator("output").inner_text()
    rows = shapes.locator("tbody tr:not([hidden])")
    assert rows.count() == len(now["found"])
    assert f"{now['found'][0]['score']:.2f}" in rows.first.inner_text()


@pytest.mark.parametrize("name", ["disc", "square", "triangle"])
def test_the_mouse_puts_a_shape_and_drags_it(name, shapes):
    press(shapes, "Clear")
    assert shapes.locator("output").inner_text() == "It finds nothing."
    press(shapes, name)
    drag(shapes, (10, 10), (20, 18))
    (item,) = state(shapes)["items"]
    assert (item["x"], item["y"]) == pytest.approx((20, 18), abs=0.2)
    assert len(check(shapes)) == 1
    assert hits(shapes, name, [15, 13, 25, 23])
    drag(shapes, (20, 18), (8, 23))
    (item,) = state(shapes)["items"]
    assert (item["x"], item["y"]) == pytest.approx((8, 23), abs=0.3)
    assert hits(shapes, name, [3, 18, 13, 28])
    assert f"{name} (" in shapes.locator("output").inner_text()
    assert "bottom left" in shapes.locator("output").inner_text()


@pytest.mark.two_browsers
def test_the_keyboard_puts_moves_and_removes(shapes):
    press(shapes, "Clear")
    press(shapes, "square")
    shapes.locator(".dl-board").focus()
    keys = shapes.page.keyboard
    for _ in range(6):
        keys.press("ArrowLeft")
    assert state(shapes)["items"] == []
    keys.press("Space")
    for _ in range(5):
        keys.press("Shift+ArrowDown")
    (item,) = state(shapes)["items"]
    assert (item["x"], item["y"]) == (10, 21)
    assert len(check(shapes)) == 1
    assert hits(shapes, "square", [6, 17, 14, 25])
    keys.press("Space")
    assert shapes.locator("output").inner_text().startswith("Taken. It gives 1 box")
    keys.press("Delete")
    assert state(shapes)["items"] == []
    assert shapes.locator("output").inner_text() == "It finds nothing."


@pytest.mark.two_browsers
def test_the_pen_draws_and_fills(shapes):
    press(shapes, "Clear")
    press(shapes, "pen")
    assert shapes.get_by_role("slider", name="size").is_disabled()
    drag(shapes, (10, 10), (20, 10), (20, 20), (10, 20))
    grey = torch.tensor(state(shapes)["grey"]).view(32, 32)
    assert grey[11:19, 11:19].mean() > 0.75, "dark ink inside"
    assert grey[24:].mean() < 0.6
    assert hits(shapes, "square", [9, 9, 21, 21])
    press(shapes, "hollow")
    hollow = torch.tensor(state(shapes)["grey"]).view(32, 32)
    assert hollow[12:18, 12:18].mean() < 0.6
    press(shapes, "bright")
    bright = torch.tensor(state(shapes)["grey"]).view(32, 32)
    assert bright[13:18, 20].mean() < 0.4 < hollow[13:18, 20].mean()
    check(shapes)


def test_the_keyboard_draws(shapes):
    press(shapes, "Clear")
    press(shapes, "pen")
    shapes.locator(".dl-board").focus()
    keys = shapes.page.keyboard
    for _ in range(8):
        keys.press("Shift+ArrowRight")
    (item,) = state(shapes)["items"]
    assert item["points"] == [[16 + x, 16] for x in range(9)]


@pytest.mark.two_browsers
def test_a_higher_threshold_leaves_fewer_boxes(shapes):
    press(shapes, "nine cells")
    left, told = [], []
    for least in (0.05, 0.3, 0.6, 0.95):
        slide(shapes, "lowest score", least)
        found = check(shapes)
        assert all(one["score"] > least for one in found)
        left.append(len(found))
        told.append(shapes.locator("section p").last.inner_text())
    assert left == sorted(left, reverse=True)
    assert left[0] > left[-1]
    assert len(set(told)) == 4
    boxes, right = ABOUT["counts"]["nine"][4][5]  # suppression at 0.5, lowest score 0.3
    assert f"finds {100 * right / ABOUT['shapes']:.0f}\u00a0%" in told[1]
    assert f"{100 * right / boxes:.0f}\u00a0% of its boxes are right" in told[1]


@pytest.mark.two_browsers
def test_suppression_removes_doubles(shapes):
    press(shapes, "nine cells")
    few = check(shapes)
    switch = shapes.get_by_role("checkbox", name="non-maximum suppression")
    switch.uncheck()
    many = check(shapes)
    assert len(many) > 2 * len(few)
    assert shapes.get_by_role("slider", name="overlap above").is_disabled()
    switch.check()
    slide(shapes, "overlap above", 0.9)
    assert len(few) <= len(check(shapes)) <= len(many)


def test_size_and_turn_change_the_shape_that_was_taken(shapes):
    press(shapes, "Clear")
    press(shapes, "square")
    drag(shapes, (16, 16))
    before = state(shapes)["grey"]
    slide(shapes, "size", 8)
    slide(shapes, "turn", 45)
    (item,) = state(shapes)["items"]
    assert (item["radius"], item["angle"]) == pytest.approx((8, 0.7854), abs=1e-3)
    assert state(shapes)["grey"] != before
    frame = shapes.evaluate("node => node.sheet.truth()[0]")
    assert frame == [7, 7, 25, 25], "0.82 · 8 · √2 = 9.3 to each side"
    check(shapes)


def test_a_random_scene_is_another_of_the_books(shapes):
    seen = [state(shapes)["shown"]]
    for _ in range(4):
        press(shapes, "Random scene")
        now = state(shapes)
        assert now["shown"] != seen[-1]
        seen.append(now["shown"])
        assert now["known"] == ABOUT["scenes"][now["shown"]]["boxes"]
        assert now["items"] == []
    assert max(state(shapes)["grey"]) <= 1


def test_shapes_can_be_put_into_a_scene_and_removed_again(shapes):
    before = state(shapes)["grey"]
    drag(shapes, (16, 16))
    assert state(shapes)["grey"] != before
    press(shapes, "Remove")
    assert state(shapes)["grey"] == before


def test_what_the_cells_say_can_be_shown(shapes):
    picture = "node => node.board.toDataURL()"
    before = shapes.evaluate(picture)
    box = shapes.get_by_role("checkbox", name="show what each cell says")
    box.check()
    assert shapes.evaluate(picture) != before
    box.uncheck()
    assert shapes.evaluate(picture) == before


def test_the_picture_is_the_same_in_the_dark(shapes):
    """Dark shapes must stay dark: the picture does not follow the page's colours."""
    light, dark = shapes.evaluate(
        """node => ["light", "dark"].map(theme => {
            document.documentElement.dataset.theme = theme;
            node.draw();
            return node.board.toDataURL(); })"""
    )
    shapes.page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert light == dark


def test_on_a_phone_a_finger_puts_a_shape_and_moves_it(site, share):
    tab = share(f"{site}/{PAGE}.html", width=390, touch=True)
    element = started(tab, "grid-detector")
    element.get_by_role("slider", name="overlap above").scroll_into_view_if_needed()
    board = element.locator(".dl-board").bounding_box()
    assert 0 <= board["y"] < board["y"] + board["height"] < 900, "in sight of its sliders"
    element.get_by_role("button", name="Clear").tap()
    box = element.locator(".dl-board").bounding_box()
    touch, scrolled = tab.context.new_cdp_session(tab), tab.evaluate("scrollY")
    for step in range(9):
        kind = "touchMove" if step else "touchStart"
        point = {
            "x": box["x"] + box["width"] / 2,
            "y": box["y"] + box["height"] * (0.3 + step / 20),
        }
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    (item,) = element.evaluate(STATE)["items"]
    assert (item["x"], item["y"]) == pytest.approx((16, 0.7 * 32), abs=0.5)
    assert hits(element, "disc", [11, 17, 21, 27])
    assert tab.evaluate("scrollY") == scrolled, "the page must not scroll under the finger"
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
