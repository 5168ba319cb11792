"""With the system's high contrast colours (Windows) nothing that says something vanishes."""

import pytest
from PIL import Image

from tests.site.test_pages import THEME

PAGES = {
    "chapters/ch01_threshold_neurons": (".dl-icon", "[class*='fa-']"),
    "book/timeline": (".dl-bar", "[class*='fa-']"),
    "book/index": ("[class*='fa-']", "input[type=range]"),
    "book/live_models": ("dl-live .dl-level", "dl-xor input[type=range]", "dl-shapes .dl-level"),
    "book/playground": ("dl-play .dl-slopes .dl-level", "dl-play .dl-incoming .dl-level"),
}


@pytest.fixture(scope="module")
def contrast(browser):
    """A tab whose system forces its colours."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, forced_colors="active")
    yield context.new_page()
    context.close()


def colours(tab, part, tmp_path):
    """How many colours a part of the page is painted in."""
    path = tmp_path / "part.png"
    part.screenshot(path=path)
    return len(Image.open(path).convert("RGB").getcolors(1 << 20))


def look(contrast, kinds, tmp_path):
    """Look at the first few parts of each kind."""
    for kind in kinds:
        parts = contrast.locator(kind)
        if kind.startswith("dl-"):  # a model starts when it comes into view
            contrast.locator(kind.split()[0]).first.scroll_into_view_if_needed()
        parts.first.wait_for(state="attached")
        seen = [part for part in parts.all() if part.is_visible()][:6]
        assert seen, f"nothing to look at for {kind}"
        for part in seen:
            paper, painted = part.evaluate(
                "part => [getComputedStyle(document.body).backgroundColor,"
                " getComputedStyle(part).backgroundColor]"
            )
            if kind.startswith(("dl-xor", "input")):
                assert colours(contrast, part, tmp_path) > 1, "the track is one flat colour"
            else:
                assert painted != paper, f"{kind} has the paper's colour"


@pytest.mark.parametrize("where", PAGES)
def test_icons_bars_and_tracks_are_seen(where, contrast, site, tmp_path):
    contrast.goto(f"{site}/{where}.html")
    assert contrast.evaluate("matchMedia('(forced-colors: active)').matches")
    for theme in ("light", "dark"):
        contrast.emulate_media(color_scheme=theme)
        contrast.wait_for_function(THEME, arg=theme)
        look(contrast, PAGES[where], tmp_path)
