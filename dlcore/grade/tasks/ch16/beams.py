"""The exercise of chapter 16 on search: is a wider beam always a better one?"""

from collections.abc import Callable
from functools import partial

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling

FIRST = [0.5, 0.45, 0.05]
THEN = [[0.25, 0.35, 0.4], [0.5, 0.45, 0.05], [0.3, 0.65, 0.05]]


def extended(beam, then):
    """All beginnings that are one word longer: (words, probability)."""
    return [([*words, k], p * q) for words, p in beam
            for k, q in enumerate(then[words[-1]])]  # fmt: skip


def likeliest(longer, width, then):
    return sorted(longer, key=lambda pair: -pair[1])[:width]


def child_of_each(longer, width, then):
    """The best continuation of each beginning, so that nobody is pushed out."""
    kinds = len(then)
    groups = [longer[i : i + kinds] for i in range(0, len(longer), kinds)]
    return [max(group, key=lambda pair: pair[1]) for group in groups]


def one_for_each_word(longer, width, then):
    """Of the beginnings that end in the same word only the best."""
    best = {}
    for words, p in longer:
        best[words[-1]] = max(best.get(words[-1], (words, -1.0)), (words, p), key=lambda x: x[1])
    return likeliest(best.values(), width, then)


def by_last_step(longer, width, then):
    return sorted(longer, key=lambda pair: -then[pair[0][-2]][pair[0][-1]])[:width]


def no_pruning(longer, width, then):
    return longer


def by_beam(first, then, steps, width, prune=likeliest, begin=True):
    then = then.tolist()
    beam = [([k], p) for k, p in enumerate(first.tolist())]
    beam = likeliest(beam, width, then) if begin else beam
    for _ in range(steps - 1):
        beam = prune(extended(beam, then), width, then)
    return max(p for _, p in beam)


def maximum(first, then, steps, join=torch.amax):
    """The best of all sentences, word by word."""
    table = first
    for _ in range(steps - 1):
        table = join(table[:, None] * then, 0)
    return float(join(table, 0))


def compare(
    first,
    then,
    steps,
    narrow,
    wide,
    best=maximum,
    number: Callable[[float], float] = float,
    **mistakes,
):
    """The oracle: (by_narrow, by_wide, best); the keywords are mistakes."""
    found = [by_beam(first, then, steps, width, **mistakes) for width in (narrow, wide)]
    return *map(number, found), number(best(first, then, steps))


def logarithm(p):
    return float(torch.tensor(p, dtype=torch.float64).log())


BEAM_MISTAKES = [
    (
        "Your beam goes on with the best continuation of each beginning. All continuations "
        "compete: one beginning may take all places.",
        partial(compare, prune=child_of_each),
    ),
    (
        "Your beam keeps one beginning for each last word. Two beginnings are two, even if they "
        "end in the same word.",
        partial(compare, prune=one_for_each_word),
    ),
    (
        "Your beam compares by the last step alone. A beginning has the product of all its steps.",
        partial(compare, prune=by_last_step),
    ),
    (
        "Your beam keeps all first words. From the first step on it holds `width` beginnings.",
        partial(compare, begin=False),
    ),
    (
        "Your beam throws nothing away behind the first step.",
        partial(compare, prune=no_pruning),
    ),
    ("Your numbers are logarithms. Return probabilities.", partial(compare, number=logarithm)),
    (
        "The beams are right. Your best adds up sentences; asked for is the probability of one.",
        partial(compare, best=partial(maximum, join=torch.sum)),
    ),
    (
        "The beams are right. Your best is what the better beam finds. There may be a likelier "
        "sentence.",
        lambda *inputs: (*compare(*inputs)[:2], max(compare(*inputs)[:2])),
    ),
    (
        "The beams are right. Your best begins with the likeliest word. Need it?",
        lambda *inputs: (*compare(*inputs)[:2], from_the_likeliest(*inputs[:3])),
    ),
]


def from_the_likeliest(first, then, steps):
    top = torch.zeros_like(first)
    top[first.argmax()] = first.max()
    return maximum(top, then, steps)


def tied(first, then, steps, width):
    """Whether the first beginning left out is about as likely as the last one kept."""
    found = []

    def prune(longer, width, then):
        ordered = sorted((p for _, p in longer), reverse=True)
        found.append(len(ordered) > width and ordered[width - 1] - ordered[width] < 1e-6)
        return likeliest(longer, width, then)

    by_beam(first, then, steps, width, prune)
    tops = first.sort(descending=True).values
    return any(found) or (len(tops) > width and float(tops[width - 1] - tops[width]) < 1e-6)


def beam_case(rng, case):
    """Draw tables on which each mistake shows; a wider beam that is worse, one step, one word."""
    if case == 0:
        return torch.tensor(FIRST).double(), torch.tensor(THEN).double(), 3, 1, 2
    wrong = [mistake for _, mistake in BEAM_MISTAKES]
    kept = {1: wrong[7:], 2: wrong[:2], 3: [wrong[2], wrong[4]], 4: [wrong[3]]}.get(case, [])
    while True:
        kinds = {5: one(rng, 2, 4), 6: 1, 7: 3}.get(case, one(rng, 4, 5))
        steps = {5: 1, 7: 3}.get(case, one(rng, 3, 4))
        cuts = rng.multinomial(1000, rng.dirichlet([1.5] * kinds, size=kinds + 1)) / 1000
        first, then = torch.from_numpy(cuts[0]), torch.from_numpy(cuts[1:])
        narrow, wide = {1: (1, 2), 4: (1, 2), 7: (3, 27)}.get(case, (2, 3))
        inputs = first, then, steps, narrow, wide
        if any(tied(first, then, steps, width) for width in (narrow, wide)):
            continue
        if telling(inputs, compare, kept, wrong[:1] if case == 3 else kept):
            return inputs


BEAM = Task(
    id="16.7",
    title="Predict, then measure: is a wider beam always better?",
    points=5,
    function="compare",
    kind="predict",
    taught="ch16_words.ipynb#search-greedy-and-beam",
    statement=r"""
Greedy search can miss the best sentence, and in this chapter a beam of two found it. Take another
table, and let the beam have two places in the place of one. Can it end with a *less* likely
sentence than greedy search?

- **a**: no; what the narrow beam keeps, the wide one keeps too, and more besides
- **b**: yes; beginnings that the narrow beam never met can push out the one that pays in the end
- **c**: only if two beginnings are equally likely, and the wrong one of them is kept

Decide first. Then write `compare(first, then, steps, narrow, wide)`. `first` (V,) holds the
probability of each of V words to be the first, `then` (V, V) in row $i$ the probabilities of the
words that may follow word $i$. A sentence has `steps` words, at least one, and its probability is
the product of theirs. A beam of width W keeps at each step, the first included, the W likeliest of
all continuations of what it holds, or all of them if they are fewer. No two that decide are equally
likely.

Return `(prediction, by_narrow, by_wide, best)`: the probability of the likeliest sentence that a
beam of width `narrow` holds at the end, the same for `wide`, and the probability of the likeliest
of all sentences, which you may find by trying all. Measure with `first` = (0.5, 0.45, 0.05) and the
rows (0.25, 0.35, 0.4), (0.5, 0.45, 0.05) and (0.3, 0.65, 0.05), three steps, widths 1 and 2. Any
prediction counts, if you made one; the numbers must be right.
""",
    generate=beam_case,
    cases=8,
    judge=measured(("a", "b", "c"), compare, BEAM_MISTAKES, names=("by_narrow", "by_wide", "best")),
)

BEAMS = [BEAM]
