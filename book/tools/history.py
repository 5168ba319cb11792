"""Print the package in the order in which it is best read.

python book/tools/history.py
"""

from pathlib import Path

from package import ROOMS, read, whole_order

ROOT = Path(__file__).resolve().parents[2]


def rows(root):
    """(year, file, lines, chapter) of every file, room by room in reading order."""
    for room in ROOMS:
        for name in whole_order(root, room):
            source = read(root / "dlcore" / room / f"{name}.py")
            lines = len(source.text.splitlines())
            yield source.year, f"{room}/{name}.py", lines, source.chapter or ""


def table(root):
    """The rows as text, with a head and a sum."""
    body = list(rows(root))
    form = "{:>4}  {:36} {:>5}  {}".format
    lines = [form("year", "file", "lines", "chapter")]
    lines += [form(*row) for row in body]
    return "\n".join([*lines, form("", f"{len(body)} files", sum(row[2] for row in body), "")])


if __name__ == "__main__":
    print(table(ROOT))
