"""The exercises of chapter 4 on evidence: two divergences of a coin, what made a layer readable."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole


def coin_case(rng, case):
    edges = {1: (math.log(4), 0.8), 2: (40.0, 0.3), 3: (0.0, 0.25), 4: (-40.0, 0.6)}
    z = one(rng, 4, 30) / 10 * (-1 if case == 5 else 1)
    return edges.get(case, (z, one(rng, 1, 9) / 20))


def bend(z):
    p = 1 / (1 + math.exp(-z))
    return p * (1 - p)


def coin_slopes(z, q):
    return 1 / (1 + math.exp(-z)) - q, bend(z) * (z - math.log(q / (1 - q)))


def per_probability(z, q):
    """Both slopes for p, without the way from p to z; infinite where that has a slope of 0."""
    there, _ = coin_slopes(z, q)
    return (there / bend(z) if bend(z) else math.inf), z - math.log(q / (1 - q))


def one_side_only(z, q):
    p = 1 / (1 + math.exp(-z))
    return -q * (1 - p), p * (1 - p) * (math.log(p / q) + 1)


def not_finite(answer, expected, *inputs):
    return not all(math.isfinite(slope) for slope in answer)


COIN = Task(
    id="4.9",
    title="With a pencil: the same distance, there and back",
    points=4,
    function="coin_slopes",
    taught="ch04_activations.ipynb#kl-divergence-1951",
    kind="pencil",
    returns=("there", "back"),
    statement=r"""
Take a pencil. A coin shows 1 with probability $q$ and 0 with probability $1 - q$. A unit with the
sum $z$ says $p = \sigma(z)$ for it. How far is what it says from the truth? The KL divergence
answers twice, once with the truth in front, once with the unit:

$$\text{there} = q \log\frac{q}{p} + (1 - q) \log\frac{1 - q}{1 - p}, \qquad
\text{back} = p \log\frac{p}{q} + (1 - p) \log\frac{1 - p}{1 - q} .$$

Find the slope of each for $z$ on paper. Nearly everything cancels; keep in mind that
$\log \frac{p}{1 - p}$ has a short name.

Write `coin_slopes(z, q)` for two numbers, $0 < q < 1$, which returns `(there, back)`, the two
slopes, by your two formulas, without nudging. $z$ may be 40. Afterwards put in a unit that is wrong
and sure, $q = 0.99$ and $z = -6$: which divergence pushes it?
""",
    generate=coin_case,
    oracle=coin_slopes,
    symptoms=[
        Symptom(
            "These are the right two numbers in the wrong order.",
            mimics=lambda z, q: coin_slopes(z, q)[::-1],
        ),
        Symptom(
            "Both of yours are the slope of `there`. In `back` the averaging is done with p, which "
            "moves.",
            mimics=lambda z, q: (coin_slopes(z, q)[0],) * 2,
        ),
        Symptom(
            "`there` is right. In `back` you let only the logarithms move. The p and 1 - p in "
            "front of them move with z, too.",
            mimics=lambda z, q: (coin_slopes(z, q)[0], 0.0),
        ),
        Symptom(
            "`there` is right. Your slope of `back` is that for p. The way from p to z is missing.",
            mimics=lambda z, q: (coin_slopes(z, q)[0], per_probability(z, q)[1]),
        ),
        Symptom(
            "`back` is right. Your slope of `there` is that for p. The way from p to z is missing.",
            when=lambda answer, expected, z, q: (
                abs(answer[1] - expected[1]) < 1e-6
                and (
                    abs(z) > 30
                    or abs(answer[0] - per_probability(z, q)[0]) < 1e-6 * (1 + abs(answer[0]))
                )
            ),
        ),
        Symptom(
            "You take the logarithm of q. The short name of log p/(1 - p) needs log q/(1 - q) "
            "beside it: both sides of the coin.",
            mimics=lambda z, q: (coin_slopes(z, q)[0], bend(z) * (z - math.log(q))),
        ),
        Symptom(
            "These are slopes of the first term of each sum. The coin has two sides.",
            mimics=one_side_only,
        ),
        Symptom(
            "Where z is 40, p is rounded to 1, and 1 - p to 0: a logarithm or a division breaks. "
            "Replace log p/(1 - p) on paper by its short name.",
            when=not_finite,
        ),
    ],
)


def read_off(table, y, fit=None, score=None):
    """The share of the second half that lies nearest to the mean of its class in the first half."""
    half = len(y) // 2
    fit = slice(0, half) if fit is None else fit
    means = torch.stack([table[fit][y[fit] == c].mean(0) for c in range(int(y.max()) + 1)])
    test = slice(half, None) if score is None else score
    distances = ((table[test][:, None] - means) ** 2).sum(2)
    return float((distances.argmin(1) == y[test]).double().mean())


def by_product(table, y):
    half = len(y) // 2
    means = torch.stack([table[:half][y[:half] == c].mean(0) for c in range(int(y.max()) + 1)])
    return float(((table[half:] @ means.T).argmax(1) == y[half:]).double().mean())


def what_helped(pixels, untrained, trained, y, read=read_off):
    first, middle, last = (read(table, y) for table in (pixels, untrained, trained))
    wiring, training = middle - first, last - middle
    if wiring == training:
        return "alike", wiring, training
    return ("wiring" if wiring > training else "training"), wiring, training


def on_all_rows(table, y):
    return read_off(table, y, fit=slice(None))


def to_the_last(table, y):
    """Of equally near means that with the larger number wins."""
    largest = int(y.max())
    return read_off(table, largest - y)


def on_seen_rows(table, y):
    return read_off(table, y, score=slice(0, len(y) // 2))


def against_pixels(pixels, untrained, trained, y):
    _, wiring, training = what_helped(pixels, untrained, trained, y)
    training += wiring
    if wiring == training:
        return "alike", wiring, training
    return ("wiring" if wiring > training else "training"), wiring, training


def helped_case(rng, case):
    if case == 5:  # one test point stands exactly between the means of both classes
        y = torch.tensor([1, 0, 0, 1])
        far = float(one(rng, 2, 5))
        column = torch.tensor([[far], [-far], [0.0], [far]]).double()
        return column.flip(0) * torch.tensor([[1.0], [1], [-1], [-1]]), column, column, y
    wanted = ("training", "wiring", "alike", "training", "wiring")[case]
    while True:
        inputs = features(rng, case)
        answer, wiring, training = what_helped(*inputs)
        signs = (case != 3 or wiring < 0) and (case != 4 or training < 0)
        if answer == wanted and signs and (case != 2 or wiring > 0) and tells_apart(*inputs):
            return inputs


def tells_apart(*inputs):
    """Whether each mistake gives other numbers."""
    right = what_helped(*inputs)[1:]
    others = [what_helped(*inputs, read=read) for read in (on_all_rows, on_seen_rows, by_product)]
    others.append(against_pixels(*inputs))
    return all(other[1:] != right for other in others)


def features(rng, case):
    """Eight pictures of two classes, or sixteen of three, as three layers with noise see them."""
    classes, count = (3, 16) if case == 1 else (2, 8)
    half = count // 2
    y = torch.cat([torch.arange(classes), whole(rng, 0, classes - 1, count - classes)])
    y[:half] = y[:half][torch.from_numpy(rng.permutation(half))]
    places = [normal(rng, classes, size) + 0.5 for size in (2, 1, 1)]
    pixels, untrained, trained = (place[y] + normal(rng, count, place.shape[1]) for place in places)
    return pixels, untrained, trained, y


HELPED = Task(
    id="4.10",
    title="What made this layer readable? Justify by a number",
    points=5,
    function="what_helped",
    taught="ch04_activations.ipynb#what-the-layers-hold",
    kind="why",
    returns=("answer", "wiring", "training"),
    statement=r"""
A class can be read off a trained layer better than off the pixels. Has the *training* done that?
Or only the *wiring*, since an untrained layer of the same form would do as well? And *why* do you
say so?

`pixels`, `untrained` and `trained` are tables (N, D), with a D of their own each: what the same N
pictures are at the input, in the layer before any training, and in the trained layer. `y` (N,)
holds the classes 0, 1, … . N is even. Read each table with the same simple probe: for each class
take the mean of its rows in the *first* half of the table, where every class occurs. Then give each
row of the *second* half to the class with the nearest mean, of equally near ones to the one with
the smaller number. What counts is the share of the second half that is right.

Write `what_helped(pixels, untrained, trained, y)` and return `(answer, wiring, training)`. The last
two are the reason: how much the share grows from the pixels to the untrained layer, and from there
to the trained one. Both may be below 0. The `answer` is "wiring" or "training", whichever of the
two is larger, or "alike".
""",
    generate=helped_case,
    oracle=what_helped,
    symptoms=[
        Symptom(
            "The rows on which you judge have helped to make the means. Only the first half may.",
            mimics=lambda *inputs: what_helped(*inputs, read=on_all_rows),
        ),
        Symptom(
            "You judge on the half from which the means come. A probe is judged on rows that it "
            "has not seen.",
            mimics=lambda *inputs: what_helped(*inputs, read=on_seen_rows),
        ),
        Symptom(
            "You choose the mean with the largest product. A mean that is long wins so over one "
            "that is near.",
            mimics=lambda *inputs: what_helped(*inputs, read=by_product),
        ),
        Symptom(
            "Of two means that are equally near you take that of the larger class.",
            mimics=lambda *inputs: what_helped(*inputs, read=to_the_last),
        ),
        Symptom(
            "`wiring` is right. You measure what training gives from the pixels on. Then it is "
            "credited with what the untrained layer can do as well.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) + abs(answer[2] - expected[1] - expected[2]) < 1e-6
            ),
        ),
        Symptom(
            "These are the shares in the two layers. Asked for is by how much each of two steps "
            "makes the share grow.",
            when=lambda answer, expected, pixels, untrained, trained, y: (
                abs(answer[1] - read_off(untrained, y)) + abs(answer[2] - read_off(trained, y))
                < 1e-6
            ),
        ),
        Symptom(
            "Your two numbers have the wrong sign: a share that grows has grown by more than 0.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] + expected[1]) + abs(answer[2] + expected[2]) < 1e-6
            ),
        ),
        Symptom(
            "Your two numbers count rows, or per cent; asked for are shares of the second half.",
            when=lambda answer, expected, pixels, untrained, trained, y: any(
                abs(answer[1] - many * expected[1]) + abs(answer[2] - many * expected[2]) < 1e-6
                for many in (100, len(y) // 2)
            ),
        ),
        Symptom(
            'The numbers are right. Where both are the same, the answer is "alike".',
            when=lambda answer, expected, *inputs: (
                expected[0] == "alike" and list(answer[1:]) == list(expected[1:])
            ),
        ),
        Symptom(
            "The numbers are right, and the answer does not follow from them: which is larger?",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) + abs(answer[2] - expected[2]) < 1e-6
            ),
        ),
    ],
)

EVIDENCE = [COIN, HELPED]
