"""The preflight check: one plain sentence for each thing that can be missing."""

import ast
import inspect
import ssl
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
    assert "3.15 is newer" in str(preflight.newest_python((3, 15, 0)))
    assert preflight.newest_python((3, 14, 5)) is None


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


MIRROR = "https://mirror.example/simple"
LISTING = """\
global.index-url='https://global.example/simple'
global.timeout='60'
install.index-url='https://install.example/simple'
:env:.cert='/etc/certificates.crt'
"""


def test_index_is_the_one_that_pip_itself_will_ask():
    assert preflight.package_index({"index-url": MIRROR}) == MIRROR
    assert preflight.package_index({}) == preflight.PIPS_OWN
    assert preflight.package_index({"no-index": "1", "index-url": MIRROR}) is None
    assert preflight.package_index({"no-index": "false", "index-url": MIRROR}) == MIRROR


def test_settings_are_read_as_pip_ranks_them():
    pip = preflight.settings(LISTING)
    assert pip["index-url"] == "https://install.example/simple"
    assert (pip["timeout"], pip["cert"]) == ("60", "/etc/certificates.crt")
    stronger = preflight.settings(f":env:.index-url={MIRROR!r}\n{LISTING}")
    assert stronger["index-url"] == MIRROR


@pytest.mark.parametrize("where", ["environment", "file"])
def test_pip_is_asked_what_it_is_set_to(where, monkeypatch, tmp_path):
    (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {MIRROR}/{where}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    if where == "environment":
        monkeypatch.setenv("PIP_INDEX_URL", f"{MIRROR}/environment")
        (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://other.example\n")
    pip = preflight.settings(preflight.listing())
    assert preflight.package_index(pip) == f"{MIRROR}/{where}"


def test_unreachable_index_is_named_without_its_password():
    pip = {"index-url": "https://me:secret@mirror.example/simple"}
    sentence = preflight.network(pip, ask=lambda url, pip: f"Name of {url} not known")
    assert sentence is not None
    assert f"{MIRROR} cannot be reached (Name of {MIRROR} not known)" in sentence
    assert "HTTPS_PROXY" in sentence
    assert preflight.network(pip, ask=lambda url, pip: None) is None
    assert preflight.network({"no-index": "1"}, ask=lambda url, pip: "never asked") is None


class Door:
    """Stands in for what opens an address: it always raises this error."""

    def __init__(self, error):
        self.error = error

    def open(self, url, timeout):
        raise self.error


def test_any_http_answer_counts_as_reachable(monkeypatch):
    refusal = HTTPError(MIRROR, 403, "Forbidden", None, None)  # type: ignore[arg-type]
    monkeypatch.setattr(preflight, "opener", lambda url, pip: Door(refusal))
    assert preflight.answers(MIRROR, {}) is None


def test_no_answer_gives_the_reason(monkeypatch):
    assert preflight.answers("no url at all", {}) is not None
    monkeypatch.setattr(preflight, "opener", lambda url, pip: Door(URLError("unreachable")))
    assert preflight.answers(MIRROR, {}) == "unreachable"


def test_a_folder_may_be_the_index(tmp_path):
    assert preflight.answers(tmp_path.as_uri(), {}) is None
    assert preflight.answers((tmp_path / "no").as_uri(), {}) == "there is no such folder"


def handlers(pip):
    return {type(handler).__name__: handler for handler in preflight.opener(MIRROR, pip).handlers}


def test_pips_proxy_and_certificates_count():
    secure = handlers({"proxy": "http://proxy.example:8080"})
    assert secure["ProxyHandler"].proxies["https"] == "http://proxy.example:8080"
    assert secure["HTTPSHandler"]._context.verify_mode == ssl.CERT_REQUIRED
    trusting = handlers({"trusted-host": "other.example mirror.example:443"})
    assert trusting["HTTPSHandler"]._context.verify_mode == ssl.CERT_NONE
    with pytest.raises(FileNotFoundError):
        handlers({"cert": "/no/such/file"})


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
