"""Methods along axes beside torch's of the same name."""

import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff.arrangement import Arrangement
from tests.oracle import assert_like_torch, random

INDEX = torch.tensor([[0, 2, 1], [1, 1, 0]])
LIKE = torch.ones(3, 2)
CALLS = {
    "sum": (1,), "mean": (1,), "prod": (1,), "cumsum": (1,), "var": (1,), "std": (1,),
    "norm": (), "logsumexp": (1,), "softmax": (1,), "log_softmax": (1,), "amax": (1,),
    "amin": (1,), "max": (), "min": (), "topk": (2,), "sort": (1,), "reshape": (3, 2),
    "view": (3, 2), "view_as": (LIKE,), "reshape_as": (LIKE,), "flatten": (0, 1),
    "unflatten": (1, (3, 1)), "permute": (1, 0), "transpose": (0, 1), "movedim": (0, 1),
    "t": (), "unsqueeze": (1,), "squeeze": (), "expand": (4, 2, 3),
    "expand_as": (torch.ones(4, 2, 3),),
    "repeat": (2, 1), "repeat_interleave": (2, 1), "roll": (1, 1), "flip": (1,), "tril": (),
    "triu": (), "gather": (1, INDEX), "index_select": (1, INDEX[0]),
    "masked_select": (INDEX > 0,), "narrow": (1, 1, 2), "scatter": (1, INDEX, LIKE.T.double()),
    "scatter_add": (1, INDEX, LIKE.T.double()), "index_add": (0, INDEX[1, :2], LIKE.T.double()),
    "split": (2, 1), "chunk": (2, 1), "unbind": (1,), "clone": (), "contiguous": (),
    "to": (torch.float64,), "cumprod": (1,), "sum_to_size": (1, 3),
    "index_put": ((INDEX[1, :2],), LIKE.T.double()),
    "swapaxes": (0, 1), "swapdims": (0, 1), "moveaxis": (0, 1), "ravel": (), "select": (1, 2),
    "broadcast_to": ((4, 2, 3),),
}  # fmt: skip


def test_every_method_is_tried():
    named = {name for name in vars(Arrangement) if name[0] != "_"}
    assert named == CALLS.keys() | {"T", "mT"}


def first_of(result):
    return result if hasattr(result, "ndim") else result[0]


@pytest.mark.parametrize("name", CALLS)
def test_method_is_torchs(name):
    def step(x):
        return first_of(getattr(x, name)(*CALLS[name]))

    assert_like_torch(step, step, [random(2, 3)])


def test_transposes_are_attributes():
    assert_like_torch(lambda x: x.T + x.mT, lambda x: x.T + x.mT, [random(2, 3)])
    with pytest.raises(ValueError, match=r".T is for matrices, got shape \(2,\)"):
        _ = Tensor(torch.ones(2)).T
