"""Sequences of unequal length in one batch, without computing on the padding (chapter 7).

The steps that exist lie one below the other: first step 0 of every sequence, then step 1 of those
that have one, and so on, the longest sequence first. Names are those of torch.nn.utils.rnn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.functional import cat, transpose
from dlcore.layers.check import check_tensor


class Pack(Function):
    """y[s] = x[t[s], n[s]]: the steps that exist.   x (T, N, …)   t, n (S,)   y (S, …)"""

    @staticmethod
    def forward(ctx, x, t, n):
        ctx.save_for_backward(t, n)
        ctx.shape = x.shape
        return x[t, n]

    @staticmethod
    def backward(ctx, grad):
        t, n = ctx.saved_tensors
        return grad.new_zeros(ctx.shape).index_put((t, n), grad), None, None


class Pad(Function):
    """y[t[s], n[s]] = x[s], `value` where nothing stands: each is the other's backward pass."""

    @staticmethod
    def forward(ctx, x, t, n, steps, examples, value):
        ctx.save_for_backward(t, n)
        return x.new_full((steps, examples, *x.shape[1:]), value).index_put((t, n), x)

    @staticmethod
    def backward(ctx, grad):
        t, n = ctx.saved_tensors
        return grad[t, n], None, None, None, None, None


class PackedSequence(NamedTuple):
    """What pack_padded_sequence makes and a recurrent layer takes and returns.

    data (S, …): all steps; batch_sizes (T,): how many sequences have a step t; sorted_indices (N,):
    where in the batch the n-th longest stood; unsorted_indices (N,): the way back. The last two
    are None where the batch came in order.
    """

    data: Any
    batch_sizes: torch.Tensor
    sorted_indices: torch.Tensor | None = None
    unsorted_indices: torch.Tensor | None = None


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack input (T, N, …), or (N, T, …) with batch_first, of which lengths[n] steps are real.

    Raises ValueError for lengths that do not fit, or that rise where enforce_sorted promises that
    the longest comes first.
    """
    check_tensor("pack_padded_sequence", input)
    x = transpose(input, 0, 1) if batch_first and input.ndim > 1 else input
    lengths = torch.as_tensor(lengths, dtype=torch.int64, device="cpu")
    check_lengths(lengths, x)
    rising = bool((lengths[1:] > lengths[:-1]).any())
    if enforce_sorted and rising:
        raise ValueError(
            f"pack_padded_sequence got lengths {lengths.tolist()}, which rise; sort the batch, the "
            "longest sequence first, or pass enforce_sorted=False"
        )
    order = None
    if not enforce_sorted:
        lengths, order = lengths.sort(descending=True)
    batch_sizes = (torch.arange(int(lengths[0]))[:, None] < lengths).sum(1)
    t, n = positions(batch_sizes, order)
    data = Pack.apply(x, t.to(x.device), n.to(x.device))
    if order is None:
        return PackedSequence(data, batch_sizes)
    order = order.to(x.device)
    return PackedSequence(data, batch_sizes, order, order.argsort())


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, torch.Tensor]:  # fmt: skip
    """The way back: (padded (T, N, …) or (N, T, …), lengths (N,)), in the batch's first order.

    total_length pads to more steps than the longest sequence has. Raises ValueError for fewer.
    """
    sizes, order = sequence.batch_sizes, sequence.sorted_indices
    steps = len(sizes) if total_length is None else total_length
    if steps < len(sizes):
        raise ValueError(
            f"pad_packed_sequence got total_length={steps}, but the longest sequence has "
            f"{len(sizes)} steps"
        )
    x = sequence.data
    t, n = positions(sizes, None if order is None else order.cpu())
    examples = int(sizes[0])
    y = Pad.apply(x, t.to(x.device), n.to(x.device), steps, examples, padding_value)
    lengths = (sizes > torch.arange(examples)[:, None]).sum(1)
    if sequence.unsorted_indices is not None:
        lengths = lengths[sequence.unsorted_indices.cpu()]
    return transpose(y, 0, 1) if batch_first else y, lengths


def pad_sequence(
    sequences: Sequence[Any], batch_first: bool = False, padding_value: float = 0.0
) -> Tensor:
    """Sequences (Tₙ, …) side by side: (T, N, …), or (N, T, …), T the greatest length."""
    if not len(sequences):
        raise ValueError("pad_sequence got no sequences; it needs at least one")
    lengths = [len(sequence) for sequence in sequences]
    device = sequences[0].device
    t = torch.cat([torch.arange(length, device=device) for length in lengths])
    n = torch.arange(len(lengths)).repeat_interleave(torch.tensor(lengths)).to(device)
    y = Pad.apply(cat(list(sequences)), t, n, max(lengths), len(lengths), padding_value)
    return transpose(y, 0, 1) if batch_first else y


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences (Tₙ, …) that are not padded yet."""
    lengths = [len(sequence) for sequence in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def positions(sizes: torch.Tensor, order: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
    """(step t, example n) of each row of the packed data."""
    t, n = (torch.arange(int(sizes[0])) < sizes[:, None]).nonzero(as_tuple=True)
    return t, n if order is None else order[n]


def check_lengths(lengths: torch.Tensor, x: Any) -> None:
    """Raise ValueError unless each of the N sequences has a length from 1 to T."""
    if x.ndim < 2:
        raise ValueError(
            f"pack_padded_sequence takes at least two axes (T, N, …), got shape {tuple(x.shape)}"
        )
    if lengths.ndim != 1 or len(lengths) != x.shape[1] or not len(lengths):
        raise ValueError(
            f"pack_padded_sequence needs one length per example, {x.shape[1]} of them and at "
            f"least 1, got lengths of shape {tuple(lengths.shape)}"
        )
    low, high = int(lengths.min()), int(lengths.max())
    if low < 1 or high > x.shape[0]:
        raise ValueError(
            f"pack_padded_sequence got a length of {low if low < 1 else high}; lengths lie in "
            f"1..{x.shape[0]}, the number of steps"
        )
