"""Loads the book's scripts and styles only on the pages that use them."""

# file: what in the page asks for it
SCRIPTS = {
    "js/finder.js": "data-finder",
    "js/stage-model.js": "data-stage",
    "js/stage.js": "data-stage",
    "js/widgets.js": "application/vnd.jupyter.widget-view+json",
}
PAGES = ("data-stage", "data-finder", "dl-ledger", "dl-path")


def used(files, body):
    """Names of the files whose sign occurs in a page's body, in the order of loading."""
    return [name for name, sign in files.items() if sign in body]


def add_scripts(app, pagename, templatename, context, doctree):
    """Add them; scripts are deferred, so that the text shows first."""
    body = context.get("body", "")
    for script in used(SCRIPTS, body):
        app.add_js_file(script, loading_method="defer", priority=900)
    if any(sign in body for sign in PAGES):
        app.add_css_file("css/pages.css", priority=900)
