"""More wrong solutions of the exercises of chapter 10: large batches, rulers, plans, ravines."""

import math

import torch


def lars(
    ratio=lambda w, g, decay: w.norm() / (g.norm() + decay * w.norm()),
    odd=1.0, guard=("w", "g"), biases=False, decayed=False, pull=True, inside=True,
):  # fmt: skip
    """A wrong lars_step."""

    def lars_step(weights, slopes, moves, rate, trust, decay, beta):
        found = []
        for w, g, v in zip(weights, slopes, moves):
            r, share = 1.0, (decay if w.ndim > 1 or decayed else 0.0)
            if w.ndim > 1 or biases:
                r = trust * ratio(w, g, decay)
                if ("w" in guard and not w.any()) or ("g" in guard and not g.any()):
                    r = trust if odd == "trust" else odd
            push = r * (g + share * w) if pull else r * g
            v = beta * v + push * (rate if inside else 1)
            found.append((w - v * (1 if inside else rate), v))
        return tuple(zip(*found))

    return lars_step


def one_length(weights, slopes, moves, rate, trust, decay, beta):
    flat = [torch.cat([p.flatten() for p in part if p.ndim > 1]) for part in (weights, slopes)]
    size, slope = flat[0].norm(), flat[1].norm()
    return lars(lambda w, g, decay: size / (slope + decay * size))(
        weights, slopes, moves, rate, trust, decay, beta
    )


def steepest(slopes, ruler):
    if ruler == "length":
        return slopes / (slopes.norm() if slopes.any() else 1.0)
    if ruler == "entry":
        return slopes.sign()
    u, _, vt = torch.linalg.svd(slopes, full_matrices=False)
    return u @ vt


def measured(slopes, ruler):
    if ruler == "length":
        return slopes.norm()
    return slopes.abs().max() if ruler == "entry" else torch.linalg.svdvals(slopes)[0]


def only_scaled(slopes, ruler):
    return slopes / measured(slopes, ruler) if slopes.any() else slopes


def u_and_v(slopes, ruler):
    u, _, vt = torch.linalg.svd(slopes, full_matrices=False)
    square = ruler == "stretch" and vt.shape[0] == vt.shape[1]
    return u @ vt.T if square else steepest(slopes, ruler)


def five_steps(slopes, ruler):
    if ruler != "stretch" or not slopes.any():
        return steepest(slopes, ruler)
    u, s, vt = torch.linalg.svd(slopes, full_matrices=False)
    s = s / s.norm()
    for _ in range(5):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    return u @ s.diag() @ vt


def no_zero(slopes, ruler):
    return slopes / slopes.norm() if ruler == "length" else steepest(slopes, ruler)


def planned(
    warm=lambda t, warmup: (t + 1) / (warmup + 1), longer=lambda n, first, grow: n * grow,
    begins=lambda warmup: warmup, until=0, turn=1.0, half=0.5, again=True, floor_first=False,
):  # fmt: skip
    """A wrong schedule."""

    def rates(steps, peak, floor, warmup, cycle, grow):
        found, i, n = [], 0, cycle
        for t in range(steps):
            share = half * (1 + math.cos(turn * math.pi * i / max(n - until, 1)))
            rate = floor + (peak - floor) * share
            if t < warmup:
                low = floor if floor_first else 0.0
                rate = low + (peak - low) * warm(t, warmup)
            found.append(rate)
            i += t >= begins(warmup)
            if i == n and again:
                i, n = 0, longer(n, cycle, grow)
        return found

    return rates


def after_trials(held, test, trials, order=None, again=True, power=None):
    order = held.argsort(stable=True) if order is None else order(held, test)
    count = len(held)
    if again:
        left = torch.arange(count, -1, -1, dtype=torch.float64) / count
        chances = left[:-1] ** trials - left[1:] ** trials
    else:
        trials = min(trials, count)
        ways = [math.comb(count - 1 - k, trials - 1) for k in range(count)]
        chances = torch.tensor(ways, dtype=torch.float64) / math.comb(count, trials)
    return chances @ held[order], chances @ test[order]


def by(order):
    return lambda *inputs: after_trials(*inputs, order=order)


def slopes_of_powers(held, test, trials):
    order, count = held.argsort(stable=True), len(held)
    left = torch.arange(count, 0, -1, dtype=torch.float64) / count
    chances = trials * left ** (trials - 1) / count
    return chances @ held[order], chances @ test[order]


def latest(held, test):
    return torch.tensor(sorted(range(len(held)), key=lambda n: (float(held[n]), -n)))


def rolled(rate, beta, slope, count):
    """The two ways, by a loop of at most a million steps; then the memory."""
    speed = slope * (1 - beta**count) / (1 - beta)
    total = rate * slope * count / (1 - beta)
    coasted = rate * beta * speed / (1 - beta)
    return total - coasted, coasted, speed


def rolling(change):
    return lambda *inputs: change(*rolled(*inputs), *inputs)


def kappa(table):
    values = torch.linalg.svdvals(table)
    return float(values[0] / values[-1])


def compared(
    size=lambda slopes, w, table: slopes.pow(2).mean(0).sqrt(), power=0.5, ratio=kappa,
    limit=1e-6, words=("helps", "hurts"),
):  # fmt: skip
    """A wrong answer on ravines."""

    def helps(curvatures, w):
        scale = size(w @ curvatures, w, curvatures) ** power
        before, after = ratio(curvatures), ratio(curvatures / torch.outer(scale, scale))
        if abs(after - before) <= limit * before:
            return "neither", before, after
        return words[after > before], before, after

    return helps


def no_neither(curvatures, w):
    answer, before, after = compared()(curvatures, w)
    return ("helps" if answer == "neither" else answer), before, after


WRONG = {
    "10.5": [
        (one_length, "share one length"),
        (lars(biases=True), "They go without\\."),
        (lars(biases=True, decayed=True), "go without either"),
        (lars(decayed=True), "Only tables do"),
        (lars(lambda w, g, decay: w.norm() / g.norm()), "missing there"),
        (lars(lambda w, g, decay: w.norm() / (g + decay * w).norm()), "LAMB's way"),
        (lars(pull=False), "in your r and nowhere else"),
        (lars(inside=False), "rate comes into v"),
        (lambda *i: lars()(*i[:2], [0 * v for v in i[2]], *i[3:]), "the moves before"),
        (lambda *i: lars()(*i[:3], i[3] * (1 - i[6]), *i[4:]), "with the share 1 − β"),
        (lars(odd=0.0), "the layer stands still"),
        (lars(odd="trust"), "your r is the trust"),
        (lars(guard=("w",)), "where all its slopes are 0"),
        (lars(guard=("g",)), "where all its weights are 0"),
        (lars(guard=()), "gives something else there|NaN"),
        (lars(lambda w, g, decay: (g.norm() + decay * w.norm()) / w.norm()), "upside down"),
        (
            lars(lambda w, g, decay: w.norm() ** 2 / (g.norm() ** 2 + decay * w.norm() ** 2)),
            "lengths are squared",
        ),
        (lambda w, *i: (w, lars()(w, *i)[1]), "the weights are not"),
        (lambda *i: lars()(*i)[0], "asked for|is missing|NaN"),
    ],
    "10.6": [
        (lambda slopes, ruler: slopes.clone(), "as they are"),
        (lambda slopes, ruler: no_zero(slopes, "length").nan_to_num(0.0), "for all: the length"),
        (lambda slopes, ruler: steepest(slopes, "entry"), "for all: the largest entry"),
        (lambda slopes, ruler: steepest(slopes, "stretch"), "for all: the largest stretch"),
        (only_scaled, "only scale the slopes"),
        (u_and_v, "do not belong together"),
        (five_steps, "not the quick polynomial"),
        (no_zero, "what if all slopes are 0"),
        (lambda *i: -steepest(*i), "with the wrong sign"),
        (lambda *i: 2 * steepest(*i), "measures more than 1"),
        (lambda *i: 0.5 * steepest(*i), "gains more than yours"),
        (lambda *i: (i[0] * steepest(*i)).sum(), "of the shape of the slopes"),
    ],
    "10.7": [
        (planned(lambda t, n: t / (n + 1)), "starts with the rate 0"),
        (planned(lambda t, n: (t + 1) / n), "peak in its last step"),
        (planned(lambda t, n: t / n), "its steps are too long"),
        (planned(floor_first=True), "starts from the floor"),
        (planned(begins=lambda warmup: 0), "while the rate warms up"),
        (planned(longer=lambda n, first, grow: n), "equally long"),
        (planned(longer=lambda n, first, grow: n + first * (grow - 1)), "so many .times. as"),
        (planned(longer=lambda n, first, grow: first * grow), "grow from the first one"),
        (lambda *i: planned()(*i[:4], i[4] * i[5], i[5]), "longer than .cycle. already"),
        (planned(until=1), "end on the floor"),
        (planned(turn=2.0), "a whole wave"),
        (planned(turn=0.5), "stops halfway"),
        (planned(half=1.0), "nearly twice the peak"),
        (planned(again=False), "as slowly as it fell"),
        (lambda *i: planned()(i[0] - 1, *i[1:]), "The shape is"),
    ],
    "10.8": [
        (lambda *i: after_trials(*i, again=False), "may be drawn again"),
        (
            lambda held, test, n: (after_trials(held, test, n)[0], after_trials(test, test, n)[1]),
            "choose by the test part",
        ),
        (by(lambda held, test: test.argsort(stable=True)), "keep by the test error"),
        (by(lambda held, test: held.argsort(descending=True)), "the .largest. validation"),
        (by(latest), "keep the later one"),
        (by(lambda held, test: torch.arange(len(held))), "You do not sort"),
        (lambda held, test, n: (held.mean(), test.mean()), "mean of all settings"),
        (
            lambda held, test, n: (held.min(), test[held.argmin()]),
            "as if every search found it",
        ),
        (lambda held, test, n: after_trials(held, test, n + 1), "one trial too many"),
        (lambda held, test, n: after_trials(held, test, max(n - 1, 1)), "one trial too few"),
        (lambda *i: after_trials(*i)[::-1], "changed places"),
        (slopes_of_powers, "do not add up to 1"),
        (lambda *i: (after_trials(*i)[0], i[1].mean()), "does it belong to the setting"),
        (lambda *i: after_trials(*i)[0], "asked for is 2 values"),
    ],
    "10.9": [
        (rolling(lambda p, c, m, rate, beta, g, n: (p + c, c)), "full speed from the start"),
        (rolling(lambda p, c, m, *rest: (p, p + c)), "the whole way"),
        (rolling(lambda p, c, m, rate, beta, *r: (p, rate * m / (1 - beta))), "one step too far"),
        (
            rolling(lambda p, c, m, rate, beta, *r: (p * (1 - beta), c * (1 - beta))),
            "with the share 1 − β",
        ),
        (rolling(lambda p, c, m, rate, *r: (p - rate * m, c + rate * m)), "last push is counted"),
        (
            rolling(lambda p, c, m, rate, beta, g, n: (rate * g * n * (n + 1) / 2, c)),
            "keeps all of its speed",
        ),
        (rolling(lambda p, c, m, rate, *r: (p / rate, c / rate)), "forget the rate"),
        (
            rolling(lambda p, c, m, rate, beta, g, n: (p, rate * beta * g / (1 - beta))),
            "as if one push",
        ),
        (
            rolling(lambda p, c, m, rate, beta, g, n: (p, rate * beta * g / (1 - beta) ** 2)),
            "full speed before it coasts",
        ),
        (rolling(lambda p, c, m, *rest: (c, p)), "changed places"),
        (rolling(lambda p, c, m, *rest: (p, 2 * c + 1)), "`coasted` is not"),
        (rolling(lambda p, c, m, *rest: (2 * p + 1, c)), "`pushed` is not"),
        (rolling(lambda p, c, m, *rest: (-p, -c)), "sign is wrong"),
    ],
    "10.10": [
        (compared(power=1.0), "A root too few"),
        (compared(power=-0.5), "multiply where you should divide"),
        (compared(lambda slopes, w, table: slopes.pow(2).mean(0)), "A root too few"),
        (compared(lambda slopes, w, table: slopes.abs().mean(0)), "mean of the absolute"),
        (
            compared(lambda slopes, w, table: slopes.std(0, correction=0)),
            "mean is not subtracted",
        ),
        (compared(lambda slopes, w, table: table.diag()), "the curvature along each axis"),
        (compared(lambda slopes, w, table: w.pow(2).mean(0).sqrt()), "the places themselves"),
        (
            compared(lambda slopes, w, table: slopes.norm().expand(len(table))),
            "have the same r",
        ),
        (compared(ratio=lambda table: float(table.diag().max() / table.diag().min())), "diagonal"),
        (compared(ratio=lambda table: 1 / kappa(table)), "upside down"),
        (compared(ratio=lambda table: kappa(table @ table)), "are squared"),
        (compared(ratio=lambda table: kappa(table) ** 0.5), "are roots of κ"),
        (lambda *i: [compared()(*i)[n] for n in (0, 2, 1)], "changed places"),
        (no_neither, "never say that it makes no difference"),
        (compared(words=("hurts", "helps")), "does not follow from them"),
        (lambda *i: (*compared()(*i)[:2], 1.0), "the one after is not"),
        (lambda *i: compared()(*i)[1:], "asked for are 3 values"),
    ],
}
