"""The exercises of chapter 4 on what nets can draw: a broken line by hand, pieces of deep nets."""

import math
from itertools import pairwise

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import normal, one, whole
from dlcore.grade.tasks.forms import floats, odd_form
from dlcore.grade.tasks.prediction import measured


def line_case(rng, case):
    count = {4: 2, 5: 4}.get(case, one(rng, 4, 6))
    gaps = (whole(rng, 2, 9, count) * (3 if case == 3 else 1)).double() / 4
    x = gaps.cumsum(0) + one(rng, -4, 2)
    y = normal(rng, count) * 3
    return x, (torch.full_like(y, float(one(rng, 1, 5))) if case == 5 else y)


def net_values(bends, heights, start, u):
    return start + ((u[:, None] - bends).clamp(min=0) * heights).sum(1)


def line_judge(answer, x, y):
    if sentence := odd_form(answer, "bends", "heights", "start"):
        return sentence
    bends, heights, start = (floats(part).reshape(-1) for part in answer)
    if bends.shape != heights.shape or start.numel() != 1:
        return f"You return {bends.numel()} bends for {heights.numel()} heights; a unit has both."
    if len(bends) >= len(x):
        return f"You take {len(bends)} units for {len(x)} points; allowed are N - 1 = {len(x) - 1}."
    wrong = (net_values(bends, heights, start, x) - y).abs() > 1e-6 * (1 + y.abs().max())
    if wrong[0]:
        value = float(net_values(bends, heights, start, x[:1]))
        return f"The net already misses the first point: it answers {value:.4g} for {x[0]:g}."
    if wrong.any():
        return missed(bends, heights, x, y, int(wrong.nonzero()[0]))
    between = (x[1:] + x[:-1]) / 2
    if (net_values(bends, heights, start, between) - (y[1:] + y[:-1]) / 2).abs().max() > 1e-5:
        return "All points are met, but between some of them the line is not straight."
    return None


def missed(bends, heights, x, y, first):
    """Say how a net misses the point `first`, after it has met those before."""
    rise, over_rise = y.diff(), x.diff() / y.diff()
    if bends.shape == x[1:].shape and torch.allclose(bends, x[1:]):
        return (
            "A unit is silent up to its bend. With your bends nothing rises behind the first point."
        )
    known = {
        "Each height is the slope of a piece. The units before it go on rising: how much slope do "
        "they bring along already?": rise / x.diff(),
        "Your heights are right for points at a distance of 1. A slope is rise over distance.": (
            torch.cat([rise[:1], rise.diff()])
        ),
        "Your slopes stand on their heads: a slope is rise over distance.": (
            torch.cat([over_rise[:1], over_rise.diff()])
        ),
        "Your heights are rises. The units are slopes, and those before go on rising.": rise,
    }
    for sentence, mistake in known.items():
        if heights.shape == mistake.shape and torch.allclose(heights, mistake, atol=1e-6):
            return sentence
    return f"The net meets the points up to {x[first - 1]:g} and misses the one at {x[first]:g}."


LINE = Task(
    id="4.7",
    title="Through all points, without training",
    points=5,
    function="broken_line",
    taught="ch04_activations.ipynb#one-hidden-layer-is-enough-1989",
    kind="choose",
    statement=r"""
Bumps of sigmoids follow a curve roughly. With ReLU units one hidden layer meets any points
*exactly*, and straight lines connect them. No training: the weights are written down.

Write `broken_line(x, y)` for points with places `x` (N,), in rising order, and heights `y` (N,);
there are at least two. Return `(bends, heights, start)` such that the net

$$f(u) = \text{start} + \sum_k \text{heights}_k \cdot \max(u - \text{bends}_k, 0)$$

is the broken line through all points, for every $u$ from the first place to the last. `bends` and
`heights` have one number per unit, `start` is a number. Take at most $N - 1$ units. The places are
*not* evenly spaced.
""",
    generate=line_case,
    judge=line_judge,
)


def states(weights, biases, x, floor=0.0, on=lambda z: z > 0):
    """Which units are on at each point: a list of tables (points, units), one per layer.

    floor: the least that a unit hands on, and `on`: from which sum on it is on; others than these
    are mistakes."""
    h, found = x[:, None], []
    for W, b in zip(weights, biases):
        z = h @ W.T + b
        found.append(on(z))
        h = z.clamp(min=floor)
    return found


def changes(table):
    """How many neighbours differ in at least one unit."""
    return int((table[1:] != table[:-1]).any(1).sum())


def count_pieces(weights, biases, x, layers=slice(None), **mistakes):
    return 1 + changes(torch.cat(states(weights, biases, x, **mistakes)[layers], 1))


def all_switches(weights, biases, x):
    table = torch.cat(states(weights, biases, x), 1)
    return 1 + int((table[1:] != table[:-1]).sum())


MISCOUNTS = [
    (
        "A unit whose sum is exactly 0 is off.",
        lambda *inputs: count_pieces(*inputs, on=lambda z: z >= 0),
    ),
    (
        "You count the places where the line is bent; there is one piece more than those.",
        lambda *inputs: count_pieces(*inputs) - 1,
    ),
    (
        "You add up the switches of all units. Where two of them switch between the same "
        "neighbours, only one new piece begins.",
        all_switches,
    ),
    (
        "You count the bends of the first layer. Units above it bend the line, too.",
        lambda *inputs: count_pieces(*inputs, layers=slice(1)),
    ),
    (
        "You look at the last layer only. A bend of a layer below stays a bend, unless all "
        "units above it are silent; here it counts anyway.",
        lambda *inputs: count_pieces(*inputs, layers=slice(-1, None)),
    ),
    (
        "This is the number of units and one more, for every net. Count where they switch.",
        lambda weights, biases, x: 1 + sum(len(b) for b in biases),
    ),
    (
        "The sums of a layer go into the next one as they are. What does ReLU do first?",
        lambda *inputs: count_pieces(*inputs, floor=-math.inf),
    ),
]


def random_net(rng, *sizes):
    pairs = list(pairwise(sizes))
    weights = [torch.from_numpy(rng.normal(size=(b, a))) for a, b in pairs]
    return weights, [torch.from_numpy(rng.normal(size=b)) for _, b in pairs]


def pieces_case(rng, case):
    x = torch.linspace(-3, 3, 2 if case == 5 else 25).double()
    weights, biases = random_net(rng, 1, *((4, 4), (6,), (3, 3, 3), (8, 4), (3, 2), (3, 2))[case])
    if case == 1:  # a sum of exactly 0 at one point, where its unit is not yet on
        bend = one(rng, -6, 8) / 4
        bends = torch.tensor([bend, bend + 0.1, bend - 0.9], dtype=torch.float64)
        slopes = torch.tensor([1.0, 1.0, -2.0], dtype=torch.float64)
        return [slopes[:, None]], [-slopes * bends], x
    if case == 4:  # every unit is silent everywhere
        return [0 * W for W in weights], [-b.abs() - 1 for b in biases], x
    while case == 0 and not tells_apart(weights, biases, x):
        weights, biases = random_net(rng, 1, 4, 4)
    return weights, biases, x


def tells_apart(*inputs):
    """Whether each mistake but the first gives another count, so that it can be named."""
    right = count_pieces(*inputs)
    counts = [right, *(mistake(*inputs) for _, mistake in MISCOUNTS[1:])]
    off_by_one = [count_pieces(*inputs, floor=floor) for floor in (-1.0, 1.0)]
    off_by_one += [count_pieces(*inputs, on=on) for on in (lambda z: z > -1, lambda z: z > 1)]
    return len(set(counts)) == len(counts) and right not in off_by_one


PIECE_COUNT = Task(
    id="4.8",
    title="Predict, then measure: how often is a random net bent?",
    points=5,
    function="count_pieces",
    taught="ch04_activations.ipynb#depth-against-width",
    kind="predict",
    statement=r"""
A net of ReLU units with one input draws a broken line. Six layers of two units *can* draw 64
straight pieces, twelve units side by side never more than 13. But that deep net was made by hand.
Take 24 units and draw all weights and biases with `torch.randn`, once for a single layer, once for
three layers of eight. Which of the two has more pieces between $-10$ and 10, on average?

- **a**: the deep one, several times as many
- **b**: neither: about as many
- **c**: the deep one has less than half as many

Decide first. Then write `count_pieces(weights, biases, x)`. `weights` and `biases` are lists with
the tables (O, I) and the biases (O,) of all hidden layers, the first one first, with ReLU behind
each. `x` (P,) are points in rising order. A unit is *on* where its sum is positive. Two neighbours
of `x` lie on the same piece if *every* unit of *every* layer is on at both or off at both. Return
`(prediction, pieces)`, where one piece is the least. Any prediction counts, if you made one; the
count must be right. Then count for random nets of your own, and average.
""",
    generate=pieces_case,
    judge=measured(
        ("a", "b", "c"),
        count_pieces,
        MISCOUNTS,
    ),
)

PIECES = [LINE, PIECE_COUNT]
