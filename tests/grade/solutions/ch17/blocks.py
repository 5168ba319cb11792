"""Solutions of 17.4 to 17.6, norms, maps and heads: one right, many wrong ones."""

import math

import torch


def choose_norm(start, branches, arrive, say):
    total = start + sum(branches)
    before, before_last = 1 / math.sqrt(total), branches[-1] / total
    after, size = 1.0, start
    for branch in branches:
        after /= math.sqrt(size + branch)
        after_last = branch / (size + branch)
        size = 1.0
    numbers = (before, before_last), (after, after_last)
    fits = tuple(a >= arrive - 1e-9 and b >= say - 1e-9 for a, b in numbers)
    names = {(True, True): "either", (True, False): "before", (False, True): "after"}
    choice = names.get(fits, "neither")
    return choice, before, before_last, after, after_last


def why_looked(scores, values, least):
    idle = shown = hidden = 0
    for z, v in zip(scores, values):
        y = z.softmax(0) @ v
        moved = []
        for place in range(len(z)):
            others = torch.arange(len(z)) != place
            moved.append((z[others].softmax(0) @ v[others] - y).norm())
        moved = torch.stack(moved)
        if moved.max() < least:
            idle += 1
        elif moved.argmax() == z.argmax():
            shown += 1
        else:
            hidden += 1
    return "map" if shown > idle + hidden else "removal", idle, shown, hidden


def left_over(weights, wanted):
    factors = torch.linalg.pinv(weights)[wanted]
    errors = ((factors @ weights - torch.eye(weights.shape[1])[wanted]) ** 2).sum(1)
    return "c", errors.mean(), errors.max()


REFERENCE = {"17.4": choose_norm, "17.5": why_looked, "17.6": left_over}


def stacked(
    final=True, power=-0.5, first=True, whole=True, share=None, strict=0.0, demands=(1, 1),
    swap=False, verdict=None, out=None,
):  # fmt: skip
    def choose_norm(start, branches, arrive, say):
        total = sum([start, *branches])
        sizes = [start if first else 1.0] + [1.0] * (len(branches) - 1)
        arrives = [
            total**power if final else 1.0,
            math.prod((size + b) ** power for size, b in zip(sizes, branches)),
        ]
        last = branches[-1]
        shares = [last / (total if whole else total - start), last / (sizes[-1] + last)]
        shares = [share(x) if share else x for x in shares]
        fits = [
            (a > arrive + strict - 1e-9 or not demands[0])
            and (b > say + strict - 1e-9 or not demands[1])
            for a, b in zip(arrives, shares)
        ]
        fits = fits[::-1] if swap else fits
        choice = (["neither", "after"], ["before", "either"])[fits[0]][fits[1]]
        choice = verdict(arrives) if verdict else choice
        answer = choice, arrives[0], shares[0], arrives[1], shares[1]
        return out(*answer) if out else answer

    return choose_norm


def sorted_looks(move=None, length=None, box=None, verdict=None, out=None):
    def why_looked(scores, values, least):
        counts = [0, 0, 0]
        for z, v in zip(scores, values):
            found = []
            p = z.softmax(0)
            for place in range(len(z)):
                rest = z.clone()
                rest[place] = -math.inf
                other = rest.softmax(0).nan_to_num(0.0) @ v
                found.append(move(z, p, v, place) if move else other - p @ v)
            sizes = torch.stack([(length or torch.linalg.norm)(x) for x in found])
            counts[(box or boxed)(sizes, z, least)] += 1
        judged = verdict(*counts) if verdict else counts[1] > counts[0] + counts[2]
        answer = "map" if judged else "removal", *counts
        return out(*answer) if out else answer

    return why_looked


def boxed(sizes, z, least):
    return 0 if sizes.max() < least else 1 if sizes.argmax() == z.argmax() else 2


def map_first(sizes, z, least):
    return 1 if sizes.argmax() == z.argmax() else 0 if sizes.max() < least else 2


def idle_at_top(sizes, z, least):
    return 0 if sizes[z.argmax()] < least else boxed(sizes, z, -1)


def at_zero(z, p, v, place):
    rest = z.clone()
    rest[place] = 0
    return rest.softmax(0) @ v - p @ v


def by_formula(z, p, v, place):
    """Right where a weight is not 1: y without the place is (y - p v) / (1 - p)."""
    y = p @ v
    return p[place] / (1 - p[place]) * (y - v[place])


def judged(rule=None, mean=None, out=None):
    def left_over(weights, wanted):
        targets = torch.eye(weights.shape[1]).double()
        kept = torch.linalg.pinv(weights, rtol=1e-9) @ weights
        errors = (rule or (lambda P, w: (1 - kept.diagonal())[w]))(weights, wanted)
        found = mean(errors) if mean else errors.mean()
        assert len(targets) == weights.shape[1]
        return out(found, errors) if out else ("a", found, errors.max())

    return left_over


def plain_guess(P, wanted):
    found = [min(float(((row - unit(P, j)) ** 2).sum()) for row in P) for j in wanted.tolist()]
    return torch.tensor(found)


def unit(P, j):
    return torch.eye(P.shape[1]).double()[j]


def one_head(P, wanted):
    found = [min(float(1 - row[j] ** 2 / (row**2).sum()) for row in P) for j in wanted.tolist()]
    return torch.tensor(found)


def wanted_alone(P, wanted):
    few = P[:, wanted]
    return 1 - (torch.linalg.pinv(few, rtol=1e-9) @ few).diagonal()


def in_full(P, wanted):
    found = []
    for j in wanted.tolist():
        row = P[P[:, j].argmax()]
        found.append(float((row**2).sum() / max(float(row[j]), 1e-9) ** 2 - 1))
    return torch.tensor(found)


def normal_equations(P, wanted):
    """Fails where two heads have the same weights."""
    factors = torch.linalg.inv(P @ P.T) @ P[:, wanted]
    return ((P.T @ factors - torch.eye(P.shape[1]).double()[:, wanted]) ** 2).sum(0)


def factors_make_one(P, wanted):
    """Lagrange: factors of sum 1."""
    H = len(P)
    system = torch.ones(H + 1, H + 1).double()
    system[:H, :H], system[H, H] = P @ P.T, 0
    goal = torch.cat([P[:, wanted], torch.ones(1, len(wanted))])
    a = (torch.linalg.pinv(system, rtol=1e-9) @ goal)[:H]
    return ((P.T @ a - torch.eye(P.shape[1]).double()[:, wanted]) ** 2).sum(0)


def all_tokens(P, wanted):
    return 1 - (torch.linalg.pinv(P, rtol=1e-9) @ P).diagonal()


WRONG = {
    "17.4": [
        (stacked(final=False), "a last norm stands behind"),
        (stacked(power=-1.0), "divide by a variance"),
        (stacked(first=False), "begins with the variance `start`"),
        (stacked(whole=False), "a part of the last sum too"),
        (stacked(share=math.sqrt), "Your shares are roots"),
        (stacked(demands=(1, 0)), "does not ask for the last branch"),
        (stacked(demands=(0, 1)), "the last branch alone"),
        (stacked(strict=1e-6), "Just what is demanded"),
        (stacked(verdict=lambda a: "before" if a[0] > a[1] else "after"), "Not the larger number"),
        (stacked(swap=True), "the wrong way round"),
        (stacked(verdict=lambda a: "either"), "does not follow from them"),
        (stacked(out=lambda c, a, b, x, y: (c, a, b, 2 * x, y)), "those of \\*after\\* are not"),
        (stacked(out=lambda c, a, b, x, y: (c, 2 * a, b, x, y)), "those of \\*before\\* are not"),
        (stacked(out=lambda c, a, b, x, y: (c, a, b / 2, x, y / 2)), "a share is not"),
        (stacked(out=lambda c, a, b, x, y: (c, a / 2, b, x / 2, y)), "Both shares are right"),
        (stacked(out=lambda c, a, b, x, y: (c, a, x)), "3 values"),
    ],
    "17.5": [
        (
            sorted_looks(lambda z, p, v, place: p[place] * v[place]),
            "the others keep their weights",
        ),
        (
            sorted_looks(lambda z, p, v, place: p[place] * (v[place] - p @ v)),
            "a small change of the score",
        ),
        (sorted_looks(at_zero), "A score of 0 is not"),
        (sorted_looks(length=lambda x: (x**2).sum()), "squares of lengths"),
        (sorted_looks(length=lambda x: x.abs().sum()), "in the single numbers"),
        (sorted_looks(box=map_first), "Look first whether anything"),
        (sorted_looks(box=idle_at_top), "\\*no\\* place moves"),
        (sorted_looks(verdict=lambda idle, shown, hidden: shown > hidden), "of \\*all\\* looks"),
        (
            sorted_looks(verdict=lambda idle, shown, hidden: shown >= idle + hidden),
            "Just half",
        ),
        (sorted_looks(verdict=lambda *counts: False), "does not follow"),
        (sorted_looks(out=lambda v, a, b, c: (v, a, b, c + a + 1)), "do not hold all"),
        (sorted_looks(out=lambda v, a, b, c: (v, a, c, b)), "are sorted otherwise"),
        (sorted_looks(box=lambda sizes, z, least: boxed(sizes, z, 2 * least)), "too many idle"),
        (sorted_looks(by_formula), "too many idle|otherwise|NaN|the counts are not"),
        (sorted_looks(out=lambda *answer: answer[1:]), "3 values"),
    ],
    "17.6": [
        (judged(plain_guess), "as it is for the guess"),
        (judged(one_head), "from one head alone"),
        (judged(wanted_alone), "count the wanted tokens only"),
        (judged(in_full), "comes in full"),
        (judged(factors_make_one), "The factors of your sums make 1"),
        (judged(all_tokens), "You judge all tokens"),
        (judged(mean=torch.sum), "add up the errors"),
        (
            judged(out=lambda m, e: ("a", e.clamp(min=0).sqrt().mean(), e.max() ** 0.5)),
            "roots of the errors",
        ),
        (judged(out=lambda m, e: ("c", m, e.min())), "the best of the wanted lists"),
        (judged(normal_equations), "stopped with|not the right one|NaN"),
        (judged(out=lambda m, e: ("c", m + 0.1, e.max())), "Look at the error first"),
        (judged(out=lambda m, e: ("c", m, e.max() + 0.1)), "Look at the worst first"),
        (judged(out=lambda m, e: ("yes", m, e.max())), "your prediction: one of"),
        (judged(out=lambda m, e: (m, e.max())), "your prediction first"),
    ],
}
