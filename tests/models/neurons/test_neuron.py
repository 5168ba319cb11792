"""Nerve nets: hand-made nets, all truth tables, automata against plain loops."""

import itertools

import pytest
import torch

from dlcore.data import adder, truth_table
from dlcore.models.neurons.neuron import (
    NerveNet,
    Neuron,
    automaton,
    final_state,
    pulses,
    threshold_layer,
)

XOR = {
    "only a": Neuron(("a",), ("b",)),
    "only b": Neuron(("b",), ("a",)),
    "xor": Neuron(("only a", "only b")),
}
WORDS = ["".join(word) for n in (1, 3, 6) for word in itertools.product("01", repeat=n)]
MOD3 = {(str(s), x): str((s + int(x)) % 3) for s in range(3) for x in "01"}


def table_of(neuron):
    """The four outputs of one neuron for a, b = 00, 01, 10, 11."""
    a, b = truth_table(2).T
    return NerveNet(["a", "b"], {"y": neuron}).settle({"a": a, "b": b})["y"].tolist()


@pytest.mark.parametrize(
    ("neuron", "expected"),
    [
        (Neuron(("a", "b"), (), 2), [0, 0, 0, 1]),
        (Neuron(("a", "b"), (), 1), [0, 1, 1, 1]),
        (Neuron((), ("a",), 0), [1, 1, 0, 0]),
        (Neuron(("a",), ("b",), 1), [0, 0, 1, 0]),
        (Neuron(("a", "a"), (), 2), [0, 0, 1, 1]),  # two synapses from one neuron
        (Neuron(("a", "b"), ("b",), 1), [0, 0, 1, 0]),  # one inhibition outvotes any excitation
        (Neuron(), [0, 0, 0, 0]),
    ],
)
def test_one_neuron_by_hand(neuron, expected):
    assert table_of(neuron) == expected


def test_no_single_neuron_computes_nand_or_xor():
    reached = {
        tuple(table_of(Neuron(("a",) * i + ("b",) * j, inhibit, threshold)))
        for i, j, threshold in itertools.product(range(3), range(3), range(6))
        for inhibit in ((), ("a",), ("b",), ("a", "b"))
    }
    assert len(reached) == 11
    assert (1, 1, 1, 0) not in reached
    assert (0, 1, 1, 0) not in reached


def test_xor_settles_for_all_inputs_at_once():
    a, b = truth_table(2).T
    assert NerveNet(["a", "b"], XOR).settle({"a": a, "b": b})["xor"].tolist() == [0, 1, 1, 0]


def test_signals_take_one_step_per_synapse():
    times = NerveNet(["a", "b"], XOR).run({"a": [1], "b": [0]}, steps=4)
    assert times["only a"].tolist() == [0, 1, 0, 0]
    assert times["xor"].tolist() == [0, 0, 1, 0]


def test_run_lasts_as_long_as_its_longest_signal():
    times = NerveNet(["a", "b"], XOR).run({"a": [1, 0, 0], "b": [0]})
    assert times["xor"].tolist() == [0, 0, 1]


def test_a_circle_remembers_and_is_told_from_a_net_at_rest():
    memory = NerveNet(["set"], {"on": Neuron(("set", "on"))})
    assert memory.run({"set": [0, 1]}, steps=5)["on"].tolist() == [0, 0, 1, 1, 1]
    blinker = NerveNet(["go"], {"x": Neuron(("go",), ("x",))})
    with pytest.raises(RuntimeError, match="expects a net that comes to rest"):
        blinker.settle({"go": [1]})


def test_settle_of_a_deep_chain_and_of_no_case():
    chain = {f"n{i}": Neuron((f"n{i - 1}" if i else "a",)) for i in range(30)}
    net = NerveNet(["a"], dict(reversed(chain.items())))
    assert net.settle({"a": [0, 1]})["n29"].tolist() == [0, 1]
    assert net.settle({"a": []})["n29"].tolist() == []


def test_mod_3_counter_counts_every_word():
    net = automaton(MOD3, "0")
    for word in WORDS:
        assert final_state(net, MOD3, word) == str(word.count("1") % 3), word


def test_automaton_has_one_neuron_per_row_and_fires_one_per_symbol():
    net = automaton(MOD3, "0")
    assert len(net.neurons) == len(MOD3) == 6
    history = net.run(pulses("110", ["0", "1"]))
    fired = torch.stack([history[name] for name in net.neurons]).sum(0)
    assert fired.tolist() == [0, 1, 1, 1]


def test_threshold_layer_by_hand_and_in_batches():
    x = truth_table(2)
    nand = threshold_layer(x, torch.tensor([[-1.0, -1.0]]), torch.tensor([-1.5]))
    assert nand.flatten().tolist() == [1, 1, 1, 0]
    weights, threshold = torch.randn(7, 3, 2), torch.randn(7, 3)
    many = threshold_layer(x, weights, threshold)
    assert many.shape == (7, 4, 3)
    for one, w, t in zip(many, weights, threshold):
        assert torch.equal(one, threshold_layer(x, w, t))


def test_threshold_layer_fires_when_it_just_reaches():
    assert threshold_layer(torch.ones(1, 2), torch.tensor([[1.0, 1.0]]), torch.tensor([2.0])) == 1


def test_weighted_unit_needs_no_more_than_its_sums():
    table = adder(1)
    carry = threshold_layer(table.inputs, torch.tensor([[1.0, 1.0]]), torch.tensor([1.5]))
    assert torch.equal(carry[:, 0], table.outputs[:, 0])


@pytest.mark.parametrize(
    ("inputs", "neurons", "message"),
    [
        (["a"], {"a": Neuron(("a",))}, r"expects each name once, got \['a'\]"),
        (["a"], {"y": Neuron(("b",))}, "has a synapse from 'b'"),
        (["a"], {"y": Neuron((), ("c",))}, "has a synapse from 'c'"),
    ],
)
def test_a_net_that_cannot_be_built_says_why(inputs, neurons, message):
    with pytest.raises(ValueError, match=message):
        NerveNet(inputs, neurons)


@pytest.mark.parametrize(
    ("signals", "message"),
    [
        ({"a": [1]}, r"expects signals for the inputs \['a', 'b'\], got \['a'\]"),
        ({"a": [1], "b": [2]}, "input 'b' expects 0 and 1 only"),
        ({"a": [1], "b": [float("nan")]}, "input 'b' expects 0 and 1 only"),
        ({"a": [1, 0], "b": [1]}, "expects as many cases for each input"),
    ],
)
def test_signals_that_do_not_fit_are_refused(signals, message):
    with pytest.raises(ValueError, match=message):
        NerveNet(["a", "b"], XOR).settle(signals)


def test_automata_refuse_what_they_cannot_read():
    holes = {("0", "x"): "1"}
    with pytest.raises(ValueError, match="expects a next state for every state and symbol"):
        automaton(holes, "0")
    net = automaton(MOD3, "0")
    with pytest.raises(ValueError, match="at least one symbol"):
        final_state(net, MOD3, "")
    with pytest.raises(ValueError, match="fires one neuron per symbol"):
        final_state(net, MOD3, "102")


def test_threshold_layer_names_the_sizes_that_differ():
    with pytest.raises(ValueError, match="got 2 inputs .* and 3 weights"):
        threshold_layer(truth_table(2), torch.ones(1, 3), torch.ones(1))
