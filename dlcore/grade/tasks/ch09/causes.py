"""The exercise of chapter 9 on causes: what news of one does to the others."""

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.ch09.tables import states
from dlcore.grade.tasks.draws import one, uniform
from dlcore.grade.tasks.prediction import measured


def causes_case(rng, case):
    """Draw causes of which each matters; edges: two causes, no leak, sure and powerless causes."""
    count = 2 if case in (2, 3) else one(rng, 3, 4)
    prior, strength = uniform(rng, 0.1, 0.9, count), uniform(rng, 0.3, 0.9, count)
    leak, effect = one(rng, 1, 4) / 10, 0 if case in (1, 3) else 1
    if case == 2:  # nothing but the two causes, and the one that is told is sure to act
        leak, strength[1] = 0.0, 1.0
    if case == 4:
        leak, strength[0] = 0.0, 0.0
    if case == 5:
        prior[0], leak = 0.001, 0.0
    return prior, strength, leak, effect


def no_effect(state, strength, leak):
    return (1 - leak) * torch.where(state > 0, 1 - strength, torch.ones_like(strength)).prod(1)


def added(state, strength, leak):
    return (1 - leak - state @ strength).clamp(min=0)


def strongest(state, strength, leak):
    return 1 - (state * strength).amax(1).clamp(min=leak)


def blame(prior, strength, leak, effect, silence=no_effect, even=False, only=None, joint=False):
    """P(first cause | effect), and the same if the second cause is known to be there."""
    if only:
        prior, strength = prior[:only], strength[:only]
    state = states(len(prior))
    share = torch.where(state > 0, prior, 1 - prior).prod(1)
    share = torch.ones_like(share) if even else share
    quiet = silence(state, strength, leak)
    share = share * (1 - quiet if effect else quiet)
    first, both = state[:, 0] > 0, state[:, 1] > 0
    told = share[first & both].sum() / (share.sum() if joint else share[both].sum())
    return float(share[first].sum() / share.sum()), float(told)


def other_told(prior, strength, leak, effect):
    """P(second cause | effect, first cause) in the second place."""
    order = [1, 0, *range(2, len(prior))]
    alone = blame(prior, strength, leak, effect)[0]
    return alone, blame(prior[order], strength[order], leak, effect)[1]


def leaking(state, strength, leak):
    return no_effect(state, strength, leak) * (1 - leak) ** (len(strength) - 1)


def unless(prior, strength, leak, effect):
    """P(first cause | effect) if the second cause is known not to be there."""
    return blame(torch.cat([prior[:1], 0 * prior[1:2], prior[2:]]), strength, leak, effect)[0]


BLAME = Task(
    id="9.6",
    title="Predict, then measure: the lawn is dry",
    points=5,
    function="blame",
    kind="predict",
    taught="ch09_belief_nets.ipynb#explaining-away",
    statement=r"""
When the lawn is wet, the news that the hose was on makes rain less likely: the hose
explains the wet lawn away. Now let causes be weak: a hose may miss the lawn, and a drizzle may
dry before it counts. You see that the lawn is *dry*. Then you learn that the hose was on all
the same, and must have missed. What does this news do to the probability that it has rained?

- **a**: it rises
- **b**: it falls
- **c**: it stays as it is

The causes act as a *noisy or*. Before anything is seen, cause $i$ is there with probability $p_i$,
each independently of the others. A cause that is there brings about the effect with probability
$s_i$, and fails with $1 - s_i$, each independently. Besides, with probability $\ell$ the effect
comes of itself. There is no effect exactly if all of these fail:

$$P(\text{no effect} \mid c) = (1 - \ell) \prod_{i:\, c_i = 1} (1 - s_i) .$$

Decide first. Then write `blame(prior, strength, leak, effect)` for `prior` (N,) with the $p_i$,
`strength` (N,) with the $s_i$, `leak` for $\ell$, and `effect`, 1 if it was seen and 0 if it was
seen not to come. Return `(prediction, alone, told)`. `alone` is the probability that the first
cause is there, given what was seen of the effect, and `told` the same if it is known besides that
the second cause is there. There are two to four causes. Any prediction counts, if you made one; the
two numbers must be right.
""",
    generate=causes_case,
    judge=measured(
        ("a", "b", "c"),
        blame,
        [
            (
                "Whether the effect came or not changes nothing in your numbers.",
                lambda prior, strength, leak, effect: blame(prior, strength, leak, 1),
            ),
            (
                "These are the probabilities from before anything was seen.",
                lambda prior, *rest: (float(prior[0]), float(prior[0])),
            ),
            (
                "Your causes add up their strengths. Each *fails* by itself, and the "
                "probabilities of failing multiply.",
                lambda *inputs: blame(*inputs, silence=added),
            ),
            (
                "Only the strongest cause acts in your numbers. Each has its own chance.",
                lambda *inputs: blame(*inputs, silence=strongest),
            ),
            (
                "The effect may also come of itself: the leak is missing.",
                lambda prior, strength, leak, effect: blame(prior, strength, 0.0, effect),
            ),
            (
                "All combinations of causes count alike in your sums. Each has its own "
                "probability, from the priors.",
                lambda *inputs: blame(*inputs, even=True),
            ),
            (
                "The third and the fourth cause are left out. Nothing is known of them, so sum "
                "over both of their states.",
                lambda *inputs: blame(*inputs, only=2),
            ),
            (
                "The second number is the probability of both causes. Asked for is that of the "
                "first *given* the second.",
                lambda *inputs: blame(*inputs, joint=True),
            ),
            (
                "In the second place stands the probability of the second cause, given the first. "
                "The second is known, the first is asked for.",
                other_told,
            ),
            (
                "Your first number is the probability of the cause *and* of what was seen. "
                "Divide by the probability of what was seen.",
                lambda *inputs: undivided(*inputs),
            ),
            (
                "In your second number you forget the effect: before it was seen, the causes knew "
                "nothing of each other.",
                lambda prior, *rest: (blame(prior, *rest)[0], float(prior[0])),
            ),
            (
                "In your second number the second cause is known *not* to be there.",
                lambda *inputs: (blame(*inputs)[0], unless(*inputs)),
            ),
            (
                "The leak acts once, however many causes there are.",
                lambda *inputs: blame(*inputs, silence=leaking),
            ),
            (
                "The two numbers have changed places.",
                lambda *inputs: blame(*inputs)[::-1],
            ),
        ],
        names=("alone", "told"),
    ),
)


def undivided(prior, strength, leak, effect):
    """P(first cause and what was seen) in the first place."""
    state = states(len(prior))
    quiet = no_effect(state, strength, leak)
    seen = torch.where(state > 0, prior, 1 - prior).prod(1) * (1 - quiet if effect else quiet)
    return float(seen[state[:, 0] > 0].sum()), blame(prior, strength, leak, effect)[1]


CAUSES = [BLAME]
