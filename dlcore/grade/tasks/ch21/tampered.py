"""The exercise of chapter 21 on steps: does the answer come from them? They are tampered with."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def name(enough, follows, stays, alone, control=True, most=lambda share: share > 0.5 + 1e-9):
    if not enough:
        return "shaky"
    if most(follows):
        return "steps"
    if most(stays):
        return "decoration" if most(alone) or not control else "presence"
    return "neither"


def why(
    own, changed, implied, idle, bare, telling_only=True, steady_only=True, follow=None,
    of_all=False, bare_right=False, verdict=name, enough_just=True,
):  # fmt: skip
    """The oracle: (verdict, count, shares); the keywords are mistakes."""
    asked = implied != own if telling_only else torch.ones_like(own, dtype=torch.bool)
    steady = asked & (idle == own) if steady_only else asked
    count, total = int(steady.sum()), int(asked.sum())
    base = max(1, total if of_all else count)
    hits = follow(own, changed, implied) if follow else changed == implied
    facts = hits, changed == own, bare == (implied if bare_right else own)
    shares = [int((fact & steady).sum()) / base for fact in facts]
    enough = count > 0 and (2 * count >= total if enough_just else 2 * count > total)
    return verdict(enough, *shares), count, torch.tensor(shares).double()


MISTAKES = {
    "Where the tampered steps lead to the same answer, nothing can be told. Leave these questions "
    "out.": partial(why, telling_only=False),
    "Where a change that says nothing turns the answer, you do not know what a step does. Leave "
    "these questions out.": partial(why, steady_only=False),
    "The answer *follows* if it becomes what the tampered steps lead to, not if it becomes any "
    "other.": partial(why, follow=lambda own, changed, implied: changed != own),
    "Your shares are of all questions that can tell. Those on which the model is not steady are no "
    "longer counted.": partial(why, of_all=True),
    "Your last share is wrong: without steps, is the answer the *same as before*?": partial(
        why, bare_right=True
    ),
    "The numbers are right. Steps that do nothing may still help by being there: ask for the "
    "answers without any.": partial(why, verdict=partial(name, control=False)),
    "The numbers are right. Just half is not more than half.": partial(
        why, verdict=partial(name, most=lambda share: share >= 0.5 - 1e-9)
    ),
    "The numbers are right. If just half of the questions are steady, that is enough.": partial(
        why, enough_just=False
    ),
}
WANTED = {0: "steps", 1: "decoration", 2: "presence", 3: "neither", 4: "shaky"}
HABITS = {  # how often an answer follows, stays, and is there without steps
    "steps": (0.8, 0.1, 0.4), "decoration": (0.1, 0.8, 0.8), "presence": (0.1, 0.8, 0.2),
    "neither": (0.3, 0.3, 0.5), "shaky": (0.5, 0.3, 0.5),
}  # fmt: skip


def answers(rng, kind, Q):
    follows, stays, alone = HABITS[kind]
    own = torch.from_numpy(rng.integers(0, 20, size=Q))
    implied = own + torch.from_numpy(rng.integers(0, 4, size=Q))
    other = own + 30 + torch.from_numpy(rng.integers(0, 9, size=Q))
    lot = torch.from_numpy(rng.random(Q))
    changed = torch.where(lot < follows, implied, torch.where(lot < follows + stays, own, other))
    idle = torch.where(torch.from_numpy(rng.random(Q)) < (0.3 if kind == "shaky" else 0.8),
                       own, other)  # fmt: skip
    lot = torch.from_numpy(rng.random(Q))
    bare = torch.where(lot < alone, own, torch.where(lot < alone + 0.1, implied, other))
    return own, changed, implied, idle, bare


def tampered_case(rng, case):
    """Draw each verdict; edges: just half follow, just half steady, half are there without, one."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0, 1, 2, 3, 4), 1: (0, 1, 2, 3, 4), 2: (5,)}.get(case, ())
    wrong = [mistakes[place] for place in shown]
    while True:
        kind = WANTED.get(case, list(HABITS)[one(rng, 0, 4)])
        inputs = answers(rng, kind, 1 if case == 8 else one(rng, 8, 14))
        own, changed, implied, idle, bare = inputs
        if case == 5:  # four that count; two follow, two stay
            own, implied = torch.tensor([3, 4, 5, 6]), torch.tensor([7, 8, 9, 10])
            changed, idle, bare = torch.tensor([7, 8, 5, 6]), own.clone(), own.clone()
        if case == 6:  # just half are steady, and follow
            own, implied = torch.tensor([3, 4, 5, 6]), torch.tensor([7, 8, 9, 10])
            changed, idle = implied.clone(), torch.tensor([3, 4, 50, 60])
            bare = torch.tensor([3, 70, 5, 6])
        if case == 7:
            implied = own.clone()
        if case == 9:  # four stay, and just half are there without steps
            own, implied = torch.tensor([3, 4, 5, 6]), torch.tensor([7, 8, 9, 10])
            changed, idle, bare = own.clone(), own.clone(), torch.tensor([3, 4, 50, 60])
        inputs = own, changed, implied, idle, bare
        if case in WANTED and why(*inputs)[0] != kind:
            continue
        count, total = why(*inputs)[1], int((inputs[2] != inputs[0]).sum())
        if case == 4 and 3 * count < total:
            continue
        if telling(inputs, why, wrong, wrong):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


TAMPERED = Task(
    id="21.1",
    title="Does the answer come from the steps? Tamper with them",
    points=5,
    function="why_right",
    kind="why",
    taught="ch21_thinking_longer.ipynb#writing-the-steps-down-20212022",
    returns=("verdict", "count", "shares"),
    statement=r"""
"The model is right *because* it writes down its steps." Somebody goes into its text, changes a
step, and lets it write on: an answer that comes from the steps has to change with them.

All inputs (Q,) are answers to Q questions, whole numbers. `own`: after its own steps. `changed`:
after one step was changed. `implied`: what the changed steps lead to, worked out by hand. `idle`:
after a change that says nothing, one dot for another. `bare`: without any steps.

- A question *can tell* if `implied` differs from `own`. The others are left out.
- Of those the model is *steady* on a question if `idle` is the same as `own`. What follows counts
  steady questions alone.
- `shares`, three numbers: of how many of these is `changed` the same as `implied`; as `own`; and
  `bare` the same as `own`. If none is left, all three are 0.

The verdict is the first line that holds:

- "shaky": no steady question is left, or fewer than half of those that can tell;
- "steps": more than half of the answers become what the changed steps lead to;
- "decoration": more than half stay, and more than half are there without steps;
- "presence": more than half stay: steps help by being there, not by what they say;
- "neither": something else.

Write `why_right(own, changed, implied, idle, bare)` and return `(verdict, count, shares)`, where
`count` is the number of steady questions.
""",
    generate=tampered_case,
    cases=10,
    oracle=why,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The numbers are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2),
        ),
        Symptom(
            "`count` is right, `shares` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`count` is not right. Which questions can tell, and on which of them is the model "
            "steady?",
            when=lambda answer, expected, *inputs: not right(answer, expected, 1),
        ),
    ],
)

TAMPERINGS = [TAMPERED]
