"""The exercise of chapter 20 on heads that copy: what a head looks at, with four bugs."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

NAMES = "pairs", "copies", "place", "asked"


def looks(weights, tokens, pairs=True, copies=True, place=True, asked=True, seen=True,
          kinds=False):  # fmt: skip
    """The oracle: (before, after, chance); pairs to asked are bugs if False, others mistakes."""
    H, T, _ = weights.shape
    before, after = torch.zeros(H).double(), torch.zeros(H).double()
    chance, count = 0.0, 0
    for t in range(1, T):
        before = before + weights[:, t, t - 1] / (max(1, T - 1) if pairs else T)
        known = [s for s in range(t) if tokens[s] == tokens[t]]
        known = known if copies else known[-1:]
        count += bool(known)
        chance += len(known) / (t + 1 if seen else t)
        for s in known:
            look = weights[:, t, s + (1 if place else 0)]
            after = after + (look / len(known) if kinds else look)
    count = max(1, count) if asked else T
    return before, after / count, chance / count


BUGS = {
    "pairs": "`before` is too small: T tokens have only T − 1 places with a token before them.",
    "copies": "A token may have stood before more than once. You look at one copy alone.",
    "place": "You ask how much a head looks *at* the earlier copy. Asked for is the place behind "
    "it.",
    "asked": "`after` and `chance` are means over the places whose token stood before, not over "
    "all.",
}
MISTAKES = {
    "`before` is right. Over several copies of one token the looks are added up, not "
    "averaged.": partial(looks, kinds=True),
    "`before` and `after` are right. A token may look at itself, too: at place t, counted from 0, "
    "there are t + 1 places.": partial(looks, seen=False),
}


def look_case(rng, case):
    """Draw texts on which each bug shows; one token, none twice, all alike, two, a perfect head."""
    states = [[bool(n & bit) for bit in (8, 4, 2, 1)] for n in range(15)]
    wrong = [partial(looks, **dict(zip(NAMES, state))) for state in states]
    wrong = [*wrong, *MISTAKES.values()] if case < 2 else []
    T, H = {2: 1, 3: 4, 6: 2}.get(case, one(rng, 6, 8)), one(rng, 1, 3)
    tokens = torch.from_numpy(rng.integers(0, 3, size=T))
    if case == 3:
        tokens = torch.tensor([2, 0, 3, 1])
    if case in (4, 6):
        tokens = torch.full((T,), 1)
    scores = torch.from_numpy(rng.normal(size=(H, T, T)).round(1) * 2)
    if case == 5:
        scores = torch.full((H, T, T), -50.0).double()
        scores[:, range(1, T), range(T - 1)] = 50.0
    scores = scores.masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    inputs = scores.softmax(-1), tokens
    return inputs if telling(inputs, looks, wrong, wrong) else look_case(rng, case)


LOOK = Task(
    id="20.6",
    title="Find the bugs: what does a head look at?",
    points=5,
    function="head_looks",
    kind="debug",
    taught="ch20_adaptation.ipynb#two-heads-that-copy-20212022",
    returns=("before", "after", "chance"),
    statement=r"""
The page's texts repeat one piece, so that each token has one earlier copy. In a real text a token
may have stood there several times, or never. `weights` (H, T, T) is the attention of H heads:
`weights[h, t, s]` is how much of head h's look at place t goes to place $s \le t$; each row sums to
1. `tokens` (T,) is the text, of one token at least.

`head_looks(weights, tokens)` should return `(before, after, chance)`:

- `before` (H,): how much a head looks at the token just before, on average over all places that
  have one;
- `after` (H,): take the places whose token stood before. There, how much does the head look at the
  places that come *right behind* an earlier copy, all of them together? The mean over those places;
- `chance`: the same for a head that looks at all places it may see, its own too, in equal parts.

A mean over no place is 0. The function runs. There are four bugs, and when one is mended, another
may come to light.
""",
    generate=look_case,
    cases=7,
    oracle=looks,
    symptoms=[
        *left(looks, BUGS["pairs"], NAMES[1:], pairs=False),
        *left(looks, BUGS["copies"], NAMES[2:], copies=False),
        *left(looks, BUGS["place"], NAMES[3:], place=False),
        *left(looks, BUGS["asked"], (), asked=False),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`before` and `chance` are right, `after` is not.",
            when=lambda answer, expected, *inputs: all(
                close(answer[n], expected[n], 1e-6) for n in (0, 2)
            ),
        ),
        Symptom(
            "`before` is right, `chance` is not.",
            when=lambda answer, expected, *inputs: (
                close(answer[0], expected[0], 1e-6) and not close(answer[2], expected[2], 1e-6)
            ),
        ),
        Symptom(
            "`before` is not right.",
            when=lambda answer, expected, *inputs: not close(answer[0], expected[0], 1e-6),
        ),
    ],
)

LOOKS = [LOOK]
