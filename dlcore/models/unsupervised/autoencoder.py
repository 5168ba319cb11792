"""1986, Rumelhart, Hinton and Williams; 2006, Hinton and Salakhutdinov: through a bottleneck
(chapter 9).

G. E. Hinton, R. R. Salakhutdinov, Reducing the dimensionality of data with neural networks,
Science 313 (2006) 504-507, https://doi.org/10.1126/science.1127647. The 8-3-8 net of 1986 is in
D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning internal representations by error
propagation, Parallel Distributed Processing 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore.autodiff import Tensor
from dlcore.layers import Linear, Module, Sigmoid
from dlcore.models.backprop.mlp import MLP
from dlcore.models.unsupervised.belief_net import copy_down, copy_up
from dlcore.models.unsupervised.rbm import RBM


class Autoencoder(Module):
    """A net that gives back its input through a layer with few units, the code.

        code = encoder(x),   y = decoder(code)

    sizes       units from the input to the code: Autoencoder(64, 128, 32, 2); the decoder has
                the same sizes the other way round
    activation  class of the response after each hidden layer; the code itself is linear
    output      class of the response of y, None for a linear one

    x (N, sizes[0]), code (N, sizes[-1]), y (N, sizes[0]). Raises what MLP raises.
    """

    def __init__(
        self,
        *sizes: int,
        activation: type[Module] = Sigmoid,
        output: type[Module] | None = Sigmoid,
    ) -> None:
        self.encoder = MLP(*sizes, activation=activation)
        self.decoder = MLP(*reversed(sizes), activation=activation, output=output)

    @classmethod
    def unrolled(cls, machines: Sequence[RBM], code: int) -> Autoencoder:
        """Both halves begin with the weights of a stack; only the layers at the code are new."""
        machines = list(machines)
        if not machines:
            raise ValueError("Autoencoder.unrolled got no machines: pass at least one trained RBM")
        sizes = [machines[0].weight.shape[1], *(len(machine.weight) for machine in machines)]
        for below, machine in zip(sizes[1:-1], machines[1:], strict=True):
            if machine.weight.shape[1] != below:
                raise ValueError(
                    f"Autoencoder.unrolled got a machine of {below} hidden units under one that "
                    f"sees {machine.weight.shape[1]}: each must see what the one below hides"
                )
        net = cls(*sizes, code)
        copy_up(machines, [part for part in net.encoder if isinstance(part, Linear)])
        copy_down(machines, [part for part in net.decoder if isinstance(part, Linear)])
        return net

    def encode(self, x: Any) -> Tensor:
        """The codes (N, K) of x (N, V)."""
        return self.encoder(x)

    def decode(self, code: Any) -> Tensor:
        """What a code (N, K) is given back as: (N, V)."""
        return self.decoder(code)

    def forward(self, x: Any) -> Tensor:
        return self.decode(self.encode(x))
