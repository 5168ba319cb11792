"""Places the live models: where a page asks for one, and where a chapter links to one."""

import json
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .links import page_address

PAGE = "book/live_models"
MODELS = "assets/live/models"
# heading of the page of live models: the model under it
UNDER = {
    "draw-a-digit": "digits-mlp",
    "set-the-weights-of-xor": "xor",
    "lenet": "lenet",
    "dream-digits": "dream",
    "find-the-shapes": "grid-detector",
    "watch-a-translator-look": "translator",
    "let-a-gpt-go-on": "writer",
    "walk-in-a-plane-of-digits": "latent-plane",
}
TAGS = {
    "digits-mlp": "dl-live", "xor": "dl-xor", "lenet": "dl-live", "dream": "dl-dream",
    "grid-detector": "dl-shapes", "translator": "dl-translate",
    "writer": "dl-write", "latent-plane": "dl-latent",
}  # fmt: skip
STAND_IN = "Here a small network runs in the page. It needs JavaScript; this is a picture of it."


class Live(nodes.General, nodes.Element):
    """The place of a live model; `model` says which."""


class LiveModel(SphinxDirective):
    """`{book-live} digits-mlp`: the model of that name."""

    required_arguments = 1

    def run(self):
        if self.arguments[0] not in TAGS:
            raise self.error(f"no live model {self.arguments[0]!r}: there are {', '.join(TAGS)}")
        return [Live(model=self.arguments[0])]


def place_models(app, doctree, docname):
    """Put a model where the page asks for it, and behind a chapter's paragraph that links to it."""
    for node in list(doctree.findall(Live)):
        node.replace_self(raw(app, node["model"], docname))
    if docname == PAGE:
        return
    for link in list(doctree.findall(nodes.reference)):
        page, _, anchor = link.get("refuri", "").partition("#")
        if page == page_address(docname, PAGE) and anchor in UNDER:
            paragraph = link.parent
            paragraph.parent.insert(
                paragraph.parent.index(paragraph) + 1, raw(app, UNDER[anchor], docname)
            )


def raw(app, model, docname):
    """The model's element as HTML."""
    about = read_about(Path(app.srcdir) / MODELS / f"{model}.js")
    source = page_address(docname, f"_static/live/models/{model}").removesuffix(".html") + ".png"
    return nodes.raw("", element(TAGS[model], model, source, about["alt"]), format="html")


def element(tag, model, picture, alt):
    """HTML of a live model: what stands inside is there until the model starts."""
    return (
        f'<{tag} model="{model}"><figure class="dl-stand-in"><img src="{picture}"'
        f' alt="{escape(alt)}" loading="lazy"><figcaption>{STAND_IN}</figcaption></figure></{tag}>'
    )


def read_about(path):
    """What a model's script says of it; ValueError if the file is no such script."""
    _, _, data = path.read_text(encoding="utf-8").partition(" = ")
    try:
        return json.loads(data.rstrip().removesuffix(";"))["about"]
    except (json.JSONDecodeError, KeyError, TypeError) as problem:
        raise ValueError(f"{path} should be written by train_live.py: {problem!r}") from None
