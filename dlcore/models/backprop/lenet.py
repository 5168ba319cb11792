"""1989-1998, Yann LeCun and colleagues: networks that read digits from their pixels (chapter 6).

The reader of zip codes: Y. LeCun, B. Boser, J. Denker, D. Henderson, R. Howard, W. Hubbard,
L. Jackel, Backpropagation applied to handwritten zip code recognition, Neural Computation 1 (1989)
541-551, https://doi.org/10.1162/neco.1989.1.4.541. LeNet-5: Y. LeCun, L. Bottou, Y. Bengio,
P. Haffner, Gradient-based learning applied to document recognition, Proceedings of the IEEE 86
(1998) 2278-2324, https://doi.org/10.1109/5.726791.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.functional import pad
from dlcore.layers import (
    AvgPool2d,
    Conv2d,
    Flatten,
    Linear,
    Module,
    Parameter,
    Sequential,
    Tanh,
    conv2d,
    tanh,
)  # fmt: skip


class LeNet(Sequential):
    """Convolution, response and pooling, once per entry of `channels`; then linear layers.

    size        rows and columns of the pictures: 28 for MNIST, 8 for the bundled digits
    channels    feature maps of each convolution
    hidden      units of each linear layer before the last, which has one per class
    kernel      rows and columns of each kernel
    padding     zeros around each convolution's input: one number, or one per convolution
    activation  class of the response after each convolution and each hidden layer
    pool        class of the pooling: each 2 × 2 pixels become one, by mean or maximum

    x (N, 1, size, size), scores y (N, classes). With the settings it has by itself this is what
    textbooks call LeNet-5, with 61,706 parameters; the network of 1998 is the class LeNet5.
    Raises ValueError for pictures that get too small, TypeError for a layer in place of its class.
    """

    def __init__(
        self, size: int = 28, channels: Sequence[int] = (6, 16), hidden: Sequence[int] = (120, 84),
        classes: int = 10, *, kernel: int = 5, padding: int | Sequence[int] = (2, 0),
        activation: type[Module] = Tanh, pool: Any = AvgPool2d,
    ) -> None:  # fmt: skip
        for name, kind in {"activation": activation, "pool": pool}.items():
            if not isinstance(kind, type):
                raise TypeError(
                    f"LeNet makes its own layers, so {name}= takes a class such as "
                    f"{'Tanh' if name == 'activation' else 'MaxPool2d'}, got {kind!r}; "
                    "leave the brackets out"
                )
        margins = [padding] * len(channels) if isinstance(padding, int) else list(padding)
        if len(margins) != len(channels):
            raise ValueError(
                f"LeNet needs one padding for each of its {len(channels)} convolutions, "
                f"got padding={padding}"
            )
        layers: list[Module] = []
        side = size
        for (fan_in, fan_out), margin in zip(pairwise((1, *channels)), margins, strict=True):
            side = (side + 2 * margin - kernel + 1) // 2
            if side < 1:
                raise ValueError(
                    f"LeNet(size={size}) has no pixel left after {len(channels)} convolutions with "
                    f"kernel={kernel} and padding={padding}: take a smaller kernel or more padding"
                )
            layers += [Conv2d(fan_in, fan_out, kernel, padding=margin), activation(), pool(2)]
        units = [(channels[-1] if channels else 1) * side**2, *hidden, classes]
        layers.append(Flatten())
        for fan_in, fan_out in pairwise(units):
            layers += [Linear(fan_in, fan_out), activation()]
        super().__init__(*layers[:-1])  # the scores have no response


# -- the networks as published --------------------------------------------------------------------
C3_TABLE = (  # table I of the paper: which maps of S2 each map of C3 sees
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5),
)  # fmt: skip
DIGITS = """
..###.. ...#... ..###.. .#####. .....#. ####### ...###. ####### ..###.. ..###..
.#...#. ..##... .#...#. #.....# ....##. #...... ..#.... ......# .#...#. .#...#.
#.....# .#.#... #.....# ......# ...#.#. #...... .#..... ......# #.....# #.....#
#.....# ...#... ......# ......# ..#..#. #...... #...... .....#. #.....# #.....#
#.....# ...#... ......# .....#. .#...#. #.####. #.###.. .....#. .#...#. #.....#
#.....# ...#... .....#. ..###.. #....#. ##....# ##...#. ....#.. ..###.. .#...##
#.....# ...#... ....#.. .....#. #....#. ......# #.....# ....#.. .#...#. ..###.#
#.....# ...#... ...#... ......# ####### ......# #.....# ...#... #.....# ......#
#.....# ...#... ..#.... ......# .....#. ......# #.....# ...#... #.....# ......#
#.....# ...#... .#..... ......# .....#. ......# #.....# ..#.... #.....# .....#.
.#...#. ...#... #...... #.....# .....#. #....#. .#...#. ..#.... .#...#. ....#..
..###.. .#####. ####### .#####. .....#. .####.. ..###.. ..#.... ..###.. .###...
"""


def bitmaps() -> torch.Tensor:
    """(10, 84): the ten digits in 12 rows of 7 pixels, +1 where there is ink and −1 elsewhere."""
    pixels = [list("".join(column)) for column in zip(*map(str.split, DIGITS.split("\n")[1:-1]))]
    return torch.tensor([[1.0 if pixel == "#" else -1.0 for pixel in digit] for digit in pixels])


class ScaledTanh(Module):
    """y = 1.7159 tanh(2x/3): about 1 at x = 1 and −1 at x = −1, where it still has a slope."""

    def forward(self, x: Any) -> Tensor:
        return tanh(x * (2 / 3)) * 1.7159


class Wires(Function):
    """One kernel for each connection of a table; zeros where two maps are not connected.

    kernels (C, K, K), connection c leads from map sources[c] to map targets[c]; y (*maps, K, K)
    """

    @staticmethod
    def forward(ctx, kernels, targets, sources, maps):
        ctx.ends = targets, sources
        full = kernels.new_zeros(*maps, *kernels.shape[1:])
        full[targets, sources] = kernels
        return full

    @staticmethod
    def backward(ctx, grad):  # (*maps, K, K)
        return grad[ctx.ends], None, None, None


class TableConv2d(Module):
    """A convolution in which a feature map sees only some of the maps below it.

    table[o] lists the maps that map o sees, so there are only as many kernels as connections.
    x (N, in_channels, H, W), y (N, len(table), PH, PW).
    """

    def __init__(self, table: Any, kernel_size: int, stride: int = 1, bias: bool = True) -> None:
        pairs = [(target, source) for target, seen in enumerate(table) for source in seen]
        targets, sources = torch.tensor(pairs).T
        self.register_buffer("targets", targets, persistent=False)
        self.register_buffer("sources", sources, persistent=False)
        self.maps, self.stride = (len(table), int(sources.max()) + 1), stride
        self.weight = Parameter(torch.zeros(len(pairs), kernel_size, kernel_size))
        self.bias = Parameter(torch.zeros(len(table))) if bias else None

    def forward(self, x: Any) -> Tensor:
        weight = Wires.apply(self.weight, self.targets, self.sources, self.maps)
        return conv2d(x, weight, self.bias, self.stride)


class Subsampling(Module):
    """y = w_c · (sum of 2 × 2 pixels) + b_c: one coefficient and one bias per feature map."""

    def __init__(self, channels: int) -> None:
        self.weight = Parameter(torch.zeros(channels, 1, 1))
        self.bias = Parameter(torch.zeros(channels, 1, 1))
        self.mean = AvgPool2d(2)

    def forward(self, x: Any) -> Tensor:
        return self.weight * (self.mean(x) * 4) + self.bias


class BitmapDistance(Module):
    """−yᵢ = −Σⱼ (xⱼ − wᵢⱼ)²: how far 84 units are from each digit's picture, less being better.

    The pictures are fixed and have 7 × 12 pixels of ±1. Those of the paper were drawn by hand too;
    these are new ones. x (N, 84), scores (N, 10). Trained with CrossEntropyLoss this is the paper's
    maximum a posteriori criterion (equation 9) without its constant for what is no digit.
    """

    def __init__(self) -> None:
        self.register_buffer("bitmaps", bitmaps(), persistent=False)

    def forward(self, x: Any) -> Tensor:
        return -((x.unsqueeze(1) - self.bitmaps) ** 2).sum(-1)


def start(model: Module) -> None:
    """Weights uniform in ±2.4 / (inputs of the unit), as in both papers; biases 0."""
    for part in model.modules():
        if isinstance(part, Subsampling):
            inputs: Any = 4
        elif isinstance(part, TableConv2d):
            seen = torch.bincount(part.targets)[part.targets]  # maps that the kernel's unit sees
            inputs = (seen * part.weight[0].numel())[:, None, None]
        elif isinstance(part, (Conv2d, Linear)):
            inputs = part.weight[0].numel()
        else:
            continue
        part.weight.data.uniform_(-2.4, 2.4).div_(inputs)
        if part.bias is not None:
            part.bias.data.zero_()


class LeNet1989(Module):
    """The reader of zip codes: 16 × 16 pixels, two layers of local detectors, 9,760 parameters.

    Kernels of 5 × 5 move two pixels at a time, and every unit has a bias of its own. A map of the
    second layer sees eight of the twelve maps below. The paper does not say which eight: here map
    o sees o, o + 1, …, o + 7 (modulo 12). It trained with squared errors against ±1.

    x (N, 1, 16, 16) in −1 … 1, where −1 is paper, also beyond the edge; y (N, 10).
    """

    def __init__(self) -> None:
        self.h1 = Conv2d(1, 12, 5, stride=2, bias=False)
        self.h1_bias = Parameter(torch.zeros(12, 8, 8))
        table = [[(first + step) % 12 for step in range(8)] for first in range(12)]
        self.h2 = TableConv2d(table, 5, stride=2, bias=False)
        self.h2_bias = Parameter(torch.zeros(12, 4, 4))
        self.h3, self.output = Linear(192, 30), Linear(30, 10)
        self.squash = ScaledTanh()
        start(self)

    def forward(self, x: Any) -> Tensor:
        check_picture(self, x, 16)
        h1 = self.squash(self.h1(pad(x, (2, 2, 2, 2), -1.0)) + self.h1_bias)
        h2 = self.squash(self.h2(pad(h1, (2, 2, 2, 2), -1.0)) + self.h2_bias)
        return self.squash(self.output(self.squash(self.h3(h2.flatten(1)))))


class LeNet5(Module):
    """LeNet-5 as published in 1998: 60,000 trainable parameters.

    C1  6 maps of 28 × 28     156     C3  16 maps of 10 × 10   1,516    C5  120 units   48,120
    S2  6 maps of 14 × 14      12     S4  16 maps of 5 × 5        32    F6   84 units   10,164

    x (N, 1, 32, 32), or (N, 1, 28, 28) to be given a margin, in 0 … 1, where 0 is paper. Inside,
    paper is −0.1 and ink 1.175, so that the mean is near 0 and the variance near 1.
    Scores (N, 10): minus the squared distances of F6 to the pictures of the ten digits.
    """

    def __init__(self) -> None:
        self.c1, self.s2 = Conv2d(1, 6, 5), Subsampling(6)
        self.c3, self.s4 = TableConv2d(C3_TABLE, 5), Subsampling(16)
        self.c5, self.f6 = Conv2d(16, 120, 5), Linear(120, 84)
        self.output = BitmapDistance()
        self.squash = ScaledTanh()
        start(self)

    def forward(self, x: Any) -> Tensor:
        if x.ndim == 4 and x.shape[-2:] == (28, 28):
            x = pad(x, (2, 2, 2, 2))
        check_picture(self, x, 32)
        x = x * 1.275 - 0.1
        for layer in (self.c1, self.s2, self.c3, self.s4, self.c5):
            x = self.squash(layer(x))
        return self.output(self.squash(self.f6(x.flatten(1))))


def check_picture(model: Module, x: Any, size: int) -> None:
    """Raise ValueError unless x is (N, 1, size, size)."""
    if x.ndim != 4 or tuple(x.shape[1:]) != (1, size, size):
        raise ValueError(
            f"{type(model).__name__} reads pictures x (N, 1, {size}, {size}), got shape "
            f"{tuple(x.shape)}; pad or resize them first"
        )
