"""The exercises of chapter 0 on numbers: two partial slopes, fading, luck, a table's stretch."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, uniform, whole
from dlcore.grade.tasks.prediction import measured


def pencil_case(rng, case):
    if case == 5:
        return 0.0, 3.0  # nothing moves for y here, and little for x
    x, y = uniform(rng, -3, 3, 2).tolist()
    return x + 0.05, y + 0.02  # never 0


def two_slopes(x, y):
    inside = x * y + x**2
    return 2 * inside * (y + 2 * x), 2 * inside * x


PENCIL = Task(
    id="0.5",
    title="With a pencil: two partial slopes",
    points=4,
    function="two_slopes",
    taught="ch00_tools.ipynb#partial-slopes-and-the-chain-rule",
    kind="pencil",
    statement=r"""
Take a pencil. Let $u = x y + x^2$ and $f = u^2$. Find the partial slopes $\partial f / \partial x$
and $\partial f / \partial y$ on paper, by the chain rule; note on how many ways $x$ reaches $u$.

Write `two_slopes(x, y)` for two numbers, which returns `(for_x, for_y)` by your two formulas,
without nudging.
""",
    generate=pencil_case,
    oracle=two_slopes,
    symptoms=[
        Symptom(
            "The slope of the outer step is there; that of the inner step, from x and y to u, is "
            "not.",
            mimics=lambda x, y: (2 * (x * y + x**2),) * 2,
        ),
        Symptom(
            "Where is the slope of the square?",
            mimics=lambda x, y: (y + 2 * x, x),
        ),
        Symptom(
            "The slope of u squared is twice u: the 2 is missing.",
            mimics=lambda x, y: tuple(slope / 2 for slope in two_slopes(x, y)),
        ),
        Symptom(
            "x reaches u on two ways; you follow only that through the product with y.",
            mimics=lambda x, y: (2 * (x * y + x**2) * y, two_slopes(x, y)[1]),
        ),
        Symptom(
            "x reaches u on two ways; you follow only that through the square of x.",
            mimics=lambda x, y: (2 * (x * y + x**2) * 2 * x, two_slopes(x, y)[1]),
        ),
        Symptom(
            "These are the right two numbers in the wrong order.",
            mimics=lambda x, y: two_slopes(x, y)[::-1],
        ),
    ],
)


def fade_case(rng, case):
    edges = {1: (0.5, 0.125), 2: (0.7, 1.0), 3: (0.995, 0.001), 5: (0.3, 0.9)}
    return edges.get(case, (one(rng, 55, 95) / 100, one(rng, 2, 30) / 1000))


def steps_to_fade(factor, share):
    steps, left = 0, 1.0
    while left > share:
        steps, left = steps + 1, left * factor
    return steps


FADE = Task(
    id="0.6",
    title="How many steps until it has faded?",
    points=5,
    function="steps_to_fade",
    taught="ch00_tools.ipynb#exponentials-and-logarithms",
    statement=r"""
A signal of size 1 is multiplied by `factor` in each step; `factor` lies between 0 and 1.

Write `steps_to_fade(factor, share)`, which returns the smallest whole number of steps after which
at most `share` of the signal is left. For half and an eighth, for instance, that is 3. `share` is
above 0 and at most 1. A loop does it, and so does a quotient of two logarithms.
""",
    generate=fade_case,
    oracle=steps_to_fade,
    symptoms=[
        Symptom(
            "After your number of steps more than the share is still left: one step is missing.",
            when=lambda answer, expected, *inputs: answer == expected - 1,
        ),
        Symptom(
            "When exactly the share is left, it is enough; you take one more step.",
            when=lambda answer, expected, factor, share: (
                answer == expected + 1 and factor**expected == share
            ),
        ),
        Symptom(
            "One step fewer would have been enough.",
            when=lambda answer, expected, *inputs: answer == expected + 1,
        ),
        Symptom(
            "You take the same amount away in each step. It is a *factor*: the steps get smaller.",
            when=lambda answer, expected, factor, share: (
                abs(answer - (1 - share) / (1 - factor)) <= 1
            ),
        ),
        Symptom(
            "The sign is wrong: logarithms of numbers below 1 are below 0, both of them.",
            when=lambda answer, expected, *inputs: answer < 0,
        ),
        Symptom(
            "A number of steps is whole.",
            when=lambda answer, expected, *inputs: answer != int(answer),
        ),
    ],
)


def luck_case(rng, case):
    edges = {0: (60, 100), 1: (15, 25), 2: (1190, 2500), 3: (1, 1), 4: (41, 100)}
    flips = one(rng, 40, 400)
    return edges.get(case, (flips // 2 + one(rng, 11, 30) * (-1) ** one(rng, 0, 1), flips))


def luck(heads, flips, most=2, width=0.5, root=True):
    spread = width * (math.sqrt(flips) if root else flips)
    away = abs(heads - flips / 2) / spread
    return ("luck" if away <= most else "not luck"), away


LUCK = Task(
    id="0.7",
    title="Luck or not? Justify by a number",
    points=6,
    function="luck",
    taught="ch00_tools.ipynb#average-variance-and-the-root-law",
    kind="why",
    statement=r"""
Somebody flipped a coin `flips` times and got `heads` heads. Was it luck, or is the coin (or the
person) worth a closer look? And *why*?

Write `luck(heads, flips)`. Return `(answer, away)`. `away` is the reason: how many standard
deviations the number of heads lies from half of the flips, on whichever side, so never below 0. The
`answer` is "luck" if that is at most 2, and else "not luck". For each flip a head counts 1 and a
tail 0.
""",
    generate=luck_case,
    oracle=luck,
    symptoms=[
        Symptom(
            "Flips that count +1 and −1 have a standard deviation of 1. Here they count 1 and 0, "
            "which lie half as far apart.",
            mimics=lambda heads, flips: luck(heads, flips, width=1.0),
        ),
        Symptom(
            "Your spread grows with the flips, and not with their root. Then nothing is ever "
            "strange.",
            when=lambda answer, expected, heads, flips: any(
                abs(answer[1] - luck(heads, flips, width=width, root=False)[1]) < 1e-6
                for width in (0.5, 1.0, 0.25)
            ),
        ),
        Symptom(
            "Too few heads are as strange as too many: your number falls below 0.",
            when=lambda answer, expected, heads, flips: abs(answer[1] + expected[1]) < 1e-6,
        ),
        Symptom(
            "Exactly 2 is at most 2.",
            when=lambda answer, expected, heads, flips: (
                abs(expected[1] - 2) < 1e-9 and abs(answer[1] - expected[1]) < 1e-6
            ),
        ),
        Symptom(
            "The number is right, and the answer does not follow from it.",
            when=lambda answer, expected, heads, flips: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)


def stretch_case(rng, case):
    a, b, d = (one(rng, low, 6) for low in (1, 1, 1))
    scale = 0.1 if case == 4 else 1.0
    table = scale * torch.tensor([[a, b], [b, d + (a == d)]], dtype=torch.float64)
    x = torch.tensor([0.0, 3.0]) if case == 1 else whole(rng, 1, 4, 2).double() * signs_of(case)
    return table, x.double(), (1 if case == 2 else one(rng, 2, 4))


def signs_of(case):
    return -1.0 if case == 5 else 1.0


def last_stretch(table, x, steps):
    """By what factor the last of the steps made the arrow longer."""
    for _ in range(steps - 1):
        x = table @ x
    return float((table @ x).norm() / x.norm())


def both(table, x, steps, more=0, again=1.0):
    return (
        last_stretch(table, x, steps + more),
        last_stretch(table + again * torch.eye(2, dtype=table.dtype), x, steps + more),
    )


STRETCH = Task(
    id="0.8",
    title="Predict, then measure: one more of the same arrow",
    points=5,
    function="stretch",
    taught="ch00_tools.ipynb#the-direction-that-a-table-only-stretches",
    kind="predict",
    statement=r"""
`table` (2, 2) equals its own transpose and has only positive numbers. An arrow `x` is multiplied by
it again and again. Now add the identity to the table: $A + I$ gives $Ax + x$, what the table gives
plus the arrow itself. In the long run, what becomes of the direction in which arrows point, and of
the factor by which they grow?

- **a**: the same direction, a factor larger by 1
- **b**: the same direction and the same factor
- **c**: another direction

Decide first. Then write `stretch(table, x, steps)` for an arrow `x` (2,). Apply the table `steps`
times, at least once, and note by what factor the *last* step made the arrow longer; then begin with
`x` again and do the same with $A + I$. Return `(prediction, factor, factor_with_identity)`, such as
`("b", 3.1, 2.9)`. Any prediction counts, if you made one; both factors must be right.
""",
    generate=stretch_case,
    judge=measured(
        ("a", "b", "c"),
        both,
        [
            (
                "The second factor is that of the same table again.",
                lambda *inputs: both(*inputs, again=0.0),
            ),
            (
                "You add 1 to the first factor without measuring. After a few steps that is not "
                "yet true.",
                lambda *inputs: (both(*inputs)[0], both(*inputs)[0] + 1),
            ),
            ("You take one step too many.", lambda *inputs: both(*inputs, more=1)),
            (
                "You divide by the length of the first arrow: that is the growth over all steps.",
                lambda table, x, steps: tuple(
                    math.prod(last_stretch(each, x, k) for k in range(1, steps + 1))
                    for each in (table, table + torch.eye(2, dtype=table.dtype))
                ),
            ),
            (
                "You return lengths; a factor is the length after a step by that before it.",
                lambda table, x, steps: tuple(
                    float((torch.linalg.matrix_power(each, steps) @ x).norm())
                    for each in (table, table + torch.eye(2, dtype=table.dtype))
                ),
            ),
            (
                "You add 1 to every number of the table. The identity has ones on its diagonal "
                "only.",
                lambda table, x, steps: (
                    last_stretch(table, x, steps),
                    last_stretch(table + 1, x, steps),
                ),
            ),
        ],
        names=("factor", "factor with the identity"),
    ),
)

NUMBERS = [PENCIL, FADE, LUCK, STRETCH]
