"""The exercises of chapter 13 on a search against chance, and on capsules that may abstain."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling

FIVE_IN_HUNDRED = 0.05


def best_of(errors, count):
    """Mean error of the best of count nets drawn without repeats: each may be the best one."""
    ways = math.comb(len(errors), count)
    return sum(
        error * math.comb(len(errors) - 1 - place, count - 1) / ways
        for place, error in enumerate(sorted(errors))
    )


def hit(errors, found, count):
    """Chance that one of the drawn nets is at least as good as the one that was found."""
    worse = sum(error > found for error in errors)
    return 1 - math.comb(worse, count) / math.comb(len(errors), count)


def again_hit(errors, found, count):
    return 1 - (sum(error > found for error in errors) / len(errors)) ** count


def again_best(errors, count):
    """The same, if a net may be drawn more than once."""
    n = len(errors)
    return sum(
        error * (((n - place) / n) ** count - ((n - place - 1) / n) ** count)
        for place, error in enumerate(sorted(errors))
    )


def merit(errors, found, count, best=best_of, chance=hit, less=True, limit=FIVE_IN_HUNDRED):
    """The oracle: (verdict, expected, chance); the keywords are mistakes."""
    happens = chance(errors, found, count)
    return "search" if (happens < limit) == less else "chance", best(errors, count), happens


def better_hit(errors, found, count):
    better = sum(error < found for error in errors)
    return 1 - math.comb(len(errors) - better, count) / math.comb(len(errors), count)


def added(errors, found, count):
    return count * sum(error <= found for error in errors) / len(errors)


def by_mean(errors, found, count):
    """The verdict by whether the search found something better than chance does on average."""
    verdict = "search" if found < best_of(errors, count) - 1e-12 else "chance"
    return verdict, best_of(errors, count), hit(errors, found, count)


LUCK_MISTAKES = {
    "You draw a net again that was drawn before. Nobody trains a net twice.": partial(
        merit, best=again_best, chance=again_hit
    ),
    "Your chance is the one with repeats. A net that was drawn is not drawn again.": partial(
        merit, chance=again_hit
    ),
    "Your chance asks for a net that is *better* than the one found. As good is enough.": partial(
        merit, chance=better_hit
    ),
    "You add up the chances of single draws. Two hits count twice then, and the sum may pass "
    "1.": partial(merit, chance=added),
    "This is the chance that all drawn nets are worse.": partial(
        merit, chance=lambda *inputs: 1 - hit(*inputs), limit=0.95, less=False
    ),
    "Your expected error is that of a single draw. Asked for is the mean of the best of them.": (
        partial(merit, best=lambda errors, count: sum(errors) / len(errors))
    ),
    "Your expected error is the smallest of all. The best one is seldom among the drawn.": partial(
        merit, best=lambda errors, count: min(errors)
    ),
    "Your expected error is that of the *worst* of the drawn nets.": partial(
        merit, best=lambda errors, count: -best_of([-error for error in errors], count)
    ),
    "Your expected error looks at the nets in the order of the list. They are drawn at random.": (
        partial(merit, best=lambda errors, count: min(errors[:count]))
    ),
}


def luck_case(rng, case):
    """Draw spaces with ties, on which each mistake shows; one draw, all of them, a single net."""
    if case == 5:
        return [0.3], 0.3, 1
    low, high = {0: (40, 64), 3: (40, 64), 4: (11, 18)}.get(case, (7, 12))
    size = one(rng, low, high)
    errors = [one(rng, 4, 30) / 50 for _ in range(size)]
    errors[errors.index(max(errors))] = min(errors)  # the best stands there twice
    found = sorted(errors)[one(rng, 3, 5)]
    count = {0: one(rng, 4, 6), 3: 2 if size > 41 else 1, 4: 1, 6: size}.get(case, one(rng, 2, 4))
    if case in (3, 4):  # one net is better than all others
        errors[one(rng, 0, size - 1)] = found = 0.02
    inputs = errors, found, count
    chance, wrong = hit(*inputs), [*LUCK_MISTAKES.values()]
    clear = abs(chance - FIVE_IN_HUNDRED) > 2e-3 and (chance < 0.05) == (case == 3)
    if case == 0:  # better than chance on average, and no merit: one that it finds in a few
        clear &= found < best_of(errors, count) - 1e-3
    if not clear or (case in (0, 1, 2) and not telling(inputs, merit, wrong)):
        return luck_case(rng, case)
    return inputs


LUCK = Task(
    id="13.7",
    title="A clever search, or enough draws? Justify by a number",
    points=5,
    function="merit",
    kind="why",
    taught="ch13_residual.ipynb#letting-a-machine-search-19892019",
    returns=("verdict", "expected", "chance"),
    statement=r"""
"Our search trained `count` nets and found one with an error of `found`. A net drawn at random is
far worse." That is no reason: the rival is not one random net, but the best of *as many*. In a
space whose nets are all known one can say exactly how good this rival is.

`errors` is the list of the errors of all N nets of the space; several may be equal. Random search
draws `count` *different* nets, each choice of so many equally likely, and keeps the one with the
smallest error. Of $N$ nets $\binom{N}{n} = \frac{N!}{n!\,(N - n)!}$ such choices can be made
(`math.comb`). For example, of the three nets with the errors 0.1, 0.2, 0.3 two can be chosen in
three ways; the best has the error 0.1 twice and 0.2 once, 0.133 on average.

Write `merit(errors, found, count)` and return `(verdict, expected, chance)`. `expected` is the mean
error of the net that random search keeps. `chance` is the reason: the probability that this net is
at least as good as the one found. The `verdict` is "search" if `chance` is less than 0.05, and else
"chance". `count` is from 1 to N, and `found` is one of the errors.
""",
    generate=luck_case,
    cases=7,
    oracle=merit,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in LUCK_MISTAKES.items()],
        Symptom(
            "This is the chance that all drawn nets are worse.",
            when=lambda answer, expected, *inputs: abs(answer[2] + expected[2] - 1) < 1e-6,
        ),
        Symptom(
            "The numbers are right. To be better than chance on average is not enough: how often "
            "does chance do as well?",
            mimics=by_mean,
        ),
        Symptom(
            "The numbers are right, and the verdict does not follow from `chance`.",
            when=lambda answer, expected, *inputs: all(
                abs(mine - right) < 1e-6 for mine, right in zip(answer[1:], expected[1:])
            ),
        ),
        Symptom(
            "`chance` is right, `expected` is not. How many choices have the third best net as "
            "their best one?",
            when=lambda answer, expected, *inputs: abs(answer[2] - expected[2]) < 1e-6,
        ),
        Symptom(
            "`expected` is right, `chance` is not. How many choices hold worse nets only?",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)


def squashed(s):
    length = s.norm(dim=-1, keepdim=True)
    return s * length / (1 + length**2)


def vote(votes, rounds, nobody=True, axis=1, squash=squashed, keep=1.0, by=None, more=0, late=0):
    """The oracle: (outputs, unsent); the keywords are mistakes."""
    below, above, _ = votes.shape
    logits, moves = votes.new_zeros(below, above + 1), 1.0
    if not nobody:
        logits[:, -1] = -math.inf
    for number in range(rounds + more + late):
        shares = logits.softmax(axis)
        if number < rounds + more:
            sums = torch.einsum("ij,ijd->jd", shares[:, :-1], votes)
            outputs = squash(sums)
        moves = torch.einsum("ijd,jd->ij", votes, sums if by else outputs)
        logits = torch.cat([keep * logits[:, :-1] + moves, logits[:, -1:]], 1)
    return outputs, shares[:, -1]


VOTE_MISTAKES = {
    "Nobody keeps a vote in yours: the share for nobody stands in the softmax, too.": partial(
        vote, nobody=False
    ),
    "Your shares add up to 1 for each capsule above. Each capsule *below* spreads 1.": partial(
        vote, axis=0
    ),
    "Your outputs are not squashed.": partial(vote, squash=lambda s: s),
    "Your outputs have the length 1. How long are they to be?": partial(
        vote, squash=lambda s: torch.nn.functional.normalize(s, dim=-1)
    ),
    "Your lengths are |s| / (1 + |s|). There are squares above and below.": partial(
        vote, squash=lambda s: s / (1 + s.norm(dim=-1, keepdim=True))
    ),
    "Each round of yours forgets the numbers b of the round before. They grow.": partial(
        vote, keep=0.0
    ),
    "You measure agreement with the sum. Take the squashed one.": partial(vote, by="sums"),
    "You do one round too many.": partial(vote, more=1),
    "The outputs are right. What is kept is taken after one change of b more.": partial(
        vote, late=1
    ),
    "What is kept is right. The outputs are not squashed.": lambda votes, rounds: (
        torch.einsum("ij,ijd->jd", shares_of(votes, rounds), votes),
        vote(votes, rounds)[1],
    ),
    "You return what is sent. Asked for is what is kept.": lambda votes, rounds: (
        vote(votes, rounds)[0],
        1 - vote(votes, rounds)[1],
    ),
}


def shares_of(votes, rounds):
    """The shares of the last round, from which its sums are made."""
    logits = votes.new_zeros(*votes.shape[:2])
    for _ in range(rounds):
        shares = torch.cat([logits, logits[:, :1] * 0], 1).softmax(1)[:, :-1]
        outputs = squashed(torch.einsum("ij,ijd->jd", shares, votes))
        logits = logits + torch.einsum("ijd,jd->ij", votes, outputs)
    return shares


def vote_case(rng, case):
    """Draw votes on which each mistake shows; one round, one capsule above, votes that cancel."""
    below, above = one(rng, 3, 4), (1 if case == 4 else one(rng, 2, 3))
    votes, rounds = normal(rng, below, above, 2), (1 if case == 3 else 3 if case < 3 else 2)
    if case == 5:
        votes[:, 0] = 0.0
    if case < 3 and not telling((votes, rounds), vote, VOTE_MISTAKES.values()):
        return vote_case(rng, case)
    return votes, rounds


VOTE = Task(
    id="13.8",
    title="Capsules that may abstain",
    points=5,
    function="vote",
    taught="ch13_residual.ipynb#capsules-vectors-that-vote-20112017",
    returns=("outputs", "kept"),
    statement=r"""
In routing by agreement a capsule must give all of its vote to those above, even if it belongs to
none of them: a stroke of the background counts somewhere. Give each a way out: *nobody*, one more
place to which a share may go and from which nothing comes.

`votes` (I, O, D) holds for one picture what each of I capsules below predicts for each of O above,
$\hat u_{ij}$. Numbers $b_{ij}$ begin at 0. In each of `rounds` rounds the shares $c_{ij}$ of
capsule $i$ are a softmax over the O numbers $b_{ij}$ and one 0 more, which stays 0 and belongs to
nobody. Then $s_j = \sum_i c_{ij} \hat u_{ij}$, and $v_j$ is $s_j$ squashed:
$\frac{|s|^2}{1 + |s|^2} \cdot \frac{s}{|s|}$. Then each $b_{ij}$ grows by $\hat u_{ij} \cdot v_j$.

Write `vote(votes, rounds)` and return `(outputs, kept)`: the $v_j$ (O, D) of the last round, and
for each capsule below the share (I,) that goes to nobody in that round. If all votes for a capsule
are 0, so is its output. There is at least one round.
""",
    generate=vote_case,
    oracle=vote,
    symptoms=[
        Symptom(
            "If all votes for a capsule above are 0, you divide 0 by 0. Its output is 0.",
            when=lambda answer, expected, votes, rounds: (
                bool(answer[0].isnan().any()) and not votes.any(2).any(0).all()
            ),
        ),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in VOTE_MISTAKES.items()],
        Symptom(
            "You do one round too few.",
            when=lambda answer, expected, votes, rounds: (
                rounds > 1 and torch.allclose(answer[0].double(), vote(votes, rounds - 1)[0])
            ),
        ),
        Symptom(
            "The outputs are right, what goes to nobody is not.",
            when=lambda answer, expected, *inputs: (
                answer[0].shape == expected[0].shape
                and torch.allclose(answer[0].double(), expected[0], 1e-6, 1e-6)
            ),
        ),
    ],
)

SEARCH = [LUCK, VOTE]
