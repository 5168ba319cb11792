"""The exercise of chapter 22 on tables of fast weights: what is the error of sum and delta rule?"""

from functools import partial

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling


def table_of(keys, values, rounds, delta, anew=False, batch=False, back=False):
    """The table after all writings; the keywords are mistakes."""
    table = torch.zeros(values.shape[1], keys.shape[1]).double()
    pairs = list(zip(keys, values))
    for _ in range(rounds):
        start = table = torch.zeros_like(table) if anew else table
        for key, value in reversed(pairs) if back else pairs:
            says = (start if batch else table) @ key if delta else 0
            table = table + torch.outer(value - says, key)
    return table


def squares(table, keys, values):
    return float(((keys @ table.T - values) ** 2).sum())


def errors(keys, values, rounds, unit=True, of=squares, sum_rounds=None, **mistakes):
    """The oracle: (of_sum, of_delta); the keywords are mistakes, those of table_of for delta."""
    k = keys / keys.norm(dim=1, keepdim=True) if unit else keys
    plain = table_of(k, values, sum_rounds or rounds, delta=False)
    return of(plain, k, values), of(table_of(k, values, rounds, True, **mistakes), k, values)


def roots(table, keys, values):
    return squares(table, keys, values) ** 0.5


def means(table, keys, values):
    return squares(table, keys, values) / values.numel()


def by_pair(table, keys, values):
    return squares(table, keys, values) / len(values)


def halves(table, keys, values):
    return squares(table, keys, values) / 2


def when_written(keys, values, rounds):
    """The errors that the delta rule sees in its last round, before each writing."""
    k = keys / keys.norm(dim=1, keepdim=True)
    table, found = table_of(k, values, rounds - 1, delta=True), 0.0
    for key, value in zip(k, values):
        miss = value - table @ key
        found += float((miss**2).sum())
        table = table + torch.outer(miss, key)
    return errors(keys, values, rounds)[0], found


def last_pair(keys, values, rounds):
    k = keys / keys.norm(dim=1, keepdim=True)
    tables = [table_of(k, values, rounds, delta) for delta in (False, True)]
    return tuple(squares(table, k[-1:], values[-1:]) for table in tables)


MISTAKES = [
    ("Your keys have not the length 1.", partial(errors, unit=False)),
    ("The sum's error is that of one reading. It writes in every round.", partial(
        errors, sum_rounds=1)),
    ("Your table for the delta rule is emptied before each round.", partial(errors, anew=True)),
    ("By the delta rule you write all pairs of a round at once. Each pair has to find what the "
     "pairs before it have left.", partial(errors, batch=True)),
    ("By the delta rule you write the last pair first.", partial(errors, back=True)),
    ("For the delta rule you add up the errors before each writing. Asked for are those that are "
     "left at the end.", when_written),
    ("Your errors are those of the last pair alone.", last_pair),
    ("Your errors are roots. Asked for are sums of squares.", partial(errors, of=roots)),
    ("Your errors are means over all numbers. Asked for are sums.", partial(errors, of=means)),
    ("Your errors are means over the pairs. Asked for are sums.", partial(errors, of=by_pair)),
    ("Your errors are halves. Asked for are the squares themselves.", partial(errors, of=halves)),
    ("The two errors are exchanged.", lambda *inputs: errors(*inputs)[::-1]),
]  # fmt: skip


def error_case(rng, case):
    """Draw pairs on which each mistake shows; one pair, a key twice, orthogonal keys."""
    P, D, E = (one(rng, 3, 5), one(rng, 2, 3), one(rng, 2, 3)) if case != 2 else (2, 2, 2)
    rounds = one(rng, 2, 3) if case < 2 else 1
    keys, values = normal(rng, P, D), normal(rng, P, E)
    if case == 3:
        keys, values = keys[:1], values[:1]
    if case == 4:
        keys[1], rounds = 2 * keys[0], 2
    if case == 5:
        keys, values, rounds = 3.0 * torch.eye(3).double(), normal(rng, 3, 2), 1
    inputs = keys, values, rounds
    if float(keys.norm(dim=1).min()) < 0.3:
        return error_case(rng, case)
    wrong = [mistake for _, mistake in MISTAKES] if case < 2 else []
    return inputs if telling(inputs, errors, wrong, wrong) else error_case(rng, case)


LAST = Task(
    id="22.5",
    title="Predict, then measure: does the delta rule ever do worse with two pairs?",
    points=5,
    function="table_errors",
    kind="predict",
    taught="ch22_beyond_attention.ipynb#a-table-of-fast-weights-19922025",
    statement=r"""
Two pairs of a key and a value are written into an empty table $S$, one after the other. The keys
have length 1 and may be of any direction. When all is written, the table is asked for both, and the
squared errors $\lVert S k - v \rVert^2$ are added up. Is the error of the delta rule (with
$\alpha = \beta = 1$) ever larger than that of the sum?

- **a**: never: it corrects what it finds
- **b**: always, unless the keys are orthogonal or the same: it writes over what was there
- **c**: for some pairs it is larger, for others smaller

Decide first; pencil and paper decide it. Then measure, for any number of pairs. `keys` (P, D) are
not yet of length 1: first divide each by its length, which is never 0. `values` is (P, E). All
pairs are read in their order, `rounds` times over; each rule writes every time.

Write `table_errors(keys, values, rounds)` and return `(prediction, of_sum, of_delta)`: your letter,
and for each rule the squared errors that are left at the end, added up over all pairs. Any
prediction counts, if you made one; the numbers must be right.
""",
    generate=error_case,
    cases=6,
    judge=measured(("a", "b", "c"), errors, MISTAKES, names=("of_sum", "of_delta")),
)

LASTING = [LAST]
