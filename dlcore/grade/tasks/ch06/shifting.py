"""An exercise of chapter 6 on shifts: what becomes of a map behind max pooling."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole


def shift_case(rng, case):
    columns = {2: 4, 3: 8, 4: 4, 7: 8}.get(case, 6)
    rows = {3: 2, 4: 1}.get(case, 4)
    x = whole(rng, 0, 9, rows, columns).double()
    x[0, 0] = 5.0
    if case == 2:  # one square holds all
        return x, 4, one(rng, 1, 3)
    if case == 3:  # stripes that come again after two pixels
        return x[:, [0, 1] * 4].clone(), 2, 2
    if case == 4:
        return 1 + x.argsort(1).double(), 1, 3
    if case in (5, 6):  # one pixel that stays in its square, or goes to the next
        x = torch.zeros_like(x)
        x[one(rng, 0, 3), 2 * one(rng, 0, 2) + case - 5] = float(one(rng, 3, 9))
        return x, 2, 1
    shift = {0: 1, 1: 2, 7: 3}[case]
    inputs = x, 2, shift
    return inputs if telling(*inputs) else shift_case(rng, case)


def pooled(x, size, mean=False):
    pool = torch.nn.functional.avg_pool2d if mean else torch.nn.functional.max_pool2d
    return pool(x[None], size)[0]


def pushed(x, shift):
    """Zeros come in on the left."""
    return torch.cat([torch.zeros_like(x[:, :shift]), x[:, : x.shape[1] - shift]], 1)


def row_into_row(x, shift):
    """What leaves a row comes in again in the next one."""
    return x.roll(shift)


def shifted(x, size, shift, dims=1, mean=False, move=torch.roll, tried=None, relative=True):
    """The oracle: (answer, gap, steps); the keywords are mistakes."""
    before = pooled(x, size, mean)
    moved = move(x, shift) if move is not torch.roll else x.roll(shift, dims)
    after = pooled(moved, size, mean)
    steps = range(before.shape[dims]) if tried is None else tried
    gaps = [float((after - before.roll(step, dims)).norm()) for step in steps]
    best = min(range(len(gaps)), key=lambda step: (round(gaps[step], 9), step))
    gap = gaps[best] / (float(before.norm()) if relative else 1.0)
    answer = "neither" if gap > 1e-9 else ("equivariant" if steps[best] else "invariant")
    return answer, gap, steps[best]


def telling(x, size, shift):
    """Whether a move by whole squares changes the map, and any other one shows each mistake."""
    right = shifted(x, size, shift)
    others = [shifted(x, size, shift, move=move) for move in (pushed, row_into_row)]
    if shift % size == 0:
        return right[2] > 0 and all(gap > 1e-3 for _, gap, _ in others)
    others += [shifted(x, size, shift, mean=True), shifted(x, size, shift, dims=0)]
    others.append(shifted(x, size, -shift))
    return (
        right[0] == "neither"
        and (shift == 1 or right[2] > 0)
        and all(abs(gap - right[1]) > 1e-3 or steps != right[2] for _, gap, steps in others)
    )


def from_behind(x, size, shift):
    """The old map is held against shifts of the new one."""
    return shifted(x.roll(shift, 1), size, -shift)


def right_numbers(answer, expected):
    return abs(answer[1] - expected[1]) < 1e-6 and answer[2] == expected[2]


SHIFT = Task(
    id="6.10",
    title="Equivariant, invariant or neither? Justify by numbers",
    points=5,
    function="after_a_shift",
    taught="ch06_convolution.ipynb#equivariance-is-not-invariance",
    kind="why",
    returns=("answer", "gap", "steps"),
    statement=r"""
A picture moves. What becomes of its map behind max pooling: does it stay as it is, does it move as
well, or does it change into another map? And *why* do you say so?

`x` (H, W) is a feature map on a page that closes round: what leaves it on the right comes in again
on the left, as in `x.roll(1, dims=1)`. Move it by `shift` columns to the right, and pool it as it
was and as it is now: squares of `size` times `size` pixels side by side, the largest number of
each. `size` divides H and W. So there are two small maps, the old one and the new one. Now hold the
new one against the old one moved by 0, 1, 2, … of *its own* columns, round the page, and each time
take the distance: the root of the sum of all squared differences.

Write `after_a_shift(x, size, shift)` and return `(answer, gap, steps)`. The last two are the
reason: the smallest of these distances, divided by the length of the old map, and by how many
columns that old map was moved; of several with the same distance take the fewest. The `answer` is
"neither" if `gap` is more than $10^{-6}$; else "invariant" if `steps` is 0, and "equivariant" if it
is not. The old map is never all zeros.
""",
    generate=shift_case,
    oracle=shifted,
    cases=8,
    symptoms=[
        Symptom(
            "You hold the new map against the old one where it stands. It may have moved: try all "
            "its columns.",
            mimics=partial(shifted, tried=(0,)),
        ),
        Symptom(
            "You move the old map by as many columns as the picture. A column of the map is as "
            "wide as a square.",
            mimics=lambda x, size, shift: shifted(x, size, shift, tried=(shift,)),
        ),
        Symptom(
            "You try the one move that you expect. Try all its columns and take what is nearest.",
            mimics=lambda x, size, shift: shifted(x, size, shift, tried=(shift // size,)),
        ),
        Symptom(
            "What leaves a row of yours comes in again in the *next* row. Say along which axis you "
            "roll.",
            mimics=partial(shifted, move=row_into_row),
        ),
        Symptom(
            "You pool by the mean of each square; asked for is its largest number.",
            mimics=partial(shifted, mean=True),
        ),
        Symptom(
            "What leaves the page on the right is lost in yours. It comes in again on the left.",
            mimics=partial(shifted, move=pushed),
        ),
        *[
            Symptom(
                "You move to the left, or you hold the old map against shifts of the new one.",
                mimics=mistake,
            )
            for mistake in (lambda x, size, shift: shifted(x, size, -shift), from_behind)
        ],
        Symptom(
            "You move up and down. Columns lie along the second axis.",
            mimics=partial(shifted, dims=0),
        ),
        Symptom(
            "Your gap is a distance. Divide it by the length of the old map.",
            mimics=partial(shifted, relative=False),
        ),
        Symptom(
            "Your gap has squares in it. Distance and length are roots.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1] ** 2) < 1e-6 < abs(answer[1] - expected[1])
                and answer[2] == expected[2]
            ),
        ),
        Symptom(
            "Of several moves with the same gap the one by the fewest columns counts.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) < 1e-6 and answer[2] > expected[2]
            ),
        ),
        Symptom(
            "The numbers are right. Whether `size` divides `shift` does not decide: read the "
            "answer off the numbers.",
            when=lambda answer, expected, x, size, shift: (
                right_numbers(answer, expected)
                and answer[0] == ("neither" if shift % size else "equivariant")
            ),
        ),
        Symptom(
            "The numbers are right, and the answer does not follow from them.",
            when=lambda answer, expected, *inputs: right_numbers(answer, expected),
        ),
    ],
)

SHIFTS = [SHIFT]
