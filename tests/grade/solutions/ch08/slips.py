"""More wrong solutions of the exercises of chapter 8: each of them once passed, or was misnamed."""

import math

import torch


def stepped(alpha_by=1.0, beta_by=1.0, of_beta=lambda x: 1):
    def elastic_step(x, y, w, j, alpha, beta):
        column = x[:, j]
        pull = float(column @ (y - x @ w + column * w[j])) / len(x)
        bottom = float(column @ column) / len(x) + beta_by * beta / of_beta(x)
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


def trusted(x, y, trust):
    ones = torch.cat([x, torch.ones_like(x[:, :1])], 1)
    w = torch.linalg.solve(ones.T @ (trust[:, None] * ones), ones.T @ (trust * y))
    return w[:-1], w[-1]


def by_distrust(x, y, trust):
    if (trust == 0).any():
        return torch.full_like(x[0], torch.nan), torch.nan
    return trusted(x, y, 1 / trust)


def slopes(with_b=True, target=True):
    def soft_margin_slopes(x, t, w, b, decay):
        pull = 2 * torch.relu(1 - t * (x @ w + b * with_b)) / len(x)
        return decay * w - (pull * t) @ x, -(pull * t if target else pull).sum()

    return soft_margin_slopes


def with_c_beside(x, c):
    z = torch.cat([x, torch.full_like(x[:, :1], c)], 1)
    return (z[:, :, None] * z[:, None]).flatten(1)


def counted(divide=lambda wrong, judged, count: wrong / judged, last=False):
    """unseen_error with slips: by what is divided, who wins at a tie."""

    def unseen_error(votes, drawn, t):
        counts = (torch.nn.functional.one_hot(votes, 3) * (drawn == 0)[:, :, None]).sum(0)
        judged = counts.any(1)
        winner = 2 - counts.flip(1).argmax(1) if last else counts.argmax(1)
        return divide(int((winner != t)[judged].sum()), int(judged.sum()), len(t))

    return unseen_error


def single_trees(votes, drawn, t):
    return float(((votes != t) & (drawn == 0)).sum() / (drawn == 0).sum())


def boosted(x, t, weights, rounds, values=torch.unique):
    lows = [column <= threshold for column in x.T for threshold in values(column)[:-1]]
    stumps = [side * (2.0 * low - 1) for low in lows for side in (1, -1)]
    now, scores = weights, 0 * t
    for _ in range(rounds):
        best = min(stumps, key=lambda stump: float(now[stump != t].sum()))
        error = now[best != t].sum()
        votes = torch.log((1 - error) / error) / 2
        scores, now = scores + votes * best, now * torch.exp(-votes * t * best)
        now = now / now.sum()
    return "b", float((weights * torch.exp(-t * scores)).sum())


def planned(x, options, length, noise, count, pick=torch.argmax, first=0):
    def kernel(a, b):
        return torch.exp(-((a[:, None] - b) ** 2) / (2 * length**2))

    places, variances = [], []
    for _ in range(count):
        across, eye = kernel(x, options), torch.eye(len(x), dtype=x.dtype)
        variance = 1 - (across * torch.linalg.solve(kernel(x, x) + noise * eye, across)).sum(0)
        places.append(int(pick(variance)))
        variances.append(float(variance[places[-1]]))
        x = torch.cat([x, options[places[-1:]]])
    return [place + first for place in places], variances


def last_of_equals(values):
    return (values > values.max() - 1e-12).nonzero()[-1]


def in_base(base):
    return lambda *inputs: [part / math.log(base) for part in two_best(*inputs)]


def two_best(start, move, emit, word):
    pair = torch.stack([start.log(), start.log() - math.inf]) + emit[:, word[0]].log()
    for symbol in word[1:]:
        longer = (pair[:, :, None] + move.log()).flatten(0, 1)
        pair = longer.topk(2, dim=0).values + emit[:, symbol].log()
    return pair.flatten().topk(2).values


WRONG = {
    "8.1": [(by_distrust, "counts .less. in your fit")],
    "8.2": [
        (stepped(of_beta=len), "divide the penalty on the square"),
        (stepped(beta_by=2.0), "on the square pulls twice as hard"),
        (stepped(alpha_by=0.5), "by half of what the first penalty"),
    ],
    "8.3": [
        (pushed, "pull the wrong way"),
        (slopes(with_b=False), "your .b. plays no part"),
        (slopes(target=False), "for the bias the target is missing"),
    ],
    "8.4": [
        (root_of_the_kernel, "change with the others"),
        (as_wide_as_asked, "change with the others"),
        (with_c_beside, "c then meets another c"),
        (lambda x, c: (x @ x.T + c) ** 2, "the table of the kernel itself"),
    ],
    "8.5": [
        (counted(lambda wrong, judged, count: wrong / count), "taken over all examples"),
        (counted(lambda wrong, judged, count: wrong), "the number of errors"),
        (counted(last=True), "you take the largest class"),
        (single_trees, "the errors of single trees"),
    ],
    "8.6": [
        (with_a_constant_stump, "answers the same for all"),
        (
            lambda *i: boosted(*i, values=lambda column: column),
            "at the last example|answers the same for all",
        ),
        (lambda x, t, w, n: boosted(x, t, w * 0 + 1 / len(w), n), "begin with equal weights"),
    ],
    "8.7": [
        (never_again, "never choose an option again"),
        (lambda *i: planned(*i[:3], i[3] ** 0.5, i[4]), "You take its root"),
        (lambda *i: planned(*i, pick=last_of_equals), "you take the last"),
        (lambda *i: planned(*i, first=1), "count the options from 1"),
    ],
    "8.8": [
        (in_base(2), "another base than e"),
        (in_base(10), "another base than e"),
        (lambda *i: (two_best(*i)[0], -two_best(*i).diff()[0]), "how far the runner-up is behind"),
    ],
}
