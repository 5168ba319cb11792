"""1991-2021, from a mixture of experts to one expert for each token (chapter 22).

R. A. Jacobs, M. I. Jordan, S. J. Nowlan, G. E. Hinton, Adaptive mixtures of local experts (1991),
https://doi.org/10.1162/neco.1991.3.1.79; few of many: N. Shazeer and others (2017),
https://arxiv.org/abs/1701.06538; one, and the loss that shares out the work: W. Fedus, B. Zoph,
N. Shazeer, Switch Transformers (2021), https://arxiv.org/abs/2101.03961; two whose weights sum to
1: A. Jiang and others, Mixtral of experts (2024), https://arxiv.org/abs/2401.04088.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat, einsum
from dlcore.layers.check import check_sizes
from dlcore.models.language.llama import SwiGLU


class Route(NamedTuple):
    """Who does what: chosen (M, K) experts of M tokens, their weights (M, K), and all shares.

    `shares` (M, E) is softmax of the router's scores.
    """

    chosen: torch.Tensor
    weights: Tensor
    shares: Tensor


class Router(nn.Module):
    """x (M, D) → a Route: the `top_k` experts of the largest shares, p = softmax(W x).

    A chosen expert's answer is multiplied by its share, so that the router learns from the error;
    normalise makes the weights of the chosen sum to 1, as for Mixtral, which with one expert would
    leave the router nothing to learn from.
    """

    def __init__(
        self, d_model: int, num_experts: int, top_k: int = 1, normalise: bool = False
    ) -> None:
        check_sizes("Router", d_model=d_model, num_experts=num_experts, top_k=top_k)
        if top_k > num_experts:
            raise ValueError(f"Router has {num_experts} experts and cannot choose {top_k} of them")
        self.top_k, self.normalise = top_k, normalise
        self.weight = nn.Parameter(0.1 * torch.randn(num_experts, d_model) / d_model**0.5)

    def forward(self, x: Any) -> Route:
        shares = nn.softmax(nn.linear(x, self.weight), -1)
        chosen = shares.data.topk(self.top_k, -1).indices
        weights = shares.gather(-1, chosen)
        if self.normalise:
            weights = weights / weights.sum(-1, keepdim=True)
        return Route(chosen, weights, shares)


def load_balance(route: Route) -> Tensor:
    """E Σ over the experts of f p: their part of the choices times their mean share.

    1 where each expert gets as much as the next, E where one gets all. Counts have no slope, so the
    gradient goes through the shares. Fedus, Zoph and Shazeer (2021), equation 4; with several
    choices a token, f sums to their number.
    """
    tokens, experts = route.shares.shape
    counts = torch.bincount(route.chosen.flatten(), minlength=experts)
    f = counts.to(route.shares.dtype) / max(tokens, 1)
    return experts * einsum("e,e->", f, route.shares.sum(0) / max(tokens, 1))


class FeedForward(nn.Module):
    """W₂ relu(W₁ x), the network of the Transformer of 2017: x, y (M, D)."""

    def __init__(self, d_model: int, wide: int) -> None:
        self.linear1, self.linear2 = nn.Linear(d_model, wide), nn.Linear(wide, d_model)

    def forward(self, x: Any) -> Tensor:
        return self.linear2(nn.relu(self.linear1(x)))


class SparseExperts(nn.Module):
    """In place of one wide network, E narrow ones, of which each token uses top_k: x, y (…, D).

    Tokens are sorted by expert, so that each expert works once, on its own, and sorted back. The
    last call's `route` stays for load_balance. gated takes SwiGLU for an expert (Mixtral), else a
    FeedForward (Switch). No expert refuses a token for want of room.
    """

    def __init__(
        self, d_model: int, wide: int, num_experts: int, top_k: int = 1, normalise: bool = False,
        gated: bool = False,
    ) -> None:  # fmt: skip
        self.router = Router(d_model, num_experts, top_k, normalise)
        kind = SwiGLU if gated else FeedForward
        self.experts = nn.ModuleList(kind(d_model, wide) for _ in range(num_experts))
        self.route: Route | None = None

    def forward(self, x: Any) -> Tensor:
        flat = x.reshape(-1, x.shape[-1])
        self.route = route = self.router(flat)
        chosen = route.chosen.flatten()  # token by token, K experts each
        order = chosen.argsort(stable=True)
        rows = flat[order // self.router.top_k]
        counts = torch.bincount(chosen, minlength=len(self.experts)).tolist()
        parts = zip(self.experts, rows.split(counts), strict=True)
        answers = cat([expert(part) for expert, part in parts])[order.argsort()]
        answers = answers.reshape(*route.chosen.shape, x.shape[-1]) * route.weights[..., None]
        return answers.sum(1).reshape(*x.shape)

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of transformers' MixtralSparseMoeBlock, from state_dict()."""
        gate_up, down = state["experts.gate_up_proj"], state["experts.down_proj"]
        found = {"router.weight": state["gate.weight"]}
        for e in range(len(gate_up)):
            gate, up = gate_up[e].chunk(2)
            weights = (("gate_proj", gate), ("up_proj", up), ("down_proj", down[e]))
            found.update({f"experts.{e}.{name}.weight": w for name, w in weights})
        self.load_state_dict(found)


def used_experts(route: Route) -> float:
    """How many experts do the work: exp of the entropy of their parts, from 1 to E."""
    counts = torch.bincount(route.chosen.flatten(), minlength=route.shares.shape[1])
    f = counts.double() / counts.sum()
    return float(torch.exp(-(f * f.clamp(min=1e-12).log()).sum()))
