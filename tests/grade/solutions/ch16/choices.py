"""Solutions of 16.9, words or letters: one right, many wrong ones."""

import itertools
from collections import Counter


def choose(answers, truths, marks, n):
    def runs(text):
        letters = text.replace(" ", "")
        return Counter(letters[i : i + n] for i in range(len(letters) - n + 1))

    def f1(said, wanted):
        hits = (said & wanted).total()
        return 2 * hits / (said.total() + wanted.total()) if hits else 0.0

    def agreement(parts):
        scores = [f1(parts(a), parts(b)) for a, b in zip(answers, truths)]
        order = []
        for (mine, x), (other, y) in itertools.combinations(zip(marks, scores), 2):
            if mine != other:
                apart = x - y if mine > other else y - x
                order.append(0.5 if abs(apart) < 1e-9 else float(apart > 0))
        return sum(order) / len(order) if order else 0.0

    by_words, by_letters = agreement(lambda text: Counter(text.split())), agreement(runs)
    return "letters" if by_letters > by_words + 1e-9 else "words", by_words, by_letters


REFERENCE = {"16.9": choose}


def chosen(
    letters=None, f1=None, word_f1=None, tie=0.5, alike=False, only_apart=False, near=False,
    verdict=None, out=None,
):  # fmt: skip
    def runs(text, n):
        text = text.replace(" ", "")
        return Counter(text[i : i + n] for i in range(len(text) - n + 1))

    def score(said, wanted):
        total = said.total() + wanted.total()
        return 2 * (said & wanted).total() / total if total else 0.0

    def choose(answers, truths, marks, n):
        def agreement(parts, rule):
            scores = [rule(parts(a, n), parts(b, n)) for a, b in zip(answers, truths)]
            order = []
            for i in range(len(marks)):
                for j in range(i + 1, len(marks)):
                    if (marks[i] == marks[j] and not alike) or (near and j > i + 1):
                        continue
                    apart = (scores[i] - scores[j]) * (1 if marks[i] > marks[j] else -1)
                    if abs(apart) < 1e-9 and only_apart:
                        continue
                    order.append(tie if abs(apart) < 1e-9 else float(apart > 0))
            return sum(order) / max(1, len(order)), sum(scores)

        words = agreement(lambda text, n: Counter(text.split()), word_f1 or f1 or score)
        some = agreement(letters or runs, f1 or score)
        later = some[0] > words[0] + 1e-9
        later = verdict(words, some) if verdict else later
        answer = "letters" if later else "words", words[0], some[0]
        return out(*answer) if out else answer

    return choose


def raw(text, n):
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def squeezed(text, n, last=0):
    text = text.replace(" ", "")
    return Counter(text[i : i + n] for i in range(len(text) - n + 1 - last))


WRONG = {
    "16.9": [
        (chosen(letters=raw), "hold the blanks"),
        (
            chosen(letters=lambda text, n: sum((raw(w, n) for w in text.split()), Counter())),
            "end with each word",
        ),
        (chosen(letters=lambda text, n: squeezed(text, n + 1)), "one letter too long"),
        (chosen(letters=lambda text, n: squeezed(text, n, 1)), "the last run"),
        (chosen(f1=lambda a, b: (a & b).total() / max(1, a.total())), "is the precision"),
        (chosen(f1=lambda a, b: (a & b).total() / max(1, b.total())), "is the recall"),
        (
            chosen(f1=lambda a, b: 2 * len(set(a) & set(b)) / max(1, len(a) + len(b))),
            "not how often",
        ),
        (
            chosen(
                f1=lambda a, b: (
                    2 * sum(n for k, n in a.items() if k in b) / max(1, a.total() + b.total())
                )
            ),
            "at most as often",
        ),
        (chosen(word_f1=lambda a, b: float(a == b)), "exact match"),
        (chosen(tie=0), "counts nothing in yours"),
        (chosen(tie=1), "counts fully in yours"),
        (chosen(only_apart=True), "You leave out the pairs"),
        (chosen(alike=True), "the same mark tell nothing"),
        (chosen(near=True), "You compare neighbours"),
        (chosen(verdict=lambda words, some: some[1] > words[1]), "gives the higher numbers"),
        (chosen(verdict=lambda words, some: some[0] >= words[0]), "choose words"),
        (chosen(verdict=lambda words, some: some[0] > 0.5), "does not follow|words"),
        (chosen(letters=lambda text, n: squeezed(text, n + 2)), "of the letters is not"),
        (chosen(out=lambda m, a, b: (m, a / 2, b)), "that of the words is not"),
        (chosen(out=lambda m, a, b: m), "3 values"),
    ],
}
