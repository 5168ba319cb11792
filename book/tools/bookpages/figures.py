"""Carries what a notebook knows about its outputs into the page: alt texts and places of claims."""

import base64
import hashlib
import json
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from .claims import MIME, claims_of, read_notebook

VIEW = "application/vnd.jupyter.widget-view+json"
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


def hide_claim_data(app, docname, source):
    """Leave the claims' data out of what is rendered; the page shows their HTML form."""
    if Path(app.env.doc2path(docname)).suffix != ".ipynb":
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(MIME, None)
    source[0] = json.dumps(notebook)


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


def keep_first_frame(app, doctree):
    """Let an explorer show its first picture to readers without JavaScript."""
    for bundle in doctree.findall(_is_bundle):
        forms = {form["mime_type"]: form for form in bundle.children}
        if VIEW in forms and "image/png" in forms:
            pictures = [image.deepcopy() for image in forms["image/png"].findall(nodes.image)]
            forms[VIEW] += nodes.raw("", "<noscript>", format="html")
            forms[VIEW].extend(pictures)
            forms[VIEW] += nodes.raw("", "</noscript>", format="html")


def _is_code_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _is_bundle(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"
