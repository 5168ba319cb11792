import math

import pytest
import torch

from dlcore import RotaryPositions, SinusoidalPositions, Tensor
from dlcore.layers import sinusoidal_positions
from dlcore.layers.position import RotateFunction, position_angles
from tests.oracle import assert_gradcheck, random


def test_the_papers_formula():
    table = sinusoidal_positions(50, 8)
    for t, i in [(0, 0), (7, 2), (49, 6)]:
        angle = t / 10_000 ** (i / 8)
        assert math.isclose(table[t, i].item(), math.sin(angle), abs_tol=1e-6)
        assert math.isclose(table[t, i + 1].item(), math.cos(angle), abs_tol=1e-6)


def test_a_shift_is_the_same_rotation_everywhere():
    table = sinusoidal_positions(60, 6).double().view(60, 3, 2)  # (sin, cos) pairs
    angles = position_angles(torch.tensor([5]), 6, 10_000.0)[0]
    cos, sin = angles.cos(), angles.sin()
    ahead = torch.stack(
        [table[:-5, :, 0] * cos + table[:-5, :, 1] * sin,
         table[:-5, :, 1] * cos - table[:-5, :, 0] * sin], -1
    )  # fmt: skip
    torch.testing.assert_close(ahead, table[5:], rtol=0, atol=1e-6)


def test_positions_are_added_from_where_x_starts():
    layer = SinusoidalPositions(20, 6)
    x = torch.zeros(2, 4, 6)
    assert torch.equal(layer(x, start=3).data[1], layer.table[3:7])
    assert torch.equal(layer(Tensor(x)).data[0], layer.table[:4])
    assert list(layer.parameters()) == []


def test_rotation_keeps_lengths_and_products_see_only_the_distance():
    rotary = RotaryPositions(8)
    q, k = random(1, 8).expand(10, 8), random(1, 8, seed=1).expand(10, 8)
    turned_q, turned_k = rotary(q).data, rotary(k).data
    torch.testing.assert_close(turned_q.norm(dim=1), q.norm(dim=1))
    products = turned_q @ turned_k.T
    for distance in range(-9, 10):
        diagonal = products.diagonal(distance)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal))
    assert (products[0] - products[0, 0]).abs().max() > 0.1


def test_decoding_in_pieces_is_the_same():
    rotary, x = RotaryPositions(4), random(2, 6, 4)
    pieces = [rotary(x[:, :4]).data, rotary(x[:, 4:], start=4).data]
    torch.testing.assert_close(torch.cat(pieces, 1), rotary(x).data)


def test_gradcheck():
    cos, sin = torch.tensor([[0.6, 0.8]]).double(), torch.tensor([[0.8, 0.6]]).double()
    x = random(2, 3, 4)

    class Turn(RotateFunction):
        @staticmethod
        def forward(ctx, x):
            return RotateFunction.forward(ctx, x, cos, sin)

        @staticmethod
        def backward(ctx, grad):
            return RotateFunction.backward(ctx, grad)[0]

    assert_gradcheck(Turn, x)


def test_bad_input():
    with pytest.raises(ValueError, match="dim must be even, got 5"):
        sinusoidal_positions(3, 5)
    with pytest.raises(ValueError, match="whole numbers of at least 1, got dim=0"):
        RotaryPositions(0)
    with pytest.raises(ValueError, match=r"takes \(…, T, 4\), got shape \(2, 3\)"):
        RotaryPositions(4)(random(2, 3))
    with pytest.raises(ValueError, match=r"has \(3, 4\) rows and columns, x of shape \(1, 4, 4\)"):
        SinusoidalPositions(3, 4)(torch.ones(1, 4, 4))
    assert repr(RotaryPositions(4)) == "RotaryPositions(4, base=10000.0)"
