"""The exercise of chapter 21 on voting: what do several answers to several questions buy?"""

import itertools
import math
from functools import partial

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling


def by_lot(counts):
    best = max(counts)
    return (counts[0] == best) / counts.count(best)


def to_right(counts):
    return float(counts[0] == max(counts))


def to_nobody(counts):
    return float(counts[0] > max(counts[1:], default=0))


def absolute(counts):
    return float(2 * counts[0] > sum(counts))


def one_of(counts):
    return float(counts[0] > 0)


def vote(row, k, rule=by_lot, ways=True):
    """The probability that the first answer wins a vote of k draws, by going through all counts."""
    total = 0.0
    for counts in itertools.product(range(k + 1), repeat=len(row)):
        if sum(counts) == k:
            many = math.factorial(k) if ways else 1
            for count in counts:
                many //= math.factorial(count) if ways else 1
            total += many * math.prod(p**c for p, c in zip(row, counts)) * rule(list(counts))
    return total


def votes(chances, k, rule=by_lot, ways=True, total=False, more=0, mixed=False, swap=False):
    """The oracle: (one, vote); the keywords are mistakes."""
    rows = [chances.mean(0).tolist()] if mixed else chances.tolist()
    size = 1 if total else len(rows)
    found = (
        sum(row[0] for row in rows) / size,
        sum(vote(row, max(1, k + more), rule, ways) for row in rows) / size,
    )
    return found[::-1] if swap else found


MISTAKES = [
    ("Your two numbers are exchanged.", partial(votes, swap=True)),
    ("Your numbers are sums over the questions. Asked for are means.", partial(votes, total=True)),
    ("Each question has a vote of its own. You vote once, with the mean probabilities.",
     partial(votes, mixed=True)),
    ("With equally many votes you let the right answer win. The lot decides.",
     partial(votes, rule=to_right)),
    ("With equally many votes you let the right answer lose. The lot decides.",
     partial(votes, rule=to_nobody)),
    ("You ask for more than half of the votes. The most votes are enough.",
     partial(votes, rule=absolute)),
    ("Yours is how often *one* of the k answers is right.", partial(votes, rule=one_of)),
    ("Your vote has one answer too few.", partial(votes, more=-1)),
    ("The same counts can come about in several orders. Each of them counts.",
     partial(votes, ways=False)),
]  # fmt: skip


def vote_case(rng, case):
    """Draw questions on which each mistake shows; one draw, an even number, one answer, twins."""
    Q, A, k = one(rng, 2, 3), 3, one(rng, 4, 6)
    chances = torch.from_numpy(rng.dirichlet([1.5] * A, size=Q).round(2))
    if case == 2:
        k = 1
    if case == 3:
        p = round(float(rng.uniform(0.55, 0.9)), 2)
        chances, k = torch.tensor([[p, 1 - p], [1 - p, p]]).double(), 3
    if case == 4:
        chances, k = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]).double(), 4
    if case == 5:
        chances, k = torch.tensor([[0.5, 0.5]]).double(), 2
    chances = chances / chances.sum(1, keepdim=True)
    inputs = chances, k
    wrong = [mistake for _, mistake in MISTAKES] if case < 2 else []
    return inputs if telling(inputs, votes, wrong, wrong) else vote_case(rng, case)


VOTE = Task(
    id="21.2",
    title="Predict, then measure: an easy question, a hard one, and a vote",
    points=5,
    function="vote_shares",
    kind="predict",
    taught="ch21_thinking_longer.ipynb#asking-more-than-once-20212024",
    statement=r"""
There are two questions with two answers each. To the first the model draws the right answer with
the probability 0.6, to the second with 0.4. It draws three answers to each and takes what most say.
What becomes of the mean share of right answers over both questions?

- **a**: it rises: a vote of draws that are independent is better than one
- **b**: it falls: the hard question loses more than the easy one gains
- **c**: it is what it was, just 0.5

Decide first; a symmetry decides it. Then measure, exactly and for any number of answers. `chances`
(Q, A) holds for each of Q questions the probabilities of its A answers, two at least; the first is
the right one. `k` answers to each question are drawn independently, and the answer with the most
votes is taken; of several with equally many the lot takes one.

Write `vote_shares(chances, k)` and return `(prediction, one, vote)`: your letter, the mean over the
questions of the probability that one drawn answer is right, and that the vote of `k` is. Go through
all counts, or all texts; do not draw. Any prediction counts, if you made one; the numbers must be
right.
""",
    generate=vote_case,
    cases=6,
    judge=measured(("a", "b", "c"), votes, MISTAKES, names=("one", "vote")),
)

VOTES = [VOTE]
