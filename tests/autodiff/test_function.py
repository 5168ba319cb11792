import pytest
import torch

from dlcore import Function, Tensor
from tests.oracle import random


class SortTwo(Function):
    """Two outputs and an index without gradient."""

    @staticmethod
    def forward(ctx, x):
        values, order = x.sort()
        ctx.save_for_backward(order)
        ctx.mark_non_differentiable(order)
        return values, values.flip(0), order

    @staticmethod
    def backward(ctx, grad, flipped, _):
        (order,) = ctx.saved_tensors
        return torch.zeros_like(grad).scatter_(0, order, grad + flipped.flip(0))


def test_several_outputs_and_those_without_gradient():
    x = Tensor(torch.tensor([3.0, 1.0, 2.0]), True)
    up, down, order = SortTwo.apply(x)
    assert order.tolist() == [1, 2, 0]
    assert not order.requires_grad
    (up * Tensor(torch.tensor([1.0, 10.0, 100.0]))).sum().backward()
    assert x.grad.tolist() == [100, 1, 10]  # nothing arrived at `down`: zeros are passed
    x.grad = None
    up, down, order = SortTwo.apply(x)
    (up[0] * 2 + down[0]).backward()
    assert x.grad.tolist() == [1, 2, 0]


def test_only_what_is_needed_is_asked_for():
    seen = []

    class Probe(Function):
        @staticmethod
        def forward(ctx, x, y, n):
            seen.append(ctx.needs_input_grad)
            return x * y * n

        @staticmethod
        def backward(ctx, grad):
            return grad, None, None

    Probe.apply(Tensor(1.0, True), Tensor(2.0), 3)
    assert seen == [(True, False, False)]


def test_a_call_is_recorded_for_tensors_and_leaves_torch_tensors_as_they_are():
    numbers = torch.tensor([3.0, 1.0])
    up, down, _ = SortTwo.call(numbers)
    assert (type(up), up.tolist(), down.tolist()) == (torch.Tensor, [1, 3], [3, 1])
    assert SortTwo.call(Tensor(numbers, True))[0].node.function is SortTwo


def test_no_gradient_arrives_where_backward_returns_none():
    class Stop(Function):
        no_gradient_for = frozenset({0})

        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, grad):
            return None

    x = Tensor(1.0, True)
    (Stop.apply(x * 3) + Tensor(2.0, True)).backward()
    assert x.grad is None


def test_a_gradient_that_is_asked_for_is_not_silently_missing():
    class Half(Function):
        @staticmethod
        def forward(ctx, a, b):
            return a * b

        @staticmethod
        def backward(ctx, grad):
            return grad, None

    Half.apply(Tensor(1.0, True), Tensor(2.0)).backward()
    with pytest.raises(ValueError, match=r"Half.backward returned no gradient for input 1"):
        Half.apply(Tensor(1.0, True), Tensor(2.0, True)).backward()


def wrong(result):
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return result

    return Wrong


def test_a_backward_that_breaks_the_contract_is_named():
    x = Tensor(random(3), True)
    message = r"Wrong.backward returned a gradient of shape \(2,\) for input 0 of shape \(3,\)"
    with pytest.raises(ValueError, match=message):
        wrong(torch.ones(2)).apply(x).sum().backward()
    with pytest.raises(ValueError, match="returned 2 gradients for 1 inputs"):
        wrong((torch.ones(3), None)).apply(x).sum().backward()


def test_an_abstract_function_says_what_to_define():
    with pytest.raises(NotImplementedError, match="defines forward"):
        Function.apply(Tensor(1.0))
    with pytest.raises(NotImplementedError, match="defines backward"):
        Function.backward(None)


def test_plain_torch_tensors_are_constants():
    class Scale(Function):
        @staticmethod
        def forward(ctx, x, factor):
            return x * factor

        @staticmethod
        def backward(ctx, grad):
            return grad, None

    y = Scale.apply(torch.ones(2), 3)
    assert isinstance(y, Tensor)
    assert not y.requires_grad
