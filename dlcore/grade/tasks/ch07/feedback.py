"""The exercises of chapter 7 without gates: feedback from the output, a bit in one unit."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.forms import odd_form


def jordan_case(rng, case):
    steps = 1 if case == 4 else one(rng, 3, 4)
    decay = 0.0 if case == 5 else one(rng, 2, 8) / 10
    x, w = normal(rng, steps, 2), normal(rng, 3, 2)
    return x, w, normal(rng, 3, 2), normal(rng, 2, 3), decay


def keep(state, output, decay):
    return decay * state + output


def jordan(x, w, v, u, decay, keep=keep, curve=torch.tanh, last=lambda y: y, first=0.0):
    """All outputs (T, O); `keep` makes the next state from the state and the output."""
    state, outputs = torch.full((len(u),), first, dtype=torch.float64), []
    for step in x:
        outputs.append(last(u @ curve(w @ step + v @ state)))
        state = keep(state, outputs[-1], decay)
    return torch.stack(outputs)


def hidden(x, w, v, u, decay):
    """What the hidden units are at all steps (T, H)."""
    before = torch.cat([torch.zeros_like(u[:, 0])[None], jordan(x, w, v, u, decay)[:-1]])
    states = [before[0]]
    for output in before[1:]:
        states.append(decay * states[-1] + output)
    return torch.tanh(x @ w.T + torch.stack(states) @ v.T)


JORDAN = Task(
    id="7.1",
    title="Feedback from the output",
    points=4,
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
            "Nothing fades in your state units: they hold the sum of all outputs.",
            mimics=lambda *inputs: jordan(*inputs, keep=lambda s, y, decay: s + y),
        ),
        Symptom(
            "These are the hidden units. Asked for are the outputs, which U reads from them.",
            mimics=hidden,
        ),
        Symptom(
            "Your outputs have a curve. Only the hidden units should.",
            mimics=lambda *inputs: jordan(*inputs, last=torch.tanh),
        ),
        Symptom(
            "Your state units are not 0 at the first step.",
            mimics=lambda *inputs: jordan(*inputs, first=1.0),
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
    for signs in (None, [1], [-1], [1, -1], [-1, 1, 1]):
        for bit in (1, -1):
            size = noise if signs else 0.0
            if found := lost(weights, bit, size, signs or [0]):
                return said(bit, size, *found)
    return None


def said(bit, noise, phase, step, h):
    """Say how a bit was not written or not kept; in phase 1 the other one is in its place."""
    sign = bit * (1 - 2 * phase)
    where = f"stands at {h:.3g}"
    if step == 0 and phase == 1:
        after = f" after 50 disturbances of size {noise:g}" if noise else ""
        return f"A pulse {sign:+d} cannot replace the bit {bit:+d}{after}: then the unit {where}."
    if step == 0:
        return (
            f"At a first pulse {sign:+d} the unit {where}. It should have the sign of the pulse "
            "and a size of at least 0.5."
        )
    if noise:
        return (
            f"Disturbances of size {noise:g} make the unit lose the bit {sign:+d}: at step "
            f"{step} after its pulse it {where}."
        )
    how = "It fades." if h * sign >= 0 else "It has changed sides."
    return f"Undisturbed, the unit {where}, at step {step} after a pulse {sign:+d}. {how}"


LATCH = Task(
    id="7.2",
    title="A bit in one unit",
    points=5,
    function="latch_unit",
    kind="choose",
    taught="ch07_recurrence.ipynb#long-time-lags",
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


FEEDBACK = [JORDAN, LATCH]
