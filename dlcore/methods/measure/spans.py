"""2000, Erik Tjong Kim Sang and Sabine Buchholz: a name counts if all its words are found
(chapter 16).

Introduction to the CoNLL-2000 shared task: chunking, https://doi.org/10.3115/1117601.1117631, whose
script conlleval also judged names in 2003: E. Tjong Kim Sang, F. De Meulder,
https://doi.org/10.3115/1119176.1119195. The package seqeval keeps its rules, and so does this file.
Tags: L. Ramshaw, M. Marcus, Text chunking using transformation-based learning (1995),
https://arxiv.org/abs/cmp-lg/9505040: B-PER begins a name of a person, I-PER goes on, O is outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlcore.methods.measure.rouge import Agreement, agreement


class Span(NamedTuple):
    """Words start … end − 1 of a sentence, and of what kind they are."""

    kind: str
    start: int
    end: int


def spans(tags: Sequence[str], strict: bool = False) -> list[Span]:
    """The spans that BIO tags mark, from left to right: ["B-PER", "I-PER", "O"] → [(PER, 0, 2)].

    An I that continues nothing (at the start, after O, or after another kind) begins a span, as in
    conlleval; with strict=True it marks nothing. Raises ValueError for other tags.
    """
    found, kind, start = [], "", 0
    for place, tag in enumerate([*tags, "O"]):
        mark, _, name = tag.partition("-")
        if tag != "O" and (mark not in ("B", "I") or not name):
            raise ValueError(f"BIO tags are O, B-KIND and I-KIND, got {tag!r} at place {place}")
        if kind and not (mark == "I" and name == kind):
            found.append(Span(kind, start, place))
            kind = ""
        if not kind and (mark == "B" or (mark == "I" and not strict)):
            kind, start = name, place
    return found


def bio(marked: Sequence[Span], length: int) -> list[str]:
    """The other way: `length` tags. Raises ValueError for spans that overlap or do not fit."""
    tags = ["O"] * length
    for kind, start, end in marked:
        if not 0 <= start < end <= length or any(tag != "O" for tag in tags[start:end]):
            raise ValueError(
                f"span ({kind}, {start}, {end}) is empty, overlaps or leaves 0..{length}"
            )
        tags[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return tags


def span_scores(
    guesses: Sequence[Sequence[str]], truths: Sequence[Sequence[str]], kind: str | None = None,
    strict: bool = False,
) -> Agreement:  # fmt: skip
    """Precision, recall and F1 of whole spans: kind, start and end must all be right.

    guesses, truths: a list of tags for each sentence. Spans are counted over all sentences (the
    micro average); `kind` counts those of one kind alone.
    Raises ValueError for sentences of different number or length.
    """
    if [len(tags) for tags in guesses] != [len(tags) for tags in truths]:
        raise ValueError("span_scores needs guesses and truths for the same words of each sentence")
    hits, said, wanted = 0, 0, 0
    for guess, truth in zip(guesses, truths):
        mine, right = (
            {span for span in spans(tags, strict) if kind in (None, span.kind)}
            for tags in (guess, truth)
        )
        hits, said, wanted = hits + len(mine & right), said + len(mine), wanted + len(right)
    return agreement(hits, said, wanted)
