"""What the layers' Functions are compared with in their gradients of gradients."""

import math

import torch
from torch.nn import functional as F

from dlcore.layers.activation import (
    LogSigmoidFunction,
    ReLUFunction,
    SigmoidFunction,
    SoftmaxFunction,
    SoftsignFunction,
    StepFunction,
    TanhFunction,
)
from dlcore.layers.attention import AttentionFunction
from dlcore.layers.dropout import DropoutFunction
from dlcore.layers.embedding import EmbeddingFunction
from dlcore.layers.layer_norm import GroupNormFunction, LayerNormFunction, RMSNormFunction
from dlcore.layers.likelihood import (
    BinaryCrossEntropy,
    KLDivergence,
    LogitBinaryCrossEntropy,
    LogSoftmaxFunction,
    Reduce,
)
from dlcore.layers.linear import LinearMap
from dlcore.layers.loss import SoftmaxCrossEntropy, SoftTargetCrossEntropy, SquaredError
from dlcore.layers.norm import BatchNormFunction, FixedNormFunction
from dlcore.layers.packed import Pack
from dlcore.layers.packed import Pad as Unpack
from dlcore.layers.position import RotateFunction
from dlcore.layers.rectifier import (
    ELUFunction,
    GELUFunction,
    LeakyReLUFunction,
    SiLUFunction,
    SoftplusFunction,
    StraightThroughFunction,
    TanhGELUFunction,
)
from dlcore.layers.regression import AbsoluteError, HuberError
from dlcore.layers.variants import (
    GLUFunction,
    HardsigmoidFunction,
    HardswishFunction,
    HardtanhFunction,
    MishFunction,
    PReLUFunction,
    SELUFunction,
)  # fmt: skip
from tests.autodiff.second_order import Fixed, case
from tests.oracle import random

R = random
LABELS = torch.tensor([2, 0, 1, 0])
SOME = torch.tensor([2, -100, 1, -100])
PROBABILITIES = R(3, 4).sigmoid()
T, N = torch.tensor([0, 0, 1, 2]), torch.tensor([0, 1, 0, 0])  # the steps of two sequences


def passed_through(x):
    """The step forward; backward that of x clipped to ±1."""
    clipped = x.clamp(-1, 1)
    return (x >= 0).to(x.dtype) + clipped - clipped.detach()


def gelu_by_tanh(x):
    return F.gelu(x, approximate="tanh")


ONE = {
    StepFunction: lambda x: (x >= 0) + 0 * x, SigmoidFunction: torch.sigmoid,
    TanhFunction: torch.tanh, ReLUFunction: torch.relu,
    GELUFunction: F.gelu, TanhGELUFunction: gelu_by_tanh,
    SiLUFunction: F.silu, StraightThroughFunction: passed_through, SoftsignFunction: F.softsign,
}  # fmt: skip
RESPONSES = [
    *(
        case(f, x, oracle=oracle)
        for f, oracle in {
            LogSigmoidFunction: F.logsigmoid,
            HardsigmoidFunction: lambda x: (x / 6 + 0.5).clamp(0, 1),
            HardswishFunction: F.hardswish,
            MishFunction: F.mish,
        }.items()
        for x in (4 * R(3, 4), torch.zeros(2).double())
    ),
    case(
        PReLUFunction, R(3, 4, 2), R(4, 1, seed=1), oracle=lambda x, a: x.relu() - a * (-x).relu()
    ),
    case(SELUFunction, R(3, 4), oracle=F.selu),
    case(HardtanhFunction, R(3, 4), -0.5, 0.7, oracle=F.hardtanh),
    case(GLUFunction, R(3, 4), 1, oracle=F.glu),
    *(case(f, R(3, 4), oracle=oracle) for f, oracle in ONE.items()),
    case(SoftmaxFunction, R(3, 4), 1, oracle=torch.softmax),
    case(LeakyReLUFunction, R(3, 4), 0.1, oracle=F.leaky_relu),
    case(ELUFunction, R(3, 4), 1.5, oracle=F.elu),
    case(SoftplusFunction, 3 * R(3, 4), 2.0, 4.0, oracle=F.softplus),
    case(SoftplusFunction, torch.zeros(2).double(), 1.0, 20.0, oracle=F.softplus),
    case(LogSoftmaxFunction, R(3, 4), 1, oracle=torch.log_softmax),
]


def bce(p, t):
    return F.binary_cross_entropy(p, t, reduction="none")


def logit_bce(z, t, positive):
    w = 1 if positive is None else 1 + (positive - 1) * t
    return (1 - t) * z + w * F.softplus(-z, threshold=1e9)


def kl(x, t, log_target):
    return F.kl_div(x, t, reduction="none", log_target=log_target)


def cross_entropy(z, target, reduction, ignored):
    ignored = -100 if ignored is None else ignored
    return F.cross_entropy(z, target, reduction=reduction, ignore_index=ignored)


def soft_cross_entropy(z, q):
    return -(q * z.log_softmax(1)).sum(1)


def huber(y, t, delta):
    return F.huber_loss(y, t, "none", delta)


def reduced(values, reduction):
    return {"mean": values.mean(), "sum": values.sum(), "none": values}[reduction]


LOSSES = [
    case(BinaryCrossEntropy, PROBABILITIES, R(3, 4, seed=1).sigmoid(), oracle=bce),
    case(LogitBinaryCrossEntropy, R(3, 4), R(3, 4, seed=1), None, oracle=logit_bce),
    case(
        LogitBinaryCrossEntropy, R(3, 4), R(3, 4, seed=1), Fixed(R(4, positive=True)),
        oracle=logit_bce,
    ),
    case(
        LogitBinaryCrossEntropy, torch.zeros(2).double(), R(2, seed=1),
        Fixed(R(2, positive=True)), oracle=logit_bce,
    ),
    case(KLDivergence, R(3, 4), R(3, 4, positive=True), False, oracle=kl),
    case(KLDivergence, R(3, 4), R(3, 4, seed=1), True, oracle=kl),
    *(case(Reduce, R(3, 4), name, oracle=reduced) for name in ("mean", "sum", "none")),
    *(
        case(SquaredError, R(3, 4), R(3, 4, seed=1), name, oracle=lambda y, t, reduction: (
            F.mse_loss(y, t, reduction=reduction)))
        for name in ("mean", "none")
    ),
    *(
        case(SoftmaxCrossEntropy, R(4, 3), labels, name, ignored, oracle=cross_entropy)
        for labels, ignored in ((LABELS, None), (SOME, -100)) for name in ("mean", "none")
    ),
    case(SoftTargetCrossEntropy, R(3, 4), R(3, 4, seed=1), oracle=soft_cross_entropy),
    case(AbsoluteError, R(3, 4), R(3, 4, seed=1), oracle=lambda y, t: (y - t).abs()),
    case(HuberError, R(3, 4), R(3, 4, seed=1), 0.7, oracle=huber),
]  # fmt: skip


def standardised(x, axes, eps):
    """Written out: the third derivatives of torch's own norms are not right in torch 2.13."""
    centred = x - x.mean(axes, keepdim=True)
    return centred / ((centred * centred).mean(axes, keepdim=True) + eps).sqrt()


def batch_norm(x, weight, bias, eps):
    axes, shape = (0, *range(2, x.ndim)), (-1, *[1] * (x.ndim - 2))
    y = standardised(x, axes, eps)
    y = y if weight is None else y * weight.view(shape) + bias.view(shape)
    return y, x.detach().mean(axes), x.detach().var(axes, correction=0)


def normed_example(x, weight, bias, axes, eps):
    y = standardised(x, tuple(range(-axes, 0)), eps)
    return y if weight is None else y * weight + bias


NORMS = [
    case(BatchNormFunction, R(4, 3, 2), R(3), R(3, seed=1), 1e-3, oracle=batch_norm),
    case(BatchNormFunction, R(4, 3), None, None, 1e-3, oracle=batch_norm),
    case(
        FixedNormFunction, R(4, 3, 2), R(3), R(3, seed=1), Fixed(R(3, seed=2)),
        Fixed(R(3, positive=True)), 1e-3,
        oracle=lambda x, w, b, mean, var, eps: F.batch_norm(x, mean, var, w, b, False, eps=eps),
    ),
    case(
        LayerNormFunction, R(3, 2, 4), R(2, 4), R(2, 4, seed=1), 2, 1e-3,
        oracle=normed_example,
    ),
    case(LayerNormFunction, R(3, 4), None, None, 1, 1e-3, oracle=normed_example),
    case(
        GroupNormFunction, R(3, 4, 2), R(4), R(4, seed=1), 2, 1e-3,
        oracle=lambda x, weight, bias, groups, eps: F.group_norm(x, groups, weight, bias, eps),
    ),
    case(
        RMSNormFunction, R(3, 4), R(4), 1, 1e-3,
        oracle=lambda x, weight, axes, eps: F.rms_norm(x, x.shape[-axes:], weight, eps),
    ),
]  # fmt: skip


def attend(q, k, v, mask, causal, scale, kept):
    scores = scale * q @ k.mT
    if causal:
        future = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        scores = scores.masked_fill(future, -math.inf)
    p = (scores if mask is None else scores + mask).softmax(-1)
    return (p if kept is None else p * kept) @ v


def looked_up(index, weight, padding):
    keep = torch.ones(len(weight), 1, dtype=weight.dtype)
    if padding is not None:
        keep[padding] = 0
    return (weight * keep + (weight * (1 - keep)).detach())[index]


def turned(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


FUTURE = Fixed(torch.full((3, 4), -math.inf, dtype=torch.float64).triu(2))
OTHERS = [
    case(
        LinearMap, R(2, 3, 4), R(5, 4, seed=1), R(5, seed=2), oracle=F.linear
    ),
    case(LinearMap, R(3, 4), R(5, 4, seed=1), None, oracle=F.linear),
    case(DropoutFunction, R(3, 4), Fixed(2.0 * (R(3, 4) > 0)), oracle=torch.mul),
    case(
        EmbeddingFunction, torch.tensor([[0, 2], [2, 1]]), R(3, 4), None, oracle=looked_up
    ),
    case(EmbeddingFunction, torch.tensor([0, 2, 2, 1]), R(3, 4), 2, oracle=looked_up),
    case(RotateFunction, R(3, 4), Fixed(R(3, 2)), Fixed(R(3, 2, seed=1)), oracle=turned),
    case(Pack, R(3, 2, 4), T, N, oracle=lambda x, t, n: x[t, n]),
    case(
        Unpack, R(4, 2), T, N, 4, 2, 1.5,
        oracle=lambda x, t, n, *size: torch.full((4, 2, 2), 1.5).double().index_put((t, n), x),
    ),
    *(
        case(
            AttentionFunction, R(2, 3, 4), R(2, 3, 4, seed=1), R(2, 3, 2, seed=2), None, causal,
            0.7, None, oracle=attend,
        )
        for causal in (False, True)
    ),
    case(
        AttentionFunction, R(2, 3, 4), R(1, 4, 4, seed=1), R(2, 4, 2, seed=2), FUTURE, False, 0.7,
        Fixed(2.0 * (R(2, 3, 4) > 0)), oracle=attend,
    ),
]  # fmt: skip
CASES = [*RESPONSES, *LOSSES, *NORMS, *OTHERS]
