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


def zeros_(tensor: Any) -> Any:
    """Fill with 0; the tensor itself."""
    plain(tensor).zero_()
    return tensor


def ones_(tensor: Any) -> Any:
    """Fill with 1; the tensor itself."""
    plain(tensor).fill_(1)
    return tensor


def constant_(tensor: Any, val: float) -> Any:
    """Fill with val; the tensor itself."""
    plain(tensor).fill_(val)
    return tensor


def uniform_(tensor: Any, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Any:
    """Fill with random numbers, equally likely between a and b; the tensor itself."""
    plain(tensor).uniform_(a, b, generator=generator)
    return tensor


def normal_(tensor: Any, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Any:
    """Fill with normal random numbers; the tensor itself."""
    plain(tensor).normal_(mean, std, generator=generator)
    return tensor


def trunc_normal_(
    tensor: Any, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0,
    generator: Any = None,
) -> Any:  # fmt: skip
    """Normal, what falls outside of a … b drawn again. ValueError where that is nearly all."""
    low, high = (math.erf((edge - mean) / (std * math.sqrt(2))) for edge in (a, b))
    if high - low < 0.02:
        raise ValueError(
            f"trunc_normal_ would throw nearly all away: less than 1 % of a normal distribution "
            f"with {mean=} and {std=} lies between {a} and {b}"
        )
    weight = plain(tensor)
    numbers = weight.normal_(mean, std, generator=generator)
    while not weight.is_meta and (outside := (numbers < a) | (numbers > b)).any():
        again = torch.empty_like(numbers).normal_(mean, std, generator=generator)
        numbers = torch.where(outside, again, numbers)
    weight.copy_(numbers)
    return tensor


def eye_(tensor: Any) -> Any:
    """The identity, or as much of it as a matrix (O, I) holds."""
    weight = plain(tensor)
    weight.copy_(torch.eye(*weight.shape, dtype=weight.dtype, device=weight.device))
    return tensor


def lecun_uniform_(tensor: Any, generator: Any = None) -> Any:
    """Variance 1 / fan_in, uniform: keeps the size of a signal through linear units."""
    bound = math.sqrt(3 / fans(plain(tensor))[0])
    return uniform_(tensor, -bound, bound, generator)


def lecun_normal_(tensor: Any, generator: Any = None) -> Any:
    """Variance 1 / fan_in, normal."""
    return normal_(tensor, 0.0, math.sqrt(1 / fans(plain(tensor))[0]), generator)


def xavier_uniform_(tensor: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Glorot: variance 2 / (fan_in + fan_out), a compromise between forward and backward."""
    bound = gain * math.sqrt(6 / sum(fans(plain(tensor))))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Glorot: variance 2 / (fan_in + fan_out), normal."""
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(fans(plain(tensor)))), generator)


def he_std(tensor: Any, a: float, mode: str, nonlinearity: str) -> float:
    """gain / √fan: the spread that keeps the size of signals. Raises ValueError for other modes."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = fans(plain(tensor))
    return calculate_gain(nonlinearity, a) / math.sqrt(fan_in if mode == "fan_in" else fan_out)


def kaiming_uniform_(
    tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Any:  # fmt: skip
    """He: variance gain² / fan, uniform: 2 / fan_in for ReLU, which silences half the units."""
    bound = math.sqrt(3) * he_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Any:  # fmt: skip
    """He: variance gain² / fan, normal."""
    return normal_(tensor, 0.0, he_std(tensor, a, mode, nonlinearity), generator)


def orthogonal_(tensor: Any, gain: float = 1, generator: Any = None) -> Any:
    """Orthonormal rows (or columns, where there are fewer): no direction shrinks or grows."""
    weight = plain(tensor)
    fans(weight)
    rows, columns = weight.shape[0], weight.numel() // max(weight.shape[0], 1)
    if not weight.numel():
        return tensor
    flat = torch.empty(rows, columns, dtype=weight.dtype, device=weight.device)
    flat.normal_(0, 1, generator=generator)
    q, r = torch.linalg.qr(flat.T if rows < columns else flat)
    q = q * torch.diagonal(r).sign()  # makes the choice unique, and uniform over all of them
    weight.copy_((q.T if rows < columns else q).reshape(weight.shape) * gain)
    return tensor
