"""The exercises of chapter 3 on going downhill: batches, a layer with bugs, rates, two ways."""

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.demands import fresh
from dlcore.grade.tasks.draws import normal, one, uniform
from dlcore.grade.tasks.forms import odd_form
from dlcore.grade.tasks.prediction import measured


def batches_case(rng, case):
    size = one(rng, 3, 6)
    edges = {3: (4 * size, size), 4: (3, 8), 5: (1, 1)}
    return edges.get(case, (5 * size + one(rng, 1, size - 1), size))


def batches_judge(answer, count, size):
    if not any(isinstance(batch, tuple) or getattr(batch, "ndim", 0) for batch in answer):
        return "You return one row of indices. Asked for is a list of batches, each of them a list."
    batches = [[float(index) for index in batch] for batch in answer]
    shown = [index for batch in batches for index in batch]
    sizes = [len(batch) for batch in batches]
    strange = [index for index in shown if index not in range(count)]
    twice = [index for index in shown if shown.count(index) > 1]
    if strange:
        return f"There is no example {strange[0]:g}: the {count} examples are 0 to {count - 1}."
    if max(sizes, default=0) > size:
        return f"A batch holds {max(sizes)} examples, more than the {size} allowed."
    if 0 in sizes:
        return "One of the batches is empty; a step on it would divide by zero."
    if twice:
        return f"Example {twice[0]:g} comes more than once in the epoch."
    missing = count - len(shown)
    if missing and missing == count % size and sizes.count(size) == len(sizes):
        return f"Of the {count} examples {missing}, too few for a full batch, are left out."
    if missing:
        return f"Of the {count} examples {missing} never come."
    return order_symptom(batches, size)


def order_symptom(batches, size):
    """Say what is wrong with the order of the examples in one whole epoch, else None."""
    shown = [index for batch in batches for index in batch]
    sizes = [len(batch) for batch in batches]
    if len(shown) > 10 and shown == sorted(shown):
        return "The examples come in the order in which they are stored. Shuffle them."
    if len(shown) > 10 and all(max(batch) - min(batch) < len(batch) for batch in batches):
        return "Neighbours always meet in the same batch: you shuffled batches, not examples."
    if any(part < size for part in sizes[:-1]):
        return f"Only the last batch may hold fewer than {size}; yours hold {sizes}."
    return None


BATCHES = Task(
    id="3.4",
    title="Every example once",
    points=4,
    function="epoch_batches",
    taught="ch03_backpropagation.ipynb#all-one-or-some",
    statement=r"""
An epoch shows every training example exactly once, in a new random order, a batch at a time.

Write `epoch_batches(count, size)`, which returns the batches of one epoch: a list of batches, each
a list or tensor of indices. The examples have the indices 0 to `count - 1`. All batches hold `size`
of them, only the last one may hold fewer. `torch.randperm(n)` puts 0 to n − 1 in random order.
Check both ends: a last batch that is not full, and more room in a batch than there are examples.
""",
    generate=batches_case,
    judge=batches_judge,
    again=[
        fresh(
            0,
            "Two epochs come in the same order. Each shall have a new one: where does yours come "
            "from, and does a seed start it anew each time?",
        )
    ],
)


def layer_case(rng, case):
    count = 1 if case == 5 else one(rng, 3, 4)
    fan_in = count if case == 4 else 2
    weight, bias = normal(rng, 2, fan_in), normal(rng, 2)
    return normal(rng, count, fan_in), uniform(rng, 0, 1, count, 2), weight, bias


def layer_gradients(x, target, weight, bias, slope=True, examples=True, mean=True):
    """Slopes for weight and bias; each keyword puts one of the exercise's bugs back."""
    y = torch.sigmoid(x @ weight.T + bias)
    delta = (y - target) * (1 - y) * (y if slope else 1)
    count = x.shape[0] if examples else x.shape[1]
    return delta.T @ x / count, delta.sum(0) / (len(x) if mean else 1)


LAYER = Task(
    id="3.5",
    title="Find the bugs: backpropagation by a tired colleague",
    points=5,
    function="layer_gradients",
    taught="ch03_backpropagation.ipynb#the-layer-in-the-package",
    kind="debug",
    statement=r"""
`layer_gradients(x, target, W, b)` should return the slopes of the loss for the weights and the bias
of one layer with sigmoids, $y = \sigma(x W^\top + b)$. The loss is the chapter's: half the squared
distance to the target, summed over the outputs, *averaged over the examples*. `x` is (N, I),
`target` (N, O), `W` (O, I), `b` (O,); the slopes have the shapes of `W` and `b`.

All shapes come out right, and nothing raises an error. There are three bugs. Write the loss as a
function, nudge, and let the differences tell you where to look.
""",
    generate=layer_case,
    oracle=layer_gradients,
    symptoms=[
        *left(
            layer_gradients,
            "The way back through the sigmoid is wrong: its slope for an output y is not 1 - y.",
            ("examples", "mean"),
            slope=False,
        ),
        *left(
            layer_gradients,
            "The slopes for the weights are right only if there are as many examples as inputs: "
            "what do you divide by?",
            ("mean",),
            examples=False,
        ),
        *left(
            layer_gradients,
            "The slopes for the weights are right. Those for the bias grow with the number of "
            "examples, but the loss is a mean.",
            mean=False,
        ),
        *left(
            lambda *inputs, **bugs: tuple(-part for part in layer_gradients(*inputs, **bugs)),
            "The sign of all slopes is wrong: which way round is the difference to the target?",
            ("slope", "examples", "mean"),
        ),
    ],
)


def rate_case(rng, case):
    if case == 4:
        return (torch.full((3,), float(one(rng, 1, 5))),)
    if case == 5:
        return (torch.tensor([one(rng, 1, 9) / 2]),)
    return (
        torch.tensor([one(rng, 1, 4), one(rng, 5, 9), one(rng, 10, 40)]).double()[
            rng.permutation(3)
        ],
    )


def rate_judge(answer, curvatures):
    if sentence := odd_form(answer, "rate", "factor"):
        return sentence
    rate, factor = map(float, answer)
    factors = (1 - rate * curvatures.double()).abs()
    low, high = curvatures.double().min(), curvatures.double().max()
    best = float((high - low) / (high + low))
    worst = float(factors.max())
    if abs(factor - worst) > 1e-3:
        if abs(factor - float(factors.min())) <= 1e-3:
            return "The factor that you give is that of the fastest direction. Who arrives last?"
        return (
            f"With your rate {rate:.4g} the worst factor is not {factor:.4g}. Take every curvature."
        )
    if rate <= 0:
        return "With this rate no step is taken, or one uphill."
    if worst >= 1:
        return f"With the rate {rate:.4g} the distance does not shrink in every direction."
    if worst > best + 2e-3:
        steep = float(factors[curvatures.argmax()]) > float(factors[curvatures.argmin()])
        where = (
            "the steepest direction jumps from wall to wall: take shorter steps"
            if steep
            else "the flattest direction crawls: longer steps are possible"
        )
        return f"It converges, with a factor of {worst:.3f} a step, but {where}."
    return None


RATE = Task(
    id="3.6",
    title="The best learning rate for a bowl",
    points=5,
    function="choose_rate",
    taught="ch03_backpropagation.ipynb#downhill-1847",
    kind="choose",
    statement=r"""
In a quadratic bowl each step of gradient descent multiplies the distance in the direction of
curvature $\lambda$ by $1 - \eta \lambda$. Rates just below the limit $2/\lambda_\text{max}$
converge, but slowly: the steepest direction jumps from wall to wall. With very small rates the
flattest one crawls.

Write `choose_rate(curvatures)` for a tensor of positive curvatures, in any order. Return
`(rate, factor)`: the rate at which the *slowest* direction is as fast as possible, and, to justify
your choice, the largest $\lvert 1 - \eta \lambda \rvert$ at this rate. Try a fine grid of rates
first, draw the worst factor against the rate, and then find the formula for its lowest point.
""",
    generate=rate_case,
    judge=rate_judge,
)


def ways_case(rng, case):
    count = 1 if case == 5 else one(rng, 3, 4)
    x, t = normal(rng, count, 2) * (case != 4), normal(rng, count)
    return x, t, normal(rng, 2), one(rng, 2, 8) / 10


def way_gap(x, t, w, rate, divide=True, mean=True, fresh=True, order=2):
    """Distance between one step on the mean and a step per example; the keywords are mistakes."""
    slopes = ((x @ w - t)[:, None] * x).sum(0)
    together, alone = w - rate * slopes / (len(x) if mean else 1), w
    for row, target in zip(x, t):
        miss = row @ (alone if fresh else w) - target
        alone = alone - rate / (len(x) if divide else 1) * miss * row
    return float((together - alone).norm(order))


def ways(*inputs, **mistakes):
    """What is measured, at the rate and at half of it."""
    x, t, w, rate = inputs
    return tuple(way_gap(x, t, w, part, **mistakes) for part in (rate, rate / 2))


WAYS = Task(
    id="3.7",
    title="Predict, then measure: one long step or many short ones",
    points=6,
    function="two_ways",
    taught="ch03_backpropagation.ipynb#all-one-or-some",
    kind="predict",
    statement=r"""
The chapter says that ten steps of 0.3 on single examples move the weights *about* as far as one
step of 3 on their mean. How about is that? Take one linear unit, $z = w \cdot x$, and the loss
$\tfrac12 (z - t)^2$. **Together**: one step of rate $\eta$ against the mean slope of all $N$
examples. **One by one**: $N$ steps of rate $\eta / N$, one per example in order, each from where
the last one ended. Both start at `w`. What happens to the distance between the two ends if $\eta$
is small and is halved?

- **a**: it is halved, too
- **b**: it falls to about a quarter
- **c**: nothing, the two always end in the same place

Decide first. Then write `two_ways(x, t, w, rate)` for `x` (N, I), `t` (N,) and `w` (I,), and return
`(prediction, distance, distance_at_half)`: the length of the difference between the two ends, for
`rate` and for `rate / 2`. Any prediction counts, if you made one; the distances must be right.
""",
    generate=ways_case,
    judge=measured(
        ("a", "b", "c"),
        ways,
        [
            (
                "Your two ways always end in the same place. One by one, each example must see "
                "the weights that the last one has changed.",
                lambda *inputs: (0.0, 0.0),
            ),
            (
                "One by one your steps are as long as the single one; each should have the rate "
                "divided by the number of examples.",
                lambda *inputs: ways(*inputs, divide=False),
            ),
            (
                "Together, you step against the sum of the slopes; asked for is their mean.",
                lambda *inputs: ways(*inputs, mean=False),
            ),
            (
                "You add up absolute differences. The length has squares in it, and a root.",
                lambda *inputs: ways(*inputs, order=1),
            ),
            (
                "Your slopes are twice as large as they should be: the loss has a half before the "
                "square.",
                lambda x, t, w, rate: ways(x, t, w, 2 * rate),
            ),
            (
                "Your steps go uphill.",
                lambda x, t, w, rate: ways(x, t, w, -rate),
            ),
            (
                "These are squared distances. The length has a root.",
                lambda *inputs: tuple(gap**2 for gap in ways(*inputs)),
            ),
            (
                "Both distances are those at the full rate.",
                lambda *inputs: (ways(*inputs)[0],) * 2,
            ),
        ],
    ),
)

DESCENT = [BATCHES, LAYER, RATE, WAYS]
