"""Keys and values that are kept: what is remembered, in which order, and that gradients pass."""

import pytest
import torch

from dlcore import Tensor
from dlcore.layers import scaled_dot_product_attention
from dlcore.models.language.seen import Seen, likeliest, look_back, through
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


@pytest.mark.parametrize("last", [1, 2, 5])
def test_the_last_tokens_look_back_as_they_do_among_all(last):
    q, k, v = (random(2, 3, 5, 4, seed=seed) for seed in range(3))
    whole = scaled_dot_product_attention(Tensor(q), Tensor(k), Tensor(v), is_causal=True).data
    found = look_back(Tensor(q[:, :, -last:]), Tensor(k), Tensor(v)).data
    torch.testing.assert_close(found, whole[:, :, -last:], rtol=0, atol=1e-12)


def test_each_block_gets_its_own_memory():
    def block(x, seen):
        return [*x, seen]

    assert through([block, block], [], ["first", "second"]) == ["first", "second"]
    assert through([block, block], [], None) == [None, None]


def test_the_likeliest_follow_one_by_one():
    """A model whose next token is the sum of all that it has read, modulo 5."""

    class Adder:
        def start(self):
            return [0]

        def __call__(self, tokens, seen):
            read.append(tokens.shape[1])
            seen[0] = seen[0] + tokens.sum(1)
            logits = torch.nn.functional.one_hot(seen[0] % 5, 5)[:, None].double()
            return Tensor(logits, requires_grad=True)

    read = []
    found = likeliest(Adder(), torch.tensor([[1, 1], [2, 1]]), 3)
    assert found.tolist() == [[1, 1, 2, 4, 3], [2, 1, 3, 1, 2]]
    assert read == [2, 1, 1]
    assert likeliest(Adder(), torch.tensor([[4]]), 0).tolist() == [[4]]
