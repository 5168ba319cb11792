"""The JavaScript layers, run by node, agree with dlcore on the same half-precision weights."""

import json
import subprocess
from pathlib import Path

import pytest
import torch
import vendor

from dlcore.methods.export.web import KINDS, export_web, in_half
from tests.exported import MODELS, answer, batch, model

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ROOT / "assets" / "live" / "dl-layers.js"
RUN = Path(__file__).with_name("run_layers.js")


def in_node(cases):
    """The last layer's answer to each (model, x), as node computes it."""
    question = {
        "layers": str(LAYERS),
        "cases": [
            {"model": export_web(made), "shape": list(x.shape), "data": x.flatten().tolist()}
            for made, x in cases
        ],
    }
    node = Path(vendor.npm()[0]).with_name("node")
    done = subprocess.run(
        [node, RUN], input=json.dumps(question), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    last = [answers[-1] for answers in json.loads(done.stdout)]
    return [torch.tensor(y["data"]).reshape(y["shape"]) for y in last]


@pytest.fixture(scope="module")
def answers():
    """{name of the model: node's answer}, from one run of node."""
    return dict(zip(MODELS, in_node([(model(name), batch(name)) for name in MODELS]), strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_node_agrees(name, answers):
    expected = answer(in_half(model(name)), batch(name))
    torch.testing.assert_close(answers[name], expected, rtol=0, atol=1e-5)


def test_every_exported_layer_has_a_form_and_no_other():
    script = f"process.stdout.write(JSON.stringify(Object.keys(require({str(LAYERS)!r}).layers)))"
    node = Path(vendor.npm()[0]).with_name("node")
    listed = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout
    assert set(json.loads(listed)) == set(KINDS)


def test_every_half_precision_number_is_read():
    bits = torch.arange(65536, dtype=torch.int32).to(torch.int16)
    numbers = bits.view(torch.float16)
    numbers = numbers[numbers.isfinite()].float()
    layer = model("Linear without bias, on rows")
    layer.weight.data = numbers.view(-1, 1)
    (got,) = in_node([(layer, torch.ones(1, 1))])
    assert torch.equal(got[0], numbers)
