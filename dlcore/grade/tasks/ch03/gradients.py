"""The exercises of chapter 3 on gradients: curves, layers, checks and a tape."""

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
    points=5,
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
    "lambda w: 1000 * w[0] * w[1] + 0.01 * w[1] * w[2]",
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
    points=6,
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
            "your step neither too large nor too small, and is w put back after each nudge?",
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


def tape_case(rng, case):
    values = uniform(rng, 0.5, 2.0, 3)
    if case == 4:  # nothing is computed: the result is the last input
        return values, []
    if case == 5:  # one number used twice, others never
        return values, [("mul", 1, 1)]
    steps = [("mul", 0, 1), ("sub", 3, 2), ("mul", 4, 0), ("div", 5, 1)][: 2 + case]
    for number in range(case):
        last = len(values) + len(steps) - 1
        op = ("add", "mul", ("add", "sub", "mul", "div")[one(rng, 0, 3)])[number]
        pair = (last, one(rng, 0, 2)) if op == "div" else (one(rng, 0, last), last)
        steps.append((op, *pair))
    return values, steps


def tape_slopes(values, steps, **mistakes):
    """The slopes of the last number for the inputs; see `local_slopes` for the mistakes."""
    tape = [float(value) for value in values]
    for op, i, j in steps:
        a, b = tape[i], tape[j]
        tape.append({"add": a + b, "sub": a - b, "mul": a * b, "div": a / b if b else 0.0}[op])
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for place in reversed(range(len(values), len(tape))):
        op, i, j = steps[place - len(values)]
        for parent, slope in zip((i, j), local_slopes(op, tape[i], tape[j], **mistakes)):
            before = 0.0 if mistakes.get("assign") else grads[parent]
            grads[parent] = before + slope * grads[place]
    return torch.tensor(grads[: len(values)], dtype=torch.float64)


def local_slopes(op, a, b, sub=True, div=True, swap=False, assign=False):
    """Slopes of one step for its two parents; the keywords put mistakes in."""
    if op == "mul":
        return (a, b) if swap else (b, a)
    if op == "div":
        return 1 / b, (-a / b**2 if div else a / b**2)
    return 1.0, (-1.0 if op == "sub" and sub else 1.0)


TAPE = Task(
    id="3.8",
    title="A tape of your own",
    points=8,
    function="tape_slopes",
    taught="ch03_backpropagation.ipynb#a-tape-that-remembers-1970",
    statement=r"""
Now without `Number`, and with division. A computation is given as plain data. `values` is a tensor
(3,): the inputs, numbers 0, 1 and 2 of the tape. `steps` is a list of `(op, i, j)`, each of which
appends one number to the tape, computed from numbers `i` and `j` that stand there already: `"add"`
is their sum, `"sub"` number `i` minus number `j`, `"mul"` their product, `"div"` number `i` divided
by number `j`. With `values` $(2, 3, 4)$ and `steps` `[("mul", 0, 1), ("sub", 3, 2)]` the tape is
$2, 3, 4, 6, 2$.

Write `tape_slopes(values, steps)`. Run forward, then walk back, and return the slopes of the *last*
number of the tape for the three inputs, a tensor or list of three numbers. A number may be used
twice, even by the same step, and some are never used. `steps` may be empty.
""",
    generate=tape_case,
    oracle=tape_slopes,
    symptoms=[
        Symptom(
            "Where a number is used twice, one of its paths is lost. Paths add.",
            mimics=lambda values, steps: tape_slopes(values, steps, assign=True),
        ),
        Symptom(
            "In a difference both numbers get the same slope. What happens when the second rises?",
            mimics=lambda values, steps: tape_slopes(values, steps, sub=False),
        ),
        Symptom(
            "In a quotient the slope for the denominator has the wrong sign.",
            mimics=lambda values, steps: tape_slopes(values, steps, div=False),
        ),
        Symptom(
            "In a product each factor gets its own value as slope; look again at the chapter's "
            "rule.",
            mimics=lambda values, steps: tape_slopes(values, steps, swap=True),
        ),
    ],
)

GRADIENTS = [SQUASH, PRODUCT, CONVICT, TAPE]
