"""The laws of the package's architecture; each lists what breaks it in a project's folder."""

import ast
import re
import sys

from package import (
    ROOMS,
    Source,
    defined_in,
    folder_files,
    notebooks,
    package_files,
    read,
    room_files,
    stated,
    subrooms,
    whole_order,
)

MAY_IMPORT = {
    "autodiff": (),
    "layers": ("autodiff",),
    "models": ("layers", "autodiff"),
    "training": ("layers", "autodiff"),
    "methods": ("models", "training", "layers", "autodiff"),
    "data": (),
    "study": ("methods", "models", "training", "layers", "autodiff", "data"),
    "grade": ("study", "methods", "models", "training", "layers", "autodiff", "data"),
}
LIBRARIES = {
    "autodiff": {"torch"},
    "layers": {"torch"},
    "models": {"torch"},
    "training": {"torch", "numpy", "safetensors", "tqdm"},
    "methods": {"torch", "numpy", "scipy", "onnx", "einops"},
    "data": {"torch", "numpy", "sklearn", "pooch", "requests", "tqdm"},
    "study": {"torch", "numpy", "matplotlib", "cycler", "PIL", "ipywidgets", "IPython"},
}
BUILT_IN_CHAPTERS = ("models", "methods")
FREE_ROOMS = ("data", "study", "grade")
ORACLES = ("torch.nn", "torch.autograd", "torch.optim", "torch.func")
BANNED_NAMES = {"util", "utils", "helper", "helpers", "misc", "common"}
LONGEST_FILE = 300
LARGEST_FOLDER = 40
LONGEST_FUNCTION = 40
ANNOTATED_ROOMS = ("autodiff", "study", "grade")
PYTHON_FOLDERS = ("dlcore", "tests", "book/tools")


def rooms_import_downwards(root):
    """A room imports only the rooms and libraries that stand in its row of the tables."""
    for source in package_files(root):
        room = source.room
        for line, name in source.imports:
            library, *rest = name.split(".")
            target = rest[0] if rest else "itself, whole"
            if library == "dlcore":
                allowed = target == room or target in MAY_IMPORT[room]
            else:
                allowed = library in sys.stdlib_module_names | LIBRARIES.get(room, {library})
            if not allowed:
                yield f"{source.path.relative_to(root)}:{line}: {room}/ may not import {name}"


def files_import_earlier_ones(root):
    """In a room a file imports only those that stand before it in READING_ORDER, which has all."""
    for room in ROOMS:
        files = {"/".join(source.place[1:]): source for source in room_files(root, room)}
        order = whole_order(root, room)
        if sorted(order) != sorted(files):
            odd = sorted(set(order) ^ set(files)) or "a name twice"
            yield f"dlcore/{room}/__init__.py: READING_ORDER and the files differ in {odd}"
            continue
        for name, source in files.items():
            earlier = order[: order.index(name)]
            for line, imported in source.imports:
                inside = "/".join(imported.split(".")[2:])
                own = imported.split(".")[:2] == ["dlcore", room]
                if own and not any(f"{inside}/".startswith(f"{file}/") for file in earlier):
                    place = f"{source.path.relative_to(root)}:{line}"
                    yield f"{place}: {imported} is no file that stands earlier in READING_ORDER"


def folders_hold_their_chapters(root):
    """A file's chapter is one of its folder's CHAPTERS, where the folder states them."""
    for folder in (name for room in ROOMS for name in subrooms(root, room)):
        chapters = stated(root / "dlcore" / folder / "__init__.py", "CHAPTERS")
        for source in folder_files(root, folder):
            if chapters and source.chapter not in chapters:
                place = source.path.relative_to(root)
                yield f"{place}: chapter {source.chapter} is none of {folder}'s {chapters}"


def tables_of_contents_are_whole(root):
    """Where an __init__ states __all__, this has every name that it takes from files of dlcore."""
    for init in sorted((root / "dlcore").rglob("__init__.py")):
        if (listed := stated(init, "__all__")) is None:
            continue
        top = [node for node in read(init).tree.body if isinstance(node, ast.ImportFrom)]
        taken = {alias.asname or alias.name for node in top for alias in node.names
                 if (node.module or "").startswith("dlcore.")}  # fmt: skip
        files = {path.stem for path in (root / "dlcore").rglob("*") if path.name[0] not in "_."}
        odd = sorted(taken - set(listed) - files)
        if odd or len(set(listed)) < len(listed):
            yield f"{init.relative_to(root)}: __all__ and the imports differ in {odd or listed}"


def folders_are_small(root):
    """No folder holds more than 40 files."""
    for base in PYTHON_FOLDERS:
        for folder in sorted({path.parent for path in (root / base).rglob("*.py")}):
            if (count := len(list(folder.glob("*.py")))) > LARGEST_FOLDER:
                yield f"{folder.relative_to(root)}: {count} files, {LARGEST_FOLDER} are allowed"


def files_and_functions_are_short(root):
    """No file is longer than 300 lines, no function longer than 40."""
    for source in python_files(root):
        place = source.path.relative_to(root)
        if (lines := len(source.text.splitlines())) > LONGEST_FILE:
            yield f"{place}: {lines} lines, {LONGEST_FILE} are allowed"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    place_of = f"{place}:{node.lineno}: {node.name}"
                    yield f"{place_of} has {lines} lines, {LONGEST_FUNCTION} are allowed"


def files_have_twin_tests(root):
    """dlcore/room/name.py is tested by tests/room/test_name.py, and so in sub-rooms."""
    for source in package_files(root):
        twin = root.joinpath("tests", *source.place[:-1], f"test_{source.name}.py")
        if not twin.exists():
            yield f"{source.path.relative_to(root)} has no {twin.relative_to(root)}"


def matplotlib_stays_in_draw(root):
    """Only study/draw*.py knows matplotlib; chapters draw through it."""
    for source in package_files(root) + notebooks(root):
        in_draw = "study" in source.path.parts and source.name.startswith("draw")
        for line, name in source.imports:
            if name.split(".")[0] in ("matplotlib", "pylab") and not in_draw:
                yield f"{source.path.relative_to(root)}:{line}: {name}; figures live in study/draw"


def torch_is_an_array_library(root):
    """No torch.nn, autograd, optim or func, and no torch tensor that asks for gradients."""
    for source in package_files(root):
        if source.room == "grade" or source.place == ("autodiff", "bridge"):
            continue
        place = source.path.relative_to(root)
        for line, name in source.uses:
            if any(f"{name}.".startswith(f"{oracle}.") for oracle in ORACLES):
                yield f"{place}:{line}: {name}; the package is written by hand"
        for line in gradient_requests(source):
            yield f"{place}:{line}: a torch tensor that requires a gradient"


def gradient_requests(source):
    """Lines that ask torch to record: requires_grad_(), or requires_grad= in a call of torch's."""
    torch_names = {name for line, name in source.uses if name.startswith("torch.")}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        function = ast.unparse(node.func)
        first, *rest = function.split(".")
        full = ".".join([source.aliases.get(first, first), *rest])
        asks = any(keyword.arg == "requires_grad" for keyword in node.keywords)
        if function.endswith(".requires_grad_") or (asks and full in torch_names):
            yield node.lineno


def names_say_what_is_inside(root):
    """Nothing is called utils, helpers, misc or common."""
    for folder in PYTHON_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            words = re.split(r"[_.]", path.stem)
            if "__pycache__" not in path.parts and BANNED_NAMES & set(words):
                yield f"{path.relative_to(root)}: name it after what is inside"


def files_say_where_they_belong(root):
    """Every file opens with a docstring; a model's or method's names the chapter that builds it."""
    for source in package_files(root):
        place = source.path.relative_to(root)
        if not source.headline:
            yield f"{place}: no docstring"
        elif source.room in BUILT_IN_CHAPTERS and source.chapter is None:
            yield f'{place}: its docstring\'s first sentence lacks "(chapter N)"'


def chapters_look_back(root):
    """A chapter uses what its own and earlier chapters built; data, study and grade are free."""
    for source in notebooks(root):
        number = int(re.findall(r"\d\d", source.name)[0])
        for name in sorted({name for line, name in source.uses if name.startswith("dlcore.")}):
            found = defined_in(root, name)
            if found is None or found.room in FREE_ROOMS:
                continue
            if (found.chapter or 0) > number:
                place = source.path.relative_to(root)
                yield f"{place}: {name} is built in chapter {found.chapter}"


def functions_say_their_types(root):
    """In ANNOTATED_ROOMS each function has the type of every argument and of what it returns."""
    for room in ANNOTATED_ROOMS:
        for source in room_files(root, room):
            for node in ast.walk(source.tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    place = f"{source.path.relative_to(root)}:{node.lineno}: {node.name}"
                    yield from (f"{place} has no type for {what}" for what in untyped(node))


def untyped(function):
    """What of a function has no annotation; self, cls and the result of __init__ need none, and
    neither does a Function's forward or backward: it stands as torch's manual and the book show it.
    """
    given = function.args
    if given.args and given.args[0].arg == "ctx":
        return
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    for argument in filter(None, arguments):
        if argument.annotation is None and argument.arg not in ("self", "cls"):
            yield argument.arg
    if function.returns is None and function.name != "__init__":
        yield "its result"


def python_files(root):
    """All Python files of the project, none of them kept: one law alone asks for so many."""
    for folder in PYTHON_FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            yield Source(path, path.read_text(encoding="utf-8"))


LAWS = (
    rooms_import_downwards,
    files_import_earlier_ones,
    folders_hold_their_chapters,
    tables_of_contents_are_whole,
    folders_are_small,
    files_and_functions_are_short,
    files_have_twin_tests,
    matplotlib_stays_in_draw,
    torch_is_an_array_library,
    names_say_what_is_inside,
    files_say_where_they_belong,
    chapters_look_back,
    functions_say_their_types,
)
