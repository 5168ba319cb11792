import pytest
import torch
import torch.nn.functional as F

import dlcore
from dlcore import Embedding, Tensor
from dlcore.layers import embedding, one_hot
from dlcore.layers.embedding import EmbeddingFunction
from tests.oracle import assert_gradcheck, assert_like_torch, random


@pytest.mark.parametrize(
    "index", [torch.tensor([[0, 2], [2, 4]]), torch.tensor(3), torch.ones(0).long()]
)
@pytest.mark.parametrize("padding", [None, 2, -1])
def test_like_torch(index, padding):
    weight = random(5, 3)
    if padding is None:
        assert_gradcheck(EmbeddingFunction, index, weight, None)
    padding = None if padding is None else padding % 5
    assert_like_torch(
        lambda w: embedding(index, w, padding), lambda w: F.embedding(index, w, padding), [weight]
    )


def test_it_is_a_product_with_one_hot_rows():
    weight, index = random(5, 3), torch.tensor([4, 0, 4])
    onehot = F.one_hot(index, 5).double()
    torch.testing.assert_close(embedding(index, Tensor(weight)).data, onehot @ weight)


@pytest.mark.parametrize("padding", [None, 1, -2])
def test_starts_as_torch_does(padding):
    torch.manual_seed(0)
    ours = Embedding(5, 3, padding)
    torch.manual_seed(0)
    theirs = torch.nn.Embedding(5, 3, padding)
    assert torch.equal(ours.weight.data, theirs.weight.detach())
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_a_word_used_twice_learns_twice():
    layer = Embedding(3, 2)
    layer(torch.tensor([1, 1, 2])).backward(torch.ones(3, 2))
    assert layer.weight.grad.tolist() == [[0, 0], [2, 2], [1, 1]]


def test_bad_input():
    with pytest.raises(TypeError, match=r"\(int64\), got torch.float32; use .long\(\)"):
        Embedding(3, 2)(torch.ones(2))
    with pytest.raises(ValueError, match=r"embedding got index 3, but has rows 0..2"):
        Embedding(3, 2)(torch.tensor([0, 3]))
    with pytest.raises(ValueError, match=r"embedding got index -1"):
        Embedding(3, 2)(torch.tensor([-1]))
    with pytest.raises(ValueError, match="padding_idx=3 is none of the 3 rows"):
        Embedding(3, 2, padding_idx=3)


@pytest.mark.parametrize("name", ["CosineSimilarity", "PairwiseDistance"])
@pytest.mark.parametrize("settings", [(), (1, 0.1)])
def test_distances_like_torch(name, settings):
    ours, theirs = (getattr(nn, name)(*settings) for nn in (dlcore, torch.nn))
    assert_like_torch(ours, theirs, [random(4, 3), random(4, 3, seed=1)])
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("classes", [-1, 5])
def test_one_hot_like_torch(classes):
    for index in (torch.tensor([[0, 2], [3, 3]]), torch.tensor(1)):
        assert torch.equal(one_hot(index, classes), F.one_hot(index, classes))
    assert one_hot(torch.ones(0).long(), 3).shape == (0, 3)
    with pytest.raises(ValueError, match=r"outside of 0..1"):
        one_hot(torch.tensor([2]), 2)
    with pytest.raises(TypeError, match="whole numbers .*got torch.float32"):
        one_hot(torch.tensor([2.0]))
