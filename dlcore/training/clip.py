"""2012, Razvan Pascanu, Tomas Mikolov and Yoshua Bengio: clip what explodes (chapter 5).

On the difficulty of training recurrent neural networks (2012), https://arxiv.org/abs/1211.5063.
Names and arguments are those of torch.nn.utils.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

import torch

from dlcore import layers
from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import cat, plain


def gradients(parameters: Iterable[Tensor] | Tensor) -> list[torch.Tensor]:
    """The gradients of one parameter or several, of those that have one."""
    parameters = [parameters] if isinstance(parameters, Tensor) else parameters
    return [plain(parameter.grad) for parameter in parameters if parameter.grad is not None]


def clip_grad_norm_(
    parameters: Iterable[Tensor] | Tensor, max_norm: float, norm_type: float = 2.0
) -> torch.Tensor:
    """Shrink all gradients together so that their common norm is at most max_norm, in place.

    Returns the norm before, a torch tensor of shape (). The direction stays. Raises ValueError
    for a negative max_norm; gradients that are not finite stay so, for the loop to report.
    """
    if not max_norm >= 0:
        raise ValueError(f"clip_grad_norm_ needs max_norm ≥ 0, got {max_norm}")
    grads = gradients(parameters)
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(grad, norm_type) for grad in grads]
    norm = torch.linalg.vector_norm(torch.stack([n.to(norms[0].device) for n in norms]), norm_type)
    factor = (max_norm / (norm + 1e-6)).clamp_max(1.0)
    for grad in grads:
        grad.mul_(factor.to(grad.device))
    return norm


def clip_grad_value_(parameters: Iterable[Tensor] | Tensor, clip_value: float) -> None:
    """Cut every component of every gradient to ±clip_value, in place. The direction may change."""
    if not clip_value >= 0:
        raise ValueError(f"clip_grad_value_ needs clip_value ≥ 0, got {clip_value}")
    for grad in gradients(parameters):
        grad.clamp_(-clip_value, clip_value)


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All numbers of the parameters in one row, with their history."""
    return cat([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec: Tensor | torch.Tensor, parameters: Iterable[Tensor]) -> None:
    """Write the numbers of a row into the parameters, in their order."""
    start = 0
    with no_grad():
        for parameter in parameters:
            part = vec[start : start + parameter.numel()]
            parameter.copy_(part.reshape(parameter.shape))
            start += parameter.numel()


def torchs_names() -> SimpleNamespace:
    """What torch.nn.utils holds: clipping, packed sequences as `rnn`, weight and spectral norm."""
    rnn = ("PackedSequence", "pack_padded_sequence", "pad_packed_sequence", "pad_sequence",
           "pack_sequence")  # fmt: skip
    norms = ("weight_norm", "remove_weight_norm", "spectral_norm", "remove_spectral_norm")
    own = (clip_grad_norm_, clip_grad_value_, parameters_to_vector, vector_to_parameters)
    return SimpleNamespace(
        rnn=SimpleNamespace(**{name: getattr(layers, name) for name in rnn}),
        **{name: getattr(layers, name) for name in norms},
        **{function.__name__: function for function in own},
    )
