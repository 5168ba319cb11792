"""Solutions of the exercises of chapter 0: one right, at least five wrong ones for each."""

import math

import torch


def bills(amounts, prices, fees):
    return amounts @ prices.T + fees


def pairs_table(u, v):
    total = torch.zeros(u.shape[1], v.shape[1], dtype=u.dtype)
    for first, second in zip(u, v):
        total = total + torch.outer(first, second)
    return total


def most_alike(query, table):
    best, most = 0, -2.0
    for index, row in enumerate(table):
        lengths = float(row.norm() * query.norm())
        cosine = float(row @ query) / lengths if lengths > 0 else 0.0
        if cosine > most:
            best, most = index, cosine
    return best, most


def slopes(x, t, w, h):
    def error(w):
        return ((x @ w - t) ** 2).mean()

    found = torch.zeros_like(w)
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] = up[i] + h
        down[i] = down[i] - h
        found[i] = (error(up) - error(down)) / (2 * h)
    return found


def two_slopes(x, y):
    u = x * y + x**2
    return 2 * u * (y + 2 * x), 2 * u * x


def steps_to_fade(factor, share):
    steps = 0
    while factor**steps > share:
        steps += 1
    return steps


def luck(heads, flips):
    away = abs(heads - flips / 2) / (math.sqrt(flips) / 2)
    return ("luck" if away <= 2 else "not luck"), away


def stretch(table, x, steps):
    factors = []
    for each in (table, table + torch.eye(2, dtype=table.dtype)):
        arrow = x
        for _ in range(steps):
            before = arrow
            arrow = each @ arrow
        factors.append(float(arrow.norm() / before.norm()))
    return "a", *factors


REFERENCE = {
    "0.1": bills,
    "0.2": pairs_table,
    "0.3": most_alike,
    "0.4": slopes,
    "0.5": two_slopes,
    "0.6": steps_to_fade,
    "0.7": luck,
    "0.8": stretch,
}


def alike_by(score):
    def choose(query, table):
        cosine = torch.cosine_similarity(table, query[None])
        best = int(score(query, table).argmax())
        return best, float(cosine[best])

    return choose


def last_of_equals(query, table):
    cosine = torch.cosine_similarity(table, query[None])
    return int((cosine > cosine.max() - 1e-9).nonzero()[-1]), float(cosine.max())


def nudged(reset=True, both=True, mean=True, one_side=False):
    def slopes(x, t, w, h):
        def error(w):
            squares = (x @ w - t) ** 2
            return squares.mean() if mean else squares.sum()

        up, down, found = w.clone(), w.clone(), torch.zeros_like(w)
        for i in range(len(w)):
            if reset:
                up, down = w.clone(), w.clone()
            up[i] += h
            down[i] -= 0 if one_side else h
            found[i] = (error(up) - error(down)) / (2 * h if both else h)
        return found

    return slopes


def fade_by_log(rounding):
    return lambda factor, share: rounding(math.log(share) / math.log(factor))


def luck_with(spread, most=2, strict=False, sign=abs):
    def judge(heads, flips):
        away = sign(heads - flips / 2) / spread(flips)
        lucky = away < most if strict else away <= most
        return ("luck" if lucky else "not luck"), away

    return judge


def stretched(second=lambda table: table + torch.eye(2, dtype=table.dtype), more=0, of="factor"):
    def stretch(table, x, steps):
        found = []
        for each in (table, second(table)):
            arrow = x
            for _ in range(steps + more):
                before, arrow = arrow, each @ arrow
            length = {"factor": before.norm(), "all": x.norm(), "length": 1.0}[of]
            found.append(float(arrow.norm() / length))
        return "a", *found

    return stretch


WRONG = {
    "0.1": [
        (lambda amounts, prices, fees: amounts @ prices.T, "takes nothing still pays"),
        (lambda amounts, prices, fees: amounts @ prices.T + fees.sum(), "fees of all shops"),
        (lambda amounts, prices, fees: amounts @ prices.T - fees, "pay the fee to the customers"),
        (lambda *i: bills(*i[:2], i[1].shape[1] * i[2]), "once for each thing"),
        (lambda a, p, fees: (a[:, None] * p).mean(-1) + fees, "A bill is a sum"),
        (lambda *i: bills(*i).T, "it is transposed"),
        (lambda *i: bills(*i).sum(1), "was summed away"),
    ],
    "0.2": [
        (lambda u, v: torch.outer(u.sum(0), v.sum(0)), "only its own partner"),
        (lambda u, v: torch.outer(u[-1], v[-1]) if len(u) else u.T @ v, "the last pair alone"),
        (lambda u, v: torch.outer(u[0], v[0]) if len(u) else u.T @ v, "the first pair alone"),
        (lambda u, v: (u[:, :, None] * v[:, None]).mean(0), "that is an average"),
        (lambda u, v: v.T @ u, "it is transposed|right|wrong"),
        (lambda u, v: u[:, :, None] * v[:, None], "over the first axis"),
        (lambda u, v: u @ v.T, "shape|size|match"),
    ],
    "0.3": [
        (alike_by(lambda query, table: table @ query), "a long row wins"),
        (alike_by(lambda query, table: -(table - query).norm(dim=1)), "at the smallest distance"),
        (alike_by(lambda q, table: torch.cosine_similarity(table, q[None]).abs()), "point away"),
        (lambda *i: (most_alike(*i)[0] + 1, most_alike(*i)[1]), "count rows from 1"),
        (lambda query, table: (most_alike(query, table)[0], 1.0), "divide by both lengths"),
        (lambda q, t: (int((t @ q / t.norm(dim=1)).argmax()), 0.5), "NaN|no cosine|Right in"),
        (last_of_equals, "the first counts"),
    ],
    "0.4": [
        (nudged(reset=False, both=False, mean=False), "Which weights are nudged then"),
        (nudged(reset=False), "Which weights are nudged then"),
        (nudged(both=False, mean=False), "divide by half of it"),
        (nudged(both=False), "divide by half of it"),
        (nudged(mean=False), "The error is a mean"),
        (nudged(both=False, one_side=True), "to one side only"),
    ],
    "0.5": [
        (lambda x, y: (2 * (x * y + x**2),) * 2, "that of the inner step"),
        (lambda x, y: (y + 2 * x, x), "the slope of the square"),
        (lambda x, y: tuple(s / 2 for s in two_slopes(x, y)), "the 2 is missing"),
        (lambda x, y: (2 * (x * y + x**2) * y, 2 * (x * y + x**2) * x), "product with y"),
        (lambda x, y: (4 * (x * y + x**2) * x, 2 * (x * y + x**2) * x), "square of x"),
        (lambda x, y: two_slopes(x, y)[::-1], "in the wrong order"),
        (lambda x, y: two_slopes(x, y)[0], "asked for is"),
    ],
    "0.6": [
        (fade_by_log(math.floor), "one step is missing"),
        (lambda *i: fade_by_log(math.floor)(*i) + 1, "exactly the share is left"),
        (lambda *i: steps_to_fade(*i) + 1, "One step fewer|exactly the share"),
        (lambda factor, share: math.ceil((1 - share) / (1 - factor)), "the same amount away"),
        (lambda *i: -steps_to_fade(*i), "below 0"),
        (fade_by_log(float), "is whole"),
    ],
    "0.7": [
        (luck_with(math.sqrt), "half as far apart"),
        (luck_with(lambda flips: flips / 2), "not with their root"),
        (luck_with(lambda flips: math.sqrt(flips) / 2, sign=lambda d: d), "falls below 0"),
        (luck_with(lambda flips: math.sqrt(flips) / 2, strict=True), "Exactly 2 is at most 2"),
        (luck_with(lambda flips: math.sqrt(flips) / 2, most=3), "does not follow from it"),
        (lambda heads, flips: luck(heads, flips)[1], "asked for is"),
    ],
    "0.8": [
        (stretched(lambda table: table), "the same table again"),
        (lambda *i: ("a", stretch(*i)[1], stretch(*i)[1] + 1), "without measuring"),
        (stretched(more=1), "one step too many"),
        (stretched(of="all"), "growth over all steps"),
        (stretched(of="length"), "You return lengths"),
        (stretched(lambda table: table + 1), "on its diagonal only"),
        (lambda *i: ("the same", *stretch(*i)[1:]), "your prediction: one of"),
    ],
}

EQUAL = {
    "0.2": {
        "pairs_table: total = total + torch.outer(first, second) → "
        "total += torch.outer(first, second)": "the same sum, in place"
    },
    "0.3": {
        "most_alike: best, most = (0, -2.0) → best, most = (1, -2.0)": "any cosine is larger",
        "most_alike: best, most = (0, -2.0) → best, most = (-1, -2.0)": "any cosine is larger",
        "most_alike: best, most = (0, -2.0) → best, most = (0, -4.0)": "any cosine is larger",
        "most_alike: cosine = float(row @ query) / lengths if lengths > 0 else 0.0 → "
        "cosine = float(query @ row) / lengths if lengths > 0 else 0.0": "the same product",
    },
    "0.4": {
        "slopes: up[i] = up[i] + h → up[i] += h": "the same in Python",
        "slopes: down[i] = down[i] - h → down[i] -= h": "the same in Python",
    },
    "0.6": {"steps_to_fade: steps = 0 → steps = -1": "one step back too much is left, always"},
    "0.8": {
        "stretch: arrow = each @ arrow → arrow = arrow @ each": "the table is its own transpose"
    },
}
