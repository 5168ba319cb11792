import gc
import weakref

import pytest
import torch

from dlcore import Function, Tensor, grad, no_grad
from dlcore.layers import dropout, embedding
from tests.oracle import random


def leaf(*numbers):
    return Tensor(torch.tensor(numbers, dtype=torch.float64), requires_grad=True)


# -- by hand --------------------------------------------------------------------------------------
def test_all_derivatives_of_a_cube():
    x = leaf(2.0)
    y = x**3
    for expected in (12.0, 12.0, 6.0, 0.0):  # 3x², 6x, 6, 0
        (y,) = grad(y, x, create_graph=True)
        assert y.item() == expected


def test_the_gradient_of_two_variables_and_their_hessian():
    x = leaf(2.0, 3.0)
    (g,) = grad(x[0] ** 2 * x[1], x, create_graph=True)  # (2ab, a²)
    assert g.data.tolist() == [12, 4]
    rows = [grad(g[i], x, retain_graph=True)[0].data.tolist() for i in range(2)]
    assert rows == [[6, 4], [4, 0]]  # (2b, 2a), (2a, 0)


def test_a_recorded_backward_gives_a_grad_with_a_history():
    x = leaf(2.0)
    (x**3).sum().backward(create_graph=True)
    first, x.grad = x.grad, None
    assert isinstance(first, Tensor)
    assert first.item() == 12
    first.sum().backward()
    assert x.grad.item() == 12


# -- as torch.autograd.grad -----------------------------------------------------------------------
def test_grad_fields_stay_as_they_are():
    x, y = leaf(2.0), leaf(3.0)
    middle = x * y
    middle.retain_grad()
    x.grad = torch.ones(1).double()
    grad((middle * x).sum(), [x, middle], create_graph=True)
    assert x.grad.item() == 1
    assert y.grad is None
    assert middle.grad is None


def test_the_walk_into_leaves_adds_up_and_fills_what_retains():
    x = leaf(2.0)
    middle = x * 3
    middle.retain_grad()
    (middle**2).sum().backward(create_graph=True)
    (x**2).sum().backward()
    assert x.grad.item() == 36 + 4
    (x * 5).sum().backward(create_graph=True)
    assert x.grad.item() == 36 + 4 + 5
    assert middle.grad.item() == 12
    assert middle.grad.requires_grad


def test_one_output_one_input_several_of_both():
    x, y = leaf(2.0), leaf(5.0)
    assert grad(x * y, x)[0].item() == 5
    both = grad([x * y, x**2], [x, y], [torch.ones(1), torch.tensor([10.0])])
    assert [g.item() for g in both] == [5 + 40, 2]
    middle = x * y
    assert [g.item() for g in grad(middle * x, [x, middle, x])] == [20, 2, 20]
    assert grad(x, x)[0].item() == 1


def test_seeds_with_a_history_pass_it_on():
    x, v = leaf(2.0, 3.0), leaf(1.0, -1.0)
    (g,) = grad(x**2, x, v, create_graph=True)
    assert grad(g.sum(), v)[0].data.tolist() == [4, 6]  # linear in the seed: 2x


def test_an_input_that_is_not_used():
    x, y = leaf(2.0), leaf(3.0)
    with pytest.raises(ValueError, match="the outputs do not depend on input 1; allow_unused=True"):
        grad(x * 2, [x, y])
    assert grad(x * 2, [x, y], allow_unused=True)[1] is None
    zeros = grad(x * 2, [x, y], materialize_grads=True)[1]
    assert zeros.data.tolist() == [0]
    assert grad(x * 2, y, create_graph=True, allow_unused=True) == (None,)
    with pytest.raises(ValueError, match="allow_unused=False has no meaning"):
        grad(x * 2, y, allow_unused=False, materialize_grads=True)


def test_inputs_and_outputs_need_gradients():
    x = leaf(2.0)
    with pytest.raises(ValueError, match="input 0 requires no gradient; make it with Tensor"):
        grad(x * 2, Tensor(torch.ones(1)))
    with pytest.raises(ValueError, match="requires no gradient: nothing it was computed from"):
        grad(x.detach() * 2, x)
    with pytest.raises(ValueError, match="one of grad_outputs for each of 2 outputs, got 1"):
        grad([x * 2, x * 3], x, [torch.ones(1)])
    with pytest.raises(ValueError, match=r"gradient of shape \(2,\) for a tensor of shape \(1,\)"):
        grad(x * 2, x, torch.ones(2))


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, False), ({"retain_graph": True}, True), ({"create_graph": True}, True),
        ({"create_graph": True, "retain_graph": False}, False),
    ],
)  # fmt: skip
def test_what_is_kept_is_what_torch_keeps(options, kept):
    for differentiate, make in (
        (grad, lambda: leaf(2.0)),
        (torch.autograd.grad, lambda: torch.tensor([2.0]).requires_grad_()),
    ):
        x = make()
        y = (x**3).sum()
        differentiate(y, x, **options)
        if kept:
            assert differentiate(y, x)[0].item() == 12
        else:
            with pytest.raises(RuntimeError, match="backward"):
                differentiate(y, x)


def test_a_graph_that_was_freed_behind_what_is_asked_for_does_not_matter():
    x = leaf(2.0)
    middle = x**2
    middle.sum().backward()
    assert grad(middle**3, middle)[0].item() == 48
    with pytest.raises(RuntimeError, match="were freed; run the forward pass again"):
        grad(middle**3, x)
    later = middle * 2  # alive itself, behind it all is freed
    assert grad(later**3, later, create_graph=True)[0].item() == 3 * 8**2


def test_inside_no_grad_nothing_leads_back_but_the_walk_is_recorded():
    x = leaf(2.0)
    with no_grad():
        constant = x**2
    y = x * constant * x  # 4x²
    with no_grad():
        (g,) = grad(y, x, create_graph=True)  # 8x
    assert g.item() == 16
    assert grad(g, x)[0].item() == 8


def test_an_ordinary_gradient_has_no_history():
    x = leaf(2.0)
    (g,) = grad(x**3, x)
    assert isinstance(g, Tensor)
    assert not g.requires_grad


def test_only_what_is_asked_for_is_computed():
    asked = []

    class Probe(Function):
        @staticmethod
        def forward(ctx, x, w):
            ctx.save_for_backward(x, w)
            return x * w

        @staticmethod
        def backward(ctx, grad):
            asked.append(ctx.needs_input_grad)
            x, w = ctx.saved_tensors
            return grad * w, grad * x

    x, w = leaf(2.0), leaf(3.0)
    y = Probe.apply(x, w)
    grad(y, x, create_graph=True)
    grad(y, w, retain_graph=True)
    y.backward()
    assert asked == [(True, False), (False, True), (True, True)]


def test_what_does_not_lead_to_an_input_still_has_its_history():
    w, x = leaf(0.5), leaf(2.0)
    (g,) = grad(w.exp() * x**2, x, create_graph=True)  # 2x eʷ
    assert grad(g, w)[0].item() == pytest.approx(4 * torch.tensor(0.5).double().exp().item())


def test_nothing_of_the_graph_stays_once_the_results_are_gone():
    x = leaf(2.0)
    (g,) = grad(x**3, x, create_graph=True)
    node = weakref.ref(g.node)
    del g
    gc.collect()
    assert node() is None


def test_layers_that_draw_draw_once():
    torch.manual_seed(0)
    x = Tensor(random(50), True)
    y = dropout(x, 0.5)
    (g,) = grad((y**3).sum(), x, create_graph=True)
    (h,) = grad(g.sum(), x)
    factor = (y.data / x.data).round()  # 0 or 2
    torch.testing.assert_close(h.data, 6 * factor**3 * x.data)


def test_words_and_a_row_that_is_not_trained():
    table = Tensor(random(4, 3), True)
    y = embedding(torch.tensor([0, 2, 2, 3]), table, padding_idx=3)
    (g,) = grad((y**3).sum(), table, create_graph=True)
    (h,) = grad(g.sum(), table)
    expected = 6 * table.data * torch.tensor([1.0, 0, 2, 0]).double()[:, None]
    torch.testing.assert_close(h.data, expected)


# -- what it refuses ------------------------------------------------------------------------------
def test_a_leaf_that_was_changed_since_is_noticed():
    x = leaf(2.0)
    y = x**3
    x.data.mul_(2)
    with pytest.raises(ValueError, match="ran the forward pass again and got other numbers"):
        grad(y, x, create_graph=True)


def test_a_forward_that_draws_is_noticed():
    class Noise(Function):
        @staticmethod
        def forward(ctx, x):
            return x + torch.randn(x.shape).to(x.dtype)

        @staticmethod
        def backward(ctx, grad):
            return grad

    x = leaf(2.0)
    with pytest.raises(ValueError, match="or a Function draws in its forward"):
        grad(Noise.apply(x), x, create_graph=True)


class Sorted(Function):
    """Uses a line that dlcore cannot record."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 2 * torch.special.i0(x)


def test_lines_that_cannot_be_recorded_are_named():
    x = leaf(2.0)
    y = Sorted.apply(x)
    with pytest.raises(TypeError, match="Sorted has no gradient of its gradient: its lines cannot"):
        grad(y, x, create_graph=True)
    assert grad(y, x)[0].item() > 0


def test_wrong_gradients_are_refused_as_in_backward():
    class Wrong(Function):
        answer = ()

        @staticmethod
        def forward(ctx, x, y):
            return x * y

        @staticmethod
        def backward(ctx, grad):
            return Wrong.answer

    x, y = leaf(2.0), leaf(3.0)
    for answer, message in (
        ((None,), "returned 1 gradients for 2 inputs"),
        ((torch.ones(2), None), r"a gradient of shape \(2,\) for input 0 of shape \(1,\)"),
        ((None, torch.ones(1)), "returned no gradient for input 0"),
    ):
        Wrong.answer = answer
        for recording in (True, False):
            with pytest.raises(ValueError, match=message):
                grad(Wrong.apply(x, y), [x], create_graph=recording)


def test_a_long_chain_needs_no_recursion():
    x = leaf(1.0)
    y = x
    for _ in range(3000):
        y = y + x
    (g,) = grad(y * y, x, create_graph=True)  # (3001 x)²
    assert grad(g, x)[0].item() == 2 * 3001**2
