"""The exercise of chapter 20 on rewards: the best of n drawn sentences is a policy, too."""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def shared(ref, learned, n, tie="share"):
    """The law of the best of n; tie: how equal rewards divide what falls to them."""
    below = torch.stack([ref[learned < r].sum() for r in learned])
    alike = torch.stack([ref[learned == r].sum() for r in learned])
    level = (below + alike) ** n - below**n
    if tie == "first":
        first = torch.stack([(learned == r).nonzero()[0, 0] for r in learned])
        return level * (first == torch.arange(len(ref)))
    if tie == "even":
        many = torch.stack([(learned == r).sum() for r in learned])
        return level / many
    if tie == "each":  # as if all rewards differed
        return (below + ref) ** n - below**n
    return level * ref / alike.clamp(min=1e-300)


def dense(ref, learned, n):
    """As if each sentence were a point of a density: n · p · F^(n − 1), made to sum to 1."""
    upto = torch.stack([ref[learned <= r].sum() for r in learned])
    raw = ref * upto ** (n - 1)
    return raw / raw.sum()


def kl_of(p, q):
    used = p > 0
    return (p[used] * (p[used] / q[used]).log()).sum().item()


def best(ref, learned, true, n, law=shared, kl=None, worst=False, by="true"):
    """The oracle: (policy, kl, reward); the keywords are mistakes."""
    policy = law(ref, -learned if worst else learned, n)
    apart = kl(policy, ref, n) if kl else kl_of(policy, ref)
    return policy, apart, (policy @ (true if by == "true" else learned)).item()


def formula(policy, ref, n):
    return math.log(n) - (n - 1) / n


MISTAKES = {
    "You keep the draw with the *lowest* learned reward.": partial(best, worst=True),
    "`policy` is that of n + 1 draws.": partial(
        best, law=lambda ref, learned, n: shared(ref, learned, n + 1)
    ),
    "`policy` is that of n − 1 draws.": partial(
        best, law=lambda ref, learned, n: shared(ref, learned, n - 1) if n > 1 else ref
    ),
    "In your `policy` sentences of equal reward do not share. Among equally good *draws* the lot "
    "decides.": partial(best, law=partial(shared, tie="first")),
    "In your `policy` sentences of equal reward have equal parts. One that is drawn more often is "
    "also kept more often.": partial(best, law=partial(shared, tie="even")),
    "Your `policy` does not sum to 1 where rewards are equal.": partial(
        best, law=partial(shared, tie="each")
    ),
    "Your `policy` is made for a density. A sentence may be drawn more than once: ask with what "
    "probability the best is at most as good as it, and with what probability worse.": partial(
        best, law=dense
    ),
    "`policy` is right. Your `kl` is log n − (n − 1) / n, which holds where no two draws are "
    "alike.": partial(best, kl=formula),
    "`policy` is right. Your `kl` is that of `ref` from `policy`. It is the other way round.": (
        partial(best, kl=lambda policy, ref, n: kl_of(ref, policy.clamp(min=1e-300)))
    ),
    "`policy` and `kl` are right. Your `reward` is the learned one.": partial(best, by="learned"),
}


def best_case(rng, case):
    """Draw sentences on which each mistake shows; equal rewards, one draw, one never written."""
    M, n = one(rng, 4, 6), one(rng, 2, 5)
    parts = torch.from_numpy(rng.dirichlet([1.0] * M)) + 0.02
    learned = torch.from_numpy(rng.permutation(M)).double()
    true = torch.from_numpy(rng.normal(size=M).round(1))
    if case != 2:
        learned[learned == M - 1] = M - 2  # two best ones, seldom equally often
    if case == 3:
        n = 1
    if case == 4:
        parts[one(rng, 0, M - 1)] = 0.0
    if case == 5:
        learned[:] = 1.5
    if case == 6:
        n = 1000
    inputs = parts / parts.sum(), learned, true, n
    wrong = list(MISTAKES.values()) if case < 2 else []
    return inputs if telling(inputs, best, wrong, wrong) else best_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


BEST = Task(
    id="20.7",
    title="The best of n: a policy that nobody trained",
    points=5,
    function="best_of_n",
    taught="ch20_adaptation.ipynb#what-people-like-better-rlhf-19522022",
    returns=("policy", "kl", "reward"),
    statement=r"""
There is a rival to every trained policy: draw `n` sentences from the writer, ask the learned
reward, and keep the best. No weight changes, and yet what comes out is a policy, which can go too
far as well. How far from the writer is it?

`ref` (M,) are the writer's probabilities of all M sentences; some may be 0. `learned` and `true`
(M,) are two rewards of them. `n` sentences are drawn independently, so that one may be drawn more
than once; the draw with the largest learned reward is kept, and of several such draws one by lot.

Write `best_of_n(ref, learned, true, n)` and return `(policy, kl, reward)`: the probability (M,)
with which each sentence is kept, exactly, without drawing; $\mathrm{KL}$ of this policy from `ref`,
in nats, where a sentence that is never kept counts 0; and the mean *true* reward. `n` may be 1 or
1,000. Two sentences of $\tfrac12$ each, rewards 1 and 0, and `n` = 2: the first is kept with
$\tfrac34$.
""",
    generate=best_case,
    cases=7,
    oracle=best,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`policy` and `kl` are right, `reward` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`policy` is right, `kl` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
        Symptom(
            "`policy` is not right. For a reward r: with what probability is none of n draws "
            "better than r?",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

BESTS = [BEST]
