"""The exercise of chapter 7 on blame in time, which goes back a few steps only."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal


def blame_case(rng, case):
    steps = 1 if case == 5 else 4
    reach = {0: 4, 1: 2, 2: 2, 3: 1, 4: 9, 5: 1}[case]
    h, w, v = normal(rng, 2), normal(rng, 2, 2), normal(rng, 2, 2)
    return normal(rng, steps, 2), h, w, v, normal(rng, steps, 2), reach


def truncated_slopes(x, h, w, v, grad, reach):
    states = [h]
    for step in x:
        states.append(torch.tanh(w @ step + v @ states[-1]))
    v = v.clone().requires_grad_()
    loss = torch.zeros(())
    for t in range(len(x)):
        start = max(0, t + 1 - reach)
        h = states[start]
        for step in x[start : t + 1]:
            h = torch.tanh(w @ step + v @ h)
        loss = loss + h @ grad[t]
    return torch.autograd.grad(loss, v)[0]


def at_the_end(x, h, w, v, grad, reach, start=True):
    """The way back cut once, `reach` steps before the end; start: whether h is seen."""
    first = max(0, len(x) - reach)
    states = [h]
    for step in x:
        states.append(torch.tanh(w @ step + v @ states[-1]))
    slopes, delta = torch.zeros_like(v), torch.zeros_like(h)
    for t in range(len(x) - 1, first - 1, -1):
        delta = (grad[t] + delta @ v if t < len(x) - 1 else grad[t]) * (1 - states[t + 1] ** 2)
        slopes += torch.outer(delta, states[t]) * (start or t > 0)
    return slopes


def blame(x, h, w, v, grad, reach, slope=True, turn=True, late=0, blocks=False, seen=None):
    """The same by hand, with mistakes; seen: what stands in the place of h in the products."""
    states = [h]
    for step in x:
        states.append(torch.tanh(w @ step + v @ states[-1]))
    before = states if seen is None else [seen, *states[1:]]
    slopes = torch.zeros_like(v)
    for t in range(len(x)):
        delta = grad[t]
        stop = t // reach * reach if blocks else max(0, t + 1 - reach)
        for s in range(t, stop - 1, -1):
            delta = delta * (1 - states[s + 1] ** 2 if slope else 1)
            slopes += torch.outer(delta, before[s + late])
            delta = delta @ v if turn else v @ delta
    return slopes


BLAME = Task(
    id="7.3",
    title="Blame that goes back a few steps only",
    points=6,
    function="recurrent_slopes",
    taught="ch07_recurrence.ipynb#going-back-only-a-few-steps",
    statement=r"""
Backpropagation through time unrolls the net: each step uses the same weights once more, and the
slopes of all uses add up. For long sequences one lets the blame go back only a few steps.

One sequence `x` (T, I) runs through $h_t = \tanh(W x_t + V h_{t-1})$, from the state `h` (H,)
before the first step. The loss is a sum of parts, one for each step: the part of step $t$ reads
$h_t$, and row $t$ of `grad` (T, H) holds its slopes for that state. Write
`recurrent_slopes(x, h, W, V, grad, reach)` and return the slopes of the loss for `V`, (H, H). The
part of step $t$ blames the use of $V$ in the `reach` steps $t, t-1, \dots, t-\text{reach}+1$, as
far as they exist, and none before. With `reach` 1 each part blames its own step alone; with a
`reach` of T or more the slopes are the true ones.
""",
    generate=blame_case,
    oracle=truncated_slopes,
    symptoms=[
        Symptom(
            "Your blame goes back to the first step, however small the reach.",
            mimics=lambda x, h, w, v, grad, reach: truncated_slopes(x, h, w, v, grad, 99),
        ),
        Symptom(
            "You cut once, at the end of the sequence, like `bptt` of the page. Here the part of "
            "each step goes back `reach` steps from its own step.",
            mimics=at_the_end,
        ),
        Symptom(
            "You cut once, at the end of the sequence, like `bptt` of the page, and like it you "
            "start from zeros. Here each part goes back from its own step, and `h` comes first.",
            mimics=partial(at_the_end, start=False),
        ),
        Symptom(
            "The first step multiplies V by `h`, the state before it. You put zeros there.",
            mimics=lambda x, h, *rest: blame(x, h, *rest, seen=0 * h),
        ),
        Symptom(
            "Your slopes are transposed: rows of V belong to the state that is computed, columns "
            "to the one before.",
            mimics=lambda *inputs: truncated_slopes(*inputs).T,
        ),
        Symptom(
            "Your blame goes back one step too far.",
            mimics=lambda x, h, w, v, grad, reach: truncated_slopes(x, h, w, v, grad, reach + 1),
        ),
        Symptom(
            "Your blame stops one step too early.",
            mimics=lambda x, h, w, v, grad, reach: (
                blame(x, h, w, v, grad, reach - 1) if reach > 1 else torch.zeros_like(v)
            ),
        ),
        Symptom(
            "You cut the sequence into blocks: the reach of a step depends on where it stands in "
            "its block.",
            mimics=lambda *inputs: blame(*inputs, blocks=True),
        ),
        Symptom(
            "The way back through tanh is missing.",
            mimics=lambda *inputs: blame(*inputs, slope=False),
        ),
        Symptom(
            "From step to step the blame goes through V the way the signal went. Backwards it goes "
            "against the weights.",
            mimics=lambda *inputs: blame(*inputs, turn=False),
        ),
        Symptom(
            "V is multiplied with the state before the step; you blame it for the one after.",
            mimics=lambda *inputs: blame(*inputs, late=1),
        ),
        Symptom(
            "Only the last step's part of the loss is blamed. Each step has a part.",
            mimics=lambda x, h, w, v, grad, reach: blame(
                x, h, w, v, grad * (torch.arange(len(x)) == len(x) - 1)[:, None], reach
            ),
        ),
    ],
)

BLAMES = [BLAME]
