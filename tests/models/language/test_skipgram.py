"""Skip-gram: the loss against torch, the noise against shares, and that it learns."""

import pytest
import torch
from torch.nn.functional import logsigmoid

from dlcore.models import SkipGram
from dlcore.models.language.skipgram import (
    NegativeSampling,
    draw_noise,
    negative_sampling,
    noise_shares,
    softplus,
)
from dlcore.training import Adam
from tests.oracle import assert_gradcheck, assert_like_torch, random


def torch_loss(u, v, n):
    return -logsigmoid((u * v).sum(1)) - logsigmoid(-torch.einsum("nkd,nd->nk", n, u)).sum(1)


@pytest.mark.parametrize("shape", [(4, 3, 2), (1, 1, 1), (3, 2, 0), (0, 2, 3)])
def test_loss_and_gradient_are_torchs(shape):
    rows, dim, noise = shape
    inputs = [random(rows, dim), random(rows, dim, seed=1), random(rows, noise, dim, seed=2)]
    assert_like_torch(negative_sampling, torch_loss, inputs)


def test_gradcheck():
    assert_gradcheck(NegativeSampling, random(3, 4), random(3, 4), random(3, 5, 4))


def test_by_hand():
    u, v, n = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, 0.0]]), torch.tensor([[[0.0, -1.0]]])
    expected = torch.tensor([1 / (1 + torch.e**-0.5), 1 / (1 + torch.e**-2)]).log().sum()
    torch.testing.assert_close(negative_sampling(u, v, n).data[0], -expected)


def test_no_overflow():
    z = torch.tensor([-1e4, -3.0, 0.0, 3.0, 1e4])
    torch.testing.assert_close(softplus(z), torch.nn.functional.softplus(z))


def test_a_new_model_finds_all_equally_likely():
    torch.manual_seed(0)
    model = SkipGram(9, 4)
    word, noise = torch.arange(9), torch.randint(9, (9, 5))
    assert model(word, word, noise).item() == pytest.approx(6 * torch.log(torch.tensor(2.0)).item())
    assert model.vectors.shape == (9, 4)
    assert set(model.state_dict()) == {"words.weight", "neighbours.weight"}


def test_noise_shares():
    shares = noise_shares(torch.tensor([0, 0, 0, 0, 2]), 4, power=0.5)
    torch.testing.assert_close(shares, torch.tensor([2 / 3, 0, 1 / 3, 0]))
    assert noise_shares(torch.tensor([0, 1]), 3, power=0.0).tolist() == [0.5, 0.5, 0]


def test_noise_is_drawn_by_its_shares():
    shares = torch.tensor([0.5, 0.0, 0.3, 0.2])
    drawn = draw_noise(shares, 4000, 5, torch.Generator().manual_seed(0))
    assert drawn.shape == (4000, 5)
    found = torch.bincount(drawn.flatten(), minlength=4) / 20000
    assert (found - shares).abs().max() < 0.015
    assert found[1] == 0


def test_words_with_the_same_neighbours_become_alike():
    torch.manual_seed(0)
    dice = torch.Generator().manual_seed(0)
    # words 0 and 1 meet 4 and 5, words 2 and 3 meet 6 and 7
    word = torch.randint(4, (600,), generator=dice)
    neighbour = 4 + 2 * (word // 2) + torch.randint(2, (600,), generator=dice)
    shares, model = noise_shares(neighbour, 8), SkipGram(8, 6)
    adam = Adam(model.parameters(), lr=0.05)
    for _ in range(60):
        adam.zero_grad()
        model(word, neighbour, draw_noise(shares, 600, 3, dice)).backward()
        adam.step()
    unit = torch.nn.functional.normalize(model.vectors[:4], dim=1)
    cosines = unit @ unit.T
    assert min(cosines[0, 1], cosines[2, 3]) > 0.8
    assert cosines[:2, 2:].max() < 0.3
