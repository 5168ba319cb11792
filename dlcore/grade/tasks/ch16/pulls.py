"""The exercise of chapter 16 on skip-gram: three bugs in a loss and its gradients."""

import itertools
from functools import partial

import torch
from torch.nn.functional import softplus

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling

SETTINGS = "table", "masked", "words_add", "neighbours_add"


def put(table, places, rows, add):
    """Rows added to those of a table: all of them, or at each place the last one only."""
    if add:
        table.index_put_((places,), rows, accumulate=True)
    else:
        table[places] += rows


def pulls(
    words, neighbours, pairs, noise, table=True, masked=True, words_add=True, neighbours_add=True,
    same: int | None = 1, mean=False, push=1,
):  # fmt: skip
    """The oracle: (loss, to_words, to_neighbours); the keywords put bugs and mistakes in.

    same: with which word of the pair a drawn one is compared; None: with none.
    """
    u, v = words[pairs[:, 0]], neighbours[pairs[:, 1]]
    n = (neighbours if table else words)[noise]
    keep = torch.ones(noise.shape).double()
    if same is not None:
        keep = (noise != pairs[:, same : same + 1]).double()
    real, drawn = (u * v).sum(1), (n * u[:, None]).sum(2)
    loss = softplus(-real).sum() + (softplus(drawn) * keep).sum()
    missed, fooled = torch.sigmoid(-real), push * torch.sigmoid(drawn) * (keep if masked else 1)
    to_words, to_neighbours = torch.zeros_like(words), torch.zeros_like(neighbours)
    for_u = (fooled[:, :, None] * n).sum(1) - missed[:, None] * v
    put(to_words, pairs[:, 0], for_u, words_add)
    put(to_neighbours, pairs[:, 1], -missed[:, None] * u, neighbours_add)
    put(to_neighbours, noise, fooled[:, :, None] * u[:, None], neighbours_add)
    many = len(pairs) if mean else 1
    return loss / many, to_words / many, to_neighbours / many


BUGGY = {
    state: partial(pulls, **dict(zip(SETTINGS, state)))
    for state in itertools.product((True, False), repeat=4)
    if not all(state)
}
SENTENCES = {
    "table": "Your loss is that of other vectors. From which of the two tables does a drawn "
    "neighbour come?",
    "masked": "The loss is right, the gradients do not belong to it. What the loss leaves out "
    "must neither pull nor push.",
    "words_add": "In several pairs the same word may stand. Its gradient is the sum of all their "
    "pulls, and `x[places] += …` writes only once to each place.",
    "neighbours_add": "`to_words` is right. In `to_neighbours` a row may be named several times, "
    "as a neighbour and as a drawn word: all its pulls are added up.",
}
PULL_MISTAKES = {
    "You take means over the pairs. Asked for is the sum of their losses, and its slopes.": partial(
        pulls, mean=True
    ),
    "You leave out draws that equal the *word*. It is the pair's true neighbour that must not be "
    "pushed away.": partial(pulls, same=0),
    "You do not leave any draw out. One that equals the pair's neighbour counts nothing.": partial(
        pulls, same=None
    ),
    "Drawn words are pulled in yours. They are pushed away.": partial(pulls, push=-1),
}


def named_bug(state):
    """The sentence of the first bug that is still there."""
    return SENTENCES[next(name for name, fine in zip(SETTINGS, state) if not fine)]


def pull_case(rng, case):
    """Draw pairs on which every bug shows; one pair, one word, no draws, scores in thousands."""
    kinds, wide, count, each = one(rng, 4, 5), 2, one(rng, 4, 5), one(rng, 2, 3)
    if case == 3:
        count, each = 1, 1
    if case == 4:
        kinds, count = 1, 2
    if case == 5:
        each = 0
    size = 60.0 if case == 6 else 1.0
    words, neighbours = (size * normal(rng, kinds, wide) for _ in range(2))
    pairs = torch.from_numpy(rng.integers(kinds, size=(count, 2)))
    noise = torch.from_numpy(rng.integers(kinds, size=(count, each)))
    inputs = words, neighbours, pairs, noise
    wrong = [*BUGGY.values(), *PULL_MISTAKES.values()] if case < 3 else []
    clear = telling(inputs, pulls, wrong)
    if case == 6:
        clear = float(pulls(*inputs)[0]) > 2000
    return inputs if clear else pull_case(rng, case)


def alike(mine, right):
    return mine.shape == right.shape and torch.allclose(mine.double(), right, 1e-6, 1e-6)


PULL = Task(
    id="16.3",
    title="Find the bugs: pulled and pushed by a tired colleague",
    points=5,
    function="pulls",
    kind="debug",
    taught="ch16_words.ipynb#vectors-from-neighbours-skip-gram",
    returns=("loss", "to_words", "to_neighbours"),
    statement=r"""
Skip-gram with negative sampling, for many pairs at once and without any package. `words` (V, D)
holds the vectors $u$, `neighbours` (V, D) the vectors $v$. `pairs` (N, 2) holds the numbers of a
word and of its neighbour, `noise` (N, K) those of the K words that were drawn for each pair. By
chance a drawn word may be the pair's true neighbour. It makes no sense to pull and push it at once,
and so such a draw is left out, as in the program of Mikolov and others: it counts nothing.

`pulls(words, neighbours, pairs, noise)` should return `(loss, to_words, to_neighbours)`: the sum of
the losses $L$ of all pairs, and its gradients for the two tables, of their shape. A word may stand
in several pairs. `softplus(z)` is $\log(1 + e^z)$, that is $-\log \sigma(-z)$, also for a $z$ in
the thousands; that is no bug.

It runs, and with it vectors even learn a little. There are three bugs; one of them stands in
several lines.
""",
    generate=pull_case,
    cases=7,
    oracle=pulls,
    symptoms=[
        *[Symptom(named_bug(state), mimics=bug) for state, bug in sorted(BUGGY.items())],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in PULL_MISTAKES.items()],
        Symptom(
            "Loss and `to_words` are right, `to_neighbours` is not: true neighbours and drawn "
            "ones both add to it.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) < 1e-6 and alike(answer[1], expected[1])
            ),
        ),
        Symptom(
            "Loss and `to_neighbours` are right, `to_words` is not.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) < 1e-6 and alike(answer[2], expected[2])
            ),
        ),
        Symptom(
            "The loss is right, its gradients are not. Nudge one number and compare.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "The gradients are right, the loss is not.",
            when=lambda answer, expected, *inputs: (
                alike(answer[1], expected[1]) and alike(answer[2], expected[2])
            ),
        ),
    ],
)

PULLS = [PULL]
