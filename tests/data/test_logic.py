import pytest
import torch

from dlcore.data import adder, boolean_functions, gate, parity, truth_table


def test_truth_table_counts_in_binary():
    assert truth_table(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    table = truth_table(5)
    assert table.dtype == torch.float32
    powers = torch.tensor([16.0, 8, 4, 2, 1])
    assert (table @ powers).tolist() == list(range(32))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("and", lambda a, b: a and b),
        ("or", lambda a, b: a or b),
        ("nand", lambda a, b: not (a and b)),
        ("nor", lambda a, b: not (a or b)),
        ("XOR", lambda a, b: a != b),
        ("xnor", lambda a, b: a == b),
    ],
)
def test_gates_of_two_inputs(name, function):
    inputs, outputs = gate(name)
    assert outputs.dtype == torch.float32
    assert outputs.tolist() == [float(bool(function(a, b))) for a, b in inputs.tolist()]


def test_not():
    assert gate("not").inputs.tolist() == [[0], [1]]
    assert gate("not").outputs.tolist() == [1, 0]


def test_unknown_gate_names_the_known_ones():
    with pytest.raises(ValueError, match=r'"imp".*not, and, or, nand, nor, xor, xnor'):
        gate("imp")


def test_parity_flips_with_every_input():
    inputs, outputs = parity(4)
    for column in range(4):
        flipped = inputs.clone()
        flipped[:, column] = 1 - flipped[:, column]
        row = (flipped @ torch.tensor([8.0, 4, 2, 1])).long()
        assert torch.equal(outputs[row], 1 - outputs)
    assert outputs[0] == 0
    assert torch.equal(parity(2).outputs, gate("xor").outputs)


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_adder_adds(bits):
    inputs, outputs = adder(bits)
    assert inputs.shape == (4**bits, 2 * bits)
    assert outputs.shape == (4**bits, bits + 1)
    for row, out in zip(inputs.int().tolist(), outputs.int().tolist()):
        a = int("".join(map(str, row[:bits])), 2)
        b = int("".join(map(str, row[bits:])), 2)
        assert int("".join(map(str, out)), 2) == a + b


def test_boolean_functions_are_all_there_once():
    functions = boolean_functions(2)
    assert functions.shape == (16, 4)
    assert len({tuple(row) for row in functions.tolist()}) == 16
    assert functions[6].tolist() == gate("xor").outputs.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: truth_table(0), "1 to 20 inputs, got 0"),
        (lambda: truth_table(21), "1 to 20 inputs, got 21"),
        (lambda: adder(0), "1 to 10 bits per number, got 0"),
        (lambda: adder(11), "got 11"),
        (lambda: boolean_functions(5), "n from 1 to 4, got 5"),
    ],
)
def test_sizes_out_of_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
