"""The exercise of chapter 12 on VGG: stacks of kernels."""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def field_of(stack):
    """How many pixels a side one result depends on."""
    seen, jump = 1, 1
    for kernel, stride in stack:
        seen, jump = seen + (kernel - 1) * jump, jump * stride
    return seen


def no_jumps(stack):
    return 1 + sum(kernel - 1 for kernel, _ in stack)


def own_jump(stack):
    seen, jump = 1, 1
    for kernel, stride in stack:
        jump *= stride
        seen += (kernel - 1) * jump
    return seen


def one_jump(stack):
    """The stride of the layer before, not of all before."""
    strides = [1, *[stride for _, stride in stack]]
    return 1 + sum((kernel - 1) * jump for (kernel, _), jump in zip(stack, strides))


def from_behind(stack):
    return field_of(stack[::-1])


def added(stack):
    return sum(kernel for kernel, _ in stack)


def more_first(weights, stack, number):
    return weights, -len(stack), number


def choose(stacks, maps, field, sees=field_of, order=more_first, less=0, power=2, side=2):
    """The oracle: (stack, weights, seen); the keywords are mistakes."""
    known = []
    for number, stack in enumerate(stacks):
        weights = sum(kernel**side for kernel, _ in stack) * maps**power
        if sees(stack) >= field + less:
            known.append((order(weights, stack, number), number, weights, sees(stack)))
    return min(known)[1:] if known else (-1, 0, 0)


FIELDS = {
    "The strides are left out of what you see. Behind a layer with stride 2, one step is two "
    "pixels of the picture.": no_jumps,
    "A layer's own stride comes too early: it spreads the windows of the layers *behind* it.": (
        own_jump
    ),
    "Only the stride of the layer just before counts in yours. Steps of 2 behind steps of 2 are "
    "steps of 4.": one_jump,
    "You go through the layers from the last to the first.": from_behind,
    "You add up the sides of the kernels. Windows of neighbours overlap: two of 3 pixels see 5.": (
        added
    ),
}
ORDERS = {
    "Of two stacks with as many weights the one with more layers counts: it can have more bends.": (
        lambda weights, stack, number: (weights, len(stack), number)
    ),
    "Of two stacks with as many weights you take the first; first ask which has more layers.": (
        lambda weights, stack, number: (weights, number)
    ),
    "Two stacks are level in weights and in layers: the first of them counts.": (
        lambda weights, stack, number: (weights, -len(stack), -number)
    ),
    "You take the stack with the most layers. First come the weights.": (
        lambda weights, stack, number: (-len(stack), weights, number)
    ),
    "You take the first stack that sees enough. Ask for the fewest weights.": (
        lambda weights, stack, number: number
    ),
    "You take the stack with the *most* weights among those that see enough.": (
        lambda weights, stack, number: (-weights, -len(stack), number)
    ),
}
STACKS = [
    *[[(kernel, 1)] for kernel in (2, 3, 4, 5, 6, 7)],
    *[[(3, 1)] * count for count in (2, 3, 4)],
    *[[(kernel, stride), (3, 1)] for kernel in (3, 4) for stride in (1, 2)],
    *[[(3, stride), (4, 1)] for stride in (1, 2)],
    *[[(3, 2), (2, 2), (kernel, 1)] for kernel in (2, 3)],
    *[[(2, 1), (3, stride)] for stride in (2, 3)],
    [(1, 1), (5, 1)],
    [(1, 1), (3, 2), (3, 1)],
]


def stack_case(rng, case):
    """Draw stacks: one on which each mistake shows (case 2), ties (1, 3, 5), and the chapter's."""
    maps, short = one(rng, 2, 8), one(rng, 5, 6)
    edges = {
        0: ([[(7, 1)], [(3, 1), (3, 1)], [(3, 1)] * 3, [(3, 1)] * 4], maps, 7),
        1: ([[(6, 1)], [(5, 1)], [(4, 1), (3, 2)], [(3, 1), (4, 1)], [(6, 1)]], maps, 5),
        3: ([[(short, 1)], [(short, 1)], [(short - 1, 1)]], maps, short),
        4: ([[(1, 1)]], maps, 1),
        5: ([[(2, 1)], [(4, 1), (3, 1)], [(5, 1)], [(3, 1), (4, 1)]], maps, 5),
    }
    if case in edges:
        return edges[case]
    while True:
        picks = rng.choice(len(STACKS), size=6, replace=False)
        inputs = [STACKS[pick] for pick in picks], maps, one(rng, 4, 8)
        wrong = [choose(*inputs, sees=rule) for rule in FIELDS.values()]
        wrong += [choose(*inputs, order=rule) for rule in [*ORDERS.values()][3:]]
        if choose(*inputs)[0] > 0 and choose(*inputs) not in wrong:
            return inputs


STACK = Task(
    id="12.5",
    title="Choose a stack of kernels, and justify",
    points=5,
    function="choose_stack",
    kind="choose",
    taught="ch12_alexnet.ipynb#vgg-three-small-ones-for-a-large-one-2014",
    statement=r"""
Three kernels of $3 \times 3$ in a row see as far as one of $7 \times 7$, with fewer weights. With
strides, a stack sees further still: behind a layer with stride 2, a step of one pixel is a step of
two pixels in the picture, and behind two such layers a step of four.

Write `choose_stack(stacks, maps, field)`. Each stack is a list of `(kernel, stride)`, one
convolution after another, from `maps` maps to `maps` maps, without biases. Choose among the stacks
whose results depend on at least `field` pixels along a side; there is one at least. Take the one
with the fewest weights; of several with as many, the one with the most layers, as it has the most
bends; if there are still several, the first.

Return `(number, weights, seen)`: its place in `stacks`, counted from 0, and as the reason its
weights, and how many pixels along a side one of its results depends on.
""",
    generate=stack_case,
    returns=("number", "weights", "seen"),
    oracle=choose,
    symptoms=[
        *[
            Symptom(sentence, mimics=partial(choose, sees=rule))
            for sentence, rule in FIELDS.items()
        ],
        *[
            Symptom(sentence, mimics=partial(choose, order=rule))
            for sentence, rule in ORDERS.items()
        ],
        Symptom(
            "A stack that sees exactly `field` pixels sees enough.",
            when=lambda answer, expected, stacks, maps, field: (
                expected[2] == field and tuple(answer) == choose(stacks, maps, field, less=1)
            ),
        ),
        Symptom(
            "You count the places from 1.",
            mimics=lambda *inputs: (choose(*inputs)[0] + 1, *choose(*inputs)[1:]),
        ),
        Symptom(
            "The choice is right. Each new map has a kernel for each old one: how many kernels is "
            "that?",
            mimics=partial(choose, power=1),
        ),
        Symptom(
            "You count one side of each kernel. A kernel is a square.",
            mimics=partial(choose, side=1),
        ),
        Symptom(
            "The choice is right, and the numbers that justify it are not.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
        Symptom(
            "You chose a stack that does not see far enough.",
            when=lambda answer, expected, stacks, maps, field: (
                answer[0] in range(len(stacks)) and field_of(stacks[int(answer[0])]) < field
            ),
        ),
    ],
)

STACKED = [STACK]
