import pytest
import torch

from dlcore import Parameter
from dlcore.training import clip_grad_norm_, clip_grad_value_
from dlcore.training.clip import parameters_to_vector, vector_to_parameters
from tests.oracle import random


def pairs():
    shapes = ((4, 3), (3,), (2,))
    ours = [Parameter(random(*s)) for s in shapes]
    theirs = [torch.nn.Parameter(random(*s)) for s in shapes]
    for i, (p, q) in enumerate(zip(ours[:2], theirs[:2], strict=True)):  # the last has none
        p.grad, q.grad = random(*p.shape, seed=i), random(*p.shape, seed=i)
    return ours, theirs


@pytest.mark.parametrize("norm_type", [1.0, 2.0, float("inf")])
@pytest.mark.parametrize("max_norm", [0.0, 0.5, 100.0])
def test_norm_like_torch(max_norm, norm_type):
    ours, theirs = pairs()
    norm = clip_grad_norm_(ours, max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    torch.testing.assert_close(norm, expected)
    for p, q in zip(ours[:2], theirs[:2], strict=True):
        torch.testing.assert_close(p.grad, q.grad)


def test_value_like_torch():
    ours, theirs = pairs()
    clip_grad_value_(ours, 0.3)
    torch.nn.utils.clip_grad_value_(theirs, 0.3)
    for p, q in zip(ours[:2], theirs[:2], strict=True):
        torch.testing.assert_close(p.grad, q.grad)


def test_one_parameter_and_none():
    p = Parameter(torch.ones(2))
    p.grad = torch.tensor([3.0, 4.0])
    assert clip_grad_norm_(p, 1.0).item() == 5
    torch.testing.assert_close(p.grad, torch.tensor([0.6, 0.8]))
    assert clip_grad_norm_([Parameter(torch.ones(2))], 1.0).item() == 0


def test_the_direction_stays():
    ours, _ = pairs()
    before = ours[0].grad.clone()
    clip_grad_norm_(ours, 0.1)
    ratio = ours[0].grad / before
    torch.testing.assert_close(ratio, ratio.flatten()[0].expand_as(ratio))


def test_bad_limits():
    with pytest.raises(ValueError, match="max_norm ≥ 0, got -1"):
        clip_grad_norm_([], -1)
    with pytest.raises(ValueError, match="clip_value ≥ 0, got nan"):
        clip_grad_value_([], float("nan"))


def test_parameters_as_one_row_and_back():
    parameters = [Parameter(torch.ones(2, 2)), Parameter(torch.zeros(3))]
    row = parameters_to_vector(parameters)
    row.sum().backward()
    assert row.tolist() == [1, 1, 1, 1, 0, 0, 0]
    assert parameters[1].grad.tolist() == [1, 1, 1]
    memory = parameters[0].data
    vector_to_parameters(torch.arange(7.0), parameters)
    assert parameters[0].data is memory
    assert memory.tolist() == [[0, 1], [2, 3]]
    assert parameters[1].tolist() == [4, 5, 6]


def test_gradients_with_a_history_are_clipped_as_numbers():
    ours, numbers = Parameter(random(4)), random(4)
    (ours**3).sum().backward(create_graph=True)
    norm = clip_grad_norm_([ours], 0.5)
    gradient = 3 * numbers**2
    assert type(norm) is torch.Tensor
    torch.testing.assert_close(norm, gradient.norm())
    shrunk = gradient * 0.5 / (gradient.norm() + 1e-6)
    torch.testing.assert_close(torch.as_tensor(ours.grad.data), shrunk)
