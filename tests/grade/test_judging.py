"""Judging takes bounded time and memory, whatever was handed in, and goes on afterwards."""

import os
import time
from contextlib import suppress

import pytest
import torch

from dlcore.grade import judging
from dlcore.grade.judging import UNJUDGED, Court, TooLong, time_limit
from dlcore.grade.plain import ask
from dlcore.grade.task import Task


def deep(answer, x):
    """A judge that never ends for 1, in Python; for 2, in C; wants all memory for 3; ends for 4."""
    if answer == 1:
        while True:
            with suppress(Exception):
                time.sleep(60)
    if answer == 2:
        return str(7 ** (10**9))
    if answer == 3:
        return [torch.ones(2**30) for _ in range(10**4)]
    if answer == 4:
        os._exit(0)
    return None if answer == 0 else "It is not 0."


@pytest.fixture
def court(monkeypatch):
    monkeypatch.setattr(judging, "JUDGING_SECONDS", 0.3)
    monkeypatch.setattr(judging, "PATIENCE", 4)
    task = Task("99.8", "", 1, "f", "", lambda rng, case: (case,), judge=deep, cases=1)
    with Court([task], {"99.8": task.draw(0)}) as court:
        yield court


def verdict(court, answer):
    return court.verdict("99.8", [ask(lambda x: answer, [["number", 0]])])


@pytest.mark.parametrize("answer", [1, 2, 4])
def test_what_ends_the_judge_costs_one_answer(court, answer):
    assert verdict(court, answer) == UNJUDGED
    assert verdict(court, 0).right
    assert verdict(court, 9).symptom == "It is not 0."


def test_memory_of_the_judge_is_limited(court):
    assert verdict(court, 3).state == "wrong"
    assert verdict(court, 0).right


def test_failing_task_is_the_graders_failure():
    task = Task("99.8", "", 1, "f", "", lambda rng, case: (case,), oracle=lambda x: x, cases=1,
                symptoms=3)  # fmt: skip
    with Court([task], {"99.8": task.draw(0)}) as court:
        with pytest.raises(RuntimeError, match=r"task 99\.8 failed with TypeError"):
            verdict(court, 1)
        assert verdict(court, 0).right


def test_an_oracle_that_fails_stops_the_start():
    task = Task("99.8", "", 1, "f", "", lambda rng, case: (case,), oracle=lambda x: 1 / 0)
    with (
        pytest.raises(RuntimeError, match="an oracle failed with ZeroDivisionError"),
        Court([task], {"99.8": task.draw(0)}),
    ):
        pass


def test_the_process_ends_with_its_context():
    task = Task("99.8", "", 1, "f", "", lambda rng, case: (case,), oracle=lambda x: x, cases=1)
    with Court([task], {"99.8": task.draw(0)}) as court:
        pid = court._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_time_limit_is_lifted_again():
    with pytest.raises(TooLong), time_limit(0.01):
        time.sleep(5)
    with time_limit(0.05):
        pass
    time.sleep(0.1)
