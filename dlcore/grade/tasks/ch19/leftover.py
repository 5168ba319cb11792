"""The exercise of chapter 19 on NT-Xent: what is left of the loss, by pencil."""

import math
from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def apart(points):
    """The cosine of any two of so many points that are as far from each other as can be."""
    return -1 / (points - 1)


def at_right_angles(points):
    return 0.0


def over_all(points):
    return -1 / points


def near(cosine, temperature):
    """What a stranger weighs against the partner, whose cosine is 1."""
    return math.exp((cosine - 1) / temperature)


def multiplied(cosine, temperature):
    return math.exp((cosine - 1) * temperature)


def left(
    kinds, each, temperature, views=2, itself=0, cosine=apart, weigh=near, points=0, partner=0,
    pushed="strangers", unit=1.0,
):  # fmt: skip
    """The oracle: (collapsed, named, single, wasted); the keywords are mistakes."""
    pictures = kinds * each
    own = views * each - 1 + itself  # the partner, and strangers of the same kind
    other = views * each * (kinds - 1) * weigh(cosine(kinds), temperature)
    single_cosine = cosine(points * pictures or pictures)
    strangers = views * (pictures - 1) * weigh(single_cosine, temperature)
    collapsed = math.log(views * pictures - 1 + itself)
    single = math.log(1 + itself + strangers)
    same = views * each - 2 + partner + itself
    whole = {"strangers": same + other, "all": same + other + 1 - partner, "count": 1}[pushed]
    if pushed == "count":
        same, whole = views * each - 2, views * pictures - 2
    named = math.log(own + other)
    return unit * collapsed, unit * named, unit * single, same / whole


MISTAKES = {
    "In your sums a view is a stranger to itself. Nobody is its own partner, nor a stranger to "
    "itself.": partial(left, itself=1),
    "Your points stand at right angles. K points can be farther apart than that: their cosines "
    "are below 0.": partial(left, cosine=at_right_angles),
    "Your cosine is −1 by the number of points. The points add up to nothing: what does that say "
    "of one point's products with all of them, itself among them?": partial(left, cosine=over_all),
    "You multiply cosines by the temperature. They are divided by it.": partial(
        left, weigh=multiplied
    ),
    "`collapsed` and `named` are right. In `single` the two views of a picture are one point, so "
    "there are as many points as pictures.": partial(left, points=2),
    "The three losses are right. For `wasted` the partner is no stranger.": partial(
        left, partner=1
    ),
    "The three losses are right. Your `wasted` is a share of all that is not itself. Asked for is "
    "the share of what falls on strangers.": partial(left, pushed="all"),
    "The three losses are right. Your `wasted` counts strangers. They do not weigh the "
    "same.": partial(left, pushed="count"),
    "Your nats are bits. Take natural logarithms.": partial(left, unit=1 / math.log(2)),
}
STATED = 4, 8, 0.5


def left_case(rng, case):
    """Draw batches on which each mistake shows; one of each kind, two kinds, a small τ."""
    if case == 0:
        return STATED
    while True:
        kinds, each = one(rng, 3, 12), one(rng, 2, 9)
        temperature = round(float(rng.uniform(0.3, 1.5)), 2)
        if case == 3:
            each = 1
        if case == 4:
            kinds = 2
        if case == 5:
            temperature = 0.001
        if case == 6:
            kinds, each = 2, 1
        inputs = kinds, each, temperature
        wrong = list(MISTAKES.values()) if case < 3 else []
        if temperature != 1 and telling(inputs, left, wrong, wrong):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


LEFT = Task(
    id="19.2",
    title="With a pencil: what is left of the loss when only the name is known",
    points=5,
    function="left_of_loss",
    kind="pencil",
    taught="ch19_self_supervision.ipynb#two-views-of-one-picture-simclr",
    returns=("collapsed", "named", "single", "wasted"),
    statement=r"""
Take a pencil. A batch holds `each` pictures of each of K kinds (`kinds`, two at least), two views
of every picture, and NT-Xent is taken with the temperature τ (`temperature`). What does it come to,
as the mean over all views, for three bodies that see what we wish?

- `collapsed`: the body sends all views to one point.
- `named`: it knows the name and nothing else. All views of a kind are one point. The K points are
  as far from each other as K points of length 1 can be: all their cosines are the same, and the
  points add up to nothing.
- `single`: it knows every picture. The two views of a picture are one point, and the points of all
  pictures are as far from each other as they can be, in the same way.

And in the second body: a view is pushed away from all strangers, from each by its probability in
the softmax. Which part of that push, `wasted`, falls on strangers of its *own* kind? It is a share
of what falls on all strangers, the partner not counted.

Write `left_of_loss(kinds, each, temperature)` and return `(collapsed, named, single, wasted)`, in
nats. For 4 kinds, 8 pictures each and τ = 0.5 the answer is 4.143, 2.909, 2.182 and 0.808. Compare
`named` and `single`: does this loss wish for names?
""",
    generate=left_case,
    cases=7,
    oracle=left,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The three losses are right, `wasted` is not. Write the weight of each stranger beside "
            "it, as a share of the partner's.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1, 2),
        ),
        Symptom(
            "`named` is right, `single` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`single` is right, `named` is not. How many views of each cosine are there?",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 2) and not right(answer, expected, 1)
            ),
        ),
        Symptom(
            "`collapsed` is wrong. Where all cosines are 1, every view but itself weighs the same.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
        Symptom(
            "`collapsed` is right. For the others begin with the cosine of two points: multiply "
            "one point with the sum of all.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0)
                and not right(answer, expected, 1)
                and not right(answer, expected, 2)
            ),
        ),
    ],
)

LEFTOVERS = [LEFT]
