import inspect
from pathlib import Path

import pytest
import torch
import torch.utils.checkpoint
from torch.autograd.gradcheck import GradcheckError

from dlcore import Function, Tensor
from dlcore.autodiff import ops, shape
from dlcore.autodiff.bridge import to_torch
from tests.oracle import random


def test_a_function_runs_under_torchs_autograd():
    x = random(3, 4).requires_grad_()
    y = to_torch(ops.Sum).apply(x * 2, 1, False)
    y.backward(torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64))
    assert torch.equal(x.grad, torch.tensor([2.0, 4.0, 6.0]).double()[:, None].expand(3, 4))


def test_torchs_gradcheck_sees_a_broken_backward():
    class Broken(ops.Mul):
        @staticmethod
        def backward(ctx, grad):
            _, b = ctx.saved_tensors
            return grad * b, grad * b

    with pytest.raises(GradcheckError):
        torch.autograd.gradcheck(
            to_torch(Broken).apply,
            (random(3).requires_grad_(), random(3, seed=1).requires_grad_()),
        )


def test_only_functions_cross():
    with pytest.raises(TypeError, match="takes a Function class"):
        to_torch(torch.exp)


@pytest.mark.parametrize("room", [ops, shape], ids=lambda room: room.__name__)
def test_no_function_of_the_room_escapes_the_tests(room):
    """A Function that no test names is a hole."""
    twin = Path(__file__).with_name(f"test_{room.__name__.rpartition('.')[2]}.py").read_text()
    defined = [
        name
        for name, value in vars(room).items()
        if inspect.isclass(value) and issubclass(value, Function)
        if value.__module__ == room.__name__
    ]
    assert len(defined) > 8
    assert [name for name in defined if name not in twin and name != "Elementwise"] == []


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale=1.0):
        return x * scale

    @staticmethod
    def backward(ctx, grad):
        return -grad, None


def test_torchs_functions_refuse_our_tensors():
    x = Tensor(torch.ones(2), True)
    for call in (lambda: Reverse.apply(x), lambda: Reverse.apply(torch.ones(2), x)):
        with pytest.raises(TypeError, match=r"Reverse is a Function of torch.autograd.*dlcore"):
            call()
    with pytest.raises(TypeError, match="CheckpointFunction is a Function of torch.autograd"):
        torch.utils.checkpoint.checkpoint(lambda x: x * 2, x, use_reentrant=True)
    y = torch.utils.checkpoint.checkpoint(lambda x: x * 2, x, use_reentrant=False)
    y.sum().backward()
    assert x.grad.tolist() == [2, 2]
    plain = torch.ones(2, requires_grad=True)
    Reverse.apply(plain).sum().backward()
    assert plain.grad.tolist() == [-1, -1]
