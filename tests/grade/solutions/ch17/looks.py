"""Solutions of 17.1 to 17.3, the gradient, the spread and the sines: one right, many wrong ones."""

import math

import torch


def look(q, k, v, silence, grad):
    scale = q.shape[1] ** -0.5
    scores = torch.cat([scale * q @ k.T, torch.full((len(q), 1), silence).double()], 1)
    p = scores.softmax(1)
    to_p = torch.cat([grad @ v.T, torch.zeros(len(q), 1)], 1)
    to_scores = p * (to_p - (p * to_p).sum(1, keepdim=True))
    to_keys = to_scores[:, :-1]
    return (
        p[:, :-1] @ v,
        scale * to_keys @ k,
        scale * to_keys.T @ q,
        p[:, :-1].T @ grad,
        to_scores[:, -1].sum(),
    )


def spread(width, q_mean, q_var, k_mean, k_var):
    q_square, k_square = q_var + q_mean**2, k_var + k_mean**2
    mean = width * q_mean * k_mean
    variance = width * (q_square * k_square - q_mean**2 * k_mean**2)
    apart = 2 * width * q_square * k_var
    return mean, variance, apart, math.sqrt(apart / 2) if apart > 0 else 1.0


def looker(length, dim, back, sharp):
    pairs = dim // 2
    speeds = 10000.0 ** (-2 * torch.arange(pairs).double() / dim)
    turn = torch.zeros(dim, dim, dtype=torch.float64)
    for i, angle in enumerate((speeds * back).tolist()):
        turn[i, i] = turn[pairs + i, pairs + i] = math.cos(angle)
        turn[i, pairs + i], turn[pairs + i, i] = -math.sin(angle), math.sin(angle)
    angles = torch.arange(length).double()[:, None] * speeds
    rows = torch.cat([angles.sin(), angles.cos()], 1)
    scores = sharp / pairs * rows @ turn.T @ rows.T
    behind = torch.ones(length, length, dtype=torch.bool).triu(1)
    return turn, scores.masked_fill(behind, -math.inf).softmax(1)


REFERENCE = {"17.1": look, "17.2": spread, "17.3": looker}


def by_autograd(silent=True, scale=None, factor=1.0, to_silence=None, change=None, unsafe=False):
    """Gradients by torch, with one thing changed."""

    def look(q, k, v, silence, grad):
        root = q.shape[1] ** -0.5 if scale is None else scale
        q, k, v = (x.clone().requires_grad_() for x in (q, k, v))
        b = torch.tensor(float(silence)).double().requires_grad_()
        own = b * (q.shape[1] ** -0.5 if factor == "scale" else 1)
        column = own.expand(len(q), 1)
        scores = root * q @ k.T
        if unsafe:
            e = scores.exp()
            p = e / (own.exp() + e.sum(1, keepdim=True))
        elif silent:
            p = torch.cat([scores, column], 1).softmax(1)[:, :-1]
        else:
            p = (scores + 0 * column).softmax(1)
        y = p @ v
        y.backward(grad)
        last = to_silence(b.grad.item(), len(q)) if to_silence else b.grad.item()
        found = y.detach(), q.grad, k.grad, v.grad, last
        return (
            change(*found, p.detach(), grad, q.detach(), k.detach(), v.detach())
            if change
            else found
        )

    return look


def not_away(y, to_q, to_k, to_v, b, p, grad, q, k, v):
    """Nothing is taken from the gradient of the weights."""
    to_scores = p * (grad @ v.T) / q.shape[1] ** 0.5
    return y, to_scores @ k, to_scores.T @ q, to_v, b


def mean_of_keys(y, to_q, to_k, to_v, b, p, grad, q, k, v):
    to_p = grad @ v.T
    mean = (p * to_p).sum(1, keepdim=True) / p.sum(1, keepdim=True).clamp(min=1e-300)
    to_scores = p * (to_p - mean) / q.shape[1] ** 0.5
    return y, to_scores @ k, to_scores.T @ q, to_v, b


def unscaled(y, to_q, to_k, to_v, b, p, grad, q, k, v):
    root = q.shape[1] ** 0.5
    return y, root * to_q, root * to_k, to_v, b


def counted(mean=None, variance=None, apart=None, divisor=None):
    def spread(width, q_mean, q_var, k_mean, k_var):
        inputs = width, q_mean, q_var, k_mean, k_var
        one = (q_var + q_mean**2) * (k_var + k_mean**2) - (q_mean * k_mean) ** 2
        middle = mean(*inputs) if mean else width * q_mean * k_mean
        vary = variance(*inputs) if variance else width * one
        between = (
            apart(width * one, *inputs) if apart else (2 * width * (q_var + q_mean**2) * k_var)
        )
        by = (between / 2) ** 0.5 if between else 1.0
        return middle, vary, between, divisor(by, vary, between, width) if divisor else by

    return spread


def seen(sign=1, woven=False, power=2, mean=True, width=False, mask=1, used=True, out=None):
    def looker(length, dim, back, sharp):
        pairs = dim // 2
        speeds = torch.exp(-math.log(10000.0) * power * torch.arange(pairs).double() / dim)

        def row(t):
            sines = (speeds * t).sin(), (speeds * t).cos()
            return torch.stack(sines, 1).flatten() if woven else torch.cat(sines)

        first, second = (torch.arange(pairs) * 2, torch.arange(pairs) * 2 + 1) if woven else (
            torch.arange(pairs), torch.arange(pairs) + pairs
        )  # fmt: skip
        turn = torch.zeros(dim, dim).double()
        turn[first, first] = turn[second, second] = (speeds * back).cos()
        turn[second, first] = sign * (speeds * back).sin()
        turn[first, second] = -sign * (speeds * back).sin()
        weights = torch.zeros(length, length).double()
        for t in range(length):
            query = turn @ row(t) if used else row(t)
            keys = range(length if mask is None else t + mask)
            by = (dim if width else pairs) if mean else 1
            scores = torch.stack([query @ row(s) for s in keys]) * sharp / by
            weights[t, : len(keys)] = scores.softmax(0)
        return out(turn, weights) if out else (turn, weights)

    return looker


WRONG = {
    "17.1": [
        (by_autograd(silent=False), "keys share all the weight"),
        (by_autograd(scale=1.0), "scores are not divided"),
        (by_autograd(change=unscaled), "so are their gradients"),
        (by_autograd(factor="scale"), "the silent key's score by the scale|keys share"),
        (by_autograd(change=not_away), "nothing is taken away"),
        (by_autograd(change=mean_of_keys), "the mean of the keys alone"),
        (by_autograd(to_silence=lambda b, n: -b), "Only the sign"),
        (by_autograd(to_silence=lambda b, n: b / n), "is a mean over the queries"),
        (by_autograd(to_silence=lambda b, n: 0.0), "All is right but `to_silence`"),
        (by_autograd(unsafe=True), "NaN or infinite|exponential"),
        (
            by_autograd(change=lambda y, q, k, v, b, *rest: (y, 2 * q, k, v, b)),
            "between the gradient of the scores",
        ),
        (
            by_autograd(change=lambda y, q, k, v, b, *rest: (y, 2 * q, k, v, 3 * b)),
            "behind the gradient of the weights",
        ),
        (
            by_autograd(change=lambda y, q, k, v, b, *rest: (y, q, k, 2 * v, b)),
            "Nudge one number of `v`",
        ),
        (lambda *inputs: look(*inputs)[:4], "4 values"),
    ],
    "17.2": [
        (counted(mean=lambda D, m, s, n, r: m * n), "Your mean is that of one product"),
        (
            counted(variance=lambda D, m, s, n, r: s * r + s * n * n + r * m * m),
            "Your variance is that of one product",
        ),
        (counted(variance=lambda D, m, s, n, r: D * s * r), "only if both means are 0"),
        (
            counted(variance=lambda D, m, s, n, r: D * (s + m * m) * (r + n * n)),
            "the mean of the squares",
        ),
        (
            counted(
                variance=lambda D, m, s, n, r: D * ((s + m * m) * (r + n * n) - D * (m * n) ** 2)
            ),
            "the square of the whole score's mean",
        ),
        (counted(apart=lambda v, *inputs: 2 * v), "nothing in common"),
        (counted(apart=lambda v, D, m, s, n, r: D * (s + m * m) * r), "both of them vary"),
        (counted(apart=lambda v, D, m, s, n, r: 2 * D * s * r), "where it does not vary"),
        (
            counted(divisor=lambda by, v, apart, D: by**2 if apart else 1.0),
            "by the divisor's \\*square",
        ),
        (
            counted(divisor=lambda by, v, apart, D: by * 2**0.5 if apart else 1.0),
            "has variance 1",
        ),
        (
            counted(divisor=lambda by, v, apart, D: v**0.5 if v else 1.0),
            "fit the differences",
        ),
        (
            counted(divisor=lambda by, v, apart, D: D**0.5 if apart else 1.0),
            "fits numbers of mean 0",
        ),
        (counted(divisor=lambda by, v, apart, D: (apart / 2) ** 0.5), "but the divisor"),
        (counted(apart=lambda v, D, m, s, n, r: 2 * D * s * (r + n * n)), "as one product"),
        (counted(variance=lambda D, m, s, n, r: D * s), "`apart` and the divisor are right"),
        (
            counted(lambda D, m, s, n, r: D * m * n, lambda D, m, s, n, r: D * m, lambda v, *i: v),
            "The mean is right",
        ),
        (lambda *inputs: spread(*inputs)[:3], "3 values"),
    ],
    "17.3": [
        (seen(sign=-1), "leads ahead"),
        (seen(woven=True), "take turns"),
        (seen(power=1), "power of 10000"),
        (seen(mean=False), "\\*mean\\* over the pairs"),
        (seen(width=True), "half as many pairs"),
        (seen(mask=None), "see those behind them"),
        (seen(used=False), "do not use it"),
        (seen(out=lambda turn, w: (turn, w**2)), "the weights are not"),
        (seen(out=lambda turn, w: (turn.T, w)), "the table is not"),
        (seen(out=lambda turn, w: w), "asked for|shape|2 values"),
    ],
}
