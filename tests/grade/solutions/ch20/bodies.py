"""Solutions of 20.1 to 20.3, controls, adapters and splits: one right, many wrong ones."""

import itertools
import math
import statistics

import torch


def why_better(trained, dealt, scratch, as_it_was):
    def against(a, b):
        gaps = a - b
        return gaps.mean().item(), gaps.std().item() / math.sqrt(len(gaps))

    def ahead(a, b):
        gap, error = against(a, b)
        return gap > 2 * error + 1e-9

    rows = [against(trained, scratch), against(trained, dealt), against(dealt, scratch)]
    gaps, errors = zip(*rows)
    verdict = "features"
    if ahead(scratch, trained):
        verdict = "harm"
    elif not ahead(trained, as_it_was):
        verdict = "needless"
    elif not ahead(trained, scratch):
        verdict = "nothing"
    elif not ahead(trained, dealt):
        verdict = "size"
    elif ahead(dealt, scratch):
        verdict = "both"
    return verdict, gaps, errors


def adapters(x, weight, down, up, who, alpha, grad):
    scale = alpha / down.shape[1]
    y, to_x = x @ weight.T, grad @ weight
    to_down, to_up = torch.zeros_like(down), torch.zeros_like(up)
    for n, k in enumerate(who.tolist()):
        if k < 0:
            continue
        thin, back = down[k] @ x[n], grad[n] @ up[k]
        y[n] += scale * up[k] @ thin
        to_up[k] += scale * torch.outer(grad[n], thin)
        to_down[k] += scale * torch.outer(back, x[n])
        to_x[n] += scale * back @ down[k]
    return y, to_down, to_up, to_x


def split_apart(x, y, width):
    both, N = torch.cat([x, y]), len(x)
    near = torch.exp(-((both[:, None] - both[None]) ** 2).sum(2) / width)

    def apart(mine, own):
        others = [i for i in range(len(both)) if i not in mine]
        total = 0.0
        for part in (mine, others):
            inner = near[part][:, part].sum().item()
            n = len(part)
            total += inner / n**2 if own else (inner - n) / (n * (n - 1))
        return total - 2 * near[mine][:, others].mean().item()

    ways = [list(mine) for mine in itertools.combinations(range(len(both)), N)]
    own = [apart(mine, True) for mine in ways]
    other = [apart(mine, False) for mine in ways]
    here = apart(list(range(N)), True)
    share = sum(value >= here - 1e-9 for value in own) / len(own)
    return "c", sum(own) / len(own), sum(other) / len(other), share


REFERENCE = {"20.1": why_better, "20.2": adapters, "20.3": split_apart}


def compared(bar=None, bars=2, edge=1e-9, lines=(), turned=False, change=None):
    """Draw by draw, with one thing changed; lines: those that are left out."""

    def wrong(trained, dealt, scratch, as_it_was):
        error = bar or (lambda a, b: statistics.stdev((a - b).tolist()) / math.sqrt(len(a)))

        def ahead(a, b):
            return (a - b).mean().item() > bars * error(a, b) + edge

        still = torch.full_like(trained, as_it_was)
        pairs = [(trained, scratch), (trained, dealt), (dealt, scratch)]
        if turned:
            pairs = [pair[::-1] for pair in pairs]
        name = "both" if ahead(*pairs[2]) and "both" not in lines else "features"
        for word, said in (
            ("size", not ahead(*pairs[1])),
            ("nothing", not ahead(*pairs[0])),
            ("needless", not ahead(trained, still)),
            ("harm", ahead(*pairs[0][::-1])),
        ):
            name = word if said and word not in lines else name
        found = name, [(a - b).mean() for a, b in pairs], [error(a, b) for a, b in pairs]
        return change(*found) if change else found

    return wrong


def batched(last=False, scale=None, pick=None, inner=True, outer=True, change=None):
    """By torch, with one thing changed; pick: which rows the pairs learn from."""

    def wrong(x, weight, down, up, who, alpha, grad):
        size = scale(alpha, down.shape[1]) if scale else alpha / down.shape[1]
        mine = torch.ones_like(who) if last else (who >= 0).long()
        thin = torch.einsum("nri,ni->nr", down[who], x)
        y = x @ weight.T + size * mine[:, None] * torch.einsum("nor,nr->no", up[who], thin)
        back = torch.einsum("nor,no->nr", up[who], grad) * mine[:, None]
        count = pick(who) if pick else torch.ones(len(who)).double()
        used = (count * mine)[:, None, None]
        to_up, to_down = torch.zeros_like(up), torch.zeros_like(down)
        to_up.index_add_(0, who % len(up), size * used * grad[:, :, None] * thin[:, None])
        to_down.index_add_(0, who % len(up), size * used * back[:, :, None] * x[:, None])
        to_x = outer * grad @ weight + inner * size * torch.einsum("nr,nri->ni", back, down[who])
        found = y, to_down, to_up, to_x
        return change(found, alpha / down.shape[1]) if change else found

    return wrong


def only_last(who):
    names = who.tolist()
    return torch.tensor([k not in names[n + 1 :] for n, k in enumerate(names)]).double()


def by_count(who):
    return torch.tensor([1 / who.tolist().count(k) for k in who.tolist()]).double()


def all_splits(square=True, width=1, by_all=False, twice=2, here=False, skip=False, root=False,
               first=False, at_least=True, less=False, own=True, out=None):  # fmt: skip
    """Split by split, with one thing changed."""

    def wrong(x, y, w):
        both, N, M = torch.cat([x, y]), len(x), len(y)
        gaps = torch.cdist(both, both, compute_mode="donot_use_mm_for_euclid_dist")
        near = torch.exp(-(gaps**2 if square else gaps) / (width * w))
        found = []
        for mine in itertools.combinations(range(N + M), N):
            sign = torch.zeros(N + M, dtype=torch.bool)
            sign[list(mine)] = True
            a, b = near[sign][:, sign], near[~sign][:, ~sign]
            between = twice * near[sign][:, ~sign].mean().item()
            alone = [
                (part.sum() - len(part)).item()
                / (len(part) ** 2 if by_all else len(part) * (len(part) - 1))
                for part in (a, b)
            ]
            if not first or 0 in mine:
                found.append(((a.mean() + b.mean()).item() - between, sum(alone) - between))
        kept = found[1:] if skip else found[:1] if here else found
        means = [statistics.fmean(column) for column in zip(*kept)]
        if root:
            means[0] = statistics.fmean(math.sqrt(max(0, pair[0])) for pair in kept)
        which = 0 if own else 1
        seen = found[0][which]
        counted = found[1:] if skip else found
        hits = [pair[which] - seen for pair in counted]
        if less:
            share = sum(hit < 1e-9 for hit in hits) / len(hits)
        else:
            share = sum(hit > (-1e-9 if at_least else 1e-9) for hit in hits) / len(hits)
        answer = ("a", *means, share)
        return out(answer) if out else answer

    return wrong


WRONG = {
    "20.1": [
        (compared(turned=True), "the wrong sign"),
        (
            compared(bar=lambda a, b: math.sqrt((a.var() + b.var()).item() / len(a))),
            "draw by draw first",
        ),
        (compared(bar=lambda a, b: (a - b).std().item()), "single differences vary"),
        (
            compared(bar=lambda a, b: (a - b).std(correction=0).item() / math.sqrt(len(a))),
            "R − 1",
        ),
        (compared(bars=1), "one error bar"),
        (compared(edge=-1e-9), "Just two error bars"),
        (compared(lines=("needless",)), "the net as it was"),
        (compared(lines=("harm",)), "do harm"),
        (compared(lines=("both",)), "has its part"),
        (compared(lines=("size",)), "explains as much"),
        (compared(change=lambda v, g, e: ("features", g, e)), "does not follow"),
        (compared(change=lambda v, g, e: (v, g, [2 * x + 1 for x in e])), "`errors` is not"),
        (compared(change=lambda v, g, e: (v, [x * x + 1 for x in g], e)), "`gaps` is not right"),
        (lambda *inputs: why_better(*inputs)[:2], "3 values|asked for"),
    ],
    "20.2": [
        (batched(last=True), "It is nobody"),
        (batched(scale=lambda alpha, r: 1.0), "multiplied by α / r"),
        (batched(scale=lambda alpha, r: alpha), "divided by the rank"),
        (batched(pick=only_last), "only the last one"),
        (batched(pick=by_count), "are means"),
        (
            batched(change=lambda f, s: (f[0], f[1] / s, f[2] / s, f[3])),
            "of the pairs α / r is missing",
        ),
        (batched(inner=False), "through the adapter, too"),
        (batched(outer=False), "through the large table"),
        (batched(change=lambda f, s: (f[0] * 2 + 1, *f[1:])), "Look at it first"),
        (batched(change=lambda f, s: (*f[:3], 3 * f[3])), "All but `to_x`"),
        (batched(change=lambda f, s: (f[0], f[1], 2 * f[2], f[3])), "`to_up` is not"),
        (batched(change=lambda f, s: (f[0], 2 * f[1], f[2], f[3])), "`to_down` is not"),
        (lambda *inputs: adapters(*inputs)[:3], "4 values|asked for"),
    ],
    "20.3": [
        (all_splits(by_all=True), "Divide by these"),
        (all_splits(twice=1), "taken off twice"),
        (all_splits(square=False), "It takes its square"),
        (all_splits(width=2), "twice the width"),
        (all_splits(here=True), "means over all splits"),
        (all_splits(skip=True), "It is one of them"),
        (all_splits(root=True), "one of roots"),
        (all_splits(first=True), "The first point"),
        (all_splits(at_least=False), "the one at hand, too"),
        (all_splits(less=True), "that are nearer"),
        (all_splits(own=False), "with the points themselves"),
        (all_splits(out=lambda f: (f[0], f[1], f[2], 2 - f[3])), "Look at the share first"),
        (all_splits(out=lambda f: ("d", *f[1:])), "one of 'a'"),
        (all_splits(out=lambda f: f[:3]), "Return 4 values"),
    ],
}
