"""The exercises of chapter 5 on products: down a chain, beyond floats."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, signs, uniform


def chain_case(rng, case):
    if case == 4:
        return one(rng, 5, 15) / 10, uniform(rng, 1, 2, 1)
    sign = signs(rng, 1) if case > 1 else 1 - 2 * case  # once all above 0, once all below
    w = uniform(rng, 0.8, 1.9, one(rng, 3, 5)) * sign
    if case == 3:
        w[1] = 0.0  # nothing gets past this layer
    return one(rng, 5, 15) / 10, w


def chain(x, w):
    """The outputs of all layers, h_0 = x first, and the factors that lead from each to the next."""
    h = [torch.tensor(float(x), dtype=torch.float64)]
    for weight in w:
        h.append(torch.tanh(weight * h[-1]))
    h = torch.stack(h)
    return h, w * (1 - h[1:] ** 2)


def from_the_end(factors):
    return factors.flip(0).cumprod(0).flip(0)


def chain_oracle(x, w):
    return from_the_end(chain(x, w)[1])


def for_weights(x, w):
    h, factors = chain(x, w)
    above = torch.cat([from_the_end(factors)[1:], torch.ones(1).double()])
    return above * (1 - h[1:] ** 2) * h[:-1]


CHAIN = Task(
    id="5.1",
    title="Down a chain",
    points=4,
    function="chain_slopes",
    taught="ch05_vanishing_gradients.ipynb#the-problem-the-first-layer-does-not-learn",
    statement=r"""
The deepest net with the fewest weights is a chain: one unit per layer, no biases,
$h_k = \tanh(w_k h_{k-1})$ for $k = 1, \dots, K$, with the input $h_0 = x$.

Write `chain_slopes(x, w)` for a number `x` and a tensor `w` (K,) with $w_1$ first. Return the
slopes of the last output $h_K$ for $h_0, h_1, \dots, h_{K-1}$, in this order, a tensor (K,): the
gradient in each layer, the first layer first. $K$ is at least 1.
""",
    generate=chain_case,
    oracle=chain_oracle,
    symptoms=[
        Symptom(
            "Each of your numbers is one layer's factor. What do the layers above it do?",
            mimics=lambda x, w: chain(x, w)[1],
        ),
        Symptom(
            "You multiply from the input up. The slope for a layer holds the factors above it.",
            mimics=lambda x, w: chain(x, w)[1].cumprod(0),
        ),
        Symptom(
            "These are the slopes for the weights. Asked for are those for what comes into each "
            "layer.",
            mimics=for_weights,
        ),
        Symptom(
            "Your list has one slope too many: that of the output for itself is 1, and is not "
            "asked for.",
            when=lambda answer, expected, x, w: (
                answer.shape == (len(w) + 1,) and torch.allclose(answer[:-1].double(), expected)
            ),
        ),
        Symptom(
            "You take each slope of tanh at the weight. It is taken at the sum w h.",
            mimics=lambda x, w: from_the_end(w * (1 - torch.tanh(w) ** 2)),
        ),
        Symptom(
            "The slope of tanh is 1 minus the *square* of its output.",
            mimics=lambda x, w: from_the_end(w * (1 - chain(x, w)[0][1:])),
        ),
        Symptom(
            "The numbers are right, the order is not: the first layer comes first.",
            mimics=lambda x, w: chain_oracle(x, w).flip(0),
        ),
        Symptom(
            "You are one layer too high: your last slope is that of the output for itself, 1.",
            mimics=lambda x, w: torch.cat([chain_oracle(x, w)[1:], torch.ones(1).double()]),
        ),
        Symptom(
            "The slopes of tanh are there, the weights are not. How fast does w h grow with h?",
            mimics=lambda x, w: from_the_end(1 - chain(x, w)[0][1:] ** 2),
        ),
        Symptom(
            "These are products of weights. What does tanh do to each of them?",
            mimics=lambda x, w: from_the_end(w),
        ),
        Symptom(
            "You take the slope of tanh where its output is; it is taken at the sum w h. From the "
            "output it is 1 - h².",
            mimics=lambda x, w: from_the_end(w * (1 - torch.tanh(chain(x, w)[0][1:]) ** 2)),
        ),
        Symptom(
            "You take each slope of tanh from the output of the layer before.",
            mimics=lambda x, w: from_the_end(w * (1 - chain(x, w)[0][:-1] ** 2)),
        ),
    ],
)


def product_case(rng, case):
    count, high = ((5, 1.5), (1500, 0.5), (900, 9.0), (6, 2.0), (0, 1.0), (1501, 0.7))[case]
    factors = uniform(rng, 0.1, high, count) + 0.01
    factors = factors * signs(rng, count)
    if case in (0, 5) and factors.sign().prod() > 0:
        factors[0] *= -1
    if case == 3:
        factors[2] = 0.0
    return (factors,)


def product_size(factors, log=torch.log10, sign=True, mean=False):
    logs = log(factors.abs())
    size = logs.mean() if mean else logs.sum()
    return (float(factors.sign().prod()) if sign else 1.0), float(size)


def product_first(factors):
    product = factors.prod()
    return float(product.sign()), float(product.abs().log10())


PRODUCT = Task(
    id="5.2",
    title="Smaller than any float",
    points=4,
    function="product_size",
    taught="ch05_vanishing_gradients.ipynb#the-problem-the-first-layer-does-not-learn",
    statement=r"""
The smallest positive number that a computer holds in 64 bits is about $5 \cdot 10^{-324}$. A
gradient through a thousand layers can be far smaller, and then it reads 0.

Write `product_size(factors)` for a tensor `factors` of any length, also 0. Return `(sign, digits)`
of the product of all factors: its sign, $-1$, 0 or 1, and the logarithm to base 10 of its absolute
value. For the factors $0.1, -0.1, 10$ that is $(-1, -1)$. The product itself may be far too small
or too large for a number. If it is 0, `digits` is $-\infty$. The product of no factors is 1.
""",
    generate=product_case,
    returns=("sign", "digits"),
    oracle=product_size,
    symptoms=[
        Symptom(
            "Right for a few factors. With many the product runs to 0 or to infinity before its "
            "logarithm is taken.",
            mimics=product_first,
        ),
        Symptom(
            "Right for products that are not 0. The sign of one that is 0 is 0.",
            when=lambda answer, expected, factors: (
                expected[0] == 0 and answer[0] != 0 and answer[1] == expected[1]
            ),
        ),
        Symptom(
            "You returned the two values in the other order.",
            mimics=lambda factors: product_size(factors)[::-1],
        ),
        Symptom(
            "Right for products that are not 0. One that is 0 has minus infinity as its logarithm.",
            when=lambda answer, expected, factors: (
                expected[0] == 0 and answer[0] == 0 and math.isfinite(answer[1])
            ),
        ),
        Symptom(
            "The product of no factors is 1. What are the sign and the logarithm of 1?",
            when=lambda answer, expected, factors: len(factors) == 0,
        ),
        Symptom(
            "The size is right. Your sign is that of a sum; asked for is that of the product.",
            mimics=lambda factors: (float(factors.sum().sign()), product_size(factors)[1]),
        ),
        Symptom(
            "You leave out the factors below 0. Their size counts like that of the others.",
            mimics=lambda factors: (
                product_size(factors)[0],
                product_size(factors.where(factors >= 0, 1.0))[1],
            ),
        ),
        Symptom(
            "The size is right. Factors below 0 turn the sign round.",
            when=lambda answer, expected, factors: (
                answer[0] == 1 and (answer[1] == expected[1] or abs(answer[1] - expected[1]) < 1e-3)
            ),
        ),
        Symptom(
            "These are natural logarithms; asked for are those to base 10.",
            mimics=lambda factors: product_size(factors, log=torch.log),
        ),
        Symptom(
            "These are logarithms to base 2; asked for are those to base 10.",
            mimics=lambda factors: product_size(factors, log=torch.log2),
        ),
        Symptom(
            "You average the logarithms. Those of factors add up.",
            when=lambda answer, expected, factors: (
                (len(factors) == 0 and math.isnan(answer[1]))
                or abs(answer[1] * len(factors) - expected[1]) < 1e-3 * (1 + abs(expected[1]))
            ),
        ),
        Symptom(
            "Some of your sizes are NaN: a factor below 0 has no logarithm.",
            when=lambda answer, expected, factors: math.isnan(answer[1]),
        ),
    ],
)


PRODUCTS = [CHAIN, PRODUCT]
