"""1994, Philip Gage: join the commonest pair, again and again (chapter 16).

P. Gage, A new algorithm for data compression, The C Users Journal 12 (2), February 1994, 23-38. For
translation, where no piece crosses the border of two words: R. Sennrich, B. Haddow, A. Birch,
Neural machine translation of rare words with subword units (2015),
https://arxiv.org/abs/1508.07909.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

Pair = tuple[str, str]


def count_pairs(pieces: Mapping[tuple[str, ...], int]) -> Counter[Pair]:
    """How often two pieces stand side by side, words counted as often as they occur."""
    pairs: Counter[Pair] = Counter()
    for word, times in pieces.items():
        for pair in pairwise(word):
            pairs[pair] += times
    return pairs


def join(word: Sequence[str], pair: Pair) -> tuple[str, ...]:
    """The word with each `pair` in it made one piece, from the left: "aaa" joins as "aa", "a"."""
    joined, i = [], 0
    while i < len(word):
        both = i + 1 < len(word) and (word[i], word[i + 1]) == pair
        joined.append(word[i] + word[i + 1] if both else word[i])
        i += 2 if both else 1
    return tuple(joined)


def learn_merges(words: Mapping[str, int], merges: int, end: str = "") -> list[Pair]:
    """The pairs to join, the first first: at most `merges`, fewer where no pair is left.

    words  each word and how often it occurs;   end  put behind each word, such as "_", so that a
    piece knows that it ends one. Of pairs that are equally frequent the one of older pieces comes
    first; characters are as old as their code: the order of the package `tokenizers`.
    Only words that hold the new pair are counted again. Raises ValueError for merges below 0, or
    an empty word.
    """
    if merges < 0 or "" in words:
        raise ValueError(f"learn_merges needs merges ≥ 0 and words of a letter or more, {merges=}")
    pieces = [(*word, end) if end else tuple(word) for word in words]
    times = list(words.values())
    letters = sorted({letter for word in words for letter in word}) + ([end] if end else [])
    age = {piece: i for i, piece in enumerate(dict.fromkeys(letters))}
    pairs: Counter[Pair] = Counter()
    where: dict[Pair, set[int]] = {}
    for i in range(len(pieces)):
        _count(pieces[i], times[i], i, pairs, where)
    found: list[Pair] = []
    while len(found) < merges:
        best = min(pairs, key=lambda p: (-pairs[p], age[p[0]], age[p[1]]), default=None)
        if best is None or pairs[best] < 1:
            break
        found.append(best)
        age.setdefault("".join(best), len(age))
        for i in sorted(where[best]):
            _count(pieces[i], -times[i], i, pairs, where)
            pieces[i] = join(pieces[i], best)
            _count(pieces[i], times[i], i, pairs, where)
    return found


def _count(
    word: tuple[str, ...], times: int, place: int, pairs: Counter[Pair],
    where: dict[Pair, set[int]],
) -> None:  # fmt: skip
    """Add the word's pairs, or with negative times take them off; `where` they stand is kept."""
    for pair in pairwise(word):
        pairs[pair] += times
        if times > 0:
            where.setdefault(pair, set()).add(place)
        elif not pairs[pair]:
            del pairs[pair]


class BytePairs:
    """Splits words into the pieces that a list of merges makes of their letters.

    merges as learn_merges returns them, with the same `end`. Nothing is unknown: a word that was
    never seen falls into smaller pieces, at worst into its letters.
    """

    def __init__(self, merges: Sequence[Pair], end: str = "") -> None:
        self.rank = {pair: i for i, pair in enumerate(merges)}
        self.end = end
        self.known: dict[str, list[str]] = {}

    def split(self, word: str) -> list[str]:
        """The word's pieces: the pair learned first is joined first, everywhere, then the next."""
        if word not in self.known:
            pieces = (*word, self.end) if self.end else tuple(word)
            while True:
                pairs = [pair for pair in pairwise(pieces) if pair in self.rank]
                if not pairs:
                    break
                pieces = join(pieces, min(pairs, key=self.rank.__getitem__))
            self.known[word] = list(pieces)
        return list(self.known[word])

    def encode(self, text: str | Iterable[str]) -> list[str]:
        """The pieces of all words, of a list or of a text split at white space."""
        words = text.split() if isinstance(text, str) else text
        return [piece for word in words for piece in self.split(word)]

    def decode(self, pieces: Iterable[str]) -> str:
        """The text again. Raises ValueError without an `end`: nobody knows where words ended."""
        if not self.end:
            raise ValueError("decode needs an end, as in BytePairs(merges, end='_')")
        return "".join(pieces).replace(self.end, " ").strip()
