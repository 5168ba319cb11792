"""LoRA: nothing at first, one layer in the end, peft's names, and torch's gradients."""

import pytest
import torch

from dlcore import Tensor, layers
from dlcore.methods.adapt.lora import (
    LoRALinear,
    add_lora,
    freeze,
    lora_state_dict,
    merge_lora,
    trainable,
)
from tests.oracle import random


def mlp():
    torch.manual_seed(0)
    return layers.Sequential(layers.Linear(4, 6), layers.Tanh(), layers.Linear(6, 3)).double()


def stir(model):
    """Random numbers in all that a LoRA learns."""
    for seed, (name, parameter) in enumerate(model.named_parameters()):
        if "lora_" in name:
            parameter.data = random(*parameter.data.shape, seed=seed)
    return model


def test_by_hand():
    base = layers.Linear(2, 1)
    base.weight.data, base.bias.data = torch.tensor([[1.0, 2.0]]), torch.tensor([0.5])
    layer = LoRALinear(base, r=1, alpha=3)
    layer.lora_A.weight.data = torch.tensor([[1.0, -1.0]])
    layer.lora_B.weight.data = torch.tensor([[2.0]])
    # 1·4 + 2·1 + 0.5 + 3 · 2 · (4 − 1)
    assert layer(torch.tensor([[4.0, 1.0]])).item() == pytest.approx(6.5 + 18)
    assert layer.merged().weight.data.tolist() == [[7.0, -4.0]]


def test_nothing_has_changed_at_first():
    model, x = mlp(), random(5, 4, seed=3)
    before = model(x).data
    assert torch.equal(add_lora(model, r=2)(x).data, before)
    assert model[0].lora_A.weight.data.abs().max() > 0


@pytest.mark.parametrize(("r", "alpha"), [(1, None), (2, 8.0), (5, 1.0)])
def test_merged_weights_compute_the_same(r, alpha):
    model, x = stir(add_lora(mlp(), r, alpha)), random(5, 4, seed=3)
    plain, before = mlp()(x).data, model(x).data
    assert (before - plain).abs().max() > 0.1
    merged = merge_lora(model)
    torch.testing.assert_close(merged(x).data, before, rtol=0, atol=1e-12)
    assert list(merged.state_dict()) == list(mlp().state_dict())
    rank = torch.linalg.matrix_rank(merged[0].weight.data - mlp()[0].weight.data)
    assert rank == min(r, 4)


def test_only_the_thin_pair_learns_and_as_torch_says():
    model, x, probe = stir(add_lora(mlp(), 2, 6.0)), random(5, 4, seed=3), random(5, 3, seed=4)
    model(x).backward(probe)
    theirs = {name: v.clone().requires_grad_() for name, v in model.state_dict().items()}

    def layer(h, place):
        w, b, down, up = (
            theirs[f"{place}.{part}"]
            for part in ("base_layer.weight", "base_layer.bias", "lora_A.weight", "lora_B.weight")
        )
        return h @ w.T + b + 3.0 * h @ down.T @ up.T

    layer(torch.tanh(layer(x, 0)), 2).backward(probe)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.testing.assert_close(parameter.grad, theirs[name].grad, rtol=0, atol=1e-12)
        else:
            assert parameter.grad is None
            assert not parameter.requires_grad


def test_names_are_those_of_peft():
    model = add_lora(mlp(), 2)
    assert list(model.state_dict())[:4] == [
        "0.base_layer.weight", "0.base_layer.bias", "0.lora_A.weight", "0.lora_B.weight",
    ]  # fmt: skip
    assert {name: tuple(v.shape) for name, v in lora_state_dict(model).items()} == {
        "base_model.model.0.lora_A.weight": (2, 4),
        "base_model.model.0.lora_B.weight": (6, 2),
        "base_model.model.2.lora_A.weight": (2, 6),
        "base_model.model.2.lora_B.weight": (3, 2),
    }


def test_counts_and_chosen_layers():
    assert trainable(mlp()) == (51, 51)
    assert trainable(add_lora(mlp(), 1)) == (4 + 6 + 6 + 3, 51 + 19)
    some = add_lora(mlp(), 1, targets=["2"])
    assert isinstance(some[0], layers.Linear)
    assert trainable(some) == (9, 60)
    nested = layers.Sequential(mlp(), layers.Linear(3, 2))
    assert isinstance(add_lora(nested, 1, targets=["0.0"])[0][0], LoRALinear)
    assert isinstance(nested[1], layers.Linear)


def test_frozen_learns_nothing():
    model = freeze(mlp())
    assert trainable(model) == (0, 51)
    assert not model(random(2, 4)).requires_grad


def test_without_bias_and_in_float32():
    base = layers.Linear(3, 2, bias=False)
    layer = LoRALinear(base, 1)
    assert layer(Tensor(torch.ones(0, 3))).shape == (0, 2)
    assert layer.merged().bias is None
    assert repr(layer).splitlines()[0] == "LoRALinear("
    assert layer.extra_repr() == "r=1, scaling=1"


def test_refusals():
    with pytest.raises(ValueError, match="adds to a trained Linear, got a Tanh"):
        LoRALinear(layers.Tanh())
    with pytest.raises(ValueError, match="r"):
        LoRALinear(layers.Linear(2, 2), r=0)
    with pytest.raises(ValueError, match=r"asked for one of \['qkv'\], there is \['0', '2'\]"):
        add_lora(mlp(), targets=["qkv"])
    with pytest.raises(ValueError, match="asked for a Linear"):
        add_lora(layers.Sequential(layers.Tanh()))
