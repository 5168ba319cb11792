"""Prints the built site as one PDF with page numbers, bookmarks and links that stay inside it.

    python book/tools/print_book.py

All pages of the table of contents become one HTML document, which Chromium prints; the site then
offers the PDF for download.
"""

import posixpath
import re
import shutil
from html import escape
from pathlib import Path
from typing import Any

import browsers
import yaml
from bookpages import downloads
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SITE = "../html"  # the built site as seen from the folder of the printed book
NAME = "deep-learning-by-hand"
LEDE = (
    "From the threshold neuron of 1943 to the diffusion models of today: "
    "every idea built by hand, run, and checked in front of you."
)
SCREEN_ONLY = (
    "script, .headerlink, .copybtn, .dl-stage, .dl-go, .dl-filters, .dl-controls, .dl-score, "
    ".dl-code, nav, form"
)
LOOKS = """
@page { size: A4; margin: 18mm 17mm 20mm; }
html, body { background: #fff !important; }
.bd-article { break-before: page; padding: 0; }
.dl-title-page { padding-top: 30vh; }
.dl-title-page h1 { font-size: 34pt; }
.dl-contents ol { list-style: none; padding: 0; }
.bd-article div.highlight pre { font-size: 8pt; }
.bd-article img { max-width: 100% !important; max-height: 20cm; height: auto; }
.bd-article :is(p, li) { max-width: none; }
.bd-article .dl-claim { font-size: 9.5pt; }
.dl-stand-in { break-inside: avoid; }
.dl-stand-in img { max-height: 7cm; }
.dl-shown { text-align: center; font-size: 9pt; }
"""
FOOTER = (
    '<p style="width: 100%; text-align: center; font: 8pt sans-serif; color: #444">'
    '<span class="pageNumber"></span></p>'
)


def listed(toc):
    """The documents of a table of contents, in reading order."""
    names = [toc["root"]] if "root" in toc else [toc["file"]] if "file" in toc else []
    for key in ("parts", "chapters", "sections"):
        for entry in toc.get(key, ()):
            names += listed(entry)
    return names


def mark(name, anchor=""):
    """The place of a page, or of an anchor in it, within the one document."""
    return "--".join(filter(None, [name.replace("/", "-"), anchor]))


def moved(address, name, names):
    """An address on page `name`, as it must read in the one document."""
    if re.match(r"[a-z]+:|//", address):
        return address
    path, _, anchor = address.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
    page = target.removesuffix(".html")
    if page in names:
        return f"#{mark(page, anchor)}"
    return f"{SITE}/{target}" + (f"#{anchor}" if anchor else "")


def cleaned(found):
    """An article without what only a screen has; a slider says in words where it stands."""
    for still in found.find_all("noscript"):
        still.unwrap() if still.find("img") else still.decompose()
    for explorer in found.select(".dl-explorer"):
        said = [place.get_text(" ", strip=True) for place in explorer.select("label")]
        note = BeautifulSoup(f'<p class="dl-shown">{escape(", ".join(said))}</p>', "html.parser")
        explorer.append(note)
    for part in found.select(SCREEN_ONLY):
        part.decompose()
    return found


def article(html, name, names) -> Any:
    """A page's article, ready to stand beside the others."""
    found: Any = cleaned(BeautifulSoup(html, "html.parser").find("article"))
    for part in found.find_all("details"):
        part["open"] = ""
    for part in found.find_all(id=True):
        part["id"] = mark(name, part["id"])
    for part in found.find_all(href=True):
        part["href"] = moved(part["href"], name, names)
    for part in found.find_all(src=True):
        part["src"] = moved(part["src"], name, names)
        part.attrs.pop("loading", None)  # what is lazy would not be there when Chromium prints
    found["id"] = mark(name)
    return found


def bind(pages):
    """One HTML document of the pages, {name: HTML}: title page, contents, then each article."""
    articles = {name: article(html, name, pages) for name, html in pages.items()}
    sheets, titles = {}, []
    for name, html in pages.items():
        for link in BeautifulSoup(html, "html.parser").find_all("link", rel="stylesheet"):
            sheets[moved(link["href"], name, ())] = None
        title = articles[name].find("h1").get_text().strip()
        titles.append(f'<li><a href="#{mark(name)}">{title}</a></li>')
    links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>Deep Learning by Hand</title>{links}'
        f"<style>{LOOKS}</style></head>"
        '<body><main class="bd-main"><div class="bd-article dl-title-page">'
        f"<h1>Deep Learning by Hand</h1><p>{LEDE}</p></div>"
        f'<div class="bd-article dl-contents"><h1>Contents</h1><ol>{"".join(titles)}</ol></div>'
        f"{''.join(map(str, articles.values()))}</main></body></html>"
    )


def print_pdf(document, target):
    """Let Chromium print an HTML file; SystemExit if something in it could not be loaded."""
    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.find(), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.on("requestfailed", lambda request: failed.append(request.url))
        tab.goto(document.as_uri(), timeout=120_000)
        tab.evaluate("() => document.fonts.ready")
        tab.pdf(
            path=target, prefer_css_page_size=True, print_background=True, outline=True,
            tagged=True, display_header_footer=True, header_template="<p></p>",
            footer_template=FOOTER,
        )  # fmt: skip
        browser.close()
    if failed:
        raise SystemExit(f"The book refers to files that are not there: {', '.join(failed[:5])}")


def main():
    """Print _build/html into _build/pdf."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    site, folder = ROOT / "_build" / "html", ROOT / "_build" / "pdf"
    folder.mkdir(parents=True, exist_ok=True)
    pages = {name: (site / f"{name}.html").read_text(encoding="utf-8") for name in listed(toc)}
    document, target = folder / "book.html", folder / f"{NAME}.pdf"
    document.write_text(bind(pages), encoding="utf-8")
    print_pdf(document, target)
    shutil.copyfile(target, site / downloads.FOLDER / target.name)
    downloads.offer(site)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
