"""Solutions of the exercises of chapter 8: one right, at least three wrong ones for each."""

import math

import torch


def trusted_fit(x, y, trust):
    ones = torch.cat([x, torch.ones_like(x[:, :1])], 1)
    w = torch.linalg.solve(ones.T @ (trust[:, None] * ones), ones.T @ (trust * y))
    return w[:-1], w[-1]


def elastic_step(x, y, w, j, alpha, beta):
    column = x[:, j]
    pull = float(column @ (y - x @ w + column * w[j])) / len(x)
    bottom = float(column @ column) / len(x) + beta
    if abs(pull) <= alpha:
        return 0.0
    return (pull - math.copysign(alpha, pull)) / bottom


def soft_margin_slopes(x, t, w, b, decay):
    short = torch.relu(1 - t * (x @ w + b))
    pull = 2 * short * t / len(x)
    return decay * w - pull @ x, -pull.sum()


def features(x, c):
    columns = [torch.full_like(x[:, 0], c)]
    for i in range(x.shape[1]):
        columns += [math.sqrt(2 * c) * x[:, i], x[:, i] ** 2]
        columns += [math.sqrt(2) * x[:, i] * x[:, k] for k in range(i)]
    return torch.stack(columns, 1)


def unseen_error(votes, drawn, t):
    wrong, judged = 0, 0
    for n in range(len(t)):
        counts = [0, 0, 0]
        for tree in range(len(votes)):
            if drawn[tree, n] == 0:
                counts[votes[tree, n]] += 1
        if sum(counts) > 0:
            judged += 1
            wrong += counts.index(max(counts)) != t[n]
    return wrong / judged


def boosted_loss(x, t, weights, rounds):
    lows = [column <= threshold for column in x.T for threshold in column.unique()[:-1]]
    stumps = [side * (2.0 * low - 1) for low in lows for side in (1, -1)]
    now, loss = weights, 1.0
    for _ in range(rounds):
        best = min(stumps, key=lambda stump: float(now[stump != t].sum()))
        error = now[best != t].sum()
        loss *= 2 * (error * (1 - error)).sqrt()
        now = torch.where(best == t, now / (2 * (1 - error)), now / (2 * error))
    return "c", loss


def plan(x, options, length, noise, count):
    def kernel(a, b):
        return torch.exp(-((a[:, None] - b) ** 2) / (2 * length**2))

    places, variances = [], []
    for _ in range(count):
        across = kernel(x, options)
        gram = kernel(x, x) + noise * torch.eye(len(x), dtype=x.dtype)
        variance = 1 - (across * torch.linalg.solve(gram, across)).sum(0)
        place = int(variance.argmax())
        places.append(place)
        variances.append(float(variance[place]))
        x = torch.cat([x, options[place : place + 1]])
    return places, variances


def two_best(start, move, emit, word):
    ahead = [start.log() + emit[:, word[0]].log()]
    for symbol in word[1:]:
        ahead.append((ahead[-1][:, None] + move.log()).amax(0) + emit[:, symbol].log())
    back = [torch.zeros_like(start)]
    for symbol in word[1:].flip(0):
        back.append((move.log() + emit[:, symbol].log() + back[-1]).amax(1))
    through = (torch.stack(ahead) + torch.stack(back[::-1])).topk(2, dim=1).values
    return through[0, 0], through[:, 1].max()


REFERENCE = {
    "8.1": trusted_fit,
    "8.2": elastic_step,
    "8.3": soft_margin_slopes,
    "8.4": features,
    "8.5": unseen_error,
    "8.6": boosted_loss,
    "8.7": plan,
    "8.8": two_best,
}


def without_intercept(x, y, trust):
    return torch.linalg.solve(x.T @ (trust[:, None] * x), x.T @ (trust * y)), 0.0


def plain_means(x, y, trust):
    w, _ = without_intercept(x - x.mean(0), y - y.mean(), trust)
    return w, y.mean() - x.mean(0) @ w


def stepped(shrink, own=1, count=True, curve=None, square=True):
    """A wrong elastic_step: another way to shrink, without the own share, the mean, a penalty."""

    def elastic_step(x, y, w, j, alpha, beta):
        column, n = x[:, j], (len(x) if count else 1)
        pull = float(column @ (y - x @ w + own * column * w[j])) / n
        bottom = (float(column @ column) / n if curve is None else curve) + beta * square
        return shrink(pull, alpha) / bottom if bottom else 0.0

    return elastic_step


def soft(pull, alpha):
    return math.copysign(max(abs(pull) - alpha, 0.0), pull)


def pulled(force, mean=True, for_b=0.0, for_w=1.0):
    """Wrong slopes: the examples pull with force(short); penalties on w and on b."""

    def slopes(x, t, w, b, decay):
        pull = force(1 - t * (x @ w + b)) * t / (len(x) if mean else 1)
        return for_w * decay * w - pull @ x, for_b * decay * b - pull.sum()

    return slopes


def squared(short):
    return 2 * torch.relu(short)


def unfolded(constant=lambda c: c, linear=lambda c: (2 * c) ** 0.5, crossed=2**0.5):
    """Features with other factors, functions of c for the constant and for the inputs."""

    def features(x, c):
        columns = [torch.full_like(x[:, 0], constant(c)), *x.T**2]
        columns += [linear(c) * column for column in x.T]
        pairs = torch.combinations(torch.arange(x.shape[1]))
        return torch.stack(columns + [crossed * x[:, i] * x[:, k] for i, k in pairs], 1)

    return features


def flattering(carry=False, seen=False, skip=True):
    def unseen_error(votes, drawn, t):
        counts = (torch.nn.functional.one_hot(votes, 3) * ((drawn > 0) == seen)[:, :, None]).sum(0)
        counts = counts.cumsum(0) if carry else counts
        judged = counts.any(1) | (not skip)
        return (counts.argmax(1) != t)[judged].double().mean()

    return unseen_error


def voting(half=0.5, anew=True, scale=True, sides=(1, -1), loss=lambda w, z: (w * z.exp()).sum()):
    def boosted_loss(x, t, weights, rounds):
        lows = [column <= threshold for column in x.T for threshold in column.unique()[:-1]]
        stumps = [side * (2.0 * low - 1) for low in lows for side in sides]
        now, scores = weights, 0 * t
        for _ in range(rounds):
            best = min(stumps, key=lambda stump: float(now[stump != t].sum()))
            error = now[best != t].sum()
            votes = half * torch.log((1 - error) / error)
            scores = scores + votes * best
            now = now * torch.exp(-votes * t * best) if anew else now
            now = now / now.sum() if scale else now
        return "a", loss(weights, -t * scores)

    return boosted_loss


def known(x, options, length, noise):
    return [plan(x, option[None], length, noise, 1)[1][0] for option in options]


def at_once(x, options, length, noise, count):
    variances = known(x, options, length, noise)
    places = sorted(range(len(options)), key=lambda place: -variances[place])[:count]
    return places, [variances[place] for place in places]


def surest(x, options, length, noise, count):
    found = []
    for _ in range(count):
        variances = known(x, options, length, noise)
        found.append((variances.index(min(variances)), min(variances)))
        x = torch.cat([x, options[found[-1][0], None]])
    return tuple(zip(*found))


def walked(collect, keep=1):
    def two_best(start, move, emit, word):
        pair = torch.stack([start.log(), start.log() - math.inf])[:keep] + emit[:, word[0]].log()
        for symbol in word[1:]:
            pair = collect(pair[0][:, None] + move.log()) + emit[:, symbol].log()
        return pair.flatten().topk(2).values

    return two_best


WRONG = {
    "8.1": [
        (lambda x, y, trust: trusted_fit(x, y, torch.ones_like(trust)), "count alike"),
        (lambda x, y, trust: trusted_fit(x, y, trust**2), "in the table four times"),
        (lambda x, y, trust: trusted_fit(x, y, trust.sqrt()), "a root too many"),
        (without_intercept, "goes through the origin"),
        (plain_means, "subtract plain means"),
        (
            lambda *i: (trusted_fit(*i)[0], (i[1] - i[0] @ trusted_fit(*i)[0]).mean()),
            "the intercept is not",
        ),
    ],
    "8.2": [
        (stepped(soft, own=0), "with weight j in, or without"),
        (stepped(soft, count=False), "takes their mean"),
        (stepped(lambda pull, alpha: pull * (abs(pull) > alpha)), "keep their full size"),
        (stepped(lambda pull, alpha: pull), "never becomes exactly 0"),
        (stepped(lambda pull, alpha: max(pull - alpha, 0.0)), "is never negative"),
        (stepped(soft, square=False), "This is the Lasso's step"),
        (stepped(soft, curve=1.0), "whose mean square is 1"),
        (lambda *i: soft(stepped(lambda pull, alpha: pull)(*i), i[4]), "shrink after the division"),
        (lambda *inputs: [elastic_step(*inputs), 0.0], "asked for is a number"),
    ],
    "8.3": [
        (pulled(lambda short: (short > 0).double()), "equally hard"),
        (pulled(torch.relu), "half as hard"),
        (pulled(lambda short: 2 * short), "beyond the margin pull"),
        (pulled(lambda short: squared(short) * (short > 1)), "closer than the margin"),
        (pulled(lambda short: squared(short) / (short > 0).double().mean()), "are short of|NaN"),
        (pulled(squared, mean=False), "summed where"),
        (pulled(squared, for_b=1.0), "at the bias, too"),
        (pulled(squared, for_w=0.0), "plays no part in your slopes"),
        (pulled(squared, for_w=2.0), "twice as hard"),
        (lambda x, t, w, b, decay: soft_margin_slopes(x, t, w, b, decay)[0], "asked for is an"),
    ],
    "8.4": [
        (unfolded(lambda c: 0.0, lambda c: 0.0), "nothing in your features depends on c"),
        (unfolded(crossed=1.0), "enters with weight 1"),
        (unfolded(crossed=0.0), "No feature of yours holds a product"),
        (unfolded(crossed=2.0), "products of two different inputs are too heavy"),
        (unfolded(linear=lambda c: 0.0), "inputs themselves are missing"),
        (unfolded(linear=math.sqrt), "half the weight"),
        (unfolded(linear=lambda c: 2 * c), "inputs themselves are too heavy"),
        (unfolded(lambda c: 0.0), "does not depend on the inputs"),
        (unfolded(math.sqrt), "constant feature is too small"),
        (unfolded(lambda c: c * c), "constant feature is too large"),
        (lambda x, c: (x * x).sum(1)[:, None] + c, "Each example's product with itself"),
    ],
    "8.5": [
        (flattering(carry=True, seen=True, skip=False), "learned it by heart"),
        (flattering(seen=True), "learned it by heart"),
        (flattering(carry=True, skip=False), "By whose is the second"),
        (flattering(skip=False), "Who wins with 0 votes"),
        (lambda votes, drawn, t: 1 - unseen_error(votes, drawn, t), "the share that is right"),
    ],
    "8.6": [
        (voting(anew=False), "so all are the same"),
        (voting(half=1.0), "twice the votes"),
        (voting(scale=False), "no longer add up to 1"),
        (voting(sides=(1,)), "below their threshold"),
        (voting(sides=(-1,)), "above their threshold"),
        (lambda x, *i: boosted_loss(x[:, :1], *i), "about the first feature"),
        (lambda *i: boosted_loss(*i[:3], i[3] - 1), "one round too few"),
        (lambda *i: boosted_loss(*i[:3], i[3] + 1), "one round too many"),
        (voting(loss=lambda w, z: z.exp().mean()), "count alike in your loss"),
        (voting(loss=lambda w, z: w[z >= 0].sum()), "says by how much"),
        (lambda *i: boosted_loss(*i)[1], "Return 2 values"),
        (lambda *i: ("near 0", boosted_loss(*i)[1]), "your prediction: one of"),
    ],
    "8.7": [
        (at_once, "is known about its neighbours"),
        (lambda *i: [part * i[4] for part in plan(*i[:4], 1)], "chosen again and again"),
        (surest, "where the process is surest"),
        (lambda *i: plan(*i[:3], i[3] ** 2, i[4]), "is a variance already"),
        (lambda *i: plan(*i[:3], 1e-12, i[4]), "The noise plays no part"),
        (lambda *i: plan(*i[:2], i[2] / 2**0.5, *i[3:]), "falls off at another rate"),
        (lambda *i: (plan(*i)[0], [v + i[3] for v in plan(*i)[1]]), "variances of a measurement"),
        (lambda *i: (plan(*i)[0], [v**0.5 for v in plan(*i)[1]]), "standard deviations"),
        (lambda *i: (i[1][plan(*i)[0]], plan(*i)[1]), "the places themselves"),
    ],
    "8.8": [
        (walked(lambda z: z.amax(0, True)), "those that end in another state"),
        (walked(lambda z: z.topk(2, dim=0).values, keep=2), "besides its best path"),
        (lambda *i: [two_best(*i)[0]] * 2, "the first one again"),
        (walked(lambda z: z.logsumexp(0, True)), "are added up"),
        (lambda *i: two_best(*i)[::-1], "in the other order"),
        (lambda start, move, *i: two_best(start, move.T, *i), "move backwards"),
        (lambda start, *i: two_best(torch.ones_like(start), *i), "all states begin alike"),
        (lambda *i: [part.exp().log() for part in two_best(*i)], "have become 0 before"),
        (lambda *i: [part.exp() for part in two_best(*i)], "the probabilities themselves"),
        (lambda *i: two_best(*i)[0], "asked for is 2 values"),
    ],
}
