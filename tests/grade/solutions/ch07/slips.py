"""More wrong solutions of the exercises of chapter 7, each with a symptom of its own."""

import math

import torch


def like_the_page(x, h, W, V, grad, reach, start=None):
    """Cut once, `reach` steps before the end, as `bptt` of the chapter does."""
    states = [h]
    for row in x:
        states.append(torch.tanh(W @ row + V @ states[-1]))
    for_V, carried = torch.zeros_like(V), 0
    for t in range(len(x) - 1, max(0, len(x) - reach) - 1, -1):
        delta = (grad[t] + carried) * (1 - states[t + 1] ** 2)
        for_V = for_V + torch.outer(delta, states[t] if t or start is None else start(h))
        carried = V.T @ delta
    return for_V


def each_part(x, h, W, V, grad, reach, before=lambda h: h, turned=False):
    """Each part from its own step; before: what the first step is said to start from."""
    states = [h]
    for row in x:
        states.append(torch.tanh(W @ row + V @ states[-1]))
    earlier, for_V = [before(h), *states[1:]], torch.zeros_like(V)
    for t in range(len(x)):
        delta = grad[t]
        for s in range(t, max(-1, t - reach), -1):
            delta = delta * (1 - states[s + 1] ** 2)
            for_V = for_V + torch.outer(delta, earlier[s])
            delta = V.T @ delta
    return for_V.T if turned else for_V


def cell_without_tanh(x, h, c, W, V, b):
    i, f, g, o = (x @ W.T + h @ V.T + b).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c, c


def without_lengths(x, lengths, a):
    states = torch.zeros(*x.shape, 2, dtype=x.dtype)
    steps = range(x.shape[1])
    for way, order in enumerate((steps, reversed(steps))):
        h = torch.zeros(len(x), dtype=x.dtype)
        for t in order:
            h = states[:, t, way] = torch.tanh(a * h + 0.2 * x[:, t])
    return states


def jordan(keep=lambda s, y, decay: decay * s + y, show=lambda h, y: y, first=0.0):
    """run_jordan with slips: what the state keeps, what is shown, how it starts."""

    def run_jordan(x, W, V, U, decay):
        state, shown = torch.full((U.shape[0],), first, dtype=x.dtype), []
        for step in x:
            h = torch.tanh(W @ step + V @ state)
            y = U @ h
            shown.append(show(h, y))
            state = keep(state, show(h, y) if show(h, y).shape == y.shape else y, decay)
        return torch.stack(shown)

    return run_jordan


def cell(forget=True, turned=False, curve=torch.tanh):
    def lstm_step(x, h, c, W, V, b):
        i, f, g, o = (x @ W.T + h @ V.T + b).chunk(4, 1)
        i, f = (f, i) if turned else (i, f)
        c = (f.sigmoid() * c if forget else c) + i.sigmoid() * g.tanh()
        return o.sigmoid() * curve(c), c

    return lstm_step


def fades(steps=None, needed=None):
    def fading(bias, lag, keep):
        gate = keep ** (1 / lag)
        right = math.log(keep) / -math.log1p(math.exp(-bias))
        found = steps(bias, keep) if steps else right
        return "a", found, needed(lag, keep) if needed else math.log(gate) - math.log(1 - gate)

    return fading


def gate_sum(share):
    return math.log(share) - math.log(1 - share)


def gru(old=True, by_z=False, turned=False):
    def gru_step(x, h, W, V):
        (a, b, c), (p, q, s) = W.chunk(3), V.chunk(3)
        r, z = torch.sigmoid(x @ a.T + h @ p.T), torch.sigmoid(x @ b.T + h @ q.T)
        n = torch.tanh(x @ c.T + ((z if by_z else r) * h) @ (s if turned else s.T))
        return (z * h if old else 0) + (1 - z) * n

    return gru_step


def units(rounding):
    def largest_layers(budget, inputs):
        half = (inputs + 2) / 2
        return [rounding(math.sqrt(half**2 + budget / gates) - half) for gates in (1, 4, 3)]

    return largest_layers


def within(budget, inputs):
    return [max([h for h in range(99) if g * h * (h + inputs + 2) < budget]) for g in (1, 4, 3)]


def ways(back):
    """both_ways with the backward reading of a row by `back(row, a, last forward state)`."""

    def both_ways(x, lengths, a):
        states = torch.zeros(*x.shape, 2, dtype=x.dtype)
        for n, length in enumerate(lengths.tolist()):
            forth = read(x[n, :length], a)
            states[n, :length, 0] = forth
            end = forth[-1] if length else 0.0
            states[n, :length, 1] = back(x[n, :length], a, end)
        return states

    return both_ways


def waves(weights):
    def wave_weights(period, growth, level):
        a, b = weights(growth, 2 * math.pi / period)
        return a, b, level * (1 - a - b)

    return wave_weights


def read(row, a, h=0.0):
    states = []
    for value in row:
        h = torch.tanh(a * h + 0.2 * value)
        states.append(h)
    return torch.stack(states) if states else row


def too_early(row, a, end):
    states = read(row.flip(0), a).flip(0)
    return torch.cat([states[1:], torch.zeros_like(states[:1])])


WRONG = {
    "7.3": [
        (like_the_page, "You cut once, at the end of the sequence, like .bptt. of the page. Here"),
        (lambda *i: like_the_page(*i, start=torch.zeros_like), "you start from zeros"),
        (lambda *i: each_part(*i, before=torch.zeros_like), "You put zeros there"),
        (lambda *i: each_part(*i, turned=True), "Your slopes are transposed"),
    ],
    "7.1": [
        (jordan(keep=lambda s, y, decay: s + y), "hold the sum of all outputs"),
        (jordan(show=lambda h, y: h), "These are the hidden units"),
        (jordan(show=lambda h, y: torch.tanh(y)), "Your outputs have a curve"),
        (jordan(first=1.0), "not 0 at the first step"),
    ],
    "7.2": [
        (lambda noise: (1.5, 2, 0), "after 50 disturbances|Disturbances of size"),
        (lambda noise: (0.5, 0.3, 0), "At a first pulse"),
        (lambda noise: (0, 5, 0), "It fades"),
    ],
    "7.4": [
        (cell_without_tanh, "one function is missing"),
        (cell(forget=False), "Nothing is ever forgotten"),
        (cell(turned=True), "Input gate and forget gate"),
        (cell(curve=torch.sigmoid), "through a sigmoid"),
    ],
    "7.5": [
        (fades(lambda b, keep: -math.log(2) / -math.log1p(math.exp(-b))), "until a half is left"),
        (fades(lambda b, keep: fades()(b + 1, 1, keep)[1]), "already raised by 1"),
        (fades(lambda b, keep: math.log2(keep) / -math.log1p(math.exp(-b))), "different bases"),
        (fades(needed=lambda lag, keep: gate_sum(keep**lag)), "the way back is a root"),
        (fades(needed=lambda lag, keep: gate_sum(keep / lag)), "by division"),
    ],
    "7.6": [
        (gru(old=False), "but through the news"),
        (gru(by_z=True), "reset with the gate z"),
        (gru(turned=True), "V_n is used the wrong way round"),
    ],
    "7.7": [
        (lambda budget, inputs: [budget // (g * (inputs + 3)) for g in (1, 4, 3)], "You count H"),
        (lambda budget, inputs: [budget // (g * (inputs + 2)) for g in (1, 4, 3)], "is missing"),
        (units(float), "are whole"),
        (units(math.ceil), "more parameters than the budget|one unit more"),
        (within, "to the last parameter"),
    ],
    "7.8": [
        (without_lengths, "The lengths play no part"),
        (ways(lambda row, a, end: read(row, a)), "Both of your readings go forwards"),
        (ways(lambda row, a, end: read(row.flip(0), a, end).flip(0)), "the forward one knows"),
        (ways(too_early), "before. it has read it"),
        (ways(lambda row, a, end: 0 * row), "It starts from 0, reads first"),
    ],
    "7.9": [
        (waves(lambda r, w: (2 * r * math.cos(w), -2 * r)), "`a` is right and `b` is not"),
        (waves(lambda r, w: (2 * r * math.sin(w), -r * r)), "`b` is right and `a` is not"),
    ],
}
