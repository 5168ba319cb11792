"""The laws of the architecture hold here, and each law catches what it forbids."""

from pathlib import Path

import laws
import nbformat
import pytest
from history import table
from package import Source, defined_in, read

ROOT = Path(__file__).resolve().parents[1]
MODEL = '"""1958, Rosenblatt: a machine that learns (chapter 2)."""\n'


@pytest.mark.parametrize("law", laws.LAWS)
def test_law_holds(law):
    assert list(law(ROOT)) == [], law.__doc__


@pytest.fixture
def project(tmp_path):
    """A small project that keeps every law, and a way to write one more file into it."""

    def write(path, text="", test=True):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if path.startswith("dlcore/") and file.stem != "__init__" and test:
            write(f"tests/{Path(path).relative_to('dlcore').parent}/test_{file.stem}.py")
        return tmp_path

    write("dlcore/__init__.py", "from dlcore.models import Perceptron\n")
    write("dlcore/autodiff/__init__.py", 'READING_ORDER = ("tensor", "ops")\n')
    write("dlcore/autodiff/tensor.py", '"""1970, Linnainmaa (chapter 3)."""\nimport torch\n')
    text = '"""1970, Linnainmaa (chapter 3)."""\nfrom dlcore.autodiff.tensor import Tensor\n'
    write("dlcore/autodiff/ops.py", text)
    text = 'from dlcore.models.perceptron import Perceptron\nREADING_ORDER = ("perceptron",)\n'
    write("dlcore/models/__init__.py", text)
    write("dlcore/models/perceptron.py", MODEL + "class Perceptron: ...\n")
    return write


def broken(law, root):
    return "\n".join(law(root))


def chapter(*sources):
    return nbformat.writes(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    )


@pytest.mark.parametrize("law", laws.LAWS)
def test_small_project_keeps_every_law(law, project):
    assert broken(law, project("chapters/ch02_a.ipynb", chapter("import dlcore"))) == ""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from dlcore.models import Perceptron", "dlcore.models.Perceptron"),
        ("import dlcore.study.draw", "dlcore.study.draw"),
        ("from ..models import perceptron", "dlcore.models.perceptron"),
        ("import dlcore", "dlcore"),
        ("def f():\n    import numpy", "numpy"),
    ],
)
def test_import_upwards_is_caught(project, line, name):
    root = project("dlcore/autodiff/tensor.py", f'"""A (chapter 3)."""\n{line}\n')
    assert f"autodiff/ may not import {name}" in broken(laws.rooms_import_downwards, root)


@pytest.mark.parametrize(
    ("test", "caught"),
    [("TYPE_CHECKING", False), ("typing.TYPE_CHECKING", True), ("TYPE_CHECKING or True", True)],
)
def test_what_only_the_type_checker_reads_is_no_import(project, test, caught):
    text = f'"""A (chapter 3)."""\nif {test}:\n    from dlcore.autodiff.ops import Add\n'
    root = project("dlcore/autodiff/tensor.py", text)
    assert bool(broken(laws.files_import_earlier_ones, root)) == caught
    root = project("dlcore/autodiff/tensor.py", text + "else:\n    import numpy\n")
    assert "may not import numpy" in broken(laws.rooms_import_downwards, root)


def test_import_of_a_later_file_is_caught(project):
    root = project("dlcore/autodiff/tensor.py", "from dlcore.autodiff import ops\n")
    found = broken(laws.files_import_earlier_ones, root)
    assert "dlcore/autodiff/tensor.py:1: dlcore.autodiff.ops is no file that stands" in found


@pytest.mark.parametrize("order", ["()", '("perceptron", "mlp")', '("perceptron", "perceptron")'])
def test_reading_order_must_name_every_file_once(project, order):
    root = project("dlcore/models/__init__.py", f"READING_ORDER = {order}\n")
    assert "READING_ORDER and the files differ" in broken(laws.files_import_earlier_ones, root)


@pytest.fixture
def families(project):
    """The small project with models in folders for stated chapters."""
    project("dlcore/models/__init__.py", 'READING_ORDER = ("perceptron", "backprop", "vision")\n')
    project("dlcore/models/backprop/__init__.py", 'CHAPTERS = (3,)\nREADING_ORDER = ("mlp",)\n')
    project("dlcore/models/vision/__init__.py", 'READING_ORDER = ("vit",)\n')
    project("dlcore/models/vision/vit.py", '"""2020 (chapter 19)."""\n')
    project("dlcore/models/backprop/mlp.py", '"""1986 (chapter 3)."""\n')
    return project


@pytest.mark.parametrize("law", laws.LAWS)
def test_folders_in_a_room_keep_every_law(law, families):
    text = '"""A (chapter 19)."""\nfrom dlcore.models.backprop.mlp import MLP\n'
    assert broken(law, families("dlcore/models/vision/vit.py", text)) == ""


def test_import_of_a_later_folder_is_caught(families):
    line = "from dlcore.models.vision.vit import ViT\n"
    root = families("dlcore/models/backprop/mlp.py", f'"""A (chapter 3)."""\n{line}')
    found = broken(laws.files_import_earlier_ones, root)
    assert "mlp.py:2: dlcore.models.vision.vit.ViT is no file that stands earlier" in found


def test_file_of_another_chapter_is_caught(families):
    root = families("dlcore/models/backprop/mlp.py", '"""A (chapter 4)."""\n')
    found = broken(laws.folders_hold_their_chapters, root)
    assert found == "dlcore/models/backprop/mlp.py: chapter 4 is none of models/backprop's (3,)"


def test_twin_stands_in_the_same_folder(families):
    root = families("dlcore/models/vision/cnn.py", '"""A (chapter 6)."""\n', test=False)
    found = broken(laws.files_have_twin_tests, root)
    assert found == "dlcore/models/vision/cnn.py has no tests/models/vision/test_cnn.py"


@pytest.mark.parametrize(
    ("listed", "odd"),
    [('["Perceptron"]', ""), ("[]", "['Perceptron']")],
)
def test_name_that_is_not_listed_is_caught(project, listed, odd):
    text = f"from dlcore.models import Perceptron\n__all__ = {listed}\n"
    found = broken(laws.tables_of_contents_are_whole, project("dlcore/__init__.py", text))
    expected = f"dlcore/__init__.py: __all__ and the imports differ in {odd}"
    assert found == (expected if odd else "")


def test_large_folder_is_caught(project):
    for number in range(41):
        root = project(f"tests/many/test_{number}.py")
    assert broken(laws.folders_are_small, root) == "tests/many: 41 files, 40 are allowed"


def test_long_file_is_caught(project):
    root = project("tests/test_long.py", "\n" * 301)
    assert "tests/test_long.py: 301 lines" in broken(laws.files_and_functions_are_short, root)


def test_long_function_is_caught(project):
    root = project("book/tools/long.py", "def f():\n" + "    x = 1\n" * 40)
    found = broken(laws.files_and_functions_are_short, root)
    assert "book/tools/long.py:1: f has 41 lines" in found


def test_missing_twin_is_caught(project):
    root = project("dlcore/models/mlp.py", MODEL, test=False)
    found = broken(laws.files_have_twin_tests, root)
    assert found == "dlcore/models/mlp.py has no tests/models/test_mlp.py"


def test_matplotlib_outside_draw_is_caught(project):
    root = project("dlcore/study/draw_ch01.py", "import matplotlib\n")
    assert broken(laws.matplotlib_stays_in_draw, root) == ""
    root = project("dlcore/study/claim.py", "from matplotlib import pyplot\n")
    assert "dlcore/study/claim.py:1: matplotlib.pyplot" in broken(
        laws.matplotlib_stays_in_draw, root
    )


def test_matplotlib_in_a_chapter_is_caught(project):
    root = project("chapters/ch01_a.ipynb", chapter("%pip list", "import matplotlib.pyplot as plt"))
    assert "chapters/ch01_a.ipynb:2" in broken(laws.matplotlib_stays_in_draw, root)


@pytest.mark.parametrize(
    "code",
    [
        "import torch.nn as nn",
        "from torch import nn",
        "from torch.nn.functional import relu",
        "import torch\ny = torch.optim.SGD",
        "import torch as t\nt.autograd.grad(1, 2)",
        "import torch\nx = torch.ones(2, requires_grad=True)",
        "from torch import zeros\nx = zeros(2, requires_grad=True)",
        "def f(x):\n    return x.requires_grad_()",
    ],
)
def test_torch_beyond_arrays_is_caught(project, code):
    root = project("dlcore/models/perceptron.py", MODEL + code + "\n")
    assert "dlcore/models/perceptron.py:" in broken(laws.torch_is_an_array_library, root)
    root = project("dlcore/models/perceptron.py", MODEL)
    root = project("dlcore/grade/check.py", code + "\n")
    root = project("dlcore/autodiff/bridge.py", code + "\n")
    assert broken(laws.torch_is_an_array_library, root) == ""


def test_own_tensor_may_require_gradients(project):
    code = "from dlcore.autodiff import Tensor\nx = Tensor(1, requires_grad=True)\n"
    root = project("dlcore/models/perceptron.py", MODEL + code)
    assert broken(laws.torch_is_an_array_library, root) == ""


@pytest.mark.parametrize("path", ["dlcore/utils.py", "tests/common/a.py", "book/tools/js_misc.py"])
def test_names_that_say_nothing_are_caught(project, path):
    assert "name it after what is inside" in broken(laws.names_say_what_is_inside, project(path))


@pytest.mark.parametrize(
    ("text", "complaint"), [("x = 1\n", "no docstring"), ('"""1958."""\n', 'lacks "(chapter N)"')]
)
def test_file_without_a_place_is_caught(project, text, complaint):
    root = project("dlcore/models/perceptron.py", text)
    assert complaint in broken(laws.files_say_where_they_belong, root)


@pytest.mark.parametrize(
    "code",
    [
        "from dlcore.models.perceptron import Perceptron",
        "from dlcore.models import Perceptron as P",
        "from dlcore import Perceptron",
        "import dlcore\ndlcore.Perceptron()",
        "import dlcore.models as m\nm.Perceptron()",
        "from dlcore import models\nmodels.perceptron.Perceptron()",
    ],
)
def test_chapter_that_looks_ahead_is_caught(project, code):
    root = project("chapters/ch01_early.ipynb", chapter(code))
    assert "is built in chapter 2" in broken(laws.chapters_look_back, root)
    root = project("chapters/ch01_early.ipynb", chapter("1"))
    root = project("chapters/ch02_now.ipynb", chapter(code))
    root = project("chapters/exercises/ex03_later.ipynb", chapter(code))
    assert broken(laws.chapters_look_back, root) == ""


@pytest.mark.parametrize(
    ("function", "lacking"),
    [
        ("def f(x: int, *, y: int = 1) -> int: ...", []),
        ("class A:\n    def __init__(self, x: int): ...", []),
        ("class A:\n    @classmethod\n    def f(cls) -> None: ...", []),
        ("f = lambda x: x", []),
        ("class F:\n    def forward(ctx, x): ...", []),
        ("def f(x, /, y, *z, v=1, **w) -> int: ...", ["x", "y", "v", "z", "w"]),
        ("def f(): ...", ["its result"]),
        ("async def f(): ...", ["its result"]),
        ("class A:\n    def __init__(self, x): ...", ["x"]),
        ("def f() -> None:\n    def g(x) -> None: ...", ["x"]),
    ],
)
def test_function_without_types_is_caught(project, function, lacking):
    for room in laws.ANNOTATED_ROOMS:
        root = project(f"dlcore/{room}/page.py", f'"""A page."""\n{function}\n')
        found = broken(laws.functions_say_their_types, root).splitlines()
        assert [line.partition(" has no type for ")[2] for line in found] == lacking
        assert all(line.startswith(f"dlcore/{room}/page.py:") for line in found)
        root = project(f"dlcore/{room}/page.py", '"""A page."""\n')
    root = project("dlcore/models/perceptron.py", f"{MODEL}{function}\n")
    assert broken(laws.functions_say_their_types, root) == ""


def test_name_is_followed_to_the_file_that_defines_it(project):
    root = project("dlcore/data/__init__.py", "from dlcore.data.digits import digits\n")
    project("dlcore/data/digits.py", '"""Digits."""\n')
    for name in ("dlcore.data.digits", "dlcore.data.digits.Split"):
        assert defined_in(root, name) == read(root / "dlcore/data/digits.py")
    assert defined_in(root, "dlcore.__version__") is None


def test_headline_gives_year_and_chapter():
    source = Source(Path("a.py"), '"""1949, Hebb: a rule\n(chapter 1).\n\nMore (chapter 7)."""')
    assert (source.year, source.chapter) == ("1949", 1)
    assert Source(Path("a.py"), '"""A loop."""').chapter is None


def test_history_lists_the_package_in_reading_order(project):
    lines = table(project("README.md")).splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["1970", "autodiff/tensor.py", "2", "3"],
        ["1970", "autodiff/ops.py", "2", "3"],
        ["1958", "models/perceptron.py", "2", "2"],
    ]
    assert lines[-1].split() == ["3", "files", "6"]
