"""Solutions of 21.7 and 21.8, guesses and counts: one right, many wrong ones."""

import itertools

import torch


def one_look(p, q, guesses, coins, number):
    def drawn(weights):
        sums = torch.cumsum(weights / weights.sum(), 0).tolist()
        return next(token for token, upto in enumerate(sums) if upto > number)

    tokens = []
    for t, guess in enumerate(guesses.tolist()):
        if coins[t] * q[t, guess] < p[t, guess]:
            tokens.append(guess)
        else:
            return [*tokens, drawn((p[t] - q[t]).clamp(min=0))], t
    return [*tokens, drawn(p[len(guesses)])], len(guesses)


def count_law(colour, form, first, second):
    C = len(colour)
    table = {(0, 0): 1.0}
    for c in range(C):
        a = (colour[c, first[0]] * form[c, first[1]]).item()
        b = (colour[c, second[0]] * form[c, second[1]]).item()
        after = {}
        for (i, j), chance in table.items():
            for key, part in (((i + 1, j), a), ((i, j + 1), b), ((i, j), 1 - a - b)):
                after[key] = after.get(key, 0.0) + part * chance
        table = after
    law = [sum(chance for (i, _), chance in table.items() if i == n) for n in range(C + 1)]
    return law, sum(chance for (i, j), chance in table.items() if i > j)


REFERENCE = {"21.7": one_look, "21.8": count_law}


def looked(turned=False, on=False, from_p=False, bare=False, always=False, change=None):
    """One look, with one thing changed."""

    def wrong(p, q, guesses, coins, number):
        def drawn(weights):
            shares = weights / weights.sum()
            upto = 0.0
            for token, share in enumerate(shares.tolist()):
                upto += share
                if upto > number:
                    return token
            return len(shares) - 1

        tokens, stayed = [], 0
        for t in range(len(guesses)):
            g = int(guesses[t])
            up, down = (q[t, g], p[t, g]) if turned else (p[t, g], q[t, g])
            if coins[t] * down < up:
                tokens.append(g)
                stayed += 1
            else:
                tokens.append(drawn(p[t] if from_p else torch.relu(p[t] - q[t])))
                if not on:
                    break
        if always or (stayed == len(guesses) and not bare):
            tokens.append(drawn(p[-1]))
        found = tokens, stayed
        return change(*found) if change else found

    return wrong


def by_ways(ties=0.0, means=False, apart=False, alike=False, colour_only=False, change=None):
    """Way by way, with one thing changed."""

    def wrong(colour, form, first, second):
        shape = torch.ones_like(form) if colour_only else form
        a, b = (colour[:, t[0]] * shape[:, t[1]] for t in (first, second))
        C = len(a)
        parts = torch.stack([1 - a - b, a, b], 1).tolist()
        table = torch.zeros(C + 1, C + 1).double()
        for way in itertools.product(range(3), repeat=C):
            chance = 1.0
            for cell, what in enumerate(way):
                chance *= parts[cell][what]
            table[way.count(1), way.count(2)] += chance
        law = table.sum(1)
        if alike:
            p = a.mean().item()
            law = [
                sum(len(w) == n for k in range(C + 1) for w in itertools.combinations(range(C), k))
                * p**n * (1 - p) ** (C - n)
                for n in range(C + 1)
            ]  # fmt: skip
        if apart:
            table = table.sum(1)[:, None] * table.sum(0)
        more = sum(
            table[i, j].item() * (1.0 if i > j else ties)
            for i in range(C + 1) for j in range(i + 1)
        )  # fmt: skip
        more = float(a.sum() > b.sum()) if means else more
        found = law, more
        return change(*found) if change else found

    return wrong


WRONG = {
    "21.7": [
        (looked(turned=True), "not q / p"),
        (looked(on=True), "thrown away"),
        (looked(from_p=True), "what is missing"),
        (looked(bare=True), "You leave it out"),
        (looked(turned=True, on=True, from_p=True, bare=True), "not q / p"),
        (looked(on=True, from_p=True, bare=True), "thrown away"),
        (looked(from_p=True, bare=True), "what is missing"),
        (looked(always=True), "only if all guesses stay"),
        (looked(change=lambda t, n: ([x + 1 for x in t], n)), "the tokens are not"),
        (looked(change=lambda t, n: (t, n + 1)), "`stayed` is not"),
        (lambda *inputs: one_look(*inputs)[0], "asked for"),
    ],
    "21.8": [
        (by_ways(alike=True), "are all alike"),
        (by_ways(colour_only=True), "the colour alone"),
        (by_ways(means=True), "compares the mean counts"),
        (by_ways(ties=1.0), "As many is not more"),
        (by_ways(ties=0.5), "half of the cases"),
        (by_ways(apart=True), "not independent"),
        (by_ways(change=lambda law, more: (law, more / 2 + 1)), "`more` is not"),
        (by_ways(change=lambda law, more: ([x * x + 1 for x in law], more)), "one cell more"),
        (lambda *inputs: count_law(*inputs)[:1], "2 values|asked for"),
    ],
}
