"""Solutions of the exercises of chapter 11 on stopping, dropout and norms: right and wrong ones."""

import math

import torch


def stop(losses, patience, gain):
    kept, mark, waited = 0, math.inf, 0
    lowest = math.inf
    for now, loss in enumerate(losses):
        if loss < lowest:
            kept, lowest = now, loss
        waited += 1
        if loss < mark - gain:
            mark, waited = loss, 0
        if waited == patience:
            return kept, now
    return kept, len(losses) - 1


def same_price(stretch, rate, steps):
    missing = (1 - rate * stretch) ** steps
    return stretch * missing / (1 - missing), 1 / (rate * steps)


def masked_loss(x, t, weight, out, chance, p, training):
    h = torch.relu(x @ weight.T)
    mask = torch.ones_like(h)
    if training:
        mask = (chance >= p).double() / (1 - p)
    error = (h * mask) @ out - t
    for_h = error[:, None] * out * mask
    for_weight = (for_h * (h > 0)).T @ x / len(x)
    return (error**2).mean() / 2, for_weight


def one_layer(centre, spread, weight, bias, mean, variance, gamma, beta, eps):
    scale = gamma / torch.sqrt(variance + eps)
    inverse = torch.where(spread > 0, 1 / spread, 0)
    new_weight = scale[:, None] * weight * inverse
    return new_weight, scale * (bias - mean) - new_weight @ centre + beta


def ragged_back(x, length, gamma, grad, eps):
    for_x, for_gamma, for_beta = torch.zeros_like(x), torch.zeros_like(gamma), 0 * gamma
    for n in range(len(x)):
        own = int(length[n])
        if own > 0:
            g, centred = grad[n, :own], x[n, :own] - x[n, :own].mean()
            r = 1 / torch.sqrt((centred**2).mean() + eps)
            x_hat = centred * r
            for_gamma[:own] += g * x_hat
            for_beta[:own] += g
            g = g * gamma[:own]
            for_x[n, :own] = r * (g - g.mean() - x_hat * (g * x_hat).mean())
    return for_x, for_gamma, for_beta


REFERENCE = {
    "11.1": stop,
    "11.2": same_price,
    "11.3": masked_loss,
    "11.4": one_layer,
    "11.5": ragged_back,
}


def patient(enough, better=lambda loss, lowest: loss < lowest, follow=False, renew=True,
            keep_mark=False):  # fmt: skip
    """A wrong stop: what sets a mark, what is kept, whether crumbs move the mark."""

    def stop(losses, patience, gain):
        kept, mark, waited, lowest = 0, math.inf, 0, math.inf
        for now, loss in enumerate(losses):
            sets = enough(loss, mark, gain)
            if sets if keep_mark else better(loss, lowest):
                kept, lowest = now, min(loss, lowest)
                mark = loss if follow else mark
            if sets:
                mark, waited = loss, (0 if renew else waited)
            else:
                waited += 1
            if waited == patience:
                return kept, now
        return kept, len(losses) - 1

    return stop


def by_gain(loss, mark, gain):
    return loss < mark - gain


def peeking(losses, patience, gain):
    numbers = [loss for loss in losses if loss == loss]
    return losses.index(min(numbers)), stop(losses, patience, gain)[1]


def priced(price, flat=lambda s, rate, steps: 1 / (rate * steps)):
    return lambda *inputs: (price(*inputs), flat(*inputs))


def right_price(*inputs):
    return same_price(*inputs)[0]


def power(s, rate, steps):
    return (1 - rate * s) ** steps


def infinite(divide, by):
    return divide / by if by else math.inf


def forgetting(twice=False, shared=False, bare=False, always=False, scaled=True, strict=False,
               turned=False, mean=True):  # fmt: skip
    def masked_loss(x, t, weight, out, chance, p, training):
        h = torch.relu(x @ weight.T)
        chance = chance[:1].expand_as(h) if shared else chance
        kept = chance > p if strict else chance < p if turned else chance >= p
        mask = kept / (1 - p) if scaled else kept.double()
        if not training and not always:
            mask = torch.full_like(h, 1 - p if twice else 1.0)
        error = (h * mask) @ out - t
        for_h = error[:, None] * out * ((mask > 0) if bare else mask) * (h > 0)
        return (error**2).mean() / 2, for_h.T @ x / (len(x) if mean else 1)

    return masked_loss


def folding(divide=True, centre_too=True, bias_too=1.0, mean_too=1.0, root=torch.sqrt, eps_too=1.0,
            gamma_too=True, lone=False, beta_in=False, raw=False, safe=True):  # fmt: skip
    def one_layer(centre, spread, weight, bias, mean, variance, gamma, beta, eps):
        scale = (gamma if gamma_too else torch.ones_like(gamma)) / root(variance + eps_too * eps)
        by = torch.where(spread > 0, spread, 1.0) if safe else spread
        factor = 1 / by if divide else by
        factor = factor * (spread > 0) if safe else factor
        shift = weight @ (centre * (1.0 * (spread > 0) if raw else factor))
        inner = bias_too * bias - shift * centre_too
        still = scale * inner - mean if lone else scale * (inner - mean_too * mean)
        return scale[:, None] * weight * factor, still + beta * (scale if beta_in else 1)

    return one_layer


def full_rows(x, length, *others):
    return ragged_back(x, torch.full_like(length, x.shape[1]), *others)


def ragged(divide=None, pull=1, lean=1, of_gamma=True, short=True, less=0, add=1, leak=False,
           rows=1):  # fmt: skip
    def ragged_back(x, length, gamma, grad, eps):
        there = torch.arange(x.shape[1]) < length[:, None]
        n = length[:, None].clamp(min=1) if divide is None else divide(x, length)
        centred = (x - (x * there).sum(1, True) / n) * there
        variance = centred.square().sum(1, True) / (n - less)
        r = 1 / (variance + add * eps).sqrt()
        x_hat, g = centred * r, grad * there
        for_gamma, for_beta = (g * x_hat).sum(0), (grad if leak else g).sum(0)
        g = g * gamma if of_gamma else g
        for_x = g - pull * g.sum(1, True) / n - lean * x_hat * (g * x_hat).sum(1, True) / n
        for_x = for_x * there * (r if short else 1)
        return for_x, for_gamma / (rows or len(x)), for_beta / (rows or len(x))

    return ragged_back


WRONG = {
    "11.1": [
        (lambda *i: [look + 1 for look in stop(*i)], "from 1"),
        (lambda *i: stop(*i)[::-1], "changed places"),
        (lambda losses, patience, gain: stop(losses, patience, 0), "every crumb renews"),
        (patient(by_gain, follow=True), "follows every crumb"),
        (patient(by_gain, keep_mark=True), "keep the weights of the mark"),
        (patient(by_gain, renew=False), "do not follow each other"),
        (patient(lambda loss, mark, gain: loss <= mark - gain), "exactly `gain` below"),
        (patient(by_gain, better=lambda a, b: a <= b), "the first is kept"),
        (lambda losses, patience, gain: stop(losses, patience + 1, gain), "once too often"),
        (lambda losses, patience, gain: stop(losses, max(1, patience - 1), gain), "too early"),
        (peeking, "behind the end"),
        (lambda *i: (stop(*i)[0], len(i[0]) - 1), "never ends before|is right, the last one"),
        (patient(lambda loss, mark, gain: not loss >= mark - gain), "where a loss is NaN"),
        (patient(by_gain, better=lambda a, b: not a >= b), "where a loss is NaN"),
        (lambda *i: stop(*i)[0], "asked for is 2 values"),
    ],
    "11.2": [
        (lambda *i: same_price(*i)[::-1], "changed places"),
        (priced(lambda s, rate, steps: 1 / (rate * steps)), "does not depend on the stretch"),
        (priced(lambda s, r, n: s / (math.exp(r * n * s) - 1)), "exponential function"),
        (priced(lambda *i: power(*i) / (1 - power(*i))), "lacks the factor"),
        (priced(power), "the price that leaves as much"),
        (priced(lambda *i: 1 - power(*i)), "the price that leaves as much"),
        (priced(lambda *i: infinite(i[0] * (1 - power(*i)), power(*i))), "upside down"),
        (priced(lambda *i: infinite(i[0], power(*i)) - i[0]), "upside down"),
        (priced(right_price, lambda *i: 0.0), "any number"),
        (priced(right_price, lambda *i: math.inf), "any number"),
        (priced(right_price, lambda s, rate, steps: 1 / rate), "number of steps does not"),
        (priced(right_price, lambda s, rate, steps: rate * steps), "its limit stands upside down"),
        (priced(right_price, lambda s, rate, steps: s / steps), "to which it tends is not"),
        (priced(lambda s, rate, steps: s / steps), "tends is right, the price is not"),
    ],
    "11.3": [
        (forgetting(twice=True, shared=True, bare=True), "At evaluation the answers are scaled"),
        (forgetting(twice=True), "At evaluation the answers are scaled"),
        (forgetting(shared=True, bare=True), "lose the same units"),
        (forgetting(shared=True), "lose the same units"),
        (forgetting(bare=True), "size and all"),
        (forgetting(always=True), "still drop out"),
        (forgetting(scaled=False), "not scaled up any more"),
        (forgetting(strict=True), "exactly `p` is kept"),
        (forgetting(turned=True), "keep the units that should"),
        (forgetting(mean=False), "The loss is right"),
        (lambda *i: (2 * masked_loss(*i)[0], masked_loss(*i)[1]), "the loss is not"),
        (lambda *i: masked_loss(*i)[1], "asked for is 2 values"),
    ],
    "11.4": [
        (folding(lone=True), "after the norm's scale"),
        (folding(bias_too=0.0), "linear layer's bias is missing"),
        (folding(mean_too=0.0), "running mean is missing"),
        (folding(centre_too=False), "what does the layer answer to zeros"),
        (folding(divide=False), "multiply by the z-score's spread"),
        (folding(root=lambda v: v), "Its root is due"),
        (folding(eps_too=0.0), "`eps` plays no part"),
        (folding(gamma_too=False), "`gamma` plays no part"),
        (folding(beta_in=True), "`beta` is scaled as well"),
        (lambda *i: (one_layer(*i)[0], one_layer(*i)[1] - i[7]), "`beta` is missing"),
        (folding(raw=True), "arrives divided by its spread"),
        (folding(safe=False), "NaN or infinite"),
        (lambda c, s, *i: one_layer(c, torch.where(s > 0, s, 1.0), *i), "but where a spread is 0"),
        (lambda *i: (one_layer(*i)[0].T, one_layer(*i)[1]), "transposed|bias is right"),
    ],
    "11.5": [
        (full_rows, "all rows as full ones"),
        (ragged(lambda x, length: x.shape[1]), "divide by the width"),
        (ragged(leak=True), "`for_beta` is not right"),
        (ragged(pull=0), "mean of the slopes is missing"),
        (ragged(lean=0), "only change a row's spread"),
        (ragged(pull=0, lean=0), "as if they were fixed"),
        (ragged(of_gamma=False), "gamma lies on the way back"),
        (ragged(short=False), "division by the spread"),
        (ragged(add=0), "NaN|`eps` plays no part"),
        (ragged(lambda x, length: length[:, None]), "length 0 or 1"),
        (ragged(rows=0), "are means over the rows"),
        (lambda *i: (-ragged_back(*i)[0], *ragged_back(*i)[1:]), "`for_x` is not"),
        (lambda *i: (*ragged_back(*i)[:2], 2 * ragged_back(*i)[2]), "two vectors are not"),
        (lambda *i: ragged_back(*i)[0], "asked for (is|are)"),
    ],
}
