"""Solutions of the exercise of chapter 11 that asks why: one right, many wrong ones."""

import torch


def shift(x, w, p, most):
    factors = []
    for inputs in (x, x - x.mean(0)):
        noise = p / (1 - p) * (inputs**2).mean(0) @ w**2
        factors.append(1 + noise / (x @ w).var(correction=0))
    before, after = factors
    cure = "nothing" if before <= most else "centre" if after <= most else "drop less"
    return cure, before, after


REFERENCE = {"11.6": shift}


def shifting(amount=lambda p: p / (1 - p), size=lambda x: (x**2).mean(0), square=torch.square,
             correction=0, whole=lambda ratio: 1 + ratio, centre=lambda x: x.mean(0)):  # fmt: skip
    def shift(x, w, p, most):
        own = (x @ w).var(correction=correction)
        factors = [
            float(whole(amount(p) * (size(inputs) * square(w)).sum() / own))
            for inputs in (x, x - centre(x))
        ]
        cure = "drop less" if factors[1] > most else "centre"
        return "nothing" if factors[0] <= most else cure, *factors

    return shift


def with_cure(cure):
    return lambda *inputs: (cure(*inputs), *shift(*inputs)[1:])


WRONG = {
    "11.6": [
        (shifting(size=lambda x: x.var(0, correction=0)), "it does not matter where"),
        (shifting(amount=lambda p: p * (1 - p)), "masks without scaling"),
        (shifting(amount=lambda p: p), "grows with \\$p\\$ alone"),
        (shifting(amount=lambda p: 1 / (1 - p)), "Without any dropout"),
        (shifting(square=torch.abs), "\\*four\\* times"),
        (shifting(square=lambda w: w), "\\*four\\* times"),
        (shifting(correction=1), "each counts \\$1/N"),
        (shifting(whole=lambda ratio: ratio), "what the masks add"),
        (shifting(whole=lambda ratio: 1 / (1 + ratio)), "stand upside down"),
        (shifting(whole=lambda ratio: (1 + ratio) ** 0.5), "of standard deviations"),
        (shifting(centre=lambda x: x.mean()), "over something else"),
        (shifting(centre=lambda x: x.mean(1, keepdim=True)), "`before` is right"),
        (lambda *i: (shift(*i)[0], *shift(*i)[:0:-1]), "have changed places"),
        (with_cure(lambda *i: "less"), "The first value is the cure"),
        (with_cure(lambda *i: "centre"), "does not follow from them"),
        (lambda *i: shift(*i)[1:], "asked for are 3 values"),
    ],
}
