"""Neocognitron: cells by hand, learning without a teacher, and what a shift does to it."""

import pytest
import torch

from dlcore.data import shift
from dlcore.models import Neocognitron
from dlcore.models.backprop.neocognitron import SLayer


def bar_layer(threshold=0.5):
    """One S-plane that looks for a vertical bar of three pixels."""
    layer = SLayer(1, 1, 3, threshold)
    layer.templates[0, 0, :, 1] = 1 / 3**0.5
    return layer


def test_an_s_cell_answers_one_where_its_picture_is():
    x = torch.zeros(1, 1, 5, 5)
    x[0, 0, 1:4, 2] = 0.3  # faint, but the right shape
    answer = bar_layer()(x).data[0, 0]
    assert answer[2, 2].item() == pytest.approx(1, abs=1e-6)
    # one pixel up the patch has two of the three pixels: cosine 2 / √(2 · 3)
    assert answer[1, 2].item() == pytest.approx(((2 / 3) ** 0.5 - 0.5) / 0.5, abs=1e-6)
    assert answer[2, 0].item() == 0


def test_answers_do_not_depend_on_contrast():
    x = torch.rand(2, 1, 6, 6) + 0.1
    torch.testing.assert_close(bar_layer()(x).data, bar_layer()(7 * x).data, rtol=0, atol=1e-5)


def test_a_higher_threshold_silences_more_cells():
    x = torch.rand(2, 1, 6, 6)
    answers = [(bar_layer(t)(x).data > 0).sum().item() for t in (0.0, 0.6, 0.9)]
    assert answers[0] > answers[1] > answers[2]


def test_the_winner_turns_towards_what_it_sees():
    layer = SLayer(2, 2, kernel=1)
    layer.templates[:, :, 0, 0] = torch.tensor([[1.0, 0.0], [0.0, -1.0]])
    layer.learn(torch.tensor([3.0, 4.0]).view(1, 2, 1, 1), novelty=0.0, rate=0.5)
    expected = torch.tensor([1 + 0.5 * 0.6, 0.5 * 0.8])  # the patch has length 1: (0.6, 0.8)
    expected /= expected.norm()
    torch.testing.assert_close(layer.templates[0].flatten(), expected)
    assert layer.templates[1].flatten().tolist() == [0, -1]  # the loser stays as it is


def test_a_free_plane_takes_what_no_plane_knows():
    layer = SLayer(1, 2, 3)
    vertical, horizontal = torch.zeros(2, 1, 1, 3, 3)
    vertical[0, 0, :, 1] = 1
    horizontal[0, 0, 1] = 1
    torch.manual_seed(0)
    assert layer.learn(torch.zeros(3, 1, 3, 3)) == 0  # nothing to see
    for _ in range(30):
        used = layer.learn(torch.cat([vertical, horizontal]), novelty=0.6)
    assert used == 2
    assert layer.templates.flatten(1).norm(dim=1).tolist() == pytest.approx([1, 1])


def test_learning_uses_no_labels_and_stays_within_its_planes():
    torch.manual_seed(0)
    net = Neocognitron((4, 6))
    used = net.learn(torch.rand(30, 1, 8, 8), epochs=1)
    assert all(0 < u <= most for u, most in zip(used, (4, 6), strict=True))
    assert list(net.parameters()) == []
    assert tuple(net(torch.rand(3, 1, 8, 8)).shape) == (3, 6, 2, 2)


def test_a_shift_by_four_pixels_moves_the_answers_by_one():
    torch.manual_seed(0)
    net = Neocognitron((4, 6))
    x = torch.zeros(4, 1, 24, 24)
    x[:, :, 8:14, 8:14] = torch.rand(4, 1, 6, 6)
    net.learn(x, epochs=3)
    here, moved = net(x).data, net(shift(x, 0, 4)).data
    assert here.abs().sum() > 0
    torch.testing.assert_close(moved[..., 1:], here[..., :-1], rtol=0, atol=1e-5)


def test_edge_sizes():
    assert tuple(SLayer(2, 3, 1)(torch.zeros(0, 2, 1, 1)).shape) == (0, 3, 1, 1)
    assert SLayer(1, 1)(torch.zeros(1, 1, 1, 1)).item() == 0


@pytest.mark.parametrize("settings", [{"kernel": 2}, {"threshold": 1.0}, {"threshold": -0.1}])
def test_refusals(settings):
    with pytest.raises(ValueError, match="needs an odd kernel and a threshold of 0 to below 1"):
        SLayer(1, 1, **settings)
