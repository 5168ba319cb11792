"""Index of ideas, timeline and ledger hold all their rows, and can be searched."""

import json
from html import escape
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CLAIM = "application/vnd.dlcore.claim+json"


@pytest.fixture(scope="module")
def rows():
    data = yaml.safe_load((ROOT / "book" / "ideas.yml").read_text(encoding="utf-8"))
    return data["ideas"] + data["beyond"]


def test_every_idea_is_in_the_plain_page(rows, site, visit):
    tab = visit(scripts=False).open(f"{site}/book/ideas.html").tab
    shown = tab.locator("[data-row]").evaluate_all("rows => rows.map(row => row.id)")
    assert sorted(shown) == sorted(row["id"] for row in rows)
    assert tab.locator("[data-row] th").last.is_visible()
    assert not tab.locator(".dl-filters").is_visible()


@pytest.mark.two_browsers
def test_every_dated_idea_is_on_the_timeline_in_order(rows, site, visit):
    tab = visit().open(f"{site}/book/timeline.html").tab
    years = tab.locator("[data-row] b").all_inner_texts()
    assert len(years) == sum(row["year"] is not None for row in rows)
    first = [int(year[:4]) for year in years]
    assert first == sorted(first)


@pytest.mark.two_browsers
def test_search_narrows_the_index(site, share):
    tab = share(f"{site}/book/ideas.html")
    tab.get_by_label("Search", exact=True).fill("hopfield")
    shown = tab.locator("[data-row]:visible").all_inner_texts()
    assert shown
    assert all("hopfield" in text.lower() for text in shown)
    assert tab.locator(".dl-filters output").inner_text().startswith(f"{len(shown)} of ")
    tab.get_by_label("Search", exact=True).fill("")
    tab.get_by_label("Part").select_option("V")
    assert set(
        tab.locator("[data-row]:visible").evaluate_all("rows => rows.map(row => row.dataset.part)")
    ) == {"V"}


def test_written_ideas_lead_to_their_section(rows, site, share):
    tab = share(f"{site}/book/ideas.html")
    found = tab.locator("[data-row]").evaluate_all(
        """rows => Object.fromEntries(rows.map(row => [row.id, [...row.querySelectorAll('a')]
            .map(link => [link.textContent, link.getAttribute('href')])]))"""
    )
    for row in rows:
        links = found[row["id"]]
        assert len(links) == (2 if row["status"] == "written" else 0), row["id"]
        if row["status"] == "written":
            (text, section), (_, source) = links
            assert text == row["heading"]
            assert "#" in section
            assert source.startswith("references.html#")


@pytest.fixture(scope="module")
def claims():
    """Every claim of the notebooks, in reading order."""
    found = []
    for path in sorted((ROOT / "chapters").glob("ch*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            found += [out.get("data", {}).get(CLAIM) for out in cell.get("outputs", [])]
    return [claim for claim in found if claim]


def test_ledger_holds_every_claim_of_the_notebooks(claims, site, visit):
    tab = visit(scripts=False).open(f"{site}/book/ledger.html").tab
    assert claims, "no chapter has a checked claim"
    rows = tab.locator(".dl-ledger tr[data-row]")
    assert rows.locator("th").all_text_contents() == [claim["claim"] for claim in claims]
    assert rows.locator(".dl-kind").all_text_contents() == [
        claim.get("kind", "") + ", about speed" * claim.get("speed", False) for claim in claims
    ]
    findings = [claim for claim in claims if claim.get("kind") == "finding"]
    assert tab.locator("[data-kind=finding] .dl-mark").all_text_contents() == [
        claim.get("verdict", "our own").split(":")[0] for claim in findings
    ]
    sources = rows.locator(".dl-said a").evaluate_all(
        "links => links.map(link => `[${link.textContent}](${link.getAttribute('href')})`)"
    )
    assert sources == [claim["source"] for claim in claims if "source" in claim]


@pytest.mark.two_browsers
def test_ledger_can_be_searched_by_verdict(claims, site, share):
    tab = share(f"{site}/book/ledger.html")
    tab.get_by_label("Verdict").select_option("contradicted")
    shown = tab.locator("[data-row]:visible th").all_text_contents()
    assert shown == [c["claim"] for c in claims if c.get("verdict") == "contradicted"]
    counted = tab.locator(".dl-filters output").inner_text()
    assert counted == f"{len(shown)} of {len(claims)} claims"


def test_every_row_of_the_ledger_leads_to_its_cell(html, site, visit):
    tab = visit(scripts=False).open(f"{site}/book/ledger.html").tab
    rows = tab.locator("[data-row]").evaluate_all(
        """rows => rows.map(row => [row.querySelector('th').textContent,
        row.querySelector('td:last-child a').getAttribute('href').split('#')])"""
    )
    for text, (page, anchor) in rows:
        cells = (html / "book" / page).read_text(encoding="utf-8")
        _, found, cell = cells.partition(f'id="{anchor}"')
        assert found, f"{page}#{anchor} leads nowhere"
        assert escape(text) in cell, f"{page}#{anchor} stands behind its claim: {text}"


@pytest.mark.two_browsers
def test_claims_can_be_gone_to(site, share):
    tab = share(f"{site}/book/ledger.html")
    tab.get_by_label("Verdict").select_option("")
    claim = tab.locator(".dl-ledger tbody tr[data-row]").last
    text = claim.locator("th").inner_text()
    claim.locator("a[href*='#claim-']").click()
    cell = tab.locator(".cell:target, .cell:has(:target)")  # it may hold several claims
    assert text in cell.inner_text()


@pytest.mark.two_browsers
@pytest.mark.parametrize("where", ["http", "file"])
def test_search_finds_a_word_of_a_chapter(where, site, html, visit):
    base = site if where == "http" else html.as_uri()
    tab = visit().open(f"{base}/search.html?q=perceptron").tab
    tab.locator("ul.search a").first.wait_for()
    links = tab.locator("ul.search a").evaluate_all("links => links.map(link => link.href)")
    assert any("ch02_perceptron.html" in link for link in links)


@pytest.mark.two_browsers
def test_search_opens_from_the_keyboard(site, visit):
    tab = visit().open(f"{site}/book/how_to_read.html").tab
    tab.keyboard.press("Control+k")
    tab.keyboard.type("threshold")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?q=threshold")
    tab.locator("ul.search a").first.wait_for()
