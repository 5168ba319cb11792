"""The exercise of chapter 11 on one case in twenty: predict who finds more of the rare class."""

from functools import partial

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import one, whole
from dlcore.grade.tasks.prediction import measured


def rare(yes, no, times, at_least=True, copies=False, threshold=None, plain=False, turned=False):
    """Threshold, recall and precision; the keywords are mistakes."""
    found, alarms, total = 0.0, 0.0, 0.0
    for rare_ones, others in zip(yes.tolist(), no.tolist()):
        many = rare_ones * (1 if plain else times)
        says = many > others or (at_least and many == others and many + others > 0)
        if says != turned:
            found, alarms = found + rare_ones, alarms + others
        total += rare_ones
    hits = found * (times if copies else 1)
    precision = hits / (hits + alarms) if hits + alarms else 0.0
    return 1 / (1 + times) if threshold is None else threshold(times), found / total, precision


MISTAKES = [
    (
        "Your threshold is 1 / `times`, a ratio of rare ones to others. A probability is a share "
        "of all.",
        lambda *i: rare(*i, threshold=lambda times: 1 / times),
    ),
    (
        "Your threshold is one half, that of the model with copies. Which share of rare ones, "
        "counted once, makes one half of it?",
        lambda *i: rare(*i, threshold=lambda times: 0.5),
    ),
    (
        "Your threshold is a share of the other class. Asked for is one of the rare class.",
        lambda *i: rare(*i, threshold=lambda times: times / (1 + times)),
    ),
    (
        "You measure the precision on the copies. In the world each rare case comes once.",
        partial(rare, copies=True),
    ),
    (
        "A cell where both are equally many has the probability one half: yes.",
        partial(rare, at_least=False),
    ),
    (
        "Your model says yes without any copies: recall and precision are those of the plain "
        "model at one half.",
        partial(rare, plain=True),
    ),
    (
        "Your model says yes where it should say no.",
        partial(rare, turned=True),
    ),
    (
        "Recall and precision have changed places.",
        lambda *i: (rare(*i)[0], rare(*i)[2], rare(*i)[1]),
    ),
    (
        "Your last number is the share of all examples that are answered rightly. Precision looks "
        "only at those that were called yes.",
        lambda yes, no, times: (*rare(yes, no, times)[:2], accuracy(yes, no, times)),
    ),
    (
        "Your last number is the share of the others that are called yes. Precision asks how many "
        "of those that are called yes are rare ones.",
        lambda yes, no, times: (*rare(yes, no, times)[:2], false_alarms(yes, no, times)),
    ),
]


def called(yes, no, times):
    return (times * yes >= no) & (yes + no > 0)


def accuracy(yes, no, times):
    says = called(yes, no, times)
    return float((yes[says].sum() + no[~says].sum()) / (yes.sum() + no.sum()))


def false_alarms(yes, no, times):
    return float(no[called(yes, no, times)].sum() / no.sum())


def rare_case(rng, case):
    """Draw cells with an even one (1 and 2), an empty one (3), and nothing called yes (4)."""
    while True:
        cells = one(rng, 4, 6)
        yes, no, times = whole(rng, 0, 4, cells), whole(rng, 0, 20, cells), one(rng, 5, 19) / 2
        if case in (1, 2):
            times = float(one(rng, 2, 6))
            no[1] = int(times) * max(int(yes[1]), 1)
            yes[1] = max(int(yes[1]), 1)
        elif case == 3:
            yes[0] = no[0] = 0
        elif case == 4:
            yes[:2], no = yes[:2].clamp(min=1), (times * yes).long() + whole(rng, 1, 5, cells)
            yes[2] = no[2] = 0
        elif case == 5:
            yes, no = yes[:1].clamp(min=1), no[:1] * 0
        if not yes.sum() or (not no.sum() and case != 5):
            continue
        found = rare(yes, no, times)
        shows = [1, 2] if case == 4 else []
        if case < 3:
            shows = [3, 5, 6, 7, 8, 9] + [4] * (case > 0)
        if all(differ(MISTAKES[n][1](yes, no, times), found) for n in shows):
            return yes, no, times


def differ(one_answer, other):
    return max(abs(a - b) for a, b in zip(one_answer, other)) > 1e-3


RARE_ONES = Task(
    id="11.9",
    title="Predict, then measure: count the rare ones more often",
    points=5,
    function="rare",
    kind="predict",
    taught="ch11_regularisation.ipynb#one-case-in-twenty",
    statement=r"""
The smallest model that can learn is a table. All examples fall into M cells, by a few questions; in
each cell the model gives, as probability of the rare class, the share that this class has there. It
says yes where the probability is *at least* one half. Cells without examples never come up.

A colleague shows it each rare example `times` times, or, which is the same, gives it `times` times
the weight in the loss. You leave the model as it is and say yes already from a smaller probability
on. Choose yours so that you raise as many false alarms as your colleague. Who finds more of the
rare examples?

- **a**: your colleague; the model has learned more about them
- **b**: you; the probabilities of your model are the true ones
- **c**: both find the same

Decide first. Then write `rare(yes, no, times)`. `yes` (M,) holds how many examples of the rare
class fell into each cell, `no` (M,) how many others. `times` is above 1 and may be a fraction such
as 2.5. Return `(prediction, threshold, recall, precision)`. `threshold` is the probability from
which on your plain model has to say yes in order to agree with your colleague's about *every
possible* cell, a formula in `times`. `recall` and `precision` are those of your colleague's model,
on the examples as they were, each counted once. If it calls nothing yes, the precision is 0. There
is at least one rare example. Any prediction counts, if you made one; the three numbers must be
right.
""",
    generate=rare_case,
    judge=measured(
        ("a", "b", "c"), rare, MISTAKES, names=("threshold", "recall", "precision")
    ),
)  # fmt: skip

RARE = [RARE_ONES]
