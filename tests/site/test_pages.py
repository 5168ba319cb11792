"""Every page of the book, opened in Chromium: no errors, no outside requests, readable by all.

A page is opened twice: over http, where it is weighed and read to its end, and from a folder, where
it is looked at on a phone, at a desk, on paper and in the dark. The last tests take it apart.
"""

import pytest
from measure_pages import serve, weigh

from tests.site.conftest import Visit

CHAPTER_LIMIT = 1000  # kB that a chapter sends to a reader who reads it to its end
FIRST_LIMIT = 300  # kB of them before it has loaded
RULES = """async (rules) => {
    const found = await axe.run(rules.where, {runOnly: rules.only, rules: rules.but ?? {}});
    return found.violations.map(v => `${v.id}: ` + v.nodes.slice(0, 3)
        .map(node => node.target + ' ' + node.html.slice(0, 120)).join(' | '));
}"""
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NAMES = {"type": "rule", "values": ["label-content-name-mismatch", "button-name", "link-name"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
NO_CONTRAST = {"color-contrast": {"enabled": False}}
OPEN = """() => {
    document.querySelectorAll('details').forEach(part => part.open = true);
    document.querySelectorAll('.dl-kept').forEach(part => part.dataset.open = '');
}"""
# A style sheet paints listings and formulas alike: those stay that bring a kind of part which no
# earlier one had in the same surroundings. Three quarters of a chapter's elements are such parts.
SAMPLE = """() => {
    const seen = new Set();
    for (const box of document.querySelectorAll('article div.highlight, article .math')) {
        const around = box.closest('div.cell, details, blockquote, td, li')?.className ?? '';
        const kinds = [...box.querySelectorAll('*')].map(
            part => [around, part.tagName, part.getAttribute('class')].join());
        if (kinds.every(kind => seen.has(kind))) box.remove();
        kinds.forEach(kind => seen.add(kind));
    }
}"""
# Of parts that look alike in the same surroundings, by colours, size and weight, which decide about
# contrast, the first stays. Rows of a table stay, empty: every other one has another colour.
LOOKS = """() => {
    const paths = new Map(), numbers = new Map(), kept = new Set();
    const look = part => {
        const style = getComputedStyle(part);
        return [part.tagName, part.getAttribute('class'), style.color, style.backgroundColor,
            style.fontSize, style.fontWeight, style.opacity, part.checkVisibility()].join();
    };
    const all = [...document.querySelectorAll('article *')];
    for (const part of all) {
        const path = `${paths.get(part.parentElement)} ${look(part)}`;
        if (!numbers.has(path)) {
            numbers.set(path, numbers.size);
            for (let up = part; up && !kept.has(up); up = up.parentElement) kept.add(up);
        }
        paths.set(part, numbers.get(path));
    }
    all.forEach(part => kept.has(part) || part.matches('tr') || part.remove());
}"""
WIDE = """() => [...document.querySelectorAll('article div.highlight pre')]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.scrollWidth} of ${box.clientWidth} px: ${box.textContent.slice(0, 60)}`)"""
ALT = """() => [...document.querySelectorAll('article img')]
    .map(image => [image.getAttribute('alt') ?? '', image.src.split('/').pop().slice(0, 80)])"""
THEME = "theme => document.documentElement.dataset.theme === theme"


@pytest.fixture(scope="session")
def compressed(html):
    """Address of the site on a server that compresses."""
    server, address = serve(html)
    yield address
    server.shutdown()
    server.server_close()


def test_over_http_it_opens_quietly_and_is_light(page, compressed, browser):
    visits = []
    weight = weigh(
        browser, f"{compressed}/{page}.html", False, watch=lambda tab: visits.append(Visit(tab))
    )
    assert visits[0].errors == []
    assert visits[0].outside() == []
    if page.startswith("chapters/ch"):
        assert weight.first <= FIRST_LIMIT
        assert weight.whole <= CHAPTER_LIMIT
        assert weight.screens > 10, "the page was not read to its end"


@pytest.mark.two_browsers
def test_opens_from_a_folder_on_a_phone(opened):
    """Quietly, with nothing asked for outside, and no wider than the screen."""
    assert opened.errors == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    opened.tab.set_viewport_size({"width": 360, "height": 900})
    assert opened.tab.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture
def desk(opened):
    """The same page on a wide screen."""
    opened.tab.set_viewport_size({"width": 1280, "height": 900})
    return opened.tab


@pytest.mark.two_browsers
def test_has_one_heading_of_the_first_level(desk):
    assert desk.locator("main h1:visible").count() == 1


def test_pictures_have_alt_text(desk):
    for alt, name in desk.evaluate(ALT):
        assert len(alt) > 15, f"the alt text of {name} says too little: {alt!r}"
        assert not alt.endswith((".png", ".svg", ".jpg")), f"{name} has its file name as alt text"


def test_mathematics_is_set(desk, opened):
    formulas = desk.locator("article .math").count()
    assert desk.locator("article .math .katex-mathml math").count() >= formulas
    assert desk.locator(".katex-error, article .math > code").count() == 0
    assert any("katex.css" in url for url in opened.requests) == bool(formulas)
    assert not any("athjax" in url for url in opened.requests)
    assert r"\(" not in "".join(desk.locator("article").all_inner_texts())


def test_prints_light_and_unfolded(desk, opened):
    desk.emulate_media(color_scheme="dark")
    desk.wait_for_function(THEME, arg="dark")
    desk.emulate_media(media="print")
    desk.wait_for_function(THEME, arg="light")
    assert desk.locator("article details:not([open]):not(.dl-code)").count() == 0
    assert desk.locator(".dl-code:visible, .dl-controls:visible").count() == 0
    assert desk.locator("h1:visible").count() == 1
    desk.emulate_media(media="screen")
    desk.wait_for_function(THEME, arg="dark")
    assert desk.locator("article details[open]").count() == 0
    desk.emulate_media(color_scheme="light")
    desk.wait_for_function(THEME, arg="light")
    assert opened.errors == []


def test_code_needs_no_sideways_scrolling(desk):
    desk.evaluate(OPEN)
    assert desk.evaluate(WIDE) == []


@pytest.fixture
def inspected(desk, axe):
    """The page with all that it folds, and of what is alike in listings and formulas one."""
    desk.evaluate(OPEN)
    desk.evaluate(SAMPLE)
    desk.evaluate(axe)
    return desk


def test_has_no_barrier(inspected):
    rules = {"where": "main", "only": WCAG, "but": NO_CONTRAST}
    assert inspected.evaluate(RULES, rules) == []
    assert inspected.evaluate(RULES, {"where": "body", "only": NAMES}) == []


@pytest.mark.parametrize(("colours", "where"), [("light", "main"), ("dark", "body")])
def test_can_be_read(colours, where, inspected):
    inspected.emulate_media(color_scheme=colours)
    inspected.wait_for_function(THEME, arg=colours)
    inspected.evaluate(LOOKS)
    assert inspected.evaluate(RULES, {"where": where, "only": CONTRAST}) == []
