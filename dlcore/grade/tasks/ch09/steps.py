"""The exercise of chapter 9 on contrastive divergence: a chain with three bugs."""

import itertools

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.ch09.tables import alike, bits, machine
from dlcore.grade.tasks.draws import one


def cd_slopes(x, weight, visible_bias, hidden_bias, for_h, for_v, anew=False, means=False,
              paired=False, biased=True, wakes=torch.lt, lights=torch.lt, drawn=False,
              gray=False):  # fmt: skip
    """Slopes by contrastive divergence, with given random numbers; the keywords are bugs."""

    def up(v):
        return torch.sigmoid(v @ weight.T + hidden_bias)

    seen, v, first = up(x), x, None
    for number_h, number_v in zip(for_h, for_v):
        h = up(x if anew else v)
        h = h if means else wakes(number_h, h).double()
        first = h if first is None else first
        pixels = torch.sigmoid(h @ weight + visible_bias * biased)
        v = lights(number_v, pixels).double()
    seen = first if drawn and first is not None else seen
    v = pixels if gray and len(for_h) else v
    down = up(v)
    for_weight = seen.T @ x - (seen if paired else down).T @ v
    return for_weight / len(x), (x - v).mean(0), (seen - down).mean(0)


TIES = [{"wakes": torch.le}, {"lights": torch.le}]
SLIPS = [{"anew": True}, {"means": True}, {"paired": True}, {"biased": False}]
TELLING = 0.01


def cd_case(rng, case):
    """Draw chains on which each bug shows; edges: no step, one step, one row."""
    visible, hidden = one(rng, 3, 4), one(rng, 2, 3)
    count, steps = (
        (1 if case == 5 else one(rng, 2, 4)),
        {3: 0, 4: 1, 5: 1}.get(case, one(rng, 2, 3)),
    )
    numbers = [torch.from_numpy(rng.uniform(size=(steps, count, units)).round(3))
               for units in (hidden, visible)]  # fmt: skip
    inputs = bits(rng, count, visible), *machine(rng, visible, hidden, 1.5), *numbers
    if case == 5:
        on_the_edge(*inputs)
    slips = TIES if case == 5 else SLIPS if case < 3 else []
    return inputs if all(shows(inputs, slip) for slip in slips) else cd_case(rng, case)


def shows(inputs, slip):
    """Whether a slip changes any slope by much."""
    pairs = zip(cd_slopes(*inputs), cd_slopes(*inputs, **slip))
    return any(float((right - other).abs().max()) > TELLING for right, other in pairs)


def on_the_edge(x, weight, visible_bias, hidden_bias, for_h, for_v):
    """Let a hidden unit, and then a pixel, have exactly the probability that its number says."""
    weight.copy_(weight.round())
    hidden_bias[0] = -x[0] @ weight[0]
    for_h[0, 0, 0] = for_v[0, 0, 0] = 0.5
    h = (for_h[0, 0] < torch.sigmoid(weight @ x[0] + hidden_bias)).double()
    visible_bias[0] = -h @ weight[:, 0]


def other_side(x, weight, visible_bias, hidden_bias, for_h, for_v):
    """The hidden biases' slope by the hidden units from which the last picture was drawn."""
    right = cd_slopes(x, weight, visible_bias, hidden_bias, for_h, for_v)
    v = x
    for step in range(len(for_h)):
        h = (for_h[step] < torch.sigmoid(v @ weight.T + hidden_bias)).double()
        v = (for_v[step] < torch.sigmoid(h @ weight + visible_bias)).double()
    seen = torch.sigmoid(x @ weight.T + hidden_bias)
    return (seen.T @ x - h.T @ v) / len(x), right[1], (seen - h).mean(0)


CD = Task(
    id="9.4",
    title="Find the bugs: a chain that does not learn",
    points=4,
    function="cd_slopes",
    kind="debug",
    taught="ch09_belief_nets.ipynb#contrastive-divergence-2002",
    statement=r"""
Contrastive divergence puts K steps of a Gibbs chain, started at the data, in the place of the
machine's own average. A step draws every hidden unit given the pixels, then every pixel given those
hidden units. `cd_slopes(x, weight, visible_bias, hidden_bias, for_h, for_v)` should return the
slopes `(for_weight, for_visible, for_hidden)`: averages over the data `x` (N, V) less averages over
the pictures $v$, of 0 and 1, in which the N chains end. Next to a picture, on either side, stand
the *probabilities* of the hidden units given that picture.

So that chance is the same for everybody, its numbers are given: in step $k$ a hidden unit is drawn
as 1 if its number in `for_h[k]` (N, H) is below its probability, else as 0, and a pixel likewise by
`for_v[k]` (N, V). There may be no step at all; the slopes are then 0. There are three bugs.
""",
    generate=cd_case,
    returns=("for_weight", "for_visible", "for_hidden"),
    oracle=cd_slopes,
    symptoms=[
        *left(
            cd_slopes,
            "The units hand their probabilities down where a chain has to draw: a hidden unit is 0 "
            "or 1 before the pixels see it.",
            ("anew", "paired"),
            means=True,
        ),
        *left(
            cd_slopes,
            "Every step begins at the data. The second one should go on from where the first one "
            "ended.",
            ("paired",),
            anew=True,
        ),
        *left(
            cd_slopes,
            "In the slopes of the weights the pictures at the end of the chain stand beside hidden "
            "units that belong to another picture.",
            paired=True,
        ),
        Symptom(
            "Beside the last pictures stand the hidden units from which they were drawn. Asked for "
            "are the probabilities given those pictures.",
            when=lambda answer, expected, *inputs: all(
                alike(mine, theirs) for mine, theirs in zip(answer, other_side(*inputs))
            ),
        ),
        Symptom(
            "Beside the data stand drawn units. Asked for are their probabilities.",
            mimics=lambda *inputs: cd_slopes(*inputs, drawn=True),
        ),
        Symptom(
            "In the slopes stand the pixels of the last pictures as probabilities. They are drawn: "
            "0 or 1.",
            mimics=lambda *inputs: cd_slopes(*inputs, gray=True),
        ),
        Symptom(
            "The slopes are turned round: the data pull up, the dreams pull down.",
            mimics=lambda *inputs: tuple(-part for part in cd_slopes(*inputs)),
        ),
        Symptom(
            "A unit is drawn as 1 if its number is *below* its probability. With you it also is if "
            "the two are equal.",
            when=lambda answer, expected, *inputs: any(
                all(map(alike, answer, cd_slopes(*inputs, wakes=wakes, lights=lights)))
                for wakes, lights in itertools.product((torch.lt, torch.le), repeat=2)
            ),
        ),
        Symptom(
            "The chain draws its pixels without their biases.",
            mimics=lambda *inputs: cd_slopes(*inputs, biased=False),
        ),
        Symptom(
            "In your slopes the sum over the examples stands. Asked for are averages.",
            mimics=lambda x, *rest: tuple(len(x) * part for part in cd_slopes(x, *rest)),
        ),
    ],
)

STEPS = [CD]
