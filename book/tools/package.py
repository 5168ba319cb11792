"""Read dlcore and the notebooks without running them: files, imports, chapters, reading order."""

import ast
import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

try:
    import tomllib  # type: ignore[import-not-found]
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib  # type: ignore[import-not-found]

ROOMS = ("autodiff", "layers", "models", "training", "methods", "data", "study", "grade")


@dataclass(frozen=True)
class Source:
    """One file of Python: dlcore's, a test's, or the code cells of a notebook."""

    path: Path
    text: str

    @cached_property
    def tree(self):
        return ast.parse(self.text, str(self.path))

    @property
    def name(self):
        return self.path.stem

    @property
    def place(self):
        """The folders and name inside dlcore: ("models", "neurons", "perceptron")."""
        parts = self.path.with_suffix("").parts
        return parts[len(parts) - parts[::-1].index("dlcore") :]

    @property
    def room(self):
        return self.place[0]

    @property
    def headline(self):
        """The first paragraph of the file's docstring, in one line."""
        return " ".join((ast.get_docstring(self.tree) or "").split("\n\n")[0].split())

    @property
    def chapter(self):
        """The chapter that builds the file, from '(chapter N)' in its headline, or None."""
        found = re.search(r"\(chapter (\d+)\)", self.headline)
        return int(found[1]) if found else None

    @property
    def year(self):
        found = re.match(r"\d{4}", self.headline)
        return found[0] if found else ""

    @cached_property
    def aliases(self):
        """{name in this file: dotted name of what was imported under it}."""
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.split(".")[0]
                    found[bound] = alias.name if alias.asname else bound
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{self.origin(node)}.{alias.name}"
        return found

    @cached_property
    def imports(self):
        """(line, dotted name of the module or of the name taken from it), for every import.

        What stands under `if TYPE_CHECKING:` is for the type checker and imports nothing.
        """
        found = []
        for node in running(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                start = self.origin(node)
                found += [(node.lineno, f"{start}.{alias.name}") for alias in node.names]
        return found

    def origin(self, node):
        """The dotted module that a from-import names, relative ones made absolute."""
        if not node.level:
            return node.module
        folders = self.path.parts[self.path.parts.index("dlcore") : -node.level]
        return ".".join([*folders, *([node.module] if node.module else [])])

    @cached_property
    def uses(self):
        """(line, dotted name) of everything imported or reached through an imported name."""
        found = list(self.imports)
        attributes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)]
        inner = {id(node.value) for node in attributes}
        for node in attributes:
            chain = dotted(node)
            if chain and id(node) not in inner:
                first, rest = chain.split(".", 1)
                if first in self.aliases:
                    found.append((node.lineno, f"{self.aliases[first]}.{rest}"))
        return found


def running(tree):
    """The nodes of a syntax tree, without what only a type checker reads."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and dotted(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def dotted(node):
    """'a.b.c' for that expression, None for any other."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None


def read(path):
    """A Source from a Python file or a notebook (lines of magic left out)."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        text = re.sub(r"^(\s*)[%!].*$", r"\1pass", text, flags=re.MULTILINE)
    return parsed(path, text)


@cache
def parsed(path, text):
    """One Source for a text, so that it is parsed once, whoever asks."""
    return Source(path, text)


def project(root):
    """The table [project] of pyproject.toml; {} where there is none."""
    path = Path(root) / "pyproject.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return tomllib.loads(text).get("project", {})


def folder_files(root, folder):
    """The files that lie in a folder of dlcore, but its __init__, by name."""
    return [read(path) for path in sorted((root / "dlcore" / folder).glob("[!_]*.py"))]


def subrooms(root, room):
    """The folders of a room that have a reading order of their own, as "models/neurons"."""
    inits = sorted((root / "dlcore" / room).glob("*/__init__.py"))
    return [f"{room}/{init.parent.name}" for init in inits if stated(init, "READING_ORDER")]


def room_files(root, room):
    """The files of a room and of its sub-rooms."""
    folders = [room, *subrooms(root, room)]
    return [source for folder in folders for source in folder_files(root, folder)]


def package_files(root):
    """All files of dlcore but the __init__ ones."""
    return [source for room in ROOMS for source in room_files(root, room)]


def notebooks(root):
    """The chapters and their exercises."""
    return [read(path) for path in sorted((root / "chapters").rglob("*[0-9][0-9]_*.ipynb"))]


def reading_order(root, folder):
    """READING_ORDER as the __init__ of a room or sub-room states it, or None."""
    return stated(root / "dlcore" / folder / "__init__.py", "READING_ORDER")


def whole_order(root, room):
    """The files of a room in reading order, as "perceptron" or "neurons/perceptron"."""
    found = []
    for name in reading_order(root, room) or ():
        inside = reading_order(root, f"{room}/{name}")
        found += [name] if inside is None else [f"{name}/{file}" for file in inside]
    return found


def stated(init, name):
    """What an __init__ assigns to a name such as READING_ORDER, or None."""
    if not init.exists():
        return None
    for node in read(init).tree.body:
        if isinstance(node, ast.Assign) and dotted_target(node) == name:
            return ast.literal_eval(node.value)
    return None


def dotted_target(assignment):
    return getattr(assignment.targets[0], "id", None)


def defined_in(root, name):
    """The file of dlcore that defines a dotted name, following re-exports; None if none does."""
    folder, parts = root, name.split(".")
    while parts:
        here, parts = parts[0], parts[1:]
        if (folder / f"{here}.py").exists():
            return read(folder / f"{here}.py")
        if not (folder / here).is_dir():
            init = folder / "__init__.py"
            exported = read(init).aliases.get(here, "") if init.exists() else ""
            known = exported.startswith("dlcore.")
            return defined_in(root, ".".join([exported, *parts])) if known else None
        folder /= here
    return None
