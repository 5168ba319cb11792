"""The exercises of chapter 2: margins, XOR by hand and the delta rule."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, signs, whole
from dlcore.grade.tasks.forms import floats, odd_form

NET = ("hidden_weights", "hidden_thresholds", "output_weights", "output_threshold")


def margin_case(rng, case):
    count, size = (1 if case == 4 else one(rng, 3, 5)), one(rng, 2, 3)
    while True:
        w, b = whole(rng, 1, 4, size) * signs(rng, size), one(rng, -3, 3)
        x, t = whole(rng, -4, 4, count, size).double(), signs(rng, count)
        sums = (x @ w + b, x @ w - b, x @ w + t * b)  # right, and two slips with the bias
        if case != 1 or len({float((t * z).min()) for z in sums}) == len(sums):
            break
    if case == 5:
        x[0], b = 0.0, 0  # a point on the line
    elif case % 2 == 0:
        t = torch.where(x @ w + b < 0, -1.0, 1.0).double()
    return w, b, x, t


def margin(w, b, x, t):
    return (t * (x @ w + b)).min() / w.norm()


MARGIN = Task(
    id="2.1",
    title="The margin of a line",
    points=4,
    function="margin",
    taught="ch02_perceptron.ipynb#why-it-stops-a-bound-on-the-number-of-mistakes",
    statement=r"""
The margin of a line $w \cdot x + b = 0$ is its distance from the nearest example. An example on the
wrong side counts as a *negative* distance, so the margin is positive only if the line separates.

Write `margin(w, b, x, t)` for weights `w` (I,), a bias `b`, examples `x` (N, I) and targets `t`
(N,), each $+1$ or $-1$. Return one number: the smallest of the $N$ signed distances. The distance
of a point from the line is $\lvert w \cdot x + b \rvert / \lVert w \rVert$.
""",
    generate=margin_case,
    oracle=margin,
    symptoms=[
        Symptom(
            "Twice the weights and twice the bias describe the same line, but your margin doubles.",
            mimics=lambda w, b, x, t: (t * (x @ w + b)).min(),
        ),
        Symptom(
            "A point on the wrong side should make the margin negative; yours never is.",
            mimics=lambda w, b, x, t: (x @ w + b).abs().min() / w.norm(),
        ),
        Symptom(
            "Your distance is positive on one side of the line for both classes: ask the target.",
            mimics=lambda w, b, x, t: (x @ w + b).min() / w.norm(),
        ),
        Symptom(
            "You divide by a length into which the bias went, too. It shifts the line and does not "
            "tilt it.",
            mimics=lambda w, b, x, t: (t * (x @ w + b)).min() / (w @ w + b * b).sqrt(),
        ),
        Symptom(
            "You divide by the wrong length: that of the weights has squares in it, and a root.",
            when=lambda answer, expected, w, b, x, t: any(
                abs(answer - float(margin(w, b, x, t) * w.norm() / length)) < 1e-6
                for length in (w.abs().sum(), w @ w, w.abs().max())
            ),
        ),
        Symptom(
            "This is an average over the examples. The margin is a matter of one of them.",
            mimics=lambda w, b, x, t: (t * (x @ w + b)).mean() / w.norm(),
        ),
        Symptom(
            "This is the example that lies farthest on its side.",
            mimics=lambda w, b, x, t: (t * (x @ w + b)).max() / w.norm(),
        ),
        Symptom(
            "The bias has the wrong sign in your sum: z is w · x + b.",
            mimics=lambda w, b, x, t: (t * (x @ w - b)).min() / w.norm(),
        ),
        Symptom(
            "The target's sign belongs to the whole sum, the bias included.",
            mimics=lambda w, b, x, t: (t * (x @ w) + b).min() / w.norm(),
        ),
        Symptom(
            "Without the bias your line always goes through the origin.",
            mimics=lambda w, b, x, t: (t * (x @ w)).min() / w.norm(),
        ),
    ],
)


def volts_case(rng, case):
    if case > 3:
        return ((-1.0, 1.0), (0.0, 1.0))[case - 4]
    low, step = ((-5, -3), (3, 5), (-5, 5), (-5, 5))[case], one(rng, 1, 2 + case)
    low = one(rng, *low)
    return float(low), float(low + step)


def volts_judge(answer, low, high):
    if sentence := odd_form(answer, *NET):
        return sentence
    weights, thresholds, output, threshold = map(floats, answer)
    shapes = [tuple(part.shape) for part in (weights, thresholds, output)]
    if shapes != [(2, 2), (2,), (2,)]:
        return f"The shapes are {shapes}; two hidden units with two inputs have (2, 2), (2,), (2,)."
    x = torch.tensor([[low, low], [low, high], [high, low], [high, high]], dtype=torch.float64)
    hidden = (x @ weights.T >= thresholds).double()
    fires = hidden @ output >= threshold
    if fires.tolist() == [False, True, True, False]:
        return None
    for unit in (0, 1):
        if hidden[:, unit].min() == hidden[:, unit].max():
            always = "always fires" if hidden[0, unit] else "never fires"
            return f"Hidden unit {unit + 1} {always} at these voltages, so it is of no use."
    if torch.equal(hidden[:, 0], hidden[:, 1]):
        return "Both hidden units give the same answer to all four inputs: the second is of no use."
    rows = [f"({a:g}, {b:g})" for a, b in x.tolist()]
    seen = "; ".join(f"{row} → {int(y)}" for row, y in zip(rows, fires))
    return f"The hidden units differ, the output is not XOR: {seen}."


VOLTS = Task(
    id="2.2",
    title="XOR with voltages",
    points=5,
    function="xor_net",
    taught="ch02_perceptron.ipynb#two-units-in-between",
    kind="choose",
    statement=r"""
In the chapter the inputs of XOR are 0 and 1. On a circuit board they are voltages: a wire carries
`low` volts for *false* and `high` volts for *true*, for instance $-5$ and $+3$. Hidden units and
the output unit answer 1 if their weighted sum reaches their threshold, else 0.

Write `xor_net(low, high)`, which returns a 2-2-1 net for these voltages,
`(hidden_weights, hidden_thresholds, output_weights, output_threshold)`, of shapes (2, 2), (2,),
(2,), and a number. It shall fire if exactly one of its two inputs is `high`. You may count on
`low < high`, and on nothing else: both may be negative.
""",
    generate=volts_case,
    judge=volts_judge,
)


def lms_case(rng, case):
    count, size = (1 if case == 4 else one(rng, 2, 4)), one(rng, 2, 3)
    x = normal(rng, count, size) * (case != 5)
    return normal(rng, size), float(rng.integers(1, 10)) / 10, x, signs(rng, count)


def lms(w, b, x, t):
    w = w.clone().requires_grad_()
    bias = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    loss = (0.5 * (t - (x @ w + bias)) ** 2).mean()
    return torch.autograd.grad(loss, (w, bias))


def lms_with(error, bias_mean=True):
    """What the gradient becomes with another error, a function of targets and sums."""

    def gradient(w, b, x, t):
        errors = error(t, x @ w, b)
        return -(errors[:, None] * x).mean(0), -(errors.mean() if bias_mean else errors.sum())

    return gradient


LMS = Task(
    id="2.3",
    title="The delta rule's slope for a batch",
    points=5,
    function="lms_gradient",
    taught="ch02_perceptron.ipynb#the-other-rule-of-1960-the-delta-rule",
    returns=("for_w", "for_b"),
    statement=r"""
For one example the chapter derives the slope of $\tfrac12 (t - z)^2$ with $z = w \cdot x + b$.

Write `lms_gradient(w, b, x, t)` for weights `w` (I,), a bias `b`, a batch of examples `x` (N, I)
and targets `t` (N,). The error is the *mean* of $\tfrac12 (t - z)^2$ over the batch. Return its
slopes for the weights, shape (I,), and for the bias, a number, as `(for_w, for_b)`. These are the
slopes themselves, not the step that one takes against them.
""",
    generate=lms_case,
    oracle=lms,
    symptoms=[
        Symptom(
            "You compare the target with the answer +1 or -1. The delta rule compares it with the "
            "sum before the threshold.",
            mimics=lms_with(lambda t, z, b: t - torch.sign(z + b)),
        ),
        Symptom(
            "The bias is missing from your sum z.",
            mimics=lms_with(lambda t, z, b: t - z),
        ),
        Symptom(
            "The slopes for the weights are right; that for the bias is summed where the other is "
            "averaged.",
            mimics=lms_with(lambda t, z, b: t - z - b, bias_mean=False),
        ),
        Symptom(
            "The slope for the bias is right; those for the weights are summed where the other is "
            "averaged.",
            mimics=lambda w, b, x, t: (len(x) * lms(w, b, x, t)[0], lms(w, b, x, t)[1]),
        ),
        Symptom(
            "This is the step downhill. Asked for is the slope, which points uphill.",
            mimics=lambda *inputs: tuple(-slope for slope in lms(*inputs)),
        ),
    ],
)

LINES = [MARGIN, VOLTS, LMS]
