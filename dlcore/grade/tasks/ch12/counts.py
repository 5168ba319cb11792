"""The exercises of chapter 12 on counting: a net's parameters, and who sees whom in halves."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one

ALEXNET = [
    ("conv", 96, 11, 4, 0, 1),
    ("max", 3, 2),
    ("conv", 256, 5, 1, 2, 2),
    ("max", 3, 2),
    ("conv", 384, 3, 1, 1, 1),
    ("conv", 384, 3, 1, 1, 2),
    ("conv", 256, 3, 1, 1, 2),
    ("max", 3, 2),
    ("linear", 4096),
    ("linear", 4096),
    ("linear", 1000),
]


def places(size, kernel, stride, padding=0):
    return (size + 2 * padding - kernel) // stride + 1


def count_net(channels, size, layers, bias=1, each=False, split=True, flat=True, fits=places,
              pool=True, side=2, early=False, added=0):  # fmt: skip
    """The oracle: (parameters, multiplications); the keywords are mistakes."""
    parameters = products = 0
    for kind, *row in layers:
        if kind == "max":
            size = fits(size, *row) if pool else size
            continue
        if kind == "linear":
            after, weights, work = row[0], channels * (size**2 if flat else 1) * row[0], 1
            size = 1
        else:
            after, kernel, stride, padding, groups = row
            weights = after * (channels // (groups if split else 1)) * kernel**side
            work, size = size**2, fits(size, kernel, stride, padding)
            work = work if early else size**2
        parameters += (weights + bias * after) * (work if each else 1)
        products += (weights + added * after) * work
        channels = after
    return parameters, products


MISCOUNTS = {
    "The biases are missing: each map has one, and each unit of a linear layer.": {"bias": 0},
    "You count every convolution as one group. In a layer with groups a map sees its own group "
    "only.": {"split": False},
    "Your first linear layer sees one number per map. It sees every pixel of every map.": {
        "flat": False
    },
    "A maximum has no weights, but it makes the maps smaller.": {"pool": False},
    "A window has kernel times kernel pixels; you count one side of it.": {"side": 1},
    "You multiply by the places of the maps that come in. A weight is used once for each place of "
    "the maps that go out.": {"early": True},
    "You count the biases among the multiplications. They are added.": {"added": 1},
    "Your parameters are counted for every place. All places use the same weights.": {"each": True},
    "Padding is put on both sides.": {
        "fits": lambda n, k, s, p=0: (n + p - k) // s + 1,
    },
    "You let a window hang over the edge: the last step may not fit any more.": {
        "fits": lambda n, k, s, p=0: -(-(n + 2 * p - k) // s) + 1,
    },
    "You count the steps of a window. It also stands somewhere before its first step.": {
        "fits": lambda n, k, s, p=0: max((n + 2 * p - k) // s, 1),
    },
}


def net_case(rng, case):
    """Draw nets on which every mistake shows (cases 1 to 3), AlexNet, and small ones."""
    edges = {
        0: (3, 227, ALEXNET),
        4: (one(rng, 2, 3), 5, [("max", 2, 2), ("linear", one(rng, 2, 5)), ("linear", 2)]),
        5: (one(rng, 1, 3), one(rng, 4, 6), [("max", 2, 2)]),
    }
    if case in edges:
        return edges[case]
    while True:
        layers = [
            ("conv", 2 * one(rng, 1, 3), one(rng, 2, 4), one(rng, 1, 2), one(rng, 1, 2), 2),
            ("max", one(rng, 2, 3), 2),
            ("conv", 2 * one(rng, 2, 3), 3, one(rng, 1, 2), 1, one(rng, 1, 2)),
            ("linear", one(rng, 2, 6)),
            ("linear", one(rng, 2, 6)),
        ]
        inputs = 2 * one(rng, 1, 2), one(rng, 15, 24), layers
        found = [count_net(*inputs, **mistake) for mistake in MISCOUNTS.values()]
        if len({count_net(*inputs), *found}) == len(found) + 1:
            return inputs


NET = Task(
    id="12.1",
    title="Count a whole net",
    points=5,
    function="count_net",
    taught="ch12_alexnet.ipynb#sixty-million-parameters-counted",
    statement=r"""
Where are a net's parameters, and where is its work? Count both for any net of AlexNet's kind.

Write `count_net(channels, size, layers)` for pictures of `channels` channels and `size` times
`size` pixels. `layers` is a list of tuples, one layer after another:

- `("conv", maps, kernel, stride, padding, groups)`: a convolution to so many maps;
- `("max", kernel, stride)`: a maximum over windows, without padding;
- `("linear", units)`: a linear layer. The first one sees all pixels of all maps. Linear layers come
  last.

Return `(parameters, multiplications)`, two whole numbers, for one picture. Convolutions and linear
layers have biases. A weight is multiplied once at every place where it is used; a bias is added. A
window does not hang over the edge. For AlexNet your first number is 60,965,224.
""",
    generate=net_case,
    returns=("parameters", "multiplications"),
    oracle=count_net,
    symptoms=[
        *[
            Symptom(sentence, mimics=partial(count_net, **mistake))
            for sentence, mistake in MISCOUNTS.items()
        ],
        Symptom(
            "The two numbers have changed places.",
            mimics=lambda *inputs: count_net(*inputs)[::-1],
        ),
        Symptom(
            "The parameters are right, the multiplications are not.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
        Symptom(
            "The multiplications are right, the parameters are not.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
    ],
)


def block(after, before, groups, dealt=False):
    """Who sees whom in one layer, (after, before)."""
    old, new = torch.arange(before), torch.arange(after)
    if dealt:  # in turn, like cards
        return ((new % groups)[:, None] == old % groups).long()
    return ((new // (after // groups))[:, None] == old // (before // groups)).long()


def sees(channels, layers, **mistake):
    seen = torch.eye(channels).long()
    for after, groups in layers:
        seen = (block(after, len(seen), groups, **mistake) @ seen).clamp(max=1)
    return seen


def paths(channels, layers):
    seen = torch.eye(channels).long()
    for after, groups in layers:
        seen = block(after, len(seen), groups) @ seen
    return seen


def last_only(channels, layers):
    before = [channels, *[after for after, _ in layers]]
    return block(before[-1], before[-2], layers[-1][1]) if layers else torch.eye(channels).long()


def as_one(channels, layers, choose):
    """As if there were one layer, with the fewest or the most groups of all."""
    if not layers:
        return torch.eye(channels).long()
    groups = choose(groups for _, groups in layers)
    after = layers[-1][0]
    if after % groups or channels % groups:
        return torch.ones(after, channels).long()
    return block(after, channels, groups)


def sees_case(rng, case):
    if case == 2:  # halves, mixed, halves again
        return 4, [(2 * one(rng, 1, 2), 2), (2 * one(rng, 2, 3), 1), (4, 2)]
    if case == 3:
        return one(rng, 1, 4), []
    if case == 4:  # every map by itself
        count = one(rng, 2, 4)
        return count, [(2 * count, count), (count, count)]
    if case == 0:
        return 2 * one(rng, 2, 3), [(2 * one(rng, 2, 3), 2), (2, 2)]
    if case == 1:  # halves and thirds do not match, and one layer is not enough to mix all
        return 12, [(6, 2), (12, 3), (6, 2)][: one(rng, 2, 3)]
    return 6, [(4, 2), (6 * one(rng, 1, 2), 2), (3, 3)]


SEES = Task(
    id="12.2",
    title="Two cards: who sees whom?",
    points=4,
    function="who_sees_whom",
    taught="ch12_alexnet.ipynb#two-cards",
    statement=r"""
On two cards, a map of AlexNet's second layer depends on half of the maps of the first. How far does
such a cut reach through several layers?

Write `who_sees_whom(channels, layers)`. A picture has `channels` channels. `layers` is a list of
`(maps, groups)`, one convolution after another. A layer with $g$ groups cuts the maps that come in
into $g$ equal parts, in their order, and the maps that go out as well; a map of part $i$ sees the
incoming maps of part $i$ and no others. `groups` always divides both numbers.

Return a tensor (O, C) for the O maps of the last layer and the C channels of the picture: 1 where
the map depends on the channel, over whatever way through the layers, else 0. With no layers at all
the maps *are* the channels.
""",
    generate=sees_case,
    oracle=sees,
    symptoms=[
        Symptom(
            "Your table is transposed: its rows are the maps of the last layer.",
            mimics=lambda *inputs: sees(*inputs).T,
        ),
        Symptom(
            "You count the ways from a channel to a map. Asked for is whether there is one: 1 or "
            "0.",
            mimics=paths,
        ),
        Symptom(
            "You look at the last layer only. What it sees has seen other maps before.",
            when=lambda answer, expected, *inputs: torch.equal(
                answer.double(), last_only(*inputs).double()
            ),
        ),
        Symptom(
            "You deal the maps to the groups in turn, like cards. A group is a part of maps in a "
            "row: with two groups, the first half and the second half.",
            mimics=partial(sees, dealt=True),
        ),
        Symptom(
            "In yours every map depends on every channel. Groups keep some of them apart.",
            mimics=lambda channels, layers: torch.ones(
                layers[-1][0] if layers else channels, channels
            ),
        ),
        *[
            Symptom(
                "You take all layers for one, with a single number of groups. Each layer cuts "
                "anew: follow the maps from layer to layer.",
                mimics=partial(as_one, choose=choose),
            )
            for choose in (min, max)
        ],
        Symptom(
            "Some maps see more channels than they do in truth, and none sees fewer.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape and bool((answer.double() >= expected).all())
            ),
        ),
        Symptom(
            "Some maps see fewer channels than they do in truth, and none sees more.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape and bool((answer.double() <= expected).all())
            ),
        ),
    ],
)

COUNTS = [NET, SEES]
