"""The exercises of chapter 1 on synapses: Hebb's growth on paper, the order of spikes."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole


def turn_case(rng, case):
    edges = {2: (1.0, 0.8, 0.01, 1.0), 3: (0.6, 0.6, 0.5, 0.04), 4: (2.0, 0.1, 3.0, 0.5)}
    tenths = one(rng, 6, 20)
    drawn = tenths / 10, one(rng, 1, tenths - 1) / 10, one(rng, 1, 9) / 100, one(rng, 1, 9) / 100
    return edges.get(case, drawn)


def hebb_turn(v, c, rate, share):
    along, across = 1 + rate * (v + c), 1 + rate * (v - c)
    return along, across, math.log(share) / math.log(across / along)


def looks_by(count):
    """The right factors, and another way to count the looks, from the factors and the share."""

    def mistaken(v, c, rate, share):
        along, across, _ = hebb_turn(v, c, rate, share)
        return along, across, count(along, across, share)

    return mistaken


def factors_right(answer, expected, *inputs):
    return len(answer) == 3 and max(abs(answer[n] - expected[n]) for n in (0, 1)) < 1e-6


TURN = Task(
    id="1.9",
    title="With a pencil: how fast does Hebb's rule turn the weights?",
    points=4,
    function="hebb_turn",
    taught="ch01_threshold_neurons.ipynb#a-table-that-turns-arrows",
    kind="pencil",
    returns=("along", "across", "looks"),
    statement=r"""
Take a pencil. On average one look changes the weights by $\eta\, C w$, so that afterwards they are
$w + \eta\, C w$. Let the table be

$$C = \begin{pmatrix} v & c \\ c & v \end{pmatrix}, \qquad 0 < c \le v .$$

By which factor does one look make an arrow along $(1, 1)$ longer, and by which one across it, along
$(1, -1)$? The weights $(1, 0)$ are half of the one and half of the other, so both parts begin
equally long. After how many looks has the part across sunk to the share `share` of the part along?

Write `hebb_turn(v, c, rate, share)` for four numbers, with `rate` for $\eta$ and
$0 < \text{share} \le 1$. Return `(along, across, looks)`, your two factors and the number of looks,
which need not be whole. No loop is needed: looks multiply, so their number stands in an exponent.
""",
    generate=turn_case,
    oracle=hebb_turn,
    symptoms=[
        Symptom(
            "Your factors are those of the change alone. The weights before it are still there.",
            when=lambda answer, expected, v, c, rate, share: any(
                abs(answer[0] - size * (v + c)) + abs(answer[1] - size * (v - c)) < 1e-6
                for size in (1, rate)
            ),
        ),
        Symptom(
            "Your factors are exponentials. One look adds the rate times C w, once: no power of e.",
            when=lambda answer, expected, v, c, rate, share: (
                abs(answer[0] - math.exp(rate * (v + c))) < 1e-6
            ),
        ),
        Symptom(
            "The rate is missing from your factors.",
            when=lambda answer, expected, v, c, rate, share: (
                abs(answer[0] - 1 - v - c) + abs(answer[1] - 1 - v + c) < 1e-6
            ),
        ),
        Symptom(
            "In your factors one of the two numbers of the table plays no part. Write out both "
            "rows of C times (1, 1), and of C times (1, -1).",
            when=lambda answer, expected, v, c, rate, share: any(
                abs(answer[0] - 1 - rate * a) + abs(answer[1] - 1 - rate * b) < 1e-6
                for a, b in ((v, v), (v, c), (c, -c), (v, -c), (v, -v))
            ),
        ),
        Symptom(
            "Your two factors are exchanged: the part along the cloud's long axis grows faster.",
            when=lambda answer, expected, *inputs: factors_right(
                (answer[1], answer[0], 0), expected
            ),
        ),
        Symptom(
            "Your factors are right. The number of looks need not be whole: you rounded it.",
            when=lambda answer, expected, *inputs: (
                factors_right(answer, expected)
                and answer[2] == int(answer[2])
                and abs(answer[2] - expected[2]) <= 1
            ),
        ),
        Symptom(
            "Your factors are right, the looks have the wrong sign. Which part is divided by "
            "which?",
            mimics=looks_by(lambda g, h, s: -math.log(s) / math.log(h / g)),
        ),
        Symptom(
            "Your factors are right. In the number of looks you follow one part alone; the other "
            "grows as well, if c is not equal to v.",
            when=lambda answer, expected, v, c, rate, share: (
                factors_right(answer, expected)
                and any(
                    abs(abs(answer[2]) - abs(math.log(share) / math.log(factor))) < 1e-6
                    for factor in expected[:2]
                    if factor != 1
                )
            ),
        ),
        Symptom(
            "Your factors are right. In the number of looks you add what each look takes away; but "
            "each look multiplies.",
            mimics=looks_by(lambda g, h, s: (1 - s) / (g - h)),
        ),
        Symptom(
            "Your factors are right, the number of looks is not. By what does one look multiply "
            "the part across, divided by the part along?",
            when=factors_right,
        ),
    ],
)


def spikes_case(rng, case):
    """Draw spikes until the usual mistakes show; the edges: no lag, a mirror, one, no spikes."""
    edges = {
        0: ([30], [30], 0.5),
        1: ([40], [25, 55], 0.5),
        2: ([10], [11, 40], 0.25),
        3: ([35], [15, 20, 70], 0.0),
        6: ([10, 50], [], 1.0),
    }
    if case in edges:
        a, b, share = edges[case]
        return torch.tensor(a, dtype=torch.float64), torch.tensor(b, dtype=torch.float64), share
    while True:
        a, b = (whole(rng, 0, 60, one(rng, 2, 3)).double().sort().values for _ in range(2))
        share = 1.5 if case == 5 else one(rng, 1, 9) / 10
        there, back = change(a, b, share), change(b, a, share)
        fits = abs(there - back) > 0.1 and (max(there, back) < 0) == (case == 5)
        if fits and (case != 4 or there < back):
            return a, b, share


def change(sender, receiver, share, in_turn=False, at_zero=0.0, mean=False, fading=True):
    """How the synapse from one to the other changes; each keyword is a mistake."""
    lags = receiver[None] - sender[:, None]
    lags = lags.diagonal() if in_turn else lags
    size = torch.exp(-(lags.abs() if fading else lags) / 20)
    changes = torch.where(lags > 0, size, -share * size) * (lags != 0) + at_zero * (lags == 0)
    return float(changes.mean() if mean and lags.numel() else changes.sum())


def stronger(a, b, share, **mistakes):
    there, back = change(a, b, share, **mistakes), change(b, a, share, **mistakes)
    return which(there, back), there, back


def which(there, back):
    if abs(there - back) < 1e-9:
        return "neither"
    return "a to b" if there > back else "b to a"


def changes_right(answer, expected):
    return len(answer) == 3 and max(abs(x - y) for x, y in zip(answer[1:], expected[1:])) < 1e-6


def as_in(answer, mistaken, expected):
    """Whether the changes are those of a mistake, and wrong."""
    return changes_right(answer, mistaken) and not changes_right(answer, expected)


STRONGER = Task(
    id="1.10",
    title="Which synapse wins? Justify by its change",
    points=4,
    function="stronger_synapse",
    taught="ch01_threshold_neurons.ipynb#side-trip-the-order-of-spikes-stdp",
    kind="why",
    cases=7,
    returns=("answer", "a_to_b", "b_to_a"),
    statement=r"""
Two neurons are joined in both directions: one synapse leads from A to B, one from B to A. The order
of their spikes changes both. Which of the two comes out stronger? And *why*?

Write `stronger_synapse(a, b, share)` for the times of A's spikes, `a` (M,), and of B's, `b` (N,),
in milliseconds. Every spike of the one makes a pair with every spike of the other, and each pair
counts for both synapses. For a synapse the lag $d$ is the receiver's time minus the sender's. It
grows by $e^{-d/20}$ if $d > 0$, loses `share` times $e^{d/20}$ if $d < 0$, and stays if $d = 0$.

Return `(answer, a_to_b, b_to_a)`. The reason are the two changes, `a_to_b` of the synapse from A to
B, `b_to_a` of the other, each summed over all pairs. The `answer` is "a to b" or "b to a", the one
with the larger change (one that loses less is the stronger one, too), and "neither" if the changes
are equal. A neuron may not have fired at all.
""",
    generate=spikes_case,
    oracle=stronger,
    symptoms=[
        Symptom(
            "Your two changes are exchanged: the lag is the receiver's time minus the sender's.",
            when=lambda answer, expected, *inputs: as_in(
                answer, ("", expected[2], expected[1]), expected
            ),
        ),
        Symptom(
            "The second change is minus the first in yours. That is so only if `share` is 1: count "
            "the pairs anew, with the roles exchanged.",
            mimics=lambda a, b, share: (
                which(change(a, b, share), -change(a, b, share)),
                change(a, b, share),
                -change(a, b, share),
            ),
        ),
        Symptom(
            "`share` plays no part in your changes: a pair with d < 0 takes `share` times as much "
            "away as the mirrored pair adds.",
            mimics=lambda a, b, share: stronger(a, b, 1.0),
        ),
        Symptom(
            "In yours nothing is ever lost. A receiver that fires *before* the sender weakens the "
            "synapse.",
            mimics=lambda a, b, share: stronger(a, b, -share),
        ),
        Symptom(
            "In yours a synapse loses the more, the longer the lag. Also for d < 0 the exponent "
            "has to be below 0.",
            when=lambda answer, expected, a, b, share: any(
                as_in(answer, stronger(a, b, share, fading=False, at_zero=size), expected)
                for size in (0.0, -share)
            ),
        ),
        Symptom(
            "A lag of exactly 0 changes nothing; in yours it does.",
            when=lambda answer, expected, a, b, share: any(
                as_in(answer, stronger(a, b, share, at_zero=size), expected)
                for size in (1.0, -share)
            ),
        ),
        Symptom(
            "You pair the first spikes, the second ones and so on. Every spike of A makes a pair "
            "with every spike of B.",
            when=lambda answer, expected, a, b, share: as_in(
                answer, stronger(a, b, share, in_turn=True), expected
            ),
        ),
        Symptom(
            "Your changes are averages over the pairs; asked for are sums.",
            mimics=lambda a, b, share: stronger(a, b, share, mean=True),
        ),
        Symptom(
            'The answer is one of "a to b", "b to a" and "neither", in these letters.',
            when=lambda answer, expected, *inputs: (
                answer[0] not in ("a to b", "b to a", "neither") and changes_right(answer, expected)
            ),
        ),
        Symptom(
            "Your changes are right. If they are equal, neither synapse is the stronger one.",
            when=lambda answer, expected, *inputs: (
                changes_right(answer, expected) and expected[0] == "neither"
            ),
        ),
        Symptom(
            "Your changes are right. A synapse that grows, or that loses less, is the stronger "
            "one: compare with the signs, not the sizes.",
            mimics=lambda a, b, share: (
                which(abs(change(a, b, share)), abs(change(b, a, share))),
                *stronger(a, b, share)[1:],
            ),
        ),
        Symptom(
            "Your changes are right, and the answer does not follow from them.",
            when=lambda answer, expected, *inputs: changes_right(answer, expected),
        ),
    ],
)

SYNAPSES = [TURN, STRONGER]
