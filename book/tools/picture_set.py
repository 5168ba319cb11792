"""Draw and measure the book's picture set: writes book/picture_set.md and its two pictures.

python book/tools/picture_set.py          about two minutes
"""

import statistics
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from dlcore import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    CrossEntropyLoss,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    no_grad,
)  # fmt: skip
from dlcore.data import SHAPE_NAMES, Batches, scene_captions, scenes, tiny_shapes
from dlcore.study import draw
from dlcore.training import AdamW, CosineAnnealingLR, LinearLR, SequentialLR, fit

BOOK = Path(__file__).resolve().parents[1]
SEEDS = (0, 1, 2)
EXAMPLES, TESTED, EPOCHS = 3000, 2000, 20
SIDE, ZOOM = 32, 6
ALT_SHAPES = (
    "Forty-eight pictures of 16 × 16 pixels, a column for each of the twelve shapes: solid or "
    "hollow, turned, dark on light or light on dark, with strokes behind them and noise."
)
ALT_SCENES = (
    "Four pictures of 32 × 32 pixels, above as they are, below with a box around each shape and "
    "its filled silhouette."
)


def five_convolutions(width):
    """Five 3 × 3 convolutions with batch norm, two poolings, and an average over all places."""
    widths = (1, width, width, 2 * width, 2 * width, 4 * width)
    parts = []
    for number, (few, many) in enumerate(pairwise(widths)):
        parts += [Conv2d(few, many, 3, padding=1, bias=False), BatchNorm2d(many), ReLU()]
        if number in (1, 3):
            parts.append(MaxPool2d(2))
    return Sequential(*parts, AdaptiveAvgPool2d(1), Flatten(), Linear(4 * width, 12))


def perceptron():
    return Sequential(
        Flatten(), Linear(256, 128), ReLU(), Linear(128, 128), ReLU(), Linear(128, 12)
    )


def two_convolutions():
    return Sequential(
        Conv2d(1, 8, 3, padding=1), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, padding=1), ReLU(), MaxPool2d(2),
        Flatten(), Linear(256, 64), ReLU(), Linear(64, 12),
    )  # fmt: skip


# name: how to build it, learning rate, weight decay
LADDER = {
    "a linear model": (lambda: Sequential(Flatten(), Linear(256, 12)), 3e-3, 0.1),
    "256-128-128-12, ReLU": (perceptron, 1e-3, 0.1),
    "2 convolutions, 2 linear layers": (two_convolutions, 3e-3, 0.01),
    "5 convolutions with batch norm, width 8": (lambda: five_convolutions(8), 5e-3, 0.01),
    "5 convolutions with batch norm, width 16": (lambda: five_convolutions(16), 5e-3, 0.01),
}


def parts(seed):
    """Training and test part of one draw, centred."""
    pictures = tiny_shapes(EXAMPLES + TESTED, seed=1000 + seed)
    x = (pictures.x - 0.5) / 0.2
    return (x[:EXAMPLES], pictures.y[:EXAMPLES]), (x[EXAMPLES:], pictures.y[EXAMPLES:])


def error(net, x, y):
    """Share of pictures whose highest score is not that of their class."""
    net.eval()
    with no_grad():
        scores = torch.cat([net(part).data for part in x.split(500)])
    return (scores.argmax(1) != y).float().mean().item()


def trained_error(build, rate, decay, seed):
    """(parameters, training error, test error) after EPOCHS passes of batches of 64."""
    train, test = parts(seed)
    torch.manual_seed(seed)
    net = build()
    batches = Batches(*train, batch_size=64, seed=seed)
    optimizer = AdamW(net.parameters(), lr=rate, weight_decay=decay)
    steps = EPOCHS * len(batches)
    warm = round(0.15 * steps)
    rise = LinearLR(optimizer, start_factor=0.01, total_iters=warm)
    fall = CosineAnnealingLR(optimizer, steps - warm)
    plan = SequentialLR(optimizer, [rise, fall], [warm])
    fit(net, CrossEntropyLoss(), batches, optimizer, epochs=EPOCHS, schedule=plan, progress=False)
    count = sum(p.data.numel() for p in net.parameters())
    return count, error(net, *train), error(net, *test)


def neighbour_error(seed):
    (x, y), (test_x, test_y) = parts(seed)
    nearest = torch.cdist(test_x.flatten(1), x.flatten(1)).argmin(1)
    return (y[nearest] != test_y).float().mean().item()


def ladder():
    """The table's rows, as Markdown."""
    rows = []
    for name, (build, rate, decay) in LADDER.items():
        found = [trained_error(build, rate, decay, seed) for seed in SEEDS]
        rows.append(row(name, f"{found[0][0]:,}", *list(zip(*found))[1:]))
        print(rows[-1], flush=True)
    near = [neighbour_error(seed) for seed in SEEDS]
    rows.insert(2, row("the nearest training picture", "–", [0.0] * len(SEEDS), near))
    return "\n".join(rows)


def row(name, count, train, test):
    low, high = min(test), max(test)
    train_error, test_error = statistics.mean(train), statistics.mean(test)
    return f"| {name} | {count} | {train_error:.2f} | {test_error:.2f} | {low:.2f} … {high:.2f} |"


def sheet() -> Any:
    """Four pictures of each class."""
    pictures = tiny_shapes(48, seed=0).x[:, 0]
    names = [*SHAPE_NAMES[:-1], "half"] + [""] * 36
    return draw.images(
        pictures, alt=ALT_SHAPES, titles=names, columns=12, limits=(0, 1), size=(7.2, 3.1)
    )


def scene_sheet(some) -> Any:
    """Scenes as they are, and below with boxes and silhouettes."""
    plain = list(some.x[:, 0].repeat_interleave(ZOOM, 1).repeat_interleave(ZOOM, 2))
    marked = [outlined(some, number) for number in range(len(plain))]
    return draw.images(plain + marked, alt=ALT_SCENES, columns=len(plain), limits=(0, 1))


def outlined(some, number):
    """One scene, enlarged: silhouettes in grey on white, boxes in black."""
    picture = 0.45 * some.mask[number].any(0).float()
    picture = picture.repeat_interleave(ZOOM, 0).repeat_interleave(ZOOM, 1)
    for box in some.box[number, : some.shapes[number]]:
        left, top, right, bottom = (ZOOM * box).long().tolist()
        frame = torch.zeros_like(picture, dtype=torch.bool)
        frame[top:bottom, left:right] = True
        frame[top + 1 : bottom - 1, left + 1 : right - 1] = False
        picture[frame] = 1
    return picture


def text(rows, words):
    """The page."""
    lines = "\n".join(f"- {caption}" for caption in words)
    return TEXT.format(
        shapes=ALT_SHAPES, scenes=ALT_SCENES, captions=lines, rows=rows,
        examples=f"{EXAMPLES:,}", tested=f"{TESTED:,}", epochs=EPOCHS,
    )  # fmt: skip


TEXT = """# The picture set

From chapter 12 on the book needs pictures: of more kinds than digits, small enough for a processor,
and hard enough that one net does better than another. They are drawn by a program. There is nothing
to download, the same seed gives the same pictures everywhere, and everything about them is known:
class, box, silhouette, size, shade, place.

## One shape

![{shapes}](picture_shapes.png)

```python
from dlcore.data import SHAPE_NAMES, captions, tiny_shapes

pictures = tiny_shapes(3000, seed=0)
pictures.x  # (3000, 1, 16, 16), from 0 (white) to 1 (black)
pictures.y  # (3000,), index into SHAPE_NAMES
pictures.box  # (3000, 4): left, top, right, bottom in pixels
pictures.mask  # (3000, 16, 16), True inside the shape
captions(pictures)  # "a large dark hollow bar, top left", …
```

Twelve shapes: disc, square, triangle, plus, star, bar, ell, tee, crescent, arrow, heart and half
disc. The classes are dealt in turn, so that any first part of a set is balanced. What changes from
picture to picture, and says nothing about the class: place, radius (3.6 to 6.4 pixels), angle (up
to 45 degrees to either side), solid or outline, dark on light or light on dark, contrast, a
background that slants from light to dark, up to three strokes behind the shape, and noise. `turn`
changes the angles, `noise` the noise, and `size` draws the very same pictures finer.

## Several shapes

![{scenes}](picture_scenes.png)

`scenes(count)` places one to three shapes in a picture of 32 × 32 so that they hardly ever touch.
Each has its class, box, silhouette and description, in slots; an empty slot has class −1. What
`scene_captions` says of the four pictures, from left to right:

{captions}

## How hard it is

Trained on {examples} pictures for {epochs} passes and tested on {tested} others; three draws of
both parts. Chance is 11 wrong of 12, or 0.92.

| model | parameters | training error | test error | over the draws |
|---|---|---|---|---|
{rows}

A dark disc and a light disc cancel in the average, so that no single pixel counts for a class and a
linear model is lost. A net without convolutions learns most of its training pictures
by heart and does worse than comparing with all of them. Convolutions gain with depth and width;
nobody is at zero.

`python book/tools/picture_set.py` wrote this page.
"""


def main():
    some = scenes(4, seed=4, noise=0.06)
    (BOOK / "picture_shapes.png").write_bytes(sheet().png())
    (BOOK / "picture_scenes.png").write_bytes(scene_sheet(some).png())
    page = text(ladder(), scene_captions(some))
    (BOOK / "picture_set.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
