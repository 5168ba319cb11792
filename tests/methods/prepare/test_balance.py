"""Classes of unequal size: by hand, torch's weighted loss, every row kept, refusals."""

import pytest
import torch

from dlcore.methods.prepare.balance import class_weights, oversample


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_weights_by_hand():
    weights = class_weights(torch.tensor([0, 0, 0, 1]), 2)
    torch.testing.assert_close(weights, torch.tensor([4 / 6, 2.0]))
    assert class_weights(torch.tensor([1, 0]), 2).tolist() == [1, 1]


def test_all_classes_weigh_the_same():
    labels = torch.randint(5, (200,), generator=dice())
    weights = class_weights(labels, 5)
    totals = torch.zeros(5).index_add_(0, labels, weights[labels])
    torch.testing.assert_close(totals, torch.full((5,), 40.0))


def test_a_weighted_loss_is_that_of_rows_drawn_again():
    labels, scores = torch.tensor([0] * 6 + [1] * 2), torch.randn(8, 2, generator=dice())
    rows = oversample(labels, dice())
    loss = torch.nn.functional.cross_entropy
    weighted = loss(scores, labels, weight=class_weights(labels, 2))
    torch.testing.assert_close(weighted, loss(scores[rows], labels[rows]))


@pytest.mark.parametrize("seed", range(3))
def test_every_row_occurs_and_classes_are_even(seed):
    labels = torch.tensor([2] * 7 + [5] * 3 + [9])
    rows = oversample(labels, dice(seed))
    assert torch.bincount(labels[rows]).tolist() == [0, 0, 7, 0, 0, 7, 0, 0, 0, 7]
    counts = torch.bincount(rows, minlength=11)
    assert counts[:7].tolist() == [1] * 7
    assert sorted(counts[7:10].tolist()) == [2, 2, 3]
    assert counts[10] == 7


def test_order_is_random_and_follows_the_generator():
    labels = torch.tensor([0] * 50 + [1] * 5)
    assert torch.equal(oversample(labels, dice(1)), oversample(labels, dice(1)))
    assert not torch.equal(oversample(labels, dice(1)), oversample(labels, dice(2)))
    assert 5 < labels[oversample(labels, dice(1))][:50].sum() < 45


def test_a_missing_class_is_refused():
    with pytest.raises(ValueError, match=r"got counts \[2, 0\]"):
        class_weights(torch.tensor([0, 0]), 2)
    with pytest.raises(ValueError, match="of no other"):
        class_weights(torch.tensor([0, 1, 2]), 2)
