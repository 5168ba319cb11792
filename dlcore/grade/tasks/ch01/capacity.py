"""The exercises of chapter 1 on how much a Hopfield memory holds."""

import math

from dlcore.grade.task import Task
from dlcore.grade.tasks.ch01.memory import hebb_weights
from dlcore.grade.tasks.draws import one, signs
from dlcore.grade.tasks.forms import odd_form
from dlcore.grade.tasks.prediction import measured


def error_share(units, count):
    return 0.5 * math.erfc(math.sqrt(units / (2 * count)))


def size_case(rng, case):
    limit = {4: 0.0001, 5: 0.2}.get(case, one(rng, 2, 100) / 1000)
    return (1 if case == 5 else one(rng, 5, 100)), limit


def share_slip(units, count, limit, share):
    """Say by which slip a share came about, if it is a known one."""
    if share == limit:
        return "You give the limit back. Asked for is the share that the formula gives."
    slips = {
        "In your share the one half before erfc is missing.": math.erfc(
            math.sqrt(units / (2 * count))
        ),
        "In your share the 2 under the root is missing.": 0.5 * math.erfc(math.sqrt(units / count)),
        "In your share the quotient is upside down: more units make the share smaller.": (
            0.5 * math.erfc(math.sqrt(count / (2 * units)))
        ),
        "You took `math.erf`. The tail of the bell curve is `math.erfc`.": (
            0.5 * math.erf(math.sqrt(units / (2 * count)))
        ),
    }
    return next((words for words, slip in slips.items() if abs(share - slip) < 1e-6 * slip), None)


def size_judge(answer, count, limit):
    if sentence := odd_form(answer, "units", "share"):
        return sentence
    units, share = answer
    if units != int(units) or units < 1:
        return f"{units} units? A net has a whole number of them, at least one."
    right = error_share(units, count)
    if abs(share - right) > 1e-6 * right:
        slip = share_slip(units, count, limit, share)
        if slip:
            return slip
        times = share / right
        return (
            f"The share that you give for {units:g} units is {times:.3g} times what the formula "
            "says."
        )
    if right > limit:
        return f"With your {units:g} units the share is {right:.3g}, above the limit {limit:.3g}."
    if units > 1 and error_share(units - 1, count) <= limit:
        many = units > 2 and error_share(units - 2, count) <= limit
        return "Fewer units would do." if many else "One unit fewer would do just as well."
    return None


SIZE = Task(
    id="1.7",
    title="How large a memory?",
    points=5,
    function="memory_size",
    taught="ch01_threshold_neurons.ipynb#how-much-can-it-hold",
    kind="choose",
    statement=r"""
Set a Hopfield net of $N$ units that stores $P$ random patterns to one of them. A unit hears a
signal of size $N$, and crosstalk, nearly normally distributed, of size $\sqrt{PN}$. It will flip if
the crosstalk beats the signal; the share of units to which this happens is about

$$\tfrac12\, \mathrm{erfc}\!\left(\sqrt{\frac{N}{2P}}\right).$$

(`math.erfc` is the *complementary error function*, the tail of the bell curve.) You have `count`
patterns to store and accept that at most the share `limit` of the units flips. Write
`memory_size(count, limit)` and return `(units, share)`: the smallest whole number of units that is
good enough, and, to justify your choice, the share that the formula gives for it.
""",
    generate=size_case,
    judge=size_judge,
)


def waver_case(rng, case):
    """Draw patterns until the case decides: where nobody wavers many mistakes look alike."""
    while True:
        count, units = ((5, 8), (6, 7), (4, 7), (one(rng, 4, 6), 19), (3, 5), (1, 19))[case]
        patterns = signs(rng, count, units)
        pushed, held = pushes(patterns), pushes(patterns, keep_diagonal=True)
        fits = bool((held < 0).any() and (held[1:] < 0).any())
        fits = fits and share_of(pushed[0] < 0) != share_of(held < 0)
        if case == 0:  # the weakest pull that there is
            fits = fits and bool((pushed == -1).any() and (pushed[0] < 0).any())
            fits = fits and share_of(pushed[0] < 0) != share_of(pushed < 0)
        if case == 4:
            fits = bool(((pushed == 0) & (patterns < 0)).any())
        if fits or case in (3, 5):
            return (patterns,)


def pushes(patterns, keep_diagonal=False):
    """Return s_i times its pull, negative where a unit is pulled away, (P, N)."""
    return patterns * (patterns @ hebb_weights(patterns, keep_diagonal))


def share_of(flags):
    return flags.double().mean().item()


WAVER = Task(
    id="1.8",
    title="Predict, then measure: the first step of the avalanche",
    points=6,
    function="wavering",
    taught="ch01_threshold_neurons.ipynb#how-much-can-it-hold",
    kind="predict",
    statement=r"""
At a load of 0.138 patterns per unit a large Hopfield memory breaks down. Suppose you store 138
random patterns in 1,000 units and set the net to one of them, *without* any error. Which share of
its units is pulled away from where it stands?

- **a**: none; up to the limit stored patterns are at rest
- **b**: fewer than one in a hundred
- **c**: about one in ten

Decide first. Then write `wavering(patterns)` for `patterns` (P, N) of $-1$ and $+1$. It stores them
by Hebb's rule, $W_{ij} = \sum_p s_i^p s_j^p$ with $W_{ii} = 0$, sets the net to each of them in
turn, and measures the share of all $P \cdot N$ units whose pull $\sum_j W_{ij} s_j$ has the sign
opposite to their state. A pull of exactly 0 moves nobody. Return `(prediction, share)`, such as
`("a", 0.5)`. Any prediction counts, if you made one; the measurement must be right.
""",
    generate=waver_case,
    judge=measured(
        ("a", "b", "c"),
        lambda patterns: share_of(pushes(patterns) < 0),
        [
            (
                "You count units whose pull is exactly 0, but nobody moves those.",
                lambda patterns: share_of(pushes(patterns) <= 0),
            ),
            (
                "Your units are joined to themselves, and so each holds itself where it stands.",
                lambda patterns: share_of(pushes(patterns, keep_diagonal=True) < 0),
            ),
            (
                "Nobody is pulled away in yours, and somebody is. Compare each unit's state with "
                "the sign of its pull.",
                lambda patterns: 0.0,
            ),
            (
                "You set the net to the first pattern alone; asked for is each of them in turn.",
                lambda patterns: share_of(pushes(patterns)[:1] < 0),
            ),
            (
                "This is a percentage; a share lies between 0 and 1.",
                lambda patterns: 100 * share_of(pushes(patterns) < 0),
            ),
            (
                "You count patterns of which any unit is pulled away; asked for is a share of all "
                "units.",
                lambda patterns: share_of((pushes(patterns) < 0).any(1)),
            ),
            (
                "This is a number of units. Asked for is their share among all P times N.",
                lambda patterns: int((pushes(patterns) < 0).sum()),
            ),
            (
                "This is the share of the units that stay. Asked for are the others.",
                lambda patterns: 1 - share_of(pushes(patterns) < 0),
            ),
        ],
    ),
)

CAPACITY = [SIZE, WAVER]
