"""The exercises of chapter 5 on memories and clipping: back through time, a clip with bugs."""

from itertools import pairwise

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one, signs, uniform


def memory_case(rng, case):
    size, steps = (3 if case % 2 else 2), {3: 1, 4: 0}.get(case, one(rng, 2, 4))
    W = uniform(rng, 0.4, 1.2, size, size) * signs(rng, size, size)
    return W, normal(rng, size), normal(rng, steps, size) * 0.5, normal(rng, size) + 0.05


def through_time(W, h, x, c, **mistakes):
    """Slopes of c · h_T for W and h_0; the keywords are mistakes, see `one_step_back`."""
    states = [h]
    for row in x:
        states.append(torch.tanh(W @ states[-1] + row))
    for_W, grad = torch.zeros_like(W), c
    for before, state in zip(states[-2::-1], states[:0:-1]):
        add, grad = one_step_back(W, before, state, grad, **mistakes)
        for_W = add if mistakes.get("assign") else for_W + add
        if mistakes.get("once"):
            mistakes = {**mistakes, "ignore": True}
    return for_W, grad


def one_step_back(W, before, state, grad, slope=True, turned=True, late=False, **other):
    height = before if other.get("early") else state
    delta = grad * (1 - height**2) if slope else grad
    add = torch.outer(delta, state if late else before) * (not other.get("ignore", False))
    onward = grad if other.get("steep") else delta
    return (add if not other.get("flip") else add.T), (W.T if turned else W) @ onward


def without_travel(W, h, x, c):
    """Each step hears the loss itself, and not what the step behind it hands back."""
    states = [h]
    for row in x:
        states.append(torch.tanh(W @ states[-1] + row))
    for_W, grad = torch.zeros_like(W), c
    for before, state in pairwise(states):
        for_W = for_W + torch.outer(c * (1 - state**2), before)
    if len(x):
        grad = W.T @ (c * (1 - states[1] ** 2))
    return for_W, grad


def from_the_front(W, h, x, c):
    """The steps in the order of the time, where the way back begins at the end."""
    states = [h]
    for row in x:
        states.append(torch.tanh(W @ states[-1] + row))
    for_W, grad = torch.zeros_like(W), c
    for before, state in pairwise(states):
        add, grad = one_step_back(W, before, state, grad)
        for_W = for_W + add
    return for_W, grad


MEMORY = Task(
    id="5.4",
    title="Back through time",
    points=6,
    function="through_time",
    taught="ch05_vanishing_gradients.ipynb#by-hand-checked-twice",
    statement=r"""
The chapter followed the gradient to the *state* of some earlier step. To learn, one needs it for
the table $W$, which every step shares.

A memory reads `x` (T, D), one row per step: $h_t = \tanh(W h_{t-1} + x_t)$. Its start $h_0$ is `h`
(D,), `W` is (D, D), and the loss is $c \cdot h_T$ with `c` (D,): a weighted sum of the last state.

Write `through_time(W, h, x, c)` and return `(for_W, for_h)`: the slopes of the loss for `W`,
(D, D), and for the start `h`, (D,). `x` may have no rows at all; then $h_T$ is the start. By hand
that is one loop forward and one back; no automatic gradients are needed.
""",
    generate=memory_case,
    returns=("for_W", "for_h"),
    oracle=through_time,
    symptoms=[
        Symptom(
            "The slopes for the start are right. W is used in every step, so each has a path to "
            "it; only that of the first step is left in your result.",
            mimics=lambda *inputs: through_time(*inputs, assign=True),
        ),
        Symptom(
            "The slopes for the start are right. W is used in every step, so each has a path to "
            "it; only that of the last step is in your result.",
            mimics=lambda *inputs: through_time(*inputs, once=True),
        ),
        Symptom(
            "The blame goes back through W as it stands; it has to be transposed.",
            mimics=lambda *inputs: through_time(*inputs, turned=False),
        ),
        Symptom(
            "The way back through tanh is missing: its slope, at each step's own state.",
            mimics=lambda *inputs: through_time(*inputs, slope=False),
        ),
        Symptom(
            "You returned the two results in the other order.",
            mimics=lambda *inputs: through_time(*inputs)[::-1],
        ),
        Symptom(
            "Each of your steps starts from c. A step hears what the step behind it hands back.",
            mimics=without_travel,
        ),
        Symptom(
            "You walk through the steps from the first one on. The way back begins at the last.",
            mimics=from_the_front,
        ),
        Symptom(
            "The slope of tanh is there for W. It is missing on the way on, to the state before.",
            mimics=lambda *inputs: through_time(*inputs, steep=True),
        ),
        Symptom(
            "You take the slope of tanh from the state *before* the step. It is that of what the "
            "step gives: 1 - h².",
            mimics=lambda *inputs: through_time(*inputs, early=True),
        ),
        Symptom(
            "On your way forward the inputs x are missing, so the states are other ones.",
            mimics=lambda W, h, x, c: through_time(W, h, 0 * x, c),
        ),
        Symptom(
            "The slopes for the start are right. Those for W are averaged over the steps; paths "
            "add.",
            mimics=lambda W, h, x, c: (
                through_time(W, h, x, c)[0] / max(len(x), 1),
                through_time(W, h, x, c)[1],
            ),
        ),
        Symptom(
            "The slopes for the start are right. A step multiplies W by the state *before* it.",
            mimics=lambda *inputs: through_time(*inputs, late=True),
        ),
        Symptom(
            "The slopes for the start are right, those for W are transposed: rows belong to the "
            "state that is computed, columns to the one before.",
            mimics=lambda *inputs: through_time(*inputs, flip=True),
        ),
    ],
)


def clip_case(rng, case):
    """Draw gradients; in cases 0 to 2 the second one's length lies between limit and its root."""
    count = 1 if case == 3 else one(rng, 3, 4)
    tables = [normal(rng, count, 2, 2), normal(rng, count, 2)][: 1 if case == 5 else 2]
    tables = [table * torch.tensor([3.0, 0.2, 1.0, 0.5])[:count].view(-1, *[1] * (table.ndim - 1))
              for table in tables]  # fmt: skip
    if case == 4:  # one example has nothing to say
        for table in tables:
            table[0] = 0.0
    limit = one(rng, 3, 6) / 10 if case == 1 else one(rng, 16, 25) / 10
    if case < 3:
        between = (limit + limit**0.5) / 2 / lengths_of(tables)[1]
        for table in tables:
            table[1] = (between * table[1]).round(decimals=2)
    return tables, limit


def lengths_of(tables):
    return torch.stack([(table**2).flatten(1).sum(1) for table in tables]).sum(0).sqrt()


def clip_examples(tables, limit, together=True, root=True, shorten=True):
    """The right means; each keyword puts one of the exercise's bugs back."""
    squares = [(table**2).flatten(1).sum(1) for table in tables]
    means = []
    for table, own in zip(tables, squares):
        length = torch.stack(squares).sum(0) if together else own
        factor = limit / (length.sqrt() if root else length)
        factor = factor.clamp(max=1.0) if shorten else factor.clamp(min=1.0)
        means.append((table * factor.view(-1, *[1] * (table.ndim - 1))).mean(0))
    return means


def limit_for_squares(tables, limit):
    """Shorten to the right length, but those whose squared length is above the limit."""
    length = lengths_of(tables)
    factor = torch.where(length**2 > limit, limit / length, 1.0)
    return [torch.tensordot(factor, table, 1) / len(table) for table in tables]


def scaled(factor):
    """Means of what is left when each example is multiplied by factor(its length, limit)."""

    def clip(tables, limit):
        share = factor(lengths_of(tables), limit)
        return [torch.tensordot(share, table, 1) / len(table) for table in tables]

    return clip


def sum_of_lengths(tables, limit):
    length = sum(table.flatten(1).norm(dim=1) for table in tables)
    share = (limit / length).clamp(max=1.0)
    return [torch.tensordot(share, table, 1) / len(table) for table in tables]


def mean_then_clip(tables, limit):
    return clip_examples([table.mean(0, keepdim=True) for table in tables], limit)


CLIP = Task(
    id="5.5",
    title="Find the bugs: no example may pull too hard",
    points=5,
    function="clip_examples",
    kind="debug",
    taught="ch05_vanishing_gradients.ipynb#clipping-2012",
    statement=r"""
One wild example can spoil the step of a whole batch. So clip the gradient of *each example* before
the mean is taken. `tables` is a list with the slopes for each parameter of a net, one tensor of
shape (N, …) for each, such as (N, O, I) for a table of weights and (N, O) for its biases: the first
axis counts the examples. The gradient of an example is all that the tables hold of it, taken
together as one long list of numbers.

`clip_examples(tables, limit)` should shorten every example's gradient that is longer than `limit`
to this length, keep its direction, and leave shorter ones as they are. Then it should return the
mean over the examples: a list with one tensor for each table, without the first axis.

There are three bugs, and no error message. Think of an example that is short, one that is long, and
one that is 0.
""",
    generate=clip_case,
    oracle=clip_examples,
    symptoms=[
        *left(
            clip_examples,
            "Short gradients do not come through as they are. Which ones does your factor leave "
            "alone?",
            ("root", "together"),
            shorten=False,
        ),
        *left(
            clip_examples,
            "The limit is compared with something else than a length: double a long gradient, and "
            "what you divide by grows fourfold.",
            ("together",),
            root=False,
        ),
        *left(
            clip_examples,
            "Right for a net with one table. With two each is shortened by itself, so that the "
            "direction of the whole changes.",
            together=False,
        ),
        Symptom(
            "What is too long you shorten rightly. But you choose it by its squared length: the "
            "limit is one for lengths.",
            mimics=limit_for_squares,
        ),
        Symptom(
            "The length of the whole is not the sum of the lengths of its tables: squares add up.",
            mimics=sum_of_lengths,
        ),
        Symptom(
            "You cut each number by itself. That turns the gradient; shorten it as a whole.",
            mimics=lambda tables, limit: [table.clamp(-limit, limit).mean(0) for table in tables],
        ),
        Symptom(
            "You leave out what is too long. It is to be shortened to the limit.",
            mimics=scaled(lambda length, limit: (length <= limit).double()),
        ),
        Symptom(
            "You bring every gradient to the limit, also those that are shorter, and divide by 0 "
            "where one is 0.",
            mimics=scaled(lambda length, limit: limit / length),
        ),
        Symptom(
            "You shorten all examples by the same factor, that of the whole batch.",
            mimics=scaled(
                lambda length, limit: (limit / length.norm()).clamp(max=1) * torch.ones_like(length)
            ),
        ),
        Symptom(
            "You clip the mean. A wild example has had its say by then.",
            mimics=mean_then_clip,
        ),
        Symptom(
            "You add the examples up; asked for is their mean.",
            mimics=lambda tables, limit: [
                len(tables[0]) * mean for mean in clip_examples(tables, limit)
            ],
        ),
    ],
)

TIME = [MEMORY, CLIP]
