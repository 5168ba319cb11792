"""The exercises of chapter 8 on margins and kernels."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.demands import alone
from dlcore.grade.tasks.draws import normal, one, signs, whole
from dlcore.grade.tasks.forms import floats


def margin_case(rng, case):
    """Draw examples beyond the margin, inside it, and on the wrong side, but for the edges."""
    count, size = (1 if case == 4 else one(rng, 4, 6)), 2
    w, b, decay = (
        whole(rng, 1, 2, size) * signs(rng, size),
        one(rng, 1, 5) / 10,
        one(rng, 1, 5) / 10,
    )
    x, t = normal(rng, count, size), signs(rng, count)
    reach = t * (x @ w + b)
    if case == 5:  # all beyond the margin
        return x * 9, torch.sign(9 * x @ w + b), w, b, decay
    groups = [(reach < -0.1).sum(), ((reach > 0.1) & (reach < 0.9)).sum(), (reach > 1.1).sum()]
    if (reach > 0.9).any() if case == 4 else not all(groups):
        return margin_case(rng, case)
    return x, t, w, b, decay


def soft_margin(x, t, w, b, decay, force=lambda short: 2 * short.clamp(min=0), weigh=None):
    """Slopes for w and b; force: what a missing margin of `short` pulls with, per example."""
    short = 1 - t * (x @ w + b)
    pull = force(short) * t * (1 / len(x) if weigh is None else weigh(short))
    return decay * w - pull @ x, -pull.sum()


def by_autograd(x, t, w, b, decay):
    w = w.clone().requires_grad_()
    bias = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    short = (1 - t * (x @ w + bias)).clamp(min=0)
    return torch.autograd.grad(decay / 2 * (w @ w) + (short**2).mean(), (w, bias))


def with_force(force=lambda short: 2 * short.clamp(min=0), weigh=None):
    return lambda *inputs: soft_margin(*inputs, force=force, weigh=weigh)


def plus(for_w, for_b):
    """The right slopes with something added: a multiple of the decay for w, or of b."""

    def mistaken(x, t, w, b, decay):
        slopes = by_autograd(x, t, w, b, decay)
        return slopes[0] + for_w * decay * w, slopes[1] + for_b * decay * b

    return mistaken


MARGIN = Task(
    id="8.3",
    title="A margin that pulls harder the more is missing",
    points=4,
    function="soft_margin_slopes",
    taught="ch08_rivals.ipynb#the-widest-street-support-vector-machines-19921995",
    statement=r"""
The hinge loss $\max(0,\, 1 - t z)$ pulls at every example that is not beyond the margin, at all of
them equally hard. Its square has no kink, and it pulls harder at those that lie further back:

$$L = \frac{\lambda}{2} \lVert w \rVert^2
+ \frac1N \sum_n \max(0,\, 1 - t_n z_n)^2, \qquad z_n = w \cdot x_n + b .$$

Write `soft_margin_slopes(x, t, w, b, decay)` for examples `x` (N, I), targets `t` (N,), each $+1$
or $-1$, weights `w` (I,), a bias `b`, and `decay` for $\lambda$. Return `(for_w, for_b)`: the
slopes of $L$ for the weights, (I,), and for the bias, a number. The bias is not penalised.
""",
    generate=margin_case,
    returns=("for_w", "for_b"),
    oracle=by_autograd,
    symptoms=[
        Symptom(
            "All examples short of the margin pull equally hard: this is the slope of the hinge, "
            "not of its square.",
            mimics=with_force(lambda short: (short > 0).double()),
        ),
        Symptom(
            "The examples pull half as hard as they should; the penalty's part is right. What "
            "comes down from the exponent?",
            mimics=with_force(lambda short: short.clamp(min=0)),
        ),
        Symptom(
            "Examples beyond the margin pull, too, back towards it. The loss is 0 there.",
            mimics=with_force(lambda short: 2 * short),
        ),
        Symptom(
            "Only examples on the wrong side pull. What about those on the right side that are "
            "closer than the margin?",
            mimics=with_force(lambda short: 2 * short * (short > 1)),
        ),
        Symptom(
            "The examples pull the wrong way: where a margin is missing, the loss falls as t z "
            "grows.",
            mimics=with_force(lambda short: -2 * short.clamp(min=0)),
        ),
        Symptom(
            "You average over the examples that are short of the margin. The loss divides by all.",
            mimics=with_force(weigh=lambda short: 1 / max(1, int((short > 0).sum()))),
        ),
        Symptom(
            "The pulls are summed where the loss takes their mean.",
            mimics=with_force(weigh=lambda short: 1.0),
        ),
        Symptom(
            "The penalty pulls at the bias, too. Only weights are penalised.", mimics=plus(0, 1)
        ),
        Symptom("The penalty on the weights plays no part in your slopes.", mimics=plus(-1, 0)),
        Symptom(
            "The penalty pulls twice as hard as it should: there is a half before its square.",
            mimics=plus(1, 0),
        ),
        Symptom(
            "Where a margin is missing, your `b` plays no part: z has a bias, too.",
            mimics=lambda x, t, w, b, decay: by_autograd(x, t, w, 0.0, decay),
        ),
        Symptom(
            "The slopes for the weights are right. In that for the bias the target is missing.",
            mimics=lambda x, t, w, b, decay: (
                by_autograd(x, t, w, b, decay)[0],
                -2 * (1 - t * (x @ w + b)).clamp(min=0).mean(),
            ),
        ),
        Symptom(
            "The examples of both classes pull the same way: the target is missing in the slope.",
            mimics=lambda x, t, w, b, decay: (
                decay * w - (2 * (1 - t * (x @ w + b)).clamp(min=0) / len(x)) @ x,
                -2 * (1 - t * (x @ w + b)).clamp(min=0).mean(),
            ),
        ),
    ],
)


def features_case(rng, case):
    count, size = (1, 1) if case == 5 else (4, 2 if case < 2 else 3)
    x = normal(rng, count, size)
    if (x.abs() < 0.2).any():
        return features_case(rng, case)
    return x, (0.0 if case == 4 else one(rng, 3, 9) / 2)


def features_judge(answer, x, c):
    phi = floats(answer)
    if phi.ndim != 2 or len(phi) != len(x):
        return f"Your features have shape {tuple(phi.shape)}; asked for is a row for each example."
    if not phi.isfinite().all():
        return "Some of your features are NaN or infinite."
    found, products = phi @ phi.T, x @ x.T
    squares = x**2 @ (x**2).T
    crossed = products**2 - squares
    right = (products + c) ** 2
    if torch.allclose(found, right, 1e-6, 1e-6):
        return None
    if phi.shape == right.shape and torch.allclose(phi, right):
        return "This is the table of the kernel itself. Asked for are features of each example."
    for sentence, off in features_mistakes(c, products, crossed):
        if torch.allclose(found, right + off, 1e-6, 1e-6):
            return sentence
    if torch.allclose(found.diagonal(), right.diagonal()):
        return "Each example's product with itself is right, those of different examples are not."
    return "The inner products of your rows are not the kernel. Multiply the square out first."


def features_mistakes(c, products, crossed):
    """Pairs (sentence, what the mistake adds to the kernel)."""
    linear = 2 * c * products
    return [
        (
            "This is right for c = 0 alone: nothing in your features depends on c.",
            -linear - c * c,
        ),
        (
            "The product of two different inputs enters with weight 1. How often does it stand in "
            "the square that is multiplied out?",
            -crossed / 2,
        ),
        ("No feature of yours holds a product of two different inputs.", -crossed),
        (
            "The products of two different inputs are too heavy: the weight enters the inner "
            "product twice, once from each side.",
            crossed,
        ),
        ("The inputs themselves are missing among the features.", -linear),
        ("The inputs themselves enter with half the weight that they should have.", -linear / 2),
        (
            "The inputs themselves are too heavy: their factor enters the inner product twice, "
            "once from each side.",
            (4 * c * c - 2 * c) * products,
        ),
        ("The term that does not depend on the inputs is missing.", -c * c),
        (
            "You put c beside the inputs and multiply all with all. But in an inner product c then "
            "meets another c.",
            2 * (c * c - c) * products + c**4 - c * c,
        ),
        ("The constant feature is too small: what should its square be?", c - c * c),
        ("The constant feature is too large: what should its square be?", c**4 - c * c),
    ]


FEATURES = Task(
    id="8.4",
    title="Unfold a kernel",
    points=6,
    function="features",
    kind="choose",
    taught="ch08_rivals.ipynb#the-widest-street-support-vector-machines-19921995",
    statement=r"""
The kernel $k(x, z) = (x \cdot z + c)^2$ takes a handful of multiplications. Somewhere behind it
there are features $\varphi$ whose inner product it is: $k(x, z) = \varphi(x) \cdot \varphi(z)$ for
*all* $x$ and $z$. A machine with this kernel draws a straight boundary among them.

Write `features(x, c)` for examples `x` (N, I) and a number $c \ge 0$. Return a tensor (N, M) whose
row $n$ is $\varphi(x_n)$ and depends on no other row. `x` has one, two or three columns; how many
features you take and in which order they come is up to you. There are many right answers. Multiply
the square out on paper for two inputs, and share each term fairly between $x$ and $z$.
""",
    generate=features_case,
    judge=features_judge,
    again=[
        alone(
            2,
            "The inner products are right, but the features of an example change with the others "
            "in the table. They must also suit an example that comes alone.",
            row=3,
        )
    ],
)

KERNELS = [MARGIN, FEATURES]
