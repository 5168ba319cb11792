"""Carries what a notebook knows about its outputs into the page: alt texts and places of claims."""

import base64
import hashlib
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from .claims import claims_of, read_notebook

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


def _is_code_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"
