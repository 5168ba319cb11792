"""2003, Chin-Yew Lin and Eduard Hovy: how much of a reference does a summary contain? (chapter 16).

C.-Y. Lin, E. Hovy, Automatic evaluation of summaries using n-gram co-occurrence statistics (2003),
https://doi.org/10.3115/1073445.1073465; the name and ROUGE-L: C.-Y. Lin, ROUGE: a package for
automatic evaluation of summaries (2004), https://aclanthology.org/W04-1013. As in the usual
packages precision stands beside the recall of the name, and F1 is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlcore.methods.measure.bleu import Words, ngrams


class Agreement(NamedTuple):
    """What was said and is right, of all that was said (precision) and of all that was to be said
    (recall), and their harmonic mean: three numbers from 0 to 1."""

    precision: float
    recall: float
    f1: float


def agreement(hits: int, said: int, wanted: int) -> Agreement:
    """Precision hits / said, recall hits / wanted, F1 = 2 PR / (P + R); what has no sense is 0."""
    precision = hits / said if said else 0.0
    recall = hits / wanted if wanted else 0.0
    both = precision + recall
    return Agreement(precision, recall, 2 * precision * recall / both if both else 0.0)


def rouge_n(words: Words, reference: Words, n: int = 1) -> Agreement:
    """ROUGE-N: n-grams in common, each as often as both have it.

    Raises ValueError for n below 1 or a text that is not split into words.
    """
    if n < 1:
        raise ValueError(f"rouge_n needs n ≥ 1, got {n}")
    _check(words, reference)
    said, wanted = ngrams(words, n), ngrams(reference, n)
    return agreement(sum((said & wanted).values()), sum(said.values()), sum(wanted.values()))


def common_subsequence(a: Sequence[object], b: Sequence[object]) -> int:
    """Length of the longest sequence that is left of both when some of their items are struck out.

    row[j] holds the answer for the items of `a` read so far and the first j of `b`.
    """
    row = [0] * (len(b) + 1)
    for item in a:
        before = 0  # the answer without this item and without item j
        for j, other in enumerate(b):
            above = row[j + 1]
            row[j + 1] = before + 1 if item == other else max(above, row[j])
            before = above
    return row[-1]


def rouge_l(words: Words, reference: Words) -> Agreement:
    """ROUGE-L: the longest common subsequence in place of n-grams, so order counts, gaps do not.

    Raises ValueError for a text that is not split into words.
    """
    _check(words, reference)
    return agreement(common_subsequence(words, reference), len(words), len(reference))


def _check(words: Words, reference: Words) -> None:
    if isinstance(words, str) or isinstance(reference, str):
        raise ValueError("rouge takes lists of words, got a text: use text.split()")
