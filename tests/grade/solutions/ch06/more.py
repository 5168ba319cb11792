"""Solutions of the pencil and the why task of chapter 6: one right, several wrong ones for each."""

import math

import torch
from torch.nn.functional import avg_pool2d, max_pool2d


def s_cell(bright, missing, extra, theta):
    common = bright - missing
    if common == 0:
        return 0.0
    cosine = common / math.sqrt(bright * (common + extra))
    return max(cosine - theta, 0.0) / (1 - theta)


def after_a_shift(x, size, shift):
    pool = torch.nn.MaxPool2d(size)
    old, new = pool(x[None])[0], pool(x.roll(shift, dims=1)[None])[0]
    gaps = torch.stack([(new - old.roll(k, dims=1)).norm() for k in range(old.shape[1])])
    steps = int((gaps < gaps.min() + 1e-9).nonzero()[0])
    gap = float(gaps[steps] / old.norm())
    if gap > 1e-6:
        return "neither", gap, steps
    return ("equivariant" if steps else "invariant"), gap, steps


REFERENCE = {"6.9": s_cell, "6.10": after_a_shift}


def cell(cosine, answer=lambda cosine, theta: max(cosine - theta, 0) / (1 - theta)):
    """An S-cell from its own idea of the cosine, silent before an empty patch."""

    def s_cell(bright, missing, extra, theta):
        if bright == missing and extra == 0:
            return answer(0.0, theta)
        return answer(cosine(bright, missing, extra), theta)

    return s_cell


def likeness(n, m, e):
    return (n - m) / math.sqrt(n * (n - m + e))


def by_lists(bright, missing, extra, theta):
    template = torch.tensor([1.0] * bright + [0.0] * extra)
    patch = torch.tensor([0.0] * missing + [1.0] * (bright - missing + extra))
    found = template @ patch / (template.norm() * patch.norm())
    return ((found - theta) / (1 - theta)).clamp(min=0)


def map_by(
    pool=max_pool2d, dims=1, flat=False, sign=1, wrap=True, columns=None, relative=True, power=1,
    last=False, answer=None,
):  # fmt: skip
    def after_a_shift(x, size, shift):
        moved = x.roll(shift) if flat else x.roll(sign * shift, dims)
        if not wrap:
            moved[:, :shift] = 0
        old, new = pool(x[None], size)[0], pool(moved[None], size)[0]
        tried = columns(old.shape[dims], size, shift) if columns else range(old.shape[dims])
        gaps = [float((new - old.roll(k, dims)).norm()) for k in tried]
        near = [k for k, gap in zip(tried, gaps) if gap < min(gaps) + 1e-9]
        steps = near[-1 if last else 0]
        gap = (min(gaps) / (float(old.norm()) if relative else 1)) ** power
        if answer:
            return answer(size, shift, gap, steps), gap, steps
        return "neither" if gap > 1e-6 else "equivariant" if steps else "invariant", gap, steps

    return after_a_shift


def old_against_new(x, size, shift):
    return after_a_shift(x.roll(shift, 1), size, -shift)


WRONG = {
    "6.9": [
        (cell(likeness, lambda cosine, theta: cosine), "This is the cosine"),
        (cell(likeness, lambda cosine, theta: (cosine - theta) / (1 - theta)), "it is silent"),
        (cell(likeness, lambda cosine, theta: max(cosine - theta, 0)), "should get 1"),
        (cell(lambda n, m, e: (n - m) / (n * (n - m + e))), "A length is a root"),
        (cell(lambda n, m, e: (n - m) / n), "a length of its own"),
        (cell(lambda n, m, e: math.sqrt((n - m) / n)), "make the patch longer"),
        (cell(lambda n, m, e: (n - m) / math.sqrt(n * (n + e))), "They are dark"),
        (cell(lambda n, m, e: (n - m - e) / math.sqrt(n * (n - m + e))), "the product is 0"),
        (cell(lambda n, m, e: (n - m) / (n + e)), "pixels that are alike"),
        (cell(lambda n, m, e: 1 - (m + e) / n), "pixels that are alike"),
        (cell(likeness, lambda cosine, theta: float(cosine > theta)), "with yes or no"),
        (by_lists, "a length of 0"),
        (lambda n, m, e, theta: max(likeness(n, m, e) - theta, 0) / (1 - theta), "ZeroDivision"),
    ],
    "6.10": [
        (map_by(columns=lambda width, size, shift: [0]), "against the old one where it stands"),
        (map_by(columns=lambda width, size, shift: [shift]), "as many columns as the picture"),
        (map_by(columns=lambda width, size, shift: [shift // size]), "one move that you expect"),
        (map_by(pool=avg_pool2d), "by the mean of each square"),
        (map_by(wrap=False), "is lost in yours"),
        (map_by(flat=True), "in the .next. row"),
        (map_by(sign=-1), "You move to the left"),
        (old_against_new, "You move to the left"),
        (map_by(dims=0), "You move up and down"),
        (map_by(relative=False), "by the length of the old map"),
        (map_by(power=2), "Distance and length are roots"),
        (map_by(last=True), "by the fewest columns"),
        (
            map_by(answer=lambda size, shift, *_: "neither" if shift % size else "equivariant"),
            "divides .shift. does not decide",
        ),
        (map_by(answer=lambda *_: "equivariant"), "does not follow from them"),
        (lambda *inputs: after_a_shift(*inputs)[0], "asked for is 3 values: `answer`, text"),
    ],
}

ONE = "there is one map"
ROOM = "no gap lies on the limit"
OLD, NEW = "pool(x[None])", "pool(x.roll(shift, dims=1)[None])"
MAPS = "after_a_shift: old, new = ("
GAPS = "torch.stack([(new - old.roll(k, dims=1)).norm() for k in range(old.shape[1]{})])"
STEPS = "int((gaps {} gaps.min() + 1e-09).nonzero()[0])"
LAST = "return ('equivariant' if steps else 'invariant', {}, steps)"

EQUAL = {
    "6.9": {"s_cell: return 0.0 → return -0.0": "0 has no sign"},
    "6.10": {
        f"{MAPS}{OLD}[0], {NEW}[0]) → old, new = ({OLD}[-1], {NEW}[0])": ONE,
        f"{MAPS}{OLD}[0], {NEW}[0]) → old, new = ({OLD}[0], {NEW}[-1])": ONE,
        f"after_a_shift: gaps = {GAPS.format('')} → gaps = {GAPS.format(' + 1')}": "round again",
        f"after_a_shift: steps = {STEPS.format('<')} → steps = {STEPS.format('<=')}": ROOM,
        "after_a_shift: if gap > 1e-06: → if gap >= 1e-06:": ROOM,
        f"after_a_shift: {LAST.format('gap')} → {LAST.format('-gap')}": "the gap is 0 here",
    },
}
