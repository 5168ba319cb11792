"""Solutions of the exercises of chapter 11 on data and labels: one right, many wrong ones."""

import torch
import torch.nn.functional as F


def moved(picture, boxes, turns, down, right):
    for _ in range(turns):
        wide = picture.shape[1]
        picture = picture.T.flip(0)
        boxes = torch.stack([wide - boxes[:, 3], boxes[:, 0], wide - boxes[:, 1], boxes[:, 2]], 1)
    copy = F.pad(picture, (right, -right, down, -down))
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    ends = torch.tensor([*copy.shape, *copy.shape])
    boxes = (boxes + torch.tensor([down, right, down, right])).clamp(min=0)
    boxes = boxes.minimum(ends)
    left = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return copy, boxes[2 * left >= area]


def chill(scores, labels, smoothing, beta):
    classes = scores.shape[1]
    p = (beta * scores).softmax(1)
    q = (1 - smoothing) * F.one_hot(labels, classes) + smoothing / classes
    middle = (p * scores).sum(1)
    slope = middle - (q * scores).sum(1)
    return slope.mean(), ((p * scores**2).sum(1) - middle**2).mean()


def rare(yes, no, times):
    says = (yes + no > 0) & (times * yes >= no)
    found, alarms = yes[says].sum(), no[says].sum()
    precision = found / (found + alarms) if says.any() else 0.0
    return "c", 1 / (1 + times), found / yes.sum(), precision


def twins(pairs, labels):
    group = torch.arange(len(labels))
    for a, b in pairs.tolist():
        first, second = group[a].item(), group[b].item()
        group[group == max(first, second)] = min(first, second)
    label = torch.full_like(labels, -1)
    for first in group.unique():
        votes = torch.bincount(labels[group == first] + 1, minlength=4)[1:]
        if (votes == votes.max()).sum() == 1:
            label[group == first] = votes.argmax()
    return group, label


REFERENCE = {"11.7": moved, "11.8": chill, "11.9": rare, "11.10": twins}


def boxed(turn=lambda n: n, early=False, moving=True, clip=True, keep=lambda left, area: True,
          old=False):  # fmt: skip
    def wrong(picture, boxes, turns, down, right):
        copy = moved(picture, boxes, turns, down, right)[0]
        found, step = [], (down, right, down, right)
        for box in boxes.tolist():
            height, width = picture.shape
            area = (box[2] - box[0]) * (box[3] - box[1])
            if early:
                box = [a + b for a, b in zip(box, step)]
            for _ in range(turn(turns)):
                box = [width - box[3], box[0], width - box[1], box[2]]
                height, width = width, height
            if moving and not early:
                box = [a + b for a, b in zip(box, step)]
            tall, wide = picture.shape if old else copy.shape
            ends = [tall, wide, tall, wide]
            cut = [min(max(a, 0), end) for a, end in zip(box, ends)]
            if keep((cut[2] - cut[0]) * (cut[3] - cut[1]), area):
                found.append(cut if clip else box)
        return copy, found

    return wrong


def half(left, area):
    return left >= area / 2


def other_way(picture, boxes, turns, *shift):
    return moved(picture, boxes, 4 - turns if turns else 0, *shift)


def rolled(picture, boxes, turns, down, right):
    copy = torch.rot90(picture, turns).roll((down, right), (0, 1))
    return copy, moved(picture, boxes, turns, down, right)[1]


def backwards(picture, boxes, turns, down, right):
    rows, columns = picture.shape
    wide = F.pad(picture, (9, 9, 9, 9))[9 - down :, 9 - right :][:rows, :columns]
    return torch.rot90(wide, turns), moved(picture, boxes, turns, down, right)[1]


def with_boxes(change):
    return lambda *inputs: (moved(*inputs)[0], change(moved(*inputs)[1]))


def heated(spread=None, heat=lambda beta: beta, centred=True, even=False):
    def chill(scores, labels, smoothing, beta):
        classes = scores.shape[1]
        p = (heat(beta) * scores).softmax(1)
        q = (1 - smoothing) * F.one_hot(labels, classes).double()
        q = q + smoothing / classes if spread is None else spread(q, labels, smoothing)
        weight = torch.full_like(p, 1 / classes) if even else p
        middle = (weight * scores).sum(1, True) * centred
        curvature = (weight * (scores - middle) ** 2).sum(1).mean()
        return ((p - q) * scores).sum(1).mean(), curvature

    return chill


def among_others(q, labels, smoothing):
    other = 1 - F.one_hot(labels, q.shape[1])
    return q + other * smoothing / other.sum(1, True)


def by_temperature(scores, labels, smoothing, beta):
    slope, curvature = chill(scores, labels, smoothing, beta)
    return -(beta**2) * slope, beta**4 * curvature + 2 * beta**3 * slope


def times_all(factor):
    return lambda *i: [factor(*i) * value for value in chill(*i)]


def said(yes, no, times):
    return (yes + no > 0) & (times * yes >= no)


def counted(threshold=lambda k: 1 / (1 + k), says=said, last=None):
    def rare(yes, no, times):
        yes, no = yes.double(), no.double()
        called = says(yes, no, times)
        found, alarms = yes[called].sum(), no[called].sum()
        precision = found / (found + alarms) if found + alarms else 0.0
        if last:
            precision = last(yes, no, times, called)
        return "a", threshold(times), found / yes.sum(), precision

    return rare


def on_copies(yes, no, times, called):
    found = times * yes[called].sum()
    return found / (found + no[called].sum()) if called.any() else 0.0


def accuracy(yes, no, times, called):
    return (yes[called].sum() + no[~called].sum()) / (yes + no).sum()


def alarmed(yes, no, times, called):
    return no[called].sum() / no.sum()


def grouped(near=False, once=False, own=False, tie=False, none=False):
    def twins(pairs, labels):
        n = len(labels)
        group = torch.arange(n)
        if near:
            for a, b in pairs.tolist():
                group[b] = min(group[b], a)
        for _ in range(0 if near else 1 if once else n):
            for a, b in pairs.tolist():
                group[a] = group[b] = min(group[a], group[b])
        label = labels.clone()
        for first in group.unique():
            rows = torch.where(group == first)[0]
            votes = torch.bincount(labels[rows] + 1, minlength=4)
            votes = votes if none else votes[1:]
            clear = (votes == votes.max()).sum() == 1 or (tie and votes.max() > 0)
            winner = int(votes.argmax()) - int(none) if clear else -1
            for row in rows:
                if not own or labels[row] < 0:
                    label[row] = winner
        return group, label

    return twins


def from_zero(pairs, labels):
    group, label = twins(pairs, labels)
    return group.unique(return_inverse=True)[1], label


def by_largest(pairs, labels):
    group, label = twins(pairs, labels)
    return [int(torch.where(group == first)[0].max()) for first in group], label


def needs_pairs(pairs, labels):
    return twins(pairs, labels) if len(pairs) else (labels, labels)


WRONG = {
    "11.7": [
        (rolled, "on the other side"),
        (other_way, "with the clock"),
        (backwards, "shift first and turn then"),
        (lambda p, b, n, down, right: moved(p, b, n, -down, -right), "the other way"),
        (lambda p, b, n, down, right: moved(p, b, n, 0, 0), "The copy is not shifted"),
        (boxed(turn=lambda n: 0, keep=half), "The picture is turned, the boxes are not"),
        (boxed(turn=lambda n: -n % 4, keep=half), "turned the other way round"),
        (boxed(moving=False, keep=half), "boxes are not shifted"),
        (boxed(early=True, keep=half), "boxes are shifted first"),
        (boxed(clip=False, keep=half), "not cut at the border"),
        (boxed(old=True, keep=half), "as it was"),
        (boxed(keep=lambda left, area: left > area / 2), "exactly half"),
        (boxed(), "All boxes remain|less than half is still there"),
        (boxed(keep=lambda left, area: left == area), "every box that is cut"),
        (boxed(keep=lambda left, area: left > 0), "less than half is still there"),
        (with_boxes(lambda boxes: boxes - torch.tensor([0, 0, 1, 1])), "are included"),
        (with_boxes(lambda boxes: boxes[:, [1, 0, 3, 2]]), "columns before rows"),
        (with_boxes(lambda boxes: boxes + 1), "its boxes are not"),
        (lambda *i: (2 * moved(*i)[0], moved(*i)[1]), "the picture is not"),
    ],
    "11.8": [
        (lambda scores, labels, s, beta: chill(scores, labels, 0, beta), "do not smooth"),
        (heated(among_others), "over the \\*other\\*"),
        (heated(lambda q, labels, smoothing: q + smoothing), "more than 1"),
        (heated(heat=lambda beta: 1), "without `beta`"),
        (heated(heat=lambda beta: 1 / beta if beta else 0), "divide the scores"),
        (by_temperature, "for the temperature"),
        (times_all(lambda *i: len(i[0])), "add up over the examples"),
        (times_all(lambda *i: 1 / i[0].shape[1]), "mean over the classes"),
        (times_all(lambda *i: -1), "Both signs"),
        (lambda *i: chill(*i)[::-1], "changed places"),
        (heated(centred=False), "by its distance"),
        (heated(even=True), "all classes count alike"),
        (lambda *i: (-chill(*i)[0], chill(*i)[1]), "its sign is wrong"),
        (lambda *i: (chill(*i)[0], chill(*i)[1] / 2), "the curvature is not"),
        (lambda *i: (chill(*i)[0] / 2, chill(*i)[1]), "the slope is not"),
    ],
    "11.9": [
        (counted(lambda k: 1 / k), "1 / `times`"),
        (counted(lambda k: 0.5), "one half, that of"),
        (counted(lambda k: k / (1 + k)), "share of the other class"),
        (counted(last=on_copies), "precision on the copies"),
        (counted(says=lambda y, n, k: (y >= n) & (y + n > 0)), "without any copies"),
        (counted(says=lambda y, n, k: k * y > n), "equally many has"),
        (counted(says=lambda y, n, k: k * y < n), "should say no"),
        (lambda *i: (*rare(*i)[:2], *rare(*i)[:1:-1]), "changed places"),
        (counted(last=accuracy), "answered rightly"),
        (counted(last=alarmed), "of the others that are called|NaN"),
        (lambda *i: rare(*i)[1:], "Return 4 values"),
        (lambda *i: ("neither", *rare(*i)[1:]), "your prediction: one of"),
        (lambda *i: ("c", 0.1, *rare(*i)[2:]), "the threshold first"),
    ],
    "11.10": [
        (grouped(near=True), "one step only"),
        (grouped(once=True), "through the pairs once"),
        (grouped(own=True), "keeps it in your answer"),
        (grouped(tie=True), "equally many votes"),
        (grouped(none=True), "no class"),
        (from_zero, "numbered 0, 1, 2"),
        (by_largest, "its largest row number"),
        (needs_pairs, "there are no pairs"),
        (lambda *i: (twins(*i)[0], twins(*i)[1] + 1), "groups are right"),
        (lambda *i: (twins(*i)[0] + 1, twins(*i)[1]), "labels are right"),
        (lambda *i: twins(*i)[1], "asked for"),
    ],
}
