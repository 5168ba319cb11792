"""1998-2015: how large the first weights should be (chapter 5).

LeCun: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp (1998),
https://doi.org/10.1007/3-540-49430-8_2. Glorot: X. Glorot, Y. Bengio, Understanding the difficulty
of training deep feedforward neural networks (AISTATS 2010). Orthogonal: A. Saxe, J. McClelland,
S. Ganguli (2013), https://arxiv.org/abs/1312.6120. He: K. He, X. Zhang, S. Ren, J. Sun (2015),
https://arxiv.org/abs/1502.01852.

Each function fills a parameter in place and returns it; names and arguments are torch.nn.init's.
Under the same seed the numbers are torch's.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff.functional import plain

GAINS = {
    "linear": 1.0,
    "conv": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
}


def fans(weight: torch.Tensor) -> tuple[int, int]:
    """(numbers that feed one output, outputs that one input feeds): weight (O, I, …)."""
    if weight.ndim < 2:
        raise ValueError(
            f"fan-in and fan-out need a weight of at least two axes (O, I, …), got shape "
            f"{tuple(weight.shape)}; fill a bias with zeros_"
        )
    field = math.prod(weight.shape[2:])
    return weight.shape[1] * field, weight.shape[0] * field


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights must grow so that what passes the nonlinearity keeps its size."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    name = "conv" if nonlinearity.startswith("conv") else nonlinearity
    if name not in GAINS:
        known = ", ".join([*GAINS, "leaky_relu"])
        raise ValueError(f"no gain is known for {nonlinearity!r}; known are {known}")
    return GAINS[name]


def zeros_(parameter: Any) -> Any:
    plain(parameter).zero_()
    return parameter


def ones_(parameter: Any) -> Any:
    plain(parameter).fill_(1)
    return parameter


def constant_(parameter: Any, val: float) -> Any:
    plain(parameter).fill_(val)
    return parameter


def uniform_(parameter: Any, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Any:
    plain(parameter).uniform_(a, b, generator=generator)
    return parameter


def normal_(parameter: Any, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Any:
    plain(parameter).normal_(mean, std, generator=generator)
    return parameter


def lecun_uniform_(parameter: Any, generator: Any = None) -> Any:
    """Variance 1 / fan_in, uniform: keeps the size of a signal through linear units."""
    bound = math.sqrt(3 / fans(plain(parameter))[0])
    return uniform_(parameter, -bound, bound, generator)


def lecun_normal_(parameter: Any, generator: Any = None) -> Any:
    """Variance 1 / fan_in, normal."""
    return normal_(parameter, 0.0, math.sqrt(1 / fans(plain(parameter))[0]), generator)


def xavier_uniform_(parameter: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Glorot: variance 2 / (fan_in + fan_out), a compromise between forward and backward."""
    bound = gain * math.sqrt(6 / sum(fans(plain(parameter))))
    return uniform_(parameter, -bound, bound, generator)


def xavier_normal_(parameter: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Glorot: variance 2 / (fan_in + fan_out), normal."""
    return normal_(parameter, 0.0, gain * math.sqrt(2 / sum(fans(plain(parameter)))), generator)


def he_std(parameter: Any, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = fans(plain(parameter))
    return calculate_gain(nonlinearity, a) / math.sqrt(fan_in if mode == "fan_in" else fan_out)


def kaiming_uniform_(
    parameter: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Any:  # fmt: skip
    """He: variance gain² / fan, uniform: 2 / fan_in for ReLU, which silences half the units."""
    bound = math.sqrt(3) * he_std(parameter, a, mode, nonlinearity)
    return uniform_(parameter, -bound, bound, generator)


def kaiming_normal_(
    parameter: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Any:  # fmt: skip
    """He: variance gain² / fan, normal."""
    return normal_(parameter, 0.0, he_std(parameter, a, mode, nonlinearity), generator)


def orthogonal_(parameter: Any, gain: float = 1, generator: Any = None) -> Any:
    """Orthonormal rows (or columns, where there are fewer): no direction shrinks or grows."""
    weight = plain(parameter)
    fans(weight)
    rows, columns = weight.shape[0], weight.numel() // max(weight.shape[0], 1)
    if not weight.numel():
        return parameter
    flat = torch.empty(rows, columns, dtype=weight.dtype, device=weight.device)
    flat.normal_(0, 1, generator=generator)
    q, r = torch.linalg.qr(flat.T if rows < columns else flat)
    q = q * torch.diagonal(r).sign()  # makes the choice unique, and uniform over all of them
    weight.copy_((q.T if rows < columns else q).reshape(weight.shape) * gain)
    return parameter
