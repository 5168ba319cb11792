"""The exercise of chapter 19 on the code book: rows that follow their points, and no dead ones."""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def nearest(x, book):
    """The nearest row of each point, and its squared distance."""
    distance = ((x[:, None] - book) ** 2).sum(2)
    return distance.argmin(1), distance.amin(1)


def even_spread(counts):
    """How many rows, used equally often, are as spread as these counts."""
    p = counts[counts > 0] / counts.sum()
    return float((-(p * p.log()).sum()).exp())


def in_use(counts):
    return float((counts > 0).sum())


def entropy(counts):
    return math.log(even_spread(counts))


def step(
    x, book, size, total, decay, least, fresh=None, dead="after", pick="farthest", again=False,
    used=even_spread, alone=False, forget=False, kept=False, moved=False,
):  # fmt: skip
    """The oracle: (book, size, total, used); the keywords are mistakes."""
    code, far = nearest(x, book)
    chosen = torch.nn.functional.one_hot(code, len(book)).double()
    counts = chosen.sum(0)
    fresh = 1 - decay if fresh is None else fresh
    old = 0 if alone else decay
    old_size = size
    size, total = old * size + fresh * counts, old * total + fresh * chosen.T @ x
    if alone:
        size, total = counts.clone(), chosen.T @ x
    low = {"after": size, "before": old_size, "batch": counts}[dead] < least
    book = total / size[:, None].clamp(min=1e-300)
    far = nearest(x, torch.where(low[:, None], torch.inf, book))[1] if moved else far
    order = far.argsort(descending=pick == "farthest", stable=True).tolist()
    order = list(range(len(x))) if pick == "first" else order
    for row in low.nonzero()[:, 0].tolist():
        if not order:
            break
        place = order[0] if again else order.pop(0)
        book[row] = x[place]
        if not forget:
            size[row], total[row] = 1.0, x[place]
    return book, size, total, used(counts)


def no_restart(x, book, size, total, decay, least):
    return step(x, book, size, total, decay, -1.0)


def swapped(x, book, size, total, decay, least):
    return step(x, book, size, total, 1 - decay, least)


def only_fresh(x, book, size, total, decay, least):
    """What is new comes on top in full."""
    return step(x, book, size, total, decay, least, fresh=1.0)


MISTAKES = {
    "You keep what should go, and go by what is new: `decay` is the share of what is "
    "*kept*.": swapped,
    "What is new comes on top in full in yours. It counts 1 − `decay`.": only_fresh,
    "Your book forgets all that was before this batch.": partial(step, alone=True),
    "No row begins anew in yours.": no_restart,
    "You call a row dead by what it was before this batch. First move the averages.": partial(
        step, dead="before"
    ),
    "You call a row dead if this one batch has too few points for it. Take the moved "
    "average.": partial(step, dead="batch"),
    "Several dead rows begin at the same point in yours. The second takes the second "
    "farthest.": partial(step, again=True),
    "A dead row begins at the point that is *farthest* from its row. Yours begin at the "
    "nearest.": partial(step, pick="nearest"),
    "Your dead rows take the points as they come. They take the farthest first.": partial(
        step, pick="first"
    ),
    "`book` and `used` are right. A row that begins anew has the size 1, and its point as "
    "total.": partial(step, forget=True),
    "`book`, `size` and `total` are right. Your `used` counts the rows in use. Rows used seldom "
    "count less.": partial(step, used=in_use),
    "`book`, `size` and `total` are right. Your `used` is an entropy. Asked for is a number of "
    "rows.": partial(step, used=entropy),
}
SHOWN = {0: (0, 1, 2, 3, 6, 7, 8, 9, 10, 11), 1: (4, 5, 7, 9)}


def book_case(rng, case):
    """Draw points on which each mistake shows; two equal rows, one point, one row, none dead."""
    mistakes = list(MISTAKES.values())
    kept = [mistakes[place] for place in SHOWN.get(case, ())]
    while True:
        count, rows, width = one(rng, 7, 10), one(rng, 4, 5), 2
        count, rows = {3: (1, 4), 4: (6, 1)}.get(case, (count, rows))
        x, book = 2 * normal(rng, count, width), normal(rng, rows, width)
        if case == 2:
            book[2] = book[0]
        size = torch.from_numpy(rng.uniform(0.1, 3, size=rows).round(1))
        total = book * size[:, None]
        decay, least = round(float(rng.uniform(0.4, 0.8)), 1), 0.8
        if case == 5:
            least = 0.01
        if case == 6:
            decay, least = 0.0, 1.0
        inputs = x, book, size, total, decay, least
        tops = ((x[:, None] - book) ** 2).sum(2).sort(1).values
        far = tops[:, 0].sort().values
        if count > 1 and float(far.diff().min()) < 1e-3:
            continue
        if case != 2 and rows > 1 and float((tops[:, 1] - tops[:, 0]).min()) < 1e-3:
            continue
        moved = decay * size + (1 - decay) * nearest_counts(x, book)
        if case == 6 and not bool((moved == least).any()):
            continue
        if case != 6 and float((moved - least).abs().min()) < 1e-3:
            continue
        if case == 3 and int((moved < least).sum()) < 2:
            continue
        if telling(inputs, step, kept, kept):
            return inputs


def nearest_counts(x, book):
    return nearest(x, book)[0].bincount(minlength=len(book)).double()


def right(answer, expected, *places):
    return all(
        close(torch.as_tensor(answer[n]).double(), torch.as_tensor(expected[n]).double(), 1e-6)
        for n in places
    )


STEP = Task(
    id="19.9",
    title="A book that follows its points, without dead codes",
    points=5,
    function="book_step",
    taught="ch19_self_supervision.ipynb#a-caption-drawn-dalle",
    returns=("book", "size", "total", "used"),
    statement=r"""
The page moves its book by a gradient. The paper of 2017 has a second way, without one: each row is
the mean of the points that chose it, a mean that slowly forgets. And a row that nobody chooses need
not stay dead.

`book` (K, D) holds the rows, `size` (K,) how many points each row has had, as an average over
batches, and `total` (K, D) the sum of these points, averaged in the same way. A batch `x` (N, D)
comes.

1. Each point chooses the nearest row, of several the first.
2. For each row `size` becomes `decay` times what it was plus (1 − `decay`) times the number of
   points of this batch that chose it, and `total` likewise with the sum of these points. The new
   row is `total` divided by `size`.
3. A row is *dead* if its new `size` is below `least`. Dead rows begin anew, in the order of the
   book: the first at the point of the batch that was farthest from the row it had chosen, the next
   at the second farthest point, and so on. Such a row has `size` 1, and its point as `total`. If
   there are more dead rows than points, the others stay as step 2 left them.

Write `book_step(x, book, size, total, decay, least)` and return `(book, size, total, used)`, the
first three as they are now. `used` says how many rows the batch chose, if rows chosen seldom count
less: $e^H$, with the entropy $H = -\sum_k p_k \log p_k$ of the shares $p_k$ of points that chose
row k. `size` is above 0 and `decay` from 0 to 1; where it is 0, there are points enough for all
dead rows.
""",
    generate=book_case,
    cases=7,
    oracle=step,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`book`, `size` and `total` are right, `used` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1, 2),
        ),
        Symptom(
            "`size` and `used` are right, `book` or `total` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 3),
        ),
        Symptom(
            "`used` is right, `size` is not. Write the number of points beside each row, and what "
            "`size` becomes.",
            when=lambda answer, expected, *inputs: right(answer, expected, 3),
        ),
        Symptom(
            "`used` is wrong. Begin with the rows that the points choose.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 3),
        ),
    ],
)

BOOKS = [STEP]
