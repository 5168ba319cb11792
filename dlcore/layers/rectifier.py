"""2000-2017: half of a line, sharp, leaky or smooth (chapter 4).

Leaky ReLU: A. Maas, A. Hannun, A. Ng, Rectifier nonlinearities improve neural network acoustic
models (ICML workshop 2013). Softplus: C. Dugas et al., Incorporating second-order functional
knowledge for better option pricing (NIPS 2000). ELU: D.-A. Clevert, T. Unterthiner, S. Hochreiter
(2015), https://arxiv.org/abs/1511.07289. GELU and SiLU: D. Hendrycks, K. Gimpel (2016),
https://arxiv.org/abs/1606.08415. Swish: P. Ramachandran, B. Zoph, Q. Le (2017),
https://arxiv.org/abs/1710.05941. Straight-through: Y. Bengio, N. Léonard, A. Courville (2013),
https://arxiv.org/abs/1308.3432.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.inplace import become
from dlcore.layers.check import check_tensor
from dlcore.layers.module import Module

SQRT_HALF = math.sqrt(0.5)
BELL = 1 / math.sqrt(2 * math.pi)  # height of the standard normal density
TANH_GELU = math.sqrt(2 / math.pi), 0.044715


class LeakyReLUFunction(Function):
    """y = x where x > 0, else slope · x."""

    @staticmethod
    def forward(ctx, x, slope):
        ctx.save_for_backward(x)
        ctx.slope = slope
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, grad, ctx.slope * grad), None


class ELUFunction(Function):
    """y = x where x > 0, else α (eˣ − 1);   dy/dx = 1, else y + α."""

    @staticmethod
    def forward(ctx, x, alpha):
        y = torch.where(x > 0, x, alpha * torch.expm1(x))
        ctx.save_for_backward(x, y)
        ctx.alpha = alpha
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return torch.where(x > 0, grad, grad * (y + ctx.alpha)), None


class SoftplusFunction(Function):
    """y = log(1 + e^βx) / β, a line where βx > threshold;   dy/dx = σ(βx)."""

    @staticmethod
    def forward(ctx, x, beta, threshold):
        ctx.save_for_backward(x)
        ctx.beta, ctx.threshold = beta, threshold
        bent = torch.log1p(torch.exp(-(beta * x).abs())) / beta + x.clamp_min(0)  # no overflow
        return torch.where(beta * x > threshold, x, bent)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        line = ctx.beta * x > ctx.threshold
        return torch.where(line, grad, grad * torch.sigmoid(ctx.beta * x)), None, None


class GELUFunction(Function):
    """y = x Φ(x), Φ the normal distribution function;   dy/dx = Φ(x) + x φ(x)."""

    @staticmethod
    def forward(ctx, x):
        phi = torch.erf(x * SQRT_HALF).add_(1).mul_(0.5)
        ctx.save_for_backward(x, phi)
        return x * phi

    @staticmethod
    def backward(ctx, grad):
        x, phi = ctx.saved_tensors
        density = (x * x).mul_(-0.5).exp_().mul_(BELL)
        return density.mul_(x).add_(phi).mul_(grad)


class TanhGELUFunction(Function):
    """y = x (1 + tanh u) / 2 with u = √(2/π) (x + 0.044715 x³), an approximation of GELU.

    (1 + tanh u) / 2 = σ(2u), and the sigmoid is the cheaper of the two.
    """

    @staticmethod
    def forward(ctx, x):
        scale, cubic = TANH_GELU
        s = (x * x).mul_(2 * scale * cubic).add_(2 * scale).mul_(x).sigmoid_()
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, grad):
        x, s = ctx.saved_tensors
        scale, cubic = TANH_GELU
        x_du = (x * x).mul_(6 * scale * cubic).add_(2 * scale).mul_(x)  # x · d(2u)/dx
        return torch.addcmul(s, x_du, s - s * s).mul_(grad)


class SiLUFunction(Function):
    """y = x σ(x);   dy/dx = σ (1 + x (1 − σ))."""

    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, grad):
        x, s = ctx.saved_tensors
        return torch.addcmul(s, x * s, 1 - s).mul_(grad)


class StraightThroughFunction(Function):
    """y = 1 where x ≥ 0, else 0; backwards as if it were clipped x: 1 for |x| ≤ 1."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x.abs() <= 1)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where x > 0, else negative_slope · x. Raises TypeError unless input is a tensor."""
    check_tensor("leaky_relu", input)
    y = LeakyReLUFunction.apply(input, negative_slope)
    return become(input, y, "leaky_relu(inplace=True)") if inplace else y


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where x > 0, else alpha (eˣ − 1). Raises TypeError unless input is a tensor."""
    check_tensor("elu", input)
    y = ELUFunction.apply(input, alpha)
    return become(input, y, "elu(inplace=True)") if inplace else y


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + e^βx) / β. Raises ValueError unless beta > 0."""
    check_tensor("softplus", input)
    if not beta > 0:
        raise ValueError(f"softplus needs beta > 0, got {beta}")
    return SoftplusFunction.apply(input, beta, threshold)


def gelu(input: Any, approximate: str = "none") -> Tensor:
    """x Φ(x), exactly or, with approximate="tanh", by Hendrycks and Gimpel's formula."""
    check_tensor("gelu", input)
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu knows approximate='none' and 'tanh', got {approximate!r}")
    return (TanhGELUFunction if approximate == "tanh" else GELUFunction).apply(input)


def silu(input: Any, inplace: bool = False) -> Tensor:
    """x · sigmoid(x). Raises TypeError unless input is a tensor."""
    check_tensor("silu", input)
    y = SiLUFunction.apply(input)
    return become(input, y, "silu(inplace=True)") if inplace else y


def hard_threshold(x: Any) -> Tensor:
    """1 where x ≥ 0, else 0, with a straight-through gradient so that it can be trained."""
    check_tensor("hard_threshold", x)
    return StraightThroughFunction.apply(x)


def said(inplace: bool) -> str:
    """What a repr says of it."""
    return ", inplace=True" if inplace else ""


class LeakyReLU(Module):
    """x where x > 0, else negative_slope · x."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Any) -> Tensor:
        return leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}" + said(self.inplace)


class ELU(Module):
    """x where x > 0, else α (eˣ − 1)."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Any) -> Tensor:
        return elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + said(self.inplace)


class Softplus(Module):
    """log(1 + e^βx) / β, a smooth ReLU."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Any) -> Tensor:
        return softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class GELU(Module):
    """x Φ(x), or its tanh approximation."""

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, input: Any) -> Tensor:
        return gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x σ(x)."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return silu(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class HardThreshold(Module):
    """All or nothing, trained through a straight-through gradient."""

    def forward(self, x: Any) -> Tensor:
        return hard_threshold(x)


for _function in (leaky_relu, elu, softplus, gelu, silu):
    Tensor.torch_functions[_function.__name__] = _function
