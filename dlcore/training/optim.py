"""1951, Herbert Robbins and Sutton Monro: small noisy steps downhill (chapter 3).

H. Robbins and S. Monro, A stochastic approximation method, Annals of Mathematical Statistics 22
(1951) 400-407, https://doi.org/10.1214/aoms/1177729586. Momentum: B. T. Polyak, Some methods of
speeding up the convergence of iteration methods, USSR Computational Mathematics and Mathematical
Physics 4(5) (1964) 1-17, https://doi.org/10.1016/0041-5553(64)90137-5. Arguments, defaults and
order of operations are those of torch.optim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.autodiff.faster import fastest
from dlcore.autodiff.functional import plain

Job = tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]


class Optimizer:
    """What all optimisers share: parameters in groups, and per parameter the tensors they keep.

    params        Parameters, or dicts such as {"params": [...], "lr": 0.1} that override settings
    param_groups  a list of dicts: "params" and one entry per setting, which may be changed
    state         one dict of tensors per parameter, in order

    A faster form names an optimiser's class as `plain`; its `suits` and `update_all` take the
    optimiser and the jobs of a group. Classes made from that one keep to their own `update`.
    """

    param_groups: list[dict[str, Any]]
    state: list[dict[str, torch.Tensor]]

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        name = type(self).__name__
        if isinstance(params, (torch.Tensor, Tensor)):
            raise TypeError(f"{name} takes a list of parameters, got one tensor: write [tensor]")
        groups = list(params)
        if not groups:
            raise ValueError(f"{name} got no parameters: pass model.parameters()")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        self.param_groups = [
            {**_numbers({**defaults, **group}), "params": _as_list(group["params"])}
            for group in groups
        ]
        self._check_parameters(defaults)
        self.schedules: list[Any] = []  # those that set its rates, see schedule.py
        for group in self.param_groups:
            self.check(group)
        self.state = [{} for _ in self._parameters()]

    def check(self, group: dict[str, Any]) -> None:
        """Raise ValueError for a setting out of range."""

    def update(
        self,
        weight: torch.Tensor,
        grad: torch.Tensor,
        state: dict[str, torch.Tensor],
        group: dict[str, Any],
    ) -> None:
        """Change one weight in place, given dL/d(weight) of the same shape."""
        raise NotImplementedError(f"{type(self).__name__} must define update")

    def step(self) -> None:
        """Update every parameter that has a gradient."""
        states = iter(self.state)
        for group in self.param_groups:
            pairs = zip(group["params"], states, strict=False)  # takes as many as it has params
            jobs = [(p.data, plain(p.grad), state) for p, state in pairs if p.grad is not None]
            fastest(type(self), self, jobs, group).update_all(self, jobs, group)

    def update_all(self, jobs: list[Job], group: dict[str, Any]) -> None:
        """Update each weight of a group: jobs are (weight, gradient, state)."""
        for weight, grad, state in jobs:
            self.update(weight, grad, state, group)

    def zero_grad(self) -> None:
        """Forget all gradients; the next backward pass starts from none."""
        for parameter in self._parameters():
            parameter.grad = None

    def state_dict(self) -> dict[str, torch.Tensor]:
        """{"index.name": tensor}: what is kept per parameter. Settings are not part of it."""
        return {
            f"{i}.{name}": tensor
            for i, state in enumerate(self.state)
            for name, tensor in state.items()
        }

    def load_state_dict(self, state_dict: dict[str, torch.Tensor]) -> None:
        """Take back what `state_dict` gave, moved to each parameter's device.

        Raises ValueError, before anything is changed, where index or shape fits no parameter.
        """
        parameters = list(self._parameters())
        state: list[dict[str, torch.Tensor]] = [{} for _ in parameters]
        for key, tensor in state_dict.items():
            index, _, name = key.partition(".")
            if not index.isdecimal() or int(index) >= len(parameters):
                raise ValueError(
                    f'optimizer state "{key}" belongs to none of the {len(parameters)} parameters: '
                    "it comes from another model"
                )
            weight = parameters[int(index)].data
            if tensor.ndim and tensor.shape != weight.shape:
                raise ValueError(
                    f'optimizer state "{key}" has shape {tuple(tensor.shape)}, its parameter '
                    f"{tuple(weight.shape)}: it comes from another model"
                )
            state[int(index)][name] = tensor.to(weight.device, copy=True)
        self.state = state

    def settings(self) -> list[dict[str, Any]]:
        """Each group's settings without its parameters: plain numbers, for a checkpoint."""
        return [
            {k: list(v) if isinstance(v, tuple) else v for k, v in group.items() if k != "params"}
            for group in self.param_groups
        ]

    def _parameters(self) -> Iterator[Tensor]:
        return (parameter for group in self.param_groups for parameter in group["params"])

    def _check_parameters(self, defaults: dict[str, Any]) -> None:
        name, seen = type(self).__name__, set()
        for group in self.param_groups:
            unknown = sorted(group.keys() - defaults.keys() - {"params"})
            if unknown:
                raise ValueError(
                    f"{name} has no setting {unknown[0]!r}: it knows {', '.join(defaults)}"
                )
        for parameter in self._parameters():
            if not isinstance(parameter, Tensor) or not parameter.is_leaf:
                kind = "a result of a computation" if isinstance(parameter, Tensor) else ""
                raise TypeError(
                    f"{name} can only change Parameters, got {kind or type(parameter).__name__}: "
                    "pass model.parameters()"
                )
            if id(parameter) in seen:
                raise ValueError(f"{name} got the same parameter twice: list it once")
            seen.add(id(parameter))


class SGD(Optimizer):
    """Stochastic gradient descent, as torch.optim.SGD.

    g ← ∂L/∂w + weight_decay · w
    m ← momentum · m + (1 − dampening) · g        (the first time m ← g)
    w ← w − lr · m    or, with nesterov,   w ← w − lr · (g + momentum · m)

    lr ≥ 0, weight_decay ≥ 0, 0 ≤ momentum; maximize goes uphill. Nesterov's form as in I. Sutskever
    and others, On the importance of initialization and momentum in deep learning, ICML (2013).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: dict[str, Any]) -> None:
        for name in ("lr", "momentum", "weight_decay"):
            if not group[name] >= 0:
                raise ValueError(f"SGD({name}={group[name]}) must not be negative")
        if group["nesterov"] and (group["momentum"] == 0 or group["dampening"] != 0):
            raise ValueError(
                "SGD(nesterov=True) looks ahead along the momentum: it needs momentum > 0 and "
                f"dampening=0, got momentum={group['momentum']}, dampening={group['dampening']}"
            )

    def update(
        self,
        weight: torch.Tensor,
        grad: torch.Tensor,
        state: dict[str, torch.Tensor],
        group: dict[str, Any],
    ) -> None:
        if group["maximize"]:
            grad = -grad
        if group["weight_decay"]:
            grad = grad.add(weight, alpha=group["weight_decay"])
        momentum = group["momentum"]
        if momentum:
            if "momentum_buffer" in state:
                state["momentum_buffer"].mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            else:
                state["momentum_buffer"] = grad.clone()
            mean = state["momentum_buffer"]
            grad = grad.add(mean, alpha=momentum) if group["nesterov"] else mean
        if isinstance(group["lr"], torch.Tensor):  # in a compiled or captured step
            weight.sub_(group["lr"] * grad)
        else:
            weight.add_(grad, alpha=-group["lr"])


def _numbers(settings: dict[str, Any]) -> dict[str, Any]:
    """The same with tensors and NumPy scalars of one number as plain numbers."""
    return {
        name: value.item() if getattr(value, "shape", None) == () else value
        for name, value in settings.items()
    }


def _as_list(params: Any) -> list[Any]:
    return [params] if isinstance(params, Tensor) else list(params)
