"""2012-2018: norms of neighbours, of each picture by itself, of weights (chapter 12).

Local response: A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet classification with deep
convolutional neural networks (2012), https://doi.org/10.1145/3065386. Instance: D. Ulyanov,
A. Vedaldi, V. Lempitsky, Instance normalization: the missing ingredient for fast stylization
(2016), https://arxiv.org/abs/1607.08022.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff import functional as f
from dlcore.autodiff.special import movedim
from dlcore.autodiff.statistics import norm
from dlcore.layers.check import check_floating, check_parameter, check_sizes, check_tensor
from dlcore.layers.layer_norm import group_norm
from dlcore.layers.module import Module, Parameter
from dlcore.layers.norm import ChannelNorm, FixedNormFunction


def instance_norm(
    input: Any, running_mean: Any = None, running_var: Any = None, weight: Any = None,
    bias: Any = None, use_input_stats: bool = True, momentum: Any = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Each channel of each example of input (N, C, *L) to mean 0 and variance 1, then weight, bias.

    Running statistics (C,), where given, move towards the mean of the examples' own; they serve
    instead where use_input_stats is False. Raises ValueError for one number per channel.
    """
    check_floating("instance_norm", input)
    for vector in (running_mean, running_var, weight, bias):
        check_parameter("instance_norm", input, vector, input.shape[1:2])
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise ValueError("instance_norm needs running statistics or use_input_stats=True")
        return FixedNormFunction.apply(input, weight, bias, running_mean, running_var, eps)
    axes = tuple(range(2, input.ndim))
    count = f.plain(input)[0, 0].numel() if input.shape[0] and input.shape[1] else 2
    if count < 2:
        raise ValueError(
            "instance_norm needs more than one number per channel to have a variance, got shape "
            f"{tuple(input.shape)}"
        )
    if running_mean is not None and running_var is not None:
        variance, mean = torch.var_mean(f.plain(input), axes)
        running_mean += momentum * (mean.mean(0) - running_mean)
        running_var += momentum * (variance.mean(0) - running_var)
    return group_norm(input, max(input.shape[1], 1), weight, bias, eps)  # a group is a channel


def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """x / (k + alpha · mean of x² over `size` neighbouring channels)^beta for x (N, C, …)."""
    check_floating("local_response_norm", input)
    check_sizes("local_response_norm", size=size)
    if input.ndim < 3:
        raise ValueError(
            f"local_response_norm takes (N, C, …) with 3 axes or more, got {tuple(input.shape)}"
        )
    channels = input.shape[1]
    around = [0, 0] * (input.ndim - 2) + [size // 2, (size - 1) // 2]
    squares = f.pad(f.square(input), around)
    total: Any = 0.0
    for start in range(size):
        part = (slice(None), slice(start, start + channels))
        total = f.add(f.getitem(squares, part), total)
    return f.div(input, f.pow(f.add(f.mul(total, alpha / size), k), beta))


class InstanceNorm(ChannelNorm):
    """What InstanceNorm1d, 2d and 3d share: x (N, C, *L) or (C, *L); torch.nn's defaults, which
    neither learn weights nor keep running statistics."""

    dims = 0

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = False,
        track_running_stats: bool = False, device: Any = None, dtype: Any = None, *,
        bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def forward(self, input: Any) -> Tensor:
        name = type(self).__name__
        check_tensor(name, input)
        if input.ndim not in (self.dims + 1, self.dims + 2) or (
            input.shape[-self.dims - 1] != self.num_features
        ):
            raise ValueError(
                f"{name}({self.num_features}) takes (N, {self.num_features}, …) or "
                f"({self.num_features}, …) with {self.dims} axes behind the channels, got shape "
                f"{tuple(input.shape)}"
            )
        batch = input if input.ndim == self.dims + 2 else f.unsqueeze(input, 0)
        y = instance_norm(
            batch, self.running_mean, self.running_var, self.weight, self.bias,
            self.training or not self.track_running_stats, self.momentum, self.eps,
        )  # fmt: skip
        return y if batch is input else f.squeeze(y, 0)


class InstanceNorm1d(InstanceNorm):
    """Each channel of each signal (N, C, L) by itself."""

    dims = 1


class InstanceNorm2d(InstanceNorm):
    """Each channel of each picture (N, C, H, W) by itself."""

    dims = 2


class InstanceNorm3d(InstanceNorm):
    """Each channel of each film (N, C, D, H, W) by itself."""

    dims = 3


class LocalResponseNorm(Module):
    """Each number divided by a power of what its neighbouring channels hold at its place."""

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        check_sizes("LocalResponseNorm", size=size)
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Any) -> Tensor:
        return local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


for _function in (instance_norm, local_response_norm):
    Tensor.torch_functions[_function.__name__] = _function


# -- the size of weights --------------------------------------------------------------------------
def along(weight: Tensor, dim: int | None) -> Tensor:
    """The length of each slice of a weight along `dim`, shaped to broadcast; dim None: of all."""
    axes = [axis for axis in range(weight.ndim) if dim is None or axis != dim % weight.ndim]
    lengths = norm(weight, 2, axes, True) if axes else f.abs(weight)
    return f.reshape(lengths, ()) if dim is None else lengths


class WeightNorm:
    """Before each forward: weight = g v / |v|, so that length and direction are learned apart."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name, self.dim = name, dim

    def __call__(self, module: Module, args: Any = None) -> None:
        g, v = getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v")
        setattr(module, self.name, f.mul(v, f.div(g, along(v, self.dim))))


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Learn a weight as length and direction: T. Salimans, D. Kingma, Weight normalization (2016),
    https://arxiv.org/abs/1602.07868. The module then has parameters name_g and name_v.

    dim: the axis whose slices have a length each; None: one length for all.
    """
    weight = taken(module, name)
    setattr(module, f"{name}_g", Parameter(along(Tensor(weight), dim).data))
    setattr(module, f"{name}_v", Parameter(weight))
    return attached(module, WeightNorm(name, dim))


class SpectralNorm:
    """Before each forward: weight / σ, where σ = uᵀ W v is about its largest singular value.

    In training u and v take `steps` steps of the power method, v = Wᵀ u, u = W v, each made 1 long.
    """

    def __init__(self, name: str, steps: int, dim: int, eps: float) -> None:
        self.name, self.steps, self.dim, self.eps = name, steps, dim, eps

    def __call__(self, module: Module, args: Any = None) -> None:
        weight = getattr(module, f"{self.name}_orig")
        u, v = getattr(module, f"{self.name}_u"), getattr(module, f"{self.name}_v")
        matrix = f.flatten(movedim(weight, self.dim, 0), 1)
        for _ in range(self.steps if module.training else 0):
            v.copy_(unit(matrix.data.mT @ u, self.eps))
            u.copy_(unit(matrix.data @ v, self.eps))
        sigma = f.sum(f.mul(u.clone(), f.matmul(matrix, v.clone())))
        setattr(module, self.name, f.div(weight, sigma))


def unit(x: torch.Tensor, eps: float) -> torch.Tensor:
    """x divided by its length, or by eps where that is larger."""
    return x / torch.linalg.vector_norm(x).clamp_min(eps)


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12,
    dim: int | None = None,
) -> Module:  # fmt: skip
    """Divide a weight by its largest singular value: T. Miyato, T. Kataoka, M. Koyama, Y. Yoshida,
    Spectral normalization for generative adversarial networks (2018),
    https://arxiv.org/abs/1802.05957. The module then has name_orig and buffers name_u, name_v."""
    weight = taken(module, name)
    if n_power_iterations < 1:
        raise ValueError(f"spectral_norm needs n_power_iterations ≥ 1, got {n_power_iterations}")
    dim = (1 if type(module).__name__.startswith("ConvTranspose") else 0) if dim is None else dim
    rows = weight.shape[dim]
    setattr(module, f"{name}_orig", Parameter(weight))
    for end, length in (("_u", rows), ("_v", weight.numel() // rows)):
        start = torch.empty(length, dtype=weight.dtype, device=weight.device).normal_()
        module.register_buffer(name + end, unit(start, eps))
    return attached(module, SpectralNorm(name, n_power_iterations, dim, eps))


def taken(module: Module, name: str) -> torch.Tensor:
    """The numbers of a parameter, which the module then no longer has."""
    weight = getattr(module, name, None)
    if not isinstance(weight, Parameter):
        raise ValueError(f"{type(module).__name__} has no parameter {name!r} to reparametrise")
    delattr(module, name)
    return weight.data


def attached(module: Module, hook: Any) -> Module:
    """The module with the hook before each call, run once now."""
    with no_grad():
        hook(module)
    module.register_forward_pre_hook(hook)
    return module


def remove_norm(module: Module, kind: type[Any], name: str) -> Module:
    """The module without the hook of that kind. Raises ValueError if it has none."""
    hooks = vars(module).get("hooks_before", {})
    for number, (hook, _) in list(hooks.items()):
        if isinstance(hook, kind) and hook.name == name:
            del hooks[number]
            weight = getattr(module, name).data
            ends = ("_g", "_v") if kind is WeightNorm else ("_orig", "_u", "_v")
            for end in ends:
                delattr(module, name + end)
            module.buffer_names = tuple(n for n in module.buffer_names if n[:-2] != name)
            delattr(module, name)
            setattr(module, name, Parameter(weight))
            return module
    raise ValueError(f"{type(module).__name__} has no {kind.__name__} on {name!r}")


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """One parameter again, as it is now."""
    return remove_norm(module, WeightNorm, name)


def remove_spectral_norm(module: Module, name: str = "weight") -> Module:
    """One parameter again, as it is now."""
    return remove_norm(module, SpectralNorm, name)
