"""Forest: the mean of its trees, scikit-learn's accuracy, better than one tree, refusals."""

import pytest
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from dlcore.models.rivals.forest import RandomForest
from dlcore.models.rivals.tree import Tree


@pytest.fixture(scope="module")
def cells():
    x, y = load_breast_cancer(return_X_y=True)
    return train_test_split(x, y, test_size=200, random_state=0)


def test_answer_is_the_mean_of_the_trees(cells):
    x, y = torch.tensor(cells[0][:80]), torch.tensor(cells[2][:80]).double()
    forest = RandomForest(trees=3).fit(x, y)
    torch.testing.assert_close(forest(x), sum(tree(x) for tree in forest.trees) / 3)
    assert not torch.equal(forest.trees[0](x), forest.trees[1](x))
    torch.testing.assert_close(RandomForest(trees=3).fit(x, y)(x), forest(x), rtol=0, atol=0)


def test_as_good_as_scikit_learn_and_better_than_a_tree(cells):
    x_train, x_test, y_train, y_test = cells
    x, y = torch.tensor(x_train), torch.tensor(y_train).double()

    def right(model):
        return ((model(torch.tensor(x_test)) > 0.5) == torch.tensor(y_test)).double().mean()

    forest = right(RandomForest(trees=40).fit(x, y))
    theirs = RandomForestClassifier(40, random_state=0).fit(x_train, y_train).score(x_test, y_test)
    assert abs(forest - theirs) < 0.025
    assert forest > right(Tree(depth=30).fit(x, y))


def test_no_trees_are_refused():
    with pytest.raises(ValueError, match="at least 1 tree, got 0"):
        RandomForest(trees=0)
