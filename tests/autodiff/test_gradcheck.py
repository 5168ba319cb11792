import pytest
import torch

from dlcore import Function, GradcheckError, Tensor, gradcheck
from tests.oracle import random


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 3 * x**2


class WrongCube(Cube):
    @staticmethod
    def backward(ctx, grad):
        to_x = Cube.backward(ctx, grad)
        to_x[1, 2] *= 1.01
        return to_x


def cube(x):
    return Cube.apply(x)


def wrong_cube(x):
    return WrongCube.apply(x)


def test_a_right_gradient_passes_and_the_input_is_put_back():
    x = Tensor(random(2, 3), True)
    before = x.data.clone()
    assert gradcheck(cube, [x])
    assert torch.equal(x.data, before)


def test_a_wrong_one_is_named_with_its_index_and_both_values():
    message = r"wrong_cube: gradient of argument 0 at \(1, 2\): backward gave .*differences"
    with pytest.raises(GradcheckError, match=message):
        gradcheck(wrong_cube, [Tensor(random(2, 3), True)])


def test_a_forgotten_path_is_found():
    with pytest.raises(GradcheckError, match="backward gave 0, finite differences"):
        gradcheck(
            lambda a, b: a * b.detach(), [Tensor(random(2), True), Tensor(random(2, seed=1), True)]
        )


def test_nan_does_not_pass():
    class Nan(Cube):
        @staticmethod
        def backward(ctx, grad):
            return grad * float("nan")

    with pytest.raises(GradcheckError, match="backward gave nan"):
        gradcheck(lambda x: Nan.apply(x), [Tensor(random(2), True)])


def test_single_precision_is_refused():
    with pytest.raises(TypeError, match="gradcheck needs float64.*input 0 is torch.float32"):
        gradcheck(cube, [Tensor(torch.ones(2), True)])


def test_earlier_gradients_do_not_disturb():
    x = Tensor(random(2), True)
    x.grad = torch.ones(2, dtype=torch.float64)
    assert gradcheck(cube, [x])


def test_views_and_several_outputs():
    turned = Tensor(random(2, 3).T, True)
    assert gradcheck(lambda x: x.flatten() * x.reshape(6), [turned])
    assert gradcheck(lambda x: x.T.view(6), [turned])
    assert gradcheck(lambda x: x.chunk(2), [Tensor(random(4, 2), True)])
    assert gradcheck(lambda x: (x.max(0).values, x.max(0).indices, x * x), [turned])
    with pytest.raises(GradcheckError, match=r"gradient of argument 0"):
        gradcheck(lambda x: (x * x, x * x.detach()), [turned])


def test_one_number_in_several_places_is_refused():
    with pytest.raises(ValueError, match=r"input 0 of shape \(3, 2\) .* several places.*clone"):
        gradcheck(lambda x: x * 2, [Tensor(random(1, 2).expand(3, 2), True)])
