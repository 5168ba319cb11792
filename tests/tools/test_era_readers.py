"""Readers of digits beside scikit-learn's: what they answer and how much they keep."""

import era_readers
import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from dlcore.data import digits

DATA = digits(500, seed=0)
X, Y, NEW = DATA.x_train[:400], DATA.y_train[:400], DATA.x_test
BY_NAME = {reader.name: reader for reader in era_readers.READERS}


def learned(name, setting):
    return BY_NAME[name].learn(X, Y, setting, 0)


def test_the_neighbour_is_scikit_learns():
    rival = KNeighborsClassifier(1, metric="cosine", algorithm="brute").fit(X, Y)
    reading = learned("Nearest neighbour, by angle", None)
    assert (reading.answer(NEW).numpy() == rival.predict(NEW)).all()
    assert reading.parameters == 400 * 64


def test_machines_agree_with_scikit_learns():
    reading = learned("Support vector machine, bell curves", (0.1, 3.0))
    rivals = [SVC(C=3.0, gamma=0.1).fit(X, digit == Y) for digit in range(10)]
    scores = np.array([rival.decision_function(NEW) for rival in rivals])
    assert (reading.answer(NEW).numpy() == scores.argmax(0)).mean() > 0.99
    kept = sum(rival.n_support_.sum() for rival in rivals)
    assert reading.parameters == pytest.approx(65 * kept, rel=0.05)


def test_a_tree_counts_its_questions_and_its_leaves():
    reading = learned("Decision tree", 1)
    assert (reading.parameters, reading.operations) == (2 + 20, 1)
    assert len(reading.answer(NEW).unique()) == 2


@pytest.mark.parametrize("name", ["Least squares", "Perceptrons, ten"])
def test_one_unit_for_each_digit(name):
    reading = learned(name, None)
    assert (reading.answer(NEW) == DATA.y_test).float().mean() > 0.8
    assert reading.parameters == reading.operations + 10


def test_names_are_rows_with_one_high():
    assert era_readers.names(torch.tensor([2]), -1.0).tolist() == [[-1, -1, 1, *[-1] * 7]]
