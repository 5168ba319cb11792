"""The exercises of chapter 5 on first weights: the right spread, a profile, a mirror."""

import math
from functools import partial

import torch

from dlcore.grade.task import Formula, Symptom, Task
from dlcore.grade.tasks.draws import one, signs, uniform
from dlcore.grade.tasks.forms import floats

CURVES = (
    "lambda z: z / (1 + math.exp(-z))",
    "lambda z: max(z, 0.3 * z)",
    "lambda z: math.sin(2 * z)",
    "lambda z: abs(z) - 0.5",
    "lambda z: 1.0 if z > 0 else 0.0",
    "lambda z: math.tanh(z)",
)
GRID = [k / 50 for k in range(-400, 401)]
BELL = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / 50 for z in GRID]


def average(phi, of=lambda y: y * y, spread=1.0):
    """The average of of(phi(z)) for z from a bell curve with mean 0."""
    return sum(share * of(phi(spread * z)) for z, share in zip(GRID, BELL))


def spread_case(rng, case):
    return Formula(CURVES[case]), (1 if case == 5 else 10 * one(rng, 2, 40))


def spread_judge(answer, phi, inputs):
    if not isinstance(answer, (int, float)):
        return "Return one number, the spread of the weights."
    if not 0 < answer < math.inf:
        return f"A spread is a positive number, not {answer:.4g}."
    square, mean = average(phi), average(phi, of=lambda y: y)
    right = 1 / math.sqrt(inputs * square)
    known = {
        "This is a variance. The spread is its root.": right**2,
        "Your weights suit one input. A sum of many needs smaller ones.": 1 / math.sqrt(square),
        "You took the average square of the sums, 1, for that of the outputs. What does phi do to "
        "them?": 1 / math.sqrt(inputs),
        "The 2 of He's rule belongs to ReLU, which loses half of the average square.": (
            math.sqrt(2 / inputs)
        ),
        "An activation that makes numbers smaller asks for larger weights, not for smaller "
        "ones.": math.sqrt(square / inputs),
        "The outputs' mean is not 0, and it goes into the next sums, too: average the square "
        "itself, and take nothing off.": 1 / math.sqrt(inputs * max(square - mean**2, 1e-9)),
        "The inputs stand under the root as well: a spread is the root of a variance.": (
            1 / (inputs * math.sqrt(square))
        ),
        "You take a root twice: the average of the squares is what the weights make up for.": (
            1 / math.sqrt(inputs * math.sqrt(square))
        ),
        "You squared an average; average the squares.": (
            1 / math.sqrt(inputs * average(phi, of=abs) ** 2)
        ),
    }
    if abs(answer / right - 1) < 0.02:
        return None
    for sentence, mistake in known.items():
        if abs(answer / mistake - 1) < 0.02:
            return sentence
    share = (answer / right) ** 2
    return f"With weights of this spread the next sums have an average square of {share:.3g}."


SPREAD = Task(
    id="5.6",
    title="A rule for every activation",
    points=4,
    function="weight_spread",
    kind="choose",
    taught="ch05_vanishing_gradients.ipynb#hes-rule-2015",
    statement=r"""
Glorot's rule suits tanh, He's suits ReLU. Next year's activation will need another one. The
chapter's argument gives it: what counts is the average *square* that the activation lets through.

The sums $z$ of one layer come from a bell curve with mean 0 and spread 1, and its outputs are
$\varphi(z)$. The next layer has `inputs` of these outputs as inputs of each unit, no biases, and
independent weights with mean 0. Write `weight_spread(phi, inputs)`: `phi` takes a number and
returns a number. Return the spread of the weights (the root of their variance) for which the sums
of the next layer have an average square of 1, too, within two per cent.

The average of $\varphi(z)^2$ need not have a formula: add up $\varphi(z)^2$ times the bell curve
$e^{-z^2/2}/\sqrt{2\pi}$ times the distance of neighbours on a fine grid of $z$, from $-8$ to 8.
""",
    generate=spread_case,
    judge=spread_judge,
)


def profile_case(rng, case):
    curves = (CURVES[1], CURVES[5], CURVES[2], CURVES[3], "lambda z: max(z, 0.0)", CURVES[5])
    variance = (one(rng, 15, 25), one(rng, 12, 30), one(rng, 11, 40), 15, 20, 90)[case] / 10
    return Formula(curves[case]), variance, (1 if case == 3 else one(rng, 4, 6))


def square_profile(phi, variance, depth, root=True, step=average, of=lambda y: y * y):
    """Average squares of the outputs, layer by layer; the keywords are mistakes."""
    squares, q = [], 1.0
    for _ in range(depth):
        spread = math.sqrt(variance * q) if root else variance * q
        q = step(phi, of=of, spread=spread)
        squares.append(q)
    return torch.tensor(squares, dtype=torch.float64)


def behind(phi, variance, depth):
    squares, q = [], 1.0
    for _ in range(depth):
        q = variance * average(phi, spread=math.sqrt(q))
        squares.append(q)
    return torch.tensor(squares, dtype=torch.float64)


def without_mean(phi, of, spread):
    return average(phi, of, spread) - average(phi, of=lambda y: y, spread=spread) ** 2


def squared_average(phi, of, spread):
    return average(phi, of=abs, spread=spread) ** 2


PROFILE = Task(
    id="5.7",
    title="Fifty layers without a single weight",
    points=5,
    function="square_profile",
    taught="ch05_vanishing_gradients.ipynb#hes-rule-2015",
    statement=r"""
The chapter drew random weights and measured how the average square of the outputs moves from layer
to layer. In wide layers that can be computed in advance. Each sum is a sum of many independent
terms, so it comes from a bell curve, and only the spread of this bell curve changes from layer to
layer. [Poole et al. (2016)](https://arxiv.org/abs/1606.05340) follow signals through deep random
nets in this way.

Let $q_0 = 1$ be the average square of the inputs. The weights have mean 0 and variance
`variance` / width, there are no biases. So the sums of layer $k$ have the average square
$\text{variance} \cdot q_{k-1}$, and $q_k$ is the average of $\varphi(s z)^2$, where $z$ is from the
bell curve with spread 1 and $s$ is the spread of these sums.

Write `square_profile(phi, variance, depth)`: `phi` takes a number and returns a number. Return
$q_1, \dots, q_\text{depth}$, a list or tensor, within one per cent. A grid as in 5.6 is exact
enough. Then compare: tanh with variance 1 and 50 layers is the chapter's curve for Glorot's rule.
""",
    generate=profile_case,
    oracle=square_profile,
    tolerance=0.01,
    symptoms=[
        Symptom(
            "The first layer is right, and you repeat it. The second gets what the first gives.",
            mimics=lambda phi, variance, depth: square_profile(phi, variance, 1).repeat(depth),
        ),
        Symptom(
            "You stretch z by the average square of the sums. Their spread is its root.",
            mimics=partial(square_profile, root=False),
        ),
        Symptom(
            "These are the average squares of the sums, before the activation.",
            mimics=lambda phi, variance, depth: (
                variance
                * torch.cat([torch.ones(1).double(), square_profile(phi, variance, depth)[:-1]])
            ),
        ),
        Symptom(
            "Your list begins with the inputs, whose average square is 1; asked for are layers 1 "
            "to depth.",
            mimics=lambda phi, variance, depth: torch.cat(
                [torch.ones(1).double(), square_profile(phi, variance, depth)[:-1]]
            ),
        ),
        Symptom(
            "Your list begins with the inputs, whose average square is 1; asked for are layers 1 "
            "to depth.",
            when=lambda answer, expected, phi, variance, depth: (
                len(answer) == depth + 1 and torch.allclose(answer[1:].double(), expected, 0.01)
            ),
        ),
        Symptom(
            "Your list is one layer too long.",
            when=lambda answer, expected, phi, variance, depth: (
                len(answer) == depth + 1 and torch.allclose(answer[:-1].double(), expected, 0.01)
            ),
        ),
        Symptom(
            "The variance of the weights makes the *sums* larger, before the activation; you "
            "multiply behind it.",
            mimics=behind,
        ),
        Symptom(
            "You multiply by the same factor in each layer. That is right for curves such as ReLU "
            "only; others let a larger part of small sums through.",
            mimics=lambda phi, variance, depth: torch.cumprod(
                square_profile(phi, variance, 1).repeat(depth), 0
            ),
        ),
        Symptom(
            "The variance of the weights does not come in, or it is taken for 1.",
            mimics=lambda phi, variance, depth: square_profile(phi, 1.0, depth),
        ),
        Symptom(
            "You take the mean off. The next sums are made from the outputs as they are.",
            mimics=partial(square_profile, step=without_mean),
        ),
        Symptom(
            "You square an average; average the squares.",
            mimics=partial(square_profile, step=squared_average),
        ),
    ],
)


def mirror_case(rng, case):
    size = (3, 4, 2, 3, 3, 1)[case]
    u = uniform(rng, 0.5, 3, size) * signs(rng, size)
    if case in (3, 4):  # along the axis already, and against it
        u = torch.tensor([1.0 if case == 3 else -1.0, 0.0, 0.0]).double() * one(rng, 2, 5)
    return (-u.abs() if case == 5 else u,)


def mirror_judge(answer, u):
    n, length = len(u), float(u.norm())
    Q = floats(answer)
    if tuple(Q.shape) != (n, n):
        return f"The shape is {tuple(Q.shape)}; a table that turns {n} numbers has {(n, n)}."
    if not Q.isfinite().all():
        return "Some of your numbers are NaN or infinite. What do you divide by if u needs no turn?"
    end, goal = Q @ u, torch.zeros_like(u)
    goal[0] = length
    stretch = torch.linalg.svdvals(Q)
    if stretch.min() < 1e-6:
        return "Your table loses a direction: some arrow that is not 0 is turned into 0."
    if (stretch - 1).abs().max() > 1e-6:
        worst = float(stretch[(stretch - 1).abs().argmax()])
        return f"Not every length is kept: some arrow of length 1 comes out with {worst:.4g}."
    if torch.allclose(end, goal, atol=1e-6):
        return None
    if torch.allclose(Q.T @ u, goal, atol=1e-6):
        return "All lengths are kept, but your table turns the axis to u. Which table turns back?"
    if torch.allclose(end, -goal, atol=1e-6):
        return "All lengths are kept, and u lies on the axis, on its negative side."
    shown = ", ".join(f"{number:.3g}" for number in end.tolist())
    return f"All lengths are kept, but u does not end on the axis. It is turned to ({shown})."


MIRROR = Task(
    id="5.8",
    title="Turn an arrow, keep every length",
    points=5,
    function="turn_to_axis",
    kind="choose",
    taught="ch05_vanishing_gradients.ipynb#a-table-with-no-luck-in-it-orthogonal-weights-2013",
    statement=r"""
Orthogonal tables keep the length of *every* arrow; they only turn and mirror. One that turns a
given arrow to an axis is the brick from which all others can be built.

Write `turn_to_axis(u)` for a tensor `u` (n,) that is not 0. Return an orthogonal table $Q$ (n, n),
$Q^\top Q = I$, with $Q u = (\lVert u \rVert, 0, \dots, 0)$. There are many; any will do. One way is
a mirror: for an arrow $v$ the table $I - 2\, v v^\top / (v \cdot v)$ turns $v$ into $-v$ and leaves
everything at right angles to $v$ as it is; $I$ is the identity table. Draw two arrows of the same
length: which mirror takes one to the other? And what if they are the same?
""",
    generate=mirror_case,
    judge=mirror_judge,
)

START = [SPREAD, PROFILE, MIRROR]
