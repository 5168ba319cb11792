"""EfficientNet and compound scaling: torch.nn's form as witness, published counts."""

import pytest
import torch

from dlcore.methods.measure.operations import parameters
from dlcore.models import EfficientNet, MBConv
from dlcore.models.vision.efficientnet import compound
from tests.models.vision.peers import assert_equal_nets, on_meta
from tests.oracle import random
from tests.torch_models import mobilenet as peer


@pytest.mark.parametrize(("width", "depth"), [(0.3, 0.4), (0.4, 1.2)])
def test_the_same_net_in_torch_agrees(width, depth):
    ours, theirs = EfficientNet(width, depth, 4), peer.efficientnet(width, depth, 4)
    assert_equal_nets(ours, theirs, 2, 3, 36, 36)


@pytest.mark.parametrize(
    ("name", "count"), [("b0", 5_288_548), ("b1", 7_794_184), ("b3", 12_233_232),
                        ("b7", 66_347_960)]
)  # fmt: skip
def test_parameters_are_torchvisions(name, count):
    assert parameters(on_meta(lambda: EfficientNet.variant(name))) == count


def test_compound_scaling_doubles():
    assert compound(0) == (1, 1, 1)
    depth, width, side = compound(1)
    assert (depth, width, side) == (1.2, 1.1, 1.15)
    assert depth * width**2 * side**2 == pytest.approx(1.92, abs=0.001)
    assert compound(3, 2.0, 3.0, 1.0) == (8, 27, 1)


def test_a_skip_stands_where_sizes_fit():
    x = random(2, 8, 6, 6)
    same = MBConv(8, 8).double().eval()
    torch.testing.assert_close(same(x).data, x + same.block(x).data)
    assert not MBConv(8, 8, stride=2).use_res_connect


def test_no_picture():
    assert EfficientNet(0.3, 0.4, 3).eval()(torch.zeros(0, 3, 32, 32)).shape == (0, 3)


def test_other_names_are_refused():
    with pytest.raises(ValueError, match=r"variants b0, b1, .*, got 'b9'"):
        EfficientNet.variant("b9")
