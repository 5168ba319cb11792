"""2006, Hinton, Osindero and Teh: machines stacked into a deep belief network (chapter 9).

G. E. Hinton, S. Osindero, Y.-W. Teh, A fast learning algorithm for deep belief nets, Neural
Computation 18 (2006) 1527-1554, https://doi.org/10.1162/neco.2006.18.7.1527. After the greedy part
theirs was tuned by a wake-sleep algorithm; `start` leads to tuning by backpropagation instead.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import torch

from dlcore.layers import Linear, Module, ModuleList
from dlcore.models.backprop.mlp import MLP
from dlcore.models.unsupervised.rbm import RBM, draw


class BeliefNet(Module):
    """A stack of RBMs. The two top layers are tied both ways; below, arrows point down only.

        p(v, h¹, …) = p(v | h¹) p(h¹ | h²) … p(h^(L−1), h^L)

    sizes  units of the layers, the visible one first: BeliefNet(64, 128, 128)
    names  the top machine sees so many names beside the layer below it, one-of-K

    Raises ValueError for fewer than two sizes.
    """

    def __init__(self, *sizes: int, names: int = 0) -> None:
        if len(sizes) < 2:
            raise ValueError(
                f"BeliefNet needs the sizes of two layers at least, got {sizes}; write "
                "BeliefNet(64, 128, 128) for 64 pixels under two hidden layers"
            )
        self.names, self.sizes = int(names), sizes
        machines = [RBM(below, above) for below, above in pairwise(sizes[:-1])]
        machines.append(RBM(sizes[-2] + names, sizes[-1], names))
        self.stack = ModuleList(machines)

    @property
    def machines(self) -> list[RBM]:
        """The machines, the lowest first."""
        return cast(list[RBM], list(self.stack))

    def learn(
        self, x: torch.Tensor, y: torch.Tensor | None = None, epochs: int = 50, **settings: Any
    ) -> BeliefNet:
        """Let one machine after another learn what the one below makes of x (N, V).

        y (N,): the names, needed if the net has some. settings: those of RBM.learn. Returns itself.
        """
        if (y is None) != (self.names == 0):
            raise ValueError(
                f"BeliefNet(names={self.names}).learn got {'no ' if y is None else ''}names y: a "
                "net with names learns from x and y, one without from x alone"
            )
        for machine in self.machines:
            if machine is self.machines[-1] and y is not None:
                x = torch.cat([x, torch.eye(self.names, device=x.device)[y].to(x)], 1)
            machine.begin(x).learn(x, epochs, **settings)
            x = machine.hidden(x)
        return self

    def up(self, x: torch.Tensor) -> torch.Tensor:
        """What the top machine gets to see of x (N, V): probabilities (N, sizes[-2])."""
        for machine in self.below():
            x = machine.hidden(x)
        return x

    def down(self, h: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
        """Pixel probabilities (N, V) under states h (N, sizes[-2]): drawn layer by layer."""
        for machine in reversed(self.below()):
            chances = machine.visible(h)
            h = draw(chances, generator=generator)
        return chances if self.below() else h

    def below(self) -> list[RBM]:
        """The machines under the top one, the lowest first."""
        return self.machines[:-1]

    def dream(
        self, h: torch.Tensor, steps: int, name: int | None = None,
        generator: torch.Generator | None = None,
    ) -> torch.Tensor:  # fmt: skip
        """Pixel probabilities (N, V) after `steps` Gibbs steps of the top machine from h.

        h (N, sizes[-2]) is where its chain begins, noise or `up(x)`; with a name that is held
        fixed, else the names are drawn as well.
        """
        top = self.machines[-1]
        named = torch.full((len(h), self.names), 1 / max(self.names, 1)).to(h)
        if name is not None:
            named = torch.eye(self.names)[[name] * len(h)].to(h)
        v = torch.cat([h, named], 1)
        for _ in range(steps):
            v, _ = top.gibbs(v, 1, generator)
            if name is not None:
                v[:, -self.names :] = named
        return self.down(v[:, : self.sizes[-2]], generator)

    def read(self, x: torch.Tensor) -> torch.Tensor:
        """p(name | x) (N, names): the top machine's share for each name beside what it sees."""
        if not self.names:
            raise ValueError("BeliefNet.read asks for names, but the net has none: names=10")
        seen, one_of = self.up(x), torch.eye(self.names).to(x)
        beside = [
            self.machines[-1].free_energy(torch.cat([seen, name.expand(len(x), -1)], 1))
            for name in one_of
        ]
        return torch.softmax(-torch.stack(beside, 1), 1)

    def start(self, outputs: int) -> MLP:
        """An MLP whose hidden layers begin with the weights of the stack, for backpropagation."""
        if self.names:
            raise ValueError(
                "BeliefNet.start copies machines that see one layer each, and the top one of this "
                "net sees names as well: build it with names=0"
            )
        net = MLP(*self.sizes, outputs)
        linear = [part for part in net if isinstance(part, Linear)]
        copy_up(self.machines, linear)
        return net

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.up(x)


def copy_up(machines: list[RBM], linear: list[Linear]) -> None:
    """Give the first layers the weights by which the machines wake their hidden units."""
    for machine, layer in zip(machines, linear, strict=False):
        layer.weight.data = machine.weight.clone()
        layer.bias.data = machine.hidden_bias.clone()


def copy_down(machines: list[RBM], linear: list[Linear]) -> None:
    """Give the last layers the weights by which the machines draw their visible units."""
    for machine, layer in zip(machines, reversed(linear), strict=False):
        layer.weight.data = machine.weight.T.clone()
        layer.bias.data = machine.visible_bias.clone()
