"""The learner's notebooks ask the book's tasks, run untouched for 0 points and solved for all."""

import ast
import copy
import inspect
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import notebook_form
import notebooks
import pytest
import torch
from nbclient import NotebookClient

from dlcore.grade.registry import book_tasks
from dlcore.grade.rehearsal import solutions

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = sorted((ROOT / "chapters" / "exercises").glob("*.ipynb"))
RULES = (
    notebook_form.cells_are_short,
    notebook_form.markdown_is_plain,
    notebook_form.only_timings_are_ignored,
)


@pytest.fixture(params=EXERCISES, ids=lambda path: path.stem, scope="module")
def path(request):
    return request.param


@pytest.fixture(scope="module")
def read(path):
    """The notebook, read once; what changes it has its own in `book`."""
    return nbformat.read(path, as_version=4)


@pytest.fixture
def book(read):
    return copy.deepcopy(read)


def chapter(path):
    return int(re.fullmatch(r"ex(\d\d)_\w+", path.stem)[1])


def tasks(path):
    return [task for task in book_tasks().values() if task.chapter == chapter(path)]


@cache
def reference(number):
    """The function that solves every task of a chapter, by the task's number."""
    return solutions(ROOT / f"tests/grade/solutions/ch{number:02d}")[0]


def test_each_chapter_with_tasks_has_its_notebook():
    assert [chapter(path) for path in EXERCISES] == sorted(
        {t.chapter for t in book_tasks().values()}
    )


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds(rule, book):
    assert list(rule(book)) == [], rule.__doc__


def test_notebook_is_normal_and_not_run(path, book):
    assert notebooks.abnormal(path) is None
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.execution_count is None and not cell.outputs for cell in code)


def test_tasks_stand_in_the_notebook_as_they_are_defined(path, book):
    texts = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    headings = [text for text in texts if re.match(r"## \d", text)]
    assert headings == [
        f"## {task.id} {task.title} ({task.points}\N{NO-BREAK SPACE}points)\n\n"
        + task.statement.strip()
        for task in tasks(path)
    ]
    assert f"{sum(task.points for task in tasks(path))} points in all" in texts[0]


def test_every_stub_raises_its_number_first_and_is_checked(path, book):
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert code[-1] == "progress()"
    for task, stub, check in zip(tasks(path), code[1:-1:2], code[2:-1:2], strict=True):
        function = ast.parse(stub).body[-1]
        assert isinstance(function, ast.FunctionDef)
        assert function.name == task.function
        first = function.body[ast.get_docstring(function) is not None]
        assert ast.unparse(first) == f"raise NotImplementedError('exercise {task.id}')"
        assert check == f'check("{task.id}", {task.function})'


def test_stub_takes_what_the_solution_takes(path, book):
    for cell in book.cells:
        if cell.cell_type == "code" and "raise NotImplementedError" in cell.source:
            stub = ast.parse(cell.source).body[-1]
            task = next(task for task in tasks(path) if task.function == stub.name)
            solution = inspect.signature(reference(task.chapter)[task.id])
            assert [argument.arg for argument in stub.args.args] == [*solution.parameters]


def test_chapter_and_exercises_are_linked_and_in_the_book(path, book):
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    [home] = (ROOT / "chapters").glob(f"ch{chapter(path):02d}_*.ipynb")
    assert f"chapters/exercises/{path.stem}\n" in contents
    assert f"](exercises/{path.name})" in home.read_text(encoding="utf-8")
    assert f"](../{home.name})" in book.cells[0].source


def shown(outputs):
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in outputs)


def solved(cell, path):
    """A cell as a learner leaves it who knows the answers."""
    for task in tasks(path):
        if f"def {task.function}(" in cell.source:
            cell.source = inspect.getsource(reference(task.chapter)[task.id])


@pytest.mark.slow
def test_untouched_it_gives_no_points_and_solved_all(path, book, tmp_path):
    client = NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    top = sum(task.points for task in tasks(path))
    with client.setup_kernel():
        for points, mark in ((0, "○"), (top, "✓")):
            for index, cell in enumerate(book.cells):
                if points and cell.cell_type == "code":
                    solved(cell, path)
                client.execute_cell(cell, index)
            checks = [shown(c.outputs) for c in book.cells if c.source.startswith("check(")]
            assert [text[0] for text in checks] == [mark] * len(tasks(path))
            assert f"chapter {chapter(path)}: {points} of {top}" in shown(book.cells[-1].outputs)


def test_the_explanations_of_the_predictions_are_true():
    random = torch.Generator().manual_seed(0)
    patterns = 2.0 * torch.randint(0, 2, (138, 1000), generator=random) - 1
    _, share = reference(1)["1.8"](patterns)
    assert 0 < share < 0.01

    x = torch.randint(-9, 10, (30, 2), generator=random).double()
    x = x[(x @ torch.tensor([1.0, 2.0]).double()).abs() > 1]
    t = (x @ torch.tensor([1.0, 2.0]).double()).sign()
    _, before, after, _ = reference(2)["2.7"](x, t, 10)
    assert before == after > 1

    x, t, w = (torch.randn(shape, generator=random) for shape in ((8, 3), (8,), (3,)))
    _, distance, at_half = reference(3)["3.7"](x.double(), t.double(), w.double(), 0.01)
    assert 3.9 < distance / at_half < 4.1

    x, pieces = torch.linspace(-10, 10, 2001).double(), {}
    for sizes in ((1, 24), (1, 8, 8, 8)):
        nets = [random_net(sizes, random) for _ in range(60)]
        pieces[sizes] = sum(reference(4)["4.8"](*net, x)[1] for net in nets) / len(nets)
    assert 0.75 < pieces[1, 8, 8, 8] / pieces[1, 24] < 1.25

    W, g = torch.tensor([[0.9, 3.0], [0.0, 0.9]]).double(), torch.ones(2).double()
    _, top, lag = reference(5)["5.3"](W, g, 100)
    assert 8 < top / g.norm() < 9
    assert lag == 9
    symmetric = torch.tensor([[0.5, 0.4], [0.4, 0.5]]).double()
    assert reference(5)["5.3"](symmetric, g, 100)[2] == 0

    corners = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).double()
    signs, quarters = torch.tensor([-1, 1, 1, -1]).double(), torch.full((4,), 0.25).double()
    assert reference(8)["8.6"](corners, signs, quarters, 1000) == ("c", 1)


def random_net(sizes, random):
    """Weights and biases of all layers, from the normal distribution."""
    weights = [torch.randn(b, a, generator=random).double() for a, b in pairwise(sizes)]
    return weights, [torch.randn(b, generator=random).double() for b in sizes[1:]]


def test_the_explanation_of_the_used_part_of_a_field_is_true():
    (_, few, narrow), (_, many, wide) = (reference(6)["6.6"]([(3, 1)] * n) for n in (10, 40))
    assert (few, many) == (21, 81)
    assert (narrow, wide) == (pytest.approx(2.6, abs=0.05), pytest.approx(5.2, abs=0.05))


def test_the_explanation_of_copies_of_the_rare_ones_is_true():
    yes, no = torch.tensor([3, 1, 1, 0]), torch.tensor([2, 19, 20, 30])
    _, threshold, recall, precision = reference(11)["11.9"](yes, no, 19)
    says = yes / (yes + no) >= threshold - 1e-9
    assert threshold == pytest.approx(0.05)
    assert says.tolist() == [True, True, False, False]
    assert recall == yes[says].sum() / yes.sum()
    assert precision == yes[says].sum() / (yes + no)[says].sum()


def test_the_explanation_of_one_more_on_the_bias_is_true():
    lags = [reference(7)["7.5"](bias, 1, 0.5)[1] for bias in (3.0, 4.0, 5.0)]
    assert [round(lag) for lag in lags] == [14, 38, 103]
