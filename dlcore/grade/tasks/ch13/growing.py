"""The exercise of chapter 13 on scaling: how a net grows with a budget."""

import math
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def multiple(channels, least=0.9, base=8, round_=lambda c: int(c + 4) // 8):
    """The nearest multiple of 8, but not below 90 % of the channels."""
    nearest = base * max(1, round_(channels))
    return nearest + base if nearest < least * channels else nearest


def grow(stages, side, factor, alpha, beta, gamma, **mistakes):
    """The oracle: (phi, stages, side) for a budget; the keywords are mistakes."""
    square = mistakes.get("square", 2)
    phi = mistakes.get("phi", math.log)(factor) / math.log(alpha * (beta * gamma) ** square)
    layers, channels = mistakes.get("layers", math.ceil), mistakes.get("channels", multiple)
    grown = [(layers(alpha**phi * n), channels(beta**phi * c)) for n, c in stages]
    return phi, grown, mistakes.get("sides", math.floor)(gamma**phi * side)


GROW_MISTAKES = {
    "Multiply-adds grow with the square of the width and the square of the side.": partial(
        grow, square=1
    ),
    "You take φ itself for the logarithm of the budget to the base 2. One step of φ multiplies the "
    "cost by α β² γ², which need not be 2.": lambda stages, side, factor, alpha, beta, gamma: grow(
        stages,
        side,
        factor,
        alpha,
        beta,
        gamma,
        phi=lambda factor: math.log2(factor) * math.log(alpha * (beta * gamma) ** 2),
    ),
    "Your layers are rounded to the nearest number. They are rounded up.": partial(
        grow, layers=lambda n: math.floor(n + 0.5)
    ),
    "Your layers are rounded down. They are rounded up.": partial(grow, layers=math.floor),
    "Some of your channels are less than 0.9 of what they should be.": partial(
        grow, channels=partial(multiple, least=0.0)
    ),
    "Your channels are rounded up to a multiple of 8. The nearest one counts, if it is not too "
    "small.": partial(grow, channels=lambda c: 8 * math.ceil(c / 8)),
    "Your channels are rounded to whole numbers, not to multiples of 8.": partial(
        grow, channels=lambda c: math.floor(c + 0.5)
    ),
    "The side of the picture is rounded to the nearest number. It is rounded down.": partial(
        grow, sides=lambda side: math.floor(side + 0.5)
    ),
    "The side of the picture is rounded up. It is rounded down.": partial(grow, sides=math.ceil),
    "Your stages stay as they are.": lambda stages, side, *rest: (
        grow(stages, side, *rest)[0],
        stages,
        grow(stages, side, *rest)[2],
    ),
}


def unclear(value, step=1.0):
    """Whether a number is so near to a multiple of step that rounding errors decide."""
    return 0 < abs(value / step - round(value / step)) < 1e-6


def grow_case(rng, case):
    """Draw nets on which each kind of rounding shows; no growth, a smaller net, one axis alone."""
    factor = {3: 1.0, 4: 0.5}.get(case, one(rng, 5, 32) / 2)
    alpha, beta, gamma = (1 + one(rng, 5, 30) / 100 for _ in range(3))
    if case == 5:
        alpha, beta, gamma = (1.0, 1.0, 1.25) if one(rng, 0, 1) else (1.0, 1.3, 1.0)
    stages = [(one(rng, 1, 5), one(rng, 4, 40)) for _ in range(one(rng, 3, 4))]
    if case == 3:
        stages = [(1, 4), (2, 10), (3, 52), (2, 44)]  # 10 becomes 16; the last two lie between
    if case == 4:
        stages[0] = (3, 4)  # less than 4 channels are to become 8
    side = one(rng, 24, 64)
    inputs = stages, side, factor, alpha, beta, gamma
    phi = grow(*inputs)[0]
    odd = unclear(gamma**phi * side)
    odd |= case == 4 and gamma**phi * side % 1 > 0.5  # the nearest is not the next one here
    for layers, channels in stages:
        wide = beta**phi * channels
        near = abs(multiple(wide, 0.0) - 0.9 * wide) < 1e-6
        odd |= unclear(alpha**phi * layers) or unclear(wide, 4) or near
    if odd or (case < 3 and not telling(inputs, grow, GROW_MISTAKES.values())):
        return grow_case(rng, case)
    return inputs


GROW = Task(
    id="13.6",
    title="Grow a net to a budget",
    points=5,
    function="grow",
    taught="ch13_residual.ipynb#deeper-wider-sharper-efficientnet-2019",
    returns=("phi", "stages", "side"),
    statement=r"""
You have a net, and now you may spend `factor` times as many multiply-adds on it. Compound scaling
multiplies the depth by $\alpha^\varphi$, the width by $\beta^\varphi$ and the side of the picture
by $\gamma^\varphi$. Find the $\varphi$ for which the cost grows exactly by `factor`, if it grows
with the depth, with the square of the width and with the square of the side.
$\alpha\beta^2\gamma^2$ need not be 2, and $\varphi$ no whole number; a budget below 1 makes
the net smaller.

Layers, channels and pixels are whole numbers. The layers of a stage are rounded up. Its channels
become the *nearest* multiple of 8 (at a tie the larger one, and never 0); if that is less than 0.9
times the unrounded width, the next multiple of 8. The side of the picture is rounded down.

Write `grow(stages, side, factor, alpha, beta, gamma)`. `stages` is a list of `(layers, channels)`,
and `side` the pixels of the picture's side. Return `(phi, stages, side)`: $\varphi$ unrounded, and
the list and the side of the new net.
""",
    generate=grow_case,
    oracle=grow,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in GROW_MISTAKES.items()],
        Symptom(
            "At a tie `round` goes to the even number. Here the larger multiple of 8 counts.",
            mimics=partial(grow, channels=partial(multiple, round_=lambda c: round(c / 8))),
        ),
        Symptom(
            "Between two multiples of 8 you take the smaller one. At a tie the larger one counts.",
            mimics=partial(
                grow, channels=partial(multiple, round_=lambda c: math.ceil(c / 8 - 0.5))
            ),
        ),
        Symptom(
            "φ is right, and so is the side. The stages are not: multiply layers by α to the φ, "
            "channels by β to the φ, then round.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) < 1e-6 and answer[2] == expected[2]
            ),
        ),
        Symptom(
            "φ is right. The side is not: multiply it by γ to the φ, then round down.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "φ is wrong, and all else follows from it: by what does one step of φ multiply the "
            "cost?",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) > 1e-6,
        ),
    ],
)

GROWING = [GROW]
