"""Solutions of the exercises of chapter 4: one right, at least three wrong ones for each."""

import math

import torch


def fold_layers(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W, b = V @ W, V @ b + c
    return W, b


def swish_backward(x, beta, grad):
    s = 1 / (1 + torch.exp(-beta * x))
    y = x * s
    return grad * (s + beta * y * (1 - s)), (grad * x * y * (1 - s)).sum()


def soft_maximum(z, T):
    a = z / T
    m = a.amax(1)
    return T * (m + (a - m[:, None]).exp().mean(1).log())


def best_guesses(t, delta):
    y = t.mean()
    for _ in range(2000):
        y = y + 0.1 * (t - y).clamp(-delta, delta).mean()
    return t.mean(), t.median(), y


def focal_slope(z, t, gamma):
    s = 2 * t - 1
    q = torch.sigmoid(s * z)
    log_q = torch.nn.functional.logsigmoid(s * z)
    return s * (1 - q) ** gamma * (gamma * q * log_q - (1 - q))


def two_way_loss(a, b, temperature):
    a, b = a / a.norm(dim=1, keepdim=True), b / b.norm(dim=1, keepdim=True)
    scores = a @ b.T / temperature
    partners = scores.diagonal()
    from_a = scores.logsumexp(1) - partners
    from_b = scores.logsumexp(0) - partners
    return (from_a + from_b).mean() / 2


def broken_line(x, y):
    slopes = y.diff() / x.diff()
    return x[:-1], torch.cat([slopes[:1], slopes.diff()]), y[0]


def count_pieces(weights, biases, x):
    h, on = x[:, None], []
    for W, b in zip(weights, biases):
        z = h @ W.T + b
        on.append(z > 0)
        h = z.clamp(min=0)
    on = torch.cat(on, 1)
    return "b", 1 + int((on[1:] != on[:-1]).any(1).sum())


REFERENCE = {
    "4.1": fold_layers,
    "4.2": swish_backward,
    "4.3": soft_maximum,
    "4.4": best_guesses,
    "4.5": focal_slope,
    "4.6": two_way_loss,
    "4.7": broken_line,
    "4.8": count_pieces,
}


def naive_swish(x, beta, grad):
    e = torch.exp(beta * x)
    s = e / (1 + e)
    return grad * (s + beta * x * s * (1 - s)), (grad * x**2 * s * (1 - s)).sum()


def broken_swish(both=True, inner=True, twice=True, mean=False, blame=True):
    def swish_backward(x, beta, grad):
        s = torch.sigmoid(beta * x)
        slope = s + (beta if inner else 1) * x * s * (1 - s) if both else s
        knob = (grad if blame else 1) * x * (x if twice else 1) * s * (1 - s)
        return slope * (grad if blame else 1), knob.mean() if mean else knob.sum()

    return swish_backward


def logs_of(shift, back=True, divide=True, scale=True):
    def soft_maximum(z, T):
        m = shift(z, T)
        total = (z / T - m).exp().sum(1) / (z.shape[1] if divide else 1)
        rest = m.squeeze(-1) if isinstance(m, torch.Tensor) else m
        return (total.log() + rest * back) * (T if scale else 1)

    return soft_maximum


def row_shift(z, T):
    return (z / T).amax(1, keepdim=True)


def huber_in_one_step(t, delta):
    middle = t.median()
    return t.mean(), middle, middle + (t - middle).clamp(-delta, delta).mean()


def naive_focal(z, t, gamma):
    p = torch.sigmoid(z)
    q = torch.where(t == 1, p, 1 - p)
    return (2 * t - 1) * ((1 - q) ** gamma) * (gamma * q * q.log() - (1 - q))


def by_probability(z, t, gamma):
    p = torch.sigmoid(z)
    q = torch.where(t == 1, p, 1 - p)
    slope = gamma * (1 - q) ** (gamma - 1) * q.log() - (1 - q) ** gamma / q
    return slope * (2 * t - 1)


def fixed_factor(z, t, gamma):
    p = torch.sigmoid(z)
    return (p - t) * (p - t).abs() ** gamma


def easy_counts(z, t, gamma):
    s = 2 * t - 1
    q = torch.sigmoid(s * z)
    return -s * q**gamma * (1 - q) * (1 + gamma * torch.nn.functional.logsigmoid(s * z))


def buggy_pairs(unit=False, divide=False, ways=False):
    def two_way_loss(a, b, temperature):
        dim = 1 if unit else 0
        a, b = a / a.norm(dim=dim, keepdim=True), b / b.norm(dim=dim, keepdim=True)
        scores = a @ b.T * (1 / temperature if divide else temperature)
        partners = scores.diagonal()
        from_a = scores.logsumexp(1) - partners
        from_b = (scores.logsumexp(0) if ways else scores.T.logsumexp(0)) - partners
        return (from_a + from_b).mean() / 2

    return two_way_loss


def line_by(heights, start=lambda y: y[0]):
    return lambda x, y: (x[:-1], heights(x, y), start(y))


def through_points_only(x, y):
    bends, heights, start = broken_line(x, y)
    return torch.cat([bends[:1], x[1:-1] + 0.25]), heights, start


def all_bends(x, y):
    bends, heights, start = broken_line(x, y)
    return torch.cat([bends, x[-1:]]), torch.cat([heights, heights[:1]]), start


def counting(more=1, each=False, layers=slice(None), bend=True, least=0.0):
    def count_pieces(weights, biases, x):
        h, on = x[:, None], []
        for W, b in zip(weights, biases):
            z = h @ W.T + b
            on.append(z > least)
            h = z.clamp(min=0) if bend else z
        on = torch.cat(on[layers], 1)
        switched = on[1:] != on[:-1]
        return "a", more + int(switched.sum() if each else switched.any(1).sum())

    return count_pieces


WRONG = {
    "4.1": [
        (lambda weights, biases: fold_layers(weights[::-1], biases[::-1]), "upside down"),
        (
            lambda weights, biases: (
                fold_layers(weights[::-1], biases)[0],
                fold_layers(weights, biases)[1],
            ),
            "product in the other order",
        ),
        (lambda weights, biases: (fold_layers(weights, biases)[0], sum(biases)), "as they are"),
        (lambda weights, biases: (fold_layers(weights, biases)[0], biases[-1]), "only the last"),
        (
            lambda weights, biases: fold_layers(weights, [W @ b for W, b in zip(weights, biases)]),
            "one layer too many",
        ),
        (
            lambda weights, biases: (
                fold_layers(weights, biases)[0].T,
                fold_layers(weights, biases)[1],
            ),
            "transposed",
        ),
    ],
    "4.2": [
        (broken_swish(both=False), "In a product both factors move"),
        (broken_swish(inner=False), "a slope inside the sigmoid is missing"),
        (broken_swish(twice=False), "has to come in twice"),
        (broken_swish(mean=True), "you average over them"),
        (broken_swish(blame=False), "blame that arrives is not passed on"),
        (naive_swish, "exponential of a large positive number"),
        (
            lambda x, beta, grad: (
                swish_backward(x, beta, grad)[0],
                grad * x**2 * torch.sigmoid(beta * x) * torch.sigmoid(-beta * x),
            ),
            "asked for is a number",
        ),
    ],
    "4.3": [
        (lambda z, T: T * (z / T).exp().mean(1).log(), "With large ones an exponential runs over"),
        (logs_of(lambda z, T: (z / T).max()), "each row needs its own"),
        (logs_of(lambda z, T: z.amax(1, keepdim=True) / T), "With a negative T the largest z / T"),
        (logs_of(row_shift, back=False), "has to come back behind the logarithm"),
        (logs_of(row_shift, divide=False), "of a sum, not of a mean"),
        (logs_of(row_shift, scale=False), "factor T before the logarithm"),
        (lambda z, T: soft_maximum(z.T, T), "asked for is"),
    ],
    "4.4": [
        (lambda t, delta: (t.mean(), t.mean(), t.mean()), "For the loss 'absolute'"),
        (lambda t, delta: (t.mean(), t.median(), t.mean()), "far values pull as hard"),
        (lambda t, delta: (t.mean(), t.median(), t.median()), "near values pull as hard"),
        (
            lambda t, delta: (t.median(), t.mean(), best_guesses(t, delta)[2]),
            "exchanged the first two",
        ),
        (lambda t, delta: (t.median(), t.median(), t.median()), "For the loss 'squared'"),
        (huber_in_one_step, "For the loss 'huber' your"),
        (lambda t, delta: (math.nan, 0.0, 0.0), "NaN"),
    ],
    "4.5": [
        (fixed_factor, "you hold it fixed"),
        (naive_focal, "With scores of ±900"),
        (by_probability, "way back through the sigmoid|With scores of ±900"),
        (easy_counts, "turn the hard examples down"),
        (lambda z, t, gamma: torch.sigmoid(z) - t, "for every gamma"),
        (lambda z, t, gamma: focal_slope(z, torch.ones_like(t), gamma), "Where it is 0, q is"),
        (lambda z, t, gamma: -focal_slope(z, t, gamma), "sign is wrong"),
        (lambda z, t, gamma: focal_slope(z, t, gamma).mean(), "asked for is an array"),
    ],
    "4.6": [
        (buggy_pairs(), "rows do not have length 1"),
        (buggy_pairs(divide=True, ways=True), "rows do not have length 1"),
        (buggy_pairs(unit=True), "should make the choice sharper"),
        (buggy_pairs(unit=True, divide=True), "ask in the same direction"),
        (lambda a, b, temperature: 2 * two_way_loss(a, b, temperature), "asked for is their mean"),
    ],
    "4.7": [
        (line_by(lambda x, y: y.diff() / x.diff()), "Each height is the slope of a piece"),
        (line_by(lambda x, y: y.diff()), "Your heights are rises"),
        (
            line_by(lambda x, y: torch.cat([y.diff()[:1], y.diff().diff()])),
            "points at a distance of 1",
        ),
        (
            line_by(lambda x, y: broken_line(x, y)[1], start=lambda y: 0.0),
            "already misses the first point",
        ),
        (through_points_only, "meets the points up to"),
        (all_bends, "allowed are N - 1"),
        (lambda x, y: (x, broken_line(x, y)[1], y[0]), "bends for"),
    ],
    "4.8": [
        (counting(more=0), "one piece more than those"),
        (counting(each=True), "only one new piece begins"),
        (counting(layers=slice(1)), "bends of the first layer"),
        (counting(layers=slice(-1, None)), "the last layer only"),
        (counting(bend=False), "What does ReLU do first"),
        (counting(least=-1e-12), "exactly 0 is off"),
        (lambda weights, biases, x: count_pieces(weights, biases, x)[1], "Return 2 values"),
        (lambda weights, biases, x: ("x", count_pieces(weights, biases, x)[1]), "your prediction"),
    ],
}
