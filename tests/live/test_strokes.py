"""Drawings become pictures like those of the sets, and LeNet reads them; node draws."""

import json
import subprocess
from pathlib import Path

import pytest
import torch
import vendor
from train_live import LARGE, SMALL

from tests.live.committed import load
from tests.live.drawings import DRAWINGS, arc

STROKES = Path(__file__).resolve().parents[2] / "assets" / "live" / "dl-strokes.js"
RUN = f"""const Strokes = require({json.dumps(str(STROKES))});
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map((c) => Array.from(Strokes.picture(...c)))));"""


def pictures(drawings, settings):
    """The grey values (N, 1, side, side) of drawings, lists of strokes."""
    node = Path(vendor.npm()[0]).with_name("node")
    question = json.dumps([[strokes, settings] for strokes in drawings])
    done = subprocess.run([node, "-e", RUN], input=question, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return torch.tensor(json.loads(done.stdout)).view(-1, 1, settings["side"], settings["side"])


@pytest.fixture(scope="module")
def net():
    torch.set_num_threads(1)
    return load("lenet")


@pytest.fixture(scope="module")
def drawn():
    return pictures([strokes for _, strokes in DRAWINGS], LARGE)


NAMES = torch.tensor([name for name, _ in DRAWINGS])


def test_drawings_lie_where_mnist_has_its_digits(drawn):
    place = torch.arange(28) + 0.5
    for axis in (2, 3):
        profile = drawn.sum(5 - axis)[:, 0]
        centre = (profile * place).sum(1) / profile.sum(1)
        assert (centre - 14.5).abs().max() < 0.1
    sides = torch.stack([(drawn > 0).any(axis).sum(-1)[:, 0] for axis in (2, 3)])
    assert ((sides.amax(0) >= 20) & (sides.amax(0) <= 21)).all()
    assert 95 < drawn.sum((1, 2, 3)).mean() < 115, "MNIST's digits have 103 on average"


def test_small_pictures_have_as_much_ink_as_the_sets(drawn):
    small = pictures([strokes for _, strokes in DRAWINGS], SMALL)
    assert (small.sum((1, 2, 3)) * 16 - 312).abs().max() < 1e-3


@pytest.mark.parametrize("settings", [SMALL, LARGE])
def test_an_empty_board_is_paper_and_a_dot_is_ink(settings):
    empty, dot = pictures([[], [[[0.5, 0.5]]]], settings)
    assert empty.sum() == 0
    middle = settings["side"] // 2
    assert dot[0, middle, middle] == 1


@pytest.mark.parametrize("settings", [SMALL, LARGE])
def test_place_and_size_do_not_matter(settings):
    strokes = DRAWINGS[3][1]
    moved = [[(0.1 + x / 3, 0.4 + y / 3) for x, y in stroke] for stroke in strokes]
    before, after = pictures([strokes, moved], settings)
    assert (before - after).abs().mean() < 1e-3


def test_lenet_reads_the_drawings(net, drawn):
    assert (net(drawn).data.argmax(1) == NAMES).sum() >= 19


def test_lenet_misreads_digits_that_lie_on_their_side(net):
    for quarter in (lambda x, y: (1 - y, x), lambda x, y: (y, 1 - x)):
        turned = [[[quarter(*point) for point in s] for s in strokes] for _, strokes in DRAWINGS]
        assert (net(pictures(turned, LARGE)).data.argmax(1) == NAMES).sum() <= 10


def test_a_three_that_closes_becomes_an_eight(net):
    stages = [
        [
            arc(0.46, 0.3, 0.2, 0.17, 430 - closed - 60, 430)
            + arc(0.46, 0.66, 0.22, 0.19, -80, closed)
        ]
        for closed in range(160, 250, 10)
    ]
    answers = net(pictures(stages, LARGE)).data.argmax(1).tolist()
    assert (answers[0], answers[-1]) == (3, 8)
    assert answers == sorted(answers), "it changes its mind once"


def test_lenet_is_sure_of_a_letter(net):
    letter = [[(0.2, 0.9), (0.5, 0.1), (0.8, 0.9)], [(0.32, 0.6), (0.68, 0.6)]]
    assert net(pictures([letter], LARGE)).data.max() > 0.9
