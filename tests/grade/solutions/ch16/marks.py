"""Solutions of 16.6, pairs with a gap: one right, many wrong ones."""

import math
from collections import Counter


def gapped(lines, references, gap):
    def pairs(text):
        words = text.split()
        return Counter(
            (word, other)
            for i, word in enumerate(words)
            for other in words[i + 1 : i + 2 + gap]
        )  # fmt: skip

    right = total = said = wanted = 0
    for line, several in zip(lines, references):
        most = Counter()
        for text in several:
            most |= pairs(text)
        right += (pairs(line) & most).total()
        total += pairs(line).total()
        c = len(line.split())
        said += c
        wanted += min((abs(len(text.split()) - c), len(text.split())) for text in several)[1]
    penalty = min(1.0, math.exp(1 - wanted / said)) if said else 0.0
    return right / max(total, 1), penalty


REFERENCE = {"16.6": gapped}


def near(words, gap):
    places = range(len(words))
    return [(words[i], words[j]) for i in places for j in places if 0 <= j - i - 1 <= gap]


def marked(
    clip=max, sets=False, ordered=True, more=0, mean=False, recall=False, length=None, penalty=None,
    one=False, lines_apart=False, out=None,
):  # fmt: skip
    def pairs(text, gap):
        found = near(text.split(), gap + more)
        return Counter(found if ordered else map(frozenset, found))

    def brief(c, r):
        if penalty:
            return penalty(c, r)
        return min(1, math.exp(1 - r / c)) if c else 0.0

    def gapped(lines, references, gap):
        rights, totals, saids, wants = [], [], [], []
        for line, several in zip(lines, references):
            mine, theirs = pairs(line, gap), [pairs(text, gap) for text in several]
            every = set().union(*theirs)
            bound = {pair: clip([found[pair] for found in theirs]) for pair in every}
            hits = sum(min(n, bound.get(pair, 0)) for pair, n in mine.items())
            if one:
                hits = max((mine & found).total() for found in theirs)
            if sets:
                hits, mine = len(set(mine) & every), Counter(set(mine))
            rights.append(hits)
            totals.append(sum(bound.values()) if recall else mine.total())
            lengths, c = [len(text.split()) for text in several], len(line.split())
            saids.append(c)
            nearest = min(lengths, key=lambda n: (abs(n - c), n))
            wants.append(length(c, lengths) if length else nearest)
        share = sum(rights) / max(1, sum(totals))
        if mean:
            share = sum(a / max(b, 1) for a, b in zip(rights, totals)) / len(rights)
        brevity = brief(sum(saids), sum(wants))
        if lines_apart:
            brevity = sum(map(brief, saids, wants)) / len(saids)
        return out(share, brevity) if out else (share, brevity)

    return gapped


WRONG = {
    "16.6": [
        (marked(clip=lambda counts: 99), "You do not clip"),
        (marked(clip=sum), "have together"),
        (marked(clip=lambda counts: counts[0]), "by the first reference"),
        (marked(one=True), "For \\*each pair\\*"),
        (marked(sets=True), "not how often"),
        (marked(ordered=False), "order of the two words"),
        (marked(more=1), "one word more between"),
        (marked(more=-1), "and not one less"),
        (marked(mean=True), "mean of the lines' shares"),
        (marked(recall=True), "divide by the references' pairs"),
        (marked(out=lambda a, b: (a * b, b)), "has the penalty in it"),
        (
            marked(length=lambda c, n: min(n, key=lambda m: (abs(m - c), -m))),
            "the shorter one counts",
        ),
        (marked(length=lambda c, n: min(n, key=lambda m: abs(m - c))), "wherever it stands"),
        (marked(length=lambda c, n: min(n)), "take the shortest"),
        (marked(length=lambda c, n: max(n)), "take the longest"),
        (marked(length=lambda c, n: sum(n) / len(n)), "the mean length"),
        (
            marked(penalty=lambda c, r: min(1, math.exp(1 - c / r)) if c else 1.0),
            "exchanged|the penalty is not",
        ),
        (marked(penalty=lambda c, r: math.exp(1 - r / c) if c else 0), "may exceed 1"),
        (marked(lines_apart=True), "mean of the lines' penalties"),
        (marked(penalty=lambda c, r: min(1, c / r)), "should be steeper"),
        (marked(length=lambda c, n: n[0]), "the penalty is not"),
        (marked(more=2), "Your share is too (large|small)|the share is not"),
        (marked(out=lambda a, b: (a + 0.1, b)), "too large"),
        (marked(out=lambda a, b: (a * 0.9, b)), "too small"),
        (marked(out=lambda a, b: a * b), "2 values"),
    ],
}
