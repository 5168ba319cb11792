"""A class is graded once, whatever interrupts it, and one failure stops nobody else."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from dlcore.grade import classroom
from dlcore.grade.classroom import alone, class_seed, grade, read, version, write
from dlcore.grade.interview import Interview
from dlcore.grade.plain import ask
from dlcore.grade.sandbox import Limits, NotStarted, SandboxError
from dlcore.grade.submission import collect


@pytest.fixture
def handed_in(tmp_path):
    """Four submissions in a folder."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("ann", "bo", "cy", "di"):
        (folder / f"{name}.ipynb").write_text(name)
    return collect([folder])[0]


def answering(plan):
    """What a submission answers that has solved the first task and not the second."""
    functions = {"99.1": lambda x: 2 * x, "99.2": lambda values: 7}
    return Interview(
        outcomes={
            name: [ask(function, case) for case in plan.cases[name]]
            for name, function in functions.items()
        }
    )


@pytest.fixture
def asked(monkeypatch):
    """Answer for the sandbox; the list holds who was asked."""
    names = []

    def question(submission, plan):
        names.append(submission.name)
        if submission.name == "bo":
            raise OSError("disk full")
        return answering(plan)

    monkeypatch.setattr(classroom, "question", question)
    return names


def run(handed_in, tasks, out, **options):
    return grade(handed_in, tasks, out, jobs=2, limits=Limits(), **options)


def test_failure_of_the_grader_is_told_and_stops_nobody(handed_in, tasks, tmp_path, asked):
    results, failures = run(handed_in, tasks, tmp_path / "marks")
    assert [found["name"] for found in results] == ["ann", "cy", "di"]
    assert [found["points"] for found in results] == [1, 1, 1]
    assert failures == ["bo: the grader failed with OSError: disk full; it has no marks yet"]


def test_only_what_is_missing_is_graded(handed_in, tasks, tmp_path, asked):
    first, _ = run(handed_in, tasks, tmp_path / "marks")
    asked.clear()
    again, _ = run(handed_in, tasks, tmp_path / "marks")
    assert asked == ["bo"]
    assert again == first
    handed_in[3].path.write_text("changed")
    asked.clear()
    run(handed_in, tasks, tmp_path / "marks")
    assert sorted(asked) == ["bo", "di"]


def test_result_that_cannot_be_read_is_made_again(handed_in, tasks, tmp_path, asked):
    run(handed_in[:1], tasks, tmp_path / "marks")
    (stored,) = (tmp_path / "marks" / "submissions").iterdir()
    stored.write_text('{"name": "an')
    asked.clear()
    results, _ = run(handed_in[:1], tasks, tmp_path / "marks")
    assert asked == ["ann"]
    assert results[0]["points"] == 1


def test_changed_tasks_are_graded_again(handed_in, tasks, tmp_path, asked, easy_file):
    own = tmp_path / "own.py"
    own.write_text("1")
    run(handed_in[:1], tasks, tmp_path / "marks", files=[own])
    own.write_text("2")
    run(handed_in[:1], tasks, tmp_path / "marks", files=[own])
    assert asked == ["ann", "ann"]
    assert version(tasks) != version(tasks[:1])
    assert version(tasks) == version(tasks)


def test_submissions_are_asked_in_a_sandbox(tasks, tmp_path, honest, notebook):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann.ipynb").write_bytes(honest)
    (tmp_path / "class" / "bo.ipynb").write_bytes(notebook("def double(x): return x * x"))
    results, failures = run(collect([tmp_path / "class"])[0], tasks, tmp_path / "marks")
    assert [found["points"] for found in results] == [3, 0]
    assert failures == []


def test_submissions_in_a_visible_place_are_refused(tasks, tmp_path, monkeypatch, handed_in):
    monkeypatch.setattr(classroom.sandbox, "visible", lambda: [str(tmp_path / "class")])
    with pytest.raises(SandboxError, match="every submission can read"):
        run(handed_in, tasks, tmp_path / "marks")


def test_the_seed_is_drawn_once(tmp_path):
    seed = class_seed(tmp_path)
    assert class_seed(tmp_path) == seed
    (tmp_path / "seed.json").write_text("[]")
    assert class_seed(tmp_path) != seed
    assert json.loads((tmp_path / "seed.json").read_text()) == {"seed": class_seed(tmp_path)}


def test_files_are_written_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    write(path, "[1]")

    def stop(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write(path, "[2]")
    assert read(path) == [1]
    assert read(tmp_path / "none") is None


def test_one_grader_at_a_time(tmp_path):
    taken = pytest.raises(RuntimeError, match="another grader is working in")
    with alone(tmp_path), taken, alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_interrupted_grader_says_how_to_go_on(handed_in, tasks, tmp_path, monkeypatch, capfd):
    class Left(BaseException):
        pass

    def leave(status):
        raise Left(status)

    def interrupted(running):
        os.kill(os.getpid(), signal.SIGINT)
        return iter(())

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(classroom, "question", lambda submission, plan: Interview())
    monkeypatch.setattr(classroom, "as_completed", interrupted)
    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(Left, match="130"):
        run(handed_in, tasks, tmp_path / "marks")
    assert "goes on from here" in capfd.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before


def test_sandbox_that_does_not_start_is_the_graders_failure(
    handed_in, tasks, tmp_path, monkeypatch
):
    """Nothing is stored, the others have their marks, and the next run asks again."""
    monkeypatch.setattr(classroom, "PAUSES", (0, 0))
    tries = []

    def question(submission, plan):
        tries.append(submission.name)
        if submission.name == "bo":
            raise NotStarted("the sandbox did not start: exit status 1")
        return answering(plan)

    monkeypatch.setattr(classroom, "question", question)
    results, failures = run(handed_in, tasks, tmp_path / "marks")
    assert [found["name"] for found in results] == ["ann", "cy", "di"]
    assert failures == [
        "bo: the grader failed with NotStarted: the sandbox did not start: exit status 1; "
        "it has no marks yet"
    ]
    assert tries.count("bo") == 3
    monkeypatch.setattr(classroom, "question", lambda submission, plan: answering(plan))
    results, failures = run(handed_in, tasks, tmp_path / "marks")
    assert ([found["points"] for found in results], failures) == ([1] * 4, [])


def test_sandbox_that_starts_the_second_time(handed_in, tasks, tmp_path, monkeypatch):
    seen = set()

    def question(submission, plan):
        if submission.name not in seen:
            seen.add(submission.name)
            raise NotStarted("no process left")
        return answering(plan)

    monkeypatch.setattr(classroom, "question", question)
    results, failures = run(handed_in, tasks, tmp_path / "marks")
    assert ([found["points"] for found in results], failures) == ([1] * 4, [])


def test_who_lacked_what_others_took_is_asked_again_alone(handed_in, tasks, tmp_path, monkeypatch):
    tries = []

    def question(submission, plan):
        tries.append(submission.name)
        hurt = submission.name in ("bo", "cy") and tries.count(submission.name) == 1
        return Interview(problem="It ended.", crowded=True) if hurt else answering(plan)

    monkeypatch.setattr(classroom, "question", question)
    results, failures = run(handed_in, tasks, tmp_path / "marks")
    assert ([found["points"] for found in results], failures) == ([1] * 4, [])
    assert sorted(tries[-2:]) == ["bo", "cy"]


def test_limits_belong_to_what_is_stored(handed_in, tasks, tmp_path, asked):
    run(handed_in[:1], tasks, tmp_path / "marks")
    run(handed_in[:1], tasks, tmp_path / "marks")
    assert asked == ["ann"]
    grade(handed_in[:1], tasks, tmp_path / "marks", jobs=2, limits=Limits(call_seconds=99))
    assert asked == ["ann", "ann"]


@pytest.mark.parametrize("spoil", [{"tasks": []}, {"points": "3"}, {"notes": None}, {"name": 3}])
def test_damaged_result_is_made_again(handed_in, tasks, tmp_path, asked, spoil):
    run(handed_in[:1], tasks, tmp_path / "marks")
    (place,) = (tmp_path / "marks" / "submissions").iterdir()
    place.write_text(json.dumps(json.loads(place.read_text()) | spoil))
    assert run(handed_in[:1], tasks, tmp_path / "marks")[0][0]["points"] == 1
    assert asked == ["ann", "ann"]


def test_an_interruption_while_judging_waits_for_nobody(tmp_path, easy_file, notebook):
    """Ctrl-C ends the command at once, though sandboxes are running."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(4):
        slow = notebook("import time\ntime.sleep(50)", "check('99.1', double)")
        (folder / f"s{number}.ipynb").write_bytes(slow)
    words = [sys.executable, "-m", "dlcore.grade", folder, "--out", tmp_path / "marks"]
    running = subprocess.Popen(
        [*words, "--tasks", easy_file, "--jobs", "2"], stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 100
    while not (tmp_path / "marks" / "seed.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(2)
    running.send_signal(signal.SIGINT)
    try:
        said = running.communicate(timeout=45)[1]  # the slow notebooks take 50 s
    finally:
        running.kill()
        running.communicate()
    assert b"The same command goes on from here" in said
    assert running.returncode == 130
