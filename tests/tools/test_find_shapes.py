"""The detectors of the page: trained as they say, and as good as they say."""

import base64

import find_shapes
import pytest
import torch
import train_live
from bookpages.live import read_about

from dlcore.data.tiny_shapes import OUTLINES
from dlcore.methods.export import export_web
from dlcore.methods.measure import detection
from tests.live.committed import load, script

ABOUT = read_about(train_live.MODELS / "grid-detector.js")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def tested():
    return find_shapes.pictures(ABOUT["tested"], 20_000)


@pytest.fixture(scope="module")
def nets():
    return dict(load("grid-detector").parts())


def test_the_command_learns():
    net = find_shapes.detector(*find_shapes.NETS["one"], steps=100, examples=600)
    made, true = find_shapes.pictures(60, 1)
    found = find_shapes.detect(net, made.x)
    assert detection.mean_average_precision(found, true, 3, [0.5]).mean() > 0.3
    committed = [part for part in script("grid-detector")["layers"] if part["name"][:3] == "one"]
    fresh = export_web(find_shapes.as_layers(net))["layers"]
    assert [part["type"] for part in fresh] == [part["type"] for part in committed]


def test_a_detector_comes_back_from_its_layers(nets):
    x = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    raw = find_shapes.as_detector(nets["nine"])(x).data
    rows = nets["nine"](x).data.flatten(2).transpose(1, 2)
    assert torch.equal(raw, rows)


@pytest.mark.parametrize("name", find_shapes.NETS)
def test_the_page_tells_the_true_hits(name, nets, tested):
    made, true = tested
    assert ABOUT["shapes"] == sum(len(one["labels"]) for one in true)
    net = find_shapes.as_detector(nets[name])
    for overlap, least in ((0.5, 0.4), (None, 0.4), (0.2, 0.8)):
        found = find_shapes.detect(net, made.x, least=least, overlap=overlap)
        row = ABOUT["counts"][name][find_shapes.OVERLAP.index(overlap)]
        boxes, hits = row[find_shapes.LEAST.index(least)]
        assert abs(boxes - sum(len(one["scores"]) for one in found)) <= 2  # where a score is a tie
        right = 0
        for label in range(3):
            pairs, _ = detection.overlaps(found, true, label)
            right += int(detection.ranked(pairs, 0.5)[1].sum())
        assert abs(hits - right) <= 2


def test_it_is_worth_drawing_for():
    boxes, hits = ABOUT["counts"]["one"][4][7]  # suppression at 0.5, lowest score 0.4
    assert hits / ABOUT["shapes"] > 0.9
    assert hits / boxes > 0.9


def test_suppression_is_worth_more_where_nine_cells_answer():
    """As the chapter has it: of the boxes above 0.4 without suppression, how many are doubles?"""
    lost = {}
    for name, counts in ABOUT["counts"].items():
        (kept, _), (every, _) = counts[4][7], counts[-1][7]
        lost[name] = 1 - kept / every
    assert lost["one"] < 0.05
    assert lost["nine"] > 0.5


def test_the_scenes_of_the_page_are_the_first_that_were_tested(tested):
    made, true = tested
    for i, scene in enumerate(ABOUT["scenes"]):
        pixels = torch.frombuffer(bytearray(base64.b64decode(scene["pixels"])), dtype=torch.uint8)
        assert (pixels.float() / 255 - made.x[i].flatten()).abs().max() <= 0.5 / 255 + 1e-6
        assert scene["boxes"] == true[i]["boxes"].tolist()


def test_the_pages_ink_is_like_that_of_the_scenes():
    """Shade of filled shapes, grey and noise around them, against the pictures themselves."""
    made, _ = find_shapes.pictures(400, 3)
    look, x = find_shapes.LOOK, made.x[:, 0]
    empty = ~made.mask.any(1)
    assert 1 - x[empty].mean() == pytest.approx(look["grey"], abs=0.01)
    per_scene = torch.stack([picture[free].std() for picture, free in zip(x, empty)])
    assert per_scene.median() == pytest.approx(look["noise"], abs=0.02)
    for bright, shade in zip((False, True), look["shades"]):
        rows = made.solid & (made.bright == bright) & (made.y >= 0)
        means = [1 - x[i][made.mask[i, j]].mean() for i, j in rows.nonzero().tolist()]
        assert torch.stack(means).mean() == pytest.approx(shade, abs=0.04)
    assert 0.3 < OUTLINES < 0.5, "both filled and hollow shapes are common"
