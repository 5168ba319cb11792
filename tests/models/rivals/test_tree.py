"""Trees: a split by hand, scikit-learn as oracle, the path in words, edges, refusals."""

import pytest
import torch
from sklearn.datasets import load_diabetes, load_wine
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from dlcore.models.rivals.tree import Tree


def test_first_question_by_hand():
    # between 2 and 4 the values jump: the limit is 3, the leaves answer 0 and 10
    x = torch.tensor([[1.0, 0.0], [2.0, 1.0], [4.0, 0.0], [5.0, 1.0]])
    tree = Tree(depth=1).fit(x, torch.tensor([0.0, 0.0, 10.0, 10.0]))
    assert tree.questions[0] == (0, 3.0, 1, 2)
    assert tree(torch.tensor([[3.0, 9.0], [3.1, 9.0]])).tolist() == [0.0, 10.0]
    assert tree.path(x[3], ["length", "width"]) == ["length = 5 > 3"]


@pytest.mark.parametrize(("depth", "min_leaf"), [(1, 1), (3, 1), (4, 7)])
def test_regression_agrees_with_scikit_learn(depth, min_leaf):
    x, y = load_diabetes(return_X_y=True)
    theirs = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=min_leaf, random_state=0)
    ours = Tree(depth, min_leaf).fit(torch.tensor(x), torch.tensor(y))
    expected = torch.tensor(theirs.fit(x, y).predict(x))
    torch.testing.assert_close(ours(torch.tensor(x)), expected)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_classes_agree_with_scikit_learn(depth):
    x, y = load_wine(return_X_y=True)
    theirs = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(x, y)
    ours = Tree(depth).fit(torch.tensor(x), torch.eye(3).double()[torch.tensor(y)])
    expected = torch.tensor(theirs.predict_proba(x))
    torch.testing.assert_close(ours(torch.tensor(x)), expected)


def test_deep_tree_knows_its_examples_by_heart():
    torch.manual_seed(0)
    x, y = torch.randn(50, 3), torch.randn(50)
    torch.testing.assert_close(Tree(depth=50).fit(x, y)(x), y)


def test_same_examples_and_same_values_ask_nothing():
    assert Tree().fit(torch.ones(4, 2), torch.arange(4.0)).questions == [None]
    assert Tree().fit(torch.randn(4, 2), torch.ones(4)).questions == [None]
    assert Tree().fit(torch.ones(1, 2), torch.tensor([3.0]))(torch.zeros(1, 2)).tolist() == [3.0]


def test_drawn_features_follow_the_generator():
    torch.manual_seed(0)
    x, y = torch.randn(40, 6), torch.randn(40)
    grown = [Tree(3, features=2, generator=torch.Generator().manual_seed(s)) for s in (1, 1, 2)]
    first, again, other = [tree.fit(x, y).questions for tree in grown]
    assert first == again != other


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="leaves of 1 or more, got 3 and 0"):
        Tree(3, min_leaf=0)
    with pytest.raises(ValueError, match=r"one row of values for each, got \(3, 2\) and \(2,\)"):
        Tree().fit(torch.ones(3, 2), torch.ones(2))


def test_whole_numbers_have_limits_between_them():
    tree = Tree(depth=1).fit(torch.tensor([[1], [2], [4], [5]]), torch.tensor([0, 0, 10, 10]))
    assert tree.questions[0] == (0, 3.0, 1, 2)
    assert tree(torch.tensor([[3], [4]])).tolist() == [0.0, 10.0]
