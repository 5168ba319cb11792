"""Blanks: how many, of which kind, where never, and always asked for what stood there."""

import pytest
import torch

from dlcore.layers import cross_entropy
from dlcore.methods.prepare.cloze import IGNORED, blanks

MASK, V = 3, 50


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def words(*shape):
    return torch.randint(4, V, shape, generator=dice(9))


def test_fifteen_in_a_hundred_are_asked_and_eight_of_ten_of_them_masked():
    x = words(400, 100)
    shown, asked = blanks(x, MASK, V, dice())
    chosen = asked != IGNORED
    assert chosen.float().mean().item() == pytest.approx(0.15, abs=0.006)
    assert torch.equal(asked[chosen], x[chosen])
    assert torch.equal(shown[~chosen], x[~chosen])
    masked = (shown == MASK)[chosen].float().mean().item()
    same = (shown == x)[chosen].float().mean().item()
    assert masked == pytest.approx(0.8, abs=0.02)
    assert same == pytest.approx(0.1 + 0.1 / 46, abs=0.015)


def test_what_is_drawn_is_an_ordinary_word_and_any():
    x = words(400, 100)
    shown, asked = blanks(x, MASK, V, dice(1))
    drawn = shown[(asked != IGNORED) & (shown != MASK) & (shown != x)]
    assert drawn.unique().tolist() == list(range(4, V))


def test_special_tokens_are_left_alone():
    x = words(50, 20)
    x[:, 0], x[:, 15:] = 1, 0
    shown, asked = blanks(x, MASK, V, dice(), share=1.0)
    assert torch.equal(shown[:, 0], x[:, 0])
    assert torch.equal(shown[:, 15:], x[:, 15:])
    assert (asked[:, 15:] == IGNORED).all()
    assert (asked[:, 1:15] == x[:, 1:15]).all()


def test_the_loss_counts_only_what_was_asked():
    x = words(3, 8)
    shown, asked = blanks(x, MASK, V, dice(2), share=0.5)
    logits = torch.randn(3, 8, V, generator=dice(3))
    loss = cross_entropy(logits.flatten(0, 1), asked.flatten()).item()
    chosen = asked != IGNORED
    expected = torch.nn.functional.cross_entropy(logits[chosen], x[chosen]).item()
    assert loss == pytest.approx(expected, rel=1e-5)
    assert shown.shape == (3, 8)


def test_edges_seed_and_refusals():
    x = words(4, 6)
    assert torch.equal(blanks(x, MASK, V, dice(), 0.0)[0], x)
    assert blanks(words(0, 5), MASK, V, dice())[0].shape == (0, 5)
    one, same, other = (blanks(x, MASK, V, dice(s), 0.5)[0] for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    with pytest.raises(ValueError, match="share=1.5"):
        blanks(x, MASK, V, dice(), 1.5)
    with pytest.raises(ValueError, match="vocab_size=4"):
        blanks(x, MASK, 4, dice())
