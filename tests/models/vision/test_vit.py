import pytest
import torch
import transformers

from dlcore import gradcheck
from dlcore.layers import cross_entropy
from dlcore.models import ViT
from dlcore.models.language.gpt import small_weights
from dlcore.training import Adam
from tests.models.witness import assert_same, witness
from tests.oracle import random

SIZES = {
    "image_size": 8, "patch_size": 4, "num_classes": 5, "d_model": 12, "nhead": 3,
    "num_layers": 2, "dim_feedforward": 20, "channels": 2, "layer_norm_eps": 1e-12,
}  # fmt: skip


def theirs(**options):
    sizes = {
        "image_size": 8, "patch_size": 4, "num_labels": 5, "hidden_size": 12,
        "num_attention_heads": 3, "num_hidden_layers": 2, "intermediate_size": 20,
        "num_channels": 2, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
        **options,
    }  # fmt: skip
    return witness(transformers.ViTForImageClassification, transformers.ViTConfig, **sizes)


@pytest.fixture
def vit():
    torch.manual_seed(0)
    net = ViT(**SIZES).double()
    small_weights(net, 0.4)
    return net


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_answers_as_transformers_does(dtype):
    other, net = theirs().to(dtype), ViT(**SIZES).to(dtype)
    net.load_transformers(other.state_dict())
    x = random(3, 2, 8, 8).to(dtype)
    assert_same(net(x), other(x).logits)
    assert_same(net.features(x), other.vit(x).last_hidden_state)


def test_loss_and_gradients_are_those_of_transformers():
    other, net = theirs().double(), ViT(**SIZES).double()
    net.load_transformers(other.state_dict())
    x, labels = random(3, 2, 8, 8), torch.tensor([0, 4, 2])
    loss = cross_entropy(net(x), labels)
    expected = torch.nn.functional.cross_entropy(other(x).logits, labels)
    assert loss.item() == pytest.approx(expected.item(), abs=1e-10)
    loss.backward()
    expected.backward()
    inner = other.vit.embeddings
    for mine, grad in [
        (net.class_token.grad, inner.cls_token.grad),
        (net.positions.grad, inner.position_embeddings.grad),
        (net.patches.weight.grad, inner.patch_embeddings.projection.weight.grad),
        (net.head.bias.grad, other.classifier.bias.grad),
    ]:
        torch.testing.assert_close(mine, grad, rtol=0, atol=1e-10)


def test_weights_of_another_model_are_refused():
    with pytest.raises(ValueError, match=r"such a ViT: missing \[\], unknown \['vit.layers.2"):
        ViT(**SIZES).load_transformers(theirs(num_hidden_layers=3).state_dict())
    with pytest.raises(ValueError, match=r"positions with shape \(1, 17, 12\), .* \(1, 5, 12\)"):
        ViT(**SIZES).load_transformers(theirs(image_size=16).state_dict())


# -- laws -----------------------------------------------------------------------------------------
def swap_patches(x):
    """The upper and the lower row of patches exchanged."""
    return torch.cat([x[:, :, 4:], x[:, :, :4]], 2)


def test_without_positions_the_order_of_patches_does_not_matter(vit):
    x = random(2, 2, 8, 8)
    assert not torch.allclose(vit(swap_patches(x)).data, vit(x).data)
    vit.positions.data.zero_()
    torch.testing.assert_close(vit(swap_patches(x)).data, vit(x).data, rtol=0, atol=1e-12)


def test_patches_keep_their_place(vit):
    """Without attention's sums a feature depends on its own patch alone, rows first."""
    for layer in vit.layers:
        layer.self_attn.out_proj.weight.data.zero_()
    x = random(1, 2, 8, 8)
    before = vit.features(x).data
    x[:, :, :4, 4:] += 1  # upper right
    changed = (vit.features(x).data - before).abs().amax(-1)[0] > 1e-9
    assert changed.tolist() == [False, False, True, False, False]


def test_pictures_do_not_see_each_other(vit):
    x = random(3, 2, 8, 8)
    torch.testing.assert_close(vit(x).data[1:2], vit(x[1:2]).data, rtol=0, atol=1e-12)


def test_gradients_against_finite_differences():
    torch.manual_seed(1)
    net = ViT(4, 2, 2, 4, 2, 1, dim_feedforward=5, channels=1).double()
    small_weights(net, 0.5)
    x = random(1, 1, 4, 4)
    parts = [net.class_token, net.positions, net.patches.weight]
    assert gradcheck(lambda *_: net(x), parts)


def test_learns_where_a_bar_is():
    torch.manual_seed(0)
    net = ViT(8, 4, 2, 16, 2, 1, channels=1)
    x = 0.1 * torch.randn(32, 1, 8, 8)
    side = torch.arange(32) % 2
    x[side == 0, :, :, 2] += 1
    x[side == 1, :, 2] += 1
    optimizer = Adam(net.parameters(), lr=0.01)
    for _ in range(25):
        optimizer.zero_grad()
        cross_entropy(net(x), side).backward()
        optimizer.step()
    assert torch.equal(net(x).data.argmax(1), side)


def test_dropout_only_in_training():
    torch.manual_seed(0)
    net, x = ViT(**SIZES, dropout=0.5), torch.randn(1, 2, 8, 8)
    assert not torch.equal(net(x).data, net(x).data)
    assert torch.equal(net.eval()(x).data, net(x).data)


def test_edge_sizes(vit):
    assert vit(random(0, 2, 8, 8)).shape == (0, 5)
    assert ViT(4, 4, 2, 4, 1, 1)(torch.zeros(1, 3, 4, 4)).shape == (1, 2)  # one patch
    assert ViT(2, 1, 1, 4, 1, 1, channels=1).features(torch.zeros(1, 1, 2, 2)).shape == (1, 5, 4)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda net: ViT(8, 3, 2, 4, 1, 1), "image_size=8, patch_size=3"),
        (lambda net: ViT(8, 0, 2, 4, 1, 1), "patch_size=0"),
        (lambda net: net(random(1, 2, 8, 4)), r"\(N, 2, 8, 8\), got shape \(1, 2, 8, 4\)"),
        (lambda net: net(random(2, 8, 8)), r"got shape \(2, 8, 8\)"),
        (lambda net: ViT(8, 4, 2, 12, 5, 1), "embed_dim=12, num_heads=5"),
    ],
)
def test_refusals(vit, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(vit)
