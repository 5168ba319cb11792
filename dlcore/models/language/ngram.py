"""1948, Claude Shannon: guess a word from the few before it (chapter 16).

C. Shannon, A mathematical theory of communication, Bell System Technical Journal 27 (1948) 379-423,
https://doi.org/10.1002/j.1538-7305.1948.tb01338.x. How much to trust a context that was seen a few
times: I. Witten, T. Bell, The zero-frequency problem (1991), https://doi.org/10.1109/18.87000.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

BEGIN, END = "<s>", "</s>"


class NGram:
    """p(word | the order − 1 words before it), blended with what shorter contexts say:

        p(w | h) = (count(h w) + T(h) p(w | h')) / (count(h) + T(h))

    T(h) counts the different words seen behind h, h' is h without its oldest word; under the
    shortest context, the empty one, lies 1 / words, the same for all.

    sentences  lists of words, from which it counts;   words  size of the vocabulary, the end of a
    sentence included; by default as many as occur, and one more for what never did.
    Raises ValueError for an order below 1.
    """

    def __init__(
        self, sentences: Iterable[Sequence[Hashable]], order: int = 3, words: int | None = None
    ) -> None:
        if order < 1:
            raise ValueError(f"NGram needs order ≥ 1, got {order}: 1 looks at no word before")
        self.order = order
        self.followers: dict[tuple[Hashable, ...], dict[Hashable, int]] = defaultdict(dict)
        seen: set[Hashable] = {END}
        for sentence in sentences:
            seen.update(sentence)
            line = [*[BEGIN] * (order - 1), *sentence, END]
            for i in range(order - 1, len(line)):
                for n in range(order):
                    row = self.followers[tuple(line[i - n : i])]
                    row[line[i]] = row.get(line[i], 0) + 1
        self.words = len(seen) + 1 if words is None else words
        self.totals = {h: (sum(row.values()), len(row)) for h, row in self.followers.items()}

    def probability(self, word: Hashable, before: Sequence[Hashable] = ()) -> float:
        """p(word | before), of which the last order − 1 count; BEGIN stands before a sentence."""
        context = tuple(before[-(self.order - 1) :]) if self.order > 1 else ()
        p = 1 / self.words
        for n in range(len(context) + 1):
            h = context[len(context) - n :]
            if h in self.totals:
                count, kinds = self.totals[h]
                p = (self.followers[h].get(word, 0) + kinds * p) / (count + kinds)
        return p

    def log_probs(self, sentence: Sequence[Hashable]) -> list[float]:
        """log p of each word of the sentence and of its end."""
        line = [*[BEGIN] * (self.order - 1), *sentence, END]
        return [
            math.log(self.probability(line[i], line[i - self.order + 1 : i]))
            for i in range(self.order - 1, len(line))
        ]
