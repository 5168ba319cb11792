from itertools import chain
from typing import Any, cast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlcore.data import Batches, split


def rows(batches, k, start=0):
    return [batch[0].tolist() for batch in batches.epoch(k, start)]


@given(
    n=st.integers(1, 50),
    size=st.integers(1, 60),
    shuffle=st.booleans(),
    seed=st.integers(0, 2**40),
    epoch=st.integers(0, 1000),
)
def test_an_epoch_deals_every_row_once(n, size, shuffle, seed, epoch):
    batches = Batches(torch.arange(n), batch_size=size, shuffle=shuffle, seed=seed)
    dealt = rows(batches, epoch)
    assert len(dealt) == len(batches)
    assert all(len(batch) == size for batch in dealt[:-1])
    assert sorted(chain.from_iterable(dealt)) == list(range(n))
    start = epoch % len(batches)
    assert rows(batches, epoch, start) == dealt[start:]


def test_rows_of_all_tensors_stay_together():
    x, y = torch.rand(20, 3, 2), torch.arange(20)
    for part, names in Batches(x, y, batch_size=6).epoch(2):
        assert torch.equal(part, x[names])


def test_the_order_is_a_function_of_seed_and_epoch_alone():
    def order(seed, k):
        return list(chain.from_iterable(rows(Batches(torch.arange(30), seed=seed), k)))

    expected = order(0, 3)
    torch.manual_seed(123)
    torch.rand(5)
    assert order(0, 3) == expected
    # neighbouring seeds and epochs, seeds that agree in 32 bits, both exchanged
    others = [order(0, 2), order(0, 4), order(1, 3), order(2**32, 3), order(3, 0)]
    assert len({tuple(other) for other in [expected, *others]}) == 6


def test_drawing_batches_leaves_the_global_generator_alone():
    torch.manual_seed(0)
    expected = torch.rand(2)
    torch.manual_seed(0)
    rows(Batches(torch.arange(9)), 0)
    assert torch.equal(torch.rand(2), expected)


def test_without_shuffling_rows_come_in_order():
    assert rows(Batches(torch.arange(5), batch_size=2, shuffle=False), 9) == [[0, 1], [2, 3], [4]]


def test_drop_last():
    batches = Batches(torch.arange(10), batch_size=4, shuffle=False, drop_last=True)
    assert len(batches) == 2
    assert rows(batches, 0) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_settings_name_all_that_the_order_depends_on():
    settings = Batches(torch.arange(10), batch_size=4, seed=3).settings()
    assert settings == {
        "examples": 10,
        "batch_size": 4,
        "shuffle": True,
        "seed": 3,
        "drop_last": False,
    }


def test_iterating_without_an_epoch_is_refused():
    with pytest.raises(TypeError, match=r"loop over batches\.epoch\(k\)"):
        iter(Batches(torch.arange(3)))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Batches(), ValueError, r"no tensors.*Batches\(x, y\)"),
        (lambda: Batches(torch.zeros(0, 3)), ValueError, r"no examples.*\(0, 3\)"),
        (lambda: Batches(torch.zeros(3), torch.zeros(4)), ValueError, r"lengths \[3, 4\]"),
        (lambda: Batches(torch.zeros(3), batch_size=0), ValueError, "at least 1, got 0"),
        (lambda: Batches(torch.tensor(1.0)), ValueError, r"without rows, of shape \(\)"),
        (lambda: Batches(cast(Any, [1, 2])), TypeError, "plain torch tensors, got list"),
        (
            lambda: Batches(torch.zeros(3), batch_size=4, drop_last=True),
            ValueError,
            "leaves no batch: 3 examples",
        ),
    ],
)
def test_bad_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()


@given(n=st.integers(5, 200), seed=st.integers(0, 2**40))
def test_split_gives_every_row_to_one_part(n, seed):
    x = torch.arange(n)
    parts = split(x, 2 * x, sizes=(0.6, 0.2, 0.2), seed=seed)
    assert sorted(torch.cat([part[0] for part in parts]).tolist()) == x.tolist()
    assert all(torch.equal(b, 2 * a) for a, b in parts)
    assert [len(part[0]) for part in parts[:2]] == [round(0.6 * n), round(0.2 * n)]


def test_split_depends_on_its_seed_alone():
    x = torch.arange(100)
    (first, _), (again, _), (other, _) = (split(x, sizes=(70, 30), seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first[0], again[0])
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize(
    ("sizes", "complaint"),
    [
        ((0.6, 0.2), "adds up to 0.8, not to 1"),
        ((5, 4), "adds up to 9, not to the 10 examples"),
        ((0.99, 0.01), "leaves a part of 10 examples empty"),
        ((10, 0), "leaves a part of 10 examples empty"),
    ],
)
def test_split_refuses_sizes_that_do_not_fit(sizes, complaint):
    with pytest.raises(ValueError, match=complaint):
        split(torch.arange(10), sizes=sizes)


def test_split_refuses_tensors_that_do_not_belong_together():
    with pytest.raises(ValueError, match="split got tensors of different lengths"):
        split(torch.arange(10), torch.arange(9))
