"""Solutions of the exercises of chapter 10: one right, at least three wrong ones for each."""

import math

import torch


def nesterov_1983(slope, w, rate, steps):
    a, y = 1.0, w
    for _ in range(steps):
        old, w = w, y - rate * slope(y)
        new = (1 + math.sqrt(4 * a**2 + 1)) / 2
        y = w + (a - 1) / new * (w - old)
        a = new
    return w, y


def rare_step(table, sums, rows, slopes, rate, eps):
    met, where = rows.unique(return_inverse=True)
    g = torch.zeros(len(met), table.shape[1], dtype=table.dtype).index_add(0, where, slopes)
    table, sums = table.clone(), sums.clone()
    sums[met] += g**2
    table[met] -= rate * g / (sums[met].sqrt() + eps)
    return table, sums


def drift(slopes, rate, keep, rounds):
    forgetting = remembering = short = long = 0.0
    for g in slopes.repeat(rounds):
        short = keep * short + (1 - keep) * g**2
        long = long + g**2
        forgetting = max(-1.0, min(1.0, forgetting - rate * g / short.sqrt()))
        remembering = max(-1.0, min(1.0, remembering - rate * g / long.sqrt()))
    return "c", forgetting, remembering


def adamw(w, slopes, rate, beta1, beta2, eps, decay):
    m, s = torch.zeros_like(w), torch.zeros_like(w)
    for t, g in enumerate(slopes, start=1):
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        direction = m / (1 - beta1**t) / ((s / (1 - beta2**t)).sqrt() + eps)
        w = w - rate * (direction + decay * w)
    return w


def lars_step(weights, slopes, moves, rate, trust, decay, beta):
    after, moved = [], []
    for w, g, v in zip(weights, slopes, moves):
        r, share = 1.0, 0.0
        if w.ndim > 1:
            share, size, slope = decay, w.norm(), g.norm()
            if size > 0 and slope > 0:
                r = trust * size / (slope + decay * size)
        moved.append(beta * v + rate * r * (g + share * w))
        after.append(w - moved[-1])
    return after, moved


def steepest(slopes, ruler):
    if ruler == "length":
        return slopes / (slopes.norm() if slopes.any() else 1.0)
    if ruler == "entry":
        return slopes.sign()
    u, _, vt = torch.linalg.svd(slopes, full_matrices=False)
    return u @ vt


def rates(steps, peak, floor, warmup, cycle, grow):
    found, i, n = [], 0, cycle
    for t in range(steps):
        if t < warmup:
            found.append(peak * (t + 1) / (warmup + 1))
            continue
        found.append(floor + (peak - floor) * (1 + math.cos(math.pi * i / n)) / 2)
        i += 1
        if i == n:
            i, n = 0, n * grow
    return found


def after_trials(held, test, trials):
    order = held.argsort(stable=True)
    count = len(held)
    left = torch.arange(count, -1, -1, dtype=torch.float64) / count
    chances = left[:-1] ** trials - left[1:] ** trials
    return chances @ held[order], chances @ test[order]


def roll(rate, beta, slope, count):
    speed = slope * (1 - beta**count) / (1 - beta)
    coasted = rate * beta * speed / (1 - beta)
    return rate * slope * count / (1 - beta) - coasted, coasted


def helps(curvatures, w):
    r = (w @ curvatures).pow(2).mean(0).sqrt()
    kappas = []
    for table in (curvatures, curvatures / torch.outer(r, r).sqrt()):
        values = torch.linalg.eigvalsh(table)
        kappas.append(values[-1] / values[0])
    before, after = kappas
    if abs(after - before) <= 1e-6 * before:
        return "neither", before, after
    return ("helps" if after < before else "hurts"), before, after


REFERENCE = {
    "10.1": nesterov_1983,
    "10.2": rare_step,
    "10.3": drift,
    "10.4": adamw,
    "10.5": lars_step,
    "10.6": steepest,
    "10.7": rates,
    "10.8": after_trials,
    "10.9": roll,
    "10.10": helps,
}


def walked(
    share=lambda old, new: (old - 1) / new, first=1.0, here=False, on=True, root=True, own=True
):
    def nesterov_1983(slope, w, rate, steps):
        a, y = first, w
        for _ in range(steps):
            new = (1 + math.sqrt(4 * a**2 + 1)) / 2 if root else a + 1
            old, w = w, (y if on else w) - rate * slope(w if here else y)
            y = w + share(a, new) * (w - (old if own else y))
            a = new
        return w, y

    return nesterov_1983


def row_by_row(table, sums, rows, slopes, rate, eps):
    table, sums = table.clone(), sums.clone()
    for row, g in zip(rows, slopes):
        sums[row] += g**2
        table[row] -= rate * g / (sums[row].sqrt() + eps)
    return table, sums


def all_at_once(table, sums, rows, slopes, rate, eps):
    table, sums = table.clone(), sums.clone()
    sums[rows] += slopes**2
    table[rows] -= rate * slopes / (sums[rows].sqrt() + eps)
    return table, sums


def whole_table(add=lambda g, squares: g**2, below=lambda old, new, eps: new.sqrt() + eps, up=1):
    """rare_step with the whole table of slopes."""

    def rare_step(table, sums, rows, slopes, rate, eps):
        g, squares = torch.zeros_like(table), torch.zeros_like(table)
        g.index_add_(0, rows, slopes)
        squares.index_add_(0, rows, slopes**2)
        new = sums + add(g, squares)
        step = up * rate * g / below(sums, new, eps)
        step[g == 0] = 0.0
        return table - step, new

    return rare_step


def without_eps(table, sums, rows, slopes, rate, eps):
    table, new = rare_step(table, sums, rows, slopes, rate, 0.0)
    met = torch.zeros_like(table).index_fill(0, rows, 1.0)
    return torch.where((new == 0) & (met > 0), torch.nan, table), new


def drifting(edge=1.0, late=False, swap=False, root=True, anew=False, keep_new=False, by=(0, 1)):
    def drift(slopes, rate, keep, rounds):
        keep = 1 - keep if keep_new else keep
        s, w = [0.0, 0.0], [0.0, 0.0]
        for _ in range(rounds):
            s = [0.0, 0.0] if anew else s
            for g in slopes.tolist():
                old = list(s)
                s = [keep * s[0] + (1 - keep) * g**2, s[1] + g**2]
                for n in range(2):
                    below = old[n] if late and old[n] else s[n]
                    w[n] -= rate * g / (below**0.5 if root else below)
                    w[n] = max(-edge, min(edge, w[n]))
        places = [w[n] for n in by]
        return "a", *(places[::-1] if swap else places)

    return drift


def clipped_at_the_end(*inputs):
    return "b", *(max(-1.0, min(1.0, w)) for w in drifting(edge=math.inf)(*inputs)[1:])


def plain_descent(slopes, rate, keep, rounds):
    w = max(-1.0, min(1.0, -rate * rounds * float(slopes.sum())))
    return "c", w, w


def tired(aside=False, kept=False, own=False, outside=False, correct=True):
    """The colleague's AdamW; each setting that is True mends a bug."""

    def adamw(w, slopes, rate, beta1, beta2, eps, decay):
        m, s = torch.zeros_like(w), torch.zeros_like(w)
        for t, g in enumerate(slopes, start=1):
            if aside:
                w = w - rate * decay * w
            else:
                g = g + decay * w
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            high, wide = m / (1 - beta1**t), s / (1 - (beta2 if own else beta1) ** t)
            if not correct:
                high, wide = m, s
            w = w - rate * high / (wide.sqrt() + eps if outside else (wide + eps).sqrt())
            if not kept:
                m, s = high, wide
        return w

    return adamw


def decayed_after(w, slopes, rate, beta1, beta2, eps, decay):
    path = [w]
    for count in range(1, len(slopes) + 1):
        step = adamw(0 * w, slopes[:count], rate, beta1, beta2, eps, 0.0)
        before = adamw(0 * w, slopes[: count - 1], rate, beta1, beta2, eps, 0.0)
        path.append((path[-1] + step - before) * (1 - rate * decay))
    return path[-1]


WRONG = {
    "10.1": [
        (walked(here=True), "slope belongs to the place ahead"),
        (walked(on=False), "the last move is lost"),
        (walked(lambda old, new: 0.0), "plain descent"),
        (walked(lambda old, new: (1 - old) / new), "behind the ball"),
        (walked(lambda old, new: (old - 1) / old), "divide by the old number"),
        (walked(lambda old, new: (new - 1) / new), "You take the next one there"),
        (walked(own=False), "from where the ball was before"),
        (lambda *i: nesterov_1983(*i[:2], -i[2], i[3]), "go uphill"),
        (walked(first=0.0), "begin with 0"),
        (walked(first=(1 + 5**0.5) / 2), "one place further on"),
        (walked(root=False), "grow in another way"),
        (lambda *i: nesterov_1983(*i)[::-1], "changed places"),
        (lambda *i: nesterov_1983(*i[:3], i[3] + 1), "one step too many"),
        (lambda *i: nesterov_1983(*i[:3], max(i[3] - 1, 0)), "one step too few"),
        (lambda *i: (nesterov_1983(*i)[0],) * 2, "the place ahead of it is not"),
        (lambda *i: nesterov_1983(*i)[0], "asked for is 2 values"),
    ],
    "10.2": [
        (row_by_row, "makes several steps in yours"),
        (all_at_once, "only the last of its slopes"),
        (whole_table(lambda g, squares: squares), "first add, then square"),
        (whole_table(below=lambda old, new, eps: old.sqrt() + eps), "before this step"),
        (whole_table(below=lambda old, new, eps: new + eps), "There is a root over it"),
        (whole_table(below=lambda old, new, eps: (new + eps).sqrt()), "belongs outside"),
        (whole_table(lambda g, squares: g), "not their squares|NaN"),
        (lambda *i: (rare_step(*i)[0], i[1]), "still the old ones"),
        (without_eps, "You leave ε out"),
        (whole_table(up=-1), "go uphill"),
        (lambda *i: (i[0], rare_step(*i)[1]), "the weights are not"),
        (lambda *i: (rare_step(*i)[0], rare_step(*i)[1] + 1), "the sums of squares are not"),
    ],
    "10.3": [
        (drifting(edge=math.inf), "may not go beyond −1 and 1"),
        (clipped_at_the_end, "at the end only"),
        (drifting(keep_new=True), "give it to the new square"),
        (drifting(swap=True), "changed places"),
        (drifting(root=False), "There is a root"),
        (drifting(anew=True), "begin anew in every round"),
        (drifting(late=True), "comes into the memory before"),
        (drifting(by=(0, 0)), "Both of your methods are RMSProp"),
        (drifting(by=(1, 1)), "Both of your methods are Adagrad"),
        (plain_descent, "where plain descent ends"),
        (lambda *i: drift(*i)[1:], "Return 3 values"),
        (lambda *i: ("left", *drift(*i)[1:]), "your prediction: one of"),
    ],
    "10.4": [
        (tired(), "goes on into the averages"),
        (tired(aside=True, own=True, outside=True), "goes on into the averages"),
        (tired(kept=True), "forget at different speeds"),
        (tired(kept=True, aside=True, outside=True), "forget at different speeds"),
        (tired(kept=True, own=True), "Which W is in the name"),
        (tired(kept=True, own=True, outside=True), "Which W is in the name"),
        (tired(True, True, True), "For a slope of 0"),
        (tired(True, True, True, True, correct=False), "no longer corrected"),
        (decayed_after, "shrinks the weights behind the step"),
        (lambda *i: adamw(*i[:-1], 0.0), "gone altogether"),
        (lambda *i: adamw(*i[:-1], i[-1] / i[2]), "decay times rate"),
    ],
}
