"""The exercise of chapter 20 on learning in context: an attention layer that takes a step."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.diagnose import value_symptom
from dlcore.grade.task import Guess, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.forms import floats, odd_form
from dlcore.grade.tasks.telling import telling

PROBES = 12
NAMES = "to_query", "to_key", "to_value", "skip"


def stepped(
    w, b, lr, decay, count, mean=True, sign=1, start=True, shift=True, bias=True, keep=True,
    shrink=1.0, all_shrink=False, double=1, loss_start=True,
):  # fmt: skip
    """What a step of gradient descent answers for each probe; the keywords are mistakes."""
    x, y, asked = probes(len(w), count)
    says = (x @ w + b * shift) * loss_start
    miss = (y - says) * sign * double * (lr / count if mean else lr)  # (P, count)
    alike = (x * asked[:, None]).sum(2) + bias  # (P, count)
    moved = (miss * alike).sum(1)
    before = (1 - lr * decay * shrink) * (asked @ w) + b * (
        1 - lr * decay * shrink if all_shrink else 1
    )
    return moved + (before if start else 0) * keep


def probes(width, count):
    """Texts with examples and a question: x (P, count, D), y (P, count), asked (P, D)."""
    dice = torch.Generator().manual_seed(20)
    x = torch.randn(PROBES, count, width, generator=dice).double()
    y = torch.randn(PROBES, count, generator=dice).double()
    return x, y, torch.randn(PROBES, width, generator=dice).double()


def looked(answer, width, count):
    """What the learner's layer answers for each probe."""
    to_query, to_key, to_value, skip = answer
    x, y, asked = probes(width, count)
    tokens = torch.cat([x, y[..., None], torch.ones_like(y)[..., None]], 2)
    question = torch.cat([asked, torch.zeros(PROBES, 1), torch.ones(PROBES, 1)], 1).double()
    scores = ((tokens @ to_key.T) * (question @ to_query.T)[:, None]).sum(2)
    return (scores * (tokens @ to_value)).sum(1) + question @ skip


MISTAKES = {
    "Your layer climbs the error: the step goes the other way.": partial(stepped, sign=-1),
    "Your step is that of a sum. The loss is a mean over the examples.": partial(
        stepped, mean=False
    ),
    "Your step is twice too large: the loss has a factor ½.": partial(stepped, double=2),
    "Your layer answers the step alone. The start's own answer belongs to it.": partial(
        stepped, start=False
    ),
    "Your residuals are those of a start at 0. The examples are missed by `w` and `b`.": partial(
        stepped, loss_start=False
    ),
    "In your residuals `b` is missing.": partial(stepped, shift=False),
    "Your step moves `w` alone. `b` moves as well, by the same residuals.": partial(
        stepped, bias=False
    ),
    "Your weights do not decay.": partial(stepped, shrink=0.0),
    "Your weights decay the wrong way: they grow.": partial(stepped, shrink=-1.0),
    "In your layer `b` decays as well. Only `w` does.": partial(stepped, all_shrink=True),
}


def judge(answer, w, b, lr, decay, count):
    """Run the learner's layer on texts, and hold it against the step."""
    if odd := odd_form(answer, *NAMES):
        return odd
    parts = [floats(part) for part in answer]
    long = len(w) + 2
    if any(part.ndim != 2 or part.shape[1] != long for part in parts[:2]):
        return "`to_query` and `to_key` are tables with a column for each of the D + 2 numbers."
    if len(parts[0]) != len(parts[1]):
        return "`to_query` and `to_key` need the same number of rows: their results are multiplied."
    if any(tuple(part.shape) != (long,) for part in parts[2:]):
        return "`to_value` and `skip` have D + 2 numbers each."
    found, right = looked(parts, len(w), count), stepped(w, b, lr, decay, count)
    if close(found, right, 1e-6):
        return None
    general = value_symptom([found], [right], 1e-6) or (
        "For some texts your layer does not answer what one step would. Write down the answer of "
        "the moved weights: which part is the start's own, and which a sum over examples?"
    )
    suspected = [
        sentence for sentence, mistake in MISTAKES.items()
        if close(found, mistake(w, b, lr, decay, count), 1e-6)
    ]  # fmt: skip
    return Guess(suspected, general) if suspected else general


def built_case(rng, case):
    """Draw starts on which each mistake shows; a start at 0, one example, no decay, one input."""
    D, count = (1 if case == 4 else one(rng, 2, 3)), (1 if case == 3 else one(rng, 3, 6))
    w, b = normal(rng, D), round(float(rng.uniform(0.5, 2.0)), 1)
    lr, decay = (round(float(rng.uniform(0.1, 0.6)), 2) for _ in range(2))
    if case == 2:
        w, b = torch.zeros_like(w), 0.0
    if case == 3:
        decay = 0.0
    inputs = w, b, lr, decay, count
    wrong = list(MISTAKES.values()) if case < 2 else []
    return inputs if telling(inputs, stepped, wrong, wrong) else built_case(rng, case)


BUILT = Task(
    id="20.5",
    title="Choose queries, keys and values by hand: a look that takes a step",
    points=5,
    function="look_that_learns",
    kind="choose",
    taught="ch20_adaptation.ipynb#learning-without-a-step-in-context-20202022",
    returns=NAMES,
    statement=r"""
One layer of attention without softmax can be made to answer what one step of gradient descent would
answer, without a weight being changed. You choose its tables.

The text has `count` examples and a question. An example is the token $e = (x, y, 1)$ with D inputs
and its $y$; the question is $e_q = (x_q, 0, 1)$. The layer answers

$$s \cdot e_q + \sum_{\text{examples}} (v \cdot e)\, \big(K e \cdot Q e_q\big).$$

The model that is to be moved is $w \cdot x + b$; it starts at the given `w` (D,) and `b`. Its loss
is half the *mean* of the squared errors on the examples, plus $\tfrac12 \texttt{decay}\, |w|^2$,
without $b$. One step at the rate `lr` moves $w$ and $b$, and the layer's answer shall be what the
moved model says of $x_q$, for every text.

Write `look_that_learns(w, b, lr, decay, count)` and return `(to_query, to_key, to_value, skip)`:
$Q$ and $K$ with D + 2 columns and as many rows as you like, and $v$ and $s$ with D + 2 numbers.
Write down the answer of the moved model first; what is summed over the examples in it?
""",
    generate=built_case,
    cases=6,
    judge=judge,
)

BUILTS = [BUILT]
