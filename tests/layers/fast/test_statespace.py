"""Pieces side by side give the scan, spectra the convolution."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import dlcore
from dlcore import Tensor
from dlcore.autodiff.faster import fastest
from dlcore.layers.fast.statespace import (
    ChunkedScanFunction,
    FFTLongConvolution,
    all_gradients,
    all_states,
    pieces,
)
from dlcore.layers.statespace import LongConvolution, SelectiveScanFunction
from tests.oracle import assert_gradcheck, random


def inputs(n, t, d, s, dtype=torch.float64):
    tensors = (
        random(n, t, d), random(n, t, d, seed=1, positive=True), -random(d, s, positive=True),
        random(n, t, s, seed=2), random(n, t, s, seed=3), random(n, d, s, seed=4),
    )  # fmt: skip
    return [v.to(dtype) for v in tensors]


def run(function, tensors):
    """Outputs, and gradients through a random probe of each of them."""
    boxed = [Tensor(v.clone(), True) for v in tensors]
    results = function.apply(*boxed)
    results = results if isinstance(results, tuple) else (results,)
    loss = sum((y * random(*y.shape, seed=k).to(y.dtype)).sum() for k, y in enumerate(results))
    loss.backward()
    return [y.data for y in results] + [v.grad for v in boxed]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3), st.integers(1, 40), st.integers(1, 4), st.integers(1, 4))
def test_pieces_give_the_scan(n, t, d, s):
    both = [run(f, inputs(n, t, d, s)) for f in (ChunkedScanFunction, SelectiveScanFunction)]
    torch.testing.assert_close(*both, rtol=0, atol=1e-10)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3), st.integers(1, 40), st.integers(1, 4))
def test_spectra_give_the_convolution(n, t, d):
    tensors = [random(n, t, d), random(d, t, seed=1)]
    both = [run(f, tensors) for f in (FFTLongConvolution, LongConvolution)]
    torch.testing.assert_close(*both, rtol=0, atol=1e-10)


def test_gradchecks():
    assert_gradcheck(ChunkedScanFunction, *inputs(2, 7, 2, 3))
    assert_gradcheck(FFTLongConvolution, random(2, 5, 3), random(3, 5, seed=1))


@pytest.mark.parametrize("function", [ChunkedScanFunction, FFTLongConvolution])
def test_float32_against_a_float64_oracle(function):
    exact = [random(2, 300, 3), random(3, 300, seed=1)]
    if function is ChunkedScanFunction:
        exact = inputs(2, 300, 3, 4)
    single = run(function, [v.float() for v in exact])
    for mine, other in zip(single, run(function.plain, exact), strict=True):
        assert (mine.double() - other).norm() / other.norm() < 1e-5


def test_what_fades_to_nothing_stays_a_number():
    tensors = inputs(1, 100, 2, 3, torch.float32)
    tensors[1] = tensors[1] * 1e4  # exp(−10⁶): a product of inverses would overflow
    assert all(v.isfinite().all() for v in run(ChunkedScanFunction, tensors))


def test_pieces_by_hand():
    v = torch.arange(5.0).reshape(1, 5, 1)
    assert pieces(v, 2)[0, :, :, 0].tolist() == [[0, 1], [2, 3], [4, 0]]
    assert pieces(v[:, :4], 2)[0, :, :, 0].tolist() == [[0, 1], [2, 3]]


def test_states_and_gradients_of_one_number_by_hand():
    """Nothing fades: states count what was written, gradients what is still to be read."""
    ones, none = torch.ones(1, 2, 2, 1), torch.zeros(1, 1)
    states = all_states(ones, ones, ones, none, torch.zeros(1, 1, 1))
    assert states.flatten(2).tolist() == [[[0, 1, 2], [2, 3, 4]]]
    r, first = all_gradients(ones, ones, ones, none, torch.zeros(1, 1, 1))
    assert r.flatten(2).tolist() == [[[4, 3], [2, 1]]]
    assert first.item() == 4


def test_backward_leaves_what_it_needs_for_a_second_time():
    for function, tensors in (
        (ChunkedScanFunction, inputs(1, 9, 2, 2)),
        (FFTLongConvolution, [random(1, 9, 2), random(2, 9)]),
    ):
        x = Tensor(tensors[0], True)
        y = function.apply(x, *tensors[1:])
        y = y[0] if isinstance(y, tuple) else y
        y.backward(random(1, 9, 2), retain_graph=True)
        first = x.grad.clone()
        y.backward(random(1, 9, 2))
        torch.testing.assert_close(x.grad, 2 * first, rtol=0, atol=0)


def test_where_they_are_taken():
    assert fastest(SelectiveScanFunction, *inputs(1, 16, 2, 3)) is ChunkedScanFunction
    for few in ((1, 15, 2, 3), (0, 16, 2, 3), (4, 16, 64, 32)):
        assert fastest(SelectiveScanFunction, *inputs(*few)) is SelectiveScanFunction
    assert not ChunkedScanFunction.suits(*inputs(1, 16, 2, 3, torch.bfloat16))
    meta = [v.to("meta") for v in inputs(1, 2**13, 2**5, 2**5)]
    assert not ChunkedScanFunction.suits(*meta)
    x, kernel = random(1, 32, 2), random(2, 32)
    assert fastest(LongConvolution, x, kernel) is FFTLongConvolution
    assert fastest(LongConvolution, x[:, 1:], kernel[:, 1:]) is LongConvolution
    assert fastest(LongConvolution, x.bfloat16(), kernel.bfloat16()) is LongConvolution
    x[0, 3, 0] = torch.inf
    assert fastest(LongConvolution, x, kernel) is LongConvolution
    with dlcore.plain():
        assert fastest(SelectiveScanFunction, *inputs(1, 16, 2, 3)) is SelectiveScanFunction
