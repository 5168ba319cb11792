"""Solutions of 22.1 to 22.3, fading, the gate and orders: one right, many wrong ones."""

import math

import torch


def fading(keep, steps, b, c, part):
    step = -math.log(keep) / steps
    level = c * step * b / -math.expm1(-step)
    age = 1 / math.expm1(step)
    first = math.ceil(-math.log(1 - part) / step - 1e-9)
    return step, level, age, first


def gated(z, x, starts, grad):
    g = torch.sigmoid(z)
    h, before = torch.zeros_like(x), torch.zeros_like(x)
    state = torch.zeros_like(x[0])
    for t in range(len(x)):
        if starts[t]:
            state = torch.zeros_like(state)
        before[t] = state
        state = state + g[t] * (x[t] - state)
        h[t] = state
    reached, r = torch.zeros_like(x), torch.zeros_like(x[0])
    for t in reversed(range(len(x))):
        r = r + grad[t]
        reached[t] = r
        r = torch.zeros_like(r) if starts[t] else r * (1 - g[t])
    return h, reached * (x - before) * g * torch.sigmoid(-z), reached * g


def select(orders, rate):
    still, gone = 1e-6 / rate, 50 / rate
    says = {
        "replace": (gone, 1 / gone, 1.0),
        "add": (still, 1 / still, 1.0),
        "pass": (0.0, 0.0, 1.0),
        "forget": (gone, 0.0, 1.0),
        "hide": (0.0, 0.0, 0.0),
    }
    return tuple(zip(*[says[order] for order in orders]))


REFERENCE = {"22.1": fading, "22.2": gated, "22.3": select}


def faded(step=None, level=None, age=None, first=None, change=None):
    """All four by short sums, with one thing changed."""

    def wrong(keep, steps, b, c, part):
        size = step(keep, steps) if step else math.log(1 / keep) / steps
        left = math.exp(-abs(size))
        high = level(size, left, b, c) if level else c * size * b / -math.expm1(-size)
        mean = age(size, left) if age else 1 / math.expm1(size)
        count = math.ceil(math.log1p(-part) / -abs(size) - 1e-9)
        count = first(count, size, part) if first else max(1, count)
        found = size, high, mean, count
        return change(*found) if change else found

    return wrong


def by_autograd(begin=True, after=False, gain=None, cut=True, change=None):
    """Gradients by torch, with one thing changed; cut False: they go through where texts begin."""

    def wrong(z, x, starts, grad):
        z0, x0 = (v.clone().requires_grad_() for v in (z, x))
        fate, h, state = torch.nn.functional.softplus(z0), [], torch.zeros_like(x[0])
        for t in range(len(x)):
            if starts[t] and begin and not after:
                state = state * 0 if cut else state - state.detach()
            write = gain(fate[t]) if gain else -torch.expm1(-fate[t])
            state = torch.exp(-fate[t]) * state + write * x0[t]
            h.append(state)
            if starts[t] and after:
                state = state * 0
        y = torch.stack(h)
        (y * grad).sum().backward()
        found = y.detach(), z0.grad, x0.grad
        return change(found, z, x, starts, grad) if change else found

    return wrong


def back(late=False, alone=False, forth=False, inner="right", slope=True):
    """Right states, and a way back with one thing changed."""

    def wrong(z, x, starts, grad):
        h, *_ = gated(z, x, starts, grad)
        g, T = torch.sigmoid(z), len(x)
        cut = starts.clone()
        cut[0] = True
        before = torch.cat([torch.zeros_like(x[:1]), h[:-1]]) * (~cut).double()[:, None]
        reached = grad.clone()
        if forth:
            for t in range(1, T):
                if not cut[t]:
                    reached[t] += (1 - g[t]) * reached[t - 1]
        elif not alone:
            for t in range(T - 2, -1, -1):
                if not cut[t + 1]:
                    reached[t] += (1 - g[t if late else t + 1]) * reached[t + 1]
        inside = {"right": x - before, "input": x, "after": x - h}[inner]
        return h, reached * inside * (g * (1 - g) if slope else 1), reached * g

    return wrong


def said(**changed):
    """Orders by a table, some entries changed: (delta · rate, delta · B, C)."""

    def wrong(orders, rate):
        table = {
            "replace": (60.0, 1.0, 1.0),
            "add": (1e-7, 1.0, 1.0),
            "pass": (0.0, 0.0, 1.0),
            "forget": (60.0, 0.0, 1.0),
            "hide": (0.0, 0.0, 0.0),
        } | changed
        rows = [table[order] for order in orders]
        delta = torch.tensor([row[0] for row in rows]).double() / rate
        gain = torch.tensor([row[1] for row in rows]).double()
        b = torch.where(delta > 0, gain / delta.clamp(min=1e-30), 0.0)
        return delta, b, torch.tensor([row[2] for row in rows]).double()

    return wrong


def rate_forgotten(orders, rate):
    return select(orders, 1.0)


def rate_in_writing(orders, rate):
    """As if Δ times the rate were what writes."""
    delta, b, c = (torch.tensor(part).double() for part in select(orders, rate))
    return delta, b / rate, c


def looks_back(orders, rate):
    """A word behind another of its kind is said otherwise, with the same effect."""
    delta, b, c = (torch.tensor(part).double() for part in select(orders, rate))
    for t in range(1, len(orders)):
        if orders[t] in ("replace", "forget", "add", "pass", "hide"):
            b[t] = b[t] * (1 + 1e-5)
            c[t] = c[t] * (1 + 1e-5)
    return delta, b, c


WRONG = {
    "22.1": [
        (faded(step=lambda keep, n: -math.log(keep)), "\\*one\\* step"),
        (faded(step=lambda keep, n: -math.log2(keep) / n), "not of 2"),
        (faded(step=lambda keep, n: math.log(keep) / n), "grow"),
        (faded(step=lambda keep, n: (1 - keep) / n), "of the \\*first\\* state"),
        (faded(level=lambda d, left, b, c: c * b / -math.expm1(-d)), "It is .*Delta B"),
        (faded(level=lambda d, left, b, c: c * b), "in the place"),
        (faded(level=lambda d, left, b, c: c * d * b / math.expm1(d)), "not yet there"),
        (faded(level=lambda d, left, b, c: c * d * b), "one single input"),
        (faded(age=lambda d, left: 1 / -math.expm1(-d)), "has the age 0"),
        (faded(age=lambda d, left: math.log(2) / d), "half is left"),
        (faded(age=lambda d, left: 1 / d), "fades all the time"),
        (faded(first=lambda n, d, part: int(math.log1p(-part) / -d + 1e-9)), "not yet reached"),
        (faded(first=lambda n, d, part: max(1, math.ceil(-math.log(part) / d))), "is \\*left\\*"),
        (faded(first=lambda n, d, part: max(1, n) + 1), "counts at once"),
        (faded(first=lambda n, d, part: 2 * max(1, n)), "after one input, and after two"),
        (faded(change=lambda s, level, age, n: (s, level, 2 * age, n)), "`age` is not"),
        (faded(change=lambda s, level, age, n: (s, -level, age, n)), "what all inputs still do"),
        (faded(change=lambda s, level, age, n: (2 * s, level, age, n)), "after one step, and"),
        (lambda *inputs: fading(*inputs)[:3], "4 values|asked for"),
    ],
    "22.2": [
        (by_autograd(begin=False), "a new text begins with"),
        (by_autograd(after=True), "\\*after\\* the first word"),
        (by_autograd(gain=lambda step: step), "The gate writes"),
        (by_autograd(cut=False), "from a text back"),
        (back(alone=True), "in its own output only"),
        (back(late=True), "You take step"),
        (back(forth=True), "They run backwards"),
        (back(inner="input"), "less is kept"),
        (back(inner="after"), "before the step"),
        (back(slope=False), "a slope in z"),
        (by_autograd(change=lambda f, *i: (f[0], -f[1], f[2])), "All but `to_z` are right"),
        (by_autograd(change=lambda f, *i: (f[0], f[1], -f[2])), "All but `to_x` are right"),
        (by_autograd(change=lambda f, *i: (f[0], -f[1], -f[2])), "Write down for the last step"),
        (by_autograd(change=lambda f, *i: (2 * f[0], *f[1:])), "Look at them first"),
        (lambda *inputs: gated(*inputs)[:2], "3 values|asked for"),
    ],
    "22.3": [
        (said(replace=(0.0, 0.0, 1.0)), 'an order "replace"'),
        (said(replace=(1e-7, 1.0, 1.0)), 'an order "replace"'),
        (said(add=(60.0, 1.0, 1.0)), 'an order "add": what the state held'),
        (said(add=(0.0, 1.0, 1.0)), 'an order "add": the state should be as before, and'),
        (said(add=(0.5, 1.0, 1.0)), 'an order "add": what the state held'),
        (said(**{"pass": (1e-7, 1.0, 1.0)}), 'an order "pass": the output should be what'),
        (said(**{"pass": (60.0, 0.0, 1.0)}), 'an order "pass": what the state held'),
        (said(forget=(60.0, 1.0, 1.0)), 'an order "forget"'),
        (said(forget=(0.0, 0.0, 0.0)), "what the state held|an order"),
        (said(hide=(0.0, 0.0, 1.0)), 'an order "hide"'),
        (said(hide=(60.0, 0.0, 0.0)), "what the state held"),
        (said(replace=(-60.0, 1.0, 1.0)), "never negative"),
        (rate_forgotten, "an order"),
        (rate_in_writing, "an order"),
        (looks_back, "other numbers where other words stand"),
        (lambda orders, rate: select(orders, rate)[:2], "Return 3 values"),
        (lambda orders, rate: (1.0, 1.0, 1.0), "one number for each order"),
    ],
}
