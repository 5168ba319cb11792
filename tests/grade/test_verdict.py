"""From answers to a verdict: the task's own sentences first, then general ones."""

import torch

from dlcore.grade.plain import ask
from dlcore.grade.task import Guess, Symptom, Task
from dlcore.grade.tasks.demands import alone, fresh, steady
from dlcore.grade.verdict import expected, judge


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


def test_when_needs_as_many_values_as_are_asked():
    """Else it would judge a part of the answer, and say nothing of what is missing."""
    first = Symptom("The first is right.", when=lambda answer, right, x: answer[0] == right[0])
    task = Task("99.6", "", 1, "f", "", lambda rng, case: (case + 1,), oracle=lambda x: ("a", x),
                symptoms=[first])  # fmt: skip
    assert verdict(task, lambda x: ("a", -1)).symptom == "The first is right."
    assert "returned 3 values" in verdict(task, lambda x: ("a", x, x)).symptom
    assert "returned text" in verdict(task, lambda x: "a").symptom


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


def verdicts(told, numbers=None):
    """The verdict of a task whose judge tells the sentences in this order."""
    judge = lambda answer, case: told[case]  # noqa: E731
    task = Task("99.8", "", 1, "f", "", lambda rng, case: (case,), judge=judge, cases=len(told))
    return verdict(task, lambda x: x)


def test_sentence_that_holds_in_some_failing_cases_says_so():
    assert verdicts([None, "Early: 3 of 4.", "Early: 2 of 9."]).symptom == "Early: 3 of 4."
    found = verdicts([None, "Early.", "Late: 2.", "Late: -1.5."])
    assert found.symptom == "Late: 2. That is the case below; another case fails in another way."
    assert (found.example, found.passes) == ("f(2) → 2", "f(0) → 0")


def test_guess_must_explain_every_case_that_failed():
    guess = Guess(["You halve.", "You square."], "It is not the right one.")
    assert verdicts([guess, None, guess]).symptom == "You halve."
    other = Guess(["You square."], "It is not the right one.")
    assert verdicts([guess, other]).symptom == "You square."
    assert verdicts([guess, "It is not the right one."]).symptom == "It is not the right one."


def arrays(sizes, oracle, **settings):
    draw = lambda rng, case: (torch.arange(1.0, sizes[case] + 1).double(),)  # noqa: E731
    return Task("99.9", "", 1, "f", settings.pop("statement", ""), draw, oracle=oracle,
                cases=len(sizes), **settings)  # fmt: skip


def test_the_smallest_failing_case_is_shown_beside_one_that_is_right():
    found = verdict(arrays([5, 3, 2, 4], lambda x: x.sum()), lambda x: x.sum() + (len(x) > 2))
    assert found.example == "f([1, 2, 3]) → 7"
    assert found.passes == "f([1, 2]) → 3"
    assert found.asked == "a number"


def test_what_fails_only_sometimes_is_looked_at_alone():
    found = verdict(arrays([5, 3, 2], lambda x: x), lambda x: -x if len(x) > 2 else x)
    assert found.symptom == "The size is right and the sign is wrong, in some places."
    found = verdict(arrays([5, 4, 2], lambda x: x), lambda x: x + 3 if len(x) > 2 else x)
    assert found.symptom.startswith("In the 2 of 3 cases that fail: Every number is off by")


def test_wrong_form_in_some_cases_is_told_of_these():
    found = verdict(arrays([5, 3, 2], lambda x: x), lambda x: x[1:] if len(x) > 2 else x + 1)
    assert "The shape is (2,); asked for is (3,)" in found.symptom
    assert "That is the case below; another case fails in another way." in found.symptom


def test_rows_of_tensors_are_a_table():
    task = arrays([3, 2], lambda x: torch.stack([x, 2 * x]))
    assert verdict(task, lambda x: [x, 2 * x]).right
    assert verdict(task, lambda x: [x, (2 * x).tolist()]).right
    assert verdict(task, lambda x: [list(x), [2 * number for number in x]]).right
    assert "(1, 2); asked for is (2, 2)" in verdict(task, lambda x: [x]).symptom


def test_inputs_are_called_as_the_statement_calls_them():
    draw = lambda rng, case: (2, torch.ones(2))  # noqa: E731
    task = Task("99.9", "", 1, "f", "Write `f(n, x)`.", draw, oracle=lambda n, x: n, cases=1)
    assert verdict(task, lambda n, x: 3).example == "f(n=2, x=[1, 1]) → 3"


def test_shape_of_what_is_asked_is_told():
    task = arrays([3], lambda x: (x, 1), returns=("for_w", "for_b"))
    found = verdict(task, lambda x: (x, 2))
    assert found.asked == "2 values: `for_w`, an array of shape (3,); `for_b`, a number"


def test_inputs_belong_to_the_caller():
    task = arrays([3, 2], lambda x: 2 * x, statement="Write `f(x)`.")
    found = verdict(task, lambda x: x.mul_(2))
    assert found.symptom.startswith("Your numbers are right, but your function changes `x`,")
    assert (
        "its first argument" in verdict(arrays([3], lambda x: 2 * x), lambda x: x.mul_(2)).symptom
    )
    assert verdict(arrays([3], lambda x: 2 * x, in_place=True), lambda x: x.mul_(2)).right
    assert "sign is wrong" in verdict(task, lambda x: x.mul_(-2)).symptom


def test_what_one_call_cannot_show_is_asked_again():
    draws = iter(range(100))
    judge = lambda answer, x: None if len(answer) == len(x) else "Too short."  # noqa: E731
    settings = {"judge": judge, "again": [fresh(1, "It is the same order.")]}
    task = arrays([5, 6], None, **settings)
    assert len(task.draw(0)) == 3
    assert verdict(task, lambda x: x + next(draws)).right
    assert verdict(task, lambda x: x).symptom == "It is the same order."
    assert verdict(task, lambda x: x[1:]).symptom == "Too short."


def test_the_same_again():
    draws = iter(range(100))
    task = arrays([5], None, judge=lambda answer, x: None, again=[steady(0, "It remembers.")])
    assert verdict(task, lambda x: x).right
    assert verdict(task, lambda x: x + next(draws)).symptom == "It remembers."


def test_rows_alone():
    def draw(rng, case):
        return (torch.from_numpy(rng.normal(size=(case + 2, 2))),)

    told = "A row of yours depends on the others."
    task = Task("99.9", "", 1, "f", "", draw, oracle=lambda x: 2 * x, cases=2,
                again=[alone(1, told, row=1)])  # fmt: skip
    assert verdict(task, lambda x: 2 * x).right
    assert verdict(task, lambda x: 2 * x if len(x) > 1 else x).symptom == told
    judged = Task("99.9", "", 1, "f", "", draw, judge=lambda answer, x: None, cases=2,
                  again=[alone(1, told)])  # fmt: skip
    assert verdict(judged, lambda x: 2 * x).right
    assert verdict(judged, lambda x: x - x.mean(0)).symptom == told
