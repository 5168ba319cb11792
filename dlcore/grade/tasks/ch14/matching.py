"""The exercise of chapter 14 on average precision: which boxes are hits."""

import itertools
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

SETTINGS = ("ranked", "used", "apart")


def judged(
    scores, overlap, difficult, threshold, ranked=True, used=True, apart=True, **mistakes
):  # fmt: skip
    """The oracle: 1, 0 or −1 for each box; the keywords put bugs and mistakes in."""
    numbers, answer = list(range(len(scores))), [0] * len(scores)
    tie = -1 if mistakes.get("later") else 1
    order = sorted(numbers, key=lambda i: (-float(scores[i]), tie * i)) if ranked else numbers
    rows = overlap.tolist()
    ordinary = [j for j, hard in enumerate(difficult.tolist()) if not hard]
    hard = [j for j, yes in enumerate(difficult.tolist()) if yes]
    free = set(ordinary)
    fits = mistakes.get("fits", lambda iou: iou >= threshold)
    for i in order:
        among = ordinary if mistakes.get("any") else sorted(free)
        best = max(among, key=lambda j: (rows[i][j], -tie_of(mistakes) * j), default=None)
        if mistakes.get("first"):
            best = next((j for j in among if fits(rows[i][j])), None)
        others = hard if apart else range(len(difficult))
        if best is not None and fits(rows[i][best]) and best in free:
            answer[i] = 1
            if used:
                free.remove(best)
        elif any(fits(rows[i][j]) for j in others):
            answer[i] = -1
            if mistakes.get("once"):
                hard = [j for j in hard if j != max(hard, key=lambda j: rows[i][j])]
    return torch.tensor(answer, dtype=torch.int64)


def tie_of(mistakes):
    return -1 if mistakes.get("last") else 1


def hard_first(scores, overlap, difficult, threshold):
    """Boxes on something difficult never count, even where they hit something else."""
    on_hard = ((overlap >= threshold) & difficult).any(1)
    answer = judged(scores[~on_hard], overlap[~on_hard], difficult, threshold)
    whole = torch.full((len(scores),), -1)
    whole[~on_hard] = answer
    return whole


BUGGY = [
    partial(judged, **dict(zip(SETTINGS, state)))
    for state in itertools.product((True, False), repeat=3)
    if not all(state)
]
MISTAKES = {
    "A box that reaches the threshold exactly fits, too.": lambda *inputs: judged(
        *inputs, fits=lambda iou: iou > inputs[3]
    ),
    "Where the true box that a box overlaps most is taken, the box may still take a free one.": (
        partial(judged, any=True)
    ),
    "A box takes the free one that it overlaps *most*. Yours takes the first that fits.": partial(
        judged, first=True
    ),
    "Something difficult is never used up: a second box on it is no miss.": partial(
        judged, once=True
    ),
    "A box that hits something ordinary is a hit, whether something difficult is there or not.": (
        hard_first
    ),
    "Of two true boxes that are overlapped equally the first is taken.": partial(judged, last=True),
    "Of boxes with equal scores the first in the list comes first.": partial(judged, later=True),
    "Your answers stand in the order of the scores. Return them in the order of the list.": (
        lambda scores, *rest: judged(scores, *rest)[scores.argsort(descending=True, stable=True)]
    ),
}
SHOWS = {0: (7,), 1: (1, 4), 2: (2, 3), 3: (0, 5), 4: (6,)}  # the mistakes that a case shows


def draw(rng, case):
    """Draw scores and overlaps in tenths; case 4 has equal scores, case 5 nothing to find."""
    boxes, true = one(rng, 5, 6), one(rng, 3, 4)
    levels = [0.0, 0.3, 0.45, 0.55, 0.6, 0.7, 0.8, 0.9]
    overlap = torch.tensor(levels, dtype=torch.float64)[
        torch.from_numpy(rng.integers(0, 8, (boxes, true)))
    ]
    if case < 3:  # in a row no two overlaps are equal
        rows = [rng.permutation(8)[:true] for _ in range(boxes)]
        overlap = torch.tensor([[levels[n] for n in row] for row in rows], dtype=torch.float64)
    overlap[:, -1] *= torch.from_numpy(1.0 * (rng.uniform(size=boxes) < 0.5))
    scores = torch.from_numpy(rng.permutation(range(10, 99))[:boxes].copy()) / 100.0
    difficult = torch.zeros(true, dtype=torch.bool)
    difficult[-1] = True
    if case == 4:
        scores = scores.round() / 2 + 0.25
    return scores, overlap, difficult, 0.6 if case == 3 else 0.5


def hits_case(rng, case):
    """Draw lists on which every bug shows; the threshold reached, ties, no boxes, nothing there."""
    while True:
        inputs = scores, overlap, difficult, threshold = draw(rng, case)
        if case == 5:
            return scores, overlap[:, :0], difficult[:0], threshold
        if case == 6:
            return scores[:0], overlap[:0], difficult, threshold
        every = [*MISTAKES.values()]
        wrong = [every[number] for number in SHOWS[case]] + BUGGY * (case < 3)
        if telling(inputs, judged, wrong):
            return inputs


HITS = Task(
    id="14.2",
    title="Find the bugs: which boxes are hits?",
    points=5,
    function="hits",
    kind="debug",
    taught="ch14_detection.ipynb#one-number-for-a-detector-average-precision-2007",
    statement=r"""
Some true boxes are marked *difficult*: half hidden, or a crowd. A detector that finds them deserves
no praise, one that misses them no blame. So a box is a hit (1), a miss (0), or does not count (−1).

`scores` (D,) are those of the found boxes, `overlap` (D, T) is the IoU of each with each of T true
boxes, and `difficult` (T,) is bool. The boxes come in the order of their scores, the highest first;
of equal ones the first in the list. Each looks among the *ordinary* true boxes that are still free
for the one that it overlaps most, of equal ones the first. If that overlap is `threshold` or more,
the box is a hit, and the true box is free no longer. If not, but it overlaps something *difficult*
by `threshold` or more, the box does not count. Something difficult is never used up. Every other
box is a miss.

`hits(scores, overlap, difficult, threshold)` should return 1, 0 or −1 for each found box, (D,), in
the order of the list. It has three bugs. Two of them show only when the third is mended.
""",
    generate=hits_case,
    cases=7,
    oracle=judged,
    symptoms=[
        *left(
            judged,
            "One true box is hit by several boxes in yours.",
            ("ranked", "apart"),
            used=False,
        ),
        *left(
            judged,
            "The order in which boxes have their turn is not that of their scores.",
            ("apart",),
            ranked=False,
        ),
        *left(
            judged,
            "A second box on something ordinary that was hit already is a miss. Yours does not "
            "count it.",
            apart=False,
        ),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
    ],
)

MATCHING = [HITS]
