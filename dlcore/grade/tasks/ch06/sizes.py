"""The exercises of chapter 6 that count: sizes of maps, and parameters."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole
from dlcore.models.backprop.lenet import C3_TABLE

LENET5 = [(5, 1, 0, 1), (2, 2, 0, 1), (5, 1, 0, 1), (2, 2, 0, 1), (5, 1, 0, 1)]


def fits(size, kernel, stride, padding, dilation):
    """How many windows stand on a row of `size` pixels."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


MISCOUNTS = {
    "You count windows that hang over the edge: the last step may not fit any more.": (
        lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1
    ),
    "Your windows have no holes. How far is it from the first to the last pixel of one with "
    "dilation 2?": lambda n, k, s, p, d: fits(n, k, s, p, 1),
    "A dilated window is shorter than you think: three pixels have two gaps between them.": (
        lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1
    ),
    "Padding is put on both sides.": (lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1),
    "You round to the nearest whole number. A step that fits only in part is no step.": (
        lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1
    ),
    "No padding comes in.": lambda n, k, s, p, d: fits(n, k, s, 0, d),
    "The window moves on by one pixel in yours, whatever the stride.": (
        lambda n, k, s, p, d: fits(n, k, 1, p, d)
    ),
    "Before the first step the window itself has to fit: it takes d (k - 1) + 1 pixels, one more "
    "than you leave for it.": lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s + 1,
    "You count the steps of the window. It also stands somewhere before its first step.": (
        lambda n, k, s, p, d: fits(n, k, s, p, d) - 1
    ),
}


def chain(size, layers, windows=fits):
    """The sizes after each layer; `windows` may hold a mistake."""
    return [size := windows(size, *layer) for layer in layers]


def sizes_case(rng, case):
    """Draw layers for which every mistake gives wrong sizes, and in case 3 sizes of its own."""
    edges = {0: (32, LENET5), 4: (one(rng, 5, 9), []), 5: (1, [(1, 1, 0, 1)])}
    if case in edges:
        return edges[case]
    while True:
        size, layers = one(rng, 25, 40), [(one(rng, 2, 4), one(rng, 2, 3), one(rng, 1, 2), 2)]
        for _ in range(case):
            layers.append((one(rng, 2, 3), one(rng, 1, 2), one(rng, 0, 1), one(rng, 1, 2)))
        right = chain(size, layers)
        found = [tuple(chain(size, layers, rule)) for rule in MISCOUNTS.values()]
        alike = len(found) - len(set(found))
        if min(right) > 0 and tuple(right) not in found and alike <= (case < 3):
            return size, layers


SIZES = Task(
    id="6.1",
    title="How large is the map?",
    points=4,
    function="map_sizes",
    taught="ch06_convolution.ipynb#stride-padding-dilation",
    statement=r"""
A window slides over a picture, and each place where it fits gives one pixel of the feature map.
LeNet-5 starts with $32 \times 32$ pixels. Its maps are 28, 14, 10, 5 and at last 1 pixel wide.

Write `map_sizes(size, layers)` for a square picture of `size` pixels a side. `layers` is a list of
`(kernel, stride, padding, dilation)`, four whole numbers for each layer, one after another: the
window has `kernel` pixels a side, its pixels stand `dilation` apart, it moves on by `stride`, and
`padding` pixels are put on *both* sides first. Pooling layers have these four numbers, too. Return
the list of sizes after each layer. Windows do not hang over the edge. Every window fits somewhere.
""",
    generate=sizes_case,
    oracle=chain,
    symptoms=[
        Symptom(
            "Some of your sizes are no whole numbers. A window that does not fit is left out.",
            when=lambda answer, expected, size, layers: any(float(n) % 1 for n in answer),
        ),
        Symptom(
            "Every layer starts from the picture's size. It starts from the map before it.",
            mimics=lambda size, layers: [fits(size, *layer) for layer in layers],
        ),
        *[
            Symptom(sentence, mimics=partial(chain, windows=rule))
            for sentence, rule in MISCOUNTS.items()
        ],
        Symptom(
            "The picture's own size stands in front. Asked for are the sizes after each layer.",
            mimics=lambda size, layers: [size, *chain(size, layers)],
        ),
    ],
)


def counts_case(rng, case):
    if case == 0:
        table = [[int(c in seen) for c in range(6)] for seen in C3_TABLE]
        return 14, 5, torch.tensor(table)
    table = whole(rng, 0, 1, one(rng, 3, 5), one(rng, 2, 4))
    table[0, :2] = torch.tensor([0, 1])
    if case == 5:
        return 1, 1, torch.ones(1, 1).long()
    if case == 3:  # 1 × 1 pixel, in two or three groups
        table = torch.block_diag(*[torch.ones(2, 3)] * one(rng, 2, 3)).long()
        return one(rng, 4, 8), 1, table
    size = one(rng, 6, 12)
    return size, (size if case == 4 else one(rng, 2, 5)), table


def counts(size, kernel, table, bias=1, seen=None, places=None, full_sees=None, shared_bias=False):
    """Parameters of the three layers; the keywords put mistakes in."""
    maps, inputs = table.shape
    seen = int(table.sum()) if seen is None else seen
    places = (size - kernel + 1) ** 2 if places is None else places
    weights = kernel**2 * seen
    biases = bias * maps * (1 if shared_bias else places)
    full_sees = inputs * size**2 if full_sees is None else full_sees
    full = maps * places * (full_sees + bias)
    return weights + bias * maps, places * weights + biases, full


COUNTS = Task(
    id="6.2",
    title="What sharing saves",
    points=5,
    function="parameter_counts",
    taught="ch06_convolution.ipynb#the-same-weights-everywhere",
    statement=r"""
A layer looks at C maps of `size` $\times$ `size` pixels and answers with O maps. Its windows have
`kernel` $\times$ `kernel` pixels and move pixel by pixel, without padding. Not every new map has to
look at every old one: `table` (O, C) has a 1 where map $o$ looks at map $c$, else a 0. (With groups
it has blocks of ones.)

Write `parameter_counts(size, kernel, table)` and return three whole numbers, biases included:

1. **shared**: a convolution. All pixels of a new map use the same weights and the same bias.
2. **unshared**: the same windows, but every pixel of a new map has weights and a bias of its own.
3. **full**: every pixel of every new map sees *all* pixels of *all* old maps, whatever the table
   says, and has a bias of its own.

Layer C3 of LeNet-5 has 16 maps of $10 \times 10$ pixels over 6 maps of $14 \times 14$, and a table
with 60 ones. Its 1,516 parameters are your first number for it.
""",
    generate=counts_case,
    returns=("shared", "unshared", "full"),
    oracle=counts,
    symptoms=[
        Symptom(
            "The biases are missing.",
            mimics=lambda *inputs: counts(*inputs, bias=0),
        ),
        Symptom(
            "In your first two layers every new map looks at every old one. What does the table "
            "say?",
            mimics=lambda size, kernel, table: counts(size, kernel, table, seen=table.numel()),
        ),
        Symptom(
            "Your maps have as many pixels as the picture. How many places are there for a window?",
            mimics=lambda size, kernel, table: counts(size, kernel, table, places=size**2),
        ),
        Symptom(
            "In the second layer the weights are not shared, but the biases still are.",
            mimics=lambda *inputs: counts(*inputs, shared_bias=True),
        ),
        Symptom(
            "You count a bias for each pair of maps that the table joins. A new map has one, "
            "however many old ones it looks at.",
            when=lambda answer, expected, size, kernel, table: (
                answer[0] == (kernel**2 + 1) * int(table.sum())
            ),
        ),
        Symptom(
            "Your second layer has no biases; each pixel of a new map has one of its own.",
            when=lambda answer, expected, size, kernel, table: (
                answer[0] == expected[0]
                and answer[2] == expected[2]
                and answer[1] == int(table.sum()) * kernel**2 * (size - kernel + 1) ** 2
            ),
        ),
        Symptom(
            "A window has kernel times kernel pixels; you count one side of it.",
            when=lambda answer, expected, size, kernel, table: (
                answer[0] == kernel * int(table.sum()) + len(table)
            ),
        ),
        Symptom(
            "One place more fits: the window stands somewhere before its first step.",
            mimics=lambda size, kernel, table: counts(
                size, kernel, table, places=(size - kernel) ** 2
            ),
        ),
        Symptom(
            "You returned the three values in another order.",
            when=lambda answer, expected, *inputs: sorted(answer) == sorted(expected),
        ),
        Symptom(
            "You read the table along the wrong axis: its rows are the new maps.",
            mimics=lambda size, kernel, table: counts(size, kernel, table.T),
        ),
        Symptom(
            "Your third count is too small: every pixel of every new map has a bias, and a weight "
            "for every pixel of every old map.",
            when=lambda answer, expected, size, kernel, table: (
                answer[:2] == expected[:2] and answer[2] < expected[2]
            ),
        ),
    ],
)


SIZES = [SIZES, COUNTS]
