"""Binds the built site as an EPUB 3: the same pages as the PDF, for reading devices.

    python book/tools/bind_epub.py

Sphinx has a builder for EPUB, but the site's pictures, formulas and tables are HTML of the book's
own, which it would pass on unread; here the finished pages are made strict, so that epubcheck
finds no fault.
"""

import datetime
import re
import uuid
import zipfile
from html import escape
from pathlib import Path

import epub_page
import yaml
from bookpages import downloads
from package import project
from print_book import LEDE, NAME, listed

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Deep Learning by Hand"
TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg",
         ".xhtml": "application/xhtml+xml", ".css": "text/css"}  # fmt: skip
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xml:lang="en" unique-identifier="id"
 prefix="schema: http://schema.org/">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:creator>The authors of {title}</dc:creator>
<dc:language>en</dc:language>
<dc:description>{lede}</dc:description>
<dc:rights>Text and figures: CC BY 4.0. Code: BSD 3-Clause.</dc:rights>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Every picture has a description, every formula is \
MathML. What moves on the site is one still picture here.</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
COVER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800" width="600" height="800">
<title>Deep Learning by Hand</title><rect width="600" height="800" fill="#fffdf7"/>
<g font-family="Georgia, serif" fill="#22252b">
<text x="60" y="170" font-size="64">Deep Learning</text>
<text x="60" y="245" font-size="64">by Hand</text>
<text x="60" y="310" font-size="24">From the perceptron to diffusion models</text></g>
<line x1="60" y1="700" x2="540" y2="400" stroke="#22252b" stroke-width="4"/>{points}</svg>
"""
BLUE_POINTS = ((120, 440), (200, 540), (270, 450), (110, 590), (370, 430))
ORANGE_POINTS = ((480, 500), (420, 600), (300, 690), (510, 650), (340, 600))
LOOKS = """body { margin: 0 4%; line-height: 1.45; }
img { max-width: 100%; height: auto; }
pre { font-size: 0.75em; white-space: pre-wrap; background: #f5f4ef; padding: 0.6em; }
code { font-family: monospace; }
table { border-collapse: collapse; font-size: 0.75em; overflow-wrap: anywhere; }
td, th { border-bottom: 1px solid #ccc; padding: 0.2em 0.5em; text-align: left; }
td, th { vertical-align: top; }
.summary { font-weight: bold; }
.dl-shown, figcaption { font-size: 0.85em; text-align: center; }
.dl-claim, .dl-way { font-size: 0.9em; border-left: 3px solid #999; padding-left: 0.8em; }
.visually-hidden { position: absolute; left: -10000px; }
div.math { text-align: center; }
nav ol { list-style: none; }
"""


def cover():
    """The cover: two kinds of points, and a line that parts them."""
    points = "".join(
        f'<circle cx="{x}" cy="{y}" r="15" fill="{fill}"/>'
        for fill, places in (("#0069a6", BLUE_POINTS), ("#bf4a00", ORANGE_POINTS))
        for x, y in places
    )
    return COVER.format(points=points)


def contents(toc, pages):
    """The book's table of contents as nested lists: parts, chapters, their sections."""

    def chapter(row):
        page = pages[row["file"]]
        inner = "".join(f'<li><a href="{page.file}#{anchor}">{escape(text)}</a></li>'
                        for anchor, text in page.headings)  # fmt: skip
        inner += "".join(map(chapter, row.get("sections", ())))
        inner = f"<ol>{inner}</ol>" if inner else ""
        return f'<li><a href="{page.file}">{escape(page.title)}</a>{inner}</li>'

    front = pages[toc["root"]]
    parts = "".join(
        f"<li><span>{escape(part['caption'])}</span><ol>"
        f"{''.join(map(chapter, part['chapters']))}</ol></li>"
        for part in toc["parts"]
    )
    return f'<li><a href="{front.file}">{escape(front.title)}</a></li>{parts}'


def colours(css):
    """The light colours of the site's code, for a page that has no theme."""
    found = re.findall(r'(?m)^html\[data-theme="light"\] (\.highlight \.\w+ \{.*\})', css)
    return "\n".join(found)


def properties(name, text):
    """What a manifest must say of a page."""
    if name == "nav.xhtml":
        return ' properties="nav"'
    if name == "cover.svg":
        return ' properties="cover-image"'
    found = [word for word, sign in (("mathml", "<math"), ("svg", "<svg")) if sign in text]
    return f' properties="{" ".join(found)}"' if found and name.endswith(".xhtml") else ""


def package(files, order, modified, address):
    """The file that lists all others, and in what order pages are read."""
    items = [
        f'<item id="{identity(name)}" href="{name}" media-type="{TYPES[Path(name).suffix]}"'
        f"{properties(name, data if isinstance(data, str) else '')}/>"
        for name, data in files.items()
    ]
    spine = [f'<itemref idref="{identity(name)}"/>' for name in order]
    return PACKAGE.format(
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, address), title=TITLE, lede=LEDE,
        modified=modified, manifest="\n".join(items), spine="\n".join(spine),
    )  # fmt: skip


def identity(name):
    return "f-" + re.sub(r"[^\w-]", "-", name)


def bind(toc, site):
    """{name in the EPUB: its text or bytes}, and the order of reading, of the site's pages."""
    names = listed(toc)
    pages = {name: epub_page.read((site / f"{name}.html").read_text(encoding="utf-8"), name)
             for name in names}  # fmt: skip
    for name, page in pages.items():
        epub_page.set_links(page, name, pages)
    title = f"<h1>{TITLE}</h1><p>{LEDE}</p><p>Version {project(ROOT)['version']}</p>"
    nav = f'<nav epub:type="toc"><h1>Contents</h1><ol>{contents(toc, pages)}</ol></nav>'
    css = (site / "_static/pygments.css").read_text(encoding="utf-8")
    files: dict = {
        "cover.svg": cover(),
        "book.css": LOOKS + colours(css),
        "title.xhtml": epub_page.plain_page(TITLE, title),
        "nav.xhtml": epub_page.plain_page("Contents", nav),
    }
    files |= {page.file: epub_page.xhtml(page) for page in pages.values()}
    pictures = {key: path for page in pages.values() for key, path in page.pictures.items()}
    files |= {key: (site / path).read_bytes() for key, path in sorted(pictures.items())}
    return files, ["title.xhtml", "nav.xhtml", *(page.file for page in pages.values())]


def write(target, files, order, modified, address):
    """Write the archive: its type first and not compressed, as the standard asks."""
    listing = package(files, order, modified, address)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", listing)
        for name, data in files.items():
            archive.writestr(f"OEBPS/{name}", data)


def main():
    """Bind _build/html and offer the book for download there."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    site = ROOT / "_build" / "html"
    files, order = bind(toc, site)
    built = datetime.datetime.fromtimestamp(
        (site / "searchindex.js").stat().st_mtime, datetime.timezone.utc
    )
    target = site / downloads.FOLDER / f"{NAME}.epub"
    address = project(ROOT)["urls"]["Repository"]
    write(target, files, order, built.strftime("%Y-%m-%dT%H:%M:%SZ"), address)
    downloads.offer(site)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
