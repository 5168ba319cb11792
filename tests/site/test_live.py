"""The models that run in the pages: they answer like dlcore, to mouse, finger and keyboard."""

import json
from pathlib import Path

import pytest
import torch
import train_live

from dlcore.layers import Conv2d, Flatten, Linear, ReLU, Sequential, Softmax
from dlcore.methods import web_script
from tests.live.drawings import DRAWINGS
from tests.site.test_pages import NAMES, RULES, WCAG

PAGE = "book/live_models"
STATE = "node => ({grey: [...node.grey], outputs: [...node.outputs]})"


@pytest.fixture(scope="module")
def net():
    """The digits' net as it was trained, before its weights were rounded for the page."""
    torch.set_num_threads(1)
    return train_live.digits_net()


@pytest.fixture
def digit(site, visit):
    """The drawing board's element, started, on a page without script errors."""
    visited = visit().open(f"{site}/{PAGE}.html")
    yield ready(visited.tab, "dl-live")
    assert visited.errors == []


@pytest.fixture
def xor(site, visit):
    visited = visit().open(f"{site}/{PAGE}.html")
    yield ready(visited.tab, "dl-xor")
    assert visited.errors == []


def ready(tab, tag):
    tab.locator(tag).scroll_into_view_if_needed()
    tab.locator(f"{tag}[data-ready]").wait_for()
    return tab.locator(tag)


def draw(element, strokes):
    """Draw strokes, lists of points from (0, 0) to (1, 1), with the mouse."""
    element.get_by_role("button", name="Clear").click()
    box = element.locator(".dl-board").bounding_box()
    mouse = element.page.mouse
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
        mouse.up()


def test_twenty_drawings_get_dlcores_answer(digit, net):
    right = 0
    for name, strokes in DRAWINGS:
        draw(digit, strokes)
        state = digit.evaluate(STATE)
        grey, outputs = torch.tensor(state["grey"]), torch.tensor(state["outputs"])
        assert (grey * 16).sum() == pytest.approx(312), "not as much ink as in the set's digits"
        expected = net(grey.view(1, 64)).data[0]
        torch.testing.assert_close(outputs, expected, rtol=0, atol=1e-2)
        assert outputs.argmax() == expected.argmax()
        cells = digit.locator("tbody .dl-value").all_inner_texts()
        assert cells == [f"{value:.2f}" for value in state["outputs"]]
        right += outputs.argmax().item() == name
    assert right >= 17


def test_the_answer_is_spoken(digit):
    draw(digit, DRAWINGS[0][1])
    assert digit.locator("output").get_attribute("aria-live") == "polite"
    assert digit.locator("output").inner_text().startswith("The net reads a 0 (")
    digit.get_by_role("button", name="Clear").click()
    assert digit.locator("output").inner_text() == "The board is empty."


def test_place_and_size_of_a_drawing_do_not_matter(digit):
    draw(digit, DRAWINGS[3][1])
    before = digit.evaluate(STATE)["grey"]
    draw(digit, [[(0.1 + x / 2, 0.4 + y / 2) for x, y in s] for s in DRAWINGS[3][1]])
    after = digit.evaluate(STATE)["grey"]
    assert torch.tensor(before).sub(torch.tensor(after)).abs().mean() < 0.02


def test_examples_come_one_after_the_other(digit):
    button = digit.get_by_role("button", name="Example digit")
    names = set()
    for _ in range(20):
        names.add(digit.locator("output").inner_text().split(".")[0])
        button.click()
    assert names == {f"An example, a {digit}" for digit in range(10)}


def test_the_keyboard_draws(digit):
    board = digit.locator(".dl-board")
    board.focus()
    keys = digit.page.keyboard
    keys.press("Delete")
    for _ in range(7):
        keys.press("ArrowUp")
    assert sum(digit.evaluate(STATE)["grey"]) == 0, "without Shift the pen only moves"
    for _ in range(14):
        keys.press("Shift+ArrowDown")
    grey = torch.tensor(digit.evaluate(STATE)["grey"]).view(8, 8)
    assert grey[:, 3:5].mean() > 0.9
    assert "The net" in digit.locator("output").inner_text()


def test_a_finger_draws(site, browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    tab = context.new_page()
    tab.goto(f"{site}/{PAGE}.html")
    element = ready(tab, "dl-live")
    element.get_by_role("button", name="Clear").tap()
    box = element.locator(".dl-board").bounding_box()
    touch = context.new_cdp_session(tab)
    scrolled = tab.evaluate("scrollY")
    for step in range(12):
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * (0.1 + 0.07 * step)
        kind = "touchMove" if step else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert torch.tensor(element.evaluate(STATE)["grey"]).view(8, 8)[:, 3:5].mean() > 0.9
    assert tab.evaluate("scrollY") == scrolled, "the page must not scroll under the drawing finger"
    context.close()


def test_hidden_layers_are_pictures_with_a_description(digit):
    canvas = digit.locator(".dl-layer canvas")
    assert canvas.count() == 1
    before = canvas.evaluate("c => c.toDataURL()")
    assert "30 hidden units; the strongest are" in canvas.get_attribute("aria-label")
    draw(digit, DRAWINGS[8][1])
    assert canvas.evaluate("c => c.toDataURL()") != before


def test_a_convolutional_net_shows_its_maps(digit):
    torch.manual_seed(0)
    net = Sequential(Conv2d(1, 4, 3, padding=1), ReLU(), Flatten(), Linear(256, 10), Softmax(dim=1))
    about = {"input": [1, 8, 8], "names": list("0123456789"), "parameters": 1, "right": 1,
             "tested": 1, "examples": [{"name": "4", "pixels": "8" * 64}]}  # fmt: skip
    page = digit.page
    page.evaluate(web_script("maps", net, **about))
    page.evaluate(
        """() => { const live = document.createElement('dl-live');
        live.setAttribute('model', 'maps'); document.querySelector('article').prepend(live); }"""
    )
    element = ready(page, "dl-live[model=maps]")
    assert element.locator(".dl-layer canvas").get_attribute("aria-label") == (
        "4 feature maps of 8 by 8"
    )
    state = element.evaluate(STATE)
    expected = net(torch.tensor(state["grey"]).view(1, 1, 8, 8)).data[0]
    torch.testing.assert_close(torch.tensor(state["outputs"]), expected, rtol=0, atol=1e-2)


def weights(xor):
    return xor.evaluate("node => node.weights()")


def table(xor):
    """h₁, h₂ and y of the four rows, as the page shows them."""
    cells = [float(text) for text in xor.locator("tbody .dl-value").all_inner_texts()]
    return torch.tensor(cells).view(4, 3)


def test_sliders_set_the_weights_and_dlcore_agrees(xor):
    sliders = xor.get_by_role("slider")
    values = [5.0, -4.2, 1.3, -2.0, 6.1, -0.5, 3.3, -7.0, 0.9]
    for index, value in enumerate(values):
        sliders.nth(index).fill(str(value))
    assert weights(xor) == pytest.approx(values, abs=1e-6)
    w = torch.tensor(values)
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = torch.sigmoid(x @ torch.stack([w[0:2], w[3:5]]).T + w[[2, 5]])
    y = torch.sigmoid(hidden @ w[6:8] + w[8])
    torch.testing.assert_close(table(xor), torch.cat([hidden, y[:, None]], 1), rtol=0, atol=6e-3)


def test_one_slider_mends_the_first_weights(xor):
    assert xor.locator("output").inner_text().startswith("2 of 4 rows right")
    picture = xor.locator("canvas").evaluate("c => c.toDataURL()")
    last = xor.get_by_role("slider").last
    last.focus()
    for _ in range(32):
        xor.page.keyboard.press("ArrowLeft")
    assert xor.locator("output").inner_text().startswith("4 of 4 rows right")
    assert xor.locator("canvas").evaluate("c => c.toDataURL()") != picture
    assert xor.locator("canvas").get_attribute("aria-label").endswith("All four corners are right")


def test_trained_weights_are_right_and_downhill_lowers_the_loss(xor):
    xor.get_by_role("button", name="Random start").click()
    assert max(map(abs, weights(xor))) <= 1
    loss = [xor.evaluate("node => node.loss()")]
    for _ in range(3):
        xor.get_by_role("button", name="100 steps").click()
        loss.append(xor.evaluate("node => node.loss()"))
    assert loss[0] > loss[1] > loss[2] > loss[3]
    xor.get_by_role("button", name="Trained weights").click()
    assert xor.locator("output").inner_text().startswith("4 of 4 rows right")


def test_the_slopes_are_those_of_backpropagation(xor):
    before = torch.tensor(weights(xor), dtype=torch.float64)
    xor.evaluate("node => node.descend(1, 1)")
    w = before.clone().requires_grad_()
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float64)
    hidden = torch.sigmoid(x @ torch.stack([w[0:2], w[3:5]]).T + w[[2, 5]])
    y = torch.sigmoid(hidden @ w[6:8] + w[8])
    ((y - torch.tensor([0, 1, 1, 0])) ** 2).sum().div(8).backward()
    step = before - torch.tensor(weights(xor), dtype=torch.float64)
    torch.testing.assert_close(step, w.grad, rtol=0, atol=1e-4)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_barrier_once_started(colours, site, visit, axe):
    tab = visit(colours=colours).open(f"{site}/{PAGE}.html").tab
    for tag in ("dl-live", "dl-xor"):
        ready(tab, tag)
    tab.add_script_tag(content=axe)
    for where in ("dl-live", "dl-xor"):
        for only in (WCAG, NAMES):
            assert tab.evaluate(RULES, {"where": where, "only": only}) == []


def test_starts_from_a_folder_and_fits_a_phone(html, visit):
    visited = visit(width=360).open((html / f"{PAGE}.html").as_uri())
    for tag in ("dl-live", "dl-xor"):
        ready(visited.tab, tag)
    assert visited.errors == []
    assert visited.tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_a_picture_and_a_sentence_stand_there(site, visit):
    tab = visit(scripts=False).open(f"{site}/{PAGE}.html").tab
    for tag in ("dl-live", "dl-xor"):
        assert tab.locator(f"{tag} img").is_visible()
        assert len(tab.locator(f"{tag} img").get_attribute("alt")) > 60
        assert "needs JavaScript" in tab.locator(f"{tag} figcaption").inner_text()


def test_pages_without_models_load_none_of_it(site, visit):
    visited = visit().open(f"{site}/book/notation.html")
    assert [url for url in visited.requests if "/live/" in url] == []


def test_links_from_chapters_show_the_model_there(html):
    """A chapter's paragraph that links to a model is followed by it, with nothing between."""
    root = Path(__file__).resolve().parents[2]
    linked = [
        path.stem for path in sorted((root / "chapters").glob("ch*.ipynb"))
        if "live_models.md#" in json.dumps(json.loads(path.read_text(encoding="utf-8")))
    ]  # fmt: skip
    assert "ch03_backpropagation" in linked
    for name in linked:
        text = (html / "chapters" / f"{name}.html").read_text(encoding="utf-8")
        assert text.count('href="../book/live_models.html#') == text.count('<dl-live model="') + (
            text.count('<dl-xor model="')
        )
