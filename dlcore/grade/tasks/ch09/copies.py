"""The exercise of chapter 9 on the autoencoder: one table for both ways."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.ch09.tables import alike, bits
from dlcore.grade.tasks.draws import normal, one, uniform


def mending_case(rng, case):
    """Draw pictures, clean and spoiled; edges: one row, one pixel, all dark, gray, unspoiled."""
    pixels, code = {3: (1, 2), 4: (5, 1)}.get(case, (one(rng, 3, 5), one(rng, 2, 3)))
    count = 1 if case == 2 else one(rng, 2, 4)
    x = bits(rng, count, pixels) if case < 4 else uniform(rng, 0, 1, count, pixels)
    spoiled = 0 * x if case == 5 else x * bits(rng, count, pixels)
    if case == 1:
        spoiled = x.clone()
    parts = normal(rng, code, pixels), normal(rng, code), normal(rng, pixels)
    inputs = x, spoiled, *parts
    if case == 0 and (bool((x == spoiled).all()) or not spoiled.any()):
        return mending_case(rng, case)
    return inputs


def mending(x, spoiled, up, down, hidden_bias, visible_bias, squared=False, rows=True):
    code = torch.sigmoid(spoiled @ up.T + hidden_bias)
    scores = code @ down + visible_bias
    if squared:
        loss = (torch.sigmoid(scores) - x).pow(2).sum() / 2
    else:
        loss = binary_cross_entropy_with_logits(scores, x, reduction="sum")
    return loss / len(x) if rows else loss / x.numel()


def tied_slopes(x, spoiled, weight, hidden_bias, visible_bias, up=1.0, down=1.0, **mistakes):
    """By autograd with two tables that are equal; up and down weigh what comes from each."""
    leaves = [part.clone().requires_grad_()
              for part in (weight, weight, hidden_bias, visible_bias)]  # fmt: skip
    mending(x, spoiled, *leaves, **mistakes).backward()
    for_up, for_down, *biases = [leaf.grad for leaf in leaves]
    return up * for_up + down * for_down, *biases


def linear_code(x, spoiled, weight, hidden_bias, visible_bias):
    """With the slope of the code's sigmoid forgotten on the way back."""
    code = torch.sigmoid(spoiled @ weight.T + hidden_bias)
    miss = (torch.sigmoid(code @ weight + visible_bias) - x) / len(x)
    back = miss @ weight.T
    return back.T @ spoiled + code.T @ miss, back.sum(0), miss.sum(0)


def by_clean(x, spoiled, weight, hidden_bias, visible_bias):
    """With the clean pictures beside the slopes of the code, though the net saw spoiled ones."""
    code = torch.sigmoid(spoiled @ weight.T + hidden_bias)
    miss = (torch.sigmoid(code @ weight + visible_bias) - x) / len(x)
    back = miss @ weight.T * code * (1 - code)
    return back.T @ x + code.T @ miss, back.sum(0), miss.sum(0)


MENDING = Task(
    id="9.8",
    title="One table for both ways",
    points=5,
    function="tied_slopes",
    taught="ch09_belief_nets.ipynb#the-autoencoder-1986-2006",
    statement=r"""
A restricted machine uses one table of weights up and down. An autoencoder can do the same, and it
learns more than to copy if it sees a *spoiled* picture, in which some pixels were put out, and has
to give back the clean one. For a spoiled picture $s$ and its clean $x$:

$$h = \sigma(W s + c), \qquad y = \sigma(W^\top h + b), \qquad
L = -\sum_i \bigl( x_i \ln y_i + (1 - x_i) \ln (1 - y_i) \bigr) .$$

Write `tied_slopes(x, spoiled, weight, hidden_bias, visible_bias)` for clean pictures `x` (N, V)
with values from 0 to 1, the same pictures `spoiled` (N, V), `weight` (H, V) for $W$, `hidden_bias`
(H,) for $c$ and `visible_bias` (V,) for $b$. Return `(for_weight, for_hidden, for_visible)`: the
slopes of the *mean* loss of the N pictures, in the shapes of what they belong to. No autograd is
needed; the table stands in two places, and each of them sends its slope.
""",
    generate=mending_case,
    returns=("for_weight", "for_hidden", "for_visible"),
    oracle=tied_slopes,
    symptoms=[
        Symptom(
            "For the weights you count only the way down, from the code to the picture. The same "
            "table also leads up.",
            mimics=lambda *inputs: tied_slopes(*inputs, up=0.0),
        ),
        Symptom(
            "For the weights you count only the way up, from the picture to the code. The same "
            "table also leads down.",
            mimics=lambda *inputs: tied_slopes(*inputs, down=0.0),
        ),
        Symptom(
            "You take the mean of the two slopes of the weights. A number that is used twice has "
            "the sum.",
            mimics=lambda *inputs: tied_slopes(*inputs, up=0.5, down=0.5),
        ),
        Symptom(
            "You subtract one of the two slopes of the weights from the other.",
            when=lambda answer, expected, *inputs: any(
                alike(answer[0], tied_slopes(*inputs, up=up, down=down)[0])
                for up, down in ((1.0, -1.0), (-1.0, 1.0))
            ),
        ),
        Symptom(
            "The net sees the clean picture in your slopes. It sees the spoiled one; the clean one "
            "is what it should give back.",
            mimics=lambda x, spoiled, *rest: tied_slopes(x, x, *rest),
        ),
        Symptom(
            "Your net is asked to give back the spoiled picture. It should give back the clean "
            "one.",
            mimics=lambda x, spoiled, *rest: tied_slopes(spoiled, spoiled, *rest),
        ),
        Symptom(
            "On the way up the slopes of the code stand beside the clean picture. What did the net "
            "see?",
            mimics=by_clean,
        ),
        Symptom(
            "On the way back through the code the slope of its sigmoid is missing.",
            mimics=linear_code,
        ),
        Symptom(
            "At the output the slope of the sigmoid is too much: with this loss it cancels.",
            mimics=lambda *inputs: tied_slopes(*inputs, squared=True),
        ),
        Symptom(
            "At the output stands the slope of the squared error. The loss is the cross-entropy.",
            mimics=lambda *inputs: tuple(2 * part for part in tied_slopes(*inputs, squared=True)),
        ),
        Symptom(
            "These are slopes of the sum over the pictures. Asked for are those of the mean.",
            mimics=lambda x, *rest: tuple(len(x) * part for part in tied_slopes(x, *rest)),
        ),
        Symptom(
            "Your loss is a mean over the pixels, too. They are summed; the mean is over the "
            "pictures.",
            mimics=lambda *inputs: tied_slopes(*inputs, rows=False),
        ),
        Symptom(
            "The slopes of the biases are right, those of the weights are not.",
            when=lambda answer, expected, *inputs: (
                answer[0].shape == expected[0].shape
                and alike(answer[1], expected[1])
                and alike(answer[2], expected[2])
            ),
        ),
        Symptom(
            "The slopes of the weights are right, those of the biases are not both.",
            when=lambda answer, expected, *inputs: alike(answer[0], expected[0]),
        ),
    ],
)


COPIES = [MENDING]
