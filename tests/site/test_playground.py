"""The playground: it learns, by finger and by keyboard, shows gradients, breaks, and is linked."""

import re

import pytest

PAGE = "book/playground"
LIMIT = 150_000  # bytes of script that the page loads, not compressed
STATE = """node => ({setting: node.setting, steps: node.run.steps, wrong: node.run.found.wrong,
    weights: node.run.linears.map(({weights}) => [...weights.weight.data]),
    gradients: node.run.linears.map(({weights}) => [...weights.weight.grad.data])})"""
UNTIL = "finding => document.querySelector('dl-play').dataset.finding === finding"


LEARNED = """() => document.querySelector('dl-play').dataset.finding === 'learned'
    && document.querySelector('dl-play .dl-says').textContent"""


def started(tab):
    play = tab.locator("dl-play[data-ready]")
    play.wait_for()
    return play


def opened(visit, address, **options):
    visited = visit(**options).open(address)
    return started(visited.tab), visited


def button(play, name):
    return play.get_by_role("button", name=name, exact=True)


def learns(play, seconds=60):
    """The steps after which the running page says that it has learned its points."""
    told = play.page.wait_for_function(LEARNED, timeout=1000 * seconds).json_value()
    found = re.match(r"It has learned it in ([\d,]+) steps: all", told)
    assert found, told
    return int(found.group(1).replace(",", ""))


@pytest.mark.two_browsers
def test_from_a_folder_on_a_phone_by_finger_it_learns_all_three(html, visit):
    play, visited = opened(visit, (html / f"{PAGE}.html").as_uri(), width=360)
    button(play, "fast").click()
    for name in ("XOR", "Rings", "Spirals"):
        button(play, name).click()
        assert learns(play) <= 2500
    assert visited.tab.evaluate("document.documentElement.scrollWidth") <= 360
    tiles = play.locator(".dl-tile").all()
    assert min(tile.bounding_box()["width"] for tile in tiles) >= 24
    assert visited.errors == []


@pytest.mark.two_browsers
def test_by_keyboard_alone(site, visit):
    play, visited = opened(visit, f"{site}/{PAGE}.html")
    keyboard = visited.tab.keyboard
    button(play, "Rings").focus()
    keyboard.press("Enter")
    learns(play)
    for _ in range(20):
        keyboard.press("Tab")
        if visited.tab.evaluate("document.activeElement.textContent") == "Stop":
            break
    keyboard.press("Enter")
    steps = play.evaluate(STATE)["steps"]
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert play.evaluate(STATE)["steps"] == steps + 1
    play.locator(".dl-tile[tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        keyboard.press(key)
    assert play.locator(".dl-planepart .dl-name").inner_text() == "Layer 1, unit 3"
    for key in ("ArrowLeft", "Enter"):
        keyboard.press(key)
    assert play.evaluate(STATE)["setting"]["inputs"] == ["x1", "x2", "x1x1"]
    assert visited.tab.evaluate("document.activeElement.ariaLabel") == "Input x₁²"
    assert visited.errors == []


@pytest.mark.two_browsers
def test_weights_and_gradients_are_read_and_moved(site, visit):
    play, visited = opened(visit, f"{site}/{PAGE}.html#layers=3&seed=4")
    button(play, "Layer 1, unit 2").click()
    state = play.evaluate(STATE)
    rows = play.locator(".dl-incoming tbody tr")
    assert rows.count() == 3
    read = [
        float(text.replace("−", "-")) for text in rows.locator("td:nth-child(3)").all_inner_texts()
    ]
    assert read[:2] == pytest.approx(state["weights"][0][2:4], abs=0.006)
    slopes = rows.locator("td:last-child").all_inner_texts()
    for text, slope in zip(slopes, state["gradients"][0][2:4], strict=False):
        assert (text[0] == "−") == (slope < 0)
    play.get_by_label("Weight from x₂").fill("2.5")
    moved = play.evaluate(STATE)
    assert moved["weights"][0][3] == pytest.approx(2.5)
    assert moved["gradients"] != state["gradients"]
    picture = "node => node.querySelector('.dl-lines').toDataURL()"
    weights = play.evaluate(picture)
    button(play, "gradients").click()
    assert play.evaluate(picture) != weights
    button(play, "Step").click()
    assert play.evaluate(STATE)["weights"][0][3] != pytest.approx(2.5, abs=1e-6)
    assert visited.errors == []


@pytest.mark.two_browsers
def test_what_breaks_leads_to_its_chapter(site, html, visit):
    play, visited = opened(visit, f"{site}/{PAGE}.html")
    for name, finding in {
        "Zero start": "twins", "Huge rate": "overshoot", "Deep sigmoids": "vanish",
        "Dead ReLUs": "dead", "No curve": "straight", "By heart": "heart",
    }.items():  # fmt: skip
        button(play, name).click()
        visited.tab.wait_for_function(UNTIL, arg=finding, timeout=60_000)
        assert play.locator(".dl-says a").count() == 1
    chapters = visited.tab.evaluate("Object.values(Why.CHAPTERS)")
    for file, place, text in chapters:
        assert f'id="{place}"' in (html / "chapters" / f"{file}.html").read_text(encoding="utf-8")
        assert text.startswith(f"Chapter {int(file[2:4])}:")
    assert visited.errors == []


@pytest.mark.two_browsers
def test_the_link_restores_setting_and_start(site, visit):
    play, visited = opened(visit, f"{site}/{PAGE}.html")
    button(play, "Moons points").click()
    play.get_by_label("Noise").fill("2")
    button(play, "ReLU").click()
    button(play, "Add a layer").click()
    button(play, "Add a unit to layer 2").click()
    button(play, "Start anew").click()
    before = play.evaluate(STATE)
    wanted = {"data": "moons", "noise": 10, "curve": "relu", "layers": [4, 5], "seed": 2}
    assert {key: before["setting"][key] for key in wanted} == wanted
    link = play.get_by_role("link", name="Link to this setting").evaluate("link => link.href")
    assert visited.tab.url == link
    visited.tab.goto("about:blank")
    visited.tab.goto(link)
    assert started(visited.tab).evaluate(STATE) == before
    visited.tab.evaluate("location.hash = '#data=spirals&layers=2'")
    visited.tab.wait_for_function("document.querySelector('dl-play').setting.data === 'spirals'")
    assert visited.errors == []


def test_scripts_are_light(site, visit):
    visited = visit()
    sizes = {}
    visited.tab.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
    started(visited.open(f"{site}/{PAGE}.html").tab)
    scripts = sum(size for url, size in sizes.items() if re.search(r"\.js(\?|$)", url))
    assert 50_000 < scripts <= LIMIT


def test_without_scripts_a_sentence_stands_in_its_place(site, visit):
    tab = visit(scripts=False).open(f"{site}/{PAGE}.html").tab
    assert "With JavaScript" in tab.locator("dl-play").inner_text()
