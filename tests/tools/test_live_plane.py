"""The plane of digits: trained as its page says, and each digit where its encoder puts it."""

import live_plane
import pytest
import torch
import train_live
from bookpages.live import read_about

from dlcore.data import digits
from dlcore.methods.export import export_web
from tests.live.committed import load, script

ABOUT = read_about(train_live.MODELS / "latent-plane.js")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def quick():
    return live_plane.vae(steps=60)


def test_the_command_learns(quick):
    x = digits().x_train
    assert live_plane.bound(quick, x) < live_plane.bound(live_plane.vae(steps=2), x) - 5
    fresh = export_web(live_plane.with_sigmoid(quick.decoder))["layers"]
    assert [part["type"] for part in fresh] == [
        part["type"] for part in script("latent-plane")["layers"]
    ]


def test_training_is_the_same_each_time():
    first, second = (live_plane.vae(steps=2) for _ in range(2))
    for key, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[key])


def test_what_the_page_says_of_a_net(quick):
    data, about = digits(), live_plane.about(quick)
    assert [len(row) // 2 for row in about["places"]] == data.y_train.bincount().tolist()
    third = (data.y_train == 3).nonzero()[0, 0]
    (place,) = live_plane.places(quick, data.x_train[third : third + 1])
    assert about["places"][3][:2] == pytest.approx((100 * place).tolist(), abs=2)  # in half there
    assert about["middles"][3][0] == pytest.approx(
        torch.tensor(about["places"][3][::2]).median().item() / 100, abs=0.011
    )
    assert about["parameters"] == sum(p.numel() for p in load("latent-plane").parameters())
    assert live_plane.picture(quick).alt.startswith("A square of 13 by 13 pictures")


def test_the_committed_decoder_makes_digits_at_their_places():
    """A digit that is put into the page's plane comes back: cheaper than the mean digit."""
    data, net = digits(), load("latent-plane")
    black = live_plane.black(data.x_train)
    order = torch.cat([(data.y_train == digit).nonzero()[:, 0] for digit in range(10)])
    places = torch.cat([torch.tensor(row) for row in ABOUT["places"]]).view(-1, 2) / 100
    chances = net(places).data.clamp(1e-4, 1 - 1e-4)
    share = black.mean(0).clamp(1e-4, 1 - 1e-4).expand_as(chances)
    cost = [
        torch.nn.functional.binary_cross_entropy(p, black[order], reduction="sum") / len(order)
        for p in (chances, share)
    ]
    assert cost[0] < 0.6 * cost[1]
    assert cost[0] < ABOUT["nats"] < ABOUT["nats_of_new"] < cost[1]


def test_where_a_digit_lives():
    class Fixed:
        """A net whose encoder knows the places."""

        def encode(self, x):
            return (type("Mean", (), {"data": x[:, :2]}),)

    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    data = type("Data", (), {"x_train": x, "y_train": torch.tensor([4, 7, 7, 4])})
    assert live_plane.lives_at(Fixed(), data, (1.0, 1.0), count=1) == 4
    assert live_plane.lives_at(Fixed(), data, (0.1, 0.0), count=1) == 4
    assert live_plane.lives_at(Fixed(), data, (0.0, 0.9), count=1) == 7
