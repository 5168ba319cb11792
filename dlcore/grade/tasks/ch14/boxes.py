"""The exercises of chapter 14 on boxes: a panorama's IoU, and scores that fade."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, uniform
from dlcore.grade.tasks.telling import telling
from dlcore.models.vision.boxes import box_iou

HALF = 2  # coordinates are multiples of 1/2, so areas can be counted


def cells(box, around):
    """The half pixels of a box, as columns and rows."""
    x, y, wide, high = (round(4 * float(value)) for value in box)
    left, top = (x - wide // 2) // 2, (y - high // 2) // 2
    columns = {column % round(HALF * around) for column in range(left, left + wide // 2)}
    return columns, set(range(top, top + high // 2))


def by_counting(first, second, around):
    """The oracle: half pixels, counted."""
    table = torch.zeros(len(first), len(second)).double()
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            (across, down), (over, under) = cells(a, around), cells(b, around)
            shared = len(across & over) * len(down & under)
            joint = len(across) * len(down) + len(over) * len(under) - shared
            table[i, j] = shared / joint if joint else 0.0
    return table


def met(a, b, axis, away, corner, half, inner):
    """What two boxes share along an axis, at a distance of their middles; below 0: a gap."""
    wide, other = a[..., 2 + axis] * half, b[..., 2 + axis] * half
    away = away + (wide - other) / 2 if corner else away
    most = [side for name, side in (("a", wide), ("b", other)) if name in inner]
    return torch.stack(torch.broadcast_tensors(*most, (wide + other) / 2 - away.abs())).amin(0)


def by_parts(
    first, second, around, turns=(-1, 0, 1), join=sum, corner=False, half=1, least=0.0, less=True,
    down=(0,), inner="ab",
):  # fmt: skip
    """The same from middles and sides; the keywords are mistakes."""
    a, b = first[:, None], second[None]
    shared = 1.0
    for axis, shifts in enumerate((turns, down)):
        away = a[..., axis] - b[..., axis]
        parts = [met(a, b, axis, away + turn * around, corner, half, inner) for turn in shifts]
        shared = shared * join([part.clamp(min=least) for part in parts])
    sizes = a[..., 2] * a[..., 3] + b[..., 2] * b[..., 3]
    joint = half**2 * sizes - (shared if less else 0.0)
    return torch.where(joint != 0, shared / joint, 0.0)


def widest(parts):
    return torch.stack(parts).amax(0)


PANORAMA_MISTAKES = {
    "Your panorama has a left and a right edge. Box and box may meet across them.": partial(
        by_parts, turns=(0,)
    ),
    "Wide boxes may meet on both sides of the world. You count one of the two.": partial(
        by_parts, join=widest
    ),
    "You go around to one side only. A box may cross the edge to the left and to the right.": (
        partial(by_parts, turns=(0, 1))
    ),
    "You go around to one side only. The other box may be the one that crosses the edge.": partial(
        by_parts, turns=(-1, 0)
    ),
    "You take cx and cy for the left upper corner. They are the middle.": partial(
        by_parts, corner=True
    ),
    "Your boxes are twice as wide and high: w and h are whole sides, half on each side.": partial(
        by_parts, half=2
    ),
    "Your joint area counts the shared part twice.": partial(by_parts, less=False),
    "A gap between two boxes counts as a side in yours, and two gaps as an area.": partial(
        by_parts, turns=(0,), least=-1e9
    ),
    "A gap between two boxes lessens what they share elsewhere in yours.": partial(
        by_parts, least=-1e9
    ),
    "A small box inside a large one shares more than its own sides in yours.": partial(
        by_parts, inner=""
    ),
    "A box inside another shares more than its own sides in yours.": partial(by_parts, inner="a"),
    "A box inside another one shares more than its own sides in yours.": partial(
        by_parts, inner="b"
    ),
    "Your world is round from top to bottom, too. Only left and right meet.": partial(
        by_parts, down=(-1, 0, 1)
    ),
}


def halves(rng, low, high, count):
    """Multiples of 1/2 between two whole numbers."""
    return torch.from_numpy(rng.integers(2 * low, 2 * high, size=count, endpoint=True)) / 2.0


def boxes_of(rng, count, around, wide: tuple[float, float], high: tuple[float, float] = (3, 5)):
    """Boxes (cx, cy, w, h) with their middles in a panorama, about half as high as wide."""
    w, h = halves(rng, *wide, count), halves(rng, *high, count)
    x = (halves(rng, 0, around - 1, count) + w / 2) % around
    return torch.stack([x, halves(rng, 0, 9, count) + h / 2, w, h], 1)


def panorama_case(rng, case):
    """Draw boxes on which each mistake shows; empty ones, none, all around, touching."""
    around = one(rng, 10, 13)
    count, others = (3, 4) if case < 3 else (2, 3)
    first = boxes_of(rng, 0 if case == 4 else count, around, (4, 6), (2, 4))
    second = boxes_of(rng, others, around, (6, around), (2, 6))
    if case == 3:
        first[0, 2] = second[0, 3] = second[1, 2] = 0.0
    if case == 5:
        first[0, 0], second[0, 0] = around / 2, around / 2 - 3.5
        first[0, 2] = second[0, 2] = around
        first[0, 1], second[0, 1] = 5 + first[0, 3] / 2, 4 + second[0, 3] / 2
    if case == 6:  # across the edge, in a corner, and two of less than a pixel
        return (
            torch.tensor(
                [[1.0, 4.0, 2.0, 4.0], [5.0, 9.0, 2.0, 2.0], [3.0, 3.25, 1.0, 0.5]]
            ).double(),
            torch.tensor(
                [[around - 1.5, 4.0, 3.0, 2.0], [7.0, 7.0, 2.0, 2.0], [3.25, 3.25, 0.5, 0.5]]
            ).double(),
            around,
        )
    wrong = [*PANORAMA_MISTAKES.values()][case::3]
    if case < 3 and not telling((first, second, around), by_counting, wrong):
        return panorama_case(rng, case)
    return first, second, around


PANORAMA = Task(
    id="14.1",
    title="Boxes in a panorama",
    points=5,
    function="panorama_iou",
    taught="ch14_detection.ipynb#how-well-does-a-box-fit-1901",
    statement=r"""
A camera on a car sees all around. Its picture is `around` pixels wide, and its right edge is where
its left edge is: what leaves it on the right comes in on the left. Top and bottom are edges as
usual.

Detectors often say a box by its middle: `(cx, cy, w, h)`, with the middle at (cx, cy), `w` pixels
wide and `h` high. In a panorama a box may cross the edge; it then covers pixels at both ends. All
middles lie in the picture, 0 ≤ cx < `around`, and no box is wider than `around`.

Write `panorama_iou(first, second, around)` for `first` (N, 4) and `second` (M, 4). Return the IoU
of all pairs, (N, M). Two boxes may meet twice, at their left and at their right ends; what they
share is the sum. Coordinates need not be whole numbers. Where two boxes together cover nothing, the
IoU is 0. Either list may be empty.
""",
    generate=panorama_case,
    cases=7,
    oracle=by_counting,
    symptoms=[
        Symptom(
            "Two boxes without any area cover nothing together, and you divide by 0. Their IoU "
            "is 0.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape
                and bool(answer.isnan().any())
                and bool((answer.isnan() | ((answer.double() - expected).abs() < 1e-6)).all())
            ),
        ),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in PANORAMA_MISTAKES.items()],
    ],
)


def fade(boxes, scores, threshold, **mistakes):
    """The oracle: soft NMS; the keywords are mistakes.

    fixed: the order is that of the first scores; by: what a score is multiplied with; all: boxes
    that had their turn fade, too; last: of equal scores the last one is taken; once: only the best
    box makes others fade; reaches: whether an IoU is enough.
    """
    overlap, now = box_iou(boxes.double(), boxes.double()).tolist(), scores.tolist()
    first, waiting = list(now), list(range(len(now)))
    by = mistakes.get("by", lambda iou: 1 - iou)
    reaches = mistakes.get("reaches", lambda iou, threshold: iou > threshold)
    while waiting:
        ranks = first if mistakes.get("fixed") else now
        tie = 1 if mistakes.get("last") else -1
        best = max(waiting, key=lambda i: (mistakes.get("sign", 1) * ranks[i], tie * i))
        waiting.remove(best)
        others = [i for i in range(len(now)) if i != best] if mistakes.get("all") else waiting
        for i in others:
            if reaches(overlap[best][i], threshold):
                now[i] *= by(overlap[best][i])
        if mistakes.get("once"):
            break
    return torch.tensor(now, dtype=torch.float64)


def in_order(boxes, scores, threshold):
    return fade(boxes, scores, threshold).sort(descending=True).values


FADE_MISTAKES = {
    "You go through the boxes in the order of their first scores. After each turn the highest "
    "score of *now* is next.": partial(fade, fixed=True),
    "You begin with the lowest score.": partial(fade, sign=-1),
    "Boxes that overlap lose everything in yours. That is hard NMS.": partial(
        fade, by=lambda iou: 0.0
    ),
    "You multiply by the IoU: those that overlap most keep most.": partial(
        fade, by=lambda iou: iou
    ),
    "Boxes that overlap less than the threshold fade in yours, too.": partial(
        fade, reaches=lambda iou, threshold: True
    ),
    "The boxes that fade in yours are those that overlap little.": partial(
        fade, reaches=lambda iou, threshold: iou <= threshold
    ),
    "Boxes that had their turn fade again. Their score is final.": partial(fade, all=True),
    "Only the best box makes others fade in yours. Each box has its turn.": partial(
        fade, once=True
    ),
    "Your scores come from high to low. Return them in the order of the boxes.": in_order,
}
FADE_EDGES = {
    "An IoU of just the threshold is not above it.": partial(
        fade, reaches=lambda iou, threshold: iou >= threshold
    ),
    "Two boxes have one score: the first of them has its turn first.": partial(fade, last=True),
}


def fade_case(rng, case):
    """Draw boxes on which each mistake shows; none, one, an IoU on the threshold, equal scores."""
    if case == 5:  # three in a row: neighbours share 2 of 4 pixels
        row = [[float(x), 0.0, x + 3.0, 1.0] for x in range(3)]
        return torch.tensor(row).double(), torch.tensor([0.5, 0.75, 0.625]).double(), 0.5
    count = {3: 0, 4: 1}.get(case, one(rng, 5, 6))
    low = uniform(rng, 0, 3, count, 2)
    boxes = torch.cat([low, low + uniform(rng, 2, 5, count, 2)], 1)
    scores = torch.from_numpy(rng.permutation(range(30, 99))[:count].copy()) / 100.0
    inputs = boxes, scores, 0.3
    if case == 6:  # the two best have the same score, and overlap
        order = scores.argsort(descending=True)
        scores[order[1]] = scores[order[0]]
        boxes[order[1]] = boxes[order[0]] + 0.5
    wrong = [*(FADE_MISTAKES if case < 3 else FADE_EDGES).values()]
    wrong = wrong[-1:] if case == 6 else wrong
    if (case < 3 or case == 6) and not telling(inputs, fade, wrong):
        return fade_case(rng, case)
    return inputs


FADE = Task(
    id="14.3",
    title="Let doubles fade: soft NMS",
    points=5,
    function="soft_nms",
    taught="ch14_detection.ipynb#one-box-for-one-thing-non-maximum-suppression-1971",
    statement=r"""
Two people stand one behind the other; NMS throws one of them out. *Soft NMS*
([Bodla et al., 2017](https://arxiv.org/abs/1704.04503)) throws nothing out but lowers scores. Of
the boxes that had no turn yet, the one with the highest score *now* has its turn, of equal ones the
first. Its score is final. Each box that still waits and whose IoU with it is above `threshold` has
its score multiplied by 1 − IoU. So it goes on until all had their turn.

Write `soft_nms(boxes, scores, threshold)` for `boxes` (N, 4), left, top, right, bottom, and
`scores` (N,). Return the final scores (N,), in the order of the boxes. The IoU of all pairs is
`box_iou(boxes, boxes)`, the package's. There may be no box.
""",
    generate=fade_case,
    cases=7,
    oracle=fade,
    symptoms=[
        Symptom(sentence, mimics=mistake)
        for sentence, mistake in {**FADE_MISTAKES, **FADE_EDGES}.items()
    ],
)

BOXES = [PANORAMA, FADE]
