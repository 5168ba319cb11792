"""The exercise of chapter 11 that asks why: dropout before batch norm, and what is remembered."""

import itertools

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole

WANTED = {0: "centre", 1: "drop less", 2: "nothing", 3: "nothing", 4: "centre", 5: "drop less"}


def shift_case(rng, case):
    """Draw layers for each of the three cures; without dropout (3), with one input (5)."""
    while True:
        wide = 1 if case == 5 else one(rng, 2, 3)
        x = normal(rng, one(rng, 3, 5), wide) + whole(rng, -2, 2, wide)
        w, p = normal(rng, wide), (0.0 if case == 3 else one(rng, 1, 6) / 10)
        most = one(rng, 11, 30) / 10
        if float((x @ w).var(correction=0)) < 0.1:
            continue
        found = shift(x, w, p, most)
        margins = min(abs(value - most) for value in found[1:])
        apart = all(abs(other(x, w, p, most)[1] - found[1]) > 0.01 for other in OTHERS)
        if found[0] == WANTED[case] and margins > 0.02 and found[1] < 40 and (apart or case == 3):
            return x, w, p, most


def remembered(x, w, p):
    """By how much too large: mean and variance over all examples and all masks."""
    values, shares = [], []
    for mask in itertools.product((0.0, 1.0), repeat=len(w)):
        kept = torch.tensor(mask).double()
        share = float(((1 - p) * kept + p * (1 - kept)).prod())
        values.append((x * kept / (1 - p)) @ w)
        shares.append(torch.full_like(x[:, 0], share / len(x)))
    values, shares = torch.cat(values), torch.cat(shares)
    running = (shares * (values - (shares * values).sum()) ** 2).sum()
    return float(running / ((x @ w) - (x @ w).mean()).square().mean())


def shift(x, w, p, most, measure=remembered, centred=lambda x: x - x.mean(0), **of_measure):
    """The cure and its two reasons; measure and centred: by another formula."""
    before, after = (measure(part, w, p, **of_measure) for part in (x, centred(x)))
    return (
        "nothing" if before <= most else "centre" if after <= most else "drop less"
    ), before, after  # fmt: skip


def by_formula(x, w, p, amount=lambda p: p / (1 - p), size=lambda x: x.square().mean(0),
               weight=torch.square, less=0, alone=False, whole=None):  # fmt: skip
    """The keywords are mistakes: of the noise of a mask, of the examples' own variance."""
    noise = amount(p) * (weight(w) * size(x)).sum()
    own = (x @ w).var(correction=less) if len(x) > less else torch.tensor(0.0)
    value = noise / own if alone else 1 + noise / own
    return float(value if whole is None else whole(value))


def mistaken(**how):
    return lambda *inputs: shift(*inputs, measure=by_formula, **how)


BY_VARIANCE = mistaken(size=lambda x: x.var(0, correction=0))
BY_P = mistaken(amount=lambda p: p)
BY_COIN = mistaken(amount=lambda p: p * (1 - p))
BY_KEPT = mistaken(amount=lambda p: 1 / (1 - p))
UNSQUARED = mistaken(weight=torch.abs)
SIGNED = mistaken(weight=lambda w: w)
LESS = mistaken(less=1)
OTHERS = [BY_VARIANCE, BY_P, BY_COIN, UNSQUARED, SIGNED, LESS]


def numbers_right(answer, expected):
    return all(abs(a - b) < 1e-6 for a, b in zip(answer[1:], expected[1:]))


SHIFT = Task(
    id="11.6",
    title="Why does the net stumble when nobody drops out? Justify by a number",
    points=5,
    function="shift",
    taught="ch11_regularisation.ipynb#side-trip-batch-norm-or-dropout-first",
    kind="why",
    statement=r"""
Inputs drop out (inverted, with probability $p < 1$, each input of each example by its own coin),
then comes a linear unit $a = w \cdot x$, then batch norm. In training the running variance learns
how much $a$ varies, over the examples *and over the masks*. At evaluation nobody drops out, $a$
varies less, and batch norm divides by too much. The net stumbles. Why, and what is the least that
cures it?

A colleague blames the dropout. You suspect that the inputs lie far from 0: behind a ReLU none is
negative. Find out. Let `factor` be the variance of $a$ over all examples (each counts $1/N$) and
all masks, divided by its variance over the examples without masks. A mask does not move the mean of
$w_i x_i$; it adds $\frac{p}{1-p} (w_i x_i)^2$ to its variance, as the chapter shows, and the coins
of different inputs have nothing to do with each other.

Write `shift(x, w, p, most)` for inputs `x` (N, I), weights `w` (I,), and the largest factor that
can be borne. Return `(cure, before, after)`. The two numbers are the reason: `before` is the factor
as things are, `after` the factor if each input has its mean over the examples subtracted *before*
it may drop out. `cure` is "nothing" if `before` is at most `most`; else "centre" if `after` is;
else "drop less". Without masks $a$ does vary.
""",
    generate=shift_case,
    returns=("cure", "before", "after"),
    oracle=shift,
    symptoms=[
        Symptom(
            "By your numbers it does not matter where the inputs lie. But a mask takes the whole "
            "input away, not its distance from the mean.",
            mimics=BY_VARIANCE,
        ),
        Symptom(
            "Your noise is that of masks without scaling. What is kept is divided by $1 - p$.",
            mimics=BY_COIN,
        ),
        Symptom(
            "Your noise grows with $p$ alone. With nearly all inputs dropped the few that are "
            "left, scaled up, make it very large.",
            mimics=BY_P,
        ),
        Symptom(
            "Without any dropout you still find noise.",
            mimics=BY_KEPT,
        ),
        Symptom(
            "A weight twice as large brings *four* times the noise's variance.",
            when=lambda answer, expected, *i: any(
                abs(answer[1] - wrong(*i)[1]) < 1e-6 for wrong in (UNSQUARED, SIGNED)
            ),
        ),
        Symptom(
            "The variance over the examples is a plain mean here: each counts $1/N$, not "
            "$1/(N - 1)$.",
            mimics=LESS,
        ),
        Symptom(
            "This is what the masks add. The examples' own variance is in the running variance as "
            "well.",
            mimics=mistaken(alone=True),
        ),
        Symptom(
            "Your factors stand upside down: with masks the variance is larger.",
            mimics=mistaken(whole=lambda value: 1 / value),
        ),
        Symptom(
            "This is a factor of standard deviations. Asked for is that of variances.",
            mimics=mistaken(whole=lambda value: value.sqrt()),
        ),
        Symptom(
            "`before` and `after` have changed places.",
            when=lambda answer, expected, *i: numbers_right(answer, (0, *expected[:0:-1])),
        ),
        Symptom(
            "`before` is right. For `after` the mean of each *input* over the examples is "
            "subtracted; you take it over something else.",
            mimics=lambda *i: shift(*i, centred=lambda x: x - x.mean()),
        ),
        Symptom(
            'The first value is the cure: "nothing", "centre" or "drop less".',
            when=lambda answer, expected, *i: answer[0] not in set(WANTED.values()),
        ),
        Symptom(
            "The numbers are right, and the cure does not follow from them.",
            when=lambda answer, expected, *i: numbers_right(answer, expected),
        ),
        Symptom(
            "`before` is right, `after` is not.",
            when=lambda answer, expected, *i: abs(answer[1] - expected[1]) < 1e-6,
        ),
        Symptom(
            "The cure is right, its reasons are not: at least `before` is another number.",
            when=lambda answer, expected, *i: answer[0] == expected[0],
        ),
    ],
)

SHAKEN = [SHIFT]
