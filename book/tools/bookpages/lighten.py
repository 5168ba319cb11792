"""Takes out of the built site what no page uses: style rules, source maps, icon fonts."""

import re
import shutil
from pathlib import Path

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
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")


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
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "".join(_kept(head, body, words) for head, body in _blocks(css))


def _blocks(css):
    """Split a style sheet into (selector or at-rule, what its braces hold; None for `@x …;`)."""
    place = 0
    while place < len(css):
        brace, semicolon = css.find("{", place), css.find(";", place)
        if brace < 0:
            return
        if 0 <= semicolon < brace:
            yield css[place:semicolon], None
            place = semicolon + 1
            continue
        end, depth = brace + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[place:brace], css[brace + 1 : end - 1]
        place = end


def _kept(head, body, words):
    """One block of the style sheet, with only the selectors and rules that can match."""
    head = head.strip()
    if body is None:
        return f"{head};"
    if head.startswith(("@media", "@supports")):
        inner = purge(body, words)
        return f"{head}{{{inner}}}" if inner else ""
    if head.startswith("@font-face") and "Awesome" in body:
        return ""
    if head.startswith("@"):
        return f"{head}{{{body}}}"
    selectors = [part for part in _split(head) if _can_match(part, words)]
    return f"{','.join(selectors)}{{{body}}}" if selectors else ""


def _split(selectors):
    """Split a selector list at its commas, not at those inside parentheses."""
    return re.findall(r"(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[^,(])+", selectors)


def _can_match(selector, words):
    """True if every class that the selector asks for occurs; what it excludes does not count."""
    positive = re.sub(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)", "", selector)
    return all(name.replace("\\", "") in words for name in CLASS.findall(positive))
