"""The exercises of chapter 14 on points: two tips that look alike, and draws without strangers."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, uniform
from dlcore.grade.tasks.telling import telling


def answers(first, second, chance, weight=None, square=True, power=(2, 1), sure=max):
    """The oracle: means over the two tips; the keywords are mistakes."""
    chances = torch.tensor([chance, 1 - chance], dtype=torch.float64)
    tips = torch.stack([first, second])
    place = ((chances if weight is None else weight(chances))[:, None] * tips).sum(0)
    likely = tips[chances.tolist().index(sure(chances.tolist()))]
    away, off = ((tips - point).norm(dim=1) for point in (place, likely))
    return (place, *(float((chances * part**k).sum()) for k in power for part in (away, off)))


def part(change):
    """The right answers with some of them changed."""

    def mistaken(first, second, chance):
        place, *rest = answers(first, second, chance)
        gap = float((first - second).norm())
        return place, *change(rest, chance, gap)

    return mistaken


TIP_MISTAKES = {
    "You take the place half way. The likelier tip pulls more.": partial(
        answers, weight=lambda chances: torch.full_like(chances, 0.5)
    ),
    "You have exchanged the two chances.": partial(answers, weight=lambda chances: chances.flip(0)),
    "The net that names a tip names the less likely one in yours.": partial(answers, sure=min),
    "Your place is that of the likelier tip. Which place has the smallest mean squared error?": (
        partial(answers, weight=lambda chances: torch.eye(2).double()[chances.argmax()])
    ),
    "The place is right. Your squared errors are not squared.": partial(answers, power=(1, 1)),
    "The place and the squared errors are right. A mean distance is not the root of a mean "
    "square.": part(lambda rest, chance, gap: (*rest[:2], rest[0] ** 0.5, rest[1] ** 0.5)),
    "The place is right. You name distances first and squared errors last.": partial(
        answers, power=(1, 2)
    ),
    "The place is right. You count the wrong tip as if it came every time.": part(
        lambda rest, chance, gap: (rest[0], gap**2, rest[2], gap)
    ),
    "The place is right. The mean place and the named tip have changed places in your errors.": (
        part(lambda rest, chance, gap: (rest[1], rest[0], rest[3], rest[2]))
    ),
    "The place is right. The mean place errs for both tips, and each error counts by its chance.": (
        part(lambda rest, chance, gap: (rest[0] / 2, rest[1], rest[2] / 2, rest[3]))
    ),
}


def tips_case(rng, case):
    """Draw tips on which each mistake shows; certain, even, the second likelier, one place."""
    first, second = uniform(rng, 0, 32, 2), uniform(rng, 0, 32, 2)
    chance = {3: 1.0, 4: 0.0, 5: 0.5, 1: one(rng, 10, 40) / 100}.get(case, one(rng, 60, 90) / 100)
    if case == 6:
        second = first.clone()
    inputs = first, second, chance
    if case < 3 and not telling(inputs, answers, TIP_MISTAKES.values()):
        return tips_case(rng, case)
    return inputs


def same(mine, right):
    mine, right = torch.as_tensor(mine).double(), torch.as_tensor(right).double()
    return mine.shape == right.shape and torch.allclose(mine, right, 1e-6, 1e-6)


TIPS = Task(
    id="14.8",
    title="Between two tips, by pencil",
    points=5,
    function="two_tips",
    kind="pencil",
    taught="ch14_detection.ipynb#points-where-is-the-tip",
    returns=("place", "square", "square_named", "distance", "distance_named"),
    statement=r"""
Take a pencil. An arrow is so blurred that both of its ends look alike. With probability $c$ its
tip is at `first`, else at `second`; let $d$ be the distance of the two. Two nets know exactly this
much:

- One was trained on the squared distance, and answers with the place $m$ whose *mean squared
  distance* from the tip is the smallest.
- The other gives a score to every place, and names the end that is more likely. At $c = 0.5$ it
  makes no difference which.

Find on paper formulas in $c$ and $d$ for the mean squared distance of both from the tip, and for
their mean distance. Check them with $c = 0.8$ and $d = 10$: 16 and 20, then 3.2 and 2.

Write `two_tips(first, second, chance)` for places (2,) and $c$ as `chance`. Return `(place, square,
square_named, distance, distance_named)`: $m$ (2,); the mean squared distance of the first net and
of the one that names an end; and their mean distances. Which net would you have, one that is never
right and never far off, or the other? The two scores do not agree.
""",
    generate=tips_case,
    cases=7,
    oracle=answers,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in TIP_MISTAKES.items()],
        Symptom(
            "The place is wrong: set the slope of the mean squared distance to 0.",
            when=lambda answer, expected, *inputs: not same(answer[0], expected[0]),
        ),
        Symptom(
            "The place is right, and what the named end gives, too. How far is m from each tip, "
            "as a share of d?",
            when=lambda answer, expected, *inputs: all(
                same(answer[n], expected[n]) for n in (0, 2, 4)
            ),
        ),
        Symptom(
            "The place is right, and what it gives, too. How often is the named end the wrong one?",
            when=lambda answer, expected, *inputs: all(
                same(answer[n], expected[n]) for n in (0, 1, 3)
            ),
        ),
        Symptom(
            "The place is right, the means are not.",
            when=lambda answer, expected, *inputs: same(answer[0], expected[0]),
        ),
    ],
)


def clean(points, bad, size):
    """Chance that a draw of different points holds good ones only."""
    return math.comb(points - bad, size) / math.comb(points, size)


def back(points, bad, size):
    """The same if points are put back."""
    return ((points - bad) / points) ** size


def wrong_all(points, bad, size):
    """Chance that not all of the points are bad."""
    return 1 - math.comb(bad, size) / math.comb(points, size)


def needed(chance, sure, whole=math.ceil):
    """How many draws it takes; infinitely many if there is no chance."""
    if chance <= 0 or chance >= 1:
        return math.inf if chance <= 0 else 1
    return max(1, whole(math.log(1 - sure) / math.log(1 - chance)))


def draws(points, bad, need, more, sure, **mistakes):
    """The oracle: (few, many, times); the keywords are mistakes."""
    chance, count = mistakes.get("chance", clean), mistakes.get("count", needed)
    few, many = (count(chance(points, bad, size), sure) for size in (need, more))
    weighted = many / few if mistakes.get("bare") else many * more / (few * need)
    return few, many, 1 / weighted if mistakes.get("upside") else weighted


def unsure(chance, sure):
    return needed(chance, 1 - sure)


def on_average(chance, sure):
    return 1 / chance if chance else math.inf


def unrounded(chance, sure):
    return needed(chance, sure, whole=float)


DRAW_MISTAKES = {
    "You put points back: your chance is a power. Two points of one draw are different.": partial(
        draws, chance=back
    ),
    "Your draws hold a good point. They must hold good points only.": partial(
        draws, chance=wrong_all
    ),
    "You ask that all draws fail with the probability `sure`.": partial(draws, count=unsure),
    "This is how many draws it takes on average. Asked is how many to be sure.": partial(
        draws, count=on_average
    ),
    "There are no half draws: the next whole number is sure enough.": partial(
        draws, count=unrounded
    ),
    "Your numbers of draws are rounded down. They do not suffice then.": partial(
        draws, count=partial(needed, whole=math.floor)
    ),
    "Your numbers of draws are rounded to the nearest. They may not suffice then.": partial(
        draws, count=partial(needed, whole=round)
    ),
    "The draws are right. `times` compares points, and a large draw has more of them.": partial(
        draws, bare=True
    ),
    "The draws are right. `times` stands on its head.": partial(draws, upside=True),
}
DRAW_EDGES = {
    "One draw more than is needed: at just `sure` it is enough.": partial(
        draws, count=partial(needed, whole=lambda n: math.floor(n) + 1)
    ),
}


def clear(chance, sure):
    """Whether rounding errors cannot change the number of draws, and it is not too large."""
    if not 0 < chance < 1:
        return False
    count = math.log(1 - sure) / math.log(1 - chance)
    return abs(count - round(count)) > 1e-3 and count < 20_000


def draws_case(rng, case):
    """Draw points on which each mistake shows; none bad, too many bad, just enough draws."""
    if case == 5:
        return 4, 1, 2, 3, 0.75
    points, need = one(rng, 10, 30), one(rng, 2, 3)
    bad = round(points * one(rng, 3, 5) / 10)
    more, sure = need + one(rng, 2, 3), (0.9, 0.95, 0.99)[one(rng, 0, 2)]
    if case == 3:
        return points, 0, need, more, sure
    if case == 4:  # no draw of `more` is clean
        bad = points - more + 1
        need = more - 1
    if case == 6:  # one draw is enough
        points, bad, need, more, sure = 30, 1, 1, 2, 0.5
    inputs = points, bad, need, more, sure
    sizes = (need,) if case == 4 else (need, more)
    fine = all(clear(clean(points, bad, size), sure) for size in sizes)
    if case < 3:
        fine = fine and telling(inputs, draws, DRAW_MISTAKES.values())
    return inputs if fine else draws_case(rng, case)


DRAWS = Task(
    id="14.9",
    title="Why two points, and not ten? Justify by a number",
    points=5,
    function="draws",
    kind="why",
    taught="ch14_detection.ipynb#when-the-data-lie-ransac-1981",
    returns=("few", "many", "times"),
    statement=r"""
"A line through two points is shaky. Draw ten, and lay the best line through them: their errors
average out." RANSAC does not, and always draws as few points as a model needs. Why? The reason is a
number.

Of `points` points, `bad` are strangers. A draw takes so many *different* points, each choice
equally likely; it is clean if no stranger is among them. Of $N$ points $k$ can be chosen in
$\binom{N}{k} = \frac{N!}{k!\,(N - k)!}$ ways (`math.comb`). All draws are independent of each
other. How many does one need so that with probability `sure` or more at least one of them is clean?
At least one, and infinitely many (`math.inf`) if no clean one exists.

Write `draws(points, bad, need, more, sure)` and return `(few, many, times)`: the smallest whole
number of draws of `need` points, the same for draws of `more` points, and how many times as many
*points* have to be drawn in all with `more` as with `need`. `need` is less than `more`; at least
`need` points are good, there are at least `more` points, and 0 < `sure` < 1.
""",
    generate=draws_case,
    cases=7,
    oracle=draws,
    symptoms=[
        *[
            Symptom(sentence, mimics=mistake)
            for sentence, mistake in {**DRAW_MISTAKES, **DRAW_EDGES}.items()
        ],
        Symptom(
            "Where no draw can be clean, no number of draws is enough: `math.inf`.",
            when=lambda answer, expected, *inputs: (
                expected[1] == math.inf and answer[1] != math.inf and answer[0] == expected[0]
            ),
        ),
        Symptom(
            "The numbers of draws are right, `times` is not.",
            when=lambda answer, expected, *inputs: answer[:2] == expected[:2],
        ),
        Symptom(
            "`few` is right, `many` is not.",
            when=lambda answer, expected, *inputs: (
                answer[0] == expected[0] and answer[1] != expected[1]
            ),
        ),
        Symptom(
            "`few` is wrong: what is the chance of one clean draw, and that all are not?",
            when=lambda answer, expected, *inputs: answer[0] != expected[0],
        ),
    ],
)

POINTS = [TIPS, DRAWS]
