"""Solutions of 20.4 to 20.6, starts, a built layer and heads: one right, many wrong ones."""

import torch


def best_starts(a, c, lr, steps):
    left = (1 - lr * a) ** steps
    heavy, light = a * left**2, a * left
    maml = (heavy * c).sum() / heavy.sum()
    first = (light * c).sum() / light.sum()
    plain = (a * c).sum() / a.sum()
    return maml, first, plain, (heavy * (maml - c) ** 2).mean() / 2


def look_that_learns(w, b, lr, decay, count):
    D = len(w)
    table = torch.eye(D + 2).double()  # the question's y is 0 in any case
    value = torch.cat([-w, torch.tensor([1.0, -b])]) * lr / count
    skip = torch.cat([(1 - lr * decay) * w, torch.tensor([0.0, b])])
    return table, table, value, skip


def head_looks(weights, tokens):
    H, T, _ = weights.shape
    before, after = torch.zeros(H).double(), torch.zeros(H).double()
    chance, asked = 0.0, 0
    for t in range(1, T):
        before += weights[:, t, t - 1]
        behind = [s + 1 for s in range(t) if tokens[s] == tokens[t]]
        if behind:
            asked += 1
            after += weights[:, t, behind].sum(1)
            chance += len(behind) / (t + 1)
    return before / max(1, T - 1), after / max(1, asked), chance / max(1, asked)


REFERENCE = {"20.4": best_starts, "20.5": look_that_learns, "20.6": head_looks}


def penned(maml=2, first=1, steep=True, step=-1.0, once=False, plain="steep", error="maml",
           half=0.5, total=False, before=False, flat=False, change=None):  # fmt: skip
    """By loops, with one thing changed; maml, first: powers of what the steps leave."""

    def wrong(a, c, lr, steps):
        rows = list(zip(a.tolist(), c.tolist()))
        kept = [(1 + step * lr * steepness) ** steps for steepness, _ in rows]
        short = [(1 + step * lr * steepness) ** min(once or steps, 9) for steepness, _ in rows]

        def mean(weights):
            return sum(w * place for w, (_, place) in zip(weights, rows)) / sum(weights)

        heavy = [(s if steep else 1) * k**maml for (s, _), k in zip(rows, short)]
        found = {
            "maml": mean(heavy),
            "first": mean([s * k**first for (s, _), k in zip(rows, kept)]),
            "plain": mean([s if plain == "steep" else 1 for s, _ in rows]),
        }
        losses = [
            half * (1 if flat else s) * (1 if before else k * k) * (found[error] - place) ** 2
            for (s, place), k in zip(rows, kept)
        ]
        answer = *found.values(), sum(losses) / (1 if total else len(rows))
        return change(*answer) if change else answer

    return wrong


def first_of_one(a, c, lr, steps):
    good = best_starts(a, c, lr, steps)
    w = a * (1 - lr * a)
    return good[0], (w * c).sum() / w.sum(), *good[2:]


def pieces(sign=1, mean=True, start=1, residual=1, shift=1, bias=True, decay=1, all_decay=False,
           double=1, change=None):  # fmt: skip
    """Q with D + 1 rows, with one thing changed."""

    def wrong(w, b, lr, rate, count):
        D = len(w)
        rows = torch.zeros(D + 1, D + 2).double()
        rows[:D, :D] = torch.eye(D)
        rows[D, D + 1] = 1.0 if bias else 0.0
        size = sign * double * lr / (count if mean else 1)
        value = torch.zeros(D + 2).double()
        value[:D], value[D], value[D + 1] = -residual * w, 1.0, -residual * shift * b
        skip = torch.zeros(D + 2).double()
        skip[:D] = start * (1 - decay * lr * rate) * w
        skip[D + 1] = start * b * ((1 - lr * rate) if all_decay else 1)
        found = 2 * rows, rows / 2, size * value, skip
        return change(*found) if change else found

    return wrong


def scanned(pairs=True, copies=True, behind=1, asked=True, own=1, mean=False, change=None):
    """By masks, with one thing changed."""

    def wrong(weights, tokens):
        T = len(tokens)
        same = (tokens[:, None] == tokens[None]).tril(-1)
        if not copies:
            for row in same:
                places = row.nonzero().flatten().tolist()
                row[:] = False
                row[places[-1:]] = True
        at = torch.zeros(T, T + 1).double()
        at[:, behind : T + behind] = same.double()
        count = same.sum(1).double()
        look = (weights * at[:, :T]).sum(2)
        look = look / count.clamp(min=1) if mean else look
        many = max(1, int((count > 0).sum())) if asked else T
        before = weights.diagonal(-1, 1, 2).sum(1) / (max(1, T - 1) if pairs else T)
        chance = (count / (torch.arange(T) + own).clamp(min=1)).sum() / many
        found = before, look.sum(1) / many, chance
        return change(*found) if change else found

    return wrong


WRONG = {
    "20.4": [
        (penned(maml=1, first=2, error="maml"), "are exchanged"),
        (penned(maml=1), "shrink once more"),
        (penned(once=1), "is for one step"),
        (penned(steep=False), "How steep a task is"),
        (penned(step=1.0), "up the slope"),
        (penned(step=-2.0), "is .*2 a"),
        (penned(first=0), "at\\* the moved weight"),
        (first_of_one, "Your `first` is for one step"),
        (penned(plain="even"), "the mean of the places"),
        (penned(before=True), "\\*after\\* the steps"),
        (penned(error="first"), "yours is that of `first`"),
        (penned(error="plain"), "yours is that of `plain`"),
        (penned(total=True), "a sum over the tasks"),
        (penned(half=1.0), "a factor ½"),
        (penned(flat=True), "grows with a"),
        (penned(change=lambda m, f, p, e: (m, f, p, 3 * e + 1)), "All but `error`"),
        (penned(change=lambda m, f, p, e: (m, f, p + 1, e)), "`plain` is not"),
        (penned(change=lambda m, f, p, e: (m, f + 1, p, e)), "`first` is not"),
        (penned(change=lambda m, f, p, e: (m + 1, f, p, e)), "`maml` is not"),
        (lambda *inputs: best_starts(*inputs)[:3], "4 values|asked for"),
    ],
    "20.5": [
        (pieces(sign=-1), "climbs the error"),
        (pieces(mean=False), "that of a sum"),
        (pieces(double=2), "twice too large"),
        (pieces(start=0), "the step alone"),
        (pieces(residual=0), "of a start at 0"),
        (pieces(shift=0), "`b` is missing"),
        (pieces(bias=False), "moves `w` alone"),
        (pieces(decay=0), "do not decay"),
        (pieces(decay=-1), "they grow"),
        (pieces(all_decay=True), "`b` decays as well"),
        (pieces(change=lambda q, k, v, s: (q, k, v, 3 * s)), "Write down the answer"),
        (pieces(change=lambda q, k, v, s: (q[:, :-1], k, v, s)), "a column for each"),
        (pieces(change=lambda q, k, v, s: (q, k[:-1], v, s)), "same number of rows"),
        (pieces(change=lambda q, k, v, s: (q, k, v[:-1], s)), "D \\+ 2 numbers each"),
        (pieces(change=lambda q, k, v, s: (q, k, v)), "Return 4 values"),
    ],
    "20.6": [
        (scanned(pairs=False), "only T − 1 places"),
        (scanned(copies=False), "one copy alone"),
        (scanned(behind=0), "the place behind"),
        (scanned(asked=False), "not over all"),
        (scanned(pairs=False, copies=False, behind=0, asked=False), "only T − 1 places"),
        (scanned(copies=False, asked=False), "one copy alone"),
        (scanned(behind=0, asked=False), "the place behind"),
        (scanned(mean=True), "not averaged"),
        (scanned(own=0), "look at itself"),
        (scanned(change=lambda b, a, c: (b, 2 * a + 1, c)), "`after` is not"),
        (scanned(change=lambda b, a, c: (b, a, 3 * c + 1)), "`chance` is not"),
        (scanned(change=lambda b, a, c: (2 * b + 1, a, c)), "`before` is not right"),
        (lambda *inputs: head_looks(*inputs)[:2], "3 values|asked for"),
    ],
}
