"""Keys and values that are kept: what is remembered, in which order, and that gradients pass."""

import torch

from dlcore import Tensor
from dlcore.models.language.seen import Seen
from tests.oracle import random


def test_new_ones_stand_behind_the_old():
    seen, x = Seen(), random(2, 3, 5, 4)
    assert len(seen) == 0
    keys, values = seen.extend(Tensor(x[:, :, :2]), Tensor(2 * x[:, :, :2]))
    assert len(seen) == 2
    assert torch.equal(keys.data, x[:, :, :2])
    keys, values = seen.extend(Tensor(x[:, :, 2:]), Tensor(2 * x[:, :, 2:]))
    assert len(seen) == 5
    assert torch.equal(keys.data, x)
    assert torch.equal(values.data, 2 * x)
    assert torch.equal(seen.keys.data, x)


def test_each_memory_is_its_own():
    one, other = Seen(), Seen()
    one.extend(Tensor(random(1, 1, 2, 3)), Tensor(random(1, 1, 2, 3)))
    assert (len(one), len(other)) == (2, 0)


def test_gradients_reach_what_was_kept():
    seen, early = Seen(), Tensor(random(1, 1, 2, 3), True)
    seen.extend(early, early)
    keys, values = seen.extend(Tensor(random(1, 1, 1, 3)), Tensor(random(1, 1, 1, 3)))
    probe = random(1, 1, 3, 3, seed=1)
    (keys + 2 * values).backward(probe)
    torch.testing.assert_close(early.grad, 3 * probe[:, :, :2])
