"""The GPT that writes in the page: beginnings, letters, temperature and the likeliest few."""

import live_writer
import pytest
import torch
import train_live
from bookpages.live import read_about

from tests.live.committed import load
from tests.site.live_page import PAGE, press, started

ABOUT = read_about(train_live.MODELS / "writer.js")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def live(site, share):
    """The element, just started."""
    return started(share(f"{site}/{PAGE}.html"), "writer")


def begin(live, text):
    live.get_by_role("textbox", name="Your beginning").fill(text)


def slide(live, name, value):
    live.get_by_role("slider", name=name, exact=True).fill(str(value))


def text(live):
    return live.locator(".dl-page").text_content()


def says(live):
    return live.locator("output").inner_text()


@pytest.mark.two_browsers
def test_at_temperature_0_it_writes_what_dlcore_writes(live):
    slide(live, "temperature", 0)
    begin(live, "All:\nSpeak")
    for _ in range(12):
        press(live, "One letter")
    assert text(live) == live_writer.greedy(load("writer"), "All:\nSpeak", 12)
    assert says(live).startswith("12 letters written; ")


@pytest.mark.two_browsers
def test_write_goes_on_until_it_is_stopped(live):
    assert text(live) == ABOUT["first"]
    press(live, "Write")
    live.page.wait_for_function(
        "n => document.querySelector('.dl-page').textContent.length > n",
        arg=len(ABOUT["first"]) + 5,
    )
    assert says(live) == "It writes: press Stop, or wait for its last letter."
    press(live, "Stop")
    written = text(live)
    assert written.startswith(ABOUT["first"])
    assert "letters written" in says(live)
    live.page.wait_for_timeout(200)
    assert text(live) == written
    press(live, "Start again")
    assert text(live) == ABOUT["first"]


@pytest.mark.two_browsers
def test_a_reader_may_choose_the_letter(live):
    row = live.get_by_role("group", name="Take one of the likeliest letters")
    assert row.get_by_role("button").count() == 8
    row.locator("[tabindex='0']").focus()
    order = live.evaluate("n => n.order")
    live.page.keyboard.press("Enter")
    assert text(live) == ABOUT["first"] + order[0]


def shares(live):
    return [float(v) for v in live.locator(".dl-next .dl-value").all_inner_texts()]


def test_temperature_and_top_change_the_chances(live):
    begin(live, "q w")
    slide(live, "temperature", 1)
    plain = shares(live)
    slide(live, "temperature", 2)
    flat = shares(live)
    assert flat[0] < plain[0]
    slide(live, "only the likeliest", 2)
    assert [share > 0 for share in shares(live)] == [True] * 2 + [False] * 6
    slide(live, "temperature", 0)
    assert shares(live) == [1.0] + [0.0] * 7


def test_a_strange_letter_gets_one_sentence(live):
    begin(live, "Röme")
    assert says(live).startswith("The net has never seen “ö”: it knows 53 letters")
    assert live.get_by_role("textbox").get_attribute("aria-invalid") == "true"
    begin(live, "")
    assert says(live) == "Begin with a letter."


def test_what_is_copied_is_marked(live):
    slide(live, "temperature", 0)
    begin(live, ABOUT["text"][:60])
    for _ in range(15):
        press(live, "One letter")
    assert live.locator("u").all_text_contents() == [ABOUT["text"][60:75]]
    assert says(live) == "15 letters written; 100 % of them copied."


def test_a_letter_comes_in_time(live):
    """Drawing included; the middle of 60, so that a busy machine does not fail."""
    took = live.evaluate(
        """n => { const times = []; n.begin(n.about.text.slice(0, 200));
        for (let i = 0; i < 60; i += 1) { const start = performance.now();
          n.letter(); n.getBoundingClientRect(); times.push(performance.now() - start); }
        return times.sort((a, b) => a - b)[30]; }"""
    )
    assert took < 200
