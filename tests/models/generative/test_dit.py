"""DiT against DiTTransformer2DModel of diffusers: the same weights, outputs and gradients."""

import pytest
import torch
from diffusers import DiTTransformer2DModel
from diffusers.models.embeddings import get_2d_sincos_pos_embed, get_timestep_embedding

from dlcore.models.generative.denoiser import time_waves
from dlcore.models.generative.dit import DIFFUSERS, DiT, grid_waves
from dlcore.models.renaming import names_of
from tests.models.witness import assert_same, witness
from tests.oracle import assert_one_graph, random

SIZES = {"image_size": 8, "patch_size": 2, "width": 24, "layers": 2, "heads": 2, "channels": 3,
         "classes": 5}  # fmt: skip


def theirs(**options):
    sizes = {"num_attention_heads": 2, "attention_head_dim": 12, "in_channels": 3, "num_layers": 2,
             "sample_size": 8, "patch_size": 2, "num_embeds_ada_norm": 5,
             "norm_eps": 1e-6, **options}  # fmt: skip
    other = witness(lambda c: DiTTransformer2DModel(**c), lambda **s: s, **sizes)
    state = other.state_dict()
    for name in state:
        if "norm1" in name:
            state[name] = state[name] - 1  # the witness takes them for a norm's own weights
    for name in state:  # every block has its own copy of the embeddings
        if ".norm1.emb." in name:
            state[name] = state["transformer_blocks.0.norm1.emb." + name.split(".emb.")[1]]
    other.load_state_dict(state)
    return other


BASE = 10_000 ** (128 / 127)  # their slowest wave turns by t / 10,000, ours by a little more


@pytest.fixture
def pair(monkeypatch):
    exact = lambda t, dim, **_: time_waves(t, dim, BASE)  # noqa: E731, theirs is float32
    monkeypatch.setattr("diffusers.models.embeddings.get_timestep_embedding", exact)
    other, net = theirs(), DiT(**SIZES)
    net.load_diffusers(other.state_dict())
    net.time_embedding.base = BASE
    net.places.data = other.pos_embed.pos_embed[0]  # another rounding of the same numbers
    return net.double(), other.double()


def test_outputs_are_those_of_diffusers(pair):
    net, other = pair
    x, t, labels = random(3, 3, 8, 8), torch.tensor([0, 40, 999]), torch.tensor([0, 5, 2])
    assert_same(net(x, t, labels), other(x, t, labels).sample)


def test_waves_are_those_of_diffusers():
    t = torch.tensor([0, 3, 20])
    theirs = get_timestep_embedding(t, 256, flip_sin_to_cos=True, downscale_freq_shift=1)
    torch.testing.assert_close(time_waves(t, 256, BASE).float(), theirs, rtol=0, atol=1e-5)


def test_gradients_are_those_of_diffusers(pair):
    net, other = pair
    x, t, labels = random(3, 3, 8, 8), torch.tensor([0, 50, 999]), torch.tensor([0, 5, 2])
    probe = random(3, 3, 8, 8, seed=1)
    net(x, t, labels).backward(probe)
    other(x, t, labels).sample.backward(probe)
    grads = {name: parameter.grad for name, parameter in other.named_parameters()}
    for name, parameter in net.named_parameters():
        sources = names_of(name, DIFFUSERS)
        grad = torch.cat([total(grads, source) for source in sources])
        assert grad.abs().max() > 0, name
        scale = grad.abs().max().item()
        torch.testing.assert_close(parameter.grad, grad, rtol=0, atol=1e-9 * scale, msg=name)


def total(grads, name):
    """One embedding here is a copy in every block there: the gradients add up."""
    if ".norm1.emb." not in name:
        return grads[name]
    copies = (name.replace("blocks.0.", f"blocks.{i}.") for i in range(2))
    return sum(grads[copy] for copy in copies)


def test_places_are_those_of_diffusers():
    theirs = get_2d_sincos_pos_embed(24, 4, base_size=4, output_type="pt")
    torch.testing.assert_close(grid_waves(4, 24), theirs.float().view(16, 24), rtol=0, atol=1e-5)


def test_it_starts_at_zero_and_blocks_start_as_nothing():
    torch.manual_seed(0)
    net, x = DiT(8, 2, 24, 2, 2, classes=3), torch.randn(2, 1, 8, 8)
    assert torch.equal(net(x, 9).data, torch.zeros_like(x))
    words = torch.randn(2, 16, 24)
    assert torch.equal(net.blocks[0](words, torch.randn(2, 24)).data, words)


def test_every_weight_learns(pair):
    net, _ = pair
    x = random(6, 3, 8, 8)
    net(x, torch.arange(6), torch.arange(6)).square().mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


@pytest.mark.slow
def test_a_step_is_one_graph():
    net, t = DiT(8, 2, 12, 1, 1, classes=3).double(), torch.tensor([3, 700])
    assert_one_graph(lambda x: net(x, t, torch.tensor([0, 3])), random(2, 1, 8, 8))


def test_what_it_refuses():
    with pytest.raises(ValueError, match="image_size=9, patch_size=2, width=48"):
        DiT(9)
    with pytest.raises(ValueError, match="width that divides by 4, got .*width=30"):
        DiT(width=30)
    with pytest.raises(ValueError, match=r"DiT takes x \(N, 1, 8, 8\), got shape \(2, 1, 4, 4\)"):
        DiT()(torch.zeros(2, 1, 4, 4), 0)
    apart = theirs().state_dict()
    apart["transformer_blocks.1.norm1.emb.timestep_embedder.linear_1.bias"] += 1
    with pytest.raises(ValueError, match=r"one embedding .*but .*blocks.1.norm1.emb.*bias differs"):
        DiT(**SIZES).load_diffusers(apart)
