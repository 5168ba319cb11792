"""The exercise of chapter 21 on GRPO: the whole loss, with its limit and its leash."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling

TINY = 1e-4


def advantage_of(rewards, unbiased=True, across=False, scaled=True, tiny=TINY):
    dims = (0, 1) if across else 1
    away = rewards - rewards.mean(dims, keepdim=True)
    spread = rewards.std(dims, correction=1 if unbiased else 0, keepdim=True)
    return away / (spread + tiny) if scaled else away


def grpo(
    log_p, log_old, log_ref, rewards, limit, beta, advantage=advantage_of, low=True, clip=True,
    pull=None, sign=1, total=False, one_sided=False,
):  # fmt: skip
    """The oracle: (loss, to_log_p) by autograd; the keywords are mistakes."""
    p = log_p.detach().clone().requires_grad_()
    gain, ratio = advantage(rewards), (p - log_old).exp()
    held = ratio.clamp(max=1 + limit) if one_sided else ratio.clamp(1 - limit, 1 + limit)
    worth = torch.minimum(ratio * gain, held * gain) if low else held * gain
    worth = worth if clip else ratio * gain
    away = pull(p, log_ref) if pull else (log_ref - p).exp() - (log_ref - p) - 1
    each = worth - sign * beta * away
    loss = -(each.sum() if total else each.mean())
    loss.backward()
    return loss.item(), p.grad


MISTAKES = {
    "Yours is a sum over all answers. Asked for is the mean.": partial(grpo, total=True),
    "Your advantages divide by K. The deviation is that of a sample: K − 1.": partial(
        grpo, advantage=partial(advantage_of, unbiased=False)
    ),
    "Your advantages compare answers to *different* questions.": partial(
        grpo, advantage=partial(advantage_of, across=True)
    ),
    "Your advantages are not divided by the group's deviation.": partial(
        grpo, advantage=partial(advantage_of, scaled=False)
    ),
    "Your steps have no limit.": partial(grpo, clip=False),
    "You take the limited ratio always. It is the *smaller* of two products.": partial(
        grpo, low=False
    ),
    "The leash pushes away from the start model: it is taken off what is to grow.": partial(
        grpo, sign=-1
    ),
    "There is no leash in your loss.": lambda *inputs: grpo(*inputs[:-1], beta=0.0),
    "Your leash is the plain difference of the logarithms.": partial(
        grpo, pull=lambda p, ref: p - ref
    ),
    "Your leash has `log_p` and `log_ref` exchanged.": partial(
        grpo, pull=lambda p, ref: (p - ref).exp() - (p - ref) - 1
    ),
}


def group_case(rng, case):
    """Draw groups on which each mistake shows; all alike, nothing moved, both limits, two."""
    N, K = one(rng, 2, 3), one(rng, 3, 5)
    if case == 4:
        N, K = 1, 2
    log_old = -normal(rng, N, K).abs() - 0.5
    log_p, log_ref = (log_old + 0.6 * normal(rng, N, K) for _ in range(2))
    limit, beta = round(float(rng.uniform(0.1, 0.3)), 2), round(float(rng.uniform(0.1, 0.9)), 2)
    rewards = torch.from_numpy(rng.random((N, K)) < rng.uniform(0.2, 0.8, size=(N, 1))).double()
    if case == 2:
        rewards[:] = 1.0
    if case == 3:
        log_p = log_old.clone()
    inputs = log_p, log_old, log_ref, rewards, limit, beta
    ratio = (log_p - log_old).exp()
    edge = torch.minimum((ratio - 1 - limit).abs(), (ratio - 1 + limit).abs()).min()
    wrong = list(MISTAKES.values()) if case < 2 else []
    fine = edge > 1e-3 and telling(inputs, grpo, wrong, wrong)
    return inputs if fine else group_case(rng, case)


GROUP = Task(
    id="21.6",
    title="All of GRPO: a limit for each step, and a leash",
    points=6,
    function="grpo",
    taught="ch21_thinking_longer.ipynb#rewards-that-a-program-checks-2024",
    returns=("loss", "to_log_p"),
    statement=r"""
The page takes one step for each draw. To draw is dear, so one likes to take several steps on the
same answers; but then they were drawn by an older policy. GRPO corrects for that by the *ratio* of
the two probabilities, does not reward it for going further than a limit, and keeps a leash to the
model that it began with. For each answer, with the advantage $A$ of the page (the deviation is that
of a sample, and $10^{-4}$ is added to it),

$$\rho = e^{\log p - \log p_{\text{old}}}, \qquad
J = \min\!\big(\rho A,\; \rho' A\big) - \beta \Big(e^{\log p_{\text{ref}} - \log p}
- (\log p_{\text{ref}} - \log p) - 1\Big),$$

where $\rho'$ is $\rho$, brought to $1 \pm \texttt{limit}$ where it lies outside. The loss is minus
the mean of $J$ over all answers.

`log_p`, `log_old`, `log_ref` and `rewards` are (N, K): K answers to each of N questions. Write
`grpo(log_p, log_old, log_ref, rewards, limit, beta)` and return `(loss, to_log_p)`: the loss and
its gradient by `log_p` (N, K), found by hand. No ratio lies just at the limit. Mind the smaller of
two *negative* numbers.
""",
    generate=group_case,
    cases=7,
    oracle=grpo,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The loss is right, the gradient is not. Where the limited product is the smaller one, "
            "what is the slope of the ratio? And what is that of the leash?",
            when=lambda answer, expected, *inputs: close(answer[0], expected[0], 1e-6),
        ),
        Symptom(
            "The loss is not right yet. Work out J of one answer.",
            when=lambda answer, expected, *inputs: not close(answer[0], expected[0], 1e-6),
        ),
    ],
)

GROUPS = [GROUP]
