"""The page's Gibbs steps are dlcore's: the same chances, the same draws from the same numbers."""

import json
import subprocess
from pathlib import Path

import pytest
import torch
import vendor

from dlcore.models import RBM
from tests.live.committed import script, state

LIVE = Path(__file__).resolve().parents[2] / "assets" / "live"
RUN = """
const DL = require(LAYERS), Gibbs = require(GIBBS);
const { model, names, v, held, numbers } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const machine = Gibbs.machine(DL.net(model), names);
const random = () => numbers.shift();
const { h, chances, v: drawn } = Gibbs.step(machine, v, held, random);
const hidden = Gibbs.hidden(machine, Gibbs.hold(v, held));
process.stdout.write(JSON.stringify({ hidden, h, chances, drawn, left: numbers.length }));
"""


def machine():
    """The committed machine, in dlcore."""
    net = RBM(74, 64, names=10)
    weights = state("dream")
    net.weight, net.hidden_bias = weights["0.weight"], weights["0.bias"]
    net.visible_bias = weights["2.bias"]
    assert torch.equal(weights["2.weight"], net.weight.T), "both ways have the same ties"
    return net


def step(v, held, numbers):
    """One step of the page's machine, from v, with what is held and these random numbers."""
    names = {"LAYERS": str(LIVE / "dl-layers.js"), "GIBBS": str(LIVE / "dl-gibbs.js")}
    program = RUN
    for name, path in names.items():
        program = program.replace(name, json.dumps(path))
    question = {"model": script("dream"), "names": 10, "v": v, "held": held, "numbers": numbers}
    node = Path(vendor.npm()[0]).with_name("node")
    done = subprocess.run(
        [node, "-e", program], input=json.dumps(question), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def numbers():
    return torch.rand(64 + 64 + 1, generator=torch.Generator().manual_seed(3)).tolist()


def test_a_step_is_dlcores(numbers):
    net = machine()
    v = [float(i % 3 == 0) for i in range(64)] + [0.0] * 10
    v[64 + 7] = 1.0
    found = step(v, [None] * 74, numbers)
    hidden = net.hidden(torch.tensor([v]))[0]
    assert found["hidden"] == pytest.approx(hidden.tolist(), abs=1e-5)
    h = (torch.tensor(numbers[:64]) < hidden).float()
    assert found["h"] == h.int().tolist()
    chances = net.visible(h[None])[0]
    assert found["chances"] == pytest.approx(chances.tolist(), abs=1e-5)
    pixels = (torch.tensor(numbers[64:128]) < chances[:64]).int().tolist()
    assert found["drawn"][:64] == pixels
    name = int((chances[64:].cumsum(0) <= numbers[128]).sum())
    assert found["drawn"][64:] == [int(k == name) for k in range(10)]
    assert found["left"] == 0


def test_what_is_held_stays(numbers):
    held = [1, 0] + [None] * 62 + [0] * 10
    held[64 + 3] = 1
    found = step([0] * 74, held, numbers)
    assert found["drawn"][:2] == [1, 0]
    assert found["chances"][:2] == [1, 0]
    assert found["drawn"][64:] == held[64:]
    seen = torch.zeros(1, 74)
    seen[0, 0] = seen[0, 67] = 1
    assert found["hidden"] == pytest.approx(machine().hidden(seen)[0].tolist(), abs=1e-5)


def test_the_machine_of_the_page_dreams_the_names_it_is_asked_for():
    """Nearest test digit of the dreams: mostly of the name that was held."""
    from dlcore.data import digits

    net, data = machine(), digits()
    known = (data.x_test >= 0.5).float()
    dice = torch.Generator().manual_seed(0)
    wanted = torch.arange(10).repeat(20)
    names = torch.eye(10)[wanted]
    v = torch.cat([(torch.rand(200, 64, generator=dice) < 0.5).float(), names], 1)
    for _ in range(200):
        v, _ = net.gibbs(v, 1, dice)
        v[:, 64:] = names
    nearest = torch.cdist(v[:, :64], known, p=1).argmin(1)
    assert (data.y_test[nearest] == wanted).float().mean() > 0.7
