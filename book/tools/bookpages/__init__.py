"""Sphinx extension of the book: pictures, questions, formulas, generated pages, scripts."""

from .aloud import read_aloud
from .directives import WRITERS, Generated, GeneratedPage, fill
from .downloads import add_downloads
from .explorers import prepare, write_frames
from .figures import annotate, load_late
from .folded import fold_code, fold_side_trips, unlink_summaries
from .launch import add_buttons
from .lighten import trim
from .live import Live, LiveModel, place_models
from .mathematics import connect as set_mathematics
from .predict import keep_back
from .scripts import choose_files, repair_roles
from .taught import write_list
from .way import add_way


def setup(app):
    """Connect the extension; called by Sphinx."""
    app.add_node(Generated)
    for kind in WRITERS:
        app.add_directive(f"book-{kind}", GeneratedPage)
    app.add_node(Live)
    fold_code(app)
    set_mathematics(app)
    app.add_directive("book-live", LiveModel)
    app.connect("source-read", prepare)
    app.connect("doctree-read", annotate)
    app.connect("doctree-read", keep_back, priority=600)
    app.connect("doctree-resolved", fill)
    app.connect("doctree-resolved", place_models)
    app.connect("doctree-resolved", add_way)
    app.connect("doctree-resolved", fold_side_trips, priority=900)
    app.connect("html-page-context", add_buttons)
    app.connect("html-page-context", choose_files, priority=900)
    app.connect("html-page-context", repair_roles)
    app.connect("html-page-context", unlink_summaries)
    app.connect("html-page-context", load_late)
    app.connect("html-page-context", read_aloud, priority=900)
    app.connect("build-finished", write_frames)
    app.connect("build-finished", write_list)
    app.connect("build-finished", trim)
    app.connect("build-finished", add_downloads, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
