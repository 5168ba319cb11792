"""The exercise of chapter 22 on recall: which part ties a name to its number?"""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def middle(share, chance):
    return (share + chance) / 2


def from_zero(share, chance):
    return share / 2


def name(missed):
    """The verdict from what is missed: the state, the window, both at once."""
    state, window, together = missed
    if state and window:
        return "both"
    if state or window:
        return "state" if state else "window"
    return "either" if together else "neither"


def no_either(missed):
    return "neither" if name(missed) == "either" else name(missed)


def last_first(missed):
    """The run without both decides alone."""
    return "either" if missed[2] else "neither"


def turned(missed):
    return name((missed[1], missed[0], missed[2]))


def why(
    whole, off, chance, everyone=False, limit=middle, edge=True, learned_edge=True, most=0.5,
    strict=True, verdict=name, by_mean=False, full=1.0, mean_bar=False,
):  # fmt: skip
    """The oracle: (verdict, learned, lost); the keywords are mistakes."""
    own, without = whole.double().mean(1), off.double().mean(2)
    bar = (chance + full) / 2
    learned = own >= bar - 1e-9 if learned_edge else own > bar + 1e-9
    learned = torch.ones_like(learned) if everyone else learned
    count = int(learned.sum())
    if count == 0:
        return "unlearned", 0, torch.zeros(3, dtype=torch.int64)
    own, without = own[learned], without[:, learned]
    halves = limit(own.mean().expand(count) if mean_bar else own, chance)
    broken = without < halves - 1e-9 if edge else without <= halves + 1e-9
    lost = broken.sum(1)
    missed = lost > most * count if strict else lost >= most * count
    if by_mean:
        missed = without.mean(1) < halves.mean()
    return verdict(missed.tolist()), count, lost


MISTAKES = {
    "You count starts that have not learned. They cannot lose what they do not have.": partial(
        why, everyone=True
    ),
    "A start has learned from half of the way between *chance* and 1 on, not from a half "
    "on.": lambda whole, off, chance: why_from_half(whole, off, chance),
    "Half of the way is measured from *chance*. Yours is measured from 0.": partial(
        why, limit=from_zero
    ),
    "A start is compared with its *own* share. You compare it with the mean of all.": partial(
        why, mean_bar=True
    ),
    "A start that stands just in the middle is not below it.": partial(why, edge=False),
    "A start that stands just at half of the way has learned.": partial(why, learned_edge=False),
    "The numbers are right. *More* than half of the starts: just half is not enough.": partial(
        why, strict=False
    ),
    "The numbers are right. You judge by mean shares. The starts are counted.": partial(
        why, by_mean=True
    ),
    "The numbers are right. A part that is not missed by itself may be missed together with the "
    "other.": partial(why, verdict=no_either),
    "The numbers are right. State and window are exchanged.": partial(why, verdict=turned),
    "The numbers are right. You look at the run without both alone. Ask what each is worth by "
    "itself first.": partial(why, verdict=last_first),
}


def why_from_half(whole, off, chance):
    """As if chance were 0 where it is asked who has learned."""
    own = whole.double().mean(1)
    learned = own >= 0.5 - 1e-9
    if not bool(learned.any()):
        return "unlearned", 0, torch.zeros(3, dtype=torch.int64)
    return why(whole[learned], off[:, learned], chance, everyone=True)


WANTED = {0: "state", 1: "window", 2: "both", 3: "either", 4: "neither", 5: "unlearned"}
ALONE = {"state": (0,), "window": (1,), "both": (0, 1), "either": (), "neither": ()}


def runs(rng, case, chance):
    """Answers of several starts, with the parts taken out, each start as it likes."""
    starts, count = one(rng, 5, 7), one(rng, 3, 5) * 8
    learned = rng.random(starts) < (0.0 if case == 5 else 0.75)
    own = rng.uniform(chance, middle(1, chance) + 0.05, starts)
    own[learned] = rng.uniform(middle(1, chance), 1.0, int(learned.sum()))
    kind = WANTED.get(case, list(ALONE)[one(rng, 0, 4)])
    shares = rng.uniform(0.3, 1.0, (3, starts)) * own
    for part in range(3):
        breaks = part in ALONE.get(kind, ()) or (part == 2 and kind != "neither")
        typical = rng.random(starts) < 0.75
        low = chance + (own - chance) * rng.uniform(0, 0.7, starts)
        shares[part][typical] = (low if breaks else own)[typical]
    whole = rng.random((starts, count)) < own[:, None]
    off = rng.random((3, starts, count)) < shares[:, :, None]
    return torch.from_numpy(whole), torch.from_numpy(off)


def of(*shares):
    """Rows of 16 answers with so many right."""
    return torch.stack([torch.arange(16) < count for count in shares])


def few_break(rng, chance):
    """Five starts that have learned; two lose all, the others just not enough to break."""
    own = rng.integers(14, 16, size=5, endpoint=True)
    without = [-(-(count + chance) // 2) for count in own]
    without[1], without[one(rng, 2, 4)] = 0, one(rng, 0, 1)
    off = [of(*without), of(*own), of(*own)]
    return of(*own), torch.stack(off if one(rng, 0, 1) else [off[1], off[0], off[2]])


def tie_case(rng, case):
    """Draw each verdict, and each mistake; edges: just learned, just in the middle, just half."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0, 1, 2, 9, 10), 1: (2, 3, 9, 10), 2: (0, 3), 3: (8,), 4: (7,)}.get(case, ())
    kept = [mistakes[place] for place in shown]
    while True:
        chance = one(rng, 1, 4) / 16
        whole, off = runs(rng, case, chance)
        if case == 4:  # fewer than half break, but so far that the mean is low
            whole, off = few_break(rng, round(16 * chance))
        if case == 6:  # chance 4 of 16: learned from 10 on; of 12 the middle is 8
            chance, whole = 0.25, of(10, 12, 9, 12)
            off = torch.stack([of(7, 8, 0, 8), of(6, 7, 9, 8), of(0, 0, 0, 0)])
        if case == 7:  # just half of the starts
            chance, whole = 0.25, of(16, 16)
            off = torch.stack([of(3, 16), of(16, 16), of(0, 1)])
        if case == 8:
            whole, off = whole[:1], off[:, :1]
        inputs = whole, off, chance
        if case in WANTED and why(*inputs)[0] != WANTED[case]:
            continue
        if telling(inputs, why, kept, kept):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


TIE = Task(
    id="22.4",
    title="Why does it recall? Take the parts out",
    points=5,
    function="why_recalled",
    kind="why",
    taught="ch22_beyond_attention.ipynb#recall-needs-the-word-before-hybrids-20222026",
    returns=("verdict", "learned", "lost"),
    statement=r"""
"The hybrid recalls, *because* its state ties each number to the name before it." The page takes the
state out, and the net recalls as before: there is also a short convolution, a window. Which of the
two is it, or could either do it? And whether a net learns to recall at all hangs on its start.

`whole` (R, Q), True or False, says which of Q answers are right after training from R starts. In
`off` (3, R, Q) are the same starts trained without the state, without the window, and without
both. By `chance` an answer is right with this probability.

- A start *has learned* if its share of right answers in `whole` has come at least half of the way
  from `chance` to 1. Starts that have not are left out of all that follows.
- Without a part a start *breaks* if its share is less than the middle between `chance` and its own
  share in `whole`.
- A part (or both at once) is *missed* if more than half of the starts break without it.

(Equal means equal up to $10^{-9}$.) The verdict is the first line that holds:

- "unlearned": no start has learned;
- "both": the state is missed, and the window is;
- "state" or "window": this one is missed;
- "either": neither is missed by itself, but both at once are;
- "neither": something else does it.

Write `why_recalled(whole, off, chance)` and return `(verdict, learned, lost)`: how many starts have
learned, and how many of them break without the state, the window, and both, three numbers.
""",
    generate=tie_case,
    cases=9,
    oracle=why,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The numbers are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2),
        ),
        Symptom(
            "`learned` is right, `lost` is not. Write down for one start the middle below which it "
            "breaks.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`learned` is not right. How far has each start come from chance to 1?",
            when=lambda answer, expected, *inputs: not right(answer, expected, 1),
        ),
    ],
)

TIES = [TIE]
