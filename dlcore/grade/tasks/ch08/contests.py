"""The exercise of chapter 8 on contests: better, or lucky?"""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole


def rows(rng, settings, count):
    """Answers of several settings to the examples of one part, 1 for right and 0 for wrong."""
    return whole(rng, 0, 3, settings, count).clamp(max=1)


def contest_case(rng, case):
    """Draw contests on which each mistake shows, and edges: ties, 2 exactly, one case, none."""
    apart = {
        0: (one(rng, 9, 11), 2),
        1: (2, one(rng, 9, 11)),
        2: (one(rng, 6, 8), one(rng, 3, 5)),
        3: (4, 12),
        4: (12, 4),
        5: (0, 0),
        6: (1, 0),
    }[case]
    kinds = [(1, 0)] * apart[0] + [(0, 1)] * apart[1] + [(1, 1), (0, 0)] * one(rng, 2, 3)
    while True:
        pair = torch.tensor(kinds)[torch.from_numpy(rng.permutation(len(kinds)))].T
        held, test = ([rows(rng, 3, count) for _ in pair] for count in (9, len(kinds)))
        for row, known, asked in zip(pair, held, test):
            asked[first_best(known)] = row
        tied = [first_best(known) != last_best(known) for known in held]
        inputs = *held, *test
        if (all(tied) if case < 2 else not any(tied)) and (case > 1 or told(*inputs)):
            return inputs


def told(*inputs):
    """Whether each wrong choice of settings shows."""
    right = contest(*inputs)[1]
    begins = [int(known.argmax()) == first_best(known) for known in inputs[:2]]
    return not any(begins) and all(abs(other(*inputs)[1] - right) > 1e-3 for other in OTHER_CHOICES)


def first_best(known):
    """The first of the settings that are right most often."""
    return int(known.sum(1).argmax())


def last_best(known):
    return len(known) - 1 - first_best(known.flip(0))


def by_coins(net, forest):
    """How far the cases that only one of them gets right are from half and half."""
    apart = int((net != forest).sum())
    return int((net - forest).sum()) / math.sqrt(apart or 1)


def contest(held_net, held_forest, test_net, test_forest, choose=first_best, measure=by_coins):
    net, forest = test_net[choose(held_net)], test_forest[choose(held_forest)]
    away = measure(net, forest)
    return ("nobody" if abs(away) <= 2 else "network" if away > 0 else "forest"), away


def by_test(held_net, held_forest, *tests):
    return contest(*tests, *tests)


def by_all(held_net, held_forest, *tests):
    known = [torch.cat(pair, 1) for pair in zip((held_net, held_forest), tests)]
    return contest(*known, *tests)


def by_last(*inputs):
    return contest(*inputs, choose=last_best)


def by_index(held_net, held_forest, test_net, test_forest):
    """Both with the setting that is best for the network."""
    return contest(held_net, held_net, test_net, test_forest)


OTHER_CHOICES = [by_test, by_all, by_last, by_index]


def unpaired(net, forest, less=0):
    """As for two tests: the difference of the means by its own standard deviation."""
    spread = (net.double().var(correction=less) + forest.double().var(correction=less)) / len(net)
    return float((net - forest).double().mean() / spread.sqrt())


def measured(measure):
    """Whether the second value is what another measure gives, whatever the first is."""

    def when(answer, expected, *inputs):
        return abs(answer[1] - contest(*inputs, measure=measure)[1]) < 1e-6

    return when


LEADS = [  # how much more is right: as a number of cases, of heads, as two kinds of shares
    lambda net, forest: float((net - forest).sum()),
    lambda net, forest: float((net - forest).sum()) / 2,
    lambda net, forest: float((net - forest).double().mean()),
    lambda net, forest: float((net - forest).sum()) / max(int((net != forest).sum()), 1),
]

CONTEST = Task(
    id="8.10",
    title="Better, or lucky? Justify by a number",
    points=5,
    function="contest",
    taught="ch08_rivals.ipynb#who-chose-c",
    kind="why",
    statement=r"""
A network and a forest meet, each with S settings, on V validation examples and on T test examples.
`held_net` and `held_forest` (S, V) say which of the validation examples each setting gets right, 1
for right and 0 for wrong; `test_net` and `test_forest` (S, T) say the same of the test part.

Follow the rule of the chapter: for each of the two, the setting that is right most often on the
validation part goes to the test, at a tie the first one. Nothing else of the test tables is used.
Then ask whether the one that did better is better, or had luck. A test example that both get right
says nothing about that, and neither does one that both get wrong. Of the others, each is right for
one of the two alone; if they were equally good, a fair coin would say for which.

Write `contest(held_net, held_forest, test_net, test_forest)` and return `(winner, away)`. `away` is
the reason: by how many standard deviations of so many coin flips (chapter 0) the network lies above
half of them; below 0 if the forest is ahead, and 0 if there is no such example. The `winner` is
"network" if `away` is more than 2, "forest" if it is less than −2, and else "nobody".
""",
    generate=contest_case,
    cases=7,
    returns=("winner", "away"),
    oracle=contest,
    symptoms=[
        Symptom(
            "You choose the settings by the test part. Their luck there is then counted as merit.",
            mimics=by_test,
        ),
        Symptom(
            "You choose the settings by both parts together. The test part is for the test alone.",
            mimics=by_all,
        ),
        Symptom(
            "Two settings are level on the validation part: the first of them counts.",
            mimics=by_last,
        ),
        Symptom(
            "You give both of them the setting that is best for the network. The forest chooses "
            "its own.",
            mimics=by_index,
        ),
        Symptom(
            "You divide by the root of the number of all test examples. Those that both get right, "
            "or both wrong, are no coin flips.",
            when=measured(lambda net, forest: float((net - forest).sum()) / len(net) ** 0.5),
        ),
        Symptom(
            "This is half of what it should be: the standard deviation of a number of heads is "
            "half of the root of the flips.",
            when=measured(lambda *pair: by_coins(*pair) / 2),
        ),
        Symptom(
            "You compare the two as if each had had a test of its own. They had the same examples; "
            "count those where only one of them is right.",
            when=lambda *case: (
                measured(unpaired)(*case) or measured(partial(unpaired, less=1))(*case)
            ),
        ),
        Symptom(
            "This says by how much one of them leads. Whether that is much, the spread of luck "
            "tells: divide by it.",
            when=lambda *case: any(measured(lead)(*case) for lead in LEADS),
        ),
        Symptom(
            "Your number is never below 0. It should be where the forest is ahead.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] + expected[1]) < 1e-6 and answer[1] > 0
            ),
        ),
        Symptom(
            "The size of your number is right and its sign is wrong: above 0 means that the "
            "network is ahead.",
            when=lambda answer, expected, *inputs: abs(answer[1] + expected[1]) < 1e-6,
        ),
        Symptom(
            'The first value is the winner: "network", "forest" or "nobody".',
            when=lambda answer, expected, *inputs: answer[0] not in ("network", "forest", "nobody"),
        ),
        Symptom(
            "Exactly 2 is not more than 2: then nobody wins.",
            when=lambda answer, expected, *inputs: (
                abs(abs(expected[1]) - 2) < 1e-9 and abs(answer[1] - expected[1]) < 1e-6
            ),
        ),
        Symptom(
            "The number is right, and the winner does not follow from it.",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
        Symptom(
            "The winner is right, and the reason is not: `away` is another number.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
    ],
)

CONTESTS = [CONTEST]
