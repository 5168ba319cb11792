"""A screen reader is told what eyes see: code, output, claims; a heading's name is its words."""

from bookpages.aloud import read_aloud
from bs4 import BeautifulSoup

BODY = """<h2>Clipping<a class="headerlink" href="#clipping" title="Link">#</a></h2>
<div class="cell docutils container"><div class="cell_input docutils container">
<pre>1 + 1</pre></div><div class="cell_output docutils container">
<pre>2</pre>
<p class="dl-claim"><span aria-hidden="true">✓</span> It holds.</p></div></div>"""


def test_code_output_and_claims_are_named_and_a_headings_link_is_not_read():
    context = {"body": BODY}
    read_aloud(None, "page", "page.html", context, None)
    page = BeautifulSoup(context["body"], "html.parser")
    groups = page.select("[role=group]")
    assert [group["aria-label"] for group in groups] == ["Code", "Output"]
    assert [pre.text for pre in page.select("[role=group] pre")] == ["1 + 1", "2"]
    (link,) = page.select("a.headerlink")
    assert (link["aria-hidden"], link["tabindex"]) == ("true", "-1")
    for hidden in page.select("[aria-hidden=true]"):
        hidden.decompose()
    said = [part.text for part in page.select("h2, .dl-claim")]
    assert said == ["Clipping", "Checked claim:  It holds."]


def test_a_page_without_text_stays_as_it_is():
    context = {}
    read_aloud(None, "search", "search.html", context, None)
    assert context == {}
