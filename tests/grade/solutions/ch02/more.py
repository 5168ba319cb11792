"""More solutions of the exercises of chapter 2: order, blind A-units, layers in one."""

import math

import torch


def pair_weights(n, k):
    return 0.5 - k**2, 2 * k - 1, -2


def blind_pairs(wires, threshold, x, t):
    seen = x @ wires.T >= threshold
    pairs = 0
    for i in range(len(x)):
        for j in range(i):
            if t[i] != t[j] and torch.equal(seen[i], seen[j]):
                pairs += 1
    return ("impossible" if pairs else "not ruled out"), pairs


def collapse(weights, biases):
    W, b = weights[0], biases[0]
    for weight, bias in zip(weights[1:], biases[1:]):
        W, b = weight @ W, weight @ b + bias
    return W, b


REFERENCE = {"2.8": pair_weights, "2.9": blind_pairs, "2.10": collapse}


def pairs_of(seen, same=lambda a, b: torch.equal(a, b), differ=True, twice=False):
    def blind(wires, threshold, x, t):
        rows, pairs = seen(wires, threshold, x), 0
        for i in range(len(x)):
            for j in range(len(x) if twice else i):
                pairs += bool(i != j and (t[i] != t[j]) == differ and same(rows[i], rows[j]))
        return ("impossible" if pairs else "not ruled out"), pairs

    return blind


def firing(wires, threshold, x):
    return x @ wires.T >= threshold


def from_top(weights, biases):
    """The tables multiplied in the order in which they stand."""
    W, b = weights[0], biases[0]
    for weight, bias in zip(weights[1:], biases[1:]):
        W, b = W @ weight, weight @ b + bias
    return W, b


def two_only(weights, biases):
    if len(weights) == 1:
        return weights[0], biases[0]
    return weights[1] @ weights[0], weights[1] @ biases[0] + biases[1]


def adding_biases(weights, biases):
    W = collapse(weights, biases)[0]
    return W, sum(b.sum() for b in biases[:-1]) + biases[-1]


def lower_only(weights, biases):
    b = biases[0]
    for weight in weights[1:]:
        b = weight @ b
    return collapse(weights, biases)[0], b


def upper_only(weights, biases):
    return collapse(weights, biases)[0], biases[-1]


def unmoved(weights, biases):
    b = biases[0]
    for bias in biases[1:]:
        b = b + bias if len(b) == len(bias) else b.sum() + bias
    return collapse(weights, biases)[0], b


def passing(correct=lambda w, b, point, target: (w + target * point, b + float(target)),
            go_on=lambda notes: notes[-1]):  # fmt: skip
    """averaged_pass with another correction, or another state from which learning goes on."""

    def averaged_pass(w, b, x, t):
        notes = []
        for point, target in zip(x, t):
            if target * (w.double() @ point + b) <= 0:
                w, b = correct(w.double(), b, point, target)
            notes.append((w.double(), b))
            w, b = go_on(notes)
        return mean_of(notes)

    return averaged_pass


def mean_of(notes):
    return torch.stack([w for w, _ in notes]).mean(0), sum(b for _, b in notes) / len(notes)


def slopes_of(w, b, x, t):
    errors = x @ w + b - t
    return errors[:, None] * x, errors


def learned(x, y, epochs):
    """The right training, the clean pass left out of the list."""
    w, b, mistakes = torch.zeros(x.shape[1], dtype=x.dtype), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for point, target in zip(x, 2 * y - 1):
            if torch.sign(w @ point + b) != target:
                w, b, wrong = w + target * point, b + float(target), wrong + 1
        if wrong == 0:
            break
        mistakes.append(wrong)
    return w, b, mistakes


def probability(points, weights):
    return 2 * sum(math.comb(points - 1, k) for k in range(weights)) / 2**points


def enough(points, share):
    return next(n for n in range(1, points + 1) if probability(points, n) >= share)


WRONG = {
    "2.1": [
        (lambda w, b, x, t: (t * (x @ w - b)).min() / w.norm(), "bias has the wrong sign"),
        (lambda w, b, x, t: (t * (x @ w) + b).min() / w.norm(), "belongs to the whole sum"),
        (lambda w, b, x, t: (t * (x @ w + b)).max() / w.norm(), "lies farthest on its side"),
    ],
    "2.3": [
        (lambda *i: (slopes_of(*i)[0].sum(0), slopes_of(*i)[1].mean()), "for the weights are"),
        (lambda *i: torch.cat([slopes_of(*i)[0].mean(0), slopes_of(*i)[1].mean()[None]]),
         "an array of shape .* `for_b`, a number"),
    ],
    "2.4": [
        (passing(go_on=mean_of), "goes on with the mean"),
        (passing(lambda w, b, point, target: (w + point, b + 1.0)), "whatever the target is"),
        (lambda *i: passing()(*i)[0], "You returned one array"),
    ],
    "2.5": [(learned, "clean pass at the end is missing")],
    "2.6": [
        (lambda points, share: (enough(points, share), share), "give back the share|is exactly"),
        (lambda n, share: (enough(n, share), probability(n, enough(n, share)) / 2),
         "the 2 before Cover's sum"),
    ],
    "2.8": [
        (lambda n, k: (0.5 - k**2, 2 * k, -2), "also meets itself"),
        (lambda n, k: (0.5 - k**2, 2 * k - 1, -1), "comes twice"),
        (lambda n, k: (k**2 - 0.5, 1 - 2 * k, 2), "says the opposite each time"),
        (lambda n, k: (-(k**2), 2 * k - 1, -2), "your sum is 0, which is neither"),
        (lambda n, k: (1 - k**2, 2 * k - 1, -2), "your sum is 0, which is neither"),
        (lambda n, k: (0.5 - k, 1, 0), r"only \d+ lit cells shall give a yes"),
        (lambda n, k: (-0.5 - k**2, 2 * k - 1, -2), "it should be positive"),
        (lambda n, k: (0.5 - k**2, 2 * k - 1), "Return 3 values"),
        (lambda n, k: (0.5 - k, k, -1), "also meets itself"),
        (lambda n, k: (-1, 2 * k, -2 * k), "cells lit your sum is"),
    ],
    "2.9": [
        (pairs_of(lambda wires, threshold, x: x @ wires.T > threshold), "exactly the threshold"),
        (pairs_of(lambda wires, threshold, x: x), "compare the pictures themselves"),
        (pairs_of(lambda wires, threshold, x: x @ wires.T), "compare the sums of the A-units"),
        (pairs_of(lambda *i: firing(*i).sum(1)), "compare how many A-units fire"),
        (pairs_of(firing, same=lambda a, b: bool((a == b).any())), "a single A-unit is blind"),
        (pairs_of(firing, differ=False), "pairs with the same target"),
        (pairs_of(firing, twice=True), "every pair twice"),
        (lambda *i: ("impossible", blind_pairs(*i)[1]), "does not follow from it"),
        (lambda *i: ("not ruled out", 0), "and you find none"),
        (lambda *i: ("maybe", blind_pairs(*i)[1]), "in these letters"),
        (lambda *i: ("not ruled out", blind_pairs(*i)[1]), "does not follow from it"),
        (lambda *i: (blind_pairs(*i)[0], 1), "Right in|in all 6"),
        (lambda *i: blind_pairs(*i)[0], "asked for is 2 values: `answer`, text"),
    ],
    "2.10": [
        (upper_only, "only the bias of the last layer"),
        (lower_only, "the biases of the upper layers are missing"),
        (two_only, "You take two layers"),
        (from_top, "stopped with RuntimeError|shape"),
        (adding_biases, "What does the net answer if x is 0"),
        (unmoved, "What does the net answer if x is 0"),
        (lambda *i: (collapse(*i)[0].T, collapse(*i)[1]), "it is transposed"),
        (lambda *i: collapse(*i)[0], "You returned one array"),
        (lambda *i: collapse(*i)[::-1], "in the other order"),
    ],
}  # fmt: skip

EQUAL = {
    "2.9": {"blind_pairs: for j in range(i): → for j in range(i + 1):": "one target has no pair"}
}
