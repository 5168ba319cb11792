"""An exercise of chapter 5 on a memory at rest: how long a gradient gets before it fades."""

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import normal, one, signs, uniform
from dlcore.grade.tasks.prediction import measured


def peak_case(rng, case):
    size, steps = (2 if case % 2 else 3), one(rng, 6, 12)
    g = uniform(rng, 0.5, 2, size) * signs(rng, size)
    if case == 4:
        return torch.zeros(size, size).double(), g, steps
    if case in (1, 5):  # shorter in every step; and no step at all
        return torch.diag(uniform(rng, 0.4, 0.8, size)), g, (0 if case == 5 else steps)
    low, high = (1.1, 1.4) if case == 2 else (0.5, 0.9)  # in case 2 the last length is the largest
    W = torch.diag(uniform(rng, low, high, size)) + normal(rng, size, size).triu(1)
    W[0, -1] = one(rng, 20, 40) / 10
    lengths = lengths_back(W, g, steps)
    if case == 2 and max(lengths) > lengths[-1]:
        return peak_case(rng, case)
    return W, g, steps


def lengths_back(W, g, steps, turned=True, length=lambda g: float(g.norm()), entries=False,
                 first=0, bend=lambda g: g):  # fmt: skip
    """Lengths after `first` … `steps` steps back; the keywords are mistakes."""
    found, h, power = [], g, torch.ones_like(W)
    for T in range(steps + 1):
        back = (power.T if turned else power) @ g if entries and T else h
        found.append(length(back))
        h, power = bend((W.T if turned else W) @ h), power * W
    return found[first:] or [0.0]


def by_radius(W, g, steps):
    radius = float(torch.linalg.eigvals(W).abs().max())
    lengths = [float(g.norm()) * radius**lag for lag in range(steps + 1)]
    return max(lengths), lengths.index(max(lengths))


def peak(*inputs, first=0, **mistakes):
    lengths = lengths_back(*inputs, first=first, **mistakes)
    return max(lengths), lengths.index(max(lengths)) + first


def last(*inputs):
    return lengths_back(*inputs)[-1], inputs[2]


PEAK = Task(
    id="5.3",
    title="Predict, then measure: before it fades",
    points=5,
    function="gradient_peak",
    kind="predict",
    taught="ch05_vanishing_gradients.ipynb#a-memory-that-fades-1991",
    statement=r"""
At rest a memory $h_t = \tanh(W h_{t-1})$ hands a gradient $g$ back as $W^\top g$, one step after
the other, and for *large* lags its length goes like $\rho^T$. Take a table whose spectral radius
$\rho$ is 0.9. What can the length do in the first few steps?

- **a**: only shrink, in every step
- **b**: grow at first, and shrink later
- **c**: grow without end

Decide first. Then write `gradient_peak(W, g, steps)` for a table `W` (D, D), a gradient `g` (D,)
and a whole number `steps`. Return `(prediction, peak, lag)`: the largest length that the gradient
has after 0, 1, …, `steps` steps back, and the lag at which it has it. Any prediction counts, if you
made one; the two numbers must be right. Then try tables of your own with $\rho = 0.9$: with 0.9
twice on the diagonal, for instance, and a 3 beside it.
""",
    generate=peak_case,
    judge=measured(
        ("a", "b", "c"),
        peak,
        [
            (
                "You send the gradient through tanh. Backwards comes its slope, which at rest is "
                "1.",
                lambda *inputs: peak(*inputs, bend=torch.tanh),
            ),
            (
                "This is the largest single number of the gradient. Its length takes all of them.",
                lambda *inputs: peak(*inputs, length=lambda g: float(g.abs().max())),
            ),
            (
                "This is the first length times the spectral radius again and again, which holds "
                "for large lags. Go back step by step and measure.",
                by_radius,
            ),
            (
                "You divide by the length at lag 0. Asked for is the length itself.",
                lambda W, g, steps: (peak(W, g, steps)[0] / float(g.norm()), peak(W, g, steps)[1]),
            ),
            (
                "You go forward with W. Backwards each step multiplies by the table transposed.",
                lambda *inputs: peak(*inputs, turned=False),
            ),
            (
                "These are squared lengths. The length has a root.",
                lambda *inputs: peak(*inputs, length=lambda g: float(g @ g)),
            ),
            (
                "This is the gradient at the end. Asked for is the largest length on the way.",
                last,
            ),
            (
                "The gradient as it comes in, at lag 0, is one of the candidates.",
                lambda *inputs: peak(*inputs, first=1),
            ),
            (
                "W ** T takes the power of every entry by itself; a step back is a product of "
                "tables.",
                lambda *inputs: peak(*inputs, entries=True),
            ),
            (
                "The length is right. The lag counts steps back: 0 before the first one.",
                lambda *inputs: (peak(*inputs)[0], peak(*inputs)[1] + 1),
            ),
            (
                "You look one step further back than `steps`.",
                lambda W, g, steps: peak(W, g, steps + 1),
            ),
            (
                "You stop before the last step back. The length after `steps` steps counts, too.",
                lambda W, g, steps: peak(W, g, max(steps - 1, 0)),
            ),
        ],
    ),
)
