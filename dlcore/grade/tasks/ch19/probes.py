"""The exercise of chapter 19 on the probe: a penalty that costs no label more."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole
from dlcore.grade.tasks.telling import telling


def targets(kinds):
    return torch.nn.functional.one_hot(kinds).double()


def fitted(rows, wanted, penalty):
    gram = rows.T @ rows + penalty * torch.eye(rows.shape[1]).double()
    return torch.linalg.solve(gram, rows.T @ wanted)


def left_out(rows, kinds, penalty):
    """The scores of each picture by a fit of all others, (N, K), from one fit."""
    wanted = targets(kinds)
    hat = rows @ fitted(rows, torch.eye(len(rows)).double(), penalty)
    own = hat.diagonal()[:, None]
    return (hat @ wanted - own * wanted) / (1 - own)


def not_left_out(rows, kinds, penalty):
    return rows @ fitted(rows, targets(kinds), penalty)


def by_mean(rows, kinds, penalty):
    return left_out(rows, kinds, penalty * (len(rows) - 1))


def half_by_half(rows, kinds, penalty):
    """Fitted on the first half; the first half is judged as well."""
    middle = len(rows) // 2
    return rows @ fitted(rows[:middle], targets(kinds)[:middle], penalty)


def choose(
    rows, kinds, penalties, fresh, scores=left_out, tie="largest", least=False, wrong=False,
    share=False, refit="chosen", after=False,
):  # fmt: skip
    """The oracle: (penalty, hits, said); the keywords are mistakes."""
    hits = [int((scores(rows, kinds, p).argmax(1) == kinds).sum()) for p in penalties]
    wanted = min(hits) if least else max(hits)
    best = [p for p, hit in zip(penalties, hits) if hit == wanted]
    penalty = {"largest": max(best), "smallest": min(best), "first": best[0]}[tie]
    used = {"chosen": penalty, "smallest": min(penalties)}[refit]
    used = used * len(rows) if scores is by_mean else used
    learned = (rows[:-1], targets(kinds)[:-1]) if after else (rows, targets(kinds))
    said = (fresh @ fitted(*learned, used)).argmax(1)
    found = torch.tensor(hits)
    found = len(rows) - found if wrong else found / len(rows) if share else found
    return penalty, found, said


MISTAKES = {
    "Your pictures are judged by a fit that has seen them. Leave each one out before it "
    "judges.": partial(choose, scores=not_left_out),
    "You split the pictures in two halves. Each picture judges once, by a fit of *all* "
    "others.": partial(choose, scores=half_by_half),
    "Your penalty is multiplied by the number of pictures. Errors are summed, not "
    "averaged.": partial(choose, scores=by_mean),
    "Of penalties with as many hits you take the smallest.": partial(choose, tie="smallest"),
    "Of penalties with as many hits you take the one that comes first in the list.": partial(
        choose, tie="first"
    ),
    "`hits` is right. You take the penalty with the fewest.": partial(choose, least=True),
    "Your `hits` counts the pictures that are wrong.": partial(choose, wrong=True),
    "Your `hits` are shares. Asked for are numbers of pictures.": partial(choose, share=True),
    "Penalty and `hits` are right. What is said of the fresh pictures goes by another penalty than "
    "the chosen one.": partial(choose, refit="smallest"),
    "Penalty and `hits` are right. What is said of the fresh pictures comes from a fit without the "
    "last picture. It has done its judging: now take all.": partial(choose, after=True),
}


def sure(rows, kinds, penalties, fresh):
    """Whether no choice between two kinds hangs on the last digits."""
    if int(kinds.max()) == 0:
        return True
    tables = [fresh @ fitted(rows, targets(kinds), p) for p in penalties]
    for table in tables + [left_out(rows, kinds, p) for p in penalties]:
        tops = table.topk(2, 1).values
        if float((tops[:, 0] - tops[:, 1]).min()) < 1e-6:
            return False
    return True


SHOWN = {0: (0, 1, 6, 7), 1: (2, 5), 2: (3, 4), 3: (8, 9), 4: (0,)}


def probe_case(rng, case):
    """Draw features on which each mistake shows; more numbers than pictures, two, one kind."""
    mistakes = list(MISTAKES.values())
    kept = [mistakes[place] for place in SHOWN.get(case, ())]
    while True:
        count, width, many = one(rng, 9, 13), one(rng, 3, 5), 3
        penalties = [10.0, 0.01, 1.0, 100.0, 0.1]
        if case == 4:
            count, width = 7, 9
        if case == 5:
            count, many, penalties = 2, 2, [1.0, 2.0]
        if case == 6:
            many, penalties = 1, [3.0]
        kinds = whole(rng, 0, many - 1, count)
        kinds[:many] = torch.arange(many)
        rows = normal(rng, count, width) + normal(rng, many, width)[kinds]
        fresh = normal(rng, 12, width)
        inputs = rows, kinds, penalties, fresh
        if case < 2 and choose(*inputs)[0] == max(penalties):
            continue
        if sure(*inputs) and telling(inputs, choose, kept, mistakes):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


PROBE = Task(
    id="19.1",
    title="A probe that spends no name on its penalty: choose by leaving out",
    points=5,
    function="choose_penalty",
    kind="choose",
    taught="ch19_self_supervision.ipynb#a-judge-the-linear-probe",
    returns=("penalty", "hits", "said"),
    statement=r"""
The page's probe has 60 names to learn from, and 300 more to choose its penalty by. Who has no more
names lets every picture judge once: fit all *others*, and see whether the picture that was left out
gets its own kind.

`rows` (N, D) holds the features of N pictures, and `kinds` (N,) their kinds, whole numbers from 0
on; each kind up to the largest has at least one picture. The fit is the page's: the weights W
(D, K) with the smallest sum of squared errors on targets of 1 at the kind's place and 0 elsewhere,
plus the penalty times the sum of squares of W. Nothing is standardised, no column of ones is added,
and the targets are not shifted. The kind with the largest score is what the fit says; of several
the first.

Write `choose_penalty(rows, kinds, penalties, fresh)`. `penalties` is a list of numbers above 0, in
any order. Return `(penalty, hits, said)`: the penalty with most hits among the pictures left out,
of several the largest; the number of hits of each penalty, in the order of the list; and what the
fit to all N pictures says with the chosen penalty of `fresh` (M, D). N fits for each penalty are
fine. (There is a way with one.)
""",
    generate=probe_case,
    cases=7,
    oracle=choose,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`hits` is right, the penalty does not follow from it.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 0)
            ),
        ),
        Symptom(
            "Penalty and `hits` are right, `said` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`hits` is wrong. Take one penalty and one picture, and print the scores that a fit of "
            "all others gives it.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 1),
        ),
    ],
)

PROBES = [PROBE]
