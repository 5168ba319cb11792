"""Chapter 14's one-look detectors as they run in the page, and what the page says of them.

The net, its rate and its batches are the chapter's; it learns for longer and from more scenes,
because a reader who draws wants to be understood. All of it takes three minutes on one quiet core.
"""

import base64

import torch
from live_steps import take_steps

from dlcore.data import scenes
from dlcore.data.tiny_shapes import LARGEST, SMALLEST
from dlcore.layers import Sequential
from dlcore.methods.export import in_half
from dlcore.methods.measure import detection
from dlcore.models import GridDetector
from dlcore.study.chapters import draw_ch14
from dlcore.study.palette import BLUE, GREEN, INK, PAPER, VERMILION
from dlcore.training import AdamW

NAMES = ["disc", "square", "triangle"]
STEPS = 3000
MEAN, DEVIATION = 0.5, 0.2  # of the grey values, roughly
NETS = {"one": (0.5, 0.01), "nine": (1.5, 0.02)}  # reach in cells, and the rate of the chapter
LEAST = [step / 20 for step in range(1, 20)]  # what the page's sliders can be set to
OVERLAP = [step / 10 for step in range(1, 10)] + [None]
SHOWN = 10  # scenes that the page offers
# What dl-scene.js needs to draw a shape like the set's: where those take a random number, the
# middle of its range, and the range of radius and turn to tell the reader.
LOOK = {
    "side": 32, "grey": 0.5, "noise": 0.06, "line": 1.35, "shades": [0.15, 0.85],
    "radius": [SMALLEST, LARGEST], "turn": 0.3,
}  # fmt: skip
COLOURS = {"paper": PAPER, "ink": INK, "kinds": [BLUE, VERMILION, GREEN]}


def pictures(count, seed):
    """Scenes of discs, squares and triangles, and the true boxes and labels of each."""
    made = scenes(count, seed, classes=len(NAMES), turn=LOOK["turn"])
    true = [
        {"boxes": made.box[i, :number], "labels": made.y[i, :number]}
        for i, number in enumerate(made.shapes.tolist())
    ]
    return made, true


def centred(x):
    return (x - MEAN) / DEVIATION


def detector(reach, rate, steps=STEPS, examples=20_000):
    """A detector of chapter 14, trained."""
    made, _ = pictures(examples, 10_000)
    data = centred(made.x), made.box, made.y
    torch.manual_seed(0)
    net = GridDetector(len(NAMES), width=12, reach=reach)
    return take_steps(
        net, AdamW(net.parameters(), lr=rate, weight_decay=0.01),
        lambda x, *true: net.loss(net(x), *true), data,
        steps=steps, batch=24, warmup=steps // 8 + 1,
    )  # fmt: skip


def as_layers(net):
    """A detector as the layers of a page: scenes (N, 1, S, S)  →  (N, 5 + classes, S/4, S/4)."""
    return Sequential(net.body.fine, net.body.coarse, net.head)


def as_detector(layers, reach=0.5):
    """The way back."""
    net = GridDetector(len(NAMES), width=12, reach=reach)
    net.body.fine, net.body.coarse, net.head = layers
    return net.eval()


def both(**options):
    """The two nets of the page under their names."""
    nets = {name: as_layers(detector(*how, **options)) for name, how in NETS.items()}
    return Sequential(nets)


def detect(net, x, **options):
    return [found for part in centred(x).split(50) for found in net.detect(part, **options)]


def counts(net, made, true):
    """[[[boxes, hits] for each of LEAST] for each of OVERLAP] on these scenes."""
    table = []
    for overlap in OVERLAP:
        found = detect(net, made.x, least=LEAST[0], overlap=overlap)
        kinds = [detection.overlaps(found, true, label)[0] for label in range(len(NAMES))]
        scores, hits = map(torch.cat, zip(*(detection.ranked(pairs, 0.5) for pairs in kinds)))
        kept = [scores > least for least in LEAST]
        table.append([[int(keep.sum()), int(hits[keep].sum())] for keep in kept])
    return table


def about(nets, tested=1000):
    """What the page says of both nets, measured with the weights that the page has."""
    made, true = pictures(tested, 20_000)
    rounded = in_half(nets)
    levels = (255 * made.x[:SHOWN]).round().to(torch.uint8)
    shown = [
        {
            "pixels": base64.b64encode(pixels.numpy().tobytes()).decode(),
            "boxes": one["boxes"].tolist(),
        }
        for pixels, one in zip(levels, true)
    ]
    return {
        "names": NAMES,
        "mean": MEAN,
        "deviation": DEVIATION,
        "scene": LOOK,
        "colours": COLOURS,
        "scenes": shown,
        "parameters": sum(p.numel() for p in nets[0].parameters()),
        "steps": STEPS,
        "tested": tested,
        "shapes": sum(len(one["labels"]) for one in true),
        "counts": {name: counts(as_detector(net), made, true) for name, net in zip(NETS, rounded)},
    }


def average_precision(nets, tested=1000):
    """AP50 of each net, with NMS at 0.5 and without."""
    made, true = pictures(tested, 20_000)
    table = {}
    for name, net in zip(NETS, in_half(nets)):
        found = [detect(as_detector(net), made.x, overlap=overlap) for overlap in (0.5, None)]
        scores = [detection.mean_average_precision(f, true, len(NAMES), [0.5]) for f in found]
        table[name] = [score.mean().item() for score in scores]
    return table


def picture(nets):
    """Four test scenes with what the first net finds in them."""
    made, true = pictures(1000, 20_000)
    found = detect(as_detector(nets[0]), made.x[:4], least=0.4)
    return draw_ch14.boxes(
        made.x[:4, 0],
        found,
        NAMES,
        columns=4,
        true=true[:4],
        alt="Four grey scenes with discs, squares and triangles, bright or dark, filled or hollow. "
        "Around each shape the detector has drawn a box in the colour of its kind, with name and "
        "score; the true boxes are dashed.",
    )
