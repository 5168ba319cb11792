"""The models as they are committed for the pages, read back into dlcore."""

import base64
import json

import find_shapes
import live_plane
import live_translator
import live_writer
import torch
import train_live

from dlcore.layers import Sequential, Sigmoid, Softmax
from dlcore.models import MLP, GridDetector, LeNet

NETS = {
    "digits-mlp": lambda: MLP(64, 30, 10, output=Sigmoid),
    "lenet": lambda: Sequential(*LeNet(), Softmax(dim=1)),
    "xor": lambda: MLP(2, 2, 1, output=Sigmoid),
    "dream": lambda: MLP(74, 64, 74),
    "grid-detector": lambda: Sequential(
        {name: find_shapes.as_layers(GridDetector(3, width=12)) for name in find_shapes.NETS}
    ),
    "writer": live_writer.empty,
    "latent-plane": live_plane.empty,
    "translator": lambda: live_translator.as_layers(live_translator.empty()),
}


def script(name):
    """What a model's script holds: {"about", "layers"}."""
    text = (train_live.MODELS / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text.partition(" = ")[2].removesuffix(";\n"))


def state(name):
    """The weights under their names in the state dict."""
    return {
        key: numbers(packed) for layer in script(name)["layers"] for key, packed in named(layer)
    }


def named(layer):
    """The weights of a script's layer with their full names; GPT's two tables are one layer."""
    prefix = f"{layer['name']}." if layer["name"] else ""
    tables = ".weight" if layer["type"] == "TokensAndPositions" else ""
    return [(f"{prefix}{key}{tables}", packed) for key, packed in layer["weights"].items()]


def numbers(packed):
    raw = bytearray(base64.b64decode(packed["half"]))
    return torch.frombuffer(raw, dtype=torch.float16).float().view(packed["shape"])


def load(name):
    """The model in dlcore with the weights that the page has."""
    net = NETS[name]().eval()
    missing, unknown = net.load_state_dict(state(name), strict=False)
    assert not unknown
    assert all(key.endswith("num_batches_tracked") for key in missing)  # which no page needs
    return net
