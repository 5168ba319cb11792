"""Solutions of exercises 9.6 to 9.10: one right, at least five wrong ones for each."""

import itertools
import math

import torch
from torch.nn.functional import logsigmoid, softplus

LN2 = math.log(2)


def blame(prior, strength, leak, effect):
    def chance(first, second):
        total = 0.0
        for c in itertools.product((0, 1), repeat=len(prior)):
            if first in (None, c[0]) and second in (None, c[1]):
                share, quiet = 1.0, 1 - leak
                for there, p, s in zip(c, prior, strength):
                    share *= p if there else 1 - p
                    quiet *= 1 - s if there else 1
                total += share * (1 - quiet if effect else quiet)
        return total

    return "c", chance(1, None) / chance(None, None), chance(1, 1) / chance(None, 1)


def stacked(v, first, second):
    weight, b, c = first
    hidden = torch.tensor(list(itertools.product((0.0, 1.0), repeat=len(c)))).double()
    pulls = hidden @ second[0].T + second[2]
    scores = hidden @ second[1] + torch.nn.functional.softplus(pulls).sum(1)
    prior = torch.log_softmax(scores, 0)
    log_p, bound = [], []
    for row in v:
        joint, low = [], 0.0
        for h, log_prior in zip(hidden, prior):
            below = torch.nn.functional.logsigmoid((2 * row - 1) * (h @ weight + b)).sum()
            log_q = torch.nn.functional.logsigmoid((2 * h - 1) * (weight @ row + c)).sum()
            joint.append(below + log_prior)
            low += log_q.exp() * (joint[-1] - log_q)
        log_p.append(torch.stack(joint).logsumexp(0))
        bound.append(low)
    return log_p, bound


def tied_slopes(x, spoiled, weight, hidden_bias, visible_bias):
    h = torch.sigmoid(spoiled @ weight.T + hidden_bias)
    y = torch.sigmoid(h @ weight + visible_bias)
    miss = (y - x) / len(x)
    back = miss @ weight.T * h * (1 - h)
    return h.T @ miss + back.T @ spoiled, back.sum(0), miss.sum(0)


def awake(pixels, a, g):
    off, on = 2**pixels, g * (1 + a) ** pixels
    return on / (off + on), (1 + g) / (off + on)


def trust(machines, x):
    errors, bits = [], []
    for weight, b, c in machines:
        again = torch.sigmoid(torch.sigmoid(x @ weight.T + c) @ weight + b)
        errors.append(float(((again - x) ** 2).mean()))
        inner = torch.tensor(list(itertools.product((0.0, 1.0), repeat=len(c)))).double()
        parts = inner @ c + torch.nn.functional.softplus(inner @ weight + b).sum(1)
        log_p = x @ b + torch.nn.functional.softplus(x @ weight.T + c).sum(1) - parts.logsumexp(0)
        bits.append(-float(log_p.mean()) / math.log(2) / x.shape[1])
    answer = "yes" if errors.index(min(errors)) == bits.index(min(bits)) else "no"
    return answer, errors, bits


REFERENCE = {
    "9.6": blame,
    "9.7": stacked,
    "9.8": tied_slopes,
    "9.9": awake,
    "9.10": trust,
}


def table(units):
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=units))).double()


def failing(c, s, leak):
    return (1 - leak) * (1 - c * s).prod(1)


def blamed(quiet=failing, share=None, count=4, told="given", divide=True):
    """blame with slips: how causes act, how they are weighed, how many, what is divided by."""

    def blame(prior, strength, leak, effect):
        p, s = prior[:count], strength[:count]
        c = table(len(p))
        share_of = (c * p + (1 - c) * (1 - p)).prod(1) if share is None else share(c)
        silent = quiet(c, s, leak)
        seen = share_of * (1 - silent if effect else silent)
        first, second = c[:, 0] == 1, c[:, 1] == 1
        both = seen[first & second].sum()
        divisor = {"given": seen[second], "joint": seen, "other": seen[first]}[told].sum()
        return "b", seen[first].sum() / (seen.sum() if divide else 1), both / divisor

    return blame


def piled(normed=1, entropy=1, mixed=False, prior=None, base=1.0):
    """stacked with slips: Z, the entropy, probabilities in place of states, another prior."""

    def stacked(v, first, second):
        (weight, b, c), h = first, table(len(first[2]))

        def minus_free(rows, m):
            return rows @ m[1] + softplus(rows @ m[0].T + m[2]).sum(-1)

        z = normed * torch.logsumexp(minus_free(h, second), 0)
        pulls = h @ weight + b
        below = v @ logsigmoid(pulls).T + (1 - v) @ logsigmoid(-pulls).T
        up = v @ weight.T + c
        log_q = logsigmoid(up) @ h.T + logsigmoid(-up) @ (1 - h).T
        joint = below + minus_free(h, second) - z
        inside = (log_q.exp() * joint).sum(1)
        if mixed:
            q = torch.sigmoid(up)
            inside = logsigmoid((2 * v - 1) * (q @ weight + b)).sum(1) + minus_free(q, second) - z
        bound = inside - entropy * (log_q.exp() * log_q).sum(1)
        if prior == "recognition":
            joint = below + log_q
        log_p = torch.logsumexp(joint, 1)
        if prior == "alone":
            log_p = minus_free(v, first) - torch.logsumexp(minus_free(table(v.shape[1]), first), 0)
        return log_p / base, bound / base

    return stacked


def naive_q(v, first, second):
    """Right but for a hidden unit that is never 1."""
    q = []
    for row in v:
        chance = torch.sigmoid(first[0] @ row + first[2])
        q.append((table(len(chance)) * chance + (1 - table(len(chance))) * (1 - chance)).prod(1))
    q = torch.stack(q)
    found = [torch.stack(part) for part in stacked(v, first, second)]
    return found[0], found[1] + 0 * (q * q.log()).sum(1)


def mended(up=1, down=1, sees=0, beside=0, asked=0, code=True, out=0, mean=True):
    """tied_slopes with slips: what each way counts, who sees what, which slopes are there."""

    def tied_slopes(x, spoiled, weight, c, b):
        h = torch.sigmoid((x if sees else spoiled) @ weight.T + c)
        y = torch.sigmoid(h @ weight + b)
        miss = (y - (spoiled if asked else x)) / (len(x) if mean is True else mean or 1)
        miss = miss * out * y * (1 - y) if out else miss
        back = miss @ weight.T * (h * (1 - h) if code else 1)
        rise = back.T @ (x if sees or beside else spoiled)
        return down * h.T @ miss + up * rise, back.sum(0), miss.sum(0)

    return tied_slopes


def per_pixel(x, *rest):
    return [part / x.shape[1] for part in tied_slopes(x, *rest)]


def powered(off=lambda n, a: 2.0**n, on=lambda n, a: (1 + a) ** n, dark=lambda g: 1 + g):
    def awake(pixels, a, g):
        z = off(pixels, a) + g * on(pixels, a)
        return g * on(pixels, a) / z, dark(g) / z

    return awake


def judged(log=softplus, normed=1, base=LN2, each=True, mean=True, power=1, answer=None):
    """trust with slips: safe exponentials, Z, base, per pixel, errors, and the answer."""

    def trust(machines, x):
        errors, bits = [], []
        for weight, b, c in machines:
            again = torch.sigmoid(torch.sigmoid(x @ weight.T + c) @ weight + b)
            missed = (again - x).pow(2)
            errors.append((missed.mean() if mean else missed.sum(1).mean()) ** power)
            v = table(x.shape[1])
            rows, all_rows = (s @ b + log(s @ weight.T + c).sum(1) for s in (x, v))
            z = torch.logsumexp(all_rows, 0) if log is softplus else all_rows.exp().sum().log()
            bits.append((normed * z - rows.mean()) / base / (x.shape[1] if each else 1))
        errors, bits = torch.stack(errors), torch.stack(bits)
        said = "yes" if errors.argmin() == bits.argmin() else "no"
        return (answer or (lambda *found: found[0]))(said, errors, bits), errors, bits

    return trust


def naive(z):
    return torch.log(1 + z.exp())


WRONG = {
    "9.6": [
        (lambda p, s, leak, effect: blame(p, s, leak, 1), "changes nothing in your numbers"),
        (lambda p, *i: ("a", p[0], p[0]), "before anything was seen"),
        (blamed(lambda c, s, k: (1 - k - c @ s).clamp(min=0)), "add up their strengths"),
        (blamed(lambda c, s, k: 1 - (c * s).amax(1).clamp(min=k)), "Only the strongest"),
        (lambda p, s, leak, effect: blame(p, s, 0.0, effect), "the leak is missing"),
        (blamed(share=lambda c: torch.ones(len(c)).double()), "count alike"),
        (blamed(count=2), "third and the fourth cause"),
        (blamed(told="joint"), "probability of both causes"),
        (blamed(told="other"), "second is known"),
        (blamed(divide=False), "Divide by the probability"),
        (lambda *i: ("c", *blame(*i)[:0:-1]), "changed places"),
        (lambda *i: blame(*i)[1:], "Return 3 values"),
        (lambda *i: ("?", *blame(*i)[1:]), "your prediction: one of"),
        (lambda *i: (*blame(*i)[:2], 0.5), "Look at the told first"),
    ],
    "9.7": [
        (piled(normed=0), "what is its Z"),
        (piled(prior="alone"), "the first machine alone"),
        (piled(prior="recognition"), "q is for the bound"),
        (piled(entropy=0), "the bound is too low"),
        (piled(entropy=-1), "It is taken off"),
        (piled(mixed=True), "as if they were a state"),
        (piled(base=LN2), "to the base 2"),
        (lambda *i: stacked(*i)[::-1], "changed places"),
        (naive_q, "is no number"),
        (lambda *i: [sum(part) for part in stacked(*i)], "In .log_p"),
        (lambda *i: (stacked(*i)[0], stacked(*i)[0]), "log_p is right, the bound is not"),
        (lambda *i: (stacked(*i)[1], stacked(*i)[1]), "The bound is right, log_p is not"),
    ],
    "9.8": [
        (mended(up=0), "only the way down"),
        (mended(down=0), "only the way up"),
        (mended(up=0.5, down=0.5), "mean of the two slopes"),
        (mended(up=-1), "subtract one of the two"),
        (mended(sees=1), "sees the clean picture"),
        (lambda x, spoiled, *i: tied_slopes(spoiled, spoiled, *i), "give back the spoiled"),
        (mended(beside=1), "What did the net see"),
        (mended(code=False), "slope of its sigmoid is missing"),
        (mended(out=1), "with this loss it cancels"),
        (mended(out=2), "the squared error"),
        (mended(mean=False), "the sum over the pictures"),
        (per_pixel, "mean over the pixels, too"),
        (lambda *i: (tied_slopes(*i)[0].T, *tied_slopes(*i)[1:]), "transposed"),
        (lambda *i: (2 * tied_slopes(*i)[0], *tied_slopes(*i)[1:]), "of the biases are right"),
        (lambda *i: (*tied_slopes(*i)[:2], 0 * i[4]), "of the weights are right"),
    ],
    "9.9": [
        (powered(off=lambda n, a: 1.0), "still have a choice"),
        (powered(on=lambda n, a: 1 + a**n), "as if all pixels were the same"),
        (powered(on=lambda n, a: a**n), "only the picture in which all are 1"),
        (powered(lambda n, a: 2.0 * n, lambda n, a: n * (1 + a)), "ZeroDivision|multiplies"),
        (lambda n, a, g: awake(n, a, 1.0), "hidden bias plays no part"),
        (lambda n, a, g: awake(n, math.exp(a), math.exp(g)), "is the number itself"),
        (powered(dark=lambda g: 1.0), "may be 0 or 1"),
        (powered(dark=lambda g: 2.0), "is missing: dark are the pixels"),
        (lambda *i: (1 - awake(*i)[0], awake(*i)[1]), "hidden unit is 0"),
        (lambda *i: (awake(*i)[0] / (1 - awake(*i)[0]), awake(*i)[1]), "against the sum for 0"),
        (lambda *i: (awake(*i)[0], 0.0), "are dark is not"),
        (lambda *i: (0.3, awake(*i)[1]), "hidden unit is 1 is not"),
        (lambda *i: awake(*i)[0], "asked for is 2 values"),
    ],
    "9.10": [
        (judged(base=1.0), "natural logarithms"),
        (judged(each=False), "those of a whole picture"),
        (judged(normed=0), "belong to no probability"),
        (judged(base=-LN2), "the wrong sign"),
        (judged(mean=False), "sums over the pixels"),
        (judged(power=0.5), "roots of the mean"),
        (lambda *i: [trust(*i)[place] for place in (0, 2, 1)], "changed places"),
        (judged(naive), "take the largest part out first"),
        (judged(answer=lambda *i: "no"), "does not follow from them"),
        (judged(answer=lambda *i: "yes"), "does not follow from them"),
        (lambda *i: (trust(*i)[0], *[0.5 + torch.tensor(p) for p in trust(*i)[1:]]), "."),
        (lambda *i: trust(*i)[0], "asked for is 3 values"),
    ],
}
