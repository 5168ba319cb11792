"""The exercise of chapter 9 on chains: how soon one forgets where it began."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.ch09.tables import (
    alike,
    bits,
    log_chances,
    machine,
    minus_free_energy,
    states,
)
from dlcore.grade.tasks.draws import one


def chain_case(rng, case):
    """Draw small machines; edges: no step, no weights, a machine that is stuck, one unit each."""
    visible, hidden = (1, 1) if case == 4 else (one(rng, 2, 4), one(rng, 2, 3))
    weight, b, c = machine(rng, visible, hidden, 2.0)
    steps = {1: 0, 5: 40}.get(case, one(rng, 3, 5))
    if case == 2:
        weight = 0 * weight
    if case == 5:  # all visible units agree with all hidden ones, or else energy is high
        weight = torch.full_like(weight, 4.0)
        b, c = torch.full_like(b, -2.0 * hidden), torch.full_like(c, -2.0 * visible)
    v = bits(rng, visible)
    if case == 3:
        v = torch.zeros(visible).double()
    inputs = weight, b, c, v, steps
    if case == 0 and float((apart(*inputs) - apart(*inputs, mean=True)).abs().max()) < 0.01:
        return chain_case(rng, case)
    return inputs


def moves(weight, visible_bias, hidden_bias, mean=False):
    """Probability of every visible state after one step from every visible state."""
    state = states(len(visible_bias))
    if mean:
        h = torch.sigmoid(state @ weight.T + hidden_bias)
        return log_chances(h, weight.T, visible_bias).exp()
    up = log_chances(state, weight, hidden_bias).exp()
    return up @ log_chances(states(len(hidden_bias)), weight.T, visible_bias).exp()


def totals(gap):
    return gap.abs().sum() / 2


def apart(weight, visible_bias, hidden_bias, v, steps, mean=False, start=None, measure=totals,
          own=True):  # fmt: skip
    """How far the visible units are from the machine after 0, 1, … steps from v."""
    state = states(len(v))
    goal = minus_free_energy(state, weight, visible_bias, hidden_bias)
    goal = (goal if own else goal - state @ visible_bias).softmax(0)
    now = (state == v).all(1).double() if start is None else start(state)
    move, found = moves(weight, visible_bias, hidden_bias, mean), []
    for _ in range(steps + 1):
        found.append(measure(now - goal))
        now = now @ move
    return torch.stack(found)


def even(state):
    return torch.full((len(state),), 1 / len(state), dtype=torch.float64)


def without(*names):
    """What comes out if some of the machine's biases are taken for 0."""

    def mistaken(weight, visible_bias, hidden_bias, v, steps):
        b = visible_bias * ("visible" not in names)
        c = hidden_bias * ("hidden" not in names)
        return apart(weight, b, c, v, steps)

    return mistaken


def mirrored(weight, visible_bias, hidden_bias, v, steps):
    """What comes out if the table of moves is read from its columns."""
    state = states(len(v))
    goal = minus_free_energy(state, weight, visible_bias, hidden_bias).softmax(0)
    now, found = (state == v).all(1).double(), []
    for _ in range(steps + 1):
        found.append(totals(now - goal))
        now = moves(weight, visible_bias, hidden_bias) @ now
    return torch.stack(found)


CHAIN = Task(
    id="9.5",
    title="How soon does a chain forget?",
    points=5,
    function="apart",
    taught="ch09_belief_nets.ipynb#persistent-chains-2008",
    statement=r"""
Contrastive divergence starts its chain at an example and stops after few steps. A persistent chain
goes on. How much of its start does a chain still know after $k$ steps? For a small machine this can
be computed without drawing anything.

A restricted machine has `weight` (H, V), `visible_bias` (V,) and `hidden_bias` (H,). Begin at the
visible state `v` (V,). A step draws all hidden units given the visible ones, then all visible units
given those hidden ones. After $k$ steps each of the $2^V$ visible states $v'$ has some probability
$p_k(v')$ to be the one that the chain is in; at $k = 0$ it is 1 for `v` itself. Let $p(v')$ be the
probability that the machine gives to it. The two are apart by

$$d_k = \tfrac12 \sum_{v'} \lvert p_k(v') - p(v') \rvert ,$$

which is 0 if they are the same and 1 if they have no state in common.

Write `apart(weight, visible_bias, hidden_bias, v, steps)` and return the exact $d_0, d_1, \dots$ up
to $d_{\text{steps}}$, a tensor. There are at most four visible and three hidden units. A table with
the probability of getting from each visible state to each other one in one step will help.
""",
    generate=chain_case,
    oracle=apart,
    symptoms=[
        Symptom(
            "Your hidden units hand their probabilities down. They are 0 or 1: sum over all their "
            "states, each with its probability.",
            mimics=lambda *inputs: apart(*inputs, mean=True),
        ),
        Symptom(
            "These are twice the distances: there is a half before the sum.",
            mimics=lambda *inputs: 2 * apart(*inputs),
        ),
        Symptom(
            "This is the root of the sum of squares. The distance adds up absolute differences.",
            mimics=lambda *inputs: apart(*inputs, measure=torch.linalg.vector_norm),
        ),
        Symptom(
            "This is the largest difference. The distance adds all of them up.",
            mimics=lambda *inputs: apart(*inputs, measure=lambda gap: gap.abs().max()),
        ),
        Symptom(
            "Your chain starts at no state in particular. It begins at v.",
            mimics=lambda *inputs: apart(*inputs, start=even),
        ),
        Symptom(
            "Your first number is d₁. Before it belongs d₀, the distance before the first step.",
            when=lambda answer, expected, weight, b, c, v, steps: alike(
                answer, apart(weight, b, c, v, len(answer))[1:]
            ),
        ),
        Symptom(
            "You do one step too few: d with the index `steps` is missing.",
            mimics=lambda *inputs: apart(*inputs)[:-1],
        ),
        Symptom(
            "Only the last distance is there. Asked for are all, from before the first step on.",
            mimics=lambda *inputs: apart(*inputs)[-1],
        ),
        Symptom(
            "In the machine's own probabilities the visible biases play no part.",
            mimics=lambda *inputs: apart(*inputs, own=False),
        ),
        Symptom("The visible biases play no part.", mimics=without("visible")),
        Symptom("The hidden biases play no part.", mimics=without("hidden")),
        Symptom("The biases play no part.", mimics=without("visible", "hidden")),
        Symptom(
            "d₀ is right. Then rows and columns of your table of moves have changed places: from "
            "one state the probabilities of all goals add up to 1.",
            mimics=mirrored,
        ),
        Symptom(
            "Where the chain starts is wrong already: d₀ needs only v and the machine's own "
            "probabilities.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) > 1e-6,
        ),
        Symptom(
            "d₀ is right, what comes behind it is not. Look at what one step does.",
            when=lambda answer, expected, *inputs: (
                len(answer) == len(expected) and abs(answer[0] - expected[0]) < 1e-6
            ),
        ),
    ],
)


CHAINS = [CHAIN]
