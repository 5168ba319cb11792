"""The exercise of chapter 2 on the average of all lines."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, signs, whole


def pass_case(rng, case):
    """From zero weights (0, 5), nothing to correct (4), else where the usual slips show."""
    count, size = (1 if case == 5 else one(rng, 3, 5)), 2
    while True:
        x, t = whole(rng, -3, 3, count, size).double(), signs(rng, count)
        if case in (0, 5):
            t[0] = 1.0 if case == 0 else t[0]
            return torch.zeros(size), 0.0, x, t
        if case == 4:
            w = torch.tensor([3.0, -2.0])
            return w, 0.5, x, torch.where(x @ w.double() + 0.5 < 0, -1.0, 1.0).double()
        start = whole(rng, -2, 2, size).double(), float(one(rng, -1, 1)), x, t
        wrong = one_pass(*start)[1]
        narrow, turned = one_pass(*start, limit=1.0)[1], one_pass(*start, side=-1)[1]
        if wrong not in (narrow, turned, one_pass(*start, signed=False)[1]):
            return start


def one_pass(w, b, x, t, zero_is_wrong=True, bias=True, limit=0.0, side=1, signed=True):
    """Return the weights and the bias after each example, and which of them were mistakes."""
    states, wrong = [], []
    for point, target in zip(x, t):
        score = float(target * (w.double() @ point + side * b))
        wrong.append(score <= limit if zero_is_wrong else score < 0)
        if wrong[-1]:
            step = float(target) if signed else 1.0
            w, b = w + step * point, b + step * bias
        states.append((w.double(), b))
    return states, wrong


def average(states):
    return torch.stack([w for w, _ in states]).mean(0), sum(b for _, b in states) / len(states)


def on_the_mean(w, b, x, t):
    """The mean at the end, if each example is shown to the mean so far."""
    notes = []
    for point, target in zip(x, t):
        notes += one_pass(w, b, point[None], target[None])[0]
        w, b = average(notes)
    return w, b


def only_after_mistakes(w, b, x, t):
    states, wrong = one_pass(w, b, x, t)
    kept = [state for state, mistake in zip(states, wrong) if mistake]
    return average(kept) if kept else (w, b)


AVERAGE = Task(
    id="2.4",
    title="A perceptron that remembers its past",
    points=5,
    function="averaged_pass",
    taught="ch02_perceptron.ipynb#one-unit-that-corrects-its-own-mistakes",
    returns=("mean_w", "mean_b"),
    statement=r"""
The perceptron's last line depends on which example happened to come last.
[Freund and Schapire (1999)](https://doi.org/10.1023/A:1007662407062) showed how to make it steadier
in a few lines: let every line that it had on the way take part. The simplest form is the average.

Write `averaged_pass(w, b, x, t)`. Start from weights `w` (I,) and bias `b`, show the examples `x`
(N, I) with targets `t` (N,) once, in order, and correct mistakes by Rosenblatt's rule: add
$t \cdot x$ to the weights and $t$ to the bias. A sum of exactly 0 is a mistake. After *each*
example, corrected or not, note the weights and the bias as they are then. Return the mean of these
$N$ notes: `(mean_w, mean_b)`. The learning itself goes on with the weights, not with their mean.
""",
    generate=pass_case,
    oracle=lambda *inputs: average(one_pass(*inputs)[0]),
    symptoms=[
        Symptom(
            "A sum of exactly 0 is undecided, and that counts as a mistake. From zero weights you "
            "never begin to learn.",
            mimics=lambda *inputs: average(one_pass(*inputs, zero_is_wrong=False)[0]),
        ),
        Symptom(
            "The bias stands still while the weights learn.",
            mimics=lambda *inputs: average(one_pass(*inputs, bias=False)[0]),
        ),
        Symptom(
            "You returned where the pass ended, not the average over the way.",
            mimics=lambda *inputs: one_pass(*inputs)[0][-1],
        ),
        Symptom(
            "You returned one array. Asked for are two values, the mean weights and the mean bias.",
            when=lambda answer, expected, *inputs: not isinstance(answer[0], torch.Tensor),
        ),
        Symptom(
            "Your learning goes on with the mean. It goes on with the weights as they are; only "
            "what you return is their mean.",
            mimics=lambda *inputs: on_the_mean(*inputs),
        ),
        Symptom(
            "Your corrections add x and 1, whatever the target is. The rule adds t times x, and t.",
            mimics=lambda *inputs: average(one_pass(*inputs, signed=False)[0]),
        ),
        Symptom(
            "All your notes of the weights show those at the end: `+=` changes a tensor in place, "
            "and with it what you noted before.",
            mimics=lambda *inputs: (
                one_pass(*inputs)[0][-1][0],
                average(one_pass(*inputs)[0])[1],
            ),
        ),
        Symptom(
            "You note the weights after mistakes only. A line that was right deserves its vote.",
            mimics=only_after_mistakes,
        ),
        Symptom(
            "The weights from before the first example are in your average.",
            mimics=lambda w, b, x, t: average([(w.double(), b), *one_pass(w, b, x, t)[0]]),
        ),
        Symptom(
            "You note the weights before each example; asked for is after it.",
            mimics=lambda w, b, x, t: average([(w.double(), b), *one_pass(w, b, x, t)[0][:-1]]),
        ),
        Symptom(
            "You corrected examples that were answered rightly. Those leave the weights alone.",
            mimics=lambda w, b, x, t: average(
                [
                    (w + (t[:n, None] * x[:n]).sum(0), b + float(t[:n].sum()))
                    for n in range(1, len(x) + 1)
                ]
            ),
        ),
    ],
)
