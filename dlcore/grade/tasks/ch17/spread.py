"""The exercise of chapter 17 on the root of D: what scores vary by, and what of it softmax sees."""

import math
from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.telling import telling


def squares(mean, variance):
    """The mean of the squares."""
    return variance + mean**2


def apart_of(width, q_mean, q_var, k_mean, k_var):
    return 2 * width * squares(q_mean, q_var) * k_var


def variance_of(width, q_mean, q_var, k_mean, k_var, off=1.0):
    both = squares(q_mean, q_var) * squares(k_mean, k_var)
    return width * (both - off * (q_mean * k_mean) ** 2)


def root(apart):
    return math.sqrt(apart / 2) if apart else 1.0


def spread(
    width, q_mean, q_var, k_mean, k_var, mean=None, variance=variance_of, apart=apart_of,
    divisor=root, of_score=False,
):  # fmt: skip
    """The oracle: (mean, variance, apart, divisor); the keywords are mistakes."""
    inputs = width, q_mean, q_var, k_mean, k_var
    middle = mean(*inputs) if mean else width * q_mean * k_mean
    between = apart(*inputs)
    by = divisor(2 * variance(*inputs) if of_score else between)
    return middle, variance(*inputs), between, by


def by_width(width, *others):
    mean, variance, apart, _ = spread(width, *others)
    return mean, variance, apart, math.sqrt(width) if apart else 1.0


MISTAKES = {
    "Your mean is that of one product of two numbers. A score adds up D of them.": partial(
        spread, mean=lambda D, m, s, n, r: m * n
    ),
    "Your variance is that of one product of two numbers. A score adds up D of them.": partial(
        spread, variance=lambda D, *others: variance_of(1, *others)
    ),
    "Your variance is the product of the variances, D times. That is all only if both means are "
    "0.": partial(spread, variance=lambda D, m, s, n, r: D * s * r),
    "Your variance is the mean of the squares. The square of the mean is still in it.": partial(
        spread, variance=partial(variance_of, off=0.0)
    ),
    "From the squares of D products you take the square of the whole score's mean. Take the "
    "variance of one product first.": partial(
        spread, variance=lambda D, *o: variance_of(D, *o, off=float(D))
    ),
    "Mean and variance are right. You add the variances of two scores as if they had nothing in "
    "common; but both keys meet the same query.": partial(
        spread, apart=lambda *inputs: 2 * variance_of(*inputs)
    ),
    "Mean and variance are right. In the difference of two keys both of them vary.": partial(
        spread, apart=lambda *inputs: apart_of(*inputs) / 2
    ),
    "Mean and variance are right. In `apart` the query counts also where it does not vary: it is "
    "a factor of the difference.": partial(spread, apart=lambda D, m, s, n, r: 2 * D * s * r),
    "All is right but the divisor. A variance is divided by the divisor's *square*.": partial(
        spread, divisor=lambda apart: apart / 2 if apart else 1.0
    ),
    "All is right but the divisor. With yours the difference has variance 1.": partial(
        spread, divisor=lambda apart: math.sqrt(apart) if apart else 1.0
    ),
    "All is right but the divisor. It has to fit the differences, not the single score.": partial(
        spread, of_score=True
    ),
    "All is right but the divisor. The root of D fits numbers of mean 0 and variance 1.": by_width,
}
STATED = 4, 1.0, 2.0, 3.0, 1.0


def spread_case(rng, case):
    """Draw means and variances on which each mistake shows; keys alike, no query, a wide one."""
    if case == 0:
        return STATED
    means = [float(x) for x in rng.normal(0, 2, size=2).round(1)]
    spreads = [float(x) for x in rng.uniform(0.2, 4, size=2).round(1)]
    width = int(rng.integers(2, 200))
    inputs = width, means[0], spreads[0], means[1], spreads[1]
    if case == 3:
        return (*inputs[:4], 0.0)
    if case == 4:
        return width, 0.0, 0.0, *inputs[3:]
    if case == 5:
        return 1, means[0] / 10, 0.2, means[1], 0.3
    if case == 6:
        return 10**12 + width, 0.0, spreads[0], 0.0, spreads[1]
    if case == 7:
        return width, means[0], 0.0, *inputs[3:]
    wrong = list(MISTAKES.values())
    return inputs if telling(inputs, spread, wrong, wrong) else spread_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


SPREAD = Task(
    id="17.2",
    title="With a pencil: what the root of D is for",
    points=5,
    function="spread",
    kind="pencil",
    taught="ch17_attention.ipynb#why-divide-by-the-root-of-d",
    returns=("mean", "variance", "apart", "divisor"),
    statement=r"""
Take a pencil. A product of $D$ independent numbers of mean 0 and variance 1 has variance $D$. But
behind a layer with biases means are not 0, and in a trained net variances are not 1. So let the $D$
numbers (`width`) of a query have mean $\mu_q$ and variance $\sigma_q^2$ (`q_mean`, `q_var`), those
of a key $\mu_k$ and $\sigma_k^2$ (`k_mean`, `k_var`). All numbers are independent of each other.

Find the mean and the variance of the score $q \cdot k$. Then think of what a softmax sees:
differences only. Find `apart`, the variance of $q \cdot k - q \cdot k'$, the scores of *one* query
with two keys. And find the `divisor`: the number above 0 by which scores have to be divided, so
that this difference has variance 2, as numbers of mean 0 and variance 1 give it after the division
by $\sqrt D$. It is 1 if the scores do not differ at all.

The mean of a product of independent numbers is the product of their means. The variance is the
mean of the squares without the square of the mean, and of independent numbers variances add up.

Write `spread(width, q_mean, q_var, k_mean, k_var)` and return `(mean, variance, apart, divisor)`.
For width 4, queries of mean 1 and variance 2, keys of mean 3 and variance 1 the answer is 12, 84,
24 and 3.46, rounded. The width may be a million million: use formulas.
""",
    generate=spread_case,
    cases=8,
    oracle=spread,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All is right but the divisor.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1, 2),
        ),
        Symptom(
            "Mean and variance are right. Write the difference as one product: the query with the "
            "difference of two keys. What are mean and variance of that?",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`apart` and the divisor are right, mean or variance of a single score is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 2, 3),
        ),
        Symptom(
            "The mean is right, the variance is not. Begin with one product of two numbers: the "
            "mean of its square, without the square of its mean.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
    ],
)

SPREADS = [SPREAD]
