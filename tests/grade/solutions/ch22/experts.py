"""Solutions of 22.7 to 22.9, rooms, sizes and hybrids: one right, many wrong ones."""

import math
import statistics

import torch


def dispatch(shares, k, factor):
    M, E = shares.shape
    rooms = math.ceil(factor * M * k / E - 1e-9)
    chosen = shares.sort(dim=1, descending=True, stable=True).indices[:, :k]
    picked = shares.gather(1, chosen)
    picked = picked / picked.sum(1, keepdim=True)
    weights, refused = torch.zeros_like(shares), 0
    free = [rooms] * E
    for n in range(k):
        for m in range(M):
            e = chosen[m, n].item()
            if free[e] > 0:
                weights[m, e] = picked[m, n]
                free[e] -= 1
            else:
                refused += 1
    f = torch.bincount(chosen.flatten(), minlength=E).double() / (M * k)
    return weights, refused, E * (f * shares.mean(0)).sum()


def expert_sizes(whole, active, experts, chosen, tokens):
    expert = (whole - active) / (experts - chosen)
    shared = active - chosen * expert
    nobody = (1 - chosen / experts) ** tokens
    return expert, shared, shared + experts * (1 - nobody) * expert


def choose_hybrid(attention, scans, numbers, state, seen, unseen, tokens, memory):
    kept = (2 * (2 * attention * numbers * tokens + scans * state)).tolist()
    fits = [n for n in range(len(kept)) if kept[n] <= memory]
    if not fits:
        return -1, 0, 0.0
    means = [row.mean().item() for row in seen]
    best = max(fits, key=lambda n: means[n])
    bar = seen[best].std().item() / math.sqrt(seen.shape[1])
    good = [n for n in fits if means[n] >= means[best] - bar - 1e-9]
    place = min(good, key=lambda n: kept[n])
    return place, memory // kept[place], unseen[place].mean()


REFERENCE = {"22.7": dispatch, "22.8": expert_sizes, "22.9": choose_hybrid}


def by_guests(room=None, by_token=False, again=False, raw=False, last=False, least=False,
              f=None, lost=None, change=None):  # fmt: skip
    """Lists of guests, with one thing changed."""

    def wrong(shares, k, factor):
        M, E = shares.shape
        rooms = room(M, E, k, factor) if room else math.ceil(factor * M * k / E - 1e-9)
        wishes = []
        for row in shares.tolist():
            tie = (lambda e: -e) if last else (lambda e: e)
            sign = 1 if least else -1
            wishes.append(sorted(range(E), key=lambda e: (sign * row[e], tie(e)))[:k])
        turns = [(m, n) for m in range(M) for n in range(k)]
        turns = turns if by_token else sorted(turns, key=lambda turn: turn[1])
        guests = {e: [] for e in range(E)}
        for m, n in turns:
            guests[wishes[m][n]] += [m] if len(guests[wishes[m][n]]) < rooms else []
        weights = torch.zeros_like(shares)
        for e, inside in guests.items():
            for m in inside:
                weights[m, e] = shares[m, e] / (1 if raw else shares[m, wishes[m]].sum())
        refused = M * k - sum(map(len, guests.values()))
        refused = lost(weights) if lost else refused
        if again:
            weights = torch.nan_to_num(weights / weights.sum(1, keepdim=True))
        counts = [sum(e in wish for wish in wishes) / (M * k) for e in range(E)]
        counts = f(counts, guests, k) if f else counts
        balance = E * sum(c * p for c, p in zip(counts, shares.mean(0).tolist()))
        found = weights, refused, balance
        return change(*found) if change else found

    return wrong


def admitted(counts, guests, k):
    total = sum(map(len, guests.values()))
    return [len(inside) / max(1, total) for inside in guests.values()]


def two_equations(split=None, part=None, alone=False, change=None):
    """Size and read, with one thing changed."""

    def wrong(whole, active, experts, chosen, tokens):
        e = (whole - active) / (experts - chosen)
        e, s = split(whole, active, experts, chosen) if split else (e, whole - experts * e)
        touched = 1 - math.exp(tokens * math.log(1 - chosen / experts))
        touched = part(experts, chosen, tokens, touched) if part else touched
        found = e, s, experts * touched * e + (0 if alone else s)
        return change(*found) if change else found

    return wrong


def by_size(everyone=False, best_only=False, by="seen", bar=None, own=False, bars=1, most=False,
            both=2, wide=2, states=1, judge="unseen", up=False, change=None):  # fmt: skip
    """Net by net in order of what it keeps, with one thing changed."""

    def wrong(attention, scans, numbers, state, seen, unseen, tokens, memory):
        parts = {"seen": seen.tolist(), "unseen": unseen.tolist()}
        nets = []
        for n, (a, s) in enumerate(zip(attention.tolist(), scans.tolist())):
            kept = wide * (both * a * numbers * tokens + states * s * state)
            if everyone or kept <= memory:
                nets.append((kept, n))
        if not nets:
            return -1, 0, 0.0
        mean = {n: statistics.fmean(row) for n, row in enumerate(parts[by])}
        error = bar or (lambda row: statistics.stdev(row) / math.sqrt(len(row)))
        _, best = max(nets, key=lambda net: mean[net[1]])
        good = [
            (kept, n) for kept, n in nets
            if mean[best] - mean[n] <= bars * error(parts[by][n if own else best]) + 1e-9
        ]  # fmt: skip
        kept, n = max(good) if most else min(good)
        if best_only:
            kept, n = next(net for net in nets if net[1] == best)
        readers = memory / max(1, kept)
        found = n, math.ceil(readers) if up else int(readers), statistics.fmean(parts[judge][n])
        return change(*found) if change else found

    return wrong


WRONG = {
    "22.7": [
        (by_guests(room=lambda M, E, k, factor: M * k), "nobody is sent away"),
        (
            by_guests(room=lambda M, E, k, factor: math.ceil(factor * M / E - 1e-9)),
            "too little room",
        ),
        (
            by_guests(room=lambda M, E, k, factor: int(factor * M * k / E + 1e-9)),
            "rounded \\*up\\*",
        ),
        (by_guests(by_token=True), "from token to token"),
        (by_guests(again=True), "What is refused is lost"),
        (by_guests(raw=True), "Your weights are the shares"),
        (by_guests(last=True), "The lower number comes first"),
        (by_guests(least=True), "the \\*smallest\\* shares"),
        (by_guests(f=lambda counts, guests, k: [k * c for c in counts]), "yours sums to k"),
        (by_guests(f=admitted), "let in or not"),
        (by_guests(lost=lambda w: int((w.sum(1) == 0).sum())), "refused choices"),
        (by_guests(change=lambda w, n, b: (w, n, -b)), "All but `balance` are right"),
        (by_guests(change=lambda w, n, b: (w, -n - 1, b)), "All but `refused` are right"),
        (by_guests(change=lambda w, n, b: (-w - 1, n, b)), "the weights are not"),
        (by_guests(change=lambda w, n, b: (2 * w + 1, n, -b)), "who asks whom"),
        (lambda *inputs: dispatch(*inputs)[:2], "3 values|asked for"),
    ],
    "22.8": [
        (two_equations(split=lambda w, a, E, k: (w / E, a - k * w / E)), "Not all of it"),
        (two_equations(split=lambda w, a, E, k: (a / k, w - E * a / k)), "Something is shared"),
        (
            two_equations(split=lambda w, a, E, k: ((w - a) / (E - 1), a - (w - a) / (E - 1))),
            "one expert works",
        ),
        (
            two_equations(split=lambda w, a, E, k: ((w - a) / (E - k), w - k * (w - a) / (E - k))),
            "that rest are counted",
        ),
        (two_equations(alone=True), "shared is missing"),
        (two_equations(part=lambda E, k, n, p: n * k / E), "may choose the same"),
        (two_equations(part=lambda E, k, n, p: min(1, n * k / E)), "stops at all experts"),
        (two_equations(part=lambda E, k, n, p: 1 - (1 - 1 / E) ** (n * k)), "one of them twice"),
        (two_equations(part=lambda E, k, n, p: k / E), "that of one token"),
        (two_equations(part=lambda E, k, n, p: 1 - p), "\\*no\\* token asks"),
        (two_equations(part=lambda E, k, n, p: 1), "needed at once"),
        (two_equations(change=lambda e, s, r: (e, s, 2 * r)), "does \\*nobody\\* choose"),
        (two_equations(change=lambda e, s, r: (e, -s, r)), "`shared` is not"),
        (two_equations(change=lambda e, s, r: (2 * e, s, r)), "Two equations"),
        (lambda *inputs: expert_sizes(*inputs)[:2], "3 values|asked for"),
    ],
    "22.9": [
        (by_size(everyone=True), "choose among all nets"),
        (by_size(best_only=True), "You take the best"),
        (by_size(by="unseen"), "that are to judge"),
        (by_size(bar=statistics.stdev), "how much single starts vary"),
        (by_size(bar=lambda row: statistics.pstdev(row) / math.sqrt(len(row))), "R − 1"),
        (by_size(own=True), "the best one's that counts"),
        (by_size(bars=2), "two error bars"),
        (by_size(most=True), "keeps \\*most\\*"),
        (by_size(both=1), "keys only"),
        (by_size(wide=1), "one byte"),
        (by_size(states=0), "what the scans keep"),
        (by_size(judge="seen"), "of the starts that chose"),
        (by_size(up=True), "not room enough"),
        (by_size(change=lambda n, r, share: (n, r, share + 1)), "`share` is not"),
        (by_size(change=lambda n, r, share: (n, r + 9, share)), "`readers` is not"),
        (by_size(change=lambda n, r, share: (n + 1, r, share)), "You choose another net"),
        (lambda *inputs: choose_hybrid(*inputs)[:2], "3 values|asked for"),
    ],
}
