"""The exercise of chapter 15 on a causal stack: what counts how much."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.telling import telling


def slopes(kernels, dilations):
    """What each sample counts, the newest first: the stack is linear, so by its slopes."""
    field = 1 + sum(d * (len(kernel) - 1) for kernel, d in zip(kernels, dilations))
    x = torch.zeros(1, 1, field, dtype=torch.float64, requires_grad=True)
    y = 1 * x
    for kernel, d in zip(kernels, dilations):
        y = torch.nn.functional.pad(y, (d * (len(kernel) - 1), 0))
        y = torch.nn.functional.conv1d(y, kernel[None, None], dilation=d)
    return torch.autograd.grad(y[0, 0, -1], x)[0][0, 0].flip(0)


def by_slopes(kernels, dilations):
    """The oracle: (kernel, reached)."""
    ways = slopes([torch.ones_like(kernel) for kernel in kernels], dilations)
    return slopes(kernels, dilations), int((ways > 0).sum())


def composed(kernels, dilations, newest=False, more=0, order=None, reached=None):
    """The kernel as a product of polynomials; the keywords are mistakes."""
    dilations = order(dilations) if order else dilations
    found, ways = torch.ones(1).double(), torch.ones(1).double()
    for kernel, d in zip(kernels, dilations):
        wide = torch.zeros((d + more) * (len(kernel) - 1) + 1).double()
        wide[:: d + more] = kernel if newest else kernel.flip(0)
        found, ways = product(found, wide), product(ways, (marks(wide, d + more)))
    count = int((ways > 0).sum())
    count = reached(kernels, found, ways) if reached else count
    return found, count


def marks(wide, step):
    """1 at each tap of a stretched kernel, whatever its weight."""
    return (torch.arange(len(wide)) % step == 0).double()


def product(a, b):
    """Two polynomials multiplied."""
    total = torch.zeros(len(a) + len(b) - 1).double()
    for place, factor in enumerate(b.tolist()):
        total[place : place + len(a)] += factor * a
    return total


def nothing(dilations):
    return [1] * len(dilations)


def multiplied(dilations):
    found = [1]
    for d in dilations:
        found.append(found[-1] * d)
    return found[1:]


STACK_MISTAKES = {
    "Your kernel is turned round. A layer's *last* weight belongs to the newest sample, and so "
    "does your answer's place 0.": partial(composed, newest=True),
    "Dilation changes nothing in yours.": partial(composed, order=nothing),
    "Your dilations are taken in the wrong order: each layer has its own.": partial(
        composed, order=lambda dilations: dilations[::-1]
    ),
    "Your weights stand too far apart: a dilation of d leaves d − 1 samples out.": partial(
        composed, more=1
    ),
    "In yours each dilation stretches the layers behind it as well, as strides do.": partial(
        composed, order=multiplied
    ),
    "The kernel is right. A sample may be reached by ways that cancel, or by a weight of 0: it "
    "is reached all the same.": partial(
        composed, reached=lambda kernels, found, ways: int((found != 0).sum())
    ),
    "The kernel is right. You count the whole field: are there samples in it that no way leads "
    "to?": partial(composed, reached=lambda kernels, found, ways: len(found)),
    "The kernel is right. You count ways. Several may lead to the same sample.": partial(
        composed, reached=lambda kernels, found, ways: int(ways.sum())
    ),
    "The kernel is right. Your samples are counted without the newest one.": partial(
        composed, reached=lambda kernels, found, ways: int((ways > 0).sum()) - 1
    ),
}


def stack_case(rng, case):
    """Draw stacks on which each mistake shows; no layer, one weight, weights of 0, doubling."""
    if case == 3:
        return [], []
    count = 1 if case == 4 else 4 if case == 5 else 3
    sizes = [1] if case == 4 else [2] * 4 if case == 5 else rng.integers(2, 4, size=3)
    kernels = [torch.from_numpy(rng.integers(1, 3, size=size) * 1.0) for size in sizes]
    for kernel in kernels:
        kernel *= torch.from_numpy(rng.choice([-1.0, 1.0], size=len(kernel)))
    if case == 2:
        kernels[0][0] = 0.0
    dilations = [2**k for k in range(4)] if case == 5 else rng.integers(2, 5, size=count).tolist()
    if case == 1:
        dilations[2] = dilations[0] + dilations[1]
    inputs = kernels, dilations
    wrong = STACK_MISTAKES.values() if case < 3 else []
    return inputs if telling(inputs, composed, wrong) else stack_case(rng, case)


STACK = Task(
    id="15.8",
    title="A stack of dilated layers as one kernel",
    points=5,
    function="one_kernel",
    taught="ch15_speech.ipynb#wavenet-one-sample-after-another-2016",
    returns=("kernel", "reached"),
    statement=r"""
The receptive field says how *far* a causal stack hears. Whether it hears everything on the way, and
how loud, is another question. Leave the bends out of a WaveNet, and all of its layers in a row do
the same as one causal convolution.

`kernels` is a list of tensors, one for each layer, each with $k \ge 1$ weights. Kernels lie as
torch keeps them: the *last* weight belongs to the newest sample. `dilations` are whole numbers, one
for each layer: the weights of layer $i$ stand $d_i$ samples apart, so that it sees the samples 0,
$d_i$, $2 d_i$, … steps ago. Before the sound there is silence.

Write `one_kernel(kernels, dilations)` and return `(kernel, reached)`. `kernel` (r,) holds what a
sample counts in the output that is 0, 1, …, r − 1 steps newer, the newest sample *first*; r is the
receptive field, $1 + \sum_i d_i (k_i - 1)$. `reached` is the number of samples in the field to
which at least one way through the layers leads, whatever the weights are. For example, two layers
of two weights with dilations 2 and 4 have a field of 7 and reach 4 samples of it. Without a layer
the output is the input.
""",
    generate=stack_case,
    oracle=by_slopes,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in STACK_MISTAKES.items()],
        Symptom(
            "The kernel is right, `reached` is not.",
            when=lambda answer, expected, *inputs: (
                answer[0].shape == expected[0].shape
                and torch.allclose(answer[0].double(), expected[0], 1e-6, 1e-6)
            ),
        ),
        Symptom(
            "Your kernel does not have the length of the receptive field.",
            when=lambda answer, expected, *inputs: answer[0].shape != expected[0].shape,
        ),
        Symptom(
            "`reached` is right, the kernel is not. Send one sample of 1 through the layers by "
            "hand.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
    ],
)

WAVES = [STACK]
