"""The exercise of chapter 17 on the block: norm before or after, by what arrives and counts."""

import math
from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def norm_before(start, branches, final=True, whole=True):
    """(what arrives, the last branch's share) with plain sums and one norm at the end."""
    total = start + sum(branches)
    rest = total if whole else sum(branches)
    return total**-0.5 if final else 1.0, branches[-1] / rest


def norm_after(start, branches, first=True, power=-0.5):
    """The same with a norm behind each sum; first: the first one divides by what start makes."""
    arrives, size = 1.0, start if first else 1.0
    for branch in branches:
        arrives *= (size + branch) ** power
        last, size = branch / (size + branch), 1.0
    return arrives, last


def both_demands(before, after, arrive, say):
    fits = [a >= arrive - 1e-9 and b >= say - 1e-9 for a, b in (before, after)]
    return {(1, 1): "either", (1, 0): "before", (0, 1): "after", (0, 0): "neither"}[tuple(fits)]


def more_than(before, after, arrive, say):
    return both_demands(before, after, arrive + 1e-8, say + 1e-8)


def one_demand(before, after, arrive, say):
    return both_demands(before, after, arrive, -1)


def other_demand(before, after, arrive, say):
    return both_demands(before, after, -1, say)


def larger(before, after, arrive, say):
    return "before" if before[0] > after[0] else "after"


def exchanged(before, after, arrive, say):
    return both_demands(after, before, arrive, say)


def of_roots(found):
    return found[0], math.sqrt(found[1])


def choose(start, branches, arrive, say, before=norm_before, after=norm_after, verdict=both_demands,
           share=None):  # fmt: skip
    """The oracle: (choice, before, before_last, after, after_last); the keywords are mistakes."""
    found = [rule(start, branches) for rule in (before, after)]
    found = [(arrived, share(last) if share else last) for arrived, last in found]
    return verdict(*found, arrive, say), *found[0], *found[1]


MISTAKES = {
    "With the norm before, the sums are plain, but a last norm stands behind the whole "
    "stack.": partial(choose, before=partial(norm_before, final=False)),
    "You divide by a variance. A norm divides by its root.": partial(
        choose,
        before=lambda v, b: (norm_before(v, b)[0] ** 2, norm_before(v, b)[1]),
        after=partial(norm_after, power=-1.0),
    ),
    "With the norm after, the first sum begins with the variance `start`; only behind the first "
    "norm it is 1.": partial(choose, after=partial(norm_after, first=False)),
    "With the norm before, the first row is a part of the last sum too: the share is one of the "
    "whole.": partial(choose, before=partial(norm_before, whole=False)),
    "Your shares are roots. Asked for are shares of the variance.": partial(
        choose, share=math.sqrt
    ),
}
CHOICES = {
    "The four numbers are right. Your choice does not ask for the last branch.": one_demand,
    "The four numbers are right. Your choice asks for the last branch alone.": other_demand,
    "The four numbers are right. Just what is demanded is enough.": more_than,
    "The four numbers are right. Not the larger number decides, but what is demanded; both forms "
    "may fit, or none.": larger,
    "The four numbers are right. Your choice names the two forms the wrong way round.": exchanged,
}
ALL = [*MISTAKES.values(), *(partial(choose, verdict=rule) for rule in CHOICES.values())]
WANTED = "neither", "after", "before", "either"


def fitting(rng, start, branches, wanted):
    """Demands of two digits for which the choice is as wanted, if any are near at hand."""
    numbers = choose(start, branches, 0, 0)[1:]
    arrive, say = (
        round(float(rng.uniform(0.3, 1.5)) * numbers[place], 2) for place in ([0, 1], [2, 3])[
            one(rng, 0, 1)]
    )  # fmt: skip
    return arrive, say, choose(start, branches, arrive, say)[0] == wanted


def norm_case(rng, case):
    """Draw stacks with each of the four choices; one branch, deep ones, demands just met."""
    if case == 5:
        return 1.0, [1.0, 1.0, 1.0], 0.5, 0.25
    if case == 6:
        return 3.0, [1.0, 3.0], 0.25, 0.75
    depth = {4: 1, 7: one(rng, 20, 40)}.get(case, one(rng, 2, 4))
    numbers, (arrives, last, _, most, turned) = ALL[:5], ALL[5:]
    kept = {0: [*numbers, most], 1: [*numbers, last], 2: [arrives, turned], 3: [most]}.get(case, [])
    while True:
        start = round(float(rng.uniform(0.02, 2)), 2)
        branches = [float(b) for b in rng.uniform(0.05, 1.5, size=depth).round(2)]
        arrive, say, fits = fitting(rng, start, branches, WANTED[case % 4])
        inputs = start, branches, arrive, say
        found = choose(*inputs)[1:]
        edges = [abs(n - d) for n, d in zip(found, (arrive, say, arrive, say))]
        if min(edges) < 1e-3 or (case < 4 and not fits):
            continue
        if telling(inputs, choose, kept, numbers):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


NORM = Task(
    id="17.4",
    title="Norm before or after? Choose by what arrives and what counts",
    points=5,
    function="choose_norm",
    kind="choose",
    taught="ch17_attention.ipynb#the-block",
    returns=("choice", "before", "before_last", "after", "after_last"),
    statement=r"""
Two demands on a stack of branches with sums around them. What goes in must arrive at the end, along
the sums; and the last branch must still have a say. The row that goes in has variance `start`. The
branches, one at least, bring rows of the variances $b_1, \dots, b_L$ (`branches`), the same in both
forms of the block. All means are 0, and nothing is related to anything else, so that variances add
up. A norm divides a row by the root of its variance, and does nothing more.

- *before*: branches are added to the plain sum, $x + f(\text{norm}(x))$, and one norm stands behind
  the whole stack.
- *after*: a norm stands behind each sum, $\text{norm}(x + f(x))$, and none behind the stack. The
  first sum begins with variance `start`, each later one with 1.

For both forms find two numbers. What *arrives* is the factor with which a small change of the
first row comes out at the end, if it goes through sums and norms only, and the norms' divisors stay
as they are. The *share* of the last branch is its part of the variance of the last sum, before the
norm behind it.

Write `choose_norm(start, branches, arrive, say)` and return `(choice, before, before_last, after,
after_last)`: for each form what arrives, and the share. A form fits if at least `arrive` arrives
and the share is at least `say`, both up to $10^{-9}$. `choice` is the form that fits, "either" if
both do, or "neither". For start 1, branches 1, 1, 1 and the demands 0.5 and 0.25 it is "before",
with 0.5 and 0.25 against 0.35 and 0.5.
""",
    generate=norm_case,
    cases=8,
    oracle=choose,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        *[
            Symptom(sentence, mimics=partial(choose, verdict=rule))
            for sentence, rule in CHOICES.items()
        ],
        Symptom(
            "The four numbers are right, the choice does not follow from them.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2, 3, 4),
        ),
        Symptom(
            "The numbers of *before* are right, those of *after* are not. Write the variance "
            "beside each sum and each norm.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2),
        ),
        Symptom(
            "The numbers of *after* are right, those of *before* are not. How large has the sum "
            "become at the end?",
            when=lambda answer, expected, *inputs: right(answer, expected, 3, 4),
        ),
        Symptom(
            "What arrives is right in both forms, a share is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 3),
        ),
        Symptom(
            "Both shares are right, what arrives is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 2, 4),
        ),
    ],
)

NORMS = [NORM]
