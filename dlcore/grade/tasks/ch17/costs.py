"""The exercise of chapter 17 on costs: from which length on looks cost more than maps."""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def per_place(width, heads, groups, inside, shared=True, maps=3, own=4):
    """Multiply-adds of all maps of one block for one place."""
    narrow = width * groups // heads if shared else width
    return (own - 2) * width**2 + 2 * width * narrow + maps * width * inside


def keys_seen(places, window, own=0):
    """How many keys all places see together."""
    window = window or places
    few = min(places, window)
    return few * (few + 1) // 2 + (places - few) * window + own * places


def full(places, window):
    """As if no place were hidden."""
    return places * min(places, window or places)


def first_above(price, width, window, seen=keys_seen, twice=2, equal=False):
    """The first length at which seen keys cost more; 0 if they never do."""

    def dearer(places):
        looks, maps = twice * width * seen(places, window), places * price
        return looks >= maps if equal else looks > maps

    top = 1
    while not dearer(top):
        top *= 2
        if top > 2**60:
            return 0
    low = top // 2
    while top - low > 1:
        middle = (low + top) // 2
        low, top = (low, middle) if dearer(middle) else (middle, top)
    return top


def costs(width, heads, groups, inside, window, places, seen=keys_seen, twice=2, equal=False,
          edge=0, never=None, **mistakes):  # fmt: skip
    """The oracle: (maps, looks, length); the keywords are mistakes."""
    price = per_place(width, heads, groups, inside, **mistakes)
    window = window + edge if window else 0
    length = first_above(price, width, window, seen, twice, equal)
    if never and not length:
        length = first_above(price, width, 0, seen, twice, equal)
    return places * price, twice * width * seen(places, window), length


def one_off(*inputs):
    maps, looks, length = costs(*inputs)
    return maps, looks, max(0, length - 1)


MISTAKES = {
    "You count all keys for every place. A place sees itself and those before it only.": partial(
        costs, seen=full
    ),
    "A place sees itself too. Your places see one key too few.": partial(
        costs, seen=partial(keys_seen, own=-1)
    ),
    "Your windows hold one key more than `window`. The place itself is one of them.": partial(
        costs, edge=1
    ),
    "You count the scores alone. A key that is seen costs a product, and its value is multiplied "
    "by the weight.": partial(costs, twice=1),
    "Your keys and values are as wide as the queries. With fewer heads they are narrower.": partial(
        costs, shared=False
    ),
    "Your feed-forward net has two maps. One with a gate has three.": partial(costs, maps=2),
    "You forget the map behind the heads.": partial(costs, own=3),
    "Both costs are right. Just as much is not more.": partial(costs, equal=True),
    "Both costs are right. Your length is the last at which looks are not yet dearer.": one_off,
    "Both costs are right. With a small window looks may never become dearer, however long the "
    "text is.": partial(costs, never=True),
}


def reached(width, heads, groups, inside, window):
    """Whether there is a length behind the window at which both cost just as much."""
    length = costs(width, heads, groups, inside, window, 1)[2] - 1
    looks = 2 * width * keys_seen(length, window)
    return looks == length * per_place(width, heads, groups, inside)


def cost_case(rng, case):
    """Draw blocks on which each mistake shows; no window, one that is never reached, one place."""
    wrong = list(MISTAKES.values())
    kept = {0: [wrong[0], *wrong[3:8]], 1: wrong[1:7], 2: wrong[9:]}.get(case, [])
    while True:
        groups = one(rng, 1, 3)
        heads = groups * one(rng, 2, 4)
        width = heads * one(rng, 1, 4)
        inside = one(rng, 1, 3) * width + one(rng, 0, 1) * one(rng, 1, 5)
        edge = per_place(width, heads, groups, inside) / (2 * width)
        window = {0: 0, 1: int(edge) + one(rng, 1, 8), 2: max(1, int(edge) - one(rng, 1, 5))}.get(
            case, one(rng, 0, 1) * one(rng, 1, int(3 * edge))
        )
        places = one(rng, 2, int(4 * edge))
        if case == 3:
            places, window = 1, 1
        if case == 4:
            heads, groups, width, inside, window, places = 1, 1, 1, 1, 4, 9
        if case == 7:
            window = int(4 * edge) + one(rng, 1, 9)
            places = one(rng, 2, int(edge))
        if case == 5:
            width, heads, groups, inside, window, places = 4096, 32, 8, 11008, 0, 10**6 + places
        if case == 6:
            width, heads, groups, inside, window = 4096, 32, 32, 8192, 20480
            places += 40000
        inputs = width, heads, groups, inside, window, places
        if case == 1 and (places <= window or reached(*inputs[:5])):
            continue
        exact = (per_place(*inputs[:4]) % width == 0) if case == 0 else True
        if exact and telling(inputs, costs, kept, kept):
            return inputs


COST = Task(
    id="17.8",
    title="From where on is looking dearer?",
    points=4,
    function="costs",
    taught="ch17_attention.ipynb#what-it-costs-n-squared",
    returns=("maps", "looks", "length"),
    statement=r"""
The page counts a block of 2017 in which every place sees all. Count one of today. It has the width
$D$ (`width`), H heads of queries (`heads`) and G heads of keys and values (`groups`, G divides H, H
divides D); each head is $D/H$ wide. Its maps are those for queries, keys and values, the one behind
the heads, and a feed-forward net with a gate, `inside` wide: two maps into it and one back. There
are no biases.

It is causal: a place sees itself and those before it, and if `window` is above 0, only the last
`window` places, itself among them; 0 means no window. In each head of queries every key that a
place sees costs a product of two lists for the score and a list times a number for the mean. Only
what is seen is computed.

Write `costs(width, heads, groups, inside, window, places)` and return `(maps, looks, length)`: the
multiply-adds of all maps for a text of `places` places, those of all scores and means, and the
length of the shortest text for which scores and means cost *more* than the maps, 0 if there is no
such length. There may be a million places. For width 4, 2 heads, 1 group, 8 inside, no window and 3
places the answer is 432, 48 and 36.
""",
    generate=cost_case,
    cases=8,
    oracle=costs,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "Both costs are right, the length is not.",
            when=lambda answer, expected, *inputs: answer[:2] == expected[:2],
        ),
        Symptom(
            "The maps are right, scores and means are not. How many keys do the first place, the "
            "second and the last see?",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
        Symptom(
            "Scores and means are right, the maps are not. How many are there, and of which "
            "shape is each?",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
    ],
)

COSTS = [COST]
