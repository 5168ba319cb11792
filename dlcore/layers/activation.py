"""1986, Rumelhart, Hinton and Williams: smooth responses in place of all-or-nothing (chapter 3)."""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.functional import reshape
from dlcore.autodiff.inplace import become
from dlcore.layers.check import check_axis, check_floating, check_tensor
from dlcore.layers.module import Module


class StepFunction(Function):
    """y = 1 where x ≥ 0, else 0: the all-or-nothing unit. Its slope is 0 wherever it has one."""

    @staticmethod
    def forward(ctx, x):
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        return torch.zeros_like(grad)


class SigmoidFunction(Function):
    """y = 1 / (1 + e⁻ˣ);   dy/dx = y (1 − y), at most 1/4."""

    @staticmethod
    def forward(ctx, x):
        y = torch.sigmoid(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return (y - y * y).mul_(grad)


class TanhFunction(Function):
    """y = tanh x;   dy/dx = 1 − y²."""

    @staticmethod
    def forward(ctx, x):
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return torch.addcmul(grad, grad * y, y, value=-1)


class SoftsignFunction(Function):
    """y = x / (1 + |x|);   dy/dx = (1 − |y|)². Like tanh, but it flattens slowly.

    X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks
    (2010), https://proceedings.mlr.press/v9/glorot10a.html, compare it with tanh.
    """

    @staticmethod
    def forward(ctx, x):
        y = x / (1 + x.abs())
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * (1 - y.abs()) ** 2


class ReLUFunction(Function):
    """y = max(x, 0);   dy/dx = 1 where x > 0, else 0."""

    @staticmethod
    def forward(ctx, x):
        y = x.clamp_min(0)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return torch.sign(y).mul_(grad)


class LogSigmoidFunction(Function):
    """y = −log(1 + e⁻ˣ);   dy/dx = σ(−x)."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp_max(0) - torch.log1p(torch.exp(-x.abs()))  # no overflow

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(-x)


class SoftmaxFunction(Function):
    """yᵢ = eˣⁱ / Σⱼ eˣʲ along `dim`;   dL/dx = y (g − Σⱼ gⱼ yⱼ)."""

    @staticmethod
    def forward(ctx, x, dim):
        y = (x - x.amax(dim, keepdim=True)).exp_()  # the largest exponent is 0: no overflow
        y = y.div_(y.sum(dim, keepdim=True))
        ctx.save_for_backward(y)
        ctx.dim = dim
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        along = torch.linalg.vecdot(grad, y, dim=ctx.dim).unsqueeze(ctx.dim)
        return (grad - along).mul_(y), None


def step(x: Any) -> Tensor:
    """1 where x ≥ 0, else 0; its gradient is 0. Raises TypeError unless x is a tensor."""
    check_tensor("step", x)
    return StepFunction.apply(x)


def sigmoid(input: Any) -> Tensor:
    """1 / (1 + e⁻ˣ), any shape. Raises TypeError unless input is a tensor."""
    check_tensor("sigmoid", input)
    return SigmoidFunction.apply(input)


def tanh(input: Any) -> Tensor:
    """The hyperbolic tangent, any shape. Raises TypeError unless input is a tensor."""
    check_tensor("tanh", input)
    return TanhFunction.apply(input)


def softsign(input: Any) -> Tensor:
    """x / (1 + |x|), between −1 and 1. Raises TypeError for numbers that are not floating-point."""
    check_floating("softsign", input)
    return SoftsignFunction.apply(input)


def relu(input: Any, inplace: bool = False) -> Tensor:
    """max(input, 0); with inplace, input itself becomes it, for all who hold input."""
    check_tensor("relu", input)
    y = ReLUFunction.apply(input)
    return become(input, y, "relu(inplace=True)") if inplace else y


def logsigmoid(input: Any) -> Tensor:
    """log σ(input), exact where σ itself would round to 0."""
    check_floating("logsigmoid", input)
    return LogSigmoidFunction.apply(input)


def softmax(input: Any, dim: int) -> Tensor:
    """Positive numbers along `dim` that sum to 1. Raises ValueError for an empty `dim`."""
    check_axis("softmax", input, dim)
    if not input.ndim:  # one number is its own axis
        return reshape(softmax(reshape(input, 1), dim), ())
    return SoftmaxFunction.apply(input, dim)


class Step(Module):
    """1 where x ≥ 0, else 0."""

    def forward(self, x: Any) -> Tensor:
        return step(x)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), between 0 and 1."""

    def forward(self, input: Any) -> Tensor:
        return sigmoid(input)


class Tanh(Module):
    """tanh x, between −1 and 1."""

    def forward(self, input: Any) -> Tensor:
        return tanh(input)


class Softsign(Module):
    """x / (1 + |x|), between −1 and 1."""

    def forward(self, input: Any) -> Tensor:
        return softsign(input)


class ReLU(Module):
    """max(x, 0)."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return relu(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class LogSigmoid(Module):
    """log σ(x)."""

    def forward(self, input: Any) -> Tensor:
        return logsigmoid(input)


class Softmax(Module):
    """Probabilities along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


for _function in (sigmoid, tanh, relu, softmax):  # x.tanh() and torch.tanh(x) work on a Tensor
    Tensor.torch_functions[_function.__name__] = _function
Tensor.torch_functions["logsigmoid"] = Tensor.torch_functions["log_sigmoid"] = logsigmoid
Tensor.torch_functions["softsign"] = softsign  # F.softsign(x); torch has no x.softsign()
