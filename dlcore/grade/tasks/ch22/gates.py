"""The exercise of chapter 22 on the gate: a scan with one number a channel, and its gradient."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def forward(z, x, starts, begin="before", write="gate"):
    """All states, and before each step the one that goes in; begin, write: mistakes."""
    keep, h, states, before = torch.sigmoid(-z), torch.zeros_like(x[0]), [], []
    gain = torch.sigmoid(z) if write == "gate" else torch.nn.functional.softplus(z)
    for t in range(len(x)):
        if starts[t] and begin == "before":
            h = torch.zeros_like(h)
        before.append(h)
        h = keep[t] * h + gain[t] * x[t]
        states.append(h)
        if starts[t] and begin == "after":
            h = torch.zeros_like(h)
    return torch.stack(states), torch.stack(before)


def gated(z, x, starts, grad, cut=True, later=True, shift=1, old=True, now=False, slope=True,
          order="back", **mistakes):  # fmt: skip
    """(h, to_z, to_x) by hand; cut to order are mistakes of the way back."""
    keep, gate = torch.sigmoid(-z), torch.sigmoid(z)
    h, before = forward(z, x, starts, **mistakes)
    r, reached = torch.zeros_like(x[0]), torch.zeros_like(x)
    T = len(x)
    for t in range(T) if order == "forth" else reversed(range(T)):
        beside = t + 1 if order == "back" else t - 1
        if not later or not 0 <= beside < T or (cut and starts[max(t, beside)]):
            r = torch.zeros_like(r)
        r = grad[t] + (keep[t + shift] if 0 <= t + shift < T else 0) * r
        reached[t] = r
    inner = x - (h if now else before) if old else x
    to_z = reached * inner * (gate * keep if slope else 1)
    return h, to_z, reached * gate


def by_torch(z, x, starts, grad):
    """The oracle: the gradients by autograd."""
    z, x = (v.detach().clone().requires_grad_() for v in (z, x))
    h, _ = forward(z, x, starts)
    (h * grad).sum().backward()
    return h.detach(), z.grad, x.grad


STATES = {
    "In your states a new text begins with what the old one left.": {"begin": "never"},
    "You empty the state *after* the first word of a text. It is emptied before, and that word is "
    "kept.": {"begin": "after"},
    "You write $\\Delta x$. The gate writes $(1 - e^{-\\Delta}) x$.": {"write": "step"},
}
MISTAKES = {
    "The states are right. Your gradients go from a text back into the one before it.": partial(
        gated, cut=False
    ),
    "The states are right. In your gradients a state is used in its own output only. The next "
    "state uses it as well.": partial(gated, later=False),
    "The states are right. On the way back $r_{t+1}$ has to be multiplied by what the state kept "
    "at step $t + 1$. You take step $t$.": partial(gated, shift=0),
    "The states are right. Your gradients go from the beginning to the end. They run "
    "backwards.": partial(gated, order="forth", shift=0),
    "All but `to_z` are right. If the gate opens, more is written *and* less is kept.": partial(
        gated, old=False
    ),
    "All but `to_z` are right. What is kept less of is the state before the step, not the one "
    "after it.": partial(gated, now=True),
    "All but `to_z` are right. Yours is the gradient by the gate. The gate has a slope in z.": (
        partial(gated, slope=False)
    ),
}


def gate_case(rng, case):
    """Draw texts on which each mistake shows; one word, each word a text, gates shut and open."""
    T, D = {3: (1, 2), 4: (5, 1), 5: (4, 2)}.get(case, (one(rng, 5, 7), one(rng, 2, 3)))
    z, x, grad = normal(rng, T, D), normal(rng, T, D), normal(rng, T, D)
    x[x == 0] = 0.5  # a state that is not there cannot be seen in the next text
    starts = torch.zeros(T, dtype=torch.bool)
    starts[one(rng, 2, 3) % T] = case != 2
    starts[0] = case % 2 == 0
    if case == 4:
        starts[:] = True
    if case == 5:
        z = torch.tensor([[900.0, -900.0], [-900.0, 900.0], [0.0, -900.0], [900.0, 0.0]]).double()
    inputs = z, x, starts, grad
    wrong = [*MISTAKES.values(), *[partial(gated, **how) for how in STATES.values()]]
    wrong = wrong if case < 2 else []
    return inputs if telling(inputs, gated, wrong, wrong) else gate_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


def other_states(how, answer, expected, z, x, starts, grad):
    """Whether the states are those of a mistake, whatever the gradients are."""
    return close(answer[0], forward(z, x, starts, **how)[0], 1e-6) and not right(
        answer, expected, 0
    )


GATE = Task(
    id="22.2",
    title="The gate in Mamba, and its gradient",
    points=5,
    function="gated",
    taught="ch22_beyond_attention.ipynb#the-input-decides-mamba-2023",
    returns=("h", "to_z", "to_x"),
    statement=r"""
Mamba's step is $\Delta_t = \log(1 + e^{z_t})$, with a number $z_t$ that the input makes. With one
number of state, $A = -1$, $B = C = 1$, and $1 - e^{-\Delta_t}$ in the place of $\Delta_t$ where it
writes, the scan is the gate of chapter 7:

$$h_t = (1 - g_t)\, h_{t-1} + g_t\, x_t, \qquad g_t = 1 - e^{-\Delta_t} = \frac{1}{1 + e^{-z_t}} .$$

(Put in $\Delta_t$ and see.) Several texts stand one behind the other in one row. Where `starts[t]`
is True, a new one begins: before step t the state is emptied. Before step 0 it is empty in any
case.

Write `gated(z, x, starts, grad)` for `z`, `x` (T, D), one text of D channels, and `starts` (T,).
With $L = \sum_{t,d} \texttt{grad}_{t,d}\, h_{t,d}$ return `(h, to_z, to_x)`, each (T, D): all
states, and the gradients of $L$ by `z` and by `x`, found by hand. Numbers in `z` may be 900 or
−900.
""",
    generate=gate_case,
    cases=7,
    oracle=by_torch,
    symptoms=[
        *[Symptom(sentence, when=partial(other_states, how)) for sentence, how in STATES.items()],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All but `to_z` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 2),
        ),
        Symptom(
            "All but `to_x` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "The states are right, the gradients are not. Write down for the last step and the one "
            "before it what reaches the state.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
        Symptom(
            "The states are not right yet. Look at them first.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

GATES = [GATE]
