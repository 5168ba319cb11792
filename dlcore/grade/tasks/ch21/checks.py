"""The exercise of chapter 21 on a check that errs: what is worth an accepted answer, by pencil?"""

from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def accepted(p, s, f):
    return p * s + (1 - p) * f


def trust_of(p, s, f):
    return p * s / accepted(p, s, f) if accepted(p, s, f) > 0 else 0.0


def draws_of(a, n):
    return n if a == 0 else (1 - (1 - a) ** n) / a


def kept_of(p, s, f, n, last=True, given=False):
    """The probability that what is handed out is right; last: the last draw if none passes."""
    a = accepted(p, s, f)
    none = (1 - a) ** n
    passed = trust_of(p, s, f) * (1 - none)
    if not last or a == 1:
        return passed
    return passed + none * (p if given else p * (1 - s) / (1 - a))


def checked(p, s, f, n, trust=trust_of, draws=draws_of, kept=kept_of):
    """The oracle: (trust, draws, right); the keywords are mistakes."""
    return trust(p, s, f), draws(accepted(p, s, f), n), kept(p, s, f, n)


MISTAKES = {
    "Your `trust` is the part of right answers that pass. Asked for is the part of passing ones "
    "that are right.": partial(checked, trust=lambda p, s, f: s),
    "Your `trust` is the probability to be right *and* pass. Hold it against all that pass.": (
        partial(checked, trust=lambda p, s, f: p * s)
    ),
    "Your `trust` forgets how often an answer is right before any check.": partial(
        checked, trust=lambda p, s, f: s / (s + f) if s + f else 0.0
    ),
    "`trust` is right. Your `draws` go on for ever. They stop after `n`.": partial(
        checked, draws=lambda a, n: 1 / a if a else n
    ),
    "`trust` is right. Your `draws` are always `n`. They stop where one passes.": partial(
        checked, draws=lambda a, n: n
    ),
    "`trust` is right. In your `draws` those that do not end in an accepted answer are "
    "missing.": partial(
        checked, draws=lambda a, n: sum(i * a * (1 - a) ** (i - 1) for i in range(1, n + 1))
    ),
    "`trust` and `draws` are right. If none passes, the last one is handed out; it may be right.": (
        partial(checked, kept=partial(kept_of, last=False))
    ),
    "`trust` and `draws` are right. An answer that has been rejected is less often right than one "
    "not yet looked at.": partial(checked, kept=partial(kept_of, given=True)),
    "`trust` and `draws` are right. Your last number is `trust` again: sometimes none "
    "passes.": partial(checked, kept=lambda p, s, f, n: trust_of(p, s, f)),
}
STATED = 0.5, 1.0, 0.25, 2


def check_case(rng, case):
    """Draw checks on which each mistake shows; one that knows all, passes none, or passes all."""
    if case == 0:
        return STATED
    p, s, f = (round(float(x), 2) for x in rng.uniform(0.15, 0.85, size=3))
    n = one(rng, 2, 6)
    if case == 3:
        s, f = 1.0, 0.0
    if case == 4:
        s, f = 0.0, 0.0
    if case == 5:
        s, f = 1.0, 1.0
    if case == 6:
        n = 1
    if case == 7:
        p = 0.0
    inputs = p, s, f, n
    wrong = list(MISTAKES.values()) if case in (1, 2) else []
    return inputs if telling(inputs, checked, wrong, wrong) else check_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


CHECK = Task(
    id="21.3",
    title="With a pencil: what an accepted answer is worth",
    points=5,
    function="accepted_worth",
    kind="pencil",
    taught="ch21_thinking_longer.ipynb#a-check-by-program",
    returns=("trust", "draws", "right"),
    statement=r"""
Take a pencil. A model's draws are right with the probability `p`, each independently of the others.
A check accepts a right answer with the probability `s` and a wrong one with `f`: casting out nines
has `s` = 1, a set of tests may reject right programs as well. Draws are made and checked one by
one, until one is accepted, but `n` at most. The accepted one is handed out; if none of the `n` was
accepted, the last one is, as it is.

- `trust`: the probability that an accepted answer is right; 0 if none is ever accepted;
- `draws`: how many draws are made, on average;
- `right`: the probability that what is handed out is right.

Write `accepted_worth(p, s, f, n)` and return `(trust, draws, right)`. For 0.5, 1, 0.25 and 2 the
answer is 0.8, 1.375 and 0.6875. All three probabilities may be 0 or 1.
""",
    generate=check_case,
    cases=8,
    oracle=checked,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`trust` and `draws` are right, `right` is not. With what probability are all `n` "
            "rejected, and what is the last one then?",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`trust` is right, `draws` is not. With what probability is there a second draw, and a "
            "third?",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0) and not right(answer, expected, 1)
            ),
        ),
        Symptom(
            "`trust` is not right. Of 100 answers, how many are right and pass, how many are wrong "
            "and pass?",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

CHECKS = [CHECK]
