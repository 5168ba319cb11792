"""The exercises of chapter 1: threshold units, nets of them, and Oja's rule."""

import itertools

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole
from dlcore.grade.tasks.forms import floats, odd_form

NET = ("hidden_weights", "hidden_thresholds", "output_weights", "output_threshold")


def rows(n):
    """Return all 2**n inputs of 0 and 1 as (2**n, n)."""
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=n)), dtype=torch.float64)


def veto_case(rng, case):
    edges = {3: (4, 1), 4: (4, 4), 5: (1, 1)}
    n = one(rng, 4, 6)
    return edges.get(case, (n, one(rng, 2, n - 1)))


def veto_judge(answer, n, k):
    if sentence := odd_form(answer, "weights", "threshold"):
        return sentence
    if floats(answer[0]).ndim == 0:
        return "The first value is one number: the weights come first, then the threshold."
    weights, threshold = floats(answer[0]), float(answer[1])
    if weights.shape != (n + 1,):
        return f"You returned {weights.numel()} weights for the {n + 1} inputs of the unit."
    x = rows(n + 1)
    fires, lit, veto = x @ weights >= threshold, x[:, :n].sum(1), x[:, n] == 1
    early, outvoted = fires & ~veto & (lit < k), fires & veto
    silent = ~fires & ~veto & (lit >= k)
    if early.any():
        least = int(lit[early].min())
        return f"Too early: the unit fires with {least} of the first {n} inputs at 1, and k is {k}."
    if silent.any():
        least = int(lit[silent].min())
        text = (
            f"The unit is silent with {least} of the first {n} inputs at 1 and no veto; k is {k}."
        )
        if (fires & ~veto & (lit == least)).any():
            return f"{text} With {least} others at 1 it fires: is the veto the *last* input?"
        hint = " The sum has to reach the threshold, not to exceed it."
        return text + hint * (least == k)
    if outvoted.any():
        most = int(lit[outvoted].max())
        return f"The veto is outvoted: the unit fires with it if {most} of {n} other inputs are 1."
    return None


VETO = Task(
    id="1.1",
    title="A unit with a veto",
    points=4,
    function="veto_unit",
    taught="ch01_threshold_neurons.ipynb#a-neuron-that-fires-or-does-not",
    kind="choose",
    statement=r"""
A threshold unit has a weight for each input and fires if the weighted sum *reaches* its threshold:
$w_1 x_1 + w_2 x_2 + \dots \ge \theta$. In the neuron of 1943 one inhibitory synapse was enough to
forbid firing. With weights one has to choose them so that nobody can outvote it.

Write `veto_unit(n, k)` for a unit with $n + 1$ inputs, each 0 or 1. It shall fire if at least $k$
of the first $n$ inputs are 1 *and* the last input is 0. If the last one is 1, it is silent whatever
the others do. Return `(weights, threshold)`: a list of $n + 1$ numbers, and one number.
You may count on $1 \le k \le n$. There are many right answers.
""",
    generate=veto_case,
    judge=veto_judge,
)


def exactly_case(rng, case):
    edges = {3: (3, 3), 4: (3, 0), 5: (1, 1)}
    n = one(rng, 3, 5)
    return edges.get(case, (n, one(rng, 1, n - 1)))


def exactly_judge(answer, n, k):
    if sentence := odd_form(answer, *NET):
        return sentence
    weights, thresholds, output, threshold = map(floats, answer)
    if weights.ndim != 2 or weights.shape[1] != n:
        shape = tuple(weights.shape)
        return f"hidden_weights has shape {shape}: a row per hidden unit, {n} columns for inputs."
    if thresholds.shape != weights.shape[:1] or output.shape != weights.shape[:1]:
        counts = f"{thresholds.numel()} thresholds and {output.numel()} output weights"
        return f"You have {len(weights)} hidden units, but {counts}."
    x = rows(n)
    fires = (x @ weights.T >= thresholds).double() @ output >= threshold
    lit = x.sum(1)
    if (~fires & (lit == k)).any():
        return f"The net is silent for an input with exactly {k} of {n} lit, where it should fire."
    for word, wrong in (("more", fires & (lit > k)), ("fewer", fires & (lit < k))):
        if wrong.any():
            count = int(lit[wrong][0])
            return f"The net also fires for {word} than k: for {count} of {n} lit, with k = {k}."
    return None


EXACTLY = Task(
    id="1.2",
    title="Exactly k",
    points=5,
    function="exactly_net",
    taught="ch01_threshold_neurons.ipynb#nets-what-one-neuron-cannot-do-three-can",
    kind="choose",
    statement=r"""
"At least $k$ inputs are 1" needs one threshold unit. "Exactly $k$" needs two layers.

Write `exactly_net(n, k)`, which returns a net that fires if exactly $k$ of its $n$ inputs are 1:
`(hidden_weights, hidden_thresholds, output_weights, output_threshold)`, with one row of $n$ weights
and one threshold for each hidden unit, one output weight for each hidden unit, and one number.
Hidden units and the output unit answer 1 if their sum reaches their threshold, else 0. How many
hidden units you take is up to you. Do not forget $k = 0$ and $k = n$.
""",
    generate=exactly_case,
    judge=exactly_judge,
)


def machine_case(rng, case):
    states = 3 if case == 0 else one(rng, 3, 5)
    symbols = 3 if case == 0 else one(rng, 2, 4)
    length = {4: 0, 5: 1}.get(case, one(rng, 5, 8))
    word = whole(rng, 0, symbols - 1, length)
    columns = [torch.from_numpy(rng.permutation(states)) for _ in range(symbols)]
    return torch.stack(columns, dim=1), one(rng, 0, states - 1), word


def visited(table, start, word):
    states = [start]
    for symbol in word.tolist():
        states.append(int(table[states[-1], symbol]))
    return torch.tensor(states)


MACHINE = Task(
    id="1.3",
    title="A machine with finitely many states",
    points=4,
    function="run_machine",
    taught="ch01_threshold_neurons.ipynb#side-trip-circles-counters-and-the-tape",
    statement=r"""
Kleene showed that nets of threshold neurons are exactly the finite automata: machines that read one
symbol per step and look up their next state in a table.

Write `run_machine(table, start, word)`. `table` is a tensor (states, symbols) of whole numbers: row
$s$, column $x$ holds the state that follows when symbol $x$ arrives in state $s$. `start` is the
state before the first symbol, `word` a tensor (L,) of symbols. Return the L states in which the
machine is *after* each symbol, in order: a list or a tensor. A word may be empty.
""",
    generate=machine_case,
    oracle=lambda table, start, word: visited(table, start, word)[1:],
    symptoms=[
        Symptom(
            "There is one state too many. The list starts after the first symbol, not before it.",
            mimics=visited,
        ),
        Symptom(
            "You return the symbols that are read. Asked for are the states.",
            mimics=lambda table, start, word: word,
        ),
        Symptom(
            "You return the last state alone. Asked for is the state after each symbol.",
            when=lambda answer, expected, table, start, word: (
                answer == int(visited(table, start, word)[-1])
            ),
        ),
        Symptom(
            "Each state comes one symbol too late: you note it before the table is asked.",
            mimics=lambda table, start, word: visited(table, start, word)[:-1],
        ),
        Symptom(
            "Every symbol is looked up in the row of the start state. The machine never moves on.",
            mimics=lambda table, start, word: table[start, word],
        ),
    ],
)


def oja_case(rng, case):
    count, size = (1 if case == 4 else one(rng, 2, 4)), one(rng, 2, 3)
    x = normal(rng, count, size) * (case != 5)
    return normal(rng, size), x, float(rng.integers(1, 6)) / 10


def oja_step(w, x, rate, decay: int | None = 2, mean=True):
    """One step for all rows; decay: how often y stands before w, None for Hebb's rule."""
    y = x @ w
    changes = y[:, None] * x
    if decay is not None:
        changes = changes - (y**decay)[:, None] * w
    return w + rate * (changes.mean(0) if mean else changes.sum(0))


def one_by_one(w, x, rate):
    for row in x:
        w = oja_step(w, row[None], rate)
    return w


OJA = Task(
    id="1.4",
    title="Oja's rule for a batch",
    points=4,
    function="oja_batch",
    taught="ch01_threshold_neurons.ipynb#ojas-repair",
    statement=r"""
The chapter shows one input at a time: $\Delta w = \eta\, y\, (x - y w)$ with $y = w \cdot x$.
Now the neuron looks at $N$ inputs before it changes.

Write `oja_batch(w, x, rate)`: `w` has shape (I,), `x` has shape (N, I) with one input per row.
Each row asks for its own change, all of them with the weights as they are now. Return the new
weights (I,): the old ones plus the *mean* of these changes, with `rate` for $\eta$.
""",
    generate=oja_case,
    oracle=oja_step,
    symptoms=[
        Symptom(
            "You returned the change alone. Asked for are the weights after it.",
            mimics=lambda w, x, rate: oja_step(w, x, rate) - w,
        ),
        Symptom(
            "This is Hebb's step: what keeps the weights from growing without end is missing.",
            mimics=lambda w, x, rate: oja_step(w, x, rate, decay=None),
        ),
        Symptom(
            "Right for one row, too large a step for several: you add the changes up.",
            mimics=lambda w, x, rate: oja_step(w, x, rate, mean=False),
        ),
        Symptom(
            "The part that shrinks the weights has the wrong size. How often does y stand in it?",
            mimics=lambda w, x, rate: oja_step(w, x, rate, decay=1),
        ),
        Symptom(
            "The direction is right. Where does the rate come in?",
            mimics=lambda w, x, rate: oja_step(w, x, 1.0),
        ),
        Symptom(
            "The step has the right size and goes the wrong way.",
            mimics=lambda w, x, rate: 2 * w - oja_step(w, x, rate),
        ),
        Symptom(
            "You average the outputs and the inputs, and multiply the averages. Each row asks for "
            "its own change; the mean comes after that.",
            mimics=lambda w, x, rate: oja_step(w, x.mean(0, keepdim=True), rate),
        ),
        Symptom(
            "You divide by the length at the end. Oja's rule needs no division: its last term "
            "keeps the length near 1.",
            when=lambda answer, expected, w, x, rate: (
                bool(w.any()) and abs(float(answer.norm()) - 1) < 1e-6
            ),
        ),
        Symptom(
            "Your rows take turns: each sees the weights that the row before it has changed.",
            mimics=one_by_one,
        ),
    ],
)

NETS = [VETO, EXACTLY, MACHINE, OJA]
