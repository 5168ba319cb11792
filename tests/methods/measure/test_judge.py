"""The judge of generated pictures: real digits, copies, noise, a class left out, refusals."""

import math

import pytest
import torch

from dlcore.data import digits
from dlcore.methods.measure.judge import Judge, JudgeNet, even_classes, nearer


@pytest.fixture(scope="module")
def data():
    return digits()


@pytest.fixture(scope="module")
def judge(data):
    return Judge(data.x_train, data.y_train, data.x_test, epochs=4)


@pytest.fixture(scope="module")
def fresh(judge, data):
    return judge(data.x_test, data.y_test)


def test_fresh_digits_please_it(fresh):
    assert fresh.agree > 0.9
    assert fresh.sure > 0.7
    assert fresh.distance < 1
    assert fresh.classes == pytest.approx(10, abs=0.1)


def test_noise_does_not(judge, fresh):
    dice = torch.Generator().manual_seed(0)
    noise = judge(torch.rand(500, 64, generator=dice))
    assert noise.distance > 20 * fresh.distance
    assert math.isnan(noise.agree)


def test_copies_are_found(judge, data):
    assert judge(data.x_train).distance == pytest.approx(0, abs=1e-6)
    assert judge(data.x_train[:500]).nearer > 1000


def test_new_pictures_are_no_copies(data):
    assert nearer(data.x_train[500:], data.x_train, data.x_test) == pytest.approx(1, abs=0.05)


def test_nearer_by_hand():
    train, test = torch.tensor([[0.0, 0.0], [9, 9]]), torch.tensor([[3.0, 4.0]])
    x = torch.tensor([[0.0, 1.0], [0.0, 2.0]])
    to_test = (math.sqrt(18) + math.sqrt(13)) / 2
    assert nearer(x, train, test) == pytest.approx(to_test / 1.5)


def test_even_classes_by_hand():
    assert even_classes(torch.arange(40) % 10) == pytest.approx(10)
    assert even_classes(torch.full((7,), 3)) == pytest.approx(1)
    assert even_classes(torch.tensor([0, 0, 0, 1])) == pytest.approx(4 / 3**0.75)


def test_half_the_classes_are_noticed(judge, data, fresh):
    half = judge(data.x_test[data.y_test < 5])
    assert half.classes < 7
    assert half.distance > 2 * fresh.distance


def test_rows_or_pictures_inside_or_outside_the_range(judge, data):
    rows = data.x_test[:30]
    assert torch.equal(judge.features(rows), judge.features(rows.view(-1, 1, 8, 8)))
    assert torch.equal(judge.features(3 * rows), judge.features((3 * rows).clamp(0, 1)))


def test_features_have_a_mean_variance_of_one(judge, data):
    found = judge.features(data.x_train)
    assert found.shape == (1297, 32)
    assert found.var(0).mean().item() == pytest.approx(1, abs=1e-4)
    assert torch.equal(found, judge.reference)


def test_the_same_seed_makes_the_same_judge(data):
    few = data.x_train[:100], data.y_train[:100], data.x_test[:9]
    before = torch.get_rng_state()
    first, again = (Judge(*few, epochs=1, seed=3) for _ in range(2))
    other = Judge(*few, epochs=1, seed=4)
    assert torch.equal(torch.get_rng_state(), before)
    assert first(few[2]) == pytest.approx(again(few[2]), nan_ok=True)
    assert not torch.equal(first.net.head.weight.data, other.net.head.weight.data)


def test_larger_pictures():
    assert JudgeNet(16, 4)(torch.zeros(3, 1, 16, 16)).shape == (3, 4)


def test_what_does_not_fit(judge):
    with pytest.raises(ValueError, match=r"8 × 8 pixels.*got shape \(5, 63\)"):
        judge(torch.zeros(5, 63))
    with pytest.raises(ValueError, match=r"got shape \(5, 1, 4, 16\)"):
        judge.features(torch.zeros(5, 1, 4, 16))
    with pytest.raises(ValueError, match="8 × 8 pixels or more, got side=6"):
        JudgeNet(6)
