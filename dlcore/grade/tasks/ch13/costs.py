"""The exercise of chapter 13 on cost: which net is fastest."""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def cost(layer, grouped=True, strided=True, squared=True, fetched="xwy", twice=1):
    """Multiply-adds and numbers moved of a layer; the keywords are mistakes."""
    side, before, after, kernel, stride, groups = layer
    out = side // stride if strided else side
    pixels = kernel**2 if squared else kernel
    weights = pixels * before * after // (groups if grouped else 1)
    moved = {"x": side**2 * before, "w": weights, "y": out**2 * after}
    return twice * out**2 * weights, sum(moved[part] for part in fetched)


def seconds(net, speed, memory, start, join=max, whole=False, **mistakes):
    """The time of a net; join: how arithmetic and memory go together."""
    pairs = [cost(layer, **mistakes) for layer in net]
    if whole:
        products, moved = (sum(column) for column in zip(*pairs))
        return len(net) * start + join(products / speed, moved / memory)
    return sum(start + join(products / speed, moved / memory) for products, moved in pairs)


def arithmetic(products, moved):
    return products


def fetching(products, moved):
    return moved


def both(products, moved):
    return products + moved


def fastest(nets, speed, memory, start, last=False, started=True, gain=None, **mistakes):
    """The oracle: (best, times, saved); the keywords are mistakes."""
    start = start if started else 0.0
    times = [seconds(net, speed, memory, start, **mistakes) for net in nets]
    best = times.index(min(times))
    best = len(times) - 1 - times[::-1].index(min(times)) if last else best
    free = seconds(nets[best], speed, memory, start, **{**mistakes, "join": arithmetic})
    return best, times, (gain or (lambda time, free: 1 - free / time))(times[best], free)


COST_MISTAKES = {
    "Fetching takes no time in yours.": partial(fastest, join=arithmetic),
    "Arithmetic takes no time in yours.": partial(fastest, join=fetching),
    "You add the two times of a layer. Both go on at once: the longer one counts.": partial(
        fastest, join=both
    ),
    "You compare the two times of the whole net. Each layer waits for its own numbers.": partial(
        fastest, whole=True
    ),
    "Your layers start in no time.": partial(fastest, started=False),
    "Groups change nothing in yours. How many channels does an output see?": partial(
        fastest, grouped=False
    ),
    "Stride changes nothing in yours. How many places does the output have?": partial(
        fastest, strided=False
    ),
    "A kernel of K × K has K² weights for each pair of channels; you count K.": partial(
        fastest, squared=False
    ),
    "The weights come from memory, too.": partial(fastest, fetched="xy"),
    "What a layer gives has to be written to memory, too.": partial(fastest, fetched="xw"),
    "What a layer gets has to be fetched, too.": partial(fastest, fetched="wy"),
    "You count multiplications and additions apart. A multiply-add is one.": partial(
        fastest, twice=2
    ),
}
GAINS = {
    "You say what share of the time is left. Asked for is what is saved.": partial(
        fastest, gain=lambda time, free: free / time
    ),
    "What is saved is divided by the time that is left. It is a share of the time of now.": partial(
        fastest, gain=lambda time, free: time / free - 1
    ),
    "What is saved is a share of the time; you say it in microseconds.": partial(
        fastest, gain=lambda time, free: time - free
    ),
}


def another_net(nets, speed, memory, start):
    """What would be saved if the best net without fetching took the place of the best one."""
    best, times, _ = fastest(nets, speed, memory, start)
    return (
        best,
        times,
        1 - min(fastest(nets, speed, memory, start, join=arithmetic)[1]) / times[best],
    )


def layer_of(rng, kind=None, stride=None):
    """A layer whose groups divide its channels: full, grouped, depthwise."""
    before, kind = 8 * one(rng, 1, 4), one(rng, 0, 2) if kind is None else kind
    after, groups = [(8 * one(rng, 1, 4), 1), (2 * before, 4), (before, before)][kind]
    kernel = 3 if kind == 0 else 2 * one(rng, 0, 2) + 1
    return 2 * one(rng, 3, 6), before, after, kernel, stride or one(rng, 1, 2), groups


def nets_of(rng):
    """One net with a full and a grouped layer, one with many layers of little work, others."""
    quick = [layer_of(rng, 0), layer_of(rng, one(rng, 1, 2), 2)]
    slow = [layer_of(rng, 2) for _ in range(one(rng, 4, 6))]
    nets = [quick, slow, *([layer_of(rng)] * 3 for _ in range(one(rng, 0, 1)))]
    return [nets[n] for n in rng.permutation(len(nets))]


def phone_case(rng, case):
    """Draw nets on which each mistake shows; two alike, a single one, one of 1 × 1 pixel."""
    while True:
        inputs = nets, *rest = phone(rng, case)
        times, best = sorted(fastest(*inputs)[1]), fastest(*inputs)[0]
        if case == 3:  # the fastest stands there twice
            return [*nets[:best], *nets[best + 1 :], nets[best], nets[best]], *rest
        clear = case > 3 or times[1] > times[0] + 0.01
        if case < 3:
            clear &= fewest(nets) != best
            wrong = [*COST_MISTAKES.values(), *GAINS.values()]
            clear &= telling(inputs, fastest, wrong + [another_net] * (case == 0))
        if clear:
            return inputs


def phone(rng, case):
    speed, memory, start = 100.0 * one(rng, 8, 40), 100.0 * one(rng, 2, 6), one(rng, 2, 20) / 2
    nets = nets_of(rng)
    if case == 4:
        nets = nets[:1]
    if case == 5:
        nets = [[(1, 2, 3, 1, 1, 1)], [(1, 4, 4, 1, 1, 4)]]
    return nets, speed, memory, start


def fewest(nets):
    """The index of the net with the fewest multiply-adds."""
    counts = [sum(cost(layer)[0] for layer in net) for net in nets]
    return counts.index(min(counts))


PHONE = Task(
    id="13.5",
    title="Choose a net for a phone, and say what it waits for",
    points=6,
    function="fastest",
    kind="choose",
    taught="ch13_residual.ipynb#what-does-a-net-cost",
    returns=("best", "times", "saved"),
    statement=r"""
A phone reads one picture at a time. It does `speed` multiply-adds in a microsecond, or moves
`memory` numbers between memory and processor, both at once. A layer has to fetch its input and its
weights and to write its output, each number once. It takes the longer of the two times, and before
that `start` microseconds to begin. Then comes the next layer.

`nets` is a list of nets, each a list of layers `(side, before, after, kernel, stride, groups)`: a
convolution over `before` channels of `side` $\times$ `side` places, which gives `after` channels of
side / stride $\times$ side / stride places. It is padded so that this holds, and `stride` divides
`side`. It has no bias.

Write `fastest(nets, speed, memory, start)` and return `(best, times, saved)`: the index of the
fastest net, at a tie the first; the list of the times of all nets in microseconds; and why one
should not choose by operations alone: by what share the time of the best net would fall if moving
numbers took no time. For example 0.25 if 40 microseconds became 30.
""",
    generate=phone_case,
    oracle=fastest,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in COST_MISTAKES.items()],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in GAINS.items()],
        Symptom(
            "The saved share compares two different nets. Ask what the best net itself would take.",
            mimics=another_net,
        ),
        Symptom(
            "Two nets take the same time: the first of them counts.",
            mimics=partial(fastest, last=True),
        ),
        Symptom(
            "Your times are right. The best net is not that with the fewest multiply-adds, but "
            "that with the shortest time.",
            when=lambda answer, expected, nets, *rest: (
                tuple(answer[1]) == tuple(expected[1])
                and answer[0] != expected[0]
                and answer[0] == fewest(nets)
            ),
        ),
    ],
)

COSTS = [PHONE]
