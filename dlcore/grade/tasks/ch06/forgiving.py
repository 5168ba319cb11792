"""An exercise of chapter 6 on what is forgiven: how far a patch may be from its template."""

import math
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def spoiled_case(rng, case):
    theta = one(rng, 1, 5) / 10
    bright, missing, extra = one(rng, 6, 12), one(rng, 1, 2), one(rng, 3, 5)
    if case == 1:  # nothing is left, and the patch is empty
        return bright, bright, 0, theta
    if case == 2:  # below the threshold
        return bright, bright - 1, extra + 3, 0.6
    if case == 3:  # nothing of the right pixels, but others
        return bright, bright, extra, 0.0
    if case == 4:
        return bright, 0, 0, theta
    if case == 5:  # far more is left than is spoiled
        return bright + 8, extra, missing, 0.0
    return bright, missing, extra, theta


def right_cosine(bright, missing, extra):
    seen = bright - missing + extra
    return (bright - missing) / math.sqrt(bright * seen) if seen else 0.0


def s_cell(bright, missing, extra, theta, cosine=right_cosine, silent=True, whole=True):
    """The oracle; cosine: by another formula; the other keywords are mistakes."""
    above = cosine(bright, missing, extra) - theta
    above = max(above, 0.0) if silent else above
    return above / (1 - theta) if whole else above


def by(cosine):
    """The cell with another formula, which gives 0 as well for an empty patch."""

    def answer(bright, missing, extra, theta):
        seen = bright - missing + extra
        return s_cell(bright, missing, extra, theta, lambda *spoiled: cosine(*spoiled) * (seen > 0))

    return answer


SPOILED = Task(
    id="6.9",
    title="With a pencil: how much an S-cell forgives",
    points=4,
    function="s_cell",
    taught="ch06_convolution.ipynb#the-neocognitron-1980",
    kind="pencil",
    statement=r"""
Take a pencil. The template of an S-cell is a list of zeros and ones; `bright` of its pixels are 1.
The patch before it shows the same thing, spoiled: `missing` of the bright pixels are dark, 0, and
`extra` of the dark ones are bright. All bright pixels of the patch have the same brightness; that
need not be 1. Find on paper, in these three numbers, the inner product of the two lists, their
lengths and their cosine. Why does the brightness drop out?

Write `s_cell(bright, missing, extra, theta)`, which returns the answer of the S-cell with the
threshold $\theta$, one number, by your formula. `bright` is at least 1 and `missing` at most
`bright`; $\theta$ is at least 0 and below 1. A patch in which nothing is bright has no direction:
the cell answers 0. Then put in numbers: does an S-cell mind a missing pixel more or an extra one?
""",
    generate=spoiled_case,
    oracle=s_cell,
    symptoms=[
        Symptom(
            "This is the cosine. What does an S-cell make of it?",
            mimics=lambda bright, missing, extra, theta: right_cosine(bright, missing, extra),
        ),
        Symptom(
            "A cell does not answer below 0: under its threshold it is silent.",
            mimics=partial(s_cell, silent=False),
        ),
        Symptom(
            "A patch that is just like the template should get 1. By what is the rest above the "
            "threshold divided?",
            mimics=partial(s_cell, whole=False),
        ),
        Symptom(
            "You answer with yes or no. Above its threshold an S-cell answers the more, the more "
            "the patch is like its template.",
            mimics=lambda bright, missing, extra, theta: float(
                right_cosine(bright, missing, extra) > theta
            ),
        ),
        Symptom(
            "You divide by squares of lengths. A length is a root.",
            mimics=by(lambda n, m, e: (n - m) / max(n * (n - m + e), 1)),
        ),
        Symptom(
            "You divide by the template's length twice. The patch has a length of its own, in "
            "which its extra pixels count as well.",
            mimics=by(lambda n, m, e: (n - m) / n),
        ),
        Symptom(
            "The extra pixels do not come in. They add nothing to the inner product, but they make "
            "the patch longer.",
            mimics=by(lambda n, m, e: math.sqrt((n - m) / n)),
        ),
        Symptom(
            "You take the missing pixels for bright ones in the patch's length. They are dark.",
            mimics=by(lambda n, m, e: (n - m) / math.sqrt(n * (n + e))),
        ),
        Symptom(
            "You subtract the extra or the missing pixels in the inner product. Where one of the "
            "two lists has a 0, the product is 0.",
            when=lambda answer, expected, n, m, e, theta: any(
                abs(answer - by(formula)(n, m, e, theta)) < 1e-6 for formula in SUBTRACTED
            ),
        ),
        Symptom(
            "You count pixels that are alike or not. An S-cell compares directions: what are the "
            "two lengths?",
            when=lambda answer, expected, n, m, e, theta: any(
                abs(answer - by(formula)(n, m, e, theta)) < 1e-6 for formula in COUNTED
            ),
        ),
        Symptom(
            "Where nothing is bright, your answer is NaN: you divide by a length of 0.",
            when=lambda answer, expected, *inputs: math.isnan(answer),
        ),
    ],
)

SUBTRACTED = [
    lambda n, m, e: (n - m - e) / math.sqrt(n * max(n - m + e, 1)),
    lambda n, m, e: (n - 2 * m) / math.sqrt(n * max(n - m + e, 1)),
]
COUNTED = [
    lambda n, m, e: (n - m) / (n + e),
    lambda n, m, e: 1 - (m + e) / n,
    lambda n, m, e: (n - m) / max(n - m + e, 1),
]

FORGIVING = [SPOILED]
