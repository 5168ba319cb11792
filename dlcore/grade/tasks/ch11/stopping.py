"""The exercises of chapter 11 on stopping: a patient rule, and the price that it amounts to."""

import math
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def stop(losses, patience, gain, sinking=False, of_mark=False, total=False, equal=False,
         latest=False, peek=False, endless=False):  # fmt: skip
    """The look that is kept and the last look; the keywords are mistakes."""
    best, end, count, lowest, mark = 0, len(losses) - 1, 0, math.inf, math.inf
    for now, loss in enumerate(losses):
        lower = loss < lowest or (latest and loss == lowest)
        enough = mark - loss > gain or (equal and mark - loss == gain)
        if enough if of_mark else lower:
            best = now
        lowest = min(lowest, loss) if lower else lowest
        mark = loss if enough or (sinking and lower) else mark
        count = (count if total else 0) if enough else count + 1
        if count >= patience:
            end = now
            break
    if peek:
        known = [look for look, loss in enumerate(losses) if not math.isnan(loss)]
        best = min(known, key=lambda look: losses[look])
    return best, len(losses) - 1 if endless else end


def no_gain(losses, patience, gain):
    return stop(losses, patience, 0)


def later(losses, patience, gain):
    return stop(losses, patience + 1, gain)


def sooner(losses, patience, gain):
    return stop(losses, max(patience - 1, 1), gain)


SHOWN = {  # by case: the mistakes that must show there
    0: [no_gain, partial(stop, sinking=True), partial(stop, peek=True), later],
    1: [partial(stop, of_mark=True), partial(stop, total=True), sooner],
    2: [partial(stop, equal=True), partial(stop, latest=True), later],
}


def stop_case(rng, case):
    """Draw losses in quarters, on which comparisons are exact; in case 4 some are NaN."""
    if case == 5:
        return [one(rng, 1, 9) / 4], 1, 0.25
    while True:
        patience, gain = (2 if case == 4 else one(rng, 2, 3)), one(rng, 1, 3) / 4
        losses = [5.0]
        for _ in range(one(rng, 9, 12)):
            losses.append(losses[-1] + one(rng, -3, 3) / 4)
        if case == 3 and stop(losses, len(losses) + 1, gain)[0]:  # it is never given up
            return losses, len(losses) + 1, gain
        if case == 4:  # training ends at the third NaN or near it
            spoiled = [math.nan, *losses[:2], math.nan, *losses[2:4], math.nan, *losses[4:]]
            kept, last = stop(spoiled, patience, gain)
            if last in (5, 6, 7) and kept != last:
                return spoiled, patience, gain
        if case > 2:
            continue
        inputs = losses, patience, gain
        clear = case != 2 or no_gain(*inputs) != stop(*inputs, equal=True)
        if clear and all(mistake(*inputs) != stop(*inputs) for mistake in SHOWN[case]):
            return inputs


STOP = Task(
    id="11.1",
    title="Crumbs do not count",
    points=4,
    function="stop",
    taught="ch11_regularisation.ipynb#stopping-early",
    statement=r"""
A loss may sink by crumbs for a very long time. So libraries let you say how much lower it has to be
before it counts. There are then two things to keep apart: which weights are *kept*, and when one
*gives up*.

Write `stop(losses, patience, gain)`. `losses` is a list, the validation loss at each look.

- Kept are the weights of the lowest loss so far, at a tie the first, be it lower by a crumb only.
- The patience hangs on a *mark*. The first loss that is a number is a mark. A loss that lies *more
  than* `gain` below the mark becomes the new mark. Each look that sets no mark has to be borne;
  with the `patience`th in a row training ends, and nothing later has been seen.

Return `(kept, last)`: the look whose weights are kept, and the last look, counted from 0. If the
patience never ends, the list does. A loss may be NaN (not a number): such a look sets no mark, its
weights are not kept, and it has to be borne like any other. At least one loss before the end is a
number.
""",
    generate=stop_case,
    returns=("kept", "last"),
    oracle=stop,
    symptoms=[
        Symptom(
            "You count the looks from 1.",
            mimics=lambda *inputs: tuple(look + 1 for look in stop(*inputs)),
        ),
        Symptom("The two values have changed places.", mimics=lambda *i: stop(*i)[::-1]),
        Symptom(
            "`gain` plays no part: every crumb renews your patience.",
            mimics=no_gain,
        ),
        Symptom(
            "Your mark follows every crumb. It stays where it is until a loss lies more than "
            "`gain` below it; several crumbs together may do.",
            mimics=partial(stop, sinking=True),
        ),
        Symptom(
            "You keep the weights of the mark. A look that is lower by a crumb sets no mark, but "
            "its weights are better.",
            mimics=partial(stop, of_mark=True),
        ),
        Symptom(
            "Your patience is used up by looks that do not follow each other. A new mark renews "
            "it.",
            mimics=partial(stop, total=True),
        ),
        Symptom(
            "A loss that is exactly `gain` below the mark sets none: it has to be more.",
            mimics=partial(stop, equal=True),
        ),
        Symptom(
            "Of two looks with the same loss the first is kept.",
            mimics=partial(stop, latest=True),
        ),
        Symptom("You look once too often before you give up.", mimics=later),
        Symptom("You give up one look too early.", mimics=sooner),
        Symptom(
            "You keep weights from a look behind the end, which nobody has seen.",
            mimics=partial(stop, peek=True),
        ),
        Symptom(
            "Your training never ends before the list does.",
            mimics=partial(stop, endless=True),
        ),
        Symptom(
            "All is right but where a loss is NaN. Every comparison with NaN is False, also `>=`; "
            "such a look has to be borne.",
            when=lambda answer, expected, losses, *rest: any(map(math.isnan, losses)),
        ),
        Symptom(
            "The look that is kept is right, the last one is not.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
        Symptom(
            "The last look is right, the one that is kept is not.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
    ],
)


def price_case(rng, case):
    rate, steps = one(rng, 1, 9) / 20, one(rng, 3, 9)
    if case == 4:  # one step takes it all the way
        rate, stretch = 0.25, 4.0
    elif case == 5:
        steps = 1
    stretch = 4.0 if case == 4 else one(rng, 2, 12) / 20 / rate
    return stretch, rate, steps


def same_price(stretch, rate, steps):
    """By the share: s / (s + price) is the share that the steps leave."""
    share = 1 - (1 - rate * stretch) ** steps
    return stretch / share - stretch, 1 / (rate * steps)


def left(stretch, rate, steps):
    return (1 - rate * stretch) ** steps


def same(value, other):
    return value == other or math.isclose(value, other, rel_tol=1e-6, abs_tol=1e-6)


def upside_down(stretch, rate, steps):
    to_go = left(stretch, rate, steps)
    return stretch * (1 - to_go) / to_go if to_go else math.inf


def with_price(price):
    """The right second value behind a wrong price."""
    return lambda *inputs: (price(*inputs), same_price(*inputs)[1])


def second(*formulas):
    """Whether the second value comes from one of some formulas, and the first is right."""

    def when(answer, expected, *inputs):
        found = [formula(*inputs) for formula in formulas]
        return same(answer[0], expected[0]) and any(same(answer[1], value) for value in found)

    return when


PRICE = Task(
    id="11.2",
    title="With a pencil: the price of stopping",
    points=4,
    function="same_price",
    taught="ch11_regularisation.ipynb#stopping-early",
    kind="pencil",
    statement=r"""
Take a pencil, and one direction of a linear model, with the stretch $s > 0$ and the weight of least
squares. A price $\lambda$ leaves the share $\frac{s}{s + \lambda}$ of that weight. A walk from 0
that is stopped after $t$ steps with the rate $\eta$ leaves the share $1 - (1 - \eta s)^t$.

Solve for the price at which both leave exactly the same. Then make the direction flatter and
flatter: to what does this price tend as $s$ goes to 0? A hint for that: $(1 - \eta s)^t$ is then
nearly $1 - t \eta s$.

Write `same_price(stretch, rate, steps)` for $s$, $\eta$ and $t$, which returns `(price, flat)` by
your two formulas; `flat` does not depend on $s$. You may count on $0 < \eta s \le 1$ and $t \ge 1$.
Then put in numbers: does a stop treat steep directions better or worse than the price $1/(\eta t)$
does?
""",
    generate=price_case,
    returns=("price", "flat"),
    oracle=same_price,
    symptoms=[
        Symptom("The two numbers have changed places.", mimics=lambda *i: same_price(*i)[::-1]),
        Symptom(
            "Your price does not depend on the stretch. That is its size in flat directions only.",
            mimics=with_price(lambda s, rate, steps: 1 / (rate * steps)),
        ),
        Symptom(
            "Your price is an approximation with the exponential function. Steps are counted one "
            "by one: which power of $1 - \\eta s$ is left to go?",
            mimics=with_price(lambda s, rate, steps: s / math.expm1(rate * steps * s)),
        ),
        Symptom(
            "Your price lacks the factor $s$. Solve for it once more.",
            mimics=with_price(lambda *i: left(*i) / (1 - left(*i))),
        ),
        Symptom(
            "This is what is still missing from the weight, or the share that is there. Asked for "
            "is the price that leaves as much.",
            when=lambda answer, expected, *i: any(
                abs(answer[0] - share) < 1e-6 for share in (left(*i), 1 - left(*i))
            ),
        ),
        Symptom(
            "Your fraction stands upside down: the longer the walk, the *smaller* the price.",
            mimics=with_price(upside_down),
        ),
        Symptom(
            "The price is right, its limit is not: 0 / 0 may be any number. Put in the hint.",
            when=second(lambda *i: 0.0, lambda *i: math.inf, lambda *i: 1.0),
        ),
        Symptom(
            "The price is right. In its limit, the number of steps does not come in.",
            when=second(lambda s, rate, steps: 1 / rate),
        ),
        Symptom(
            "The price is right, its limit stands upside down.",
            when=second(lambda s, rate, steps: rate * steps),
        ),
        Symptom(
            "The price is right, the number to which it tends is not.",
            when=lambda answer, expected, *i: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "The number to which the price tends is right, the price is not.",
            when=lambda answer, expected, *i: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)

STOPPING = [STOP, PRICE]
