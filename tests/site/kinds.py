"""Which pages have every kind of thing: Firefox opens these, Chromium all."""

import re

PATTERNS = {
    "tag": r"<([a-z][\w-]*)",
    "class": r'\bclass="([^"]*)"',
    "input": r'<input[^>]*?\btype="(\w+)"',
    "script": r'<script[^>]*?\bsrc="[^"?]*?([^/"?]+)["?]',
}


def kinds(text):
    """What a page is made of: elements, the book's own classes, input fields, scripts."""
    found = {
        (kind, re.sub(r"\d+", "", word))
        for kind, pattern in PATTERNS.items()
        for words in set(re.findall(pattern, text))
        for word in words.split()
    }
    return {one for one in found if one[0] != "class" or one[1].startswith("dl-")}


def sample(pages):
    """Of {name: text} the names of a few pages that together have all kinds, one of each folder.

    The page with the most kinds that are still missing is next.
    """
    had = {name: kinds(text) | {("folder", name.rpartition("/")[0])}
           for name, text in pages.items()}  # fmt: skip
    missing, chosen = set().union(*had.values()), []
    while missing:
        chosen.append(max(had, key=lambda name: len(had[name] & missing)))
        missing -= had[chosen[-1]]
    return chosen
