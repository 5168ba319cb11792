"""Predict: the page keeps the answer back until the reader has chosen, and remembers the choice."""

import pytest

from tests.site.test_pages import RULES, WCAG

pytestmark = pytest.mark.two_browsers
QUESTIONS = ".dl-predict"  # what they keep back is looked at with the rest of the page
STORED = "JSON.stringify(Object.entries(localStorage).sort())"  # tabs order the keys as they like
NO_MEMORY = """Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('refused', 'SecurityError'); }});"""


@pytest.fixture(scope="session")
def asking(html):
    """The first chapter that asks at least three questions."""
    for path in sorted(html.glob("chapters/ch*.html")):
        if path.read_text(encoding="utf-8").count('class="dl-predict"') >= 3:
            return f"chapters/{path.name}"
    return pytest.fail("no chapter asks its readers to predict", pytrace=False)


@pytest.fixture(params=["http", "file"])
def tab(request, asking, site, html, visit):
    """The chapter in a fresh browser, over http and from a folder."""
    base = site if request.param == "http" else html.as_uri()
    visited = visit().open(f"{base}/{asking}")
    yield visited.tab
    assert visited.errors == []


def question(tab, number=0):
    """(its frame, what it keeps back, its right letter)"""
    frame = tab.locator(".dl-predict").nth(number)
    return frame, tab.locator(".dl-kept").nth(number), frame.get_attribute("data-right")


def option(frame, letter):
    return frame.get_by_role("button", name=f"({letter})")


def reload(tab):
    """Open the page again once the browser has stored the answers, so that another tab has them."""
    stored = tab.evaluate(STORED)
    other = tab.context.new_page()
    other.goto(tab.url)
    other.wait_for_function(f"stored => {STORED} === stored", arg=stored)
    other.close()
    tab.reload()
    tab.wait_for_function("document.querySelectorAll('.dl-option').length")


def said(frame):
    """What the question's live region says."""
    return frame.get_by_role("status").text_content()


def wrong(right):
    return "b" if right == "a" else "a"


def test_a_button_is_named_by_its_formula_too(html, site, visit):
    pages = sorted(html.glob("chapters/ch*.html"))
    path = next(p for p in pages if "</math>" in options_of(p))
    tab = visit().open(f"{site}/chapters/{path.name}").tab
    button = tab.locator(".dl-option", has=tab.locator("math")).first
    words = button.locator(".visually-hidden").first.text_content()
    assert len(words) > 2
    assert tab.get_by_role("button", name=words).count() >= 1


def options_of(path):
    """The HTML of the first question's options on a page that has a formula among its options."""
    lists = path.read_text(encoding="utf-8").split('class="dl-options')[1:]
    return next((part for part in lists if "</math>" in part.split("</ul>")[0]), "")


def test_nothing_is_shown_before_a_choice(tab):
    assert tab.locator(".dl-kept:visible").count() == 0
    assert tab.locator(".dl-score").is_hidden()
    assert tab.locator(".dl-sign").count() == 0


def test_a_click_shows_the_run_and_the_page_remembers_it(tab):
    frame, kept, right = question(tab)
    option(frame, right).click()
    assert kept.is_visible()
    assert kept.locator("details").last.get_attribute("open") is not None
    assert said(frame) == f"You foresaw it: ({right})."
    frame, kept, right = question(tab, 1)
    assert kept.is_hidden(), "one answer opens one question"
    option(frame, wrong(right)).click()
    assert said(frame).startswith(f"You chose ({wrong(right)}); it is")
    assert option(frame, right).locator(".dl-sign").inner_text() == "✓ right"
    assert tab.locator(".dl-score p").inner_text().startswith("You foresaw 1 of 2 so far")
    reload(tab)
    question(tab)[1].wait_for()  # fails if it stays hidden
    assert option(frame, wrong(right)).get_attribute("aria-pressed") == "true"
    assert tab.locator(".dl-score p").inner_text().startswith("You foresaw 1 of 2 so far")


def test_the_first_answer_counts(tab):
    frame, _, right = question(tab)
    option(frame, wrong(right)).click()
    option(frame, right).click(force=True)
    assert said(frame).startswith("You chose")
    assert option(frame, right).get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_keys_choose(key, tab):
    frame, kept, right = question(tab)
    option(frame, "a").focus()
    for _ in range("abcd".index(right)):
        tab.keyboard.press("Tab")
    tab.keyboard.press(key)
    assert kept.is_visible()
    assert option(frame, right).get_attribute("aria-pressed") == "true"
    assert tab.evaluate("document.activeElement.ariaPressed") == "true", "the focus stays"


def test_show_me_opens_without_a_guess(tab):
    frame, kept, right = question(tab)
    frame.get_by_role("button", name="Show me").focus()
    tab.keyboard.press("Enter")
    assert kept.is_visible()
    assert said(frame) == f"It is ({right})."
    assert tab.evaluate("document.activeElement.role") == "status", "the focus is not lost"
    assert tab.locator(".dl-score p").inner_text().startswith("You foresaw 0 of 1")


def test_answers_can_be_forgotten(tab):
    frame, kept, right = question(tab)
    option(frame, right).click()
    tab.get_by_role("button", name="Forget my answers").click()
    assert kept.is_hidden()
    assert said(frame) == ""
    reload(tab)
    assert tab.locator(".dl-kept:visible").count() == 0


def test_works_where_nothing_can_be_kept(asking, site, visit):
    visited = visit()
    visited.tab.add_init_script(NO_MEMORY)  # the theme's own script complains; ours must not
    tab = visited.open(f"{site}/{asking}").tab
    frame, kept, right = question(tab)
    option(frame, right).click()
    assert kept.is_visible()


def test_an_address_opens_what_it_names(asking, site, visit):
    tab = visit().open(f"{site}/{asking}").tab
    places = tab.locator(".dl-kept [id]").evaluate_all("parts => parts.map(part => part.id)")
    assert places, "no claim is kept back: the chapter has nothing to test this with"
    for address in (f"{site}/{asking}#{places[0]}", f"{site}/{asking}?again#{places[-1]}"):
        tab = visit().open(address).tab
        place = tab.locator(f"[id='{address.partition('#')[2]}']")
        place.wait_for(state="visible")
        assert tab.locator(".dl-kept:visible").count() == 1
    tab.evaluate(f"location.hash = '{places[0]}'")
    tab.locator(f"[id='{places[0]}']").wait_for(state="visible")


@pytest.mark.parametrize("where", ["http", "file"])
def test_without_scripts_all_is_open(where, asking, site, html, visit):
    base = site if where == "http" else html.as_uri()
    tab = visit(scripts=False).open(f"{base}/{asking}").tab
    kept = tab.locator(".dl-kept")
    assert kept.count() == tab.locator(".dl-kept:visible").count() > 0
    assert tab.locator(".dl-predict button").count() == 0
    assert tab.locator(".dl-controls:visible").count() == 0


def test_on_paper_all_is_open(engine, tab):
    if engine == "firefox":  # it cannot be told to show what it prints: compare what it prints
        kept = tab.locator(".dl-kept")
        assert tab.locator(".dl-kept:visible").count() == 0
        folded = len(tab.pdf())
        kept.evaluate_all("parts => parts.forEach(part => part.dataset.open = '')")
        assert len(tab.pdf()) == pytest.approx(folded, rel=0.01)
        kept.evaluate_all("parts => parts.forEach(part => part.remove())")
        assert len(tab.pdf()) < 0.95 * folded
        return
    tab.emulate_media(media="print")
    assert tab.locator(".dl-kept:visible").count() == tab.locator(".dl-kept").count()
    assert tab.locator(".dl-predict > .dl-button:visible").count() == 0
    tab.emulate_media(media="screen")
    assert tab.locator(".dl-kept:visible").count() == 0


def test_a_missing_script_keeps_nothing_back(asking, site, visit):
    visited = visit()
    visited.tab.route("**/predict.js*", lambda route: route.abort())
    tab = visited.open(f"{site}/{asking}").tab
    assert tab.locator(".dl-kept:visible").count() == tab.locator(".dl-kept").count()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_barrier_before_and_after(colours, asking, site, visit, axe):
    tab = visit(colours=colours, width=360).open(f"{site}/{asking}").tab
    tab.add_script_tag(content=axe)

    rules = {"where": QUESTIONS, "only": WCAG}
    before = tab.evaluate(RULES, rules)
    for frame in tab.locator(".dl-predict").all():
        option(frame, "b").click()
    assert before + tab.evaluate(RULES, rules) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
