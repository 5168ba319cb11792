"""The exercises of chapter 7 on layers and batches: equal budgets, padded sequences both ways."""

import itertools

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one


def budget_case(rng, case):
    inputs = one(rng, 3, 20)
    exact = 4 * 7 * (7 + inputs + 2)  # seven units of an LSTM, to the last parameter
    return {4: 2 * (inputs + 3), 5: exact}.get(case, one(rng, 2000, 9000)), inputs


def largest(budget, inputs, biases=2, gates=(1, 4, 3), over=0):
    """The most units with so many weights per unit and gate; the keywords put mistakes in."""
    return tuple(
        next(h for h in itertools.count() if g * (h + 1) * (h + 1 + inputs + biases) > budget)
        + over
        for g in gates
    )


BUDGET = Task(
    id="7.7",
    title="A fair comparison",
    points=4,
    function="largest_layers",
    taught="ch07_recurrence.ipynb#the-gru-2014",
    statement=r"""
An LSTM with as many units as a plain recurrent layer has four times as many parameters, and a GRU
three times. To compare fairly, give all three the same number of parameters.

Write `largest_layers(budget, inputs)` and return `(rnn, lstm, gru)`: the largest number of units
with which each kind of layer has no more than `budget` parameters, when it reads `inputs` numbers
at each step. Count as `dlcore` and PyTorch do: for the plain layer `weight_ih` (H, I), `weight_hh`
(H, H), `bias_ih` and `bias_hh` (H,). If the budget is too small for a single unit, the number is 0.
""",
    generate=budget_case,
    returns=("rnn", "lstm", "gru"),
    oracle=largest,
    symptoms=[
        Symptom(
            "You count one bias for each unit and gate. There are two.",
            mimics=lambda budget, inputs: largest(budget, inputs, biases=1),
        ),
        Symptom(
            "The biases are missing.",
            mimics=lambda budget, inputs: largest(budget, inputs, biases=0),
        ),
        Symptom(
            "Each of your layers has one unit more than the budget allows.",
            mimics=lambda budget, inputs: largest(budget, inputs, over=1),
        ),
        Symptom(
            "A layer with a fourth of the units has far fewer than a fourth of the parameters: "
            "the recurrent weights grow with the square.",
            mimics=lambda budget, inputs: tuple(
                largest(budget, inputs, gates=(1,))[0] // g for g in (1, 4, 3)
            ),
        ),
        Symptom(
            "LSTM and GRU have changed places.",
            mimics=lambda budget, inputs: largest(budget, inputs, gates=(1, 3, 4)),
        ),
        Symptom(
            "`weight_hh` has H times H numbers. You count H.",
            mimics=lambda budget, inputs: tuple(budget // (g * (inputs + 3)) for g in (1, 4, 3)),
        ),
        Symptom(
            "`weight_hh`, H times H numbers, is missing.",
            mimics=lambda budget, inputs: tuple(budget // (g * (inputs + 2)) for g in (1, 4, 3)),
        ),
        Symptom(
            "Numbers of units are whole.",
            when=lambda answer, expected, *inputs: any(units != int(units) for units in answer),
        ),
        Symptom(
            "A layer that needs the budget to the last parameter is still within it.",
            mimics=lambda budget, inputs: largest(budget - 1, inputs),
        ),
        Symptom(
            "At least one of your layers has more parameters than the budget allows.",
            when=lambda answer, expected, *inputs: any(
                units > most for units, most in zip(answer, expected)
            ),
        ),
    ],
)


def padded_case(rng, case):
    steps = 1 if case == 4 else 4
    lengths = {0: [2, 4], 1: [4, 2, 3], 4: [1], 5: [0, 4]}.get(case, [3, 1, 4])
    return normal(rng, len(lengths), steps) + 3, torch.tensor(lengths), one(rng, -9, 9) / 10


def leaky(row, a):
    states, h = [], torch.zeros((), dtype=torch.float64)
    for x in row:
        h = torch.tanh(a * h + 0.2 * x)
        states.append(h)
    return torch.stack(states) if states else torch.zeros(0, dtype=torch.float64)


def both_ways(x, lengths, a, skip=True, turn=True, swap=False):
    """(N, T, 2), zero in the padding; the keywords put mistakes in."""
    result = torch.zeros(*x.shape, 2, dtype=torch.float64)
    for n, length in enumerate(lengths.tolist()):
        row = x[n, :length] if skip else x[n]
        back = leaky(row.flip(0), a)
        forth, back = leaky(row, a)[:length], (back.flip(0) if turn else back)[:length]
        result[n, :length] = torch.stack([back, forth] if swap else [forth, back], dim=1)
    return result


def carried(x, lengths, a):
    """The backward reading goes on from where the forward one has ended."""
    result = both_ways(x, lengths, a)
    for n, length in enumerate(lengths.tolist()):
        row = x[n, :length]
        result[n, :length, 1] = leaky(torch.cat([row, row.flip(0)]), a)[length:].flip(0)
    return result


def late(states):
    """Each backward state one element too early."""
    before = states[:, 1:, 1:]
    before = torch.cat([before, torch.zeros_like(states[:, :1, 1:])], 1)
    return torch.cat([states[:, :, :1], before], 2)


def places(x, lengths):
    return (torch.arange(x.shape[1]) < lengths[:, None])[:, :, None]


BOTH = Task(
    id="7.8",
    title="Both ways through a padded batch",
    points=6,
    function="both_ways",
    taught="ch07_recurrence.ipynb#from-both-ends-1997",
    statement=r"""
A bidirectional layer reads each sequence twice, from its first element to its last and from its
last to its first, and puts side by side what the two readings know *at the same element*. In a
batch the sequences have different lengths, and the rest of each row is padding.

Take the smallest such layer, one unit with $h = \tanh(a\, h_\text{before} + 0.2\, x)$ for either
way, starting from 0. Write `both_ways(x, lengths, a)` for `x` (N, T), `lengths` (N,) and a number
`a`. Row $n$ of `x` begins with its `lengths[n]` elements; what stands behind them means nothing,
and is *not* zero. Return a tensor (N, T, 2): the state of the forward reading first, that of the
backward reading second, and 0 in the padding. A sequence may be empty.
""",
    generate=padded_case,
    oracle=both_ways,
    symptoms=[
        Symptom(
            "The lengths play no part: you read the padding, and give it states.",
            mimics=lambda x, lengths, a: both_ways(x, torch.full_like(lengths, x.shape[1]), a),
        ),
        Symptom(
            "Your backward reading starts in the padding. A sequence's last element is not the "
            "row's.",
            mimics=lambda *inputs: both_ways(*inputs, skip=False),
        ),
        Symptom(
            "What the backward reading knows stands in the order in which it was read: its first "
            "state belongs to the last element.",
            mimics=lambda *inputs: both_ways(*inputs, turn=False),
        ),
        Symptom(
            "The backward reading stands first.",
            mimics=lambda *inputs: both_ways(*inputs, swap=True),
        ),
        Symptom(
            "Right at all elements; the padding is not 0.",
            when=lambda answer, expected, x, lengths, a: torch.allclose(
                answer * places(x, lengths), expected
            ),
        ),
        Symptom(
            "Both of your readings go forwards.",
            mimics=lambda *inputs: both_ways(*inputs)[:, :, :1].expand(-1, -1, 2),
        ),
        Symptom(
            "Your backward reading starts with what the forward one knows at the end. It should "
            "start from 0.",
            mimics=carried,
        ),
        Symptom(
            "At each element your backward reading gives what it knows *before* it has read it.",
            mimics=lambda *inputs: late(both_ways(*inputs)),
        ),
        Symptom(
            "The forward reading is right, the backward one is not. It starts from 0, reads first "
            "the last element of the sequence and last the first, and knows at an element that "
            "one, too.",
            when=lambda answer, expected, x, lengths, a: torch.allclose(
                answer[:, :, 0] * places(x, lengths)[:, :, 0], expected[:, :, 0]
            ),
        ),
    ],
)

SEQUENCES = [BUDGET, BOTH]
