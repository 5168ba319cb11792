import copy

import pytest
import torch

import dlcore
from dlcore import Parameter
from dlcore.autodiff.faster import fastest
from dlcore.training import LAMB, Adam, AdamW
from dlcore.training.fast_adam import (
    BLOCK,
    AdamInBlocks,
    AdamWInBlocks,
    Arrangement,
    Pack,
    arrangements_of,
)
from tests.oracle import random

SHAPES = [(3,), (), (4, 5), (BLOCK + 7,), (0, 3)]


def group_of(kind, **options):
    parameters = [Parameter(random(*shape)) for shape in SHAPES]
    for i, p in enumerate(parameters):
        p.grad = random(*p.shape, seed=i + 1)
    return parameters, kind(parameters, **options)


@pytest.mark.parametrize("kind", [Adam, AdamW])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_equals_the_plain_form(kind, weight_decay):
    ours, fast = group_of(kind, weight_decay=weight_decay)
    plain, slow = group_of(kind, weight_decay=weight_decay)
    for _ in range(5):
        fast.step()
        with dlcore.plain():
            slow.step()
    for p, q in zip(ours, plain, strict=True):
        torch.testing.assert_close(p.data, q.data, rtol=0, atol=1e-12)
    for name, value in slow.state_dict().items():
        torch.testing.assert_close(fast.state_dict()[name], value, rtol=0, atol=1e-12)


class Halved(Adam):
    """A reader's own: half of Adam's step."""

    def update(self, weight, grad, state, group):
        weight.sub_(0.5 * group["lr"] * self.direction(weight, grad, state, group))


@pytest.mark.parametrize(
    ("kind", "form"),
    [(Adam, AdamInBlocks), (AdamW, AdamWInBlocks), (LAMB, LAMB), (Halved, Halved)],
)
def test_only_adam_and_adamw_run_in_blocks_and_neither_under_plain(kind, form):
    parameters, optimizer = group_of(kind)
    group = optimizer.param_groups[0]
    jobs = [(p.data, p.grad, s) for p, s in zip(parameters, optimizer.state, strict=True)]
    assert fastest(kind, optimizer, jobs, group) is form
    with dlcore.plain():
        assert fastest(kind, optimizer, jobs, group) is kind


def test_an_arrangement_is_kept_from_step_to_step():
    _, optimizer = group_of(Adam)
    optimizer.step()
    (first,) = arrangements_of(optimizer).values()
    optimizer.step()
    assert list(arrangements_of(optimizer).values()) == [first]


def test_a_transposed_weight_is_updated_as_well():
    p = Parameter(random(300, 400).T)
    p.grad = random(400, 300, seed=1)
    before = p.data.clone()
    Adam([p], lr=0.1).step()
    expected = before - 0.1 * p.grad / (p.grad.abs() + 1e-8)
    torch.testing.assert_close(p.data, expected, rtol=0, atol=1e-9)


def test_unequal_counts_are_left_to_the_plain_form():
    parameters, optimizer = group_of(Adam)
    parameters[0].grad = None
    optimizer.step()
    parameters[0].grad = random(3, seed=1)
    group = optimizer.param_groups[0]
    optimizer.prepare(parameters[0].data, optimizer.state[0], group)
    jobs = [(p.data, p.grad, s) for p, s in zip(parameters, optimizer.state, strict=True)]
    before = copy.deepcopy([p.data for p in parameters])
    assert not AdamInBlocks.suits(optimizer, jobs, group)
    assert all(torch.equal(p.data, b) for p, b in zip(parameters, before, strict=True))
    optimizer.step()
    assert [s["step"].item() for s in optimizer.state] == [1, 2, 2, 2, 2]


def test_small_weights_share_long_vectors_until_their_states_change():
    parameters, optimizer = group_of(Adam)
    optimizer.step()
    states = optimizer.state
    first, other = states[0]["exp_avg"], states[2]["exp_avg"]
    assert first.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()
    assert states[3]["exp_avg"].numel() > BLOCK
    assert states[3]["exp_avg"].untyped_storage().data_ptr() != first.untyped_storage().data_ptr()
    kept = {name: value.clone() for name, value in optimizer.state_dict().items()}
    before = [p.data.clone() for p in parameters]
    optimizer.step()
    once = [p.data.clone() for p in parameters]
    for p, value in zip(parameters, before, strict=True):
        p.data.copy_(value)
    optimizer.load_state_dict(kept)
    optimizer.step()  # from other tensors with the same numbers: a new pack
    assert all(torch.equal(p.data, value) for p, value in zip(parameters, once, strict=True))


def test_weights_of_several_dtypes_and_a_missing_gradient():
    parameters = [Parameter(random(3)), Parameter(random(4).float()), Parameter(random(5))]
    plain = [Parameter(p.data.clone()) for p in parameters]
    fast, slow = Adam(parameters), Adam(plain)
    for step in range(4):
        for i, (p, q) in enumerate(zip(parameters, plain, strict=True)):
            p.grad = None if i == step == 2 else random(*p.shape, seed=i + step).to(p.dtype)
            q.grad = p.grad
        fast.step()
        with dlcore.plain():
            slow.step()
    for p, q in zip(parameters, plain, strict=True):
        torch.testing.assert_close(p.data, q.data, rtol=0, atol=1e-6)


def test_a_pack_longer_than_a_block():
    weights = [random(BLOCK - 1), random(BLOCK - 2)]
    states = [{"exp_avg": w * 0, "exp_avg_sq": w * 0, "step": torch.tensor(0.0)} for w in weights]
    jobs = [(w, random(*w.shape), s) for w, s in zip(weights, states, strict=True)]
    pack = Pack(jobs)
    before = [w.clone() for w in weights]
    assert len(pack.blocks) == 2
    arrangement = Arrangement(jobs)
    assert arrangement.fits(jobs)
    assert not arrangement.fits(jobs[:1])
    pack.update(jobs, 0.9, 0.999, 0.01, 1e-8)
    for w, old, (_, grad, _) in zip(weights, before, jobs, strict=True):
        change = 0.01 * 0.1 * grad / ((0.001 * grad * grad).sqrt() + 1e-8)
        torch.testing.assert_close(w, old - change, rtol=0, atol=1e-12)
