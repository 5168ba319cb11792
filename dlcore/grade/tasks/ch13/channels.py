"""The exercises of chapter 13 on which channels see which: a dense block, groups and a shuffle."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def dense(channels, growth, layers, narrow, **mistakes):
    """The oracle: channels behind the block, weights with and without narrow layers.

    mistakes: pairs, the pairs of layers that see each other; nine and own, the pixels of the second
    and of the first kernel; times, by what the second layer of a pair is multiplied; start, whether
    the block's own channels are behind it.
    """
    pairs = mistakes.get("pairs", lambda n: n * (n - 1) // 2)(layers)
    nine, own = mistakes.get("nine", 9), mistakes.get("own", 1)
    seen = layers * channels + growth * pairs
    second = layers * mistakes.get("times", narrow) * growth**2
    behind = mistakes.get("start", 1) * channels + layers * growth
    return behind, own * narrow * growth * seen + nine * second, nine * growth * seen


def dense_case(rng, case):
    """Draw blocks; none, one and very many layers, and DenseNet-121's first."""
    if case == 0:
        return 64, 32, 6, 4
    layers = {3: 0, 4: 1, 5: one(rng, 2, 3) * 10**8}.get(case, one(rng, 3, 9))
    growth = one(rng, 1, 2) if case == 5 else one(rng, 2, 9)
    return one(rng, 3, 20), growth, layers, one(rng, 2, 4) if case < 5 else 1


def others_right(answer, expected, wrong):
    return all(
        (abs(mine - right) > 0.5) == (number == wrong)
        for number, (mine, right) in enumerate(zip(answer, expected))
    )


DENSE = Task(
    id="13.3",
    title="What a dense block costs, by pencil",
    points=5,
    function="dense_block",
    kind="pencil",
    taught="ch13_residual.ipynb#everything-before-densenet-2016",
    returns=("channels_after", "with_narrow", "without"),
    statement=r"""
Take a pencil. A dense block gets C channels and has L layers. Each layer sees *all* channels that
are there before it and adds $k$ new ones, the growth rate. In DenseNet a layer is two convolutions:
a $1 \times 1$ from all channels that it sees to a narrow middle of $b k$ channels, then a
$3 \times 3$ from these to the $k$ new ones. None has a bias, and norms are not counted.

Find on paper: the number of channels behind the block; the number of its weights; and the number of
weights if each layer were a single $3 \times 3$ convolution from all channels that it sees to the
$k$ new ones. The sum $0 + 1 + \dots + (L - 1) = \tfrac12 L (L - 1)$ makes formulas of them without
a loop.

Write `dense_block(channels, growth, layers, narrow)` for $C$, $k$, $L$ and $b$. Return the three
whole numbers, `(channels_after, with_narrow, without)`. A block may have no layer, and it may have
300 million: use your formulas. For the first block of DenseNet-121, with $C = 64$, $k = 32$,
$L = 6$ and $b = 4$, the second number is 331,776 and larger than the third. For how many layers
does the narrow middle begin to pay?
""",
    generate=dense_case,
    oracle=dense,
    symptoms=[
        Symptom(
            "Your layers all see the C channels of the start. Each also sees what the layers "
            "before it have added.",
            mimics=partial(dense, pairs=lambda n: 0),
        ),
        Symptom(
            "Each of your layers sees its own new channels. It sees those of the layers before it.",
            mimics=partial(dense, pairs=lambda n: n * (n + 1) // 2),
        ),
        Symptom(
            "You count every pair of layers twice: the sum from 0 to L − 1 is half as large.",
            mimics=partial(dense, pairs=lambda n: n * (n - 1)),
        ),
        Symptom(
            "All your layers see as much as the last one does.",
            mimics=partial(dense, pairs=lambda n: n * max(n - 1, 0)),
        ),
        Symptom(
            "A kernel of 3 × 3 has nine weights for each pair of channels.",
            mimics=partial(dense, nine=1),
        ),
        Symptom(
            "A kernel of 3 × 3 has nine weights for each pair of channels; you count three.",
            mimics=partial(dense, nine=3),
        ),
        Symptom(
            "The first convolution of a layer is 1 × 1: one weight for each pair of channels.",
            mimics=partial(dense, own=9),
        ),
        Symptom(
            "Your second convolution starts from k channels. The middle is b times as wide.",
            mimics=lambda *inputs: dense(*inputs, times=1),
        ),
        Symptom(
            "Behind the block the channels of the start are still there.",
            mimics=partial(dense, start=0),
        ),
        Symptom(
            "Your numbers of weights are right. The number of channels is not: layers add.",
            when=lambda answer, expected, *inputs: others_right(answer, expected, 0),
        ),
        Symptom(
            "The number with a narrow middle is wrong, the others are right: add up both of a "
            "layer's convolutions.",
            when=lambda answer, expected, *inputs: others_right(answer, expected, 1),
        ),
        Symptom(
            "The number without a narrow middle is wrong, the others are right.",
            when=lambda answer, expected, *inputs: others_right(answer, expected, 2),
        ),
    ],
)


def mixed(x, rows):
    """Channels written into `rows` rows and read column by column."""
    return x.unflatten(1, (rows, -1)).transpose(1, 2).flatten(1, 2)


def by_slopes(weight, groups, rows):
    """The oracle: a convolution is linear, so its slopes are the weights of the full one."""
    x = weight.new_zeros(1, weight.shape[1] * groups, *weight.shape[2:], requires_grad=True)
    y = torch.nn.functional.conv2d(mixed(x, rows), weight, groups=groups).flatten()
    return torch.stack([torch.autograd.grad(part, x, retain_graph=True)[0][0] for part in y])


def spread(weight, groups, rows, order=None, everywhere=False, woven=False):
    """The full weight from indices; the keywords are mistakes."""
    outs, each = weight.shape[:2]
    full = weight.new_zeros(outs, each * groups, *weight.shape[2:])
    places = torch.arange(each * groups)
    order = (order or (lambda places, rows: mixed(places[None], rows)[0]))(places, rows)
    for o in range(outs):
        group = o % groups if woven else o // (outs // groups)
        for g in range(groups) if everywhere else [group]:
            full[o, order[g * each : (g + 1) * each]] = weight[o]
    return full


def backwards(places, rows):
    return mixed(places[None], len(places) // rows)[0]


def unmixed(places, rows):
    return places


GROUP_MISTAKES = {
    "The channels are not shuffled in yours.": partial(spread, order=unmixed),
    "You undo the shuffle. Which channel stands at place 1 behind it?": partial(
        spread, order=backwards
    ),
    "Every output of yours sees all channels. Where are the zeros?": partial(
        spread, everywhere=True
    ),
    "The groups of your outputs take turns. The first O/G outputs are the first group.": partial(
        spread, woven=True
    ),
    "Your kernels are turned by half a circle. Convolutions here do not flip them.": (
        lambda weight, groups, rows: spread(weight.flip(2, 3), groups, rows)
    ),
}


def group_case(rng, case):
    """Draw layers on which each mistake shows; one group, depthwise, no shuffle, 1 × 1."""
    if case == 6:
        return normal(rng, 1, 1, 1, 1), 1, 1
    groups, each, rows = [(2, 3, 2), (3, 2, 2), (2, 3, 3), (1, 6, 3), (6, 1, 2), (2, 2, 1)][case]
    outs = groups * one(rng, 2, 3)
    size = 1 if case == 5 else 2
    weight = normal(rng, outs, each, size, 3 if case == 1 else size)
    wrong = GROUP_MISTAKES.values()
    if case < 3 and not telling((weight, groups, rows), by_slopes, wrong):
        return group_case(rng, case)
    return weight, groups, rows


GROUPS = Task(
    id="13.4",
    title="Groups that meet: the shuffle as one full layer",
    points=5,
    function="full_weight",
    taught="ch13_residual.ipynb#groups-from-resnext-to-depthwise-20142017",
    statement=r"""
Two grouped convolutions in a row never join what the groups know.
[ShuffleNet (2017)](https://arxiv.org/abs/1707.01083) shuffles the channels in between: write the C
channels row by row into a table with `rows` rows, and read it column by column. With 6 channels and
2 rows, 0 1 2 in the first and 3 4 5 in the second, the new order is 0 3 1 4 2 5.

A layer shuffles the channels of its input so and then convolves in `groups` groups, without a bias.
`weight` (O, C/G, K, J) holds its kernels as torch and dlcore keep them: the first O/G outputs see
the first C/G of the *shuffled* channels, and so on. All this is a linear map, so one convolution
without groups and without a shuffle does the same; most of its weights are 0.

Write `full_weight(weight, groups, rows)` and return the weights (O, C, K, J) of that convolution.
G is `groups`; `groups` divides O and C, and `rows` divides C. Either may be 1.
""",
    generate=group_case,
    cases=7,
    oracle=by_slopes,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in GROUP_MISTAKES.items()],
        Symptom(
            "The right numbers stand in each output's row, but at wrong channels.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape
                and torch.allclose(
                    answer.double().flatten(1).sort(1).values, expected.flatten(1).sort(1).values
                )
            ),
        ),
    ],
)

CHANNELS = [DENSE, GROUPS]
