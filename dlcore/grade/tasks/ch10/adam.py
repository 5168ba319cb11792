"""The exercise of chapter 10 on Adam and its decay: four bugs."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one, signs, uniform


def adamw_case(rng, case):
    count, size = {3: 0, 4: 1}.get(case, one(rng, 3, 6)), one(rng, 2, 3)
    w = signs(rng, size) * uniform(rng, 0.5, 2, size)
    slopes = signs(rng, count, size) * uniform(rng, 0.1, 2, count, size)
    if case == 5:
        slopes[:, 0] = 0.0
    betas = one(rng, 5, 8) / 10, one(rng, 85, 95) / 100
    return w, slopes, one(rng, 1, 3) / 10, *betas, 0.1, (0.0 if case == 2 else 0.5)


def by_torch(w, slopes, rate, beta1, beta2, eps, decay):
    weight = torch.nn.Parameter(w.clone())
    betas = beta1, beta2
    optimiser = torch.optim.AdamW([weight], rate, betas, eps, weight_decay=decay)
    for g in slopes:
        weight.grad = g.clone()
        optimiser.step()
    return weight.detach()


def adamw(
    w, slopes, rate, beta1, beta2, eps, decay,
    aside=True, kept=True, own=True, outside=True, correct=True, after=False, scaled=True,
):  # fmt: skip
    """AdamW; each keyword is a mistake, the first four are the bugs."""
    m, s = torch.zeros_like(w), torch.zeros_like(w)
    for t, g in enumerate(slopes, start=1):
        g = g if aside else g + decay * w
        m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
        level, size = m / (1 - beta1**t), s / (1 - (beta2 if own else beta1) ** t)
        if not correct:
            level, size = m, s
        if not kept:
            m, s = level, size
        direction = level / (size.sqrt() + eps if outside else (size + eps).sqrt())
        shrink = decay * (rate if scaled else 1.0) if aside else 0.0
        w = w - rate * direction - shrink * (w - rate * direction if after else w)
    return w


ADAMW = Task(
    id="10.4",
    title="Find the bugs: AdamW by a tired colleague",
    points=5,
    function="adamw",
    kind="debug",
    taught="ch10_optimisers.ipynb#weight-decay-decoupled-adamw-2017",
    statement=r"""
`adamw(w, slopes, rate, beta1, beta2, eps, decay)` should make T steps of AdamW with slopes that are
known in advance, and return the weights behind the last one. `w` (I,) are the weights at the start,
`slopes` (T, I) holds a row for each step, `beta1` is the share that the average of slopes keeps and
`beta2` that of the average of squares; T may be 0.

The colleague who wrote it says that it learns, only not as well as he had hoped. That is the
trouble with optimisers: they go on learning with bugs in them. There are four.
""",
    generate=adamw_case,
    oracle=by_torch,
    symptoms=[
        *left(
            adamw,
            "What is corrected for one step goes on into the averages of the next. Look at what "
            "they hold at the start of the second step.",
            ("aside", "own", "outside"),
            kept=False,
        ),
        *left(
            adamw,
            "Each of the two averages starts at 0 and is corrected for it. They forget at "
            "different speeds.",
            ("aside", "outside"),
            own=False,
        ),
        *left(
            adamw,
            "The decay goes through the averages, and is divided by the size of the slopes. Which "
            "W is in the name?",
            ("outside",),
            aside=False,
        ),
        *left(
            adamw,
            "Look at ε: it should be the smallest number that a slope is divided by. For a slope "
            "of 0, by what is it divided in yours?",
            outside=False,
        ),
        Symptom(
            "The averages are no longer corrected. They start at 0, and that has to be made good.",
            mimics=partial(adamw, correct=False),
        ),
        Symptom(
            "The decay shrinks the weights behind the step. It shrinks those that the step began "
            "with.",
            mimics=partial(adamw, after=True),
        ),
        Symptom(
            "The decay shrinks the weights by its own share in each step. The share is decay times "
            "rate.",
            mimics=partial(adamw, scaled=False),
        ),
        Symptom(
            "The decay is gone altogether.",
            mimics=lambda w, slopes, rate, beta1, beta2, eps, decay: adamw(
                w, slopes, rate, beta1, beta2, eps, 0.0
            ),
        ),
    ],
)

ADAM = [ADAMW]
