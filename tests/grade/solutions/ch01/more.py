"""More solutions of the exercises of chapter 1: of those with a pencil and of the whys."""

import math

import torch


def hebb_turn(v, c, rate, share):
    along = 1 + rate * (v + c)
    across = 1 + rate * (v - c)
    return along, across, math.log(share) / math.log(across / along)


def stronger_synapse(a, b, share):
    changes = []
    for sender, receiver in ((a, b), (b, a)):
        total = 0.0
        for sent in sender.tolist():
            for received in receiver.tolist():
                lag = received - sent
                if lag > 0:
                    total += math.exp(-lag / 20)
                elif lag < 0:
                    total -= share * math.exp(lag / 20)
        changes.append(total)
    a_to_b, b_to_a = changes
    if a_to_b == b_to_a:
        return "neither", a_to_b, b_to_a
    return ("a to b" if a_to_b > b_to_a else "b to a"), a_to_b, b_to_a


REFERENCE = {"1.9": hebb_turn, "1.10": stronger_synapse}


def turn(along=lambda v, c, rate: 1 + rate * (v + c), across=lambda v, c, rate: 1 + rate * (v - c),
         looks=lambda g, h, s: math.log(s) / math.log(h / g)):  # fmt: skip
    def hebb_turn(v, c, rate, share):
        g, h = along(v, c, rate), across(v, c, rate)
        return g, h, looks(g, h, share)

    return hebb_turn


def in_halves(v, c, rate, share):
    """Counts whole looks in a loop until the part across is small enough."""
    along, across, _ = hebb_turn(v, c, rate, share)
    first, second, looks = 1.0, 1.0, 0
    while second > share * first:
        first, second, looks = first * along, second * across, looks + 1
    return along, across, looks


def stdp(share_of=lambda share: share, zero=0.0, pairs=None, mean=False, lag=lambda s, r: r - s,
         fading=True):  # fmt: skip
    def changes(a, b, share):
        found = []
        for sender, receiver in ((a, b), (b, a)):
            lags = lag(sender[:, None], receiver[None])
            lags = lags.diagonal() if pairs == "in turn" else lags
            size = torch.exp(-(lags.abs() if fading else lags) / 20)
            each = torch.where(lags > 0, size, -share_of(share) * size)
            each = torch.where(lags == 0, torch.full_like(each, zero), each)
            found.append(float(each.mean() if mean and each.numel() else each.sum()))
        return found

    def stronger_synapse(a, b, share):
        a_to_b, b_to_a = changes(a, b, share)
        equal = abs(a_to_b - b_to_a) < 1e-9
        return ("neither" if equal else "a to b" if a_to_b > b_to_a else "b to a"), a_to_b, b_to_a

    return stronger_synapse


def deciding(choose):
    def stronger(a, b, share):
        _, there, back = stronger_synapse(a, b, share)
        return choose(there, back), there, back

    return stronger


def minus_the_first(a, b, share):
    change = stronger_synapse(a, b, share)[1]
    sign = (change > 0) - (change < 0)
    return {1: "a to b", 0: "neither", -1: "b to a"}[sign], change, -change


def machine(note):
    """run_machine with another list: what is noted for a state before, a symbol, a state after."""

    def run_machine(table, start, word):
        notes = []
        for symbol in word.tolist():
            before, start = start, int(table[start, symbol])
            notes.append(note(before, symbol, start))
        return notes

    return run_machine


def oja(end=lambda w: w, average=False):
    def oja_batch(w, x, rate):
        x = x.mean(0, keepdim=True) if average else x
        y = (x @ w)[:, None]
        return end(w + rate * (y * (x - y * w)).mean(0))

    return oja_batch


def share_by(formula):
    """memory_size with the right number of units and another share."""

    def memory_size(count, limit):
        units = 1
        while 0.5 * math.erfc(math.sqrt(units / (2 * count))) > limit:
            units += 1
        return units, formula(units, count, limit)

    return memory_size


WRONG = {
    "1.3": [
        (machine(lambda before, symbol, after: symbol), "the symbols that are read"),
        (lambda *i: (machine(lambda b, s, after: after)(*i) or [i[1]])[-1], "the last state alone"),
    ],
    "1.4": [
        (oja(average=True), "average the outputs and the inputs"),
        (oja(end=lambda w: w / w.norm()), "divide by the length at the end"),
    ],
    "1.6": [
        (lambda W, theta, s: 4 * s * (s @ W) - 2 * s * theta, "part of W is twice as large"),
        (lambda W, theta, s: 2 * s * (s @ W) - theta, "does not ask for the unit's state"),
        (lambda W, theta, s: 2 * s * (s @ W) - 2 * theta, "does not ask for the unit's state"),
        (lambda W, theta, s: 2 * s * (theta - s @ W), "Your sign is turned"),
    ],
    "1.7": [
        (share_by(lambda n, p, limit: limit), "give the limit back"),
        (share_by(lambda n, p, limit: math.erfc(math.sqrt(n / (2 * p)))), "one half before erfc"),
        (share_by(lambda n, p, limit: 0.5 * math.erfc(math.sqrt(n / p))), "2 under the root"),
        (share_by(lambda n, p, limit: 0.5 * math.erfc(math.sqrt(p / (2 * n)))), "upside down"),
        (share_by(lambda n, p, limit: 0.5 * math.erf(math.sqrt(n / (2 * p)))), "math.erf"),
    ],
    "1.9": [
        (turn(lambda v, c, rate: rate * (v + c), lambda v, c, rate: rate * (v - c) + 1e-9),
         "those of the change alone"),
        (lambda v, c, rate, share: (v + c, v - c, hebb_turn(v, c, rate, share)[2]),
         "those of the change alone"),
        (turn(lambda v, c, rate: math.exp(rate * (v + c)),
              lambda v, c, rate: math.exp(rate * (v - c))), "factors are exponentials"),
        (turn(lambda v, c, rate: 1 + v + c, lambda v, c, rate: 1 + v - c), "rate is missing"),
        (lambda v, c, rate, share: (1 + rate * v, 1 + rate * c, hebb_turn(v, c, rate, share)[2]),
         "plays no part"),
        (turn(lambda v, c, rate: 1 + rate * (v - c), lambda v, c, rate: 1 + rate * (v + c)),
         "factors are exchanged"),
        (in_halves, "you rounded it"),
        (lambda *i: (*hebb_turn(*i)[:2], math.floor(hebb_turn(*i)[2])), "you rounded it"),
        (turn(looks=lambda g, h, s: math.log(s) / math.log(g / h)), "looks have the wrong sign"),
        (turn(looks=lambda g, h, s: math.log(1 / s) / math.log(g)), "follow one part alone"),
        (turn(looks=lambda g, h, s: (1 - s) / (g - h)), "each look multiplies"),
        (turn(looks=lambda g, h, s: math.log(s) / (h / g)), "the number of looks is not"),
        (lambda *i: hebb_turn(*i)[:2], "`along`, a number; `across`, a number; `looks`"),
        (lambda *i: tuple(-part for part in hebb_turn(*i)), "the sign is wrong, everywhere"),
    ],
    "1.10": [
        (stdp(lag=lambda sent, received: sent - received), "Your two changes are exchanged"),
        (minus_the_first, "only if `share` is 1"),
        (stdp(lambda share: 1.0), "`share` plays no part"),
        (stdp(lambda share: -share), "nothing is ever lost"),
        (stdp(zero=1.0), "lag of exactly 0 changes nothing"),
        (stdp(fading=False), "the exponent has to be below 0"),
        (deciding(lambda there, back: "yes"), "in these letters"),
        (stdp(pairs="in turn"), "You pair the first spikes"),
        (stdp(mean=True), "averages over the pairs"),
        (deciding(lambda a, b: "a to b" if a >= b else "b to a"), "If they are equal"),
        (deciding(lambda there, back: "a to b" if abs(there) > abs(back)
                  else "neither" if abs(there) == abs(back) else "b to a"),
         "compare with the signs, not the sizes"),
        (deciding(lambda there, back: "a to b"), "does not follow from them"),
        (lambda *i: stronger_synapse(*i)[0], "asked for is 3 values: `answer`, text"),
        (lambda *i: (stronger_synapse(*i)[0], 0.0, 0.0), "in all 7 cases|Right in"),
    ],
}  # fmt: skip

EQUAL = {
    "1.10": {
        "stronger_synapse: return ('a to b' if a_to_b > b_to_a else 'b to a', a_to_b, b_to_a) → "
        "return ('a to b' if a_to_b >= b_to_a else 'b to a', a_to_b, b_to_a)": "no equals here"
    }
}
