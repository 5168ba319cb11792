"""The exercise of chapter 9 on a stack of two machines: its pictures, and a bound."""

import math

import torch
from torch.nn.functional import logsigmoid

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.ch09.tables import (
    alike,
    bits,
    log_chances,
    log_z,
    machine,
    minus_free_energy,
    states,
)
from dlcore.grade.tasks.draws import one


def stacked_case(rng, case):
    """Draw two machines; edges: second = first turned upside down, no ties, a sure unit."""
    visible, hidden, top = one(rng, 3, 4), one(rng, 2, 4), one(rng, 2, 4)
    if case == 4:
        visible = hidden = top = 1
    count = 1 if case == 3 else one(rng, 2, 4)
    first, second = machine(rng, visible, hidden), machine(rng, hidden, top)
    v = bits(rng, count, visible)
    if case == 2:
        second = first[0].T.clone(), first[2].clone(), first[1].clone()
    if case == 3:
        second = tuple(0 * part for part in second)
    if case == 5:
        first[2][0] = -1000.0
    inputs = v, list(first), list(second)
    if case < 2 and float((stacked(*inputs)[0] - stacked(*inputs)[1]).min()) < 0.02:
        return stacked_case(rng, case)
    return inputs


def stacked(v, first, second, normed=True, entropy=1.0, mixed=False, prior=None):
    """ln p(v) and its bound (N,); the keywords are mistakes."""
    weight, b, c = first
    h = states(len(c))
    if prior is None:
        prior = minus_free_energy(h, *second) - normed * log_z(*second)
    below = log_chances(h, weight.T, b)  # (2^H, 2^V)
    place = (v @ (2.0 ** torch.arange(v.shape[1], dtype=v.dtype))).long()
    log_joint = (below[:, place] + prior[:, None]).T  # (N, 2^H)
    log_q = log_chances(v, weight, c)
    q = log_q.exp()
    if mixed:
        h = torch.sigmoid(v @ weight.T + c)
        pulls = h @ weight + b
        log_pixels = (v * logsigmoid(pulls) + (1 - v) * logsigmoid(-pulls)).sum(1)
        inside = log_pixels + minus_free_energy(h, *second) - log_z(*second)
    else:
        inside = (q * log_joint).sum(1)
    return torch.logsumexp(log_joint, 1), inside - entropy * (q * log_q).sum(1)


def first_alone(v, first, second):
    """ln p(v) of the first machine by itself."""
    alone = minus_free_energy(v, *first) - log_z(*first)
    return alone, stacked(v, first, second)[1]


def by_recognition(v, first, second):
    """ln of the sum of q(h | v) p(v | h): the machine below supplies the prior."""
    weight, b, c = first
    place = (v @ (2.0 ** torch.arange(v.shape[1], dtype=v.dtype))).long()
    below = log_chances(states(len(c)), weight.T, b)[:, place].T
    return torch.logsumexp(below + log_chances(v, weight, c), 1), stacked(v, first, second)[1]


def with_prior(scores):
    """What comes out with another probability of the hidden states, by its scores."""

    def mistaken(v, first, second):
        prior = scores(states(len(first[2])), *second).log_softmax(0)
        return stacked(v, first, second, prior=prior)

    return mistaken


def top_means(h, weight, b, c):
    top = torch.sigmoid(h @ weight.T + c)
    return h @ b + top @ c + ((top @ weight) * h).sum(1)


STACKED = Task(
    id="9.7",
    title="What the first machine takes for granted",
    points=5,
    function="stacked",
    taught="ch09_belief_nets.ipynb#stacking-the-deep-belief-network-2006",
    statement=r"""
Put a second machine on a first one. Pictures then come about from the top: the second machine gives
the hidden states $h$ of the first one a probability $p_2(h)$, and the first machine draws the
pixels from them, so that

$$p(v) = \sum_h p_1(v \mid h)\, p_2(h) .$$

With many hidden units nobody can do that sum. What can be done is to go *up* by the first machine,
$q(h) = p_1(h \mid v)$, as if nothing had been put on top. This gives a bound on what is wanted, and
learning of the second machine pushes the bound up:

$$\ln p(v) \;\ge\; \sum_h q(h) \bigl( \ln p_1(v \mid h) + \ln p_2(h) - \ln q(h) \bigr) .$$

For small machines both sides can be had. Write `stacked(v, first, second)` for pictures `v` (N, V)
of 0 and 1. Each machine is `(weight, visible_bias, hidden_bias)`: the first has the shapes (H, V),
(V,), (H,), the second, whose *visible* units are the H hidden ones below, (G, H), (H,),
(G,). Its own hidden units are summed out in $p_2(h)$. Return `(log_p, bound)`, natural logarithms
(N,) of each picture by itself. V, H and G are at most 4. Where $q(h)$ is 0, the term of this $h$ in
the bound is 0 as well.

One case to think about: when the second machine is the first one upside down, what should the two
sides be?
""",
    generate=stacked_case,
    returns=("log_p", "bound"),
    oracle=stacked,
    symptoms=[
        Symptom(
            "The second machine's probabilities do not add up to 1: what is its Z?",
            mimics=lambda *inputs: stacked(*inputs, normed=False),
        ),
        Symptom(
            "Your log_p is that of the first machine alone. In the stack the second machine says "
            "how probable a hidden state is.",
            when=lambda answer, expected, *inputs: alike(answer[0], first_alone(*inputs)[0]),
        ),
        Symptom(
            "In log_p you weigh the hidden states by q. There p₂ stands; q is for the bound.",
            when=lambda answer, expected, *inputs: alike(answer[0], by_recognition(*inputs)[0]),
        ),
        Symptom(
            "The hidden units of the second machine play no part in your p₂(h). They are summed "
            "out: its free energy does that.",
            mimics=with_prior(lambda h, weight, b, c: h @ b),
        ),
        Symptom(
            "You put the probabilities of the top units into the energy. They are 0 or 1 and have "
            "to be summed out: the free energy does that.",
            mimics=with_prior(top_means),
        ),
        Symptom(
            "The visible biases of the second machine play no part.",
            mimics=with_prior(lambda h, weight, b, c: minus_free_energy(h, weight, 0 * b, c)),
        ),
        Symptom(
            "Your log_p takes a mean over the hidden states. It is a sum.",
            when=lambda answer, expected, v, first, second: alike(
                answer[0], expected[0] - len(first[2]) * math.log(2)
            ),
        ),
        Symptom(
            "In the bound − ln q(h) is missing: without it the bound is too low.",
            mimics=lambda *inputs: stacked(*inputs, entropy=0.0),
        ),
        Symptom(
            "In the bound ln q(h) is added. It is taken off.",
            mimics=lambda *inputs: stacked(*inputs, entropy=-1.0),
        ),
        Symptom(
            "In the bound you put in the hidden units' probabilities as if they were a state. Sum "
            "over the states, each with its q(h).",
            mimics=lambda *inputs: stacked(*inputs, mixed=True),
        ),
        Symptom(
            "These are logarithms to the base 2. Asked for are natural ones.",
            mimics=lambda *inputs: tuple(part / math.log(2) for part in stacked(*inputs)),
        ),
        Symptom(
            "The two have changed places.",
            mimics=lambda *inputs: stacked(*inputs)[::-1],
        ),
        Symptom(
            "Where a hidden unit has the bias −1000, q(h) is 0 for half of the states, and 0 times "
            "the logarithm of 0 is no number. Take ln q(h) from the scores, or leave those out.",
            when=lambda answer, expected, v, first, second: (
                float(first[2].min()) < -500 and not answer[1].isfinite().all()
            ),
        ),
        Symptom(
            "log_p is right, the bound is not.",
            when=lambda answer, expected, *inputs: alike(answer[0], expected[0]),
        ),
        Symptom(
            "The bound is right, log_p is not.",
            when=lambda answer, expected, *inputs: alike(answer[1], expected[1]),
        ),
    ],
)

STACK = [STACKED]
