"""More wrong solutions of the exercises of chapter 5: each of them once passed, or was misnamed."""

import torch


def peak_after(number):
    """The peak over another number of steps than was asked for."""

    def gradient_peak(W, g, steps):
        lengths = [g.norm()]
        for _ in range(number(steps)):
            g = W.T @ g
            lengths.append(g.norm())
        lag = int(torch.stack(lengths).argmax())
        return "b", lengths[lag], lag

    return gradient_peak


def odd_or_even(factors):
    sign = -1 if int((factors < 0).sum()) % 2 else 1
    return sign, factors.abs().log10().sum()


def squares_against_the_limit(tables, limit):
    square = sum((table.flatten(1) ** 2).sum(1) for table in tables)
    factor = torch.ones_like(square)
    factor[square > limit] = limit / square[square > limit].sqrt()
    return [torch.tensordot(factor, table, 1) / len(factor) for table in tables]


WRONG = {
    "5.2": [(odd_or_even, "one that is 0 is 0")],
    "5.3": [
        (peak_after(lambda steps: steps + 1), "one step further back"),
        (peak_after(lambda steps: max(steps - 1, 0)), "before the last step back"),
        (peak_after(lambda steps: 20), "not the right one"),
    ],
    "5.5": [(squares_against_the_limit, "by its squared length")],
}
