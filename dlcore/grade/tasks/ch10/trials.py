"""The exercise of chapter 10 on who chose the settings: what n trials are worth."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole


def trials_case(rng, case):
    """Draw settings whose best on the validation part is not the best on the test part."""
    count, trials = (1 if case == 3 else one(rng, 4, 6)), one(rng, 2, 4)
    held, test = whole(rng, 10, 60, count).double() / 2, whole(rng, 10, 60, count).double() / 2
    trials = {2: 1, 4: 10**6, 5: count + 3}.get(case, trials)
    if case in (0, 1):  # the two best are level, and apart on the test
        order = held.argsort()
        held[order[1]] = held[order[0]]
    inputs = held, test, trials
    if case == 3:
        return inputs
    apart = held.argmin() != test.argmin() and not bool((held.diff() < 0).all())
    if case < 2:
        shown = [abs(mistake(*inputs)[1] - kept(*inputs)[1]) for mistake in (LATER, WITHOUT)]
        apart = apart and min(shown) > 0.01
    return inputs if apart else trials_case(rng, case)


def kept(held, test, trials, order=None, again=True):
    """The oracle: a chain whose state is the best setting so far; the keywords are mistakes."""
    place = held.argsort(stable=True) if order is None else order(held, test)
    count = len(held)
    if not again:
        chances = [
            math.comb(count - 1 - r, trials - 1) / math.comb(count, trials) if trials <= count
            else float(r == 0) for r in range(count)
        ]  # fmt: skip
        chances = torch.tensor(chances, dtype=torch.float64)
    else:
        move = torch.zeros(count, count, dtype=torch.float64)
        for now in range(count):  # a better one comes, or it stays
            move[now, :now] = 1 / count
            move[now, now] = 1 - now / count
        start = torch.full((count,), 1 / count, dtype=torch.float64)
        chances = start @ torch.linalg.matrix_power(move, trials - 1)
    return float(chances @ held[place]), float(chances @ test[place])


def later_first(held, test):
    """By the validation part, and of two that are level the later one."""
    return len(held) - 1 - held.flip(0).argsort(stable=True)


LATER = partial(kept, order=later_first)
WITHOUT = partial(kept, again=False)


def lucky(held, test, trials):
    """The smallest test error of the trials."""
    return kept(held, test, trials)[0], kept(test, test, trials)[1]


def worst(held, test, trials):
    return kept(held, test, trials, order=lambda held, test: held.argsort(descending=True))


def as_percentile(held, test, trials):
    """The density at the upper edge: n (1 - share)^(n - 1) / N, not a difference of powers."""
    place, count = held.argsort(stable=True), len(held)
    ranks = torch.arange(count, dtype=torch.float64)
    chances = trials * ((count - ranks) / count) ** (trials - 1) / count
    return float(chances @ held[place]), float(chances @ test[place])


TRIALS = Task(
    id="10.8",
    title="What n trials are worth",
    points=5,
    function="after_trials",
    taught="ch10_optimisers.ipynb#random-against-grid-2012",
    statement=r"""
"Ours beats Adam": with how many trials for each? The best of thirty is better than the best of
three for any method, and by luck alone. A table of N settings that were all trained says what to
expect. `held` (N,) are their errors on the validation part, `test` (N,) those on the test part.

Imagine a search of `trials` draws. Each draw takes one of the N settings, all equally likely, also
one that was drawn before. Of those drawn, the setting with the smallest *validation* error is kept;
if several are level, the one that stands first in the table. Write
`after_trials(held, test, trials)` and return `(told, true)`: what validation error and what test
error the kept setting has on average over all such searches, exactly, not by drawing. `trials` is
at least 1 and may be a million.

Sort the settings by their validation error. With which probability is none of the draws better than
the one at place $k$? The step from $k$ to $k + 1$ is the probability that this one is kept.
""",
    generate=trials_case,
    returns=("told", "true"),
    oracle=kept,
    symptoms=[
        Symptom(
            "Your draws are all different. A setting may be drawn again.",
            mimics=WITHOUT,
        ),
        Symptom(
            "Your second number is the smallest *test* error among the draws. Nobody may choose by "
            "the test part: it is that of the setting with the smallest validation error.",
            mimics=lucky,
        ),
        Symptom(
            "You keep by the test error. The validation error decides which setting is kept.",
            mimics=partial(kept, order=lambda held, test: test.argsort(stable=True)),
        ),
        Symptom(
            "You keep the *largest* validation error. These are errors: small is good.",
            mimics=worst,
        ),
        Symptom(
            "Of two settings that are level you keep the later one. The first one counts.",
            mimics=LATER,
        ),
        Symptom(
            "You do not sort: the settings are kept by their place in the table.",
            mimics=partial(kept, order=lambda held, test: torch.arange(len(held))),
        ),
        Symptom(
            "This is the mean of all settings, whatever the number of trials.",
            mimics=lambda held, test, trials: (float(held.mean()), float(test.mean())),
        ),
        Symptom(
            "This is the best of all settings, as if every search found it.",
            mimics=lambda held, test, trials: kept(held, test, 10**9),
        ),
        Symptom(
            "You count one trial too many.",
            mimics=lambda held, test, trials: kept(held, test, trials + 1),
        ),
        Symptom(
            "You count one trial too few.",
            mimics=lambda held, test, trials: kept(held, test, max(trials - 1, 1)),
        ),
        Symptom(
            "The two numbers have changed places.",
            mimics=lambda *inputs: kept(*inputs)[::-1],
        ),
        Symptom(
            "Your probabilities do not add up to 1: they are slopes, not steps from one place to "
            "the next.",
            mimics=as_percentile,
        ),
        Symptom(
            "The validation error is right, the test error is not: does it belong to the setting "
            "that is kept?",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
    ],
)

SETTINGS = [TRIALS]
