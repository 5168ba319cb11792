"""einops on Tensors: values and gradients are those of einops on torch's tensors."""

import einops
import pytest
import torch

from dlcore import Tensor
from dlcore.methods.export import einops_backend
from tests.oracle import assert_like_torch, random

X = random(2, 6, 4)
CALLS = {
    "rearrange": lambda x: einops.rearrange(x, "n (t s) d -> (s d) n t", s=3),
    "new axis": lambda x: einops.rearrange(x, "n t d -> n 1 (t d)"),
    "a list": lambda x: einops.rearrange([x, x * 2], "k n t d -> n (k t) d"),
    "repeat": lambda x: einops.repeat(x, "n t d -> n (t two) three d", two=2, three=3),
    "einsum": lambda x: einops.einsum(x, x, "n t d, n s d -> n t s"),
    "pack": lambda x: einops.pack([x, x[:, 0]], "n * d")[0],
    "unpack": lambda x: einops.unpack(x, [[2], [4]], "n * d")[1],
    **{
        f"reduce {name}": lambda x, name=name: einops.reduce(x, "n (t two) d -> n t", name, two=2)
        for name in ("min", "max", "sum", "mean", "prod")
    },
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients(name):
    assert_like_torch(CALLS[name], CALLS[name], [X])


def test_shapes_and_whole_numbers():
    x = Tensor(X)
    assert einops.parse_shape(x, "n _ d") == {"n": 2, "d": 4}
    assert not einops_backend.TensorBackend().is_float_type(Tensor(torch.ones(2).long()))
    assert einops_backend.TensorBackend().arange(1, 4).tolist() == [1, 2, 3]


def test_what_is_not_done_says_so():
    with pytest.raises(NotImplementedError, match="knows no 'any': take x.data"):
        einops.reduce(Tensor(X > 0), "n t d -> n", "any")
    with pytest.raises(einops.EinopsError, match="Shape mismatch"):
        einops.rearrange(Tensor(X), "n (t s) d -> n t s d", s=4)
