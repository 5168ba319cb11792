"""Takes out of the built site what no page uses: style rules, source maps, icon fonts."""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import tinycss2

SHEETS = ("styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css")
UNUSED = (
    "scripts/bootstrap.js",
    "scripts/bootstrap.js.LICENSE.txt",
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.LICENSE.txt",
    "vendor/fontawesome",
    "locales",
    "images",
    "webpack-macros.html",
    "sbt-webpack-macros.html",
)


def trim(app, problem):
    """Trim the style sheets to the rules that the pages can use, and delete unused files."""
    if problem or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    for name in UNUSED:
        path = static / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()
    scripts = [*static.glob("*.js"), *static.glob("scripts/*.js"), *static.glob("js/*.js")]
    words = words_of([*Path(app.outdir).rglob("*.html"), *scripts])
    for name in SHEETS:
        path = static / name
        path.write_text(purge(path.read_text(encoding="utf-8"), words), encoding="utf-8")


def words_of(paths):
    """Every word in the files that could be the name of a class."""
    words = set()
    for path in paths:
        words.update(re.findall(r"[\w-]+", path.read_text(encoding="utf-8")))
    return words


def purge(css, words):
    """Return the style sheet without rules whose classes occur nowhere in `words`."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rule, words) for rule in rules)


def _kept(rule, words):
    """One rule of the style sheet, with only the selectors and rules that can match."""
    if rule.type == "error":
        raise ValueError(f"line {rule.source_line} of a style sheet is no CSS: {rule.message}")
    if rule.type == "at-rule":
        return _kept_at(rule, words)
    selectors = [tinycss2.serialize(part).strip() for part in _split(rule.prelude)
                 if all(name in words for name in _classes(part))]  # fmt: skip
    body = tinycss2.serialize(rule.content)
    return f"{','.join(selectors)}{{{body}}}" if selectors else ""


def _kept_at(rule, words):
    """An @media with the rules that can match; another at-rule as it is."""
    content = rule.content
    if rule.at_keyword in ("media", "supports"):
        inner = purge(tinycss2.serialize(content), words)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}" if inner else ""
    if rule.at_keyword == "font-face" and "Awesome" in tinycss2.serialize(content):
        return ""
    return rule.serialize()


def _split(prelude):
    """The selectors of a rule, as lists of tokens; commas in parentheses part nothing."""
    commas = [place for place, token in enumerate(prelude) if token == ","]
    return [prelude[start + 1 : end] for start, end in pairwise([-1, *commas, len(prelude)])]


def _classes(selector):
    """Names of the classes that a selector asks for; what it excludes does not count."""
    return [name.value for dot, name in pairwise(selector) if dot == "." and name.type == "ident"]
