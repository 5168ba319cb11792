"""The exercise of chapter 8 on chains: the second best path through a hidden Markov model."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole


def shares(rng, *shape):
    """Rows of probabilities."""
    rows = whole(rng, 1, 8, *shape).double()
    return rows / rows.sum(-1, keepdim=True)


def seen_case(rng, case):
    """Draw words whose second best path parts from the best one early, but for the edges."""
    states, symbols = one(rng, 2, 3), one(rng, 3, 4)
    move = shares(rng, states, states)
    if case == 5:  # from left to right, with no way back
        move = move.triu() / move.triu().sum(-1, keepdim=True)
    length = {3: 1000, 4: 1}.get(case, one(rng, 3, 6))
    word = whole(rng, 0, symbols - 1, length)
    inputs = shares(rng, states), move, shares(rng, states, symbols), word
    rivals = [float(pair[1]) for pair in (two_best(*inputs), ends(*inputs))]
    rivals.append(float(two_best(*inputs, fresh=True)[1]))
    if case < 3 and len({round(rival, 6) for rival in rivals}) < len(rivals):
        return seen_case(rng, case)
    return inputs


def two_best(start, move, emit, word, early=False, fresh=False):
    """Logarithms of the two largest probabilities of a path; the keywords are mistakes."""
    best = start.log()
    pair = torch.stack([best, best - torch.inf])  # the two best paths that end in each state
    for step, symbol in enumerate(word.tolist()):
        if step or early:
            longer = (pair[:1] if fresh else pair)[:, :, None] + move.log()
            pair = longer.flatten(0, 1).topk(2, dim=0).values
        pair = pair + emit[:, symbol].log()
    return tuple(pair.flatten().topk(2).values)


def ends(start, move, emit, word, collect=torch.amax):
    """The two largest results at the last moment when each state carries one on."""
    state = start.log() + emit[:, word[0]].log()
    for symbol in word[1:]:
        state = collect(state[:, None] + move.log(), 0) + emit[:, symbol].log()
    return tuple(state.topk(2).values)


RUNNER_UP = Task(
    id="8.8",
    title="The second best path",
    points=6,
    function="two_best",
    taught="ch08_rivals.ipynb#hidden-states-how-machines-listened-1970s",
    statement=r"""
Viterbi's algorithm finds the best path of states through a hidden Markov model. How sure may one be
of it? One answer: see how much less likely the runner-up is.

Write `two_best(start, move, emit, word)`. `start` (S,) holds the probabilities of the states at the
first moment, `move[i, j]` the probability that state $j$ follows state $i$, `emit[i, k]` the
probability that state $i$ emits symbol $k$, and `word` (T,) the symbols that were seen, one at each
moment. The probability of a path is that of starting where it starts, of each of its moves, and of
emitting the whole word on the way, all multiplied.

Return `(best, second)`: the natural logarithms of the probabilities of the best path and of the
best *other* path, which may part from it at any moment, and join it again. There are at least two
states. Some moves may have probability 0. A word may be 1000 symbols long; the probability of every
path is then far smaller than any number that 64 bits can hold.
""",
    generate=seen_case,
    returns=("best", "second"),
    oracle=two_best,
    symptoms=[
        Symptom(
            "Your second path is the best of those that end in another state. Some part from the "
            "best path on the way and end where it ends.",
            mimics=ends,
        ),
        Symptom(
            "A path that parts from the best one early and joins it again is lost: what else, "
            "besides its best path, has to be carried on for each state?",
            mimics=lambda *inputs: two_best(*inputs, fresh=True),
        ),
        Symptom(
            "Your second path is the first one again.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) + abs(answer[1] - expected[0]) < 1e-6
            ),
        ),
        Symptom(
            "Your paths are added up. The best one is a maximum.",
            mimics=lambda *inputs: ends(*inputs, collect=torch.logsumexp),
        ),
        Symptom(
            "You returned the two in the other order.",
            mimics=lambda *inputs: two_best(*inputs)[::-1],
        ),
        Symptom(
            "You move backwards: `move[i, j]` leads from i to j.",
            mimics=lambda start, move, *rest: two_best(start, move.T, *rest),
        ),
        Symptom(
            "You move before the first symbol. `start` belongs to its moment.",
            mimics=lambda *inputs: two_best(*inputs, early=True),
        ),
        Symptom(
            "`start` plays no part: all states begin alike.",
            when=lambda answer, expected, start, *rest: alike(
                answer, two_best(torch.ones_like(start), *rest)
            ),
        ),
        Symptom(
            "Right for short words. For the long one the probabilities have become 0 before you "
            "take the logarithm.",
            when=lambda answer, expected, start, move, emit, word: (
                len(word) > 500 and not torch.tensor(answer).isfinite().any()
            ),
        ),
        Symptom(
            "Your logarithms have another base than e.",
            when=lambda answer, expected, *inputs: any(
                abs(answer[0] * base - expected[0]) + abs(answer[1] * base - expected[1]) < 1e-5
                for base in (math.log(2), math.log(10))
            ),
        ),
        Symptom(
            "Your second number says how far the runner-up is behind. Asked for is its own "
            "logarithm.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) < 1e-6
                and abs(abs(answer[1]) - (expected[0] - expected[1])) < 1e-6
            ),
        ),
        Symptom(
            "These are the probabilities themselves. Asked for are their logarithms.",
            mimics=lambda *inputs: tuple(part.exp() for part in two_best(*inputs)),
        ),
    ],
)


def alike(answer, other):
    """Whether two pairs differ by one amount, as by a constant share for all states."""
    return abs((answer[0] - answer[1]) - float(other[0] - other[1])) < 1e-6


PATHS = [RUNNER_UP]
