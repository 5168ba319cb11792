"""The exercise of chapter 22 on a memory that learns in pieces: four bugs."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling

NAMES = "rest", "past", "fresh", "kept"


def read(keys, values, queries, lr, momentum, forget, chunk, rest=True, past=True, fresh=True,
         kept=True, mean=False, inside=False):  # fmt: skip
    """The oracle: (answers, table); rest to kept are bugs if False, the others are mistakes."""
    table = torch.zeros(values.shape[1], keys.shape[1]).double()
    surprise, answers = torch.zeros_like(table), torch.zeros_like(values)
    end = len(keys) if rest else len(keys) - chunk + 1
    for start in range(0, end, chunk):
        k, v, q = (x[start : start + chunk] for x in (keys, values, queries))
        before = table
        gradient = (k @ table.T - v).T @ k
        if inside:
            gradient = torch.zeros_like(table)
            for one_k, one_v in zip(k, v):
                gradient = gradient + torch.outer((table - lr * gradient) @ one_k - one_v, one_k)
        gradient = gradient / len(k) if mean else gradient
        surprise = momentum * surprise - lr * (gradient if fresh else momentum * gradient)
        table = (1 - forget) * table + (surprise if kept else (1 - forget) * surprise)
        answers[start : start + chunk] = q @ (before if past else table).T
    return answers, table


BUGS = {
    "rest": "The last rows are neither answered nor written, where they make no whole piece.",
    "past": "The answers know too much: a piece is answered before it is written.",
    "fresh": "The momentum belongs to the old surprise. What is new is multiplied by it, too.",
    "kept": "What is forgotten is a part of the *old* table. What is written now is not yet "
    "forgotten.",
}
MISTAKES = {
    "Within a piece each row finds what the rows before it have written. All rows of a piece find "
    "the table as it was before the piece.": partial(read, inside=True),
    "You take the mean over a piece. The gradients of its rows are added up.": partial(
        read, mean=True
    ),
}


def read_case(rng, case):
    """Draw texts on which each bug shows; one row, one piece, pieces of one, nothing forgotten."""
    states = [[bool(n & bit) for bit in (8, 4, 2, 1)] for n in range(15)]
    wrong = [partial(read, **dict(zip(NAMES, state))) for state in states]
    wrong = [*wrong, *MISTAKES.values()] if case < 2 else []
    chunk = one(rng, 2, 3)
    rows = 2 * chunk + one(rng, 1, chunk - 1)
    rows, chunk = {2: (4, 2), 3: (5, 1), 4: (1, 3), 5: (3, 3)}.get(case, (rows, chunk))
    D, E = one(rng, 2, 3), one(rng, 2, 3)
    lr, forget = (round(float(rng.uniform(0.1, 0.4)), 2) for _ in range(2))
    momentum = round(float(rng.uniform(0.3, 0.8)), 2)
    if case == 2:
        forget = 0.0
    if case == 6:
        momentum, forget = 0.0, 1.0
    inputs = (
        normal(rng, rows, D), normal(rng, rows, E), normal(rng, rows, D),
        lr, momentum, forget, chunk,
    )  # fmt: skip
    return inputs if telling(inputs, read, wrong, wrong) else read_case(rng, case)


READ = Task(
    id="22.6",
    title="Find the bugs: a memory that learns piece by piece",
    points=5,
    function="read_text",
    kind="debug",
    taught="ch22_beyond_attention.ipynb#a-memory-that-learns-while-it-reads-2024",
    returns=("answers", "table"),
    statement=r"""
A memory that takes a step of learning for each word is slow: no step can begin before the last one
has ended. So a text is read in *pieces* of `chunk` rows; the last piece may be shorter. The memory
is a table $S$ (E, D), empty at first, with a *surprise* of the same size, 0 at first. For each
piece, in this order:

- its queries are answered, $S q$, by the table as the pieces before have left it;
- the gradient of $\tfrac12 \sum \lVert S k - v \rVert^2$ over the rows of the piece is taken, all
  of them at the table as it was before the piece;
- the surprise becomes `momentum` times the old surprise, minus `lr` times the gradient;
- the table becomes `1 - forget` times the old table, plus the surprise.

`keys` and `queries` are (T, D), `values` (T, E), with a row or more.
`read_text(keys, values, queries, lr, momentum, forget, chunk)` should return `(answers, table)`:
the answers to all queries (T, E), and the table at the end. It runs. There are four bugs, and when
one is mended, another may come to light.
""",
    generate=read_case,
    cases=7,
    oracle=read,
    symptoms=[
        *left(read, BUGS["rest"], NAMES[1:], rest=False),
        *left(read, BUGS["past"], NAMES[2:], past=False),
        *left(read, BUGS["fresh"], NAMES[3:], fresh=False),
        *left(read, BUGS["kept"], (), kept=False),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The table is right, the answers are not.",
            when=lambda answer, expected, *inputs: close(answer[1], expected[1], 1e-6),
        ),
        Symptom(
            "The answers are right, the table at the end is not.",
            when=lambda answer, expected, *inputs: close(answer[0], expected[0], 1e-6),
        ),
    ],
)

READINGS = [READ]
