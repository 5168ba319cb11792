"""More wrong solutions of the exercises of chapter 4: each was once told a general sentence."""

import torch
from torch.nn.functional import logsigmoid


def folded(weights, biases, left=True):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W, b = (V @ W, V @ b + c) if left else (W @ V, b @ V + c)
    return W, b


def first_bias_only(weights, biases):
    W, b = weights[0], biases[0]
    for V in weights[1:]:
        W, b = V @ W, V @ b
    return W, b


def swished(x, beta, grad, first=True, slope=lambda s: s * (1 - s), apart=False):
    s = torch.sigmoid(beta * x)
    for_x = grad * (s * first + beta * x * slope(s))
    if apart:
        return for_x, grad.sum() * (x**2 * slope(s)).sum()
    return for_x, (grad * x**2 * slope(s)).sum()


def without_beta(x, beta, grad):
    return swished(x, 1.0, grad)


def largest_of(z, T, of=torch.logsumexp):
    return T * of(z / T, 1)


def log_mean(z, T):
    return T * (torch.logsumexp(z / T, 1) - torch.tensor(float(z.shape[1])).double().log())


def huber_of(t, delta, start=None):
    y = t.median() if start is None else start
    for _ in range(3000):
        y = y + 0.1 * (t - y).clamp(-delta, delta).mean()
    return y


def middle_of_the_list(t, delta):
    return t.mean(), t[len(t) // 2], huber_of(t, delta)


def near_ones(t, delta):
    middle = t.quantile(0.5)
    return t.mean(), middle, t[(t - middle).abs() <= max(delta, 1.0)].mean()


def a_hundred_steps(t, delta):
    y = t.mean()
    for _ in range(100):
        y = y + 0.01 * (t - y).clamp(-delta, delta).mean()
    return t.mean(), t.median(), y


def focal(z, t, gamma, sign=-1, inner=True):
    s = 2.0 * t - 1
    q, log_q = torch.sigmoid(s * z), logsigmoid(s * z)
    moved = gamma * (1 - q) ** (gamma if inner else gamma - 1) * q * log_q
    return s * (moved + sign * (1 - q) ** (gamma + 1))


def focal_loss(z, t, gamma):
    s = 2.0 * t - 1
    return -((1 - torch.sigmoid(s * z)) ** gamma) * logsigmoid(s * z)


def pairs(a, b, temperature, length=lambda x: x.norm(dim=1, keepdim=True), total=torch.mean):
    scores = (a / length(a)) @ (b / length(b)).T / temperature
    return total(scores.logsumexp(1) + scores.logsumexp(0) - 2 * scores.diagonal()) / 2


def line(x, y):
    slopes = y.diff() / x.diff()
    return x[:-1], torch.cat([slopes[:1], slopes.diff()]), y[0]


def upside_down(x, y):
    slopes = x.diff() / y.diff()
    return x[:-1], torch.cat([slopes[:1], slopes.diff()]), y[0]


WRONG = {
    "4.1": [
        (first_bias_only, "only the first one goes on"),
        (lambda weights, biases: folded(weights, biases[::-1]), "in the wrong order"),
        (lambda weights, biases: folded(weights, biases, left=False), "the table stands on the"),
    ],
    "4.2": [
        (lambda *inputs: swished(*inputs, first=False), "only the second of them"),
        (without_beta, "Right where beta is 1"),
        (lambda *inputs: swished(*inputs, apart=True), "each by itself"),
        (lambda *inputs: swished(*inputs, slope=lambda s: 1 - s), "You have one of them"),
    ],
    "4.3": [
        (lambda z, T: (torch.softmax(z / T, 1) * z).sum(1), "with softmax's probabilities"),
        (lambda z, T: z.amax(1), "the largest score by itself"),
        (lambda z, T: log_mean(z, abs(T)), "you drop the sign"),
        (lambda z, T: log_mean(z, 1 / T), "the other way round"),
        (lambda z, T: largest_of(z, T) / z.shape[1], "divide the logarithm by C"),
        (lambda z, T: largest_of(z, T) - torch.tensor(z.shape[1]).log(), "before that of 1/C"),
    ],
    "4.4": [
        (middle_of_the_list, "Is it in order"),
        (near_ones, "leave the far values out|costs less|pull as hard"),
        (a_hundred_steps, "still has the slope"),
    ],
    "4.5": [
        (focal_loss, "Asked for is its slope"),
        (lambda *inputs: focal(*inputs, sign=1), "stands the wrong sign"),
        (lambda *inputs: focal(*inputs, inner=False), "one factor is missing"),
    ],
    "4.6": [
        (lambda *inputs: pairs(*inputs, length=torch.linalg.norm), "length 1 by itself"),
        (lambda *inputs: pairs(*inputs, length=lambda x: 1.0), "length 1 by itself"),
        (lambda *inputs: pairs(*inputs, total=torch.sum), "the losses of all pairs"),
    ],
    "4.7": [
        (lambda x, y: (x[1:], *line(x, y)[1:]), "silent up to its bend"),
        (upside_down, "stand on their heads|NaN"),
    ],
    "4.8": [
        (lambda weights, biases, x: ("a", 1 + sum(map(len, biases))), "for every net"),
    ],
}
