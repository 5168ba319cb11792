"""The exercise of chapter 9 on chance: the other units, when some are held."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.ch09.tables import bits, states
from dlcore.grade.tasks.draws import normal, one

FREE = -1


def held_case(rng, case):
    """Draw units, some held; edges: all held, one unit, exponentials too large, and too small."""
    units = {3: 3, 4: 1}.get(case, one(rng, 4, 5))
    upper = normal(rng, units, units).triu(1)
    weight, bias = (2 * (upper + upper.T)).round(decimals=1), normal(rng, units)
    held = torch.full((units,), FREE)
    if case in (1, 2):
        first, second = rng.permutation(units)[:2]
        held[first], held[second] = 1, 0
    if case == 3:
        held = bits(rng, units).long()
    if case in (5, 6):  # every e^(-E) is too large, or too small, for 64 bits
        held[0], bias[0] = 1, 1000.0 if case == 5 else -1000.0
    inputs = weight, bias, held
    best = agreement(kept(held), weight, bias).topk(min(2, 1 + int((held < 0).any()))).values
    return inputs if case == 3 or best[0] - best[1] > 0.05 else held_case(rng, case)


def kept(held, zeros=True):
    """The states that agree with the units that are held."""
    state = states(len(held))
    tied = held >= 0 if zeros else held > 0
    return state[(state == held)[:, tied].all(1)]


def agreement(state, weight, bias):
    """-E of each state."""
    return ((state @ weight) * state).sum(1) / 2 + state @ bias


def chances(weight, bias, held, pairs=1.0, biased=True, sign=1.0, zeros=True, plain=False):
    """Probability of 1 for each unit, given those that are held; the keywords are mistakes."""
    state = kept(held, zeros)
    agree = agreement(state, pairs * weight, bias * biased)
    share = (sign * agree).exp() if plain else torch.softmax(sign * agree, 0)
    return share @ state


def likeliest(weight, bias, held):
    state = kept(held)
    return state[agreement(state, weight, bias).argmax()]


def one_by_one(weight, bias, held, others=0.0):
    """Each unit by the pull of those that are held, as if the free ones stood still."""
    s = torch.where(held >= 0, held.double(), torch.full_like(bias, others))
    return torch.where(held >= 0, s, torch.sigmoid(bias + weight @ s))


def by_signs(weight, bias, held):
    """With units of -1 and +1."""
    state = kept(held)
    return torch.softmax(agreement(2 * state - 1, weight, bias), 0) @ state


CHANCES = Task(
    id="9.1",
    title="Units that are held",
    points=4,
    function="chances",
    taught="ch09_belief_nets.ipynb#units-with-heat-the-boltzmann-machine-1985",
    statement=r"""
A Boltzmann machine can complete a pattern: hold the units that you know, and ask how the others
stand. Its units $s_i$ are 0 or 1, every pair is tied by a weight, and a state has the energy

$$E(s) = -\sum_{i < j} w_{ij}\, s_i s_j - \sum_i b_i s_i , \qquad p(s) \propto e^{-E(s)} .$$

Write `chances(weight, bias, held)`. `weight` (N, N) is symmetric with zeros on its diagonal, `bias`
is (N,), and `held` (N,) says for each unit whether it is held at 1 or at 0; −1 stands for a unit
that is free. Return a tensor (N,): the exact probability that each unit is 1, given the units that
are held; for these it is their own value. Sum over the states that agree with what is held; there
are at most five units. Energies may be −1000 or 1000.
""",
    generate=held_case,
    cases=7,
    oracle=chances,
    symptoms=[
        Symptom(
            "Every pair of units enters your energy twice, as i with j and as j with i.",
            mimics=lambda *inputs: chances(*inputs, pairs=2.0),
        ),
        Symptom(
            "Every pair of units enters your energy with half of its weight.",
            mimics=lambda *inputs: chances(*inputs, pairs=0.5),
        ),
        Symptom(
            "In your machine a state is the more probable the *higher* its energy is.",
            mimics=lambda *inputs: chances(*inputs, sign=-1.0),
        ),
        Symptom(
            "What is held has no influence: you sum over all states, also over those that do not "
            "agree with it.",
            mimics=lambda weight, bias, held: chances(weight, bias, torch.full_like(held, FREE)),
        ),
        Symptom(
            "Units that are held at 0 are free with you. Only −1 means free.",
            mimics=lambda *inputs: chances(*inputs, zeros=False),
        ),
        Symptom(
            "The biases play no part in your energy.",
            mimics=lambda *inputs: chances(*inputs, biased=False),
        ),
        Symptom(
            "This is the single most probable state. Asked for is the average over all states, "
            "each by its share.",
            mimics=likeliest,
        ),
        Symptom(
            "You ask each unit by itself, with the other free units at rest. They are 0 or 1 too, "
            "each with some probability: sum over their states.",
            mimics=one_by_one,
        ),
        Symptom(
            "You ask each unit by itself, with the other free units at a half. They are 0 or 1, "
            "never a half: sum over their states.",
            mimics=lambda *inputs: one_by_one(*inputs, others=0.5),
        ),
        Symptom(
            "Your units are −1 and +1. Units are 0 or 1 here.",
            mimics=by_signs,
        ),
        Symptom(
            "Your shares do not add up to 1: what do you divide by?",
            mimics=lambda *inputs: chances(*inputs, plain=True),
        ),
        Symptom(
            "Where energies are as large as 1000, e to such a power is no number of 64 bits. Only "
            "differences of energies matter: subtract one from all before you take the "
            "exponential.",
            when=lambda answer, expected, weight, bias, held: (
                float(bias.abs().max()) > 500 and not answer.isfinite().all()
            ),
        ),
    ],
)


HEAT = [CHANCES]
