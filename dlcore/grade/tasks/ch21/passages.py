"""The exercise of chapter 21 on retrieval: an answer averaged over passages, and its slope."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def logs(scores, log_p, even=False, raw=False, first=False):
    """The two logarithms, of whole answers and of tokens; the keywords are mistakes."""
    weights = scores if raw else scores.log_softmax(0)
    if even:
        weights = torch.zeros_like(scores).log_softmax(0)
    if first:
        weights = torch.full_like(scores, -torch.inf)
        weights[scores.argmax()] = 0.0
    whole = (weights + log_p.sum(1)).logsumexp(0)
    return whole, (weights[:, None] + log_p).logsumexp(0).sum()


def averaged(scores, log_p, swap=False, mean=False, share=False, sign=1, of_token=False, **how):
    """The oracle: (whole, by_token, to_scores); the keywords are mistakes."""
    s = scores.detach().clone().requires_grad_()
    whole, by_token = logs(s, log_p, **how)
    if mean:  # logarithms averaged in place of probabilities
        whole = (s.softmax(0) * log_p.sum(1)).sum()
        by_token = whole
    slope = torch.zeros_like(scores)
    if whole.requires_grad:
        (by_token if of_token else whole).backward()
        slope = s.grad
    if share:  # what each passage has of the answer, and the softmax forgotten
        slope = (s.detach().log_softmax(0) + log_p.sum(1)).softmax(0)
    whole, by_token = whole.detach(), by_token.detach()
    found = (by_token, whole) if swap else (whole, by_token)
    return *found, sign * slope


MISTAKES = {
    "`whole` and `by_token` are exchanged.": partial(averaged, swap=True),
    "You average logarithms. It is probabilities that are averaged.": partial(averaged, mean=True),
    "You read the nearest passage alone.": partial(averaged, first=True),
    "Your passages count alike. They count by the softmax of their scores.": partial(
        averaged, even=True
    ),
    "Your weights do not sum to 1: take a softmax of the scores.": partial(averaged, raw=True),
    "All but `to_scores` are right. Yours has the wrong sign: it is the slope of the logarithm, "
    "not of a loss.": partial(averaged, sign=-1),
    "All but `to_scores` are right. A passage's weight is a softmax: if one rises, the others "
    "fall.": partial(averaged, share=True),
    "All but `to_scores` are right. Yours is the slope of `by_token`. Asked for is that of "
    "`whole`.": partial(averaged, of_token=True),
}


def passage_case(rng, case):
    """Draw passages on which each mistake shows; one passage, one token, far below 0."""
    K, T = one(rng, 2, 4), one(rng, 2, 4)
    K, T = {2: (1, 3), 3: (3, 1)}.get(case, (K, T))
    scores, log_p = normal(rng, K), -normal(rng, K, T).abs() - 0.1
    if case == 4:
        log_p = 4 * log_p - 900
    if case == 5:
        scores = 500 * scores
    inputs = scores, log_p
    wrong = list(MISTAKES.values()) if case < 2 else []
    return inputs if telling(inputs, averaged, wrong, wrong) else passage_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


PASSAGE = Task(
    id="21.4",
    title="An answer averaged over passages, and what it teaches the search",
    points=5,
    function="read_passages",
    taught="ch21_thinking_longer.ipynb#looking-it-up-2020",
    returns=("whole", "by_token", "to_scores"),
    statement=r"""
The net of the page reads one card. RAG's reads several passages, one at a time, and averages what
it would say, each passage weighed by how well it fits the question. So the search can be trained by
the answers: no one has to say which passage was the right one.

`scores` (K,) say how well each of K passages fits; their softmax gives the weights $w_k$. `log_p`
(K, T) are the *logarithms* of the probabilities $p_{kt}$ that the net, reading passage k, gives to
the T tokens of the right answer, each token given those before it. There are two ways to average:

$$\text{whole} = \log \sum_k w_k \prod_t p_{kt}, \qquad
\text{by token} = \sum_t \log \sum_k w_k\, p_{kt} .$$

Write `read_passages(scores, log_p)` and return `(whole, by_token, to_scores)`: both logarithms, and
the gradient (K,) of `whole` by `scores`, found by hand. Logarithms may be −1,000; then their
exponentials are 0 for a computer and your answers should be neither infinite nor NaN.
""",
    generate=passage_case,
    cases=7,
    oracle=averaged,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "Some of your numbers are NaN or infinite. Take the largest exponent out of the sum "
            "first, as for a softmax.",
            when=lambda answer, expected, *inputs: (
                not all(bool(torch.as_tensor(part).double().isfinite().all()) for part in answer)
            ),
        ),
        Symptom(
            "All but `to_scores` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`whole` is right, `by_token` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0) and not right(answer, expected, 1)
            ),
        ),
        Symptom(
            "`whole` is not right yet. What is the probability of the whole answer with one "
            "passage?",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

PASSAGES = [PASSAGE]
