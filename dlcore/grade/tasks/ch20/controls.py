"""The exercise of chapter 20 on a trained body: is it what the weights know, or their size?"""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def paired(a, b, unbiased=True, of_mean=True):
    gaps = a - b
    spread = gaps.std(correction=1 if unbiased else 0).item()
    return gaps.mean().item(), spread / (math.sqrt(len(gaps)) if of_mean else 1)


def apart(a, b):
    """As if the draws of the two had nothing to do with each other."""
    return (a - b).mean().item(), math.sqrt((a.var() + b.var()).item() / len(a))


def first_line(harm, needed, better, known, sized):
    if harm:
        return "harm"
    if not needed:
        return "needless"
    if not better:
        return "nothing"
    if not known:
        return "size"
    return "both" if sized else "features"


def never_asked(place, instead):
    """The verdict of somebody who leaves out one line."""

    def verdict(*facts):
        given = list(facts)
        given[place] = instead
        return first_line(*given)

    return verdict


def why(
    trained, dealt, scratch, as_it_was, compare=paired, bars=2, just=False, line=first_line,
    turned=False,
):  # fmt: skip
    """The oracle: (verdict, gaps, errors); the keywords are mistakes."""
    pairs = (trained, scratch), (trained, dealt), (dealt, scratch)
    found = [compare(*reversed(pair)) if turned else compare(*pair) for pair in pairs]
    still = compare(trained, torch.full_like(trained, as_it_was))

    def ahead(gap, error):
        return gap >= bars * error - 1e-9 if just else gap > bars * error + 1e-9

    facts = [
        ahead(-found[0][0], found[0][1]), ahead(*still), *[ahead(*pair) for pair in found]
    ]  # fmt: skip
    gaps, errors = (torch.tensor(column).double() for column in zip(*found))
    return line(*facts), gaps, errors


MISTAKES = {
    "Your gaps have the wrong sign: each is the first less the second.": partial(why, turned=True),
    "Your error bars treat the two as separate draws. Their labels are the same: take the "
    "difference draw by draw first.": partial(why, compare=apart),
    "Your error bars say how much single differences vary. For their mean divide by the root of "
    "their number.": partial(why, compare=partial(paired, of_mean=False)),
    "Your error bars divide by R. The draws are few: divide by R − 1.": partial(
        why, compare=partial(paired, unbiased=False)
    ),
    "The numbers are right. You are content with one error bar. Two are asked for.": partial(
        why, bars=1
    ),
    "The numbers are right. Just two error bars are not *more* than two.": partial(why, just=True),
    "The numbers are right. You forget the net as it was, which costs nothing.": partial(
        why, line=never_asked(1, True)
    ),
    "The numbers are right. Trained weights can also do harm: then from scratch is ahead.": partial(
        why, line=never_asked(0, False)
    ),
    "The numbers are right. If the dealt weights are ahead of those from scratch as well, the size "
    "has its part.": partial(why, line=never_asked(4, False)),
    "The numbers are right. If the trained weights are not ahead of the dealt ones, their size "
    "explains as much.": partial(why, line=never_asked(3, True)),
}
WANTED = {0: "features", 1: "both", 2: "size", 3: "nothing", 4: "harm", 5: "needless"}


def control_case(rng, case):
    """Draw each verdict; draws that move together; just two bars; two draws."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0, 1, 2, 3), 1: (0, 1, 2, 3, 8), 2: (9,), 3: (4,), 4: (7,), 5: (6,)}
    wrong = [mistakes[place] for place in shown.get(case, ())]
    if case == 7:  # between two and three bars
        wrong = [partial(why, bars=3)]
    kind = WANTED.get(case, list(WANTED.values())[one(rng, 0, 5)])
    while True:
        draws = 2 if case == 8 else one(rng, 3, 6)
        luck = torch.from_numpy(rng.normal(size=draws)) * 0.06
        steps = torch.from_numpy(rng.uniform(-0.02, 0.12, size=3))
        low = 0.45 + luck + torch.from_numpy(rng.normal(size=draws)) * 0.02
        dealt = low + steps[0] + torch.from_numpy(rng.normal(size=draws)) * 0.02
        high = dealt + steps[1] + torch.from_numpy(rng.normal(size=draws)) * 0.02
        if kind == "harm":
            high, low = low - steps[2].abs(), high
        parts = [part.clamp(0, 1).round(decimals=2) for part in (high, dealt, low)]
        mean = parts[0].mean().item()
        off = rng.uniform(-0.02, 0.05) if kind == "needless" else rng.uniform(-0.3, -0.1)
        still = round(mean + float(off), 2)
        if case == 6:  # the gap to scratch is just two bars: 0.1 ± 0.05, of two draws
            parts = [torch.tensor(row).double() for row in ([0.75, 0.85], [0.6, 0.7], [0.7, 0.7])]
            still = 0.3
        inputs: tuple = (*parts, still)
        if case in WANTED and why(*inputs)[0] != kind:
            continue
        if case == 6 or (clear(inputs) and telling(inputs, why, wrong, wrong)):
            return inputs


def clear(inputs):
    """Whether no gap lies just at two bars, and no error bar is 0."""
    trained, dealt, scratch, still = inputs
    rows = (trained, scratch), (trained, dealt), (dealt, scratch), (trained, still)
    found = [paired(a, b if isinstance(b, torch.Tensor) else torch.full_like(a, b))
             for a, b in rows]  # fmt: skip
    return all(error > 1e-3 and abs(abs(gap) - 2 * error) > 1e-4 for gap, error in found)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


CONTROL = Task(
    id="20.1",
    title="Is it what the weights know? Justify by weights dealt anew",
    points=5,
    function="why_better",
    kind="why",
    taught="ch20_adaptation.ipynb#keep-the-body-change-the-head-19762014",
    returns=("verdict", "gaps", "errors"),
    statement=r"""
"The trained body is a better start, *because* of what it has learned to see." Or because its tables
hold numbers of a good size? A control tells: *deal anew* the numbers of each trained table, as one
shuffles cards. Their sizes stay, what they knew is gone.

`trained`, `dealt` and `scratch` (R,) hold the shares of right answers after learning with R draws
of thirty labels, two at least, from trained weights, from dealt ones, and from scratch. Draw n is
the same in all three. `as_it_was` is the share of the trained net without any step.

Two starts are compared draw by draw: the *gap* is the mean of the R differences, its *error bar*
their standard deviation (with R − 1), divided by $\sqrt R$. The first is *ahead* of the second if
the gap is more than two error bars (by more than $10^{-9}$). To compare with `as_it_was`, take this
number for all draws. The verdict is the first line that holds:

- "harm": from scratch is ahead of trained;
- "needless": trained is not ahead of the net as it was;
- "nothing": trained is not ahead of from scratch;
- "size": trained is not ahead of dealt;
- "both": dealt is ahead of from scratch, so size has its part, and knowledge has;
- "features": it is what they know.

Write `why_better(trained, dealt, scratch, as_it_was)` and return `(verdict, gaps, errors)`: the
gaps, three numbers, of trained less scratch, of trained less dealt, and of dealt less scratch, and
their error bars.
""",
    generate=control_case,
    cases=9,
    oracle=why,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The numbers are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2),
        ),
        Symptom(
            "`gaps` is right, `errors` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`gaps` is not right. Write down the differences of one pair, draw by draw.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 1),
        ),
    ],
)

CONTROLS = [CONTROL]
