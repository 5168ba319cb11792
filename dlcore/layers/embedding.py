"""2003, Yoshua Bengio and others: a learned vector for each word (chapter 16).

Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, A Neural Probabilistic Language Model, Journal of
Machine Learning Research 3 (2003) 1137-1155, https://www.jmlr.org/papers/v3/bengio03a.html.
How far apart two vectors are is told by their distance or by the angle between them.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor, values_can_be_read
from dlcore.autodiff.statistics import cosine_similarity, pairwise_distance
from dlcore.layers.check import check_sizes, check_tensor
from dlcore.layers.module import Module, Parameter


class EmbeddingFunction(Function):
    """y = W[i].   i (…) whole numbers   W (V, D)   y (…, D);   dL/dW[v] = Σ of g where i = v."""

    @staticmethod
    def forward(ctx, index, weight, padding):
        ctx.save_for_backward(index)
        ctx.rows, ctx.padding = len(weight), padding
        return weight[index]

    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        to_weight = grad.new_zeros(ctx.rows, grad.shape[-1])
        to_weight.index_add_(0, index.reshape(-1), grad.reshape(-1, grad.shape[-1]))
        if ctx.padding is not None:
            to_weight[ctx.padding] = 0
        return None, to_weight, None


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Tensor:
    """The rows of weight (V, D) that input (…) names: (…, D). Row padding_idx is not trained.

    Raises TypeError for indices that are not whole numbers, ValueError for those outside 0..V−1.
    """
    check_tensor("embedding", input, weight)
    index = input.data if isinstance(input, Tensor) else input
    if index.dtype not in (torch.int64, torch.int32):
        raise TypeError(f"embedding takes whole numbers (int64), got {index.dtype}; use .long()")
    rows = weight.shape[0]
    if values_can_be_read() and index.numel():
        low, high = index.min().item(), index.max().item()
        if low < 0 or high >= rows:
            wrong = low if low < 0 else high
            raise ValueError(f"embedding got index {wrong}, but has rows 0..{rows - 1}")
    return EmbeddingFunction.apply(index, weight, padding_idx)


def one_hot(tensor: torch.Tensor, num_classes: int = -1) -> torch.Tensor:
    """Class numbers (…) as rows of num_classes numbers, 1 at the class and 0 elsewhere.

    −1 classes are as many as the largest number asks for. Raises TypeError for numbers that are not
    whole, ValueError for those outside 0..num_classes−1.
    """
    check_tensor("one_hot", tensor)
    index = tensor.data if isinstance(tensor, Tensor) else tensor
    if index.dtype != torch.int64:
        raise TypeError(f"one_hot takes whole numbers (int64), got {index.dtype}; use .long()")
    classes = int(index.max()) + 1 if num_classes == -1 and index.numel() else num_classes
    rows = torch.arange(max(classes, 0), device=index.device)
    if index.numel() and (int(index.min()) < 0 or int(index.max()) >= classes):
        raise ValueError(f"one_hot got numbers outside of 0..{classes - 1}")
    return (index.unsqueeze(-1) == rows).long()


class Embedding(Module):
    """A table of num_embeddings learned vectors of length embedding_dim, as torch.nn.Embedding."""

    def __init__(
        self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None, *,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        check_sizes("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(
                f"padding_idx={padding_idx} is none of the {num_embeddings} rows of the table"
            )
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        weight = torch.empty(num_embeddings, embedding_dim, device=device, dtype=dtype).normal_()
        if self.padding_idx is not None:
            weight[self.padding_idx] = 0
        self.weight = Parameter(weight)

    def forward(self, input: Any) -> Tensor:
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


class CosineSimilarity(Module):
    """The cosine of the angle between x1 and x2 along `dim`."""

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim, self.eps = dim, eps

    def forward(self, x1: Any, x2: Any) -> Tensor:
        return cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """The distance of x1 from x2 along the last axis."""

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.norm, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: Any, x2: Any) -> Tensor:
        return pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


Tensor.torch_functions["embedding"] = embedding
Tensor.torch_functions["one_hot"] = one_hot
