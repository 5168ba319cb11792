"""The exercise of chapter 7 on forecasts: the weights that continue a wave."""

import math

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def wave_case(rng, case):
    period, growth, level = one(rng, 25, 240) / 10, one(rng, 5, 15) / 10, one(rng, -9, 9) / 2
    edges = {1: (4, 1.1, 2.5), 2: (6, 0.9, 0.0), 3: (24, 1.0, 3.0), 4: (3, 0.5, -2.0)}
    return edges.get(case, (period + 0.05, growth + 0.03, level + 0.25))


def wave_weights(period, growth, level):
    swing = 2 * growth * math.cos(2 * math.pi / period)
    return swing, -(growth**2), level * (1 - swing + growth**2)


def with_constant(rule):
    """The right weights; rule(level, last, before) gives a wrong constant."""

    def mistaken(period, growth, level):
        last, before, _ = wave_weights(period, growth, level)
        return last, before, rule(level, last, before)

    return mistaken


WAVE = Task(
    id="7.9",
    title="With a pencil: the weights that continue a wave",
    points=4,
    function="wave_weights",
    taught="ch07_recurrence.ipynb#forecasts-and-faults",
    kind="pencil",
    statement=r"""
A sum of sines is exactly what a weighted sum of past values can continue, says the chapter. Take a
pencil and a single wave around a level $m$, which grows or fades by a factor $r$ in each step:

$$x_t = m + r^t \sin(\omega t + \varphi), \qquad \omega = 2 \pi / \text{period} .$$

Find the three numbers with which $x_t = a\, x_{t-1} + b\, x_{t-2} + c$ for *every* $t$ and every
phase $\varphi$. Begin with $m = 0$ and $r = 1$; from school you may need
$\sin(\alpha + \beta) + \sin(\alpha - \beta) = 2 \sin\alpha \cos\beta$.

Write `wave_weights(period, growth, level)`, which returns `(a, b, c)` by your formulas for a
`period` above 2 steps, with `growth` for $r > 0$ and `level` for $m$.
""",
    generate=wave_case,
    returns=("a", "b", "c"),
    oracle=wave_weights,
    symptoms=[
        Symptom(
            "`a` is half of what it should be: the sum of the two sines is *twice* a product.",
            when=lambda answer, expected, *inputs: (
                abs(2 * answer[0] - expected[0]) + abs(answer[1] - expected[1]) < 1e-6
            ),
        ),
        Symptom(
            "Your weights suit a wave of constant height: the growth plays no part.",
            mimics=lambda period, growth, level: wave_weights(period, 1.0, level),
        ),
        Symptom(
            "From the value before last to this one it is two steps, and in each of them the wave "
            "grows by the factor r.",
            when=lambda answer, expected, period, growth, level: abs(answer[1] + growth) < 1e-6,
        ),
        Symptom(
            "The weight of the value before last has the wrong sign. At a crest the last value is "
            "the highest, and the wave turns down: which weight sees to that?",
            when=lambda answer, expected, *inputs: abs(answer[1] + expected[1]) < 1e-6,
        ),
        Symptom(
            "In `a` the growth is missing. The last value has to grow by one factor r, too.",
            when=lambda answer, expected, period, growth, level: (
                abs(answer[0] * growth - expected[0]) < 1e-6
            ),
        ),
        Symptom(
            "Your angle from step to step is another one. In one period the wave turns once, which "
            "is 2π, and `math.cos` wants that kind of angle, not degrees.",
            when=lambda answer, expected, period, growth, level: any(
                abs(answer[0] - 2 * growth * math.cos(angle)) < 1e-6
                for angle in (
                    period,
                    1 / period,
                    math.pi / period,
                    360 / period,
                    2 * math.pi * period,
                )
            ),
        ),
        Symptom(
            "The two weights have changed places: `a` belongs to the last value, `b` to the one "
            "before it.",
            mimics=lambda *inputs: (
                wave_weights(*inputs)[1],
                wave_weights(*inputs)[0],
                wave_weights(*inputs)[2],
            ),
        ),
        Symptom(
            "`a` is right and `b` is not. Take a level of 0, and the moment at which the wave goes "
            "through 0: what stands before and behind?",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) < 1e-6 < abs(answer[1] - expected[1])
            ),
        ),
        Symptom(
            "`b` is right and `a` is not. Take a level of 0 and no growth, and a moment at which "
            "the wave is at its crest: what stands before and behind?",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) < 1e-6 < abs(answer[0] - expected[0])
            ),
        ),
        Symptom(
            "Your constant is the level itself. But a part of the level already comes with each of "
            "the two values.",
            mimics=with_constant(lambda level, last, before: level),
        ),
        Symptom(
            "Your wave swings around 0: the level plays no part.",
            mimics=with_constant(lambda level, last, before: 0.0),
        ),
        Symptom(
            "Both weights are right; the constant is not. What must hold for a wave that stands "
            "still at its level?",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) + abs(answer[1] - expected[1]) < 1e-6
            ),
        ),
    ],
)

FORECASTS = [WAVE]
