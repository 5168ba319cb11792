"""What recurrent layers and CTC are compared with in their gradients of gradients."""

import itertools

import torch

from dlcore.layers import ctc, gru, lstm, recurrent
from tests.autodiff.second_order import Fixed, case
from tests.oracle import random

R = random
SIZES = (3, 2, 2, 1)  # three sequences, the longest with four steps
FULL = (2, 2, 2)


def rolled(step, x, states, sizes, reverse):
    """Rows of all steps and the states after them, from `step(x, *states) -> states`."""
    rows, states = list(x.split(sizes)), list(states)
    for t in sorted(range(len(sizes)), reverse=reverse):
        n = sizes[t]
        new = step(rows[t], *(state[:n] for state in states))
        states = [torch.cat([a, state[n:]]) for a, state in zip(new, states, strict=True)]
        rows[t] = new[0]
    return torch.cat(rows), *states


def elman(x, w_x, w_h, b_x, b_h, h, sizes, reverse, relu):
    act = torch.relu if relu else torch.tanh

    def step(x, h):
        return (act(x @ w_x.T + h @ w_h.T + (0 if b_x is None else b_x + b_h)),)

    return rolled(step, x, [h], sizes, reverse)


def gated(x, w_x, w_h, b_x, b_h, h, sizes, reverse):
    def step(x, h):
        return (torch.gru_cell(x, h, w_x, w_h, b_x, b_h),)

    return rolled(step, x, [h], sizes, reverse)


def long_short(x, w_x, w_h, b_x, b_h, h, c, p, sizes, reverse):
    def step(x, h, c):
        i, f, g, o = (x @ w_x.T + h @ w_h.T + b_x + b_h).chunk(4, 1)
        p_i, p_f, p_o = (0, 0, 0) if p is None else p
        i, f, g = (i + p_i * c).sigmoid(), (f + p_f * c).sigmoid(), g.tanh()
        c = f * c + i * g
        return (o + p_o * c).sigmoid() * c.tanh(), c

    return rolled(step, x, [h, c], sizes, reverse)


def weights(gates, inputs=3, width=2):
    return (
        R(gates * width, inputs, seed=1), R(gates * width, width, seed=2),
        R(gates * width, seed=3), R(gates * width, seed=4),
    )  # fmt: skip


def spoken(path):
    """Merge repetitions, then drop blanks."""
    return tuple(label for label, _ in itertools.groupby(path) if label)


def by_all_paths(targets, lengths, y, zero_infinity):
    """−log of the sum over every path that says the target, one by one."""
    losses = []
    for n, (target, steps) in enumerate(zip(targets, lengths, strict=True)):
        paths = itertools.product(range(y.shape[2]), repeat=steps)
        logs = [
            sum(y[t, n, label] for t, label in enumerate(path))
            for path in paths if spoken(path) == target
        ]  # fmt: skip
        losses.append(-torch.stack(logs).logsumexp(0) if logs else 0 * y[0, n, 0])
    return torch.stack(losses)


def transcripts(targets, lengths, zero_infinity):
    """A case of CTC: y (T, N, 3) with targets of at most two labels, the blank being 0."""
    labels = torch.tensor([[*target, 0, 0][:2] for target in targets])
    states, jumps = ctc.walk(labels, 0)
    counts = torch.tensor([len(target) for target in targets])
    ends = ctc.end_states(counts, states.shape[1], torch.float64)
    y = R(max(lengths), len(targets), 3).log_softmax(2)
    return case(
        ctc.CTCFunction, y, states, jumps, torch.tensor(lengths), Fixed(ends), zero_infinity,
        oracle=lambda y, *rest: by_all_paths(targets, lengths, y, zero_infinity),
    )  # fmt: skip


CASES = [
    *(
        case(
            recurrent.ElmanFunction, R(8, 3), *weights(1), R(3, 2, seed=5), SIZES, reverse, relu,
            oracle=elman,
        )
        for reverse, relu in ((False, False), (True, False), (False, True))
    ),
    case(
        recurrent.ElmanFunction, R(3, 3), *weights(1)[:2], None, None, R(3, 2, seed=5), (3,), False,
        False, oracle=elman,
    ),
    case(gru.GRUFunction, R(8, 3), *weights(3), R(3, 2, seed=5), SIZES, False, oracle=gated),
    case(gru.GRUFunction, R(8, 3), *weights(3), R(3, 2, seed=5), SIZES, True, oracle=gated),
    case(
        lstm.LSTMFunction, R(8, 3), *weights(4), R(3, 2, seed=5), R(3, 2, seed=6), R(3, 2, seed=7),
        SIZES, True, oracle=long_short,
    ),
    case(
        lstm.LSTMFunction, R(6, 3), *weights(4), R(2, 2, seed=5), R(2, 2, seed=6), None, FULL,
        False, oracle=long_short,
    ),
    transcripts([(1, 2), (1, 1), (2,)], [3, 4, 2], False),
    transcripts([(1, 2), (1, 1), ()], [3, 2, 2], True),  # the second needs three steps
]  # fmt: skip
