"""The exercise of chapter 17 on masks: three bugs where padding stands before the words."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def read_batch(
    q, k, v, pads, axis=True, first=True, empty=True, itself=0, scale=True, behind=False
):
    """The oracle: y; axis, first and empty are bugs if False, the others are mistakes."""
    place = torch.arange(q.shape[1])
    later = place > place[:, None] - itself
    padded = place < pads[:, None]
    if behind:
        padded = padded.flip(1)
    padded = padded[:, None] if axis else padded[:, :, None]
    scores = q @ k.mT / (q.shape[2] ** 0.5 if scale else 1)
    scores = scores.masked_fill(padded | later if first else padded, -math.inf)
    p = scores.softmax(2)
    p = p if first else p.masked_fill(later, 0.0)
    return (p.nan_to_num(0.0) if empty else p) @ v


def spread_out(q, k, v, pads):
    """A row that may look nowhere looks everywhere: its −∞ were large negative numbers."""
    place = torch.arange(q.shape[1])
    hidden = (place > place[:, None]) | (place < pads[:, None])[:, None]
    scores = q @ k.mT / q.shape[2] ** 0.5
    return scores.masked_fill(hidden, -1e9).softmax(2) @ v


BUGS = {
    "axis": "Padding is not hidden: of the places that look, those in the padding get a row of −∞, "
    "and the words still look at it. Which axis of the scores holds the keys?",
    "first": "The weights of a place do not make 1. What is hidden by the causal mask has taken "
    "its part in the softmax.",
    "empty": "All is right but the rows of places that may look nowhere. What does a softmax make "
    "of a row of −∞ alone?",
}
MISTAKES = {
    "A place does not see itself in yours.": partial(read_batch, itself=1),
    "Your scores are not divided by the root of D.": partial(read_batch, scale=False),
    "You hide places at the end. The padding stands before the words.": partial(
        read_batch, behind=True
    ),
    "All is right but the rows of places that may look nowhere: in yours they look everywhere, "
    "since all their scores are equally low. Asked for are zeros.": spread_out,
}


def padding_case(rng, case):
    """Draw batches on which every bug shows; no padding, nothing but padding, one word."""
    count, places, wide = 2, one(rng, 3, 4), 2
    if case == 4:
        count, places = 1, 1
    if case == 6:
        count, places, wide = 3, 5, 5
    q, k, v = (normal(rng, count, places, wide) for _ in range(3))
    pads = torch.from_numpy(rng.integers(1, places, size=count)) if places > 1 else None
    if case == 3:
        pads = torch.zeros(count, dtype=torch.int64)
    if case == 4:
        pads = torch.tensor([one(rng, 0, 1)])
    if case == 5:
        pads = torch.tensor([places, 1])
    inputs = q, k, v, pads
    states = [(a, b, c) for a in (True, False) for b in (True, False) for c in (True, False)][1:]
    wrong = [partial(read_batch, axis=a, first=b, empty=c) for a, b, c in states]
    wrong = [mistake for state, mistake in zip(states, wrong) if state != (True, False, False)]
    wrong += list(MISTAKES.values())
    kept = [] if case > 2 else wrong
    return inputs if telling(inputs, read_batch, kept) else padding_case(rng, case)


PADDING = Task(
    id="17.7",
    title="Find the bugs: words that look at padding",
    points=4,
    function="read_batch",
    kind="debug",
    taught="ch17_attention.ipynb#the-transformer-translates",
    statement=r"""
Sentences that are to be *continued* are aligned at their end: the padding stands before the words,
so that all next words come at the same place. In a batch of queries, keys and values `q`, `k`, `v`
(N, T, D) the first `pads[n]` places of sentence $n$ are padding, from none to all T. A place sees
itself and those before it, but never padding. So places in the padding may look nowhere; they are
to get zeros.

`read_batch(q, k, v, pads)` should return the outputs (N, T, D) of this masked attention with scores
divided by $\sqrt D$. It runs. There are three bugs, and when one is mended, another may come to
light.
""",
    generate=padding_case,
    cases=7,
    oracle=read_batch,
    symptoms=[
        *left(read_batch, BUGS["axis"], ("first", "empty"), axis=False),
        *left(read_batch, BUGS["first"], ("empty",), first=False),
        *left(read_batch, BUGS["empty"], (), empty=False),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "Places in the padding are right, those of words are not.",
            when=lambda answer, expected, q, k, v, pads: in_padding(answer, expected, pads, True),
        ),
        Symptom(
            "The words are right, places in the padding are not.",
            when=lambda answer, expected, q, k, v, pads: in_padding(answer, expected, pads, False),
        ),
    ],
)


def in_padding(answer, expected, pads, there):
    """Whether the answer is right where padding is, or where it is not."""
    chosen = torch.arange(expected.shape[1]) < pads[:, None]
    chosen = chosen if there else ~chosen
    mine, right = (torch.as_tensor(x).double()[chosen] for x in (answer, expected))
    return torch.allclose(mine, right, 1e-6, 1e-6)


PADDINGS = [PADDING]
