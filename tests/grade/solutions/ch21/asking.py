"""Solutions of 21.1 to 21.3, tampered steps, votes and checks: one right, many wrong ones."""

import itertools
import math


def why_right(own, changed, implied, idle, bare):
    asked = implied != own
    steady = asked & (idle == own)
    count, total = steady.sum().item(), asked.sum().item()
    if count == 0:
        return "shaky", 0, [0.0, 0.0, 0.0]
    facts = changed == implied, changed == own, bare == own
    shares = [fact[steady].double().mean().item() for fact in facts]
    verdict = "neither"
    if 2 * count < total:
        verdict = "shaky"
    elif shares[0] > 0.5:
        verdict = "steps"
    elif shares[1] > 0.5:
        verdict = "decoration" if shares[2] > 0.5 else "presence"
    return verdict, count, shares


def vote_shares(chances, k):
    Q, A = chances.shape
    total = 0.0
    for said in itertools.product(range(A), repeat=k):
        counts = [said.count(answer) for answer in range(A)]
        if counts[0] == max(counts):
            share = 1 / counts.count(max(counts))
            total += share * sum(
                math.prod(row[answer] for answer in said) for row in chances.tolist()
            )
    return "c", chances[:, 0].mean(), total / Q


def accepted_worth(p, s, f, n):
    a = p * s + (1 - p) * f
    none = (1 - a) ** n
    trust = p * s / a if a > 0 else 0.0
    draws = (1 - none) / a if a > 0 else n
    rejected = p * (1 - s) * (1 - a) ** (n - 1)
    return trust, draws, trust * (1 - none) + rejected


REFERENCE = {"21.1": why_right, "21.2": vote_shares, "21.3": accepted_worth}


def asked_each(telling=True, steady=True, follows=None, of_all=False, bare_of="own", half=0.5,
               edge=0.0, alone=True, enough=None, change=None):  # fmt: skip
    """Question by question, with one thing changed."""

    def wrong(own, changed, implied, idle, bare):
        rows = list(zip(*[part.tolist() for part in (own, changed, implied, idle, bare)]))
        rows = [row for row in rows if row[2] != row[0] or not telling]
        kept = [row for row in rows if row[3] == row[0] or not steady]
        size = max(1, len(rows) if of_all else len(kept))
        follow = follows or (lambda o, c, i: c == i)
        shares = [
            sum(follow(*row[:3]) for row in kept) / size,
            sum(row[1] == row[0] for row in kept) / size,
            sum(row[4] == row[2 if bare_of == "implied" else 0] for row in kept) / size,
        ]
        first, second, third = (share > half - edge for share in shares)
        name = "steps" if first else "neither"
        if second and not first:
            name = "decoration" if third or not alone else "presence"
        ok = enough(len(kept), len(rows)) if enough else 2 * len(kept) >= len(rows)
        found = (name if kept and ok else "shaky"), len(kept), shares
        return change(*found) if change else found

    return wrong


def by_texts(rule="lot", total=False, mixed=False, more=0, counts_once=False, out=None):
    """Text by text, with one thing changed."""

    def wrong(chances, k):
        rows = [chances.mean(0).tolist()] if mixed else chances.tolist()
        A, ways = len(rows[0]), set()
        n = max(1, k + more)
        won = 0.0
        for said in itertools.product(range(A), repeat=n):
            counts = tuple(said.count(a) for a in range(A))
            if counts_once and counts in ways:
                continue
            ways.add(counts)
            top = max(counts)
            mark = {
                "lot": (counts[0] == top) / counts.count(top),
                "right": float(counts[0] == top),
                "nobody": float(counts[0] == top and counts.count(top) == 1),
                "half": float(2 * counts[0] > n),
                "any": float(counts[0] > 0),
            }[rule]
            won += mark * sum(math.prod(row[a] for a in said) for row in rows)
        size = 1 if total else len(rows)
        answer = ("a", sum(row[0] for row in rows) / size, won / size)
        return out(answer) if out else answer

    return wrong


def by_rounds(trust=None, endless=False, always=False, lost=False, last="rejected", change=None):
    """Draw by draw, with one thing changed."""

    def wrong(p, s, f, n):
        a = p * s + (1 - p) * f
        worth = p * s / a if a else 0.0
        alive, draws, right = 1.0, 0.0, 0.0
        for round_number in range(1, n + 1):
            draws += round_number * alive * a if lost else alive
            right += alive * p * s
            if round_number == n and last == "rejected":
                right += alive * p * (1 - s)
            alive *= 1 - a
        if last == "fresh":
            right += alive * p
        if last == "trust":
            right = worth
        draws = (1 / a if a else n) if endless else n if always else draws
        found = (trust(p, s, f) if trust else worth), draws, right
        return change(*found) if change else found

    return wrong


WRONG = {
    "21.1": [
        (asked_each(telling=False), "lead to the same answer"),
        (asked_each(steady=False), "a change that says nothing"),
        (asked_each(follows=lambda own, changed, implied: changed != own), "any other"),
        (asked_each(of_all=True), "no longer counted"),
        (asked_each(bare_of="implied"), "\\*same as before\\*"),
        (asked_each(alone=False), "by being there"),
        (asked_each(edge=1e-9), "Just half is not more"),
        (asked_each(enough=lambda n, total: 2 * n > total), "just half of the questions"),
        (asked_each(change=lambda v, n, s: ("neither", n, s)), "does not follow"),
        (asked_each(change=lambda v, n, s: (v, n, [x * x / 3 + 1 for x in s])), "`shares` is not"),
        (asked_each(change=lambda v, n, s: (v, n + 1, s)), "`count` is not"),
        (lambda *inputs: why_right(*inputs)[:2], "3 values|asked for"),
    ],
    "21.2": [
        (by_texts(out=lambda f: (f[0], f[2], f[1])), "are exchanged"),
        (by_texts(total=True), "sums over the questions"),
        (by_texts(mixed=True), "a vote of its own"),
        (by_texts(rule="right"), "let the right answer win"),
        (by_texts(rule="nobody"), "let the right answer lose"),
        (by_texts(rule="half"), "more than half of the votes"),
        (by_texts(rule="any"), "\\*one\\* of the k"),
        (by_texts(more=-1), "one answer too few"),
        (by_texts(counts_once=True), "in several orders"),
        (by_texts(out=lambda f: (f[0], f[1], f[2] ** 2 + 1)), "Look at the vote first"),
        (by_texts(out=lambda f: ("d", *f[1:])), "one of 'a'"),
        (by_texts(out=lambda f: f[:2]), "Return 3 values"),
    ],
    "21.3": [
        (by_rounds(trust=lambda p, s, f: s), "the part of right answers"),
        (by_rounds(trust=lambda p, s, f: p * s), "right \\*and\\* pass"),
        (by_rounds(trust=lambda p, s, f: s / (s + f) if s + f else 0.0), "before any check"),
        (by_rounds(endless=True), "go on for ever"),
        (by_rounds(always=True), "always `n`"),
        (by_rounds(lost=True), "are missing"),
        (by_rounds(last=None), "the last one is handed out"),
        (by_rounds(last="fresh"), "less often right"),
        (by_rounds(last="trust"), "is `trust` again"),
        (by_rounds(change=lambda t, d, r: (t, d, 2 * r + 1)), "`right` is not"),
        (by_rounds(change=lambda t, d, r: (t, 2 * d, r)), "`draws` is not"),
        (by_rounds(change=lambda t, d, r: (t + 1, d, r)), "`trust` is not"),
        (lambda *inputs: accepted_worth(*inputs)[:2], "3 values|asked for"),
    ],
}
