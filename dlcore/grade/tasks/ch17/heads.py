"""The exercise of chapter 17 on heads: one mean, several lists wanted."""

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling


def errors(weights, wanted):
    """What the best sums of the heads' results leave of each wanted list."""
    kept = torch.linalg.pinv(weights, rtol=1e-9) @ weights
    return (1 - kept.diagonal())[wanted].clamp(min=0)


def left_over(weights, wanted):
    """The oracle: (error, worst)."""
    found = errors(weights, wanted)
    return float(found.mean()), float(found.max())


def of(rule):
    def mistaken(weights, wanted):
        found = rule(weights, wanted)
        return float(found.mean()), float(found.max())

    return mistaken


def as_they_are(weights, wanted):
    """Each list guessed by the one head that comes nearest, without a factor."""
    targets = torch.eye(weights.shape[1]).double()[wanted]
    return ((weights[:, None] - targets) ** 2).sum(2).amin(0)


def best_head(weights, wanted):
    squares = (weights**2).sum(1, keepdim=True)
    return (1 - weights[:, wanted] ** 2 / squares).amin(0)


def among_wanted(weights, wanted):
    """As if the other tokens had no values."""
    kept = weights[:, wanted]
    return errors(kept, torch.arange(len(wanted)))


def unbiased(weights, wanted):
    """By the head that gives the list most, divided by its weight."""
    top = weights[:, wanted].argmax(0)
    rows = weights[top]
    by = rows[torch.arange(len(wanted)), wanted].clamp(min=1e-9)
    return ((rows / by[:, None]) ** 2).sum(1) - 1


def sums_to_one(weights, wanted):
    """Best sums of which the factors make 1."""
    targets = torch.eye(weights.shape[1]).double()[wanted]
    if len(weights) == 1:
        return ((weights - targets) ** 2).sum(1)
    base, others = weights[:1], weights[1:] - weights[:1]
    a = (targets - base) @ torch.linalg.pinv(others, rtol=1e-9)
    return ((base + a @ others - targets) ** 2).sum(1)


def everything(weights, wanted):
    return errors(weights, torch.arange(weights.shape[1]))


MISTAKES = [
    (
        "You take a head's result as it is for the guess. A map stands behind the heads: it may "
        "multiply, and add up several heads.",
        of(as_they_are),
    ),
    (
        "You guess each list from one head alone. The best sum may use all heads.",
        of(best_head),
    ),
    (
        "You count the wanted tokens only. The weights on the other tokens bring their values "
        "too, and disturb.",
        of(among_wanted),
    ),
    (
        "You divide by the weight, so that the wanted list comes in full. The best guess is "
        "smaller, since the rest comes with it.",
        of(unbiased),
    ),
    (
        "The factors of your sums make 1. They may be any numbers.",
        of(sums_to_one),
    ),
    ("You judge all tokens. Only the wanted ones are asked for.", of(everything)),
    (
        "You add up the errors of the wanted lists. Asked for is their mean.",
        lambda weights, wanted: (
            float(errors(weights, wanted).sum()),
            float(errors(weights, wanted).max()),
        ),
    ),
    (
        "These are roots of the errors. The expected *square* is asked for.",
        lambda weights, wanted: (
            float(errors(weights, wanted).sqrt().mean()),
            float(errors(weights, wanted).max().sqrt()),
        ),
    ),
    (
        "The mean error is right. Your `worst` is the best of the wanted lists.",
        lambda weights, wanted: (
            float(errors(weights, wanted).mean()),
            float(errors(weights, wanted).min()),
        ),
    ),
]


def shares(rng, heads, tokens):
    """Rows of weights of two digits that make 1."""
    counts = rng.multinomial(96, rng.dirichlet([1.0] * tokens, size=heads)) + 1
    table = torch.from_numpy(counts).double()
    return table / table.sum(1, keepdim=True)


def clear_rank(weights):
    """Whether no head is nearly, but not quite, a sum of the others."""
    sizes = torch.linalg.svdvals(weights)
    return bool(((sizes > 0.03) | (sizes < 1e-12)).all())


def head_case(rng, case):
    """Draw heads on which each mistake shows; one head, equal ones, enough, no weight at all."""
    if case == 0:
        return torch.tensor([[0.5, 0.5, 0.0]]).double(), torch.tensor([0, 1])
    while True:
        heads, tokens = {1: 2, 2: 3, 3: 1}.get(case, 2), {4: 1}.get(case, one(rng, 4, 5))
        weights = shares(rng, heads, tokens)
        many = min(tokens, one(rng, 2, 3))
        if case == 5:
            weights = weights[[0, 0, 1]]
        if case == 6:
            weights = torch.eye(tokens).double() * 0.5 + 0.5 / tokens
        if case == 7:
            weights = torch.tensor([[1.0, 0, 0, 0], [0, 0, 0.5, 0.5]]).double()
            tokens, many = 4, 3
        wanted = torch.from_numpy(rng.permutation(tokens)[:many])
        wrong = [mistake for _, mistake in MISTAKES] if case in (1, 2) else []
        inputs = weights, wanted
        if clear_rank(weights) and telling(inputs, left_over, wrong, wrong):
            return inputs


HEAD = Task(
    id="17.6",
    title="Predict, then measure: can one head share itself out better?",
    points=5,
    function="left_over",
    kind="predict",
    taught="ch17_attention.ipynb#one-head-brings-one-mean",
    statement=r"""
One head, two lists wanted, half of its weight on each: from the mean the best guess of either list
leaves half of its variance. Would the mean error over the two lists be smaller if the head gave all
its weight to one of them?

- **a**: yes; one list is then known exactly
- **b**: no, it would be larger; of the other list nothing is known
- **c**: it would be the same, and so for every way to divide its weight between the two

Decide first. Then measure it for any heads. `weights` (H, S) holds the weights that H heads give to
the values of S tokens, in each row numbers from 0 to 1 that add up to 1. `wanted` (M,) are the
numbers of the tokens whose values are wanted, all different, one at least. All numbers of all
values are independent, with mean 0 and variance 1. Head $h$ brings $y_h = \sum_s P_{hs} v_s$.
Behind the heads stands a map that may guess each wanted list by a sum $\sum_h a_h y_h$ of its own,
with any factors $a_h$. The expected square of $\sum_s c_s v_s$ is $\sum_s c_s^2$ for each number;
so the expected square error of a guess of $v_j$ is the sum of the squares of $\sum_h a_h P_{hs} -
[s = j]$ over all S tokens, where $[s = j]$ is 1 for $s = j$ and else 0. The best factors make it
smallest.

Write `left_over(weights, wanted)` and return `(prediction, error, worst)`: the mean of the smallest
errors over the wanted lists, and the largest of them. `torch.linalg.lstsq(A, B, driver="gelsd")`
finds such factors, also where several heads have the same weights, as they may; without `driver` it
may fail there. Measure with one head, the weights (½, ½), (0.8, 0.2) and (1, 0), both tokens
wanted. Any prediction counts, if you made one; the numbers must be right.
""",
    generate=head_case,
    cases=8,
    judge=measured(("a", "b", "c"), left_over, MISTAKES, names=("error", "worst")),
)

HEADS = [HEAD]
