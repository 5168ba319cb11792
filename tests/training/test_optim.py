import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import Tensor
from dlcore.layers import Linear, Parameter
from dlcore.training import SGD


def trajectories(steps=12, groups=None, **options):
    """The same noisy gradients on float64 weights, through dlcore's SGD and torch's."""
    source = torch.Generator().manual_seed(0)
    starts = [
        torch.randn(shape, generator=source, dtype=torch.float64) for shape in [(3, 4), (5,), ()]
    ]
    ours = [Parameter(start.clone()) for start in starts]
    theirs = [torch.nn.Parameter(start.clone()) for start in starts]
    groups = groups or [{}]

    def dealt(params):
        return [{"params": params[i :: len(groups)], **group} for i, group in enumerate(groups)]

    mine, peer = SGD(dealt(ours), **options), torch.optim.SGD(dealt(theirs), **options)
    for _ in range(steps):
        for our, their in zip(ours, theirs):
            noise = torch.randn(our.shape, generator=source, dtype=torch.float64)
            our.grad, their.grad = our.data + noise, their.detach() + noise
        mine.step()
        peer.step()
    return ours, theirs


def assert_equal(ours, theirs):
    for our, their in zip(ours, theirs):
        torch.testing.assert_close(our.data, their.detach(), rtol=1e-12, atol=1e-12)


@settings(deadline=None)
@given(
    lr=st.sampled_from([0.0, 0.01, 0.5]),
    momentum=st.sampled_from([0.0, 0.5, 0.9]),
    dampening=st.sampled_from([0.0, 0.3]),
    weight_decay=st.sampled_from([0.0, 0.1]),
    nesterov=st.booleans(),
    maximize=st.booleans(),
)
def test_the_trajectory_is_torchs(lr, momentum, dampening, weight_decay, nesterov, maximize):
    options = {"momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
    if nesterov:
        options.update(momentum=momentum or 0.9, dampening=0.0, nesterov=True)
    assert_equal(*trajectories(lr=lr, maximize=maximize, **options))


def test_defaults_are_torchs():
    assert_equal(*trajectories())
    given_to_torch = torch.optim.SGD([torch.zeros(1)]).defaults
    given_to_us = SGD([Parameter(torch.zeros(1))]).settings()[0]
    assert given_to_us == {name: given_to_torch[name] for name in given_to_us}


def test_groups_override_settings():
    groups = [{"lr": 0.1}, {"momentum": 0.8, "weight_decay": 0.2}]
    assert_equal(*trajectories(groups=groups, lr=0.3))


def test_one_step_by_hand():
    w = Parameter(torch.tensor([1.0, -2.0]))
    optimizer = SGD([w], lr=0.1, momentum=0.5)
    w.grad = torch.tensor([10.0, 0.0])
    optimizer.step()
    assert w.data.tolist() == pytest.approx([0.0, -2.0], abs=1e-6)
    optimizer.step()  # momentum: 0.5 · 10 + 10 = 15
    assert w.data.tolist() == pytest.approx([-1.5, -2.0])


def test_parameters_without_a_gradient_stay_as_they_are():
    w, v = Parameter(torch.ones(2)), Parameter(torch.ones(2))
    optimizer = SGD([w, v], lr=1, momentum=0.9, weight_decay=0.1)
    w.grad = torch.ones(2)
    optimizer.step()
    assert v.data.tolist() == [1, 1]
    assert list(optimizer.state_dict()) == ["0.momentum_buffer"]


def test_zero_grad_forgets():
    layer = Linear(2, 1)
    layer(torch.ones(1, 2)).sum().backward()
    optimizer = SGD(layer.parameters())
    optimizer.zero_grad()
    assert all(p.grad is None for p in layer.parameters())


def test_a_restored_state_continues_the_trajectory():
    def made():
        torch.manual_seed(0)
        layer = Linear(3, 2)
        return layer, SGD(layer.parameters(), lr=0.1, momentum=0.9)

    def walk(layer, optimizer, steps):
        for k in steps:
            for p in layer.parameters():
                p.grad = torch.full_like(p.data, k + 1.0)
            optimizer.step()

    whole, broken = made(), made()
    walk(*whole, range(6))
    walk(*broken, range(3))
    saved = {name: tensor.clone() for name, tensor in broken[1].state_dict().items()}
    walk(*broken, range(50))
    again = made()
    walk(*again, range(3))
    again[1].state = [{}, {}]
    again[1].load_state_dict(saved)
    walk(*again, range(3, 6))
    for p, q in zip(whole[0].parameters(), again[0].parameters()):
        assert torch.equal(p.data, q.data)
    assert saved["0.momentum_buffer"].shape == (2, 3)


def test_loading_copies():
    w = Parameter(torch.zeros(2))
    optimizer = SGD([w], momentum=0.9)
    saved = {"0.momentum_buffer": torch.ones(2)}
    optimizer.load_state_dict(saved)
    w.grad = torch.ones(2)
    optimizer.step()
    assert saved["0.momentum_buffer"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"2.momentum_buffer": torch.zeros(2)}, "none of the 1 parameters"),
        ({"momentum_buffer": torch.zeros(2)}, "none of the 1 parameters"),
        ({"0.momentum_buffer": torch.zeros(3)}, r"shape \(3,\), its parameter \(2,\)"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(state, message):
    optimizer = SGD([Parameter(torch.zeros(2))], momentum=0.9)
    optimizer.load_state_dict({"0.momentum_buffer": torch.ones(2)})
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(state)
    assert optimizer.state_dict()["0.momentum_buffer"].tolist() == [1, 1]


def sgd(**options):
    return SGD([Parameter(torch.zeros(1))], **options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sgd(lr=-1), ValueError, r"SGD\(lr=-1\) must not be negative"),
        (lambda: sgd(lr=float("nan")), ValueError, r"lr=nan"),
        (lambda: sgd(momentum=-0.1), ValueError, r"momentum=-0\.1"),
        (lambda: sgd(weight_decay=-2), ValueError, r"weight_decay=-2"),
        (lambda: sgd(nesterov=True), ValueError, "needs momentum > 0 and dampening=0"),
        (
            lambda: sgd(nesterov=True, momentum=0.9, dampening=0.1),
            ValueError,
            r"dampening=0\.1",
        ),
        (lambda: SGD([]), ValueError, r"no parameters: pass model\.parameters\(\)"),
        (lambda: SGD(Parameter(torch.zeros(1))), TypeError, r"one tensor: write \[tensor\]"),
        (lambda: SGD(["w"]), TypeError, "can only change Parameters, got str"),
        (lambda: SGD([torch.zeros(1)]), TypeError, "got Tensor: pass model"),
        (
            lambda: SGD([Tensor(torch.ones(1), True) * 2]),
            TypeError,
            "got a result of a computation",
        ),
        (
            lambda: SGD([{"params": [Parameter(torch.zeros(1))], "rate": 1}]),
            ValueError,
            "no setting 'rate': it knows lr, momentum",
        ),
    ],
)
def test_bad_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_parameter_listed_twice():
    w = Parameter(torch.zeros(1))
    with pytest.raises(ValueError, match="same parameter twice"):
        SGD([{"params": [w]}, {"params": w, "lr": 1}])
