"""RBM: small machines counted out by hand, slopes against torch's, learning, and bad input."""

import math

import pytest
import torch

from dlcore.models import RBM
from dlcore.models.unsupervised.rbm import draw, states


def small(visible=3, hidden=2, names=0):
    """A machine in float64 whose weights are not nearly 0."""
    torch.manual_seed(0)
    machine = RBM(visible, hidden, names).double()
    for name in ("weight", "visible_bias", "hidden_bias"):
        setattr(machine, name, torch.randn_like(getattr(machine, name)))
    return machine


def every_pair(machine):
    """All states (v, h) of a machine without names."""
    H, V = machine.weight.shape
    both = states(V + H).double()
    return both[:, :V], both[:, V:]


def test_two_visible_units_and_a_hidden_one_by_hand():
    machine = RBM(2, 1)
    machine.weight = torch.full((1, 2), math.log(3))
    v = states(2)
    assert v.tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
    # h = 0 adds 1 to each, h = 1 adds 1, 3, 3 and 9: 20 in all
    assert machine.log_partition().exp().item() == pytest.approx(20, rel=1e-6)
    shares = machine.log_likelihood(v).exp()
    assert shares.tolist() == pytest.approx([2 / 20, 4 / 20, 4 / 20, 10 / 20], rel=1e-5)
    assert machine.hidden(v)[:, 0].tolist() == pytest.approx([1 / 2, 3 / 4, 3 / 4, 9 / 10])
    assert machine.visible(torch.ones(1, 1))[0].tolist() == pytest.approx([3 / 4, 3 / 4])


@pytest.mark.parametrize("sizes", [(3, 2), (2, 4), (1, 1)])
def test_sums_over_one_layer_equal_sums_over_all_states(sizes):
    machine = small(*sizes)
    v, h = every_pair(machine)
    total = torch.logsumexp(-machine.energy(v, h), 0)
    torch.testing.assert_close(machine.log_partition(), total)
    shares = machine.log_likelihood(states(sizes[0]).double()).exp()
    torch.testing.assert_close(shares.sum(), torch.ones_like(total))


def test_both_sides_give_the_same_partition():
    wide, tall = small(4, 6), small(6, 4)
    tall.weight = wide.weight.T.clone()
    tall.visible_bias, tall.hidden_bias = wide.hidden_bias, wide.visible_bias
    torch.testing.assert_close(wide.log_partition(), tall.log_partition())


def test_probabilities_are_shares_of_the_table():
    machine = small()
    v, h = every_pair(machine)
    shares = torch.softmax(-machine.energy(v, h), 0)
    given = (v == torch.tensor([1, 0, 1])).all(1)
    on = (shares * given * h[:, 1]).sum() / (shares * given).sum()
    torch.testing.assert_close(machine.hidden(torch.tensor([[1.0, 0, 1]]).double())[0, 1], on)
    given = (h == torch.tensor([0, 1])).all(1)
    on = (shares * given * v[:, 2]).sum() / (shares * given).sum()
    torch.testing.assert_close(machine.visible(torch.tensor([[0.0, 1]]).double())[0, 2], on)


def test_slopes_are_those_of_the_likelihood():
    """With the model's own states, weighted by their shares, the slopes are exact."""
    machine = small(3, 2)
    seen = torch.tensor([[1.0, 0, 1], [1, 1, 0]]).double()
    kept = [machine.weight, machine.visible_bias, machine.hidden_bias]
    for values in kept:
        values.requires_grad_()
    machine.log_likelihood(seen).mean().backward()
    expected = [values.grad for values in kept]
    with torch.no_grad():
        table = states(3).double()
        shares = machine.log_likelihood(table).exp()
        counts = (shares * 1000).round().long()
        assert counts.min() > 0
        dreamt = table.repeat_interleave(counts, 0)
        slopes = machine.slopes(seen, dreamt)
    for slope, wanted in zip(slopes, expected, strict=True):
        torch.testing.assert_close(slope, wanted, rtol=0, atol=2e-3)


def test_names_are_one_of_several():
    machine = small(5, 3, names=3)
    chances = machine.visible(states(3).double())
    torch.testing.assert_close(chances[:, 2:].sum(1), torch.ones(8).double())
    pixels = states(2).double().repeat_interleave(3, 0)
    rows = torch.cat([pixels, torch.eye(3).double().repeat(4, 1)], 1)
    torch.testing.assert_close(machine.log_likelihood(rows).exp().sum(), torch.tensor(1.0).double())
    assert (draw(chances, 3)[:, 2:].sum(1) == 1).all()


def test_gibbs_steps_visit_states_by_their_shares():
    machine = small(3, 2)
    machine.weight *= 0.5
    dice = torch.Generator().manual_seed(0)
    v, chances = machine.gibbs(torch.zeros(20000, 3).double(), 30, dice)
    found = torch.bincount((v @ torch.tensor([1.0, 2, 4]).double()).long(), minlength=8) / 20000
    torch.testing.assert_close(
        found.double(), machine.log_likelihood(states(3).double()).exp(), rtol=0, atol=0.015
    )
    assert chances.shape == v.shape
    assert set(v.unique().tolist()) == {0, 1}


def test_no_steps_change_nothing():
    v = states(3)
    assert torch.equal(RBM(3, 2).gibbs(v, 0)[0], v)


@pytest.mark.parametrize("settings", [{}, {"k": 3}, {"persistent": True, "falling": True}])
def test_learning_raises_the_likelihood(settings):
    x = torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1]]).repeat(50, 1)
    torch.manual_seed(0)
    machine = RBM(4, 3).begin(x)
    before = machine.log_likelihood(x).mean()
    machine.learn(x, 150, rate=0.1, batch_size=20, **settings)
    after = machine.log_likelihood(x).mean()
    assert before.item() == pytest.approx(4 * math.log(0.5), abs=0.1)
    assert after > before + 1, "two pictures of equal share are -0.69 nats at best"


def test_learning_follows_its_seed():
    x = states(4)
    nets = []
    for seed in (0, 0, 1):
        torch.manual_seed(0)
        nets.append(RBM(4, 3).learn(x, 3, batch_size=5, seed=seed).weight)
    assert torch.equal(nets[0], nets[1])
    assert not torch.equal(nets[0], nets[2])


def test_a_machine_begins_at_the_means():
    x = torch.tensor([[1.0, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]])
    machine = RBM(3, 2).begin(x)
    expected = (x.sum(0) + 1) / 6
    torch.testing.assert_close(torch.sigmoid(machine.visible_bias), expected)
    named = RBM(3, 2, names=2).begin(x)
    assert torch.sigmoid(named.visible_bias[0]).item() == pytest.approx(5 / 6)
    torch.testing.assert_close(named.visible_bias[1:].exp(), expected[1:])


def test_its_state_goes_into_another():
    first, second = small(), RBM(3, 2).double()
    second.load_state_dict(first.state_dict())
    x = states(3).double()
    assert torch.equal(first.free_energy(x), second.free_energy(x))
    assert repr(first) == "RBM(visible=3, hidden=2)"
    assert repr(RBM(5, 2, names=2)) == "RBM(visible=5, hidden=2, names=2)"


def test_an_empty_batch_passes_through():
    machine = RBM(3, 2)
    assert machine(torch.zeros(0, 3)).shape == (0, 2)
    assert machine.gibbs(torch.zeros(0, 3), 2)[0].shape == (0, 3)
    assert RBM(5, 2, names=2).gibbs(torch.zeros(0, 5))[0].shape == (0, 5)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: RBM(0, 2), "at least 1"),
        (lambda: RBM(3, 2, names=3), "names must be at least 0 and fewer"),
        (lambda: RBM(3, 2, names=-1), "names must be at least 0 and fewer"),
        (lambda: RBM(3, 2).hidden(torch.zeros(4)), "expects rows of 3 visible units"),
        (lambda: RBM(3, 2).learn(torch.zeros(4, 2), 1), r"got shape \(4, 2\)"),
        (lambda: RBM(30, 25).log_partition(), r"sums over 2\^25 states"),
        (lambda: RBM(12, 25, names=2).log_partition(), "takes too long"),
    ],
)
def test_bad_input_is_refused(act, words):
    with pytest.raises(ValueError, match=words):
        act()
