import pytest
import torch

from dlcore import Dropout, Dropout1d, Dropout2d, Dropout3d, Tensor
from dlcore.autodiff.bridge import to_torch
from dlcore.layers import dropout, dropout1d, dropout2d
from dlcore.layers.dropout import DropoutFunction, draw_mask
from tests.oracle import random


def test_kept_numbers_grow_and_the_share_of_dropped_ones_is_p():
    torch.manual_seed(0)
    x = torch.ones(100_000)
    y = dropout(x, 0.3).data
    torch.testing.assert_close(y.unique(), torch.tensor([0, 1 / 0.7]))
    assert abs((y == 0).double().mean().item() - 0.3) < 0.01
    assert abs(y.mean().item() - 1) < 0.01


def test_the_gradient_passes_where_the_number_did():
    x = Tensor(random(50), True)
    y = dropout(x, 0.5)
    y.backward(torch.ones(50).double())
    torch.testing.assert_close(x.grad * x.data, y.data)


def test_gradcheck():
    mask = draw_mask(random(4, 5), 0.4, (4, 5))
    function = to_torch(DropoutFunction)
    assert torch.autograd.gradcheck(
        lambda x: function.apply(x, mask), random(4, 5).requires_grad_()
    )


def test_evaluation_and_p_0_change_nothing():
    x = Tensor(random(5))
    assert dropout(x, 0.9, training=False) is x
    assert Dropout(0.9).eval()(x) is x
    assert Dropout(0.0)(x) is x
    assert torch.equal(dropout(x.data, 0.0).data, x.data)


def test_p_1_drops_everything_without_dividing_by_zero():
    x = Tensor(random(5), True)
    y = dropout(x, 1.0)
    y.backward(torch.ones(5).double())
    assert y.tolist() == x.grad.tolist() == [0] * 5


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(Dropout1d(), (8, 6, 5)), (Dropout2d(), (8, 6, 3, 4)), (Dropout3d(), (8, 6, 2, 3, 4))],
)
def test_channels_fall_as_a_whole(layer, shape):
    torch.manual_seed(1)
    y = layer(torch.ones(shape)).data.flatten(2)
    assert ((y == 0).all(2) | (y == 2).all(2)).all()
    assert 0 < (y == 0).double().mean() < 1


def test_the_seed_decides():
    x = random(100)
    torch.manual_seed(5)
    first = dropout(x).data
    torch.manual_seed(5)
    assert torch.equal(dropout(x).data, first)
    assert not torch.equal(dropout(x).data, first)


def test_torch_calls_arrive():
    assert isinstance(torch.nn.functional.dropout(Tensor(random(3)), 0.5, True), Tensor)


def test_bad_input():
    with pytest.raises(ValueError, match=r"dropout takes a probability .*got p=1.5"):
        dropout(random(3), 1.5)
    with pytest.raises(ValueError, match="Dropout2d takes a probability"):
        Dropout2d(-0.1)
    with pytest.raises(ValueError, match=r"dropout2d takes 4 axes \(N, C, …\), got shape \(3, 2\)"):
        dropout2d(random(3, 2))
    with pytest.raises(ValueError, match="dropout1d takes 3 axes"):
        dropout1d(random(3, 2))


def test_repr():
    assert repr(Dropout(0.1)) == repr(torch.nn.Dropout(0.1))
