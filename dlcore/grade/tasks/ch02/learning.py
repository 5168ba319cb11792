"""The exercises of chapter 2 on learning: bugs, Cover's count, the size of examples."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one, signs, whole
from dlcore.grade.tasks.forms import odd_form
from dlcore.grade.tasks.prediction import measured


def train_case(rng, case):
    count = 1 if case == 4 else one(rng, 4, 5)
    while True:
        x = whole(rng, -3, 3, count, 2).double()
        y = (x @ signs(rng, 2) + one(rng, -2, 2) > 0).long() * (case < 4)
        epochs = {3: 2, 5: 0}.get(case, 6)
        if case != 3 or train(x, y, epochs)[2][-1]:  # case 3 ends with a mistake in its last pass
            return x, y, epochs


def train(x, y, epochs, targets=lambda y: 2 * y - 1, bias=True, reset=True):
    """The exercise's loop; each keyword puts one of its bugs back."""
    w, b, mistakes, wrong = torch.zeros(x.shape[1], dtype=x.dtype), 0.0, [], 0
    for _ in range(epochs):
        wrong = 0 if reset else wrong
        for point, target in zip(x, targets(y)):
            if torch.sign(w @ point + b) != target:
                w, b = w + target * point, b + float(target) * bias
                wrong += 1
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


def without_clean(w, b, mistakes):
    return w, b, mistakes[:-1] if mistakes[-1:] == [0] else mistakes


TRAIN = Task(
    id="2.5",
    title="Find the bugs: a perceptron that does not learn",
    points=6,
    function="train",
    taught="ch02_perceptron.ipynb#one-unit-that-corrects-its-own-mistakes",
    returns=("w", "b", "mistakes"),
    kind="debug",
    statement=r"""
`train(x, y, epochs)` should teach one unit by Rosenblatt's rule. `x` has shape (N, I). `y` holds
labels: 1 for examples to which the unit shall answer $+1$, **0** for those to which it shall answer
$-1$. Weights and bias start at 0. The function shows all examples in order, pass after pass, stops
after the first pass without a mistake and after `epochs` passes at the latest. It returns
`(w, b, mistakes)`; `mistakes` lists the number of mistakes of each pass.

There are three bugs. Each of them is of a kind that runs without any error message.
""",
    generate=train_case,
    oracle=train,
    symptoms=[
        *left(
            train,
            "An example labelled 0 never changes the weights. What does the rule add for it?",
            ("bias", "reset"),
            targets=lambda y: y,
        ),
        *left(
            train,
            "The two classes are exchanged: examples labelled 1 are pushed to the answer -1.",
            ("bias", "reset"),
            targets=lambda y: 1 - 2 * y,
        ),
        *left(
            train,
            "The bias stands still, so your line always goes through the origin.",
            ("reset",),
            bias=False,
        ),
        *left(
            train,
            "The count of mistakes never goes down from one pass to the next, and so the loop does "
            "not stop.",
            reset=False,
        ),
        Symptom(
            "The clean pass at the end is missing in your list of mistakes. It counts, with 0.",
            mimics=lambda *inputs: without_clean(*train(*inputs)),
        ),
    ],
)


def separable_share(points, weights):
    return 2 * sum(math.comb(points - 1, k) for k in range(weights)) / 2**points


def cover_case(rng, case):
    edges = {3: (20, 0.5), 4: (12, 1.0), 5: (1, 0.9)}
    return edges.get(case, (one(rng, 8, 40), one(rng, 5, 99) / 100))


def cover_judge(answer, points, share):
    if sentence := odd_form(answer, "weights", "probability"):
        return sentence
    weights, own = answer
    if weights != int(weights) or weights < 1:
        return f"{weights} weights? A unit has a whole number of them, at least one."
    weights = int(weights)
    right = separable_share(points, weights)
    if abs(own - right) > 1e-6 * right:
        for other in (weights - 1, weights + 1):
            if other and abs(own - separable_share(points, other)) <= 1e-6 * right:
                return (
                    f"You say {weights} weights, and your probability is that for {other}. The "
                    "bias is one of the weights: is it counted once, in both?"
                )
        if abs(own - share) < 1e-9:
            return (
                "You give back the share that is asked for. Your reason is the probability that "
                "your number of weights reaches."
            )
        if abs(2 * own - right) <= 1e-6 * right:
            return "In your probability the 2 before Cover's sum is missing."
        if own > 1:
            return f"Your probability is {own:.4g}: that is more than 1. Is it a count?"
        return (
            f"The share that you give for {weights} weights is {own / right:.4g} times what "
            f"Cover's count gives for {points} points."
        )
    if right < share:
        return (
            f"With your {weights} weights {right:.3g} of the labellings are separable; at least "
            f"{share:g} are asked for."
        )
    fewer = separable_share(points, weights - 1)
    if fewer == share:
        return f"With {weights - 1} weights it is exactly {share:g}, and *at least* that is enough."
    if fewer > share:
        many = weights > 2 and separable_share(points, weights - 2) >= share
        return "Fewer weights would do." if many else "One weight fewer would do just as well."
    return None


COVER = Task(
    id="2.6",
    title="How many weights for so many points?",
    points=5,
    function="weights_needed",
    taught="ch02_perceptron.ipynb#what-one-unit-can-separate-at-all",
    kind="choose",
    statement=r"""
You have `points` examples in general position and will label them by tossing coins. How many
weights must a unit have, its bias counted as one of them, so that some line separates the labels
with a probability of at least `share`?

Write `weights_needed(points, share)` and return `(weights, probability)`: the smallest whole number
of weights that is enough, and, to justify your choice, the probability for it. Cover's count
$C(N, D) = 2 \sum_{k=0}^{D-1} \binom{N-1}{k}$ says how many of the $2^N$ labellings are separable;
`math.comb(n, k)` is the number of ways to choose.
""",
    generate=cover_case,
    judge=cover_judge,
)


def mistakes_until_clean(x, t, bias=False, passes=1000, count_passes=False):
    w, b, total, shown = torch.zeros(x.shape[1], dtype=x.dtype), 0.0, 0, 0
    while shown < passes:
        before, shown = total, shown + 1
        for point, target in zip(x, t):
            if target * (w @ point + b) <= 0:
                w, b, total = w + target * point, b + float(target) * bias, total + 1
        if total == before:
            break
    return (shown if count_passes else total), w


def both(**settings):
    """What is measured for the examples and for the scaled ones, with a mistake of ours."""
    return lambda x, t, factor: (
        mistakes_until_clean(x, t, **settings)[0],
        *mistakes_until_clean(factor * x, t, **settings),
    )


def never_scaled(x, t, factor):
    count, w = mistakes_until_clean(x, t)
    return count, count, w


VARIANTS = (both(), both(bias=True), both(passes=1), both(count_passes=True))


def scaled_case(rng, case):
    """Draw separable examples on which the usual mistakes show: all variants count differently."""
    factor = 0.5 if case == 4 else float(one(rng, 2, 10))
    if case == 5:
        return whole(rng, 1, 4, 1, 2).double(), signs(rng, 1), factor
    while True:
        u, x = signs(rng, 2) * whole(rng, 1, 3, 2), whole(rng, -4, 4, 5, 2).double()
        t = torch.sign(x @ u)
        if t.all() and len({variant(x, t, factor)[:2] for variant in VARIANTS}) == len(VARIANTS):
            return x, t, factor


SCALED = Task(
    id="2.7",
    title="Predict, then measure: larger examples",
    points=6,
    function="mistakes_when_scaled",
    taught="ch02_perceptron.ipynb#why-it-stops-a-bound-on-the-number-of-mistakes",
    kind="predict",
    statement=r"""
A perceptron *without a bias* starts from zero weights and is shown separable examples in order,
pass after pass, until a pass is clean. Now multiply all examples by 10, so that each correction is
ten times as large. How many mistakes does it make until it is done?

- **a**: fewer, because each step is longer
- **b**: exactly as many
- **c**: more, because long steps overshoot

Decide first. Then write `mistakes_when_scaled(x, t, factor)` for examples `x` (N, I) and targets
`t` (N,), each $+1$ or $-1$. Count all mistakes until a pass is clean, once for `x` and once for
`factor * x`, from zero weights each time; a sum of exactly 0 is a mistake. Return
`(prediction, mistakes, mistakes_scaled, weights_scaled)`, such as `("a", 12, 3, w)`, where `w` (I,)
are the weights at which the second run ends. Any prediction counts, if you made one; the rest must
be right.
""",
    generate=scaled_case,
    judge=measured(
        ("a", "b", "c"),
        both(),
        [
            (
                "No mistake at all? From zero weights every sum is 0, and that is a mistake.",
                lambda x, t, factor: (0, 0, 0 * x[0]),
            ),
            (
                "The weights are those after the first run. In the second each correction is "
                "longer, or shorter, by the factor.",
                never_scaled,
            ),
            (
                "Your unit has a bias. The question is about one without.",
                both(bias=True),
            ),
            ("You count passes; asked for are mistakes.", both(count_passes=True)),
            ("You stop after the first pass.", both(passes=1)),
            (
                "The second count goes on where the first ended: start from zero weights again.",
                lambda x, t, factor: (never_scaled(x, t, factor)[0], 0, never_scaled(x, t, 1)[2]),
            ),
        ],
        names=("mistakes", "mistakes of the second run", "weights of the second run"),
    ),
)

LEARNING = [TRAIN, COVER, SCALED]
