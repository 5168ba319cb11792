import pytest
import torch

from dlcore import BatchNorm1d, LayerNorm, Tensor
from dlcore.autodiff.bridge import to_torch
from dlcore.layers.fast.norm import (
    LEAST,
    FastBatchNormFunction,
    FastGroupNormFunction,
    FastLayerNormFunction,
    FastRMSNormFunction,
)
from tests.oracle import assert_gradcheck, assert_one_graph, random

# name: (fast form, the shape of x, that of the weights, how many weights, settings)
FORMS = {
    "layer": (FastLayerNormFunction, (4, 5, 6), (6,), 2, (1, 1e-5)),
    "layer, two axes": (FastLayerNormFunction, (4, 5, 6), (5, 6), 2, (2, 1e-3)),
    "layer, one example": (FastLayerNormFunction, (6,), (6,), 2, (1, 1e-5)),
    "group": (FastGroupNormFunction, (4, 6, 5, 2), (6,), 2, (3, 1e-5)),
    "group, no pixels": (FastGroupNormFunction, (4, 6), (6,), 2, (2, 1e-5)),
    "rms": (FastRMSNormFunction, (4, 5, 6), (6,), 1, (1, 1e-5)),
    "rms, two axes": (FastRMSNormFunction, (4, 5, 6), (5, 6), 1, (2, 1e-5)),
    "batch": (FastBatchNormFunction, (4, 6, 5, 2), (6,), 2, (1e-5,)),
    "batch, rows": (FastBatchNormFunction, (4, 6), (6,), 2, (1e-3,)),
}


def both_ways(function, x, weights, settings):
    boxed = [Tensor(x.clone(), True), *(w if w is None else Tensor(w, True) for w in weights)]
    results = function.apply(*boxed, *settings)
    y, *rest = results if isinstance(results, tuple) else (results,)
    y.backward(random(*y.shape, seed=3))
    return [y.data, *(r.data for r in rest), *(b.grad for b in boxed if b is not None)]


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("given", ["all", "no bias", "none"])
@pytest.mark.parametrize("name", FORMS)
def test_fast_norms_are_the_plain_norms(name, given, transposed):
    form, shape, weight_shape, count, settings = FORMS[name]
    x = random(*shape)
    x = x.mT.contiguous().mT if transposed and x.ndim > 1 else x
    kept = {"all": count, "no bias": 1, "none": 0}[given]
    weights = [random(*weight_shape, seed=i) if i < kept else None for i in range(count)]
    fast = both_ways(form, x, weights, settings)
    torch.testing.assert_close(fast, both_ways(form.plain, x, weights, settings))


@pytest.mark.parametrize("name", [n for n in FORMS if not n.startswith("batch")])
def test_gradcheck(name):
    form, shape, weight_shape, count, settings = FORMS[name]
    weights = [random(*weight_shape, seed=i) for i in range(count)]
    assert_gradcheck(form, random(*shape), *weights, *settings)


def test_gradcheck_of_the_batch_norm():
    inputs = [random(*s, seed=i).requires_grad_() for i, s in enumerate([(4, 3, 2), (3,), (3,)])]
    function = to_torch(FastBatchNormFunction)
    assert torch.autograd.gradcheck(lambda *t: function.apply(*t, 1e-5)[0], inputs)


def test_large_inputs_take_this_way_and_small_ones_the_plain_one():
    layer = LayerNorm(64)
    large, small = (layer(random(rows, 64).float()) for rows in (LEAST // 64, LEAST // 64 - 1))
    assert large.node.function is FastLayerNormFunction
    assert small.node.function is FastLayerNormFunction.plain


@pytest.mark.parametrize("layer", [LayerNorm(64), BatchNorm1d(64)])
def test_one_graph_gives_what_eager_gives(layer):
    assert_one_graph(layer.double(), random(LEAST // 64, 64))
