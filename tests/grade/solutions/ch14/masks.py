"""Solutions of 14.6 and 14.7, masks: one right, many wrong ones."""

import torch


def best_mask(shares):
    cells = shares.flatten().sort(descending=True).values
    number = torch.arange(1, len(cells) + 1)
    shared = cells.cumsum(0)
    iou = shared / (number + cells.sum() - shared)
    count = int((cells >= 0.5).sum())
    half = iou[count - 1] if count else 0.0
    return "b", half, iou.max(), iou.argmax() + 1


def choose(found, true):
    shared = (found & true).sum((1, 2, 3))
    joint = (found | true).sum((1, 2, 3))
    iou = torch.where(joint > 0, shared / joint, 1.0)
    best = iou.argmax()
    silent = (~true).double().mean()
    right = (found[best] == true).double().mean()
    return best, iou, silent - right


REFERENCE = {"14.6": best_mask, "14.7": choose}


def measured(
    score=lambda shared, n, total: shared / (n + total - shared), strict=False, cells=None
):
    """best_mask with slips."""

    def best_mask(shares):
        def value(mask):
            n = float(mask.sum())
            return float(score(shares[mask].sum(), n, shares.sum())) if n else 0.0

        masks = [shares >= level for level in sorted(set(shares.flatten().tolist()), reverse=True)]
        best = max(masks, key=value)
        half = shares > 0.5 if strict else shares >= 0.5
        return "a", value(half), value(best), int((cells or (lambda s, b: b))(shares, best).sum())

    return best_mask


def content(shares):
    letter, half, *_ = best_mask(shares)
    return letter, half, half, int((shares >= 0.5).sum())


def picked(score=None, by=None, sign=1, gap=None, last=False):
    """choose with slips."""

    def choose(found, true):
        _, iou, _ = choose_right(found, true)
        iou = score(found, true) if score else iou
        ranks = by(found, true) if by else iou
        best = int(ranks.argmax())
        if last:
            best = len(ranks) - 1 - int(ranks.flip(0).argmax())
        exact = (found == true).flatten(1).double().mean(1)
        silent = (~true).double().mean()
        lead = gap(silent, exact, best) if gap else silent - exact[best]
        return best, iou, sign * lead

    return choose


choose_right = choose


def parts(found, true, axes):
    return (found & true).flatten(axes).sum(axes).double(), (found | true).flatten(axes).sum(axes)


def per_picture(found, true):
    shared, joint = parts(found, true, 2)
    return torch.where(joint > 0, shared / joint, 1.0).mean(1)


def pooled(found, true):
    shared, joint = parts(found, true[None].expand_as(found), 1)
    return torch.where(joint > 0, shared / joint, 1.0)


def exact(found, true):
    return (found == true).flatten(1).double().mean(1)


def unguarded(found, true):
    shared, joint = parts(found, true[None].expand_as(found), 1)
    return shared / joint


WRONG = {
    "14.6": [
        (measured(score=lambda shared, n, total: shared / n), "by the chosen cells alone"),
        (measured(score=lambda shared, n, total: shared / (n + total)), "shared part twice"),
        (measured(score=lambda shared, n, total: 2 * shared / (n + total)), "Dice scores"),
        (measured(strict=True), "just 0.5 belongs"),
        (measured(cells=lambda shares, best: shares >= 0.5), "of the first mask, not of the best"),
        (measured(cells=lambda shares, best: shares > 0), "hold something of the shape"),
        (content, "Try other limits"),
        (lambda shares: best_mask(shares)[1:], "your prediction first"),
        (lambda shares: ("0.5", *best_mask(shares)[1:]), "your prediction: one of"),
        (lambda shares: (*best_mask(shares)[:3], 0), "Look at the number of cells first"),
    ],
    "14.7": [
        (picked(score=per_picture), "over the pictures"),
        (picked(score=lambda *i: 2 * pooled(*i) / (1 + pooled(*i))), "Dice scores"),
        (
            picked(score=lambda f, t: (pooled(f, t) + pooled(~f, ~t)) / 2),
            "over both classes",
        ),
        (picked(score=exact), "the share of right pixels, not the IoU"),
        (
            picked(score=lambda f, t: pooled(f & t, t)),
            "finds in vain costs nothing",
        ),
        (picked(by=exact), "You choose by the share of right pixels"),
        (picked(sign=-1), "has the wrong sign"),
        (picked(gap=lambda silent, exact, best: silent - exact.max()), "the most accurate one"),
        (picked(gap=lambda silent, exact, best: silent), "difference of two accuracies"),
        (picked(last=True), "the first of them counts"),
        (picked(score=unguarded), "you divide 0 by 0"),
        (picked(score=lambda f, t: unguarded(f, t).nan_to_num()), "has an IoU of 1"),
        (picked(gap=lambda silent, exact, best: silent / 2), "`lead` is not"),
        (picked(by=lambda f, t: -pooled(f, t)), "the choice is not"),
    ],
}
