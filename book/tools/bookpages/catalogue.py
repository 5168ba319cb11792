"""The index of ideas as data: parts, chapters and ideas, read from book/ideas.yml."""

import re
from pathlib import Path
from typing import NamedTuple

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast


class Catalogue(NamedTuple):
    """parts {numeral: …}, chapters {number: …}, the two lists of idea rows, and needs: {chapter:
    ids of the earlier ideas that it stands on}.
    """

    parts: dict
    chapters: dict
    ideas: list
    beyond: list
    needs: dict


def load(path):
    """Read ideas.yml; ValueError if a row names a chapter or part that the file does not have."""
    data = yaml.load(Path(path).read_text(encoding="utf-8"), LOADER)
    missing = {"parts", "chapters", "ideas"} - set(data)
    if missing:
        raise ValueError(f"{path} expects the keys parts, chapters and ideas; missing: {missing}")
    catalogue = Catalogue(
        data["parts"],
        data["chapters"],
        data["ideas"],
        data.get("beyond", []),
        data.get("needs", {}),
    )
    for row in catalogue.ideas + catalogue.beyond:
        if row["chapter"] not in catalogue.chapters:
            raise ValueError(f"idea {row['id']!r} is in chapter {row['chapter']}, which is unknown")
    return catalogue


def first_year(row):
    """Year in which the idea was first published, None if the row has no single date."""
    found = re.search(r"\d{4}", str(row.get("year") or ""))
    return int(found.group()) if found else None


def notebooks(root):
    """{chapter number: document name} of the chapters written so far, in order."""
    found = {}
    for path in sorted((Path(root) / "chapters").glob("ch[0-9][0-9]_*.ipynb")):
        found[int(path.name[2:4])] = f"chapters/{path.stem}"
    return found
