"""The scripts for Gradescope are whole, executable and name what they need."""

import re
import stat
import subprocess
import zipfile

import pytest

import dlcore
from dlcore.grade import export as module
from dlcore.grade.export import export, repository


def test_scripts_and_archive(tmp_path):
    paths = export(tmp_path / "new", 3)
    assert [path.name for path in paths] == ["setup.sh", "run_autograder", "autograder.zip"]
    for path in paths[:2]:
        assert path.stat().st_mode & stat.S_IXUSR
        assert subprocess.run(["bash", "-n", path]).returncode == 0
        assert path.read_text().startswith("#!/usr/bin/env bash\n")
    with zipfile.ZipFile(paths[2]) as archive:
        assert archive.namelist() == ["setup.sh", "run_autograder"]
        assert archive.getinfo("run_autograder").external_attr >> 16 & stat.S_IXUSR


def test_setup_installs_this_version(tmp_path):
    setup = export(tmp_path, 3)[0].read_text()
    assert f"git+{repository()}@v{dlcore.__version__}" in setup
    assert "bubblewrap" in setup
    assert re.search(r"torch==\d+\.\d+\.\d+$", setup, re.MULTILINE)


def test_run_grades_the_chapter_into_gradescopes_place(tmp_path):
    run = export(tmp_path, 3)[1].read_text()
    assert "dlcore-grade /autograder/submission" in run
    assert "--chapter 3" in run
    assert "/autograder/results/results.json" in run


def test_own_tasks_travel_along(tmp_path):
    (tmp_path / "week.py").write_text("TASKS = []\n")
    paths = export(tmp_path / "out", 99, tmp_path / "week.py")
    with zipfile.ZipFile(paths[-1]) as archive:
        assert archive.read("tasks.py") == b"TASKS = []\n"
        assert b"--tasks /autograder/source/tasks.py" in archive.read("run_autograder")


def test_package_without_an_address(monkeypatch):
    class Nothing:
        def get_all(self, name):
            return None

    monkeypatch.setattr(module, "metadata", lambda name: Nothing())
    with pytest.raises(ValueError, match="names no repository"):
        repository()
