import pytest
import torch

from dlcore import ReLU, Sigmoid, Softmax, Softsign, Step, Tanh, Tensor, layers
from dlcore.layers import activation, relu, sigmoid, softmax, softsign, step, tanh
from tests.oracle import assert_gradcheck, assert_like_torch, random

SMOOTH = {
    "SigmoidFunction": (sigmoid, Sigmoid(), torch.sigmoid),
    "TanhFunction": (tanh, Tanh(), torch.tanh),
    "SoftsignFunction": (softsign, Softsign(), torch.nn.functional.softsign),
    "ReLUFunction": (relu, ReLU(), torch.relu),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (4, 5)])
def test_like_torch(name, shape):
    function, module, theirs = SMOOTH[name]
    x = random(*shape)
    assert_like_torch(function, theirs, [x])
    assert_like_torch(module, theirs, [x])
    assert_gradcheck(getattr(activation, name), x)


def test_hand_computed():
    assert step(Tensor(torch.tensor([-1.0, 0.0, 2.0]))).tolist() == [0, 1, 1]
    assert Step()(torch.tensor([-0.1])).tolist() == [0]
    assert sigmoid(Tensor(0.0)).item() == 0.5
    assert relu(Tensor(torch.tensor([-2.0, 3.0]))).tolist() == [0, 3]
    assert softsign(Tensor(torch.tensor([-3.0, 1.0]))).tolist() == [-0.75, 0.5]
    x = Tensor(0.0, True)
    sigmoid(x).backward()
    assert x.grad.item() == 0.25  # its greatest slope


def test_softsign_is_odd_and_flattens_more_slowly_than_tanh():
    x = random(50)
    torch.testing.assert_close(softsign(-x).data, -softsign(x).data)
    slopes = []
    for function in (softsign, tanh):
        far = Tensor(torch.tensor(5.0), True)
        function(far).backward()
        slopes.append(far.grad.item())
    assert slopes[0] > 100 * slopes[1]


def test_softsign_takes_floating_point_numbers():
    with pytest.raises(TypeError, match="softsign takes floating-point"):
        softsign(torch.tensor([1, 2]))


def test_a_step_passes_no_gradient():
    x = Tensor(torch.tensor([-1.0, 1.0]), True)
    step(x).sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_relu_at_zero_is_torchs_choice():
    assert_like_torch(relu, torch.relu, [torch.zeros(3, dtype=torch.float64)])


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_softmax(dim):
    x = random(3, 4)
    assert_like_torch(lambda x: softmax(x, dim), lambda x: torch.softmax(x, dim), [x])
    assert_like_torch(Softmax(dim), torch.nn.Softmax(dim), [x])
    assert_gradcheck(activation.SoftmaxFunction, x, dim)


def test_softmax_is_blind_to_a_shift_and_safe_from_overflow():
    x = random(5)
    torch.testing.assert_close(softmax(Tensor(x + 1000), 0).data, softmax(Tensor(x), 0).data)
    assert softmax(Tensor(torch.tensor([1e4, 0.0])), 0).tolist() == [1, 0]


def test_extreme_values_stay_finite():
    x = Tensor(torch.tensor([-1e4, 1e4]), True)
    for function in (sigmoid, tanh, softsign, relu):
        x.grad = None
        y = function(x)
        y.sum().backward()
        assert torch.isfinite(y.data).all()
        assert torch.isfinite(x.grad).all()


def test_softmax_over_nothing_is_refused():
    with pytest.raises(ValueError, match=r"at least one number along dim=1, got shape \(3, 0\)"):
        softmax(random(3, 0), 1)


def test_as_method_and_torch_function():
    x = random(3)
    assert_like_torch(lambda x: x.tanh() + torch.sigmoid(x), lambda x: x.tanh() + x.sigmoid(), [x])
    for theirs in (torch.nn.functional.relu, torch.nn.functional.softsign):
        assert_like_torch(theirs, theirs, [x])


def test_repr():
    assert repr(Softmax(1)) == "Softmax(dim=1)"


@pytest.mark.parametrize("dim", [0, -1])
def test_one_number_is_its_own_axis(dim):
    for name in ("softmax", "log_softmax"):
        ours, theirs = getattr(layers, name), getattr(torch, name)
        assert_like_torch(lambda x, f=ours: f(x, dim), lambda x, f=theirs: f(x, dim), [random()])
