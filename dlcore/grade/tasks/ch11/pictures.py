"""The exercise of chapter 11 on copies: what is done to a picture is done to its boxes."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole


def moved_case(rng, case):
    """Draw pictures with boxes that are cut, and one of which exactly half is left (2)."""
    while True:
        height, width = one(rng, 4, 5), one(rng, 6, 7)
        turns = {0: 1, 1: 3, 3: 2, 4: 0, 5: 0}.get(case, one(rng, 1, 3))
        tall, wide = (width, height) if turns % 2 else (height, width)
        down, right = one(rng, 1 - tall, tall - 1), one(rng, 1 - wide, wide - 1)
        if case < 2:
            down, right = (int(rng.choice((-2, -1, 1, 2))) for _ in range(2))
        if case == 5:
            down = right = 0
        corners = [_side(rng, height) + _side(rng, width) for _ in range(3)]
        boxes = torch.tensor([(a, c, b, d) for a, b, c, d in corners])
        inputs = whole(rng, 1, 9, height, width), boxes, turns, down, right
        left = [area / whole for area, whole in _areas(*inputs)]
        if not any(share >= 0.5 for share in left):
            continue
        if case < 3 and not (any(share < 0.5 for share in left) and down and right):
            continue
        if case == 2 and 0.5 not in left:
            continue
        if case < 2 and not (
            any(1 / 3 <= share < 0.5 for share in left) and any(0.5 < share < 1 for share in left)
        ):
            continue
        if case < 2 and len({_told(inputs, mistake) for mistake in ({}, *SHOWN)}) <= len(SHOWN):
            continue
        return inputs


def _told(inputs, mistake):
    return str(by_corners(*inputs, **mistake).tolist())


def _side(rng, length):
    first = one(rng, 0, length - 1)
    return first, one(rng, first + 1, length)


def _painted(picture, box):
    mask = torch.zeros(picture.shape, dtype=torch.bool)
    mask[box[0] : box[2], box[1] : box[3]] = True
    return mask


def _through(picture, turns, down, right):
    """Turn, then take each pixel from where it was; 0 from outside."""
    picture = torch.rot90(picture, turns)
    taken, inside = [], []
    for size, step in zip(picture.shape, (down, right)):
        places = torch.arange(size) - step
        taken.append(places.clamp(0, size - 1))
        inside.append((places >= 0) & (places < size))
    return picture[taken[0]][:, taken[1]] * (inside[0][:, None] & inside[1])


def _areas(picture, boxes, *change):
    masks = [_painted(picture, box) for box in boxes.tolist()]
    return [(int(_through(mask, *change).sum()), int(mask.sum())) for mask in masks]


def moved(picture, boxes, turns, down, right):
    """Paint each box, change it like the picture, and see what is left."""
    found = []
    for box, (left, area) in zip(boxes.tolist(), _areas(picture, boxes, turns, down, right)):
        if 2 * left >= area:
            rows, columns = _through(_painted(picture, box), turns, down, right).nonzero().T
            found.append([rows.min(), columns.min(), rows.max() + 1, columns.max() + 1])
    return _through(picture, turns, down, right), torch.tensor(found)


def by_corners(picture, boxes, turns, down, right, turn=int, early=False, clip=True, least=0.5,
               strict=False, shift=True, sizes=False):  # fmt: skip
    """The boxes by their corners; the keywords are mistakes."""
    height, width = picture.shape
    top, left, bottom, right_ = boxes.T
    area = (bottom - top) * (right_ - left)
    if early:
        top, bottom, left, right_ = top + down, bottom + down, left + right, right_ + right
    for _ in range(turn(turns)):
        top, left, bottom, right_ = width - right_, top, width - left, bottom
        height, width = width, height
    if shift and not early:
        top, bottom, left, right_ = top + down, bottom + down, left + right, right_ + right
    height, width = picture.shape if sizes else torch.rot90(picture, turns).shape
    cut = [top.clamp(0, height), left.clamp(0, width)]
    cut += [bottom.clamp(0, height), right_.clamp(0, width)]
    share = (cut[2] - cut[0]) * (cut[3] - cut[1]) / area
    keep = share > least if strict else share >= least
    return torch.stack(cut if clip else [top, left, bottom, right_], 1)[keep]


SHOWN = [
    {"turn": lambda n: 0},
    {"turn": lambda n: -n % 4},
    {"early": True},
    {"shift": False},
    {"clip": False},
    {"sizes": True},
    {"least": 1.0},
]


def boxes_by(sentence, **mistake):
    """The picture is right, the boxes are what a mistake gives; no box at all has many forms."""

    def when(answer, expected, *inputs):
        boxes = by_corners(*inputs, **mistake)
        return torch.equal(answer[0].double(), expected[0].double()) and torch.equal(
            answer[1].double().reshape(-1, 4), boxes.double()
        )

    return Symptom(sentence, when=when)


def rolled(picture, boxes, turns, down, right):
    return torch.rot90(picture, turns).roll((down, right), (0, 1)), moved(
        picture, boxes, turns, down, right
    )[1]  # fmt: skip


def shifted_first(picture, boxes, turns, down, right):
    """The other order, where it can be done."""
    return torch.rot90(_through(picture, 0, down, right), turns)


def picture_is(change):
    """Whether the picture is wrong, and just what a mistake gives."""

    def when(answer, expected, *inputs):
        copy = answer[0].double()
        return torch.equal(copy, change(*inputs).double()) and not picture_right(answer, expected)

    return when


def picture_right(answer, expected, *inputs):
    return torch.equal(answer[0].double(), expected[0].double())


MOVED = Task(
    id="11.7",
    title="A copy must keep its label: boxes that move along",
    points=5,
    function="moved",
    taught="ch11_regularisation.ipynb#more-from-the-same-pictures",
    statement=r"""
If the label of a picture is a digit, a small turn leaves it true. If the label says *where*
something is, the label has to move along. A box is four whole numbers, (top, left, bottom, right):
it covers the rows from `top` to `bottom` and the columns from `left` to `right`, the last of each
not included, as in `picture[top:bottom, left:right]`.

Write `moved(picture, boxes, turns, down, right)` for a picture (H, W) and its boxes (B, 4).

- First the picture is turned by `turns` quarter turns (0 to 3) *against* the clock, as
  `torch.rot90` does; H and W may change places.
- Then it is shifted by `down` rows and by `right` columns; both may be negative. What leaves the
  picture is lost, and zeros come in. Some of it always stays.

Return `(copy, copied_boxes)`: the changed picture, and its boxes in their order. A box is cut at
the border, and left out if less than half of its area is still there. At least one remains.
""",
    generate=moved_case,
    returns=("copy", "copied_boxes"),
    oracle=moved,
    symptoms=[
        Symptom("What leaves the picture comes in again on the other side.",
                when=picture_is(lambda *i: rolled(*i)[0])),
        Symptom("You turn with the clock.",
                when=picture_is(lambda p, b, turns, *i: _through(p, -turns % 4, *i))),
        Symptom("You shift first and turn then.", when=picture_is(shifted_first)),
        Symptom("The copy is not shifted.",
                when=picture_is(lambda p, b, n, *shift: torch.rot90(p, n))),
        Symptom("You shift the other way: down is towards larger row numbers.",
                when=picture_is(lambda p, b, n, down, right: _through(p, n, -down, -right))),
        Symptom("Rows and columns of the shift have changed places.",
                when=picture_is(lambda p, b, n, down, right: _through(p, n, right, down))),
        boxes_by("A box of which exactly half is still there remains.", strict=True),
        boxes_by("Boxes remain of which less than half is still there.", least=1e-9),
        boxes_by("All boxes remain. Those with less than half of their area are left out.",
                 least=-1.0),
        boxes_by("You leave out every box that is cut. Half of its area is enough.", least=1.0),
        boxes_by("The picture is right. The boxes that are left are not cut at the border.",
                 clip=False),
        boxes_by("The boxes are cut at the borders of the picture as it was. A quarter turn makes "
                 "its height its width.", sizes=True),
        boxes_by("The boxes are not shifted.", shift=False),
        boxes_by("The boxes are shifted first and turned then.", early=True),
        boxes_by("The boxes are turned the other way round than the picture.",
                 turn=lambda n: -n % 4),
        boxes_by("The picture is turned, the boxes are not.", turn=lambda n: 0),
        Symptom(
            "The last row and column of your boxes are included. In `top:bottom` the last is not.",
            mimics=lambda *i: (moved(*i)[0], moved(*i)[1] - torch.tensor([0, 0, 1, 1])),
        ),
        Symptom(
            "Your boxes have columns before rows. A box is (top, left, bottom, right).",
            mimics=lambda *i: (moved(*i)[0], moved(*i)[1][:, [1, 0, 3, 2]]),
        ),
        Symptom("The picture is right, its boxes are not.", when=picture_right),
        Symptom(
            "The boxes are right, the picture is not.",
            when=lambda answer, expected, *i: (
                answer[1].shape == expected[1].shape
                and torch.equal(answer[1].double(), expected[1].double())
            ),
        ),
    ],
)  # fmt: skip

PICTURES = [MOVED]
