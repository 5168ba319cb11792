"""1980, Kunihiko Fukushima: cells that detect and cells that forgive, by turns, without a teacher
(chapter 6).

K. Fukushima, Neocognitron: A self-organizing neural network model for a mechanism of pattern
recognition unaffected by shift in position, Biological Cybernetics 36 (1980) 193-202,
https://doi.org/10.1007/BF00344251. His S-cells weigh excitation against an inhibiting cell that
measures how much there is to see; the cosine below does the same with one formula. His learning
makes the strongest cell of a neighbourhood grow towards what it sees, and all cells of its plane
with it; so does ours.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import plain
from dlcore.layers import MaxPool2d, Module, Sequential, conv2d


class SLayer(Module):
    """S-cells: planes of detectors, each of which fires where its picture is seen.

        s = max(0, cos(patch, template) − θ) / (1 − θ)

    x (N, C, H, W), y (N, planes, H, W): a patch of kernel × kernel pixels around each place, with
    zeros beyond the edge. Between 0 and 1, whatever the contrast. Templates have length 1 and are
    learned by `learn`, not by backpropagation.
    """

    def __init__(self, channels: int, planes: int, kernel: int = 3, threshold: float = 0.5) -> None:
        if kernel % 2 == 0 or not 0 <= threshold < 1:
            raise ValueError(
                "SLayer needs an odd kernel and a threshold of 0 to below 1, "
                f"got kernel={kernel}, threshold={threshold}"
            )
        self.planes, self.kernel, self.threshold = planes, kernel, threshold
        self.register_buffer("templates", torch.zeros(planes, channels, kernel, kernel))

    def cosines(self, x: torch.Tensor) -> torch.Tensor:
        """How alike every patch and every template are: (N, planes, H, W), 1 for the same."""
        margin = self.kernel // 2
        ones = torch.ones_like(self.templates[:1])
        with no_grad():
            matches = conv2d(x, self.templates, padding=margin).data
            lengths = conv2d(x * x, ones, padding=margin).data.clamp_min(0).sqrt()
        return matches / lengths.clamp_min(1e-6)

    def forward(self, x: Any) -> Tensor:
        cosines = self.cosines(plain(x))
        return Tensor((cosines - self.threshold).clamp_min(0) / (1 - self.threshold))

    @torch.no_grad()
    def learn(self, x: torch.Tensor, novelty: float = 0.8, rate: float = 0.05) -> int:
        """Look at pictures x (N, C, H, W) one after another; returns how many planes are in use.

        In each picture the patch with the most to see is shown to all planes. The plane that is
        most alike wins and turns its template towards the patch by `rate`; if even the winner is
        less alike than `novelty`, a plane that is still free takes the patch as its template.
        """
        used = int((self.templates.flatten(1).norm(dim=1) > 0).sum())
        for picture, spot in zip(x, self.spots(x).tolist(), strict=True):
            patch = self.patch(picture, *divmod(spot, x.shape[-1]))
            if patch.norm() == 0:
                continue
            patch = patch / patch.norm()
            alike = (self.templates[:used] * patch).sum((1, 2, 3))
            if used < self.planes and (used == 0 or alike.max() < novelty):
                self.templates[used] = patch
                used += 1
            else:
                winner = int(alike.argmax())
                turned = self.templates[winner] + rate * patch
                self.templates[winner] = turned / turned.norm()
        return used

    def spots(self, x: torch.Tensor) -> torch.Tensor:
        """Where to look in each picture, as a number of the flattened picture: a place drawn with
        a chance in proportion to what there is to see around it."""
        ones = torch.ones_like(self.templates[:1])
        with no_grad():
            seen = conv2d(x * x, ones, padding=self.kernel // 2).data.flatten(1).clamp_min(1e-9)
        return torch.multinomial(seen, 1)[:, 0]

    def patch(self, picture: torch.Tensor, row: int, column: int) -> torch.Tensor:
        """What the cell at (row, column) sees: (C, kernel, kernel), zeros beyond the edge."""
        margin = self.kernel // 2
        framed = torch.constant_pad_nd(picture, [margin] * 4)
        return framed[:, row : row + self.kernel, column : column + self.kernel]


class Neocognitron(Sequential):
    """S, C, S, C: detectors whose answers are pooled, and detectors of these, pooled again.

    planes     detectors of the first and of the second S-layer
    threshold  how alike (cosine) a patch must be before an S-cell answers

    x (N, 1, H, W), y (N, planes[1], H/4, W/4). A C-cell answers with the strongest S-cell of its
    plane among 2 × 2 neighbours. What Fukushima's had besides: three stages of which the last has
    one C-cell per plane, C-cells that sum and blur, S-planes that compete at many places at once.
    """

    def __init__(self, planes: tuple[int, int] = (24, 100), threshold: float = 0.6) -> None:
        first = SLayer(1, planes[0], threshold=threshold)
        second = SLayer(planes[0], planes[1], threshold=threshold)
        super().__init__(first, MaxPool2d(2), second, MaxPool2d(2))

    def learn(self, x: torch.Tensor, epochs: int = 2, **settings: Any) -> list[int]:
        """Let the first S-layer look at all pictures, then the second at what the first passes on.

        Returns the planes in use in each S-layer. settings: `novelty` and `rate` of SLayer.learn.
        """
        used = []
        for part in self:
            if isinstance(part, SLayer):
                used.append([part.learn(x, **settings) for _ in range(epochs)][-1])
            x = plain(part(x))
        return used
