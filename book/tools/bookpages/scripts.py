"""Loads scripts and styles only on the pages that use them."""

# models that run in the page
LIVE = (
    "<dl-live", "<dl-xor", "<dl-dream", "<dl-shapes", "<dl-translate", "<dl-write", "<dl-latent",
    "<dl-play",
)  # fmt: skip
# file: what in the page asks for it
OWN = {
    "js/finder.js": ("data-finder",),
    "live/dl-layers.js": (*LIVE, "data-stage"),
    "js/stage-model.js": ("data-stage",),
    "js/stage.js": ("data-stage",),
    "js/explorer.js": ("dl-explorer",),
    "js/predict.js": ("dl-predict",),
    "live/dl-strokes.js": ("<dl-live", "<dl-shapes"),
    "live/dl-page.js": LIVE,
    "live/dl-hidden.js": ("<dl-live",),
    "live/dl-live.js": ("<dl-live",),
    "live/dl-xor.js": ("<dl-xor",),
    "live/dl-gibbs.js": ("<dl-dream",),
    "live/dl-dream.js": ("<dl-dream",),
    "live/dl-scene.js": ("<dl-shapes",),
    "live/dl-boxes.js": ("<dl-shapes",),
    "live/dl-tools.js": ("<dl-shapes", "<dl-translate", "<dl-write", "<dl-latent", "<dl-play"),
    "live/dl-found.js": ("<dl-shapes",),
    "live/dl-shapes.js": ("<dl-shapes",),
    "live/dl-tongue.js": ("<dl-translate",),
    "live/dl-translator.js": ("<dl-translate",),
    "live/dl-looks.js": ("<dl-translate",),
    "live/dl-way.js": ("<dl-translate",),
    "live/dl-stages.js": ("<dl-translate",),
    "live/dl-panels.js": ("<dl-translate",),
    "live/dl-translate.js": ("<dl-translate",),
    "live/dl-writer.js": ("<dl-write",),
    "live/dl-write.js": ("<dl-write",),
    "live/dl-walk.js": ("<dl-latent",),
    "live/dl-latent.js": ("<dl-latent",),
    "live/dl-learn.js": ("<dl-play",),
    "live/dl-trial.js": ("<dl-play",),
    "live/dl-why.js": ("<dl-play",),
    "live/dl-gauges.js": ("<dl-play",),
    "live/dl-tiles.js": ("<dl-play",),
    "live/dl-settings.js": ("<dl-play",),
    "live/dl-incoming.js": ("<dl-play",),
    "live/dl-play.js": ("<dl-play",),
    "css/live.css": LIVE,
    "css/play.css": ("<dl-play",),
    "vendor/katex/katex.css": ('class="katex',),
    "css/chapter.css": ("dl-explorer", "dl-predict", "dl-side", "dl-code", "dl-way"),
    "css/pages.css": ("data-stage", "data-finder", "dl-ledger", "dl-path", "dl-map"),
}
# the search page has no text of its own
SEARCH = ("js/taught-list.js", "js/taught.js")
# part of the name of a file that extensions put on every page: what in the page asks for it
EVERYWHERE = {
    "copybutton": 'class="highlight',
    "clipboard": 'class="highlight',
    "pygments": 'class="highlight',
    "mystnb": 'class="cell',
}

# an inline script needs these before it
AT_ONCE = ("documentation_options.js",)


def own_files(body):
    """The book's own files that a page with this body uses, in the order of loading."""
    return [name for name, signs in OWN.items() if any(sign in body for sign in signs)]


def is_used(name, body):
    """False for a file that the page does not ask for; `name` may be an inline script."""
    return all(sign in body for part, sign in EVERYWHERE.items() if part in name)


def choose_files(app, pagename, templatename, context, doctree):
    """Add what the page uses, scripts deferred; take away what it does not use."""
    body = context.get("body", "")
    for name in SEARCH if pagename == "search" else own_files(body):
        if name.endswith(".js"):
            app.add_js_file(name, loading_method="defer", priority=900)
        else:
            app.add_css_file(name, priority=900)
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if is_used(_name(file), body)]
    if doctree is not None:  # the search page's inline script needs its scripts at once
        context["script_files"] = [deferred(file) for file in context["script_files"]]


def deferred(file):
    """The script as one that lets the text show first; inline ones and the options stay."""
    name = str(file.filename or "")
    if not name or name.endswith(AT_ONCE):
        return file
    return type(file)(name, priority=file.priority, **{**file.attributes, "defer": "defer"})


def _name(file):
    return str(file.filename or file.attributes.get("body", ""))


def repair_roles(app, pagename, templatename, context, doctree):
    """Give the entries of a bibliography the role that ARIA 1.2 has for them."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
