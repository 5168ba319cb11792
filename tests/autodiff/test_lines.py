"""torch's names for the lines of a Function: values and gradients on Tensors are torch's."""

import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff import lines, methods
from tests.oracle import assert_like_torch, random

R = random
A, B = R(3, 4), R(4, seed=1)
ROWS = torch.tensor([[0, 1, 1, 2], [2, 0, 1, 0]])
INDEX = torch.tensor([2, 0, 2])
APART = (torch.tensor([0, 2, 1]), torch.tensor([1, 0, 0]))
THERE = R(3, 4, seed=2) > 0
CALLS = {
    "logaddexp": (torch.logaddexp, A, B),
    "xlogy": (torch.xlogy, A, B.abs()),
    "cumprod": (lambda x: torch.cumprod(x, 1), A),
    "expand_as": (lambda x, other: x.expand_as(other * 0) * other, B, A),
    "addcmul": (lambda x, a, b: torch.addcmul(x, a, b, value=-2), A, B, A + 1),
    "addmm": (torch.addmm, B, R(3, 2), R(2, 4)),
    "vecdot": (torch.linalg.vecdot, A, A + 1),
    "clamp_min": (lambda x: torch.clamp_min(x, 0.1), A),
    "clamp_max": (lambda x: torch.clamp_max(x, 0.1), A),
    "sum_to_size": (lambda x: x.sum_to_size((4, 1, 5)), R(3, 4, 2, 5)),
    "unflatten": (lambda x: x.unflatten(1, (2, -1)), A),
    "constant_pad_nd": (lambda x: torch.constant_pad_nd(x, [1, 2], 3.0), A),
    "index_put": (lambda x, v: x.index_put(APART, v), A, R(3, seed=3)),
    "tril": (lambda x: torch.tril(x, -1) * torch.tril(x[None]), A),
    "triu": (lambda x: torch.triu(x, 1) * torch.triu(x[None]), A),
    "outer": (torch.outer, A[0], B),
    "mm": (torch.mm, A, R(4, 2)),
    "mv": (torch.mv, A, B),
    "dot": (torch.dot, A[0], B),
    "t": (lambda x, y: torch.t(x) * 2 + torch.t(y)[0], A, A[0, :3]),
    "contiguous": (lambda x: x.mT.contiguous(), A),
    "repeat": (lambda x: x.repeat(2, 1, 3), A),
    "unbind": (lambda x: x.unbind(1)[2], A),
    "linalg_vecdot": (lambda x: torch.linalg.vecdot(x, x, dim=0), A),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients(name):
    function, *arguments = CALLS[name]
    assert_like_torch(function, function, arguments)


def test_every_name_is_tried():
    assert set(methods.LINES) == set(CALLS)


def test_what_the_numbers_say_of_themselves():
    x = Tensor(A.T)
    assert not x.is_contiguous()
    assert x.stride() == (1, 4)
    assert x.stride(1) == 4


def test_put_takes_what_broadcasts_and_numbers():
    x = Tensor(A, True)
    y = lines.put(x, (slice(None), 1), 7.0) + lines.put(x, THERE, Tensor(torch.ones(()).double()))
    assert y.data[:, 1].tolist() == [7 + (1 if t else a) for t, a in zip(THERE[:, 1], A[:, 1])]
    y.sum().backward()
    kept = torch.ones(3, 4).double()
    kept[:, 1] = 0
    assert torch.equal(x.grad, kept + (~THERE).double())
