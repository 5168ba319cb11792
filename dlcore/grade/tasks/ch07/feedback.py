"""The exercises of chapter 7 without gates: feedback of outputs, a bit in a unit, blame in time."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.forms import odd_form


def jordan_case(rng, case):
    steps = 1 if case == 4 else one(rng, 3, 4)
    decay = 0.0 if case == 5 else one(rng, 2, 8) / 10
    x, w = normal(rng, steps, 2), normal(rng, 3, 2)
    return x, w, normal(rng, 3, 2), normal(rng, 2, 3), decay


def jordan(x, w, v, u, decay, keep=lambda s, y, decay: decay * s + y, curve=torch.tanh):
    """All outputs (T, O); `keep` makes the next state from the state and the output."""
    state, outputs = torch.zeros(len(u), dtype=torch.float64), []
    for step in x:
        outputs.append(u @ curve(w @ step + v @ state))
        state = keep(state, outputs[-1], decay)
    return torch.stack(outputs)


JORDAN = Task(
    id="7.1",
    title="Feedback from the output",
    points=5,
    function="run_jordan",
    taught="ch07_recurrence.ipynb#the-problem-what-came-before-1986",
    statement=r"""
Elman's net reads back its hidden layer. Four years before,
[Jordan (1986)](https://apps.dtic.mil/sti/html/tr/ADA173989/index.html) fed the *output* back, into
state units that also remember a part of what they held:

$$h_t = \tanh(W x_t + V s_t), \qquad y_t = U h_t, \qquad s_{t+1} = \mu\, s_t + y_t .$$

Write `run_jordan(x, W, V, U, decay)` for one sequence `x` (T, I) with weights `W` (H, I), `V`
(H, O), `U` (O, H), and with `decay` for $\mu$. At the first step all state units are 0. Return all
outputs, a tensor (T, O).
""",
    generate=jordan_case,
    oracle=jordan,
    symptoms=[
        Symptom(
            "Asked for are the outputs at all steps; this is the last one alone.",
            mimics=lambda *inputs: jordan(*inputs)[-1],
        ),
        Symptom(
            "Your state units hold the last output only. They also remember a part of what was "
            "there before.",
            mimics=lambda *inputs: jordan(*inputs, keep=lambda s, y, decay: y),
        ),
        Symptom(
            "The new output fades, too, before it is read for the first time. Only the old state "
            "should.",
            mimics=lambda *inputs: jordan(*inputs, keep=lambda s, y, decay: decay * (s + y)),
        ),
        Symptom(
            "You take a running mean: the output enters with a weight below 1.",
            mimics=lambda *inputs: jordan(
                *inputs, keep=lambda s, y, decay: decay * s + (1 - decay) * y
            ),
        ),
        Symptom(
            "The state units never change: what the net has said is forgotten at once.",
            mimics=lambda *inputs: jordan(*inputs, keep=lambda s, y, decay: s),
        ),
        Symptom(
            "Your hidden units have no curve.",
            mimics=lambda *inputs: jordan(*inputs, curve=lambda z: z),
        ),
    ],
)

HOLD = 50


def unit_states(weights, inputs):
    """The state of one unit after each input."""
    (w, u, b), states, h = weights, [], 0.0
    for x in inputs:
        h = math.tanh(w * h + u * x + b)
        states.append(h)
    return states


def lost(weights, bit, noise, signs):
    """Write a bit, hold it, write the other: (phase, step, state) where the first is lost."""
    quiet = [noise * signs[t % len(signs)] for t in range(HOLD)]
    states = unit_states(weights, [bit, *quiet, -bit, *quiet])
    for phase, sign in ((0, bit), (1, -bit)):
        part = states[phase * (HOLD + 1) : (phase + 1) * (HOLD + 1)]
        for step, h in enumerate(part):
            if h * sign < 0.5:
                return phase, step, h
    return None


def latch_judge(answer, noise):
    if sentence := odd_form(answer, "w", "u", "b"):
        return sentence
    weights = tuple(map(float, answer))
    for bit in (1, -1):
        if found := lost(weights, bit, 0.0, [0]):
            phase, step, h = found
            if phase == 1 and step == 0:
                return (
                    f"A pulse {-bit:+d} cannot replace the bit {bit:+d}: after it the unit stands "
                    f"at {h:.3g}."
                )
            sign = bit * (1 - 2 * phase)
            how = "It fades." if h * sign >= 0 else "It has changed sides."
            return (
                f"Undisturbed, the unit stands at {h:.3g}, at step {step} after a pulse "
                f"{sign:+d}. {how}"
            )
    for signs in ([1], [-1], [1, -1], [-1, 1, 1]):
        for bit in (1, -1):
            if found := lost(weights, bit, noise, signs):
                phase, step, h = found
                sign = bit * (1 - 2 * phase)
                return (
                    f"Disturbances of size {noise:g} make the unit lose the bit {sign:+d}: at step "
                    f"{step} after its pulse it stands at {h:.3g}."
                )
    return None


LATCH = Task(
    id="7.2",
    title="A bit in one unit",
    points=5,
    function="latch_unit",
    kind="choose",
    taught="ch07_recurrence.ipynb#the-problem-what-came-before-1986",
    statement=r"""
A recurrent net can remember without gates, if its weights are large enough to lock a unit on one
side. Take one unit with one input: $h_t = \tanh(w\, h_{t-1} + u\, x_t + b)$, and $h = 0$ before the
first step. A pulse $x = +1$ or $-1$, one step long, writes a bit. Then come 50 steps in which the
input is not quite silent: it may be anything between `-noise` and `noise`, at worst steadily
against the bit. Then an opposite pulse replaces the bit, and the new one is held for 50 such steps.

Write `latch_unit(noise)`, for a `noise` of at most 0.8, and return `(w, u, b)`. From each pulse to
the next, $h$ must have the sign of the pulse and a size of at least 0.5. There are many right
answers. Try a few: with $w = 1$ the bit fades, and with a large $w$ it may be hard to replace.
""",
    generate=lambda rng, case: ({0: 0.1, 4: 0.8, 5: 0.001}.get(case, one(rng, 2, 7) / 10),),
    judge=latch_judge,
)


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

FEEDBACK = [JORDAN, LATCH, BLAME]
