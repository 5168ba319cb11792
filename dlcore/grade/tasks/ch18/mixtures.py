"""The exercise of chapter 18 on text that runs out: shares of a mixture, and no part too often."""

from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def by_share(sizes, shares, open_parts):
    return [shares[n] for n in open_parts]


def by_size(sizes, shares, open_parts):
    return [sizes[n] if shares[n] else 0 for n in open_parts]


def evenly(sizes, shares, open_parts):
    return [1 if shares[n] else 0 for n in open_parts]


def mixture(sizes, shares, total, most, rounds=None, weigh=by_share, full=1, unread=True):
    """The oracle: (read, largest, left); the keywords are mistakes.

    rounds: how often what is too much is passed on. weigh: by what. full 0: `most` is forgotten.
    """
    limits = [size * (most if full else 1) for size in sizes]
    first = [total * share for share in shares]
    read = [min(mine, limit) for mine, limit in zip(first, limits)]
    left = total - sum(read)
    turn = 0
    while left > 1e-9 * total and (rounds is None or turn < rounds):
        parts = [n for n, size in enumerate(limits) if shares[n] and read[n] < size * (1 - 1e-12)]
        weights = weigh(sizes, shares, parts)
        if not parts:
            break
        more = [left * weight / sum(weights) for weight in weights]
        for n, extra in zip(parts, more):
            read[n] = min(limits[n], read[n] + extra)
        left, turn = total - sum(read), turn + 1
    largest = min(limit / share for limit, share in zip(limits, shares) if share)
    return read, largest, max(0.0, left) if unread and left > 1e-9 * total else 0.0


def no_limit(sizes, shares, total, most):
    _, largest, left = mixture(sizes, shares, total, most)
    return [total * share for share in shares], largest, left


def other_largest(rule):
    def mistaken(sizes, shares, total, most):
        read, _, left = mixture(sizes, shares, total, most)
        return read, rule(sizes, shares, most), left

    return mistaken


def of_smallest(sizes, shares, most):
    size, share = min((size, share) for size, share in zip(sizes, shares) if share)
    return most * size / share


MISTAKES = {
    "You read some part more often than is allowed.": no_limit,
    "What is too much for one part is lost in yours. The others take it.": partial(
        mixture, rounds=0
    ),
    "You pass on what is too much only once. By that another part may become full.": partial(
        mixture, rounds=1
    ),
    "The parts that are not full take what is left evenly in yours. They take it in the proportion "
    "of their shares.": partial(mixture, weigh=evenly),
    "The parts that are not full take what is left by their sizes in yours. They take it in the "
    "proportion of their shares.": partial(mixture, weigh=by_size),
    "You let each part be read once. It may be read `most` times.": partial(mixture, full=0),
    "`read` is right. Where all parts are full, some of the total is left.": partial(
        mixture, unread=False
    ),
    "`read` and `left` are right. Your `largest` is all there is to read. Long before, one part is "
    "full.": other_largest(
        lambda sizes, shares, most: most * sum(s for s, share in zip(sizes, shares) if share)
    ),
    "`read` and `left` are right. In `largest` each part may be read once only. It may be read "
    "`most` times.": other_largest(
        lambda sizes, shares, most: min(s / share for s, share in zip(sizes, shares) if share)
    ),
    "`read` and `left` are right. Your `largest` is that of the smallest part. Which is full first "
    "is a matter of its share, too.": other_largest(of_smallest),
    "`read` and `left` are right. Your `largest` is that of the part which is full last.": (
        other_largest(
            lambda sizes, shares, most: max(
                most * s / share for s, share in zip(sizes, shares) if share
            )
        )
    ),
}
STATED = [400.0, 20.0, 10.0], [0.5, 0.3, 0.2], 200.0, 2.0


def mixture_case(rng, case):
    """Draw mixtures on which each mistake shows; room for all, none, a share of 0, one part."""
    mistakes = list(MISTAKES.values())
    shown = {1: (0, 1, 2, 3, 4, 5, 7, 8, 9, 10), 2: (0, 1, 2, 3, 4, 5), 4: (6,)}.get(case, ())
    kept = [mistakes[place] for place in shown]
    while True:
        if case == 0:
            return STATED
        parts = {6: 1}.get(case, one(rng, 4, 5))
        scale = 10.0 ** one(rng, 0, 3)
        sizes = [float(x) * scale for x in rng.integers(1, 100, size=parts)]
        weights = rng.integers(1, 9, size=parts)
        if case in (3, 7):
            weights[one(rng, 0, 3)] = 0
        shares = [float(w / weights.sum()) for w in weights]
        most = float(one(rng, 2, 5))
        part = {3: 0.9, 4: 1.3, 5: 0.05, 7: 1.1}.get(case, float(rng.uniform(0.4, 0.95)))
        total = part * most * sum(size for size, share in zip(sizes, shares) if share)
        if case == 5:
            total = 0.9 * mixture(sizes, shares, 1.0, most)[1]
        inputs = sizes, shares, total, most
        if telling(inputs, mixture, kept, kept):
            return inputs


def right(answer, expected, *places):
    found = [(tuple(x) if isinstance(x := answer[n], (list, tuple)) else x) for n in places]
    return all(close(mine, expected[n], 1e-6) for mine, n in zip(found, places))


MIXTURE = Task(
    id="18.9",
    title="The good text runs out",
    points=4,
    function="mix",
    taught="ch18_language_models.ipynb#how-much-text",
    returns=("read", "largest", "left"),
    statement=r"""
What a model reads is a mixture: so much from the web, so much from books. The parts differ in size,
and the best are small: to give them a large share is to read them again and again. So let there be
a limit.

`sizes` and `shares` are lists, for each part how many tokens it has and which share of all that is
read shall come from it; the shares make 1, and some may be 0. `total` tokens are to be read, and no
part more than `most` times: then it is *full*. What a full part cannot give is taken from the parts
that are not full, in the proportion of their shares, over and over, as other parts become full by
it. A part with the share 0 is never read. If all others are full, the rest is left unread.

Write `mix(sizes, shares, total, most)` and return `(read, largest, left)`: a list of the tokens
read of each part; the largest total for which the shares can be kept as they are; and the tokens
left unread, 0 if there are none. Numbers are not rounded. For sizes 400, 20 and 10, shares 0.5, 0.3
and 0.2, 200 tokens and at most 2 readings the answer is 140, 40 and 20, then 100, and 0.
""",
    generate=mixture_case,
    cases=8,
    oracle=mixture,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`read` and `left` are right, `largest` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 2),
        ),
        Symptom(
            "`read` and `largest` are right, `left` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`largest` is right, `read` is not. Go on by hand until no part has more than it may.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 0)
            ),
        ),
    ],
)

MIXTURES = [MIXTURE]
