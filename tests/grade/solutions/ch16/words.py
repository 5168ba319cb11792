"""Solutions of 16.1 to 16.3, pieces, doubt and pulls: one right, many wrong ones."""

import itertools
import math

import torch
from torch.nn.functional import softplus


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


def pulls(words, neighbours, pairs, noise):
    u, v = words[pairs[:, 0]], neighbours[pairs[:, 1]]
    n = neighbours[noise]
    keep = (noise != pairs[:, 1:]).double()
    real, drawn = (u * v).sum(1), (n * u[:, None]).sum(2)
    loss = softplus(-real).sum() + (softplus(drawn) * keep).sum()
    missed, fooled = torch.sigmoid(-real), torch.sigmoid(drawn) * keep
    to_words, to_neighbours = torch.zeros_like(words), torch.zeros_like(neighbours)
    to_words.index_add_(0, pairs[:, 0], (fooled[:, :, None] * n).sum(1) - missed[:, None] * v)
    to_neighbours.index_add_(0, pairs[:, 1], -missed[:, None] * u)
    pushed = (fooled[:, :, None] * u[:, None]).flatten(0, 1)
    to_neighbours.index_add_(0, noise.flatten(), pushed)
    return loss, to_words, to_neighbours


REFERENCE = {"16.1": learn, "16.2": hesitation, "16.3": pulls}


def side_by_side(word, pair):
    return sum(found == pair for found in itertools.pairwise(word))


def learned(
    counts=None, first=True, put=None, least=2, weigh=True, alphabet=True, cross=False, stale=False,
    out=None,
):  # fmt: skip
    def join(word, pair):
        done, i = [], 0
        while i < len(word):
            if word[i : i + 2] == [*pair]:
                done.append("".join(pair))
                i += 2
            else:
                done.append(word[i])
                i += 1
        return done

    def learn(words, times, count):
        pieces, joins, start = [list(word) for word in words], [], None
        while len(joins) < count:
            pairs = {}
            for word, often in zip(pieces, times):
                for pair in itertools.pairwise(word):
                    here = counts(word, pair) if counts else len(word) - len(join(word, pair))
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
            pieces = [(put or join)(word, best) for word in pieces]
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


def tired(table=False, masked=False, words_add=False, neighbours_add=False, mean=False, same=1,
          noise_add=None):  # fmt: skip
    def pulls(words, neighbours, pairs, noise):
        u, v = words[pairs[:, 0]], neighbours[pairs[:, 1]]
        n = neighbours[noise] if table else words[noise]
        keep = (noise != pairs[:, same : same + 1]) * 1.0 if same is not None else 1.0
        real, drawn = (u * v).sum(1), (n * u[:, None]).sum(2)
        loss = softplus(-real).sum() + (softplus(drawn) * keep).sum()
        missed, fooled = torch.sigmoid(-real), torch.sigmoid(drawn)
        if masked:
            fooled = fooled * keep
        to_words, to_neighbours = torch.zeros_like(words), torch.zeros_like(neighbours)
        for_u = (fooled[:, :, None] * n).sum(1) - missed[:, None] * v
        if words_add:
            for row, place in zip(for_u, pairs[:, 0].tolist()):
                to_words[place] += row
        else:
            to_words[pairs[:, 0]] += for_u
        if neighbours_add:
            for row, place in zip(missed[:, None] * u, pairs[:, 1].tolist()):
                to_neighbours[place] -= row
        else:
            to_neighbours[pairs[:, 1]] -= missed[:, None] * u
        if neighbours_add and noise_add is None:
            rows = (fooled[:, :, None] * u[:, None]).flatten(0, 1)
            to_neighbours.index_add_(0, noise.flatten(), rows)
        else:
            to_neighbours[noise] += fooled[:, :, None] * u[:, None]
        count = len(pairs) if mean else 1
        return loss / count, to_words / count, to_neighbours / count

    return pulls


MENDED = {"table": True, "masked": True, "words_add": True, "neighbours_add": True}


def but(**changes):
    return tired(**{**MENDED, **changes})


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
    "16.3": [
        (tired(), "which of the two tables"),
        (tired(masked=True), "which of the two tables"),
        (but(table=False), "which of the two tables"),
        (tired(table=True), "must neither pull nor push"),
        (but(masked=False), "must neither pull nor push"),
        (tired(table=True, masked=True), "the sum of all their pulls"),
        (but(words_add=False), "the sum of all their pulls"),
        (but(neighbours_add=False), "`to_words` is right"),
        (but(noise_add=False), "`to_neighbours` is not"),
        (but(mean=True), "means over the pairs"),
        (but(same=0), "equal the \\*word\\*"),
        (but(same=None), "do not leave any draw out"),
        (lambda *i: (pulls(*i)[0], pulls(*i)[1] * 2, pulls(*i)[2]), "`to_words` is not"),
        (lambda *i: (pulls(*i)[0], -pulls(*i)[1], -pulls(*i)[2]), "Nudge one number"),
        (lambda *i: (pulls(*i)[0] * 2, *pulls(*i)[1:]), "the loss is not"),
        (lambda *i: pulls(*i)[:2], "2 values"),
    ],
}
