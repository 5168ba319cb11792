"""The exercise of chapter 19 on a guess of the page: is it pictures that lack, or steps?"""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

VERDICTS = "either", "pictures", "steps", "together", "neither"


def paired(gain, first, second):
    """The standard error of the mean gain of the same starts."""
    return float(gain.std()) / math.sqrt(len(gain))


def unpaired(gain, first, second):
    return math.sqrt(float(first.var() + second.var()) / len(gain))


def single(gain, first, second):
    return float(gain.std())


def by_n(gain, first, second):
    return float(gain.std(correction=0)) / math.sqrt(len(gain))


def in_order(sure):
    """The first line of the list that holds, for (pictures, steps, both)."""
    pictures, steps, both = sure
    if pictures and steps:
        return "either"
    if pictures or steps:
        return "pictures" if pictures else "steps"
    return "together" if both else "neither"


def both_first(sure):
    return "together" if sure[2] else in_order(sure)


def largest(sure):
    return "pictures" if sure[0] else "steps" if sure[1] else in_order(sure)


def no_single(sure):
    return "together" if any(sure) and not (sure[0] and sure[1]) else in_order(sure)


def lacks(
    base, pictures, steps, both, bar=paired, bars=2, losses=False, verdict=in_order, last="sum",
    against="base",
):  # fmt: skip
    """The oracle: (verdict, gains, bars, more); the keywords are mistakes."""
    runs = [torch.as_tensor(run).double() for run in (base, pictures, steps, both)]
    first = [runs[0], runs[0], runs[1] if against == "pictures" else runs[0]]
    gains = [run - start for run, start in zip(runs[1:], first)]
    means = [float(gain.mean()) for gain in gains]
    found = [bar(gain, run, start) for gain, run, start in zip(gains, runs[1:], first)]
    sure = [
        (abs(mean) if losses else mean) > bars * error + 1e-9 for mean, error in zip(means, found)
    ]
    more = {
        "sum": means[2] - means[0] - means[1],
        "best": means[2] - max(means[:2]),
        "mean": means[2] - (means[0] + means[1]) / 2,
        "turned": means[0] + means[1] - means[2],
    }[last]
    return verdict(sure), means, found, more


MISTAKES = {
    "`gains` is right. Your bars are those of runs that have nothing to do with each other. Here "
    "the starts are the same: take the spread of the gains.": partial(lacks, bar=unpaired),
    "`gains` is right. Your bars say how much single gains vary. For their mean divide by the root "
    "of R.": partial(lacks, bar=single),
    "`gains` is right. Your variance divides by R. The mean was taken from the same R gains, so "
    "divide by R − 1.": partial(lacks, bar=by_n),
    "Gains and bars are right. A gain is sure from *two* bars on.": partial(lacks, bars=1),
    "Gains and bars are right. A sure loss is no gain.": partial(lacks, losses=True),
    "The numbers are right. You name `together` too soon. First ask what one alone does.": partial(
        lacks, verdict=both_first
    ),
    "The numbers are right. Where each of the two helps alone, the verdict is another.": partial(
        lacks, verdict=largest
    ),
    "The numbers are right. Where one helps alone, it has a verdict of its own.": partial(
        lacks, verdict=no_single
    ),
    "The third gain is that of both against neither. Yours is against more pictures.": partial(
        lacks, against="pictures"
    ),
    "Gains and bars are right. For `more` you take away the larger single gain. Take away "
    "both.": partial(lacks, last="best"),
    "Gains and bars are right. For `more` you take away the mean of the single gains. Take away "
    "their sum.": partial(lacks, last="mean"),
    "Gains and bars are right. `more` has the wrong sign.": partial(lacks, last="turned"),
}
WANTED = {0: "either", 1: "pictures", 2: "steps", 3: "together", 4: "neither"}
SHOWN = {0: (0, 1, 2, 5, 6, 9, 10, 11), 1: (5, 7, 8), 2: (0, 1, 7), 3: (0, 2), 4: (1, 2, 3)}


def lack_case(rng, case):
    """Draw runs with each verdict, on which each mistake shows; no spread, two starts, a loss."""
    mistakes = list(MISTAKES.values())
    kept = [mistakes[place] for place in SHOWN.get(case, ())]
    ups = {
        0: (0.08, 0.06, 0.2), 1: (0.025, 0.0, 0.08), 2: (0.0, 0.08, 0.1), 3: (0.01, 0.0, 0.12),
        4: (0.02, 0.01, 0.03), 5: (-0.09, 0.01, 0.1), 7: (-0.08, 0.07, 0.0),
    }.get(case, (0.0, 0.0, 0.0))  # fmt: skip
    while True:
        count = 2 if case == 6 else one(rng, 4, 6)
        luck = rng.normal(size=count) * 0.05
        runs = [0.4 + up + luck + rng.normal(size=count) * 0.015 for up in (0.0, *ups)]
        runs = [torch.from_numpy(run.round(2)) for run in runs]
        if case == 6:  # nothing changes, or every start gains as much
            runs[2] = runs[1] = runs[0]
            runs[3] = runs[0] + 0.05
        base, pictures, steps, both = runs
        verdict, means, bars, _ = lacks(base, pictures, steps, both)
        if verdict != {5: "together", 6: "together", 7: "steps"}.get(case, WANTED.get(case)):
            continue
        near = min(abs(abs(mean) - k * bar) for mean, bar in zip(means, bars) for k in (1, 2))
        if case != 6 and near < 1e-4:
            continue
        if case == 1 and means[0] > 2.9 * bars[0]:
            continue
        if case in (5, 7) and -means[0] <= 2 * bars[0]:
            continue
        if telling(runs, lacks, kept, () if case else kept):
            return tuple(runs)


def right(answer, expected, *places):
    return all(
        close(torch.as_tensor(answer[n]).double(), torch.as_tensor(expected[n]).double(), 1e-6)
        for n in places
    )


LACK = Task(
    id="19.5",
    title="Does it lack pictures, or steps? Justify by four runs",
    points=5,
    function="what_lacks",
    kind="why",
    taught="ch19_self_supervision.ipynb#a-picture-is-a-sentence-the-vision-transformer",
    returns=("verdict", "gains", "bars", "more"),
    statement=r"""
The page's ViT stays behind, "probably *because* it lacks steps, not pictures; that is our guess".
A guess becomes more by runs: as it was, with more pictures, with more steps, and with both. Each is
made from the same R starts, two at least.

`base`, `pictures`, `steps` and `both` (R,) hold the test accuracies, start by start. Find

- `gains`: three numbers, the mean gains of more pictures, of more steps, and of both, each against
  `base`;
- `bars`: their standard errors. The starts are the same, so each start has its own gain. The
  variance of a single gain is the sum of the squared differences from the mean gain, divided by
  R − 1; the mean of R gains has its root, divided by $\sqrt R$;
- `more`: how much both at once gain above the sum of the two single gains.

A gain is *sure* if it is more than two of its bars (by more than $10^{-9}$). The verdict is the
first line that holds:

- "either": more pictures alone and more steps alone are sure gains;
- "pictures": more pictures alone are one;
- "steps": more steps alone are one;
- "together": both at once are one;
- "neither".

Write `what_lacks(base, pictures, steps, both)` and return `(verdict, gains, bars, more)`.
""",
    generate=lack_case,
    cases=8,
    oracle=lacks,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All numbers are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2, 3),
        ),
        Symptom(
            "Gains and bars are right, `more` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1, 2) and not right(answer, expected, 3)
            ),
        ),
        Symptom(
            "`gains` is right, `bars` is not. Write the gain of each start beside it.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "Your gains are not those asked for: each run against `base`.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 1),
        ),
    ],
)

LACKS = [LACK]
