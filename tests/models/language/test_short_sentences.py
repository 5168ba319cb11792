"""A language whose sentences can all be counted: they sum to one, place by place as torch says."""

import pytest
import torch

from dlcore import layers
from dlcore.models import ShortSentences
from tests.oracle import random


def model(tokens=3, length=4):
    net = ShortSentences(tokens, length, hidden=5).double()
    for seed, parameter in enumerate(net.parameters()):
        parameter.data = random(*parameter.data.shape, seed=seed)
    return net


def by_loops(w, sentence, tokens):
    """One sentence, place by place: a plain list of what stands before, and torch's softmax."""
    total, length = 0.0, len(sentence)
    for place in range(length):
        read = torch.zeros(length * tokens + length, dtype=torch.float64)
        for earlier in range(place):
            read[earlier * tokens + sentence[earlier]] = 1
        read[length * tokens + place] = 1
        hidden = torch.tanh(w["net.0.weight"] @ read + w["net.0.bias"])
        scores = w["net.2.weight"] @ hidden + w["net.2.bias"]
        total = total + torch.log_softmax(scores, 0)[sentence[place]]
    return total


def test_numbers_and_gradients_of_the_loops():
    net = model()
    rows = net.sentences[[0, 17, 80, 44]]
    theirs = {name: v.clone().requires_grad_() for name, v in net.state_dict().items()}
    y = net(rows)
    expected = torch.stack([by_loops(theirs, row.tolist(), 3) for row in rows])
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=1e-12)
    probe = random(4)
    y.backward(probe)
    expected.backward(probe)
    for name, parameter in net.named_parameters():
        torch.testing.assert_close(parameter.grad, theirs[name].grad, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("tokens", "length"), [(3, 4), (2, 1), (4, 6), (1, 3)])
def test_all_sentences_stand_once_and_sum_to_one(tokens, length):
    net = model(tokens, length)
    assert net.sentences.shape == (tokens**length, length)
    assert len(net.sentences.unique(dim=0)) == tokens**length
    assert net.log_probs().exp().sum().item() == pytest.approx(1)
    assert "sentences" not in net.state_dict()


def test_a_token_depends_on_what_stands_before():
    net = model()
    read = net.prefixes(torch.tensor([[0, 1, 2, 0], [0, 1, 0, 0]]))
    assert torch.equal(read[0, :3], read[1, :3])
    assert not torch.equal(read[0, 3], read[1, 3])
    assert isinstance(net.net[1], layers.Tanh)


def test_refusals():
    with pytest.raises(ValueError, match="10 tokens in 6 places make more than 100,000"):
        ShortSentences(10, 6)
    with pytest.raises(ValueError, match=r"takes sentences \(N, 4\), got \(2, 3\)"):
        model()(torch.zeros(2, 3, dtype=torch.int64))
    with pytest.raises(ValueError, match="length"):
        ShortSentences(3, 0)
