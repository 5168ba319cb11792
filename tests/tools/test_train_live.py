"""The models of the pages are those that the committed command trains, and as good as they say."""

import base64
import json

import pytest
import torch
import train_live
from bookpages.live import TAGS, read_about
from PIL import Image

from dlcore.data import digits, gate
from dlcore.methods import export_web, in_half

NETS = {"digits-mlp": train_live.digits_net, "xor": train_live.xor_net}


@pytest.fixture(scope="module", params=NETS)
def trained(request):
    """(name, the net trained anew)"""
    torch.set_num_threads(1)
    return request.param, NETS[request.param]()


def committed(name):
    text = (train_live.MODELS / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text.partition(" = ")[2].removesuffix(";\n"))


def numbers(name, layer, key):
    packed = committed(name)["layers"][layer]["weights"][key]
    raw = bytearray(base64.b64decode(packed["half"]))
    return torch.frombuffer(raw, dtype=torch.float16).float().view(packed["shape"])


def test_the_command_gives_the_committed_weights(trained):
    name, net = trained
    again = export_web(net)["layers"]
    assert [layer["type"] for layer in again] == [p["type"] for p in committed(name)["layers"]]
    for key, value in in_half(net).state_dict().items():
        layer, table = key.split(".")
        torch.testing.assert_close(numbers(name, int(layer), table), value, rtol=5e-3, atol=5e-3)


def test_the_page_tells_the_true_accuracy():
    about = read_about(train_live.MODELS / "digits-mlp.js")
    net = train_live.MLP(64, 30, 10, output=train_live.Sigmoid)
    net.load_state_dict(
        {key: numbers("digits-mlp", int(key[0]), key[2:]) for key in net.state_dict()}
    )
    data = digits()
    right = (net(data.x_test).data.argmax(1) == data.y_test).sum().item()
    assert (about["right"], about["tested"]) == (right, len(data.y_test))
    assert about["parameters"] == 64 * 30 + 30 + 30 * 10 + 10
    assert right / len(data.y_test) > 0.97


def test_examples_are_two_test_digits_of_each_kind():
    about, data = read_about(train_live.MODELS / "digits-mlp.js"), digits()
    for example in about["examples"]:
        levels = torch.tensor([int(letter, 17) / 16 for letter in example["pixels"]])
        (row,) = (data.x_test == levels).all(1).nonzero()[:, 0].tolist()
        assert example["name"] == str(data.y_test[row].item())
    assert sorted(example["name"] for example in about["examples"]) == sorted(2 * "0123456789")


def test_xor_is_learned():
    net = train_live.MLP(2, 2, 1, output=train_live.Sigmoid)
    net.load_state_dict({key: numbers("xor", int(key[0]), key[2:]) for key in net.state_dict()})
    table = gate("XOR")
    assert ((net(table.inputs).data[:, 0] - table.outputs).abs() < 0.1).all()
    assert all(p.data.abs().max() <= 10 for p in net.parameters()), "beyond the page's sliders"


@pytest.mark.parametrize("name", TAGS)
def test_a_picture_stands_in(name):
    with Image.open(train_live.MODELS / f"{name}.png") as picture:
        assert picture.width > 400
    assert len(read_about(train_live.MODELS / f"{name}.js")["alt"]) > 60
    assert (train_live.MODELS / f"{name}.js").stat().st_size < 20_000
