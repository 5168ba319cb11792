"""Solutions of 15.7 to 15.9, two rates, one kernel and a melody: one right, many wrong ones."""

from itertools import pairwise

import torch


def why_worse(first, second):
    rate_1, rate_2 = first[:, 0] / first[:, 1], second[:, 0] / second[:, 1]
    mix_1, mix_2 = first[:, 1] / first[:, 1].sum(), second[:, 1] / second[:, 1].sum()
    by_net = float(((mix_1 + mix_2) / 2 * (rate_2 - rate_1)).sum())
    by_test = float(((rate_1 + rate_2) / 2 * (mix_2 - mix_1)).sum())
    return "net" if abs(by_net) > abs(by_test) else "test", by_net, by_test


def one_kernel(kernels, dilations):
    field = 1 + sum(d * (len(kernel) - 1) for kernel, d in zip(kernels, dilations))
    counts, reached = [1.0] + [0.0] * (field - 1), {0}
    for kernel, d in zip(kernels, dilations):
        new, places = [0.0] * field, set()
        for back, weight in enumerate(reversed(kernel.tolist())):
            for place in reached:
                new[place + back * d] += weight * counts[place]
                places.add(place + back * d)
        counts, reached = new, places
    return torch.tensor(counts), len(reached)


def play_on(notes, count):
    notes, lengths = list(notes), []
    start = len(notes)
    for _ in range(count):
        following, longest = notes[-1], 0
        for place in range(len(notes) - 1, 0, -1):
            n = 0
            while n < place and notes[place - 1 - n] == notes[len(notes) - 1 - n]:
                n += 1
            if n > longest:
                following, longest = notes[place], n
        notes.append(following)
        lengths.append(longest)
    return notes[start:], lengths


REFERENCE = {"15.7": why_worse, "15.8": one_kernel, "15.9": play_on}


def divided(mix=None, rate=None, verdict=None, sign=1, swap=False):
    def why_worse(first, second):
        r1, r2 = first[:, 0] / first[:, 1], second[:, 0] / second[:, 1]
        m1, m2 = first[:, 1] / first[:, 1].sum(), second[:, 1] / second[:, 1].sum()
        held = mix(m1, m2) if mix else (m1 + m2) / 2
        still = rate(r1, r2) if rate else (r1 + r2) / 2
        net = sign * float((held * (r2 - r1)).sum())
        test = sign * float((still * (m2 - m1)).sum())
        net, test = (test, net) if swap else (net, test)
        said = verdict(net, test) if verdict else abs(net) > abs(test)
        return "net" if said else "test", net, test

    return why_worse


def rest_is_test(find):
    """The net's part by a rule; the test's is what is left."""

    def why_worse(first, second):
        r1, r2 = first[:, 0] / first[:, 1], second[:, 0] / second[:, 1]
        total = second[:, 0].sum() / second[:, 1].sum() - first[:, 0].sum() / first[:, 1].sum()
        net = float(find(first, second, r2 - r1, total))
        test = float(total) - net
        return "net" if abs(net) > abs(test) + 1e-12 else "test", net, test

    return why_worse


def pooled(first, second, change, total):
    words = first[:, 1] + second[:, 1]
    return (change * words / words.sum()).sum()


def counts_words(first, second):
    r1, r2 = first[:, 0] / first[:, 1], second[:, 0] / second[:, 1]
    net = float(((first[:, 1] + second[:, 1]) / 2 * (r2 - r1)).sum())
    test = float(((r1 + r2) / 2 * (second[:, 1] - first[:, 1])).sum())
    return "net" if abs(net) > abs(test) else "test", net, test


def of_errors(first, second):
    r1, r2 = first[:, 0] / first[:, 1], second[:, 0] / second[:, 1]
    m1, m2 = first[:, 0] / first[:, 0].sum(), second[:, 0] / second[:, 0].sum()
    net, test = float(((m1 + m2) / 2 * (r2 - r1)).sum()), float(((r1 + r2) / 2 * (m2 - m1)).sum())
    return "net" if abs(net) > abs(test) else "test", net, test


def stacked(turn=True, dilate=lambda dilations: dilations, out=None, count=None):
    """one_kernel by polynomials in a dictionary, with slips."""

    def one_kernel(kernels, dilations):
        found, ways = {0: 0.0 + 1}, {0: 1}
        for kernel, d in zip(kernels, dilate(dilations)):
            new, more = {}, {}
            weights = kernel.tolist()[::-1] if turn else kernel.tolist()
            for back, weight in enumerate(weights):
                for place in found:
                    at = place + back * d
                    new[at] = new.get(at, 0) + weight * found[place]
                    more[at] = more.get(at, 0) + ways[place]
            found, ways = new, more
        table = torch.tensor([found.get(place, 0.0) for place in range(max(found) + 1)])
        number = count(table, ways) if count else len(ways)
        return (out(table) if out else table), number

    return one_kernel


def products(dilations):
    total, found = 1, []
    for d in dilations:
        total *= d
        found.append(total)
    return found


def matched(limit=99, better=None, search=None, none=None, least=1, length=None, out=None):
    def play_on(notes, count):
        given, notes, lengths = len(notes), list(notes), []
        for _ in range(count):
            best, following = 0, none(notes) if none else notes[-1]
            for place in range(1, search(notes, given) if search else len(notes)):
                n = 0
                while n < min(place, limit) and notes[place - 1 - n] == notes[-1 - n]:
                    n += 1
                if n >= least and (n > best if better else n >= best):
                    best, following = n, notes[place]
            notes.append(following)
            lengths.append(length(best) if length else best)
        return out(notes, given) if out else notes[given:], lengths

    return play_on


def most_often(notes, count):
    notes, given = list(notes), len(notes)
    for _ in range(count):
        after = [b for a, b in pairwise(notes) if a == notes[-1]][::-1]
        notes.append(max(after, key=after.count) if after else notes[-1])
    return notes[given:], [1] * count


def bar_back(notes, count):
    notes, given = list(notes), len(notes)
    for _ in range(count):
        notes.append(notes[-min(8, len(notes))])
    return notes[given:], [8] * count


WRONG = {
    "15.7": [
        (divided(lambda a, b: a, lambda a, b: b), "mix of the first test"),
        (divided(lambda a, b: b, lambda a, b: a), "mix of the second test"),
        (divided(lambda a, b: a, lambda a, b: a), "mix and rates of the first"),
        (divided(lambda a, b: b, lambda a, b: b), "mix and rates of the second"),
        (divided(sign=-1), "subtract the second"),
        (divided(swap=True), "are exchanged"),
        (rest_is_test(lambda first, second, change, total: total), "all of the difference"),
        (rest_is_test(lambda first, second, change, total: change.mean()), "counts alike"),
        (rest_is_test(pooled), "longer test"),
        (counts_words, "made of shares"),
        (of_errors, "shares of the errors"),
        (divided(verdict=lambda net, test: net > test + 1e-12), "in size"),
        (divided(verdict=lambda net, test: abs(net) < abs(test)), "does not follow"),
        (divided(rate=lambda a, b: a), "The net's part is right"),
        (divided(mix=lambda a, b: a), "The test's part is right"),
        (rest_is_test(lambda first, second, change, total: total / 2), "divided otherwise"),
        (lambda *i: why_worse(*i)[0], "asked for is 3 values"),
    ],
    "15.8": [
        (stacked(turn=False), "turned round"),
        (stacked(out=lambda table: table.flip(0)), "turned round"),
        (stacked(dilate=lambda d: [1] * len(d)), "Dilation changes nothing"),
        (stacked(dilate=lambda d: d[::-1]), "in the wrong order"),
        (stacked(dilate=lambda d: [x + 1 for x in d]), "too far apart"),
        (stacked(dilate=products), "as strides do"),
        (stacked(count=lambda table, ways: int((table != 0).sum())), "ways that cancel"),
        (stacked(count=lambda table, ways: len(table)), "the whole field"),
        (stacked(count=lambda table, ways: sum(ways.values())), "You count ways"),
        (stacked(count=lambda table, ways: len(ways) - 1), "without the newest"),
        (stacked(count=lambda table, ways: 2 * len(ways)), "`reached` is not"),
        (stacked(out=lambda table: torch.cat([table, torch.zeros(1)])), "length of the receptive"),
        (stacked(out=lambda table: table.abs()), "the kernel is not"),
        (lambda *i: one_kernel(*i)[0], "asked for is 2 values|values"),
    ],
    "15.9": [
        (matched(out=lambda notes, given: notes), "the whole melody"),
        (matched(limit=1), "the last note only"),
        (matched(limit=2), "two notes at most"),
        (matched(better=True), "the latest counts"),
        (matched(search=lambda notes, given: given), "in the given notes only"),
        (matched(least=2), "of a single note"),
        (matched(none=lambda notes: notes[0]), "it is repeated"),
        (lambda *i: (matched(limit=1)(*i)[0], play_on(*i)[1]), "upon the last note only"),
        (matched(length=lambda n: n + 1), "without the note that follows"),
        (bar_back, "eight back"),
        (most_often, "most often"),
        (matched(length=lambda n: n // 2), "the lengths are not"),
        (lambda notes, count: play_on(notes, count + 1), "too few notes or too many"),
        (lambda *i: play_on(*i)[0], "values"),
    ],
}
