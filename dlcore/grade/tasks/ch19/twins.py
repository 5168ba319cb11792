"""The exercise of chapter 19 on captions that come twice in a batch: loss and gradients."""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole
from dlcore.grade.tasks.telling import telling


def evenly(same):
    return same / same.sum(1, keepdim=True)


def only_own(same):
    return torch.eye(len(same)).double()


def in_full(same):
    return same


def first_one(same):
    return torch.nn.functional.one_hot(same.argmax(1), len(same)).double()


def any_of(scores, same):
    """−log of the probability that all matches have together, each row."""
    return -scores.log_softmax(1).masked_fill(same == 0, -torch.inf).logsumexp(1)


def cross(scores, same, share):
    return -(scores.log_softmax(1) * share(same)).sum(1)


def shared(
    pictures, texts, captions, scale, share=evenly, sides=(0.5, 0.5), reduce=torch.mean, free=True,
    together=False, length=True, cosines=True, divide=False,
):  # fmt: skip
    """The oracle: (loss, to_pictures, to_scale) by autograd; the keywords are mistakes."""
    x = pictures.clone().requires_grad_()
    s = torch.tensor(float(scale), dtype=torch.float64, requires_grad=True)
    norms = x.norm(dim=1, keepdim=True)
    points = x / (norms if length else norms.detach()) if cosines else x
    others = texts / texts.norm(dim=1, keepdim=True) if cosines else texts
    scores = points @ others.T / s if divide else s * points @ others.T
    same = (captions[:, None] == captions).double()
    rule = any_of if together else partial(cross, share=share)
    paid = [reduce(rule(table, same)) for table in (scores, scores.T)]
    loss = sides[0] * paid[0] + sides[1] * paid[1]
    to_x, to_s = torch.autograd.grad(loss, (x, s))
    return loss.item(), to_x if free else to_x * norms.detach(), to_s.item()


def no_slope_of_scale(*inputs):
    loss, to_pictures, to_scale = shared(*inputs)
    return loss, to_pictures, to_scale * inputs[3]


MISTAKES = {
    "You look along the diagonal only: a second picture with the same caption is a stranger in "
    "yours.": partial(shared, share=only_own),
    "Each match counts in full. A picture has one vote, which its matches share.": partial(
        shared, share=in_full
    ),
    "Only the first of several matches counts in yours.": partial(shared, share=first_one),
    "You add up the probabilities of the matches and take one logarithm. Asked for is the mean "
    "of their logarithms.": partial(shared, together=True),
    "You ask along the rows only: which text belongs to a picture. Ask along the columns, "
    "too.": partial(shared, sides=(1.0, 0.0)),
    "You ask along the columns only.": partial(shared, sides=(0.0, 1.0)),
    "You add up rows and columns. Asked for is half of each.": partial(shared, sides=(1.0, 1.0)),
    "You add up over the batch. Asked for are means.": partial(shared, reduce=torch.sum),
    "Your scores are products of the rows as they come. First give each row the length 1.": partial(
        shared, cosines=False
    ),
    "You divide by `scale`. Cosines are multiplied by it.": partial(shared, divide=True),
    "Loss and `to_scale` are right. In `to_pictures` a part points along the picture's own row. "
    "Its length changes nothing: that part has to go.": partial(shared, length=False),
    "Loss and `to_scale` are right. Your `to_pictures` is the gradient by the point of length 1. "
    "A longer row moves its point less.": partial(shared, free=False),
    "Loss and `to_pictures` are right. Your `to_scale` is the gradient by the logarithm of the "
    "scale.": no_slope_of_scale,
}


def twin_case(rng, case):
    """Draw batches on which each mistake shows; no twins, all the same, one, huge scores."""
    mistakes = list(MISTAKES.values())
    while True:
        count, width = one(rng, 5, 7), one(rng, 2, 4)
        captions = whole(rng, 0, 3, count)
        scale = round(float(rng.uniform(1.5, 9)), 1)
        if case == 2:
            captions = torch.arange(count).flip(0)
        if case == 3:
            captions = captions * 0 + 7
        if case == 4:
            count, captions = 1, captions[:1]
        if case == 5:
            scale = 4000.0
        pictures, texts = normal(rng, count, width), normal(rng, count, width)
        if min(pictures.norm(dim=1).min(), texts.norm(dim=1).min()) < 0.3:
            continue
        inputs = pictures, texts, captions, scale
        if case > 1 or telling(inputs, shared, mistakes, mistakes):
            return inputs


def right(answer, expected, *places):
    return all(
        close(torch.as_tensor(answer[n]).double(), torch.as_tensor(expected[n]).double(), 1e-6)
        for n in places
    )


def overflows(answer, expected, *inputs):
    return inputs[3] > 1000 and not math.isfinite(answer[0])


SHARED = Task(
    id="19.7",
    title="The same caption twice in a batch",
    points=5,
    function="shared_captions",
    taught="ch19_self_supervision.ipynb#pictures-and-their-captions-clip",
    returns=("loss", "to_pictures", "to_scale"),
    statement=r"""
The page draws batches of 64 pictures, and there are 28 captions: most batches have several red
discs. Its loss looks along the diagonal, and pushes a red disc away from the caption *red disc* of
another one.

Better: all that have the same caption belong together. `pictures` (N, D) and `texts` (N, D) are
what the towers give, of any length but 0. The scores are $S_{ij} = s \cos(\text{picture}_i,
\text{text}_j)$, with the number s (`scale`). `captions` (N,) says by a whole number which caption
each pair has; i and j *match* if theirs are the same. Along the rows the softmax of $S$ gives each
picture probabilities $p_{ij}$ of all texts, and it pays the mean of $-\log p_{ij}$ over its
matching texts j. Along the columns each text pays in the same way. The loss $L$ is half the mean
over all pictures plus half the mean over all texts.

Find the gradients by hand: write `shared_captions(pictures, texts, captions, scale)` and return
`(loss, to_pictures, to_scale)`: L, its gradient by `pictures` (N, D), rows as they come, and its
derivative by s. Scores may be in the thousands.
""",
    generate=twin_case,
    cases=6,
    oracle=shared,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "Where scores are in the thousands, an exponential is too large for any number. Take "
            "away the largest score first.",
            when=overflows,
        ),
        Symptom(
            "Loss and `to_scale` are right, `to_pictures` is not. Begin with the gradient by the "
            "table of scores.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0, 2) and not right(answer, expected, 1)
            ),
        ),
        Symptom(
            "Loss and `to_pictures` are right, `to_scale` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "The loss is right, its gradients are not. By a score the gradient is a probability "
            "less the share that the match should have, along rows and along columns.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
    ],
)

TWINS = [SHARED]
