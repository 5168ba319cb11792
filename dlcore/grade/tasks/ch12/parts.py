"""The exercises of chapter 12 on parts of AlexNet: outputs above zero, normalising neighbours."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.prediction import measured


def curvature(z, moved, bend=torch.relu, about=0.0):
    """Largest and smallest eigenvalue of the second slopes; the keywords put mistakes in."""
    a = bend(z) - moved
    a = a - about * a.mean(0)
    values = torch.linalg.eigvalsh(a.T @ a / len(a))
    return values[-1], values[0]


def ravine(z, moved, **mistake):
    largest, smallest = curvature(z, moved, **mistake)
    return float(largest / smallest)


RAVINES = [
    (
        "You take the mean off first. That gives the variances; the loss curves by the mean of the "
        "products themselves.",
        partial(ravine, about=1.0),
    ),
    (
        "Negative numbers are still there. ReLU turns them into 0.",
        partial(ravine, bend=lambda z: z),
    ),
    (
        "You move the inputs of ReLU. Asked for is to move its outputs.",
        lambda z, moved: ravine(z - moved, 0.0),
    ),
    ("You move the outputs up, not down.", lambda z, moved: ravine(z, -moved)),
    ("The outputs are not moved in yours.", lambda z, moved: ravine(z, 0.0)),
    ("Your fraction is upside down: flattest over steepest.", lambda *x: 1 / ravine(*x)),
    (
        "This is the root of what is asked. The singular values of a table are the roots of the "
        "eigenvalues of its product with itself.",
        lambda *x: ravine(*x) ** 0.5,
    ),
    (
        "This is how far the steepest curvature is above the flattest, as a difference. Asked for "
        "is how many times as large it is.",
        lambda *x: float(curvature(*x)[0] - curvature(*x)[1]),
    ),
    (
        "This is the steepest curvature itself. Divide it by the flattest.",
        lambda *x: float(curvature(*x)[0]),
    ),
    (
        "These are the sides of the table of second slopes, not its curvatures: take the "
        "eigenvalues, not the numbers on the diagonal.",
        lambda z, moved: float(
            (lambda d: d.max() / d.min())(((torch.relu(z) - moved) ** 2).mean(0))
        ),
    ),
]


def ravine_case(rng, case):
    moved = (0.0, 0.4, one(rng, 2, 5) / 10, 0.4, 0.3, 0.1)[case]
    while True:
        z = normal(rng, one(rng, 8, 10), 1 if case == 4 else one(rng, 2, 4))
        if case == 5:  # nothing to bend
            z = z.abs() + 0.1
        if case == 3:
            z = z.round()
        found = [ravine(z, moved), *(mistake(z, moved) for _, mistake in RAVINES)]
        clear = {round(number, 4) for number in found}
        sound = min(curvature(z, moved)[1], curvature(z, moved, about=1.0)[1]) > 0.01
        if sound and (case not in (1, 2) or len(clear) == len(found)):
            return z, moved


RAVINE = Task(
    id="12.3",
    title="Predict, then measure: the ravine behind ReLU",
    points=5,
    function="ravine",
    kind="predict",
    taught="ch12_alexnet.ipynb#relu-against-tanh",
    statement=r"""
ReLU was slower than tanh in the chapter's race, and as quick once its outputs had been moved down.
How much can that do? Take one linear unit without bias that learns from $I$ outputs of ReLU,
$a_{ni} = \max(0, z_{ni}) - m$, where $m$ is how far they are moved down. Its loss

$$L = \frac{1}{2N} \sum_n (w \cdot a_n - t_n)^2$$

is a bowl; its second slopes are the table (I, I) of $\frac1N \sum_n a_{ni}\, a_{nj}$. The largest
eigenvalue of this table is how strongly the loss curves along the steepest direction, the smallest
how strongly along the flattest (chapter 10). Their ratio is the shape of the ravine: 1 is a round
bowl, and the larger it is, the more steps descent needs.

Let there be 100 inputs $z_i$, independent of each other and normally distributed around 0 with
variance 1, very many examples, and $m = 0$. If no ReLU were there, the ratio would be 1. What is it
behind ReLU?

- **a**: about 1; each output is still independent of the others
- **b**: about 5
- **c**: about 50

Decide first. Then write `ravine(z, moved)` for inputs `z` (N, I) and the number $m$. Return
`(prediction, ratio)`. Any prediction counts, if you made one; the ratio must be right. Try it with
`torch.randn(10000, 100)`, and with $m = 0.4$.
""",
    generate=ravine_case,
    judge=measured(("a", "b", "c"), ravine, RAVINES),
)


def normalise(a, n, k, alpha, beta, inside=True, fresh=True, squares=True, share=False, short=0,
              times=False, space=False, root=True):  # fmt: skip
    """Local response normalisation map by map; the first three keywords are the bugs."""
    b, half = a.clone(), n // 2
    for c in range(a.shape[1]):
        low = max(c - half, 0) if inside else c - half
        near = (a if fresh else b)[:, low : c + half + 1 - short]
        total = (near**2).sum(1) if squares else near.sum(1) ** 2
        total = (a[:, c] ** 2).sum((1, 2), keepdim=True) if space else total
        quiet = k + alpha * total / (n if share else 1)
        quiet = quiet**beta if root else quiet
        b[:, c] = a[:, c] * quiet if times else a[:, c] / quiet
    return b


def by_torch(a, n, k, alpha, beta):
    """The same; torch's layer divides alpha by n."""
    return torch.nn.functional.local_response_norm(a, n, alpha * n, beta, k)


def normalise_case(rng, case):
    maps, n = {0: (4, 3), 1: (5, 5), 2: (3, 7), 3: (1, 3), 5: (3, 1)}.get(case, (6, 3))
    a = normal(rng, one(rng, 1, 2), maps, 1 if case == 0 else 2, one(rng, 1, 2))
    a += 0.05 * a.sign() + 0.05  # rarely 0
    beta = one(rng, 5, 9) / 10
    return a, n, float(one(rng, 1, 2)), one(rng, 2, 5) / 10, beta


NEIGHBOURS = Task(
    id="12.4",
    title="Find the bugs: normalising across neighbours",
    points=5,
    function="normalise",
    kind="debug",
    taught="ch12_alexnet.ipynb#normalising-across-neighbours",
    statement=r"""
Local response normalisation divides each number by what stands at the same place of the maps around
it:

$$b_c = \frac{a_c}{\left(k + \alpha \sum_{j} a_j^2\right)^{\beta}} .$$

The sum runs over the $n$ maps in whose middle map $c$ stands, itself among them; maps that do not
exist are left out. $n$ is odd, and may be larger than the number of maps.

`normalise(a, n, k, alpha, beta)` should return $b$ for maps `a` (N, C, H, W), in the same shape,
and leave `a` as it is. For $n = 1$ it is right. There are three bugs.
""",
    generate=normalise_case,
    oracle=by_torch,
    symptoms=[
        *left(
            normalise,
            "The first maps miss some of their neighbours. Where does their window begin, and what "
            "does Python make of that?",
            ("fresh", "squares"),
            inside=False,
        ),
        *left(
            normalise,
            "Some neighbours were divided before they were looked at. The sum takes the maps as "
            "they came in.",
            ("squares",),
            fresh=False,
        ),
        *left(
            normalise,
            "Neighbours of opposite signs cancel in yours. Is it the sum of the squares, or the "
            "square of the sum?",
            squares=False,
        ),
        Symptom(
            "You divide alpha by n, as torch's layer does. The formula above does not.",
            mimics=partial(normalise, share=True),
        ),
        Symptom(
            "The window ends one map too early: map c stands in its middle.",
            mimics=partial(normalise, short=1),
        ),
        Symptom(
            "You multiply where the formula divides.",
            mimics=partial(normalise, times=True),
        ),
        Symptom(
            "You sum over the places of one map. The sum runs over maps, at one place.",
            mimics=partial(normalise, space=True),
        ),
        Symptom(
            "The exponent is missing in yours.",
            mimics=partial(normalise, root=False),
        ),
    ],
)

PARTS = [RAVINE, NEIGHBOURS]
