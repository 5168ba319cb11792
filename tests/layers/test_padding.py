import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

import dlcore
from dlcore import Conv1d, Conv2d, Conv3d, ConvTranspose2d, Tensor
from dlcore.layers import pad
from tests.oracle import assert_like_torch, random

MODES = ["constant", "reflect", "replicate", "circular"]


def test_hand_computed():
    row = torch.tensor([1.0, 2, 3])
    assert pad(row, (1, 2), value=7).tolist() == [7, 1, 2, 3, 7, 7]
    assert pad(row, (2, 1), "reflect").tolist() == [3, 2, 1, 2, 3, 2]
    assert pad(row, (2, 1), "replicate").tolist() == [1, 1, 1, 2, 3, 3]
    assert pad(row, (2, 1), "circular").tolist() == [2, 3, 1, 2, 3, 1]
    assert pad(row, (-1, 0)).tolist() == [2, 3]


@settings(max_examples=40)
@given(
    st.sampled_from(MODES), st.integers(1, 3),
    st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(4, 6),
)  # fmt: skip
def test_like_torch(mode, dims, widths, length):
    widths, x = widths[: 2 * dims], random(2, 3, *[length] * dims)
    assert_like_torch(lambda x: pad(x, widths, mode), lambda x: F.pad(x, widths, mode), [x])


@pytest.mark.parametrize("mode", MODES[1:])
@pytest.mark.parametrize("kind", [Conv1d, Conv2d, Conv3d])
@pytest.mark.parametrize("padding", [1, "same", 0])
def test_convolution_like_torch(kind, mode, padding):
    options = {"padding": padding, "padding_mode": mode}
    ours, theirs = kind(2, 4, 3, **options), getattr(torch.nn, kind.__name__)(2, 4, 3, **options)
    ours.double().load_state_dict(theirs.double().state_dict())
    assert repr(ours) == repr(theirs)
    assert_like_torch(ours, theirs, [random(2, 2, *[5] * kind.dims)])
    assert_like_torch(ours, theirs, [random(2, *[4] * kind.dims)])
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-9)


def test_answers_for_torch_functions():
    x = Tensor(torch.ones(2), True)
    F.pad(x, (1, 1)).sum().backward()
    assert x.grad.tolist() == [1, 1]


BAD = [
    (lambda: pad(random(3), (1, 1), "mirror"), "modes constant, reflect, .*got 'mirror'"),
    (lambda: pad(random(3), (1,)), r"takes \(before, after\) .*got \(1,\) for shape \(3,\)"),
    (lambda: pad(random(3), (1, 1, 1, 1)), "takes .*for some of the last axes"),
    (lambda: pad(random(3), (3, 0), "reflect"), r"cannot reflect by \(3, 0\) on an axis"),
    (lambda: pad(random(3), (0, 4), "circular"), r"circular by \(0, 4\)"),
    (lambda: pad(random(3), (-1, 0), "replicate"), r"replicate by \(-1, 0\)"),
    (lambda: pad(random(0), (1, 0), "replicate"), "on an axis of length 0"),
    (lambda: Conv2d(1, 1, 3, padding_mode="mirror"), "pads with zeros, reflect, replicate, circu"),
    (lambda: ConvTranspose2d(1, 1, 3, padding_mode="reflect"), "pads with zeros, got"),
    (lambda: Conv2d(2, 1, 3, padding=1, padding_mode="reflect")(torch.ones(1, 3, 4, 4)),
     "Conv2d with 2 input channels got x with 3"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


KINDS = ["Constant", "Zero", "Reflection", "Replication", "Circular"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_layers_like_torch(kind, dims):
    name = f"{kind}Pad{dims}d"
    value = (1.5,) if kind == "Constant" else ()
    for padding in (2, tuple(range(2 * dims)) if dims < 3 else (1, 0, 2, 1, 0, 2)):
        ours, theirs = (
            getattr(dlcore, name)(padding, *value),
            getattr(torch.nn, name)(padding, *value),
        )
        assert repr(ours) == repr(theirs)
        for shape in ((2, 3, *[5] * dims), (3, *[5] * dims)):
            assert_like_torch(ours, theirs, [random(*shape)])


def test_layers_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match=r"ZeroPad2d takes one number or 4 of them, got \(1, 2\)"):
        dlcore.ZeroPad2d((1, 2))
    with pytest.raises(ValueError, match=r"with 2 axes behind the channels, got shape \(3,\)"):
        dlcore.ReflectionPad2d(1)(random(3))
