"""The exercise of chapter 21 on calls: choose for which kinds of question a tool is worth it."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def gains(kind, own, tool, price, g=None):
    """How much more calls earn than the net's own answers, on average, and of how many."""
    chosen = torch.ones_like(kind, dtype=torch.bool) if g is None else kind == g
    gap = tool[chosen].double() - price - own[chosen].double()
    return gap.mean().item() if len(gap) else 0.0, len(gap)


def choose(
    kind, own, tool, kind_later, own_later, tool_later, kinds, price, least, paid=True,
    rare="all", ties=False, peek=False, judge_seen=False, one_rule=False, best=True, strict=False,
):  # fmt: skip
    """The oracle: (call, earned, missed); the keywords are mistakes."""
    seen = (kind_later, own_later, tool_later) if peek else (kind, own, tool)
    cost = price if paid else 0.0
    overall = gains(*seen, cost)[0]
    call = []
    for g in range(kinds):
        gain, count = gains(*seen, cost, g)
        few = count <= least if strict else count < least
        if few or one_rule:
            gain = {"all": overall, "own": -1.0, "itself": gain if count else -1.0}[rare]
        call.append(gain >= -1e-9 if ties else gain > 1e-9)
    call = torch.tensor(call)
    where = (kind, own, tool) if judge_seen else (kind_later, own_later, tool_later)
    earned = earning(call, *where, price)
    most = torch.tensor([gains(*where, price, g)[0] > 0 for g in range(kinds)])
    return call, earned, (earning(most, *where, price) if best else 1.0) - earned


def earning(call, kind, own, tool, price):
    at = call[kind]
    return torch.where(at, tool.double() - price, own.double()).mean().item()


MISTAKES = {
    "You choose by the questions that are to judge.": partial(choose, peek=True),
    "You call wherever the tool is right more often. A call has a price.": partial(
        choose, paid=False
    ),
    "You choose one rule for all kinds.": partial(choose, one_rule=True),
    "Kinds that were seen too seldom follow what is better over *all* questions. With you they are "
    "never called for.": partial(choose, rare="own"),
    "Kinds that were seen too seldom follow what is better over *all* questions. With you they "
    "decide by the few that they have.": partial(choose, rare="itself"),
    "A kind that was seen just `least` times was seen often enough.": partial(choose, strict=True),
    "Where a call earns just as much as none, there is no call.": partial(choose, ties=True),
    "`call` is right. You judge by the questions that you chose by.": partial(
        choose, judge_seen=True
    ),
    "`call` and `earned` are right. `missed` is held against the best choice for each *kind*, not "
    "against a right answer everywhere.": partial(choose, best=False),
}


def part(rng, kinds, count, good):
    kind = torch.from_numpy(rng.choice(kinds, count, p=rng.dirichlet([2.0] * kinds)))
    own = torch.from_numpy(rng.random(count) < good[kind.numpy()])
    tool = torch.from_numpy(rng.random(count) < rng.uniform(0.7, 1.0))
    return kind, own, tool


def route_case(rng, case):
    """Draw questions on which each mistake shows; just as much, just often enough, one kind."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0, 1, 2, 7, 8), 1: (3,), 2: (5,), 3: (6,), 7: (4,)}.get(case, ())
    wrong = [mistakes[place] for place in shown]
    rare = mistakes[3:5] if case in (1, 7) else wrong
    while True:
        kinds = 1 if case == 4 else one(rng, 3, 4)
        price = 0.25 if case == 3 else round(float(rng.uniform(0.1, 0.5)), 2)
        good = rng.uniform(0.1, 1.0, size=kinds)
        seen = part(rng, kinds, one(rng, 14, 24), good)
        later = part(rng, kinds, one(rng, 10, 16), good)
        least = one(rng, 3, 5)
        if case == 3:  # kind 0: own 2 of 4, tool 3 of 4, price 0.25
            first = torch.zeros(4).long(), torch.arange(4) < 2, torch.arange(4) < 3
            rest = seen[0] != 0
            seen = tuple(torch.cat([a, b[rest]]) for a, b in zip(first, seen))
            least = 4
        if case == 5:
            least = 100
        if case == 6:  # kind 0 is never practised
            seen = tuple(row[seen[0] != 0] for row in seen)
        inputs = *seen, *later, kinds, price, least
        if case == 2 and least not in torch.bincount(seen[0], minlength=kinds).tolist():
            continue
        sides = [gains(*seen, price=price, g=g)[0] for g in range(kinds)] + [
            gains(*seen, price=price)[0]
        ]
        if case != 3 and min(map(abs, sides[-1:] + [s for s in sides if s])) < 1e-6:
            continue
        if len(seen[0]) and telling(inputs, choose, wrong, rare):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


ROUTE = Task(
    id="21.5",
    title="Choose for which questions to call",
    points=5,
    function="choose_calls",
    kind="choose",
    taught="ch21_thinking_longer.ipynb#when-to-call-for-help-20212023",
    returns=("call", "earned", "missed"),
    statement=r"""
A tool is not always right, and not every kind of question needs it. Choose for each kind whether to
call, by questions with known answers, and say on others what that is worth.

`kind` (N,) says of which of the `kinds` kinds each of N questions is, from 0 on; `own` and `tool`
(N,), True or False, whether the net's own answer is right, and the tool's. `kind_later`,
`own_later` and `tool_later` (M,) say the same of M other questions, which judge. A right answer
earns 1, a wrong one 0; a call costs `price`, whatever comes of it.

- `call` (`kinds`,), True or False: for a kind with at least `least` of the N questions, whether
  calling earned more on them, on average, than not calling. A kind with fewer follows what earned
  more over all N questions together. More means more by $10^{-9}$; else there is no call;
- `earned`: the mean of what this choice earns on the M questions;
- `missed`: how much more, on these M, the best choice for each kind would have earned, if one had
  known them.

Write `choose_calls(kind, own, tool, kind_later, own_later, tool_later, kinds, price, least)` and
return `(call, earned, missed)`. A kind may have no question in either part.
""",
    generate=route_case,
    cases=8,
    oracle=choose,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`call` and `earned` are right, `missed` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`call` is right, `earned` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
        Symptom(
            "`call` is not right. Write down for one kind what it earned with calls, and without.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

ROUTES = [ROUTE]
