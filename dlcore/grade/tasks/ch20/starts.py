"""The exercise of chapter 20 on MAML: where does a learned start lie, by pencil?"""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def maml_weights(a, shrink, steps):
    return a * shrink ** (2 * steps)


def first_weights(a, shrink, steps):
    return a * shrink**steps


def plain_weights(a, shrink, steps):
    return a


def error_of(a, c, shrink, steps, start):
    return (a / 2 * shrink ** (2 * steps) * (start - c) ** 2).mean().item()


def starts(a, c, lr, steps, maml=maml_weights, first=first_weights, plain=plain_weights,
           error=error_of, shrink=None, at="maml", swap=False):  # fmt: skip
    """The oracle: (maml, first, plain, error); the keywords are mistakes."""
    left = shrink(a, lr) if shrink else 1 - lr * a
    ways = {"maml": maml, "first": first, "plain": plain}
    found = {
        name: ((way(a, left, steps) * c).sum() / way(a, left, steps).sum()).item()
        for name, way in ways.items()
    }
    if swap:
        found["maml"], found["first"] = found["first"], found["maml"]
    return *found.values(), error(a, c, left, steps, found[at])


def once(a, shrink, steps):
    return a * shrink**2


def no_steepness(a, shrink, steps):
    return shrink ** (2 * steps)


MISTAKES = {
    "Your `maml` and `first` are exchanged.": partial(starts, swap=True),
    "Your `maml` is in first order: the slope goes through the steps as well, and they shrink "
    "once more.": partial(starts, maml=first_weights),
    "Your `maml` is for one step. Each step shrinks the distance again.": partial(
        starts, maml=once
    ),
    "Your `maml` weighs tasks only by what the steps leave. How steep a task is counts, too.": (
        partial(starts, maml=no_steepness)
    ),
    "Your steps go up the slope, not down.": partial(starts, shrink=lambda a, lr: 1 + lr * a),
    "With you the slope of $\\tfrac{a}{2} (w - c)^2$ is $2 a (w - c)$.": partial(
        starts, shrink=lambda a, lr: 1 - 2 * lr * a
    ),
    "`maml` is right. In first order the slope *at* the moved weight counts, as if the steps had "
    "only moved it.": partial(starts, first=plain_weights),
    "`maml` is right. Your `first` is for one step.": partial(
        starts, first=lambda a, shrink, steps: a * shrink
    ),
    "`maml` and `first` are right. Your `plain` is the mean of the places. Steep tasks pull "
    "more.": partial(starts, plain=lambda a, shrink, steps: torch.ones_like(a)),
    "All but `error` are right. It is taken *after* the steps.": partial(
        starts, error=lambda a, c, shrink, steps, w: (a / 2 * (w - c) ** 2).mean().item()
    ),
    "All but `error` are right. It is that of `maml`'s start; yours is that of `first`'s.": partial(
        starts, at="first"
    ),
    "All but `error` are right. It is that of `maml`'s start; yours is that of `plain`'s.": partial(
        starts, at="plain"
    ),
    "All but `error` are right. Yours is a sum over the tasks.": partial(
        starts, error=lambda *inputs: error_of(*inputs) * len(inputs[0])
    ),
    "All but `error` are right. The loss has a factor ½.": partial(
        starts, error=lambda *inputs: 2 * error_of(*inputs)
    ),
    "All but `error` are right. The loss of a task grows with a.": partial(
        starts,
        error=lambda a, c, shrink, steps, w: (
            (shrink ** (2 * steps) * (w - c) ** 2 / 2).mean().item()
        ),
    ),
}
STATED = torch.tensor([1.0, 3.0]).double(), torch.tensor([0.0, 1.0]).double(), 0.25, 1


def start_case(rng, case):
    """Draw tasks on which each mistake shows; no step, one solved by a step, one overshot."""
    if case == 0:
        return STATED
    n, lr, steps = one(rng, 2, 4), round(float(rng.uniform(0.1, 0.3)), 2), one(rng, 2, 3)
    a = torch.from_numpy(rng.uniform(0.3, 0.9 / lr, size=n).round(1))
    c = torch.from_numpy(rng.normal(size=n).round(1))
    if case == 3:
        steps = 0
    if case == 4:
        lr, steps = 0.25, 1
        a[0] = 4.0  # one step solves it: it does not care where it starts
    if case == 5:
        lr, steps = 0.5, 2
        a = torch.from_numpy(rng.uniform(0.3, 3.0, size=n).round(1))
    if case == 6:
        a, c = a[:1], c[:1]
    inputs = a, c, lr, steps
    sums = [way(a, 1 - lr * a, steps).sum().item() for way in (maml_weights, first_weights)]
    wrong = list(MISTAKES.values()) if case in (1, 2) else []
    clear = min(map(abs, sums)) > 0.01
    return inputs if clear and telling(inputs, starts, wrong, wrong) else start_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


START = Task(
    id="20.4",
    title="With a pencil: where MAML starts, and where pre-training does",
    points=5,
    function="best_starts",
    kind="pencil",
    taught="ch20_adaptation.ipynb#a-start-that-learns-fast-maml-19872017",
    returns=("maml", "first", "plain", "error"),
    statement=r"""
Take a pencil. There is one weight $w$, and a family of tasks. Task i has the loss
$L_i(w) = \tfrac{a_i}{2} (w - c_i)^2$, on its five points as on its others: $c_i$ is its best weight
and $a_i$ says how steep it is. From a start $w$ each task takes `steps` steps of gradient descent
at the rate `lr`, which bring it to $w_i'$. All tasks count alike.

- `maml`: the start with the least mean of $L_i(w_i')$;
- `first`: the start at which *first-order* MAML comes to rest. It takes the slope of $L_i$ at
  $w_i'$ for that at $w$, as if what the steps took off were a constant; at rest the mean of these
  slopes is 0;
- `plain`: the start with the least mean of $L_i(w)$, which is what pre-training finds;
- `error`: the mean of $L_i(w_i')$ from the start `maml`.

`a` and `c` hold the $a_i$ and $c_i$. Write `best_starts(a, c, lr, steps)` and return
`(maml, first, plain, error)`. For `a` = (1, 3), `c` = (0, 1), `lr` = 0.25 and one step the answer
is 0.25, 0.5, 0.75 and 0.035: MAML leans to the task that a step changes least. Begin with this: by
what factor does one step shrink $w - c_i$? There may be no step, one task, or a task that one step
overshoots; the sums that you divide by are never 0.
""",
    generate=start_case,
    cases=8,
    oracle=starts,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All but `error` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1, 2),
        ),
        Symptom(
            "`maml` and `first` are right, `plain` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0, 1) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`maml` is right, `first` is not. Write down the slope of $L_i$ at $w_i'$.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0) and not right(answer, expected, 1)
            ),
        ),
        Symptom(
            "`maml` is not right. Write $L_i(w_i')$ as a number times $(w - c_i)^2$.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

STARTS = [START]
