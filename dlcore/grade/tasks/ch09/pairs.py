"""The exercises of chapter 9 on one hidden unit: two pixels that know of each other, a sum."""

import torch

from dlcore.grade.task import Guess, Symptom, Task
from dlcore.grade.tasks.ch09.tables import minus_free_energy, states
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.forms import floats, odd_form

NAMES = ("weight", "visible_bias", "hidden_bias")
MOST_HIDDEN = 4


def twins_case(rng, case):
    edges = {0: 0.9, 1: 0.5, 2: 0.1, 3: 0.999}
    return (edges.get(case, one(rng, 55, 95) / 100 if case == 4 else one(rng, 5, 45) / 100),)


def shares(weight, visible_bias, hidden_bias):
    """Probabilities of the pixels (0, 0), (1, 0), (0, 1), (1, 1)."""
    return minus_free_energy(states(2), weight, visible_bias, hidden_bias).softmax(0)


def ill_shaped(weight, visible_bias, hidden_bias):
    """Say which of the three has the wrong shape; None if all fit."""
    if weight.ndim != 2 or weight.shape[1] != 2 or not 1 <= len(weight) <= MOST_HIDDEN:
        shape = tuple(weight.shape)
        turned = weight.ndim == 2 and len(weight) == 2 and weight.shape[1] <= MOST_HIDDEN
        hint = " It is transposed: a row belongs to a hidden unit." if turned else ""
        return f"weight has shape {shape}; asked for is (H, 2) with H from 1 to 4.{hint}"
    for name, part, count in (("visible", visible_bias, 2), ("hidden", hidden_bias, len(weight))):
        if part.shape != (count,):
            return f"{name}_bias has shape {tuple(part.shape)}; asked for is ({count},)."
    return None


def twins_judge(answer, share):
    if sentence := odd_form(answer, *NAMES):
        return sentence
    parts = [floats(part) for part in answer]
    if sentence := ill_shaped(*parts):
        return sentence
    chances = shares(*parts)
    ones = chances[1] + chances[3], chances[2] + chances[3]
    equal = float(chances[0] + chances[3])
    fine = [abs(float(chance) - 0.5) < 1e-6 for chance in ones]
    if all(fine) and abs(equal - share) < 1e-6:
        return None
    general = told(share, ones, fine, equal)
    guesses = []
    if met(shares(2 * parts[0], *parts[1:]), share) or met(shares(*(2 * p for p in parts)), share):
        guesses.append("Your weights are half as large as they should be.")
    if met(chances, 1 - share):
        guesses.append(f"The two are equal as often as they should be different.{MORE}")
    if met(shares(parts[0], torch.zeros(2).double(), parts[2]), share):
        guesses.append("Without your visible biases the machine would be right.")
    return Guess(guesses, general) if guesses else general


MORE = " What has to change when they shall differ more often than not?"


def met(chances, share):
    half = abs(chances[1] - chances[2]) < 1e-6 and abs(chances[0] - chances[3]) < 1e-6
    return half and abs(chances[0] + chances[3] - share) < 1e-6


def told(share, ones, fine, equal):
    """What is true of a wrong machine: how often its pixels are 1, and how often the same."""
    if not all(fine):
        number = 1 if fine[0] else 0
        return (
            f"Pixel {number} is 1 with the probability {float(ones[number]):.4g}; it should be a "
            "half. Turning both pixels over must not change the free energy."
        )
    if abs(equal - 0.5) < 1e-6:
        return (
            f"Each pixel is 1 half of the time, but they know nothing of each other: they are the "
            f"same with the probability 0.5, and it should be {share:g}."
        )
    return (
        f"Each pixel is 1 half of the time. They are the same with the probability {equal:.6g}; it "
        f"should be {share:g}."
    )


TWINS = Task(
    id="9.2",
    title="Build a machine for two pixels",
    points=5,
    function="twins",
    kind="choose",
    taught="ch09_belief_nets.ipynb#the-restricted-boltzmann-machine-1986",
    statement=r"""
In a restricted machine no two pixels are tied. They can know of each other all the same, through a
hidden unit. Build such machines by hand, without learning.

Write `twins(share)` for a number above 0 and below 1. Return `(weight, visible_bias, hidden_bias)`
of a machine with two visible units and H hidden ones: shapes (H, 2), (2,) and (H,), where you
choose H from 1 to 4. The energy is that of the chapter,
$E(v, h) = -b \cdot v - c \cdot h - h \cdot W v$. Under $p(v)$, with the hidden units summed out,
each pixel must be 1 with probability $\tfrac12$, and both must be *the same*, $(0, 0)$ or $(1, 1)$,
with probability `share`, to six digits. If `share` is below a half, they are opposites more often
than not.

There are many right machines. Take one hidden unit first, and write down $e^{-F(v)}$ of the four
pictures. Which biases make $(0, 0)$ and $(1, 1)$ equally likely, and $(0, 1)$ and $(1, 0)$ as well?
Then one equation is left for the weight. You may need $\cosh z = \tfrac12 (e^z + e^{-z})$ and
`math.acosh`, which undoes it.
""",
    generate=twins_case,
    judge=twins_judge,
)


def awake_case(rng, case):
    edges = {0: (2, 3.0, 1.0), 1: (0, 2.0, 3.0), 2: (1, 0.5, 2.0), 3: (40, 1.5, 0.0001)}
    usual = one(rng, 3, 9), one(rng, 2, 30) / 10, one(rng, 2, 9) / 10
    return edges.get(case, usual)


def awake(pixels, a, g, off=None, on=None, start=1.0):
    """P(h = 1) and P(no pixel is 1); off and on: what the mistake takes for the two sums."""
    asleep = 2.0**pixels if off is None else off(pixels, a)
    wake = g * ((1 + a) ** pixels if on is None else on(pixels, a))
    return wake / (asleep + wake), (start + g) / (asleep + wake)


AWAKE = Task(
    id="9.9",
    title="With a pencil: how often is it awake?",
    points=4,
    function="awake",
    kind="pencil",
    taught="ch09_belief_nets.ipynb#a-sum-that-can-be-done",
    statement=r"""
A machine has one hidden unit and V visible ones. All its weights are $\ln a$, the hidden bias is
$\ln g$, and the visible biases are 0; $a$ and $g$ are above 0. Take a pencil. The state of the
hidden unit splits the sum $Z$ of all $e^{-E}$ into two parts, and in each part the pixels choose
one by one, which turns a sum over $2^V$ pictures into a power.

Find on paper, in V, $a$ and $g$, the probability that the hidden unit is 1, and the probability
that all pixels are 0. Write `awake(pixels, a, g)` with your two formulas, which returns
`(awake, dark)`; `pixels` is V, from 0 to 40. (With 40 pixels there is no table of states to sum
over.) Two pixels, $a = 3$ and $g = 1$ give $\tfrac45$ and $\tfrac1{10}$.
""",
    generate=awake_case,
    returns=("awake", "dark"),
    oracle=awake,
    symptoms=[
        Symptom(
            "While the hidden unit is 0, the pixels still have a choice: that part of Z is not one "
            "state.",
            mimics=lambda *inputs: awake(*inputs, off=lambda pixels, a: 1.0),
        ),
        Symptom(
            "While the hidden unit is 1, each pixel may be 0 or 1 by itself. You count the "
            "pictures as if all pixels were the same.",
            mimics=lambda *inputs: awake(*inputs, on=lambda pixels, a: 1 + a**pixels),
        ),
        Symptom(
            "While the hidden unit is 1, a pixel that is 0 has the factor 1. You count only the "
            "picture in which all are 1.",
            mimics=lambda *inputs: awake(*inputs, on=lambda pixels, a: a**pixels),
        ),
        Symptom(
            "A pixel that is 0 has the factor 1 while the hidden unit is 1: its energy has no part "
            "of the weight.",
            mimics=lambda pixels, a, g: (
                awake(pixels, a, g, on=lambda pixels, a: (a + 1 / a) ** pixels)[0],
                (1 + g / a**pixels) / (2**pixels + g * (a + 1 / a) ** pixels),
            ),
        ),
        Symptom(
            "Your two parts grow with the number of pixels as a product. Each further pixel "
            "multiplies.",
            mimics=lambda *inputs: awake(
                *inputs, off=lambda pixels, a: 2.0 * pixels, on=lambda pixels, a: pixels * (1 + a)
            ),
        ),
        Symptom(
            "The hidden bias plays no part: $g$ does not occur.",
            mimics=lambda pixels, a, g: awake(pixels, a, 1.0),
        ),
        Symptom(
            "The hidden bias is the logarithm of $g$. So is each weight that of $a$: e to the "
            "power of it is the number itself.",
            mimics=lambda pixels, a, g: awake(
                pixels, float(torch.tensor(a).exp()), float(torch.tensor(g).exp())
            ),
        ),
        Symptom(
            "The first is right. Dark are the pixels in two states of the machine: the hidden unit "
            "may be 0 or 1.",
            when=lambda answer, expected, pixels, a, g: right_but(
                answer, expected, expected[1] / (1 + g)
            ),
        ),
        Symptom(
            "The first is right. In the second $g$ is missing: dark are the pixels in two states "
            "of the machine, one of which has the hidden bias.",
            when=lambda answer, expected, pixels, a, g: right_but(
                answer, expected, 2 * expected[1] / (1 + g)
            ),
        ),
        Symptom(
            "Your first number is the probability that the hidden unit is 0.",
            when=lambda answer, expected, *inputs: abs(answer[0] - (1 - expected[0])) < 1e-6,
        ),
        Symptom(
            "Your first number holds the sum for 1 against the sum for 0. A probability is a share "
            "of the whole sum Z.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] * (1 - expected[0]) - expected[0]) < 1e-6
            ),
        ),
        Symptom(
            "The first is right, the probability that all pixels are dark is not.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "The second is right, the probability that the hidden unit is 1 is not.",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)


def right_but(answer, expected, second):
    """Whether the first value is right and the second is this one."""
    return abs(answer[0] - expected[0]) + abs(answer[1] - second) < 1e-9


PAIRS = [TWINS, AWAKE]
