"""The playground without its page: points, links, what is learned, what breaks and what is said."""

import pytest
import torch

from tests.live.nodes import in_node

PARTS = {"DL": "dl-layers.js", "Learn": "dl-learn.js", "Trial": "dl-trial.js", "Why": "dl-why.js"}
ROUND = """const run = new Trial.Run({ ...Trial.DEFAULTS, ...question[0] });
    const seen = new Set([Why.find(run).name]);
    for (let k = 0; k < question[1]; k += 1) {
      for (let step = 0; step < 10; step += 1) run.step();
      run.measure();
      seen.add(Why.find(run).name);
    }"""
SPIRALS = {"data": "spirals", "layers": [8, 8]}
DEEP = {"data": "rings", "layers": [4] * 6, "rule": "sgd", "rate": 0.3}


def after(measurements, body, **setting):
    """What `body` returns when a trial has taken ten steps for each of its measurements."""
    return in_node(f"{ROUND} {body}", [setting, measurements], **PARTS)


@pytest.mark.parametrize("name", ["clouds", "xor", "rings", "moons", "spirals"])
def test_points_of_each_set(name):
    body = """const draw = (seed) => Trial.draw(question, 200, 0, Learn.numbers(seed));
    return [draw(5), draw(5), draw(6)];"""
    first, again, other = in_node(body, name, **PARTS)
    assert first == again != other
    places, wanted = torch.tensor(first["places"]), torch.tensor(first["wanted"])
    assert wanted.sum() == 100
    assert (places.abs() <= (5 if name == "clouds" else 3)).all()
    size = places.norm(dim=1)
    if name == "xor":
        assert ((places.prod(1) < 0) == (wanted == 1)).all()
    if name == "rings":
        assert size[wanted == 1].max() < size[wanted == 0].min()
    if name == "spirals":  # half a turn carries one arm onto the other
        angle = (torch.atan2(*places.T) - 3.5 * torch.pi * size / 2.7) / torch.pi
        assert torch.allclose(torch.cos(angle * torch.pi), 1 - 2.0 * wanted, atol=1e-4)


def test_noise_moves_the_same_points():
    body = """const draw = (noise) => Trial.draw("xor", 100, noise, Learn.numbers(5)).places;
    return [draw(0), draw(10), draw(20)];"""
    still, some, more = map(torch.tensor, in_node(body, None, **PARTS))
    torch.testing.assert_close(more - still, 2 * (some - still), rtol=0, atol=1e-5)
    assert (some - still).std() == pytest.approx(0.2, rel=0.15)


def test_a_link_restores_the_setting_and_a_spoilt_one_does_not_harm():
    body = """const all = { ...Trial.DEFAULTS, ...question[0] };
    return [all, Trial.read(Trial.write(all)), Trial.DEFAULTS, ...question[1].map(Trial.read)];"""
    other = {
        "data": "rings", "noise": 20, "points": 50, "inputs": ["x2", "x1x2"], "layers": [],
        "curve": "relu", "start": "huge", "rule": "sgd", "rate": 3, "decay": 0.01, "batch": 1,
        "seed": 77,
    }  # fmt: skip
    spoilt = [
        "", "#what-is-measured", "#data=cats&rate=fast&layers=4,x", "#layers=9", "#inputs=&seed=-1",
        "#layers=1,1,1,1,1,1,1", "#points=1e9&noise=NaN&curve=toString",
    ]  # fmt: skip
    wanted, found, defaults, *rest = in_node(body, [other, spoilt], **PARTS)
    assert found == wanted
    assert set(wanted) == set(defaults)
    assert rest == [defaults] * len(spoilt)


def test_the_same_setting_takes_the_same_steps():
    body = f"const take = () => {{ {ROUND} return run.net.parameters().map(({{data}}) => data); }};"
    same = in_node(f"{body} return [take(), take()];", [SPIRALS, 6], **PARTS)
    assert same[0] == same[1]
    other = in_node(f"{body} return take();", [{**SPIRALS, "seed": 2}, 6], **PARTS)
    assert other != same[0]


@pytest.mark.parametrize(
    ("setting", "steps"),
    [
        ({}, 1500),
        ({"data": "rings"}, 600),
        (SPIRALS, 2000),
        ({"data": "rings", "layers": [], "inputs": ["x1x1", "x2x2"]}, 600),
        ({"layers": [], "inputs": ["x1x2"]}, 600),
    ],
    ids=["XOR", "rings", "spirals", "rings by squares", "XOR by a product"],
)
def test_it_learns(setting, steps):
    body = "return { found: { ...run.found, answers: 0 }, solved: run.solved, seen: [...seen] };"
    result = after(steps // 10, body, **setting)
    assert result["solved"] <= steps
    assert result["found"]["testWrong"] < 20
    assert "learned" in result["seen"]


BROKEN = {
    "twins": {"start": "zero"},
    "overshoot": {"rule": "sgd", "rate": 30},
    "broken": {"rule": "sgd", "rate": 30, "curve": "relu", "seed": 3},
    "dead": {"layers": [8, 8], "curve": "relu", "rule": "sgd", "rate": 3},
    "vanish": {**DEEP, "curve": "sigmoid"},
    "straight": {"layers": [4, 4], "curve": "none"},
    "flat": {"start": "huge", **SPIRALS},
    "decay": {"decay": 0.1, **SPIRALS},
    "heart": {"points": 30, "noise": 30, "layers": [8, 8, 8]},
    "plateau": {"layers": [1]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_is_named(name):
    body = "return { seen: [...seen], wrong: run.found.wrong, of: run.setting.points };"
    result = after(100, body, **BROKEN[name])
    assert name in result["seen"]
    assert "learned" not in result["seen"]
    if name != "heart":
        assert result["wrong"] > 0.05 * result["of"]


def test_every_finding_has_words_and_a_chapter():
    body = """const run = new Trial.Run(Trial.DEFAULTS), ready = Why.find(run);
    run.step();
    run.measure();
    return [ready, Why.find(run)];"""
    assert [f["name"] for f in in_node(body, None, **PARTS)] == ["ready", "learning"]
    for setting in BROKEN.values():
        found = after(100, "return Why.find(run);", **setting)
        if found["name"] not in ("learning", "ready"):
            assert found["chapter"]["href"].startswith("../chapters/ch")
            assert found["chapter"]["text"].startswith("Chapter ")
        assert not {"undefined", "NaN"} & set(found["says"].replace(",", " ").split())


def test_deep_tanh_learns_what_deep_sigmoids_do_not():
    body = "return { solved: run.solved, slopes: run.found.slopes };"
    sigmoids = after(100, body, curve="sigmoid", **DEEP)
    assert sigmoids["solved"] is None
    assert sigmoids["slopes"][0] < max(sigmoids["slopes"]) / 50
    assert after(200, body, curve="tanh", **DEEP)["solved"] <= 2000


def test_one_weight_by_hand_wakes_one_unit():
    body = """const run = new Trial.Run({ ...Trial.DEFAULTS, start: "zero" });
    for (const { weights } of run.linears) weights.weight.data[0] = 1;
    for (let k = 0; k < 200; k += 1) run.step();
    return run.linears.map(({ weights }) => weights.weight.data);"""
    hidden, output = in_node(body, None, **PARTS)
    assert [bool(w) for w in hidden] == [True] * 2 + [False] * 6
    assert [bool(w) for w in output] == [True] + [False] * 3


def test_units_are_the_answers_behind_the_curves():
    body = """const run = new Trial.Run({ ...Trial.DEFAULTS, ...question });
    return run.units(run.found.answers).map((y) => [y.shape[1], run.found.answers.indexOf(y)]);"""
    layers = [3, 2]
    assert in_node(body, {"layers": layers}, **PARTS) == [[3, 1], [2, 3], [1, 4]]
    assert in_node(body, {"layers": layers, "curve": "none"}, **PARTS) == [[3, 0], [2, 1], [1, 2]]
    assert in_node(body, {"layers": []}, **PARTS) == [[1, 0]]


def test_numbers_are_written_short():
    values = {0: "0", 0.5: "0.50", 0.0123: "0.012", 6.78: "6.8", 1234.5: "1235"}
    values |= {1.234e-5: "1\u00a0·\u00a010⁻⁵", 3e-12: "3\u00a0·\u00a010⁻¹²"}
    body = "return question.map(Why.few);"
    assert in_node(body, list(values), **PARTS) == list(values.values())
