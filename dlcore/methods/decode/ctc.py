"""2006-2014: from the probabilities of each step to a transcript (chapter 15).

Best path: A. Graves and others (2006), https://doi.org/10.1145/1143844.1143891. Prefixes in a beam,
with a language model: A. Hannun, A. Maas, D. Jurafsky, A. Ng, First-pass large vocabulary
continuous speech recognition using bi-directional recurrent DNNs (2014),
https://arxiv.org/abs/1408.2873.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby

import torch

Prefix = tuple[int, ...]
Language = Callable[[Prefix, int], float]


def collapse(path: Sequence[int], blank: int = 0) -> list[int]:
    """What a path says: repetitions merged, then blanks dropped."""
    return [label for label, _ in groupby(path) if label != blank]


def greedy(log_probs: torch.Tensor, lengths: torch.Tensor, blank: int = 0) -> list[list[int]]:
    """What the single likeliest path of each example says.

    log_probs (T, N, C); lengths (N,): how many of the T steps count.
    """
    paths = log_probs.argmax(2).T.tolist()
    steps = lengths.tolist()
    return [collapse(path[:n], blank) for path, n in zip(paths, steps, strict=True)]


def beam_search(
    log_probs: torch.Tensor, width: int = 8, blank: int = 0, language: Language | None = None,
    weight: float = 1.0, bonus: float = 0.0,
) -> list[int]:  # fmt: skip
    """The likeliest transcript of one example, summed over its paths, among `width` at each step.

    log_probs (T, C). language(prefix, label): log-probability of the next label, counted `weight`
    times; bonus is added for each label. A prefix keeps two sums: over its paths that end in a
    blank, and over those that end in its last label, which may only be repeated through a blank.
    Raises ValueError for a width below 1 or log_probs that are no table.
    """
    if width < 1 or log_probs.ndim != 2:
        raise ValueError(
            f"beam_search needs a width of 1 or more and log_probs (T, C), got {width=} and shape "
            f"{tuple(log_probs.shape)}"
        )
    beam: dict[Prefix, tuple[float, float]] = {(): (0.0, -math.inf)}
    for step in log_probs.tolist():
        found: dict[Prefix, list[float]] = defaultdict(lambda: [-math.inf, -math.inf])
        for prefix, (in_blank, in_label) in beam.items():
            both = add(in_blank, in_label)
            found[prefix][0] = add(found[prefix][0], both + step[blank])
            if prefix:
                found[prefix][1] = add(found[prefix][1], in_label + step[prefix[-1]])
            for label, score in enumerate(step):
                if label == blank or score == -math.inf:
                    continue
                before = in_blank if prefix[-1:] == (label,) else both
                extra = bonus + (weight * language(prefix, label) if language else 0.0)
                longer = found[(*prefix, label)]
                longer[1] = add(longer[1], before + score + extra)
        best = sorted(found.items(), key=lambda item: -add(*item[1]))[:width]
        beam = {prefix: (sums[0], sums[1]) for prefix, sums in best}
    return list(max(beam, key=lambda prefix: add(*beam[prefix])))


def add(a: float, b: float) -> float:
    """log(exp a + exp b)."""
    low, high = min(a, b), max(a, b)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
