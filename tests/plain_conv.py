"""The plain convolution as the witness of the fast ones: cases for all, and the comparison."""

from typing import Any

import torch
from hypothesis import strategies as st

from dlcore import Tensor
from dlcore.layers.conv import Convolution
from tests.oracle import random


@st.composite
def cases(draw, stride: Any = None, dilation: Any = None, kernel: Any = None, groups: Any = 1):
    """(x, weight, bias, stride, padding, dilation, groups), with what is given held fixed."""
    dims = draw(st.integers(1, 3)) if kernel is None else len(kernel)
    per_axis = lambda low, high: tuple(draw(st.integers(low, high)) for _ in range(dims))  # noqa: E731
    kernel = kernel or per_axis(1, 4)
    strides = per_axis(1, 3) if stride is None else (stride,) * dims
    dilations = per_axis(1, 2) if dilation is None else (dilation,) * dims
    padding = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(dims))
    size = [
        max(1, d * (k - 1) + 1 - sum(p)) + draw(st.integers(0, 6 - dims))
        for k, d, p in zip(kernel, dilations, padding, strict=True)
    ]
    per_group = 5 if groups == 1 else 2
    channels, filters = (
        (1 if groups == "channels" else groups) * draw(st.integers(1, per_group)) for _ in range(2)
    )
    if groups == "channels":
        channels = filters = draw(st.integers(2, 4))
    count = channels if groups == "channels" else groups
    x = random(draw(st.integers(1, 3)), channels, *size)
    if draw(st.booleans()):  # channels last in memory, as the layers hand them on
        x = x.movedim(1, -1).contiguous().movedim(-1, 1)
    weight = random(filters, channels // count, *kernel, seed=1)
    bias = draw(st.sampled_from([None, random(filters, seed=2)]))
    return x, weight, bias, strides, padding, dilations, count


def run(function: Any, x: Any, weight: Any, bias: Any, *options: Any, needs_x: bool = True) -> Any:
    """(y, and the gradients of x, weight and bias) under a random probe."""
    tensors = Tensor(x, needs_x), Tensor(weight, True), bias if bias is None else Tensor(bias, True)
    y = function.apply(*tensors, *options)
    y.backward(random(*y.shape, seed=3).to(x.dtype))
    return [y.data, *(t.grad if t is not None else None for t in tensors)]


def assert_like_plain(function: Any, x: Any, weight: Any, bias: Any, *options: Any) -> None:
    for needs_x in (True, False):
        ours = run(function, x, weight, bias, *options, needs_x=needs_x)
        plain = run(Convolution, x, weight, bias, *options, needs_x=needs_x)
        for mine, expected in zip(ours, plain, strict=True):
            if expected is None:
                assert mine is None
            else:
                torch.testing.assert_close(mine, expected, rtol=0, atol=1e-9)


def assert_single_is_exact(function: Any, x: Any, weight: Any, bias: Any, *options: Any) -> None:
    """float32 within 1e-5 of a float64 oracle, relative to the norm."""
    exact = run(Convolution, x, weight, bias, *options)
    single = run(function, x.float(), weight.float(), bias.float(), *options)
    for mine, expected in zip(single, exact, strict=True):
        assert (mine.double() - expected).norm() / expected.norm() < 1e-5
