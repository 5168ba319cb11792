"""More wrong solutions of the exercises of chapter 6: each of them once passed, or was misnamed."""

import torch


def bias_for_each_pair(size, kernel, table):
    maps, inputs = table.shape
    seen, places = int(table.sum()), (size - kernel + 1) ** 2
    shared = (kernel**2 + 1) * seen
    return shared, places * shared, maps * places * (inputs * size**2 + 1)


def threshold_from(candidates, above=False):
    """The best of some thresholds; above: the accuracy has to be exceeded."""

    def choose_threshold(confidence, right, accuracy):
        best = 2.0, 1.0
        for threshold in candidates(confidence):
            read = confidence >= threshold
            found = right[read].double().mean()
            if found > accuracy + 1e-9 or (not above and found > accuracy - 1e-9):
                best = min(best, (threshold, 1 - read.double().mean().item()), key=lambda p: p[1])
        return best

    return choose_threshold


def one_after_another(confidence, right, accuracy):
    """The surest first; of those with the same confidence one may be read, the next one not."""
    order = confidence.argsort(descending=True, stable=True)
    good = right[order].cumsum(0) / torch.arange(1, len(order) + 1) >= accuracy - 1e-6
    if not good.any():
        return 2.0, 1.0
    last = int(good.nonzero().max())
    return confidence[order[last]], 1 - (last + 1) / len(order)


WRONG = {
    "6.2": [(bias_for_each_pair, "a bias for each pair")],
    "6.7": [
        (threshold_from(lambda confidence: confidence.tolist(), above=True), "be exceeded"),
        (threshold_from(lambda confidence: [n / 100 for n in range(101)]), "between any two"),
        (one_after_another, "part cheques with the same confidence"),
    ],
}
