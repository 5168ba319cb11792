"""2006, Alex Graves and others: learn a transcript without being told which sound is which
(chapter 15).

A. Graves, S. Fernández, F. Gomez, J. Schmidhuber, Connectionist Temporal Classification: Labelling
Unsegmented Sequence Data with Recurrent Neural Networks (2006),
https://doi.org/10.1145/1143844.1143891.

At each step the network says a label or a blank. Merge repetitions, then drop blanks, and a path of
T steps becomes a transcript: a a – a b says "aab". The loss is −log of the probability of all paths
that say the target. Each of them walks along the states

    blank, l₁, blank, l₂, …, l_S, blank

and at every step stays, moves on by one, or jumps over a blank between two different labels. So the
sum over all paths goes state by state, from the front (α) and from the back (β), in logarithms.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor, values_can_be_read
from dlcore.autodiff.functional import unsqueeze
from dlcore.layers.check import check_floating
from dlcore.layers.loss import check_not_empty, check_reduction
from dlcore.layers.module import Module


class CTCFunction(Function):
    """−log p(target), one number for each of N examples.

    y (T, N, C) log-probabilities   states (N, K) labels, K = 2 S + 1   jumps (N, K): may be entered
    from two states before   steps (N,): how many of the T count   ends (N, K): 0 for the states in
    which a path may end, −∞ for the others
    αₜ(k), βₜ(k) = log p of all that leads to state k at step t, and of all that may follow
    −dL/dyₜ of a label = p(its states at step t | target) = Σ exp(αₜ(k) + βₜ(k) − log p(target))
    """

    @staticmethod
    def forward(ctx, y, states, jumps, steps, ends, zero_infinity):
        heard = y.gather(2, states.expand(len(y), *states.shape))
        alpha = torch.full_like(ends, -math.inf)
        alpha[:, 0] = 0  # before the first step, which is a blank or the first label
        alphas = []
        for t in range(len(y)):
            arrived = heard[t] + from_before(alpha, jumps)
            alpha = torch.where((t < steps)[:, None], arrived, alpha)
            alphas.append(alpha)
        loss = -(alpha + ends).logsumexp(1)
        if zero_infinity:  # no path says the target: all shares below are exp(−∞)
            loss = loss.masked_fill(loss == math.inf, 0)
        ctx.save_for_backward(y, states, jumps, steps, ends, loss, *alphas)
        return loss

    @staticmethod
    def backward(ctx, grad):  # (N,)
        y, states, jumps, steps, ends, loss, *alphas = ctx.saved_tensors
        heard = y.gather(2, states.expand(len(y), *states.shape))
        beta, shares = ends, list(alphas)
        for t in range(len(y) - 1, -1, -1):
            counts = (t < steps)[:, None]
            share = (alphas[t] + beta + loss[:, None]).exp()
            shares[t] = torch.where(counts, share, 0)
            beta = torch.where(counts, from_behind(heard[t] + beta, jumps), beta)
        to_y = torch.zeros_like(y)
        if shares:
            by_state = torch.stack(shares) * -grad[:, None]
            to_y.scatter_add_(2, states.expand_as(by_state), by_state)
        return to_y, None, None, None, None, None


def from_before(alpha: torch.Tensor, jumps: torch.Tensor) -> torch.Tensor:
    """log Σ over the states from which one gets to k: k, k − 1 and, with a jump, k − 2."""
    padded = torch.constant_pad_nd(alpha, [2, 0], -math.inf)
    jump = padded[:, :-2].masked_fill(~jumps, -math.inf)
    return torch.logaddexp(torch.logaddexp(alpha, padded[:, 1:-1]), jump)


def from_behind(beta: torch.Tensor, jumps: torch.Tensor) -> torch.Tensor:
    """log Σ over the states to which one gets from k: k, k + 1 and, with a jump, k + 2."""
    padded = torch.constant_pad_nd(beta, [0, 2], -math.inf)
    jump = torch.constant_pad_nd(beta.masked_fill(~jumps, -math.inf), [0, 2], -math.inf)[:, 2:]
    return torch.logaddexp(torch.logaddexp(beta, padded[:, 1:-1]), jump)


def ctc_loss(
    log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int = 0,
    reduction: str = "mean", zero_infinity: bool = False,
) -> Tensor:  # fmt: skip
    """−log p(target) summed over all alignments, as torch.nn.functional.ctc_loss.

    log_probs (T, N, C) or (T, C), from log_softmax; targets (N, S), or all one after the other
    (ΣL,); lengths (N,) or numbers. "mean" divides each loss by its number of labels first. A target
    that needs more steps than there are has loss ∞, or 0 and no gradient with zero_infinity.
    The gradient is that of the formula; torch's has exp(log_probs) added, which log_softmax's own
    backward takes out again: https://github.com/pytorch/pytorch/issues/52241.
    Raises ValueError or TypeError for shapes, lengths and labels that do not fit.
    """
    check_reduction("ctc_loss", reduction)
    check_floating("ctc_loss", log_probs)
    if log_probs.ndim not in (2, 3):
        raise ValueError(
            f"ctc_loss takes log_probs (T, N, C) or (T, C), got shape {tuple(log_probs.shape)}"
        )
    y = unsqueeze(log_probs, 1) if log_probs.ndim == 2 else log_probs
    targets = targets.data if isinstance(targets, Tensor) else targets
    steps, lengths = (
        torch.as_tensor(given, dtype=torch.int64, device=y.device).reshape(-1)
        for given in (input_lengths, target_lengths)
    )
    check_not_empty("ctc_loss", lengths, reduction)
    check_lengths(y, targets, steps, lengths)
    labels = padded_labels(targets.to(y.device), lengths, blank)
    check_labels(labels, lengths, y.shape[2], blank)
    states, jumps = walk(labels, blank)
    ends = end_states(lengths, states.shape[1], y.dtype)
    losses = CTCFunction.apply(y, states, jumps, steps, ends, zero_infinity)
    if reduction == "mean":
        return (losses / Tensor(lengths.clamp_min(1).to(y.dtype))).mean()
    if reduction == "sum":
        return losses.sum()
    return losses[0] if log_probs.ndim == 2 else losses


def padded_labels(targets: torch.Tensor, lengths: torch.Tensor, blank: int) -> torch.Tensor:
    """(N, S) labels, blank where an example has fewer, from either form of targets."""
    if targets.ndim == 1:
        total = targets.shape[0]
        most = int(lengths.max()) if values_can_be_read() else total
        place = torch.arange(most, device=targets.device)
        start = (lengths.cumsum(0) - lengths)[:, None]
        targets = targets[(start + place).clamp_max(max(total - 1, 0))]
    place = torch.arange(targets.shape[1], device=targets.device)
    return torch.where(place < lengths[:, None], targets.long(), blank)


def walk(labels: torch.Tensor, blank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The states blank, l₁, blank, …, l_S, blank (N, 2 S + 1), and which a jump may enter."""
    between = torch.full_like(labels, blank)
    states = torch.stack([between, labels], 2).flatten(1)
    states = torch.constant_pad_nd(states, [0, 1], blank)
    two_before = torch.constant_pad_nd(states, [2, 0], blank)[:, :-2]
    return states, (states != blank) & (states != two_before)


def end_states(lengths: torch.Tensor, count: int, dtype: torch.dtype) -> torch.Tensor:
    """(N, K): 0 for the last label and the blank behind it, −∞ elsewhere."""
    place, last = torch.arange(count, device=lengths.device), 2 * lengths[:, None]
    zero = torch.zeros((), dtype=dtype, device=lengths.device)
    return torch.where((place == last) | (place == last - 1), zero, -math.inf)


def check_lengths(y: Any, targets: Any, steps: torch.Tensor, lengths: torch.Tensor) -> None:
    """Raise TypeError or ValueError unless the lengths fit log_probs (T, N, C) and targets."""
    if not isinstance(targets, torch.Tensor) or targets.is_floating_point():
        kind = targets.dtype if isinstance(targets, torch.Tensor) else type(targets).__name__
        raise TypeError(f"ctc_loss takes targets as a tensor of whole numbers, got {kind}")
    n = y.shape[1]
    if steps.shape != (n,) or lengths.shape != (n,):
        raise ValueError(
            f"ctc_loss needs one length for each of {n} examples, got {len(steps)} input_lengths "
            f"and {len(lengths)} target_lengths"
        )
    if targets.ndim not in (1, 2) or (targets.ndim == 2 and len(targets) != n):
        raise ValueError(
            f"ctc_loss takes targets ({n}, S), or (ΣL,) one after the other, got shape "
            f"{tuple(targets.shape)}"
        )
    if not values_can_be_read() or not n:
        return
    if steps.min() < 0 or steps.max() > y.shape[0]:
        raise ValueError(f"ctc_loss got input_lengths {steps.tolist()} for {y.shape[0]} steps")
    most = targets.shape[1] if targets.ndim == 2 else targets.shape[0]
    used = lengths.max() if targets.ndim == 2 else lengths.sum()
    if lengths.min() < 0 or used > most:
        raise ValueError(
            f"ctc_loss got target_lengths {lengths.tolist()} for targets of shape "
            f"{tuple(targets.shape)}"
        )


def check_labels(labels: torch.Tensor, lengths: torch.Tensor, classes: int, blank: int) -> None:
    """Raise ValueError unless labels are classes other than the blank."""
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss got blank={blank}, but log_probs has labels 0..{classes - 1}")
    if not values_can_be_read():
        return
    real = labels[torch.arange(labels.shape[1], device=labels.device) < lengths[:, None]]
    if real.numel() and (real.min() < 0 or real.max() >= classes or (real == blank).any()):
        raise ValueError(
            f"ctc_loss takes labels 0..{classes - 1} without the blank, {blank}, as targets, got "
            f"{sorted(set(real.tolist()))}"
        )


class CTCLoss(Module):
    """−log p(target) over all alignments, as torch.nn.CTCLoss; see ctc_loss."""

    def __init__(
        self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False
    ) -> None:
        check_reduction("CTCLoss", reduction)
        self.blank, self.reduction, self.zero_infinity = blank, reduction, zero_infinity

    def forward(
        self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any
    ) -> Tensor:
        options = (self.blank, self.reduction, self.zero_infinity)
        return ctc_loss(log_probs, targets, input_lengths, target_lengths, *options)


Tensor.torch_functions["ctc_loss"] = ctc_loss
