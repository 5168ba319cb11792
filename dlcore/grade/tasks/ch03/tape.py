"""The exercise of chapter 3 that builds a tape."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, uniform


def tape_case(rng, case):
    values = uniform(rng, 0.5, 2.0, 3)
    while abs(values[0] * values[1] - values[2]) < 0.1:  # number 4 of the tape: 0 would hide slips
        values = uniform(rng, 0.5, 2.0, 3)
    if case == 4:  # nothing is computed: the result is the last input
        return values, []
    if case == 5:  # one number used twice, others never
        return values, [("mul", 1, 1)]
    steps = [("mul", 0, 1), ("sub", 3, 2), ("mul", 4, 0), ("div", 5, 1)][: 2 + case]
    for number in range(case):
        last = len(values) + len(steps) - 1
        op = ("add", "mul", ("add", "sub", "mul", "div")[one(rng, 0, 3)])[number]
        other = one(rng, 0, 2 if op == "div" else last - (op == "sub"))
        pair = (last, other) if op == "div" else (other, last)
        steps.append((op, *pair))
    return values, steps


def tape_slopes(values, steps, **mistakes):
    """The slopes of the last number for the inputs; see `local_slopes` for the mistakes."""
    tape = [float(value) for value in values]
    for op, i, j in steps:
        a, b = tape[i], tape[j]
        tape.append({"add": a + b, "sub": a - b, "mul": a * b, "div": a / b if b else 0.0}[op])
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    walk = range(len(values), len(tape))
    for place in walk if mistakes.get("forwards") else reversed(walk):
        op, i, j = steps[place - len(values)]
        for parent, slope in zip((i, j), local_slopes(op, tape[i], tape[j], **mistakes)):
            before = 0.0 if mistakes.get("assign") else grads[parent]
            grads[parent] = before + slope * grads[place]
    return torch.tensor(grads[: len(values)], dtype=torch.float64)


def local_slopes(op, a, b, sub=True, div=True, swap=False, assign=False, forwards=False):
    """Slopes of one step for its two parents; the keywords put mistakes in."""
    if op == "mul":
        return (a, b) if swap else (b, a)
    if op == "div" and div == "once":
        return 1 / b, -a / b
    if op == "div":
        return 1 / b, (-a / b**2 if div else a / b**2)
    return 1.0, (-1.0 if op == "sub" and sub else 1.0)


TAPE = Task(
    id="3.8",
    title="A tape of your own",
    points=7,
    function="tape_slopes",
    taught="ch03_backpropagation.ipynb#a-tape-that-remembers-1970",
    statement=r"""
Now without `Number`, and with division. A computation is given as plain data. `values` is a tensor
(3,): the inputs, numbers 0, 1 and 2 of the tape. `steps` is a list of `(op, i, j)`, each of which
appends one number to the tape, computed from numbers `i` and `j` that stand there already: `"add"`
is their sum, `"sub"` number `i` minus number `j`, `"mul"` their product, `"div"` number `i` divided
by number `j`. With `values` $(2, 3, 4)$ and `steps` `[("mul", 0, 1), ("sub", 3, 2)]` the tape is
$2, 3, 4, 6, 2$.

Write `tape_slopes(values, steps)`. Run forward, then walk back, and return the slopes of the *last*
number of the tape for the three inputs, a tensor or list of three numbers. A number may be used
twice, even by the same step, and some are never used. `steps` may be empty.
""",
    generate=tape_case,
    oracle=tape_slopes,
    symptoms=[
        Symptom(
            "Where a number is used twice, one of its paths is lost. Paths add.",
            mimics=lambda values, steps: tape_slopes(values, steps, assign=True),
        ),
        Symptom(
            "You walk the tape from its beginning. A number can pass its slope on only when all "
            "that depends on it is done.",
            mimics=lambda values, steps: tape_slopes(values, steps, forwards=True),
        ),
        Symptom(
            "If there are no steps, the last number of the tape is the third input. Its slope for "
            "itself is 1.",
            when=lambda answer, expected, values, steps: not steps,
        ),
        Symptom(
            "In a quotient the slope for the denominator has the wrong size: b stands there "
            "squared.",
            mimics=lambda values, steps: tape_slopes(values, steps, div="once"),
        ),
        Symptom(
            "In a difference both numbers get the same slope. What happens when the second rises?",
            mimics=lambda values, steps: tape_slopes(values, steps, sub=False),
        ),
        Symptom(
            "In a quotient the slope for the denominator has the wrong sign.",
            mimics=lambda values, steps: tape_slopes(values, steps, div=False),
        ),
        Symptom(
            "In a product each factor gets its own value as slope; look again at the chapter's "
            "rule.",
            mimics=lambda values, steps: tape_slopes(values, steps, swap=True),
        ),
    ],
)
