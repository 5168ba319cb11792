"""The exercise of chapter 8 on what is not sure: where to measure next."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, uniform


def plan_case(rng, case):
    """Draw places of which at each step one is clearly the most uncertain; in case 2 one twice."""
    many = 0 if case == 4 else one(rng, 2, 3)
    x = uniform(rng, 0, 9, many)
    if case == 5:
        x = x[:1].repeat(3)  # measured three times at one place
    options = torch.arange(10).double()[torch.from_numpy(rng.permutation(10)[:6])]
    options = options + uniform(rng, -0.4, 0.4, 6)
    noise = one(rng, 1, 4) / 10
    if case == 2:  # one option lies far from all that was measured, and a reading says little
        x, noise = torch.tensor([0.0, 2.0, 4.0]).double().repeat(3), 0.8
        options = torch.cat([uniform(rng, 0, 4, 5), uniform(rng, 7, 8, 1)]).roll(one(rng, 0, 5))
    length = one(rng, 15 if case == 2 else 10, 20) / 10
    inputs = x, options, length, noise, (1 if case == 3 else 3)
    clear = case != 2 or (
        plan(*inputs)[0].unique().numel() < 3
        and not as_unsure(plan(*inputs, again=False), at_once(*inputs))
    )
    for step in range(inputs[-1]):
        measured = torch.cat([x, options[plan(*inputs)[0][:step]]])
        best = uncertainty(measured, options, *inputs[2:4]).topk(2).values
        clear &= not len(measured) or float(best[0] - best[1]) > 1e-3
    return inputs if clear else plan_case(rng, case)


def uncertainty(x, options, length, noise):
    """Variance of the Gaussian process at the options (M,) after measurements at x (N,)."""

    def kernel(a, b):
        return torch.exp(-((a[:, None] - b) ** 2) / (2 * length**2))

    root = torch.linalg.cholesky(kernel(x, x) + noise * torch.eye(len(x), dtype=x.dtype))
    return 1 - torch.linalg.solve_triangular(root, kernel(x, options), upper=False).pow(2).sum(0)


def plan(x, options, length, noise, count, learn=True, pick=torch.argmax, again=True):
    """Return places and their variances, chosen one by one."""
    places, variances = [], []
    for _ in range(count):
        variance = uncertainty(x, options, length, noise)
        open_to = variance if again else variance.index_fill(0, torch.tensor(places).long(), -1.0)
        places.append(int(pick(open_to)))
        variances.append(float(variance[places[-1]]))
        x = torch.cat([x, options[places[-1:]]]) if learn else x
    return torch.tensor(places), torch.tensor(variances, dtype=torch.float64)


def last_largest(values):
    return len(values) - 1 - int(values.flip(0).argmax())


def at_once(x, options, length, noise, count):
    best = uncertainty(x, options, length, noise).sort(descending=True, stable=True)
    return best.indices[:count], best.values[:count]


def reported(change):
    """The right places with their variances changed."""

    def mistaken(x, options, length, noise, count):
        places, variances = plan(x, options, length, noise, count)
        return places, change(variances, noise)

    return mistaken


def as_unsure(answer, other):
    """Whether the variances are nearly the same; places differ where two are equally unsure."""
    return torch.allclose(answer[1].double(), other[1], 1e-4, 1e-4)


PLAN = Task(
    id="8.7",
    title="Where to measure next?",
    points=5,
    function="plan",
    taught="ch08_rivals.ipynb#side-trip-a-network-without-end-gaussian-processes-19942018",
    statement=r"""
A Gaussian process says how unsure it is. After measurements at the places $x_1, \dots, x_N$, each
with noise of variance $s$, its variance at a place $z$ is

$$v(z) = k(z, z) - k_z^\top (K + s I)^{-1} k_z, \qquad
k(a, b) = \exp\!\left(-\frac{(a - b)^2}{2 \ell^2}\right),$$

with $K_{ij} = k(x_i, x_j)$ and $(k_z)_i = k(x_i, z)$. What was measured does not occur in it, only
where. So a whole campaign can be planned before the first number is read.

Write `plan(x, options, length, noise, count)`. `x` (N,) are the places of earlier measurements,
`options` (M,) the places where you may measure now, `length` is $\ell$, and `noise` the variance
$s$. Choose `count` options one after the other: each time the one with the largest variance,
counting those chosen before as measured; at a tie the first. An option may be chosen again. Return
`(places, variances)`: the chosen indices, and the variance of each when it was chosen, before it is
measured itself. `x` may be empty, or hold one place three times.
""",
    generate=plan_case,
    returns=("places", "variances"),
    oracle=plan,
    symptoms=[
        Symptom(
            "Of two options that are equally unsure you take the last. The first counts.",
            mimics=lambda *inputs: plan(*inputs, pick=last_largest),
        ),
        Symptom(
            "You choose all places with what is known at the start. When the first of them is "
            "measured, what is known about its neighbours?",
            when=lambda answer, expected, *inputs: as_unsure(answer, at_once(*inputs)),
        ),
        Symptom(
            "The first place is right, and then it is chosen again and again: it has to join those "
            "that are measured.",
            when=lambda answer, expected, *inputs: as_unsure(answer, plan(*inputs, learn=False)),
        ),
        Symptom(
            "You never choose an option again. After one reading with much noise it may still be "
            "the least certain.",
            when=lambda answer, expected, *inputs: as_unsure(answer, plan(*inputs, again=False)),
        ),
        Symptom(
            "You measure where the process is surest.",
            when=lambda answer, expected, *inputs: as_unsure(
                answer, plan(*inputs, pick=torch.argmin)
            ),
        ),
        Symptom(
            "`noise` is a variance already. You square it.",
            mimics=lambda x, options, length, noise, count: plan(
                x, options, length, noise**2, count
            ),
        ),
        Symptom(
            "`noise` is a variance already. You take its root.",
            mimics=lambda x, options, length, noise, count: plan(
                x, options, length, noise**0.5, count
            ),
        ),
        Symptom(
            "You count the options from 1.",
            mimics=lambda *inputs: (plan(*inputs)[0] + 1, plan(*inputs)[1]),
        ),
        Symptom(
            "The noise plays no part: as if one measurement settled a place for good.",
            when=lambda answer, expected, x, options, length, noise, count: as_unsure(
                answer, plan(x, options, length, 1e-9, count)
            ),
        ),
        Symptom(
            "Your kernel falls off at another rate than the one above: look at what divides the "
            "squared distance.",
            when=lambda answer, expected, x, options, length, noise, count: any(
                as_unsure(answer, plan(x, options, other, noise, count))
                for other in (length / 2**0.5, length**0.5, 1.0, (length / 2) ** 0.5)
            ),
        ),
        Symptom(
            "These are the variances of a measurement. Asked for are those of the process, which "
            "hold no noise of a measurement that is still to come.",
            mimics=reported(lambda variances, noise: variances + noise),
        ),
        Symptom(
            "These are standard deviations. Asked for are variances.",
            mimics=reported(lambda variances, noise: variances.sqrt()),
        ),
        Symptom(
            "These are the places themselves. Asked for are their indices among the options.",
            when=lambda answer, expected, x, options, *rest: torch.allclose(
                answer[0].double(), options[expected[0]]
            ),
        ),
    ],
)


CHANCE = [PLAN]
