"""1986, Paul Smolensky; 2002, Geoffrey Hinton: a machine of two layers and how it learns
(chapter 9).

P. Smolensky, Information processing in dynamical systems: foundations of harmony theory, Parallel
Distributed Processing 1 (1986) 194-281. Contrastive divergence: G. E. Hinton, Training products of
experts by minimizing contrastive divergence, Neural Computation 14 (2002) 1771-1800,
https://doi.org/10.1162/089976602760128018. Chains that are never begun anew: T. Tieleman (ICML
2008), https://doi.org/10.1145/1390156.1390290.
"""

from __future__ import annotations

import torch

from dlcore.layers import Module
from dlcore.layers.check import check_sizes

SUMMED = 20  # 2²⁰ states take seconds, and each unit more doubles that


class RBM(Module):
    """Visible units v and hidden units h of 0 or 1; every v is tied to every h, none to its own.

        E(v, h) = −b·v − c·h − h·W v,   p(v, h) = e^(−E) / Z

    visible  V, the numbers of one example; hidden  H
    names    the last so many visible units are one-of-K: exactly one of them is 1

    weight W (H, V), visible_bias b (V,), hidden_bias c (H,): plain torch tensors; `learn` sets them
    and no backpropagation. v is (N, V), h (N, H); probabilities stand in for 0 and 1 anywhere.
    Raises ValueError for sizes below 1, and for names that leave no other visible unit.
    """

    weight: torch.Tensor
    visible_bias: torch.Tensor
    hidden_bias: torch.Tensor

    def __init__(self, visible: int, hidden: int, names: int = 0) -> None:
        check_sizes("RBM", visible=visible, hidden=hidden)
        if not 0 <= names < visible:
            raise ValueError(
                f"RBM(visible={visible}, names={names}) counts the names among the visible units: "
                "names must be at least 0 and fewer than those"
            )
        self.names = int(names)
        self.register_buffer("weight", 0.01 * torch.randn(hidden, visible))
        self.register_buffer("visible_bias", torch.zeros(visible))
        self.register_buffer("hidden_bias", torch.zeros(hidden))

    def hidden(self, v: torch.Tensor) -> torch.Tensor:
        """p(h = 1 | v) (N, H): σ(c + W v), each unit by itself."""
        return torch.sigmoid(self._checked(v, "hidden") @ self.weight.T + self.hidden_bias)

    def visible(self, h: torch.Tensor) -> torch.Tensor:
        """p(v = 1 | h) (N, V): σ(b + h W), each unit by itself; a softmax over the names."""
        scores = h @ self.weight + self.visible_bias
        if not self.names:
            return torch.sigmoid(scores)
        pixels, names = scores[:, : -self.names], scores[:, -self.names :]
        return torch.cat([torch.sigmoid(pixels), torch.softmax(names, 1)], 1)

    def forward(self, v: torch.Tensor) -> torch.Tensor:
        return self.hidden(v)

    def energy(self, v: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
        """E (N,) of states v (N, V) and h (N, H)."""
        v = self._checked(v, "energy")
        return -(v @ self.visible_bias) - h @ self.hidden_bias - ((h @ self.weight) * v).sum(-1)

    def free_energy(self, v: torch.Tensor) -> torch.Tensor:
        """F (N,) with e^(−F(v)) = Σ_h e^(−E(v, h)): the lower, the more probable is v."""
        v = self._checked(v, "free_energy")
        pulls = v @ self.weight.T + self.hidden_bias
        return -(v @ self.visible_bias) - softplus(pulls).sum(-1)

    def log_partition(self) -> torch.Tensor:
        """ln Z, summed over every state of the smaller layer: exact, and slow beyond 16 units.

        Raises ValueError if that layer has more than 20 units; of names only the hidden side is
        summed.
        """
        H, V = self.weight.shape
        if H > SUMMED and (V > SUMMED or self.names):
            raise ValueError(
                f"log_partition sums over 2^{min(H, V)} states; with more than {SUMMED} units that "
                "takes too long: build a smaller machine, or compare samples"
            )
        by_visible = V < H and not self.names
        if by_visible:
            return torch.logsumexp(-self.free_energy(states(V).to(self.weight)), 0)
        parts = [self._log_share(part) for part in states(H).to(self.weight).split(2**12)]
        return torch.logsumexp(torch.cat(parts), 0)

    def _log_share(self, h: torch.Tensor) -> torch.Tensor:
        """ln Σ_v e^(−E(v, h)) (N,)"""
        scores = h @ self.weight + self.visible_bias
        pixels = scores[:, : scores.shape[1] - self.names]
        total = h @ self.hidden_bias + softplus(pixels).sum(1)
        return total + torch.logsumexp(scores[:, -self.names :], 1) if self.names else total

    def log_likelihood(self, v: torch.Tensor) -> torch.Tensor:
        """ln p(v) (N,) in nats, exact; see `log_partition` for how large a machine may be."""
        return -self.free_energy(v) - self.log_partition()

    def gibbs(
        self, v: torch.Tensor, steps: int = 1, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """`steps` times all hidden units given v, then all visible ones given those.

        Returns the last v (N, V) as 0 and 1, and the probabilities from which it was drawn.
        """
        chances = self._checked(v, "gibbs")
        for _ in range(steps):
            h = draw(self.hidden(v), 0, generator)
            chances = self.visible(h)
            v = draw(chances, self.names, generator)
        return v, chances

    def begin(self, x: torch.Tensor) -> RBM:
        """Set the visible biases to what the means of x (N, V) ask for; returns itself."""
        share = (self._checked(x, "begin").sum(0) + 1) / (len(x) + 2)
        self.visible_bias = torch.log(share) if self.names else torch.logit(share)
        if self.names:
            self.visible_bias[: -self.names] = torch.logit(share[: -self.names])
        return self

    def slopes(self, seen: torch.Tensor, dreamt: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """(W, b, c): averages over what was seen (N, V) less those over what was dreamt (M, V)."""
        up, down = self.hidden(seen), self.hidden(dreamt)
        ties = up.T @ seen / len(seen) - down.T @ dreamt / len(dreamt)
        return ties, seen.mean(0) - dreamt.mean(0), up.mean(0) - down.mean(0)

    def learn(
        self, x: torch.Tensor, epochs: int, *, rate: float = 0.05, k: int = 1,
        persistent: bool = False, batch_size: int = 50, momentum: float = 0.5,
        decay: float = 2e-4, falling: bool = False, seed: int = 0,
    ) -> RBM:  # fmt: skip
        """Climb the likelihood of x (N, V), by slopes that k Gibbs steps guess; returns itself.

        persistent  the steps go on from where they ended for the last batch, not from the batch
        decay       times the weights is taken off their slopes
        falling     the rate falls to 0, in a straight line
        """
        dice = torch.Generator(x.device).manual_seed(seed)
        kept = (self.weight, self.visible_bias, self.hidden_bias)
        pace = [torch.zeros_like(values) for values in kept]
        chain = None
        for epoch in range(epochs):
            step = rate * (1 - epoch / epochs) if falling else rate
            order = torch.randperm(len(x), generator=dice, device=x.device)
            for rows in order.split(batch_size):
                seen = x[rows]
                start = seen if chain is None or not persistent else chain
                chain, chances = self.gibbs(start, k, dice)
                slopes = self.slopes(seen, chain if persistent else chances)
                for values, moving, slope in zip(kept, pace, slopes, strict=True):
                    brake = decay * values if values is self.weight else 0
                    moving.mul_(momentum).add_(step * (slope - brake))
                    values.add_(moving)
        return self

    def _checked(self, v: torch.Tensor, name: str) -> torch.Tensor:
        if v.ndim != 2 or v.shape[1] != self.weight.shape[1]:
            raise ValueError(
                f"RBM.{name} expects rows of {self.weight.shape[1]} visible units, got shape "
                f"{tuple(v.shape)}: flatten each picture into one row"
            )
        return v

    def extra_repr(self) -> str:
        names = f", names={self.names}" if self.names else ""
        return f"visible={self.weight.shape[1]}, hidden={self.weight.shape[0]}{names}"


def softplus(x: torch.Tensor) -> torch.Tensor:
    """ln(1 + eˣ), without overflow."""
    return torch.logaddexp(x, torch.zeros_like(x))


def states(units: int) -> torch.Tensor:
    """All states of so many units of 0 or 1, as float rows (2^units, units), unit 0 fastest."""
    return ((torch.arange(2**units)[:, None] >> torch.arange(units)) & 1).float()


def draw(
    chances: torch.Tensor, names: int = 0, generator: torch.Generator | None = None
) -> torch.Tensor:
    """0 and 1 drawn with these chances (N, V); of the last `names` exactly one is 1 in each row."""
    drawn = torch.rand(chances.shape, generator=generator, device=chances.device) < chances
    drawn = drawn.to(chances.dtype)
    if names and len(chances):
        chosen = torch.multinomial(chances[:, -names:], 1, generator=generator)
        drawn[:, -names:] = torch.zeros_like(drawn[:, -names:]).scatter_(1, chosen, 1)
    return drawn
