"""The exercise of chapter 17 on maps of attention: is what was looked at what counted?"""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def length_of(moved):
    return moved.norm(dim=-1)


def without(scores, values, hidden=-math.inf):
    """How far the answers move if one place after the other is taken away: (N, S)."""
    y = (scores.softmax(1)[:, None] @ values)[:, 0]
    found = []
    for place in range(scores.shape[1]):
        others = scores.clone()
        others[:, place] = hidden
        p = others.softmax(1).nan_to_num(0.0)
        found.append((p[:, None] @ values)[:, 0] - y)
    return torch.stack(found, 1)


def zeroed(scores, values):
    """The place is left out of the sum, and the others keep their weights."""
    return scores.softmax(1)[:, :, None] * values


def nudged(scores, values):
    """What a small change of the score would do."""
    p = scores.softmax(1)
    y = p[:, None] @ values
    return p[:, :, None] * (values - y)


def by_idle_first(idle, same):
    return 0 if idle else 1 if same else 2


def by_map_first(idle, same):
    return 1 if same else 0 if idle else 2


def of_all(counts):
    return "map" if 2 * counts[1] > sum(counts) else "removal"


def of_moved(counts):
    return "map" if counts[1] > counts[2] else "removal"


def half(counts):
    return "map" if 2 * counts[1] >= sum(counts) else "removal"


def why(
    scores, values, least, remove=without, size=length_of, sort=by_idle_first, verdict=of_all,
    idle_by=None,
):  # fmt: skip
    """The oracle: (verdict, idle, shown, hidden); the keywords are mistakes."""
    moved = size(remove(scores, values))
    top = scores.argmax(1)
    same = moved.argmax(1) == top
    most = moved[torch.arange(len(top)), top] if idle_by == "top" else moved.amax(1)
    counts = [0, 0, 0]
    for idle, fits in zip((most < least).tolist(), same.tolist()):
        counts[sort(idle, fits)] += 1
    return verdict(counts), *counts


MISTAKES = {
    "You leave the place out of the sum, and the others keep their weights. Without it the "
    "weights of the others make 1 again.": partial(why, remove=zeroed),
    "You ask what a small change of the score would do. Asked for is what happens without the "
    "place.": partial(why, remove=nudged),
    "A score of 0 is not *taken away*. Which score makes a weight of 0?": partial(
        why, remove=partial(without, hidden=0.0)
    ),
    "You compare squares of lengths with `least`.": partial(
        why, size=lambda moved: length_of(moved) ** 2
    ),
    "You add up what changes in the single numbers. A length is the root of the squares' "
    "sum.": partial(why, size=lambda moved: moved.abs().sum(-1)),
    "Look first whether anything moves the answer: where nothing does, it is *idle*, whatever "
    "place has the largest weight.": partial(why, sort=by_map_first),
    "*Idle* is a look where *no* place moves the answer. You ask only the place with the largest "
    "weight.": partial(why, idle_by="top"),
}
VERDICTS = {
    "The counts are right. More than half of *all* looks decides.": partial(why, verdict=of_moved),
    "The counts are right. Just half is not more than half.": partial(why, verdict=half),
}


def clear(scores, values, least):
    """Whether no two weights or lengths are about equal, for all ways to measure."""
    moved = length_of(without(scores, values))
    tables = [moved] if scores.shape[1] == 1 else [moved, scores]
    for table in tables:
        if table.shape[1] > 1:
            tops = table.topk(2).values
            if float((tops[:, 0] - tops[:, 1]).min()) < 0.01:
                return False
    return float((moved.amax(1) - least).abs().min()) > 0.01


def look_case(rng, case):
    """Draw looks on which each mistake shows; one place, none idle, sharp ones, just half."""
    wrong = list(MISTAKES.values())
    kept = {0: wrong[:3], 1: wrong[3:6], 2: wrong[6:], 3: wrong[2:4]}.get(case, [])
    wanted = {4: (0, 2, 2), 5: (2, 2, 1)}.get(case)
    count, places = {4: 4, 5: 5, 8: 0}.get(case, one(rng, 4, 6)), one(rng, 3, 4)
    if case == 6:
        places = 1
    while True:
        scores, values = normal(rng, count, places), normal(rng, count, places, 2)
        if case == 7:
            scores = 500 * scores
        middle = values.mean(1, keepdim=True)
        near = torch.from_numpy(rng.choice([0.1, 1.0], size=(count, places, 1)))
        values = (middle + near * (values - middle)).double().round(decimals=2)
        least = 0.5 if case == 6 else one(rng, 1, 6) / 10
        inputs = scores, values, least
        if not count:
            return inputs
        if not clear(*inputs):
            continue
        if case == 6:  # just what is demanded
            values[0, 0] = torch.tensor([least, 0.0])
        if wanted and tuple(why(*inputs)[1:]) != wanted:
            continue
        if case == 7 and not why(*inputs)[1]:
            continue
        if telling(inputs, why, kept):
            return inputs


MAP = Task(
    id="17.5",
    title="It looked there. Is that why? Justify by taking places away",
    points=4,
    function="why_looked",
    kind="why",
    taught="ch17_attention.ipynb#what-one-block-can-do",
    returns=("verdict", "idle", "shown", "hidden"),
    statement=r"""
"The net answered so *because* it looked at that place." A map of weights does not say that: what
was fetched there may be what all other places hold as well. The test is to take the place away.

`scores` (N, S) holds N looks of one query each, with S scores, and `values` (N, S, E) the values
that they look at. A look's answer is the mean of the values by the softmax of the scores. *Without*
a place it is what the same look would answer if that place could not be seen: the softmax of the
other scores, and a list of zeros if there is no other place. A place *moves* the answer by the
length of the difference of the two. Sort each look into the first of three boxes that fits:

- *idle*: no place moves the answer by `least` or more;
- *shown*: the place with the largest weight is the one that moves the answer most;
- *hidden*: another place moves it more.

Write `why_looked(scores, values, least)` and return `(verdict, idle, shown, hidden)`: how many
looks are in each box, and "map" if more than half of all looks are *shown*, so that the map tells
what counted, else "removal". There may be no look. Scores may differ by hundreds. No two weights,
and no two lengths that decide, are equal.
""",
    generate=look_case,
    cases=9,
    oracle=why,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in VERDICTS.items()],
        Symptom(
            "The counts are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: tuple(answer[1:]) == tuple(expected[1:]),
        ),
        Symptom(
            "Your boxes do not hold all looks, or some of them twice.",
            when=lambda answer, expected, scores, *rest: sum(answer[1:]) != len(scores),
        ),
        Symptom(
            "The number of idle looks is right, the others are sorted otherwise. Take one place "
            "away after the other, and see which moves the answer most.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
        Symptom(
            "You find too many idle looks, or too few.",
            when=lambda answer, expected, *inputs: answer[1] != expected[1],
        ),
    ],
)

MAPS = [MAP]
