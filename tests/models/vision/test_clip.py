"""CLIP's towers against transformers: scores, loss, gradients, and their laws."""

import math

import pytest
import torch
import transformers

from dlcore import Tensor
from dlcore.layers import info_nce
from dlcore.models import CLIP, ImageTower, TextTower
from dlcore.models.vision.clip import clip_loss, quick_gelu
from tests.models.witness import assert_same, witness
from tests.oracle import assert_like_torch, random

IMAGE = {"image_size": 8, "patch_size": 4, "d_model": 12, "nhead": 3, "num_layers": 2,
         "dim_feedforward": 20, "channels": 2}  # fmt: skip
TEXT = {"vocab_size": 11, "context": 6, "d_model": 16, "nhead": 4, "num_layers": 2, "end": 10,
        "dim_feedforward": 24}  # fmt: skip
CAPTIONS = torch.tensor([[3, 1, 10, 0, 0], [5, 2, 7, 8, 10], [1, 10, 4, 10, 2]])


def theirs(**options):
    text = {
        "vocab_size": 11, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 4, "max_position_embeddings": 6, "bos_token_id": 9,
        "eos_token_id": 10, "pad_token_id": 0, "projection_dim": 5,
    }  # fmt: skip
    vision = {
        "hidden_size": 12, "intermediate_size": 20, "num_hidden_layers": 2,
        "num_attention_heads": 3, "image_size": 8, "patch_size": 4, "num_channels": 2,
        "projection_dim": 5, **options,
    }  # fmt: skip
    sizes = {"text_config": text, "vision_config": vision, "projection_dim": 5}
    return witness(transformers.CLIPModel, transformers.CLIPConfig, **sizes)


def ours(dtype=torch.float64):
    return CLIP(ImageTower(**IMAGE), TextTower(**TEXT), 12, 16, 5).to(dtype)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_scores_as_transformers_does(dtype):
    other, net = theirs().to(dtype), ours(dtype)
    net.load_transformers(other.state_dict())
    x = random(4, 2, 8, 8).to(dtype)
    expected = other(input_ids=CAPTIONS, pixel_values=x)
    assert_same(net(x, CAPTIONS), expected.logits_per_image)
    assert_same(net.see(x), expected.image_embeds)
    assert_same(net.read(CAPTIONS), expected.text_embeds)


def test_loss_and_gradients_are_those_of_transformers():
    other, net = theirs().double(), ours()
    net.load_transformers(other.state_dict())
    x = random(3, 2, 8, 8)
    loss = clip_loss(net(x, CAPTIONS))
    expected = other(input_ids=CAPTIONS, pixel_values=x, return_loss=True).loss
    assert loss.item() == pytest.approx(expected.item(), abs=1e-10)
    loss.backward()
    expected.backward()
    vision, text = other.vision_model, other.text_model
    for mine, grad in [
        (net.logit_scale.grad, other.logit_scale.grad),
        (net.image.class_token.grad, vision.embeddings.class_embedding.grad),
        (net.image.positions.weight.grad, vision.embeddings.position_embedding.weight.grad),
        (net.image.norm_in.weight.grad, vision.pre_layrnorm.weight.grad),
        (net.text.tokens.weight.grad, text.embeddings.token_embedding.weight.grad),
        (net.text.layers[1].linear1.weight.grad, text.encoder.layers[1].mlp.fc1.weight.grad),
        (net.text_map.weight.grad, other.text_projection.weight.grad),
    ]:
        torch.testing.assert_close(mine, grad, rtol=0, atol=1e-9)


def test_weights_of_another_model_are_refused():
    with pytest.raises(ValueError, match=r"such a CLIP: missing \[\], unknown \['vision_model"):
        ours().load_transformers(theirs(num_hidden_layers=3).state_dict())


def test_what_comes_after_the_end_does_not_count():
    torch.manual_seed(0)
    tower = TextTower(**TEXT).double()
    other = CAPTIONS.clone()
    other[0, 3:], other[2, 2:] = 7, 6
    assert torch.equal(tower(CAPTIONS).data, tower(other).data)


def test_the_order_of_words_counts():
    torch.manual_seed(0)
    tower = TextTower(**TEXT).double()
    turned = CAPTIONS[:, [1, 0, 2, 3, 4]]
    assert (tower(CAPTIONS) - tower(turned)).data.abs()[0].max() > 1e-4


def test_the_loss_by_hand():
    scores = torch.tensor([[2.0, 0.0], [1.0, 1.0]])
    rows = (math.log(1 + math.exp(-2)) + math.log(2)) / 2
    columns = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(-1))) / 2
    assert clip_loss(scores).item() == pytest.approx((rows + columns) / 2, abs=1e-6)


def test_the_loss_is_info_nce_both_ways():
    a, b = random(5, 7), random(5, 7, seed=1)
    unit = torch.nn.functional.normalize
    both = (info_nce(a, b, 0.2) + info_nce(b, a, 0.2)).item() / 2
    assert clip_loss(unit(a) @ unit(b).T / 0.2).item() == pytest.approx(both, abs=1e-12)


def test_quick_gelu_as_in_torch():
    assert_like_torch(quick_gelu, lambda x: x * torch.sigmoid(1.702 * x), [random(4, 5)])


def test_all_scores_are_cosines_times_the_scale():
    torch.manual_seed(0)
    net = ours()
    scores = net(random(3, 2, 8, 8), CAPTIONS).data
    assert scores.abs().max() <= 1 / 0.07 + 1e-6
    assert isinstance(net.see(random(1, 2, 8, 8)), Tensor)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="whole patches, got image_size=8, patch_size=3"):
        ImageTower(**{**IMAGE, "patch_size": 3})
    with pytest.raises(ValueError, match=r"images \(N, 2, 8, 8\), got shape \(1, 3, 8, 8\)"):
        ImageTower(**IMAGE)(torch.zeros(1, 3, 8, 8))
    with pytest.raises(ValueError, match="1 ≤ T ≤ context=6"):
        TextTower(**TEXT)(torch.full((1, 7), 10))
    with pytest.raises(ValueError, match="end=10: a caption has none"):
        TextTower(**TEXT)(torch.tensor([[1, 2]]))
    with pytest.raises(ValueError, match=r"scores \(N, N\), got shape \(2, 3\)"):
        clip_loss(torch.zeros(2, 3))
