"""The exercise of chapter 17 on sparse masks: after how many looks a place can know of another."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def stays(sees, known):
    """One look: what the places know that one sees, and what it knew before."""
    return known | ((sees.double() @ known.double()) > 0)


def forgets(sees, known):
    return (sees.double() @ known.double()) > 0


def given_away(sees, known):
    """The looks go the other way."""
    return stays(sees.T, known)


def at_once(sees, known):
    """The places know what stands where they look, and not what is known there."""
    return known | sees


def all_before(known):
    return bool(known[torch.ones_like(known).tril()].all())


def everywhere(known):
    return bool(known.all())


def the_last(known):
    return bool(known[-1].all())


def reach(masks, step=stays, backwards=False, start=0, done=all_before):
    """The oracle: (first, full); the keywords are mistakes."""
    places = masks.shape[1]
    known = torch.eye(places, dtype=torch.bool)
    first = torch.where(known, start, -1)
    full = start if done(known) else -1
    for number, sees in enumerate(masks.flip(0) if backwards else masks, start + 1):
        known = step(sees, known)
        first = torch.where(known & (first < 0), number, first)
        full = number if full < 0 and done(known) else full
    return first, full


def by_one(masks):
    """The first layer's mask in all layers."""
    return reach(masks[:1].expand_as(masks))


MISTAKES = {
    "What a place knew before is lost if it does not look at itself. The sums around the looks "
    "keep it.": partial(reach, step=forgets),
    "Your layers go in the wrong order: the first one of `masks` looks first.": partial(
        reach, backwards=True
    ),
    "Your looks go the wrong way: `masks[l][t][s]` lets place t see place s.": partial(
        reach, step=given_away
    ),
    "A place learns from the places that it sees all that *they* know by then, not their own "
    "symbols alone.": partial(reach, step=at_once),
    "You count from 1. Before any look a place knows its own symbol: that is 0.": partial(
        reach, start=1
    ),
    "You use one mask for all layers.": by_one,
    "The table is right. A place need not know those *behind* it.": partial(reach, done=everywhere),
    "The table is right. *Every* place counts, not the last one only.": partial(
        reach, done=the_last
    ),
}


def chosen(rng, layers, places, share=0.4, causal=True):
    masks = torch.from_numpy(rng.random((layers, places, places)) < share)
    return masks.tril() if causal else masks


def reach_case(rng, case):
    """Draw masks on which each mistake shows; no layer, one place, never, many ways, ahead."""
    wrong = list(MISTAKES.values())
    kept = {0: wrong[:6], 1: wrong[:6], 2: [wrong[6]], 3: [wrong[7]]}.get(case, [])
    if case == 4:
        return (torch.zeros(0, 3, 3, dtype=torch.bool),)
    if case == 5:
        return (torch.from_numpy(rng.random((2, 1, 1)) < 0.5),)
    if case == 6:  # two to the power of 70 ways
        return (torch.ones(70, 4, 4, dtype=torch.bool).tril(),)
    while True:
        layers, places = one(rng, 3, 5), one(rng, 4, 5)
        share = {2: 0.7, 3: 0.6}.get(case, 0.35)
        masks = chosen(rng, layers, places, share, causal=case not in (7,))
        full = reach(masks)[1]
        if case in (0, 2) and full < 1:
            continue
        if case == 1 and full > 0:
            continue
        if case == 3 and (full == reach(masks, done=the_last)[1]):
            continue
        if telling((masks,), reach, kept, kept):
            return (masks,)


REACH = Task(
    id="17.9",
    title="How many looks until it is known?",
    points=4,
    function="reach",
    taught="ch17_attention.ipynb#few-places-sparse-attention",
    returns=("first", "full"),
    statement=r"""
A stack of layers, each with a mask of its own: where can a symbol have come from? `masks` (L, T, T)
holds True and False, and `masks[l][t][s]` says whether place $t$ sees place $s$ in layer
$l = 0, 1, \dots$; the first layer looks first. Before any layer the row of a place knows of its own
symbol only. In a layer it learns all that the rows which it sees have known before this layer. What
it knew itself it keeps in any case, since a residual connection leads around each look.

Write `reach(masks)` and return `(first, full)`. `first` (T, T) holds in row $t$ and column $s$ the
number of layers after which place $t$ can know of the symbol at place $s$ for the first time: 0 for
its own, and -1 if it cannot after all L layers. `full` is the number of layers after which *every*
place can know of all places before it, and -1 if that never comes about. There may be no layer, a
place that does not see itself, 70 layers, and masks that let places see what stands behind them.
""",
    generate=reach_case,
    cases=8,
    oracle=reach,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The table is right, `full` is not.",
            when=lambda answer, expected, *inputs: close(
                torch.as_tensor(answer[0]), expected[0], 1e-6
            ),
        ),
        Symptom(
            "`full` is right, the table is not.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
    ],
)

REACHES = [REACH]
