"""The exercises of chapter 8 on many trees: a forest's honest error, and stumps that vote."""

import itertools

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one, signs, whole
from dlcore.grade.tasks.prediction import measured

CLASSES = 3


def unseen_error(votes, drawn, t, carry=False, seen=False, skip=True, over=None, last=False):
    """Share of errors where the trees vote that have not seen an example; keywords are bugs."""
    wrong, judged, counts = 0, 0, [0] * CLASSES
    for n in range(len(t)):
        counts = counts if carry else [0] * CLASSES
        for tree in range(len(votes)):
            if (drawn[tree, n] > 0) == seen:
                counts[votes[tree, n]] += 1
        if skip and not any(counts):
            continue
        judged += 1
        first = counts.index(max(counts))
        winner = CLASSES - 1 - counts[::-1].index(max(counts)) if last else first
        wrong += int(winner != t[n])
    return wrong / (over or judged)


BUGS = {"carry": True, "seen": True, "skip": False}


def unseen_case(rng, case):
    """Draw votes on which each of the three bugs shows, but for the edges."""
    trees, count = (1 if case == 4 else one(rng, 3, 5)), one(rng, 7, 9)
    t, votes = whole(rng, 0, 2, count), whole(rng, 0, 2, trees, count)
    drawn = whole(rng, 1, 6, trees, count) // 3
    if case == 5:  # one tree has seen all examples, the others none
        drawn[0], drawn[1:] = 1, 0
    else:
        drawn[0, 0], drawn[0, 1] = 0, 1
    settings = [{}, *({name: bug} for name, bug in BUGS.items()), {"last": True}]
    if case < 4:
        drawn[:, one(rng, 1, count - 1)] = 1
        if len({unseen_error(votes, drawn, t, **bug) for bug in settings}) < len(settings):
            return unseen_case(rng, case)
    return votes, drawn, t


UNSEEN = Task(
    id="8.5",
    title="Find the bugs: a forest that flatters itself",
    points=4,
    function="unseen_error",
    kind="debug",
    taught="ch08_rivals.ipynb#a-crowd-of-trees-random-forests-19952001",
    statement=r"""
Each tree of a random forest learns from its own sample, drawn with replacement: some examples come
twice, others never. So a forest can be tested without a test set. Let every example be judged only
by the trees that have *not* seen it, and count the errors: the *out-of-bag* error.

`unseen_error(votes, drawn, t)` should compute it. `votes` (T, N) holds the class 0, 1 or 2 that
each of T trees gives to each of N examples, `drawn` (T, N) how often the example came in the tree's
sample, and `t` (N,) the true classes. The class with most votes wins, at a tie the smallest number.
An example that every tree has seen cannot be judged; it counts neither as an error nor among those
over which the share is taken. At least one example can be judged.

A colleague is proud of the small errors that come out. There are three bugs.
""",
    generate=unseen_case,
    oracle=unseen_error,
    symptoms=[
        *left(
            unseen_error,
            "The trees that vote on an example are those that have learned it by heart.",
            ("carry", "skip"),
            seen=True,
        ),
        *left(
            unseen_error,
            "The first example is judged by its own votes. By whose is the second?",
            ("skip",),
            carry=True,
        ),
        *left(
            unseen_error,
            "An example on which nobody votes is counted all the same. Who wins with 0 votes each?",
            skip=False,
        ),
        Symptom(
            "The errors are counted rightly. The share is taken over all examples, also those that "
            "nobody can judge.",
            mimics=lambda votes, drawn, t: unseen_error(votes, drawn, t, over=len(t)),
        ),
        Symptom(
            "This is the number of errors. Asked for is their share.",
            mimics=lambda votes, drawn, t: unseen_error(votes, drawn, t, over=1),
        ),
        Symptom(
            "This is the share that is right. Asked for are the errors.",
            mimics=lambda *inputs: 1 - unseen_error(*inputs),
        ),
        Symptom(
            "At a tie of votes you take the largest class. The smallest number wins.",
            mimics=lambda *inputs: unseen_error(*inputs, last=True),
        ),
        Symptom(
            "You count the errors of single trees. The trees vote, and the forest answers once.",
            mimics=lambda votes, drawn, t: ((votes != t) & (drawn == 0)).sum() / (drawn == 0).sum(),
        ),
    ],
)


def stumps(x, sides=(1, -1), last: int | None = -1, values=torch.unique):
    """The answers -1 and +1 of all stumps with a threshold between two values, (Q, N)."""
    lows = [column <= threshold for column in x.T for threshold in values(column)[:last]]
    return torch.stack([side * (2.0 * low - 1) for low in lows for side in sides]).double()


def boosted(x, t, weights, rounds, half=0.5, anew=True, scale=True, **of_stumps):
    """The scores (N,) after the rounds; the keywords are mistakes."""
    answers, scores, now = stumps(x, **of_stumps), 0.0 * t, weights
    for _ in range(rounds):
        errors = (answers != t).double() @ now
        error, chosen = errors.min(), answers[errors.argmin()]
        votes = half * ((1 - error) / error).log()
        scores = scores + votes * chosen
        now = now * (-votes * t * chosen).exp() if anew else now
        now = now / now.sum() if scale else now
    return scores


def boosted_loss(x, t, weights, rounds, **mistakes):
    return float(weights @ (-t * boosted(x, t, weights, rounds, **mistakes)).exp())


MISTAKES = [
    (
        "All your stumps are chosen with the weights of the start, so all are the same.",
        lambda *inputs: boosted_loss(*inputs, anew=False),
    ),
    (
        "Each stump has twice the votes that it should have: there is a half before the logarithm.",
        lambda *inputs: boosted_loss(*inputs, half=1.0),
    ),
    (
        "The weights no longer add up to 1 after the first round.",
        lambda *inputs: boosted_loss(*inputs, scale=False),
    ),
    (
        "All your stumps answer +1 below their threshold. They may also do so above it.",
        lambda *inputs: boosted_loss(*inputs, sides=(1,)),
    ),
    (
        "All your stumps answer +1 above their threshold. They may also do so below it.",
        lambda *inputs: boosted_loss(*inputs, sides=(-1,)),
    ),
    (
        "All your questions are about the first feature.",
        lambda x, *rest: boosted_loss(x[:, :1], *rest),
    ),
    (
        "You do one round too few.",
        lambda x, t, weights, rounds: boosted_loss(x, t, weights, max(rounds - 1, 0)),
    ),
    (
        "You do one round too many.",
        lambda x, t, weights, rounds: boosted_loss(x, t, weights, rounds + 1),
    ),
    (
        "The examples count alike in your loss. Each has the weight that it started with.",
        lambda x, t, *rest: float((-t * boosted(x, t, *rest)).exp().mean()),
    ),
    (
        "This is the weight of the examples whose score has the wrong sign. The loss also "
        "says by how much.",
        lambda x, t, weights, rounds: float(
            weights @ (t * boosted(x, t, weights, rounds) <= 0).double()
        ),
    ),
]


LEFT_OUT = (
    "You leave out the threshold at the last example. The one that no stump needs is at the "
    "largest value of each feature.",
    lambda *inputs: boosted_loss(*inputs, values=lambda column: column),
)
EVEN = (
    "You begin with equal weights. Those of the start are given.",
    lambda x, t, weights, rounds: boosted_loss(
        x, t, torch.full_like(weights, 1 / len(weights)), rounds
    ),
)
CONSTANT = (
    "One of your stumps answers the same for all examples. A threshold leaves at least one on "
    "either side.",
    lambda *inputs: boosted_loss(*inputs, last=None),
)


def boosted_case(rng, case):
    """Draw examples with one best stump in every round, on which each mistake shows at first."""
    if case == 4:
        corners = torch.tensor(list(itertools.product((0.0, 1.0), repeat=2))).double()
        return corners, torch.tensor([-1.0, 1.0, 1.0, -1.0]).double(), torch.full((4,), 0.25), 5
    count, rounds = one(rng, 5, 7), (0 if case == 3 else one(rng, 3, 4))
    x, t, shares = normal(rng, count, 2), signs(rng, count), whole(rng, 50, 400, count).double()
    if case == 5:  # two examples that only their targets tell apart
        x[1], t[:2] = x[0], torch.tensor([1.0, -1.0])
    weights = shares / shares.sum()
    nudged = weights * (1 + 1e-9 * normal(rng, count))
    turned = boosted_loss(-x.flip(1), t, nudged, rounds)
    inputs = x, t, weights, rounds
    losses = {round(loss(*inputs), 6) for loss in (boosted_loss, *(m for _, m in MISTAKES))}
    unclear = abs(boosted_loss(*inputs) - turned) > 1e-7 or len(losses) <= len(MISTAKES) * (
        case < 3
    )
    for here, (_, mistake) in ((1, CONSTANT), (2, LEFT_OUT)):
        unclear |= case == here and abs(boosted_loss(*inputs) - mistake(*inputs)) < 1e-3
    if (stumps(x, last=None) == t).all(1).any() or unclear:
        return boosted_case(rng, case)
    return inputs


BOOSTED = Task(
    id="8.6",
    title="Predict, then measure: a thousand stumps against XOR",
    points=5,
    function="boosted_loss",
    kind="predict",
    taught="ch08_rivals.ipynb#one-small-tree-after-another-gradient-boosting-2001",
    statement=r"""
A stump is a tree with one question: is *this* feature at most *this* large? It answers $+1$ on one
side and $-1$ on the other. AdaBoost
([Freund and Schapire (1997)](https://doi.org/10.1006/jcss.1997.1504)) lets many of them vote. It
keeps a weight for each example; the weights add up to 1. In each round it takes the stump with the
smallest error $\varepsilon$, the total weight of the examples that it gets wrong. It adds
$\alpha = \tfrac12 \ln \frac{1 - \varepsilon}{\varepsilon}$ times the stump's answers $h_n$ to the
scores $s_n$, which start at 0. Then it multiplies each weight by $e^{-\alpha t_n h_n}$ and scales
all weights so that they add up to 1 again.

If each stump is better than chance by some fixed amount, the errors on the training examples
provably die out, exponentially fast. Take the four examples of XOR: $(0, 0)$ and $(1, 1)$ with the
target $-1$, $(0, 1)$ and $(1, 0)$ with the target $+1$, all with weight $\tfrac14$. The loss
$\sum_n w_n e^{-t_n s_n}$, with the weights $w_n$ of the start, is 1 before the first round. What is
it after a thousand?

- **a**: nearly 0
- **b**: about a half; some of the four are learned
- **c**: still 1

Decide first. Then write `boosted_loss(x, t, weights, rounds)` for examples `x` (N, I), targets `t`
(N,), each $+1$ or $-1$, and the weights at the start, `weights` (N,). Thresholds leave at least one
example on either side; no stump is right everywhere. Return `(prediction, loss)`, the loss after
`rounds` rounds. Any prediction counts, if you made one; the loss must be right.
""",
    generate=boosted_case,
    judge=measured(
        ("a", "b", "c"),
        boosted_loss,
        [*MISTAKES, CONSTANT, LEFT_OUT, EVEN],
    ),
)

TREES = [UNSEEN, BOOSTED]
