"""1965, Vladimir Levenshtein: how many slips turn one string into another (chapter 15).

V. Levenshtein, Binary codes capable of correcting deletions, insertions and reversals, Soviet
Physics Doklady 10 (1966) 707-710, in Russian 1965. The table: R. Wagner, M. Fischer, The
string-to-string correction problem (1974), https://doi.org/10.1145/321796.321811.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

Words = Sequence[Hashable]


class Edits(NamedTuple):
    """How many of each, in one cheapest way from the reference to the hypothesis."""

    substitutions: int
    deletions: int
    insertions: int


def edit_table(seq1: Words, seq2: Words) -> list[list[int]]:
    """d[i][j]: fewest edits from the first i elements of seq1 to the first j of seq2."""
    table = [list(range(len(seq2) + 1))]
    for i, left in enumerate(seq1, start=1):
        row = [i]
        for j, right in enumerate(seq2, start=1):
            replace = table[-1][j - 1] + (left != right)
            row.append(min(replace, table[-1][j] + 1, row[-1] + 1))
        table.append(row)
    return table


def edit_distance(seq1: Words, seq2: Words) -> int:
    """Fewest substitutions, deletions and insertions between two sequences, as torchaudio's."""
    return edit_table(seq1, seq2)[-1][-1]


def edits(reference: Words, hypothesis: Words) -> Edits:
    """The edits of one cheapest way; among equals substitutions are preferred, then deletions."""
    table = edit_table(reference, hypothesis)
    i, j, counts = len(reference), len(hypothesis), [0, 0, 0]
    while i or j:
        differ = i and j and reference[i - 1] != hypothesis[j - 1]
        if i and j and table[i][j] == table[i - 1][j - 1] + differ:
            i, j, counts[0] = i - 1, j - 1, counts[0] + differ
        elif i and table[i][j] == table[i - 1][j] + 1:
            i, counts[1] = i - 1, counts[1] + 1
        else:
            j, counts[2] = j - 1, counts[2] + 1
    return Edits(*counts)


def word_error_rate(references: Sequence[Words], hypotheses: Sequence[Words]) -> float:
    """Edits of all strings divided by the words of all references: 0 is perfect, 1 no upper bound.

    Raises ValueError for lists of different lengths and where the references have no word.
    """
    if len(references) != len(hypotheses):
        raise ValueError(
            "word_error_rate compares string by string, got "
            f"{len(references)} references and {len(hypotheses)} hypotheses"
        )
    total = sum(map(len, references))
    if not total:
        raise ValueError("word_error_rate divides by the references' words, and there are none")
    return sum(map(edit_distance, references, hypotheses)) / total
