"""Words as whole numbers, and sentences as rows of a table (chapter 16)."""

from collections import Counter
from collections.abc import Iterable, Sequence

import torch

PADDING, BEGIN, END, UNKNOWN = 0, 1, 2, 3
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")


class Vocabulary:
    """The words of some sentences, numbered: the four SPECIAL ones, then in alphabetical order.

    sentences  lists of words, or texts, whose words then are characters
    least      how often a word must occur; rarer ones become UNKNOWN
    """

    def __init__(self, sentences: Iterable[Sequence[str]], least: int = 1) -> None:
        counts = Counter(word for sentence in sentences for word in sentence)
        kept = sorted(word for word, times in counts.items() if times >= least)
        self.words = [*SPECIAL, *(word for word in kept if word not in SPECIAL)]
        self.index = {word: i for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def numbers(self, sentence: Sequence[str]) -> list[int]:
        """The number of each word, UNKNOWN for a new one."""
        return [self.index.get(word, UNKNOWN) for word in sentence]

    def table(
        self, sentences: Sequence[Sequence[str]], begin: bool = False, end: bool = False
    ) -> torch.Tensor:
        """(N, T) int64: a sentence a row, BEGIN before it and END behind it where wanted, then
        PADDING up to the longest one."""
        rows = [[BEGIN] * begin + self.numbers(sentence) + [END] * end for sentence in sentences]
        table = torch.full((len(rows), max(map(len, rows), default=0)), PADDING)
        for line, row in zip(table, rows):
            line[: len(row)] = torch.tensor(row, dtype=torch.int64)
        return table

    def sentence(self, numbers: Iterable[int]) -> list[str]:
        """The words again, up to the first END or PADDING, without BEGIN."""
        found = []
        for number in numbers:
            if int(number) in (END, PADDING):
                break
            if int(number) != BEGIN:
                found.append(self.words[int(number)])
        return found
