"""Solutions of 18.6 to 18.9, refusing, jumps, bars and mixtures: one right, many wrong ones."""

import math
from itertools import pairwise

import torch


def choose_limit(doubt, right, lie, cut):
    value = [1.0 if fine else -lie for fine in right.tolist()]
    doubt = doubt.tolist()
    limit, most = -1.0, 0.0
    for candidate in sorted(doubt[:cut]):
        total = sum(v for d, v in zip(doubt[:cut], value) if d <= candidate)
        if total > most + 1e-9:
            limit, most = candidate, total
    count = len(doubt) - cut
    with_limit = sum(v for d, v in zip(doubt[cut:], value[cut:]) if d <= limit) / count
    without = sum(value[cut:]) / count
    return "refuse" if with_limit > without + 1e-9 else "answer", limit, with_limit, without


def why_jumped(right):
    def jump(course):
        return max(0.0, course.diff().max().item())

    shares = right.double().mean(1)
    way = torch.linspace(0, 1, len(shares)).double()[:, None]
    lines = shares[0] + way * (shares[-1] - shares[0])
    exact = jump(right.all(2).double().mean(1))
    product, even = jump(shares.prod(1)), jump(lines.prod(1))
    verdict = "together"
    if exact == 0:
        verdict = "none"
    elif even >= exact / 2 - 1e-9:
        verdict = "measure"
    elif product >= exact / 2 - 1e-9:
        verdict = "digits"
    return verdict, exact, product, even


def ahead(a, b):
    a, b = a.double(), b.double()
    n, d = len(a), a - b
    difference = d.mean().item()
    apart = math.sqrt(sum(x.mean().item() * (1 - x.mean().item()) for x in (a, b)) / n)
    spread = (d**2).mean().item() - difference**2
    paired = math.sqrt(spread / n)
    needed = 0
    if difference != 0:
        needed = max(1, math.ceil(4 * spread / difference**2 - 1e-9))
    verdict = "level"
    if abs(difference) > 2 * paired + 1e-9:
        verdict = "a" if difference > 0 else "b"
    return verdict, apart, paired, needed


def mix(sizes, shares, total, most):
    limits = [most * size for size in sizes]
    parts = [n for n, share in enumerate(shares) if share > 0]
    parts.sort(key=lambda n: limits[n] / shares[n])  # in the order in which they become full
    read, left, weight = [0.0] * len(sizes), total, 1.0
    for n in parts:
        read[n] = min(limits[n], left * shares[n] / weight)
        left, weight = left - read[n], weight - shares[n]
    first = parts[0]
    return read, limits[first] / shares[first], left


REFERENCE = {"18.6": choose_limit, "18.7": why_jumped, "18.8": ahead, "18.9": mix}


def limited(by="first", cost=True, mean=False, edge=True, last=False, silent=True, among=False,
            known=False, under=False, listed=False, ties=False, zero=False, out=None):  # fmt: skip
    """Trying all limits, with one thing changed."""

    def choose_limit(doubt, right, lie, cut):
        spans = {"first": slice(cut), "rest": slice(cut, None), "all": slice(None)}
        value = torch.where(right, 1.0, -lie).double()
        order = list if listed else sorted
        seen, paid = doubt[spans[by]], (value if cost else value.clamp(min=0))[spans[by]]
        best = -math.inf, -1.0
        for limit in ([-1.0] if silent else []) + order(dict.fromkeys(seen.tolist())):
            spoken = seen <= limit if edge else seen < limit
            total = paid[spoken].sum().item()
            total = total / max(1, int(spoken.sum())) if mean else total
            if total > best[0] + (-1e-9 if last else 1e-9):
                best = total, limit
        limit = best[1]
        judged = spans["first" if known else "rest"]
        spoken, value = doubt[judged] <= limit - 1e-9 * under, value[judged]
        kept = value[spoken].sum().item() / (max(1, int(spoken.sum())) if among else len(value))
        free = value.mean().item()
        better = kept > 0 if zero else kept > free - 1e-9 if ties else kept > free + 1e-9
        found = "refuse" if better else "answer", limit, kept, free
        return out(*found) if out else found

    return choose_limit


def jumped(gain="rise", joined="product", even="product", steps=-1, end=None, exact=None,
           line="digits", order="measure", edge=1e-9, out=None):  # fmt: skip
    """Course by course, with one thing changed."""

    def why_jumped(right):
        def jump(course):
            rises = [b - a for a, b in pairwise(course)]
            if gain == "whole":
                return max(0.0, course[-1] - course[0])
            return max(map(abs, rises)) if gain == "either" else max([0.0, *rises])

        def join(rows, how):
            if how == "power":
                return [(sum(row) / len(row)) ** len(row) for row in rows]
            return [math.prod(row) for row in rows]

        shares = right.double().mean(1).tolist()
        S = len(shares)
        goal = shares[-1] if end is None else [end] * len(shares[0])
        lines = [[a + s / (S + steps) * (b - a) for a, b in zip(shares[0], goal)] for s in range(S)]
        whole = exact(right) if exact else right.all(2).double().mean(1)
        first, product = jump(whole.tolist()), jump(join(shares, joined))
        control = jump(join(lines, joined if joined == "power" else even))
        if line == "product":
            ends = join([shares[0], shares[-1]], "product")
            control = max(0.0, ends[1] - ends[0]) / (S - 1)
        claims = {"measure": control, "digits": product}
        names = ["measure", "digits"] if order == "measure" else ["digits", "measure"]
        verdict = "digits" if order == "two" else "together"
        names = ["measure"] if order == "two" else names
        fits = [name for name in names if claims[name] >= first / 2 - edge]
        verdict = "none" if first == 0 else fits[0] if fits else verdict
        found = verdict, first, product, control
        return out(*found) if out else found

    return why_jumped


def compared(bar="plain", two="both", unit=1, by="paired", need="paired", bars=2, judge=2,
             root=False, up=True, verdict=None, out=None):  # fmt: skip
    """By counting the four kinds of questions, with one thing changed."""

    def ahead(a, b):
        n = len(a)
        p, q = a.double().mean().item(), b.double().mean().item()
        only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
        lead = (only_a - only_b) / n
        single = (only_a + only_b) / n - (0 if bar == "squares" else lead**2)
        single *= n / max(1, n - 1) if bar == "unbiased" else 1
        paired = math.sqrt(max(0.0, single) / (1 if bar == "single" else n))
        apart = math.sqrt((p * (1 - p) + q * (1 - q)) / n)
        if two != "both":
            roots = [math.sqrt(share * (1 - share) / n) for share in (p, q)]
            apart = sum(roots) if two == "sum" else roots[0]
        if bar == "variance":
            paired, apart = paired**2, apart**2
        known = {"paired": paired, "apart": apart}
        needed = 0
        if lead:
            ratio = bars * known[need] / abs(lead)
            ratio = n * (ratio if root else ratio**2)
            needed = max(1, math.ceil(ratio - 1e-9) if up else int(ratio))
        says = "level"
        if abs(lead) > judge * known[by] + 1e-9:
            says = "a" if lead > 0 else "b"
        says = verdict(says, lead) if verdict else says
        found = says, unit * apart, unit * paired, needed
        return out(*found) if out else found

    return ahead


def poured(rounds=99, weigh="shares", most_of=True, limit=True, unread=True, largest="first",
           out=None):  # fmt: skip
    """Passing on round by round what is too much, with one thing changed."""

    def mix(sizes, shares, total, most):
        room = [size * (most if most_of else 1) for size in sizes]
        read = [total * share for share in shares]
        kinds = {"shares": shares, "sizes": sizes, "even": [1] * len(sizes)}
        left = 0.0
        for turn in range(rounds + 1):
            left = sum(max(0.0, mine - most) for mine, most in zip(read, room)) if limit else 0
            if left <= 1e-9 * total:
                break
            read = [min(*pair) for pair in zip(read, room)]
            if turn == rounds:
                break
            open_parts = [n for n in range(len(sizes)) if shares[n] and read[n] < room[n] - 1e-9]
            if not open_parts:
                break
            whole = sum(kinds[weigh][n] for n in open_parts)
            for n in open_parts:
                read[n] += left * kinds[weigh][n] / whole
        rest = total - sum(read)
        tops = [size / share for size, share in zip(room, shares) if share]
        best = {
            "first": min(tops),
            "last": max(tops),
            "all": sum(size for size, share in zip(room, shares) if share),
            "once": min(tops) / most,
            "small": min((s, s / share) for s, share in zip(room, shares) if share)[1],
        }[largest]
        found = read, best, rest if unread and rest > 1e-9 * total else 0.0
        return out(*found) if out else found

    return mix


def without_limit(sizes, shares, total, most):
    return [total * share for share in shares], *mix(sizes, shares, total, most)[1:]


WRONG = {
    "18.6": [
        (limited(by="all"), "choose the limit by all questions"),
        (limited(by="rest"), "that are to judge"),
        (limited(cost=False), "a wrong answer costs nothing"),
        (limited(mean=True), "by the mean of what is answered"),
        (limited(edge=False), "is not above it"),
        (limited(last=True), "you take the largest"),
        (limited(listed=True), "comes first in `doubt`"),
        (limited(silent=False), "to refuse everything"),
        (limited(among=True), "counts 0, and counts"),
        (limited(known=True), "questions that chose it"),
        (limited(under=True), "just the limit is answered"),
        (limited(ties=True), "Just as much is not better"),
        (limited(zero=True), "\\*without\\* it"),
        (limited(out=lambda v, *rest: ("answer", *rest)), "does not follow"),
        (limited(out=lambda v, a, b, c: (v, a, b + 1, c)), "count with it is not"),
        (limited(out=lambda v, a, b, c: (v, a + 1, b, c)), "is not the one asked for"),
        (lambda *inputs: choose_limit(*inputs)[1:], "4 values|asked for"),
    ],
    "18.7": [
        (jumped(gain="whole"), "rises from the first look to the last"),
        (jumped(gain="either"), "count falls as jumps"),
        (jumped(joined="power"), "`product` is the mean share"),
        (jumped(even="power"), "For `even` you take a power"),
        (jumped(steps=0), "do not reach the last look"),
        (jumped(end=1.0), "lines end at 1"),
        (jumped(line="product"), "line through the product"),
        (jumped(exact=lambda right: right.double().mean((1, 2))), "mean share of right digits"),
        (jumped(exact=lambda right: right.any(2).double().mean(1)), "One is not enough"),
        (jumped(order="digits"), "in the order of the list"),
        (jumped(edge=-1e-9), "Just half is enough"),
        (jumped(order="two"), "There is a last line"),
        (jumped(out=lambda v, *rest: ("none", *rest)), "does not follow"),
        (jumped(out=lambda v, a, b, c: (v, a, b, c + 1)), "`even` is not"),
        (jumped(out=lambda v, a, b, c: (v, a, b + 1, c)), "`product` is not"),
        (jumped(out=lambda v, a, b, c: (v, a + 1, b, c)), "`jump` is not"),
    ],
    "18.8": [
        (compared(bar="unbiased"), "divides by n − 1"),
        (compared(bar="squares"), "square of the mean is still in it"),
        (compared(bar="single"), "how much single questions vary"),
        (compared(two="sum"), "adds up two standard errors"),
        (compared(two="one"), "the bar of one model"),
        (compared(bar="variance"), "These are variances"),
        (compared(unit=100), "points of a hundred"),
        (compared(by="apart", need="apart"), "You judge by `apart`"),
        (compared(need="apart"), "take the bar of the pairs"),
        (compared(bars=1, judge=1), "from \\*two\\* of them on"),
        (compared(bars=1), "you ask for one bar"),
        (compared(root=True), "with the \\*root\\*"),
        (compared(up=False), "still wider"),
        (
            compared(verdict=lambda says, d: "level" if d == 0 else "a" if d > 0 else "b"),
            "is \\*level\\*",
        ),
        (compared(verdict=lambda says, d: says if d > 0 else "level"), "may be ahead, too"),
        (compared(verdict=lambda says, d: "b"), "does not follow"),
        (compared(out=lambda v, a, p, n: (v, a, p, n + 1)), "`needed` is not"),
        (compared(out=lambda v, a, p, n: (v, a, 3 * p + 1, n)), "Write \\$d\\$"),
        (compared(out=lambda v, a, p, n: (v, a + 1, p, n)), "`apart` is not"),
        (lambda a, b: ahead(a, b)[:3], "4 values|asked for"),
    ],
    "18.9": [
        (without_limit, "more often than is allowed"),
        (poured(rounds=0), "is lost in yours"),
        (poured(rounds=1), "only once"),
        (poured(weigh="even"), "evenly in yours"),
        (poured(weigh="sizes"), "by their sizes"),
        (poured(most_of=False), "be read once"),
        (poured(unread=False), "some of the total is left"),
        (poured(largest="all"), "all there is to read"),
        (poured(largest="once"), "In `largest` each part"),
        (poured(largest="last"), "full last"),
        (poured(largest="small"), "of the smallest part"),
        (poured(out=lambda r, g, left: (r, g + 1e13, left)), "`largest` is not"),
        (poured(out=lambda r, g, left: (r, g, left + 1e13)), "`left` is not"),
        (
            poured(out=lambda r, g, left: ([x / 2 for x in r], g, left + 1e13)),
            "until no part has more",
        ),
        (lambda *inputs: mix(*inputs)[:2], "3 values|asked for"),
    ],
}
