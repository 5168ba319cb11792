"""Scores of heads: a case by hand, loops over all queries, heads made to order."""

import pytest
import torch

from dlcore.data import repeats
from dlcore.methods.measure.heads import attention_on, prefix_score, previous_token_score


def drawn(n, heads, t, seed=0):
    scores = torch.randn(n, heads, t, t, generator=torch.Generator().manual_seed(seed))
    hidden = torch.ones(t, t, dtype=torch.bool).triu(1)
    return scores.masked_fill(hidden, -torch.inf).softmax(-1)


def test_by_hand():
    weights = torch.tensor([[[[1.0, 0.0, 0.0], [0.7, 0.3, 0.0], [0.1, 0.5, 0.4]]]])
    assert previous_token_score(weights).item() == pytest.approx((0.7 + 0.5) / 2)
    lag, where = torch.tensor([[2]]), torch.tensor([[False, False, True]])
    assert prefix_score(weights, lag, where).item() == pytest.approx(0.5)


def test_value_of_the_loops():
    data = repeats(6, torch.Generator().manual_seed(1))
    weights = drawn(6, 3, 32)
    before, after = previous_token_score(weights), prefix_score(weights, data.lag, data.repeated)
    for h in range(3):
        previous = [weights[n, h, t, t - 1].item() for n in range(6) for t in range(1, 32)]
        assert before[h].item() == pytest.approx(sum(previous) / len(previous), rel=1e-5)
        prefix = [
            weights[n, h, t, t - int(data.lag[n]) + 1].item()
            for n in range(6)
            for t in range(32)
            if data.repeated[n, t]
        ]
        assert after[h].item() == pytest.approx(sum(prefix) / len(prefix), rel=1e-5)


def test_a_head_made_to_order_has_one():
    data = repeats(4, torch.Generator().manual_seed(1))
    places = (torch.arange(32) - data.lag + 1).clamp(min=0)
    head = torch.nn.functional.one_hot(places, 32).float()[:, None]
    assert prefix_score(head, data.lag, data.repeated).item() == 1
    nobody = torch.eye(32).roll(1, 1)[None, None]
    assert previous_token_score(nobody.expand(4, 1, 32, 32)).item() == 0
    back = torch.nn.functional.one_hot((torch.arange(32) - 1).clamp(min=0), 32).float()
    assert previous_token_score(back[None, None]).item() == 1


def test_refusals():
    weights = drawn(2, 1, 4)
    with pytest.raises(ValueError, match=r"places and where \(2, 4\)"):
        attention_on(weights, torch.zeros(2, 3, dtype=torch.int64))
    with pytest.raises(ValueError, match="where is False everywhere"):
        attention_on(
            weights, torch.zeros(2, 4, dtype=torch.int64), torch.zeros(2, 4, dtype=torch.bool)
        )
