"""Write the skeleton of a chapter: notebook, exercises, tasks, solutions, rows, contents.

make chapter N=9 NAME=belief_nets      the same as  python book/tools/new_chapter.py 9 belief_nets

Every place that wants words or code holds TODO; `make check` then lists what is still to fill in.
Nothing that exists is overwritten.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from bookpages import catalogue
from notebooks import finished, setup_source, write

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z][a-z0-9_]*")
LISTED = re.compile(r"chapters/(?:exercises/ex|ch)(\d\d)_")  # in _toc.yml


def cells(text):
    """Cells of a template: rules of dashes part them, a first line "code …" makes code of one."""
    made = []
    for part in re.split(r"^-{8,}\n", text, flags=re.MULTILINE):
        kind, _, source = part.partition("\n")
        if kind.split(" ")[0] == "code":
            tags = kind.split(" ")[1:]
            made.append(nbformat.v4.new_code_cell(source.strip(), metadata={"tags": tags}))
        else:
            made.append(nbformat.v4.new_markdown_cell(part.strip()))
    for number, cell in enumerate(made):
        cell.id = f"cell-{number}"  # the same whenever it is written
    return made


def notebook(template, path, values):
    """Write a notebook from a template with {{names}} in it."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    for name, value in {**values, "setup": setup_source()}.items():
        text = text.replace("{{" + name + "}}", str(value))
    write(finished(nbformat.v4.new_notebook(cells=cells(text)), path), path)


def tasks(number):
    return (
        f'"""The exercises of chapter {number}: TODO."""\n\n'
        "from dlcore.grade.task import Task\n\n"
        "TASKS: list[Task] = []  # TODO: six to ten, 39 to 47 points, one with pencil, one why\n"
    )


def answers(number):
    return (
        f'"""Solutions of the exercises of chapter {number}: one right, five wrong each."""\n\n'
        "WRONG: dict = {}  # TODO\n"
    )


def with_contents(text, number, name, part):
    """_toc.yml with the chapter behind the one before it, or at the head of its part."""
    own = [
        f"      - file: chapters/ch{number:02}_{name}",
        "        sections:",
        f"          - file: chapters/exercises/ex{number:02}_{name}",
    ]
    lines = text.splitlines()
    before = [
        place
        for place, line in enumerate(lines)
        if (found := LISTED.search(line)) and int(found[1]) < number
    ]
    caption = f"  - caption: {part}"
    if caption in lines:
        heading = lines.index(caption) + 1
        place = max([heading, *before])
    else:
        place = max(before)
        own = [caption, "    chapters:", *own]
    return "\n".join([*lines[: place + 1], *own, *lines[place + 1 :]]) + "\n"


def with_rows(text, number):
    """ideas.yml with the chapter's rows marked as written, their places still to be named."""
    place = "\n    heading: TODO\n    symbol: TODO\n    test: TODO\n    source: TODO"
    rows = re.split(r"(?=^  - id: )", text, flags=re.MULTILINE)
    return "".join(
        row.replace("    status: planned", "    status: written" + place)
        if f"\n    chapter: {number}\n" in row
        else row
        for row in rows
    )


def make(root, number, name):
    """Write all files of a chapter; returns their paths. ValueError for what cannot be made."""
    if not NAME.fullmatch(name):
        raise ValueError(f"a chapter's name is small letters and _, such as belief_nets: {name!r}")
    book = catalogue.load(root / "book" / "ideas.yml")
    if number not in book.chapters:
        raise ValueError(f"book/ideas.yml has no chapter {number}")
    if there := sorted((root / "chapters").glob(f"ch{number:02}_*.ipynb")):
        raise ValueError(f"chapter {number} exists: {there[0].name}")
    chapter = book.chapters[number]
    part = f"{chapter['part']}. {book.parts[chapter['part']]['title']}"
    values = {"number": number, "two": f"{number:02}", "name": name, **chapter}
    page = root / "chapters" / f"ch{number:02}_{name}.ipynb"
    sheet = root / "chapters" / "exercises" / f"ex{number:02}_{name}.ipynb"
    notebook("chapter.md", page, values)
    notebook("exercises.md", sheet, values)
    written = {
        root / f"dlcore/grade/tasks/ch{number:02}/__init__.py": tasks(number),
        root / f"tests/grade/solutions/ch{number:02}/answers.py": answers(number),
    }
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    contents, ideas = root / "_toc.yml", root / "book" / "ideas.yml"
    contents.write_text(with_contents(contents.read_text(), number, name, part))
    ideas.write_text(with_rows(ideas.read_text(), number))
    return [page, sheet, *written, contents, ideas]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("number", type=int)
    parser.add_argument("name")
    options = parser.parse_args(arguments)
    try:
        for path in make(ROOT, options.number, options.name):
            print(path.relative_to(ROOT))
    except ValueError as problem:
        print(f"make chapter: {problem}", file=sys.stderr)
        return 1
    print("`make check` now says what is still to fill in.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
