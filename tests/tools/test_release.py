"""A release gives one version to all that states one, and refuses where they part ways."""

import subprocess
import zipfile

import nbformat
import notebooks
import pytest
import release
from bookpages import downloads, launch

ADDRESS = "https://github.com/some-one/book"
STATED = f"""[project]
name = "dlcore"
version = "0.1.0"
dependencies = ["torch>=2.4"]

[project.urls]
Repository = "{ADDRESS}"
"""
CHANGES = (
    "# Changes\n\n## Unreleased\n\n- A chapter.\n- A page.\n\n## 0.0.9 (2020-01-01)\n\n- Old.\n"
)


@pytest.fixture
def root(tmp_path):
    """A project with one chapter and one notebook of exercises, committed."""
    (tmp_path / "pyproject.toml").write_text(STATED)
    (tmp_path / "CHANGELOG.md").write_text(CHANGES)
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 0.0.9\n")
    (tmp_path / ".gitignore").write_text("_build\ndist\n")
    for name in ("chapters/ch01_a.ipynb", "chapters/exercises/ex01_a.ipynb"):
        setup = nbformat.v4.new_code_cell("", id="a", metadata={"tags": ["setup"]})
        setup.source = f"{notebooks.setup_source(tmp_path)}\nown = 1"
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        book = nbformat.v4.new_notebook(cells=[setup])
        (tmp_path / name).write_text(notebooks.text_of(book))
    for command in (["init", "-q"], ["config", "user.email", "a@b.c"], ["config", "user.name", "a"],
                    ["add", "."], ["commit", "-qm", "a"]):  # fmt: skip
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def build(root, tag="v0.2.0", owner_name="some-one/book"):
    """What the site has of the project when it is built."""
    html = root / "_build/html"
    paths = notebooks.all_notebooks(root / "chapters")
    for path in paths:
        name = path.relative_to(root).with_suffix("").as_posix()
        (html / f"_sources/{name}").parent.mkdir(parents=True, exist_ok=True)
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / f"_sources/{name}.ipynb").write_text(path.read_text())
        (html / f"{name}.html").write_text(launch.colab_address(owner_name, name, tag[1:]))
    (html / downloads.FOLDER).mkdir(exist_ok=True)
    with zipfile.ZipFile(html / downloads.NOTEBOOKS, "w") as archive:
        for path in paths:
            archive.writestr(f"all/{path.name}", path.read_text())
    for name in (downloads.SITE, *downloads.BOOKS):
        (html / name).write_text("built")
    (root / "dist").mkdir(exist_ok=True)
    (root / "dist" / f"dlcore-{tag[1:]}-py3-none-any.whl").write_text("wheel")


def test_one_version_everywhere(root):
    release.prepare(root, "0.2.0", "2026-12-01")
    assert 'version = "0.2.0"\n' in (root / "pyproject.toml").read_text()
    assert 'dependencies = ["torch>=2.4"]' in (root / "pyproject.toml").read_text()
    cited = (root / "CITATION.cff").read_text()
    assert cited == "cff-version: 1.2.0\nversion: 0.2.0\ndate-released: 2026-12-01\n"
    changes = (root / "CHANGELOG.md").read_text()
    assert release.entry(changes, "## 0.2.0 (") == "- A chapter.\n- A page."
    assert release.entry(changes, release.UNRELEASED) == ""
    for path in notebooks.all_notebooks(root / "chapters"):
        assert release.installs(path.read_text()) == (ADDRESS, "0.2.0")
        assert nbformat.read(path, as_version=4).cells[0].source.endswith("\nown = 1")
    build(root)
    assert list(release.disagreements(root, "v0.2.0")) == []


def test_a_fork_sets_the_address_alone(root):
    path = root / "pyproject.toml"
    path.write_text(path.read_text().replace(ADDRESS, "https://github.com/my/fork"))
    assert release.write_address(root) == 2
    for book in notebooks.all_notebooks(root / "chapters"):
        assert release.installs(book.read_text()) == ("https://github.com/my/fork", "0.1.0")
    assert release.write_address(root) == 0


@pytest.mark.parametrize(
    ("change", "version", "sentence"),
    [
        (("pyproject.toml", 'version = "0.1.0"', 'version = "0.3.0"'), "0.2.0", "older than 0.3.0"),
        (("pyproject.toml", "torch", "numpy"), "0.2.0", "changes that are not committed"),
        (("CHANGELOG.md", "- A chapter.\n- A page.\n", ""), "0.2.0", "says nothing under"),
        (None, "0.0.9", "the tag v0.0.9 exists already"),
    ],
)
def test_what_forbids_a_release(root, change, version, sentence):
    if change:
        name, old, new = change
        (root / name).write_text((root / name).read_text().replace(old, new))
    else:
        release.git(root, "tag", "v0.0.9")
    with pytest.raises(SystemExit, match=sentence):
        release.main(["prepare", version], root)


@pytest.mark.parametrize("version", ["", "1.2", "v0.2.0", "0.2.0rc1"])
def test_a_version_is_three_numbers(root, version):
    with pytest.raises(SystemExit, match="three numbers"):
        release.main(["prepare", version], root)
    assert release.git(root, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("CITATION.cff", "0.2.0", "0.1.9", "CITATION.cff does not cite"),
        ("CHANGELOG.md", "0.2.0", "0.1.9", "CHANGELOG.md says nothing of 0.2.0"),
        ("chapters/ch01_a.ipynb", "@v0.2.0", "@v0.1.0", "ch01_a.ipynb installs"),
        (
            "_build/html/_sources/chapters/ch01_a.ipynb",
            "@v0.2.0",
            "@v0.1.0",
            "_sources/.* installs",
        ),
        ("_build/html/chapters/ch01_a.html", "v0.2.0", "main", "does not open v0.2.0"),
        ("_build/html/chapters/ch01_a.html", "some-one", "other", "does not open v0.2.0"),
    ],
)
def test_each_disagreement_is_found(root, name, old, new, sentence):
    release.prepare(root, "0.2.0", "2026-12-01")
    build(root)
    (root / name).write_text((root / name).read_text().replace(old, new))
    with pytest.raises(SystemExit, match=sentence):
        release.main(["collect", "v0.2.0"], root)


def test_another_tag_and_an_old_archive_are_found(root):
    build(root, "v0.1.0")
    release.prepare(root, "0.2.0", "2026-12-01")
    found = "\n".join(release.disagreements(root, "v0.2.1"))
    assert "the tag is v0.2.1, pyproject.toml says 0.2.0" in found
    assert "the archive's all/ch01_a.ipynb installs" in found


def test_the_whole_way(root, capsys):
    release.main(["prepare", "0.2.0"], root)
    build(root)
    release.main(["collect", "v0.2.0"], root)
    names = {path.name for path in (root / "dist").iterdir()}
    assert names == {
        "NOTES.md", "dlcore-0.2.0-py3-none-any.whl", "deep-learning-by-hand-notebooks.zip",
        "deep-learning-by-hand-site.zip", "deep-learning-by-hand.epub", "deep-learning-by-hand.pdf",
    }  # fmt: skip
    assert (root / "dist/NOTES.md").read_text() == "- A chapter.\n- A page.\n"
    release.main(["commit", "0.2.0"], root)
    assert release.git(root, "log", "-1", "--format=%s") == "Release 0.2.0"
    assert release.git(root, "describe", "--exact-match") == "v0.2.0"
    assert release.git(root, "status", "--porcelain") == ""
    assert "git push origin HEAD v0.2.0" in capsys.readouterr().out


def test_what_was_not_built_is_named(root):
    release.main(["prepare", "0.2.0"], root)
    build(root)
    (root / "_build/html" / downloads.BOOKS[0]).unlink()
    with pytest.raises(SystemExit, match="has not been built: run `make dist`"):
        release.main(["collect", "v0.2.0"], root)
