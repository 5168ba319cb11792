import pytest
import torch

from dlcore import Linear, Module, ModuleList, Parameter
from dlcore.models.renaming import load_renamed, names_of
from tests.oracle import random

TABLE = {
    "start": "first",
    "layers.#.": "model.block.#.dense.",
    "joint.in_": ("q.", "k."),
}


class Net(Module):
    def __init__(self):
        self.start = Parameter(torch.zeros(2))
        self.layers = ModuleList([Linear(3, 2), Linear(2, 3)])
        self.joint = Joint()


class Joint(Module):
    def __init__(self):
        self.in_weight = Parameter(torch.zeros(4, 2))
        self.in_bias = Parameter(torch.zeros(4))


def theirs():
    return {
        "first": random(2),
        "model.block.0.dense.weight": random(2, 3, seed=1),
        "model.block.0.dense.bias": random(2, seed=2),
        "model.block.1.dense.weight": random(3, 2, seed=3),
        "model.block.1.dense.bias": random(3, seed=4),
        "q.weight": random(2, 2, seed=5),
        "k.weight": random(2, 2, seed=6),
        "q.bias": random(2, seed=7),
        "k.bias": random(2, seed=8),
    }


def test_every_weight_arrives():
    net, state = Net().double(), theirs()
    load_renamed(net, state, TABLE)
    mine = net.state_dict()
    assert torch.equal(mine["start"], state["first"])
    for i in (0, 1):
        for part in ("weight", "bias"):
            assert torch.equal(mine[f"layers.{i}.{part}"], state[f"model.block.{i}.dense.{part}"])
    assert torch.equal(mine["joint.in_weight"][:2], state["q.weight"])
    assert torch.equal(mine["joint.in_weight"][2:], state["k.weight"])
    assert mine["joint.in_bias"].tolist() == [*state["q.bias"], *state["k.bias"]]


def test_only_the_first_number_counts_layers():
    table = {"blocks.#.mlp.0.": "h.#.up.", "blocks.#.mlp.2.": "h.#.down."}
    assert names_of("blocks.12.mlp.2.bias", table) == ["h.12.down.bias"]


def test_an_entry_without_a_dot_is_a_whole_name():
    assert names_of("start", {"start": "first"}) == ["first"]
    with pytest.raises(ValueError, match="no entry for start_again"):
        names_of("start_again", {"start": "first"})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda state: state.pop("k.bias"), r"such a Net: missing \['k.bias'\], unknown \[\]"),
        (lambda state: state.update(more=random(1)), r"missing \[\], unknown \['more'\]"),
        (lambda state: state.update(first=random(3)), r"start with shape \(3,\), .* \(2,\)"),
    ],
)
def test_what_does_not_fit_changes_nothing(change, sentence):
    net, state = Net().double(), theirs()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    change(state)
    with pytest.raises(ValueError, match=sentence):
        load_renamed(net, state, TABLE)
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())


def test_a_repeated_weight_may_be_left_out():
    net, state = Net().double(), {**theirs(), "copy": random(2)}
    load_renamed(net, state, TABLE, unused=["copy"])
    assert torch.equal(net.start.data, state["first"])
