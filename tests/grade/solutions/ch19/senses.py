"""Solutions of 19.7 to 19.9, shared captions, rare kinds and the book: one right, many wrong."""

import math

import torch


def shared_captions(pictures, texts, captions, scale):
    N = len(captions)
    long = pictures.norm(dim=1, keepdim=True)
    a, b = pictures / long, texts / texts.norm(dim=1, keepdim=True)
    cosines = a @ b.T
    same = (captions[:, None] == captions).double()
    goal = same / same.sum(0)  # the same along rows and along columns
    rows, columns = (scale * cosines).log_softmax(1), (scale * cosines).log_softmax(0)
    loss = -(goal * (rows + columns)).sum() / (2 * N)
    to_scores = (rows.exp() - goal + columns.exp() - goal) / (2 * N)
    to_points = scale * to_scores @ b
    along = (to_points * a).sum(1, keepdim=True)
    return loss, (to_points - along * a) / long, (to_scores * cosines).sum()


def fuse(logs, there, shares):
    said = logs.masked_fill(~there[..., None], 0.0).sum(1)
    scores = said - (there.sum(1, keepdim=True) - 1) * shares.log()
    agreement = scores.logsumexp(1)
    return scores - agreement[:, None], agreement


def book_step(x, book, size, total, decay, least):
    distance = torch.cdist(x, book)
    code = distance.argmin(1)
    counts = code.bincount(minlength=len(book)).double()
    sums = torch.zeros_like(book).index_add(0, code, x)
    size = decay * size + (1 - decay) * counts
    total = decay * total + (1 - decay) * sums
    far = distance.amin(1).argsort(descending=True)
    dead = (size < least).nonzero().flatten()[: len(x)]
    size[dead] = 1.0
    total[dead] = x[far[: len(dead)]]
    p = counts / len(x)
    used = math.exp(-torch.xlogy(p, p).sum().item())
    return total / size[:, None], size, total, used


REFERENCE = {"19.7": shared_captions, "19.8": fuse, "19.9": book_step}


def by_autograd(goal="even", one_log=False, rows=0.5, columns=0.5, mean=True, unit=True,
                divide=False, project=True, point=False, log_scale=False, naive=False,
                out=None):  # fmt: skip
    """Gradients by torch, pair by pair, with one thing changed."""

    def paid(scores, captions):
        p = scores.exp() / scores.exp().sum(1, keepdim=True) if naive else scores.softmax(1)
        log_p = p.log() if naive else scores.log_softmax(1)
        each = []
        for n, caption in enumerate(captions.tolist()):
            match = [m for m, other in enumerate(captions.tolist()) if other == caption]
            match = {"own": [n], "first": match[:1]}.get(goal, match)
            if one_log:
                each.append(-log_p[n, match].logsumexp(0))
            else:
                each.append(-log_p[n, match].sum() / (1 if goal == "full" else len(match)))
        return torch.stack(each).mean() if mean else torch.stack(each).sum()

    def shared_captions(pictures, texts, captions, scale):
        x = pictures.clone().requires_grad_()
        s = torch.tensor(scale, dtype=torch.float64, requires_grad=True)
        long = x.norm(dim=1, keepdim=True)
        a = x / (long if project and not point else long.detach()) if unit else x
        if point:
            a = x / long
        b = texts / texts.norm(dim=1, keepdim=True) if unit else texts
        scores = a @ b.T / s if divide else s * (a @ b.T)
        loss = rows * paid(scores, captions) + columns * paid(scores.T, captions)
        loss.backward()
        to_x = x.grad * long.detach() if point else x.grad
        found = loss.item(), to_x, s.grad.item() * (scale if log_scale else 1)
        return out(*found) if out else found

    return shared_captions


def kind_by_kind(shares_out="once", silent="skip", mean=False, norm=True, sign=1, base=math.e,
                 plain=False, nobody="shares", floats=False, out=None):  # fmt: skip
    """In plain Python, thing by thing, with one thing changed."""

    def total_of(scores):
        if floats:
            return math.log(sum(math.exp(score) for score in scores) or 5e-324)
        top = max(scores)
        return top + math.log(sum(math.exp(score - top) for score in scores))

    def fuse(logs, there, shares):
        log_p, agreement = [], []
        for n in range(len(logs)):
            here = [m for m in range(logs.shape[1]) if there[n, m]]
            heard = here if silent == "skip" else range(logs.shape[1])
            times = {"once": len(here) - 1, "never": 0, "all": len(here),
                     "senses": logs.shape[1] - 1}[shares_out]  # fmt: skip
            scores = []
            for k, share in enumerate(shares.tolist()):
                said = [logs[n, m, k].item() for m in heard]
                if silent == "zero":
                    said = [value * (m in here) for m, value in zip(heard, said)]
                if silent == "speaks":
                    said = [0.0 if math.isnan(value) else value for value in said]
                whole = sum(said) / max(1, len(here)) if mean else sum(said)
                scores.append(whole - times * math.log(share))
            total = total_of(scores)
            row = [score - total if norm else score for score in scores]
            if nobody == "even" and not here:
                row = [-math.log(len(row))] * len(row)
            log_p.append(row)
            agreement.append(math.exp(total) if plain else sign * total / math.log(base))
        found = torch.tensor(log_p).double(), torch.tensor(agreement).double()
        return out(*found) if out else found

    return fuse


def row_by_row(keep=None, new=None, forget=False, restart=True, judged="after", same=False,
               pick="far", clean=True, used="spread", out=None):  # fmt: skip
    """Point by point and row by row, with one thing changed."""

    def book_step(x, book, size, total, decay, least):
        kept = keep(decay) if keep else decay
        share = new(decay) if new else 1 - decay
        chosen = [int(((book - point) ** 2).sum(1).argmin()) for point in x]
        far = [float(((book[k] - point) ** 2).sum()) for k, point in zip(chosen, x)]
        ranked = sorted(range(len(x)), key=lambda n: {"far": -far[n], "near": far[n]}.get(pick, n))
        rows, sizes, totals = book.clone(), size.clone(), total.clone()
        counts = [chosen.count(k) for k in range(len(book))]
        for k, count in enumerate(counts):
            mine = [point for point, code in zip(x, chosen) if code == k]
            added = sum(mine) if mine else torch.zeros_like(book[k])
            sizes[k] = count if forget else kept * size[k] + share * count
            totals[k] = added if forget else kept * total[k] + share * added
            rows[k] = totals[k] / max(float(sizes[k]), 1e-300)
            measure = {"after": sizes[k], "before": size[k], "batch": count}[judged]
            if restart and measure < least and ranked:
                place = ranked[0] if same else ranked.pop(0)
                rows[k] = x[place]
                if clean:
                    sizes[k], totals[k] = 1.0, x[place]
        nats = -sum(c / len(x) * math.log(c / len(x)) for c in counts if c)
        many = {"spread": math.exp(nats), "nats": nats, "count": sum(c > 0 for c in counts)}[used]
        return out(rows, sizes, totals, many) if out else (rows, sizes, totals, many)

    return book_step


WRONG = {
    "19.7": [
        (by_autograd(goal="own"), "along the diagonal only"),
        (by_autograd(goal="full"), "Each match counts in full"),
        (by_autograd(goal="first"), "Only the first of several"),
        (by_autograd(one_log=True), "take one logarithm"),
        (by_autograd(rows=1.0, columns=0.0), "along the rows only"),
        (by_autograd(rows=0.0, columns=1.0), "along the columns only"),
        (by_autograd(rows=1.0, columns=1.0), "half of each"),
        (by_autograd(mean=False), "add up over the batch"),
        (by_autograd(unit=False), "products of the rows as they come"),
        (by_autograd(divide=True), "You divide by `scale`"),
        (by_autograd(project=False), "points along the picture's own row"),
        (by_autograd(point=True), "by the point of length 1"),
        (by_autograd(log_scale=True), "by the logarithm of the scale"),
        (by_autograd(naive=True), "in the thousands"),
        (by_autograd(out=lambda a, b, c: (a, b + 1, c)), "`to_pictures` is not"),
        (by_autograd(out=lambda a, b, c: (a, b, c + 1)), "`to_scale` is not"),
        (by_autograd(out=lambda a, b, c: (a, b + 1, c + 1)), "its gradients are not"),
        (lambda *inputs: shared_captions(*inputs)[:2], "3 values|asked for"),
    ],
    "19.8": [
        (kind_by_kind(shares_out="never"), "counted the shares of the kinds once"),
        (kind_by_kind(shares_out="all"), "Once they have to stay"),
        (kind_by_kind(shares_out="senses"), "by the number of all senses"),
        (kind_by_kind(silent="speaks"), "that is missing speaks"),
        (kind_by_kind(silent="zero"), "0 times NaN"),
        (kind_by_kind(mean=True), "Independent senses multiply"),
        (kind_by_kind(norm=False), "no logs of probabilities"),
        (kind_by_kind(sign=-1), "wrong sign"),
        (kind_by_kind(plain=True), "is the sum itself|infinite|too large"),
        (kind_by_kind(base=2), "in bits"),
        (kind_by_kind(nobody="even"), "Where no sense is there"),
        (kind_by_kind(floats=True), "smaller than any float"),
        (kind_by_kind(out=lambda p, a: (p + 1, a)), "`log_p` is not"),
        (kind_by_kind(out=lambda p, a: (p, a + 1)), "`agreement` is not"),
    ],
    "19.9": [
        (row_by_row(keep=lambda d: 1 - d, new=lambda d: d), "You keep what should go"),
        (row_by_row(new=lambda d: 1.0), "comes on top in full"),
        (row_by_row(forget=True), "forgets all that was before"),
        (row_by_row(restart=False), "No row begins anew"),
        (row_by_row(judged="before"), "by what it was before"),
        (row_by_row(judged="batch"), "too few points"),
        (row_by_row(same=True), "begin at the same point"),
        (row_by_row(pick="near"), "begin at the nearest"),
        (row_by_row(pick="first"), "as they come"),
        (row_by_row(clean=False), "has the size 1"),
        (row_by_row(used="count"), "counts the rows in use"),
        (row_by_row(used="nats"), "is an entropy"),
        (row_by_row(out=lambda b, s, t, u: (b, s, t, u + 1)), "`used` is not"),
        (row_by_row(out=lambda b, s, t, u: (b + 1, s, t, u)), "`book` or `total` is not"),
        (row_by_row(out=lambda b, s, t, u: (b + 1, s + 1, t, u)), "`size` is not"),
        (row_by_row(out=lambda b, s, t, u: (b + 1, s + 1, t, u + 1)), "`used` is wrong"),
        (lambda *inputs: book_step(*inputs)[:3], "4 values|asked for"),
    ],
}
