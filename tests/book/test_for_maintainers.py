"""The page for maintainers and the files that publish the book name only what is there."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book/for_maintainers.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def jobs(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def commands():
    """Every shell command of the workflows."""
    return [
        step["run"] for path in WORKFLOWS for job in jobs(path).values()
        for step in job.get("steps", ()) if "run" in step
    ]  # fmt: skip


def test_every_target_exists():
    page = re.findall(r"`make ([a-z]+)\b", PAGE)
    run = [*DOCKERFILE.splitlines(), *commands(), dev()["postCreateCommand"]]
    wanted = {*page, *re.findall(r"(?m)^(?:RUN )?make ([a-z]+)\b", "\n".join(run))}
    assert {"book", "release", "dist", "address"} <= wanted
    assert [name for name in wanted if not re.search(rf"(?m)^{name}:", MAKEFILE)] == []


def test_every_file_exists():
    named = re.findall(r"`((?:\.|book/|assets/|dlcore/|pyproject|CI|CH|CO)[\w./-]+)`", PAGE)
    made = (".venv/", "_build/")
    assert len(named) > 8
    assert [
        name for name in named if not name.startswith(made) and not (ROOT / name).exists()
    ] == []


def dev():
    return json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))


def test_the_address_stands_in_one_place():
    """A fork sets it in pyproject.toml: no file that publishes the book may hold it too."""
    files = [*WORKFLOWS, ROOT / "Dockerfile", ROOT / ".devcontainer/devcontainer.json",
             ROOT / "_config.yml", ROOT / "CITATION.cff", ROOT / "README.md"]  # fmt: skip
    assert [path.name for path in files if "github.com/deep" in path.read_text()] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_wait_for_jobs_that_exist(path):
    for name, job in jobs(path).items():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(jobs(path)) - {name}
        if "uses" in job:
            assert (ROOT / job["uses"]).exists()
        for step in job.get("steps", ()):
            assert ("uses" in step) != ("run" in step)
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/a@v1"))


def test_the_site_is_published_only_after_all_tests():
    publish = jobs(ROOT / ".github/workflows/publish.yml")
    test = jobs(ROOT / ".github/workflows/test.yml")
    assert ".ci/run" in [step.get("run") for step in test["test"]["steps"]]
    assert publish["test"]["uses"].endswith("test.yml")
    assert set(publish["deploy"]["needs"]) == {"test", "build"}
    assert publish["release"]["needs"] == "deploy"


def test_the_container_has_the_stages_it_names():
    stages = re.findall(r"(?m)^FROM \S+ AS (\w+)$", DOCKERFILE)
    assert stages == ["workshop", "build"]
    assert set(re.findall(r"--from=(\w+)", DOCKERFILE)) <= set(stages)
    assert dev()["build"]["target"] in stages
    assert (ROOT / ".devcontainer" / dev()["build"]["dockerfile"]).resolve() == ROOT / "Dockerfile"
    assert "8000" in DOCKERFILE
    assert 8000 in dev()["forwardPorts"]


def test_the_container_takes_what_git_tracks():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for name in (
        "book",
        "chapters",
        "assets",
        "dlcore",
        "Makefile",
        "_toc.yml",
        "requirements.txt",
    ):
        assert (ROOT / name).exists()
        assert name not in ignored
