"""Solutions of 15.1 to 15.3, frames and words: one right, many wrong ones."""

from dlcore.methods.measure.word_error import edit_distance


def read_off(samples, size, hop, rate, hertz):
    frames = max((samples - size + hop) // hop, 0)
    unread = samples - (frames - 1) * hop - size if frames else samples
    rest = hertz % rate
    row = (min(rest, rate - rest) * size * 2 + rate) // (2 * rate)
    return frames, samples // hop + 1, unread, row


def spot(phrase, transcript):
    row = [0] * (len(transcript) + 1)
    for i, word in enumerate(phrase):
        new = [i + 1]
        for j, other in enumerate(transcript):
            new.append(min(row[j] + (word != other), row[j + 1] + 1, new[j] + 1))
        row = new
    return min(row), row.index(min(row))


def best_weight(candidates, references, weights):
    def rate(read):
        edits = sum(edit_distance(a, b) for a, b in zip(references, read))
        return edits / sum(len(words) for words in references)

    found = []
    for weight in weights:
        read = [max(options, key=lambda o: o[1] + weight * o[2])[0] for options in candidates]
        found.append((rate(read), weight))
    best = [
        min((words for words, _, _ in options), key=lambda words: edit_distance(words, right))
        for options, right in zip(candidates, references)
    ]
    least, weight = min(found)
    return weight, least, rate(best)


REFERENCE = {"15.1": read_off, "15.2": spot, "15.3": best_weight}


def instead(place, rule):
    """read_off with another rule for one of the four."""

    def mistaken(*inputs):
        answer = list(read_off(*inputs))
        answer[place] = rule(*inputs)
        return tuple(answer)

    return mistaken


def tabled(first=lambda j: 0, swap=1, gap=1, add=1, end=None):
    def spot(phrase, transcript):
        row = [first(j) for j in range(len(transcript) + 1)]
        for i, word in enumerate(phrase):
            new = [gap * (i + 1)]
            for j, other in enumerate(transcript):
                new.append(min(row[j] + swap * (word != other), row[j + 1] + gap, new[j] + add))
            row = new
        place = end(row) if end else row.index(min(row))
        return row[place], place

    return spot


def exact(phrase, transcript):
    n = len(phrase)
    for end in range(n, len(transcript) + 1):
        if transcript[end - n : end] == phrase:
            return 0, end
    return n, 0


def same_length(phrase, transcript):
    n, best = len(phrase), (len(phrase), 0)
    for end in range(n, len(transcript) + 1):
        best = min(best, (sum(a != b for a, b in zip(phrase, transcript[end - n : end])), end))
    return best


def begun(phrase, transcript):
    edits, end = spot(phrase, transcript)
    fits = [b for b in range(end + 1) if edit_distance(phrase, transcript[b:end]) == edits]
    return edits, max(fits)


def weighed(score=lambda w, s, t: s + w * t, total=None, tie=min, bound=None, pick=None, late=0):
    def best_weight(candidates, references, weights):
        def rate(read):
            if total:
                return total(read, references)
            edits = sum(map(edit_distance, references, read))
            return edits / sum(map(len, references))

        rates = []
        for w in weights:
            read = []
            for options in candidates:
                scores = [score(w, o[1], o[2]) for o in options]
                ties = [n for n, found in enumerate(scores) if found == max(scores)]
                read.append(options[ties[-late]][0])
            rates.append(rate(read))
        if pick:
            best = pick(candidates, weights)
        else:
            best = tie(w for w, found in zip(weights, rates) if found == min(rates))
        nearest = [
            min((o[0] for o in options), key=lambda words: edit_distance(words, right))
            for options, right in zip(candidates, references)
        ]
        least = rates[weights.index(best)]
        return best, least, rate(nearest) if bound is None else bound(least)

    return best_weight


def mean(read, references):
    pairs = [edit_distance(a, b) / len(a) for a, b in zip(references, read)]
    return sum(pairs) / len(pairs)


def over_read(read, references):
    return sum(map(edit_distance, references, read)) / max(1, sum(map(len, read)))


def surest(candidates, weights):
    def score(w):
        return sum(max(o[1] + w * o[2] for o in options) for options in candidates)

    return max(sorted(weights), key=score)


WRONG = {
    "15.1": [
        (instead(0, lambda L, n, h, r, f: max((L - n) // h, 0)), "leave out the first frame"),
        (instead(0, lambda L, n, h, r, f: -(-L // h)), "run over the end"),
        (instead(0, lambda L, n, h, r, f: L // n), "do not overlap"),
        (instead(0, lambda L, n, h, r, f: (L - n) // h + 1), "how many fit"),
        (instead(0, lambda L, n, h, r, f: L // h), "number of frames is wrong"),
        (instead(1, lambda L, n, h, r, f: (L - n // 2) // h + 1), "on \\*both\\* sides"),
        (instead(1, lambda L, n, h, r, f: L // h), "around sample 0"),
        (instead(1, lambda *i: read_off(*i)[0]), "no more frames than before"),
        (instead(1, lambda L, n, h, r, f: -(-L // h) + 1), "centred frames is wrong"),
        (
            instead(2, lambda L, n, h, r, f: L - (L - n) // h * h if n <= L else L),
            "not behind its beginning",
        ),
        (instead(2, lambda L, n, h, r, f: L % h), "whole sound into hops"),
        (instead(2, lambda L, n, h, r, f: (L - n) % h), "if there is no frame"),
        (instead(2, lambda L, n, h, r, f: L % n), "unread samples is wrong"),
        (instead(3, lambda L, n, h, r, f: round(f * n / r)), "a tone `rate` hertz away"),
        (instead(3, lambda L, n, h, r, f: round(f % r * n / r)), "one below it"),
        (
            instead(3, lambda L, n, h, r, f: int(min(f % r, r - f % r) * n / r)),
            "cut off, not rounded",
        ),
        (
            instead(3, lambda L, n, h, r, f: round(2 * min(f % r, r - f % r) * n / r)),
            "half as far apart",
        ),
        (instead(3, lambda L, n, h, r, f: min(round(f * n / r), n // 2)), "The row is wrong"),
        (lambda *i: read_off(*i)[:3], "You returned 3 values"),
    ],
    "15.2": [
        (tabled(lambda j: j, end=lambda row: len(row) - 1), "whole transcript"),
        (tabled(lambda j: j), "begin at the first word"),
        (tabled(end=lambda row: len(row) - 1), "reach to the last word"),
        (
            tabled(end=lambda row: len(row) - 1 - row[::-1].index(min(row))),
            "the earliest end",
        ),
        (tabled(swap=2), "one substitution"),
        (tabled(gap=0), "is missing costs nothing"),
        (tabled(add=0), "are not of the phrase"),
        (same_length, "as many words as the phrase has"),
        (lambda p, t: (spot(p, t)[0], spot(p, t)[1] - 1), "not the index"),
        (begun, "not its beginning"),
        (exact, "there is a piece that is nearer"),
        (lambda p, t: (max(spot(p, t)[0] - 1, 0), spot(p, t)[1]), "too few edits"),
        (lambda p, t: (spot(p, t)[0], max(spot(p, t)[1] - 2, 0)), "ends where you say"),
        (lambda p, t: (spot(p, t)[0], len(t)), "ends earlier cost as little"),
        (lambda p, t: spot(p, t)[0], "asked for is 2 values"),
    ],
    "15.3": [
        (weighed(total=mean), "mean of the sentences"),
        (weighed(total=over_read), "Which were \\*said\\*"),
        (
            weighed(total=lambda a, b: sum(x != y for x, y in zip(a, b)) / len(a)),
            "sentences with an error",
        ),
        (weighed(tie=lambda found: next(iter(found))), "wherever it stands"),
        (weighed(tie=max), "the smallest counts"),
        (weighed(lambda w, s, t: w * s + t), "before the sound"),
        (weighed(lambda w, s, t: (1 - w) * s + w * t), "counts fully"),
        (weighed(lambda w, s, t: s - w * t), "You subtract"),
        (weighed(late=1), "the first candidate counts"),
        (weighed(pick=surest), "how sure the reader is"),
        (weighed(bound=lambda least: least), "the best weight reaches"),
        (weighed(bound=lambda least: 0.0), "as if each list held"),
        (weighed(bound=lambda least: least / 2), "the bound is not"),
        (weighed(pick=lambda candidates, weights: max(weights)), "fewer errors|equally well"),
        (
            lambda *i: (best_weight(*i)[0], 2 * best_weight(*i)[1] + 1, best_weight(*i)[2]),
            "the rate is not",
        ),
        (lambda *i: best_weight(*i)[:2], "You returned 2 values"),
    ],
}
