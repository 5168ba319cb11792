"""1847, George Boole: truth tables, complete and in counting order (chapter 1).

G. Boole, The Mathematical Analysis of Logic, Macmillan (1847). 0 is false and 1 is true; the
first column of a table is the most significant bit, so that row k holds the number k.
"""

from typing import NamedTuple

import torch

GATES = {  # the output for inputs 00, 01, 10, 11
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0),
    "xnor": (1, 0, 0, 1),
}
MOST_BITS = 20  # 2^20 rows of 20 float32 numbers are 80 MB


class Table(NamedTuple):
    """A Boolean function written out: one row per assignment of its n inputs.

    inputs   (2^n, n) float32, each 0 or 1
    outputs  (2^n,) float32, or (2^n, m) where the function has m outputs
    """

    inputs: torch.Tensor
    outputs: torch.Tensor


def truth_table(n: int) -> torch.Tensor:
    """All 2^n assignments of n inputs in counting order: (2^n, n) float32.

    Raises ValueError unless 1 <= n <= 20.
    """
    if not 1 <= n <= MOST_BITS:
        raise ValueError(
            f"a truth table needs 1 to {MOST_BITS} inputs, got {n}: it has 2^n rows, "
            "sample them instead where n is larger"
        )
    return _bits(torch.arange(2**n), n)


def gate(name: str) -> Table:
    """One of "not" (1 input), "and", "or", "nand", "nor", "xor", "xnor" (2 inputs) as a Table."""
    name = name.lower()
    if name == "not":
        return Table(truth_table(1), torch.tensor([1.0, 0.0]))
    if name not in GATES:
        raise ValueError(f'no gate is called "{name}": choose one of not, {", ".join(GATES)}')
    return Table(truth_table(2), torch.tensor(GATES[name], dtype=torch.float32))


def parity(n: int) -> Table:
    """1 where an odd number of the n inputs is 1; n = 2 is XOR."""
    inputs = truth_table(n)
    return Table(inputs, inputs.sum(1) % 2)


def adder(bits: int) -> Table:
    """The sum of two `bits`-bit numbers.

    inputs   (4^bits, 2 bits): the bits of a, then the bits of b
    outputs  (4^bits, bits + 1): the bits of a + b, the carry first
    """
    if not 1 <= bits <= MOST_BITS // 2:
        raise ValueError(f"an adder needs 1 to {MOST_BITS // 2} bits per number, got {bits}")
    rows = torch.arange(4**bits)
    a, b = rows // 2**bits, rows % 2**bits
    return Table(truth_table(2 * bits), _bits(a + b, bits + 1))


def boolean_functions(n: int) -> torch.Tensor:
    """Every Boolean function of n inputs: (2^(2^n), 2^n) float32.

    Row k is a function: column i holds its output for row i of `truth_table(n)`. There are 4, 16,
    256 and 65,536 of them for n = 1 to 4; a larger n raises ValueError.
    """
    if not 1 <= n <= 4:
        raise ValueError(f"boolean_functions lists 2^(2^n) functions for n from 1 to 4, got {n}")
    return _bits(torch.arange(2 ** (2**n)), 2**n)


def _bits(numbers: torch.Tensor, width: int) -> torch.Tensor:
    """(N,) integers as (N, width) float32 bits, the most significant first."""
    powers = torch.arange(width - 1, -1, -1)
    return (numbers[:, None] >> powers & 1).float()
