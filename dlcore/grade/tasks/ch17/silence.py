"""The exercise of chapter 17 on the gradient: a look that may say nothing."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def weights(scores, silence, out=True):
    """Softmax with the silent key behind the others; out: it takes its part away."""
    column = scores.new_full((len(scores), 1), silence)
    p = torch.cat([scores, column], 1).softmax(1)[:, :-1]
    return p if out else scores.softmax(1)


def look(
    q, k, v, silence, grad, scale=None, back_scale=None, silent_scale=1.0, out=True, mean="all",
    sign=-1, join=torch.sum,
):  # fmt: skip
    """The oracle: (y, to_q, to_k, to_v, to_silence); the keywords are mistakes.

    mean: what is taken from the gradient of the weights, the mean of "all", that of the "keys", or
    "none". join: how the queries' parts of to_silence are joined.
    """
    scale = q.shape[1] ** -0.5 if scale is None else scale
    p = weights(scale * q @ k.T, silent_scale * silence, out)
    to_p = grad @ v.T
    said = (p * to_p).sum(1, keepdim=True)
    if mean == "keys":
        said = said / p.sum(1, keepdim=True).clamp(min=1e-300)
    to_scores = p * (to_p - (0 if mean == "none" else said))
    to_silence = sign * (1 - p.sum(1)) * (p * to_p).sum(1)
    back = scale if back_scale is None else back_scale
    to_silence = join(to_silence) if out else torch.tensor(0.0)
    return p @ v, back * to_scores @ k, back * to_scores.T @ q, p.T @ grad, to_silence


MISTAKES = {
    "Your keys share all the weight. The silent key takes part in the softmax, and its part "
    "is gone.": partial(look, out=False),
    "Your scores are not divided by the root of D.": partial(look, scale=1.0),
    "The outputs are right. The scores were divided by the root of D; so are their "
    "gradients.": partial(look, back_scale=1.0),
    "In the gradient of the scores nothing is taken away. A score that rises takes weight from "
    "all others.": partial(look, mean="none"),
    "You take away the mean of the keys alone. The silent key has a weight too, and a value of "
    "zeros.": partial(look, mean="keys"),
    "Only the sign of `to_silence` is wrong.": partial(look, sign=1),
    "`to_silence` is a mean over the queries. The one number serves all of them: take the "
    "sum.": partial(look, join=torch.mean),
}


SCALED = "You multiply the silent key's score by the scale. It is the number `silence` itself."


def silent_scaled(q, k, v, silence, grad, also=True):
    """also: its gradient is multiplied too."""
    scale = q.shape[1] ** -0.5
    *others, to_silence = look(q, k, v, silence, grad, silent_scale=scale)
    return *others, to_silence * (scale if also else 1)


def silence_case(rng, case):
    """Draw looks on which each mistake shows; no key, one of each, scores in the thousands."""
    queries, keys, out = (one(rng, 2, 3) for _ in range(3))
    wide = 5 - queries
    silence = round(float(rng.normal(0.5, 1)), 1)
    if case == 3:
        keys = 0
    if case == 4:
        queries = keys = wide = out = 1
    size = 60.0 if case == 5 else 1.0
    q, k = (size * normal(rng, count, wide) for count in (queries, keys))
    if case == 6:
        silence = 900.0
    v, grad = normal(rng, keys, out), normal(rng, queries, out)
    inputs = q, k, v, silence, grad
    wrong = [*MISTAKES.values(), silent_scaled] if case < 3 else []
    clear = telling(inputs, look, wrong, wrong)
    if case == 5:
        clear = float((q @ k.T).max()) > 3000
    return inputs if clear else silence_case(rng, case)


def alike(answer, expected, *places):
    def same(mine, right):
        if isinstance(right, float):
            return close(mine, right, 1e-6)
        return mine.shape == right.shape and torch.allclose(mine.double(), right, 1e-6, 1e-6)

    return all(same(answer[place], expected[place]) for place in places)


SILENCE = Task(
    id="17.1",
    title="A look that may say nothing, and its gradient",
    points=6,
    function="look",
    taught="ch17_attention.ipynb#queries-keys-and-values",
    returns=("y", "to_q", "to_k", "to_v", "to_silence"),
    statement=r"""
A softmax gives all its weight away, even where no key fits. So let there be one key more, the
*silent* one. Its score is a number $b$ (`silence`), whatever the query, and its value is a list of
zeros. With scores $z_{ts} = q_t \cdot k_s / \sqrt D$ for S keys,

$$P_{ts} = \frac{e^{z_{ts}}}{e^b + \sum_j e^{z_{tj}}}, \qquad Y = P V.$$

Where all scores are far below $b$, the output is near zero: nothing is said. The number $b$ is
learned, and so its gradient is needed besides the others.

Derive all gradients by hand: what the chapter says of the softmax holds with the silent key among
the keys. Then write `look(q, k, v, silence, grad)` for `q` (T, D), `k` (S, D), `v` (S, E), the
number `silence`, and `grad` (T, E), the gradient of $Y$. Return `(y, to_q, to_k, to_v,
to_silence)`; the last is a number, the first four have the shapes of $Y$, `q`, `k` and `v`. There
may be no key at all, and scores may be in the thousands.
""",
    generate=silence_case,
    cases=7,
    oracle=look,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(SCALED, mimics=silent_scaled),
        Symptom(SCALED, mimics=partial(silent_scaled, also=False)),
        Symptom(
            "All is right but `to_silence`. What would it be, if the silent key stood among the "
            "others as a key?",
            when=lambda answer, expected, *inputs: alike(answer, expected, 0, 1, 2, 3),
        ),
        Symptom(
            "The outputs, `to_v` and `to_silence` are right. What is between the gradient of the "
            "scores and those of queries and keys?",
            when=lambda answer, expected, *inputs: alike(answer, expected, 0, 3, 4),
        ),
        Symptom(
            "The outputs and `to_v` are right. What goes wrong is behind the gradient of the "
            "weights.",
            when=lambda answer, expected, *inputs: alike(answer, expected, 0, 3),
        ),
        Symptom(
            "The outputs are right, the gradients are not. Nudge one number of `v` and compare.",
            when=lambda answer, expected, *inputs: alike(answer, expected, 0),
        ),
    ],
)

SILENCES = [SILENCE]
