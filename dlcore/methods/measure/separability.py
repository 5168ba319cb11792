"""1962–1969, Novikoff, Cover, Minsky and Papert: what a plane can separate (chapter 2).

A. B. J. Novikoff, On convergence proofs on perceptrons, Symposium on the Mathematical Theory of
Automata 12, 615-622 (1962). T. M. Cover, Geometrical and statistical properties of systems of
linear inequalities with applications in pattern recognition, IEEE Transactions on Electronic
Computers EC-14, 326-334 (1965), doi:10.1109/PGEC.1965.264137. M. Minsky and S. Papert,
Perceptrons, MIT Press (1969).

Every plane here goes through the origin. A threshold is one more weight: append a column of
ones to the points with `with_bias` and ask again.
"""

import functools
import itertools
import math
import operator

import numpy as np
import torch
from scipy.optimize import linprog, nnls


def with_bias(x: torch.Tensor) -> torch.Tensor:
    """Points (N, D) with a column of ones, (N, D + 1): its weight is the unit's bias."""
    return torch.cat([x, torch.ones_like(x[:, :1])], 1)


def is_separable(x: torch.Tensor, targets: torch.Tensor) -> bool:
    """Is there a w with target · (w·x) > 0 for all points?   x (N, D)   targets (N,) each ±1

    Decided exactly, up to rounding, by linear programming: any such w can be lengthened until
    target · (w·x) >= 1 everywhere, which is a system of linear inequalities.
    """
    signed = _signed(x, targets)
    program = linprog(
        np.zeros(signed.shape[1]), A_ub=-signed, b_ub=-np.ones(len(signed)), bounds=(None, None)
    )
    return program.status == 0


def margin(x: torch.Tensor, targets: torch.Tensor) -> float:
    """Distance γ of the nearest point from the best separating plane; 0.0 if none separates.

    x (N, D)   targets (N,) each ±1.   γ = max over |w| = 1 of min over points of target · (w·x).
    It equals the distance of the origin from the convex hull of the points target · x, which is
    a least-squares problem with weights that must not be negative.
    """
    signed = _signed(x, targets)
    ones = np.ones((1, len(signed)))
    goal = np.append(np.zeros(signed.shape[1]), 1.0)
    share, _ = nnls(np.concatenate([signed.T, ones]), goal)
    gap = float(np.linalg.norm(share @ signed) / share.sum())
    return gap if gap > 1e-9 * float(np.abs(signed).max()) else 0.0


def mistake_bound(x: torch.Tensor, targets: torch.Tensor) -> float:
    """Novikoff's (R / γ)²: the most mistakes a perceptron without bias can make on x (N, D).

    R is the length of the longest point. math.inf if no plane separates the points.
    """
    gap = margin(x, targets)
    longest = float(x.double().norm(dim=1).max())
    return (longest / gap) ** 2 if gap else math.inf


def dichotomies(points: int, dimensions: int) -> int:
    """Cover's count C(N, D) = 2 Σ_{k<D} (N-1 choose k): labellings that a plane can separate.

    Of the 2^N ways to label N points in D dimensions, through the origin, in general position
    (no D of them on one plane through the origin).
    """
    if points < 1 or dimensions < 1:
        raise ValueError(
            f"dichotomies counts at least 1 point in 1 dimension, got {points} and {dimensions}"
        )
    return 2 * sum(math.comb(points - 1, k) for k in range(dimensions))


def order(outputs: torch.Tensor) -> int:
    """Minsky and Papert's order of a predicate: how many inputs some A-unit has to look at.

    outputs (2^n,) of 0 and 1, row k of `dlcore.data.truth_table(n)`. The order is the smallest K
    such that A-units that each see at most K inputs, of any kind and in any number, allow an
    R-unit to compute the predicate. Products of up to K inputs stand for all such units, because
    every function of K inputs is a weighted sum of them. Source: Perceptrons, chapters 1 to 3.
    """
    bits = (len(outputs) - 1).bit_length()
    if len(outputs) != 2**bits or not bool(((outputs == 0) | (outputs == 1)).all()):
        raise ValueError(f"order expects a column of 2^n outputs 0 or 1, got {len(outputs)} rows")
    inputs = (torch.arange(2**bits)[:, None] >> torch.arange(bits - 1, -1, -1)) & 1
    columns = []
    for degree in range(bits + 1):
        for seen in itertools.combinations(range(bits), degree):
            columns.append(inputs[:, list(seen)].prod(1).float())
        if is_separable(torch.stack(columns, 1), 2 * outputs - 1):
            break
    return degree


def threshold_functions(inputs: int) -> torch.Tensor:
    """All Boolean functions one threshold unit can compute: (count, 2^n) of 0.0 and 1.0.

    Row order of `dlcore.data.truth_table(n)`, for n = 1 to 4: integer weights up to 3 are enough
    there. There are 4, 14, 104 and 1,882: sequence A000609 of the OEIS.
    """
    if not 1 <= inputs <= 4:
        raise ValueError(f"threshold_functions lists functions of 1 to 4 inputs, got {inputs}")
    weights = torch.cartesian_prod(*[torch.arange(-3, 4)] * inputs).view(-1, inputs)
    rows = (torch.arange(2**inputs)[:, None] >> torch.arange(inputs - 1, -1, -1)) & 1
    sums = weights @ rows.T
    levels = torch.arange(int(sums.min()), int(sums.max()) + 2)
    return (sums >= levels[:, None, None]).flatten(0, 1).float().unique(dim=0)


def hidden_units_needed(outputs: torch.Tensor) -> int:
    """A number of hidden threshold units below which no net with one hidden layer can work.

    outputs (2^n,) of 0 and 1, n = 1 to 4. Count every weight of the output unit as positive (turn
    a hidden unit round where it is not): then each pair of a row with output 1 and a row with
    output 0 needs a hidden unit that is 1 on the first and 0 on the second. The answer is the
    smallest number of threshold functions that tell all such pairs apart.
    """
    units = threshold_functions((len(outputs) - 1).bit_length())
    apart = units[:, outputs == 1, None] > units[:, None, outputs == 0]
    masks = {sum(1 << i for i in np.flatnonzero(row).tolist()) for row in apart.flatten(1).numpy()}
    masks = [m for m in masks if not any(m != other and m & ~other == 0 for other in masks)]
    goal = functools.reduce(operator.or_, masks)
    choices = (c for k in range(len(masks) + 1) for c in itertools.combinations(masks, k))
    return next(len(c) for c in choices if functools.reduce(operator.or_, c, 0) == goal)


def _signed(x: torch.Tensor, targets: torch.Tensor) -> np.ndarray:
    """The points target · x as float64: a plane separates where it has all of them on one side."""
    if x.ndim != 2 or targets.shape != x.shape[:1]:
        raise ValueError(
            "expected points (N, D) and one target per point, got shapes "
            f"{tuple(x.shape)} and {tuple(targets.shape)}"
        )
    if not bool((targets.abs() == 1).all()):
        raise ValueError(
            f"targets must be +1 or -1, got {sorted(set(targets.tolist()))[:4]}: "
            "labels 0 and 1 become targets with 2 * y - 1"
        )
    return (targets[:, None].double() * x.double()).cpu().numpy()
