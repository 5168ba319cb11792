"""The exercises of chapter 4 on curves: layers without any, and one that learns its steepness."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, signs, uniform


def fold_case(rng, case):
    count, size = (3, 2, 4, 3, 1, 2)[case], one(rng, 2, 3)
    weights = [normal(rng, size, size) for _ in range(count)]
    return weights, [normal(rng, size) for _ in range(count)]


def fold(weights, biases, after=True):
    """One layer for all; after=False adds each bias before the table of its layer, a mistake."""
    W, b = weights[0], biases[0] if after else weights[0] @ biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W, b = V @ W, V @ b + c if after else V @ (b + c)
    return W, b


FOLD = Task(
    id="4.1",
    title="Fold a stack of layers",
    points=4,
    function="fold_layers",
    taught="ch04_activations.ipynb#without-a-bend-depth-is-worth-nothing",
    returns=("W", "b"),
    statement=r"""
Without bends, a stack of layers is one affine map in disguise. Which one?

Write `fold_layers(weights, biases)`. Layer $k$ computes $z = W_k h + b_k$ from the result $h$ of
the layer before; there is no activation. `weights` is a list of tables $W_1, W_2, \dots$ of shape
(O, I), `biases` a list of tensors $b_1, b_2, \dots$ of shape (O,), the first layer first. Return
`(W, b)`, the single layer that computes what the whole stack computes. There is at least one layer.
""",
    generate=fold_case,
    oracle=fold,
    symptoms=[
        Symptom(
            "You fold the stack upside down: its last layer meets the input first.",
            mimics=lambda weights, biases: fold(weights[::-1], biases[::-1]),
        ),
        Symptom(
            "The bias is right. Your table is the product in the other order: which table meets "
            "the input x, and so stands next to it?",
            mimics=lambda weights, biases: (
                fold(weights[::-1], biases)[0],
                fold(weights, biases)[1],
            ),
        ),
        Symptom(
            "The table is right. You add the biases as they are, but each is a signal that goes "
            "through the layers above it.",
            mimics=lambda weights, biases: (fold(weights, biases)[0], sum(biases)),
        ),
        Symptom(
            "The table is right. Of the biases only the last one is left.",
            mimics=lambda weights, biases: (fold(weights, biases)[0], biases[-1]),
        ),
        Symptom(
            "The table is right. Of the biases only the first one goes on through the layers; each "
            "layer adds one.",
            mimics=lambda weights, biases: fold(
                weights, [biases[0], *[torch.zeros_like(b) for b in biases[1:]]]
            ),
        ),
        Symptom(
            "The table is right. The biases come in the wrong order: the first one belongs to the "
            "layer that meets the input.",
            mimics=lambda weights, biases: (
                fold(weights, biases)[0],
                fold(weights, biases[::-1])[1],
            ),
        ),
        Symptom(
            "Your tables stand to the right of what they multiply. In W h + b the table stands on "
            "the left.",
            mimics=lambda weights, biases: (
                fold(weights[::-1], biases)[0],
                fold([W.T for W in weights], biases)[1],
            ),
        ),
        Symptom(
            "The table is right. Each bias goes through one layer too many: it is added after the "
            "sum of its own layer.",
            mimics=lambda weights, biases: fold(weights, biases, after=False),
        ),
        Symptom(
            "Your table is transposed: rows belong to the units of the last layer, columns to the "
            "inputs of the first.",
            mimics=lambda weights, biases: (fold(weights, biases)[0].T, fold(weights, biases)[1]),
        ),
    ],
)


def swish_case(rng, case):
    shape = (1,) if case == 3 else (one(rng, 2, 3), 2)
    beta = 0.0 if case == 4 else (12 + one(rng, 0, 8)) / 10
    x = uniform(rng, 0.3, 2, *shape) * signs(rng, *shape)
    if case == 5:
        x = 800 * (1 + x.abs()) * (1 - 2 * torch.eye(*shape))  # large ones of both signs
    return x, beta, normal(rng, *shape)


def swish(x, beta, grad, both=True, first=True, inner=True, twice=True, mean=False, slope=None):
    """Slopes for x and beta; each keyword makes one of the mistakes."""
    s = torch.sigmoid(beta * x)
    bend = slope(s) if slope else s * (1 - s)
    for_x = s * first + (beta if inner else 1) * x * bend * both
    for_beta = grad * (x**2 if twice else x) * bend
    return grad * for_x, for_beta.mean() if mean else for_beta.sum()


SWISH = Task(
    id="4.2",
    title="A curve that learns how steep it is",
    points=5,
    function="swish_backward",
    taught="ch04_activations.ipynb#gelu-and-silu-20162017",
    returns=("for_x", "for_beta"),
    statement=r"""
The SiLU $z\,\sigma(z)$ has a relative with a knob: $y = x\,\sigma(\beta x)$, the *Swish* of
[Ramachandran, Zoph and Le (2017)](https://arxiv.org/abs/1710.05941). With $\beta = 0$ it is the
line $x/2$, with a very large $\beta$ nearly ReLU. The knob can be learned like a weight; here one
$\beta$ serves a whole layer.

Write `swish_backward(x, beta, grad)`. `x` is a tensor of any shape, `beta` a number, `grad` the
slopes of the loss for $y$, of the shape of `x`. Return `(for_x, for_beta)`: the slopes of the loss
for `x`, of its shape, and for `beta`, one number. Some `x` are larger than 1000.
""",
    generate=swish_case,
    oracle=swish,
    symptoms=[
        Symptom(
            "The slopes for x are right. Every number of x has a path to beta, and paths add; you "
            "average over them.",
            mimics=lambda *inputs: swish(*inputs, mean=True),
        ),
        Symptom(
            "The slope for beta is right. In a product both factors move: for x you let only the "
            "first of them move.",
            mimics=lambda *inputs: swish(*inputs, both=False),
        ),
        Symptom(
            "The slope for beta is right. In a product both factors move: for x you let only the "
            "second of them move, the sigmoid.",
            mimics=lambda *inputs: swish(*inputs, first=False),
        ),
        Symptom(
            "Right where beta is 1. You bend by sigmoid(x), not by sigmoid(beta x).",
            mimics=lambda x, beta, grad: swish(x, 1.0, grad),
        ),
        Symptom(
            "The slopes for x are right. For beta you add up the blame and the slopes each by "
            "itself. Each number's blame meets its own slope first; then add.",
            mimics=lambda x, beta, grad: (
                swish(x, beta, grad)[0],
                grad.sum() * swish(x, beta, torch.ones_like(x))[1],
            ),
        ),
        Symptom(
            "The slope of a sigmoid with the value s has two factors. You have one of them.",
            mimics=lambda *inputs: swish(*inputs, slope=lambda s: 1 - s),
        ),
        Symptom(
            "The slope for beta is right. For x a slope inside the sigmoid is missing: how fast "
            "does beta x grow with x?",
            mimics=lambda *inputs: swish(*inputs, inner=False),
        ),
        Symptom(
            "The slopes for x are right. For beta, x has to come in twice: before the sigmoid, and "
            "as the pace of beta x inside it.",
            mimics=lambda *inputs: swish(*inputs, twice=False),
        ),
        Symptom(
            "These are the slopes of the curve. The blame that arrives is not passed on.",
            mimics=lambda x, beta, grad: swish(x, beta, torch.ones_like(x)),
        ),
        Symptom(
            "Where numbers are large, yours are NaN or infinite. Which form of the sigmoid needs "
            "no exponential of a large positive number?",
            when=lambda answer, expected, x, beta, grad: not answer[0].isfinite().all(),
        ),
    ],
)


CURVES = [FOLD, SWISH]
