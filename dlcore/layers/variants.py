"""2015-2019: rectifiers that learn their slope, saturate, or gate (chapter 4).

PReLU: K. He, X. Zhang, S. Ren, J. Sun (2015), https://arxiv.org/abs/1502.01852. ReLU6: A.
Krizhevsky, Convolutional deep belief networks on CIFAR-10 (2010); Hardsigmoid and Hardswish:
A. Howard and others, Searching for MobileNetV3 (2019), https://arxiv.org/abs/1905.02244. SELU: G.
Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter (2017), https://arxiv.org/abs/1706.02515. GLU: Y.
Dauphin, A. Fan, M. Auli, D. Grangier (2016), https://arxiv.org/abs/1612.08083. Mish: D. Misra
(2019), https://arxiv.org/abs/1908.08681.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.functional import reshape
from dlcore.autodiff.inplace import become
from dlcore.layers.check import check_floating, check_parameter
from dlcore.layers.module import Module, Parameter

SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


class PReLUFunction(Function):
    """y = x where x > 0, else a x with a learned slope a;   dL/da = Σ of g x where x ≤ 0."""

    @staticmethod
    def forward(ctx, x, slope):
        ctx.save_for_backward(x, slope)
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(ctx, grad):
        x, slope = ctx.saved_tensors
        to_x = torch.where(x > 0, grad, slope * grad)
        return to_x, torch.where(x > 0, 0.0, grad * x).sum_to_size(slope.shape)


class HardtanhFunction(Function):
    """y = x held between low and high;   dy/dx = 1 inside, 0 outside and on the edges."""

    @staticmethod
    def forward(ctx, x, low, high):
        ctx.save_for_backward(x)
        ctx.low, ctx.high = low, high
        return x.clamp(low, high)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.where((x > ctx.low) & (x < ctx.high), grad, 0.0), None, None


class HardsigmoidFunction(Function):
    """y = (x + 3) / 6 held between 0 and 1: a sigmoid of straight lines."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x / 6 + 0.5).clamp(0, 1)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.where((x > -3) & (x < 3), grad / 6, 0.0)


class HardswishFunction(Function):
    """y = x (x + 3) / 6 between −3 and 3, 0 below, x above: SiLU of straight lines."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * (x / 6 + 0.5).clamp(0, 1)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        inside = torch.where(x <= -3, 0.0, grad * (x / 3 + 0.5))
        return torch.where(x >= 3, grad, inside)


class SELUFunction(Function):
    """y = s x where x > 0, else s α (eˣ − 1), s and α such that mean 0 and variance 1 stay."""

    @staticmethod
    def forward(ctx, x):
        y = SELU_SCALE * torch.where(x > 0, x, SELU_ALPHA * torch.expm1(x.clamp_max(0)))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return grad * torch.where(x > 0, SELU_SCALE, y + SELU_SCALE * SELU_ALPHA)


class GLUFunction(Function):
    """y = a σ(b) for the halves a, b of x along `dim`: one half opens and shuts the other."""

    @staticmethod
    def forward(ctx, x, dim):
        a, b = x.chunk(2, dim)
        gate = torch.sigmoid(b)
        ctx.save_for_backward(a, gate)
        ctx.dim = dim
        return a * gate

    @staticmethod
    def backward(ctx, grad):
        a, gate = ctx.saved_tensors
        return torch.cat([grad * gate, grad * a * gate * (1 - gate)], ctx.dim), None


class MishFunction(Function):
    """y = x tanh u with u = log(1 + eˣ);   dy/dx = tanh u + x σ(x) (1 − tanh² u)."""

    @staticmethod
    def forward(ctx, x):
        t = torch.tanh(torch.logaddexp(x, x.new_zeros(())))
        ctx.save_for_backward(x, t)
        return x * t

    @staticmethod
    def backward(ctx, grad):
        x, t = ctx.saved_tensors
        return grad * (t + x * torch.sigmoid(x) * (1 - t * t))


def prelu(input: Any, weight: Any) -> Tensor:
    """input (N, C, …) with one slope for all, weight (1,), or one for each channel, (C,)."""
    check_floating("prelu", input, weight)
    channels = input.shape[1] if input.ndim > 1 else 1
    check_parameter("prelu", input, weight, (1 if weight.numel() == 1 else channels,))
    shape = [-1, *[1] * (input.ndim - 2)] if input.ndim > 1 else [1] * input.ndim
    return PReLUFunction.apply(input, reshape(weight, *shape))


def hardtanh(
    input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """input held between min_val and max_val. ValueError unless min_val < max_val."""
    check_floating("hardtanh", input)
    if not min_val < max_val:
        raise ValueError(f"hardtanh needs min_val < max_val, got {min_val} and {max_val}")
    return finish("hardtanh", HardtanhFunction.apply(input, min_val, max_val), input, inplace)


def relu6(input: Any, inplace: bool = False) -> Tensor:
    """input held between 0 and 6."""
    check_floating("relu6", input)
    return finish("relu6", HardtanhFunction.apply(input, 0.0, 6.0), input, inplace)


def hardsigmoid(input: Any, inplace: bool = False) -> Tensor:
    """(input + 3) / 6 held between 0 and 1."""
    check_floating("hardsigmoid", input)
    return finish("hardsigmoid", HardsigmoidFunction.apply(input), input, inplace)


def hardswish(input: Any, inplace: bool = False) -> Tensor:
    """input · hardsigmoid(input)."""
    check_floating("hardswish", input)
    return finish("hardswish", HardswishFunction.apply(input), input, inplace)


def selu(input: Any, inplace: bool = False) -> Tensor:
    """An ELU scaled so that layers of it keep mean 0 and variance 1."""
    check_floating("selu", input)
    return finish("selu", SELUFunction.apply(input), input, inplace)


def mish(input: Any, inplace: bool = False) -> Tensor:
    """input · tanh(softplus(input))."""
    check_floating("mish", input)
    return finish("mish", MishFunction.apply(input), input, inplace)


def glu(input: Any, dim: int = -1) -> Tensor:
    """The first half of input along `dim`, each number times σ of its partner in the second."""
    check_floating("glu", input)
    if not -input.ndim <= dim < input.ndim or input.shape[dim] % 2:
        raise ValueError(
            f"glu halves the axis dim={dim}, whose length must be even, got shape "
            f"{tuple(input.shape)}"
        )
    return GLUFunction.apply(input, dim)


def finish(name: str, y: Tensor, x: Any, inplace: bool) -> Tensor:
    """y, written into x where in place."""
    return become(x, y, f"{name}(inplace=True)") if inplace else y


class PReLU(Module):
    """A leaky ReLU whose slope, one for all or one per channel, is learned."""

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(torch.full((num_parameters,), init, device=device, dtype=dtype))

    def forward(self, input: Any) -> Tensor:
        return prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class Hardtanh(Module):
    """x held between min_val and max_val."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def forward(self, input: Any) -> Tensor:
        return hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        said = ", inplace=True" if self.inplace else ""
        return f"min_val={self.min_val}, max_val={self.max_val}{said}"


class MaybeInPlace(Module):
    """What layers without settings but `inplace` share."""

    function: Any = None

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return type(self).function(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU6(MaybeInPlace):
    """x held between 0 and 6."""

    function = staticmethod(relu6)


class Hardswish(MaybeInPlace):
    """x times a hard sigmoid of x."""

    function = staticmethod(hardswish)


class Hardsigmoid(MaybeInPlace):
    """(x + 3) / 6 held between 0 and 1."""

    function = staticmethod(hardsigmoid)


class SELU(MaybeInPlace):
    """An ELU scaled so that layers of it keep mean 0 and variance 1."""

    function = staticmethod(selu)


class Mish(MaybeInPlace):
    """x tanh(softplus(x))."""

    function = staticmethod(mish)


class GLU(Module):
    """One half of x along `dim` times σ of the other."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


for _function in (prelu, hardtanh, relu6, hardsigmoid, hardswish, selu, mish, glu):
    Tensor.torch_functions[_function.__name__] = _function
