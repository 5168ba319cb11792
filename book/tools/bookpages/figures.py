"""Carries what a notebook knows about its outputs into the page: alt texts and places of claims."""

import base64
import hashlib
import re
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from .claims import claims_of, read_notebook

IMAGE = re.compile(r'<img (?=[^>]*src="[^"]*_images/([\w.-]+\.png)")(?![^>]*loading=)')
LOGGER = logging.getLogger(__name__)


def alt_texts(cells):
    """{SHA-256 of the picture: alt text} of the PNG outputs whose metadata carries one."""
    found = {}
    for cell in cells:
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            picture = output.get("data", {}).get("image/png")
            if alt and picture:
                data = base64.b64decode("".join(picture))
                found[hashlib.sha256(data).hexdigest()] = alt
    return found


def annotate(app, doctree):
    """Give a chapter's pictures their alt text and each claim an anchor of its own."""
    docname = app.env.docname
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return
    cells = read_notebook(path)
    texts = alt_texts(cells)
    for image in doctree.findall(nodes.image):
        text = texts.get(Path(image["uri"]).stem)
        if text:
            image["alt"] = text
        elif not image.get("alt"):
            LOGGER.warning("a picture has no alt text", location=image, type="figures")
    places = {node.get("cell_index"): node for node in doctree.findall(_is_code_cell)}
    for claim in claims_of(cells):
        if claim.cell in places:
            places[claim.cell]["ids"].append(claim.anchor)


def load_late(app, pagename, templatename, context, doctree):
    """Let a page fetch its pictures when they come near, and keep their room until then."""
    paths = {name: Path(app.srcdir, uri) for uri, (_, name) in app.env.images.items()}

    def late(found):
        if found.group(1) not in paths:
            return found.group()
        width, height = png_size(paths[found.group(1)].read_bytes())
        return f'<img loading="lazy" width="{width}" height="{height}" '

    if "body" in context:
        context["body"] = IMAGE.sub(late, context["body"])


def png_size(png):
    """(width, height) in pixels, as the head of a PNG states them."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def _is_code_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"
