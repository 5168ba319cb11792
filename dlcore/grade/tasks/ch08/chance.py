"""The exercises of chapter 8 on chance: what to measure next, and the runner-up path."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, uniform, whole


def plan_case(rng, case):
    """Draw places of which at each step one is clearly the most uncertain; in case 2 one twice."""
    many = 0 if case == 4 else one(rng, 2, 3)
    x = uniform(rng, 0, 9, many)
    if case == 5:
        x = x[:1].repeat(3)  # measured three times at one place
    options = torch.arange(10).double()[torch.from_numpy(rng.permutation(10)[:6])]
    options = options + uniform(rng, -0.4, 0.4, 6)
    noise = one(rng, 1, 4) / 10
    if case == 2:  # one option lies far from all that was measured, and a reading says little
        x, noise = torch.tensor([0.0, 2.0, 4.0]).double().repeat(3), 0.8
        options = torch.cat([uniform(rng, 0, 4, 5), uniform(rng, 8, 9, 1)]).roll(one(rng, 0, 5))
    inputs = x, options, one(rng, 10, 20) / 10, noise, (1 if case == 3 else 3)
    clear = case != 2 or plan(*inputs)[0].unique().numel() < 3
    for step in range(inputs[-1]):
        measured = torch.cat([x, options[plan(*inputs)[0][:step]]])
        best = uncertainty(measured, options, *inputs[2:4]).topk(2).values
        clear &= not len(measured) or float(best[0] - best[1]) > 1e-3
    return inputs if clear else plan_case(rng, case)


def uncertainty(x, options, length, noise):
    """Variance of the Gaussian process at the options (M,) after measurements at x (N,)."""

    def kernel(a, b):
        return torch.exp(-((a[:, None] - b) ** 2) / (2 * length**2))

    root = torch.linalg.cholesky(kernel(x, x) + noise * torch.eye(len(x), dtype=x.dtype))
    return 1 - torch.linalg.solve_triangular(root, kernel(x, options), upper=False).pow(2).sum(0)


def plan(x, options, length, noise, count, learn=True, pick=torch.argmax, again=True):
    """Return places and their variances, chosen one by one."""
    places, variances = [], []
    for _ in range(count):
        variance = uncertainty(x, options, length, noise)
        open_to = variance if again else variance.index_fill(0, torch.tensor(places).long(), -1.0)
        places.append(int(pick(open_to)))
        variances.append(float(variance[places[-1]]))
        x = torch.cat([x, options[places[-1:]]]) if learn else x
    return torch.tensor(places), torch.tensor(variances, dtype=torch.float64)


def at_once(x, options, length, noise, count):
    best = uncertainty(x, options, length, noise).sort(descending=True, stable=True)
    return best.indices[:count], best.values[:count]


def reported(change):
    """The right places with their variances changed."""

    def mistaken(x, options, length, noise, count):
        places, variances = plan(x, options, length, noise, count)
        return places, change(variances, noise)

    return mistaken


def as_unsure(answer, other):
    """Whether the variances are nearly the same; places differ where two are equally unsure."""
    return torch.allclose(answer[1].double(), other[1], 1e-4, 1e-4)


PLAN = Task(
    id="8.7",
    title="Where to measure next?",
    points=6,
    function="plan",
    taught="ch08_rivals.ipynb#side-trip-a-network-without-end-gaussian-processes-19942018",
    statement=r"""
A Gaussian process says how unsure it is. After measurements at the places $x_1, \dots, x_N$, each
with noise of variance $s$, its variance at a place $z$ is

$$v(z) = k(z, z) - k_z^\top (K + s I)^{-1} k_z, \qquad
k(a, b) = \exp\!\left(-\frac{(a - b)^2}{2 \ell^2}\right),$$

with $K_{ij} = k(x_i, x_j)$ and $(k_z)_i = k(x_i, z)$. What was measured does not occur in it, only
where. So a whole campaign can be planned before the first number is read.

Write `plan(x, options, length, noise, count)`. `x` (N,) are the places of earlier measurements,
`options` (M,) the places where you may measure now, `length` is $\ell$, and `noise` the variance
$s$. Choose `count` options one after the other: each time the one with the largest variance,
counting those chosen before as measured; at a tie the first. An option may be chosen again. Return
`(places, variances)`: the chosen indices, and the variance of each when it was chosen, before it is
measured itself. `x` may be empty, or hold one place three times.
""",
    generate=plan_case,
    returns=("places", "variances"),
    oracle=plan,
    symptoms=[
        Symptom(
            "You choose all places with what is known at the start. When the first of them is "
            "measured, what is known about its neighbours?",
            when=lambda answer, expected, *inputs: as_unsure(answer, at_once(*inputs)),
        ),
        Symptom(
            "The first place is right, and then it is chosen again and again: it has to join those "
            "that are measured.",
            when=lambda answer, expected, *inputs: as_unsure(answer, plan(*inputs, learn=False)),
        ),
        Symptom(
            "You never choose an option again. After one reading with much noise it may still be "
            "the least certain.",
            when=lambda answer, expected, *inputs: as_unsure(answer, plan(*inputs, again=False)),
        ),
        Symptom(
            "You measure where the process is surest.",
            when=lambda answer, expected, *inputs: as_unsure(
                answer, plan(*inputs, pick=torch.argmin)
            ),
        ),
        Symptom(
            "`noise` is a variance already. You square it.",
            mimics=lambda x, options, length, noise, count: plan(
                x, options, length, noise**2, count
            ),
        ),
        Symptom(
            "The noise plays no part: as if one measurement settled a place for good.",
            when=lambda answer, expected, x, options, length, noise, count: as_unsure(
                answer, plan(x, options, length, 1e-9, count)
            ),
        ),
        Symptom(
            "Your kernel falls off at another rate than the one above: look at what divides the "
            "squared distance.",
            when=lambda answer, expected, x, options, length, noise, count: any(
                as_unsure(answer, plan(x, options, other, noise, count))
                for other in (length / 2**0.5, length**0.5, 1.0, (length / 2) ** 0.5)
            ),
        ),
        Symptom(
            "These are the variances of a measurement. Asked for are those of the process, which "
            "hold no noise of a measurement that is still to come.",
            mimics=reported(lambda variances, noise: variances + noise),
        ),
        Symptom(
            "These are standard deviations. Asked for are variances.",
            mimics=reported(lambda variances, noise: variances.sqrt()),
        ),
        Symptom(
            "These are the places themselves. Asked for are their indices among the options.",
            when=lambda answer, expected, x, options, *rest: torch.allclose(
                answer[0].double(), options[expected[0]]
            ),
        ),
    ],
)


def shares(rng, *shape):
    """Rows of probabilities."""
    rows = whole(rng, 1, 8, *shape).double()
    return rows / rows.sum(-1, keepdim=True)


def seen_case(rng, case):
    """Draw words whose second best path parts from the best one early, but for the edges."""
    states, symbols = one(rng, 2, 3), one(rng, 3, 4)
    move = shares(rng, states, states)
    if case == 5:  # from left to right, with no way back
        move = move.triu() / move.triu().sum(-1, keepdim=True)
    length = {3: 1000, 4: 1}.get(case, one(rng, 3, 6))
    word = whole(rng, 0, symbols - 1, length)
    inputs = shares(rng, states), move, shares(rng, states, symbols), word
    rivals = [float(pair[1]) for pair in (two_best(*inputs), ends(*inputs))]
    rivals.append(float(two_best(*inputs, fresh=True)[1]))
    if case < 3 and len({round(rival, 6) for rival in rivals}) < len(rivals):
        return seen_case(rng, case)
    return inputs


def two_best(start, move, emit, word, early=False, fresh=False):
    """Logarithms of the two largest probabilities of a path; the keywords are mistakes."""
    best = start.log()
    pair = torch.stack([best, best - torch.inf])  # the two best paths that end in each state
    for step, symbol in enumerate(word.tolist()):
        if step or early:
            longer = (pair[:1] if fresh else pair)[:, :, None] + move.log()
            pair = longer.flatten(0, 1).topk(2, dim=0).values
        pair = pair + emit[:, symbol].log()
    return tuple(pair.flatten().topk(2).values)


def ends(start, move, emit, word, collect=torch.amax):
    """The two largest results at the last moment when each state carries one on."""
    state = start.log() + emit[:, word[0]].log()
    for symbol in word[1:]:
        state = collect(state[:, None] + move.log(), 0) + emit[:, symbol].log()
    return tuple(state.topk(2).values)


RUNNER_UP = Task(
    id="8.8",
    title="The second best path",
    points=6,
    function="two_best",
    taught="ch08_rivals.ipynb#hidden-states-how-machines-listened-1970s",
    statement=r"""
Viterbi's algorithm finds the best path of states through a hidden Markov model. How sure may one be
of it? One answer: see how much less likely the runner-up is.

Write `two_best(start, move, emit, word)`. `start` (S,) holds the probabilities of the states at the
first moment, `move[i, j]` the probability that state $j$ follows state $i$, `emit[i, k]` the
probability that state $i$ emits symbol $k$, and `word` (T,) the symbols that were seen, one at each
moment. The probability of a path is that of starting where it starts, of each of its moves, and of
emitting the whole word on the way, all multiplied.

Return `(best, second)`: the natural logarithms of the probabilities of the best path and of the
best *other* path, which may part from it at any moment, and join it again. There are at least two
states. Some moves may have probability 0. A word may be 1000 symbols long; the probability of every
path is then far smaller than any number that 64 bits can hold.
""",
    generate=seen_case,
    returns=("best", "second"),
    oracle=two_best,
    symptoms=[
        Symptom(
            "Your second path is the best of those that end in another state. Some part from the "
            "best path on the way and end where it ends.",
            mimics=ends,
        ),
        Symptom(
            "A path that parts from the best one early and joins it again is lost: what else, "
            "besides its best path, has to be carried on for each state?",
            mimics=lambda *inputs: two_best(*inputs, fresh=True),
        ),
        Symptom(
            "Your second path is the first one again.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) + abs(answer[1] - expected[0]) < 1e-6
            ),
        ),
        Symptom(
            "Your paths are added up. The best one is a maximum.",
            mimics=lambda *inputs: ends(*inputs, collect=torch.logsumexp),
        ),
        Symptom(
            "You returned the two in the other order.",
            mimics=lambda *inputs: two_best(*inputs)[::-1],
        ),
        Symptom(
            "You move backwards: `move[i, j]` leads from i to j.",
            mimics=lambda start, move, *rest: two_best(start, move.T, *rest),
        ),
        Symptom(
            "You move before the first symbol. `start` belongs to its moment.",
            mimics=lambda *inputs: two_best(*inputs, early=True),
        ),
        Symptom(
            "`start` plays no part: all states begin alike.",
            when=lambda answer, expected, start, *rest: alike(
                answer, two_best(torch.ones_like(start), *rest)
            ),
        ),
        Symptom(
            "Right for short words. For the long one the probabilities have become 0 before you "
            "take the logarithm.",
            when=lambda answer, expected, start, move, emit, word: (
                len(word) > 500 and not torch.tensor(answer).isfinite().any()
            ),
        ),
        Symptom(
            "These are the probabilities themselves. Asked for are their logarithms.",
            mimics=lambda *inputs: tuple(part.exp() for part in two_best(*inputs)),
        ),
    ],
)


def alike(answer, other):
    """Whether two pairs differ by one amount, as by a constant share for all states."""
    return abs((answer[0] - answer[1]) - float(other[0] - other[1])) < 1e-6


CHANCE = [PLAN, RUNNER_UP]
