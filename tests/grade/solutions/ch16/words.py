"""Solutions of 16.1 and 16.2, pieces and doubt: one right, many wrong ones."""

import itertools
import math


def learn(words, times, count):
    def join(word, pair):
        done, i = [], 0
        while i < len(word):
            if i + 1 < len(word) and (word[i], word[i + 1]) == pair:
                done.append(word[i] + word[i + 1])
                i += 2
            else:
                done.append(word[i])
                i += 1
        return done

    pieces, joins = [list(word) for word in words], []
    for _ in range(count):
        pairs = {}
        for word, often in zip(pieces, times):
            for pair in set(itertools.pairwise(word)):
                saved = len(word) - len(join(word, pair))
                pairs[pair] = pairs.get(pair, 0) + often * saved
        best = min(pairs, key=lambda pair: (-pairs[pair], pair), default=None)
        if best is None or pairs[best] < 2:
            break
        joins.append(" ".join(best))
        pieces = [join(word, best) for word in pieces]
    return joins, [" ".join(word) for word in pieces]


def hesitation(kinds, known, new, mix):
    def doubt(part):
        loss = -(1 - new) * math.log((1 - part) / known + part / kinds)
        if new > 0:
            loss -= new * math.log(part / kinds)
        return math.exp(loss)

    best = 0.0
    if new > 0:
        best = min(new * kinds / (kinds - known), 1.0)
    return doubt(mix), best, doubt(best)


REFERENCE = {"16.1": learn, "16.2": hesitation}


def side_by_side(word, pair):
    return sum(found == pair for found in itertools.pairwise(word))


def joined(word, pair):
    done, i = [], 0
    while i < len(word):
        if word[i : i + 2] == [*pair]:
            done.append("".join(pair))
            i += 2
        else:
            done.append(word[i])
            i += 1
    return done


def learned(
    counts=None, first=True, put=None, least=2, weigh=True, alphabet=True, cross=False, stale=False,
    out=None,
):  # fmt: skip
    def learn(words, times, count):
        pieces, joins, start = [list(word) for word in words], [], None
        while len(joins) < count:
            pairs = {}
            for word, often in zip(pieces, times):
                for pair in itertools.pairwise(word):
                    here = counts(word, pair) if counts else len(word) - len(joined(word, pair))
                    pairs.setdefault(pair, {})[tuple(word)] = here * (often if weigh else 1)
            pairs = {pair: sum(found.values()) for pair, found in pairs.items()}
            if cross:
                text = [w for w, often in zip(pieces, times) for _ in range(often)]
                for a, b in itertools.pairwise(text):
                    pairs[a[-1], b[0]] = pairs.get((a[-1], b[0]), 0) + 1
            if stale:
                start = start or pairs
                pairs = {p: n for p, n in start.items() if " ".join(p) not in joins}
            if not pairs:
                break
            if not alphabet:
                best = max(pairs, key=pairs.get)
            else:
                ties = [p for p, n in pairs.items() if n == max(pairs.values())]
                best = min(ties) if first else max(ties)
            if pairs[best] < least:
                break
            joins.append(" ".join(best))
            pieces = [(put or joined)(word, best) for word in pieces]
        answer = joins, [" ".join(word) for word in pieces]
        return out(*answer) if out else answer

    return learn


def backwards(word, pair):
    done, i = [], len(word)
    while i > 0:
        both = i > 1 and (word[i - 2], word[i - 1]) == pair
        done.insert(0, "".join(word[i - 2 : i]) if both else word[i - 1])
        i -= 1 + both
    return done


def once(word, pair):
    for i in range(len(word) - 1):
        if (word[i], word[i + 1]) == pair:
            return [*word[:i], word[i] + word[i + 1], *word[i + 2 :]]
    return word


def in_text(word, pair):
    return " ".join(word).replace(" ".join(pair), "".join(pair)).split(" ")


def mixture(
    old=lambda V, K, m: (1 - m) / K + m / V, new_p=lambda V, m: m / V, best=None, least=None,
    out=None,
):  # fmt: skip
    def hesitation(kinds, known, new, mix):
        def doubt(part):
            p, q = old(kinds, known, part), new_p(kinds, part)
            loss = -(1 - new) * math.log(p) if new < 1 else 0.0
            return math.exp(loss - (new * math.log(q) if new else 0.0))

        at = min(new * kinds / (kinds - known), 1) if new else 0.0
        at = best(kinds, known, new) if best else at
        low = least(kinds, known, new) if least else doubt(at)
        return out(doubt(mix), at, low) if out else (doubt(mix), at, low)

    return hesitation


def over_new_words(kinds, known, new, mix):
    def doubt(part):
        loss = -(1 - new) * math.log((1 - part) / known) if new < 1 else 0.0
        return math.exp(loss - (new * math.log(part / (kinds - known)) if new else 0.0))

    return doubt(mix), new, doubt(new)


def mean_of_chances(kinds, known, new, mix):
    def doubt(part):
        return 1 / ((1 - new) * ((1 - part) / known + part / kinds) + new * part / kinds)

    best = min(new * kinds / (kinds - known), 1) if new else 0.0
    return doubt(mix), best, doubt(best)


def closed(kinds, known, new):
    some = ((kinds - known) / new) ** new if new else 1.0
    return some * ((known / (1 - new)) ** (1 - new) if new < 1 else 1.0)


def too_far(V, K, s):
    return s * V / (V - K) if s else 0.0


WRONG = {
    "16.1": [
        (learned(side_by_side), "Count joins"),
        (learned(lambda word, pair: 1), "more than once in the same word"),
        (learned(weigh=False), "`times` says how often"),
        (learned(alphabet=False), "the one that you met first"),
        (learned(first=False), "the last of the alphabet"),
        (learned(put=backwards), "from the right"),
        (learned(put=once), "at its first place"),
        (learned(put=in_text), "Compare whole pieces"),
        (learned(least=1), "only once. Stop before"),
        (learned(least=3), "joined twice is joined"),
        (learned(stale=True), "count anew"),
        (learned(cross=True), "border between two words"),
        (learned(out=lambda joins, pieces: (joins, pieces[::-1])), "the pieces are not"),
        (learned(out=lambda joins, pieces: (joins[:-1], pieces)), "as far as they go"),
        (learned(out=lambda joins, pieces: joins), "2 values"),
        (learned(out=lambda joins, pieces: (joins[:1] + joins[1:][::-1], pieces)), "a later one"),
        (learned(out=lambda joins, pieces: (joins[::-1], pieces)), "first join is not"),
    ],
    "16.2": [
        (over_new_words, "over the new words only"),
        (mixture(lambda V, K, m: (1 - m) / K, best=lambda V, K, s: s), "besides their own"),
        (
            mixture(
                lambda V, K, m: m / K + (1 - m) / V,
                lambda V, m: (1 - m) / V,
                lambda V, K, s: 1 - min(1, too_far(V, K, s)),
            ),
            "are exchanged",
        ),
        (mean_of_chances, "one over the mean probability"),
        (mixture(out=lambda a, b, c: (math.log(a), b, math.log(c))), "e to the power of the loss"),
        (mixture(out=lambda a, b, c: (2 ** math.log(a), b, 2 ** math.log(c))), "different bases"),
        (mixture(best=lambda V, K, s: s), "feeds the known words"),
        (mixture(best=too_far, least=closed), "larger than 1"),
        (mixture(least=closed), "only as long as the best part is below 1"),
        (
            mixture(least=lambda V, K, s: K ** (1 - s) * (V - K) ** s if s else K),
            "whether the next word is a known one",
        ),
        (mixture(out=lambda a, b, c: (a, b, a)), "the lowest perplexity is not"),
        (mixture(best=lambda V, K, s: 0.5, least=closed), "the slope of the loss 0"),
        (mixture(out=lambda a, b, c: (a, b / 2, c)), "the best part is not"),
        (mixture(out=lambda a, b, c: (c, b, c)), "of the given mixture is wrong"),
        (mixture(out=lambda a, b, c: (a + 1, b, c - 1)), "lower than any part gives"),
        (mixture(out=lambda a, b, c: (a + 1, b, c + 1)), "a lower perplexity than your lowest|off"),
        (mixture(out=lambda a, b, c: a), "3 values"),
    ],
}
