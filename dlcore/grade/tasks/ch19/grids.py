"""The exercise of chapter 19 on a ViT's places: a larger picture than it was trained on."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling

resize = torch.nn.functional.interpolate


def stretch(
    rows, down, across, mode="bilinear", corners=False, token="first", turned=False, clamp=True
):
    """The oracle: the rows of a grid of down × across places; the keywords are mistakes."""
    side = round((len(rows) - 1) ** 0.5)
    token_row, grid = rows[:1], rows[1:]
    if token == "as last":
        token_row, grid = rows[-1:], rows[:-1]
    grid = grid.reshape(side, side, -1).permute(2, 0, 1)[None]
    settings = {"align_corners": corners} if mode == "bilinear" else {}
    size = (across, down) if turned else (down, across)
    found = resize(grid, size=size, mode=mode, **settings) if clamp else beyond(grid, *size)
    found = found[0].permute(2, 1, 0) if turned == "columns" else found[0].permute(1, 2, 0)
    parts = [token_row, found.reshape(-1, rows.shape[1])]
    if token == "none":
        parts = parts[1:]
    return torch.cat(parts[::-1] if token in ("last", "as last") else parts)


def beyond(grid, down, across):
    """Straight on beyond the outermost centres."""
    side = grid.shape[-1]
    if side == 1:
        return resize(grid, size=(down, across), mode="nearest")

    def weights(count):
        at = (torch.arange(count).double() + 0.5) * side / count - 0.5
        low = at.floor().clamp(0, side - 2)
        table = torch.zeros(count, side).double()
        table[torch.arange(count), low.long()] = 1 - (at - low)
        table[torch.arange(count), low.long() + 1] += at - low
        return table

    return torch.einsum("ia,jb,ndab->ndij", weights(down), weights(across), grid)


def in_a_row(rows, down, across):
    """All rows as points of one line, the class token's among them."""
    line = rows.T[None]
    found = resize(line, size=1 + down * across, mode="linear", align_corners=False)
    return found[0].T


def columns(rows, down, across):
    """The new places are numbered column by column."""
    found = stretch(rows, down, across)
    grid = found[1:].reshape(down, across, -1).transpose(0, 1)
    return torch.cat([found[:1], grid.reshape(down * across, -1)])


MISTAKES = {
    "You stretch all rows as one line. The class token has no place in the picture, and a row "
    "below is nearer than the end of the line.": in_a_row,
    "The class token's row is missing in your answer. It keeps its row, in front.": partial(
        stretch, token="none"
    ),
    "The class token's row stands in front, not behind: in what you get and in what you "
    "give.": partial(stretch, token="as last"),
    "In your answer the class token's row stands behind. It stands in front.": partial(
        stretch, token="last"
    ),
    "Your outermost patches lie on the outermost patches of the old grid. Centres are not "
    "corners: a small patch at the edge has its centre nearer to the edge.": partial(
        stretch, corners=True
    ),
    "You take the row of the nearest old patch. Between two of them it is a mixture.": partial(
        stretch, mode="nearest-exact"
    ),
    "You take the row of one old patch, as it is. Between two of them it is a mixture.": partial(
        stretch, mode="nearest"
    ),
    "Beyond the outermost centres you go straight on. There the edge's row holds.": partial(
        stretch, clamp=False
    ),
    "Rows and columns of the new grid are exchanged: `down` comes first.": partial(
        stretch, turned=True
    ),
    "Your new places are numbered column by column. They are numbered row by row.": columns,
}


def grid_case(rng, case):
    """Draw rows on which each mistake shows; one patch, the same grid, a smaller one."""
    mistakes = list(MISTAKES.values())
    while True:
        side, width = one(rng, 2, 3), one(rng, 1, 3)
        down, across = one(rng, side + 1, 6), one(rng, side + 1, 6)
        if case == 2:
            side = 1
        if case == 3:
            down = across = side
        if case == 4:
            side, down, across = 4, 3, 2
        if case == 5:
            down, across = 1, 7
        if case == 6:
            side, width, down, across = 2, 1, 1, 1
        inputs = normal(rng, 1 + side * side, width), down, across
        if case > 1 or (down != across and telling(inputs, stretch, mistakes, mistakes)):
            return inputs


STRETCH = Task(
    id="19.4",
    title="A larger picture than it was trained on",
    points=4,
    function="stretch",
    taught="ch19_self_supervision.ipynb#a-picture-is-a-sentence-the-vision-transformer",
    statement=r"""
A trained ViT shall read larger pictures with patches of the same size. The map of patches does not
mind, nor do the blocks; only the places do: for the new ones there are no rows. The paper of 2020
stretches the grid of the old rows over the new one.

`rows` (1 + S², D) holds the learned rows: the class token's in front, then those of S × S patches,
row by row. The new picture has `down` × `across` patches. Lay both grids over the same square.
Each patch is a rectangle in it, and its row belongs to its *centre*: with S patches along a side
the centres are at ½/S, 1½/S and so on. A new row is what straight lines between the old centres
give, from top to bottom and from left to right; beyond the outermost centres the row of the
outermost holds. The class token keeps its own.

Write `stretch(rows, down, across)` and return the new rows (1 + down · across, D), in the same
order. The new grid may also have fewer patches than the old one; the straight lines are the same.
""",
    generate=grid_case,
    cases=7,
    oracle=stretch,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The class token's row is right, the others are not. Take D = 1 and one line of "
            "patches, and draw old and new centres on paper.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape and torch.allclose(answer[0].double(), expected[0])
            ),
        ),
        Symptom(
            "The first row is the class token's, and it stays what it was.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape
                and not torch.allclose(answer[0].double(), expected[0])
            ),
        ),
    ],
)

GRIDS = [STRETCH]
