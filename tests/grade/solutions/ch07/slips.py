"""More wrong solutions of the exercises of chapter 7, each with a symptom of its own."""

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


WRONG = {
    "7.3": [
        (like_the_page, "You cut once, at the end of the sequence, like .bptt. of the page. Here"),
        (lambda *i: like_the_page(*i, start=torch.zeros_like), "you start from zeros"),
        (lambda *i: each_part(*i, before=torch.zeros_like), "You put zeros there"),
        (lambda *i: each_part(*i, turned=True), "Your slopes are transposed"),
    ],
    "7.4": [(cell_without_tanh, "one function is missing")],
    "7.8": [(without_lengths, "The lengths play no part")],
}
