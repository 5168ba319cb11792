"""Models as plain data: which layers, which settings, and weights in half precision."""

import base64
import json

import numpy as np
import pytest
import torch

from dlcore import layers
from dlcore.layers import Linear, Sequential
from dlcore.methods.export.web import KINDS, export_web, in_half, parts, web_script
from dlcore.models import MLP
from tests.exported import MODELS, answer, batch, model


def test_weights_by_hand():
    layer = Linear(2, 1)
    layer.weight.data = torch.tensor([[1.0, -2.0]])
    layer.bias.data = torch.tensor([0.1])
    (only,) = export_web(layer)["layers"]
    assert (only["type"], only["name"], only["settings"]) == ("Linear", "", {})
    assert only["weights"]["weight"] == {
        "shape": [1, 2],
        "half": base64.b64encode(bytes([0x00, 0x3C, 0x00, 0xC0])).decode(),
    }
    bias = np.frombuffer(base64.b64decode(only["weights"]["bias"]["half"]), "<f2")
    assert bias == np.float16(0.1)


def test_parts_run_in_order_under_their_names():
    found = [(part.type, part.name) for part in parts(model("LeNet's kind"))]
    assert found == [
        ("Conv2d", "0.0"),
        ("Tanh", "0.1"),
        ("AvgPool2d", "0.2"),
        ("Flatten", "2"),
        ("Linear", "3"),
    ]


def test_settings_have_one_number_per_axis():
    (pool,) = parts(layers.AvgPool2d(3, padding=1))
    assert pool.settings["kernel_size"] == pool.settings["stride"] == (3, 3)
    assert pool.settings["padding"] == ((1, 1), (1, 1))
    (conv,) = parts(layers.Conv2d(1, 1, (2, 3), padding="same"))
    assert conv.settings["padding"] == ((0, 1), (1, 1))


def test_counters_stay_behind():
    (norm,) = parts(layers.BatchNorm2d(3))
    assert set(norm.weights) == {"weight", "bias", "running_mean", "running_var"}


@pytest.mark.parametrize("name", MODELS)
def test_plain_data_is_json(name):
    assert json.loads(json.dumps(export_web(model(name))))["layers"]


def test_every_exported_layer_is_among_the_models():
    found = {part.type for name in MODELS for part in parts(model(name))}
    assert found == set(KINDS)


@pytest.mark.parametrize("name", MODELS)
def test_half_precision_changes_little(name):
    whole, x = model(name), batch(name)
    before = answer(whole, x)
    torch.testing.assert_close(answer(in_half(whole), x), before, rtol=0, atol=0.02)
    torch.testing.assert_close(answer(whole, x), before, rtol=0, atol=0)


def test_half_precision_is_exact_for_its_own_numbers():
    torch.testing.assert_close(
        in_half(in_half(model("MLP"))).state_dict(), in_half(model("MLP")).state_dict()
    )


def test_script_names_the_model():
    text = web_script("digits", MLP(2, 1), accuracy=0.5)
    head, body = text.split(" = ", 1)
    assert head == 'DL.models["digits"]'
    data = json.loads(body.removesuffix(";\n"))
    assert data["about"] == {"accuracy": 0.5}
    assert [layer["type"] for layer in data["layers"]] == ["Linear"]


def test_unknown_layer_is_named_with_its_place():
    with pytest.raises(TypeError, match=r"'1.0' is SiLU: write its form in assets/live"):
        export_web(Sequential(Linear(2, 2), Sequential(layers.SiLU())))


def test_sequential_with_another_forward_is_unknown():
    class Doubled(Sequential):
        def forward(self, x):
            return 2 * super().forward(x)

    with pytest.raises(TypeError, match="'the model' is Doubled"):
        export_web(Doubled(Linear(2, 2)))


@pytest.mark.parametrize(
    ("layer", "complaint"),
    [
        (layers.BatchNorm1d(2, track_running_stats=False), "needs running statistics"),
        (layers.Conv2d(1, 1, 3, padding_mode="reflect"), "pads with zeros only"),
        (layers.AvgPool2d(2, divisor_override=3), "leave divisor_override out"),
        (layers.MaxPool2d(2, return_indices=True), "return_indices=False"),
        (layers.MultiheadAttention(4, 2), "batch_first=True"),
        (layers.MultiheadAttention(4, 2, kdim=3, batch_first=True), "without kdim"),
    ],
)
def test_settings_without_a_form_are_refused(layer, complaint):
    with pytest.raises(ValueError, match=complaint):
        export_web(Sequential(layer))


@pytest.mark.parametrize("value", [7e4, float("nan"), float("inf")])
def test_weights_that_do_not_fit_are_refused(value):
    layer = Linear(2, 1)
    layer.weight.data[0, 1] = value
    with pytest.raises(ValueError, match=r"0\.weight holds .* ends at 65504"):
        export_web(Sequential(layer))
