"""Scenes, boxes and suppression of the page are dlcore's; node computes them."""

import find_shapes
import pytest
import torch

from dlcore.data.silhouettes import Placement, boxes, cover
from dlcore.layers import Parameter
from dlcore.models.vision import grid_detector
from dlcore.models.vision.boxes import batched_nms, box_iou
from tests.live import nodes
from tests.live.committed import load, script

PARTS = {"DL": "dl-layers.js", "Strokes": "dl-strokes.js", "Scene": "dl-scene.js",
         "Boxes": "dl-boxes.js"}  # fmt: skip
LOOK = find_shapes.LOOK


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def in_node(body, question):
    """What a function body in JavaScript returns for `question`."""
    return nodes.in_node(body, question, **PARTS)


def stamps(count):
    """Shapes as the page puts them, and as dlcore has them."""
    dice = torch.Generator().manual_seed(4)
    kind = torch.arange(count) % 3
    x, y, radius, angle = (
        low + (high - low) * torch.rand(count, generator=dice)
        for low, high in ((-2, 34), (-2, 34), (2, 12), (-3.2, 3.2))
    )
    solid = torch.rand(count, generator=dice) < 0.5
    fields = {"kind": kind, "x": x, "y": y, "radius": radius, "angle": angle, "solid": solid}
    items = [{key: value[i].item() for key, value in fields.items()} for i in range(count)]
    line = torch.full((count,), LOOK["line"])
    return items, Placement(kind, x, y, radius, angle, solid, line)


def test_stamps_are_the_books_shapes():
    items, placed = stamps(60)
    found = in_node(
        "return question[0].map((item) => Scene.cover(item, question[1]));", [items, LOOK]
    )
    side = LOOK["side"]
    for name, expected in zip(("drawn", "whole"), cover(placed, side)):
        got = torch.tensor([one[name] for one in found]).view(-1, side, side)
        torch.testing.assert_close(got, expected, rtol=0, atol=1e-4)


def test_a_stamps_true_box_is_that_of_the_set():
    items, placed = stamps(60)
    body = "return question[0].map((i) => Scene.frame(Scene.cover(i, question[1]).whole, 32));"
    found = in_node(body, [items, LOOK])
    expected = boxes(cover(placed, 32)[1] > 0.5).tolist()
    assert [frame or [0, 0, 0, 0] for frame in found] == expected
    assert None in in_node(body, [[{**items[0], "x": -40}], LOOK])


def test_a_scene_is_put_together_as_dlcore_does_it():
    """Later shapes lie over earlier ones, bright or dark, noise and all, as ink from 0 to 1."""
    items, placed = stamps(5)
    for i, item in enumerate(items):
        item["bright"] = i % 2 == 0
    dice = torch.Generator().manual_seed(1)
    base = 0.5 + 0.3 * torch.randn(32, 32, generator=dice)
    noise = 0.3 * torch.randn(32, 32, generator=dice)
    body = """const [scene, look] = question;
    const tables = { ...scene, base: Float32Array.from(scene.base), noise: scene.noise };
    return Scene.picture(tables, scene.items.map((item) => Scene.cover(item, look)), look);"""
    scene = {"base": base.flatten().tolist(), "noise": noise.flatten().tolist(), "items": items}
    found = torch.tensor(in_node(body, [scene, LOOK])).view(32, 32)
    light, shade = base, [LOOK["shades"][int(item["bright"])] for item in items]
    for ink, drawn in zip(shade, cover(placed, 32)[0]):
        light = light * (1 - drawn) + (ink + noise) * drawn
    torch.testing.assert_close(found, 1 - light.clamp(0, 1), rtol=0, atol=1e-4)


LINE = [[8, 8], [24, 8], [24, 24], [8, 24]]  # three sides of a square


@pytest.mark.parametrize(("solid", "inside", "open_side"), [(True, 1, 1), (False, 0, 0)])
def test_a_drawn_line_is_as_wide_as_the_sets_and_may_be_filled(solid, inside, open_side):
    body = "return Scene.cover(question[0], question[1]).drawn;"
    item = {"points": LINE, "solid": solid}
    drawn = torch.tensor(in_node(body, [item, LOOK])).view(32, 32)
    assert drawn[16, 16] == inside
    assert drawn[16, 20:28].sum() == pytest.approx(4 * solid + LOOK["line"] / (1 + solid), abs=0.4)
    assert drawn[12, 8] == pytest.approx(open_side, abs=0.01)
    assert drawn[:6].sum() == drawn[27:].sum() == drawn[:, :6].sum() == 0


def test_noise_is_normal():
    noise = torch.tensor(in_node("return Scene.noise(100, 0.06);", None))
    assert noise.mean().abs() < 0.003
    assert noise.std() == pytest.approx(0.06, rel=0.05)
    assert (noise.abs() < 0.06).float().mean() == pytest.approx(0.683, abs=0.02)


def random_boxes(count, dice, whole):
    """Boxes, scores and labels; whole numbers and few scores make many ties."""
    if whole:
        corner = torch.randint(0, 6, (count, 2), generator=dice).float()
        side = torch.randint(0, 6, (count, 2), generator=dice).float()
        scores = torch.randint(0, 5, (count,), generator=dice) / 4
    else:
        corner, side = 6 * torch.rand(2, count, 2, generator=dice)
        scores = torch.rand(count, generator=dice)
    labels = torch.randint(0, 3, (count,), generator=dice)
    return torch.cat([corner, corner + side], 1), scores, labels


@pytest.mark.parametrize("whole", [False, True])
def test_nms_is_dlcores(whole):
    dice, cases, expected = torch.Generator().manual_seed(7), [], []
    for case in range(300):
        box, scores, labels = random_boxes(case % 25, dice, whole)
        overlap = [0.1, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9][case % 8]
        rows = zip(box.tolist(), scores.tolist(), labels.tolist())
        found = [{"box": b, "score": s, "label": y, "id": i} for i, (b, s, y) in enumerate(rows)]
        cases.append([found, overlap])
        expected.append(batched_nms(box, scores, labels, overlap).tolist())
    got = in_node("return question.map(([f, o]) => Boxes.nms(f, o).map(({ id }) => id));", cases)
    assert got == expected
    removed = sum(len(found) - len(keep) for (found, _), keep in zip(cases, got))
    assert removed > 200, "cases in which nothing goes test nothing"


@pytest.mark.parametrize("whole", [False, True])
def test_iou_is_dlcores(whole):
    box, _, _ = random_boxes(40, torch.Generator().manual_seed(3), whole)
    got = in_node("return question.map((a) => question.map((b) => Boxes.iou(a, b)));", box.tolist())
    expected = box_iou(box, box).double()  # to the last bit, since a threshold may be met exactly
    assert torch.equal(torch.tensor(got, dtype=torch.float64), expected)


def test_cells_mean_the_boxes_of_dlcore():
    raw = 3 * torch.randn(1, 64, 8, generator=torch.Generator().manual_seed(5))
    data = raw[0].T.flatten().tolist()
    got = in_node("return Boxes.cells(question);", {"shape": [1, 8, 8, 8], "data": data})
    expected = grid_detector.decode(Parameter(raw)).data[0].clamp(0, 32)
    torch.testing.assert_close(torch.tensor([c["box"] for c in got]), expected, rtol=0, atol=1e-4)
    kinds = raw[0, :, 5:].softmax(-1).max(-1)
    here = raw[0, :, 0].sigmoid()
    assert [cell["label"] for cell in got] == kinds.indices.tolist()
    for key, values in {"here": here, "score": here * kinds.values}.items():
        torch.testing.assert_close(torch.tensor([c[key] for c in got]), values, rtol=0, atol=1e-6)


@pytest.mark.parametrize("overlap", [0.5, None])
@pytest.mark.parametrize("name", find_shapes.NETS)
def test_the_page_finds_what_dlcore_finds(name, overlap):
    """From the grey values of whole scenes to the list of boxes, with the committed weights."""
    made, _ = find_shapes.pictures(20, 40_000)
    x = find_shapes.centred(made.x)
    body = """const [model, name, pictures, options] = question;
    const parts = DL.net(model).parts.filter((part) => part.name.startsWith(name));
    return pictures.map((x) => Boxes.best(Boxes.cells(parts.reduce((y, { run }) => run(y),
        DL.tensor([1, 1, 32, 32], Float32Array.from(x)))), options));"""
    options = {"least": 0.1, "overlap": overlap}
    got = in_node(body, [script("grid-detector"), f"{name}.", x.flatten(1).tolist(), options])
    layers = dict(load("grid-detector").parts())[name]
    expected = find_shapes.as_detector(layers).detect(x, **options)
    assert sum(len(one["scores"]) for one in expected) > 20
    for mine, theirs in zip(got, expected, strict=True):
        assert [one["label"] for one in mine] == theirs["labels"].tolist()
        for key, rows in {"score": theirs["scores"], "box": theirs["boxes"]}.items():
            values = torch.tensor([one[key] for one in mine]).reshape(rows.shape)
            torch.testing.assert_close(values, rows, rtol=0, atol=1e-3)
