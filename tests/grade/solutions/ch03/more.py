"""More solutions of the exercises of chapter 3: the net in doubt, the choice of a rate."""

import math

import torch


def in_doubt(zeros, ones, sure):
    answer = ones / (zeros + ones)
    return answer, answer * zeros / (2 * (zeros + ones + sure))


def pick_rate(rates, right, count):
    best = int(right.max()) / count
    luck = math.sqrt(2 * best * (1 - best) / count)
    chosen = None
    for rate, read in sorted(zip(rates.tolist(), right.tolist())):
        if chosen is None and read / count >= best - luck:
            chosen = rate
    return chosen, luck


REFERENCE = {"3.9": in_doubt, "3.10": pick_rate}


def loss_at(choose):
    def in_doubt(zeros, ones, sure):
        y = choose(zeros, ones, sure)
        return y, (zeros * y**2 + ones * (1 - y) ** 2) / (2 * (zeros + ones + sure))

    return in_doubt


def costing(loss):
    def doubt(zeros, ones, sure):
        y = ones / (zeros + ones)
        return y, loss(zeros, ones, sure, y)

    return doubt


def picking(luck=lambda p, n: math.sqrt(2 * p * (1 - p) / n), choose=min, strict=False, of=None):
    def pick(rates, right, count):
        best = int(right.max()) / count
        spread = luck(best, count)
        limit = best - (spread if of is None else of(best, count))
        pairs = list(zip(rates.tolist(), (right / count).tolist()))
        equals = [r for r, share in pairs if (share > limit + 1e-12 if strict else share >= limit)]
        return choose(equals) if equals else 0.0, spread

    return pick


def of_most(rates, right, count):
    return float(rates[right.argmax()]), pick_rate(rates, right, count)[1]


def mean_share(rates, right, count):
    p, best = float(right.double().mean()) / count, int(right.max()) / count
    luck = math.sqrt(2 * p * (1 - p) / count)
    return float(rates[right / count >= best - luck].min()), luck


def large_claims(f, w, claimed):
    """Convicts only what is too large."""
    for i in range(3):
        up, down = w.clone(), w.clone()
        up[i] += 1e-5
        down[i] -= 1e-5
        slope = (f(up) - f(down)) / 2e-5
        if claimed[i] - slope > 0.01 * abs(slope) + 1e-5:
            return i
    return -1


def ends(x, t, w, rate, size=1.0, order=2):
    """two_ways with slopes of another size, or another length."""
    gaps = []
    for part in (size * rate, size * rate / 2):
        alone = w
        for row, target in zip(x, t):
            alone = alone - part / len(x) * (row @ alone - target) * row
        together = w - part * ((x @ w - t)[:, None] * x).mean(0)
        gaps.append((together - alone).norm(order))
    return "b", *gaps


def tape(walk=reversed, square=2, start=1.0):
    def tape_slopes(values, steps):
        numbers = values.tolist()
        for op, i, j in steps:
            a, b = numbers[i], numbers[j]
            numbers.append(
                a + b if op == "add" else a - b if op == "sub" else a * b if op == "mul" else a / b
            )
        grads = [0.0] * len(numbers)
        grads[-1] = 1.0 if steps else start
        for n in walk(range(len(steps))):
            op, i, j = steps[n]
            a, b = numbers[i], numbers[j]
            slopes = {"add": (1, 1), "sub": (1, -1), "mul": (b, a)}
            for place, slope in zip((i, j), slopes.get(op) or (1 / b, -a / b**square)):
                grads[place] += slope * grads[n + 3]
        return grads[:3]

    return tape_slopes


WRONG = {
    "3.1": [
        (lambda y, grad, a, b: grad * y * (1 - y), "the sigmoid's slope"),
        (lambda y, grad, a, b: grad * a * b * (1 - y / a) ** 2, "squared, not 1 - tanh"),
        (lambda y, grad, a, b: grad * a * b * (1 - y**2 / a), "You square y and not a"),
        (lambda y, grad, a, b: grad * a * b * (1 - torch.tanh(y / a) ** 2), "y / a for b z"),
    ],
    "3.2": [
        (lambda x, V, grad: (grad @ V.T, torch.outer(x.sum(0), grad.sum(0))), "before you"),
    ],
    "3.3": [(large_claims, "only claims that are too large")],
    "3.4": [
        (lambda count, size: torch.randperm(count), "one row of indices"),
        (lambda count, size: torch.randperm(count)[: count // size * size].view(-1, size),
         "too few for a full batch, are left out|one row of indices"),
    ],
    "3.7": [
        (lambda *i: ends(*i, order=1), "add up absolute differences"),
        (lambda *i: ends(*i, size=2.0), "slopes are twice as large"),
        (lambda *i: ends(*i, size=-1.0), "steps go uphill"),
    ],
    "3.8": [
        (tape(walk=list), "walk the tape from its beginning"),
        (tape(square=1), "b stands there squared"),
        (tape(start=0.0), "Its slope for itself is 1"),
    ],
    "3.9": [
        (loss_at(lambda zeros, ones, sure: float(ones > zeros)), "that of the majority"),
        (loss_at(lambda zeros, ones, sure: 0.5), "one half, always"),
        (loss_at(lambda zeros, ones, sure: zeros / (zeros + ones)), "leans to the wrong side"),
        (loss_at(lambda zeros, ones, sure: ones / (zeros + ones + sure)), "have no say in y"),
        (loss_at(lambda zeros, ones, sure: (ones + sure) / (zeros + ones + sure)), "no say in y"),
        (lambda *i: (in_doubt(*i)[0], 2 * in_doubt(*i)[1]), "twice as large as it should be"),
        (lambda zeros, ones, sure: in_doubt(zeros, ones, 0), "over the rows in doubt"),
        (costing(lambda zeros, ones, sure, y: (zeros * y**2 + ones * (1 - y) ** 2) / 2), "a sum"),
        (costing(lambda a, b, c, y: (a * y + b * (1 - y)) / (2 * (a + b + c))), "twice as large"),
        (costing(lambda a, b, c, y: (bool(a) * y**2 + bool(b) * (1 - y) ** 2) / (2 * (a + b + c))),
         "counts one row with target 0"),
        (costing(lambda zeros, ones, sure, y: y * (1 - y)), "the loss is not"),
        (lambda *i: in_doubt(*i)[0], "asked for is 2 values: `answer`, a number"),
    ],
    "3.10": [
        (of_most, "reads most digits"),
        (lambda rates, right, count: (float(rates.min()), pick_rate(rates, right, count)[1]),
         "smallest of all rates"),
        (picking(lambda p, n: math.sqrt(p * (1 - p) / n)), "luck is that of one share"),
        (picking(lambda p, n: 2 * p * (1 - p) / n), "luck is a variance"),
        (picking(lambda p, n: math.sqrt(2 * p * (1 - p) * n),
                 of=lambda p, n: math.sqrt(2 * p * (1 - p) / n)), "number of digits"),
        (mean_share, "p is the mean share"),
        (lambda *i: (pick_rate(*i)[0], 100 * pick_rate(*i)[1]), "in per cent"),
        (picking(strict=True), "exactly so far below|does not follow"),
        (picking(choose=max), "not the smallest of them"),
        (picking(choose=lambda equals: equals[0]), "not the smallest of them|exactly so far below"),
        (picking(of=lambda p, n: 2 * math.sqrt(2 * p * (1 - p) / n)), "does not follow from it"),
        (lambda *i: pick_rate(*i)[0], "asked for is 2 values: `rate`, a number"),
    ],
}  # fmt: skip
