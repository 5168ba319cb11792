"""The exercises of chapter 4 on curves and safe sums: folding, a steepness, a soft maximum."""

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


def swish(x, beta, grad, both=True, inner=True, twice=True, mean=False):
    """Slopes for x and beta; each keyword makes one of the mistakes."""
    s = torch.sigmoid(beta * x)
    bend = s * (1 - s)
    for_x = s + (beta if inner else 1) * x * bend * both
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


def maximum_case(rng, case):
    z, T = normal(rng, one(rng, 2, 3), 3), float(one(rng, 2, 4)) * (-1 if case == 3 else 1)
    if case == 2:
        return z[:, :1], T  # one score per row
    if case == 4:  # rows far apart, scores of a row alike
        return z + torch.tensor([2000.0, -3000.0, 0.0])[: len(z), None], 1.0
    if case == 5:  # the smallest score counts, the largest is far away
        return z + torch.tensor([2000.0, -3000.0, 0.0]), -1.0
    return z, T


def soft_maximum(z, T, shift=None, scale=True, mean=True, back=True):
    """Oracle; shift(z / T) is taken off first; the other keywords make mistakes."""
    a = z / T
    m = (a.amax(1, keepdim=True) if shift is None else shift(a)) * torch.ones_like(a[:, :1])
    total = (a - m).exp().sum(1)
    found = (total / z.shape[1] if mean else total).log() + (m[:, 0] if back else 0)
    return T * found if scale else found


MAXIMUM = Task(
    id="4.3",
    title="A maximum with a slope",
    points=5,
    function="soft_maximum",
    taught="ch04_activations.ipynb#no-overflow",
    statement=r"""
The largest of some scores depends on one of them only; the others hear no blame. A soft version
listens to all:

$$M_T(z) = T \cdot \log \Bigl( \tfrac1C \sum_{j=1}^{C} e^{z_j / T} \Bigr) .$$

For small positive $T$ it comes close to the largest of the $C$ scores, for large $T$ to their mean.
For *negative* $T$ the same formula is a soft minimum.

Write `soft_maximum(z, T)` for a table `z` (N, C) and a number `T`, positive or negative, never 0.
Return the soft maximum of each row, a tensor (N,). Scores may be 2000 or $-3000$, next to each
other, and the answer must be right to the sixth digit all the same.
""",
    generate=maximum_case,
    oracle=soft_maximum,
    symptoms=[
        Symptom(
            "Right for small scores. With large ones an exponential runs over, or all of a row run "
            "to 0, and the logarithm is infinite.",
            mimics=lambda z, T: soft_maximum(z, T, shift=lambda a: 0.0),
        ),
        Symptom(
            "You take the same number off the whole table. In a row far below the others all "
            "exponentials are still 0: each row needs its own.",
            mimics=lambda z, T: soft_maximum(z, T, shift=lambda a: a.max()),
        ),
        Symptom(
            "You take the largest score off. With a negative T the largest z / T belongs to "
            "another one, and its exponential still runs over.",
            mimics=lambda z, T: soft_maximum(z, T, shift=lambda a: z.amax(1, keepdim=True) / T),
        ),
        Symptom(
            "What is taken off before the exponential has to come back behind the logarithm.",
            mimics=lambda z, T: soft_maximum(z, T, back=False),
        ),
        Symptom(
            "This is the logarithm of a sum, not of a mean: equal scores give more than each of "
            "them.",
            mimics=lambda z, T: soft_maximum(z, T, mean=False),
        ),
        Symptom(
            "The exponents are right. The factor T before the logarithm is missing.",
            mimics=lambda z, T: soft_maximum(z, T, scale=False),
        ),
    ],
)

CURVES = [FOLD, SWISH, MAXIMUM]
