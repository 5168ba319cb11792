"""Log-likelihood: token by token, its slope against torch, and all continuations add up to 1."""

import itertools

import pytest
import torch

from dlcore import models
from dlcore.autodiff import no_grad
from dlcore.methods.decode.likelihood import log_likelihood


def small():
    torch.manual_seed(0)
    return models.GPT(3, 6, 8, 2, 1).double()


@pytest.mark.parametrize("begin", [1, 3, 4])
def test_sums_the_log_probabilities_one_by_one(begin):
    net = small()
    tokens = torch.randint(3, (4, 5), generator=torch.Generator().manual_seed(1))
    expected = torch.zeros(4, dtype=torch.float64)
    for t in range(begin, 5):
        after = net(tokens[:, :t]).data[:, -1].log_softmax(-1)
        expected += after[range(4), tokens[:, t]]
    torch.testing.assert_close(log_likelihood(net, tokens, begin).data, expected)


def test_all_continuations_add_up_to_one():
    ends = torch.tensor(list(itertools.product(range(3), repeat=3)))
    tokens = torch.cat([torch.tensor([[1, 2]]).expand(len(ends), -1), ends], 1)
    with no_grad():
        total = log_likelihood(small(), tokens, 2).data.exp().sum()
    assert total.item() == pytest.approx(1, abs=1e-12)


def test_the_slope_is_what_nudging_finds():
    net = small()
    tokens = torch.tensor([[0, 1, 2, 1], [2, 2, 0, 0]])
    weight = net.head.weight
    log_likelihood(net, tokens, 2).backward(torch.tensor([1.0, -0.5]).double())
    for place in ((0, 0), (2, 5)):
        pair = []
        for nudge in (1e-6, -1e-6):
            weight.data[place] += nudge
            with no_grad():
                pair.append(log_likelihood(net, tokens, 2).data @ torch.tensor([1, -0.5]).double())
            weight.data[place] -= nudge
        assert (pair[0] - pair[1]).item() / 2e-6 == pytest.approx(
            weight.grad[place].item(), abs=1e-7
        )


@pytest.mark.parametrize("begin", [0, 4, 7])
def test_bad_input(begin):
    with pytest.raises(ValueError, match=r"from 1 ≤ begin < T on, got shape \(2, 4\)"):
        log_likelihood(small(), torch.zeros(2, 4, dtype=torch.int64), begin)
    with pytest.raises(ValueError, match=r"judges tokens \(N, T\)"):
        log_likelihood(small(), torch.zeros(4, dtype=torch.int64), 1)
