"""The exercise of chapter 12 on contests: who is ahead depends on how many guesses count."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def of_probabilities(scores):
    return scores.softmax(-1).mean(0)


def of_scores(scores):
    return scores.mean(0)


def of_first(scores):
    return scores[0]


def of_pictures(scores):
    """Softmax along the wrong axis."""
    return scores.softmax(1).mean(0)


def unkind(table, own):
    return (table >= own).sum(1) - 1


def kind(table, own):
    return (table > own).sum(1)


def errors(scores, labels, average=of_probabilities, rank=unkind):
    """The share of pictures that are wrong within 1, 2, …, C guesses."""
    table = average(scores)
    found = rank(table, table.gather(1, labels[:, None]))
    guesses = torch.arange(1, table.shape[1] + 1)
    return (found >= guesses[:, None]).double().mean(1)


def verdict(leads):
    ahead, behind = (round(max([0.0, *side.tolist()]), 9) for side in (leads, -leads))
    kinds = {(True, True): "depends", (True, False): "first", (False, True): "second"}
    return kinds.get((ahead > 1e-9, behind > 1e-9), "equal"), ahead, behind


def who_leads(first, second, labels, few=0, many=None, **mistake):
    leads = errors(second, labels, **mistake) - errors(first, labels, **mistake)
    return verdict(leads[few:many])


MISTAKES = {
    "You average the scores. Asked for is the average of the probabilities.": {
        "average": of_scores
    },
    "You look at the first net of each side only. A side is the average of its nets.": {
        "average": of_first
    },
    "You take the softmax over the pictures. The classes of one picture share its probability.": {
        "average": of_pictures
    },
    "A tie is counted for the net in yours. Ties count against it, as in the chapter.": {
        "rank": kind
    },
    "You compare at the first guess only. Look at every number of guesses.": {"many": 1},
    "You leave out the first guess. Begin with one guess.": {"few": 1},
    "You look at the first five numbers of guesses only; there are as many as classes.": {
        "many": 5
    },
}


def lead_case(rng, case):
    """Draw sides on which the mistakes show (cases 0 to 3), one class, and every answer."""
    classes = {0: 5, 1: 5, 2: 7, 4: 1}.get(case, one(rng, 3, 4))
    count = {0: 12, 1: 12, 2: 4, 4: 1}.get(case, one(rng, 5, 8))
    nets = (2, 3) if case < 2 else (1, 1)
    while True:
        first, second = (scores(rng, n, count, classes) for n in nets)
        labels = torch.from_numpy(rng.integers(0, classes, size=count))
        own = torch.nn.functional.one_hot(labels, classes).double()
        if case == 2:  # nearly all is decided at six guesses
            first, second = first - (5 + first) * own, second - (5 + second) * own
            first = first - 9 * own.roll(1, 1)
            second[:, 0] += 10 * own[0]
        elif case == 3:  # the same score for all classes
            first[:, : count // 2] = 1.0
        elif case == 5:
            first = second.clone()
        elif case == 6:
            first = second + 2 * own
        elif case == 7:
            second = first + 2 * own
        right, inputs = who_leads(first, second, labels), (first, second, labels)
        clear = (case == 3 or apart(first)) and apart(second)
        if clear and right[0] == ENDS.get(case, right[0]) and shows(right, inputs, case):
            return inputs


def scores(rng, *shape):
    return torch.from_numpy(rng.normal(0, 2, size=shape).round(2))


ENDS = {0: "depends", 1: "depends", 2: "depends", 5: "equal", 6: "first", 7: "second"}
SHOWN = {0: (0, 1), 1: (0, 1, 5), 2: (4, 6), 3: (3,)}  # the places in MISTAKES


def shows(right, inputs, case):
    """Whether the mistakes of a case show there, and the two sides exchanged."""
    mistakes = list(MISTAKES.values())
    told = [who_leads(*inputs, **mistakes[place]) for place in SHOWN.get(case, ())]
    if case < 2 and (right[1] == right[2] or len(set(told)) < len(told)):
        return False
    return right not in told


def apart(scores):
    """Whether no two classes are nearly level after averaging, by either way."""
    tables = of_probabilities(scores).log(), of_scores(scores)
    return all((table.sort(1).values.diff(dim=1) > 1e-4).all() for table in tables)


LEAD = Task(
    id="12.9",
    title="Who is ahead? Justify by numbers",
    points=5,
    function="who_leads",
    kind="why",
    taught="ch12_alexnet.ipynb#right-at-the-first-guess-or-within-five",
    statement=r"""
"85 % on ImageNet" was an average of seven nets, and within five guesses. One net at the first guess
had 59 %. Two sides meet on the same pictures; who is ahead may depend on how many guesses are
allowed. Each side is an average of nets, as in the contest: turn each net's scores into
probabilities, and take the mean over the nets.

Write `who_leads(first, second, labels)`. `first` (M, N, C) and `second` (L, N, C) hold the scores
of the M nets of one side and the L nets of the other, for N pictures and C classes; `labels` (N,)
holds the right classes. Find the error of both sides within $k$ guesses for *every* $k$ from 1 to
C. As in the chapter, a class that stands level with the right one counts as above it.

Return `(answer, ahead, behind)`. The last two are the reason: the largest lead of the first side at
any $k$ (the other's error less its own), and the largest lead of the second, each 0 if there is
none. The `answer` is "first" if only the first side is ever ahead, "second" if only the other is,
"depends" if both are, and "equal" if neither is.
""",
    generate=lead_case,
    cases=8,
    returns=("answer", "ahead", "behind"),
    oracle=who_leads,
    symptoms=[
        *[
            Symptom(sentence, mimics=partial(who_leads, **mistake))
            for sentence, mistake in MISTAKES.items()
        ],
        Symptom(
            "You have the two sides the wrong way round: a lower error is better.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[2]) + abs(answer[2] - expected[1]) < 1e-6
            ),
        ),
        Symptom(
            "The leads are numbers of pictures. Errors are shares of them.",
            when=lambda answer, expected, first, second, labels: (
                max(answer[1:]) > 0.99
                and abs(answer[1] - expected[1] * len(labels)) < 1e-6
                and abs(answer[2] - expected[2] * len(labels)) < 1e-6
            ),
        ),
        Symptom(
            'The answer is one of "first", "second", "depends" and "equal".',
            when=lambda answer, expected, *inputs: (
                answer[0] not in ("first", "second", "depends", "equal")
            ),
        ),
        Symptom(
            "The numbers are right, and the answer does not follow from them.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) + abs(answer[2] - expected[2]) < 1e-6
            ),
        ),
        Symptom(
            "The answer is right, and the numbers that justify it are not.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
    ],
)

CONTESTS = [LEAD]
