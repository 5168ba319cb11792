"""Sphinx extension of the book: alt texts, generated pages, launch buttons, scripts where used."""

from .directives import WRITERS, Generated, GeneratedPage, fill
from .downloads import add_downloads
from .figures import annotate, hide_claim_data, keep_first_frame
from .launch import add_buttons
from .lighten import trim
from .live import Live, LiveModel, place_models
from .scripts import choose_files, repair_roles


def setup(app):
    """Connect the extension; called by Sphinx."""
    app.add_node(Generated)
    for kind in WRITERS:
        app.add_directive(f"book-{kind}", GeneratedPage)
    app.add_node(Live)
    app.add_directive("book-live", LiveModel)
    app.connect("source-read", hide_claim_data)
    app.connect("doctree-read", annotate)
    app.connect("doctree-read", keep_first_frame, priority=600)
    app.connect("doctree-resolved", fill)
    app.connect("doctree-resolved", place_models)
    app.connect("html-page-context", add_buttons)
    app.connect("html-page-context", choose_files, priority=900)
    app.connect("html-page-context", repair_roles)
    app.connect("build-finished", trim)
    app.connect("build-finished", add_downloads, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
