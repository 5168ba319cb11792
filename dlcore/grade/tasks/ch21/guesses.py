"""The exercise of chapter 21 on speculative decoding: one look of the target, with four bugs."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

NAMES = "rule", "stop", "rest", "more"


def pick(weights, number):
    """The first token whose running sum of shares is above the number."""
    sums = (weights / weights.sum()).cumsum(0)
    return min(int((sums <= number).sum()), len(weights) - 1)


def look(p, q, guesses, coins, number, rule=True, stop=True, rest=True, more=True, always=False):
    """The oracle: (tokens, stayed); rule to more are bugs if False, always is a mistake."""
    tokens, stayed = [], 0
    for t, guess in enumerate(guesses.tolist()):
        mine, other = (p[t], q[t]) if rule else (q[t], p[t])
        if float(coins[t]) * float(other[guess]) < float(mine[guess]):
            tokens.append(guess)
            stayed += 1
            continue
        lack = (p[t] - q[t]).clamp(min=0) if rest else p[t]
        tokens.append(pick(lack, number))
        if stop:
            break
    if (more and stayed == len(guesses)) or always:
        tokens.append(pick(p[len(guesses)], number))
    return torch.tensor(tokens), stayed


BUGS = {
    "rule": "A guess stays with the probability p / q of target and draft, not q / p.",
    "stop": "After a refusal the guesses behind it were made for another text. They are thrown "
    "away.",
    "rest": "In the place of a refused guess comes a draw from what is missing, $(p - q)^+$, not "
    "from $p$: what stayed has already had its part.",
    "more": "If all guesses stay, the same look tells the law of one token more. You leave it out.",
}
MISTAKES = {
    "The token that comes on top is drawn only if all guesses stay.": partial(look, always=True),
}


def guess_case(rng, case):
    """Draw looks on which each bug shows; none guessed, all stay, the first refused, p = q."""
    V, L = one(rng, 3, 4), {2: 0, 3: 2, 4: 1}.get(case, one(rng, 3, 4))
    p, q = (torch.from_numpy(rng.dirichlet([1.0] * V, size=L + extra)) for extra in (1, 0))
    guesses = torch.from_numpy(rng.integers(0, V, size=L))
    coins = torch.from_numpy(rng.random(L).round(3))
    if case == 3:
        q = p[:L].clone()
    if case == 4:
        p[0], q[0] = torch.eye(V).double()[0], torch.eye(V).double()[1]
        guesses[0] = 1
    inputs = p, q, guesses, coins, round(float(rng.uniform(0.05, 0.95)), 3)
    if case == 0:
        wrong = [partial(look, **{name: False}) for name in NAMES[:3]]
        wrong += [partial(look, rule=False, stop=False), *MISTAKES.values()]
    else:
        wrong = [partial(look, more=False)] if case == 1 else []
    fine = look(*inputs)[1] == L if case == 1 else True
    return inputs if fine and telling(inputs, look, wrong, wrong) else guess_case(rng, case)


GUESS = Task(
    id="21.7",
    title="Find the bugs: one look at what the draft has guessed",
    points=5,
    function="one_look",
    kind="debug",
    taught="ch21_thinking_longer.ipynb#a-small-net-guesses-ahead-2022",
    returns=("tokens", "stayed"),
    statement=r"""
The draft has guessed L tokens, `guesses` (L,), the target has looked at all of them in one go. `q`
(L, V) are the probabilities by which the draft drew each guess; `p` (L + 1, V) are the target's at
these places and at the next one, if all guesses before stand there. The dice have been thrown
before: `coins` (L,) are numbers from 0 to below 1, and a thing that has the probability c *happens*
at place t if `coins[t]` is less than c. `number`, from 0 to below 1, draws a token: the first whose
share, added to those of all tokens before it, is more than `number`.

`one_look(p, q, guesses, coins, number)` should return `(tokens, stayed)`: the list of tokens that
this look has made, and how many of the guesses stayed. They are drawn by the target's law, as the
page has it: a guess that is refused is replaced and is the last token; if none is refused, one more
token is drawn. L may be 0. The function runs. There are four bugs, and when one is mended, another
may come to light.
""",
    generate=guess_case,
    cases=8,
    oracle=look,
    symptoms=[
        *left(look, BUGS["rule"], NAMES[1:], rule=False),
        *left(look, BUGS["stop"], NAMES[2:], stop=False),
        *left(look, BUGS["rest"], NAMES[3:], rest=False),
        *left(look, BUGS["more"], (), more=False),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`stayed` is right, the tokens are not.",
            when=lambda answer, expected, *inputs: close(answer[1], expected[1], 1e-6),
        ),
        Symptom(
            "`stayed` is not right. Which guesses stay?",
            when=lambda answer, expected, *inputs: not close(answer[1], expected[1], 1e-6),
        ),
    ],
)

GUESSES = [GUESS]
