"""The exercise of chapter 11 on labels that are not quite sure: which way the temperature pulls."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole


def chill_case(rng, case):
    """Draw scores; smoothing 0 (2), beta 0 (3), equal scores (4), one example, two classes (5)."""
    count, classes = (1, 2) if case == 5 else (one(rng, 2, 3), 3)
    scores, labels = 2 * normal(rng, count, classes), whole(rng, 0, classes - 1, count)
    smoothing, beta = one(rng, 1, 4) / 10, one(rng, 2, 8) / 5
    beta = beta + 0.2 if beta == 1.0 else beta
    if case == 4:
        scores = scores[:, :1].repeat(1, classes)
    elif scores.std(1).min() < 0.5:
        return chill_case(rng, case)
    return scores, labels, (0.0 if case == 2 else smoothing), (0.0 if case == 3 else beta)


def chill(scores, labels, smoothing, beta):
    """Slope and curvature of torch's loss, by differentiating twice."""
    beta = torch.tensor(float(beta), dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(beta * scores, labels, label_smoothing=smoothing)
    (slope,) = torch.autograd.grad(loss, beta, create_graph=True)
    (curvature,) = torch.autograd.grad(slope, beta)
    return slope.item(), curvature.item()


def by_hand(scores, labels, smoothing, beta, spread=None, by=lambda values: values.mean(),
            even=False, heat=lambda beta: beta):  # fmt: skip
    """The keywords are mistakes."""
    classes = scores.shape[1]
    p = (heat(beta) * scores).softmax(1)
    onehot = torch.nn.functional.one_hot(labels, classes)
    if spread == "others":
        q = onehot * (1 - smoothing) + (1 - onehot) * smoothing / (classes - 1)
    elif spread == "whole":
        q = onehot * (1 - smoothing) + smoothing
    else:
        q = onehot * (1 - smoothing) + smoothing / classes
    middle = (p * scores).sum(1, keepdim=True)
    weight = torch.full_like(p, 1 / classes) if even else p
    squares = weight * (scores - (scores.mean(1, keepdim=True) if even else middle)) ** 2
    return float(by(((p - q) * scores).sum(1))), float(by(squares.sum(1)))


def hard(scores, labels, smoothing, beta):
    return chill(scores, labels, 0.0, beta)


def second_moment(scores, labels, smoothing, beta):
    p = (beta * scores).softmax(1)
    return chill(scores, labels, smoothing, beta)[0], float((p * scores**2).sum(1).mean())


def for_temperature(*inputs):
    """The slope for T = 1 / β in place of that for β."""
    slope, curvature = chill(*inputs)
    return -(inputs[3] ** 2) * slope, inputs[3] ** 4 * curvature + 2 * inputs[3] ** 3 * slope


def slope_is(change):
    def when(answer, expected, *inputs):
        return abs(answer[0] - change(*inputs)) < 1e-6

    return when


CHILL = Task(
    id="11.8",
    title="Is the net too sure? Ask the slope",
    points=4,
    function="chill",
    taught="ch11_regularisation.ipynb#labels-that-are-not-quite-sure-2015",
    statement=r"""
A temperature $T$ divides all scores; with $\beta = 1/T$ they are multiplied. For one example with
the scores $z_1, \dots, z_K$ the loss is the cross-entropy $-\sum_k q_k \ln p_k$ with

$$p = \text{softmax}(\beta z), \qquad
q = (1 - \varepsilon)\, \text{onehot} + \frac{\varepsilon}{K},$$

and for a batch it is the mean over the examples. How does this loss change with $\beta$ alone? If
its slope is above 0, the net is surer than the labels allow: it should be cooled by a smaller
$\beta$, that is by a higher temperature.

Write `chill(scores, labels, smoothing, beta)` for scores (N, K), labels (N,), $\varepsilon$ and
$\beta$. Return `(slope, curvature)`: the first and the second derivative of the loss for $\beta$,
two numbers. You know the slopes of cross-entropy for the numbers that go into softmax; each of
these is $\beta z_k$. For the second derivative, show first that $p_k$ changes with $\beta$ at the
rate $p_k (z_k - \sum_l p_l z_l)$. Then say why this loss has no second valley.
""",
    generate=chill_case,
    returns=("slope", "curvature"),
    oracle=chill,
    symptoms=[
        Symptom(
            "You do not smooth the labels.",
            mimics=hard,
        ),
        Symptom(
            "You spread what is taken from the right class over the *other* classes. Here all get "
            "their share, the right one as well.",
            mimics=partial(by_hand, spread="others"),
        ),
        Symptom(
            "Your $q$ adds up to more than 1: each class gets all of `smoothing`, not its part.",
            mimics=partial(by_hand, spread="whole"),
        ),
        Symptom(
            "Your softmax sees the scores as they are, without `beta`.",
            mimics=partial(by_hand, heat=lambda beta: 1.0),
        ),
        Symptom(
            "You divide the scores by `beta`. It is 1 / T, so it multiplies.",
            when=lambda answer, expected, *i: (
                i[3] and abs(answer[0] - by_hand(*i, heat=lambda beta: 1 / beta)[0]) < 1e-6
            ),
        ),
        Symptom(
            "These are derivatives for the temperature. Asked for are those for `beta`.",
            mimics=for_temperature,
        ),
        Symptom(
            "You add up over the examples. The loss of a batch is their mean.",
            mimics=partial(by_hand, by=lambda values: values.sum()),
        ),
        Symptom(
            "You take a mean over the classes as well. The classes are added up.",
            mimics=lambda scores, *i: tuple(v / scores.shape[1] for v in chill(scores, *i)),
        ),
        Symptom("Both signs are wrong.", mimics=lambda *i: tuple(-v for v in chill(*i))),
        Symptom("The two numbers have changed places.", mimics=lambda *i: chill(*i)[::-1]),
        Symptom(
            "The slope is right. In the curvature $\\sum_l p_l z_l$ is missing: each score counts "
            "by its distance from it.",
            mimics=second_moment,
        ),
        Symptom(
            "The slope is right. For the curvature you let all classes count alike; likely ones "
            "count more.",
            mimics=partial(by_hand, even=True),
        ),
        Symptom("The size of the slope is right, its sign is wrong.",
                when=slope_is(lambda *i: -chill(*i)[0])),
        Symptom("The slope is right, the curvature is not.",
                when=slope_is(lambda *i: chill(*i)[0])),
        Symptom(
            "The curvature is right, the slope is not.",
            when=lambda answer, expected, *i: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)  # fmt: skip

TEMPERATURES = [CHILL]
