"""The preflight check: one plain sentence for each thing that can be missing."""

import ast
import inspect
import subprocess
import sys
from urllib.error import HTTPError, URLError

import preflight
import pytest


def test_old_python_is_named_with_the_way_out():
    sentence = preflight.python_version((3, 8, 10), "/usr/bin/python3")
    assert sentence is not None
    assert "3.10 or newer" in sentence
    assert "/usr/bin/python3 is Python 3.8" in sentence
    assert "make book PYTHON=" in sentence
    assert preflight.python_version((2, 7, 18), "python") is not None
    assert preflight.python_version((3, 10, 0), "python3") is None


def test_newer_python_than_resolved_is_only_a_remark():
    assert "3.14 is newer" in str(preflight.newest_python((3, 14, 0)))
    assert preflight.newest_python((3, 13, 5)) is None


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_missing_venv_module_names_the_debian_package(missing):
    def load(name):
        if name == missing:
            raise ImportError(name)

    sentence = preflight.venv_modules(load)
    assert sentence is not None
    assert f"'{missing}' is missing" in sentence
    assert "apt-get install python3-venv" in sentence
    assert preflight.venv_modules(lambda name: None) is None


def test_full_disk_says_how_much_is_there_and_how_much_is_needed():
    sentence = preflight.disk_space("/books", free=lambda folder: 1.25)
    assert sentence is not None
    assert "1.2 GB are free" in sentence
    assert "(/books)" in sentence
    assert "about 4 GB" in sentence
    assert preflight.disk_space("/books", free=lambda folder: 4.0) is None


def test_unreachable_index_is_named():
    sentence = preflight.network("https://pypi.org/simple/", ask=lambda url: "Name not known")
    assert sentence is not None
    assert "https://pypi.org/simple/ cannot be reached (Name not known)" in sentence
    assert "HTTPS_PROXY" in sentence
    assert preflight.network("https://pypi.org/simple/", ask=lambda url: None) is None
    assert preflight.network(None, ask=lambda url: "never asked") is None


def test_any_http_answer_counts_as_reachable(monkeypatch):
    def refuse(url, **options):
        raise HTTPError(url, 403, "Forbidden", None, None)  # type: ignore[arg-type]

    monkeypatch.setattr(preflight, "urlopen", refuse)
    assert preflight.answers("https://example.invalid/") is None


def test_no_answer_gives_the_reason(monkeypatch):
    def fail(url, **options):
        raise URLError("Network is unreachable")

    monkeypatch.setattr(preflight, "urlopen", fail)
    assert preflight.answers("https://example.invalid/") == "Network is unreachable"
    assert preflight.answers("no url at all") is not None


def test_index_follows_pips_own_settings():
    assert preflight.package_index({"PIP_NO_INDEX": "1"}) is None
    mirror = "https://mirror.example/simple"
    assert preflight.package_index({"PIP_INDEX_URL": mirror}) == mirror


def test_missing_headers_are_a_remark(tmp_path):
    assert "apt-get install python3-dev" in str(preflight.python_headers(str(tmp_path)))
    (tmp_path / "Python.h").touch()
    assert preflight.python_headers(str(tmp_path)) is None


def test_main_prints_every_problem_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(preflight, "problems", lambda folder: ["First", "Second"])
    assert preflight.main() == 1
    assert capsys.readouterr().err == "Cannot continue. First.\nCannot continue. Second.\n"


def test_main_is_content_with_remarks(monkeypatch, capsys):
    monkeypatch.setattr(preflight, "problems", lambda folder: [])
    monkeypatch.setattr(preflight, "remarks", lambda: ["A remark"])
    assert preflight.main() == 0
    assert capsys.readouterr().out == "Note: A remark.\n"


def test_runs_without_site_packages(tmp_path):
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, sys.argv[1]); "]
    command[-1] += "import preflight; print(preflight.python_version((3, 9), 'python3'))"
    folder = str(inspect.getfile(preflight)).rsplit("/", 1)[0]
    done = subprocess.run([*command, folder], capture_output=True, text=True, check=True)
    assert "3.10 or newer" in done.stdout


def test_source_uses_no_syntax_that_an_old_python_lacks():
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef, ast.Starred)
    tree = ast.parse(inspect.getsource(preflight))
    assert [node for node in ast.walk(tree) if isinstance(node, new)] == []
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        assert function.returns is None
        assert not function.args.kwonlyargs
        assert all(argument.annotation is None for argument in function.args.args)
