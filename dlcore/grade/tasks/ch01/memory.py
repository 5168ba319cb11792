"""The exercises of chapter 1 on the Hopfield memory."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, signs


def hebb_weights(patterns, keep_diagonal=False):
    """Return the sum of products s_i s_j over the patterns, (N, N)."""
    weights = patterns.T @ patterns
    return weights if keep_diagonal else weights - torch.diag(weights.diagonal())


def store_case(rng, case):
    return (signs(rng, 1 if case == 5 else one(rng, 2, 5), one(rng, 3, 5)),)


def off_diagonal_right(answer, expected):
    off = 1 - torch.eye(len(expected), dtype=torch.float64)
    return torch.allclose(answer * off, expected * off)


STORE = Task(
    id="1.5",
    title="Find the bugs: a memory that forgets",
    points=5,
    function="store",
    taught="ch01_threshold_neurons.ipynb#the-hopfield-memory-falling-into-what-you-know",
    kind="debug",
    statement=r"""
A colleague wrote `store(patterns)` for the Hopfield memory. `patterns` has shape (P, N), each row a
pattern of $-1$ and $+1$. The weights should be

$$W_{ij} = \frac1N \sum_p s_i^p s_j^p \quad\text{for } i \ne j, \qquad W_{ii} = 0.$$

With one pattern all is well. With several, recall is hopeless. There are two bugs; repair both.
Write down by hand what `W` should be for two patterns of three units, and compare.
""",
    generate=store_case,
    oracle=lambda patterns: hebb_weights(patterns) / patterns.shape[1],
    symptoms=[
        Symptom(
            "However many patterns there are, only the last one leaves a trace in the weights.",
            when=lambda answer, expected, patterns: off_diagonal_right(
                answer, hebb_weights(patterns[-1:]) / patterns.shape[1]
            ),
        ),
        Symptom(
            "Off the diagonal all is right. On it something is left: what should W[i, i] be, and "
            "what is it for two patterns, for three?",
            when=lambda answer, expected, patterns: off_diagonal_right(answer, expected),
        ),
        Symptom(
            "You divide by the number of patterns. The formula divides by something else.",
            when=lambda answer, expected, patterns: off_diagonal_right(
                answer, hebb_weights(patterns) / len(patterns)
            ),
        ),
        Symptom(
            "The weights are as many times too large as there are units.",
            when=lambda answer, expected, patterns: off_diagonal_right(
                answer, hebb_weights(patterns)
            ),
        ),
    ],
)


def energy_case(rng, case):
    size = one(rng, 3, 4)
    half = normal(rng, size, size).triu(1)
    states = signs(rng, 1 if case == 4 else one(rng, 2, size - 1), size)
    return half + half.T, normal(rng, size) * (case != 5), states


def energy(weights, threshold, states):
    return -0.5 * (states @ weights * states).sum(-1) + states @ threshold


def energy_changes(weights, threshold, states):
    changes = []
    for i in range(states.shape[1]):
        flipped = states.clone()
        flipped[:, i] *= -1
        changes.append(energy(weights, threshold, flipped) - energy(weights, threshold, states))
    return torch.stack(changes, dim=1)


ENERGY = Task(
    id="1.6",
    title="What would each flip cost?",
    points=6,
    function="energy_changes",
    taught="ch01_threshold_neurons.ipynb#energy-never-rises-if-units-take-turns",
    statement=r"""
With a threshold $\theta_i$ for each unit, the energy of a Hopfield net is

$$E = -\tfrac12 \sum_{i,j} W_{ij} s_i s_j + \sum_i \theta_i s_i .$$

Write `energy_changes(W, theta, states)`. `W` is (U, U), symmetric, with zeros on the diagonal;
`theta` is (U,); `states` is (N, U), each row a state of the net, $-1$ and $+1$. Return a tensor
(N, U): entry $(n, i)$ is by how much the energy of state $n$ changes if unit $i$, *and no other*,
is flipped. It can be done without a loop: find the formula on paper first, as the chapter does.
A net is at rest when none of its numbers is negative.
""",
    generate=energy_case,
    oracle=energy_changes,
    symptoms=[
        Symptom(
            "The thresholds play no part in your changes. Which term of the energy holds them?",
            mimics=lambda weights, threshold, states: energy_changes(
                weights, 0 * threshold, states
            ),
        ),
        Symptom(
            "The thresholds enter with the wrong sign; with all thresholds at zero you are right.",
            mimics=lambda weights, threshold, states: energy_changes(weights, -threshold, states),
        ),
        Symptom(
            "These are the units' pulls. Whether a flip goes with the pull or against it depends "
            "on the unit's state.",
            mimics=lambda weights, threshold, states: states @ weights - threshold,
        ),
        Symptom(
            "You took half a flip: a unit that flips goes from -1 to +1. How long is that way?",
            mimics=lambda weights, threshold, states: (
                energy_changes(weights, threshold, states) / 2
            ),
        ),
        Symptom(
            "The part of W is twice as large as it should be: a unit occurs twice in the sum over "
            "i and j, and the half before the sum cancels that.",
            mimics=lambda weights, threshold, states: (
                2 * energy_changes(weights, threshold / 2, states)
            ),
        ),
        Symptom(
            "The threshold's part does not ask for the unit's state: a flip up costs theta, a flip "
            "down earns it.",
            when=lambda answer, expected, weights, threshold, states: any(
                torch.allclose(answer, energy_changes(weights, 0 * threshold, states) + part)
                for size in (1, 2)
                for part in (size * threshold, -size * threshold)
            ),
        ),
        Symptom(
            "Your sign is turned: the change is the energy after the flip minus the energy before.",
            mimics=lambda *inputs: -energy_changes(*inputs),
        ),
        Symptom(
            "The threshold's part has half the size it should have; the part of W is right.",
            mimics=lambda weights, threshold, states: energy_changes(
                weights, threshold / 2, states
            ),
        ),
    ],
)

MEMORY = [STORE, ENERGY]
