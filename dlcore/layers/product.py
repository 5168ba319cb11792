"""1986: a layer is a product of tables (chapter 3); some machines have two ways to do it."""

from __future__ import annotations

import torch

from dlcore.autodiff.faster import fastest


class Product:
    """a @ b + bias as torch does it: the plain form, see fast/product.py for another."""

    @staticmethod
    def of(a: torch.Tensor, b: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        """a @ b + bias: (N, I), (I, O), (O,) or None to (N, O)."""
        return torch.mm(a, b) if bias is None else torch.addmm(bias, a, b)


def product(a: torch.Tensor, b: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """a @ b + bias.   a (R, K)   b (K, O)   bias (O,) or None"""
    return fastest(Product, a, b, bias).of(a, b, bias)
