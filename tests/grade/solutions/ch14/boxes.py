"""Solutions of 14.1 to 14.3, boxes and hits: one right, many wrong ones."""

import torch

from dlcore.models.vision.boxes import box_iou


def panorama_iou(first, second, around):
    a, b = first[:, None], second[None]
    sides = torch.minimum(a[..., 2:], b[..., 2:])
    half = (a[..., 2:] + b[..., 2:]) / 2
    away = (a[..., :2] - b[..., :2]).abs()
    across = 0
    for gap in (away[..., 0], around - away[..., 0]):
        across = across + torch.minimum(sides[..., 0], half[..., 0] - gap).clamp(min=0)
    down = torch.minimum(sides[..., 1], half[..., 1] - away[..., 1]).clamp(min=0)
    shared = across * down
    joint = a[..., 2] * a[..., 3] + b[..., 2] * b[..., 3] - shared
    return torch.where(joint > 0, shared / joint, 0.0)


def hits(scores, overlap, difficult, threshold):
    answer = torch.zeros(len(scores), dtype=torch.int64)
    fits = overlap >= threshold
    free = ~difficult
    for i in scores.argsort(descending=True, stable=True):
        if (fits[i] & free).any():
            answer[i] = 1
            free[torch.where(free, overlap[i], -1.0).argmax()] = False
        elif (fits[i] & difficult).any():
            answer[i] = -1
    return answer


def soft_nms(boxes, scores, threshold):
    overlap = box_iou(boxes, boxes)
    scores = scores.clone()
    waiting = torch.ones(len(scores), dtype=torch.bool)
    while waiting.any():
        best = torch.where(waiting, scores, -1.0).argmax()
        waiting[best] = False
        fading = waiting & (overlap[best] > threshold)
        scores[fading] = scores[fading] * (1 - overlap[best][fading])
    return scores


REFERENCE = {"14.1": panorama_iou, "14.2": hits, "14.3": soft_nms}


def counted(turns=(-1, 0, 1), join=sum, middle=True, half=1, clamp=True, less=1, nan=False, y=(0,)):
    """panorama_iou with slips, pair by pair."""

    def along(a, b, wide, other, turns, around, join):
        parts = []
        for turn in turns:
            low, high = a + turn * around, b
            if middle:
                low, high = low - half * wide / 2, high - half * other / 2
            ends = min(low + half * wide, high + half * other) - max(low, high)
            parts.append(max(ends, 0.0) if clamp else ends)
        return join(parts)

    def panorama_iou(first, second, around):
        rows = []
        for ax, ay, aw, ah in first.tolist():
            rows.append([])
            for bx, by, bw, bh in second.tolist():
                shared = along(ax, bx, aw, bw, turns, around, join)
                shared *= along(ay, by, ah, bh, y, around, join)
                joint = half**2 * (aw * ah + bw * bh) - less * shared
                rows[-1].append(shared / joint if joint else float("nan") if nan else 0.0)
        return torch.tensor(rows).reshape(len(first), len(second))

    return panorama_iou


def no_inner(first, second, around):
    a, b = first[:, None], second[None]
    half, away = (a[..., 2:] + b[..., 2:]) / 2, (a[..., :2] - b[..., :2]).abs()
    across = sum((half[..., 0] - gap).clamp(min=0) for gap in (away[..., 0], around - away[..., 0]))
    shared = across * (half[..., 1] - away[..., 1]).clamp(min=0)
    joint = (a[..., 2:].prod(-1) + b[..., 2:].prod(-1)) - shared
    return torch.where(joint != 0, shared / joint, 0.0)


def buggy(ranked=True, used=True, apart=True, strict=False, free_only=True, back=True):
    def hits(scores, overlap, difficult, threshold):
        answer = torch.zeros(len(scores), dtype=torch.int64)
        fits = overlap > threshold if strict else overlap >= threshold
        free = ~difficult
        order = scores.argsort(descending=True, stable=True) if ranked else range(len(scores))
        for i in order:
            among = free if free_only else ~difficult
            best = torch.where(among, overlap[i], -1.0).argmax() if among.any() else None
            if best is not None and fits[i, best] and free[best]:
                answer[i] = 1
                if used:
                    free[best] = False
            elif (fits[i] & (difficult if apart else True)).any():
                answer[i] = -1
        return answer if back else answer[scores.argsort(descending=True, stable=True)]

    return hits


def first_fit(scores, overlap, difficult, threshold):
    steps = (overlap >= threshold) * torch.linspace(2, 1, overlap.shape[1])
    made = torch.where(overlap >= threshold, steps.double(), overlap * 0)
    return hits(scores, made, difficult, min(threshold, 1.0))


def consumed(scores, overlap, difficult, threshold):
    answer = hits(scores, overlap, difficult, threshold)
    free = difficult.clone()
    for i in scores.argsort(descending=True, stable=True):
        if answer[i] < 0:
            fits = free & (overlap[i] >= threshold)
            answer[i] = -1 if fits.any() else 0
            free[fits] = False
    return answer


def never(scores, overlap, difficult, threshold):
    answer = hits(scores, overlap, difficult, threshold)
    hard = ((overlap >= threshold) & difficult).any(1)
    answer[~hard] = hits(scores[~hard], overlap[~hard], difficult, threshold)
    answer[hard] = -1
    return answer


def turned(scores, overlap, difficult, threshold):
    return hits(scores, overlap.flip(1), difficult.flip(0), threshold)


def last_score(scores, overlap, difficult, threshold):
    return hits(scores.flip(0), overlap.flip(0), difficult, threshold).flip(0)


def faded(fixed=False, by=lambda u: 1 - u, above=lambda u, t: u > t, done=False, once=False, low=0):
    """soft_nms with slips."""

    def soft_nms(boxes, scores, threshold):
        overlap, now = box_iou(boxes, boxes), scores.clone()
        waiting = list(range(len(scores)))
        while waiting:
            by_now = scores if fixed else now
            best = (min if low else max)(waiting, key=lambda i: by_now[i])
            waiting.remove(best)
            for i in range(len(scores)) if done else waiting:
                if i != best and above(overlap[best, i], threshold):
                    now[i] = now[i] * by(overlap[best, i])
            if once:
                break
        return now

    return soft_nms


def last_first(boxes, scores, threshold):
    return soft_nms(boxes.flip(0), scores.flip(0), threshold).flip(0)


WRONG = {
    "14.1": [
        (counted(turns=(0,)), "has a left and a right edge"),
        (counted(join=max), "on both sides of the world"),
        (counted(turns=(0, 1)), "go around to one side only"),
        (counted(turns=(-1, 0)), "go around to one side only"),
        (counted(middle=False), "for the left upper corner"),
        (counted(half=2), "twice as wide and high"),
        (counted(less=0), "counts the shared part twice"),
        (counted(turns=(0,), clamp=False), "two gaps as an area"),
        (counted(clamp=False), "what they share elsewhere"),
        (counted(y=(-1, 0, 1)), "round from top to bottom"),
        (no_inner, "inside a large one"),
        (counted(nan=True), "cover nothing together"),
        (lambda first, second, around: counted()(second, first, around), "transposed"),
    ],
    "14.2": [
        (buggy(ranked=False, used=False, apart=False), "hit by several boxes"),
        (buggy(ranked=False, apart=False), "not that of their scores"),
        (buggy(ranked=False), "not that of their scores"),
        (buggy(used=False, apart=False), "hit by several boxes"),
        (buggy(used=False), "hit by several boxes"),
        (buggy(apart=False), "hit already is a miss"),
        (buggy(strict=True), "reaches the threshold exactly"),
        (buggy(free_only=False), "may still take a free one"),
        (buggy(back=False), "in the order of the list"),
        (first_fit, "the first that fits"),
        (consumed, "never used up"),
        (never, "whether something difficult is there or not"),
        (turned, "overlapped equally"),
        (last_score, "equal scores"),
    ],
    "14.3": [
        (faded(fixed=True), "order of their first scores"),
        (faded(low=1), "begin with the lowest score"),
        (faded(by=lambda u: 0.0), "hard NMS"),
        (faded(by=lambda u: u), "multiply by the IoU"),
        (faded(above=lambda u, t: True), "less than the threshold fade"),
        (faded(above=lambda u, t: u <= t), "overlap little"),
        (faded(above=lambda u, t: u >= t), "is not above it"),
        (faded(done=True), "Their score is final"),
        (faded(once=True), "Each box has its turn"),
        (last_first, "have one score"),
        (lambda *i: soft_nms(*i).sort(descending=True).values, "from high to low"),
        (lambda boxes, scores, threshold: scores.mul_(soft_nms(boxes, scores, threshold)), "."),
    ],
}
