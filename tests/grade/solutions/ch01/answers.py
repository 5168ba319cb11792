"""Solutions of the exercises of chapter 1: one right, at least three wrong ones for each."""

import math

import torch


def veto_unit(n, k):
    return [1] * n + [-n], k


def exactly_net(n, k):
    return [[1] * n, [1] * n], [k, k + 1], [1, -1], 1


def run_machine(table, start, word):
    states, state = [], start
    for symbol in word:
        state = int(table[state, symbol])
        states.append(state)
    return states


def oja_batch(w, x, rate):
    y = x @ w
    changes = y[:, None] * (x - y[:, None] * w)
    return w + rate * changes.mean(0)


def store(patterns):
    units = patterns.shape[1]
    W = torch.zeros(units, units)
    for s in patterns:
        W = W + torch.outer(s, s) / units
    return W.fill_diagonal_(0)


def energy_changes(W, theta, states):
    return 2 * states * (states @ W - theta)


def memory_size(count, limit):
    units = 1
    while 0.5 * math.erfc(math.sqrt(units / (2 * count))) > limit:
        units += 1
    return units, 0.5 * math.erfc(math.sqrt(units / (2 * count)))


def wavering(patterns):
    W = (patterns.T @ patterns).fill_diagonal_(0)
    return "b", (patterns * (patterns @ W) < 0).double().mean()


REFERENCE = {
    "1.1": veto_unit,
    "1.2": exactly_net,
    "1.3": run_machine,
    "1.4": oja_batch,
    "1.5": store,
    "1.6": energy_changes,
    "1.7": memory_size,
    "1.8": wavering,
}


def machine_that_never_moves(table, start, word):
    return [int(table[start, symbol]) for symbol in word]


def oja_without_decay(w, x, rate):
    return w + rate * ((x @ w)[:, None] * x).mean(0)


def oja_with_sum(w, x, rate):
    y = (x @ w)[:, None]
    return w + rate * (y * (x - y * w)).sum(0)


def oja_with_y_once(w, x, rate):
    y = (x @ w)[:, None]
    return w + rate * (y * (x - w)).mean(0)


def oja_in_turns(w, x, rate):
    for row in x:
        w = oja_batch(w, row[None], rate)
    return w


def store_as_given(patterns):
    units = patterns.shape[1]
    W = torch.zeros(units, units)
    for s in patterns:
        W = torch.outer(s, s) / units
    return W - torch.eye(units) / units


def store_last(patterns):
    return store(patterns[-1:])


def store_minus_eye(patterns):
    units = patterns.shape[1]
    return patterns.T @ patterns / units - torch.eye(units) / units


def store_by_count(patterns):
    return store(patterns) * patterns.shape[1] / len(patterns)


def units_of(factor, more=0, times=1.0):
    """A wrong memory_size: factor on the number of units, some more of them, factor on share."""

    def size(count, limit):
        units, _ = memory_size(count, limit)
        units = math.ceil(units * factor) + more
        return units, times * 0.5 * math.erfc(math.sqrt(units / (2 * count)))

    return size


def wavering_with_ties(patterns):
    W = (patterns.T @ patterns).fill_diagonal_(0)
    return "b", (patterns * (patterns @ W) <= 0).double().mean()


def wavering_with_itself(patterns):
    return "b", (patterns * (patterns @ patterns.T @ patterns) < 0).double().mean()


def wavering_patterns(patterns):
    W = (patterns.T @ patterns).fill_diagonal_(0)
    return "b", (patterns * (patterns @ W) < 0).any(1).double().mean()


def wavering_first(patterns):
    W = (patterns.T @ patterns).fill_diagonal_(0)
    return "b", (patterns[0] * (patterns[0] @ W) < 0).double().mean()


WRONG = {
    "1.1": [
        (lambda n, k: ([1] * n + [-n], k - 1), "Too early"),
        (lambda n, k: ([1] * n + [-n], k + 0.5), "is silent with .* not to exceed"),
        (lambda n, k: ([1] * n + [-1], k), "veto is outvoted"),
        (lambda n, k: ([1] * n, k), "weights for the"),
        (lambda n, k: ([-n] + [1] * n, k), "is the veto the .last. input"),
        (lambda n, k: (k, [1] * n + [-n]), "the weights come first"),
        (lambda n, k: ([1] * n + [-n], n), r"is silent with \d of the first \d"),
    ],
    "1.2": [
        (lambda n, k: ([[1] * n], [k], [1], 1), "fires for more than k"),
        (lambda n, k: ([[1] * n, [1] * n], [k, k + 1], [1, -1], 0), "fires for more|for fewer"),
        (lambda n, k: ([[1] * n, [1] * n], [k, k], [1, -1], 1), "silent for an input with exactly"),
        (lambda n, k: ([[-1] * n], [-k], [1], 1), "fires for fewer than k"),
        (lambda n, k: ([1] * n, [k], [1], 1), "a row per hidden unit"),
        (lambda n, k: ([[1] * n] * 2, [k], [1, -1], 1), "2 hidden units, but 1 thresholds"),
        (lambda n, k: ([[1] * n], [k], [1]), "Return 4 values"),
    ],
    "1.3": [
        (
            lambda table, start, word: [start, *run_machine(table, start, word)],
            "one state too many",
        ),
        (lambda table, start, word: [start, *run_machine(table, start, word)][:-1], "too late"),
        (machine_that_never_moves, "never moves on"),
        (
            lambda table, start, word: [start, *run_machine(table, start, word)][-1],
            "the last state alone",
        ),
        (
            lambda table, start, word: run_machine(table.T, start, word),
            "stopped with IndexError|Right in",
        ),
    ],
    "1.4": [
        (oja_without_decay, "Hebb's step"),
        (oja_with_sum, "add the changes up"),
        (oja_with_y_once, "How often does y stand"),
        (oja_in_turns, "take turns"),
        (lambda w, x, rate: oja_batch(w, x, 1.0), "Where does the rate come in"),
        (lambda w, x, rate: oja_batch(w, x, rate) - w, "the change alone"),
        (lambda w, x, rate: w - rate * (oja_batch(w, x, 1.0) - w), "goes the wrong way"),
    ],
    "1.5": [
        (store_as_given, "only the last one"),
        (store_last, "only the last one"),
        (store_minus_eye, "Off the diagonal all is right"),
        (lambda patterns: patterns.T @ patterns / patterns.shape[1], "Off the diagonal"),
        (store_by_count, "divide by the number of patterns"),
        (lambda patterns: (patterns.T @ patterns).fill_diagonal_(0), "as many times too large"),
        (lambda patterns: -store(patterns), "the sign is wrong, everywhere"),
    ],
    "1.6": [
        (lambda W, theta, states: 2 * states * (states @ W), "thresholds play no part"),
        (lambda W, theta, states: 2 * states * (states @ W + theta), "with the wrong sign"),
        (lambda W, theta, states: -2 * states * (states @ W - theta), "Your sign is turned"),
        (lambda W, theta, states: states * (states @ W - theta), "half a flip"),
        (lambda W, theta, states: states @ W - theta, "These are the units' pulls"),
        (lambda W, theta, states: 2 * states * (states @ W) - states * theta, "half the size"),
        (lambda W, theta, states: energy_changes(W, theta, states).sum(1), "last axis was summed"),
        (lambda W, theta, states: energy_changes(W, theta, states)[0], "the batch"),
    ],
    "1.7": [
        (units_of(0.5), "above the limit"),
        (units_of(2, more=1), "Fewer units would do"),
        (units_of(1, more=1), "One unit fewer"),
        (units_of(1, times=2.0), "one half before erfc"),
        (units_of(1, times=3.0), "3 times what the formula"),
        (lambda count, limit: (memory_size(count, limit)[0] - 0.5, limit), "a whole number"),
        (lambda count, limit: memory_size(count, limit)[0], "Return 2 values"),
        (lambda count, limit: (memory_size(count, limit)[0], math.nan), "NaN"),
    ],
    "1.8": [
        (wavering_with_ties, "pull is exactly 0"),
        (wavering_with_itself, "joined to themselves"),
        (wavering_patterns, "a share of all units"),
        (lambda patterns: ("b", 0.0), "Nobody is pulled away in yours"),
        (wavering_first, "the first pattern alone"),
        (lambda patterns: ("b", 100 * wavering(patterns)[1]), "a percentage"),
        (lambda patterns: ("b", 1 - wavering(patterns)[1]), "units that stay|a share of all units"),
        (lambda patterns: ("b", wavering(patterns)[1] * patterns.numel()), "a number of units"),
        (lambda patterns: ("no idea", wavering(patterns)[1]), "your prediction: one of"),
        (lambda patterns: wavering(patterns)[1], "Return 2 values"),
    ],
}

EQUAL = {
    "1.2": {
        "exactly_net: return ([[1] * n, [1] * n], [k, k + 1], [1, -1], 1) → "
        "return ([[1] * n, [1] * n], [k, k + 1], [1, -2], 1)": "a sum of -1 is as silent as 0"
    },
    "1.5": {
        "store: W = W + torch.outer(s, s) / units → W += torch.outer(s, s) / units": "in place"
    },
    "1.6": {
        "energy_changes: return 2 * states * (states @ W - theta) → "
        "return 2 / states * (states @ W - theta)": "-1 and 1 are their own inverses"
    },
    "1.7": {
        "memory_size: units = 1 → units = 0": "0 units give a share of one half, above every limit",
        "memory_size: while 0.5 * math.erfc(math.sqrt(units / (2 * count))) > limit: → "
        "while 0.5 * math.erfc(math.sqrt(units / (2 * count))) >= limit:": "it is never the limit",
    },
}
