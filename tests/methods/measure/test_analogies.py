"""Analogies: a table drawn by hand, brute force, and the edges."""

import pytest
import torch

from dlcore.methods.measure.analogies import analogy_questions, complete

WORDS = ["king", "queen", "man", "woman", "tree"]
VECTORS = torch.tensor([[1.0, 0, 1], [1, 1, 1], [0.3, 0, 1], [0.3, 1, 1], [-1, 0, -1]])


def test_by_hand():
    question = torch.tensor([[2, 3, 0]])  # man is to woman as king is to …
    assert WORDS[complete(VECTORS, question)] == "queen"
    near = complete(VECTORS, question, exclude=False, offset=False)
    assert WORDS[near] == "king"  # itself


def test_against_brute_force():
    dice = torch.Generator().manual_seed(0)
    for case in range(200):
        vectors = torch.randn(7, 3, generator=dice).double()
        a, b, c = torch.randperm(7, generator=dice)[:3].tolist()
        exclude, offset = case % 2 == 0, case % 4 < 2
        best, found = -9.0, -1
        for word in range(7):
            if exclude and word in (a, b, c):
                continue
            unit = [v / v.norm() for v in vectors]
            target = unit[b] - unit[a] + unit[c] if offset else unit[c]
            cosine = float(torch.dot(unit[word], target) / target.norm())
            if cosine > best:
                best, found = cosine, word
        assert complete(vectors, torch.tensor([[a, b, c]]), exclude, offset).item() == found


def test_questions():
    questions, answers = analogy_questions([(0, 1), (2, 3)])
    assert questions.tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0], [3, 2, 1]]
    assert answers.tolist() == [3, 2, 1, 0]
    questions, answers = analogy_questions([(0, 1), (1, 2)])
    assert questions.shape == (0, 3)
    assert answers.shape == (0,)
    assert complete(VECTORS, questions).shape == (0,)


def test_refusals():
    with pytest.raises(ValueError, match=r"got shapes \(5, 3\) and \(1, 2\)"):
        complete(VECTORS, torch.tensor([[0, 1]]))
