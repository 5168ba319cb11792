"""ONNX graphs, run by onnxruntime, give what dlcore gives."""

import sys

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from dlcore import layers
from dlcore.methods.export.onnx_graph import OPERATORS, export_onnx
from dlcore.methods.export.web import KINDS
from dlcore.models import MLP
from tests.exported import MODELS, answer, batch, model


def run(path, x):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(["y"], {"x": x.numpy()})[0]


@pytest.mark.parametrize("name", MODELS)
def test_onnxruntime_agrees(name, tmp_path):
    made, x = model(name), batch(name)
    export_onnx(made, tmp_path / "model.onnx", MODELS[name][1])
    for inputs in (x, x[:1], torch.cat([x, x])):  # a batch of any size
        expected = answer(made, inputs).numpy()
        got = run(tmp_path / "model.onnx", inputs)
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


def test_every_exported_layer_has_an_operator():
    assert set(OPERATORS) == set(KINDS)


def test_the_file_says_where_it_comes_from_and_nothing_else_is_left(tmp_path):
    export_onnx(MLP(4, 3, 2), tmp_path / "mlp.onnx", (4,))
    file = onnx.load(tmp_path / "mlp.onnx")
    assert file.producer_name == "dlcore"
    assert [node.op_type for node in file.graph.node] == [
        "MatMul", "Add", "Sigmoid", "MatMul", "Add", "Identity"
    ]  # fmt: skip
    assert file.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"
    assert [path.name for path in tmp_path.iterdir()] == ["mlp.onnx"]


def test_a_shape_that_does_not_fit_is_refused(tmp_path):
    with pytest.raises(onnx.shape_inference.InferenceError, match="Incompatible dimensions"):
        export_onnx(MLP(4, 3, 2), tmp_path / "mlp.onnx", (5,))
    assert list(tmp_path.iterdir()) == []


def test_flattening_other_axes_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"use Flatten\(\)"):
        export_onnx(layers.Flatten(2), tmp_path / "flat.onnx", (2, 3, 4))


def test_without_onnx_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match="pip install onnx"):
        export_onnx(MLP(2, 1), tmp_path / "mlp.onnx", (2,))
