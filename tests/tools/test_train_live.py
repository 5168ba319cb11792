"""The models of the pages are those that the committed command trains, and as good as they say."""

from pathlib import Path

import pytest
import torch
import train_live
from bookpages.live import TAGS, read_about
from PIL import Image

from dlcore.data import Split, digits, gate, mnist
from dlcore.methods.export import export_web, in_half
from tests.live.committed import load, script, state

QUICK = {"digits-mlp": train_live.digits_net, "xor": train_live.xor_net}
REAL = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.mark.parametrize("name", QUICK)
def test_the_command_gives_the_committed_weights(name):
    net = QUICK[name]()
    again = export_web(net)["layers"]
    assert [layer["type"] for layer in again] == [p["type"] for p in script(name)["layers"]]
    committed = state(name)
    for key, value in in_half(net).state_dict().items():
        torch.testing.assert_close(committed[key], value, rtol=5e-3, atol=5e-3)


def enlarged(test):
    """The bundled digits with 24 x 24 pixels in a frame of 28 x 28, in the place of MNIST."""
    small = digits(test=test, images=True)
    x_train, x_test = (
        torch.nn.functional.pad(x.repeat_interleave(3, 2).repeat_interleave(3, 3), (2, 2, 2, 2))
        for x in (small.x_train, small.x_test)
    )
    return Split(x_train, small.y_train, x_test, small.y_test)


@pytest.mark.slow
def test_lenets_command_learns_other_digits_too(monkeypatch):
    data = enlarged(test=400)
    monkeypatch.setattr(train_live, "mnist", lambda images: data)
    net = train_live.lenet(epochs=12)
    assert [layer["type"] for layer in export_web(net)["layers"]] == [
        layer["type"] for layer in script("lenet")["layers"]
    ]
    about = train_live.about_digits(net, data, [1, 28, 28], train_live.LARGE, examples=1)
    assert about["right"] > 0.95 * about["tested"]
    with_maps = train_live.picture_of_lenet(net)
    assert "of which that of the" in with_maps.alt


@pytest.mark.skipif(not (REAL / "mnist").is_dir(), reason="no MNIST in ../shared/data")
def test_the_page_tells_the_true_accuracy_of_lenet(monkeypatch):
    monkeypatch.setenv("DLCORE_DATA", str(REAL))
    about, data = read_about(train_live.MODELS / "lenet.js"), mnist(images=True)
    fresh = train_live.about_digits(
        load("lenet"), data, about["input"], about["strokes"], examples=1
    )
    assert {key: about[key] for key in fresh} == fresh
    assert about["parameters"] == 61706
    assert about["right"] >= 9850


def test_the_page_tells_the_true_accuracy():
    about, data = read_about(train_live.MODELS / "digits-mlp.js"), digits()
    right = (load("digits-mlp")(data.x_test).data.argmax(1) == data.y_test).sum().item()
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


def test_lenet_reads_its_examples():
    examples, net = read_about(train_live.MODELS / "lenet.js")["examples"], load("lenet")
    pixels = [[int(letter, 17) / 16 for letter in example["pixels"]] for example in examples]
    answers = net(torch.tensor(pixels).view(-1, 1, 28, 28)).data.argmax(1).tolist()
    assert [example["name"] for example in examples] == [str(answer) for answer in answers]
    assert sorted(answers) == list(range(10))


def test_xor_is_learned():
    net, table = load("xor"), gate("XOR")
    assert ((net(table.inputs).data[:, 0] - table.outputs).abs() < 0.1).all()
    assert all(p.data.abs().max() <= 10 for p in net.parameters()), "beyond the page's sliders"


@pytest.mark.parametrize("name", TAGS)
def test_a_picture_stands_in(name):
    with Image.open(train_live.MODELS / f"{name}.png") as picture:
        assert picture.width > 400
    assert len(read_about(train_live.MODELS / f"{name}.js")["alt"]) > 60


@pytest.mark.parametrize("name", TAGS)
def test_a_model_is_light(name):
    weights = 2 * sum(p.numel() for p in load(name).parameters())  # bytes
    assert weights <= 150_000
    assert (train_live.MODELS / f"{name}.js").stat().st_size < 4 / 3 * weights + 30_000
