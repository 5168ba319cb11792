"""1986, Rumelhart, Hinton and Williams: the multilayer perceptron (chapter 3).

D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating
errors, Nature 323 (1986) 533-536, https://doi.org/10.1038/323533a0.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dlcore.autodiff import Tensor
from dlcore.layers import Linear, Module, Sequential, Sigmoid


class MLP(Sequential):
    """Fully connected layers, each hidden one followed by a nonlinear response.

        h₀ = x,   hₗ = σ(Wₗ hₗ₋₁ + bₗ),   y = output(W_L h_L₋₁ + b_L)

    sizes       units of the input, of each hidden layer and of the output: MLP(64, 30, 10)
    activation  class of the response σ after each hidden layer
    output      class of the response after the last layer; None leaves it linear

    x (…, sizes[0]), y (…, sizes[-1]). The keys of the state dict are those of
    torch.nn.Sequential(Linear, Sigmoid, Linear, …): "0.weight", "0.bias", "2.weight", …
    Raises ValueError for fewer than two sizes or a size below 1, TypeError for a response that is
    no class of layer.
    """

    def __init__(
        self,
        *sizes: int,
        activation: type[Module] = Sigmoid,
        output: type[Module] | None = None,
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(
                f"MLP needs the sizes of input and output at least, got {sizes}; "
                "write MLP(64, 30, 10) for 64 inputs, 30 hidden units and 10 outputs"
            )
        for name, response in {"activation": activation, "output": output or Sigmoid}.items():
            if not isinstance(response, type):
                raise TypeError(
                    f"MLP makes its own layers, so {name}= takes a class such as Tanh, "
                    f"got {response!r}; leave the brackets out"
                )
        layers: list[Module] = []
        for fan_in, fan_out in pairwise(sizes):
            layers += [Linear(fan_in, fan_out), activation()]
        layers.pop()  # the last response is the output's own
        super().__init__(*layers, *([output()] if output else []))
        self.sizes = sizes

    def responses(self, x: Any) -> list[Tensor]:
        """[h₁, …, y]: what the units of each layer answer to x, from the first hidden layer on."""
        answers: list[Tensor] = []
        for part in self:
            x = part(x)
            if isinstance(part, Linear):
                answers.append(x)
            else:
                answers[-1] = x  # the response replaces its weighted sum
        return answers
