import copy

import pytest
import torch

from dlcore import Parameter
from dlcore.training import Adam, AdamW
from dlcore.training.fast_adam import BLOCK, adam_in_blocks
from dlcore.training.optim import Optimizer
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
    slow.update_all = lambda jobs, group: Optimizer.update_all(slow, jobs, group)
    for _ in range(5):
        fast.step()
        slow.step()
    for p, q in zip(ours, plain, strict=True):
        torch.testing.assert_close(p.data, q.data, rtol=0, atol=1e-12)
    for name, value in slow.state_dict().items():
        torch.testing.assert_close(fast.state_dict()[name], value, rtol=0, atol=1e-12)


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
    assert not adam_in_blocks(optimizer.decay, jobs, group)
    assert all(torch.equal(p.data, b) for p, b in zip(parameters, before, strict=True))
    optimizer.step()
    assert [s["step"].item() for s in optimizer.state] == [1, 2, 2, 2, 2]
