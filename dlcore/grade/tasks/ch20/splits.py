"""The exercise of chapter 20 on the discrepancy: what do two halves of one cloud give?"""

import itertools
from functools import partial

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling


def near(x, y, width, root=False, half=False):
    gaps = ((x[:, None] - y[None]) ** 2).sum(2)
    gaps = gaps.sqrt() if root else gaps
    return torch.exp(-gaps / (2 * width if half else width))


def apart(table, n, own=True, twice=2, by_all=False):
    """MMD² of the first n points and the others, from all their likenesses; own: with themselves.

    by_all: pairs of a point with itself are left out, and yet divided by.
    """
    sizes = n, len(table) - n
    within = []
    for part, size in zip((table[:n, :n], table[n:, n:]), sizes):
        total = float(part.sum()) - (0 if own else size)
        within.append(total / (size * size if own or by_all else size * (size - 1)))
    return sum(within) - twice * float(table[:n, n:].mean())


def halves(x, y, width, by_all=False, twice=2, strict=False, less=False, share_own=True,
           here=False, skip=False, rooted=False, only_first=False, **shape):  # fmt: skip
    """The oracle: (with_self, without_self, share); the keywords are mistakes."""
    table, n = near(torch.cat([x, y]), torch.cat([x, y]), width, **shape), len(x)
    found = {True: [], False: []}
    for chosen in itertools.combinations(range(len(table)), n):
        order = [*chosen, *[i for i in range(len(table)) if i not in chosen]]
        if only_first and 0 not in chosen:
            continue
        for own in found:
            value = apart(table[order][:, order], n, own, twice, by_all)
            found[own].append(max(0.0, value) ** 0.5 if rooted and own else value)
    means = [values[0] if here else sum(values[skip:]) / len(values[skip:])
             for values in found.values()]  # fmt: skip
    seen, values = found[share_own][0], found[share_own][skip:]
    count = sum(
        v < seen + 1e-9 if less else v > seen + 1e-9 if strict else v > seen - 1e-9 for v in values
    )
    return *means, count / len(values)


MISTAKES = [
    ("Without the pairs of a point with itself there are only N (N − 1) pairs in x. Divide by "
     "these.", partial(halves, by_all=True)),
    ("The likenesses between x and y are taken off twice.", partial(halves, twice=1)),
    ("Your k takes the distance. It takes its square.", partial(halves, root=True)),
    ("Your k divides by twice the width.", partial(halves, half=True)),
    ("Your two means are the discrepancies of x and y themselves. Asked for are means over all "
     "splits.", partial(halves, here=True)),
    ("You leave out the split that is at hand. It is one of them.", partial(halves, skip=True)),
    ("Your mean is one of roots. MMD² is asked for.", partial(halves, rooted=True)),
    ("The first point is in your first half in all splits. With halves of different sizes some "
     "are missing.", partial(halves, only_first=True)),
    ("The means are right. `share` counts splits that are *at least* as far apart, so the one at "
     "hand, too.", partial(halves, strict=True)),
    ("The means are right. You count the splits that are nearer. Asked for are those at least as "
     "far apart.", partial(halves, less=True)),
    ("The means are right. `share` is that of the discrepancies with the points themselves.",
     partial(halves, share_own=False)),
]  # fmt: skip


def split_case(rng, case):
    """Draw clouds on which each mistake shows; far apart, all in one place, two and two."""
    n, m = (2, 4) if case == 0 else (3, 3) if case == 1 else (one(rng, 2, 3), one(rng, 2, 4))
    D = one(rng, 1, 2)
    x, y = normal(rng, n, D), normal(rng, m, D) + round(float(rng.uniform(0, 1)), 1)
    width = round(float(rng.uniform(0.5, 3.0)), 1)
    if case == 2:
        y = y + 20.0
    if case == 3:
        x, y = torch.zeros_like(x), torch.zeros_like(y)
    if case == 4:
        x, y = normal(rng, 2, D), normal(rng, 2, D)
    inputs = x, y, width
    wrong = [mistake for _, mistake in MISTAKES] if case == 0 else []
    return inputs if telling(inputs, halves, wrong, wrong) else split_case(rng, case)


SPLIT = Task(
    id="20.3",
    title="Predict, then measure: how far apart are two halves of one cloud?",
    points=5,
    function="split_apart",
    kind="predict",
    taught="ch20_adaptation.ipynb#no-label-at-all-two-domains-drawn-together-20062016",
    statement=r"""
Is a discrepancy large? One asks what it would be if there were no difference: put both clouds
together, split them again in all ways, and look. In the page's MMD² every point is paired with
itself, too. One can also leave these pairs out: then $\overline{k(x, x')}$ is the mean over the
$N (N - 1)$ pairs of different points of x, and so with y; $\overline{k(x, y)}$ stays.

What is the mean of MMD² over *all* splits of one and the same cloud, whose points differ, into N
and M points?

- **a**: 0 in both forms: the halves differ by chance, now in one way, now in the other
- **b**: above 0 in both: a distance is never negative
- **c**: above 0 with the pairs of a point with itself, and just 0 without them

Decide first; count how often each pair of points falls within x, within y, and between. Then
measure. `x` (N, D) and `y` (M, D) have two points at least, and
$k(a, b) = e^{-|a - b|^2 / \texttt{width}}$. Go through all ways to choose N of the N + M points.

Write `split_apart(x, y, width)` and return `(prediction, with_self, without_self, share)`: your
letter, the mean of MMD² over all splits in both forms, and for which share of the splits MMD² (with
the pairs of a point with itself) is at least what it is for x and y themselves, up to $10^{-9}$.
Any prediction counts, if you made one; the numbers must be right.
""",
    generate=split_case,
    cases=6,
    judge=measured(("a", "b", "c"), halves, MISTAKES, names=("with_self", "without_self", "share")),
)

SPLITS = [SPLIT]
