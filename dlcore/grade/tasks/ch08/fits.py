"""The exercises of chapter 8: fits with trust, and a step that makes weights zero."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, uniform


def solve(x, y, trust):
    """The weights of the smallest sum of trust times squared error, without an intercept."""
    root = trust.sqrt()
    return torch.linalg.lstsq(root[:, None] * x, root * y).solution


def fit(x, y, trust, centre=None):
    """Slopes and intercept; centre: the trust with which the means are taken."""
    centre = trust if centre is None else centre
    mean_x, mean_y = centre @ x / centre.sum(), centre @ y / centre.sum()
    w = solve(x - mean_x, y - mean_y, trust)
    return w, mean_y - mean_x @ w


def by_distrust(x, y, trust):
    """With 1 / trust in the place of trust, which for 0 gives no numbers."""
    none = torch.full_like(x[0], torch.nan)
    return fit(x, y, 1 / trust) if (trust > 0).all() else (none, torch.nan)


def fit_case(rng, case):
    size = {0: 2, 4: 1}.get(case, one(rng, 1, 2))
    count = 2 if case == 4 else one(rng, 5, 6)
    trust = torch.ones(count).double() if case == 3 else uniform(rng, 0.5, 5, count)
    if case == 5:
        trust[0] = 0.0
    while True:
        x = normal(rng, count, size)
        moved = (x - x.mean(0))[trust > 0]
        if torch.linalg.matrix_rank(moved - moved.mean(0)) == size and moved.std() > 0.3:
            return x, normal(rng, count) + 2.0, trust


FIT = Task(
    id="8.1",
    title="Some measurements deserve more trust",
    points=4,
    function="trusted_fit",
    taught="ch08_rivals.ipynb#a-line-through-points-1805",
    statement=r"""
Least squares treats all measurements alike. But one may be the mean of five readings, another a
hasty glance. *Weighted* least squares lets each count as much as it deserves.

Write `trusted_fit(x, y, trust)` for inputs `x` (N, I), targets `y` (N,) and one number per
measurement, `trust` (N,), none of them negative. Return `(w, b)`, slopes (I,) and an intercept, for
which

$$\sum_n \text{trust}_n \, (y_n - w \cdot x_n - b)^2$$

is as small as possible. A trust of 2 then counts as if the measurement stood in the table twice, a
trust of 0 as if it were not there. A column of ones makes the intercept one more slope.
""",
    generate=fit_case,
    returns=("w", "b"),
    oracle=fit,
    symptoms=[
        Symptom(
            "All measurements count alike. What changes if one of them gets a larger trust?",
            mimics=lambda x, y, trust: fit(x, y, torch.ones_like(trust)),
        ),
        Symptom(
            "A measurement with trust 2 counts as if it stood in the table four times. Is the "
            "trust squared together with the error?",
            mimics=lambda x, y, trust: fit(x, y, trust**2),
        ),
        Symptom(
            "A measurement with trust 4 counts as if it stood in the table twice: a root too many.",
            mimics=lambda x, y, trust: fit(x, y, trust.sqrt()),
        ),
        Symptom(
            "What deserves more trust counts *less* in your fit: is something divided by it?",
            mimics=by_distrust,
        ),
        Symptom(
            "Your fit goes through the origin: with all inputs at 0 it can only answer 0.",
            mimics=lambda x, y, trust: (solve(x, y, trust), 0.0),
        ),
        Symptom(
            "You subtract plain means. Measurements that are trusted more move the middle, too.",
            mimics=lambda x, y, trust: fit(x, y, trust, torch.ones_like(trust)),
        ),
        Symptom(
            "The slopes are right, the intercept is not. Through which point does the best line "
            "always go?",
            when=lambda answer, expected, x, y, trust: torch.allclose(answer[0], expected[0]),
        ),
    ],
)


def step_case(rng, case):
    """Draw a step whose answer is 0 in case 0, and neither 0 nor the old weight in cases 1 to 3."""
    count, size = (1 if case == 5 else one(rng, 3, 5)), one(rng, 2, 3)
    x, y, w = normal(rng, count, size), normal(rng, count), normal(rng, size)
    j, beta = one(rng, 0, size - 1), one(rng, 1, 9) / 10
    if case == 4:
        x[:, j] = 0.0
        return x, y, w, j, 0.2, 0.0
    pull = x[:, j] @ (y - x @ w + x[:, j] * w[j]) / count
    if abs(float(pull)) < 0.2 or abs(float(w[j])) < 0.3 or (pull > 0) != (case % 2 == 0):
        return step_case(rng, case)
    share = 1.5 if case == 0 else one(rng, 3, 7) / 10
    return x, y, w, j, round(share * abs(float(pull)), 3), beta


def shrunk(pull, alpha):
    return float(pull.sign() * (pull.abs() - alpha).clamp(min=0))


def elastic_step(x, y, w, j, alpha, beta, shrink=shrunk, others=True, mean=True, curve=None):
    """The new weight j; each keyword puts a mistake in."""
    column, count = x[:, j], (len(x) if mean else 1)
    rest = y - x @ w + column * w[j] * others
    pull, curvature = column @ rest / count, float(column @ column) / count
    bottom = (curvature if curve is None else curve) + beta
    return shrink(pull, alpha) / bottom if bottom else 0.0


def late(x, y, w, j, alpha, beta):
    """Shrink after the division."""
    weight = elastic_step(x, y, w, j, 0.0, beta)
    return shrunk(torch.tensor(weight, dtype=torch.float64), alpha)


def with_mistake(**mistake):
    return lambda *inputs: elastic_step(*inputs, **mistake)


ELASTIC = Task(
    id="8.2",
    title="One step of the elastic net",
    points=4,
    function="elastic_step",
    taught="ch08_rivals.ipynb#too-many-features-the-lasso-1996",
    statement=r"""
The Lasso's penalty on $\lvert w_j \rvert$ makes weights exactly 0. A second penalty, on $w_j^2$,
lets features that resemble each other share the work:
[Zou and Hastie (2005)](https://doi.org/10.1111/j.1467-9868.2005.00503.x) called it the *elastic
net*. The loss for weights $w$ (I,) without an intercept is

$$\frac{1}{2N} \sum_n (y_n - w \cdot x_n)^2 + \alpha \sum_i \lvert w_i \rvert
+ \frac{\beta}{2} \sum_i w_i^2 .$$

Write `elastic_step(x, y, w, j, alpha, beta)` for inputs `x` (N, I), targets `y` (N,), weights `w`
(I,), an index `j`, and the two penalties. Return one number: the value of weight $j$ for which the
loss is smallest while all *other* weights stay as they are. As a function of this one weight, the
loss is a parabola with a kink at 0. A pixel that is black in all pictures gives a column of zeros:
its weight should be 0. You may count on $\alpha > 0$ and $\beta \ge 0$.
""",
    generate=step_case,
    oracle=elastic_step,
    symptoms=[
        Symptom(
            "The error that you explain already holds what weight j explains now. What should be "
            "left over for it: the error with weight j in, or without?",
            mimics=with_mistake(others=False),
        ),
        Symptom(
            "The squared errors are summed where the loss takes their mean, so the penalties are "
            "too weak for many examples.",
            mimics=with_mistake(mean=False),
        ),
        Symptom(
            "Weights below the threshold become 0, as they should. Those above it keep their full "
            "size: where does the kink's slope act on them?",
            mimics=with_mistake(
                shrink=lambda pull, alpha: float(pull) if abs(float(pull)) > alpha else 0.0
            ),
        ),
        Symptom(
            "Your weight never becomes exactly 0: the penalty with the kink plays no part.",
            mimics=with_mistake(shrink=lambda pull, alpha: float(pull)),
        ),
        Symptom(
            "Your weight is never negative, but half of the best ones are.",
            mimics=with_mistake(shrink=lambda pull, alpha: max(float(pull) - alpha, 0.0)),
        ),
        Symptom(
            "This is the Lasso's step. The penalty on the square plays no part.",
            mimics=lambda x, y, w, j, alpha, beta: elastic_step(x, y, w, j, alpha, 0.0),
        ),
        Symptom(
            "The penalty on the square pulls twice as hard as it should: there is a half before "
            "it.",
            mimics=lambda x, y, w, j, alpha, beta: elastic_step(x, y, w, j, alpha, 2 * beta),
        ),
        Symptom(
            "You divide the penalty on the square by the number of examples. Only the errors are "
            "a mean.",
            mimics=lambda x, y, w, j, alpha, beta: elastic_step(x, y, w, j, alpha, beta / len(x)),
        ),
        Symptom(
            "You shrink by half of what the first penalty asks for. There is no half before it.",
            mimics=lambda x, y, w, j, alpha, beta: elastic_step(x, y, w, j, alpha / 2, beta),
        ),
        Symptom(
            "Right only for features whose mean square is 1. What is the curvature for others?",
            mimics=with_mistake(curve=1.0),
        ),
        Symptom(
            "You shrink after the division. The kink's slope belongs to the slope of the parabola, "
            "before anything is divided.",
            mimics=late,
        ),
    ],
)


FITS = [FIT, ELASTIC]
