"""The exercises of chapter 5 on first weights: two rules on paper, and two units alike."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, uniform


def die_case(rng, case):
    leak = (0.0, 0.2, -0.5, 1.0, 1.5, 0.0)[case] + (one(rng, 1, 9) / 100 if 0 < case < 3 else 0)
    if case == 5:
        return 1, 1, leak
    return one(rng, 4, 90), 100 * one(rng, 1, 4), leak


def three_values(inputs, outputs, leak, stretch=1.5, both=None, passed=None, power=0.5):
    """b for both rules; stretch: b² for a variance of 1; the other keywords are mistakes."""
    both = (inputs + outputs) / 2 if both is None else both(inputs, outputs)
    passed = (1 + leak**2) / 2 if passed is None else passed(leak)
    return (stretch / both) ** power, (stretch / (inputs * passed)) ** power


THREE = Task(
    id="5.9",
    title="With a pencil: first weights from a die",
    points=4,
    function="three_values",
    taught="ch05_vanishing_gradients.ipynb#glorots-rule-2010",
    kind="pencil",
    returns=("glorot", "he"),
    statement=r"""
Take a pencil. First weights need not come from a bell curve: in a sum of many only their variance
matters. Throw a die for each weight, and let it be $-b$, 0 or $b$, with the same chance for each of
the three. Which $b$ is the right one?

1. **glorot**: for a layer of tanh units, the $b$ with which the variance is that of Glorot's rule.
2. **he**: for a layer of *leaky* ReLU units, whose slope is 1 for positive sums and `leak` for
   negative ones, the $b$ with which the average square is the same in every layer on the way
   *forward*. Do He's step again: what part of $\mathbb E[z^2]$ do these units let through, if $z$
   is as often positive as negative?

Write `three_values(inputs, outputs, leak)` for a layer with so many inputs to each unit and so many
units. Return `(glorot, he)`, two positive numbers, by your two formulas. `leak` may be 0, which is
ReLU, below 0, or above 1.
""",
    generate=die_case,
    oracle=three_values,
    symptoms=[
        Symptom(
            "These are variances. A weight that is b has the square b².",
            mimics=partial(three_values, stretch=1.0, power=1),
        ),
        Symptom(
            "Your two numbers are the squares of b: where is the root?",
            mimics=partial(three_values, power=1),
        ),
        Symptom(
            "Right if every weight were -b or b. A third of them is 0: what is the average square?",
            mimics=partial(three_values, stretch=1.0),
        ),
        Symptom(
            "This is how far a draw reaches in which *all* values from -b to b are equally likely. "
            "Here there are three of them.",
            mimics=partial(three_values, stretch=3.0),
        ),
        Symptom(
            "Weights that are 0 make the average square smaller, so b must be larger than without "
            "them. Yours is smaller.",
            mimics=partial(three_values, stretch=2 / 3),
        ),
        Symptom(
            "`he` is right. Glorot's rule takes the mean of both widths; you take their sum.",
            mimics=partial(three_values, both=lambda inputs, outputs: inputs + outputs),
        ),
        Symptom(
            "`he` is right. Your `glorot` keeps the size on one way only. Glorot's rule is a "
            "compromise for both.",
            when=lambda answer, expected, inputs, outputs, leak: (
                abs(answer[1] - expected[1]) < 1e-6
                and min(abs(answer[0] - (1.5 / n) ** 0.5) for n in (inputs, outputs)) < 1e-6
            ),
        ),
        Symptom(
            "`glorot` is right. Your `he` is that for ReLU: what passes on the negative side?",
            mimics=partial(three_values, passed=lambda leak: 0.5),
        ),
        Symptom(
            "`glorot` is right. In a square a slope counts squared; you let the leak itself count.",
            when=lambda answer, expected, inputs, outputs, leak: (
                abs(answer[0] - expected[0]) < 1e-6
                and any(
                    abs(answer[1] - (1.5 / (inputs * part)) ** 0.5) < 1e-6
                    for part in ((1 + leak) / 2, (1 + leak) ** 2 / 2, (1 + abs(leak)) / 2)
                )
            ),
        ),
        Symptom(
            "`glorot` is right. What a leak lets through need not be made up for; your `he` grows "
            "with it.",
            mimics=partial(three_values, passed=lambda leak: 0.5 / (1 + leak**2)),
        ),
        Symptom(
            "`glorot` is right. Your `he` makes both sides pass with their full share: each sign "
            "comes half of the time.",
            mimics=partial(three_values, passed=lambda leak: 1 + leak**2),
        ),
        Symptom(
            "`glorot` is right. He's rule looks at the way forward only: which width counts there?",
            when=lambda answer, expected, inputs, outputs, leak: (
                abs(answer[0] - expected[0]) < 1e-6
                and any(
                    abs(answer[1] - (3 / (n * (1 + leak**2))) ** 0.5) < 1e-6
                    for n in (outputs, (inputs + outputs) / 2)
                )
            ),
        ),
    ],
)


def twins_case(rng, case):
    size, count = (2, 1) if case == 6 else (2, 3)
    x, t = normal(rng, count, size) + 0.05, normal(rng, count) + 2.0
    row, bias, v = uniform(rng, 0.2, 1, size), uniform(rng, 0.2, 1, 1), uniform(rng, 0.5, 1.5, 1)
    W, b, v = row.repeat(2, 1), bias.repeat(2), v.repeat(2)
    if case in (1, 6):
        v = v + torch.tensor([0.0, 0.8])
    elif case == 2:
        v = v * torch.tensor([1.0, -1.0])
    elif case == 3:
        b = b + torch.tensor([0.0, one(rng, 3, 9) / 10])
    elif case == 4:
        v = 0 * v
    elif case == 5:
        v = v * torch.tensor([0.0, 1.0])
    elif case == 7:
        W[1, 0] += 2.0
    inputs = W, b, v, x, t, one(rng, 2, 8) / 10
    alike = case in (0, 4)
    return inputs if alike or twins(*inputs)[1] > 0.01 else twins_case(rng, case)


def one_step(W, b, v, x, t, rate, slope=True, blame=True, late=False, mean=True):
    """W, b and v after a step; the keywords are mistakes."""
    h = torch.tanh(x @ W.T + b)
    error = (h @ v - t) / (len(x) if mean else 1)
    onward = v - rate * error @ h if late else v
    back = error[:, None] * (onward if blame else torch.ones_like(v))
    back = back * (1 - h**2) if slope else back
    return W - rate * back.T @ x, b - rate * back.sum(0), v - rate * error @ h


def apart(*inputs, **mistakes):
    """How far two units lie from each other after a step: in weights, in biases, in v."""
    return [float((part[0] - part[1]).abs().max()) for part in one_step(*inputs, **mistakes)]


def twins(W, b, v, x, t, rate, count=lambda weights, biases, onward: max(weights, biases), **other):
    found = count(*apart(W, b, v, x, t, rate, **other))
    return ("yes" if found > 1e-9 else "never"), found


def times(factor):
    return lambda W, b, v, x, t, rate: twins(W, b, v, x, t, factor * rate)


TWINS = Task(
    id="5.10",
    title="Can two units become different? Justify by a number",
    points=5,
    function="can_differ",
    taught="ch05_vanishing_gradients.ipynb#why-not-simply-zero-1986",
    kind="why",
    returns=("answer", "apart"),
    statement=r"""
Two hidden units may be alike at the start. Will they ever be different? And *why*?

The net has two hidden units and one output, $y = \sum_k v_k \tanh(W_k \cdot x + b_k)$. `W` (2, I)
holds the weights of one unit in each row, `b` (2,) their biases, and `v` (2,) the weights that lead
on to the output. `x` (N, I) are the examples and `t` (N,) their targets. The loss is *half* of the
mean of $(y - t)^2$.

Write `can_differ(W, b, v, x, t, rate)`. Take one step of gradient descent with this rate, in which
`W`, `b` and `v` all move at once. Return `(answer, apart)`. `apart` is the reason: the largest
difference, without its sign, between what leads *into* one unit and into the other after the step,
so between the rows of `W` and between the biases. The `answer` is "never" if that is less than
$10^{-9}$, and else "yes". One step is enough to tell, for all the nets that are drawn here.

Guess first, by looking at `W`, `b` and `v`: which of them must be alike, so that the two units stay
alike?
""",
    generate=twins_case,
    oracle=twins,
    cases=8,
    symptoms=[
        Symptom(
            "You compare the units before the step. Take the step first.",
            mimics=times(0.0),
        ),
        Symptom(
            "Your hidden units hear the same blame, whatever leads on from them. On its way to a "
            "unit the blame passes that unit's weight in v.",
            mimics=partial(twins, blame=False),
        ),
        Symptom(
            "The way back through tanh is missing: its slope, at each unit's own output.",
            mimics=partial(twins, slope=False),
        ),
        Symptom(
            "v has moved before the blame passes it. All slopes are those of the net before the "
            "step.",
            mimics=partial(twins, late=True),
        ),
        Symptom(
            "You count what leads on from the units. `apart` is about what leads into them.",
            mimics=partial(twins, count=max),
        ),
        Symptom(
            "You compare the rows of W only. A bias leads into a unit as well.",
            mimics=partial(twins, count=lambda weights, biases, onward: weights),
        ),
        Symptom(
            "Your step is that for the sum over the examples; the loss is a mean.",
            mimics=partial(twins, mean=False),
        ),
        Symptom(
            "Your step is twice as long: the loss is *half* of the mean.",
            mimics=times(2.0),
        ),
        Symptom(
            "You step uphill.",
            mimics=times(-1.0),
        ),
        Symptom(
            "The number is right, and the answer does not follow from it.",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)

WEIGHTS = [THREE, TWINS]
