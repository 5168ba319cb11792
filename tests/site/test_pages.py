"""Every page of the book, opened in Chromium: no errors, no outside requests, readable by all."""

import pytest

RULES = """async (rules) => {
    const found = await axe.run(rules.where, {runOnly: rules.only});
    return found.violations.map(v => `${v.id}: ` + v.nodes.slice(0, 3)
        .map(node => node.target + ' ' + node.html.slice(0, 120)).join(' | '));
}"""
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NAMES = {"type": "rule", "values": ["label-content-name-mismatch", "button-name", "link-name"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
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
WIDE = """() => [...document.querySelectorAll('article div.highlight pre')]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.scrollWidth} of ${box.clientWidth} px: ${box.textContent.slice(0, 60)}`)"""
ALT = """() => [...document.querySelectorAll('article img')]
    .map(image => [image.getAttribute('alt') ?? '', image.src.split('/').pop().slice(0, 80)])"""


def test_opens_quietly_over_http(opened):
    assert opened.errors == []
    assert opened.outside() == []


@pytest.mark.two_browsers
def test_opens_from_a_folder_on_a_phone(page, html, visit):
    """Quietly, with nothing asked for outside, and no wider than the screen."""
    visited = visit(width=360).open((html / f"{page}.html").as_uri())
    assert visited.errors == []
    assert [url for url in visited.requests if not url.startswith(("file:", "data:"))] == []
    assert visited.tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_has_one_heading_of_the_first_level(opened):
    assert opened.tab.locator("main h1:visible").count() == 1


def test_has_no_barrier(page, site, visit, axe):
    tab = visit().open(f"{site}/{page}.html").tab
    tab.evaluate(OPEN)
    tab.evaluate(SAMPLE)
    tab.add_script_tag(content=axe)
    assert tab.evaluate(RULES, {"where": "main", "only": WCAG}) == []
    assert tab.evaluate(RULES, {"where": "body", "only": NAMES}) == []


def test_can_be_read_in_the_dark(page, site, visit, axe):
    tab = visit(colours="dark").open(f"{site}/{page}.html").tab
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.evaluate(OPEN)
    tab.evaluate(SAMPLE)
    tab.add_script_tag(content=axe)
    assert tab.evaluate(RULES, {"where": "body", "only": CONTRAST}) == []


def test_pictures_have_alt_text(opened):
    for alt, name in opened.tab.evaluate(ALT):
        assert len(alt) > 15, f"the alt text of {name} says too little: {alt!r}"
        assert not alt.endswith((".png", ".svg", ".jpg")), f"{name} has its file name as alt text"


def test_code_needs_no_sideways_scrolling(opened):
    opened.tab.evaluate(OPEN)
    assert opened.tab.evaluate(WIDE) == []


def test_mathematics_is_set(opened):
    formulas = opened.tab.locator("article .math").count()
    assert opened.tab.locator("article .math .katex-mathml math").count() >= formulas
    assert opened.tab.locator(".katex-error, article .math > code").count() == 0
    assert any("katex.css" in url for url in opened.requests) == bool(formulas)
    assert not any("athjax" in url for url in opened.requests)
    assert r"\(" not in "".join(opened.tab.locator("article").all_inner_texts())


def test_prints_light_and_unfolded(chapter, site, visit):
    tab = visit(colours="dark").open(f"{site}/{chapter}.html").tab
    tab.emulate_media(media="print")
    tab.wait_for_function("document.documentElement.dataset.theme === 'light'")
    assert tab.locator("article details:not([open]):not(.dl-code)").count() == 0
    assert tab.locator(".dl-code:visible, .dl-controls:visible").count() == 0
    assert tab.locator("h1:visible").count() == 1
    tab.emulate_media(media="screen")
    tab.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert tab.locator("article details[open]").count() == 0
