"""Each notebook alone, in an empty folder, with only what Colab has: its outputs come again.

Where this machine rounds otherwise than the one that made the outputs (book/tools/arithmetic.py),
numbers may differ, what a picture's description says of a trained net, and what a cell that is
tagged `sampled-text` prints: every claim has to hold, every other word and line to come again.
"""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
from arithmetic import arithmetic
from normal_form import ROUNDING
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = [*sorted((ROOT / "chapters").glob("ch*.ipynb")),
             *sorted((ROOT / "chapters" / "exercises").glob("ex*.ipynb"))]  # fmt: skip
COLAB = ("torch", "numpy", "matplotlib", "ipywidgets", "scikit-learn", "tqdm", "ipykernel", "pip")
PROJECT = ("dlcore", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT")
ADDRESS = re.compile(r'book = "https://github\.com/[\w.-]+/[\w.-]+@v(.+)"')
NBVAL = (
    "-p nbval.plugin -p no:cacheprovider --nbval-kernel-name=colab --nbval-cell-timeout=300 "
    f"-q --color=no --tb=short -c {os.devnull}"
).split()
# jsonschema builds a grammar of international addresses if it finds this package: two seconds.
PYTEST = "import sys; sys.modules['rfc3987_syntax'] = None; import pytest; sys.exit(pytest.main())"
SAMPLED = "sampled-text"
SANITIZE = ROOT / "tests" / "nbval_sanitize.cfg"
ELSEWHERE = ROOT / "tests" / "nbval_elsewhere.cfg"
STRUCTURED = """# nbval looks at texts alone: a claim's record becomes one
import json

from nbval.plugin import IPyNbCell

plain = IPyNbCell.sanitize


def text_of(said):
    return said if isinstance(said, str) else json.dumps(said, sort_keys=True, ensure_ascii=False)


IPyNbCell.sanitize = lambda cell, said: plain(cell, text_of(said))
"""
WHERE = """from importlib import metadata, util
print(util.find_spec("dlcore").origin, metadata.version("dlcore"))"""


def with_dependencies(names):
    """The names of these installed packages and of all that they need."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            wanted = map(Requirement, importlib.metadata.requires(name) or ())
            here = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
            waiting += [requirement.name for requirement in here]
    return found


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A folder with links to what Colab has, taken from this environment, and nothing else."""
    folder = tmp_path_factory.mktemp("packages")
    for name in with_dependencies(COLAB):
        for file in importlib.metadata.files(name) or ():
            top = file.parts[0]
            wanted = top not in ("..", "__pycache__") and not top.endswith(".pth")
            if wanted and not (folder / top).exists():
                whole = Path(str(file.locate())).parents[len(file.parts) - 1] / top
                (folder / top).symlink_to(whole)
    return folder


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The package as pip would install it from the repository."""
    copy, out = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("wheel")
    for name in PROJECT:
        copier = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copier(ROOT / name, copy / name)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "-w", str(out), str(copy)], check=True)
    (built,) = out.glob("dlcore-*.whl")
    return built


def environment(home, packages):
    """The Python of a new environment that has Colab's packages, and a kernel for it beside."""
    venv.create(home, symlinks=True)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "colab.pth").write_text(f"{packages}\n")
    python, spec = home / "bin" / "python", home / "kernels" / "colab" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Colab", "language": "python"}))
    return python


@pytest.fixture
def python(packages, tmp_path):
    """Colab's Python, untouched."""
    return environment(tmp_path / "environment", packages)


@pytest.fixture(scope="session")
def colab(packages, tmp_path_factory):
    """Colab's Python for all notebooks of a worker: the first one's set-up cell installs dlcore."""
    return environment(tmp_path_factory.mktemp("colab") / "environment", packages)


def variables(**more):
    """This process's variables without those through which the repository could be found."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "JUPYTER_PATH")
    kept = {key: value for key, value in os.environ.items() if key not in hidden}
    quiet = {"PYTHONNOUSERSITE": "1", "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    return {**kept, **quiet, **more}


def call(command, folder, **more):
    """Run a command in a folder and keep what it says."""
    return subprocess.run(
        command, env=variables(**more), cwd=folder, capture_output=True, text=True, check=False
    )


def rules_for(path):
    """The file that says what is not compared: numbers, where this machine rounds otherwise.

    There a cell tagged `sampled-text` is not compared at all: one draw that falls on the other
    side of a rounded probability changes all that a net writes after it.
    """
    notebook = nbformat.read(path, as_version=4)
    if notebook.metadata.get(ROUNDING) == arithmetic():
        return SANITIZE
    for cell in notebook.cells:
        if SAMPLED in cell.metadata.get("tags", ()):
            cell.metadata.tags.append("nbval-ignore-output")
    nbformat.write(notebook, path)
    (path.parent / "conftest.py").write_text(STRUCTURED)
    both = path.with_suffix(".cfg")
    both.write_text(SANITIZE.read_text() + "\n" + ELSEWHERE.read_text())
    return both


def validate(path, python):
    """Run the notebook with that Python's kernel; each cell must say what is stored.

    Where nothing is stored, as in the exercises, no cell may fail.
    """
    rules = rules_for(path)
    kind = "--nbval" if path.stem.startswith("ch") else "--nbval-lax"
    command = [sys.executable, "-c", PYTEST, kind, *NBVAL, f"--rootdir={path.parent}", path]
    command += ["--nbval-sanitize-with", rules]
    alone = {"JUPYTER_PATH": str(python.parents[1]), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return call(command, path.parent, **alone)


def copy_with(notebook, wheel, path):
    """Write the notebook as it is, but that its set-up cell installs this wheel; the version."""
    (setup,) = [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", ())]
    version = ADDRESS.search(setup.source)[1]
    setup.source = setup.source.replace("git+{book}", wheel.as_uri())
    setup.metadata.tags.append("nbval-ignore-output")  # what pip says
    path.parent.mkdir()
    nbformat.write(notebook, path)
    return version


def test_the_environment_has_what_colab_has_and_no_more(python, tmp_path):
    names = "torch, numpy, matplotlib, ipywidgets, sklearn, tqdm, ipykernel, pip"
    done = call([python, "-c", f"import {names}"], tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("dlcore", "pooch", "safetensors", "transformers", "pytest", "nbval"):
        done = call([python, "-c", f"import {name}"], tmp_path)
        assert f"No module named '{name}'" in done.stderr


def test_wheel_says_that_it_is_typed(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "dlcore/py.typed" in names
    assert not any(name.startswith("tests") for name in names)


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_alone_and_says_the_same(path, colab, wheel, tmp_path):
    alone = tmp_path / "empty" / path.name
    version = copy_with(nbformat.read(path, as_version=4), wheel, alone)
    done = validate(alone, colab)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    place, installed = call([colab, "-c", WHERE], tmp_path).stdout.split()
    assert place.startswith(str(colab.parents[1]))
    assert installed == version


CELLS = [("print(1 + 1)", "2\n"), ("print(1 + 2)", "2\n"), ("print(3)", ""), ("4", ""),
         ("import dlcore", ""), ("pass", "")]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changed"), [("ch99_a.ipynb", {"1", "2", "3", "4"}), ("ex99_a.ipynb", {"4"})]
)
def test_a_change_is_noticed(name, changed, python, tmp_path):
    notebook = nbformat.v4.new_notebook()
    for source, text in CELLS:
        printed = [nbformat.v4.new_output("stream", name="stdout", text=text)] if text else []
        cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=printed)
        notebook.cells.append(cell)
    notebook.metadata[ROUNDING] = arithmetic()
    nbformat.write(notebook, tmp_path / name)
    done = validate(tmp_path / name, python)
    assert set(re.findall(r"FAILED \S+::Cell (\d)", done.stdout)) == changed, done.stdout
    assert done.returncode == 1
    assert "No module named 'dlcore'" in done.stdout


ROUNDED = [
    ("print('reaches', 94.7, '%')", "reaches 95.1 %\n"),
    ("print('is at', 94)", "reaches 94\n"),
    ("print(-0.5, 12)", "0.25   7\n"),
    ("print('%d,%d' % (1, 2))", "1\n2\n"),
]


RECORDED = """from IPython.display import display
record = {"application/vnd.dlcore.claim+json": {"a": "claim", "b": "95 %"}, "text/plain": "''"}
display(record, raw=True)"""


@pytest.mark.parametrize(("where", "failing"), [("here", "123456"), ("elsewhere", "24")])
def test_elsewhere_only_numbers_may_differ(where, failing, python, tmp_path):
    notebook = nbformat.v4.new_notebook()
    for source, text in ROUNDED:
        printed = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        notebook.cells.append(nbformat.v4.new_code_cell(source, execution_count=1, outputs=printed))
    record = {"application/vnd.dlcore.claim+json": {"b": "94 %", "a": "claim"}, "text/plain": "''"}
    shown = nbformat.v4.new_output("display_data", data=record)
    notebook.cells.append(nbformat.v4.new_code_cell(RECORDED, execution_count=1, outputs=[shown]))
    wrote = [nbformat.v4.new_output("stream", name="stdout", text="so the bell is with lea\n")]
    cell = nbformat.v4.new_code_cell("print('so it is')", execution_count=1, outputs=wrote)
    cell.metadata["tags"] = [SAMPLED]
    notebook.cells.append(cell)
    notebook.metadata[ROUNDING] = arithmetic() if where == "here" else "elsewhere"
    nbformat.write(notebook, tmp_path / "ch99_a.ipynb")
    said = validate(tmp_path / "ch99_a.ipynb", python).stdout
    failed = re.findall(r"FAILED \S+::Cell (\d)", said)
    assert sorted(failed) == [str(int(n) - 1) for n in failing], said
