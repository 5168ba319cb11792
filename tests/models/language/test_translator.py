"""The Transformer for translation against torch.nn.Transformer, and laws of masks and places."""

import math

import pytest
import torch

from dlcore.autodiff import no_grad
from dlcore.layers import sinusoidal_positions
from dlcore.methods.decode.beam import greedy
from dlcore.models import TransformerTranslator
from dlcore.models.language.seq2seq import translation_loss
from dlcore.training import Adam
from tests.models.language.stepping import assert_step_by_step_is_all_at_once

SOURCE = torch.tensor([[5, 6, 7], [8, 5, 0], [4, 9, 0]])
TARGET = torch.tensor([[1, 4, 5, 2], [1, 6, 2, 0], [1, 2, 0, 0]])
SIZES = (10, 8, 8, 2, 2, 12)


def small(**options):
    torch.manual_seed(0)
    return TransformerTranslator(*SIZES, longest=9, **options).to(torch.float64)


def theirs(model, norm_first):
    """Logits by torch.nn.Transformer with the same weights, and its parameters by name."""
    peer = torch.nn.Transformer(
        8, 2, 2, 2, 12, 0.0, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    state = model.state_dict()
    own = {k.removeprefix("transformer."): v for k, v in state.items() if k.startswith("transf")}
    peer.load_state_dict(own)
    table = sinusoidal_positions(9, 8).double()

    def embedded(weight, tokens):
        return weight[tokens] * math.sqrt(8) + table[: tokens.shape[1]]

    tables = [state[f"{name}.weight"].clone().requires_grad_() for name in ("source", "target")]
    hidden = torch.ones(4, 4, dtype=torch.bool).triu(1)
    over = SOURCE == 0
    y = peer(
        embedded(tables[0], SOURCE), embedded(tables[1], TARGET), tgt_mask=hidden,
        src_key_padding_mask=over, memory_key_padding_mask=over,
    )  # fmt: skip
    y = y @ state["out.weight"].T + state["out.bias"]
    named = {f"transformer.{k}": v for k, v in peer.named_parameters()}
    return y, named | {"source.weight": tables[0], "target.weight": tables[1]}


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")  # torch's, about its own speed
@pytest.mark.parametrize("norm_first", [False, True])
def test_logits_and_gradients_are_those_of_torch(norm_first):
    model = small(norm_first=norm_first)
    expected, named = theirs(model, norm_first)
    y = model(SOURCE, TARGET)
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=1e-10)
    probe = torch.randn(y.shape, dtype=y.dtype, generator=torch.Generator().manual_seed(1))
    y.backward(probe)
    expected.backward(probe)
    ours = dict(model.named_parameters())
    for name, weight in named.items():
        torch.testing.assert_close(ours[name].grad, weight.grad, rtol=0, atol=1e-9, msg=name)


def test_step_by_step_is_all_at_once():
    assert_step_by_step_is_all_at_once(small(), SOURCE, TARGET)


def test_padding_changes_nothing():
    model, wider = small(), torch.constant_pad_nd(SOURCE, [0, 3])
    y = model(SOURCE, TARGET).data
    torch.testing.assert_close(model(wider, TARGET).data, y, rtol=0, atol=1e-12)


def test_no_target_token_sees_a_later_one():
    model, changed = small(), TARGET.clone()
    changed[:, 2:] = 7
    y, other = model(SOURCE, TARGET).data, model(SOURCE, changed).data
    assert torch.equal(y[:, :2], other[:, :2])
    assert not torch.allclose(y[:, 2:], other[:, 2:])


def test_without_places_the_order_of_the_source_is_lost():
    for positions, lost in ((False, True), (True, False)):
        model = small(positions=positions)
        y = model(SOURCE[:1], TARGET[:1]).data
        other = model(SOURCE[:1, [2, 0, 1]], TARGET[:1]).data
        assert torch.allclose(y, other, rtol=0, atol=1e-12) == lost


def test_embeddings_begin_at_the_size_of_the_sines():
    torch.manual_seed(0)
    model = TransformerTranslator(500, 500, 64, 4, 1, 64)
    with no_grad():
        made = (model.source(torch.arange(500)) * 8.0).data
    assert made.std().item() == pytest.approx(1, abs=0.02)


def test_it_learns_to_turn_round():
    torch.manual_seed(0)
    model = TransformerTranslator(9, 9, 32, 4, 1, 32, longest=8, norm_first=True)
    walker, dice = Adam(model.parameters(), lr=0.005), torch.Generator().manual_seed(0)
    for _ in range(150):
        x = torch.randint(4, 9, (32, 5), generator=dice)
        edge = torch.ones(32, 1, dtype=torch.int64)
        walker.zero_grad()
        translation_loss(model, x, torch.cat([edge, x.flip(1), 2 * edge], 1)).backward()
        walker.step()
    x = torch.randint(4, 9, (50, 5), generator=dice)
    found = greedy(model.eval().step, model.start(x), 50, 1, 2, longest=6)
    assert (found[:, :5] == x.flip(1)).all(1).float().mean() > 0.8


def test_bad_tokens_are_refused():
    model = small()
    for bad in (torch.ones(2, 10, dtype=torch.int64), torch.ones(2, 0, dtype=torch.int64)):
        with pytest.raises(ValueError, match="1 ≤ T ≤ longest=9"):
            model(bad, TARGET[:2])
        with pytest.raises(ValueError, match="1 ≤ T ≤ longest=9"):
            model(SOURCE[:2], bad)
