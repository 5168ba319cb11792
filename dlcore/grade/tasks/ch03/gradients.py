"""The exercises of chapter 3 on gradients: curves, layers and checks."""

from functools import partial

import torch

from dlcore.grade.task import Formula, Symptom, Task
from dlcore.grade.tasks.draws import normal, one, uniform


def squash_case(rng, case):
    shape = (1, 1) if case == 4 else (one(rng, 2, 3), 2)
    a, b = one(rng, 11, 20) / 10, one(rng, 3, 9) / 10
    z = {4: 0.0, 5: 400.0}.get(case, 1.0) * normal(rng, *shape)
    return a * torch.tanh(b * z), normal(rng, *shape), a, b


SQUASH = Task(
    id="3.1",
    title="Back through a curve",
    points=4,
    function="squash_backward",
    taught="ch03_backpropagation.ipynb#the-chain-rule-a-layer-at-a-time-1986",
    statement=r"""
The sigmoid runs from 0 to 1. The curve $y = a \tanh(b z)$ runs from $-a$ to $a$, as steeply as one
likes. Like the sigmoid's, its slope can be found from its own output: nothing else must be kept.

Write `squash_backward(y, grad, a, b)`. `y` holds outputs of the curve, `grad` the slopes of the
loss for these outputs, both of the same shape. Return the slopes of the loss for $z$. You do not
get $z$: $\tanh' = 1 - \tanh^2$ will help.
""",
    generate=squash_case,
    oracle=lambda y, grad, a, b: grad * a * b * (1 - (y / a) ** 2),
    symptoms=[
        Symptom(
            "This is the slope of the curve alone. The blame that arrives is not passed on.",
            mimics=lambda y, grad, a, b: a * b * (1 - (y / a) ** 2),
        ),
        Symptom(
            "This is the slope of tanh itself. y is not tanh's output: a stands before it.",
            mimics=lambda y, grad, a, b: grad * (1 - y**2),
        ),
        Symptom(
            "The factors a and b are there, but the square is taken of y, which is not tanh's "
            "output.",
            mimics=lambda y, grad, a, b: grad * a * b * (1 - y**2),
        ),
        Symptom(
            "The slope inside the curve is missing: how fast does b z grow with z?",
            mimics=lambda y, grad, a, b: grad * a * (1 - (y / a) ** 2),
        ),
        Symptom(
            "The slope is right for a curve of height 1; this one is a times as high.",
            mimics=lambda y, grad, a, b: grad * b * (1 - (y / a) ** 2),
        ),
        Symptom(
            "This is the sigmoid's slope, y (1 - y). Yours is another curve, with tanh in it.",
            mimics=lambda y, grad, a, b: grad * y * (1 - y),
        ),
        Symptom(
            "tanh is squared, not 1 - tanh.",
            mimics=lambda y, grad, a, b: grad * a * b * (1 - y / a) ** 2,
        ),
        Symptom(
            "You square y and not a. tanh is y / a, and it is squared as a whole.",
            mimics=lambda y, grad, a, b: grad * a * b * (1 - y**2 / a),
        ),
        Symptom(
            "You took y / a for b z: the curve has been applied already.",
            mimics=lambda y, grad, a, b: grad * a * b * (1 - torch.tanh(y / a) ** 2),
        ),
        Symptom(
            "You took y for z: the curve has been applied already.",
            mimics=lambda y, grad, a, b: grad * a * b * (1 - torch.tanh(b * y) ** 2),
        ),
    ],
)


def product_case(rng, case):
    count = 1 if case == 4 else one(rng, 2, 4)
    fan_in, fan_out = (2, 2) if case == 3 else (3, 2) if case % 2 else (2, 3)
    if case == 3:
        count = 2
    x, grad = normal(rng, count, fan_in), normal(rng, count, fan_out)
    return x * (case != 5), normal(rng, fan_in, fan_out), grad


def product_slopes(x, weight, grad):
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    return torch.autograd.grad((x @ weight * grad).sum(), (x, weight))


def scaled(number, factor):
    """The slopes with value `number` multiplied by factor(x)."""

    def mistaken(x, weight, grad):
        slopes = list(product_slopes(x, weight, grad))
        slopes[number] = slopes[number] * factor(x)
        return tuple(slopes)

    return mistaken


PRODUCT = Task(
    id="3.2",
    title="Back through a layer of another convention",
    points=4,
    function="product_backward",
    taught="ch03_backpropagation.ipynb#the-chain-rule-a-layer-at-a-time-1986",
    returns=("for_x", "for_V"),
    statement=r"""
The chapter's layer computes $y = x W^\top + b$. Many programs keep their weights the other way
round, one *row* per input, and some layers have no bias: $y = x V$.

Write `product_backward(x, V, grad)` for a batch `x` (N, I), weights `V` (I, O), and `grad` (N, O),
the slopes of the loss for $y$. Return `(for_x, for_V)`, the slopes of the loss for `x`, (N, I), and
for `V`, (I, O). If the loss is a mean over the batch, the division is in `grad` already.
""",
    generate=product_case,
    oracle=product_slopes,
    symptoms=[
        Symptom(
            "The slopes for V are averaged over the batch. Paths add: each example has one to V.",
            mimics=scaled(1, lambda x: 1 / len(x)),
        ),
        Symptom(
            "For V you sum inputs and slopes over the batch before you multiply. Each example's "
            "inputs meet only its own slopes.",
            mimics=lambda x, weight, grad: (
                grad @ weight.T,
                torch.outer(x.sum(0), grad.sum(0)),
            ),
        ),
        Symptom(
            "You returned the two results in the other order.",
            mimics=lambda *inputs: product_slopes(*inputs)[::-1],
        ),
        Symptom(
            "The sign of both is wrong: these are steps downhill.",
            mimics=lambda *inputs: tuple(-slopes for slopes in product_slopes(*inputs)),
        ),
    ],
)

FORMULAS = (
    "lambda w: w[0] * w[1] ** 2 + w[2]",
    "lambda w: math.exp(w[0]) * math.sin(w[1]) - w[2] ** 3",
    "lambda w: math.sin(w[0]) * math.sqrt(w[1]) / w[2]",
    "lambda w: 1000 * w[0] * w[1] - 0.01 * w[1] * w[2]",
)


def nudged(f, w, step=1e-5):
    """The slope of f for each entry of w, by moving it up and down."""
    slopes = torch.zeros_like(w)
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        slopes[i] = (f(up) - f(down)) / (2 * step)
    return slopes


def first_wrong(slopes, claimed, share=0.01, floor=1e-5):
    wrong = (claimed - slopes).abs() > share * slopes.abs() + floor
    return int(wrong.nonzero()[0]) if wrong.any() else -1


def convicted(f, w, claimed, **tolerance):
    return first_wrong(nudged(f, w), claimed, **tolerance)


def convict_case(rng, case):
    f = Formula(FORMULAS[3] if case in (2, 4) else FORMULAS[one(rng, 0, 2)])
    w = uniform(rng, 0.5, 1.2, 3)
    claimed = nudged(f, w)
    if case == 4:  # all right, the last one within both parts of the tolerance only
        return f, w, claimed * torch.tensor([1 + 1e-4, 1 - 1e-4, 1.0104])
    if case == 2:  # the smallest slope is wrong
        claimed[2] *= 1.5
    elif case == 3:
        claimed *= -1
    elif case < 2:
        claimed[one(rng, 0, 1) :] *= 1.015 if case else one(rng, 12, 20) / 10
    return f, w, claimed


CONVICT = Task(
    id="3.3",
    title="Convict a wrong gradient",
    points=5,
    function="first_wrong_slope",
    taught="ch03_backpropagation.ipynb#a-pair-of-formulas-that-fails",
    statement=r"""
Somebody claims to know the gradient of a function. Nudge, and find out.

Write `first_wrong_slope(f, w, claimed)`. `f` takes a tensor of three numbers and returns a number;
`w` is the place, a tensor (3,); `claimed` (3,) are the slopes of `f` at `w` that somebody claims.
Return the index 0, 1 or 2 of the *first* claimed slope that is wrong, or $-1$ if none is. Slopes of
very different size occur, so compare relatively: a claimed slope $c$ is wrong if it differs from
the slope $s$ that you find by more than $0.01 \lvert s \rvert + 0.00001$. Move one number at a time
up *and* down, by a step such as $10^{-5}$, and leave `w` as you found it.
""",
    generate=convict_case,
    oracle=lambda f, w, claimed: first_wrong(nudged(f, w), claimed),
    symptoms=[
        Symptom(
            "Indices count from 0, and -1 says that all are right.",
            mimics=lambda f, w, claimed: first_wrong(nudged(f, w), claimed) + 1,
        ),
        *(
            Symptom(
                "You compare by one absolute number, whatever the size of the slope. A slope of "
                "0.01 may be wrong by much less than one of 1,000.",
                mimics=partial(convicted, share=0.0, floor=floor),
            )
            for floor in (0.1, 0.01)
        ),
        Symptom(
            "You convict only claims that are too large. Take the size of the difference.",
            mimics=lambda f, w, claimed: first_wrong(nudged(f, w), claimed.maximum(nudged(f, w))),
        ),
        Symptom(
            "You return the last wrong slope, or the worst. Asked for is the first.",
            when=lambda answer, expected, f, w, claimed: (
                answer > expected >= 0 and first_wrong(nudged(f, w)[answer:], claimed[answer:]) == 0
            ),
        ),
        Symptom(
            "You let a wrong slope pass. Look at its size beside that of the others, and at its "
            "sign.",
            when=lambda answer, expected, f, w, claimed: answer == -1,
        ),
        Symptom(
            "You convict where every slope is right up to rounding. Is your tolerance relative, "
            "with the 0.00001 added, your step neither too large nor too small, and is w put back "
            "after each nudge?",
            when=lambda answer, expected, f, w, claimed: expected == -1,
        ),
        Symptom(
            "You convict right slopes where slopes are large, and let wrong ones pass where they "
            "are small: is your tolerance relative?",
            when=lambda answer, expected, f, w, claimed: f.source == FORMULAS[3],
        ),
        Symptom(
            "You convict slopes that are right. Does one number move at a time, and do you divide "
            "by the whole way from down to up?",
            when=lambda answer, expected, f, w, claimed: (
                first_wrong(nudged(f, w)[answer:], claimed[answer:]) != 0
            ),
        ),
    ],
)

GRADIENTS = [SQUASH, PRODUCT, CONVICT]
