"""Films of a moving bar: every frame is the one before, moved."""

import pytest
import torch

from dlcore.data import moving_bars


def test_each_frame_is_the_one_before_moved_by_a_pixel():
    x, y = moving_bars(40, noise=0.0)
    assert x.shape == (40, 1, 8, 10, 10)
    moves = {0: (1, 3), 1: (-1, 3), 2: (1, 2), 3: (-1, 2)}
    for film, direction in zip(x, y.tolist()):
        step, axis = moves[direction]
        assert torch.equal(film[:, 1:], film[:, :-1].roll(step, axis))
        assert film.sum() == 8 * 10


def test_a_single_frame_does_not_say_which_way():
    x, y = moving_bars(4000, noise=0.0)
    first = x[:, 0, 0]
    right, left = (first[y == direction].mean(0) for direction in (0, 1))
    torch.testing.assert_close(right, left, rtol=0, atol=0.05)


def test_directions_are_dealt_in_turn_and_seeds_differ():
    assert moving_bars(8).y.tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    assert torch.equal(moving_bars(8).x, moving_bars(8).x)
    assert not torch.equal(moving_bars(8).x, moving_bars(8, seed=1).x)


def test_noise_has_the_size_asked_for():
    clean, noisy = moving_bars(400, noise=0.0).x, moving_bars(400, noise=0.3).x
    assert (noisy - clean).std().item() == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("settings", [{"frames": 1}, {"size": 2}])
def test_refusals(settings):
    with pytest.raises(ValueError, match="a bar needs 2 frames and 3 pixels to move"):
        moving_bars(8, **settings)
