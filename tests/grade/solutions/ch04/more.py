"""Solutions of the pencil and the why task of chapter 4: one right, several wrong ones for each."""

import math

import torch


def coin_slopes(z, q):
    p = 1 / (1 + math.exp(-z))
    there = p - q
    back = p * (1 - p) * (z - math.log(q / (1 - q)))
    return there, back


def what_helped(pixels, untrained, trained, y):
    half, shares = len(y) // 2, []
    for table in (pixels, untrained, trained):
        means = [table[:half][y[:half] == c].mean(0) for c in range(int(y.max()) + 1)]
        found = torch.cdist(table[half:], torch.stack(means)).argmin(1)
        shares.append((found == y[half:]).double().mean().item())
    wiring, training = shares[1] - shares[0], shares[2] - shares[1]
    if wiring == training:
        return "alike", wiring, training
    return ("wiring" if wiring > training else "training"), wiring, training


REFERENCE = {"4.9": coin_slopes, "4.10": what_helped}


def sigma(z):
    return 1 / (1 + math.exp(-z))


def bend(z):
    return sigma(z) * (1 - sigma(z))


def logit(q):
    return math.log(q / (1 - q))


def both_logs(z, q):
    p = torch.sigmoid(torch.tensor(z).double())
    q = torch.tensor(q).double()
    return p - q, p * (1 - p) * ((p / q).log() - ((1 - p) / (1 - q)).log())


def in_math(z, q):
    p = sigma(z)
    return p - q, p * (1 - p) * (math.log(p / q) - math.log((1 - p) / (1 - q)))


def for_p(z, q):
    z, q = torch.tensor([z, q]).double()
    p = torch.sigmoid(z)
    return (p - q) / (p * (1 - p)), p * (1 - p) * (z - torch.log(q / (1 - q)))


def first_terms(z, q):
    p = sigma(z)
    return -q * (1 - p), bend(z) * (math.log(p / q) + 1)


def nearest(table, y, fit, test, last=False, product=False):
    means = torch.stack([table[fit][y[fit] == c].mean(0) for c in range(int(y.max()) + 1)])
    scores = table[test] @ means.T if product else -torch.cdist(table[test], means)
    found = scores.shape[1] - 1 - scores.flip(1).argmax(1) if last else scores.argmax(1)
    return float((found == y[test]).double().mean())


def helped(finish=lambda first, middle, last: (middle - first, last - middle), name=None, **how):
    def what_helped(pixels, untrained, trained, y):
        half = len(y) // 2
        parts = {"first": slice(half), "second": slice(half, None), "all": slice(None)}
        fit, test = (parts[how.get(key, part)] for key, part in (("fit", "first"),
                                                                ("test", "second")))  # fmt: skip
        rest = {key: how[key] for key in ("last", "product") if key in how}
        shares = [nearest(table, y, fit, test, **rest) for table in (pixels, untrained, trained)]
        wiring, training = finish(*shares)
        larger = "wiring" if wiring > training else "training"
        if name:
            return name(wiring, training), wiring, training
        return ("alike" if wiring == training else larger), wiring, training

    return what_helped


def in_percent(first, middle, last):
    return 100 * (middle - first), 100 * (last - middle)


WRONG = {
    "4.9": [
        (lambda z, q: coin_slopes(z, q)[::-1], "in the wrong order"),
        (lambda z, q: (sigma(z) - q,) * 2, "Both of yours are the slope of `there`"),
        (lambda z, q: (sigma(z) - q, 0.0), "you let only the logarithms move"),
        (lambda z, q: (sigma(z) - q, z - logit(q)), "Your slope of `back` is that for p"),
        (for_p, "Your slope of `there` is that for p"),
        (lambda z, q: (sigma(z) - q, bend(z) * (z - math.log(q))), "both sides of the coin"),
        (first_terms, "The coin has two sides"),
        (both_logs, "p is rounded to 1"),
        (in_math, "stopped with ValueError"),
        (lambda z, q: tuple(-slope for slope in coin_slopes(z, q)), "sign is wrong"),
        (lambda z, q: coin_slopes(z, q)[0], "asked for is 2 values: `there`, a number"),
    ],
    "4.10": [
        (helped(fit="all"), "have helped to make the means"),
        (helped(test="first"), "judge on the half from which"),
        (helped(product=True), "with the largest product"),
        (helped(last=True), "that of the larger class"),
        (helped(lambda first, middle, last: (middle - first, last - first)), "from the pixels on"),
        (helped(lambda first, middle, last: (middle, last)), "the shares in the two layers"),
        (helped(lambda first, middle, last: (first - middle, middle - last)), "the wrong sign"),
        (helped(in_percent), "count rows, or per cent"),
        (helped(name=lambda w, t: "wiring" if w > t else "training"), "the answer is .alike"),
        (
            helped(name=lambda w, t: "training" if t > 0 else "wiring"),
            "does not follow from them|is .alike",
        ),
        (lambda *inputs: what_helped(*inputs)[0], "asked for is 3 values: `answer`, text"),
    ],
}

ANSWER = "return ('wiring' if wiring {} training else 'training', wiring, training)"

EQUAL = {"4.10": {f"what_helped: {ANSWER.format('>')} → {ANSWER.format('>=')}": "never equal here"}}
