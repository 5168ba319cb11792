"""Solutions of 13.1 to 13.4, blocks and channels: one right, many wrong ones."""

import torch


def block_backward(grad, x, first, second, scale):
    middle = (x @ first.T).clamp(min=0)
    branch = middle @ second.T
    grad = grad * (x + scale * branch > 0)
    inner = grad * scale
    back = (inner @ second) * (middle > 0)
    return grad + back @ first, back.T @ x, inner.T @ middle, (grad * branch).sum(0)


def path_lengths(factors):
    strengths = [1.0]
    for factor in factors.tolist():
        through = [0.0, *(factor * strength for strength in strengths)]
        strengths = [a + b for a, b in zip([*strengths, 0.0], through)]
    total = sum(strengths)
    shares = torch.tensor([strength / total for strength in strengths])
    return "b", shares, sum(length * float(share) for length, share in enumerate(shares))


def dense_block(channels, growth, layers, narrow):
    seen = layers * channels + growth * (layers * (layers - 1) // 2)
    middle = narrow * growth
    weights = seen * middle + 9 * middle * growth * layers
    return channels + layers * growth, weights, 9 * growth * seen


def full_weight(weight, groups, rows):
    outs, each = weight.shape[:2]
    full = weight.new_zeros(outs, each * groups, *weight.shape[2:])
    columns = each * groups // rows
    for o in range(outs):
        for k in range(each):
            place = o // (outs // groups) * each + k
            full[o, place % rows * columns + place // rows] = weight[o, k]
    return full


REFERENCE = {
    "13.1": block_backward,
    "13.2": path_lengths,
    "13.3": dense_block,
    "13.4": full_weight,
}


def buggy(total=True, skip=True, scaled=True, inside=True, mean=False, strength="branch"):
    def backward(grad, x, first, second, scale):
        middle = (x @ first.T).clamp(min=0)
        branch = middle @ second.T
        loose = grad
        grad = grad * ((x + scale * branch if total else branch) > 0)
        inner = grad * scale if scaled else grad
        back = inner @ second
        back = back * (middle > 0) if inside else back
        n = len(x) if mean else 1
        own = {
            "branch": grad * branch,
            "open": loose * branch,
            "scaled": inner * branch,
        }[strength].sum(0)
        to_x = grad + back @ first if skip else back @ first
        return to_x, back.T @ x / n, inner.T @ middle / n, own / n

    return backward


def not_summed(grad, x, first, second, scale):
    *others, _ = block_backward(grad, x, first, second, scale)
    branch = (x @ first.T).clamp(min=0) @ second.T
    return *others, grad * (x + scale * branch > 0) * branch


def walked(around=lambda f: 1.0, through=lambda f: f, scale=True, mean=None):
    def path_lengths(factors):
        found = torch.ones(1).double()
        for f in factors:
            longer = torch.cat([torch.zeros(1), through(f) * found])
            found = torch.cat([around(f) * found, torch.zeros(1)]) + longer
        share = found / found.sum() if scale else found
        own = (share * torch.arange(len(share))).sum() if mean is None else mean(factors, share)
        return "a", share, float(own)

    return path_lengths


def even(factors):
    return path_lengths(torch.full_like(factors, float(factors.mean()) if len(factors) else 0.0))


def right_mean(factors, share):
    return (factors / (1 + factors)).sum()


def one_each(factors):
    strength = [1.0]
    for factor in factors.tolist():
        strength.append(strength[-1] * factor)
    shares = [part / sum(strength) for part in strength]
    return "a", shares, sum(k * share for k, share in enumerate(shares))


def counted(pairs=lambda n: n * (n - 1) // 2, nine=9, own=1, middle=None, start=1, both=True):
    def dense_block(channels, growth, layers, narrow):
        seen = layers * channels + growth * pairs(layers)
        wide = narrow * growth
        second = nine * (wide if middle is None else middle * growth) * growth * layers
        behind = start * channels + layers * growth
        return behind, own * seen * wide + second * both, nine * growth * seen

    return dense_block


def shuffled(x, rows):
    return torch.cat([x[:, start :: x.shape[1] // rows] for start in range(x.shape[1] // rows)], 1)


def placed(order=None, flip=False, woven=False, everywhere=False):
    """full_weight with slips; order: the channel at each place behind the shuffle."""

    def full_weight(weight, groups, rows):
        outs, each = weight.shape[:2]
        c = each * groups
        kernel = weight.flip(2, 3) if flip else weight
        full = weight.new_zeros(outs, c, *weight.shape[2:])
        channel = shuffled(torch.arange(c)[None], rows)[0] if order is None else order(c, rows)
        for o in range(outs):
            mine = o % groups if woven else o // (outs // groups)
            for g in range(groups) if everywhere else (mine,):
                full[o, channel[g * each : (g + 1) * each]] = kernel[o]
        return full

    return full_weight


WRONG = {
    "13.1": [
        (buggy(total=False, skip=False, scaled=False), "looks at one part of it"),
        (buggy(total=False), "looks at one part of it"),
        (buggy(skip=False, scaled=False), "on one of them only"),
        (buggy(skip=False), "on one of them only"),
        (buggy(scaled=False), "into it the gradient is not"),
        (buggy(inside=False), "lets every gradient through"),
        (buggy(mean=True), "are sums"),
        (buggy(strength="open"), "where does ReLU cut"),
        (buggy(strength="scaled"), "The one to the scale is not"),
        (not_summed, "In `to_scale`: The shape"),
        (lambda *i: block_backward(*i)[:3], "You returned 3 values"),
    ],
    "13.2": [
        (walked(through=lambda f: 1.0), "counts by its strength"),
        (walked(around=lambda f: 1 - f), "no probability"),
        (walked(scale=False), "not divided by their sum"),
        (walked(scale=False, mean=right_mean), "The mean is right"),
        (walked(mean=lambda factors, share: share.argmax()), "is not the mean length"),
        (walked(mean=lambda factors, share: factors.sum()), "not the sum of the factors"),
        (walked(mean=lambda factors, share: len(factors) / 2), "half of the blocks"),
        (even, "The blocks differ"),
        (one_each, "choose two blocks of three"),
        (lambda f: (*path_lengths(f)[:1], path_lengths(f)[1].flip(0), path_lengths(f)[2]), "order"),
        (lambda f: path_lengths(f)[1:], "your prediction first"),
        (lambda f: ("5", *path_lengths(f)[1:]), "your prediction: one of"),
        (lambda f: (*path_lengths(f)[:2], path_lengths(f)[2] + 1), "Look at the mean first"),
    ],
    "13.3": [
        (counted(pairs=lambda n: 0), "the layers before it have added"),
        (counted(pairs=lambda n: n * (n + 1) // 2), "its own new channels"),
        (counted(pairs=lambda n: n * (n - 1)), "every pair of layers twice"),
        (counted(pairs=lambda n: n * max(n - 1, 0)), "every pair of layers twice"),
        (counted(nine=1), "nine weights for each pair"),
        (counted(nine=3), "you count three"),
        (counted(own=9), "is 1 × 1"),
        (counted(middle=1), "b times as wide"),
        (counted(start=0), "still there"),
        (counted(both=False), "both of a layer's convolutions"),
        (lambda *i: (i[0] * i[1] ** min(i[2], 9), *dense_block(*i)[1:]), "layers add"),
        (lambda *i: (*dense_block(*i)[:2], dense_block(*i)[2] * 2), "without a narrow middle is"),
    ],
    "13.4": [
        (placed(order=lambda c, rows: torch.arange(c)), "not shuffled in yours"),
        (placed(lambda c, rows: torch.arange(c).view(-1, rows).T.flatten()), "undo the shuffle"),
        (placed(everywhere=True), "Where are the zeros"),
        (placed(woven=True), "take turns"),
        (placed(flip=True), "half a circle"),
        (placed(order=lambda c, rows: torch.arange(c).flip(0)), "at wrong channels"),
        (lambda weight, groups, rows: weight, "The shape is"),
    ],
}
