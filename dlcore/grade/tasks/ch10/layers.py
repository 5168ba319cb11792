"""The exercise of chapter 10 on large batches: a rate for every layer."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, signs, uniform


def layers_case(rng, case):
    """Draw two tables and two biases; in cases 3 and 4 a table of zeros, or one with no slopes."""
    shapes = [(one(rng, 2, 3), 2), (2,), (2, one(rng, 1, 2)), (1,)]
    weights, slopes, moves = (
        [signs(rng, *shape) * uniform(rng, 0.2, 2, *shape) for shape in shapes] for _ in range(3)
    )
    trust = one(rng, 5, 9) / 10
    if case == 1:  # everything is short
        weights, slopes = ([part / 10 for part in parts] for parts in (weights, slopes))
    if case == 3:
        weights[2] = 0 * weights[2]
    if case == 4:
        slopes[0] = 0 * slopes[0]
    if case == 5:  # the first step
        moves = [0 * move for move in moves]
    decay = 0.0 if case == 2 else one(rng, 1, 4) / 10
    beta = one(rng, 5, 9) / 10
    return weights, slopes, moves, one(rng, 1, 5) / 10, trust, decay, beta


def lars_step(
    weights, slopes, moves, rate, trust, decay, beta,
    shared=False, biases=False, decayed=False, below=None, odd=1.0, guard="wg", pull=True,
    inside=True, flip=False,
):  # fmt: skip
    """The oracle; the keywords are mistakes. guard: which zeros are given the ratio `odd`."""
    after, moved = [], []
    lengths = [
        torch.cat([part.flatten() for part in parts if part.ndim > 1]).norm()
        for parts in (weights, slopes)
    ]
    for w, g, v in zip(weights, slopes, moves):
        size, slope = lengths if shared else (w.norm(), g.norm())
        lower = below(w, g, decay) if below else slope + decay * size
        r = trust * (lower / size if flip else size / lower)
        if ("w" in guard and not w.any()) or ("g" in guard and not g.any()):
            r = odd
        r = r if w.ndim > 1 or biases else 1.0
        share = decay if w.ndim > 1 or decayed else 0.0
        push = r * (g + share * w if pull else g)
        v = beta * v + (rate * push if inside else push)
        moved.append(v)
        after.append(w - (v if inside else rate * v))
    return after, moved


def same(answer, other):
    """Whether lists of lists of tensors are nearly the same."""
    return all(
        torch.allclose(torch.as_tensor(mine).double(), theirs)
        for part, others in zip(answer, other)
        for mine, theirs in zip(part, others, strict=True)
    )


def by_squares(w, g, decay):
    """What stands below the line, where the lengths are squares."""
    return (g.norm() ** 2 + decay * w.norm() ** 2) / w.norm()


LARS = Task(
    id="10.5",
    title="A rate for every layer, before LAMB",
    points=5,
    function="lars_step",
    taught="ch10_optimisers.ipynb#lamb-a-rate-for-every-layer-2019",
    statement=r"""
Two years before LAMB, [You, Gitman and Ginsburg (2017)](https://arxiv.org/abs/1708.03888) gave each
layer a rate of its own for plain momentum: *LARS*. For a table of weights $w$ with the slopes $g$,

$$r = \tau \, \frac{\lVert w \rVert}{\lVert g \rVert + \lambda \lVert w \rVert}, \qquad
v \leftarrow \beta v + \eta \, r \, (g + \lambda w), \qquad w \leftarrow w - v .$$

$\lVert \cdot \rVert$ is the root of the sum of all squares of the layer, $\tau$ a share called
trust, and $\lambda$ the decay. If all weights of a table are 0, or all its slopes, then $r = 1$.
Biases (tensors with one axis) have $r = 1$ always, and no decay.

Write `lars_step(weights, slopes, moves, rate, trust, decay, beta)`. The first three are lists of
tensors: $w$, $g$ and $v$ of each layer, in the same order. Return `(weights, moves)` behind the
step, two lists of new tensors.
""",
    generate=layers_case,
    returns=("weights", "moves"),
    oracle=lars_step,
    symptoms=[
        Symptom(
            "All your tables share one length. Each layer has its own.",
            mimics=partial(lars_step, shared=True),
        ),
        Symptom(
            "Your biases are scaled by r like the tables. They go without.",
            mimics=partial(lars_step, biases=True),
        ),
        Symptom(
            "Your biases are scaled and decayed like the tables. They go without either.",
            mimics=partial(lars_step, biases=True, decayed=True),
        ),
        Symptom(
            "Your biases decay. Only tables do.",
            mimics=partial(lars_step, decayed=True),
        ),
        Symptom(
            "Below the line stands the length of the slopes alone. The decay is missing there.",
            mimics=partial(lars_step, below=lambda w, g, decay: g.norm()),
        ),
        Symptom(
            "Below the line you take the length of the sum, g + λ w. That is LAMB's way. Here two "
            "lengths are added.",
            mimics=partial(lars_step, below=lambda w, g, decay: (g + decay * w).norm()),
        ),
        Symptom(
            "The decay is in your r and nowhere else. The weights are drawn to 0 as well.",
            mimics=partial(lars_step, pull=False),
        ),
        Symptom(
            "Your v holds sums without the rate. Here the rate comes into v, so that later rates "
            "do not change what is on its way.",
            mimics=partial(lars_step, inside=False),
        ),
        Symptom(
            "Nothing is left of the moves before: a share β of each goes on.",
            mimics=lambda weights, slopes, moves, *rest: lars_step(
                weights, slopes, [0 * move for move in moves], *rest
            ),
        ),
        Symptom(
            "The new push comes in with the share 1 − β. Here it comes in whole.",
            mimics=lambda weights, slopes, moves, rate, trust, decay, beta: lars_step(
                weights, slopes, moves, rate * (1 - beta), trust, decay, beta
            ),
        ),
        Symptom(
            "Where a table or its slopes are all 0, your r is 0, and the layer stands still.",
            mimics=partial(lars_step, odd=0.0),
        ),
        Symptom(
            "Where a table or its slopes are all 0, your r is the trust. It is 1 there.",
            when=lambda answer, expected, *inputs: same(answer, lars_step(*inputs, odd=inputs[4])),
        ),
        Symptom(
            "Where all weights of a table are 0, your r is 1. It is so as well where all its "
            "slopes are 0.",
            mimics=partial(lars_step, guard="w"),
        ),
        Symptom(
            "Where all slopes of a table are 0, your r is 1. It is so as well where all its "
            "weights are 0.",
            mimics=partial(lars_step, guard="g"),
        ),
        Symptom(
            "A table that is all 0, or whose slopes are, has r = 1. The line of the formula gives "
            "something else there.",
            mimics=partial(lars_step, guard=""),
        ),
        Symptom(
            "Your r is upside down: with longer slopes it grows.",
            mimics=partial(lars_step, flip=True),
        ),
        Symptom(
            "Your lengths are squared. There is a root in each.",
            mimics=partial(lars_step, below=by_squares),
        ),
        Symptom(
            "Some of your numbers are NaN: 0 divided by 0, in a table that is all 0.",
            when=lambda answer, expected, *inputs: any(bool(v.isnan().any()) for v in answer[1]),
        ),
        Symptom(
            "Your `moves` are right, the weights are not.",
            when=lambda answer, expected, *inputs: same(answer[1:], expected[1:]),
        ),
    ],
)

LAYERS = [LARS]
