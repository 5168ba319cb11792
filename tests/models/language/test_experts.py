"""Experts against transformers' Mixtral and Switch: outputs, gradients, and the balance."""

import pytest
import torch
from transformers import MixtralConfig, SwitchTransformersConfig
from transformers.models.mixtral import modeling_mixtral as mixtral
from transformers.models.switch_transformers import modeling_switch_transformers as switch

from dlcore import Tensor
from dlcore.models import Router, SparseExperts
from dlcore.models.language.experts import FeedForward, Route, load_balance, used_experts
from tests.oracle import random


def mixtral_block(chosen):
    config = MixtralConfig(
        hidden_size=6, intermediate_size=5, num_local_experts=4, num_experts_per_tok=chosen,
        router_jitter_noise=0.0,
    )  # fmt: skip
    block = mixtral.MixtralSparseMoeBlock(config).double()
    for seed, parameter in enumerate(block.parameters()):
        parameter.data = random(*parameter.shape, seed=seed)
    return block


def close(a, b):
    """Their router's shares are float32, whatever the dtype."""
    torch.testing.assert_close(a, b.detach(), rtol=0, atol=1e-5 * b.abs().max().item())


@pytest.mark.parametrize("chosen", [1, 2, 4])
def test_answers_and_gradients_of_mixtral(chosen):
    other, x = mixtral_block(chosen), random(3, 5, 6, seed=9)
    ours = SparseExperts(6, 5, 4, chosen, normalise=True, gated=True).double()
    ours.load_transformers(other.state_dict())
    boxed, given = Tensor(x, True), x.clone().requires_grad_()
    y, expected = ours(boxed), other(given)
    close(y.data, expected)
    y.backward(random(3, 5, 6))
    expected.backward(random(3, 5, 6))
    close(boxed.grad, given.grad)
    mirror = SparseExperts(6, 5, 4, chosen, normalise=True, gated=True).double()
    mirror.load_transformers({name: p.grad for name, p in other.named_parameters()})
    for (name, mine), grad in zip(ours.named_parameters(), mirror.parameters(), strict=True):
        if mine.grad is not None and (chosen > 1 or "router" not in name):
            close(mine.grad, grad.data)


@pytest.mark.parametrize("chosen", [1, 2])
def test_balance_is_that_of_mixtral(chosen):
    scores = random(20, 4)
    expected = mixtral.load_balancing_loss_func((scores.requires_grad_(),), 4, chosen)
    router = Router(4, 4, chosen).double()
    router.weight.data = torch.eye(4, dtype=torch.float64)
    boxed = Tensor(scores.detach(), True)
    loss = load_balance(router(boxed))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    loss.backward()
    expected.backward()
    close(boxed.grad, scores.grad)


def test_one_expert_each_is_what_switch_does():
    config = SwitchTransformersConfig(d_model=6, num_experts=4, expert_capacity=100, d_ff=5)
    other = switch.SwitchTransformersTop1Router(config).eval()
    other.classifier.weight.data = random(4, 6).float()
    x = random(9, 6, seed=2).float()
    router = Router(6, 4)
    router.weight.data = other.classifier.weight.data.clone()
    route, answer = router(x), other(x[None])
    shares, chosen = (v for v in answer if isinstance(v, torch.Tensor)), route.chosen.flatten()
    one_hot = torch.nn.functional.one_hot(chosen, 4)
    found = [v.reshape(9, -1) for v in shares]
    assert any(v.shape == (9, 4) and torch.equal(v.long(), one_hot) for v in found)
    weights = route.weights.data
    assert any(v.shape == (9, 1) and torch.allclose(v, weights, atol=1e-6) for v in found)


def test_a_route_by_hand():
    router = Router(2, 3)
    router.weight.data = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    route = router(torch.tensor([[2.0, 0.0], [0.0, 1.0]]))
    assert route.chosen.tolist() == [[0], [1]]
    e = 2.718281828
    expected = [[e**2 / (e**2 + 2)], [e / (e + 2)]]
    torch.testing.assert_close(route.weights.data, torch.tensor(expected))


@pytest.mark.parametrize("gated", [True, False])
@pytest.mark.parametrize("chosen", [1, 2])
def test_each_token_by_itself(gated, chosen):
    torch.manual_seed(0)
    layer, x = SparseExperts(4, 3, 5, chosen, gated=gated).double(), random(2, 6, 4)
    y = layer(x).data.reshape(-1, 4)
    for token, answer in zip(x.reshape(-1, 4), y, strict=True):
        shares = (layer.router.weight.data @ token).softmax(0)
        best = shares.topk(chosen).indices.tolist()
        expected = sum(shares[e] * layer.experts[e](token[None]).data[0] for e in best)
        torch.testing.assert_close(answer, expected)


def test_the_error_teaches_the_router_unless_one_weight_is_always_1():
    for normalise, moves in ((False, True), (True, False)):
        torch.manual_seed(0)
        layer = SparseExperts(4, 3, 5, 1, normalise).double()
        layer(random(6, 4)).backward(random(6, 4, seed=1))
        assert (layer.router.weight.grad.abs().max() > 1e-9) == moves


def route(chosen, shares):
    return Route(torch.tensor(chosen)[:, None], Tensor(torch.ones(1)), Tensor(shares))


def test_balance_by_hand():
    even, alone = torch.full((4, 2), 0.5), torch.tensor([[1.0, 0.0]] * 4)
    assert load_balance(route([0, 1, 0, 1], even)).item() == 1
    assert load_balance(route([0] * 4, alone)).item() == 2
    assert load_balance(route([0, 0, 0, 1], torch.tensor([[0.7, 0.3]] * 4))).item() == (
        pytest.approx(2 * (0.75 * 0.7 + 0.25 * 0.3))
    )
    assert used_experts(route([0, 1, 0, 1], even)) == pytest.approx(2)
    assert used_experts(route([0] * 4, alone)) == pytest.approx(1)


def test_no_tokens_and_one_expert():
    assert SparseExperts(4, 3, 5)(torch.zeros(0, 4)).shape == (0, 4)
    torch.manual_seed(0)
    layer, x = SparseExperts(4, 3, 1).double(), random(3, 4)
    torch.testing.assert_close(layer(x).data, layer.experts[0](x).data)
    assert FeedForward(4, 3)(torch.zeros(2, 4)).shape == (2, 4)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="has 2 experts and cannot choose 3"):
        SparseExperts(4, 3, 2, 3)
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        Router(4, 0)
