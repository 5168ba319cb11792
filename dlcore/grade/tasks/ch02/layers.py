"""The exercises of chapter 2 on layers: order on paper, blind A-units, layers in one."""

from itertools import pairwise

import torch

from dlcore.grade.task import Guess, Symptom, Task
from dlcore.grade.tasks.draws import normal, one, signs, whole
from dlcore.grade.tasks.forms import odd_form


def order_case(rng, case):
    edges = {0: (2, 1), 1: (1, 1), 2: (3, 0), 3: (4, 4)}
    n = one(rng, 5, 30)
    return edges.get(case, (n, one(rng, 2, n - 2)))


ONCE = (
    "In the square of the sum each pair of different cells comes twice, as first and second and as "
    "second and first."
)
ITSELF = (
    "In the square of the sum each cell also meets itself, and the square of 0 or 1 is 0 or 1: "
    "that belongs to the single cells."
)


def slips(single, pair, k):
    """Say which slips on paper give such weights, up to the constant and a common factor."""
    found = {ITSELF: k, ONCE: 2 * k - 1}
    return [words for words, ratio in found.items() if abs(single + ratio * pair) < 1e-9]


def order_judge(answer, n, k):
    if sentence := odd_form(answer, "constant", "single", "pair"):
        return sentence
    constant, single, pair = map(float, answer)
    sums = [constant + single * lit + pair * lit * (lit - 1) / 2 for lit in range(n + 1)]
    if all((z > 0) == (lit == k) and z for lit, z in enumerate(sums)):
        return None
    if all((z < 0) == (lit == k) and z for lit, z in enumerate(sums)):
        return Guess(["Your R-unit says the opposite each time."], first_wrong(sums, n, k))
    found = slips(single, pair, k) if pair else []
    general = first_wrong(sums, n, k)
    return Guess(found, general) if found else general


def first_wrong(sums, n, k):
    """Say for which number of lit cells the sum is on the wrong side."""
    for lit, z in enumerate(sums):
        if abs(z) < 1e-9:
            return f"With {lit} of {n} cells lit your sum is 0, which is neither yes nor no."
    if sums[k] < 0:
        return f"With exactly {k} of {n} cells lit your sum is {sums[k]:g}; it should be positive."
    lit = min((m for m in range(n + 1) if m != k and sums[m] > 0), key=lambda m: abs(m - k))
    return (
        f"With {lit} of {n} cells lit your sum is {sums[lit]:g}, and only {k} lit cells shall give "
        "a yes."
    )


ORDER = Task(
    id="2.8",
    title="With a pencil: exactly k has order 2",
    points=4,
    function="pair_weights",
    taught="ch02_perceptron.ipynb#minsky-and-papert-parity-and-the-order-of-a-predicate",
    kind="pencil",
    statement=r"""
"Exactly $k$ of the $n$ cells are lit" has order 2: no A-unit has to look at more than two cells.
There is one A-unit for each cell, which fires if the cell is lit, and one for each pair of
different cells, which fires if both are lit. By symmetry all single ones can have the same weight,
and all pairs too, so the R-unit's sum is

$$z = \text{constant} + \text{single} \cdot \sum_i x_i + \text{pair} \cdot \sum_{i < j} x_i x_j .$$

Take a pencil. Let $m = \sum_i x_i$ be the number of lit cells. Write down a parabola in $m$ that is
positive at $m = k$ and negative at every other whole number, multiply out, and write $m^2$ as
products of cells.

Write `pair_weights(n, k)`, which returns `(constant, single, pair)`: three numbers for which $z$ is
positive if exactly $k$ cells are lit, and negative if not. Do not forget $k = 0$ and $k = n$. There
are many right answers.
""",
    generate=order_case,
    judge=order_judge,
)


def fires(wires, threshold, x, strict=False):
    sums = x @ wires.T
    return sums > threshold if strict else sums >= threshold


def pairs_alike(seen, t, other=True, twice=False, pick=torch.all):
    """How many pairs of rows with different targets are alike; the keywords are mistakes."""
    alike = pick(seen[:, None] == seen[None], -1)
    differ = (t[:, None] != t[None]) == other
    count = int((alike & differ).triu(1).sum())
    return 2 * count if twice else count


def counted(seen=lambda wires, threshold, x: fires(wires, threshold, x), **mistakes):
    """The answer that follows from a count with a mistake."""

    def verdict(wires, threshold, x, t):
        count = pairs_alike(seen(wires, threshold, x), t, **mistakes)
        return ("impossible" if count else "not ruled out"), count

    return verdict


blind = counted()
MISTAKES = {
    "An A-unit whose sum is exactly the threshold fires.": counted(
        lambda wires, threshold, x: fires(wires, threshold, x, strict=True)
    ),
    "You compare the pictures themselves. The R-unit does not see them: it hears the A-units.": (
        counted(lambda wires, threshold, x: x)
    ),
    "You compare the sums of the A-units. The R-unit hears only whether they fire.": counted(
        lambda wires, threshold, x: x @ wires.T
    ),
    "You compare how many A-units fire. The R-unit has a weight for each of them, so it hears "
    "which.": counted(lambda wires, threshold, x: fires(wires, threshold, x).sum(1, keepdim=True)),
    "You count pairs about which a single A-unit is blind. They matter only if all A-units are.": (
        counted(pick=torch.any)
    ),
    "You count pairs with the same target. To those the R-unit may well say the same.": counted(
        other=False
    ),
    "You count every pair twice, once from either side.": counted(twice=True),
}


def blind_case(rng, case):
    """Draw wires and pictures for which the usual mistakes count differently."""
    if case == 4:
        return signs(rng, 2, 3), 1.0, whole(rng, 0, 1, 1, 3).double(), signs(rng, 1)
    if case == 5:  # units that never fire, and one target
        return signs(rng, 1, 2), 3.0, whole(rng, 0, 1, 3, 2).double(), torch.ones(3)
    while True:
        wires, x = whole(rng, -1, 1, 3, 4).double(), whole(rng, 0, 1, 6, 4).double()
        threshold, t = float(one(rng, 1, 2)), signs(rng, 6)
        if case == 0:  # two pictures that differ where no A-unit looks
            wires[:, -1], x[-1], t[-1] = 0.0, x[-2], -t[-2]
            x[-1, -1] = 1 - x[-2, -1]
        if case == 1:  # the same picture twice, with both targets
            x[0], t[0] = x[1], -t[1]
        if fits(case, wires, threshold, x, t):
            return wires, threshold, x, t


def fits(case, *drawn):
    """Whether a draw decides: cases 2 and 3 have no blind pair, in the others the last two are."""
    wires, threshold, x, t = drawn
    strict = next(iter(MISTAKES.values()))
    if case in (2, 3):
        return not blind(*drawn)[1] and strict(*drawn)[1] > 0
    if not pairs_alike(fires(wires, threshold, x)[-2:], t[-2:]):
        return False
    told = [mistake(*drawn) for mistake in MISTAKES.values()]
    return blind(*drawn) not in told and told[0] != told[4] and told[3] != told[6]


BLIND = Task(
    id="2.9",
    title="Can any R-unit do it? Justify by a count",
    points=4,
    function="blind_pairs",
    taught="ch02_perceptron.ipynb#three-layers-of-units-one-layer-of-learning",
    kind="why",
    returns=("answer", "pairs"),
    statement=r"""
An R-unit hears nothing but its A-units. If two pictures light the same A-units, they are one and
the same to it, whatever weights it learns. Your machine has been wired by lot, and you want to know
before you teach it: can any R-unit give all pictures their targets? And if not, *why*?

Write `blind_pairs(wires, threshold, x, t)`. `wires` (A, S) holds $+1$, $-1$ and 0, a row for each
A-unit, which fires if the sum over its wires reaches `threshold`. `x` (N, S) are pictures of 0 and
1, `t` (N,) their targets, $+1$ and $-1$. Return `(answer, pairs)`. `pairs` is the reason: the
number of pairs of pictures with *different* targets to which all A-units answer alike, each pair
counted once. The `answer` is "impossible" if there is such a pair, and else "not ruled out".
""",
    generate=blind_case,
    oracle=blind,
    symptoms=[
        *(Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()),
        Symptom(
            "There are such pairs, and you find none.",
            when=lambda answer, expected, *inputs: answer[1] == 0 < expected[1],
        ),
        Symptom(
            'The answer is "impossible" or "not ruled out", in these letters.',
            when=lambda answer, expected, *inputs: (
                isinstance(answer, tuple)
                and isinstance(answer[0], str)
                and answer[0] not in ("impossible", "not ruled out")
            ),
        ),
        Symptom(
            "Your count is right, and the answer does not follow from it.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
    ],
)


def collapse_case(rng, case):
    sizes = {
        0: (2, 2, 2),
        1: (2, 2, 2, 2),
        2: (2, 3, 1),
        3: (3, 1, 2),
        4: (2, 3),
        5: (1, 1, 1),
    }[case]
    weights = [normal(rng, b, a) + 0.05 for a, b in pairwise(sizes)]
    return weights, [normal(rng, b) + 0.05 for b in sizes[1:]]


def collapse(weights, biases, order=1, carried=True, top=True):
    """One layer for many; the keywords are mistakes."""
    weight, bias = weights[0], biases[0]
    for w, b in zip(weights[1:], biases[1:]):
        weight = w @ weight if order == 1 else weight @ w
        bias = (w @ bias if carried else bias) + (b if top else 0)
    return weight, bias


COLLAPSE = Task(
    id="2.10",
    title="Many linear layers are one",
    points=3,
    function="collapse",
    taught="ch02_perceptron.ipynb#two-linear-layers-are-one",
    returns=("W", "b"),
    statement=r"""
A net has several layers, and no unit in it has a threshold: each layer passes on its sums,
$h_l = W_l h_{l-1} + b_l$. The chapter shows without biases that two such layers are one.

Write `collapse(weights, biases)`. `weights` is a list of tensors, the first, $W_1$, of shape
(H, I), each one with as many columns as the one before has rows; `biases` is a list of as many
tensors, $b_1$ of shape (H,). Return `(W, b)` of the single layer $W x + b$ that does what the whole
net does for every `x` (I,). There may be one layer, or many.
""",
    generate=collapse_case,
    oracle=collapse,
    symptoms=[
        Symptom(
            "Your W is right. The biases of the lower layers pass through the layers above them, "
            "as everything does that comes from below.",
            mimics=lambda weights, biases: collapse(weights, biases, carried=False),
        ),
        Symptom(
            "Your W is right. In your b the biases of the upper layers are missing.",
            mimics=lambda weights, biases: collapse(weights, biases, top=False),
        ),
        Symptom(
            "Your W is right. In your b only the bias of the last layer is left.",
            mimics=lambda weights, biases: (collapse(weights, biases)[0], biases[-1]),
        ),
        Symptom(
            "You returned one array. Asked for are two, W and b.",
            mimics=lambda weights, biases: collapse(weights, biases)[0],
        ),
        Symptom(
            "You returned the two results in the other order.",
            when=lambda answer, expected, *inputs: answer[0].ndim < answer[1].ndim,
        ),
        Symptom(
            "You take two layers. There may be one, or more than two.",
            when=lambda answer, expected, weights, biases: len(weights) != 2,
        ),
        Symptom(
            "Your W is right, your b is not. What does the net answer if x is 0?",
            when=lambda answer, expected, *inputs: torch.allclose(answer[0], expected[0]),
        ),
    ],
)

LAYERS = [ORDER, BLIND, COLLAPSE]
