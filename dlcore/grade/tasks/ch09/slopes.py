"""The exercise of chapter 9 on two averages: the slopes of one kernel for all places."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.ch09.tables import alike, bits, minus_free_energy, states
from dlcore.grade.tasks.draws import normal, one


def kernel_case(rng, case):
    """Draw rows of pixels and a kernel that is not even; edges: one place, one pixel, no pull."""
    pixels, wide = {1: (4, 4), 2: (5, 1)}.get(case, (one(rng, 5, 6), one(rng, 2, 3)))
    count = 1 if case == 3 else one(rng, 3, 5)
    kernel, b, c = normal(rng, wide), *normal(rng, 2).tolist()
    if case == 4:
        kernel, b, c = 0 * kernel, 0.0, 0.0
    x = bits(rng, count, pixels)
    if case == 0 and abs(float(kernel[0] - kernel[-1])) < 0.5:
        return kernel_case(rng, case)
    return x, kernel, b, c


def spread(kernel, pixels):
    """The weights (H, V) of the machine in which one kernel serves every place."""
    places = pixels - len(kernel) + 1
    pad = torch.nn.functional.pad
    return torch.stack([pad(kernel, (place, places - 1 - place)) for place in range(places)])


def likelihood(x, kernel, visible_bias, hidden_bias, seen=1.0, dreamt=1.0, even=False):
    """Mean log-likelihood of the rows; seen and dreamt weigh its two sides."""
    pixels = x.shape[1]
    weight = spread(kernel, pixels)
    parts = weight, visible_bias.expand(pixels), hidden_bias.expand(len(weight))
    rows, table = minus_free_energy(x, *parts), minus_free_energy(states(pixels), *parts)
    z = table.mean() if even else torch.logsumexp(table, 0)
    return seen * rows.mean() - dreamt * z


def kernel_slopes(x, kernel, visible_bias, hidden_bias, **mistakes):
    leaves = [torch.as_tensor(part).double().clone().requires_grad_()
              for part in (kernel, visible_bias, hidden_bias)]  # fmt: skip
    gained = likelihood(x, leaves[0], leaves[1], leaves[2], **mistakes)
    return torch.autograd.grad(gained, (leaves[0], leaves[2]))


def times(for_kernel=lambda x, kernel: 1, for_hidden=None):
    """The right slopes, times a factor that depends on the inputs."""

    def mistaken(x, kernel, *biases):
        found = kernel_slopes(x, kernel, *biases)
        factors = for_kernel(x, kernel), (for_hidden or for_kernel)(x, kernel)
        return tuple(factor * slope for factor, slope in zip(factors, found))

    return mistaken


def places(x, kernel):
    return x.shape[1] - len(kernel) + 1


def turned(x, kernel, *biases):
    """With the kernel slid as if it were flipped."""
    for_kernel, for_hidden = kernel_slopes(x, kernel.flip(0), *biases)
    return for_kernel.flip(0), for_hidden


def closed(kernel, pixels):
    """The weights (V, V) if the row closed round."""
    wide = torch.nn.functional.pad(kernel, (0, pixels - len(kernel)))
    return torch.stack([wide.roll(place) for place in range(pixels)])


def collected(x, kernel, visible_bias, hidden_bias, weight, wake=torch.sigmoid):
    """Both slopes by the two averages, for places (H, V) of the kernel."""
    pixels, found = x.shape[1], []
    table, marks = states(pixels), closed(torch.arange(1.0, len(kernel) + 1), pixels)[: len(weight)]
    pulled = minus_free_energy(table, weight, torch.zeros(pixels).double() + visible_bias,
                               torch.zeros(len(weight)).double() + hidden_bias)  # fmt: skip
    for rows, weigh in (
        (x, torch.full((len(x),), 1 / len(x)).double()),
        (table, pulled.softmax(0)),
    ):
        h = weigh[:, None] * wake(rows @ weight.T + hidden_bias)
        ties = h.T @ rows
        found.append((torch.stack([ties[marks == m].sum() for m in range(1, len(kernel) + 1)]),
                      h.sum()))  # fmt: skip
    return tuple(data - model for data, model in zip(*found))


def certain(x, kernel, b, c):
    """With hidden units that are 1 where they are pulled, else 0."""
    weight = spread(kernel, x.shape[1])
    return collected(x, kernel, b, c, weight, wake=lambda pulls: (pulls > 0).double())


KERNEL = Task(
    id="9.3",
    title="One kernel for all places",
    points=6,
    function="kernel_slopes",
    taught="ch09_belief_nets.ipynb#learning-two-averages",
    statement=r"""
A restricted machine can share its weights, as a convolution does. Take a row of V pixels and a
kernel $k$ of K numbers. There is one hidden unit for each place where the kernel fits, so
$H = V - K + 1$ of them, and all use the same kernel, one visible bias $b$ and one hidden bias $c$:

$$E(v, h) = -b \sum_i v_i - c \sum_j h_j - \sum_j h_j \sum_m k_m\, v_{j+m},$$

where $j$ and $m$ count from 0. Each number of the kernel has a slope, as in every restricted
machine: an average over the data less an average over the machine. How does it collect what all
the places have to say?

Write `kernel_slopes(x, kernel, visible_bias, hidden_bias)` for `x` (N, V) of 0 and 1, `kernel`
(K,), and the numbers $b$ and $c$. Return `(for_kernel, for_hidden)`: the slopes of the *mean*
log-likelihood of the N rows for the kernel, (K,), and for $c$, a number. Both averages are to be
exact: V is at most 6, so the machine's own average is a sum over $2^V$ pictures.
""",
    generate=kernel_case,
    returns=("for_kernel", "for_hidden"),
    oracle=kernel_slopes,
    symptoms=[
        Symptom(
            "Your slopes hold the average over the data alone. What the machine dreams is to be "
            "taken off.",
            mimics=lambda *inputs: kernel_slopes(*inputs, dreamt=0.0),
        ),
        Symptom(
            "The average over the machine is added. It is to be taken off.",
            mimics=lambda *inputs: kernel_slopes(*inputs, dreamt=-1.0),
        ),
        Symptom(
            "In the machine's average all pictures count alike. Each counts by its probability.",
            mimics=lambda *inputs: kernel_slopes(*inputs, even=True),
        ),
        Symptom(
            "You take the mean over the places. A number that works at all of them has the sum of "
            "their slopes.",
            mimics=times(lambda x, kernel: 1 / places(x, kernel)),
        ),
        Symptom(
            "The kernel's slopes are right. That of the hidden bias is a mean over the places; it "
            "works at all of them.",
            mimics=times(lambda *inputs: 1, lambda x, kernel: 1 / places(x, kernel)),
        ),
        Symptom(
            "These are slopes of the sum over the rows. Asked for are those of the mean.",
            mimics=times(lambda x, kernel: len(x)),
        ),
        Symptom(
            "Your kernel runs backwards: its first number should meet the first pixel of each "
            "window.",
            mimics=turned,
        ),
        Symptom(
            "Your hidden units are 0 or 1, whichever they are pulled to. In both averages their "
            "probability stands.",
            mimics=certain,
        ),
        Symptom(
            "The last place at which the kernel fits is left out.",
            when=lambda answer, expected, x, kernel, b, c: (
                len(kernel) < x.shape[1]
                and all(
                    map(alike, answer, collected(x, kernel, b, c, spread(kernel, x.shape[1])[:-1]))
                )
            ),
        ),
        Symptom(
            "Your row closes round: some windows hang over the end. The kernel stands only where "
            "it fits.",
            mimics=lambda x, kernel, b, c: collected(x, kernel, b, c, closed(kernel, x.shape[1])),
        ),
        Symptom(
            "The hidden bias has no influence on your slopes.",
            mimics=lambda x, kernel, b, c: kernel_slopes(x, kernel, b, 0.0),
        ),
        Symptom(
            "The visible bias has no influence on the machine's average.",
            mimics=lambda x, kernel, b, c: kernel_slopes(x, kernel, 0.0, c),
        ),
        Symptom(
            "The kernel's slopes are right, that of the hidden bias is not.",
            when=lambda answer, expected, *inputs: alike(answer[0], expected[0]),
        ),
        Symptom(
            "The slope of the hidden bias is right, those of the kernel are not.",
            when=lambda answer, expected, *inputs: alike(answer[1], expected[1]),
        ),
    ],
)


SLOPES = [KERNEL]
