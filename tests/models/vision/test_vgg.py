"""VGG: torchvision's keys, shapes and counts; torch's form of the same layers."""

import math

import pytest
import torch

from dlcore.models import VGG
from dlcore.models.vision.vgg import PLANS, make_layers, vgg11, vgg13, vgg16, vgg19
from tests.oracle import random

CLASSIFIER = {
    "classifier.0.weight": (4096, 25088),
    "classifier.0.bias": (4096,),
    "classifier.3.weight": (4096, 4096),
    "classifier.3.bias": (4096,),
    "classifier.6.weight": (1000, 4096),
    "classifier.6.bias": (1000,),
}
CONVOLUTIONS = {  # torchvision's vgg16: place in `features`, channels before and after
    0: (3, 64), 2: (64, 64), 5: (64, 128), 7: (128, 128), 10: (128, 256), 12: (256, 256),
    14: (256, 256), 17: (256, 512), 19: (512, 512), 21: (512, 512), 24: (512, 512),
    26: (512, 512), 28: (512, 512),
}  # fmt: skip
WITH_NORM = {  # vgg11_bn
    0: (3, 64), 4: (64, 128), 8: (128, 256), 11: (256, 256), 15: (256, 512), 18: (512, 512),
    22: (512, 512), 25: (512, 512),
}  # fmt: skip


def on_meta(make):
    """The net without memory or numbers: shapes alone."""
    with torch.device("meta"):
        return make()


def shapes(net):
    return {key: tuple(value.shape) for key, value in net.state_dict().items()}


def test_keys_and_shapes_are_torchvisions():
    expected = {}
    for place, (before, after) in CONVOLUTIONS.items():
        expected[f"features.{place}.weight"] = (after, before, 3, 3)
        expected[f"features.{place}.bias"] = (after,)
    assert list(shapes(on_meta(vgg16)).items()) == list((expected | CLASSIFIER).items())


def test_keys_and_shapes_with_batch_norm():
    expected = {}
    for place, (before, after) in WITH_NORM.items():
        expected[f"features.{place}.weight"] = (after, before, 3, 3)
        expected[f"features.{place}.bias"] = (after,)
        for name in ("weight", "bias", "running_mean", "running_var"):
            expected[f"features.{place + 1}.{name}"] = (after,)
        expected[f"features.{place + 1}.num_batches_tracked"] = ()
    found = shapes(on_meta(lambda: vgg11(batch_norm=True)))
    assert list(found.items()) == list((expected | CLASSIFIER).items())


@pytest.mark.parametrize(
    ("make", "plain", "normed"),
    [
        (vgg11, 132_863_336, 132_868_840),
        (vgg13, 133_047_848, 133_053_736),
        (vgg16, 138_357_544, 138_365_992),
        (vgg19, 143_667_240, 143_678_248),
    ],
)
def test_parameters_are_torchvisions(make, plain, normed):
    for batch_norm, expected in ((False, plain), (True, normed)):
        net = on_meta(lambda norm=batch_norm: make(batch_norm=norm))
        assert sum(parameter.data.numel() for parameter in net.parameters()) == expected


def torch_form(plan, norm):
    """The same plan for torch.nn."""
    layers, before = [], 3
    for entry in plan:
        if entry == "M":
            layers.append(torch.nn.MaxPool2d(kernel_size=2, stride=2))
            continue
        layers.append(torch.nn.Conv2d(before, entry, kernel_size=3, padding=1))
        layers += [torch.nn.BatchNorm2d(entry)] if norm else []
        layers.append(torch.nn.ReLU(inplace=True))
        before = entry
    return torch.nn.Sequential(*layers)


@pytest.mark.parametrize("norm", [False, True])
def test_layers_equal_torchs(norm):
    plan = (4, "M", 6, 6, "M")
    mine, other = make_layers(plan, norm), torch_form(plan, norm).double()
    mine.double().load_state_dict(other.state_dict())
    x = random(2, 3, 9, 8)
    y, expected = mine(x), other(x)
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=1e-10)
    probe = random(*expected.shape, seed=1)
    y.backward(probe), expected.backward(probe)
    others = dict(other.named_parameters())
    for name, parameter in mine.named_parameters():
        torch.testing.assert_close(parameter.grad, others[name].grad, rtol=1e-8, atol=1e-9)


def test_weight_layers_are_as_many_as_the_name_says():
    layers = {"A": 11, "B": 13, "D": 16, "E": 19}
    for letter, number in layers.items():
        assert sum(entry != "M" for entry in PLANS[letter]) + 3 == number


def test_the_start():
    torch.manual_seed(0)
    features = make_layers((16, 32), in_channels=8)
    small = VGG(features, num_classes=2)
    wide = small.features[0].weight.data
    assert wide.std().item() == pytest.approx(math.sqrt(2 / (16 * 9)), rel=0.1)
    assert small.classifier[3].weight.data.std().item() == pytest.approx(0.01, rel=0.01)
    assert not small.features[0].bias.data.any()
    kept = make_layers((4,)).state_dict()
    features = make_layers((4,))
    features.load_state_dict(kept)
    VGG(features, num_classes=2, init_weights=False)
    assert torch.equal(features.state_dict()["0.weight"], kept["0.weight"])


@pytest.mark.parametrize("entry", ["m", 2.5, None])
def test_a_plan_with_something_else(entry):
    with pytest.raises(ValueError, match='numbers of channels and "M", got'):
        make_layers((4, entry))
