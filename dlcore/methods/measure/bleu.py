"""2001, Kishore Papineni and others: how near is a translation to those of people? (chapter 16).

K. Papineni, S. Roukos, T. Ward, W.-J. Zhu, BLEU: a method for automatic evaluation of machine
translation (IBM Research Report RC22176, 2001; ACL 2002), https://doi.org/10.3115/1073083.1073135.
Edge cases and smoothing are those of sacrebleu: M. Post, A call for clarity in reporting BLEU
scores (2018), https://arxiv.org/abs/1804.08771; the smoothing methods are compared by B. Chen, C.
Cherry (2014), https://doi.org/10.3115/v1/W14-3346.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

Words = Sequence[str]
SMOOTHING = {"none": 0.0, "floor": 0.1, "add-k": 1.0, "exp": 0.0}  # and what value does by default


class Bleu(NamedTuple):
    """score from 0 to 100, precisions of 1-grams, 2-grams, … from 0 to 100, the brevity penalty,
    and the words of all translations and of the references nearest in length."""

    score: float
    precisions: tuple[float, ...]
    brevity: float
    length: int
    reference_length: int


def ngrams(words: Words, n: int) -> Counter[tuple[str, ...]]:
    """How often each run of n words occurs; len(words) − n + 1 runs in all, or none."""
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def clipped(words: Words, references: Sequence[Words], n: int) -> tuple[int, int]:
    """(n-grams of `words` that are right, n-grams of `words`).

    An n-gram counts as right as often as it occurs in that reference that has it most often.
    """
    most: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        most |= ngrams(reference, n)
    found = ngrams(words, n)
    return sum((found & most).values()), sum(found.values())


def nearest_length(length: int, references: Sequence[Words]) -> int:
    """The references' length that is nearest to `length`, the shorter of two."""
    return min((len(reference) for reference in references), key=lambda n: (abs(n - length), n))


def brevity_penalty(length: int, reference_length: int) -> float:
    """1 where enough was said, else exp(1 − reference_length / length), 0 for nothing said."""
    if length >= reference_length:
        return 1.0
    return math.exp(1 - reference_length / length) if length else 0.0


def corpus_bleu(
    translations: Sequence[Words], references: Sequence[Sequence[Words]], order: int = 4,
    smoothing: str = "exp", value: float | None = None, effective_order: bool = False,
) -> Bleu:  # fmt: skip
    """BLEU = brevity · (p₁ p₂ … p_order)^(1/order), counts added up over all sentences.

    translations  N lists of words;   references  for each of them one list of words or more
    smoothing     of a precision without any right n-gram: "none" leaves 0, "floor" takes `value`
                  (0.1) right ones, "exp" half a right one, then a quarter, …; "add-k" adds `value`
                  (1) to right and all n-grams from n = 2 on
    effective_order  leave out the orders for which the translations are too short: for sentences
    Raises ValueError for numbers of translations and references that differ, a sentence without
    a reference, an unknown smoothing or an order below 1.
    """
    _check(translations, references, order, smoothing)
    value = SMOOTHING[smoothing] if value is None else value
    length = sum(len(words) for words in translations)
    wanted = sum(nearest_length(len(w), r) for w, r in zip(translations, references))
    brevity = brevity_penalty(length, wanted)
    right, total = [0.0] * order, [0.0] * order
    for words, several in zip(translations, references):
        for n in range(order):
            found, all_of_them = clipped(words, several, n + 1)
            right[n], total[n] = right[n] + found, total[n] + all_of_them
    if not any(right):
        return Bleu(0.0, (0.0,) * order, brevity, length, wanted)
    precisions, used = _precisions(right, total, smoothing, value)
    kept = precisions[: used if effective_order else order]
    score = 0.0
    if min(kept) > 0:
        score = brevity * math.exp(sum(math.log(p) for p in kept) / len(kept))
    return Bleu(score, precisions, brevity, length, wanted)


def sentence_bleu(words: Words, references: Sequence[Words], smoothing: str = "exp") -> float:
    """BLEU of one sentence of 0 to 100, with effective order, as sacrebleu's sentence_score."""
    return corpus_bleu([words], [references], smoothing=smoothing, effective_order=True).score


def _precisions(
    right: list[float], total: list[float], smoothing: str, value: float
) -> tuple[tuple[float, ...], int]:
    """(percentages of all orders, how many orders have an n-gram at all)."""
    found, halves = [0.0] * len(right), 1.0
    for n in range(len(right)):
        if smoothing == "add-k" and n:
            right[n], total[n] = right[n] + value, total[n] + value
        if total[n] == 0:
            return tuple(found), n
        hits = right[n]
        if not hits and smoothing == "exp":
            halves /= 2
            hits = halves
        if not hits and smoothing == "floor":
            hits = value
        found[n] = 100 * hits / total[n]
    return tuple(found), len(right)


def _check(
    translations: Sequence[Words], references: Sequence[Sequence[Words]], order: int, smoothing: str
) -> None:
    if len(translations) != len(references):
        raise ValueError(
            f"corpus_bleu got {len(translations)} translations and references for "
            f"{len(references)}: give a list of references for each translation"
        )
    if not all(len(several) for several in references):
        raise ValueError("corpus_bleu needs at least one reference for each translation")
    if any(isinstance(words, str) for words in translations):
        raise ValueError('corpus_bleu takes lists of words, got a text: use text.split(" ")')
    if smoothing not in SMOOTHING:
        raise ValueError(f"smoothing is one of {', '.join(SMOOTHING)}, got {smoothing!r}")
    if order < 1:
        raise ValueError(f"corpus_bleu needs order ≥ 1, got {order}")
