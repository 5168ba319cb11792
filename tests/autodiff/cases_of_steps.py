"""What the steps of dlcore.autodiff are compared with in their gradients of gradients."""

import torch

from dlcore.autodiff import lines, ops, special, statistics
from dlcore.autodiff import shape as shapes
from tests.autodiff.second_order import Fixed, case
from tests.oracle import random

R = random
AT = (torch.tensor([0, 2, 2]), torch.tensor([1, 0, 0]))  # one number twice
APART = (torch.tensor([0, 2, 1]), torch.tensor([1, 0, 0]))
APART_ROWS = torch.tensor([[0, 1, 1], [2, 0, 2]])
ROWS = torch.tensor([[0, 1, 1], [2, 0, 1]])
ELEMENTWISE = {
    ops.Neg: torch.neg, ops.Exp: torch.exp, ops.Log: torch.log, ops.Sqrt: torch.sqrt,
    ops.Abs: torch.abs, ops.Sin: torch.sin, ops.Cos: torch.cos, special.Expm1: torch.expm1,
    special.Log1p: torch.log1p, special.Erf: torch.erf, special.Tan: torch.tan,
    special.Atan: torch.atan, special.Sinh: torch.sinh, special.Cosh: torch.cosh,
    special.Sign: torch.sign, special.Floor: torch.floor, special.Ceil: torch.ceil,
    special.Round: torch.round, special.Trunc: torch.trunc,
}  # fmt: skip
CASES = [
    *(case(f, R(3, 2, positive=True), oracle=oracle) for f, oracle in ELEMENTWISE.items()),
    case(special.Asin, R(3, 2).tanh(), oracle=torch.asin),
    case(special.Acos, R(3, 2).tanh(), oracle=torch.acos),
    case(ops.Add, R(3, 1), R(2, seed=1), oracle=torch.add),
    case(ops.Mul, R(3, 1), R(2, seed=1), oracle=torch.mul),
    case(ops.Div, R(3, 1), R(2, seed=1, positive=True), oracle=torch.div),
    case(ops.Pow, R(3, 2, positive=True), 2.5, oracle=torch.pow),
    case(ops.Pow, R(3, 2), 3, oracle=torch.pow),
    case(ops.Pow, R(3, 2), 0, oracle=torch.pow),
    case(ops.PowTensor, R(3, 1, positive=True), R(2, seed=1), oracle=torch.pow),
    case(ops.Maximum, R(3, 1), R(2, seed=1), oracle=torch.maximum),
    case(ops.Where, torch.tensor([True, False]), R(3, 1), R(2, seed=1), oracle=torch.where),
    case(ops.Clamp, R(3, 4), -0.5, 0.5, oracle=torch.clamp),
    case(ops.Clamp, R(3, 4), None, 0.5, oracle=torch.clamp),
    case(
        ops.Cast, R(3), (torch.float64,), {},
        oracle=lambda x, like, options: x.to(*like, **options),
    ),
    case(ops.Sum, R(3, 2), None, False, oracle=lambda x, dim, keep: x.sum()),
    case(ops.Sum, R(3, 2), (-1,), False, oracle=lambda x, dim, keep: x.sum(dim)),
    case(ops.Mean, R(3, 2), 0, True, oracle=lambda x, dim, keep: x.mean(dim, keep)),
    case(ops.Prod, R(3, 4), 1, False, oracle=torch.prod),
    case(
        ops.Prod, torch.tensor([[0.0, 2, 3], [0, 0, 2]]).double(), 1, True, oracle=torch.prod
    ),
    case(ops.Amax, R(3, 4), (1,), False, oracle=torch.amax),
    case(ops.Amax, R(3, 4), None, False, oracle=lambda x, dim, keep: x.max()),
    case(ops.MatMul, R(4, 2, 3), R(3, 2, seed=1), oracle=torch.matmul),
    case(ops.MatMul, R(3), R(2, 3, 2, seed=1), oracle=torch.matmul),
    case(ops.MatMul, R(2, 3), R(3, seed=1), oracle=torch.matmul),
    case(shapes.Reshape, R(3, 4), (2, 6), oracle=torch.reshape),
    case(shapes.Permute, R(3, 4, 2), (1, -1, 0), oracle=torch.permute),
    case(shapes.Clone, R(3, 4), oracle=torch.clone),
    case(shapes.Expand, R(3, 1), (2, 3, 4), oracle=lambda x, shape: x.expand(shape)),
    case(shapes.Index, R(3, 4), (slice(1, None), 2), oracle=lambda x, key: x[key]),
    case(shapes.Index, R(3, 4), AT, oracle=lambda x, key: x[key]),
    case(shapes.Index, R(3, 4), R(3, 4, seed=1) > 0, oracle=lambda x, key: x[key]),
    case(shapes.Gather, R(3, 3), 0, ROWS, oracle=torch.gather),
    case(shapes.Cat, 1, R(3, 2), R(3, 1, seed=1), oracle=lambda dim, *x: torch.cat(x, dim)),
    case(shapes.Split, R(3, 4), [1, 3], 1, oracle=torch.split),
    case(
        shapes.Pad, R(3, 4), [1, -1, 0, 2], 2.0,
        oracle=lambda x, pad, value: torch.nn.functional.pad(x, pad, value=value),
    ),
    case(shapes.Flip, R(3, 4), (0, 1), oracle=torch.flip),
    case(shapes.CumSum, R(3, 4), 1, oracle=torch.cumsum),
    case(shapes.Einsum, "bij,jk->bk", R(2, 3, 4), R(4, 2, seed=1), oracle=torch.einsum),
    case(
        shapes.Einsum, "ij,jk,k->i", R(3, 4), R(4, 2, seed=1), Fixed(R(2)), oracle=torch.einsum
    ),
    case(lines.Put, R(3, 4), APART, R(3, seed=1), oracle=torch.index_put),
    case(special.Scatter, R(3, 3), 0, APART_ROWS, R(2, 3, seed=1), oracle=torch.scatter),
    case(special.ScatterAdd, R(3, 3), 0, ROWS, R(2, 3, seed=1), oracle=torch.scatter_add),
    case(special.IndexAdd, R(3, 4), 0, AT[0], R(3, 4, seed=1), oracle=torch.index_add),
    case(statistics.LogSumExp, R(3, 4), (1,), oracle=lambda x, dim: x.logsumexp(dim, True)),
]  # fmt: skip
