"""More wrong solutions of the exercises of chapter 8: each of them once passed, or was misnamed."""

import math

import torch


def stepped(alpha_by=1.0, beta_by=1.0):
    def elastic_step(x, y, w, j, alpha, beta):
        column = x[:, j]
        pull = float(column @ (y - x @ w + column * w[j])) / len(x)
        bottom = float(column @ column) / len(x) + beta_by * beta
        size = max(abs(pull) - alpha_by * alpha, 0.0)
        return math.copysign(size, pull) / bottom if size else 0.0

    return elastic_step


def pushed(x, t, w, b, decay):
    pull = 2 * torch.relu(1 - t * (x @ w + b)) * t / len(x)
    return decay * w + pull @ x, pull.sum()


def root_of_the_kernel(x, c):
    """Rows whose inner products are right for the examples at hand, and for no others."""
    values, vectors = torch.linalg.eigh((x @ x.T + c) ** 2)
    return vectors * values.clamp(min=0).sqrt()


def as_wide_as_asked(x, c):
    """The same with as many columns, however many examples there are."""
    phi = root_of_the_kernel(x, c)
    return torch.nn.functional.pad(phi, (10 - phi.shape[1], 0))


def with_a_constant_stump(x, t, weights, rounds):
    lows = [column <= threshold for column in x.T for threshold in column.unique()]
    stumps = [side * (2.0 * low - 1) for low in lows for side in (1, -1)]
    now, loss = weights, 1.0
    for _ in range(rounds):
        best = min(stumps, key=lambda stump: float(now[stump != t].sum()))
        error = now[best != t].sum()
        loss *= 2 * (error * (1 - error)).sqrt()
        now = torch.where(best == t, now / (2 * (1 - error)), now / (2 * error))
    return "c", loss


def never_again(x, options, length, noise, count):
    def kernel(a, b):
        return torch.exp(-((a[:, None] - b) ** 2) / (2 * length**2))

    places, variances = [], []
    for _ in range(count):
        across, eye = kernel(x, options), torch.eye(len(x), dtype=x.dtype)
        variance = 1 - (across * torch.linalg.solve(kernel(x, x) + noise * eye, across)).sum(0)
        variance[places] = -1.0
        places.append(int(variance.argmax()))
        variances.append(float(variance[places[-1]]))
        x = torch.cat([x, options[places[-1:]]])
    return places, variances


WRONG = {
    "8.2": [
        (stepped(beta_by=2.0), "on the square pulls twice as hard"),
        (stepped(alpha_by=0.5), "by half of what the first penalty"),
    ],
    "8.3": [(pushed, "pull the wrong way")],
    "8.4": [
        (root_of_the_kernel, "change with the others"),
        (as_wide_as_asked, "change with the others"),
    ],
    "8.6": [(with_a_constant_stump, "answers the same for all")],
    "8.7": [(never_again, "never choose an option again")],
}
