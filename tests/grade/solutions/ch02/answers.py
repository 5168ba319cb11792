"""Solutions of the exercises of chapter 2: one right, at least three wrong ones for each."""

import math

import torch


def margin(w, b, x, t):
    return (t * (x @ w + b)).min() / w.norm()


def xor_net(low, high):
    thresholds = [(3 * low + high) / 2, (low + 3 * high) / 2]
    return [[1, 1], [1, 1]], thresholds, [1, -1], 0.5


def lms_gradient(w, b, x, t):
    error = t - (x @ w + b)
    return -(error[:, None] * x).mean(0), -error.mean()


def averaged_pass(w, b, x, t):
    weights, biases = [], []
    for point, target in zip(x, t):
        if target * (w @ point + b) <= 0:
            w, b = w + target * point, b + target
        weights.append(w)
        biases.append(float(b))
    return torch.stack(weights).mean(0), sum(biases) / len(biases)


def train(x, y, epochs):
    w, b, mistakes = torch.zeros(x.shape[1], dtype=x.dtype), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for point, target in zip(x, 2 * y - 1):
            if torch.sign(w @ point + b) != target:
                w = w + target * point
                b = b + float(target)
                wrong += 1
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


def weights_needed(points, share):
    weights, count = 1, 2
    while count < share * 2**points:
        count += 2 * math.comb(points - 1, weights)
        weights += 1
    return weights, count / 2**points


def mistakes_when_scaled(x, t, factor):
    counts = []
    for points in (x, factor * x):
        w, total, clean = torch.zeros(x.shape[1], dtype=x.dtype), 0, False
        while not clean:
            clean = True
            for point, target in zip(points, t):
                if target * (w @ point) <= 0:
                    w, total, clean = w + target * point, total + 1, False
        counts.append(total)
    return "b", *counts, w


REFERENCE = {
    "2.1": margin,
    "2.2": xor_net,
    "2.3": lms_gradient,
    "2.4": averaged_pass,
    "2.5": train,
    "2.6": weights_needed,
    "2.7": mistakes_when_scaled,
}


def lms_from_answer(w, b, x, t):
    error = t - torch.sign(x @ w + b)
    return -(error[:, None] * x).mean(0), -error.mean()


def lms_sum(w, b, x, t):
    error = t - (x @ w + b)
    return -(error[:, None] * x).sum(0), -error.sum()


def lms_mixed(w, b, x, t):
    error = t - (x @ w + b)
    return -(error[:, None] * x).mean(0), -error.sum()


def one_pass(w, b, x, t, zero_is_wrong=True, bias=1.0, always=False):
    """Return [(w, b, whether it was a mistake)], the first entry being the start."""
    notes = [(w.double(), float(b), False)]
    for point, target in zip(x, t):
        score = target * (notes[-1][0] @ point + notes[-1][1])
        wrong = always or bool(score < 0 or (zero_is_wrong and score == 0))
        w = notes[-1][0] + target * point * wrong
        notes.append((w, notes[-1][1] + float(target) * bias * wrong, wrong))
    return notes


def mean_of(notes):
    w, b, _ = zip(*notes)
    return torch.stack(w).mean(0), sum(b) / len(b)


def noting_one_tensor(w, b, x, t):
    weights, biases = [], []
    for point, target in zip(x, t):
        if target * (w @ point + b) <= 0:
            w += target * point
            b = b + target
        weights.append(w)
        biases.append(float(b))
    return torch.stack(weights).mean(0), sum(biases) / len(biases)


def broken_train(labels="signs", bias=True, reset=True):
    def train(x, y, epochs):
        w, b, mistakes, wrong = torch.zeros(x.shape[1], dtype=x.dtype), 0.0, [], 0
        targets = {"signs": 2 * y - 1, "as they are": y, "exchanged": 1 - 2 * y}[labels]
        for _ in range(epochs):
            wrong = 0 if reset else wrong
            for point, target in zip(x, targets):
                if torch.sign(w @ point + b) != target:
                    w, b, wrong = w + target * point, b + float(target) * bias, wrong + 1
            mistakes.append(wrong)
            if wrong == 0:
                break
        return w, b, mistakes

    return train


def cover_with(more=0, times=1.0):
    def weights(points, share):
        count, _ = weights_needed(points, share)
        count = max(1, min(points, count + more) if more < 0 else count + more)
        total = 2 * sum(math.comb(points - 1, k) for k in range(count))
        return count, times * total / 2**points

    return weights


def weights_for_more(points, share):
    """The smallest number of weights for *more* than the share, where there is one."""
    weights, probability = weights_needed(points, share)
    return cover_with(more=1)(points, share) if probability == share < 1 else (weights, probability)


def count_mistakes(x, t, factor, bias=0.0, passes=1000, of="mistakes"):
    counts = []
    for points in (x, factor * x):
        w, b, total = torch.zeros(x.shape[1], dtype=x.dtype), 0.0, 0
        shown, before = 0, None
        while total != before and shown < passes:
            shown, before = shown + 1, total
            for point, target in zip(points, t):
                if target * (w @ point + b) <= 0:
                    w, b, total = w + target * point, b + float(target) * bias, total + 1
        counts.append(total if of == "mistakes" else shown)
    return "b", *counts, w


def going_on(x, t, factor):
    _, count, _, w = count_mistakes(x, t, 1.0)
    return "b", count, 0, w


WRONG = {
    "2.1": [
        (lambda w, b, x, t: (t * (x @ w + b)).min(), "your margin doubles"),
        (lambda w, b, x, t: (x @ w + b).abs().min() / w.norm(), "yours never is"),
        (lambda w, b, x, t: (x @ w + b).min() / w.norm(), "ask the target"),
        (lambda w, b, x, t: (t * (x @ w + b)).mean() / w.norm(), "an average over the examples"),
        (lambda w, b, x, t: (t * (x @ w + b)).min() / (w @ w), "squares in it, and a root"),
        (lambda w, b, x, t: (t * (x @ w)).min() / w.norm(), "through the origin"),
        (lambda w, b, x, t: t * (x @ w + b) / w.norm(), "asked for is a number"),
    ],
    "2.2": [
        (lambda low, high: ([[1, 1], [1, 1]], [1, 2], [1, -1], 1), "is of no use|is not XOR"),
        (
            lambda low, high: (
                [[1, 1], [1, 1]],
                [4 * abs(low) + 4 * abs(high) + 9] * 2,
                [1, -1],
                1,
            ),
            "Hidden unit 1 never fires",
        ),
        (lambda low, high: ([[1, 1], [1, 1]], [low + high] * 2, [1, -1], 1), "the second is of no"),
        (lambda low, high: (*xor_net(low, high)[:2], [1, 1], 1), "the output is not XOR"),
        (lambda low, high: ([[1, 1]] * 3, [0] * 3, [1] * 3, 1), "two hidden units with two inputs"),
    ],
    "2.3": [
        (lms_from_answer, "before the threshold"),
        (lms_sum, "Do you divide by the right count"),
        (lms_mixed, "summed where the other is averaged"),
        (lambda w, b, x, t: tuple(-g for g in lms_gradient(w, b, x, t)), "the step downhill"),
        (lambda w, b, x, t: tuple(2 * g for g in lms_gradient(w, b, x, t)), "2 times what they"),
        (lambda w, b, x, t: (*lms_gradient(w, b, x, t), 0), "`for_w`, .*; `for_b`, a number"),
        (lambda *i: lms_gradient(*i)[::-1], "In `for_w`"),
        (lambda w, b, x, t: lms_gradient(w, 0.0, x, t), "bias is missing from your sum"),
        (lambda w, b, x, t: (lms_gradient(w, b, x, t)[0], b + x @ w - t), "asked for is a number"),
    ],
    "2.4": [
        (lambda *i: mean_of(one_pass(*i, zero_is_wrong=False)[1:]), "never begin to learn"),
        (lambda *i: one_pass(*i)[-1][:2], "where the pass ended"),
        (noting_one_tensor, "changes a tensor in place"),
        (lambda *i: mean_of(one_pass(*i)), "from before the first example"),
        (lambda *i: mean_of(one_pass(*i)[:-1]), "before each example"),
        (lambda *i: mean_of(one_pass(*i, bias=0.0)[1:]), "bias stands still"),
        (
            lambda *i: mean_of([note for note in one_pass(*i)[1:] if note[2]] or one_pass(*i)[:1]),
            "after mistakes only",
        ),
        (lambda *i: mean_of(one_pass(*i, always=True)[1:]), "answered rightly"),
    ],
    "2.5": [
        (broken_train("as they are", bias=False, reset=False), "labelled 0 never changes"),
        (broken_train("as they are"), "labelled 0 never changes"),
        (broken_train("signs", bias=False, reset=False), "bias stands still"),
        (broken_train("signs", bias=False), "bias stands still"),
        (broken_train("signs", reset=False), "never goes down"),
        (broken_train("exchanged"), "classes are exchanged"),
    ],
    "2.6": [
        (cover_with(more=-1), "of the labellings are separable; at least"),
        (cover_with(more=1), "One weight fewer"),
        (cover_with(more=3), "Fewer weights would do"),
        (weights_for_more, "is exactly .* is enough"),
        (lambda *i: (weights_needed(*i)[0] - 1 or 1, weights_needed(*i)[1]), "counted once"),
        (cover_with(times=2.0**9), "more than 1. Is it a count"),
        (cover_with(times=0.25), "0.25 times what Cover's count"),
        (cover_with(times=0.5), "2 before Cover's sum is missing"),
        (
            lambda points, share: (points / 2, share),
            "a whole number|Cover's count|give back the share",
        ),
        (lambda points, share: (weights_needed(points, share)[0], math.nan), "NaN"),
    ],
    "2.7": [
        (lambda *i: count_mistakes(*i, bias=1.0), "Your unit has a bias"),
        (lambda *i: count_mistakes(*i, passes=1), "after the first pass"),
        (lambda *i: count_mistakes(*i, of="passes"), "You count passes"),
        (lambda x, t, factor: ("b", 0, 0, 0 * x[0]), "No mistake at all"),
        (going_on, "goes on where the first ended"),
        (lambda x, t, factor: count_mistakes(x, t, 1.0), "The weights are those after the first"),
        (lambda *i: count_mistakes(*i)[1:], "Return 4 values"),
        (lambda *i: ("exactly as many", *count_mistakes(*i)[1:]), "your prediction: one of"),
    ],
}
