"""BeliefNet: layers learned one by one, dreams down the stack, names, a start for an MLP."""

import pytest
import torch

from dlcore.layers import Linear
from dlcore.models import RBM, BeliefNet
from dlcore.models.unsupervised.belief_net import copy_down, copy_up

PICTURES = torch.tensor([[1.0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]).repeat(40, 1)
NAMES = torch.tensor([0, 1]).repeat(40)


@pytest.fixture(scope="module")
def named():
    torch.manual_seed(0)
    net = BeliefNet(6, 5, 8, names=2)
    return net.learn(PICTURES, NAMES, 200, rate=0.1, falling=True, persistent=True)


def test_the_top_machine_sees_the_names_too():
    net = BeliefNet(6, 5, 4, names=3)
    assert [tuple(machine.weight.shape) for machine in net.machines] == [(5, 6), (4, 8)]
    assert [tuple(m.weight.shape) for m in BeliefNet(6, 5).machines] == [(5, 6)]


def test_the_first_machine_learns_as_if_alone():
    torch.manual_seed(0)
    net = BeliefNet(6, 5, 4)
    alone = RBM(6, 5)
    alone.weight = net.machines[0].weight.clone()
    net.learn(PICTURES, epochs=5, seed=1)
    alone.begin(PICTURES).learn(PICTURES, 5, seed=1)
    assert torch.equal(net.machines[0].weight, alone.weight)
    assert torch.equal(net.up(PICTURES), alone.hidden(PICTURES))
    assert torch.equal(net(PICTURES), net.up(PICTURES))
    second = net.machines[1]
    assert second.weight.norm() > 0
    assert second.weight.shape == (4, 5)


def test_it_reads_the_names(named):
    read = named.read(PICTURES[:2])
    assert read[0, 0] > 0.9
    assert read[1, 1] > 0.9
    torch.testing.assert_close(read.sum(1), torch.ones(2))


def test_reading_is_the_exact_share_of_the_top_machine(named):
    top, seen = named.machines[-1], named.up(PICTURES[:1])
    rows = torch.cat([seen.repeat(2, 1), torch.eye(2)], 1)
    expected = torch.softmax(top.log_likelihood(rows), 0)
    torch.testing.assert_close(named.read(PICTURES[:1])[0], expected)


def test_it_dreams_what_it_is_asked_for(named):
    dice = torch.Generator().manual_seed(0)
    for name in (0, 1):
        start = (torch.rand(200, 5, generator=dice) < 0.5).float()
        dreamt = named.dream(start, 30, name, dice)
        own, other = ((dreamt - PICTURES[n]).abs().sum(1) for n in (name, 1 - name))
        assert (own < other).float().mean() > 0.8
    free = named.dream(start, 60, None, dice)
    share = ((free - PICTURES[0]).abs().sum(1) < 3).float().mean()
    assert 0.1 < share < 0.9, "without a name it dreams both"


def test_a_net_of_one_machine_dreams_states():
    torch.manual_seed(0)
    dreamt = BeliefNet(6, 3).dream(torch.ones(4, 6), 2)
    assert dreamt.shape == (4, 6)
    assert set(dreamt.unique().tolist()) <= {0, 1}


def test_an_mlp_starts_from_the_stack():
    torch.manual_seed(0)
    net = BeliefNet(6, 5, 4).learn(PICTURES, epochs=3)
    mlp = net.start(3)
    assert mlp.sizes == (6, 5, 4, 3)
    h = net.machines[1].hidden(net.up(PICTURES))
    torch.testing.assert_close(mlp.responses(PICTURES)[1].data, h)
    mlp[0].weight.data += 1
    assert not torch.equal(mlp[0].weight.data, net.machines[0].weight), "a copy, not the same"


def test_copies_go_up_and_down():
    machines = [RBM(4, 3), RBM(3, 2)]
    up, down = [Linear(4, 3), Linear(3, 2)], [Linear(2, 3), Linear(3, 4)]
    copy_up(machines, up)
    copy_down(machines, down)
    assert torch.equal(up[1].weight.data, machines[1].weight)
    assert torch.equal(down[0].weight.data, machines[1].weight.T)
    assert torch.equal(down[1].bias.data, machines[0].visible_bias)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: BeliefNet(6), "two layers at least"),
        (lambda: BeliefNet(6, 5).learn(PICTURES, NAMES, 1), r"names=0\).learn got names y"),
        (lambda: BeliefNet(6, 5, names=2).learn(PICTURES, None, 1), "got no names y"),
        (lambda: BeliefNet(6, 5).read(PICTURES), "the net has none"),
        (lambda: BeliefNet(6, 5, names=2).start(2), "names=0"),
    ],
)
def test_bad_input_is_refused(act, words):
    with pytest.raises(ValueError, match=words):
        act()
