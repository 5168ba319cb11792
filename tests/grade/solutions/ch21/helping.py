"""Solutions of 21.4 to 21.6, passages, calls and GRPO: one right, many wrong ones."""

import statistics

import torch


def read_passages(scores, log_p):
    weights = scores - scores.logsumexp(0)
    each = weights + log_p.sum(1)
    whole = each.logsumexp(0)
    by_token = (weights[:, None] + log_p).logsumexp(0).sum()
    return whole, by_token, (each - whole).exp() - weights.exp()


def choose_calls(kind, own, tool, kind_later, own_later, tool_later, kinds, price, least):
    def gain(places):
        return tool[places].double().mean() - price - own[places].double().mean()

    call = torch.zeros(kinds, dtype=torch.bool)
    best = torch.zeros(kinds, dtype=torch.bool)
    for g in range(kinds):
        mine, later = kind == g, kind_later == g
        enough = mine.sum() >= least and mine.any()
        call[g] = gain(mine if enough else kind >= 0) > 1e-9
        best[g] = tool_later[later].sum() - price * later.sum() > own_later[later].sum()

    def earned(choice):
        called = tool_later.double() - price
        return torch.where(choice[kind_later], called, own_later.double()).mean().item()

    return call, earned(call), earned(best) - earned(call)


def grpo(log_p, log_old, log_ref, rewards, limit, beta):
    away = rewards - rewards.mean(1, keepdim=True)
    gain = away / (rewards.std(1, keepdim=True) + 1e-4)
    ratio = torch.exp(log_p - log_old)
    held = ratio.clamp(1 - limit, 1 + limit)
    free = ratio * gain <= held * gain
    back = torch.exp(log_ref - log_p)
    leash = back - (log_ref - log_p) - 1
    worth = torch.where(free, ratio, held) * gain - beta * leash
    slope = torch.where(free, ratio * gain, 0.0) - beta * (1 - back)
    return -worth.mean(), -slope / worth.numel()


REFERENCE = {"21.4": read_passages, "21.5": choose_calls, "21.6": grpo}


def passages(weight="softmax", swap=False, average=False, sign=1, slope=None, change=None):
    """With one thing changed; weight: how passages count."""

    def wrong(scores, log_p):
        K = len(scores)
        logs = {
            "softmax": torch.log_softmax(scores, 0),
            "even": torch.log(torch.full((K,), 1 / K).double()),
            "raw": scores,
            "nearest": torch.log((torch.arange(K) == scores.argmax()).double()),
        }[weight]
        whole = torch.logsumexp(logs + log_p.sum(1), 0)
        tokens = torch.logsumexp(logs[:, None] + log_p, 0).sum()
        part = torch.softmax(logs + log_p.sum(1), 0)
        to_scores = {
            "softmax": part - logs.exp(),
            "even": torch.zeros(K),
            "raw": part,
            "nearest": torch.zeros(K),
        }[weight]
        if average:
            weights = logs.exp()
            whole = tokens = (weights * log_p.sum(1)).sum()
            to_scores = weights * (log_p.sum(1) - whole)
        if slope:
            to_scores = slope(logs, log_p, part)
        found = (tokens, whole) if swap else (whole, tokens)
        found = *found, sign * to_scores
        return change(*found) if change else found

    return wrong


def by_token_slope(logs, log_p, part):
    shares = torch.softmax(logs[:, None] + log_p, 0)
    return shares.sum(1) - log_p.shape[1] * logs.exp()


def in_the_open(scores, log_p):
    """Probabilities multiplied as they are."""
    weights, p = torch.softmax(scores, 0), log_p.exp()
    each = weights * p.prod(1)
    return each.sum().log(), (weights[:, None] * p).sum(0).log().sum(), each / each.sum() - weights


def by_kind(paid=True, one_rule=False, rare="all", edge=1e-9, strict=False, peek=False,
            same=False, best=True, change=None):  # fmt: skip
    """Kind by kind in lists, with one thing changed."""

    def wrong(kind, own, tool, kind_later, own_later, tool_later, kinds, price, least):
        seen = list(zip(kind.tolist(), own.tolist(), tool.tolist()))
        later = list(zip(kind_later.tolist(), own_later.tolist(), tool_later.tolist()))
        by, cost = (later if peek else seen), (price if paid else 0.0)

        def gain(rows):
            gaps = [t - cost - o for _, o, t in rows]
            return statistics.fmean(gaps) if gaps else 0.0

        call = []
        for g in range(kinds):
            rows = [row for row in by if row[0] == g]
            few = len(rows) <= least if strict else len(rows) < least
            value = gain(rows)
            if one_rule or (few and rare == "all"):
                value = gain(by)
            elif few and rare == "own":
                value = -1.0
            call.append(value > edge if rows or rare != "itself" else False)
        judged = seen if same else later
        earned = statistics.fmean(t - price if call[g] else o for g, o, t in judged)
        most = 0.0
        for g in range(kinds):
            rows = [row for row in judged if row[0] == g]
            most += max(sum(t - price for _, _, t in rows), sum(o for _, o, _ in rows))
        found = call, earned, (most / len(judged) if best else 1.0) - earned
        return change(*found) if change else found

    return wrong


def answer_by_answer(total=False, unbiased=True, across=False, scaled=True, clip=True, low=True,
                     sign=1, leash="right", change=None):  # fmt: skip
    """By torch, with one thing changed."""

    def wrong(log_p, log_old, log_ref, rewards, limit, beta):
        x = log_p.clone().requires_grad_()
        dims = [0, 1] if across else [1]
        gain = rewards - rewards.mean(dims, keepdim=True)
        spread = rewards.var(dims, correction=int(unbiased), keepdim=True).sqrt()
        gain = gain / (spread + 1e-4) if scaled else gain
        ratio = torch.exp(x - log_old)
        held = ratio.clip(1 - limit, 1 + limit)
        both = torch.stack([ratio * gain, held * gain])
        worth = both.min(0).values if low else both[1]
        worth = worth if clip else both[0]
        gap = {"right": log_ref - x, "turned": x - log_ref}.get(leash, x - log_ref)
        pull = gap if leash == "plain" else torch.expm1(gap) - gap
        pull = pull * (0.0 if leash is None else sign * beta)
        loss = pull - worth
        loss = loss.sum() if total else loss.mean()
        loss.backward()
        found = loss.item(), x.grad
        return change(*found) if change else found

    return wrong


WRONG = {
    "21.4": [
        (passages(swap=True), "are exchanged"),
        (passages(average=True), "You average logarithms"),
        (passages(weight="nearest"), "the nearest passage alone"),
        (passages(weight="even"), "count alike"),
        (passages(weight="raw"), "do not sum to 1"),
        (passages(sign=-1), "the wrong sign"),
        (passages(slope=lambda logs, log_p, part: part), "the others fall"),
        (passages(slope=by_token_slope), "the slope of `by_token`"),
        (in_the_open, "NaN or infinite"),
        (passages(change=lambda w, t, s: (w, t, 3 * s + 1)), "All but `to_scores` are right"),
        (passages(change=lambda w, t, s: (w, 2 * t - 1, s)), "`by_token` is not"),
        (passages(change=lambda w, t, s: (w - 1, t, s)), "with one passage"),
        (lambda *inputs: read_passages(*inputs)[:2], "3 values|asked for"),
    ],
    "21.5": [
        (by_kind(peek=True), "that are to judge"),
        (by_kind(paid=False), "A call has a price"),
        (by_kind(one_rule=True), "one rule for all"),
        (by_kind(rare="own"), "never called for"),
        (by_kind(rare="itself"), "the few that they have"),
        (by_kind(strict=True), "just `least` times"),
        (by_kind(edge=-1e-9), "there is no call"),
        (by_kind(same=True), "that you chose by"),
        (by_kind(best=False), "against the best choice"),
        (by_kind(change=lambda c, e, m: (c, e, m + 1)), "`missed` is not"),
        (by_kind(change=lambda c, e, m: (c, e + 1, m)), "`earned` is not"),
        (by_kind(change=lambda c, e, m: ([not x for x in c], e, m)), "`call` is not right"),
        (lambda *inputs: choose_calls(*inputs)[:2], "3 values|asked for"),
    ],
    "21.6": [
        (answer_by_answer(total=True), "a sum over all answers"),
        (answer_by_answer(unbiased=False), "K − 1"),
        (answer_by_answer(across=True), "\\*different\\* questions"),
        (answer_by_answer(scaled=False), "the group's deviation"),
        (answer_by_answer(clip=False), "have no limit"),
        (answer_by_answer(low=False), "the limited ratio always"),
        (answer_by_answer(sign=-1), "pushes away"),
        (answer_by_answer(leash=None), "There is no leash"),
        (answer_by_answer(leash="plain"), "the plain difference"),
        (answer_by_answer(leash="turned"), "exchanged"),
        (answer_by_answer(change=lambda v, g: (v, g * g + 1)), "the slope of the ratio"),
        (answer_by_answer(change=lambda v, g: (v * v + 1, g)), "Work out J"),
        (lambda *inputs: grpo(*inputs)[:1], "2 values|asked for"),
    ],
}
