"""Speculative decoding: exact by going through all draws in float64, its counts, wrong rules."""

import itertools

import pytest
import torch

from dlcore import models
from dlcore.autodiff import no_grad
from dlcore.methods.decode.outcomes import outcomes
from dlcore.methods.decode.speculative import accept, draw, speculative

BEGIN = torch.tensor([[0, 1]])


def table_model(classes, order, seed, sharp=1.0):
    """Probabilities that depend on the last `order` tokens: tokens (R, S) → (R, S, classes)."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(classes**order, classes, generator=generator, dtype=torch.float64)
    table = (sharp * logits).softmax(-1)

    def model(tokens):
        padded = torch.cat([tokens.new_zeros(len(tokens), order - 1), tokens], 1)
        numbers = sum(
            padded[:, k : k + tokens.shape[1]] * classes ** (order - 1 - k) for k in range(order)
        )
        return table[numbers]

    return model


def alone(target, length, classes):
    """The probability of each continuation of BEGIN."""
    found = {}
    for end in itertools.product(range(classes), repeat=length):
        text = torch.cat([BEGIN, torch.tensor([end])], 1)
        p = target(text)[0, 1:-1]
        found[end] = p[range(length), list(end)].prod().item()
    return found


def law(target, draft, length, ahead, rule=accept):
    def run(pick):
        made = speculative(target, draft, BEGIN, length, ahead, pick, rule)
        return tuple(made.tokens[0, 2:].tolist())

    return outcomes(run)


@pytest.mark.parametrize(
    ("classes", "length", "ahead"), [(2, 3, 1), (2, 2, 2), (2, 1, 3), (3, 2, 1)]
)
def test_the_law_is_the_targets_to_the_last_digit(classes, length, ahead):
    target, draft = table_model(classes, 2, 0, 1.5), table_model(classes, 1, 1)
    expected = alone(target, length, classes)
    found = law(target, draft, length, ahead)
    assert found.keys() == expected.keys()
    assert max(abs(found[text] - expected[text]) for text in expected) < 1e-12


def test_one_token_by_formula():
    p = torch.tensor([[0.5, 0.3, 0.2, 0.0]], dtype=torch.float64)
    q = torch.tensor([[0.1, 0.6, 0.2, 0.1]], dtype=torch.float64)

    def run(pick):
        token, _ = accept(p, q, pick(q), pick)
        return int(token)

    found = outcomes(run)
    assert [found.get(i, 0.0) for i in range(4)] == pytest.approx(p[0].tolist(), abs=1e-15)
    stayed = outcomes(lambda pick: bool(accept(p, q, pick(q), pick)[1]))
    assert stayed[True] == pytest.approx(torch.minimum(p, q).sum().item(), abs=1e-15)


def resample_from_p(p, q, guess, pick):
    token, kept = accept(p, q, guess, pick)
    if not kept.all():
        token[~kept] = pick(p[~kept])
    return token, kept


def test_another_rule_has_another_law():
    target, draft = table_model(2, 2, 0, 1.5), table_model(2, 1, 1)
    expected, found = alone(target, 2, 2), law(target, draft, 2, 1, resample_from_p)
    assert max(abs(found[text] - expected[text]) for text in expected) > 1e-3


def test_a_draft_that_is_the_target_is_always_believed():
    target = table_model(3, 2, 0)
    tokens = BEGIN.expand(50, -1)
    made = speculative(target, target, tokens, 8, 3, draw(torch.Generator().manual_seed(0)))
    assert made.tokens.shape == (50, 10)
    assert (made.tokens[:, :2] == BEGIN).all()
    assert (made.asked == 2).all()
    assert (made.guessed == 6).all()
    assert (made.stayed == 6).all()


def test_rows_of_a_batch_go_at_their_own_pace_and_keep_the_law():
    target, draft = table_model(2, 2, 0, 1.5), table_model(2, 1, 1)
    count = 40_000
    made = speculative(
        target, draft, BEGIN.expand(count, -1), 3, 2, draw(torch.Generator().manual_seed(0))
    )
    assert len(made.asked.unique()) > 1
    expected = alone(target, 3, 2)
    for text, share in expected.items():
        met = (made.tokens[:, 2:] == torch.tensor(text)).all(1).double().mean().item()
        assert abs(met - share) < 5 * (share * (1 - share) / count) ** 0.5


def test_two_nets_agree_with_the_target_drawn_alone():
    torch.manual_seed(0)
    large, small = (models.GPT(2, 8, width, 2, 1).double() for width in (8, 4))
    for net in (large, small):
        for weight in net.parameters():
            weight.data = weight.data * 8

    def chances(net):
        return no_grad()(lambda tokens: net(tokens).data.softmax(-1))

    target, draft = chances(large), chances(small)
    expected = alone(target, 2, 2)
    found = law(target, draft, 2, 1)
    assert max(abs(found[text] - expected[text]) for text in expected) < 1e-12


def test_no_length_and_no_rows():
    target = table_model(3, 1, 0)
    assert speculative(target, target, BEGIN, 0).tokens.tolist() == BEGIN.tolist()
    assert speculative(target, target, BEGIN[:0], 4).tokens.shape == (0, 6)


@pytest.mark.parametrize(
    ("tokens", "length", "ahead"), [(BEGIN[:, :0], 1, 1), (BEGIN, -1, 1), (BEGIN, 1, 0)]
)
def test_bad_input(tokens, length, ahead):
    target = table_model(3, 1, 0)
    with pytest.raises(ValueError, match=r"speculative continues tokens \(N, T ≥ 1\)"):
        speculative(target, target, tokens, length, ahead)
