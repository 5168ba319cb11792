import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlcore import Flatten, Identity, Tensor, Unflatten
from dlcore.layers import unflatten
from tests.oracle import assert_like_torch, random


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.data())
def test_flatten_like_torch(shape, data):
    start = data.draw(st.integers(0, len(shape) - 1))
    end = data.draw(st.integers(start, len(shape) - 1)) - data.draw(
        st.sampled_from([0, len(shape)])
    )
    assert_like_torch(Flatten(start, end), torch.nn.Flatten(start, end), [random(*shape)])


@pytest.mark.parametrize(("dim", "sizes"), [(1, (2, 3)), (-1, (-1, 2)), (1, (6, 1)), (1, (-1,))])
def test_unflatten_like_torch(dim, sizes):
    x = random(4, 6)
    assert_like_torch(Unflatten(dim, sizes), torch.nn.Unflatten(dim, sizes), [x])
    assert_like_torch(
        lambda x: x.unflatten(dim, sizes), lambda x: torch.unflatten(x, dim, sizes), [x]
    )


def test_there_and_back():
    x = random(2, 3, 4)
    assert torch.equal(Unflatten(1, (3, 4))(Flatten()(x)).data, x)


def test_identity_gives_back_the_same():
    x = Tensor(random(2))
    assert Identity(54, unused=0.1)(x) is x


def test_modules_print_as_torchs():
    for text in ("Flatten()", "Unflatten(1, (2, 3))", "Identity()", "Flatten(0, -2)"):
        assert repr(eval(text)) == repr(eval(f"torch.nn.{text}"))


def test_bad_input():
    with pytest.raises(ValueError, match=r"end_dim=-1\) got x of shape \(3,\), which has too few"):
        Flatten()(torch.ones(3))
    with pytest.raises(ValueError, match=r"split an axis of 6 into \(4, 2\)"):
        unflatten(torch.ones(1, 6), 1, (4, 2))
    with pytest.raises(ValueError, match=r"split an axis of 6 into \(-1, -1\)"):
        unflatten(torch.ones(1, 6), 1, (-1, -1))
    with pytest.raises(ValueError, match=r"unflatten got dim=2 for x of shape \(1, 6\)"):
        unflatten(torch.ones(1, 6), 2, (4, 2))
