"""Sets all mathematics when the book is built: KaTeX, in one node process for all pages.

A formula becomes what is seen, and beside it MathML, which screen readers read aloud.
"""

import json
import subprocess
from html import escape
from pathlib import Path

import vendor
from docutils import nodes
from sphinx.util import logging

TOOL = Path(vendor.__file__).with_name("katex.js")
LOGGER = logging.getLogger(__name__)


class Setter:
    """Formulas as HTML; each is set once, and node starts with the first."""

    def __init__(self):
        self.node = None
        self.done = {}

    def __call__(self, tex, display=False):
        """HTML of a formula; ValueError if KaTeX does not understand it."""
        html = self._ask(tex, {"display": display})["html"]
        return html.replace(' columnspacing=""', "")  # MathML knows no empty one

    def aloud(self, tex):
        """A formula in words: for names of buttons, from which browsers leave formulas out."""
        return self._ask(tex, {"aloud": True})["words"]

    def _ask(self, tex, how):
        key = (tex, *how.items())
        if key not in self.done:
            self.done[key] = self._answer({"tex": tex, **how})
        if "problem" in self.done[key]:
            raise ValueError(f"{self.done[key]['problem']}: {tex}")
        return self.done[key]

    def _answer(self, question):
        if self.node is None:
            command = [vendor.node(), str(TOOL), str(vendor.MODULES)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
            self.node = subprocess.Popen(command, **pipes)
        asked, answered = pipes_of(self.node)
        asked.write(json.dumps(question) + "\n")
        asked.flush()
        return json.loads(answered.readline())

    def close(self, *_):
        """Let node end."""
        if self.node is not None:
            for pipe in pipes_of(self.node):
                pipe.close()
            self.node.wait()
            self.node = None


FORMULA = Setter()


def pipes_of(process):
    """Where a process is asked, and where it answers."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process was started without pipes")
    return process.stdin, process.stdout


def connect(app):
    """Make this the book's way to set mathematics."""
    app.add_html_math_renderer("katex", (inline, None), (display, None))
    app.connect("build-finished", FORMULA.close)


def inline(writer, node):
    writer.body.append(f'<span class="math">{made(node, node.astext())}</span>')
    raise nodes.SkipNode


def display(writer, node):
    """A displayed formula; a blank line in it parts two lines, as in Sphinx's own form."""
    parts = [part.strip() for part in node.astext().split("\n\n") if part.strip()]
    if not node.get("no-wrap", node.get("nowrap")):
        parts = [
            rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts
        ]
    names = "".join(f' id="{name}"' for name in node.get("ids", [])[:1])
    formulas = "".join(made(node, part, display=True) for part in parts)
    writer.body.append(f'<div class="math"{names}>{formulas}</div>')
    raise nodes.SkipNode


def made(node, tex, display=False):
    """A formula's HTML; what KaTeX does not understand is a warning, which fails the build."""
    try:
        return FORMULA(tex, display)
    except ValueError as problem:
        LOGGER.warning("%s", problem, location=node, type="mathematics")
        return f"<code>{escape(tex)}</code>"
