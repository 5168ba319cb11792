"""The translator that runs in the page: sentences, heads, a word's way, and what is changed."""

import live_translator
import pytest
import torch
import train_live
from bookpages.live import read_about

from dlcore.data import translations
from tests.live.committed import load
from tests.site.test_live import PAGE, ready

ABOUT = read_about(train_live.MODELS / "translator.js")
RIGHT = "Right: so says the grammar."


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def page(site, visit):
    """The element, started, on a page without script errors."""
    visited = visit().open(f"{site}/{PAGE}.html")
    yield ready(visited.tab, "translator")
    assert visited.errors == []


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def write(page, sentence):
    page.get_by_role("textbox", name="A sentence in English").fill(sentence)


def words(page, group="The translation, word by word"):
    buttons = page.get_by_role("group", name=group).get_by_role("button")
    return [text.split("\n")[0] for text in buttons.all_inner_texts()]


def says(page):
    return page.locator("output").inner_text()


def slide(page, value):
    page.get_by_role("slider", name="scores times").fill(str(value))


def net():
    return live_translator.as_translator(load("translator"))


@pytest.mark.two_browsers
def test_it_starts_with_a_translation_that_is_right(page):
    assert " ".join(words(page, "The sentence, word by word")[:-1]) == " ".join(
        ABOUT["first"]["words"]
    )
    (said,) = live_translator.translate(net(), [ABOUT["first"]["words"]])
    assert words(page) == [*said, "end"]
    assert says(page) == RIGHT
    share = f"{100 * ABOUT['right'] / ABOUT['tested']:.1f} %"
    assert share in page.locator("section").last.inner_text()


@pytest.mark.two_browsers
def test_what_is_typed_is_translated_as_dlcore_does(page):
    pairs = translations(10, seed=40_000)
    expected = live_translator.translate(net(), [pair.source for pair in pairs])
    for pair, said in zip(pairs, expected):
        write(page, " ".join(pair.source).capitalize() + ".")
        assert words(page) == [*said, "end"]
        assert (says(page) == RIGHT) == (said == pair.target)


def test_a_strange_word_gets_one_sentence(page):
    before = words(page)
    write(page, "the elephant sees a bird")
    assert says(page).startswith("The net does not know “elephant”; the 79 words")
    assert page.get_by_role("textbox").get_attribute("aria-invalid") == "true"
    assert words(page) == before
    write(page, "")
    assert says(page) == "Write a sentence."
    write(page, "the " * 30)
    assert says(page) == "The net reads 23 words at most."


def test_words_can_be_put_together_by_pressing_them(page):
    write(page, "the")
    page.locator("summary").click()
    for kind, word in (("nouns", "dog"), ("verbs", "sees"), ("articles", "a"), ("nouns", "bird")):
        group = page.get_by_role("group", name=kind, exact=True)
        group.get_by_role("button", name=word, exact=True).click()
    assert page.get_by_role("textbox").input_value() == "the dog sees a bird"
    assert says(page) == RIGHT


@pytest.mark.two_browsers
def test_two_words_change_places(page):
    write(page, "the dog sees the man")
    before = words(page)
    group = page.get_by_role("group", name="The sentence, word by word")
    group.get_by_role("button", name="dog", exact=True).click()
    press(page, "Later ›")
    assert page.get_by_role("textbox").input_value() == "the sees dog the man"
    assert says(page).startswith("No sentence of the language, since where “sees” stands")
    press(page, "‹ Earlier")
    assert words(page) == before
    press(page, "Remove")
    assert page.get_by_role("textbox").input_value() == "the sees the man"


@pytest.mark.two_browsers
def test_it_writes_word_by_word(page):
    said = words(page)
    for left in range(len(said) - 1, -1, -1):
        press(page, "‹ Word back")
        assert words(page) == said[:left]
    assert says(page) == "Nothing is written yet."
    press(page, "Next word ›")
    assert words(page) == said[:1]
    assert says(page).startswith(f"It writes {said[0]} (")
    label = page.locator(".dl-lines svg").get_attribute("aria-label")
    assert f"{said[0]} looks at" in label


def test_play_writes_all_and_stops(page):
    said = words(page)
    page.page.clock.install()
    press(page, "Play")
    assert words(page) == said[:1]
    page.page.clock.run_for(2100)
    assert words(page) == said[:3]
    press(page, "Stop")
    page.page.clock.run_for(3000)
    assert words(page) == said[:3]
    press(page, "Play")
    page.page.clock.run_for(60_000)
    assert words(page) == said
    assert page.get_by_role("button", name="Play", exact=True).is_visible()


HEAD = "The writer looks at the sentence: block {}, head {}"


@pytest.mark.two_browsers
def test_every_head_can_be_seen(page):
    pictures = set()
    for block in (1, 2):
        for head in (1, 2, 3, 4):
            press(page, HEAD.format(block, head))
            assert page.locator(".dl-picture .dl-name").inner_text() == HEAD.format(block, head)
            pictures.add(page.locator(".dl-lines").inner_html())
    assert len(pictures) == 8
    group = page.get_by_role("group", name="The sentence looks at itself")
    assert group.get_by_role("button").count() == 8
    group.get_by_role("button").first.click()
    names = page.locator(".dl-looker text").all_inner_texts()
    assert names == [*ABOUT["first"]["words"], "end"]


def test_the_lines_are_the_weights(page):
    weights = page.evaluate("n => [...n.branch().heads[n.look.head].weights[n.place.said]]")
    seen = page.locator(".dl-share").evaluate_all("all => all.map(r => +r.getAttribute('width'))")
    assert seen == pytest.approx([115 * weight for weight in weights], abs=0.01)
    best = max(range(len(weights)), key=weights.__getitem__)
    name = [*ABOUT["first"]["words"], "end"][best]
    label = page.locator(".dl-lines svg").get_attribute("aria-label")
    assert f"looks at {name} ({100 * weights[best]:.0f} %)" in label


def test_a_silent_head_changes_what_dlcore_says_too(page):
    kind, layer, head = min(
        ((k, i, j) for k in ABOUT["without_head"] for i in (0, 1) for j in range(4)),
        key=lambda at: ABOUT["without_head"][at[0]][at[1]][at[2]],
    )
    page.evaluate("(n, look) => n.pick(look)", {"kind": kind, "layer": layer, "head": head})
    page.get_by_role("checkbox", name="this head brings something").uncheck()
    without = live_translator.without_head(net(), kind, layer, head)
    (said,) = live_translator.translate(without, [ABOUT["first"]["words"]])
    assert [word for word in words(page) if word != "end"] == said
    assert page.locator(".dl-maps .dl-silent").count() == 1
    press(page, "As it was learned")
    assert says(page) == RIGHT
    assert page.get_by_role("checkbox", name="this head brings something").is_checked()


def test_without_places_and_without_choice(page):
    box = page.get_by_role("checkbox", name="places are added to the words")
    box.uncheck()
    blind = live_translator.without_places(net())
    (said,) = live_translator.translate(blind, [ABOUT["first"]["words"]])
    assert [word for word in words(page) if word != "end"] == said
    box.check()
    slide(page, 0)
    weights = page.evaluate("n => [...n.branch().heads[n.look.head].weights[0]]")
    assert weights == pytest.approx([1 / len(weights)] * len(weights), abs=1e-6)
    assert says(page).startswith("Not right. By the grammar it is:")
    assert page.locator(".dl-off").count() > 0
    press(page, "As it was learned")
    assert says(page) == RIGHT


@pytest.mark.two_browsers
def test_the_way_of_a_word_is_gone_stage_by_stage(page):
    groups = page.get_by_role("group", name="Stages of the way").get_by_role("button")
    groups.first.click()
    stages, titles = 17, []
    for number in range(1, stages + 1):
        titles.append(page.locator(".dl-stage .dl-name").inner_text())
        assert titles[-1].startswith(f"{number} of {stages}. ")
        if number < stages:
            press(page, "Next stage")
    assert page.get_by_role("button", name="Next stage").is_disabled()
    assert titles[-1].endswith("The next word")
    first = page.locator(".dl-stage tbody tr").first.inner_text()
    assert first.startswith(words(page)[0])
    assert len(page.locator(".dl-stage tbody tr").all()) == 5


def test_a_stage_shows_its_head_and_a_head_its_stage(page):
    group = page.get_by_role("group", name="Stages of the way")
    group.get_by_role("button", name="block 2: looks at what is written").click()
    shown = page.locator(".dl-picture .dl-name").inner_text()
    assert shown.startswith("The writer looks at what is written: block 2")
    press(page, HEAD.format(1, 3))
    pressed = group.locator("[aria-pressed=true]")
    assert pressed.get_attribute("aria-label") == "block 1: looks at the sentence"


@pytest.mark.two_browsers
def test_the_keyboard_goes_along_words_heads_and_stages(page):
    keys = page.page.keyboard
    row = page.get_by_role("group", name="The translation, word by word")
    row.locator("[tabindex='0']").focus()
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    assert page.evaluate("n => [n.stack, n.place.said]") == ["said", 2]
    assert row.locator("[aria-pressed=true]").evaluate("b => b === document.activeElement")
    assert row.locator("[tabindex='0']").count() == 1
    heads = page.get_by_role("group", name="The writer looks at the sentence")
    heads.locator("[tabindex='0']").focus()
    before = page.evaluate("n => n.look.head")
    keys.press("ArrowRight" if before < 3 else "ArrowLeft")
    assert page.evaluate("n => n.look.head") != before
    source = page.get_by_role("group", name="The sentence, word by word")
    source.locator("[tabindex='0']").focus()
    keys.press("Enter")
    assert page.evaluate("n => [n.stack, n.look.kind]") == ["source", "encoder"]


def test_the_lines_can_be_pressed(page):
    page.locator(".dl-looker").nth(3).click()
    assert page.evaluate("n => n.place.said") == 3
    assert page.locator(".dl-looker.dl-chosen").count() == 1


def test_another_sentence_is_of_the_language(page):
    seen = set()
    for _ in range(5):
        press(page, "Another sentence")
        seen.add(page.get_by_role("textbox").input_value())
        assert not says(page).startswith("No sentence")
    assert len(seen) == 5


def test_it_fits_a_phone_in_the_dark(site, visit):
    visited = visit(width=360, colours="dark").open(f"{site}/{PAGE}.html")
    page = ready(visited.tab, "translator")
    write(page, "many young women near a small green tree bring many old books")
    assert visited.tab.evaluate("document.documentElement.scrollWidth") <= 360
    lows = page.locator(".dl-row button:visible").evaluate_all(
        "all => Math.min(...all.map(b => b.getBoundingClientRect().height))"
    )
    assert lows >= 24
    assert visited.errors == []
