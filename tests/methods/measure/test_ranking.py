"""Top-k error: by hand, against sorting, and at its edges."""

import pytest
import torch

from dlcore.methods.measure.ranking import ranks, topk_error

SCORES = torch.tensor([[3.0, 1.0, 2.0], [1.0, 2.0, 3.0], [5.0, 5.0, 0.0]])


def test_by_hand():
    labels = torch.tensor([2, 0, 0])
    assert ranks(SCORES, labels).tolist() == [1, 2, 1]  # the last shares its score with another
    assert [topk_error(SCORES, labels, k) for k in (1, 2, 3)] == pytest.approx([1, 1 / 3, 0])


def test_against_sorting():
    source = torch.Generator().manual_seed(0)
    scores = torch.randn(200, 12, generator=source)
    labels = torch.randint(12, (200,), generator=source)
    for k in (1, 5, 12):
        hits = (scores.topk(k, 1).indices == labels[:, None]).any(1)
        assert topk_error(scores, labels, k) == pytest.approx(1 - hits.double().mean().item())
    first = (scores.argmax(1) != labels).double().mean().item()
    assert topk_error(scores, labels, 1) == pytest.approx(first)


def test_the_same_score_for_all_is_right_about_nothing():
    labels = torch.tensor([0, 1, 2])
    assert topk_error(torch.zeros(3, 10), labels, 5) == 1.0
    assert topk_error(torch.zeros(3, 10), labels, 10) == 0.0


def test_nothing_and_one():
    assert topk_error(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), 2) == 0.0
    assert topk_error(torch.tensor([[0.3]]), torch.tensor([0]), 1) == 0.0


def test_infinite_scores_have_their_places():
    scores = torch.tensor([[float("inf"), 0.0, -float("inf")]])
    assert [ranks(scores, torch.tensor([c])).item() for c in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("scores", "labels", "k", "message"),
    [
        (torch.zeros(3), torch.zeros(3).long(), 1, r"scores \(N, C\) with labels \(N,\).*\(3,\)"),
        (torch.zeros(3, 4), torch.zeros(2).long(), 1, r"\(3, 4\) and \(2,\)"),
        (torch.zeros(3, 4), torch.zeros(3).long(), 0, "k must be from 1 to the 4 classes, got 0"),
        (torch.zeros(3, 4), torch.zeros(3).long(), 5, "k must be from 1 to the 4 classes, got 5"),
        (torch.full((1, 2), float("nan")), torch.zeros(1).long(), 1, "not a number"),
    ],
)
def test_refusals(scores, labels, k, message):
    with pytest.raises(ValueError, match=message):
        topk_error(scores, labels, k)
