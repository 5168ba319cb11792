"""The exercise of chapter 19 on holes: four bugs in the loss of a masked autoencoder."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def cut(x, side):
    """Pictures (N, H, W) as patches (N, P, side²), row by row."""
    n, height, width = x.shape
    x = x.reshape(n, height // side, side, width // side, side)
    return x.permute(0, 1, 3, 2, 4).reshape(n, -1, side * side)


def chop(x, side):
    """Runs of pixels in place of patches: a bug."""
    return x.reshape(len(x), -1, side * side)


def holes(
    x, drawn, draws, side, share, each=True, only=True, patches=True, own=True, smallest=False,
    plain=False, biased=False, ceil=False, total=False,
):  # fmt: skip
    """The oracle: (hidden, loss); each to own are bugs if False, the others are mistakes."""
    to_patches = cut if patches else chop
    wanted, said = to_patches(x, side), to_patches(drawn, side)
    count = -int(-share * draws.shape[1] // 1) if ceil else int(share * draws.shape[1])
    order = (draws if each else draws[:1].expand_as(draws)).argsort(1, descending=not smallest)
    hidden = torch.zeros_like(draws, dtype=torch.bool).scatter(1, order[:, :count], True)
    axes = 2 if own else (1, 2)
    spread = wanted.var(axes, keepdim=True, correction=int(biased and side > 1))
    normed = (wanted - wanted.mean(axes, keepdim=True)) / (spread + 0.01).sqrt()
    wanted = wanted if plain else normed
    loss = ((said - wanted) ** 2).mean(2)
    if total:
        return hidden, float((loss * hidden).sum() / hidden.numel())
    kept = loss[hidden] if only else loss.flatten()
    return hidden, float(kept.mean()) if len(kept) else 0.0


NAMES = "each", "only", "patches", "own"
BUGS = {
    "each": "All pictures hide the same places. Each has its own draws.",
    "only": "`hidden` is right. Patches that were shown count in your loss. Only hidden ones do.",
    "patches": "`hidden` is right. What you cut are runs of pixels. A patch has pixels of several "
    "rows.",
    "own": "`hidden` is right. The wanted numbers have the mean and spread of the whole picture "
    "taken away. Each patch has its own.",
}
MISTAKES = {
    "You hide the patches with the smallest draws. Those with the largest are hidden.": partial(
        holes, smallest=True
    ),
    "You round the number of hidden patches up. It is rounded down.": partial(holes, ceil=True),
    "`hidden` is right. The pixels themselves are wanted in yours. Each patch is to be drawn "
    "without its mean and spread.": partial(holes, plain=True),
    "`hidden` is right. Your variance divides by one less than the number of pixels. It is the "
    "mean of the squares.": partial(holes, biased=True),
    "`hidden` is right. You divide by the number of all patches. It is a mean over the hidden "
    "ones.": partial(holes, total=True),
}


def holes_case(rng, case):
    """Draw pictures on which each bug shows; none hidden, all, one pixel a patch, paper."""
    states = [[bool(n & bit) for bit in (8, 4, 2, 1)] for n in range(15)]
    states = [state for state in states if any(state[1:])]  # else the cut does not matter
    bugs = [partial(holes, **dict(zip(NAMES, state))) for state in states]
    kept = [*bugs, *MISTAKES.values()] if case < 2 else []
    while True:
        count, side, down, across = one(rng, 2, 3), one(rng, 2, 3), 2, 3
        share = [0.35, 0.75, 0.55, 0.0, 1.0, 0.5, 0.5][case]
        if case == 5:
            side = 1
        if case == 6:
            count, down, across = 1, 3, 1
        x = normal(rng, count, side * down, side * across)
        drawn = normal(rng, *x.shape)
        if case == 2:
            x[:, :side, :side] = 0.7
        draws = torch.from_numpy(rng.permutation(count * down * across) / 20.0)
        inputs = x, drawn, draws.reshape(count, -1), side, share
        if telling(inputs, holes, kept, kept):
            return inputs


def right(answer, expected, *places):
    return all(
        close(torch.as_tensor(answer[n]).double(), torch.as_tensor(expected[n]).double(), 1e-6)
        for n in places
    )


DEBUG = Task(
    id="19.3",
    title="Find the bugs: holes that are no holes",
    points=5,
    function="masked_loss",
    kind="debug",
    taught="ch19_self_supervision.ipynb#older-tasks-turned-pictures-and-holes",
    returns=("hidden", "loss"),
    statement=r"""
The masked autoencoder of 2021 hides most patches of each picture. What it has to draw is a hidden
patch without its mean and spread, so that brightness does not count, and only hidden patches count
in the loss.

`x` (N, H, W) holds the pictures, `drawn` (N, H, W) what the net draws. Patches are squares of
`side` × `side` pixels, numbered row by row, P in all. Chance comes from outside: `draws` (N, P).
Each picture hides `share` · P of its patches, rounded down: those with the largest of its own
draws. With $m$ and $v$ the mean and the variance (the mean of the squared differences from $m$) of
a patch's pixels, the wanted numbers are $(x - m) / \sqrt{v + 0.01}$. The loss is the mean of the
squared differences from what is drawn, over all pixels of all hidden patches; 0 if none is hidden.

`masked_loss(x, drawn, draws, side, share)` should return `(hidden, loss)`: a table (N, P), True
where a patch is hidden, and the loss. It runs. There are four bugs, and when one is mended, another
may come to light.
""",
    generate=holes_case,
    cases=7,
    oracle=holes,
    symptoms=[
        *left(holes, BUGS["each"], NAMES[1:], each=False),
        *left(holes, BUGS["only"], NAMES[2:], only=False),
        *left(holes, BUGS["patches"], NAMES[3:], patches=False),
        *left(holes, BUGS["own"], (), own=False),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`hidden` is right, the loss is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
        Symptom(
            "The loss is right, `hidden` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1),
        ),
    ],
)

HOLES = [DEBUG]
