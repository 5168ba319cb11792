"""The exercises of chapter 4 on losses: what they want, and a focal slope."""

import torch
from torch.nn.functional import logsigmoid

from dlcore.grade.task import Guess, Symptom, Task
from dlcore.grade.tasks.draws import normal, one, signs, uniform
from dlcore.grade.tasks.forms import odd_form

GUESSES: tuple[str, ...] = ("squared", "absolute", "huber")


def guess_case(rng, case):
    count = {4: 1}.get(case, (6, 5)[case % 2])
    t = torch.cat([uniform(rng, 0, 5, count), 20.0 + uniform(rng, 0, 9, int(case != 4))])
    if case == 3:
        t = -t
    t = t[torch.from_numpy(rng.permutation(len(t)))]
    return t, (60.0 if case == 5 else one(rng, 5, 15) / 10)


def huber(d, delta):
    return torch.where(d.abs() <= delta, d**2 / 2, delta * (d.abs() - delta / 2))


def huber_guess(t, delta):
    """Where the clipped differences add up to 0, by halving."""
    low, high = float(t.min()), float(t.max())
    for _ in range(60):
        middle = (low + high) / 2
        pull = (t - middle).clamp(-delta, delta).sum()
        low, high = (middle, high) if pull > 0 else (low, middle)
    return (low + high) / 2


def same(a, b):
    return abs(float(a) - float(b)) < 1e-3


def guess_judge(answer, t, delta):
    if sentence := odd_form(answer, *GUESSES):
        return sentence
    own = dict(zip(GUESSES, map(float, answer)))
    mean, median = t.mean(), t.quantile(0.5)
    losses = {
        "squared": (lambda y: ((y - t) ** 2).mean(), mean),
        "absolute": (lambda y: (y - t).abs().mean(), median),
        "huber": (lambda y: huber(y - t, delta).mean(), huber_guess(t, delta)),
    }
    poor = [
        name
        for name, (cost, best) in losses.items()
        if cost(own[name]) > cost(best) + 2e-4 and not same(own[name], best)
    ]
    return known_guess(poor[0], own, t, delta) if poor else None


def known_guess(poor, own, t, delta):
    """What is said of one of the three numbers that is not the best."""
    mean, median = t.mean(), t.quantile(0.5)
    y = own[poor]
    slopes = {
        "squared": 2 * (y - mean),
        "absolute": (y - t).sign().mean(),
        "huber": (y - t).clamp(-delta, delta).mean(),
    }
    middling = {n for n, y in own.items() if same(y, median) or same(y, t.median())}
    if "squared" in middling and same(own["absolute"], mean):
        return "You have exchanged the first two: each costs less under the other one's loss."
    general = (
        f"For the loss {poor!r} your {y:.4g} is not yet the best: there the mean loss still has "
        f"the slope {float(slopes[poor]):.3g}, so a small step against it costs less."
    )
    if poor == "absolute" and (same(y, t[len(t) // 2]) or same(y, t[(len(t) - 1) // 2])):
        return Guess(("You take the middle of the list as it stands. Is it in order?",), general)
    if poor == "huber" and same(y, mean):
        return "For Huber's loss you let far values pull as hard as under the squared loss."
    if poor == "huber" and "huber" in middling:
        return "For Huber's loss you let near values pull as hard as far ones: that is |y - t|."
    near = t[(t - median).abs() <= delta]
    if poor == "huber" and len(near) and same(y, near.mean()):
        return Guess(
            (
                "For Huber's loss you leave the far values out. They go on pulling, each with "
                "delta.",
            ),
            general,
        )
    return general


GUESS = Task(
    id="4.4",
    title="One number for many: what each loss wants",
    points=4,
    function="best_guesses",
    taught="ch04_activations.ipynb#hubers-loss-1964",
    kind="choose",
    statement=r"""
A net without inputs can only learn its bias: one number $y$ for all targets. Which one, is a matter
of the loss.

Write `best_guesses(t, delta)` for targets `t` (N,), some of them wild. Return
`(squared, absolute, huber)`: the number $y$ with the smallest mean squared error $(y - t)^2$, the
one with the smallest mean absolute error $\lvert y - t \rvert$, and the one with the smallest mean
of Huber's loss, $\tfrac12 (y - t)^2$ within a distance `delta`, straight outside. Three digits
behind the point are enough. If several numbers are equally good, return any of them.

Two of the three have names that you know. For the third there is no formula, so let it roll
downhill: no target pulls harder than `delta`, and at the lowest point the pulls cancel.
""",
    generate=guess_case,
    judge=guess_judge,
)


def focal_case(rng, case):
    if case == 5:
        z, t = torch.tensor([800.0, -800.0, 900.0, -900.0]), torch.tensor([1, 1, 0, 0])
        return z.double(), t, 2.0
    count = 1 if case == 3 else 4
    t = (signs(rng, count) > 0).long()
    t[-1] = case % 2
    return normal(rng, count), t, 0.0 if case == 4 else (one(rng, 3, 6) / 2)


def focal_slope(z, t, gamma, moves=True, easy=False):
    """The slope, by hand; moves=False holds the factor fixed, easy=True weighs with q^gamma."""
    s = 2.0 * t - 1
    q, log_q = torch.sigmoid(s * z), logsigmoid(s * z)
    if easy:
        return -s * q**gamma * (1 - q) * (gamma * log_q + 1)
    return s * (1 - q) ** gamma * (gamma * q * log_q * moves - (1 - q))


def focal_oracle(z, t, gamma):
    z = z.clone().requires_grad_()
    s = 2.0 * t - 1
    loss = -(torch.sigmoid(-s * z) ** gamma) * logsigmoid(s * z)
    return torch.autograd.grad(loss.sum(), z)[0]


def by_half(z, t, gamma):
    """The slope in which (1 - q)^gamma moves by q alone, where it moves by q (1 - q)."""
    s = 2.0 * t - 1
    q, log_q = torch.sigmoid(s * z), logsigmoid(s * z)
    return s * (gamma * (1 - q) ** (gamma - 1) * q * log_q - (1 - q) ** (gamma + 1))


def per_probability(z, t, gamma):
    p = torch.sigmoid(z)
    return focal_slope(z, t, gamma) / (p * (1 - p))


FOCAL = Task(
    id="4.5",
    title="A loss that looks away from what is easy",
    points=5,
    function="focal_slope",
    taught="ch04_activations.ipynb#binary-cross-entropy-1980s-wrong-and-sure-of-it",
    statement=r"""
A detector looks at thousands of places, and nearly all of them are plain sky. Each is answered
rightly and costs little, but together they drown the few hard ones. The *focal loss* of
[Lin et al. (2017)](https://arxiv.org/abs/1708.02002) turns the volume of easy examples down. Let
$q$ be the probability that the unit gives to the *right* answer: $q = \sigma(z)$ if $t = 1$, and
$q = 1 - \sigma(z)$ if $t = 0$. Then

$$L = -(1 - q)^\gamma \log q .$$

Write `focal_slope(z, t, gamma)` for scores `z` (N,), targets `t` (N,) of 0 and 1, and a number
`gamma` $\ge 0$. Return the slopes (N,) of each example's own loss for its own score; nothing is
averaged. With $\gamma = 0$ they are the chapter's $p - t$. Scores may be $\pm 900$: keep 0 times
infinity away. `torch.nn.functional.logsigmoid` is allowed, automatic gradients are not needed.
""",
    generate=focal_case,
    oracle=focal_oracle,
    symptoms=[
        Symptom(
            "Right for gamma = 0. The factor (1 - q)^gamma moves with z, too; you hold it fixed.",
            mimics=lambda *inputs: focal_slope(*inputs, moves=False),
        ),
        Symptom(
            "Right where t is 1. Where it is 0, q is the probability of the other answer.",
            mimics=lambda z, t, gamma: focal_slope(z, torch.ones_like(t), gamma),
        ),
        Symptom(
            "These slopes are small where the unit is wrong: you turn the hard examples down.",
            mimics=lambda *inputs: focal_slope(*inputs, easy=True),
        ),
        Symptom(
            "This is the loss. Asked for is its slope for z.",
            mimics=lambda z, t, gamma: (
                -(torch.sigmoid(-(2 * t - 1.0) * z) ** gamma) * logsigmoid((2 * t - 1.0) * z)
            ),
        ),
        Symptom(
            "Both parts are there, and between them stands the wrong sign: 1 - q falls where q "
            "grows.",
            mimics=lambda *inputs: focal_slope(*inputs) - 2 * focal_slope(*inputs, moves=False),
        ),
        Symptom(
            "Right for gamma = 0. In the slope of (1 - q)^gamma one factor is missing: q moves "
            "with z by q (1 - q).",
            mimics=by_half,
        ),
        Symptom(
            "This is the cross-entropy's slope, p - t, for every gamma.",
            mimics=lambda z, t, gamma: focal_slope(z, t, 0.0),
        ),
        Symptom(
            "With scores of ±900 your slopes are NaN or infinite. Where q is rounded to 0 or 1, "
            "its logarithm, or a division, breaks; start from z.",
            when=lambda answer, expected, z, t, gamma: not answer.isfinite().all(),
        ),
        Symptom(
            "This is the slope for the probability. The way back through the sigmoid is missing.",
            when=lambda answer, expected, z, t, gamma: torch.allclose(
                answer[z.abs() < 20], per_probability(z, t, gamma)[z.abs() < 20], atol=1e-4
            ),
        ),
    ],
)


LOSSES = [GUESS, FOCAL]
