"""The search answers with the section that teaches, before the places that name the thing."""

import pytest

EXPECTED = {
    "LSTM": "chapters/ch07_recurrence.html#the-constant-error-carousel-1997",
    "lstms": "chapters/ch07_recurrence.html#the-constant-error-carousel-1997",
    "FID": "chapters/ch24_gan.html#the-judge-is-judged",
    "Adam": "chapters/ch10_optimisers.html#adam-2014",
    "dropout": "chapters/ch11_regularisation.html#dropout-2012",
    "backprop": "chapters/ch03_backpropagation.html#the-chain-rule-a-layer-at-a-time-1986",
    "batch norm": "chapters/ch11_regularisation.html#batch-normalisation-2015",
    "softmax": "chapters/ch04_activations.html#softmax-many-numbers-one-choice-1989",
    "ResNet": "chapters/ch13_residual.html#by-hand-add-the-input",
    "chain rule": "chapters/ch00_tools.html#partial-slopes-and-the-chain-rule",
    "Viterbi": "chapters/ch08_rivals.html#hidden-states-how-machines-listened-1970s",
    "XOR": "chapters/ch02_perceptron.html#xor-four-points-that-no-line-separates",
    "momentum": "chapters/ch10_optimisers.html#momentum-a-heavy-ball-1964",
    "IoU": "chapters/ch14_detection.html#how-well-does-a-box-fit-1901",
    "BLEU": "chapters/ch16_words.html#marks-for-a-translation-bleu-and-rouge",
    "Glossary": None,
    "zzz": None,
}


@pytest.mark.two_browsers
def test_the_teaching_section_comes_first(site, visit):
    visited = visit().open(f"{site}/search.html?q=LSTM")
    first = visited.tab.locator(".dl-taught li a").first
    first.wait_for()
    assert first.get_attribute("href").endswith(EXPECTED["LSTM"])
    visited.tab.locator("#search-results li").first.wait_for()
    box, list_ = (
        visited.tab.locator(place).bounding_box() for place in (".dl-taught", "ul.search")
    )
    assert box["y"] < list_["y"]
    first.click()
    visited.tab.locator("#the-constant-error-carousel-1997").wait_for()
    assert visited.errors == []


def test_each_word_finds_its_section(site, visit, html):
    tab = visit().open(f"{site}/search.html").tab
    found = tab.evaluate(
        "words => words.map(w => dlAnswers(w)[0]?.address ?? null)", list(EXPECTED)
    )
    assert dict(zip(EXPECTED, found)) == EXPECTED
    assert tab.locator(".dl-taught").count() == 0  # nothing was asked for


def test_every_answer_leads_somewhere(site, visit, html):
    tab = visit().open(f"{site}/search.html").tab
    addresses = set(tab.evaluate("() => dlTaught.map(row => row.address)"))
    assert len(addresses) > 600
    pages = {address.partition("#")[0] for address in addresses}
    text = {page: (html / page).read_text(encoding="utf-8") for page in pages}
    lost = [
        a
        for a in addresses
        if "#" in a and f'id="{a.partition("#")[2]}"' not in text[a.partition("#")[0]]
    ]
    assert lost == []


def test_the_map_is_a_menu(site, visit):
    tab = visit().open(f"{site}/book/map.html").tab
    line = tab.locator(".dl-map .dl-to7").first
    colour = "path => getComputedStyle(path).stroke"
    before = line.evaluate(colour)
    tab.locator(".dl-map .dl-box7").hover()
    assert line.evaluate(colour) != before
    tab.locator(".dl-map .dl-box7").click()
    tab.wait_for_url("**/ch07_recurrence.html")
    tab.locator(".dl-way a").first.click()
    tab.wait_for_url("**/ch03_backpropagation.html")
