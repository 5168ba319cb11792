"""What convolutions, pools and what else goes by windows are compared with."""

import math

import torch
from torch.nn import functional as F

from dlcore.layers.conv import Convolution, OverlapAdd, Windows
from dlcore.layers.conv_transpose import TransposedConvolution
from dlcore.layers.pool import MaxAlong, MeanAlong
from dlcore.layers.pool_axis import Axis, Give, Look
from dlcore.layers.upsample import RepeatAlong, ResampleAlong
from dlcore.models.backprop.lenet import Wires
from dlcore.models.generative.vae import NormalKL, Reparameterise
from dlcore.models.language.llama import SwiGLUFunction
from dlcore.models.language.skipgram import NegativeSampling
from dlcore.models.speech.attend_and_spell import AdditiveAttentionFunction
from dlcore.models.unsupervised.quantizer import StraightThrough
from dlcore.models.vision.capsule import Squash
from dlcore.models.vision.roi_align import CutOut
from tests.autodiff.second_order import Fixed, case
from tests.oracle import random

R = random
AXIS = Axis(2, 7, [slice(k, k + 7, 2) for k in range(3)], (1, 1))  # 4 places of 3 pixels
UNEVEN = Axis(2, 5, [torch.tensor([0, 1, 3]), torch.tensor([1, 2, 4])])


COUNTS = torch.tensor([[True, True, True, False], [True, True, False, False]])


def attended(q, k, v, e, counts):
    scores = ((q[:, None] + k).tanh() @ v).masked_fill(~counts, -math.inf)
    return (scores.softmax(1)[:, :, None] * e).sum(1)


def convolution(x, weight, bias, stride, padding, dilation, groups):
    flat = [amount for pair in reversed(padding) for amount in pair]
    x = F.pad(x, flat)
    function = {3: F.conv1d, 4: F.conv2d, 5: F.conv3d}[x.ndim]
    return function(x, weight, bias, stride, 0, dilation, groups)


def transposed(x, weight, bias, size, stride, padding, dilation, groups):
    """What it is: the gradient of a convolution with respect to its input."""
    seen = torch.zeros(len(x), weight.shape[1] * groups, *size, dtype=x.dtype, requires_grad=True)
    y = convolution(seen, weight, None, stride, padding, dilation, groups)
    y = y[(..., *map(slice, x.shape[2:]))]  # output_padding makes room for one place more
    (painted,) = torch.autograd.grad(y, seen, x, create_graph=True)
    return painted if bias is None else painted + bias.view(-1, *[1] * len(size))


def pooled(x, axis):
    return F.max_pool1d(x, 3, 2, 1)


def unevenly_pooled(x, axis):
    return torch.stack([x[..., a:b].amax(-1) for a, b in ((0, 2), (1, 3), (3, 5))], -1)


def seen(x, axis):
    return torch.stack([x[..., tap] for tap in axis.taps])


def given(pieces, axis):
    x = torch.zeros(*pieces.shape[1:-1], axis.length + sum(axis.padding), dtype=pieces.dtype)
    for tap, piece in zip(axis.taps, pieces, strict=True):
        places = torch.arange(x.shape[-1])[tap]
        x = x.index_add(x.ndim - 1, places, piece)
    return x


def summed(pieces, size, stride, dilation):
    """Overlapping windows of a picture, added by torch's fold."""
    places, kernel = pieces.shape[2:4], pieces.shape[4:]
    columns = pieces.movedim((4, 5), (2, 3)).reshape(len(pieces), -1, math.prod(places))
    return F.fold(columns, size, kernel, dilation, stride=stride)


CASES = [
    case(
        Windows, R(2, 3, 7), (3,), (2,), (2,),
        oracle=lambda x, *settings: torch.stack([x[..., k : k + 3 : 2] for k in (0, 2, 4)], -1),
    ),
    case(OverlapAdd, R(2, 3, 2, 3, 2, 2), (5, 4), (2, 1), (1, 1), oracle=summed),
    case(Look, R(2, 3, 9), AXIS, oracle=seen),
    case(Give, R(3, 2, 3, 4), AXIS, oracle=given),
    case(Give, R(2, 2, 1, 3), UNEVEN, oracle=given),
    case(
        Convolution, R(2, 4, 7), R(6, 2, 3, seed=1), R(6, seed=2), (2,), ((1, 2),), (2,), 2,
        oracle=convolution,
    ),
    case(
        Convolution, R(2, 2, 4, 3), R(3, 2, 2, 2, seed=1), None, (1, 2), ((1, 1), (0, 0)),
        (1, 1), 1, oracle=convolution,
    ),
    case(
        Convolution, R(1, 2, 3, 3, 3), R(2, 2, 2, 2, 2, seed=1), R(2, seed=2), (1, 1, 1),
        ((0, 0),) * 3, (1, 1, 1), 1, oracle=convolution,
    ),
    case(
        TransposedConvolution, R(2, 4, 3), R(4, 3, 3, seed=1), R(6, seed=2), (7,),
        (2,), ((0, 1),), (1,), 2, oracle=transposed,
    ),
    case(
        TransposedConvolution, R(2, 2, 3, 2), R(2, 3, 2, 2, seed=1), None, (6, 4),
        (2, 2), ((0, 0),) * 2, (1, 1), 1, oracle=transposed,
    ),
    case(MaxAlong, R(2, 3, 7), AXIS, oracle=pooled),
    case(MaxAlong, R(2, 3, 5), UNEVEN, oracle=unevenly_pooled),
    case(
        MeanAlong, R(2, 3, 7), AXIS, 3, oracle=lambda x, axis, count: F.avg_pool1d(x, 3, 2, 1)
    ),
    case(
        RepeatAlong, R(2, 3, 4), 2, 3,
        oracle=lambda x, axis, times: x.repeat_interleave(times, axis),
    ),
    case(
        ResampleAlong, R(2, 3, 4), 2, Fixed(R(5, 4, seed=1)),
        oracle=lambda x, axis, matrix: x @ matrix.T,
    ),
    case(
        Wires, R(3, 2, 2), torch.tensor([0, 1, 1]), torch.tensor([1, 0, 1]), (2, 2),
        oracle=lambda k, *ends: torch.zeros(2, 2, 2, 2).double().index_put(ends[:2], k),
    ),
    case(
        Squash, R(2, 3, 4),
        oracle=lambda s: s * ((s * s).sum(-1, True) + 1e-8).sqrt() / (1 + (s * s).sum(-1, True)),
    ),
    case(
        CutOut, R(2, 2, 4, 5), torch.tensor([1, 0, 1]), Fixed(R(3, 2, 4, seed=1)),
        Fixed(R(3, 3, 5, seed=2)),
        oracle=lambda x, n, v, u: v[:, None] @ x[n] @ u[:, None].transpose(2, 3),
    ),
    case(
        AdditiveAttentionFunction, R(2, 3), R(2, 4, 3, seed=1), R(3, seed=2), R(2, 4, 5, seed=3),
        COUNTS, oracle=attended,
    ),
    case(SwiGLUFunction, R(3, 4), R(3, 4, seed=1), oracle=lambda a, b: F.silu(a) * b),
    case(
        StraightThrough, R(3, 4), Fixed(R(3, 4, seed=1)),
        oracle=lambda x, q: x + (q - x).detach(),
    ),
    case(
        Reparameterise, R(3, 4), R(3, 4, seed=1), Fixed(R(3, 4, seed=2)),
        oracle=lambda m, v, e: m + (v / 2).exp() * e,
    ),
    case(NormalKL, R(3, 4), R(3, 4, seed=1), oracle=lambda m, v: (m * m + v.exp() - 1 - v) / 2),
    case(
        NegativeSampling, R(4, 3), R(4, 3, seed=1), R(4, 2, 3, seed=2),
        oracle=lambda u, v, n: F.softplus(-(u * v).sum(1))
        + F.softplus((n * u[:, None]).sum(2)).sum(1),
    ),
]  # fmt: skip
