"""The committed notebooks are whole: executed, with outputs, light, and readable everywhere."""

from pathlib import Path

import chapter_form
import nbformat
import notebook_form
import notebooks
import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("ch*.ipynb"))


def test_there_are_chapters():
    assert CHAPTERS


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem, scope="module")
def path(request):
    return request.param


@pytest.fixture(scope="module")
def chapter(path):
    """A chapter, read once for all rules, which change nothing in it."""
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("rule", notebook_form.RULES + chapter_form.RULES)
def test_rule_holds(rule, chapter):
    assert list(rule(chapter)) == [], rule.__doc__


def test_notebook_is_light(path):
    assert path.stat().st_size < 1_500_000


def test_notebook_is_normal(path):
    assert notebooks.abnormal(path) is None


def code(source, *outputs, tags=(), count: int | None = 1):
    cell = nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=count)
    cell.metadata["tags"] = list(tags)
    return cell


def out(kind="execute_result", **fields):
    data = {"data": {"text/plain": "1"}} if kind in ("execute_result", "display_data") else {}
    return nbformat.v4.new_output(kind, **data, **fields)


def complaints(rule, *cells):
    return "\n".join(rule(nbformat.v4.new_notebook(cells=list(cells))))


@pytest.mark.parametrize(
    "source",
    [
        "print(1)",
        "x = 1\nx",
        "claim('a', True)",
        "for n in (1, 2):\n    print(n)",
        "with no_grad():\n    claim('b', True)",
        "draw.lines(x, y, alt='a')",
    ],
)
def test_cell_without_its_output_is_caught(source):
    assert "no output" in complaints(notebook_form.outputs_are_there, code(source))
    assert complaints(notebook_form.outputs_are_there, code(source, out())) == ""


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "def f():\n    print(1)",
        "model.fit(x);",
        "",
        "# only a remark",
        "None",
        "f = print",
    ],
)
def test_cell_that_shows_nothing_needs_no_output(source):
    assert complaints(notebook_form.outputs_are_there, code(source)) == ""


def test_cells_out_of_order_are_caught():
    rule = notebook_form.cells_ran_in_order
    assert complaints(rule, code("a = 1", count=1), code("b = 1", count=2)) == ""
    assert "run number 3, expected 2" in complaints(rule, code("a = 1"), code("b = 1", count=3))
    assert "run number None" in complaints(rule, code("a = 1", count=None))


def test_errors_and_warnings_are_caught():
    rule = notebook_form.nothing_went_wrong
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    assert "ValueError" in complaints(rule, code("f()", error))
    assert "stderr" in complaints(rule, code("f()", out("stream", name="stderr", text="Warning")))
    assert complaints(rule, code("f()", out())) == ""


@pytest.mark.parametrize(
    "text",
    ["<Layer at 0x7f3a2b1c4d50>", "/home/me/book/x.py", "saved to /tmp/abc", "C:\\Users\\me"],
)
def test_output_that_names_this_machine_is_caught(text):
    rule = notebook_form.outputs_name_no_machine
    assert "machine" in complaints(rule, code("f()", out("stream", name="stdout", text=text)))
    fine = out("stream", name="stdout", text="dlcore/layers/linear.py, 3/4, 0x1f")
    assert complaints(rule, code("f()", fine)) == ""


def test_long_cell_is_caught():
    rule = notebook_form.cells_are_short
    assert complaints(rule, code("\n".join(["x = 1"] * 25))) == ""
    assert "26 lines" in complaints(rule, code("\n".join(["x = 1"] * 26)))


@pytest.mark.parametrize(
    "text",
    [
        ":::{note}\nHello\n:::",
        "```{exercise}\n```",
        "see {ref}`here`",
        "{cite:p}`a`",
        "(label)=\n# A",
    ],
)
def test_myst_is_caught(text):
    rule = notebook_form.markdown_is_plain
    assert "MyST" in complaints(rule, nbformat.v4.new_markdown_cell(text))


def test_plain_markdown_passes():
    text = "# A\n\n$x_{i}$ and `code`, a set {1, 2}\n\n```python\nf(x)\n```\n\n$$\n(a)=b\n$$"
    cell = nbformat.v4.new_markdown_cell(text)
    assert complaints(notebook_form.markdown_is_plain, cell) == ""


def test_only_timings_may_be_left_uncompared():
    rule = notebook_form.only_timings_are_ignored
    tags = ["nbval-ignore-output"]
    assert complaints(rule, code("start = time.perf_counter()", tags=tags)) == ""
    assert complaints(rule, code("%timeit f()\n# NBVAL_IGNORE_OUTPUT")) == ""
    assert "measures no time" in complaints(rule, code("f()", tags=tags))
    assert "measures no time" in complaints(rule, code("# NBVAL_IGNORE_OUTPUT\nf()"))
    assert "measures no time" in complaints(rule, code("# NBVAL_SKIP\nf()"))
    assert "measures no time" in complaints(rule, code("f()", tags=["raises-exception"]))


def test_bare_progress_bar_is_caught():
    rule = notebook_form.bars_come_from_dlcore
    assert "uses tqdm" in complaints(rule, code("from tqdm.auto import tqdm"))
    assert complaints(rule, code("from dlcore.training import progress")) == ""


def test_rules_are_all_tested():
    tested = Path(__file__).read_text()
    assert [rule.__name__ for rule in notebook_form.RULES if rule.__name__ not in tested] == []
