"""The exercise of chapter 10 on all paths: does a rate for every weight help in this ravine?"""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, signs, uniform


def turned(curvatures, *angles):
    """A table with these curvatures, turned in the planes (0, 1), (1, 2), …"""
    table = torch.diag(torch.tensor(curvatures, dtype=torch.float64))
    for place, angle in enumerate(angles):
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        turn = torch.eye(len(table), dtype=torch.float64)
        turn[place : place + 2, place : place + 2] = torch.tensor([[c, -s], [s, c]])
        table = turn @ table @ turn.T
    return (table + table.T) / 2


def ravine_case(rng, case):
    """Draw: along the axes, turned half-way, turned, round, three weights, a single one."""
    steep, count = float(one(rng, 20, 90)), one(rng, 4, 6)
    size = {4: 3, 5: 1, 6: 3}.get(case, 2)
    w = signs(rng, count, size) * uniform(rng, 0.5, 2, count, size) + 0.3
    if case == 0:  # all weights are equally far away: one rate for each is all that is needed
        corner = signs(rng, 1, 2)
        return turned([1.0, steep]), torch.cat([corner, -corner, signs(rng, count - 2, 2)])
    if case == 1:  # both slopes are equally large
        corners = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]).double()
        return turned([1.0, steep], 45), corners
    if case == 3:  # a round bowl, seen from one side
        return turned([2.0, 2.0]), w * torch.tensor([1.0, 5.0]).double()
    if case == 5:
        return torch.full((1, 1), steep).double(), w
    angles = [float(one(rng, 8, 35)) for _ in range(size - 1)]
    inputs = turned([1.0, 6.0, steep][-size:] if size == 3 else [1.0, steep], *angles), w
    found = [helps(*inputs, **mistake)[2] for mistake in MISTAKES.values()]
    right = helps(*inputs)
    clear = all(abs(other - right[2]) > 1e-3 * right[2] for other in found)
    return inputs if clear and right[0] != "neither" else ravine_case(rng, case)


def condition(table):
    """The largest eigenvalue over the smallest, by the singular values."""
    values = torch.linalg.svdvals(table)
    return float(values[0] / values[-1])


def helps(curvatures, w, size=None, power=0.5, ratio=condition):
    """The oracle; the keywords are mistakes. size(slopes, w, curvatures): instead of the rms."""
    slopes = w @ curvatures
    r = slopes.pow(2).mean(0).sqrt() if size is None else size(slopes, w, curvatures)
    scale = r**-power
    before, after = ratio(curvatures), ratio(curvatures * scale[:, None] * scale)
    close = abs(after - before) <= 1e-6 * before
    return ("neither" if close else "helps" if after < before else "hurts"), before, after


MISTAKES = {
    "A root too few: is your r a mean square, or do you divide by r and not by its root?": {
        "power": 1.0
    },
    "You multiply where you should divide: weights with large slopes would get longer steps.": {
        "power": -0.5
    },
    "Your r is the mean of the absolute slopes. A root mean square is asked for.": {
        "size": lambda slopes, w, table: slopes.abs().mean(0)
    },
    "Your r is the standard deviation of the slopes. Their mean is not subtracted here.": {
        "size": lambda slopes, w, table: slopes.std(0, correction=0)
    },
    "Your r is the curvature along each axis. Asked for is the size of the slopes at the places.": {
        "size": lambda slopes, w, table: table.diag()
    },
    "Your r comes from the places themselves. It comes from the slopes there.": {
        "size": lambda slopes, w, table: w.pow(2).mean(0).sqrt()
    },
    "All your weights have the same r. Each weight has its own, over all places.": {
        "size": lambda slopes, w, table: slopes.pow(2).mean().sqrt().expand(len(table))
    },
}


def diagonal(table):
    return float(table.diag().max() / table.diag().min())


def upside_down(table):
    return 1 / condition(table)


def numbers_right(answer, expected):
    return all(abs(a - b) <= 1e-6 * (1 + b) for a, b in zip(answer[1:], expected[1:]))


HELPS = Task(
    id="10.10",
    title="Does a rate for every weight help here? Justify by two numbers",
    points=5,
    function="helps",
    taught="ch10_optimisers.ipynb#all-paths-side-by-side",
    kind="why",
    statement=r"""
RMSProp, Adagrad and Adam divide the slope of each weight by its own size. In one ravine that makes
all the difference, in another none, and it may do harm. Say which, and *why*.

`curvatures` (I, I) is the table $A$ of a bowl, symmetric, all eigenvalues above 0: at the place $w$
the slopes are $A w$. How fast plain descent is depends on $\kappa$, the largest eigenvalue of $A$
over the smallest. `w` (N, I) holds N places on the way, a row each. Let $r_i$ be the root mean
square over these places of the slope of weight $i$. Keep it fixed, and divide by it: the step is
$w_i \leftarrow w_i - \eta \, \text{slope}_i / r_i$.

That is plain descent after all, in other units, $u_i = \sqrt{r_i} \, w_i$, in which the slope is
$\text{slope}_i / \sqrt{r_i}$. (Put it in and see.) So the bowl has another table for $u$, and
another $\kappa$. Write `helps(curvatures, w)` and return `(answer, before, after)`: the two
$\kappa$, of the table for $w$ and of the table for $u$, are the reason. The `answer` is "helps" if
`after` is the smaller one, "hurts" if it is the larger one, and "neither" if they differ by less
than a millionth of `before`. No $r_i$ is 0. Try a ravine along the axes, and the same one turned by
45°.
""",
    generate=ravine_case,
    cases=7,
    returns=("answer", "before", "after"),
    oracle=helps,
    symptoms=[
        *[
            Symptom(sentence, mimics=partial(helps, **mistake))
            for sentence, mistake in MISTAKES.items()
        ],
        Symptom(
            "You compare the numbers on the diagonal. In a turned ravine the steepest direction "
            "lies between the axes: take eigenvalues.",
            mimics=partial(helps, ratio=diagonal),
        ),
        Symptom(
            "Your κ is upside down. The largest eigenvalue stands above.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] * expected[1] - 1) + abs(answer[2] * expected[2] - 1) < 1e-6
            ),
        ),
        Symptom(
            "Your two κ are squared: are these the eigenvalues of A times A?",
            mimics=partial(helps, ratio=lambda table: condition(table) ** 2),
        ),
        Symptom(
            "Your two numbers are roots of κ. It was asked for plain descent, without momentum.",
            mimics=partial(helps, ratio=lambda table: condition(table) ** 0.5),
        ),
        Symptom(
            "Both numbers are right, and you never say that it makes no difference. Rounding alone "
            "makes two equal numbers differ.",
            when=lambda answer, expected, *inputs: (
                numbers_right(answer, expected) and expected[0] == "neither"
            ),
        ),
        Symptom(
            "Both numbers are right, and the answer does not follow from them.",
            when=lambda answer, expected, *inputs: numbers_right(answer, expected),
        ),
        Symptom(
            "The two numbers have changed places.",
            when=lambda answer, expected, *inputs: numbers_right(
                (answer[0], answer[2], answer[1]), expected
            ),
        ),
        Symptom(
            "The κ before is right, the one after is not.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) < 1e-6 * (1 + expected[1])
            ),
        ),
    ],
)

RAVINES = [HELPS]
