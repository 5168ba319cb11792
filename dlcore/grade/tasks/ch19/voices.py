"""The exercise of chapter 19 on late fusion: kinds that are not equally frequent."""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def less_one(there):
    return there.sum(1) - 1


def none_taken(there):
    return there.sum(1) * 0


def as_often(there):
    return there.sum(1)


def all_senses(there):
    return there.sum(1) * 0 + there.shape[1] - 1


def fuse(
    logs, there, shares, times=less_one, heard=torch.where, mean=False, norm=True, sign=1,
    evidence="log", with_shares=True,
):  # fmt: skip
    """The oracle: (log_p, agreement); the keywords are mistakes."""
    said = heard(there[..., None], logs, torch.zeros_like(logs)).sum(1)
    if mean:
        said = said / there.sum(1, keepdim=True).clamp(min=1)
    prior = shares.log() if with_shares else shares * 0
    scores = said - times(there)[:, None] * prior
    total = scores.logsumexp(1)
    agreement = {"log": sign * total, "plain": total.exp(), "bits": total / math.log(2)}[evidence]
    return (scores - total[:, None] if norm else scores), agreement


def by_product(mask, logs, zeros):
    return logs * mask


def all_heard(mask, logs, zeros):
    return logs.nan_to_num()


def even_where_silent(logs, there, shares):
    """Without any sense all kinds are alike."""
    log_p, agreement = fuse(logs, there, shares)
    even = torch.full_like(log_p, -math.log(len(shares)))
    return torch.where(there.any(1)[:, None], log_p, even), agreement


MISTAKES = {
    "You add up the logs of the senses. Each of them has counted the shares of the kinds once, and "
    "they are to count once in all.": partial(fuse, times=none_taken),
    "You take the shares out of every sense. Once they have to stay.": partial(
        fuse, times=as_often
    ),
    "You take out the shares by the number of all senses. Those that are missing have not counted "
    "them.": partial(fuse, times=all_senses),
    "A sense that is missing speaks in your sum.": partial(fuse, heard=all_heard),
    "You multiply by 0 what a missing sense says. It may be NaN, and 0 times NaN is NaN.": partial(
        fuse, heard=by_product
    ),
    "You take the mean of the logs. Independent senses multiply.": partial(fuse, mean=True),
    "`agreement` is right. Your `log_p` are no logs of probabilities: each row's have to make "
    "1.": partial(fuse, norm=False),
    "`log_p` is right. `agreement` has the wrong sign.": partial(fuse, sign=-1),
    "`log_p` is right. Your `agreement` is the sum itself. Asked for is its logarithm.": partial(
        fuse, evidence="plain"
    ),
    "`log_p` is right. Your `agreement` is in bits.": partial(fuse, evidence="bits"),
    "Where no sense is there, you take all kinds for alike. Their shares are known.": (
        even_where_silent
    ),
}


def voices_case(rng, case):
    """Draw answers on which each mistake shows; nobody there, one, equal shares, tiny p, NaN."""
    mistakes = list(MISTAKES.values())
    count, senses, kinds = one(rng, 5, 6), 3, one(rng, 3, 4)
    while True:
        scores = torch.from_numpy(rng.normal(size=(count, senses, kinds)).round(1) * 2)
        if case == 3:
            scores = 600 * scores
        logs = scores.log_softmax(2)
        there = torch.from_numpy(rng.random((count, senses)) < 0.6)
        there[:3] = torch.tensor([[True] * 3, [False] * 3, [True, False, False]])
        if case == 4:
            there[:] = True
        if case in (1, 5):
            logs[~there] = torch.nan
        if case == 5:
            logs, there = logs[:, :1], there[:, :1]
        shares = torch.from_numpy(rng.uniform(0.5, 4, size=kinds).round(1))
        shares = shares * 0 + 1 if case == 2 else shares
        inputs = logs, there, shares / shares.sum()
        kept = [m for n, m in enumerate(mistakes) if n != (3 if case else 4)]
        if case > 1 or telling(inputs, fuse, kept, kept):
            return inputs


def right(answer, expected, *places):
    return all(close(torch.as_tensor(answer[n]).double(), expected[n], 1e-6) for n in places)


def infinite(answer, expected, logs, there, shares):
    """Only in rows whose probabilities are tiny, with no NaN about."""
    return float(logs.nan_to_num(0).min()) < -500 and not right(answer, expected, 0)


FUSE = Task(
    id="19.8",
    title="Late fusion, where some kinds are rare",
    points=5,
    function="fuse",
    taught="ch19_self_supervision.ipynb#several-senses-at-once",
    returns=("log_p", "agreement"),
    statement=r"""
The page adds up the logs of the senses, which is right if all kinds are equally frequent. If they
are not, each net has learned that, too: its $p_m(k)$ already counts how frequent kind k is. Let
$\pi_k$ be the shares of the kinds. By Bayes a net's $p_m(k)$ is what its sense says for k, times
$\pi_k$, up to a factor that is the same for all kinds. If the senses are independent once the kind
is known, what is left of each when $\pi_k$ is taken out multiplies, and $\pi_k$ counts once:

$$q_k = \pi_k \prod_m \frac{p_m(k)}{\pi_k}, \qquad p_k = q_k \Big/ \sum_j q_j.$$

The product goes over the senses that are there; it is 1 if none is. And the sum of the $q_k$ is
worth a look. It is above 1 if the senses agree more than they would by chance, and below 1 if they
contradict each other.

`logs` (N, M, K) holds $\log p_m(k)$ of N things, M senses and K kinds. `there` (N, M) is True where
a sense is there; where it is not, *anything* may stand in `logs`. `shares` (K,) holds the $\pi_k$,
all above 0. Write `fuse(logs, there, shares)` and return `(log_p, agreement)`: $\log p_k$ (N, K),
and the logarithm of the sum of the $q_k$ (N,). Probabilities may be smaller than any float: stay
with logs.
""",
    generate=voices_case,
    cases=6,
    oracle=fuse,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "Right but where probabilities are smaller than any float. Do not leave the logs, or "
            "take away the largest before you do.",
            when=infinite,
        ),
        Symptom(
            "`agreement` is right, `log_p` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1),
        ),
        Symptom(
            "`log_p` is right, `agreement` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
    ],
)

VOICES = [FUSE]
