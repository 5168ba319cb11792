"""Solutions of 20.7 to 20.9, best of n, DPO and judges: one right, many wrong ones."""

import math

import torch


def best_of_n(ref, learned, true, n):
    policy = torch.zeros_like(ref)
    for m in range(len(ref)):
        worse = ref[learned < learned[m]].sum()
        alike = ref[learned == learned[m]].sum()
        if alike > 0:
            policy[m] = ((worse + alike) ** n - worse**n) * ref[m] / alike
    kept = policy > 0
    kl = (policy[kept] * torch.log(policy[kept] / ref[kept])).sum()
    return policy, kl, policy @ true


def dpo_slope(scores, ref, won, lost, beta, wrong):
    moved = scores - ref
    d = beta * (moved[won] - moved[lost])
    log_up = torch.nn.functional.logsigmoid(d)
    log_down = torch.nn.functional.logsigmoid(-d)
    loss = -((1 - wrong) * log_up + wrong * log_down).mean()
    push = beta * (torch.sigmoid(d) - (1 - wrong)) / len(d)
    slope = torch.zeros_like(scores)
    for a, b, force in zip(won, lost, push):
        slope[a] += force
        slope[b] -= force
    return loss, slope


def choose_judge(a_first, b_first, people, cost):
    H, P = people.shape
    most = 2 * people.sum(0) > H
    right = ((a_first == most).double() + (b_first == most).double()) / 2
    agreement = right.mean(1)
    lean = (a_first.double().mean(1) + 1 - b_first.double().mean(1)) / 2 - 0.5
    level = 0.0
    for person in people:
        others = people.sum(0) - person.long()
        for said, count in zip(person.tolist(), others.tolist()):
            if 2 * count == H - 1:
                level += 0.5
            else:
                level += said == (2 * count > H - 1)
    level = level / (H * P)
    good = [n for n in range(len(cost)) if agreement[n] >= level - 1e-9]
    place = min(good, key=lambda n: cost[n].item()) if good else -1
    return place, agreement, lean, level


REFERENCE = {"20.7": best_of_n, "20.8": dpo_slope, "20.9": choose_judge}


def by_levels(more=0, tie="share", low=False, dense=False, kl=None, paid=False, change=None):
    """Reward by reward, with one thing changed."""

    def wrong(ref, learned, true, n):
        n = max(1, n + more)
        sign = -1 if low else 1
        policy = torch.zeros_like(ref)
        below = 0.0
        for level in sorted({sign * r for r in learned.tolist()}):
            here = (sign * learned == level).nonzero().flatten()
            mass = ref[here].sum()
            part = (below + mass) ** n - below**n
            if tie == "first":
                policy[here[0]] = part
            elif tie == "even":
                policy[here] = part / len(here)
            elif tie == "each":
                policy[here] = (below + ref[here]) ** n - below**n
            elif mass > 0:
                policy[here] = part * ref[here] / mass
            if dense:
                policy[here] = ref[here] * (below + mass) ** (n - 1)
            below = below + mass
        policy = policy / policy.sum() if dense else policy
        away = torch.special.xlogy(policy, policy / ref.clamp(min=1e-300)).sum()
        away = kl(policy, ref, n) if kl else away
        found = policy, away, policy @ (learned if paid else true)
        return change(*found) if change else found

    return wrong


def backwards(policy, ref, n):
    return torch.special.xlogy(ref, ref / policy.clamp(min=1e-300)).sum()


def by_autograd(forget=False, weigh=False, turned=False, use_ref=1, total=False, change=None):
    """The slope by torch, with one thing changed."""

    def wrong(scores, ref, won, lost, beta, error):
        s = scores.clone().requires_grad_()
        error = 0.0 if forget else error
        log_p = s - s.logsumexp(0)
        d = beta * ((log_p[won] - log_p[lost]) - use_ref * (ref[won] - ref[lost]))
        d = -d if turned else d
        plus, minus = (torch.nn.functional.softplus(v) for v in (-d, d))
        each = (1 - 2 * error) * plus if weigh else (1 - error) * plus + error * minus
        loss = each.sum() if total else each.mean()
        loss.backward()
        found = loss.item(), s.grad
        return change(*found, scores, beta) if change else found

    return wrong


def overwritten(scores, ref, won, lost, beta, wrong):
    loss, _ = dpo_slope(scores, ref, won, lost, beta, wrong)
    d = beta * (scores[won] - ref[won] - scores[lost] + ref[lost])
    push = (beta * (torch.sigmoid(d) - (1 - wrong)) / len(d)).tolist()
    slope = torch.zeros_like(scores)
    for index, sign in ((won, 1), (lost, -1)):
        last = dict(zip(index.tolist(), push))
        for place, value in last.items():
            slope[place] += sign * value
    return loss, slope


def rounded(scores, ref, won, lost, beta, wrong):
    _, slope = dpo_slope(scores, ref, won, lost, beta, wrong)
    d = beta * (scores[won] - ref[won] - scores[lost] + ref[lost])
    up, down = torch.sigmoid(d).log(), torch.sigmoid(-d).log()
    return -((1 - wrong) * up + wrong * down).mean(), slope


def counted(orders="both", twice=0.5, drop=False, others=True, even=0.5, pick="cheap", edge=-1e-9,
            middle=0.5, of_a=False, change=None):  # fmt: skip
    """Pair by pair, with one thing changed."""

    def wrong(a_first, b_first, people, cost):
        H, P = people.shape
        most = [2 * sum(column) > H for column in people.T.tolist()]
        agreement, lean = [], []
        for one, two in zip(a_first.tolist(), b_first.tolist()):
            marks = []
            for p in range(P):
                if orders == "one":
                    marks.append(float(one[p] == most[p]))
                elif one[p] != two[p]:
                    marks += [] if drop else [twice]
                else:
                    marks.append(float(one[p] == most[p]))
            agreement.append(sum(marks) / max(1, len(marks)))
            said = sum(one) + (sum(two) if of_a else P - sum(two))
            lean.append(said / (2 * P) - (0.5 if of_a else middle))
        level = []
        for h in range(H):
            for p in range(P):
                rest = [people[g, p].item() for g in range(H) if g != h or not others]
                agrees = people[h, p].item() == (2 * sum(rest) > len(rest))
                level.append(even if 2 * sum(rest) == len(rest) else float(agrees))
        level = sum(level) / len(level)
        good = [n for n, share in enumerate(agreement) if share >= level + edge]
        place = -1
        if good:
            place = {
                "cheap": min(good, key=lambda n: (cost[n].item(), n)),
                "dear": min(good, key=lambda n: (-cost[n].item(), n)),
                "best": min(good, key=lambda n: (-round(agreement[n], 9), n)),
            }[pick]
        found = place, agreement, lean, level
        return change(*found) if change else found

    return wrong


WRONG = {
    "20.7": [
        (by_levels(low=True), "\\*lowest\\*"),
        (by_levels(more=1), "n \\+ 1 draws"),
        (by_levels(more=-1), "n − 1 draws"),
        (by_levels(tie="first"), "do not share"),
        (by_levels(tie="even"), "equal parts"),
        (by_levels(tie="each"), "does not sum to 1"),
        (by_levels(dense=True), "made for a density"),
        (by_levels(kl=lambda p, q, n: math.log(n) - (n - 1) / n), "no two draws are alike"),
        (by_levels(kl=backwards), "the other way round"),
        (by_levels(paid=True), "is the learned one"),
        (by_levels(change=lambda p, k, r: (p, k, r + 1)), "`reward` is not"),
        (by_levels(change=lambda p, k, r: (p, k + 1, r)), "`kl` is not"),
        (by_levels(change=lambda p, k, r: (p.flip(0) + 1, k, r)), "none of n draws"),
        (lambda *inputs: best_of_n(*inputs)[:2], "3 values|asked for"),
    ],
    "20.8": [
        (by_autograd(forget=True), "You forget that some"),
        (by_autograd(weigh=True), "\\*other\\* sentence"),
        (by_autograd(turned=True), "are exchanged"),
        (by_autograd(use_ref=0), "`ref` is missing"),
        (by_autograd(use_ref=-1), "where it is taken off"),
        (by_autograd(total=True), "a sum over the pairs"),
        (by_autograd(change=lambda v, g, s, beta: (v, g / beta)), "beta\\$ is missing"),
        (overwritten, "in several pairs"),
        (
            by_autograd(change=lambda v, g, s, beta: (v, g - g * s.softmax(0))),
            "softmax's sum drops out",
        ),
        (rounded, "does not round σ first"),
        (by_autograd(change=lambda v, g, s, beta: (v, g * g + 1)), "the slope of the loss by d"),
        (by_autograd(change=lambda v, g, s, beta: (2 * v + 1, g)), "Work out d"),
        (lambda *inputs: dpo_slope(*inputs)[:1], "2 values|asked for"),
    ],
    "20.9": [
        (counted(orders="one"), "each judge once"),
        (counted(twice=0.0), "with you nothing"),
        (counted(drop=True), "contradicts itself"),
        (counted(others=False), "Only the others count"),
        (counted(even=0.0), "are even. It is one half"),
        (counted(pick="best"), "You take the best"),
        (counted(pick="dear"), "the dearest"),
        (counted(edge=1e-9), "just as good as a person"),
        (counted(middle=0.0), "a lean of 0"),
        (counted(of_a=True), "You count answers for A"),
        (counted(change=lambda p, a, n, v: (p + 1, a, n, v)), "All but `place`"),
        (counted(change=lambda p, a, n, v: (p, a, [x * x + 1 for x in n], v)), "`lean` is not"),
        (counted(change=lambda p, a, n, v: (p, a, n, v / 2 - 1)), "`level` is not"),
        (counted(change=lambda p, a, n, v: (p, [x * x + 1 for x in a], n, v)), "is not right"),
        (lambda *inputs: choose_judge(*inputs)[:3], "4 values|asked for"),
    ],
}
