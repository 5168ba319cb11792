"""The clock and the small net: against torch's layers, diffusers' waves, and their laws."""

import pytest
import torch
from diffusers.models.embeddings import get_timestep_embedding
from torch.nn import functional as F

from dlcore import Tensor, gradcheck
from dlcore.layers import mse_loss
from dlcore.models.generative.denoiser import Denoiser, DenoisingMLP, TimeEmbedding, time_waves
from tests.oracle import assert_one_graph, random


def test_waves_are_those_of_diffusers():
    t = torch.tensor([0.0, 1.0, 2.5, 40.0])
    theirs = get_timestep_embedding(t, 32, flip_sin_to_cos=True, downscale_freq_shift=0)
    torch.testing.assert_close(time_waves(t, 32).float(), theirs, rtol=0, atol=1e-5)


def test_waves_by_hand():
    cosines, sines = time_waves(torch.tensor([2]), 4, base=100.0).chunk(2, 1)
    torch.testing.assert_close(cosines, torch.tensor([[2.0, 0.2]]).double().cos())
    torch.testing.assert_close(sines, torch.tensor([[2.0, 0.2]]).double().sin())


def in_torch(net, x, t, labels):
    """DenoisingMLP once more, on torch's functions and the same weights."""
    w = {name: value.detach() for name, value in net.state_dict().items()}

    def linear(x, name):
        return F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])

    told = linear(F.silu(linear(time_waves(t, 32), "time_embedding.linear_1")),
                  "time_embedding.linear_2")  # fmt: skip
    told = F.silu(told + w["class_embedding.weight"][labels])
    h = linear(x.flatten(1), "first")
    for i in range(len(net.blocks)):
        at = f"blocks.{i}."
        n = F.layer_norm(h, h.shape[1:], w[at + "norm.weight"], w[at + "norm.bias"])
        n = F.silu(linear(n, at + "inner") + linear(told, at + "told"))
        h = h + linear(n, at + "outer")
    h = F.silu(F.layer_norm(h, h.shape[1:], w["norm.weight"], w["norm.bias"]))
    return linear(h, "last").view(x.shape)


@pytest.fixture
def net():
    torch.manual_seed(0)
    net = DenoisingMLP(6, width=10, blocks=2, classes=3).double()
    torch.nn.init.normal_(net.last.weight.data)
    return net


def test_it_is_torchs(net):
    x, t, labels = random(4, 2, 3), torch.tensor([0, 5, 500, 999]), torch.tensor([0, 2, 3, 1])
    torch.testing.assert_close(net(x, t, labels).data, in_torch(net, x, t, labels))


def test_it_starts_at_zero_and_every_weight_learns(net):
    fresh = DenoisingMLP(6, width=10)
    assert torch.equal(fresh(torch.randn(3, 6), 5).data, torch.zeros(3, 6))
    labels = torch.tensor([0, 1, 2, 3])
    mse_loss(net(random(4, 6), torch.arange(4) * 9, labels), random(4, 6, seed=1)).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_gradient_of_x(net):
    x = Tensor(random(2, 6), True)
    assert gradcheck(lambda x: net(x, torch.tensor([3, 700]), torch.tensor([1, 3])), [x])


def test_no_labels_is_the_class_none(net):
    x = random(3, 6)
    expected = net(x, 4, torch.full((3,), 3)).data
    assert torch.equal(net(x, 4).data, expected)
    assert torch.equal(net(x, torch.full((3,), 4)).data, expected)
    assert not torch.allclose(net(x, 4, torch.tensor([0, 1, 2])).data, expected)
    assert not torch.allclose(net(x, 5).data, expected)


def test_times_need_not_be_whole(net):
    x = random(2, 6)
    between = net(x, torch.tensor([4.5, 4.5])).data
    assert not torch.allclose(between, net(x, 4).data)


@pytest.mark.slow
def test_a_step_is_one_graph(net):
    t, labels = torch.tensor([3, 700]), torch.tensor([1, 3])
    assert_one_graph(lambda x: net(x, t, labels), random(2, 6))


def test_no_pictures_give_none(net):
    assert net(torch.zeros(0, 6).double(), 3).shape == (0, 6)


def test_what_it_refuses(net):
    with pytest.raises(ValueError, match=r"DenoisingMLP\(dim=6\) takes x .* got shape \(2, 5\)"):
        net(random(2, 5), 1)
    with pytest.raises(ValueError, match="waves come in pairs, cosine and sine: got 7"):
        TimeEmbedding(7, 4)
    with pytest.raises(ValueError, match=r"Denoiser\(classes=0\) knows no classes, got labels"):
        Denoiser(4, 4).condition(torch.zeros(1, 1), 1, torch.tensor([0]))
