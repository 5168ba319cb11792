import pytest
import torch

from dlcore import Function, Tensor, grad, no_grad
from dlcore.autodiff.second_run import holds_floats
from tests.oracle import random


def leaf(*numbers):
    return Tensor(torch.tensor(numbers, dtype=torch.float64), requires_grad=True)


def kinds(function, *args):
    """What forward sees in a second run of the function: numbers first, then perhaps Tensors."""
    seen = []
    forward = function.forward

    class Watched(function):
        @staticmethod
        def forward(ctx, *args):
            seen.append(type(args[0]))
            return forward(ctx, *args)

    grad(Watched.apply(*args), args[0], create_graph=True)
    return seen[1:]


class Square(Function):
    """y = x², by what it keeps: `kept(x, y)` goes to save_for_backward, `other(x, y)` elsewhere."""

    kept = staticmethod(lambda x, y: (x,))
    other = staticmethod(lambda x, y: None)

    @classmethod
    def keeping(cls, kept, other=lambda x, y: None):
        return type("Square", (cls,), {"kept": staticmethod(kept), "other": staticmethod(other)})

    @staticmethod
    def forward(ctx, x, form):
        y = x * x
        ctx.save_for_backward(*form.kept(x, y))
        ctx.other = form.other(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad * ctx.saved_tensors[0], None


def test_what_keeps_its_arguments_or_results_is_run_on_numbers():
    keeps = Square.keeping(lambda x, y: (x, y, None))
    assert kinds(keeps, leaf(3.0), keeps) == [torch.Tensor]


@pytest.mark.parametrize(
    "form",
    [
        Square.keeping(lambda x, y: (x * 1,)),
        Square.keeping(lambda x, y: (x,), lambda x, y: {"more": [x + y]}),
    ],
)
def test_what_keeps_more_is_run_on_tensors(form):
    x = leaf(3.0)
    assert kinds(form, x, form) == [torch.Tensor, Tensor]
    (g,) = grad(form.apply(x, form), x, create_graph=True)
    assert grad(g, x)[0].item() == 2


def test_whole_numbers_and_settings_need_no_history():
    assert not holds_floats((torch.arange(3), [1.0, None], {"a": torch.Size([2])}, Tensor))
    assert holds_floats({"a": (1, [torch.ones(1)])})
    assert holds_floats(type("Plan", (), {})()) is False
    plan = type("Plan", (), {})()
    plan.part = torch.ones(1)
    assert holds_floats(plan)


@pytest.mark.parametrize("constant_first", [True, False])
def test_the_same_numbers_with_and_without_a_history(constant_first):
    x = leaf(3.0)
    c = x.detach()
    y = c * x * x if constant_first else x * c * x  # c x², c = 3
    (g,) = grad(y, x, create_graph=True)
    assert g.item() == 18  # 2 c x
    assert grad(g, x)[0].item() == 6  # 2 c


def test_an_output_without_gradient_that_backward_needs():
    class Weighed(Function):
        """y = x p with p = x², which also comes out but carries no gradient."""

        @staticmethod
        def forward(ctx, x):
            p = x * x
            ctx.save_for_backward(p)
            ctx.mark_non_differentiable(p)
            return x * p, p

        @staticmethod
        def backward(ctx, grad, _):
            return 3 * grad * ctx.saved_tensors[0]

    x = leaf(2.0)
    (g,) = grad(Weighed.apply(x)[0], x, create_graph=True)
    assert grad(g, x)[0].item() == 12  # 6x


@pytest.mark.parametrize("keeps_more", [False, True])
def test_an_argument_that_comes_out_again(keeps_more):
    class Same(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x * 1 if keeps_more else x)
            return x, x

        @staticmethod
        def backward(ctx, a, b):
            (x,) = ctx.saved_tensors
            return a * x / x + b

    x = leaf(2.0)
    a, b = Same.apply(x)
    (g,) = grad(a * a * b, x, create_graph=True)  # x³
    assert g.item() == 12
    assert grad(g, x)[0].item() == 12
    assert x.is_leaf


def test_lines_are_recorded_inside_no_grad_too():
    form = Square.keeping(lambda x, y: (x * 1,))
    x = leaf(3.0)
    y = form.apply(x, form)
    with no_grad():
        (g,) = grad(y, x, create_graph=True)
    assert grad(g, x)[0].item() == 2


def test_numbers_that_are_none_may_come_again():
    x = leaf(-1.0)
    assert x.log().isnan()
    assert grad(x.log(), x, create_graph=True)[0].item() == -1


def test_an_index_that_comes_out_stays_a_torch_tensor():
    x = Tensor(random(5), True)
    (g,) = grad((x.sort().values ** 3)[:2].sum(), x, create_graph=True)
    smallest = x.data.argsort()[:2]
    (h,) = grad(g.sum(), x)
    expected = torch.zeros(5).double()
    expected[smallest] = 6 * x.data[smallest]
    torch.testing.assert_close(h.data, expected)
