"""The exercise of chapter 18 on error bars: two models that answer the same questions."""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def as_two(a, b, n):
    """The standard error of the difference, as if each had its own questions."""
    return math.sqrt(sum(float(x.mean() * (1 - x.mean())) for x in (a, b)) / n)


def as_pairs(a, b, n):
    d = a - b
    return math.sqrt(max(0.0, float((d**2).mean() - d.mean() ** 2)) / n)


def by_bars(difference, bar):
    if abs(difference) <= 2 * bar + 1e-9:
        return "level"
    return "a" if difference > 0 else "b"


def at_one(difference, bar):
    return by_bars(difference, bar / 2)


def by_sign(difference, bar):
    return "level" if difference == 0 else "a" if difference > 0 else "b"


def only_a(difference, bar):
    return "a" if difference > 2 * bar + 1e-9 else "level"


def enough(difference, bar, n, bars=2, up=True, power=2):
    """The smallest number of such questions at which the bar is no wider than the difference."""
    if difference == 0:
        return 0
    exact = n * (bars * bar / abs(difference)) ** power
    return max(1, math.ceil(exact - 1e-9) if up else int(exact))


def compare(
    a, b, apart=as_two, paired=as_pairs, verdict=by_bars, count=enough, by="paired", need="paired",
    points=1,
):  # fmt: skip
    """The oracle: (verdict, apart, paired, needed); the keywords are mistakes."""
    a, b = a.double(), b.double()
    n, difference = len(a), float(a.mean() - b.mean())
    bars = {"apart": apart(a, b, n), "paired": paired(a, b, n)}
    needed = count(difference, bars[need], n)
    return verdict(difference, bars[by]), points * bars["apart"], points * bars["paired"], needed


MISTAKES = {
    "`apart` is right. Your `paired` divides by n − 1. Take the plain mean of the squares, without "
    "the square of the mean.": partial(
        compare, paired=lambda a, b, n: as_pairs(a, b, n) * math.sqrt(n / max(1, n - 1))
    ),
    "`apart` is right. Your `paired` is the root of a mean of squares: the square of the mean is "
    "still in it.": partial(
        compare, paired=lambda a, b, n: math.sqrt(float(((a - b) ** 2).mean()) / n)
    ),
    "`apart` is right. Your `paired` says how much single questions vary. For their mean divide by "
    "the root of n.": partial(compare, paired=lambda a, b, n: as_pairs(a, b, n) * math.sqrt(n)),
    "Your `apart` adds up two standard errors. Variances add up.": partial(
        compare,
        apart=lambda a, b, n: sum(math.sqrt(float(x.mean() * (1 - x.mean())) / n) for x in (a, b)),
    ),
    "Your `apart` is the bar of one model. Both vary.": partial(
        compare, apart=lambda a, b, n: math.sqrt(float(a.mean() * (1 - a.mean())) / n)
    ),
    "These are variances. A standard error is the root of one.": partial(
        compare,
        apart=lambda a, b, n: as_two(a, b, n) ** 2,
        paired=lambda a, b, n: as_pairs(a, b, n) ** 2,
    ),
    "Your bars are in points of a hundred. Asked for are shares.": partial(compare, points=100),
    "Both bars are right. You judge by `apart`. The models answered the same questions.": partial(
        compare, by="apart", need="apart"
    ),
    "Verdict and bars are right. For `needed` take the bar of the pairs.": partial(
        compare, need="apart"
    ),
    "Both bars are right. A lead counts from *two* of them on.": partial(
        compare, verdict=at_one, count=partial(enough, bars=1)
    ),
    "Verdict and bars are right. In `needed` you ask for one bar. It takes two.": partial(
        compare, count=partial(enough, bars=1)
    ),
    "Verdict and bars are right. A bar shrinks with the *root* of the number of "
    "questions.": partial(compare, count=partial(enough, power=1)),
    "Verdict and bars are right. With so many questions as you say the two bars are still wider "
    "than the difference.": partial(compare, count=partial(enough, up=False)),
    "All numbers are right. Whoever leads by less than the bars is *level*.": partial(
        compare, verdict=by_sign
    ),
    "All numbers are right. The second model may be ahead, too.": partial(compare, verdict=only_a),
}


def marks(rng, case):
    """Right or wrong on the same questions: alike, apart, or one right where the other is not."""
    n = one(rng, 20, 60)
    hard = rng.random(n)
    skills = {0: (0.7, 0.45), 1: (0.4, 0.75), 2: (0.6, 0.5)}.get(case)
    first, second = skills or rng.uniform(0.3, 0.8, 2)
    noise = 0.9 if case == 3 else 0.15
    a, b = (
        torch.from_numpy(hard + noise * rng.normal(size=n) < skill) for skill in (first, second)
    )
    if case == 3:
        b = torch.where(torch.from_numpy(rng.random(n) < 0.7), ~a, a)
    if case == 4:
        b = a.clone()
    if case == 5:
        a, b = torch.tensor([True]), torch.tensor([False])
    if case == 6:
        a, b = torch.tensor([True, True, False, False]), torch.zeros(4, dtype=torch.bool)
    return a, b


def bar_case(rng, case):
    """Draw answers on which each mistake shows; the same, one question, just two bars."""
    mistakes = list(MISTAKES.values())
    level = (0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13)
    shown = {0: (7, 9), 1: (7, 14), 2: level, 3: (0, 1)}.get(case, ())
    kept = [mistakes[place] for place in shown]
    wanted = {0: "a", 1: "b", 2: "level"}
    while True:
        a, b = marks(rng, case)
        verdict, apart, paired, _ = compare(a, b)
        difference = float(a.double().mean() - b.double().mean())
        if case in wanted and verdict != wanted[case]:
            continue
        if case == 1 and abs(difference) > 2.9 * paired:
            continue
        if case == 3 and paired < apart + 0.005:
            continue
        exact = 4 * len(a) * (paired / difference) ** 2 if difference else 0.5
        if case not in (4, 5, 6) and min(exact % 1, 1 - exact % 1) < 1e-4:
            continue
        if telling((a, b), compare, kept):
            return a, b


def right(answer, expected, *places):
    return all(
        answer[n] == expected[n] if n == 0 else close(answer[n], expected[n], 1e-6) for n in places
    )


BARS = Task(
    id="18.8",
    title="Two models, the same questions: is one ahead?",
    points=5,
    function="ahead",
    taught="ch18_language_models.ipynb#how-sure-is-a-mark-error-bars",
    returns=("verdict", "apart", "paired", "needed"),
    statement=r"""
Two models answer the same n questions; `a` and `b` (n,), True or False, say which of them each has
right. Their marks are the shares that are right. How sure is the difference? Compute its standard
error in two ways:

- `apart`, as the page does it: each mark has the variance $p(1 - p)/n$ with its own share $p$, as
  if each model had its own questions, and the variances add up.
- `paired`: on each question let $d = 1$ if only the first model has it right, $-1$ if only the
  second has, else 0. The difference of the marks is the mean of the $d$. The variance of a single
  $d$ is the mean of $d^2$ less the square of the mean of $d$; and by the root law of chapter 0 the
  mean of n of them has the standard error of a single one, divided by $\sqrt n$.

The verdict is "a" or "b", the model that is ahead, if the difference is more than *two* standard
errors by pairs (by more than $10^{-9}$), else "level". And how many questions would tell? `needed`
is the smallest whole number of questions, at least 1, with which the same difference would be at
least two standard errors by pairs, if the variance of a single $d$ stays what it is; 0 if the marks
are the same.

Write `ahead(a, b)` and return `(verdict, apart, paired, needed)`. Where both find the same
questions hard, the pairs tell more. Find out when they tell less.
""",
    generate=bar_case,
    cases=8,
    oracle=compare,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All numbers are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2, 3),
        ),
        Symptom(
            "Verdict and bars are right, `needed` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0, 1, 2) and not right(answer, expected, 3)
            ),
        ),
        Symptom(
            "`apart` is right, `paired` is not. Write $d$ beside each question.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`paired` is right, `apart` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 2) and not right(answer, expected, 1)
            ),
        ),
    ],
)

BARS_OF_TWO = [BARS]
