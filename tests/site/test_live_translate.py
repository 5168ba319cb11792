"""The translator that runs in the page: sentences, heads, a word's way, and what is changed."""

import live_translator
import pytest
import torch
import train_live
from bookpages.live import read_about

from dlcore.data import translations
from tests.live.committed import load
from tests.site.live_page import PAGE, press, ready, started

ABOUT = read_about(train_live.MODELS / "translator.js")
RIGHT = "Right: so says the grammar."


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def live(site, share):
    """The element, just started."""
    return started(share(f"{site}/{PAGE}.html"), "translator")


def write(live, sentence):
    live.get_by_role("textbox", name="A sentence in English").fill(sentence)


def words(live, group="The translation, word by word"):
    buttons = live.get_by_role("group", name=group).get_by_role("button")
    return [text.split("\n")[0] for text in buttons.all_inner_texts()]


def says(live):
    return live.locator("output").inner_text()


def slide(live, value):
    live.get_by_role("slider", name="scores times").fill(str(value))


def net():
    return live_translator.as_translator(load("translator"))


@pytest.mark.two_browsers
def test_it_starts_with_a_translation_that_is_right(live):
    assert " ".join(words(live, "The sentence, word by word")[:-1]) == " ".join(
        ABOUT["first"]["words"]
    )
    (said,) = live_translator.translate(net(), [ABOUT["first"]["words"]])
    assert words(live) == [*said, "end"]
    assert says(live) == RIGHT
    share = f"{100 * ABOUT['right'] / ABOUT['tested']:.1f}\u00a0%"
    assert share in live.locator("section").last.inner_text()


@pytest.mark.two_browsers
def test_what_is_typed_is_translated_as_dlcore_does(live):
    pairs = translations(10, seed=40_000)
    expected = live_translator.translate(net(), [pair.source for pair in pairs])
    for pair, said in zip(pairs, expected):
        write(live, " ".join(pair.source).capitalize() + ".")
        assert words(live) == [*said, "end"]
        assert (says(live) == RIGHT) == (said == pair.target)


def test_a_strange_word_gets_one_sentence(live):
    before = words(live)
    write(live, "the elephant sees a bird")
    assert says(live).startswith("The net does not know “elephant”; the 79 words")
    assert live.get_by_role("textbox").get_attribute("aria-invalid") == "true"
    assert words(live) == before
    write(live, "")
    assert says(live) == "Write a sentence."
    write(live, "the " * 30)
    assert says(live) == "The net reads 23 words at most."


def test_words_can_be_put_together_by_pressing_them(live):
    write(live, "the")
    live.locator("summary").click()
    for kind, word in (("nouns", "dog"), ("verbs", "sees"), ("articles", "a"), ("nouns", "bird")):
        group = live.get_by_role("group", name=kind, exact=True)
        group.get_by_role("button", name=word, exact=True).click()
    assert live.get_by_role("textbox").input_value() == "the dog sees a bird"
    assert says(live) == RIGHT


@pytest.mark.two_browsers
def test_two_words_change_places(live):
    write(live, "the dog sees the man")
    before = words(live)
    group = live.get_by_role("group", name="The sentence, word by word")
    group.get_by_role("button", name="dog", exact=True).click()
    press(live, "Later ›")
    assert live.get_by_role("textbox").input_value() == "the sees dog the man"
    assert says(live).startswith("No sentence of the language, since where “sees” stands")
    press(live, "‹ Earlier")
    assert words(live) == before
    press(live, "Remove")
    assert live.get_by_role("textbox").input_value() == "the sees the man"


@pytest.mark.two_browsers
def test_it_writes_word_by_word(live):
    said = words(live)
    for left in range(len(said) - 1, -1, -1):
        press(live, "‹ Word back")
        assert words(live) == said[:left]
    assert says(live) == "Nothing is written yet."
    press(live, "Next word ›")
    assert words(live) == said[:1]
    assert says(live).startswith(f"It writes {said[0]} (")
    label = live.locator(".dl-lines svg").get_attribute("aria-label")
    assert f"{said[0]} looks at" in label


def test_play_writes_all_and_stops(site, visit):
    live = ready(visit().open(f"{site}/{PAGE}.html").tab, "translator")
    said = words(live)
    live.page.clock.install()  # for good: no other test may share this page
    press(live, "Play")
    assert words(live) == said[:1]
    live.page.clock.run_for(2100)
    assert words(live) == said[:3]
    press(live, "Stop")
    live.page.clock.run_for(3000)
    assert words(live) == said[:3]
    press(live, "Play")
    live.page.clock.run_for(60_000)
    assert words(live) == said
    assert live.get_by_role("button", name="Play", exact=True).is_visible()


HEAD = "The writer looks at the sentence: block {}, head {}"


@pytest.mark.two_browsers
def test_every_head_can_be_seen(live):
    pictures = set()
    for block in (1, 2):
        for head in (1, 2, 3, 4):
            press(live, HEAD.format(block, head))
            assert live.locator(".dl-picture .dl-name").inner_text() == HEAD.format(block, head)
            pictures.add(live.locator(".dl-lines").inner_html())
    assert len(pictures) == 8
    group = live.get_by_role("group", name="The sentence looks at itself")
    assert group.get_by_role("button").count() == 8
    group.get_by_role("button").first.click()
    names = live.locator(".dl-looker text").all_text_contents()
    assert names == [*ABOUT["first"]["words"], "end"]


def test_the_lines_are_the_weights(live):
    weights = live.evaluate("n => [...n.branch().heads[n.look.head].weights[n.place.said]]")
    seen = live.locator(".dl-share").evaluate_all("all => all.map(r => +r.getAttribute('width'))")
    assert seen == pytest.approx([115 * weight for weight in weights], abs=0.01)
    best = max(range(len(weights)), key=weights.__getitem__)
    name = [*ABOUT["first"]["words"], "end"][best]
    label = live.locator(".dl-lines svg").get_attribute("aria-label")
    assert f"looks at {name} ({100 * weights[best]:.0f} %)" in label


def test_a_silent_head_changes_what_dlcore_says_too(live):
    kind, layer, head = min(
        ((k, i, j) for k in ABOUT["without_head"] for i in (0, 1) for j in range(4)),
        key=lambda at: ABOUT["without_head"][at[0]][at[1]][at[2]],
    )
    live.evaluate("(n, look) => n.pick(look)", {"kind": kind, "layer": layer, "head": head})
    live.get_by_role("checkbox", name="this head brings something").uncheck()
    without = live_translator.without_head(net(), kind, layer, head)
    (said,) = live_translator.translate(without, [ABOUT["first"]["words"]])
    assert [word for word in words(live) if word != "end"] == said
    assert live.locator(".dl-maps .dl-silent").count() == 1
    press(live, "As it was learned")
    assert says(live) == RIGHT
    assert live.get_by_role("checkbox", name="this head brings something").is_checked()


def test_without_places_and_without_choice(live):
    box = live.get_by_role("checkbox", name="places are added")
    box.uncheck()
    blind = live_translator.without_places(net())
    (said,) = live_translator.translate(blind, [ABOUT["first"]["words"]])
    assert [word for word in words(live) if word != "end"] == said
    box.check()
    slide(live, 0)
    weights = live.evaluate("n => [...n.branch().heads[n.look.head].weights[0]]")
    assert weights == pytest.approx([1 / len(weights)] * len(weights), abs=1e-6)
    assert says(live).startswith("Not right. By the grammar it is:")
    assert live.locator(".dl-off").count() > 0
    press(live, "As it was learned")
    assert says(live) == RIGHT


@pytest.mark.two_browsers
def test_the_way_of_a_word_is_gone_stage_by_stage(live):
    groups = live.get_by_role("group", name="Stages of the way").get_by_role("button")
    groups.first.click()
    stages, titles = 17, []
    for number in range(1, stages + 1):
        titles.append(live.locator(".dl-stage .dl-name").inner_text())
        assert titles[-1].startswith(f"{number} of {stages}. ")
        if number < stages:
            press(live, "Next stage")
    assert live.get_by_role("button", name="Next stage").is_disabled()
    assert titles[-1].endswith("The next word")
    first = live.locator(".dl-stage tbody tr").first.inner_text()
    assert first.startswith(words(live)[ABOUT["first"]["place"]["said"]])
    assert len(live.locator(".dl-stage tbody tr").all()) == 5


def test_a_stage_shows_its_head_and_a_head_its_stage(live):
    group = live.get_by_role("group", name="Stages of the way")
    group.get_by_role("button", name="block 2: looks at what is written").click()
    shown = live.locator(".dl-picture .dl-name").inner_text()
    assert shown.startswith("The writer looks at what is written: block 2")
    press(live, HEAD.format(1, 3))
    pressed = group.locator("[aria-pressed=true]")
    assert pressed.get_attribute("aria-label") == "block 1: looks at the sentence"


@pytest.mark.two_browsers
def test_the_keyboard_goes_along_words_heads_and_stages(live):
    keys = live.page.keyboard
    row = live.get_by_role("group", name="The translation, word by word")
    row.locator("[tabindex='0']").focus()
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    before = ABOUT["first"]["place"]["said"] - 2
    assert live.evaluate("n => [n.stack, n.place.said]") == ["said", before]
    assert row.locator("[aria-pressed=true]").evaluate("b => b === document.activeElement")
    assert row.locator("[tabindex='0']").count() == 1
    heads = live.get_by_role("group", name="The writer looks at the sentence")
    heads.locator("[tabindex='0']").focus()
    before = live.evaluate("n => n.look.head")
    keys.press("ArrowRight" if before < 3 else "ArrowLeft")
    assert live.evaluate("n => n.look.head") != before
    source = live.get_by_role("group", name="The sentence, word by word")
    source.locator("[tabindex='0']").focus()
    keys.press("Enter")
    assert live.evaluate("n => [n.stack, n.look.kind]") == ["source", "encoder"]


def test_the_lines_can_be_pressed(live):
    live.locator(".dl-looker").nth(3).click()
    assert live.evaluate("n => n.place.said") == 3
    assert live.locator(".dl-looker.dl-chosen").count() == 1


def test_another_sentence_is_of_the_language(live):
    seen = set()
    for _ in range(5):
        press(live, "Another sentence")
        seen.add(live.get_by_role("textbox").input_value())
        assert not says(live).startswith("No sentence")
    assert len(seen) == 5


def test_it_fits_a_phone_in_the_dark(site, visit):
    visited = visit(width=360, colours="dark").open(f"{site}/{PAGE}.html")
    live = ready(visited.tab, "translator")
    write(live, "many young women near a small green tree bring many old books")
    assert visited.tab.evaluate("document.documentElement.scrollWidth") <= 360
    lows = live.locator(".dl-row button:visible").evaluate_all(
        "all => Math.min(...all.map(b => b.getBoundingClientRect().height))"
    )
    assert lows >= 24
    assert visited.errors == []
