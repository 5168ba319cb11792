"""The exercises of chapter 7 on gates: an LSTM with bugs, forgetting over time, the paper's GRU."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.prediction import measured


def cell_case(rng, case):
    count, inputs, hidden = {3: (1, 1, 5), 5: (1, 1, 1)}.get(case, (2, 2, 3))
    h, c = normal(rng, count, hidden), normal(rng, count, hidden)
    h, c = (0 * h, 0 * c) if case == 4 else (h, c)
    w, v = normal(rng, 4 * hidden, inputs), normal(rng, 4 * hidden, hidden)
    return normal(rng, count, inputs), h, c, w, v, normal(rng, 4 * hidden)


def lstm_step(x, h, c, w, v, b, order=True, news=True, fresh=True, curve=torch.tanh, forget=True):
    """(h, c) after one step; each keyword puts one of the exercise's bugs back."""
    i, f, g, o = (x @ w.T + h @ v.T + b).chunk(4, 1)
    if not order:
        g, o = o, g
    i, f, o, g = i.sigmoid(), f.sigmoid(), o.sigmoid(), g.tanh() if news else g.sigmoid()
    after = (f if forget else 1.0) * c + i * g
    return o * curve(after if fresh else c), after


def first_two_turned(table):
    i, f, *rest = table.chunk(4)
    return torch.cat([f, i, *rest])


CELL = Task(
    id="7.4",
    title="Find the bugs: one step of an LSTM",
    points=5,
    function="lstm_step",
    kind="debug",
    taught="ch07_recurrence.ipynb#the-forget-gate-2000",
    statement=r"""
`lstm_step(x, h, c, W, V, b)` should make one step of an LSTM with a forget gate, for a batch: `x`
(N, I), the last output `h` (N, H) and the last cell state `c` (N, H). `W` is (4H, I), `V` (4H, H)
and `b` (4H,), and their rows stand in the book's order: input gate, forget gate, news, output gate.

$$i, f, o = \sigma(\dots), \quad g = \tanh(\dots), \quad
c_t = f \odot c_{t-1} + i \odot g, \quad h_t = o \odot \tanh(c_t)$$

In the brackets stand the four parts of $x W^\top + h V^\top + b$. Return `(h, c)` after the step.
There are three bugs. All shapes come out right, and nothing raises an error.
""",
    generate=cell_case,
    returns=("h", "c"),
    oracle=lstm_step,
    symptoms=[
        *left(
            lstm_step,
            "The rows of the weights are read in another order than the one in which they stand.",
            ("news", "fresh"),
            order=False,
        ),
        *left(
            lstm_step,
            "The news can only be positive: nothing can ever make the cell state smaller than 0.",
            ("fresh",),
            news=False,
        ),
        *left(
            lstm_step,
            "The cell state is right. The output shows it as it was before the step.",
            fresh=False,
        ),
        Symptom(
            "The cell state is right. The output shows it as it is: one function is missing.",
            mimics=partial(lstm_step, curve=lambda c: c),
        ),
        Symptom(
            "The cell state is right. The output shows it through a sigmoid: a negative state "
            "then looks positive.",
            mimics=partial(lstm_step, curve=torch.sigmoid),
        ),
        Symptom(
            "Nothing is ever forgotten: this is the cell of 1997.",
            mimics=partial(lstm_step, forget=False),
        ),
        Symptom(
            "Input gate and forget gate have changed places.",
            mimics=lambda x, h, c, w, v, b: lstm_step(
                x, h, c, first_two_turned(w), first_two_turned(v), first_two_turned(b)
            ),
        ),
        Symptom(
            "Both states are right, and they have changed places.",
            mimics=lambda *inputs: lstm_step(*inputs)[::-1],
        ),
    ],
)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def logit(share):
    return math.log(share / (1 - share))


def fading_case(rng, case):
    edges = {3: (1.0, 5, 0.5), 4: (0.0, 1, 0.5)}
    keep = one(rng, 20, 80) / 100
    return edges.get(case, (one(rng, 20, 40) / 10, one(rng, 5, 30), keep))


def fading(bias, lag, keep, steps=None, needed=None):
    """(steps, needed), with a mistake in one of them if it is given."""
    steps = math.log(keep) / math.log(sigmoid(bias)) if steps is None else steps
    return steps, logit(keep ** (1 / lag)) if needed is None else needed


FADING = Task(
    id="7.5",
    title="Predict, then measure: one more on the bias",
    points=4,
    function="fading",
    kind="predict",
    taught="ch07_recurrence.ipynb#what-rides-the-carousel",
    statement=r"""
Along the cell of an LSTM a slope is multiplied by the forget gate at every step. Before training
the gate's weights are small, and its bias alone decides: $f = \sigma(b)$. After some number of
steps a slope is down to a half. Take a bias of 3 or more and raise it by 1. How many steps does it
take now?

- **a**: a fixed number of steps more, whatever the bias was
- **b**: twice as many
- **c**: nearly three times as many

Decide first. Then write `fading(bias, lag, keep)` and return `(prediction, steps, needed)`. `steps`
says after how many steps the part `keep` of a slope is left with this bias; it has decimals, do not
round it. `needed` is the bias with which the part `keep` is left after `lag` steps. Any prediction
counts, if you made one; the two numbers must be right.
""",
    generate=fading_case,
    judge=measured(
        ("a", "b", "c"),
        fading,
        [
            (
                "The steps follow a rule of thumb for how long a gate remembers. Asked for is when "
                "the part `keep` is left.",
                lambda *inputs: fading(*inputs, steps=1 + math.exp(inputs[0])),
            ),
            (
                "The first number is the part that is left after `lag` steps. Asked for are steps.",
                lambda *inputs: fading(*inputs, steps=sigmoid(inputs[0]) ** inputs[1]),
            ),
            (
                "These are the steps until a half is left. Asked for is when the part `keep` is.",
                lambda bias, lag, keep: fading(bias, lag, keep, fading(bias, lag, 0.5)[0]),
            ),
            (
                "You count the steps for a bias that is already raised by 1. They are asked for "
                "the bias that is given.",
                lambda *inputs: fading(*inputs, steps=fading(inputs[0] + 1, *inputs[1:])[0]),
            ),
            (
                "The two logarithms in your steps have different bases.",
                lambda *inputs: fading(*inputs, steps=fading(*inputs)[0] / math.log(2)),
            ),
            (
                "You rounded the steps.",
                lambda *inputs: fading(*inputs, steps=math.ceil(fading(*inputs)[0])),
            ),
            (
                "The gate acts in each step, so what is left is a power of it. You take the power "
                "of `keep`, where the way back is a root.",
                lambda *inputs: fading(*inputs, needed=logit(inputs[2] ** inputs[1])),
            ),
            (
                "You share `keep` evenly among the steps, by division. But each step multiplies.",
                lambda *inputs: fading(*inputs, needed=logit(inputs[2] / inputs[1])),
            ),
            (
                "The bias that you need would keep this part for one step only.",
                lambda *inputs: fading(*inputs, needed=logit(inputs[2])),
            ),
            (
                "You give what the gate must be, not the bias that makes it so.",
                lambda *inputs: fading(*inputs, needed=inputs[2] ** (1 / inputs[1])),
            ),
            (
                "For the bias you take the logarithm of the gate. Which function leads from a "
                "sigmoid's answer back to its sum?",
                lambda *inputs: fading(*inputs, needed=math.log(inputs[2]) / inputs[1]),
            ),
            (
                "The bias follows the rule of thumb of chrono initialisation, which keeps about a "
                "third. The part to keep is another one here.",
                lambda *inputs: fading(*inputs, needed=math.log(max(inputs[1] - 1, 0.5))),
            ),
        ],
        names=("steps", "bias"),
    ),
)


def gru_case(rng, case):
    count, inputs, hidden = {3: (3, 1, 2), 5: (1, 1, 1)}.get(case, (2, 3, 2))
    h = normal(rng, count, hidden) * (case != 4)
    return (
        normal(rng, count, inputs),
        h,
        normal(rng, 3 * hidden, inputs),
        normal(rng, 3 * hidden, hidden),
    )


def gru_step(
    x, h, w, v, late=False, reset=True, turn=False, mix=False, news=torch.tanh, old=1.0, by_z=False
):
    """One step as in the paper; the keywords put mistakes in."""
    (w_r, w_z, w_n), (v_r, v_z, v_n) = w.chunk(3), v.chunk(3)
    r, z = (x @ w_r.T + h @ v_r.T).sigmoid(), (x @ w_z.T + h @ v_z.T).sigmoid()
    if mix:
        r, z = z, r
    if not reset:
        r = torch.ones_like(r)
    r = z if by_z else r
    n = news(x @ w_n.T + (r * (h @ v_n.T) if late else (r * h) @ v_n.T))
    return z * n + (1 - z) * h if turn else old * z * h + (1 - z) * n


PAPER = Task(
    id="7.6",
    title="The GRU as it was published",
    points=4,
    function="gru_step",
    taught="ch07_recurrence.ipynb#the-gru-2014",
    statement=r"""
PyTorch multiplies the reset gate with a product, $n = \tanh(W_n x + r \odot (V_n h))$. In the
published paper, [Cho et al. (2014)](https://arxiv.org/abs/1406.1078), the state is reset *first*:

$$r = \sigma(W_r x + V_r h), \quad z = \sigma(W_z x + V_z h), \quad
n = \tanh\bigl(W_n x + V_n (r \odot h)\bigr), \quad h' = z \odot h + (1 - z) \odot n .$$

Write `gru_step(x, h, W, V)` for a batch `x` (N, I) and the state `h` (N, H). `W` is (3H, I) and `V`
(3H, H); their rows stand in the order r, z, n. There are no biases. Return the new state (N, H).
""",
    generate=gru_case,
    oracle=gru_step,
    symptoms=[
        Symptom(
            "You reset the product, as programs do today. The paper resets the state before it is "
            "multiplied.",
            mimics=lambda *inputs: gru_step(*inputs, late=True),
        ),
        Symptom(
            "The gate z is turned round: where it is 1, the old state should stay.",
            mimics=lambda *inputs: gru_step(*inputs, turn=True),
        ),
        Symptom(
            "Nothing is ever reset: your news see the whole old state.",
            mimics=lambda *inputs: gru_step(*inputs, reset=False),
        ),
        Symptom(
            "The two gates have changed places. In which order do the rows stand?",
            mimics=lambda *inputs: gru_step(*inputs, mix=True),
        ),
        Symptom(
            "The old state has no part in your new one, but through the news.",
            mimics=lambda *inputs: gru_step(*inputs, old=0.0),
        ),
        Symptom(
            "You reset with the gate z. That is what r is for.",
            mimics=lambda *inputs: gru_step(*inputs, by_z=True),
        ),
        Symptom(
            "V_n is used the wrong way round: its rows belong to the news, its columns to the "
            "state.",
            mimics=lambda x, h, w, v: gru_step(
                x, h, w, torch.cat([*v.chunk(3)[:2], v.chunk(3)[2].T])
            ),
        ),
        Symptom(
            "Your news lie between 0 and 1.",
            mimics=lambda *inputs: gru_step(*inputs, news=torch.sigmoid),
        ),
    ],
)

GATES = [CELL, FADING, PAPER]
