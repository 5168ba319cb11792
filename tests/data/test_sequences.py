import pytest
import torch

from dlcore import data

MAKERS = {
    "latch": lambda count, seed: data.latch(count, 5, seed=seed),
    "adding": lambda count, seed: data.adding(count, 6, seed=seed),
    "meter": lambda count, seed: data.meter(count, 30, seed=seed),
    "rhythms": lambda count, seed: data.rhythms(count, seed=seed),
    "rises": lambda count, seed: data.rises(count, 7, seed=seed),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_set_has_its_own_seed_and_leaves_the_global_generator_alone(make):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    x, y = make(20, 3)
    assert torch.equal(torch.rand(3), expected)
    assert x.dtype == torch.float32
    assert x.shape[1] == y.shape[-1] == 20
    assert torch.equal(x, make(20, 3).x)
    assert not torch.equal(x, make(20, 4).x)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_one_sequence_is_enough_and_none_is_refused(make):
    assert make(1, 0).x.shape[1] == 1
    with pytest.raises(ValueError, match="count must be at least 1, got 0"):
        make(0, 0)


def test_latch_asks_for_its_first_symbol():
    x, y = data.latch(200, lag=7, symbols=3)
    assert x.shape == (8, 200, 6)
    assert torch.equal(x[0].argmax(1), y)
    assert torch.equal(x.sum(2), torch.ones(8, 200))
    assert x[1:, :, :3].sum() == 0
    assert sorted(set(y.tolist())) == [0, 1, 2]
    with pytest.raises(ValueError, match="lag must be at least 1, got 0"):
        data.latch(3, lag=0)


def test_adding_marks_one_number_in_each_half():
    x, y = data.adding(300, 9)
    numbers, marks = x.unbind(2)
    assert marks[:4].sum(0).tolist() == marks[4:].sum(0).tolist() == [1] * 300
    assert torch.allclose((numbers * marks).sum(0), y)
    assert ((y - 1) ** 2).mean().item() == pytest.approx(1 / 6, abs=0.03)
    with pytest.raises(ValueError, match="length must be at least 2, got 1"):
        data.adding(3, 1)


def test_the_meter_adds_from_each_marker_on():
    x, y = data.meter(50, 100, gaps=(2, 5))
    amounts, marks = x.unbind(2)
    running = torch.zeros(50)
    for t in range(100):
        running = amounts[t] + running * (1 - marks[t])
        assert torch.allclose(5 * y[t], running, atol=1e-5)
    assert (marks[0] == 1).all()
    gaps = torch.cat([column.nonzero()[:, 0].diff() for column in marks.T])
    assert sorted(set(gaps.tolist())) == [2, 3, 4, 5]
    with pytest.raises(ValueError, match="shortest must be at least 1, got 0"):
        data.meter(3, 10, gaps=(0, 5))


def test_rhythms_beat_evenly():
    x, y = data.rhythms(100, interval=6, beats=4)
    assert x.shape == (24, 100, 1)
    for sequence, label in zip(x[:, :, 0].T, y.tolist(), strict=True):
        places = sequence.nonzero()[:, 0]
        assert set(places.diff().tolist()) == {6 - label}
        assert places[0] < 6
        assert places[-1] + 6 - label >= 24
    with pytest.raises(ValueError, match="interval must be at least 2, got 1"):
        data.rhythms(3, interval=1)


def test_rises_looks_one_step_ahead():
    x, y = data.rises(40, 9, symbols=4)
    numbers = x.argmax(2)
    assert torch.equal(y[:-1] == 1, numbers[1:] > numbers[:-1])
    assert (y[-1] == 0).all()
