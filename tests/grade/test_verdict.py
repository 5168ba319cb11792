"""From answers to a verdict: the task's own sentences first, then general ones."""

import torch

from dlcore.grade.plain import ask
from dlcore.grade.task import Formula, Symptom, Task
from dlcore.grade.verdict import expected, judge, shown


def verdict(task, function, seed=0):
    cases = task.draw(seed)
    return judge(task, cases, [ask(function, case) for case in cases])


def test_right(tasks):
    assert verdict(tasks[0], lambda x: 2 * x).right
    assert verdict(tasks[1], sum).right


def test_stub_is_open(tasks):
    def double(x):
        raise NotImplementedError("exercise 99.1")

    found = verdict(tasks[0], double)
    assert found.state == "open"
    assert "your work goes into `double`" in found.symptom
    assert verdict(tasks[1], double).state == "wrong"


def test_mistake_is_recognised_in_all_cases(tasks):
    found = verdict(tasks[0], lambda x: x * x)
    assert found.symptom == "You squared it."
    assert found.example.startswith("double(")
    assert " → " in found.example


def test_mistake_in_one_case_only_is_another_one(tasks):
    found = verdict(tasks[0], lambda x: x * x if x > 1 else 3 * x)
    assert found.symptom != "You squared it."


def test_when_looks_at_failing_cases_only(tasks):
    assert verdict(tasks[1], lambda v: sum(v) if v else 7).symptom == "It fails on no values."
    assert verdict(tasks[1], lambda v: 7).symptom != "It fails on no values."


def test_mistake_that_fails_on_the_inputs_is_not_recognised():
    task = Task("99.5", "", 1, "f", "", lambda rng, case: (case,), oracle=lambda x: x,
                symptoms=[Symptom("Never.", mimics=lambda x: 1 / 0)])  # fmt: skip
    assert verdict(task, lambda x: x + 1).symptom.startswith("Every number is off")


def test_general_symptoms(tasks):
    assert "returned None" in verdict(tasks[0], lambda x: None).symptom
    assert "returned a number" not in verdict(tasks[0], lambda x: [x, x]).symptom
    assert "2 values; asked for is a number" in verdict(tasks[0], lambda x: [x, x]).symptom
    assert "sign is wrong" in verdict(tasks[0], lambda x: -2 * x).symptom
    assert "An answer is numbers, text" in verdict(tasks[0], lambda x: print).symptom


def test_error_names_its_line(tasks):
    found = verdict(tasks[0], lambda x: x / 0)
    assert "Your function stopped with ZeroDivisionError:" in found.symptom
    assert "in the line `" in found.symptom
    assert found.example == "double(0)"


def test_endless_loop_is_told_in_words(tasks):
    outcome = ["raised", "OutOfTime", "more than 10 seconds", "while True:"]
    found = judge(tasks[0], tasks[0].draw(0), [outcome])
    assert found.symptom == (
        "Your function took more than 10 seconds; it was stopped, in the line `while True:`. "
        "Does every loop end?"
    )


def test_missing_answers(tasks):
    assert "not called in every case" in judge(tasks[0], tasks[0].draw(0), []).symptom


def choose(answer, x):
    return None if answer > x else "It is not larger."


def test_judge_decides_where_many_answers_are_right():
    task = Task("99.6", "", 1, "f", "", lambda rng, case: (case,), judge=choose)
    assert expected(task, task.draw(0)) == []
    assert verdict(task, lambda x: x + 5).right
    found = verdict(task, lambda x: 3)
    assert (found.symptom, found.example) == ("It is not larger.", "f(3) → 3")
    assert "another form" in verdict(task, lambda x: "a").symptom
    assert "returned None" in verdict(task, lambda x: None).symptom


def test_known_answers_are_not_computed_again(tasks):
    cases = tasks[0].draw(0)
    outcomes = [ask(lambda x: x, case) for case in cases]
    known = [0.0 if case[0][1] == 0 else case[0][1] for case in cases]
    assert judge(tasks[0], cases, outcomes, known).right


def test_examples_are_short():
    task = Task(
        id="99.7",
        title="",
        points=1,
        function="f",
        statement="",
        generate=lambda rng, case: (Formula("lambda x: x"), torch.ones(1, 2), {"a": (1.23456,)}),
        oracle=lambda f, x, d: 0,
    )
    assert shown(task, task.draw(0)[0], 0.5) == "f(lambda x: x, [[1, 1]], {'a': (1.235)}) → 0.5"
    long = shown(task, task.draw(0)[0], {"a": torch.ones(90), "b": "c" * 9})
    array = "an array of shape (90,)"
    assert long.endswith(
        f"an array of shape (1, 2), {{'a': (1.235)}}) → {{'a': {array}, 'b': 'ccccccccc'}}"
    )
    assert len(shown(task, task.draw(0)[0], "a" * 300)) == 240
