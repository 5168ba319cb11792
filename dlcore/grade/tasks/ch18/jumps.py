"""The exercise of chapter 18 on a jump: does the measure make it, or what is measured?"""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def largest_gain(course):
    """The largest rise between one look and the next, 0 if nothing rises."""
    return max(0.0, float(course.diff().max()))


def whole_rise(course):
    return max(0.0, float(course[-1] - course[0]))


def either_way(course):
    return float(course.diff().abs().max())


def straight(shares, off=0, last=None):
    """The shares of each digit on a straight line from the first look to the last."""
    looks = len(shares)
    part = torch.arange(looks).double()[:, None] / (looks - 1 + off)
    end = shares[-1] if last is None else last
    return shares[0] + part * (end - shares[0])


def by_control(jump, product, even):
    if jump <= 0:
        return "none"
    if even >= jump / 2 - 1e-9:
        return "measure"
    return "digits" if product >= jump / 2 - 1e-9 else "together"


def digits_first(jump, product, even):
    if jump <= 0:
        return "none"
    if product >= jump / 2 - 1e-9:
        return "digits"
    return "measure" if even >= jump / 2 - 1e-9 else "together"


def more_than_half(jump, product, even):
    return by_control(jump + 4e-9, product, even) if jump > 0 else "none"


def no_third(jump, product, even):
    return "none" if jump <= 0 else "measure" if even >= jump / 2 - 1e-9 else "digits"


def of_mean(shares):
    return shares.mean(1) ** shares.shape[1]


def of_all(shares):
    return shares.prod(1)


def why(
    right, gain=largest_gain, verdict=by_control, line=straight, joined=of_all, even_joined=None,
    exact=None,
):  # fmt: skip
    """The oracle: (verdict, jump, product, even); the keywords are mistakes."""
    shares = right.double().mean(1)
    whole = exact(right) if exact else right.all(2).double().mean(1)
    courses = whole, joined(shares), (even_joined or joined)(line(shares))
    found = [gain(course) for course in courses]
    return verdict(*found), *found


def line_of_product(right):
    """The straight line is drawn through the product, not through the digits."""
    shares = right.double().mean(1)
    product = shares.prod(1)
    rise = max(0.0, float(product[-1] - product[0])) / (len(shares) - 1)
    jump = why(right)[1]
    return by_control(jump, largest_gain(product), rise), jump, largest_gain(product), rise


MISTAKES = {
    "These are rises from the first look to the last. A jump is one between two looks that follow "
    "each other.": partial(why, gain=whole_rise),
    "You count falls as jumps. Only what rises is a gain.": partial(why, gain=either_way),
    "`product` is the mean share of the digits to a power. The digits have shares of their own: "
    "take their product.": partial(why, joined=of_mean),
    "`jump` and `product` are right. For `even` you take a power of the mean share.": partial(
        why, even_joined=of_mean
    ),
    "`jump` and `product` are right. Your straight lines do not reach the last look.": partial(
        why, line=partial(straight, off=1)
    ),
    "`jump` and `product` are right. Your straight lines end at 1. They end where the digit "
    "ends.": partial(why, line=partial(straight, last=1.0)),
    "`jump` and `product` are right. You draw one straight line through the product. Each digit "
    "has its own, and the product is taken of those.": line_of_product,
    "Your `jump` is one of the mean share of right digits. A sum is exact if all its digits are "
    "right.": partial(why, exact=lambda right: right.double().mean((1, 2))),
    "A sum is exact if *all* its digits are right. One is not enough.": partial(
        why, exact=lambda right: right.any(2).double().mean(1)
    ),
}
VERDICTS = {
    "The numbers are right. Ask in the order of the list: first whether the measure alone "
    "suffices.": digits_first,
    "The numbers are right. Just half is enough.": more_than_half,
    "The numbers are right. There is a last line: neither the measure nor the digits one by one "
    "make the jump.": no_third,
}


def curves(rng, case, looks, digits):
    """Shares of right digits at each look: smooth, in stairs, or the same."""
    if case % 3 == 0:
        starts, ends = rng.uniform(0.05, 0.3, digits), rng.uniform(0.85, 1.0, digits)
        return starts + (ends - starts) * torch.linspace(0, 1, looks).numpy()[:, None]
    when = rng.integers(1, looks, size=digits)
    after = torch.arange(looks).numpy()[:, None] >= when
    return rng.uniform(0.05, 0.2, digits) + 0.7 * after


def answers(rng, case):
    """Right or wrong for each look, sum and digit."""
    looks, count, digits = one(rng, 5, 6), one(rng, 12, 20), one(rng, 2, 3)
    if case == 4:
        looks = 2
    if case == 5:
        digits = 1
    shares = curves(rng, {2: 0}.get(case, case), looks, digits)
    dice = rng.random((looks, count, digits))
    if case == 2:  # the digits of a sum are right together
        dice = dice[:, :, :1].repeat(digits, 2)
        shares = shares[:, :1] * 0.5 + shares * 0
        shares[-1] = 0.6
        shares[:-1] = 0.3
    return torch.from_numpy(dice < shares[:, None])


WANTED = {0: "measure", 1: "digits", 2: "together", 3: "digits", 6: "none"}


def jump_case(rng, case):
    """Draw courses with each verdict and each mistake; two looks, one digit, falls, just half."""
    mistakes = [*MISTAKES.values()]
    falls = mistakes.pop(1)
    kept = {0: mistakes, 1: mistakes, 6: [falls]}.get(case, [])
    while True:
        right = answers(rng, case)
        if case == 6:
            right = right.flip(0)
        if case == 7:  # one digit at once: an even line makes just half of the jump
            right = torch.zeros(3, 8, 1, dtype=torch.bool)
            right[1:] = True
        if case == 8:  # the same half of two digits: their product makes just half of it
            right = torch.zeros(3, 8, 2, dtype=torch.bool)
            right[1:, :4] = True
        verdict, jump, product, even = why(right)
        if case in WANTED and verdict != WANTED[case]:
            continue
        edges = [abs(x - jump / 2) for x in (product, even)]
        if case < 7 and jump > 0 and min(edges) < 1e-3:
            continue
        between = {2: product, 3: even}.get(case, jump)  # near to half, and below
        if (case == 0 and product < jump / 2) or between < 0.35 * jump:
            continue
        if telling((right,), why, kept, kept):
            return (right,)


def same(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


JUMP = Task(
    id="18.7",
    title="Who made the jump? Justify by a control",
    points=5,
    function="why_jumped",
    kind="why",
    taught="ch18_language_models.ipynb#a-jump-and-who-makes-it",
    returns=("verdict", "jump", "product", "even"),
    statement=r"""
"The sums became right all at once, *because* only wholly right ones are counted." A *because* needs
a control: the same measure, without jumps in what it measures.

`right` (S, N, K), True or False, says at each of S looks, two at least, for N sums which of their K
digits are right. At each look a sum is exact if all its digits are right. A *jump* of a course of S
numbers is its largest gain from one look to the next, or 0 if it never rises. Find the jumps of
three courses:

- `jump`: of the share of exact sums;
- `product`: of the product of the K digits' shares, as if they were right independently;
- `even`: of that same product, if the share of each digit rose evenly, on a straight line over the
  looks, from what it was at the first look to what it was at the last. This is the control: only
  the measure is left that could make it jump.

Who made the jump? Take the first line that holds, with "at least" up to $10^{-9}$:

- "none", if `jump` is 0;
- "measure", if `even` is at least half of `jump`;
- "digits", if `product` is at least half of `jump`: then it takes the digits' own jumps;
- "together", else: the digits of one sum are right or wrong together.

Write `why_jumped(right)` and return `(verdict, jump, product, even)`.
""",
    generate=jump_case,
    cases=9,
    oracle=why,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        *[
            Symptom(sentence, mimics=partial(why, verdict=rule))
            for sentence, rule in VERDICTS.items()
        ],
        Symptom(
            "The three numbers are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: same(answer, expected, 1, 2, 3),
        ),
        Symptom(
            "`jump` and `product` are right, `even` is not. Write down the shares of one digit at "
            "all looks, as the straight line has them.",
            when=lambda answer, expected, *inputs: (
                same(answer, expected, 1, 2) and not same(answer, expected, 3)
            ),
        ),
        Symptom(
            "`jump` is right, `product` is not.",
            when=lambda answer, expected, *inputs: (
                same(answer, expected, 1) and not same(answer, expected, 2)
            ),
        ),
        Symptom(
            "`product` and `even` are right, `jump` is not.",
            when=lambda answer, expected, *inputs: (
                same(answer, expected, 2, 3) and not same(answer, expected, 1)
            ),
        ),
    ],
)

JUMPS = [JUMP]
