"""What the tests need from the system: found, installed, or asked for in one sentence."""

import browsers
import pytest


@pytest.fixture
def programs(monkeypatch):
    """A machine with the named programs only."""

    def machine(*names, root=False):
        known = set(names)
        monkeypatch.delenv("CHROMIUM", raising=False)
        monkeypatch.delenv("FIREFOX", raising=False)
        for name in ("CHROMIUM", "FIREFOX"):
            kind = getattr(browsers, name)._replace(mac="/nowhere")
            monkeypatch.setattr(browsers, name, kind)
        monkeypatch.setattr(browsers.sys, "platform", "linux")
        monkeypatch.setattr(browsers.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(
            browsers.shutil, "which", lambda name: f"/bin/{name}" if name in known else None
        )
        return known

    return machine


def test_complete_machine_is_left_alone(programs):
    programs("chromium-browser", "firefox", "bwrap")
    assert browsers.find() == "/bin/chromium-browser"
    assert browsers.missing() == []
    browsers.main()


def test_named_browser_is_used_and_a_wrong_name_reported(programs, monkeypatch):
    programs("chromium", "mychrome", "firefox", "bwrap")
    monkeypatch.setenv("CHROMIUM", "mychrome")
    assert browsers.find() == "/bin/mychrome"
    monkeypatch.setenv("CHROMIUM", "nochrome")
    with pytest.raises(SystemExit, match="CHROMIUM=nochrome is not a program"):
        browsers.main()


def test_debian_user_is_told_the_command(programs):
    programs("apt-get")
    with pytest.raises(SystemExit, match="sudo apt-get install chromium firefox-esr bubblewrap"):
        browsers.main()


def test_other_systems_are_told_what_is_needed(programs):
    programs("bwrap")
    with pytest.raises(
        SystemExit, match="need chromium and firefox-esr: install it with this system's"
    ):
        browsers.main()


def test_root_on_debian_gets_the_packages(programs, monkeypatch):
    known, asked = programs("apt-get", root=True), []

    def install(names):
        asked.extend(names)
        known.update(["chromium", "firefox-esr", "bwrap"])
        return True

    monkeypatch.setattr(browsers, "install", install)
    browsers.main()
    assert asked == ["chromium", "firefox-esr", "bubblewrap", "epubcheck"]
    assert browsers.missing() == []


def test_without_epubcheck_a_machine_is_complete(programs, monkeypatch):
    programs("chromium", "firefox", "bwrap", "apt-get", root=True)
    monkeypatch.setattr(browsers, "install", lambda names: names != ["epubcheck"])
    browsers.main()


def test_apt_that_fails_is_reported(programs, monkeypatch, capsys):
    programs("apt-get", "bwrap", "firefox", root=True)
    monkeypatch.setattr(browsers, "install", lambda names: False)
    with pytest.raises(SystemExit, match="need chromium: sudo apt-get install chromium"):
        browsers.main()
    assert "is the Debian mirror reachable?" in capsys.readouterr().err


def test_install_updates_first_and_stops_at_a_failure(monkeypatch):
    calls = []

    def run(command, **options):
        calls.append(command[1])
        return browsers.subprocess.CompletedProcess(command, 100)

    monkeypatch.setattr(browsers.subprocess, "run", run)
    assert not browsers.install(["chromium"])
    assert calls == ["update"]
