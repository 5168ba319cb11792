"""The exercise of chapter 22 on selection: Δ, B and C by hand, for words that give orders."""

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.demands import Again
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.forms import floats, odd_form

WORDS = "replace", "add", "pass", "forget", "hide"
SHOULD = {
    "replace": "only this input should be in the output",
    "add": "the state should be as before, and this input added with weight 1",
    "pass": "the output should be what the state held before",
    "forget": "nothing should be left, of this input neither",
    "hide": "the output should be 0",
}
CLOSE = 1e-3


def wanted(orders):
    """(T, T): what input s does to output t."""
    T = len(orders)
    state, found = torch.zeros(T).double(), []
    for t, order in enumerate(orders):
        if order in ("replace", "forget"):
            state = torch.zeros(T).double()
        if order in ("replace", "add"):
            state = state + torch.eye(T).double()[t]
        found.append(state * (order != "hide"))
    return torch.stack(found)


def scanned(delta, b, c, rate):
    """(T, T): what the scan makes of each input by itself."""
    T = len(delta)
    state, found = torch.zeros(T).double(), []
    for t in range(T):
        state = torch.exp(-delta[t] * rate) * state
        state = state + delta[t] * b[t] * torch.eye(T).double()[t]
        found.append(c[t] * state)
    return torch.stack(found)


def judge(answer, orders, rate):
    """Say which order is not carried out first."""
    if odd := odd_form(answer, "delta", "b", "c"):
        return odd
    parts = [floats(part) for part in answer]
    if any(tuple(part.shape) != (len(orders),) for part in parts):
        return "Each of `delta`, `b` and `c` needs one number for each order."
    delta, b, c = parts
    if bool((delta < 0).any()):
        return "A step is never negative: with it the state would grow."
    off = (scanned(delta, b, c, rate) - wanted(orders)).abs()
    rows = (off > CLOSE).any(1).nonzero().flatten().tolist()
    return told(orders, rows[0], off[rows[0]]) if rows else None


def told(orders, t, off):
    order = orders[t]
    where = f'The first output that is not as it should be stands at an order "{order}"'
    if order in ("add", "pass") and bool((off[:t] > CLOSE).any()):
        return f"{where}: what the state held before comes out otherwise, or not at all."
    return f"{where}: {SHOULD[order]}."


def orders_case(rng, case):
    """Draw each order after each other; fast and slow rates, one order, many additions."""
    if case < 2:
        pairs = [word for first in WORDS for second in WORDS for word in ("add", first, second)]
        rate = float(10.0 ** one(rng, 1, 2)) if case else float(10.0 ** -one(rng, 1, 2))
        return pairs[: 3 * 12] if case else pairs[3 * 12 :], rate
    if case == 2:
        return [WORDS[one(rng, 0, 4)]], 1.0
    if case == 3:
        return ["add"] * 10 + ["hide", "pass", "add"], 100.0
    T = one(rng, 6, 12)
    return [WORDS[one(rng, 0, 4)] for _ in range(T)], round(float(rng.uniform(0.2, 5.0)), 1)


def turned(orders, rate):
    return orders[::-1], rate


def as_turned(first, second):
    """Whether each word has the same three numbers, whatever stands before and behind it."""
    return all(
        bool((floats(there) - floats(back).flip(0)).abs().max() <= 1e-9)
        for there, back in zip(first, second)
    )


ORDER = Task(
    id="22.3",
    title="Choose Δ, B and C by hand: words that give orders",
    points=4,
    function="select",
    kind="choose",
    taught="ch22_beyond_attention.ipynb#which-words-to-keep-selective-copying",
    returns=("delta", "b", "c"),
    statement=r"""
A selective layer learns from data what each word does to its state. Here you say it. The layer has
one channel and one number of state, which starts at 0, and its rate $A = -$`rate` is given, with a
number `rate` above 0:

$$h_t = e^{-\Delta_t\, \texttt{rate}}\, h_{t-1} + \Delta_t B_t x_t, \qquad y_t = C_t h_t .$$

At each step a number $x_t$ comes, and with it a word that is an order:

- "replace": from now on the state holds $x_t$ alone;
- "add": $x_t$ is added to what the state holds;
- "pass": $x_t$ is passed over, the state stays;
- "forget": the state is emptied, $x_t$ does not come in either;
- "hide": as "pass", but this output is 0.

The output $y_t$ shall be what the state holds after the step; at "hide" it is 0.

Write `select(orders, rate)`, where `orders` is a list of such words, and return `(delta, b, c)`:
three lists or tensors with one number for each word. A word decides for itself: its three numbers
may depend on the word and on `rate`, on nothing else. They are finite, and no step is negative.
What each single input does to each output has to be right up to 0.001; a text may have forty words,
and `rate` may be 0.01 or 100. One of the five words takes a thought: what if nothing may fade and
something has to be written?
""",
    generate=orders_case,
    cases=6,
    judge=judge,
    again=[
        Again(
            of=1,
            sentence="A word has other numbers where other words stand around it. It has to decide "
            "by itself.",
            must=as_turned,
            change=turned,
        )
    ],
)

ORDERS = [ORDER]
