"""The exercise of chapter 22 on experts with little room: who is sent away?"""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def room_of(tokens, experts, k, factor):
    return math.ceil(factor * tokens * k / experts - 1e-9)


def dispatch(
    shares, k, factor, room=room_of, by_token=False, again=False, normal=True, last=False,
    whole=False, admitted=False, tokens_lost=False, least=False,
):  # fmt: skip
    """The oracle: (weights, refused, balance); the keywords are mistakes."""
    tokens, experts = shares.shape
    ranked = shares if not last else shares.flip(1)
    order = ranked.argsort(dim=1, descending=not least, stable=True)[:, :k]
    order = experts - 1 - order if last else order
    picked = shares.gather(1, order)
    picked = picked / picked.sum(1, keepdim=True) if normal else picked
    limit = room(tokens, experts, k, factor)
    weights, taken = torch.zeros_like(shares), [0] * experts
    turns = [(m, n) for n in range(k) for m in range(tokens)]
    for m, n in sorted(turns) if by_token else turns:
        expert = int(order[m, n])
        if taken[expert] < limit:
            weights[m, expert] = picked[m, n]
            taken[expert] += 1
    refused = int((weights == 0).all(1).sum()) if tokens_lost else tokens * k - sum(taken)
    if again:
        weights = weights / weights.sum(1, keepdim=True).clamp(min=1e-12)
    counts = torch.bincount(order.flatten(), minlength=experts).double()
    counts = torch.tensor(taken).double() if admitted else counts
    f = counts / (tokens if whole else max(1.0, float(counts.sum())))
    return weights, refused, experts * float((f * shares.mean(0)).sum())


def rounded_down(tokens, experts, k, factor):
    return int(factor * tokens * k / experts + 1e-9)


def one_each(tokens, experts, k, factor):
    return math.ceil(factor * tokens / experts - 1e-9)


def endless(tokens, experts, k, factor):
    return tokens * k


MISTAKES = {
    "In yours nobody is sent away. An expert has no more rooms than stated.": partial(
        dispatch, room=endless
    ),
    "Your experts have too little room: with k choices a token there are k times as many "
    "guests.": partial(dispatch, room=one_each),
    "The number of rooms is rounded *up*.": partial(dispatch, room=rounded_down),
    "You go from token to token. All *first* choices are let in before any second one.": partial(
        dispatch, by_token=True
    ),
    "After the refusals you make the weights sum to 1 again. What is refused is lost.": partial(
        dispatch, again=True
    ),
    "Your weights are the shares. They are divided by the sum of the k chosen ones.": partial(
        dispatch, normal=False
    ),
    "Of equal shares you choose the last expert. The lower number comes first.": partial(
        dispatch, last=True
    ),
    "You choose the experts with the *smallest* shares.": partial(dispatch, least=True),
    "All but `balance` are right. There $f$ is the part of all *choices*; yours sums to k.": (
        partial(dispatch, whole=True)
    ),
    "All but `balance` are right. There $f$ counts what tokens choose, whether they are let in or "
    "not.": partial(dispatch, admitted=True),
    "All but `refused` are right. You count tokens that nobody takes. Asked for are refused "
    "choices.": partial(dispatch, tokens_lost=True),
}


def room_case(rng, case):
    """Draw shares on which each mistake shows; one token, equal shares, room for all."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0, 1, 2, 3, 4, 5, 7, 8, 9, 10), 1: (0, 1, 3, 4, 5, 7, 8, 9, 10), 2: (6,)}
    wrong = [mistakes[place] for place in shown.get(case, ())]
    while True:
        tokens, experts, k = one(rng, 5, 8), one(rng, 3, 4), 2
        factor = round(float(rng.uniform(0.5, 1.0)), 2)
        pull = rng.normal(size=experts)
        scores = torch.from_numpy((rng.normal(size=(tokens, experts)) + pull).round(1))
        if case == 2:
            scores = scores.round()
            scores[0] = 0.0
        if case == 3:
            k, factor = 1, 1.0
        if case == 4:
            factor = 4.0
        if case == 5:
            scores, k, factor = scores[:1], 1, 0.1
        if case == 6:  # two rooms: 0.28 · 25 · 2 / 7 is not quite 2 for a computer
            scores, k, factor = torch.from_numpy(rng.normal(size=(25, 7))), 2, 0.28
        if case == 7:
            k = experts
        shares = scores.softmax(1)
        if case not in (2, 5) and float(shares.sort(1).values.diff(dim=1).min()) < 1e-9:
            continue
        inputs = shares, k, factor
        if telling(inputs, dispatch, wrong, wrong):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


ROOM = Task(
    id="22.7",
    title="Experts with little room",
    points=5,
    function="dispatch",
    taught="ch22_beyond_attention.ipynb#one-expert-for-each-word-19912021",
    returns=("weights", "refused", "balance"),
    statement=r"""
On a machine each expert gets a table of fixed size to work on: so many rows, no more. Which tokens
find room, if the router loves one expert?

`shares` (M, E) are the router's shares of M tokens for E experts. Each token chooses the `k`
experts with its largest shares, in this order; of equal shares the expert with the lower number
comes first. A chosen expert's weight is its share, divided by the sum of the k chosen shares. Each
expert has $\texttt{factor} \cdot M k / E$ rooms, rounded up to a whole number (a number that is
whole up to $10^{-9}$ is not rounded). First all tokens ask their first choice, in the order of the
tokens; then all ask their second, also those that were let in; and so on. Who finds no room is
refused there, and that weight is 0; the token's other weights stay what they are.

Write `dispatch(shares, k, factor)` and return `(weights, refused, balance)`: the weights (M, E), 0
for who was not chosen; how many of the M k choices were refused; and
$E \sum_e f_e\, \bar p_e$, where $f_e$ is the part of the M k choices that fell on expert e, let in
or not, and $\bar p_e$ its mean share over all tokens.
""",
    generate=room_case,
    cases=8,
    oracle=dispatch,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All but `balance` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "All but `refused` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 2),
        ),
        Symptom(
            "`refused` and `balance` are right, the weights are not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2),
        ),
        Symptom(
            "The weights are not right. Write down who asks whom, one after the other.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

ROOMS = [ROOM]
