"""The exercises of chapter 6 on the way back: through a convolution and through max pooling."""

import itertools
import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one, whole


def slopes_case(rng, case):
    count = 1 if case == 4 else 2
    stride = {0: 1, 3: 3}.get(case, 2)
    rows, columns = (1, 1) if case == 5 else (2, 3)
    left_over = 0 if case == 0 else 1
    height, width = stride + rows + left_over, 2 * stride + columns + left_over
    places = 2, (width - columns) // stride + 1
    kernel, grad = normal(rng, rows, columns), normal(rng, count, *places)
    return normal(rng, count, height, width), kernel, grad, stride


def conv_slopes(x, kernel, grad, stride):
    x, kernel = x.clone().requires_grad_(), kernel.clone().requires_grad_()
    y = torch.nn.functional.conv2d(x[:, None], kernel[None, None], stride=stride)[:, 0]
    return torch.autograd.grad((y * grad).sum(), (x, kernel))


def by_windows(x, kernel, grad, stride, flip=False, overwrite=False, mean=False):
    """The same by loops, with mistakes."""
    to_x, to_kernel = torch.zeros_like(x), torch.zeros_like(kernel)
    rows, columns = kernel.shape
    for p, q in itertools.product(*map(range, grad.shape[1:])):
        r, c = p * stride, q * stride
        window, g = (slice(None), slice(r, r + rows), slice(c, c + columns)), grad[:, p, q]
        piece = g[:, None, None] * (kernel.flip(0, 1) if flip else kernel)
        to_x[window] = piece if overwrite else to_x[window] + piece
        to_kernel += (g[:, None, None] * x[window]).sum(0)
    return to_x, to_kernel / (len(x) if mean else 1)


def last_place_only(x, kernel, grad, stride):
    last = torch.zeros_like(grad)
    last[:, -1, -1] = grad[:, -1, -1]
    return conv_slopes(x, kernel, grad, stride)[0], conv_slopes(x, kernel, last, stride)[1]


SLOPES = Task(
    id="6.4",
    title="Back through a convolution with a stride",
    points=5,
    function="conv_slopes",
    taught="ch06_convolution.ipynb#convolution-by-hand",
    statement=r"""
A window of weights slides over a batch of pictures, `stride` pixels at a time, without padding:
$y_{n,p,q} = \sum_{ij} k_{ij}\, x_{n,\,ps+i,\,qs+j}$ with stride $s$. There is one map and no bias.

Write `conv_slopes(x, kernel, grad, stride)` for pictures `x` (N, H, W), a `kernel` (K, L), and
`grad` (N, P, Q), the slopes of the loss for $y$. Return `(for_x, for_kernel)`, the slopes of the
loss for `x`, (N, H, W), and for `kernel`, (K, L). Loops over the P · Q places are fine. Two things
to think of: a pixel may stand in several windows, and with a stride some pixels stand in none.
""",
    generate=slopes_case,
    returns=("for_x", "for_kernel"),
    oracle=conv_slopes,
    symptoms=[
        Symptom(
            "You returned the two results in the other order.",
            mimics=lambda *inputs: conv_slopes(*inputs)[::-1],
        ),
        Symptom(
            "A pixel under several windows keeps the slope of only one of them. Paths add.",
            mimics=lambda *inputs: by_windows(*inputs, overwrite=True),
        ),
        Symptom(
            "The slopes for x are laid down with the kernel turned by half a turn.",
            mimics=lambda *inputs: by_windows(*inputs, flip=True),
        ),
        Symptom(
            "The slopes for the kernel are averaged over the batch. Each picture has its own path "
            "to the kernel, and paths add.",
            mimics=lambda *inputs: by_windows(*inputs, mean=True),
        ),
        Symptom(
            "Right with stride 1 only: your windows start at (p, q). Where do they start with a "
            "stride?",
            mimics=lambda x, kernel, grad, stride: by_windows(x, kernel, grad, 1),
        ),
        Symptom(
            "Your slopes for x end where the last window ends. Pixels that no window covers have "
            "slopes, too: 0.",
            when=lambda answer, expected, x, kernel, grad, stride: (
                answer[0].ndim == 3 and answer[0].numel() < x.numel()
            ),
        ),
        Symptom(
            "The slopes for x are right. Those for the kernel are turned by half a turn.",
            mimics=lambda *inputs: (
                conv_slopes(*inputs)[0],
                conv_slopes(*inputs)[1].flip(0, 1),
            ),
        ),
        Symptom(
            "The slopes for x are right. For the kernel only the last place has a say: paths add.",
            mimics=last_place_only,
        ),
        Symptom(
            "Only the last picture of the batch has a say in the slopes for the kernel.",
            mimics=lambda x, kernel, grad, stride: (
                conv_slopes(x, kernel, grad, stride)[0],
                conv_slopes(x[-1:], kernel, grad[-1:], stride)[1],
            ),
        ),
    ],
)


def pool_case(rng, case):
    size, stride, padding = {0: (2, 2, 0), 1: (2, 1, 1), 5: (1, 1, 0)}.get(case, (3, 2, 1))
    height, width = (1, 1) if case == 5 else (4, 5)
    x = whole(rng, -2, 2, height, width).double()
    if case == 1:
        x = -x.abs() - 1  # padding must not win
    elif case == 2:
        x = torch.full_like(x, one(rng, -2, 2))  # all pixels tie
    elif case == 3:
        x[1, 1] = 9.0  # one pixel wins several windows
    places = [(n + 2 * padding - size) // stride + 1 for n in x.shape]
    return x, normal(rng, *places), size, stride, padding


def pool_backward(x, grad, size, stride, padding, fill=-math.inf, first=True, add=True, to=None):
    """Slopes for x (H, W); each keyword puts one of the exercise's bugs back.

    to(window): the share of each of its pixels, in place of all to the first of the largest.
    """
    padded = torch.nn.functional.pad(x, [padding] * 4, value=fill)
    to_padded = torch.zeros_like(padded)
    for p, q in itertools.product(*map(range, grad.shape)):
        r, c = p * stride, q * stride
        window, slopes = padded[r : r + size, c : c + size], to_padded[r : r + size, c : c + size]
        won = (window == window.max()).double()
        if first:
            won = torch.zeros(won.numel()).double().index_fill_(0, won.argmax(), 1).view_as(won)
        won = to(window) if to else won
        slopes.copy_(grad[p, q] * won + (slopes if add else 0))
    return to_padded[padding : padding + x.shape[0], padding : padding + x.shape[1]]


def to_last(window):
    won = torch.zeros(window.numel()).double()
    won[-1 - window.flip(0, 1).argmax()] = 1.0
    return won.view_as(window)


def to_all_winners(window):
    won = (window == window.max()).double()
    return won / won.sum()


def not_moved(x, grad, size, stride, padding):
    """Every slope lands in the first window."""
    padded = torch.nn.functional.pad(x, [padding] * 4, value=-math.inf)
    found = torch.zeros_like(padded)
    for p, q in itertools.product(*map(range, grad.shape)):
        window = padded[p * stride :, q * stride :][:size, :size]
        found[divmod(int(window.argmax()), size)] += grad[p, q]
    return found[padding : padding + x.shape[0], padding : padding + x.shape[1]]


POOL = Task(
    id="6.5",
    title="Find the bugs: the way back through max pooling",
    points=5,
    function="pool_backward",
    kind="debug",
    taught="ch06_convolution.ipynb#pooling-the-art-of-forgetting-a-little",
    statement=r"""
Max pooling keeps the largest value of each window. On the way back, the slope of a window belongs
to the pixel that won it and to no other; if several pixels are equally large, to the first of them
in reading order. Windows may overlap. `padding` adds rows and columns on all sides that can never
win, whatever stands in the picture.

`pool_backward(x, grad, size, stride, padding)` should return the slopes for `x` (H, W), in its
shape. `grad` (P, Q) holds the slopes for the pooled picture, whose windows have `size` times `size`
pixels and start `stride` apart. For windows of $2 \times 2$ pixels side by side on pixels that are
all positive and different, it is right. There are three bugs.
""",
    generate=pool_case,
    oracle=pool_backward,
    symptoms=[
        *left(
            pool_backward,
            "Where all pixels are negative, slopes get lost at the border: who wins there?",
            ("first", "add"),
            fill=0.0,
        ),
        *left(
            pool_backward,
            "Of several equally large pixels each gets the whole slope. Only the first shall win.",
            ("add",),
            first=False,
        ),
        *left(
            pool_backward,
            "Windows that overlap wipe out each other's slopes.",
            add=False,
        ),
        Symptom(
            "Of several equally large pixels the *last* one wins in yours; asked for is the first.",
            mimics=lambda *inputs: pool_backward(*inputs, to=to_last),
        ),
        Symptom(
            "Several equally large pixels share the slope in yours. The first one gets all of it.",
            mimics=lambda *inputs: pool_backward(*inputs, to=to_all_winners),
        ),
        Symptom(
            "All pixels of a window share its slope, as under average pooling.",
            mimics=lambda *inputs: pool_backward(
                *inputs, to=lambda window: torch.full_like(window, 1 / window.numel())
            ),
        ),
        Symptom(
            "You find the winner's place within its window. Where does that window begin?",
            mimics=not_moved,
        ),
        Symptom(
            "Your answer still has the rows and columns that were put around x.",
            when=lambda answer, expected, x, grad, size, stride, padding: (
                answer.shape == (x.shape[0] + 2 * padding, x.shape[1] + 2 * padding)
            ),
        ),
    ],
)


BACK = [SLOPES, POOL]
