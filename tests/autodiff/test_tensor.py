import gc
import threading
import weakref

import numpy as np
import pytest
import torch

import dlcore
from dlcore import Function, Tensor, is_grad_enabled, no_grad
from tests.oracle import random


def leaf(*shape, seed=0):
    return Tensor(random(*shape, seed=seed), requires_grad=True)


def test_hand_computed_gradient():
    # L = (x y + y)² at x = 2, y = 3: dL/dx = 2 · 9 · 3, dL/dy = 2 · 9 · (2 + 1)
    x, y = Tensor(2.0, True), Tensor(3.0, True)
    loss = (x * y + y) ** 2
    loss.backward()
    assert loss.item() == 81
    assert x.grad.item() == 54
    assert y.grad.item() == 54


def test_a_chain_of_20000_steps_needs_no_recursion():
    x = Tensor(torch.ones(2, dtype=torch.float64), True)
    y = x
    for _ in range(20_000):
        y = y + 0.5
    y.backward(torch.tensor([1.0, 2.0]))
    assert x.grad.tolist() == [1, 2]
    assert y.data.tolist() == [10_001, 10_001]


def test_fan_out_and_diamonds_visit_each_node_once():
    calls = []

    class Double(Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, grad):
            calls.append(grad)
            return 2 * grad

    x = Tensor(1.0, True)
    y = x
    for _ in range(30):  # 2³⁰ paths, 30 nodes of each kind
        y = Double.apply(y)
        y = y + y
    y.backward()
    assert len(calls) == 30
    assert x.grad.item() == 4.0**30


def test_unequal_paths_wait_for_the_longest():
    x = Tensor(3.0, True)
    a = x * x
    long = a * 2 * 2 * 2
    (a * long).backward()  # 8 x⁴
    assert x.grad.item() == 32 * 27


def test_gradients_add_up_over_calls_and_keep_the_graph_on_request():
    x = leaf(3)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert torch.equal(x.grad, 4 * x.data)
    with pytest.raises(RuntimeError, match="second time through Sum, whose saved tensors"):
        y.backward()


def test_a_freed_part_of_the_graph_is_refused_from_another_root():
    x = leaf(3)
    shared = x * x
    first, second = shared.sum(), (shared * 2).sum()
    first.backward()
    with pytest.raises(RuntimeError, match="freed; run the forward pass again"):
        second.backward()


def test_a_leafs_gradient_is_its_own_memory():
    a, b = leaf(3), leaf(3, seed=1)
    (a + b).backward(torch.ones(3, dtype=torch.float64))
    a.grad.mul_(5)
    assert b.grad.tolist() == [1, 1, 1]
    c = leaf(3)
    c.sum().backward()
    c.grad[0] = 7
    assert c.grad.tolist() == [7, 1, 1]


def test_backward_from_a_leaf_and_with_a_boxed_gradient():
    x = leaf(2)
    x.backward(Tensor(torch.tensor([1.0, 2.0], dtype=torch.float64)))
    assert x.grad.tolist() == [1, 2]


def test_one_element_and_zero_size():
    one = leaf(1, 1, 1)
    (one * one).backward()
    assert torch.equal(one.grad, 2 * one.data)
    none = leaf(0, 3)
    (none * 2).sum().backward()
    assert none.grad.shape == (0, 3)


def test_intermediate_gradients_on_request():
    x = leaf(3)
    h = x * 2
    h.retain_grad()
    (h * h).sum().backward()
    assert torch.equal(h.grad, 2 * h.data)
    with pytest.raises(ValueError, match="requires a gradient"):
        Tensor(1.0).retain_grad()


def test_torchs_own_no_grad_counts_as_well():
    x = Tensor(torch.ones(3), requires_grad=True)
    with torch.no_grad():
        assert not is_grad_enabled()
        assert not (x * 2).requires_grad
    with torch.inference_mode():
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad


def test_nothing_is_recorded_without_need():
    x = leaf(3)
    with no_grad():
        assert not is_grad_enabled()
        y = (x * 2).sum()
    assert is_grad_enabled()
    assert y.node is None
    assert (Tensor(torch.ones(3)) * 2).node is None

    @no_grad()
    def double(x):
        return x * 2

    assert double(x).node is None
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert is_grad_enabled()


def test_intermediate_results_are_freed_as_soon_as_possible():
    x = leaf(1000)
    hidden = x + 1.0  # Add saves nothing
    data = weakref.ref(hidden.data)
    y = (hidden + 1.0).sum()
    del hidden
    gc.collect()
    assert data() is None
    y.backward()
    assert x.grad.sum() == 1000


def test_detach_shares_memory_but_no_history():
    x = leaf(3)
    y = (x * 2).detach()
    assert not y.requires_grad
    y.data[0] = 5
    assert (x * 2).data[0] != 5


def test_what_torch_tensors_also_answer():
    x = Tensor(torch.arange(6.0).reshape(2, 3))
    assert (x.ndim, x.dim(), x.size(1), x.numel(), len(x)) == (2, 2, 3, 6, 2)
    assert tuple(x.size()) == (2, 3)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert isinstance(x.numpy(), np.ndarray)
    assert [row.tolist() for row in x] == x.tolist()
    assert float(Tensor(2.5)) == 2.5
    assert bool(Tensor(1.0))
    assert not Tensor(0.0)
    assert x.is_leaf
    assert x.dtype == torch.float32
    assert x.device.type == "cpu"


def test_repr_says_who_made_it():
    x = Tensor(2.0, True)
    assert repr(x) == "Tensor(2., requires_grad=True)"
    assert repr(x * x) == "Tensor(4., made by Mul)"


def test_bad_input_gets_one_sentence():
    with pytest.raises(ValueError, match=r"torch.autograd would.*pass x.detach\(\)"):
        Tensor(torch.ones(2, requires_grad=True))
    with pytest.raises(ValueError, match=r"only real floating-point.*torch.int64; use .float\(\)"):
        Tensor([1, 2], requires_grad=True)
    with pytest.raises(TypeError, match="got a Tensor; use it as it is"):
        Tensor(Tensor(1.0))
    with pytest.raises(ValueError, match="requires no gradient"):
        Tensor(1.0).backward()
    with pytest.raises(ValueError, match=r"needs one element, got shape \(3,\)"):
        leaf(3).backward()
    with pytest.raises(ValueError, match=r"gradient of shape \(2,\) for a tensor of shape \(3,\)"):
        (leaf(3) * 2).backward(torch.ones(2))
    with pytest.raises(TypeError, match="torch.erfinv has no hand-written derivative"):
        torch.erfinv(leaf(3))


def test_no_grad_keeps_what_torch_promises():
    @no_grad()
    def down(n):
        return is_grad_enabled() if n == 0 else down(n - 1)

    assert down(3) is False
    assert is_grad_enabled()

    @no_grad()
    def steps():
        yield is_grad_enabled()
        yield is_grad_enabled()

    inside = steps()
    assert [next(inside), is_grad_enabled(), next(inside), is_grad_enabled()] == [
        False, True, False, True,
    ]  # fmt: skip


def test_no_grad_belongs_to_its_thread():
    seen = []
    with no_grad():
        worker = threading.Thread(target=lambda: seen.append(is_grad_enabled()))
        worker.start()
        worker.join()
    assert seen == [True]


def test_complex_numbers_get_no_gradient_and_say_so():
    with pytest.raises(ValueError, match="real floating-point.*complex64"):
        Tensor(torch.ones(2, dtype=torch.complex64), requires_grad=True)


def test_float16_is_refused():
    half = torch.ones(2).half()
    for make in (lambda: Tensor(half), lambda: Tensor(torch.ones(2)).to(torch.float16)):
        with pytest.raises(TypeError, match=r"takes no float16, .*use x.bfloat16\(\) or x.float"):
            make()
    with pytest.raises(TypeError, match="takes no float16"):
        dlcore.layers.layer_norm(half, (2,))
    with pytest.raises(TypeError, match="takes no float16"):
        dlcore.Linear(2, 2).to(torch.float16)


def test_a_list_of_tensors_is_refused():
    for row in (torch.ones(2), Tensor(torch.ones(2))):
        with pytest.raises(TypeError, match=r"got a list of tensors; join them first: torch.stack"):
            Tensor([row, row])
    assert Tensor([torch.tensor(1.0), torch.tensor(2.0)]).tolist() == [1, 2]
