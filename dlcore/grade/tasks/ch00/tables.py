"""The exercises of chapter 0 on tables and slopes: bills, pairs, cosines, nudges."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import uniform, whole


def bills_case(rng, case):
    customers, things, shops = ((3, 3, 3), (1, 3, 2), (2, 1, 3))[case % 3]
    if case == 3:
        customers, things, shops = 2, 4, 3
    amounts, prices = whole(rng, 0, 5, customers, things), whole(rng, -2, 9, shops, things)
    return amounts.double(), prices.double(), whole(rng, 1, 4, shops).double()


def bills(amounts, prices, fees):
    return amounts @ prices.T + fees


BILLS = Task(
    id="0.1",
    title="Bills for many customers",
    points=5,
    function="bills",
    taught="ch00_tools.ipynb#transpose-and-outer-product",
    statement=r"""
Each customer has a row in `amounts` (N, I), which says how much of I things he or she takes. Each
shop has a row of prices for these things in `prices` (S, I), and asks a fee that does not depend on
what one takes: `fees` (S,).

Write `bills(amounts, prices, fees)`. Return the table (N, S) of what each customer would pay in
each shop.
""",
    generate=bills_case,
    oracle=bills,
    symptoms=[
        Symptom(
            "A customer who takes nothing still pays something in every shop; yours does not.",
            mimics=lambda amounts, prices, fees: amounts @ prices.T,
        ),
        Symptom(
            "Every customer pays the fees of all shops in each shop.",
            mimics=lambda amounts, prices, fees: amounts @ prices.T + fees.sum(),
        ),
        Symptom(
            "The shops pay the fee to the customers.",
            mimics=lambda amounts, prices, fees: amounts @ prices.T - fees,
        ),
        Symptom(
            "The fee is counted once for each thing; asked for is once for each customer and shop.",
            mimics=lambda amounts, prices, fees: amounts @ prices.T + prices.shape[1] * fees,
        ),
        Symptom(
            "These are averages over the things. A bill is a sum.",
            mimics=lambda amounts, prices, fees: amounts @ prices.T / prices.shape[1] + fees,
        ),
    ],
)


def pairs_case(rng, case):
    count, first, second = ((3, 2, 3), (1, 2, 2), (4, 3, 3), (2, 1, 3), (3, 3, 3), (0, 2, 3))[case]
    return whole(rng, -4, 4, count, first).double(), whole(rng, -4, 4, count, second).double()


def pairs_table(u, v):
    return u.T @ v


PAIRS = Task(
    id="0.2",
    title="A table from many pairs",
    points=5,
    function="pairs_table",
    taught="ch00_tools.ipynb#transpose-and-outer-product",
    statement=r"""
Row $n$ of `u` (N, A) and row $n$ of `v` (N, B) are a pair of lists. Each pair has an outer product,
a table (A, B).

Write `pairs_table(u, v)`, which returns the *sum* of the outer products of all N pairs, a table
(A, B). With no pairs at all it holds zeros. One line is enough, but loops are welcome.
""",
    generate=pairs_case,
    oracle=pairs_table,
    symptoms=[
        Symptom(
            "You add up the lists first and multiply then. Each list has only its own partner.",
            mimics=lambda u, v: torch.outer(u.sum(0), v.sum(0)),
        ),
        Symptom(
            "This is the outer product of the last pair alone.",
            mimics=lambda u, v: torch.outer(u[-1], v[-1]) if len(u) else u.T @ v,
        ),
        Symptom(
            "This is the outer product of the first pair alone.",
            mimics=lambda u, v: torch.outer(u[0], v[0]) if len(u) else u.T @ v,
        ),
        Symptom(
            "You divide by the number of pairs: that is an average, and for no pairs it is none.",
            when=lambda answer, expected, u, v: torch.allclose(
                torch.nan_to_num(answer) * len(u), expected
            ),
        ),
    ],
)


def alike_case(rng, case):
    query = torch.tensor([3.0, 1.0, 2.0]) * (1 + case % 2)
    long, near, far = torch.tensor([[9.0, 9, -2], [3, 2, 2], [1, -4, 2]])
    tables = [
        torch.stack([long, far, near]),  # the longest row has the largest product, not the angle
        -torch.stack([near, 2 * near, long, far * torch.tensor([1.0, 0, 1])]),  # all point away
        torch.stack([far, 2 * near, near, 4 * near]),  # three of one direction: the first counts
        torch.stack([-near, torch.zeros(3), -far * torch.tensor([1.0, 0, 1])]),  # a row of zeros
        near[None] / 16,  # a short row
        whole(rng, -4, 4, 4, 3).double(),
    ]
    return query.double(), tables[case].double()


def cosines(query, table):
    lengths = table.norm(dim=1) * query.norm()
    return table @ query / torch.where(lengths > 0, lengths, 1.0)


def most_alike(query, table):
    found = cosines(query, table)
    return int(found.argmax()), float(found.max())


def reached(answer, query, table):
    """The cosine of the row that was chosen."""
    return cosines(query, table)[int(answer[0]) % len(table)]


def chosen_by(score):
    """What comes out if the row is chosen by another score."""

    def choose(query, table):
        best = int(score(query, table).argmax())
        return best, float(cosines(query, table)[best])

    return choose


ALIKE = Task(
    id="0.3",
    title="Most alike",
    points=6,
    function="most_alike",
    taught="ch00_tools.ipynb#length-distance-and-cosine",
    statement=r"""
Which row of a table points in nearly the same direction as a given list, however long it is?

Write `most_alike(query, table)` for `query` (D,), which is not all zeros, and `table` (N, D).
Return `(index, cosine)`: the number of the row, counted from 0, whose cosine with `query` is the
largest, and that cosine. Of several such rows the first counts. A row of zeros has no direction;
its cosine counts as 0.
""",
    generate=alike_case,
    oracle=most_alike,
    symptoms=[
        Symptom(
            "You choose by the inner product, so a long row wins over one of a better direction.",
            mimics=chosen_by(lambda query, table: table @ query),
        ),
        Symptom(
            "You choose the row at the smallest distance. One in the same direction is alike, "
            "however far.",
            mimics=chosen_by(lambda query, table: -(table - query).norm(dim=1)),
        ),
        Symptom(
            "Of several rows with the largest cosine the first counts.",
            when=lambda answer, expected, query, table: (
                answer[0] > expected[0] and reached(answer, query, table) > expected[1] - 1e-9
            ),
        ),
        Symptom(
            "Rows that point away from the list are alike for you; their cosine is below 0.",
            when=lambda answer, expected, query, table: (
                reached(answer, query, table) < -cosines(query, table).abs().max() + 1e-9
            ),
        ),
        Symptom(
            "You count rows from 1.",
            mimics=lambda *inputs: (most_alike(*inputs)[0] + 1, most_alike(*inputs)[1]),
        ),
        Symptom(
            "The row is right; what you return with it is no cosine: divide by both lengths.",
            when=lambda answer, expected, query, table: answer[0] == expected[0],
        ),
    ],
)


def slopes_case(rng, case):
    count, size = ((3, 2), (4, 3), (1, 1), (2, 2), (3, 3), (4, 2))[case]
    h = (0.001, 0.5, 0.1, 1.0, 0.01, 0.25)[case]
    x, t = whole(rng, -3, 3, count, size).double(), uniform(rng, -2, 2, count)
    return x + (x == 0), t, uniform(rng, -2, 2, size), h


def nudge(x, t, w, h, reset=True, both=True, mean=True):
    """The exercise's loop; each keyword puts one of its bugs back."""

    def error(weights):
        squares = (x @ weights - t) ** 2
        return squares.mean() if mean else squares.sum()

    up, down, found = w.clone(), w.clone(), torch.zeros_like(w)
    for i in range(len(w)):
        if reset:
            up, down = w.clone(), w.clone()
        up[i] += h
        down[i] -= h
        found[i] = (error(up) - error(down)) / (2 * h if both else h)
    return found


def one_side(x, t, w, h):
    sides = torch.eye(len(w), dtype=w.dtype) * h
    return torch.stack([(((x @ (w + s) - t) ** 2) - (x @ w - t) ** 2).mean() / h for s in sides])


SLOPES = Task(
    id="0.4",
    title="Find the bugs: slopes by nudging",
    points=6,
    function="slopes",
    taught="ch00_tools.ipynb#a-slope-by-nudging",
    kind="debug",
    statement=r"""
`slopes(x, t, w, h)` should find, for each of the weights `w` (I,), the slope of the error

$$E = \frac1N \sum_n (x_n \cdot w - t_n)^2$$

by nudging this weight by `h` to both sides while the others stand still. `x` (N, I) holds one
example per row and `t` (N,) the targets. It returns the I slopes.

There are three bugs. Each of them is of a kind that runs without any error message.
""",
    generate=slopes_case,
    oracle=nudge,
    symptoms=[
        *left(
            nudge,
            "The first weight's slope has the right sign and more; from the second on each slope "
            "holds those before it as well. Which weights are nudged then?",
            ("both", "mean"),
            reset=False,
        ),
        *left(
            nudge,
            "How far apart are the two points at which you ask for the error? You divide by half "
            "of it.",
            ("mean",),
            both=False,
        ),
        *left(
            nudge,
            "The more examples, the larger your slopes. The error is a mean.",
            mean=False,
        ),
        Symptom(
            "You nudge to one side only: your slope is that of a point between the two.",
            mimics=one_side,
        ),
    ],
)

TABLES = [BILLS, PAIRS, ALIKE, SLOPES]
