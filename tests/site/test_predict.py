"""Predict: the page keeps the answer back until the reader has chosen, and remembers the choice."""

import pytest

from tests.site.test_pages import CONTRAST, RULES, THEME, WCAG

QUESTIONS = ".dl-predict"  # what they keep back is looked at with the rest of the page
STORED = "JSON.stringify(Object.entries(localStorage).sort())"  # tabs order the keys as they like
ONE_QUESTION = """() => document.querySelector('article').replaceChildren(
    document.querySelector('.dl-kept').closest('section'))"""
NO_MEMORY = """Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('refused', 'SecurityError'); }});"""


@pytest.fixture(scope="session")
def asking(html):
    """The smallest chapter that asks at least three questions."""
    for path in sorted(html.glob("chapters/ch*.html"), key=lambda path: path.stat().st_size):
        if path.read_text(encoding="utf-8").count('class="dl-predict"') >= 3:
            return f"chapters/{path.name}"
    return pytest.fail("no chapter asks its readers to predict", pytrace=False)


@pytest.fixture(params=["http", "file"])
def address(request, asking, site, html):
    """The chapter over http and from a folder."""
    return f"{site if request.param == 'http' else html.as_uri()}/{asking}"


@pytest.fixture
def tab(address, share):
    """The chapter with no answer; that it forgets them, even when it is opened anew, is tested."""
    shared = share(address)
    forget = shared.get_by_role("button", name="Forget my answers")
    if forget.is_visible():
        forget.click()
    return shared


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
    tab.bring_to_front()
    tab.reload()
    tab.wait_for_function("document.querySelectorAll('.dl-option').length")


def said(frame):
    """What the question's live region says."""
    return frame.get_by_role("status").text_content()


def wrong(right):
    return "b" if right == "a" else "a"


@pytest.mark.two_browsers
def test_a_button_is_named_by_its_formula_too(html, site, share):
    pages = sorted(html.glob("chapters/ch*.html"))
    path = next(p for p in pages if "</math>" in options_of(p))
    tab = share(f"{site}/chapters/{path.name}")
    button = tab.locator(".dl-option", has=tab.locator("math")).first
    words = button.locator(".visually-hidden").first.text_content()
    assert len(words) > 2
    frames = tab.locator(".dl-predict")
    assert frames.get_by_role("button", name=words).count() >= 1


def options_of(path):
    """The HTML of the first question's options on a page that has a formula among its options."""
    lists = path.read_text(encoding="utf-8").split('class="dl-options')[1:]
    return next((part for part in lists if "</math>" in part.split("</ul>")[0]), "")


@pytest.mark.two_browsers
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


@pytest.mark.two_browsers
def test_the_first_answer_counts(tab):
    frame, _, right = question(tab)
    option(frame, wrong(right)).click()
    option(frame, right).click(force=True)
    assert said(frame).startswith("You chose")
    assert option(frame, right).get_attribute("aria-disabled") == "true"


@pytest.mark.two_browsers
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


@pytest.mark.two_browsers
def test_show_me_opens_without_a_guess(tab):
    frame, kept, right = question(tab)
    frame.get_by_role("button", name="Show me").focus()
    tab.keyboard.press("Enter")
    assert kept.is_visible()
    assert said(frame) == f"It is ({right})."
    assert tab.evaluate("document.activeElement.role") == "status", "the focus is not lost"
    assert tab.locator(".dl-score p").inner_text().startswith("You foresaw 0 of 1")


@pytest.mark.two_browsers
def test_answers_can_be_forgotten(tab):
    frame, kept, right = question(tab)
    option(frame, right).click()
    tab.get_by_role("button", name="Forget my answers").click()
    assert kept.is_hidden()
    assert said(frame) == ""
    reload(tab)
    assert tab.locator(".dl-kept:visible").count() == 0


@pytest.mark.two_browsers
def test_works_where_nothing_can_be_kept(asking, site, visit):
    visited = visit()
    visited.tab.add_init_script(NO_MEMORY)  # the theme's own script complains; ours must not
    tab = visited.open(f"{site}/{asking}").tab
    frame, kept, right = question(tab)
    option(frame, right).click()
    assert kept.is_visible()


@pytest.mark.two_browsers
def test_an_address_opens_what_it_names(asking, site, share, visit):
    tab = share(f"{site}/{asking}")
    places = tab.locator(".dl-kept [id]").evaluate_all("parts => parts.map(part => part.id)")
    assert places, "no claim is kept back: the chapter has nothing to test this with"
    fresh = visit()
    for address in (f"{site}/{asking}#{places[0]}", f"{site}/{asking}?again#{places[-1]}"):
        tab = fresh.open(address).tab
        place = tab.locator(f"[id='{address.partition('#')[2]}']")
        place.wait_for(state="visible")
        assert tab.locator(".dl-kept:visible").count() == 1
    tab.evaluate(f"location.hash = '{places[0]}'")
    tab.locator(f"[id='{places[0]}']").wait_for(state="visible")


@pytest.mark.two_browsers
def test_without_scripts_all_is_open(address, visit):
    tab = visit(scripts=False).open(address).tab
    kept = tab.locator(".dl-kept")
    assert kept.count() == tab.locator(".dl-kept:visible").count() > 0
    assert tab.locator(".dl-predict button").count() == 0
    assert tab.locator(".dl-controls:visible").count() == 0


@pytest.mark.two_browsers
def test_nothing_is_shown_before_a_choice_but_on_paper(engine, address, visit):
    tab = visit().open(address).tab
    assert tab.locator(".dl-kept:visible").count() == 0
    assert tab.locator(".dl-score").is_hidden()
    assert tab.locator(".dl-sign").count() == 0
    if engine == "firefox":  # it cannot be told to show what it prints: compare what it prints
        tab.evaluate(ONE_QUESTION)
        kept = tab.locator(".dl-kept")
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


@pytest.mark.two_browsers
def test_a_missing_script_keeps_nothing_back(asking, site, visit):
    visited = visit()
    visited.tab.route("**/predict.js*", lambda route: route.abort())
    tab = visited.open(f"{site}/{asking}").tab
    assert tab.locator(".dl-kept:visible").count() == tab.locator(".dl-kept").count()


def barriers(tab):
    """What stands in the way: by all rules in the light, by those about colours in the dark."""
    found = tab.evaluate(RULES, {"where": QUESTIONS, "only": WCAG})
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(THEME, arg="dark")
    found += tab.evaluate(RULES, {"where": QUESTIONS, "only": CONTRAST})
    tab.emulate_media(color_scheme="light")
    tab.wait_for_function(THEME, arg="light")
    return found


def test_has_no_barrier_before_and_after(asking, site, visit, axe):
    tab = visit(width=360).open(f"{site}/{asking}").tab
    tab.evaluate(axe)
    before = barriers(tab)
    for frame in tab.locator(".dl-predict").all():
        option(frame, "b").click()
    assert before + barriers(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
