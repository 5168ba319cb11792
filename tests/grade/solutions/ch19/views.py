"""Solutions of 19.1 to 19.3, the probe, the rest of the loss and holes: one right, many wrong."""

import math

import torch


def choose_penalty(rows, kinds, penalties, fresh):
    wanted = torch.eye(int(kinds.max()) + 1).double()[kinds]

    def fit(a, b, penalty):
        return torch.linalg.solve(a.T @ a + penalty * torch.eye(a.shape[1]), a.T @ b)

    hits = []
    for penalty in penalties:
        hit = 0
        for n in range(len(rows)):
            rest = torch.arange(len(rows)) != n
            weights = fit(rows[rest], wanted[rest], penalty)
            hit += int((rows[n] @ weights).argmax() == kinds[n])
        hits.append(hit)
    penalty = max(penalties, key=lambda p: (hits[penalties.index(p)], p))
    return penalty, torch.tensor(hits), (fresh @ fit(rows, wanted, penalty)).argmax(1)


def left_of_loss(kinds, each, temperature):
    pictures = kinds * each
    far = 2 * each * (kinds - 1) * math.exp(-kinds / (kinds - 1) / temperature)
    others = 2 * (pictures - 1) * math.exp(-pictures / (pictures - 1) / temperature)
    same = 2 * each - 2
    wasted = same / (same + far)
    return math.log(2 * pictures - 1), math.log(1 + same + far), math.log1p(others), wasted


def masked_loss(x, drawn, draws, side, share):
    N, P = draws.shape
    count = int(share * P)

    def cut(t):
        t = t.reshape(N, t.shape[1] // side, side, t.shape[2] // side, side)
        return t.transpose(2, 3).reshape(N, P, side * side)

    order = draws.argsort(1)
    hidden = order.argsort(1) >= P - count
    wanted, said = cut(x), cut(drawn)
    v = wanted.var(2, correction=0, keepdim=True)
    wanted = (wanted - wanted.mean(2, keepdim=True)) / (v + 0.01).sqrt()
    paid = ((said - wanted) ** 2)[hidden]
    return hidden, paid.mean() if count else 0.0


REFERENCE = {"19.1": choose_penalty, "19.2": left_of_loss, "19.3": masked_loss}


def one_by_one(judge="others", scale=False, tie="largest", least=False, wrong=False, share=False,
               use="chosen", all_of_it=True, out=None):  # fmt: skip
    """Least squares on rows that are longer by the root of the penalty, with one thing changed."""

    def choose_penalty(rows, kinds, penalties, fresh):
        N, D = rows.shape
        goal = torch.nn.functional.one_hot(kinds).double()

        def fit(places, penalty):
            penalty = penalty * len(places) if scale else penalty
            long = torch.cat([rows[places], math.sqrt(penalty) * torch.eye(D).double()])
            aims = torch.cat([goal[places], torch.zeros(D, goal.shape[1]).double()])
            return torch.linalg.lstsq(long, aims).solution

        def judged(n, penalty):
            places = [m for m in range(N) if m != n]
            places = {"others": places, "all": range(N), "half": range(N // 2)}[judge]
            return int((rows[n] @ fit(list(places), penalty)).argmax()) == int(kinds[n])

        hits = [sum(judged(n, penalty) for n in range(N)) for penalty in penalties]
        top = (min if least else max)(hits)
        level = [penalty for penalty, hit in zip(penalties, hits) if hit == top]
        penalty = {"largest": max(level), "smallest": min(level), "first": level[0]}[tie]
        used = penalty if use == "chosen" else min(penalties)
        places = list(range(N if all_of_it else N - 1))
        said = (fresh @ fit(places, used)).argmax(1)
        told = [N - hit if wrong else hit / N if share else hit for hit in hits]
        found = penalty, torch.tensor(told), said
        return out(*found) if out else found

    return choose_penalty


def view_by_view(itself=False, angle="apart", divide=True, own=False, wasted="right", base=math.e,
                 out=None):  # fmt: skip
    """Counting views of one view, with one thing changed."""

    def left_of_loss(kinds, each, temperature):
        def cosine(points):
            return {"apart": -1 / (points - 1), "right": 0.0, "whole": -1 / points}[angle]

        def weight(c):
            return math.exp((c - 1) / temperature if divide else (c - 1) * temperature)

        all_views = 2 * kinds * each
        rest = [1.0] * (all_views - 1 + itself)
        by_name = [1.0] * (2 * each - 1 + itself)
        by_name += [weight(cosine(kinds))] * (all_views - 2 * each)
        points = all_views if own else kinds * each
        single = [1.0] * (1 + itself) + [weight(cosine(points))] * (all_views - 2)
        strangers = by_name[1 + itself :]
        kin = 2 * each - 2
        shares = {
            "right": kin / sum(strangers),
            "partner": (kin + 1) / (sum(strangers) + 1),
            "all": kin / (sum(strangers) + 1),
            "count": kin / len(strangers),
            "itself": (kin + 1) / (sum(strangers) + 1),
        }
        waste = shares["itself" if itself else wasted]
        losses = [math.log(sum(weights), base) for weights in (rest, by_name, single)]
        return out(*losses, waste) if out else (*losses, waste)

    return left_of_loss


def hidden_by_loops(each=True, only=True, patches=True, own=True, smallest=False, up=False,
                    plain=False, correction=0, over="hidden", change=None):  # fmt: skip
    """Going from patch to patch; each to own: what the sheet's bugs leave out."""

    def masked_loss(x, drawn, draws, side, share):
        N, P = draws.shape
        W = x.shape[2]
        count = math.ceil(share * P) if up else int(share * P)
        hidden, paid = torch.zeros(N, P, dtype=torch.bool), []
        for n in range(N):
            row = draws[n if each else 0].tolist()
            ranked = sorted(range(P), key=lambda p: row[p], reverse=not smallest)
            hidden[n, ranked[:count]] = True
            for p in range(P):
                down, right = p // (W // side) * side, p % (W // side) * side
                spot = slice(down, down + side), slice(right, right + side)
                run = slice(p * side * side, (p + 1) * side * side)
                a, b = (
                    t[n][spot].flatten() if patches else t[n].flatten()[run] for t in (x, drawn)
                )
                whole = a if own else x[n].flatten()
                fix = correction if len(a) > 1 else 0
                spread = (whole.var(correction=fix) + 0.01).sqrt()
                goal = a if plain else (a - whole.mean()) / spread
                if hidden[n, p] or not only:
                    paid += ((b - goal) ** 2).tolist()
        loss = sum(paid) / max(1, x.numel() if over == "all" else len(paid))
        return change(hidden, loss) if change else (hidden, loss)

    return masked_loss


WRONG = {
    "19.1": [
        (one_by_one(judge="all"), "by a fit that has seen them"),
        (one_by_one(judge="half"), "in two halves"),
        (one_by_one(scale=True), "multiplied by the number of pictures"),
        (one_by_one(tie="smallest"), "you take the smallest"),
        (one_by_one(tie="first"), "comes first in the list"),
        (one_by_one(least=True), "penalty with the fewest"),
        (one_by_one(wrong=True), "counts the pictures that are wrong"),
        (one_by_one(share=True), "are shares"),
        (one_by_one(use="smallest"), "another penalty than the chosen"),
        (one_by_one(all_of_it=False), "without the last picture"),
        (one_by_one(out=lambda p, h, s: (p + 1, h, s)), "does not follow"),
        (one_by_one(out=lambda p, h, s: (p, h, s + 1)), "`said` is not"),
        (one_by_one(out=lambda p, h, s: (p, h + s[0] + 1, s)), "`hits` is wrong"),
        (lambda *inputs: choose_penalty(*inputs)[:2], "3 values|asked for"),
    ],
    "19.2": [
        (view_by_view(itself=True), "a stranger to itself"),
        (view_by_view(angle="right"), "at right angles"),
        (view_by_view(angle="whole"), "by the number of points"),
        (view_by_view(divide=False), "multiply cosines by the temperature"),
        (view_by_view(own=True), "two views of a picture are one point"),
        (view_by_view(wasted="partner"), "the partner is no stranger"),
        (view_by_view(wasted="all"), "all that is not itself"),
        (view_by_view(wasted="count"), "counts strangers"),
        (view_by_view(base=2), "are bits"),
        (view_by_view(out=lambda a, b, c, d: (a, b, c, d + 0.1)), "Write the weight of each"),
        (view_by_view(out=lambda a, b, c, d: (a, b, c + 1, d)), "`single` is not"),
        (view_by_view(out=lambda a, b, c, d: (a, b + 1, c, d)), "`named` is not"),
        (view_by_view(out=lambda a, b, c, d: (a + 1, b, c + 1, d + 1)), "`single` is not|wrong"),
        (view_by_view(out=lambda a, b, c, d: (a + 1, b + 2, c + 3, d)), "`collapsed` is wrong"),
        (view_by_view(out=lambda a, b, c, d: (a, b + 2, c + 3, d)), "begin with the cosine"),
        (lambda *inputs: left_of_loss(*inputs)[:3], "4 values|asked for"),
    ],
    "19.3": [
        (hidden_by_loops(each=False, only=False, patches=False, own=False), "hide the same places"),
        (hidden_by_loops(each=False), "hide the same places"),
        (hidden_by_loops(only=False, patches=False, own=False), "were shown count"),
        (hidden_by_loops(only=False), "were shown count"),
        (hidden_by_loops(patches=False, own=False), "runs of pixels"),
        (hidden_by_loops(patches=False), "runs of pixels"),
        (hidden_by_loops(own=False), "whole picture"),
        (hidden_by_loops(smallest=True), "with the smallest draws"),
        (hidden_by_loops(up=True), "hidden patches up"),
        (hidden_by_loops(plain=True), "The pixels themselves"),
        (hidden_by_loops(correction=1), "divides by one less"),
        (hidden_by_loops(over="all"), "number of all patches"),
        (hidden_by_loops(change=lambda hidden, loss: (hidden, loss + 0.1)), "the loss is not"),
        (hidden_by_loops(change=lambda hidden, loss: (~hidden, loss)), "`hidden` is not"),
    ],
}
