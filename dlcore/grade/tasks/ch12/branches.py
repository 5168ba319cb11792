"""The exercise of chapter 12 on Inception: back through branches."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one


def branch_case(rng, case):
    count, widths = {1: (1, [3]), 3: (2, [1, 1]), 4: (2, [2, 3])}.get(
        case, (2, [one(rng, 1, 2), one(rng, 3, 4), one(rng, 1, 2)])
    )
    channels, side = one(rng, 2, 3), 1 if case == 3 else one(rng, 2, 3)
    x = normal(rng, count, channels, side, 2)
    weights = [normal(rng, width, channels) for width in widths]
    if case == 4:  # nothing comes in at one place
        x[:, :, 0, 0] = 0.0
    sums = torch.einsum("oc,nchw->nohw", torch.cat(weights), x)
    if (sums[..., 1:].abs() < 1e-6).any() or ((sums[..., 0].abs() < 1e-6).any() and case != 4):
        return branch_case(rng, case)
    return x, weights, normal(rng, *sums.shape)


def branch_slopes(x, weights, grad):
    x, weights = x.clone().requires_grad_(), [w.clone().requires_grad_() for w in weights]
    parts = [torch.einsum("oc,nchw->nohw", w, x).relu() for w in weights]
    for_x, *rest = torch.autograd.grad(torch.cat(parts, 1), (x, *weights), grad)
    return for_x, rest


def by_hand(x, weights, grad, bent=True, begin=None, join=sum, mean=False):
    """The same by formulas, with mistakes."""
    to_x, to_weights, at = [], [], 0
    for number, w in enumerate(weights):
        start = at if begin is None else begin(number, grad.shape[1] // len(weights))
        part = grad[:, start : start + len(w)]
        part = part * (torch.einsum("oc,nchw->nohw", w, x) > 0) if bent else part
        to_x.append(torch.einsum("oc,nohw->nchw", w, part))
        slope = torch.einsum("nohw,nchw->oc", part, x)
        to_weights.append(slope / len(x) if mean else slope)
        at += len(w)
    return join(to_x), to_weights


def alike(mine, right):
    return mine.shape == right.shape and torch.allclose(mine.double(), right)


BRANCHES = Task(
    id="12.6",
    title="Back through an Inception module",
    points=6,
    function="branch_slopes",
    taught="ch12_alexnet.ipynb#inception-several-sizes-at-once-2014",
    statement=r"""
Here is a small Inception module. Each branch is a convolution of $1 \times 1$ without bias,
followed by ReLU; the maps of all branches are put one after the other, in the order of the
branches. With weights $w$ of a branch its map $o$ is

$$y_{n,o,r,s} = \max\Bigl(0, \sum_c w_{oc}\, x_{n,c,r,s}\Bigr) .$$

Write `branch_slopes(x, weights, grad)` for maps `x` (N, C, H, W), a list `weights` of one table
(O, C) for each branch, where O may differ, and `grad`, the slopes of the loss for the joined maps,
(N, sum of all O, H, W). Return `(for_x, for_weights)`: the slopes for `x`, (N, C, H, W), and a list
with those for each table, (O, C). Do not use autograd. At 0, ReLU has slope 0.
""",
    generate=branch_case,
    returns=("for_x", "for_weights"),
    oracle=branch_slopes,
    symptoms=[
        Symptom(
            "ReLU is left out. Where a sum is not above 0, nothing comes back.",
            mimics=partial(by_hand, bent=False),
        ),
        Symptom(
            "Every branch gets the first channels of the gradient. Where do its own begin?",
            mimics=partial(by_hand, begin=lambda number, share: 0),
        ),
        Symptom(
            "The branches' parts of the gradient do not begin where they were joined: the branches "
            "are not all as wide as each other.",
            mimics=partial(by_hand, begin=lambda number, share: number * share),
        ),
        *[
            Symptom(
                "The slopes for the weights are right. Only one of the branches comes back to x in "
                "yours: it is used by all of them, and paths add.",
                mimics=partial(by_hand, join=join),
            )
            for join in (lambda parts: parts[0], lambda parts: parts[-1])
        ],
        Symptom(
            "The slopes for x are the mean over the branches. Paths add.",
            mimics=partial(by_hand, join=lambda parts: sum(parts) / len(parts)),
        ),
        Symptom(
            "The slopes for the weights are averaged over the batch. Each picture has its own path "
            "to them, and paths add.",
            mimics=partial(by_hand, mean=True),
        ),
        Symptom(
            "The slopes for x are right, those for the weights are not. A weight is used at every "
            "place of every picture.",
            when=lambda answer, expected, *inputs: alike(answer[0], expected[0]),
        ),
        Symptom(
            "The slopes for the weights are right, those for x are not.",
            when=lambda answer, expected, *inputs: all(map(alike, answer[1], expected[1])),
        ),
    ],
)
