"""The exercise of chapter 22 on fading: what one number of a state does, by pencil."""

import math
from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def step_of(keep, steps):
    return -math.log(keep) / steps


def level_of(step, b, c):
    return c * step * b / -math.expm1(-step)


def age_of(step):
    return 1 / math.expm1(step)


def first_of(step, part):
    """The first number of inputs after which the part is reached."""
    return max(1, math.ceil(math.log1p(-part) / -step - 1e-9))


def fading(keep, steps, b, c, part, step=step_of, level=level_of, age=age_of, first=first_of):
    """The oracle: (step, level, age, first); the keywords are mistakes."""
    size = step(keep, steps)
    return size, level(size, b, c), age(size), first(size, part)


MISTAKES = {
    "Your step fades in *one* step as much as it should in `steps` of them.": partial(
        fading, step=lambda keep, steps: -math.log(keep)
    ),
    "Your step is too large: $e^{-\\Delta}$ is a power of e, not of 2.": partial(
        fading, step=lambda keep, steps: -math.log2(keep) / steps
    ),
    "Your step would let the state grow.": partial(
        fading, step=lambda keep, steps: math.log(keep) / steps,
        first=lambda step, part: first_of(-step, part),
    ),
    "Your step takes the same part of the *first* state away each time. It takes a part of what is "
    "left.": partial(fading, step=lambda keep, steps: (1 - keep) / steps),
    "`step` is right. For `level` you write $B x_t$ into the state. It is $\\Delta B x_t$.": (
        partial(fading, level=lambda step, b, c: c * b / -math.expm1(-step))
    ),
    "`step` is right. Your `level` is that of a layer which writes $1 - e^{-\\Delta}$ in the place "
    "of $\\Delta$.": partial(fading, level=lambda step, b, c: c * b),
    "`step` is right. In your `level` the input that has just come is not yet there.": partial(
        fading, level=lambda step, b, c: c * step * b / math.expm1(step)
    ),
    "`step` is right. Your `level` is what one single input gives. Here one comes at every "
    "step.": partial(fading, level=lambda step, b, c: c * step * b),
    "`step` and `level` are right. An input that has just come has the age 0.": partial(
        fading, age=lambda step: 1 / -math.expm1(-step)
    ),
    "`step` and `level` are right. Your `age` is the time in which half is left. Asked for is a "
    "mean of ages.": partial(fading, age=lambda step: math.log(2) / step),
    "`step` and `level` are right. Your `age` is that of a state which fades all the time. Ours "
    "fades in steps: add up what each age weighs.": partial(fading, age=lambda step: 1 / step),
    "All but `first` are right. After as many inputs as you say the part is not yet "
    "reached.": partial(
        fading, first=lambda step, part: int(math.log1p(-part) / -step + 1e-9)
    ),
    "All but `first` are right. You ask when only `part` is *left*. Asked for is when so much has "
    "come in.": partial(
        fading, first=lambda step, part: max(1, math.ceil(math.log(part) / -step - 1e-9))
    ),
    "All but `first` are right. It is one too large: the first input counts at once.": partial(
        fading, first=lambda step, part: first_of(step, part) + 1
    ),
}  # fmt: skip
STATED = 0.5, 1, 2.0, 3.0, 0.9


def fading_case(rng, case):
    """Draw states on which each mistake shows; long ones, short ones, a part just reached."""
    if case == 0:
        return STATED
    keep = round(float(rng.uniform(0.1, 0.9)), 2)
    steps = one(rng, 2, 9)
    b, c = (float(x) for x in (rng.uniform(0.5, 3.0, size=2) * (1, -1)).round(1))
    part = round(float(rng.uniform(0.2, 0.95)), 2)
    if case == 3:
        steps = 10 ** one(rng, 11, 13)
    if case == 4:
        keep, steps, part = 0.5, 1, 0.875  # after just three inputs
    if case == 5:
        keep, steps, part = 1e-9, 1, 0.3  # after the first
    if case == 6:
        steps, keep = one(rng, 200, 900), 0.5
    inputs = keep, steps, b, c, part
    wrong = list(MISTAKES.values()) if case < 3 else []
    return inputs if telling(inputs, fading, wrong, wrong) else fading_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


FADING = Task(
    id="22.1",
    title="With a pencil: one number that fades",
    points=5,
    function="fading",
    kind="pencil",
    taught="ch22_beyond_attention.ipynb#a-state-that-fades-2021",
    returns=("step", "level", "age", "first"),
    statement=r"""
Take a pencil. The state is one number, $h_t = e^{-\Delta} h_{t-1} + \Delta B x_t$, and
$y_t = C h_t$: the page's layer with $A = -1$ and $D = 0$. It starts empty.

- `step`: the $\Delta$ with which, when all inputs are 0, the share `keep` of a state is left after
  `steps` steps; `keep` lies between 0 and 1.
- `level`: what $y_t$ comes to when every input is a 1, for ever. `b` and `c` are $B$ and $C$.
- `age`: what is then in the state came in at different times. An input's *age* is the number of
  steps since it came, 0 for the one of this step. Asked for is the mean age, each input weighed by
  what is still there of it.
- `first`: after how many inputs of 1 the output is, for the first time, at least the share `part`
  of its level (up to $10^{-9}$ of an input); `part` lies between 0 and 1.

Write `fading(keep, steps, b, c, part)` and return `(step, level, age, first)`. For 0.5, 1 step, 2,
3 and 0.9 the answer is 0.693, 8.318, 1 and 4. `steps` may be $10^{13}$; then $1 - e^{-\Delta}$
loses its digits, and `math.expm1`, which is $e^x - 1$, keeps them.
""",
    generate=fading_case,
    cases=7,
    oracle=fading,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All but `first` are right. Write down the output after one input, and after two.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1, 2),
        ),
        Symptom(
            "`step` and `level` are right, `age` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`step` is right, `level` is not. Add up what all inputs still do.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0) and not right(answer, expected, 1)
            ),
        ),
        Symptom(
            "`step` is not right. What is left after one step, and after two?",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

FADINGS = [FADING]
