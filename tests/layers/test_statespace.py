"""The scan by hand, against a loop in float64 and torch's gradients; two forms of one layer."""

import math

import pytest
import torch

import dlcore
from dlcore import DiagonalSSM, Tensor
from dlcore.layers import long_convolution, selective_scan
from dlcore.layers.statespace import (
    LongConvolution,
    SelectiveScanFunction,
    fading,
    starting_steps,
    toeplitz,
)
from tests.autodiff.cases_of_memories import convolution, scan, scanned
from tests.oracle import assert_gradcheck, assert_like_torch, random


def test_one_number_by_hand():
    """A step of ln 2 at rate −1 keeps one half of what was there."""
    half = math.log(2)
    x, delta = torch.tensor([[[2.0], [4.0]]]), torch.tensor([[[1.0], [half]]])
    a, b, c = torch.tensor([[-1.0]]), torch.ones(1, 2, 1), torch.tensor([[[1.0], [10.0]]])
    y, last = selective_scan(x, delta, a, b, c)
    state = 0.5 * 2 + half * 4
    assert y.data.flatten().tolist() == pytest.approx([2, 10 * state])
    assert last.data.item() == pytest.approx(state)


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_scan_against_a_loop_in_float64(steps):
    for result in (0, 1):
        assert_like_torch(
            lambda *a, i=result: selective_scan(*a)[i], lambda *a, i=result: scan(*a)[i],
            scanned(steps),
        )  # fmt: skip


def test_gradchecks():
    assert_gradcheck(SelectiveScanFunction, *scanned(3))
    assert_gradcheck(LongConvolution, random(2, 4, 3), random(3, 4, seed=1))


def test_a_scan_in_two_parts_is_the_scan():
    x, delta, a, b, c, h = scanned(6)
    whole, last = selective_scan(x, delta, a, b, c, h)
    first, between = selective_scan(x[:, :2], delta[:, :2], a, b[:, :2], c[:, :2], h)
    second, end = selective_scan(x[:, 2:], delta[:, 2:], a, b[:, 2:], c[:, 2:], between)
    torch.testing.assert_close(torch.cat([first.data, second.data], 1), whole.data)
    torch.testing.assert_close(end.data, last.data)


def test_a_step_of_zero_changes_nothing_and_a_large_one_forgets():
    x, delta, a, b, c, h = scanned(1)
    _, last = selective_scan(x, 0 * delta, a, b, c, h)
    assert torch.equal(last.data, h)
    _, last = selective_scan(0 * x, 1e3 + delta, a, b, c, h)
    assert last.data.abs().max() < 1e-300


def test_no_example_is_a_batch_too():
    parts = [v[:0] if v.shape[0] == 2 and v.ndim == 3 else v for v in scanned(3)]
    y, last = selective_scan(*parts)
    assert y.shape == (0, 3, 2)
    assert last.shape == (0, 2, 3)


def test_float32_against_a_float64_oracle():
    parts = [v if v.ndim == 2 else v * 0.3 for v in scanned(200)]
    exact = scan(*parts)[0]
    single = selective_scan(*(v.float() for v in parts))[0].data
    assert (single - exact).norm() / exact.norm() < 1e-6


# -- the convolution --------------------------------------------------------------------------
def test_a_kernel_by_hand():
    x, kernel = torch.tensor([[[1.0], [0.0], [2.0]]]), torch.tensor([[3.0, 2.0, 1.0]])
    assert long_convolution(x, kernel).data.flatten().tolist() == [3, 2, 1 + 6]
    assert toeplitz(kernel)[0].tolist() == [[3, 0, 0], [2, 3, 0], [1, 2, 3]]


@pytest.mark.parametrize("steps", [1, 5])
def test_long_convolution_sums_over_lags(steps):
    inputs = [random(2, steps, 3), random(3, steps, seed=1)]
    assert_like_torch(long_convolution, convolution, inputs)


@pytest.mark.parametrize("plain", [True, False])
def test_convolution_and_recurrence_are_one_layer(plain):
    torch.manual_seed(0)
    layer, x = DiagonalSSM(3, 4).double(), random(2, 40, 3)
    layer.log_step.data += 2
    results = []
    for use in (layer, lambda x: layer.recurrence(x)[0]):
        layer.zero_grad()
        boxed = Tensor(x, True)
        if plain:
            with dlcore.plain():
                y = use(boxed)
        else:
            y = use(boxed)
        y.backward(random(2, 40, 3, seed=1))
        results.append([y.data, boxed.grad, *(p.grad.clone() for p in layer.parameters())])
    torch.testing.assert_close(*results, rtol=0, atol=1e-11)


def test_a_state_carries_the_layer_on():
    torch.manual_seed(0)
    layer, x = DiagonalSSM(3, 4).double(), random(2, 9, 3)
    first, h = layer.recurrence(x[:, :4])
    second, _ = layer.recurrence(x[:, 4:], h)
    both = torch.cat([first.data, second.data], 1)
    torch.testing.assert_close(both, layer(x).data, rtol=0, atol=1e-12)
    assert h.shape == (2, 3, 4)


def test_a_late_input_changes_nothing_early():
    torch.manual_seed(0)
    layer, x = DiagonalSSM(2, 3).double(), random(1, 8, 2)
    changed = x.clone()
    changed[:, 5:] += 1
    torch.testing.assert_close(layer(x).data[:, :5], layer(changed).data[:, :5], rtol=0, atol=0)


def test_where_it_starts():
    torch.manual_seed(0)
    layer = DiagonalSSM(500, 3)
    assert {name: tuple(p.shape) for name, p in layer.named_parameters()} == {
        "A_log": (500, 3), "log_step": (500,), "B": (500, 3), "C": (500, 3), "D": (500,),
    }  # fmt: skip
    assert fading(2, 3).exp().tolist() == [pytest.approx([1, 2, 3])] * 2
    steps = starting_steps(2000)
    assert 1e-3 <= steps.min() < 2e-3 < 0.05 < steps.max() <= 0.1
    assert steps.log10().mean().item() == pytest.approx(-2, abs=0.05)
    assert layer.B.data.std().item() == pytest.approx(3**-0.5, abs=0.05)


def test_bad_input_is_refused():
    x, delta, a, b, c, h = scanned(3)
    takes = r"takes x and delta \(N, T ≥ 1, D\)"
    for bad in (
        (x[0], delta[0], a, b, c), (x[:, :0], delta[:, :0], a, b[:, :0], c[:, :0]),
        (x, delta[:, 1:], a, b, c), (x, delta, a[1:], b, c), (x, delta, a, b[..., 1:], c),
        (x, delta, a[0], b, c),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=takes):
            selective_scan(*bad)
    with pytest.raises(ValueError, match=r"starts from a state \(2, 2, 3\), got \(2, 2\)"):
        selective_scan(x, delta, a, b, c, h[..., 0])
    with pytest.raises(TypeError, match="use x.to"):
        selective_scan(x, delta.float(), a, b, c)
    with pytest.raises(TypeError, match="floating-point"):
        selective_scan(x.long(), delta, a, b, c)
    with pytest.raises(ValueError, match=r"a kernel \(D, T\), got \(2, 3, 2\) and \(3, 2\)"):
        long_convolution(x, torch.ones(3, 2, dtype=x.dtype))
    with pytest.raises(TypeError, match="use x.to"):
        long_convolution(x, torch.ones(2, 3))
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        DiagonalSSM(0)
    layer = DiagonalSSM(2, 3)
    for wrong in (x.float()[0], x.float()[..., :1], x.float()[:, :0]):
        for use in (layer, layer.recurrence):
            with pytest.raises(ValueError, match=r"takes x \(N, T ≥ 1, 2\), got"):
                use(wrong)
    with pytest.raises(TypeError, match="use x.to"):
        layer(x)
