"""Autoencoder: its halves, its gradient against torch's, a linear one and PCA, unrolling."""

import pytest
import torch

from dlcore.layers import Identity, Linear, MSELoss, ReLU
from dlcore.models import RBM, Autoencoder
from dlcore.training import SGD


def test_it_passes_through_the_code():
    torch.manual_seed(0)
    net = Autoencoder(6, 4, 2)
    x = torch.rand(5, 6)
    code = net.encode(x)
    assert code.shape == (5, 2)
    assert torch.equal(net(x).data, net.decode(code).data)
    assert net(x).data.min() > 0
    assert net(x).data.max() < 1
    assert list(net.state_dict()) == [
        f"{half}.{i}.{kind}"
        for half in ("encoder", "decoder") for i in (0, 2) for kind in ("weight", "bias")
    ]  # fmt: skip


def test_sizes_of_one_and_an_empty_batch():
    assert Autoencoder(1, 1)(torch.rand(1, 1)).shape == (1, 1)
    assert Autoencoder(3, 2, activation=ReLU)(torch.zeros(0, 3)).shape == (0, 3)


def test_its_gradient_is_torchs():
    torch.manual_seed(0)
    net = Autoencoder(4, 3, 2).double()
    peer = torch.nn.Sequential(
        torch.nn.Linear(4, 3), torch.nn.Sigmoid(), torch.nn.Linear(3, 2),
        torch.nn.Linear(2, 3), torch.nn.Sigmoid(), torch.nn.Linear(3, 4), torch.nn.Sigmoid(),
    ).double()  # fmt: skip
    for values, own in zip(peer.parameters(), net.parameters(), strict=True):
        values.data = own.data.clone()
    x = torch.rand(5, 4).double()
    weights = torch.randn(5, 4).double()
    (net(x) * weights).sum().backward()
    (peer(x) * weights).sum().backward()
    for values, own in zip(peer.parameters(), net.parameters(), strict=True):
        torch.testing.assert_close(own.grad, values.grad)


def test_a_linear_one_finds_the_plane_of_the_principal_components():
    torch.manual_seed(0)
    x = torch.randn(200, 5) @ torch.diag(torch.tensor([3.0, 2, 0.3, 0.2, 0.1]))
    x = x - x.mean(0)
    net = Autoencoder(5, 2, activation=Identity, output=None)
    steps, loss = SGD(net.parameters(), lr=0.05, momentum=0.9), MSELoss()
    for _ in range(400):
        net.zero_grad()
        loss(net(x), x).backward()
        steps.step()
    plane = torch.linalg.svd(x, full_matrices=False)[2][:2]
    found = torch.linalg.qr(net.decoder[0].weight.data)[0]
    assert torch.linalg.svdvals(plane @ found).min() > 0.999


def test_an_unrolled_stack_keeps_its_weights():
    torch.manual_seed(0)
    machines = [RBM(6, 5), RBM(5, 4)]
    for machine in machines:
        machine.visible_bias, machine.hidden_bias = (
            torch.randn_like(values) for values in (machine.visible_bias, machine.hidden_bias)
        )
    net = Autoencoder.unrolled(machines, 2)
    x = torch.rand(3, 6)
    h = machines[1].hidden(machines[0].hidden(x))
    torch.testing.assert_close(net.encoder.responses(x)[1].data, h)
    linear = [part for part in net.decoder if isinstance(part, Linear)]
    assert [tuple(part.weight.shape) for part in linear] == [(4, 2), (5, 4), (6, 5)]
    down = machines[0].visible(machines[1].visible(h))
    torch.testing.assert_close(net.decoder[2:](torch.as_tensor(h)).data, down)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: Autoencoder(4), "sizes of input and output at least"),
        (lambda: Autoencoder.unrolled([], 2), "got no machines"),
        (lambda: Autoencoder.unrolled([RBM(6, 5), RBM(4, 3)], 2), "each must see what the one"),
    ],
)
def test_bad_input_is_refused(act, words):
    with pytest.raises(ValueError, match=words):
        act()
