"""The pages' training: the same each time, its rate rises and falls, clipped if that is asked."""

import torch
from live_steps import take_steps

from dlcore.layers import Linear
from dlcore.training import SGD


def trained(steps=4, longest=None, warmup=2, factor=1.0):
    torch.manual_seed(0)
    net = Linear(3, 1)
    x = torch.arange(24.0).view(8, 3)
    seen, rates, before = [], [], [p.data.clone() for p in net.parameters()]

    def loss(x, y):
        seen.append((x, y))
        rates.append(optimizer.param_groups[0]["lr"])
        return factor * (net(x) - y).sum()

    optimizer = SGD(net.parameters(), lr=1.0)
    tables, options = (
        [x, x.sum(1, keepdim=True)],
        {"batch": 5, "warmup": warmup, "longest": longest},
    )
    done = take_steps(net, optimizer, loss, tables, steps=steps, **options)
    moved = torch.cat([(p.data - old).flatten() for p, old in zip(net.parameters(), before)])
    return done, seen, rates, moved


def test_rows_of_all_tables_belong_together_and_are_the_same_each_time():
    (net, seen, _, moved), (_, again, _, same) = trained(), trained()
    assert len(seen) == 4
    assert not net.training
    for (x, y), (x2, _) in zip(seen, again):
        assert x.shape == (5, 3)
        assert torch.equal(x.sum(1, keepdim=True), y)
        assert torch.equal(x, x2)
    assert torch.equal(moved, same)


def test_the_rate_rises_and_then_falls():
    rates = trained(steps=6)[2]
    assert rates[:3] == [0.5, 1, 1]
    assert 1 > rates[3] > rates[4] > rates[5]


def test_gradients_are_clipped_to_the_length_that_is_asked():
    for factor in (1.0, 1000.0):
        moved = trained(steps=1, longest=0.5, warmup=0, factor=factor)[3]
        torch.testing.assert_close(moved.norm(), torch.tensor(0.5))
    assert trained(steps=1, warmup=0)[3].norm() > 10
