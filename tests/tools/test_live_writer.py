"""The GPT of the page: trained as it says, and as good as it says."""

import live_writer
import pytest
import torch
import train_live
from bookpages.live import read_about

from dlcore.data.coriolanus import OPENING
from dlcore.methods.export import export_web
from tests.live.committed import load, script

ABOUT = read_about(train_live.MODELS / "writer.js")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def test_the_command_learns():
    start = live_writer.nats(live_writer.writer(steps=2), OPENING[:1000])
    net = live_writer.writer(steps=40)
    assert live_writer.nats(net, OPENING[:1000]) < start - 0.5
    fresh = export_web(net)["layers"]
    assert [part["type"] for part in fresh] == [part["type"] for part in script("writer")["layers"]]


def test_training_is_the_same_each_time():
    first, second = (live_writer.writer(steps=2) for _ in range(2))
    for key, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[key])


def test_the_page_tells_the_true_nats():
    net, read = load("writer"), OPENING[: -live_writer.KEPT_BACK]
    assert ABOUT["text"] == read
    assert live_writer.nats(net, read) == pytest.approx(ABOUT["nats"], abs=2e-3)
    new = live_writer.nats(net, OPENING[-live_writer.KEPT_BACK :])
    assert new == pytest.approx(ABOUT["nats_of_new"], abs=2e-2)
    assert ABOUT["parameters"] == sum(p.numel() for p in net.parameters())
    assert ABOUT["letters"] == live_writer.LETTERS


def test_it_has_learned_by_heart():
    net = load("writer")
    assert ABOUT["nats"] < 0.5 < ABOUT["nats_of_new"]
    begun = OPENING[:40]
    assert live_writer.greedy(net, begun, 100) == OPENING[:140]


def test_letters_and_numbers_go_both_ways():
    assert live_writer.letters(live_writer.numbers("Rome\n").tolist()) == "Rome\n"
