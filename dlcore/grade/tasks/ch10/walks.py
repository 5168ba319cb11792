"""The exercises of chapter 10 on momentum: how it was first written, and how far a ball rolls."""

import math
from functools import partial

from dlcore.grade.task import Formula, Symptom, Task
from dlcore.grade.tasks.draws import one

SLOPES = [
    "lambda w: 3 * w",
    "lambda w: w ** 3 - w",
    "lambda w: 25 * w if w < 1 else w + 24 if w < 2 else 25 * w - 24",
    "lambda w: 2 * math.sin(w) + w",
]


def walk_case(rng, case):
    steps = {3: 0, 4: 1, 5: one(rng, 20, 30)}.get(case, one(rng, 4, 7))
    slope = SLOPES[[0, 2, 3][one(rng, 0, 2)] if case > 3 else case]
    start = one(rng, 15, 30) / 10
    return Formula(slope), start, one(rng, 2, 4) / 100, steps


def next_number(a):
    return (1 + math.sqrt(4 * a * a + 1)) / 2


def walk(
    slope, w, rate, steps, first=1.0, grow=next_number, share=None, here=False, on=True, own=True
):
    """The oracle, written with the last move; the keywords are mistakes.

    share(old, new): the part of the last move; here: the slope is taken where the ball is; on:
    whether the step begins at the place ahead; own: whether the last move is that of the ball.
    """
    share = share or (lambda old, new: (old - 1) / new)
    a, ahead = first, w
    for _ in range(steps):
        slide = -rate * slope(w if here else ahead)
        move = (ahead - w if on else 0.0) + slide
        w += move
        a, old = grow(a), a
        ahead = w + share(old, a) * (move if own else slide)
    return w, ahead


NESTEROV = Task(
    id="10.1",
    title="Looking ahead, as it was first written",
    points=4,
    function="nesterov_1983",
    taught="ch10_optimisers.ipynb#looking-ahead-nesterov-1983",
    statement=r"""
Nesterov's paper has no fixed share of the last move that is kept. It *grows* from step to step, by
a list of numbers $a_1 = 1$, $a_{k+1} = \tfrac12 \bigl(1 + \sqrt{4 a_k^2 + 1}\bigr)$. The ball
begins at $w_0$, and there the first slope is taken, $y_1 = w_0$. Step $k = 1, 2, \dots$ is, with
the rate $\eta$ and the slope $f'$,

$$w_k = y_k - \eta\, f'(y_k), \qquad
y_{k+1} = w_k + \frac{a_k - 1}{a_{k+1}} \, (w_k - w_{k-1}).$$

Write `nesterov_1983(slope, w, rate, steps)` for one weight. `slope` is a function: `slope(2.0)` is
the slope at 2. Return `(w, ahead)` after so many steps: where the ball is, and the place where the
next slope would be taken. `steps` may be 0.
""",
    generate=walk_case,
    returns=("w", "ahead"),
    oracle=walk,
    symptoms=[
        Symptom(
            "You take the slope where the ball is. The slope belongs to the place ahead of it.",
            mimics=partial(walk, here=True),
        ),
        Symptom(
            "The slope is the right one, but you step from where the ball is, and so the last move "
            "is lost. The step begins at the place ahead.",
            mimics=partial(walk, on=False),
        ),
        Symptom(
            "This is plain descent: nothing of the last move is kept.",
            mimics=partial(walk, share=lambda old, new: 0.0),
        ),
        Symptom(
            "Your place ahead lies behind the ball: look at the sign of the last move.",
            mimics=partial(walk, share=lambda old, new: -(old - 1) / new),
        ),
        Symptom(
            "Your last move leads from the place ahead to the ball. It leads from where the ball "
            "was before to where it is now.",
            mimics=partial(walk, own=False),
        ),
        Symptom(
            "You go uphill: the slope is subtracted.",
            mimics=lambda slope, w, rate, steps: walk(slope, w, -rate, steps),
        ),
        Symptom(
            "You divide by the old number a. Below the line stands the next one.",
            mimics=partial(walk, share=lambda old, new: (old - 1) / old),
        ),
        Symptom(
            "Above the line stands the old number a, from which 1 is subtracted. You take the "
            "next one there.",
            mimics=partial(walk, share=lambda old, new: (new - 1) / new),
        ),
        Symptom(
            "Your numbers above and below the line are one place further on in the list of the a. "
            "In the first step the part that is kept is 0.",
            mimics=partial(walk, first=next_number(1.0)),
        ),
        Symptom(
            "Your numbers a begin with 0. They begin with 1.",
            mimics=partial(walk, first=0.0),
        ),
        Symptom(
            "The numbers a grow in another way than the one above: is there a square under the "
            "root, and a 4 before it?",
            when=lambda answer, expected, *inputs: any(
                abs(answer[0] - walk(*inputs, grow=grow)[0]) < 1e-9
                and abs(answer[1] - walk(*inputs, grow=grow)[1]) < 1e-9
                for grow in OTHER_NUMBERS
            ),
        ),
        Symptom(
            "The two values have changed places.",
            mimics=lambda *inputs: walk(*inputs)[::-1],
        ),
        Symptom(
            "You do one step too many.",
            mimics=lambda slope, w, rate, steps: walk(slope, w, rate, steps + 1),
        ),
        Symptom(
            "You do one step too few.",
            mimics=lambda slope, w, rate, steps: walk(slope, w, rate, max(steps - 1, 0)),
        ),
        Symptom(
            "The ball is right, the place ahead of it is not.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-9,
        ),
    ],
)
OTHER_NUMBERS = [
    lambda a: (1 + math.sqrt(4 * a + 1)) / 2,
    lambda a: (1 + math.sqrt(a * a + 1)) / 2,
    lambda a: 1 + math.sqrt(4 * a * a + 1),
    lambda a: math.sqrt(4 * a * a + 1) / 2,
    lambda a: a + 1,
]


def roll_case(rng, case):
    rate, slope = one(rng, 1, 5) / 100, one(rng, 1, 30) / 10
    beta = {3: 0.0, 5: 0.999}.get(case, one(rng, 5, 9) / 10)
    count = {1: 1, 2: 0, 4: 10**12}.get(case, one(rng, 3, 6))
    return rate, beta, slope, count


def roll(rate, beta, slope, count):
    """How far it is pushed and how far it rolls on: all in all each push is worth 1/(1-beta)."""
    speed = slope * (1 - beta**count) / (1 - beta)
    coasted = rate * beta * speed / (1 - beta)
    return rate * slope * count / (1 - beta) - coasted, coasted


def loose(change):
    """The two distances changed; `speed` is the memory behind the last push."""

    def mistaken(rate, beta, slope, count):
        pushed, coasted = roll(rate, beta, slope, count)
        speed = slope * (1 - beta**count) / (1 - beta)
        return change(pushed, coasted, rate, beta, slope, count, speed)

    return mistaken


ROLL = Task(
    id="10.9",
    title="With a pencil: how far a ball rolls on",
    points=4,
    function="roll",
    taught="ch10_optimisers.ipynb#momentum-a-heavy-ball-1964",
    kind="pencil",
    statement=r"""
Take a pencil. A ball lies at rest, $m = 0$. For $n$ steps the slope under it is $g > 0$, the same
each time; behind that the ground is flat for ever, $g = 0$. Each step is
$m \leftarrow \beta m + g$, $w \leftarrow w - \eta m$.

Find on paper how far the ball gets in the $n$ steps on the slope, and how far it still rolls on the
flat ground until it has lost all speed. Both are sums of powers of $\beta$
([chapter 0](../ch00_tools.ipynb)) and become short formulas; distances count as positive. Then add
the two. The sum is shorter than either: what is one push worth in the end?

Write `roll(rate, beta, slope, count)` for $\eta$, $\beta$, $g$ and $n$, which returns
`(pushed, coasted)`, the two distances, by your formulas. $\beta$ is at least 0 and below 1; $n$ may
be 0, or a million millions, and then no loop comes to its end.
""",
    generate=roll_case,
    returns=("pushed", "coasted"),
    oracle=roll,
    symptoms=[
        Symptom(
            "Your ball has its full speed from the start: the sum of both is right for that, but "
            "`pushed` alone is not. It takes a while to gain speed.",
            mimics=loose(lambda p, c, rate, beta, g, n, m: (rate * g * n / (1 - beta), c)),
        ),
        Symptom(
            "Your second number is the whole way. Asked for is what comes behind the pushes.",
            mimics=loose(lambda p, c, *rest: (p, p + c)),
        ),
        Symptom(
            "Your ball coasts one step too far: in the first step on the flat ground its memory "
            "has already shrunk once.",
            mimics=loose(lambda p, c, rate, beta, g, n, m: (p, rate * m / (1 - beta))),
        ),
        Symptom(
            "Both are too short by 1 − β. In this notation the slope comes in whole, not with the "
            "share 1 − β.",
            mimics=loose(lambda p, c, rate, beta, *rest: (p * (1 - beta), c * (1 - beta))),
        ),
        Symptom(
            "You move the ball before the push has come into its memory, so the last push is "
            "counted on the flat ground.",
            mimics=loose(lambda p, c, rate, beta, g, n, m: (p - rate * m, c + rate * m)),
        ),
        Symptom(
            "Your first number is right for a ball that keeps all of its speed. A share of it, "
            "1 − β, is lost in each step.",
            mimics=loose(lambda p, c, rate, beta, g, n, m: (rate * g * n * (n + 1) / 2, c)),
        ),
        Symptom(
            "You forget the rate: these are sums of the memory, not of steps.",
            mimics=loose(lambda p, c, rate, *rest: (p / rate, c / rate)),
        ),
        Symptom(
            "The ball rolls on as if one push had set it going. Its memory holds all of them.",
            mimics=loose(lambda p, c, rate, beta, g, *rest: (p, rate * beta * g / (1 - beta))),
        ),
        Symptom(
            "Your ball has reached its full speed before it coasts. With few pushes it has not.",
            mimics=loose(lambda p, c, rate, beta, g, *rest: (p, rate * beta * g / (1 - beta) ** 2)),
        ),
        Symptom(
            "The two distances have changed places.",
            mimics=lambda *inputs: roll(*inputs)[::-1],
        ),
        Symptom(
            "`pushed` is right, `coasted` is not.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "`coasted` is right, `pushed` is not.",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)

WALKS = [NESTEROV, ROLL]
