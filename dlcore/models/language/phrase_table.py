"""2003, Philipp Koehn, Franz Josef Och and Daniel Marcu: translate phrase by phrase (chapter 16).

Statistical phrase-based translation (2003), https://doi.org/10.3115/1073445.1073462. A simple
form: four scores (phrases in both directions, a language model of three words, a price for jumps),
a search through stacks of hypotheses with a guess of what the rest will cost; no lexical weights,
no reordering model that knows words.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from dlcore.models.language.alignment import Words, align
from dlcore.models.language.ngram import BEGIN, END, NGram

UNKNOWN = -10.0  # log of handing a word on as it is
PER_WORD = -2.0  # a guess of what the language model takes for a word


class Hypothesis(NamedTuple):
    """A translation begun: its score, and the words so far."""

    score: float
    words: tuple[str, ...]


def phrase_pairs(
    source: Words, target: Words, links: set[tuple[int, int]], longest: int = 5
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """All (source phrase, target phrase) that the links agree with.

    No link leads from inside to outside; the target phrase begins and ends with a linked word.
    """
    found = []
    for start in range(len(source)):
        for end in range(start + 1, min(len(source), start + longest) + 1):
            reached = [j for i, j in links if start <= i < end]
            if not reached:
                continue
            low, high = min(reached), max(reached) + 1
            inside = all(start <= i < end for i, j in links if low <= j < high)
            if inside and high - low <= longest:
                found.append((tuple(source[start:end]), tuple(target[low:high])))
    return found


class PhraseTable:
    """PhraseTable(pairs).translate(words): learned from (source, target) lists of words.

    longest  words of a phrase         kept     translations kept for each phrase
    limit    how far ahead of the first open word a phrase may begin
    jump     price of a word's jump    fluency  weight of the language model
    beam     hypotheses kept for each number of words done
    limit, jump and fluency may be changed afterwards: choose them on a validation part.
    """

    def __init__(
        self, pairs: Sequence[tuple[Words, Words]], longest: int = 5, kept: int = 6,
        limit: int = 6, jump: float = 0.5, fluency: float = 0.5, beam: int = 30,
    ) -> None:  # fmt: skip
        self.longest, self.limit, self.beam = longest, limit, beam
        self.jump, self.fluency = jump, fluency
        self.fluent = NGram([target for _, target in pairs], 3)
        self.known: dict[tuple[str, tuple[str, ...]], float] = {}
        self.table = self.count(pairs, kept)

    def count(
        self, pairs: Sequence[tuple[Words, Words]], kept: int
    ) -> dict[tuple[str, ...], list[tuple[tuple[str, ...], float]]]:
        """{source phrase: [(target phrase, score)]}; score = log p(t | s) + ½ log p(s | t).

        A word that often has no link may also be left out.
        """
        together: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
        alone, seen = Counter[str](), Counter[str]()
        for (source, target), links in zip(pairs, align(pairs)):
            together.update(phrase_pairs(source, target, links, self.longest))
            linked = {i for i, _ in links}
            seen.update(source)
            alone.update(word for i, word in enumerate(source) if i not in linked)
        of_source, of_target = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
        for (s, t), times in together.items():
            of_source[s] += times
            of_target[t] += times
        table = defaultdict(list)
        for (s, t), times in together.items():
            score = math.log(times / of_source[s]) + 0.5 * math.log(times / of_target[t])
            table[s].append((t, score))
        for word, times in alone.items():
            if times > 0.2 * seen[word]:
                table[word,].append(((), math.log(times / seen[word])))
        return {s: sorted(row, key=lambda tail: -tail[1])[:kept] for s, row in table.items()}

    def translate(self, words: Words) -> list[str]:
        """The best translation that the search finds.

        Stack n holds hypotheses with n source words done; a hypothesis is known by which words
        these are, its last two words and where its last phrase ended; of equals the best stays.
        """
        n, rest = len(words), self.rest(words)
        stacks: list[dict[tuple[int, tuple[str, str], int], Hypothesis]]
        stacks = [{} for _ in range(n + 1)]
        stacks[0][0, (BEGIN, BEGIN), 0] = Hypothesis(0.0, ())
        for stack in stacks[:-1]:
            best = sorted(stack.items(), key=lambda e: -e[1].score - self.ahead(e[0][0], rest, n))
            for (done, last, place), begun in best[: self.beam]:
                for start, end in self.choices(done, n):
                    for phrase, price in self.options(tuple(words[start:end])):
                        score, state = begun.score + price - self.jump * abs(start - place), last
                        for word in phrase:
                            score += self.fluency * self.log_p(word, state)
                            state = (state[1], word)
                        now = done | ((1 << end) - (1 << start))
                        key, new = (now, state, end), stacks[now.bit_count()]
                        if key not in new or new[key].score < score:
                            new[key] = Hypothesis(score, begun.words + phrase)
        ends = {
            key: h.score + self.fluency * self.log_p(END, key[1]) for key, h in stacks[n].items()
        }
        return list(stacks[n][max(ends, key=ends.__getitem__)].words) if ends else []

    def choices(self, done: int, n: int) -> list[tuple[int, int]]:
        """Spans that may be translated next: open words, not too far from the first of them."""
        first = next(i for i in range(n) if not done >> i & 1)
        spans = []
        for start in range(first, min(n, first + self.limit + 1)):
            for end in range(start + 1, min(n, start + self.longest) + 1):
                if done >> (end - 1) & 1:
                    break
                spans.append((start, end))
        return spans

    def options(self, phrase: tuple[str, ...]) -> list[tuple[tuple[str, ...], float]]:
        """Its translations; a single unknown word is handed on as it is."""
        return self.table.get(phrase) or ([(phrase, UNKNOWN)] if len(phrase) == 1 else [])

    def log_p(self, word: str, last: tuple[str, str]) -> float:
        """What the language model says, kept for the next time."""
        key = (word, last)
        if key not in self.known:
            self.known[key] = math.log(self.fluent.probability(word, last))
        return self.known[key]

    def rest(self, words: Words) -> dict[tuple[int, int], float]:
        """The best price of each span by itself, the language model guessed."""
        n, best = len(words), {}
        for size in range(1, n + 1):
            for start in range(n - size + 1):
                end = start + size
                found = [best[start, k] + best[k, end] for k in range(start + 1, end)]
                if size <= self.longest:
                    for phrase, price in self.options(tuple(words[start:end])):
                        found.append(price + self.fluency * PER_WORD * len(phrase))
                best[start, end] = max(found)
        return best

    def ahead(self, done: int, rest: dict[tuple[int, int], float], n: int) -> float:
        """The sum of `rest` over the gaps that are still open."""
        total, start = 0.0, None
        for i in range(n + 1):
            closed = i == n or done >> i & 1
            if start is None and not closed:
                start = i
            elif start is not None and closed:
                total, start = total + rest[start, i], None
        return total
