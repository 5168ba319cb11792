"""The exercises of chapter 3 on doubt: where a stuck net rests, and which rates are equals."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def doubt_case(rng, case):
    edges = {0: (1, 2, 1), 1: (1, 0, 0), 2: (0, 3, 2), 3: (2, 2, 0)}
    zeros = one(rng, 1, 6)
    return edges.get(case, (zeros, zeros + one(rng, 1, 6), one(rng, 1, 9)))


def in_doubt(zeros, ones, sure):
    y = ones / (zeros + ones)
    return y, (zeros * y**2 + ones * (1 - y) ** 2) / (2 * (zeros + ones + sure))


def answered(choose):
    """Another common answer, with the loss that it has."""

    def mistaken(zeros, ones, sure):
        y = choose(zeros, ones, sure)
        return y, (zeros * y**2 + ones * (1 - y) ** 2) / (2 * (zeros + ones + sure))

    return mistaken


def lost(measure):
    """The right answer, with another loss."""

    def mistaken(zeros, ones, sure):
        y = ones / (zeros + ones)
        return y, measure(zeros, ones, sure, y)

    return mistaken


def answer_right(answer, expected):
    return len(answer) == 2 and abs(answer[0] - expected[0]) < 1e-6


DOUBT = Task(
    id="3.9",
    title="With a pencil: where a net in doubt comes to rest",
    points=3,
    function="in_doubt",
    taught="ch03_backpropagation.ipynb#valleys-saddles-and-plateaus",
    kind="pencil",
    returns=("answer", "loss"),
    statement=r"""
A stuck net has given up a distinction: to some rows of the table it can only give one common
answer $y$. Of these rows `zeros` have the target 0 and `ones` the target 1. The other rows, `sure`
of them, it answers exactly right. The loss is the chapter's, half the squared distance to the
target, averaged over *all* rows.

Take a pencil. Write down the loss as a function of $y$, and set its slope to 0: which common answer
is the best, and what does it cost? Then you know why the nets of the chapter stop at $\frac1{16}$
and at $\frac1{12}$.

Write `in_doubt(zeros, ones, sure)` for three whole numbers, with at least one row in doubt. Return
`(answer, loss)`, by your two formulas.
""",
    generate=doubt_case,
    oracle=in_doubt,
    symptoms=[
        Symptom(
            "Your answer is that of the majority. The squared distance asks for something between.",
            when=lambda answer, expected, zeros, ones, sure: (
                answer[0] == float(ones >= zeros) or answer[0] == float(ones > zeros)
            ),
        ),
        Symptom(
            "Your answer is one half, always. If more rows in doubt have the target 1, a larger "
            "answer costs less.",
            when=lambda answer, expected, *inputs: answer[0] == 0.5 != expected[0],
        ),
        Symptom(
            "Your answer leans to the wrong side: it comes near 1 where most targets are 0.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] + expected[0] - 1) < 1e-6 and not answer_right(answer, expected)
            ),
        ),
        Symptom(
            "The rows that are answered right have no say in y: their part of the loss is 0.",
            when=lambda answer, expected, zeros, ones, sure: any(
                abs(answer[0] - other) < 1e-6 and sure
                for other in (
                    ones / (zeros + ones + sure),
                    (ones + sure) / (zeros + ones + sure),
                    (ones + sure / 2) / (zeros + ones + sure),
                )
            ),
        ),
        Symptom(
            "Your answer is right. Your loss is twice as large as it should be: is the half in it, "
            "and are the distances squared?",
            mimics=lost(lambda zeros, ones, sure, y: 2 * in_doubt(zeros, ones, sure)[1]),
        ),
        Symptom(
            "Your answer is right. Your loss is averaged over the rows in doubt; the rows that are "
            "right count as rows, too.",
            mimics=lambda zeros, ones, sure: in_doubt(zeros, ones, 0),
        ),
        Symptom(
            "Your answer is right. Your loss is a sum over the rows; asked for is an average.",
            mimics=lost(lambda zeros, ones, sure, y: (zeros * y**2 + ones * (1 - y) ** 2) / 2),
        ),
        Symptom(
            "Your answer is right. Your loss counts one row with target 0 and one with target 1; "
            "count all that are in doubt.",
            mimics=lost(
                lambda zeros, ones, sure, y: (
                    ((zeros > 0) * y**2 + (ones > 0) * (1 - y) ** 2) / (2 * (zeros + ones + sure))
                )
            ),
        ),
        Symptom(
            "Your answer is right, the loss is not. A row with target 0 costs half of y squared, "
            "one with target 1 half of (1 - y) squared.",
            when=lambda answer, expected, *inputs: answer_right(answer, expected),
        ),
    ],
)


def rates_of(*rates):
    return torch.tensor(rates, dtype=torch.float64)


def rates_case(rng, case):
    """Draw results in which the usual mistakes choose other rates; the edges: a tie, no luck."""
    if case == 2:  # a difference of exactly the luck: a root of 1/64, 4 digits
        return rates_of(1.0, 0.1, 0.3), torch.tensor([16, 11, 12]), 32
    if case == 3:  # every digit right: no luck in it
        return rates_of(3.0, 10.0, 1.0, 0.3), torch.tensor([50, 50, 49, 20]), 50
    if case == 4:  # the smallest rate is an equal
        return rates_of(0.3, 1.0, 0.1), torch.tensor([178, 180, one(rng, 175, 179)]), 200
    if case == 5:
        return rates_of(0.1 * one(rng, 1, 9)), torch.tensor([one(rng, 20, 39)]), 40
    while True:
        count = one(rng, 60, 400)
        rates = rates_of(0.03, 0.1, 0.3, 1.0, 3.0)[rng.permutation(5)]
        shares = torch.from_numpy(rng.uniform(0.8, 0.95, size=5))
        right = (shares * count).round().long()
        found = [pick_rate(rates, right, count, **mistake) for mistake in ({}, *CHOICES.values())]
        if found[0] not in found[1:]:
            return rates, right, count


def pick_rate(rates, right, count, times=2, root=True, first=False, all_equal=False, tie=True):
    """The smallest rate among equals, and the luck; each keyword is a mistake."""
    best = float(right.max()) / count
    spread = times * best * (1 - best) / count
    luck = math.sqrt(spread) if root else spread
    equals = right / count >= best - luck + (-1e-9 if tie else 1e-9)
    if first:
        equals = right == right.max()
    chosen = rates if all_equal else rates[equals]
    return (float(chosen.min()) if len(chosen) else 0.0), luck


CHOICES = {
    "You take the rate that reads most digits. Those that lie closer to it than luck are its "
    "equals, and among equals the smallest is asked for.": {"first": True},
    "You take the smallest of all rates, also if it reads fewer digits than luck explains.": {
        "all_equal": True
    },
    "Your luck is that of one share. The difference of two shares scatters more: both have luck.": {
        "times": 1
    },
    "Your luck is a variance. What is it the square of?": {"root": False},
}


PICK = Task(
    id="3.10",
    title="Which rates are equals? Justify by the luck",
    points=4,
    function="pick_rate",
    taught="ch03_backpropagation.ipynb#who-chose-the-settings",
    kind="why",
    returns=("rate", "luck"),
    statement=r"""
Several learning rates have been tried, and each net was shown the same `count` validation digits.
Which rate do you take? And *why* may you say that others are no better?

A share $p$ read of $n$ digits scatters by $\sqrt{p (1 - p) / n}$, and the difference of two such
shares by $\sqrt 2$ times that. The rate that reads most digits has the share $p$. Every rate whose
share lies *at most* this scatter of a difference below $p$ is its equal.

Write `pick_rate(rates, right, count)` for `rates` (R,) in any order and `right` (R,), the number of
digits that each has read rightly. Return `(rate, luck)`: the smallest rate among the equals, and
your reason, the scatter of a difference, as a share such as 0.02.
""",
    generate=rates_case,
    oracle=pick_rate,
    symptoms=[
        *(
            Symptom(sentence, mimics=lambda *inputs, mistake=mistake: pick_rate(*inputs, **mistake))
            for sentence, mistake in CHOICES.items()
        ),
        Symptom(
            "Your luck is that of one share. The difference of two shares scatters more: both have "
            "luck.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] * math.sqrt(2) - expected[1]) < 1e-6 or expected[1] == 0
            ),
        ),
        Symptom(
            "In your luck p is the mean share. It is the share of the rate that reads most digits.",
            when=lambda answer, expected, rates, right, count: (
                abs(answer[1] - scatter(float(right.double().mean()) / count, count)) < 1e-6
            ),
        ),
        Symptom(
            "Your luck is that of the number of digits. Asked for is that of the share.",
            when=lambda answer, expected, rates, right, count: (
                abs(answer[1] - expected[1] * count) < 1e-6
            ),
        ),
        Symptom(
            "Your luck is in per cent. Asked for is a share.",
            when=lambda answer, expected, *inputs: abs(answer[1] - 100 * expected[1]) < 1e-6,
        ),
        Symptom(
            "Your luck is right. A rate that lies exactly so far below the best is its equal.",
            when=lambda answer, expected, rates, right, count: (
                luck_right(answer, expected)
                and answer[0] in (0, pick_rate(rates, right, count, tie=False)[0])
            ),
        ),
        Symptom(
            "Your luck is right. The rate is one of the equals, and not the smallest of them.",
            when=lambda answer, expected, rates, right, count: (
                luck_right(answer, expected)
                and answer[0] > expected[0]
                and any(
                    abs(rate - answer[0]) < 1e-6
                    for rate in rates[right / count >= right.max() / count - expected[1]].tolist()
                )
            ),
        ),
        Symptom(
            "Your luck is right, and the rate does not follow from it.",
            when=lambda answer, expected, *inputs: luck_right(answer, expected),
        ),
    ],
)


def scatter(share, count):
    return math.sqrt(2 * share * (1 - share) / count)


def luck_right(answer, expected):
    return len(answer) == 2 and abs(answer[1] - expected[1]) < 1e-6


DOUBTS = [DOUBT, PICK]
