"""AlexNet: torch's form of the same layers, torchvision's keys and shapes, the paper's count."""

import pytest
import torch

from dlcore import no_grad
from dlcore.models import AlexNet, AlexNet2012
from tests.oracle import random
from tests.torch_models import alexnet as peer

TORCHVISION = {
    "features.0.weight": (64, 3, 11, 11),
    "features.0.bias": (64,),
    "features.3.weight": (192, 64, 5, 5),
    "features.3.bias": (192,),
    "features.6.weight": (384, 192, 3, 3),
    "features.6.bias": (384,),
    "features.8.weight": (256, 384, 3, 3),
    "features.8.bias": (256,),
    "features.10.weight": (256, 256, 3, 3),
    "features.10.bias": (256,),
    "classifier.1.weight": (4096, 9216),
    "classifier.1.bias": (4096,),
    "classifier.4.weight": (4096, 4096),
    "classifier.4.bias": (4096,),
    "classifier.6.weight": (1000, 4096),
    "classifier.6.bias": (1000,),
}


def on_meta(make):
    """The net without memory or numbers: shapes alone."""
    with torch.device("meta"):
        return make()


def count(net):
    return sum(parameter.data.numel() for parameter in net.parameters())


def test_keys_and_shapes_are_torchvisions():
    found = {key: tuple(value.shape) for key, value in on_meta(AlexNet).state_dict().items()}
    assert list(found.items()) == list(TORCHVISION.items())


def test_parameters():
    assert count(on_meta(AlexNet)) == 61_100_840
    assert count(on_meta(AlexNet2012)) == 60_965_224  # "60 million"
    assert count(on_meta(lambda: AlexNet2012(groups=1))) == 62_378_344


def test_places_and_channels_of_the_paper():
    net = on_meta(lambda: AlexNet2012(10))
    x = torch.zeros(1, 3, 227, 227, device="meta")
    sides, maps = [], []
    with no_grad():
        for layer in net.features:
            x = layer(x)
            if "weight" in dict(layer.named_parameters()):
                sides.append(x.shape[-1])
                maps.append(x.shape[1])
    assert sides == [55, 27, 13, 13, 13]
    assert maps == [96, 256, 384, 384, 256]
    assert tuple(x.shape) == (1, 256, 6, 6)


@pytest.mark.parametrize(
    ("ours", "theirs", "side"),
    [(AlexNet, peer.one_tower, 63), (AlexNet2012, peer.two_halves, 67)],
)
def test_features_equal_torchs(ours, theirs, side):
    mine, other = ours(2).features, theirs().double()
    mine.double().load_state_dict(other.state_dict())
    x = random(2, 3, side, side)
    y, expected = mine(x), other(x)
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=1e-10)
    probe = random(*expected.shape, seed=1)
    y.backward(probe), expected.backward(probe)
    others = dict(other.named_parameters())
    for name, parameter in mine.named_parameters():
        torch.testing.assert_close(parameter.grad, others[name].grad, rtol=1e-8, atol=1e-9)


def test_the_whole_net_is_features_pooling_and_three_linear_layers():
    torch.manual_seed(0)
    net = AlexNet(3)
    net.eval()
    x = random(1, 3, 63, 63).float()
    with no_grad():
        rows = torch.nn.functional.adaptive_avg_pool2d(net.features(x).data, 6).flatten(1)
        for number in (1, 4, 6):
            layer = net.classifier[number]
            rows = rows @ layer.weight.data.T + layer.bias.data
            rows = rows.relu() if number < 6 else rows
        torch.testing.assert_close(net(x).data, rows)


def test_dropout_is_where_the_paper_has_it():
    net = on_meta(lambda: AlexNet(dropout=0.25))
    dropped = [i for i, layer in enumerate(net.classifier) if type(layer).__name__ == "Dropout"]
    assert dropped == [0, 3]
    assert net.classifier[0].p == 0.25


def test_a_picture_that_is_too_small():
    net = on_meta(AlexNet)
    with pytest.raises(ValueError, match="kernel"):
        net(torch.zeros(1, 3, 20, 20, device="meta"))
