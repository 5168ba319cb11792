"""The exercise of chapter 20 on DPO: its slope, where some choices are reported wrongly."""

import math
from functools import partial

import torch
from torch.nn.functional import logsigmoid

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole
from dlcore.grade.tasks.telling import telling


def loss_of(scores, ref, won, lost, beta, wrong, use_ref=1.0, total=False, turned=False,
            weigh=False):  # fmt: skip
    logs = scores.log_softmax(0) - use_ref * ref
    gap = beta * (logs[won] - logs[lost]) * (-1 if turned else 1)
    if weigh:
        each = -(1 - 2 * wrong) * logsigmoid(gap)
    else:
        each = -(1 - wrong) * logsigmoid(gap) - wrong * logsigmoid(-gap)
    return each.sum() if total else each.mean()


def dpo(scores, ref, won, lost, beta, wrong, plain=False, once=False, squeeze=False, **how):
    """The oracle: (loss, to_scores) by autograd; the keywords are mistakes."""
    s = scores.detach().clone().requires_grad_()
    loss = loss_of(s, ref, won, lost, beta, wrong, **how)
    loss.backward()
    slope = s.grad
    if plain:
        slope = slope / beta
    if once:
        slope = by_last(scores, ref, won, lost, beta, wrong)
    if squeeze:  # as if the softmax's sum were there for one's own score alone
        slope = slope * (1 - scores.softmax(0))
    return loss.item(), slope


def by_last(scores, ref, won, lost, beta, wrong):
    """Of several pairs with the same winner, or the same loser, only the last one counts."""
    logs = scores - ref
    gap = beta * (logs[won] - logs[lost])
    push = beta * (torch.sigmoid(gap) - (1 - wrong)) / len(won)
    up, down = torch.zeros_like(scores), torch.zeros_like(scores)
    for a, b, p in zip(won.tolist(), lost.tolist(), push.tolist()):
        up[a], down[b] = p, p
    return up - down


MISTAKES = {
    "You forget that some choices are reported wrongly.": lambda *inputs: dpo(
        *inputs[:-1], wrong=0.0
    ),
    "You multiply the loss by 1 − 2 · `wrong`. With the probability `wrong` it is the *other* "
    "sentence that won.": partial(dpo, weigh=True),
    "Winners and losers are exchanged, or right reports and wrong ones.": partial(dpo, turned=True),
    "`ref` is missing: the policy is held against the writer.": partial(dpo, use_ref=0.0),
    "You add the logarithm of `ref` where it is taken off.": partial(dpo, use_ref=-1.0),
    "Yours is a sum over the pairs. Asked for is the mean.": partial(dpo, total=True),
    "The loss is right. In your slope $\\beta$ is missing.": partial(dpo, plain=True),
    "The loss is right. A sentence may stand in several pairs: its slopes are added up.": partial(
        dpo, once=True
    ),
    "The loss is right. In the difference of two logarithms the softmax's sum drops out, for "
    "winner and loser alike. Sentences in no pair have no slope.": partial(dpo, squeeze=True),
}


def pair_case(rng, case):
    """Draw pairs on which each mistake shows; one pair, a sentence twice, itself, far apart."""
    M, P = one(rng, 4, 6), one(rng, 4, 7)
    scores, ref = normal(rng, M), normal(rng, M).log_softmax(0)
    won, lost = whole(rng, 0, M - 1, P), whole(rng, 0, M - 2, P)
    lost = lost + (lost >= won)  # never the same
    beta, wrong = round(float(rng.uniform(0.2, 2.0)), 1), round(float(rng.uniform(0.05, 0.4)), 2)
    if case == 2:
        won, lost, wrong = won[:1], lost[:1], 0.0
    if case == 3:
        lost[0] = won[0]  # a pair of the same sentence teaches nothing
    if case == 4:
        scores, wrong = scores * 2000, 0.0
    if case == 5:
        scores, wrong = scores * 2000, 0.25
    inputs = scores, ref, won, lost, beta, wrong
    mistakes = list(MISTAKES.values()) if case < 2 else []
    return inputs if telling(inputs, dpo, mistakes, mistakes) else pair_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


PAIR = Task(
    id="20.8",
    title="DPO among people who err, and its slope",
    points=5,
    function="dpo_slope",
    taught="ch20_adaptation.ipynb#without-a-reward-model-dpo-2023",
    returns=("loss", "to_scores"),
    statement=r"""
People press the wrong button. Let each choice be reported the other way round with the probability
`wrong`, at least 0 and less than a half. Then DPO takes for each pair, in place of
$-\log \sigma(d)$, what this loss is on average over right and wrong reports:

$$-(1 - \texttt{wrong}) \log \sigma(d) - \texttt{wrong}\, \log \sigma(-d), \qquad
d = \beta \log\frac{\pi(\text{won})}{\pi_{\text{ref}}(\text{won})}
- \beta \log\frac{\pi(\text{lost})}{\pi_{\text{ref}}(\text{lost})} .$$

The policy is a softmax of M numbers, `scores` (M,); `ref` (M,) holds the *logarithms* of the
writer's probabilities. `won` and `lost` (P,) are the numbers of the sentences that won and lost in
P pairs; a sentence may stand in several pairs, or in none.

Write `dpo_slope(scores, ref, won, lost, beta, wrong)` and return `(loss, to_scores)`: the mean loss
over the pairs, and its gradient by `scores` (M,), found by hand. Scores may be 4,000; then the
logarithm of a rounded $\sigma$ is $-\infty$ and yours should not be.
""",
    generate=pair_case,
    cases=7,
    oracle=dpo,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The loss is right, the gradient is not. What is the slope of the loss by d?",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
        Symptom(
            "Your loss is NaN or infinite where two sentences are far apart. Take the logarithm of "
            "σ in a form that does not round σ first.",
            when=lambda answer, expected, *inputs: not math.isfinite(answer[0]),
        ),
        Symptom(
            "The loss is not right yet. Work out d of one pair.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

PAIRS = [PAIR]
