import pytest
import torch

from dlcore import plain
from dlcore.layers.fast import product as module
from dlcore.layers.fast.product import has_onednn, onednn
from dlcore.layers.product import product
from tests.oracle import random


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("rows", [0, 1, 5, 3000])
def test_the_product_is_the_product(rows, dtype):
    a, b, bias = random(rows, 40), random(40, 24, seed=1), random(24, seed=2)
    tolerance = {torch.float32: 1e-5, torch.float64: 1e-12, torch.bfloat16: 0.3}[dtype]
    for offset in (None, bias):
        y = product(a.to(dtype), b.to(dtype), None if offset is None else offset.to(dtype))
        expected = a @ b if offset is None else a @ b + offset
        torch.testing.assert_close(y.double(), expected, rtol=0, atol=tolerance * 40**0.5)


def test_views_of_any_layout():
    a, b = random(300, 3000).float(), random(3000, 300, seed=1).float()
    expected = a.double() @ b.double()
    for left in (a, a.T.contiguous().T):
        for right in (b, b.T.contiguous().T):
            torch.testing.assert_close(product(left, right).double(), expected, rtol=0, atol=1e-3)


def test_large_products_go_to_onednn_where_it_is(monkeypatch):
    calls = []
    monkeypatch.setattr(module, "ONEDNN", lambda a, b, *rest: calls.append(a.shape) or a @ b.T)
    product(torch.ones(8, 8), torch.ones(8, 8))
    product(torch.ones(2000, 32).double(), torch.ones(32, 32).double())
    assert calls == []
    assert product(torch.ones(2000, 32), torch.ones(32, 32)).shape == (2000, 32)
    assert calls == [(2000, 32)]
    with plain():
        product(torch.ones(2000, 32), torch.ones(32, 32))
    assert calls == [(2000, 32)]


def test_without_onednn(monkeypatch):
    monkeypatch.setattr(module, "ONEDNN", None)
    assert not has_onednn(torch.ones(1))
    assert torch.equal(
        product(torch.ones(2000, 32), torch.ones(32, 32)), torch.full((2000, 32), 32.0)
    )
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert onednn() is None


@pytest.mark.parametrize(("capability", "asked"), [("AVX512", True), ("AVX2", False)])
def test_onednn_is_asked_where_vectors_are_wide(capability, asked, monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert module.wide_vectors() is asked


def test_a_compiled_graph_asks_onednn_too(monkeypatch):
    monkeypatch.setattr(module, "ONEDNN", onednn())
    a, b, bias = (random(*shape).float() for shape in ((300, 100), (100, 64), (64,)))
    compiled = torch.compile(product, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(a, b, bias), product(a, b, bias))
    if has_onednn(a):
        assert torch.equal(module.onednn_product(a, b, bias), product(a, b, bias))
        torch.library.opcheck(module.onednn_product, (a, b, bias))
