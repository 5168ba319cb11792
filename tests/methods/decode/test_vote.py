"""Voting: ties, weights, the best of n, and pass@k against trying all choices."""

import itertools

import pytest
import torch

from dlcore.methods.decode.vote import best_of, majority, pass_at


def test_the_most_frequent_answer_wins_and_ties_go_to_the_first():
    answers = torch.tensor([[7, 3, 3, 9], [5, 8, 8, 5], [4, 6, 1, 2], [2, 2, 2, 2]])
    assert majority(answers).tolist() == [3, 5, 4, 2]


def test_one_sample_is_its_own_majority():
    answers = torch.tensor([[12], [-3]])
    assert majority(answers).tolist() == [12, -3]
    assert majority(answers[:0]).shape == (0,)


def test_weights_count_votes_more_or_less():
    answers = torch.tensor([[7, 3, 3, 9]])
    assert majority(answers, torch.tensor([[0.1, 0.3, 0.3, 0.7]])).tolist() == [9]
    assert majority(answers, torch.tensor([[0.1, 0.4, 0.4, 0.7]])).tolist() == [3]
    assert majority(answers, torch.ones(1, 4)).tolist() == majority(answers).tolist()


def test_best_of_takes_the_highest_score():
    answers = torch.tensor([[7, 3, 9], [1, 2, 3]])
    scores = torch.tensor([[0.2, -1.0, 0.1], [0.0, 0.5, 0.5]])
    assert best_of(answers, scores).tolist() == [7, 2]


@pytest.mark.parametrize("k", [1, 2, 4, 5])
def test_pass_at_is_the_share_of_choices_that_hold_a_right_one(k):
    right = torch.tensor([[c < n for c in range(5)] for n in range(6)])
    for row, share in zip(right, pass_at(right, k)):
        choices = [any(choice) for choice in itertools.combinations(row.tolist(), k)]
        assert share.item() == pytest.approx(sum(choices) / len(choices), abs=1e-12)


def test_bad_input():
    answers, scores = torch.ones(2, 3, dtype=torch.int64), torch.ones(2, 3)
    with pytest.raises(ValueError, match=r"majority takes answers \(N, K ≥ 1\) as whole numbers"):
        majority(scores)
    with pytest.raises(ValueError, match="best_of takes answers"):
        best_of(answers[:, :0], scores[:, :0])
    with pytest.raises(ValueError, match=r"one number for each answer of \(2, 3\), got \(2, 2\)"):
        majority(answers, scores[:, :2])
    with pytest.raises(TypeError, match="best_of takes floating-point numbers"):
        best_of(answers, answers)
    for right, k in ((answers, 1), (answers > 0, 4), (answers > 0, 0)):
        with pytest.raises(ValueError, match="pass_at takes right"):
            pass_at(right, k)
