"""The exercises of chapter 10 on rates for every weight: rare rows, a short memory."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, signs, uniform
from dlcore.grade.tasks.prediction import measured


def rare_case(rng, case):
    """Draw rows that repeat, but in case 1; new rows with a slope of 0; in case 4 none at all."""
    count, size = one(rng, 4, 6), one(rng, 2, 3)
    table, sums = normal(rng, count, size), uniform(rng, 0.2, 3, count, size)
    order = torch.from_numpy(rng.permutation(count))
    rows = order[:2] if case == 1 else torch.cat([order[:2], order[:1], order[: 1 + case % 2]])
    rows = rows[:0] if case == 4 else rows
    slopes = signs(rng, len(rows), size) * uniform(rng, 0.2, 2, len(rows), size)
    if case in (2, 3):  # a word that has never been met, and whose first slopes are 0 or cancel
        sums[rows[0]] = 0.0
        slopes[rows == rows[0], 0] = 0.0
    if case == 5:
        slopes[2] = -slopes[0]
        slopes[3:] = 0.0
    return table, sums, rows, slopes, one(rng, 1, 5) / 10, (1e-10 if case < 3 else 0.5)


def rare_step(table, sums, rows, slopes, rate, eps):
    """The oracle: torch's Adagrad, which knows slopes that name their rows."""
    weight = torch.nn.Parameter(table.clone())
    optimiser = torch.optim.Adagrad([weight], lr=rate, eps=eps)
    optimiser.state[weight]["sum"] = sums.clone()
    with torch.sparse.check_sparse_tensor_invariants():
        weight.grad = torch.sparse_coo_tensor(rows[None], slopes, table.shape)
        optimiser.step()
    return weight.detach(), optimiser.state[weight]["sum"]


def summed(table, rows, slopes):
    return torch.zeros_like(table).index_add(0, rows, slopes)


def dense(table, sums, rows, slopes, rate, eps, squares=None, late=False, root=True, inside=False):
    """The step with the whole table of slopes; the keywords are mistakes."""
    g = summed(table, rows, slopes)
    grown = sums + (g**2 if squares is None else squares(table, rows, slopes))
    s = sums if late else grown
    below = (s + eps).sqrt() if inside else (s.sqrt() if root else s) + eps
    return table - rate * torch.where(g == 0, 0.0, g / below), grown


def apart(table, sums, rows, slopes, rate, eps, keep=True):
    """One step for each line of the slopes; without keep all from the old values, the last wins."""
    new, grown = table.clone(), sums.clone()
    for row, g in zip(rows, slopes):
        start, s = (new, grown) if keep else (table, sums)
        added = s[row] + g**2
        new[row], grown[row] = start[row] - rate * g / (added.sqrt() + eps), added
    return new, grown


RARE = Task(
    id="10.2",
    title="Adagrad where most slopes are 0",
    points=5,
    function="rare_step",
    taught="ch10_optimisers.ipynb#a-rate-for-every-weight-adagrad-2010",
    statement=r"""
A table has a row of weights for each word of a language, and a batch holds only a few words. All
other rows have the slope 0; nobody wants to compute with them. So the slopes come as a short list:
`slopes` (K, I) holds K rows of slopes, and `rows` (K,) says to which rows of the table they belong.
A word that comes several times in the batch stands in the list several times, each time with its
own slopes. The slope of its row is their sum, as in backpropagation wherever a weight is used
twice.

Write `rare_step(table, sums, rows, slopes, rate, eps)`: one step of Adagrad. `table` (R, I) are the
weights and `sums` (R, I) the sums of squared slopes so far. Return `(table, sums)` behind the step,
as new tensors. $\varepsilon$ is added outside of the root, and K may be 0.
""",
    generate=rare_case,
    returns=("table", "sums"),
    oracle=rare_step,
    symptoms=[
        Symptom(
            "Where a row comes several times, you add the squares of its single slopes. Its slope "
            "is their sum: first add, then square.",
            mimics=partial(
                dense, squares=lambda table, rows, slopes: summed(table, rows, slopes**2)
            ),
        ),
        Symptom(
            "A row that comes several times makes several steps in yours, one for each line of "
            "the list. It makes one, with the sum of its slopes.",
            mimics=apart,
        ),
        Symptom(
            "Where a row comes several times, only the last of its slopes counts in yours. What "
            "does `table[rows] = …` do with a row that is named twice?",
            mimics=partial(apart, keep=False),
        ),
        Symptom(
            "You divide by the sums of squares as they were before this step.",
            mimics=partial(dense, late=True),
        ),
        Symptom(
            "You divide by the sum of squares itself. There is a root over it.",
            mimics=partial(dense, root=False),
        ),
        Symptom(
            "Your ε is under the root. It belongs outside.",
            mimics=partial(dense, inside=True),
        ),
        Symptom(
            "You add the slopes themselves to `sums`, not their squares.",
            when=lambda answer, expected, table, sums, rows, slopes, *rest: torch.allclose(
                answer[1].double(), sums + summed(table, rows, slopes)
            ),
        ),
        Symptom(
            "Your sums of squares are still the old ones.",
            when=lambda answer, expected, table, sums, *rest: torch.equal(answer[1], sums),
        ),
        Symptom(
            "You leave ε out. A row that has only had slopes of 0 is then divided by 0.",
            when=lambda answer, expected, table, sums, rows, slopes, rate, eps: torch.allclose(
                torch.where(answer[0].isnan(), table, answer[0]).double(),
                dense(table, sums, rows, slopes, rate, 0.0)[0],
            ),
        ),
        Symptom(
            "You go uphill: a positive slope makes the weight smaller.",
            when=lambda answer, expected, table, *rest: torch.allclose(
                answer[0].double() - table, table - expected[0]
            ),
        ),
        Symptom(
            "The sums of squares are right, the weights are not.",
            when=lambda answer, expected, *inputs: torch.allclose(answer[1].double(), expected[1]),
        ),
        Symptom(
            "The weights are right, the sums of squares are not.",
            when=lambda answer, expected, *inputs: torch.allclose(answer[0].double(), expected[0]),
        ),
    ],
)


def drift(
    slopes, rate, keep, rounds, low=-1.0, high=1.0, root=True, anew=False, late=False, steps=None
):
    """Where RMSProp and Adagrad end; the keywords are mistakes."""
    ends = []
    for share, new in ((keep, 1 - keep), (1.0, 1.0)):
        w, s = 0.0, 0.0
        for t in range(len(slopes) * rounds if steps is None else steps):
            s = 0.0 if anew and t % len(slopes) == 0 else s
            g = float(slopes[t % len(slopes)])
            before, s = s, share * s + new * g * g
            below = before if late and before else s
            w -= rate * g / (below**0.5 if root else below)
            w = min(max(w, low), high)
        ends.append(w)
    return tuple(ends)


free = partial(drift, low=-math.inf, high=math.inf)


def clipped_late(*inputs):
    return tuple(min(max(w, -1.0), 1.0) for w in free(*inputs))


DRIFTS = [
    (
        "Your weight leaves the ground: it may not go beyond −1 and 1.",
        free,
    ),
    (
        "You hold the weight between −1 and 1 at the end only. It may not go beyond in any step.",
        clipped_late,
    ),
    (
        "ρ is the share of the old average that is kept. You give it to the new square.",
        lambda slopes, rate, keep, rounds: drift(slopes, rate, 1 - keep, rounds),
    ),
    ("The two ends have changed places.", lambda *inputs: drift(*inputs)[::-1]),
    ("You divide by squares. There is a root.", partial(drift, root=False)),
    ("Your memories begin anew in every round. They begin once.", partial(drift, anew=True)),
    ("This step's slope comes into the memory before it is divided.", partial(drift, late=True)),
    (
        "You make so many steps. Asked for are so many rounds through the whole list.",
        lambda slopes, rate, keep, rounds: drift(slopes, rate, keep, rounds, steps=rounds),
    ),
    (
        "This is where plain descent ends. The slopes are divided.",
        lambda slopes, rate, keep, rounds: (
            (max(min(-rate * rounds * float(slopes.sum()), 1.0), -1.0),) * 2
        ),
    ),
    (
        "Both of your methods are RMSProp.",
        lambda *inputs: (drift(*inputs)[0],) * 2,
    ),
    (
        "Both of your methods are Adagrad.",
        lambda *inputs: (drift(*inputs)[1],) * 2,
    ),
]


def drift_case(rng, case):
    """Draw walks inside in cases 0 to 2, nobody walks in case 5; over both edges in 3 and 6."""
    if case == 4:
        return torch.tensor([3.0, -1.0, -1.0]).double(), 0.05, 0.1, 50
    while True:
        rate, keep = one(rng, 5, 12) / 100, one(rng, 1, 8) / 10
        if case in (3, 6):
            slopes = signs(rng, 5) * uniform(rng, 0.5, 3, 5)
            inputs = slopes, (0.8 if case == 3 else 2.5), keep, (2 if case == 3 else 1)
            others = [drift(*inputs, low=-2.0), drift(*inputs, high=2.0), clipped_late(*inputs)]
            walker = case // 6  # of RMSProp in case 3, of Adagrad in case 6
            fine = all(differ(end[walker], drift(*inputs)[walker]) for end in others)
            fine = fine and differ(free(*inputs)[walker], others[2][walker])
        else:
            small = -one(rng, 5, 9) / 10
            slopes = torch.tensor([one(rng, 20, 40) / 10] + [small] * one(rng, 2, 3)).double()
            slopes = slopes.round(decimals=1).roll(one(rng, 0, 3) if case else 0)
            inputs = slopes, rate, keep, {5: 0, 2: 1}.get(case, one(rng, 2, 3))
            fine = max(map(abs, free(*inputs))) < 1
            mistakes = {0: DRIFTS[2:], 1: DRIFTS[2:], 2: DRIFTS[2:4]}.get(case, [])
            fine = fine and all(shows(mistake, inputs) for _, mistake in mistakes)
        if fine:
            return inputs


def shows(mistake, inputs):
    return any(differ(*pair) for pair in zip(mistake(*inputs), drift(*inputs)))


def differ(one, other):
    return abs(one - other) > 1e-3


DRIFT = Task(
    id="10.3",
    title="Predict, then measure: a slope that shouts seldom",
    points=5,
    function="drift",
    kind="predict",
    taught="ch10_optimisers.ipynb#forgetting-rmsprop-2012",
    statement=r"""
One weight $w$ starts at 0 and may move between $-1$ and $1$; a step that would lead beyond ends at
the edge. Its slope does not depend on where it is. It is 3, then twice $-1$, then 3 again, and so
on. The mean is $\tfrac13$: the loss falls to the left, and the best place is $-1$. RMSProp divides
each slope by the root of its moving average, $s \leftarrow \rho s + (1 - \rho) g^2$, with the share
$\rho = 0.1$, and walks at a small rate for a long time. Where does it end?

- **a**: at $-1$, the best place
- **b**: near 0, since the steps cancel
- **c**: at $1$, the worst place

Decide first. Then write `drift(slopes, rate, keep, rounds)` for a list of `slopes` (T,) that is
gone through `rounds` times; `keep` is $\rho$. Return `(prediction, forgetting, remembering)`: where
RMSProp ends, and where Adagrad, $s \leftarrow s + g^2$, ends at the same rate. The memory $s$
starts at 0; a slope comes into it first and is then divided by $\sqrt s$, without $\varepsilon$. No
slope is 0. Any prediction counts, if you made one; the two places must be right.
""",
    generate=drift_case,
    judge=measured(
        ("a", "b", "c"),
        drift,
        DRIFTS,
        names=("place where RMSProp ends", "place where Adagrad ends"),
    ),
    cases=7,
)

MEMORIES = [RARE, DRIFT]
