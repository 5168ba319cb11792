"""The exercises of chapter 11 on norms: three layers in one, and rows of unequal length."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, uniform, whole


def folded_case(rng, case):
    """Draw layers with as many units as inputs (2), a constant column (3), γ = 0 (4), 1 × 1 (5)."""
    units, wide = {2: (3, 3), 5: (1, 1)}.get(case, (2, 3))
    spread, gamma = uniform(rng, 0.3, 3, wide), normal(rng, units) + 0.05
    if case == 3:
        spread[one(rng, 0, wide - 1)] = 0.0
    if case == 4:
        gamma[0] = 0.0
    scaler = normal(rng, wide) + 3.0, spread
    linear = normal(rng, units, wide) + 0.05, normal(rng, units) + 1.05
    norm = normal(rng, units) + 1.05, uniform(rng, 0.3, 3, units), gamma, normal(rng, units) + 1.05
    return *scaler, *linear, *norm, one(rng, 1, 5) / 10


def step_by_step(x, centre, spread, weight, bias, mean, variance, gamma, beta, eps):
    """The three layers one after the other, for rows x (N, I)."""
    z = torch.where(spread > 0, (x - centre) / spread, 0.0)
    a = torch.nn.functional.linear(z, weight, bias)
    return torch.nn.functional.batch_norm(a, mean, variance, gamma, beta, False, 0.0, eps)


def one_layer(centre, *others):
    """Measured: the answer to zeros is the bias, and each input moved by 1 tells its weights."""
    still = step_by_step(torch.zeros_like(centre)[None], centre, *others)
    moved = step_by_step(torch.eye(len(centre)).double(), centre, *others)
    return (moved - still).T, still[0]


def by_formula(centre, spread, weight, bias, mean, variance, gamma, beta, eps,
               divide=True, centred=True, own=1.0, moved=True, lone=False, root=0.5, add=True,
               scaled=True):  # fmt: skip
    """The keywords are mistakes."""
    r = (scaled * gamma + (not scaled)) / (variance + add * eps) ** root
    inverse = torch.where(spread > 0, 1 / spread if divide else spread, 0.0)
    shift = weight @ (centre * inverse) if centred else 0.0
    b = own * bias - shift
    still = r * b - mean if lone else r * (b - moved * mean)
    return r[:, None] * weight * inverse, still + beta


def folded(sentence, **mistake):
    return Symptom(sentence, mimics=partial(by_formula, **mistake))


FOLDED = Task(
    id="11.4",
    title="Three layers in one",
    points=5,
    function="one_layer",
    taught="ch11_regularisation.ipynb#training-and-evaluation-are-two-different-things",
    statement=r"""
At evaluation a z-score, a linear layer and batch norm are three small changes, one after the other:

$$z_i = \frac{x_i - c_i}{s_i}, \qquad a = W z + b, \qquad
y_j = \gamma_j \, \frac{a_j - m_j}{\sqrt{v_j + \varepsilon}} + \beta_j .$$

All their numbers are fixed by then, so one linear layer $y = W' x + b'$ on the raw inputs can do
the whole work. That is how nets are delivered to telephones.

Write `one_layer(centre, spread, weight, bias, mean, variance, gamma, beta, eps)` for $c$ and $s$
(I,), $W$ (H, I) and $b$ (H,), the running mean $m$ and variance $v$ (H,), $\gamma$ and $\beta$
(H,), and $\varepsilon$. Return `(new_weight, new_bias)`, $W'$ (H, I) and $b'$ (H,). A column that
did not vary in training has the spread 0; its $z_i$ is 0, whatever comes.
""",
    generate=folded_case,
    returns=("new_weight", "new_bias"),
    oracle=one_layer,
    symptoms=[
        folded("The running mean is subtracted after the norm's scale. It is scaled, too.",
               lone=True),
        folded(
            "The linear layer's bias is missing. In training the batch's mean takes it away; the "
            "running mean is a fixed number, in which it is contained.",
            own=0.0,
        ),
        folded("The running mean is missing from your bias.", moved=False),
        folded("The z-score's centre plays no part: what does the layer answer to zeros?",
               centred=False),
        folded("You multiply by the z-score's spread. It divides.", divide=False),
        folded("You divide by the running variance. Its root is due.", root=1.0),
        folded("`eps` plays no part.", add=False),
        folded("`gamma` plays no part.", scaled=False),
        Symptom(
            "`beta` is scaled as well. It is added last, as it is.",
            mimics=lambda *i: (
                by_formula(*i)[0],
                by_formula(*i)[1] + i[7] * (i[6] / (i[5] + i[8]).sqrt() - 1),
            ),
        ),
        Symptom("`beta` is missing.",
                mimics=lambda *i: (one_layer(*i)[0], one_layer(*i)[1] - i[7])),
        Symptom(
            "Your weights are right. From the bias the centres are subtracted as they are; a "
            "column's centre arrives divided by its spread.",
            mimics=lambda c, s, weight, *i: (
                one_layer(c, s, weight, *i)[0],
                by_formula(c * s, s, weight, *i)[1],
            ),
        ),
        Symptom(
            "Where a spread is 0 there are NaN or infinite numbers: you divide by it. Such a "
            "column counts for nothing.",
            when=lambda answer, expected, centre, spread, *i: (
                bool((spread == 0).any())
                and not all(part.isfinite().all() for part in answer)
            ),
        ),
        Symptom(
            "All is right but where a spread is 0. The raw inputs of such a column count for "
            "nothing, in the weights and in the bias.",
            when=lambda answer, expected, centre, spread, *i: bool((spread == 0).any()),
        ),
        Symptom(
            "The weights are right, the bias is not.",
            when=lambda answer, expected, *i: torch.allclose(answer[0].double(), expected[0]),
        ),
        Symptom(
            "The bias is right, the weights are not.",
            when=lambda answer, expected, *i: torch.allclose(answer[1].double(), expected[1]),
        ),
    ],
)  # fmt: skip


def ragged_case(rng, case):
    """Draw rows of unequal length, with lengths 0 and 1 (2), all full (4), and one row (5)."""
    count, wide = (1 if case == 5 else one(rng, 3, 4)), one(rng, 3, 4)
    x, length = normal(rng, count, wide) + 1.0, whole(rng, 2, wide, count)
    if case < 4:
        length[0], length[1] = wide, 2
    if case == 2:
        length[1], length[2] = 1, 0
    if case == 4:
        length[:] = wide
    x = torch.where(torch.arange(wide) < length[:, None], x, uniform(rng, 7, 9, count, wide))
    gamma = uniform(rng, 0.5, 2, wide) * torch.tensor([1.0, -1.0, 1.0, -1.0])[:wide].double()
    gamma[1] = 0.0 if case == 3 else gamma[1]
    return x, length, gamma, normal(rng, count, wide) + 0.05, one(rng, 1, 5) / 10


def ragged_back(x, length, gamma, grad, eps):
    """Row by row through torch's layer norm."""
    x, gamma = x.clone().requires_grad_(), gamma.clone().requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    reached = 0.0 * (x.sum() + gamma.sum() + beta.sum())
    for row, n, slope in zip(x, length.tolist(), grad):
        if n:
            y = torch.nn.functional.layer_norm(row[:n], (n,), gamma[:n], beta[:n], eps)
            reached = reached + y @ slope[:n]
    reached.backward()
    return x.grad, gamma.grad, beta.grad


def ragged(x, length, gamma, grad, eps, full=False, wide=False, less=0, pull=True, lean=True,
           short=True, of_gamma=True, leak=False, add=True, outside=False):  # fmt: skip
    """The same by hand; the keywords are mistakes."""
    there = (torch.arange(x.shape[1]) < length[:, None]) | full
    n = torch.full_like(there.sum(1), x.shape[1]) if wide else there.sum(1)
    n = n.clamp(min=1)[:, None]

    def mean(values):
        return (values * there).sum(1, keepdim=True) / n

    centred = (x - mean(x)) * there
    r = (mean(centred.square()) * n / (n - less).clamp(min=1) + add * eps).rsqrt()
    x_hat, given = centred * r, grad if leak else grad * there
    g = given * gamma if of_gamma else given
    for_x = g - pull * mean(g) - lean * x_hat * mean(g * x_hat)
    for_x = for_x * (r if short else 1) * (there | outside)
    return for_x, (given * x_hat).sum(0), given.sum(0)


def slipped(sentence, **mistake):
    return Symptom(sentence, mimics=partial(ragged, **mistake))


def only_right(*places):
    """Whether the values in these places are right."""

    def when(answer, expected, *inputs):
        return all(torch.allclose(answer[n].double(), expected[n]) for n in places)

    return when


RAGGED = Task(
    id="11.5",
    title="Layer norm for rows of unequal length",
    points=6,
    function="ragged_back",
    taught="ch11_regularisation.ipynb#layer-normalisation-2016",
    statement=r"""
Sentences are not equally long. In a table each gets a row, and short rows are filled up. Layer norm
must not look at what they are filled with: for a row with $n$ numbers of its own, mean and variance
(divided by $n$) are taken over these $n$ alone, and

$$\hat x_i = \frac{x_i - m}{\sqrt{v + \varepsilon}}, \qquad
y_i = \gamma_i \, \hat x_i + \beta_i \qquad \text{for } i < n .$$

Behind them $y_i$ is 0, whatever stands in $x$.

Write the way back: `ragged_back(x, length, gamma, grad, eps)` for `x` (N, I), `length` (N,) with
the numbers of each row that are its own, the first ones, `gamma` (I,), and `grad` (N, I), the
slopes of the loss for $y$. Return `(for_x, for_gamma, for_beta)`, its slopes for `x` (N, I) and for
the two vectors (I,), which all rows share. A row may have length 1, or 0. The table `grad` may hold
any numbers behind the rows' ends.
""",
    generate=ragged_case,
    returns=("for_x", "for_gamma", "for_beta"),
    oracle=ragged_back,
    symptoms=[
        slipped("You treat all rows as full ones: what they are filled with counts.", full=True),
        slipped(
            "The filling is left out of the sums, but you divide by the width of the table. Each "
            "row divides by its own length.",
            wide=True,
        ),
        slipped(
            "`for_beta` is not right: it also counts the slopes behind the rows' ends, where beta "
            "is not added.",
            leak=True,
        ),
        slipped("Behind its end a row still has slopes in `for_x`.", outside=True),
        slipped(
            "`for_x` is not right: your mean of the slopes is missing. What would move all numbers "
            "of a row alike changes nothing.",
            pull=False,
        ),
        slipped(
            "`for_x` is not right: what would only change a row's spread is not taken away.",
            lean=False,
        ),
        slipped("`for_x` is not right: mean and spread are treated as if they were fixed numbers.",
                pull=False, lean=False),
        slipped("`for_x` is not right: gamma lies on the way back as well.", of_gamma=False),
        slipped("`for_x` is not right: its last step, the division by the spread, is missing.",
                short=False),
        slipped("Your variance divides by $n - 1$. Here it is $n$.", less=1),
        slipped("`eps` plays no part.", add=False),
        Symptom(
            "`for_gamma` and `for_beta` are means over the rows. The loss feels each row: add up.",
            mimics=lambda x, *i: (
                ragged(x, *i)[0],
                ragged(x, *i)[1] / len(x),
                ragged(x, *i)[2] / len(x),
            ),
        ),
        Symptom(
            "There are NaN or infinite numbers where a row has length 0 or 1: nothing to divide "
            "by, or a variance of one number.",
            when=lambda answer, expected, x, length, *i: (
                int(length.min()) < 2 and any(not part.isfinite().all() for part in answer)
            ),
        ),
        Symptom("`for_gamma` and `for_beta` are right, `for_x` is not.", when=only_right(1, 2)),
        Symptom("`for_x` is right, the two vectors are not both.", when=only_right(0)),
    ],
)  # fmt: skip

NORMS = [FOLDED, RAGGED]
