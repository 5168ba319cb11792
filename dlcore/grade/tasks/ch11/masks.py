"""The exercise of chapter 11 on dropout: find the bugs."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one, uniform


def masked_case(rng, case):
    """Draw nets in training, in evaluation (2 and 3), with p = 0 (4) and one example (5)."""
    count = 1 if case == 5 else one(rng, 3, 4)
    chance, p = uniform(rng, 0, 1, count, 3).clamp(max=0.9), one(rng, 2, 6) / 10
    x, t = normal(rng, count, 2), normal(rng, count)
    weight, out = normal(rng, 3, 2), normal(rng, 3)
    if case < 2:
        chance[0, 0], chance[1, 0], chance[-1, 1] = 0.9, 0.0, p
    inputs = x, t, weight, out, chance, (0.0 if case == 4 else p), case not in (2, 3)
    if (x @ weight.T).abs().min() < 0.01:  # on the kink by rounding
        return masked_case(rng, case)
    right = masked_loss(*inputs)
    if case in (4, 5):
        return inputs
    shown = [{"twice": True}, {"always": True}] if case in (2, 3) else [
        {"shared": True}, {"bare": True}, {"plain": True}, {"turned": True}, {"strict": True}
    ]  # fmt: skip
    clear = all(float((by_hand(*inputs, **bug)[1] - right[1]).abs().max()) > 0.01 for bug in shown)
    dead = ((x @ weight.T) < 0).any() and out.abs().min() > 0
    return inputs if clear and dead else masked_case(rng, case)


def masked_loss(x, t, weight, out, chance, p, training):
    weight = weight.clone().requires_grad_()
    h = torch.relu(x @ weight.T)
    y = torch.where(chance >= p, h / (1 - p), 0.0) if training else h
    loss = ((y @ out - t) ** 2).mean() / 2
    loss.backward()
    return float(loss.detach()), weight.grad


def by_hand(x, t, weight, out, chance, p, training, twice=False, shared=False, bare=False,
            always=False, plain=False, turned=False, strict=False):  # fmt: skip
    """The same with the mask on the way back; the keywords are bugs."""
    h = torch.relu(x @ weight.T)
    chance = chance[0].expand_as(h) if shared else chance
    kept = (chance > p) if strict else (chance >= p) != turned
    mask = kept.double() / (1 if plain else 1 - p)
    if not (training or always):
        mask = torch.ones_like(h) * ((1 - p) if twice else 1)
    error = (h * mask) @ out - t
    back = (mask > 0).double() if bare else mask
    slopes = (error[:, None] * out * back * (h > 0)).T @ x / len(x)
    return float((error**2).mean()) / 2, slopes


MASKED = Task(
    id="11.3",
    title="Find the bugs: a net that forgets",
    points=4,
    function="masked_loss",
    kind="debug",
    taught="ch11_regularisation.ipynb#dropout-2012",
    statement=r"""
A net has one hidden layer with ReLU and one answer, $y = \text{out} \cdot \text{relu}(W x)$, and
its hidden units drop out with probability $p$, in inverted form: what is kept in training is scaled
up, and at evaluation nothing is dropped and nothing scaled. The loss is half of the mean squared
error.

`masked_loss(x, t, weight, out, chance, p, training)` should return `(loss, for_weight)`: the loss
and its slopes for `weight`, (H, I). `x` (N, I) are inputs, `t` (N,) targets, `out` (H,) the second
layer. `chance` (N, H) was drawn evenly between 0 and 1, a number for each unit and example; in
training a unit is kept where its number is at least `p`. $0 \le p < 1$.

A colleague has written it, and it learns, only badly. There are three bugs.
""",
    generate=masked_case,
    returns=("loss", "for_weight"),
    tolerance=1e-5,
    oracle=masked_loss,
    symptoms=[
        *left(
            by_hand,
            "At evaluation the answers are scaled down. What is kept was scaled up in training "
            "already.",
            ("shared", "bare"),
            twice=True,
        ),
        *left(
            by_hand,
            "All examples of a batch lose the same units. Each should lose its own.",
            ("bare",),
            shared=True,
        ),
        *left(
            by_hand,
            "The loss is right, its slopes are not: what multiplied an answer on the way forth "
            "multiplies its slope on the way back, size and all.",
            bare=True,
        ),
        Symptom("At evaluation units still drop out.", mimics=partial(by_hand, always=True)),
        Symptom(
            "What is kept is not scaled up any more, so at evaluation more arrives than in "
            "training.",
            mimics=partial(by_hand, plain=True),
        ),
        Symptom(
            "You keep the units that should drop out, and the other way round.",
            mimics=partial(by_hand, turned=True),
        ),
        Symptom(
            "A unit whose number is exactly `p` is kept.",
            mimics=partial(by_hand, strict=True),
        ),
        Symptom(
            "The loss is right, its slopes are not.",
            when=lambda answer, expected, *inputs: math.isclose(
                answer[0], expected[0], rel_tol=1e-5
            ),
        ),
        Symptom(
            "The slopes are right, the loss is not.",
            when=lambda answer, expected, *inputs: torch.allclose(
                answer[1].double(), expected[1], 1e-5, 1e-5
            ),
        ),
    ],
)

MASKS = [MASKED]
