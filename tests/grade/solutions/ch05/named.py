"""More wrong solutions of the exercises of chapter 5: each was once told a general sentence."""

import math
from itertools import pairwise

import torch


def slopes(x, w, of="inputs", slope=lambda weight, before, h: 1 - h * h, more=0):
    h = [float(x)]
    for weight in w.tolist():
        h.append(math.tanh(weight * h[-1]))
    found, product = [1.0] * more, 1.0
    for weight, before, after in zip(w.tolist()[::-1], h[-2::-1], h[::-1]):
        bend = slope(weight, before, after)
        found.insert(0, product * bend * (weight if of == "inputs" else before))
        product *= bend * weight
    return found


def size(factors, sign=None, log=lambda factors: factors.abs().log10().sum()):
    return torch.sign(factors).prod() if sign is None else sign(factors), log(factors)


def nothing_is_nothing(factors):
    return size(factors) if len(factors) else (0.0, 0.0)


def peak(step=lambda W, g: W.T @ g, length=torch.norm):
    def gradient_peak(W, g, steps):
        lengths = [length(g)]
        for _ in range(steps):
            g = step(W, g)
            lengths.append(length(g))
        lag = int(torch.stack(lengths).argmax())
        return "b", lengths[lag], lag

    return gradient_peak


def by_radius(W, g, steps):
    radius = torch.linalg.eigvals(W).abs().max()
    lengths = torch.stack([g.norm() * radius**lag for lag in range(steps + 1)])
    return "a", lengths.max(), int(lengths.argmax())


def relative(W, g, steps):
    letter, length, lag = peak()(W, g, steps)
    return letter, length / g.norm(), lag


def memory(own=False, order=reversed, steep=False, early=False, see=True, mean=False):
    def through_time(W, h, x, c):
        states = [h]
        for row in x:
            states.append(torch.tanh(W @ states[-1] + row * see))
        for_W, grad = torch.zeros_like(W), c
        for before, state in order(list(pairwise(states))):
            slope = 1 - (before if early else state) ** 2
            delta = slope * (c if own else grad)
            for_W = for_W + torch.outer(delta, before)
            grad = W.T @ (grad if steep else delta)
        return for_W / (max(len(x), 1) if mean else 1), grad

    return through_time


def clip(share):
    """Means of what is left when each example is multiplied by share(tables, lengths, limit)."""

    def clip_examples(tables, limit):
        lengths = sum((table.flatten(1) ** 2).sum(1) for table in tables).sqrt()
        factor = share(tables, lengths, limit)
        return [
            (table.flatten(1) * factor[:, None]).mean(0).view(table.shape[1:]) for table in tables
        ]

    return clip_examples


def added_lengths(tables, lengths, limit):
    return (limit / sum(table.flatten(1).norm(dim=1) for table in tables)).clamp(max=1.0)


def of_the_batch(tables, lengths, limit):
    return (limit / (lengths**2).sum().sqrt()).clamp(max=1.0).expand(len(lengths))


def bell_average(phi, spread=1.0):
    grid = [k / 25 for k in range(-200, 201)]
    shares = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / 25 for z in grid]
    return sum(phi(spread * z) ** 2 * share for z, share in zip(grid, shares))


def spread(rule):
    return lambda phi, inputs: rule(inputs, bell_average(phi))


def profile(phi, variance, depth, behind=False):
    q, squares = 1.0, []
    for _ in range(depth):
        within = 1.0 if behind else variance
        q = bell_average(phi, math.sqrt(within * q)) * variance / within
        squares.append(q)
    return squares


def same_factor(phi, variance, depth):
    factor = profile(phi, variance, 1)[0]
    return [factor**layer for layer in range(1, depth + 1)]


WRONG = {
    "5.1": [
        (lambda x, w: slopes(x, w, of="weights"), "the slopes for the weights"),
        (lambda x, w: slopes(x, w, more=1), "one slope too many"),
        (lambda x, w: slopes(x, w, slope=lambda w, *_: 1 - math.tanh(w) ** 2), "at the weight"),
        (lambda x, w: slopes(x, w, slope=lambda w, before, h: 1 - h), "the .square. of"),
        (lambda x, w: [abs(slope) for slope in slopes(x, w)], "the sign is wrong, in some"),
    ],
    "5.2": [
        (lambda factors: size(factors)[::-1], "in the other order"),
        (
            lambda factors: size(factors, log=lambda f: (f.abs() + 1e-12).log10().sum()),
            "minus infinity as its logarithm",
        ),
        (nothing_is_nothing, "product of no factors is 1"),
        (
            lambda factors: size(factors, sign=lambda f: f.sum().sign()),
            "Your sign is that of a sum",
        ),
        (
            lambda factors: size(factors, log=lambda f: f[f >= 0].log10().sum()),
            "leave out the factors below 0",
        ),
    ],
    "5.3": [
        (peak(step=lambda W, g: torch.tanh(W.T @ g)), "gradient through tanh"),
        (peak(length=lambda g: g.abs().max()), "largest single number"),
        (by_radius, "which holds for large lags"),
        (relative, "divide by the length at lag 0"),
    ],
    "5.4": [
        (lambda *inputs: memory()(*inputs)[::-1], "in the other order"),
        (memory(own=True), "starts from c"),
        (memory(order=iter), "from the first one on"),
        (memory(steep=True), "missing on the way on"),
        (memory(early=True), "the state .before. the step"),
        (memory(see=False), "the inputs x are missing"),
        (memory(mean=True), "averaged over the steps"),
    ],
    "5.5": [
        (clip(added_lengths), "squares add up"),
        (lambda tables, limit: [t.clamp(-limit, limit).mean(0) for t in tables], "each number by"),
        (clip(lambda tables, lengths, limit: (lengths <= limit).double()), "what is too long"),
        (clip(lambda tables, lengths, limit: limit / lengths), "bring every gradient to the"),
        (clip(of_the_batch), "that of the whole batch"),
    ],
    "5.6": [
        (spread(lambda n, square: 1 / (n * math.sqrt(square))), "stand under the root as well"),
        (spread(lambda n, square: 1 / math.sqrt(n * math.sqrt(square))), "a root twice"),
    ],
    "5.7": [
        (lambda *inputs: [1.0, *profile(*inputs)], "begins with the inputs"),
        (lambda phi, variance, depth: profile(phi, variance, depth + 1), "one layer too long"),
        (lambda *inputs: profile(*inputs, behind=True), "multiply behind it"),
        (same_factor, "by the same factor in each layer"),
    ],
}
