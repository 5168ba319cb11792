"""2017, Aaron van den Oord, Oriol Vinyals and Koray Kavukcuoglu: a picture as a few whole numbers
(chapter 19).

Neural discrete representation learning (2017), https://arxiv.org/abs/1711.00937. The gradient that
goes straight through a choice: Y. Bengio, N. Léonard, A. Courville, Estimating or propagating
gradients through stochastic neurons for conditional computation (2013),
https://arxiv.org/abs/1308.3432.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Function, Tensor
from dlcore.layers.check import check_sizes


class StraightThrough(Function):
    """y = q;   dL/dx = dL/dy: the step from x to q counts as if it were none.   x, q (…)"""

    @staticmethod
    def forward(ctx, x, q):
        return q.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad, None


class VectorQuantizer(nn.Module):
    """Each row is replaced by the nearest row of a code book.

        code = argmin_k ‖x − e_k‖²,   y = e_code
        loss = mean (e − [x])² + commitment · mean (x − [e])²

    [·] is taken as a constant: the first term moves the code book to the rows, the second the rows
    to the code book. The gradient of y goes straight through to x.

    codes K rows in the book, width D numbers in each; x (…, D), y (…, D), code (…) whole numbers.
    Raises ValueError for rows of another width.
    """

    def __init__(self, codes: int, width: int, commitment: float = 0.25) -> None:
        check_sizes("VectorQuantizer", codes=codes, width=width)
        self.commitment = commitment
        self.book = nn.Parameter((2 * torch.rand(codes, width) - 1) / codes)

    def forward(self, x: Any) -> tuple[Tensor, torch.Tensor, Tensor]:
        """y, code, loss."""
        code = self.encode(x)
        chosen = self.book[code]
        loss = nn.mse_loss(chosen, x.data) + self.commitment * nn.mse_loss(x, chosen.data)
        return StraightThrough.apply(x, chosen.data), code, loss

    def encode(self, x: Any) -> torch.Tensor:
        """The number of the nearest row of the book, for each row."""
        width = self.book.shape[1]
        if x.ndim < 1 or x.shape[-1] != width:
            raise ValueError(f"VectorQuantizer takes rows of {width}, got shape {tuple(x.shape)}")
        rows, book = getattr(x, "data", x), self.book.data
        return ((book * book).sum(1) - 2 * rows @ book.T).argmin(-1)

    def decode(self, code: torch.Tensor) -> Tensor:
        """The rows of the book that the codes (…) name: (…, D)."""
        return self.book[code]
