"""Solutions of the exercises of chapter 7 on waves and letters: one right, many wrong ones."""

import math


def wave_weights(period, growth, level):
    a = 2 * growth * math.cos(2 * math.pi / period)
    b = -growth * growth
    return a, b, level * (1 - a - b)


def best_table(text, fresh, kinds):
    best, least = 0, math.inf
    for before in range(3):
        front, pairs, paid = {}, {}, 0.0
        for i in range(before, len(text)):
            k, kl = text[i - before : i], text[i - before : i + 1]
            front[k] = front.get(k, 0) + 1
            pairs[kl] = pairs.get(kl, 0) + 1
        for i in range(2, len(fresh)):
            k, kl = fresh[i - before : i], fresh[i - before : i + 1]
            paid -= math.log((pairs.get(kl, 0) + 1) / (front.get(k, 0) + kinds))
        perplexity = math.exp(paid / (len(fresh) - 2))
        if perplexity < least:
            best, least = before, perplexity
    return best, least


REFERENCE = {"7.9": wave_weights, "7.10": best_table}


def waved(angle=lambda period: 2 * math.pi / period, last=lambda r: 2 * r, before=lambda r: -r * r,
          constant=lambda level, a, b: level * (1 - a - b)):  # fmt: skip
    def wave_weights(period, growth, level):
        a, b = last(growth) * math.cos(angle(period)), before(growth)
        return a, b, constant(level, a, b)

    return wave_weights


def pays(text, fresh, kinds, before, first=2, more=1, room=None, at_end=False, log=math.log):
    """The mean loss of a table, with its slips."""
    paid = []
    for i in range(first, len(fresh)):
        k, kl = fresh[i - before : i], fresh[i - before : i + 1]
        places = range(len(text) - before + at_end)
        front = sum(text[j : j + before] == k for j in places)
        pairs = sum(text[j : j + before + 1] == kl for j in places)
        paid.append(-log((pairs + more) / (front + (kinds if room is None else room))))
    return sum(paid) / len(paid)


def tables(power=math.exp, take=min, last=False, **slips):
    """best_table with slips: in what is returned, in the choice, in what a table pays."""

    def best_table(text, fresh, kinds):
        losses = [pays(text, fresh, kinds, before, **slips) for before in range(3)]
        kept = [round(loss, 9) for loss in losses]
        best = kept.index(take(kept))
        best = 2 - kept[::-1].index(take(kept)) if last else best
        return best, power(losses[best])

    return best_table


def each_from_its_own(text, fresh, kinds):
    losses = [pays(text, fresh, kinds, before, first=before) for before in range(3)]
    return losses.index(min(losses)), math.exp(min(losses))


def by_its_own_text(text, fresh, kinds):
    losses = [pays(text, text, kinds, before) for before in range(3)]
    best = losses.index(min(losses))
    return best, math.exp(pays(text, fresh, kinds, best))


def by_str_count(text, fresh, kinds):
    losses = []
    for before in range(3):
        paid = 0.0
        for i in range(2, len(fresh)):
            k, kl = fresh[i - before : i], fresh[i - before : i + 1]
            paid -= math.log((text.count(kl) + 1) / (text.count(k) + kinds))
        losses.append(paid / (len(fresh) - 2))
    return losses.index(min(losses)), math.exp(min(losses))


WRONG = {
    "7.9": [
        (waved(last=lambda r: r), "the sum of the two sines"),
        (waved(last=lambda r: 2, before=lambda r: -1), "the growth plays no part"),
        (waved(before=lambda r: -r), "in each of them the wave grows"),
        (waved(before=lambda r: r * r), "has the wrong sign"),
        (waved(last=lambda r: 2), "In .a. the growth is missing"),
        (waved(angle=lambda period: math.pi / period), "Your angle from step to step"),
        (waved(angle=lambda period: 360 / period), "wants that kind of angle"),
        (lambda *i: (wave_weights(*i)[1], wave_weights(*i)[0], wave_weights(*i)[2]), "changed"),
        (waved(constant=lambda level, a, b: level), "is the level itself"),
        (waved(constant=lambda level, a, b: 0), "the level plays no part"),
        (waved(constant=lambda level, a, b: level * (1 + a + b)), "stands still at its level"),
        (lambda *i: wave_weights(*i)[:2], "asked for are 3 values"),
    ],
    "7.10": [
        (lambda text, fresh, kinds: best_table(text, text, kinds), "on which they were counted"),
        (by_its_own_text, "pay for .fresh. only then"),
        (each_from_its_own, "pay for different letters"),
        (tables(power=lambda loss: loss), "The second number is the loss"),
        (tables(power=lambda loss: 2**loss), "different bases"),
        (tables(log=math.log2), "different bases"),
        (tables(room=0), "nothing to the count that you divide by|division"),
        (tables(room=1), "as many as there are kinds"),
        (lambda text, fresh, kinds: best_table(text, fresh, len(set(text))), "that did not come"),
        (tables(more=0, room=0), "log of zero|expected a positive input|domain|division"),
        (by_str_count, "does not see what overlaps"),
        (tables(at_end=True), "at the very end of .text."),
        (tables(take=max), "another table has a smaller one"),
        (tables(last=True), "at a tie the one that knows fewer letters"),
        (lambda *i: (best_table(*i)[0], 3.0), "The choice is right, and the reason is not"),
        (lambda *i: best_table(*i)[0], "asked for is 2 values"),
    ],
}

FIRST = "the first table is better than none, whatever it pays"
EQUAL = {
    "7.10": {
        "best_table: best, least = (0, math.inf) → best, least = (1, math.inf)": FIRST,
        "best_table: best, least = (0, math.inf) → best, least = (-1, math.inf)": FIRST,
    }
}
