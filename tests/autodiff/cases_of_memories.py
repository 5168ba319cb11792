"""What scans, long convolutions and fast weights are compared with in their second derivatives."""

import torch

from dlcore.layers import statespace
from dlcore.layers.fast import statespace as fast
from dlcore.models.language.fast_weights import FastWeightFunction
from tests.autodiff.second_order import case
from tests.oracle import random

R = random


def scan(x, delta, a, b, c, h):
    """Each number of each state by itself."""
    y = []
    for t in range(x.shape[1]):
        h = torch.einsum("nds,nds->nds", (delta[:, t, :, None] * a).exp(), h)
        h = h + torch.einsum("nd,nd,ns->nds", delta[:, t], x[:, t], b[:, t])
        y.append(torch.einsum("nds,ns->nd", h, c[:, t]))
    return torch.stack(y, 1), h


def convolution(x, kernel):
    """The sum over all lags, one after the other."""
    y = torch.zeros_like(x)
    for lag in range(x.shape[1]):
        late = torch.nn.functional.pad(x, (0, 0, lag, 0))[:, : x.shape[1]]
        y = y + kernel[:, lag] * late
    return y


def written_table(q, k, v, alpha, beta, table, delta):
    y = []
    for t in range(q.shape[1]):
        table = alpha[:, t, None, None] * table
        error = v[:, t] - (torch.einsum("ned,nd->ne", table, k[:, t]) if delta else 0)
        table = table + torch.einsum("n,ne,nd->ned", beta[:, t], error, k[:, t])
        y.append(torch.einsum("ned,nd->ne", table, q[:, t]))
    return torch.stack(y, 1), table


def scanned(steps):
    return (
        R(2, steps, 2), R(2, steps, 2, seed=1, positive=True), -R(2, 3, seed=2, positive=True),
        R(2, steps, 3, seed=3), R(2, steps, 3, seed=4), R(2, 2, 3, seed=5),
    )  # fmt: skip


WRITTEN = (
    R(2, 3, 2), R(2, 3, 2, seed=1), R(2, 3, 4, seed=2), R(2, 3, seed=3), R(2, 3, seed=4),
    R(2, 4, 2, seed=5),
)  # fmt: skip
CASES = [
    *(
        case(function, *scanned(steps), oracle=scan)
        for function in (statespace.SelectiveScanFunction, fast.ChunkedScanFunction)
        for steps in (1, 3)
    ),
    *(
        case(function, R(2, 4, 3), R(3, 4, seed=1), oracle=convolution)
        for function in (statespace.LongConvolution, fast.FFTLongConvolution)
    ),
    *(case(FastWeightFunction, *WRITTEN, delta, oracle=written_table) for delta in (False, True)),
]  # fmt: skip
