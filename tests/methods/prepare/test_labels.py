"""Labels: how many turn and into what, duplicates by hand, who is sure enough, refusals."""

import pytest
import torch

from dlcore.methods.prepare.labels import near_duplicates, pseudo_labels, wrong_labels


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_none_and_all_turn():
    labels = torch.arange(300) % 3
    assert torch.equal(wrong_labels(labels, 0, 3, dice()), labels)
    turned = wrong_labels(labels, 1, 3, dice())
    assert bool((turned != labels).all())
    assert set(turned.tolist()) == {0, 1, 2}


def test_the_share_turns_evenly():
    labels = torch.zeros(20_000, dtype=torch.int64)
    counts = torch.bincount(wrong_labels(labels, 0.3, 4, dice()))
    assert abs(counts[0] / 20_000 - 0.7) < 0.01
    assert (counts[1:] / 20_000 - 0.1).abs().max() < 0.01


def test_same_dice_same_labels():
    labels = torch.arange(100) % 10
    again = [wrong_labels(labels, 0.5, 10, dice(s)) for s in (1, 1, 2)]
    assert torch.equal(again[0], again[1])
    assert not torch.equal(again[0], again[2])


def test_duplicates_by_hand():
    x = torch.tensor([[0.0, 0], [3, 4], [0, 0], [0, 1]])
    assert near_duplicates(x, 0).tolist() == [[0, 2]]
    assert near_duplicates(x, 1).tolist() == [[0, 2], [0, 3], [2, 3]]
    assert near_duplicates(x, 5).tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    assert near_duplicates(x[:1], 9).shape == (0, 2)
    pictures = x.view(4, 1, 1, 2)
    assert torch.equal(near_duplicates(pictures, 1), near_duplicates(x, 1))


def test_pseudo_labels_by_hand():
    p = torch.tensor([[0.5, 0.5], [0.1, 0.9], [0.8, 0.2]])
    rows, answers = pseudo_labels(p, 0.8)
    assert (rows.tolist(), answers.tolist()) == ([1, 2], [1, 0])
    assert len(pseudo_labels(p, 0.95)[0]) == 0
    assert pseudo_labels(p, 0)[0].tolist() == [0, 1, 2]


def test_refusals():
    labels = torch.tensor([0, 1])
    with pytest.raises(ValueError, match="between 0 and 1"):
        wrong_labels(labels, 1.5, 2, dice())
    with pytest.raises(ValueError, match="2 classes or more"):
        wrong_labels(labels, 0.5, 1, dice())
