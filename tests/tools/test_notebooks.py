"""Executing and normalising notebooks: a second run changes nothing."""

import json
import re
import subprocess

import chapter_form
import nbformat
import normal_form
import notebooks
import pytest

FIGURE = """\
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(2, 1))
axes.plot([1, 3, 2])
plt.show()"""
SLIDER = """\
import ipywidgets as widgets

pictures = [widgets.HTML(f"<img alt='frame {n}'>") for n in range(3)]
stack = widgets.Stack(pictures, selected_index=0)
slider = widgets.IntSlider(max=2, description="frame")
widgets.jslink((slider, "value"), (stack, "selected_index"))
widgets.jslink((slider, "max"), (slider, "step"))
never_shown = widgets.Checkbox()
widgets.VBox([slider, stack])"""
PRINT = """\
import random

random.seed(1)
print("first", flush=True)
print("second", random.random())
[random.random()]"""
ADDRESS = re.compile(r"\b[0-9a-f]{32}\b")


def code(*sources, tags=()):
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in book.cells[:1]:
        cell.metadata["tags"] = list(tags)
    return book


def run(folder):
    """A chapter with a print, a figure and a slider, executed twice; the file after each run."""
    path = folder / "ch99_small.ipynb"
    small = code("", PRINT, FIGURE, SLIDER, tags=["setup"])
    small.cells[0].source = "1 + 1"  # the test needs no dlcore in its kernel
    nbformat.write(small, path)
    texts = []
    for _ in range(2):
        book = nbformat.read(path, as_version=4)
        cost = notebooks.execute(book, folder)
        notebooks.write(normal_form.normalise(book), path)
        texts.append(path.read_text())
    return path, texts, cost


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    return run(tmp_path_factory.mktemp("chapter"))


def test_second_run_changes_nothing(twice):
    _, texts, _ = twice
    assert texts[0] == texts[1]


TIMING = "# NBVAL_IGNORE_OUTPUT\nimport time\n\ntime.perf_counter_ns()"


def test_a_timing_stays_until_its_cell_changes_or_is_asked_for_anew(tmp_path, monkeypatch):
    path = tmp_path / "ch98_clock.ipynb"
    nbformat.write(code("1 + 1", TIMING, tags=["setup"]), path)
    monkeypatch.setattr(notebooks, "write_setup", lambda notebook, source: None)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)

    def commit():
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", "a"], check=True)

    def reading(timings=False):
        notebooks.refresh(path, timings)
        return nbformat.read(path, as_version=4).cells[1].outputs[0].data["text/plain"]

    first = reading()
    commit()
    assert reading() == first
    anew = reading(timings=True)
    assert anew != first
    commit()
    path.write_text(path.read_text().replace("perf_counter_ns()", "perf_counter_ns() + 1"))
    assert reading() != anew


def test_cost_is_measured(twice):
    _, _, cost = twice
    assert 0.05 < cost.seconds < 60
    assert 0.02 < cost.gib < 1.0
    assert list(cost.problems()) == []


def test_outputs_are_kept(twice):
    path, _, _ = twice
    cells = nbformat.read(path, as_version=4).cells
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4]
    stream, result = cells[1].outputs
    assert re.fullmatch(r"first\nsecond 0\.\d+\n", stream.text)
    assert result.execution_count == 2
    assert "image/png" in cells[2].outputs[0].data
    assert normal_form.WIDGET_VIEW in cells[3].outputs[0].data


def test_widgets_that_are_shown_and_their_links_survive(twice):
    path, _, _ = twice
    book = nbformat.read(path, as_version=4)
    state = book.metadata.widgets[normal_form.WIDGET_STATE].state
    names = [model.model_name for model in state.values()]
    for name, times in {
        "StackModel": 1,
        "HTMLModel": 3,
        "LinkModel": 2,
        "IntSliderModel": 1,
    }.items():
        assert names.count(name) == times
    assert "CheckboxModel" not in names
    view = book.cells[3].outputs[0].data[normal_form.WIDGET_VIEW]
    assert state[view.model_id].model_name == "VBoxModel"
    known = set(state)
    assert set(normal_form.references(state)) <= known
    assert all(int(name, 16) <= len(known) for name in ADDRESS.findall(json.dumps(state)))


def test_metadata_keeps_what_the_author_wrote_only():
    book = code("1", tags=["setup"])
    book.metadata = nbformat.from_dict({"colab": {}, "kernelspec": {"name": "venv"}})
    book.cells[0].metadata.update({"execution": {"iopub": "12:00"}, "scrolled": True})
    book.cells[0].metadata["mystnb"] = {"image": {"alt": "a dot"}}
    cell_id = book.cells[0].id
    normal_form.normalise(book)
    assert book.cells[0].metadata == {"tags": ["setup"], "mystnb": {"image": {"alt": "a dot"}}}
    assert book.cells[0].id == cell_id
    assert book.metadata == normal_form.NOTEBOOK_METADATA


def test_stream_in_pieces_is_joined_but_stderr_stays_apart():
    make = nbformat.v4.new_output
    pieces = [make("stream", name="stdout", text=text) for text in ("a", "b\n")]
    pieces += [make("stream", name="stderr", text="c"), make("stream", name="stdout", text="d")]
    joined = normal_form.join_streams(pieces)
    assert [(part.name, part.text) for part in joined] == [
        ("stdout", "ab\n"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


def test_setup_cell_installs_the_books_version_from_its_address(tmp_path):
    stated = '[project]\nversion = "7.8.9"\nurls = {Repository = "https://example.org/book"}\n'
    (tmp_path / "pyproject.toml").write_text(stated)
    source = notebooks.setup_source(tmp_path)
    assert 'book = "https://example.org/book@v7.8.9"' in source
    assert '%pip install -q "dlcore @ git+{book}"' in source
    assert source.count("%pip") == 1
    assert source.endswith("device = study.setup(seed=0)")


@pytest.mark.parametrize(
    "stated", ["", '[project]\nversion = "7.8.9"\n', '[project.urls]\nRepository = "https://a.b"\n']
)
def test_setup_needs_address_and_version(tmp_path, stated):
    (tmp_path / "pyproject.toml").write_text(stated)
    with pytest.raises(ValueError, match="states no version or no Repository"):
        notebooks.setup_source(tmp_path)


def test_setup_keeps_the_chapters_own_lines():
    template = notebooks.setup_source()
    book = code("old words\ndevice = study.setup(seed=0)\nimport torch", "x", tags=["setup"])
    notebooks.write_setup(book, template)
    assert book.cells[0].source == template + "\nimport torch"
    notebooks.write_setup(book, template)
    assert book.cells[0].source == template + "\nimport torch"


@pytest.mark.parametrize("tags", [(), ("other",)])
def test_setup_cell_must_be_tagged(tags):
    with pytest.raises(
        ValueError, match='first code cell, and no other, must carry the tag "setup"'
    ):
        notebooks.write_setup(code("1", tags=tags), "template")


def test_budget_is_enforced():
    slow, large = notebooks.Cost(91, 1.0), notebooks.Cost(1, 2.1)
    assert list(slow.problems()) == ["took 91 s; a chapter has 90 s"]
    assert list(large.problems()) == ["used 2.10 GiB; a chapter has 2 GiB"]


def test_budget_that_is_broken_fails_the_run(tmp_path, monkeypatch, capsys):
    path = tmp_path / "ch98_slow.ipynb"
    nbformat.write(code("1", tags=["setup"]), path)
    monkeypatch.setattr(notebooks, "refresh", lambda path, timings: notebooks.Cost(100.0, 0.5))
    assert notebooks.main([str(path)]) == 1
    assert "ch98_slow.ipynb: took 100 s" in capsys.readouterr().err


def test_failing_cell_is_reported_and_the_notebook_left_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "setup_source", lambda: "1 + 1")
    path = tmp_path / "ch97_wrong.ipynb"
    nbformat.write(code("", "1 / 0", tags=["setup"]), path)
    before = path.read_text()
    assert notebooks.main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_check_tells_normal_from_not_normal(tmp_path, capsys, monkeypatch):
    path = tmp_path / "ch96_plain.ipynb"
    book = code("", tags=["setup"])
    notebooks.write_setup(book, notebooks.setup_source())
    notebooks.write(notebooks.finished(book, path), path)
    assert notebooks.main(["--check", str(path)]) == 1
    assert "ch96_plain.ipynb: the first cell lacks the line" in capsys.readouterr().err
    monkeypatch.setattr(chapter_form, "RULES", ())
    assert notebooks.main(["--check", str(path)]) == 0
    path.write_text(path.read_text().replace('"execution_count": 1', '"execution_count": 5'))
    assert notebooks.main(["--check", str(path)]) == 1
    assert "ch96_plain.ipynb: is not as `make notebooks` writes it" in capsys.readouterr().err


def test_exercise_is_normalised_but_neither_run_nor_numbered(tmp_path):
    (tmp_path / "exercises").mkdir()
    path = tmp_path / "exercises" / "ex95_stub.ipynb"
    book = code("", "raise NotImplementedError", tags=["setup"])
    book.cells[1].update(outputs=[nbformat.v4.new_output("stream", text="1")], execution_count=3)
    nbformat.write(book, path)
    assert notebooks.main([str(path)]) == 0
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].source == notebooks.setup_source()
    assert [(cell.execution_count, cell.outputs) for cell in cells] == [(None, []), (None, [])]
    assert notebooks.abnormal(path) is None
    path.write_text(path.read_text().replace('"execution_count": null', '"execution_count": 1'))
    assert notebooks.abnormal(path) == "is not as `make notebooks` writes it"


def test_all_notebooks_are_the_chapters_and_the_exercises(tmp_path):
    names = ["ch01_a.ipynb", "ch02_b.ipynb", "exercises/ex01_a.ipynb"]
    (tmp_path / "exercises").mkdir()
    for name in [*names, "draft.ipynb", "exercises/notes.ipynb"]:
        (tmp_path / name).touch()
    assert notebooks.all_notebooks(tmp_path) == [tmp_path / name for name in names]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no notebook: it is not JSON, or cut off"),
        (b'{"cells": [', "it is not JSON, or cut off"),
        (b"[]", "is JSON, but no notebook"),
        (b"{}", "is JSON, but no notebook"),
        (b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5}', "is JSON, but no notebook"),
        (None, "there is no such file"),
    ],
)
def test_a_file_that_is_no_notebook_is_told_in_one_sentence(tmp_path, data, words):
    path = tmp_path / "a.ipynb"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SystemExit, match=words):
        notebooks.opened(path)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_notebooks_are_opened_as_editors_write_them(tmp_path, coding):
    path = tmp_path / "a.ipynb"
    cells = [nbformat.v4.new_code_cell("x = 'ü'")]
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding=coding)
    assert notebooks.opened(path).cells[0].source == "x = 'ü'"
