"""The models that run in the pages: they answer like dlcore, to mouse, finger and keyboard."""

import json
from pathlib import Path

import pytest
import torch

from dlcore.layers import Conv2d, Flatten, Linear, ReLU, Sequential, Softmax
from dlcore.methods.export import web_script
from tests.live.committed import load
from tests.live.drawings import DRAWINGS
from tests.site.live_page import MODELS, PAGE, ready, started
from tests.site.test_pages import CONTRAST, NAMES, RULES, THEME, WCAG

STATE = "node => ({grey: [...node.grey], outputs: [...node.outputs]})"


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def start(site, share):
    """start(model) starts one of the page of live models, as if nobody had touched it before."""
    return lambda model: started(share(f"{site}/{PAGE}.html"), model)


@pytest.fixture
def digit(start):
    """The small net's drawing board."""
    return start("digits-mlp")


@pytest.fixture
def lenet(start):
    return start("lenet")


def draw(element, strokes):
    """Draw strokes, lists of points from (0, 0) to (1, 1), with the mouse."""
    element.get_by_role("button", name="Clear").click()
    board = element.locator(".dl-board")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    mouse = element.page.mouse
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
        mouse.up()


def put(element, strokes):
    """Strokes as if drawn: a net that answers to every move of the mouse takes its time."""
    element.evaluate(
        "(n, strokes) => { n.clear(); n.strokes = strokes; n.answer(); n.report(); }", strokes
    )


@pytest.mark.parametrize(
    ("model", "shape", "least"), [("digits-mlp", (1, 64), 17), ("lenet", (1, 1, 28, 28), 19)]
)
def test_twenty_drawings_get_dlcores_answer(model, shape, least, start):
    element, net, right = start(model), load(model), 0
    for number, (name, strokes) in enumerate(DRAWINGS):
        (draw if number < 5 else put)(element, strokes)
        state = element.evaluate(STATE)
        grey, outputs = torch.tensor(state["grey"]), torch.tensor(state["outputs"])
        expected = net(grey.view(shape)).data[0]
        torch.testing.assert_close(outputs, expected, rtol=0, atol=1e-2)
        assert outputs.argmax() == expected.argmax()
        cells = element.locator("tbody .dl-value").all_inner_texts()
        assert cells == [f"{value:.2f}" for value in state["outputs"]]
        right += outputs.argmax().item() == name
    assert right >= least


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


def test_the_keyboard_draws_for_lenet(lenet):
    lenet.locator(".dl-board").focus()
    keys = lenet.page.keyboard
    keys.press("Delete")
    for _ in range(7):
        keys.press("ArrowUp")
    for _ in range(14):
        keys.press("Shift+ArrowDown")
    assert lenet.locator("output").inner_text().startswith("The net reads a 1 (")


@pytest.mark.parametrize(("model", "side"), [("digits-mlp", 8), ("lenet", 28)])
def test_a_finger_draws(model, side, site, share):
    tab = share(f"{site}/{PAGE}.html", width=390, touch=True)
    element = started(tab, model)
    element.get_by_role("button", name="Clear").tap()
    box = element.locator(".dl-board").bounding_box()
    touch = tab.context.new_cdp_session(tab)
    scrolled = tab.evaluate("scrollY")
    for step in range(12):
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * (0.1 + 0.07 * step)
        kind = "touchMove" if step else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    ink = torch.tensor(element.evaluate(STATE)["grey"]).view(side, side)
    middle = slice(3, 5) if side == 8 else slice(14, 15)
    height = ink[:, middle].mean(1) > 0.9
    assert height.sum() >= (8 if side == 8 else 19), "a line from top to bottom"
    assert ink[:, : middle.start - 2].sum() < 1
    assert tab.evaluate("scrollY") == scrolled, "the page must not scroll under the drawing finger"


def test_hidden_layers_are_pictures_with_a_description(digit):
    canvas = digit.locator(".dl-layer canvas")
    assert canvas.count() == 1
    before = canvas.evaluate("c => c.toDataURL()")
    assert "30 hidden units; the strongest are" in canvas.get_attribute("aria-label")
    draw(digit, DRAWINGS[8][1])
    assert canvas.evaluate("c => c.toDataURL()") != before


def test_every_hidden_layer_of_lenet_has_its_picture(lenet):
    draw(lenet, DRAWINGS[4][1])
    labels = [
        canvas.get_attribute("aria-label") for canvas in lenet.locator(".dl-layer canvas").all()
    ]
    parts = [label.partition(";") for label in labels]
    assert [what for what, _, _ in parts] == [
        "6 feature maps of 28 by 28", "6 pooled maps of 14 by 14", "16 feature maps of 10 by 10",
        "16 pooled maps of 5 by 5", "120 hidden units", "84 hidden units",
    ]  # fmt: skip
    assert all("strongest" in rest for _, _, rest in parts)


def test_lenets_hidden_layers_are_those_of_dlcore(lenet):
    draw(lenet, DRAWINGS[2][1])
    answers = lenet.evaluate("node => node.trace.map((y) => [...y.data])")
    x = torch.tensor(lenet.evaluate(STATE)["grey"]).view(1, 1, 28, 28)
    for layer, got in zip(load("lenet"), answers, strict=True):
        x = layer(x).data
        torch.testing.assert_close(torch.tensor(got), x.flatten(), rtol=0, atol=1e-4)


RED = """canvas => { const {data} = canvas.getContext("2d").getImageData(0, 0, 84, 84);
    return Array.from({length: 28 * 28}, (_, k) =>
        data[4 * (84 * (3 * Math.floor(k / 28) + 1) + 3 * (k % 28) + 1)]); }"""


def test_the_first_feature_map_is_painted_as_it_is(lenet):
    """Blue where the map is above 0, orange below: the redder, the lower."""
    draw(lenet, DRAWINGS[2][1])
    shown = torch.tensor(lenet.locator(".dl-layer canvas").first.evaluate(RED), dtype=torch.float)
    values = torch.tensor(lenet.evaluate("node => [...node.trace[1].data]"))
    share = values[: 28 * 28] / values.abs().max()
    paper, blue, orange = (
        int(lenet.evaluate(f"node => LivePage.mix({name!r}, {part})[0]"))
        for name, part in (("ink", 0), ("blue", 1), ("vermilion", 1))
    )
    expected = torch.where(
        share > 0, paper + share * (blue - paper), paper - share * (orange - paper)
    )
    assert (shown - expected).abs().max() <= 1
    assert shown.min() < 60
    assert (shown < paper - 1).any()


def test_a_convolutional_net_shows_its_maps(digit):
    torch.manual_seed(0)
    net = Sequential(Conv2d(1, 4, 3, padding=1), ReLU(), Flatten(), Linear(256, 10), Softmax(dim=1))
    strokes = {"side": 8, "fine": 32, "tall": 27, "wide": 21, "black": 312}
    about = {"input": [1, 8, 8], "names": list("0123456789"), "parameters": 1, "right": 1,
             "strokes": strokes, "tested": 1,
             "examples": [{"name": "4", "pixels": "8" * 64}]}  # fmt: skip
    page = digit.page
    page.evaluate(web_script("maps", net, **about))
    page.evaluate(
        """() => { const live = document.createElement('dl-live');
        live.setAttribute('model', 'maps'); document.querySelector('article').prepend(live); }"""
    )
    element = ready(page, "maps")
    assert (
        element.locator(".dl-layer canvas")
        .get_attribute("aria-label")
        .startswith("4 feature maps of 8 by 8; the strongest is map ")
    )
    state = element.evaluate(STATE)
    expected = net(torch.tensor(state["grey"]).view(1, 1, 8, 8)).data[0]
    torch.testing.assert_close(torch.tensor(state["outputs"]), expected, rtol=0, atol=1e-2)


def test_starts_from_a_folder_fits_a_phone_and_has_no_barrier(html, visit, axe):
    """In the light with all rules; in the dark what else may be wrong are colours."""
    visited = visit(width=360).open((html / f"{PAGE}.html").as_uri())
    tab = visited.tab
    for model in MODELS:
        ready(tab, model)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    assert visited.errors == []  # axe itself asks for style sheets, which a folder refuses
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.evaluate(axe)
    where = ", ".join(f"{tag}[model={model}]" for model, tag in MODELS.items())
    for only in (WCAG, NAMES):
        assert tab.evaluate(RULES, {"where": where, "only": only}) == []
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(THEME, arg="dark")
    assert tab.evaluate(RULES, {"where": where, "only": CONTRAST}) == []


def test_without_scripts_a_picture_and_a_sentence_stand_there(site, visit):
    tab = visit(scripts=False).open(f"{site}/{PAGE}.html").tab
    for model, tag in MODELS.items():
        place = tab.locator(f"{tag}[model={model}]")
        assert place.locator("img").is_visible()
        assert len(place.locator("img").get_attribute("alt")) > 60
        assert "needs JavaScript" in place.locator("figcaption").inner_text()


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
        models = sum(text.count(f'<{tag} model="') for tag in set(MODELS.values()))
        assert text.count('href="../book/live_models.html#') == models
