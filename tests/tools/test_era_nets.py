"""Nets that read digits: every one gives ten scores, learns, and says what it costs."""

import era_nets
import pytest
import torch

from dlcore.data import digits

BY_NAME = {reader.name: reader for reader in era_nets.NETS}
DATA = digits(500, seed=0)


def made(name):
    make = BY_NAME[name].learn.args[0]
    torch.manual_seed(0)
    return make(DATA.x_train[:100]) if make is era_nets.dreamt else make()


@pytest.mark.parametrize("name", BY_NAME)
def test_a_net_gives_ten_scores_and_every_weight_has_a_gradient(name):
    net = made(name)
    scores = net(DATA.x_train[:8])
    assert scores.shape == (8, 10)
    BY_NAME[name].learn.args[1](scores, DATA.y_train[:8]).backward()
    assert all(p.grad is not None for p in net.parameters())


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("Sigmoid net 64-30-10", 64 * 30 + 30 * 10),
        ("Recurrent net, row by row", 8 * (8 * 64 + 64 * 64) + 64 * 10),
        ("LSTM, row by row", 8 * 4 * (8 * 48 + 48 * 48) + 48 * 10),
        ("LeNet", 64 * 16 * 25 + 16 * 32 * 16 * 25 + 128 * 10),
    ],
)
def test_operations_counted_by_hand(name, count):
    assert era_nets.operations(made(name)) == count


def test_attention_counts_the_products_between_its_rows():
    vit = made("Vision transformer")
    inside = era_nets.multiply_adds(vit, 1, 64)
    assert era_nets.operations(vit) - inside == 2 * 2 * 17 * 17 * 32


def test_a_net_learns_and_the_same_seed_gives_the_same(monkeypatch):
    monkeypatch.setattr(era_nets, "EPOCHS", 3)
    learn = BY_NAME["ReLU net 64-128-128-10"].learn
    first, again = (learn(DATA.x_train[:400], DATA.y_train[:400], 0.003, 7) for _ in range(2))
    answers = first.answer(DATA.x_test)
    assert (answers == DATA.y_test).float().mean() > 0.7
    assert (answers == again.answer(DATA.x_test)).all()
    assert first.parameters == 64 * 128 + 128 + 128 * 128 + 128 + 1290
