import pytest
import torch
from torch import nn
from torch.nn import functional as F

from dlcore import Tensor, no_grad
from dlcore.models import WaveNet


class TorchWaveNet(nn.Module):
    """The same keys; every convolution as its two products, sample by sample."""

    def __init__(self, net):
        super().__init__()
        self.w = nn.ParameterDict(
            {k.replace(".", "/"): nn.Parameter(v.clone()) for k, v in net.state_dict().items()}
        )
        self.dilations = [block.dilation for block in net.blocks]

    def forward(self, x, condition=None):
        w = self.w
        h = F.conv1d(x[:, None], w["first/weight"], w["first/bias"])
        total = 0
        for i, d in enumerate(self.dilations):
            kernel = w[f"blocks/{i}/conv/weight"]
            old = torch.cat([torch.zeros_like(h[:, :, :d]), h], 2)[:, :, : h.shape[2]]
            both = torch.einsum("oc,nct->not", kernel[:, :, 0], old)
            both = both + torch.einsum("oc,nct->not", kernel[:, :, 1], h)
            both = both + w[f"blocks/{i}/conv/bias"][:, None]
            if condition is not None:
                both = both + (condition @ w[f"blocks/{i}/condition/weight"].T)[:, :, None]
            half = both.shape[1] // 2
            z = both[:, :half].tanh() * both[:, half:].sigmoid()
            total = total + F.conv1d(z, w[f"blocks/{i}/skip/weight"], w[f"blocks/{i}/skip/bias"])
            left = w[f"blocks/{i}/residual/weight"], w[f"blocks/{i}/residual/bias"]
            h = h + F.conv1d(z, *left)
        total = F.conv1d(total.relu(), w["middle/weight"], w["middle/bias"])
        return F.conv1d(total.relu(), w["last/weight"], w["last/bias"])


@pytest.mark.parametrize("conditions", [0, 3])
def test_scores_and_gradients_are_those_of_the_loops(conditions):
    net = WaveNet(5, 4, 6, (1, 2, 4), conditions).double()
    oracle = TorchWaveNet(net).double()
    x = torch.randn(2, 11).double()
    condition = torch.eye(3).double()[:2] if conditions else None
    mine, expected = net(Tensor(x), condition), oracle(x, condition)
    torch.testing.assert_close(mine.data, expected.detach(), rtol=0, atol=1e-9)
    probe = torch.randn(mine.shape).double()
    mine.backward(probe)
    expected.backward(probe)
    for name, value in net.named_parameters():
        other = oracle.w[name.replace(".", "/")].grad
        torch.testing.assert_close(value.grad, other, rtol=0, atol=1e-8, msg=name)


@pytest.mark.parametrize("dilations", [(1,), (1, 2), (1, 2, 4, 8), (1, 1, 1), (3,)])
def test_an_output_sees_exactly_its_receptive_field(dilations):
    torch.manual_seed(0)
    net = WaveNet(3, 8, 8, dilations).double()
    field = net.receptive_field
    assert field == 1 + sum(dilations)
    x = Tensor(torch.randn(1, 40).double(), True)
    net(x)[0, :, 30].sum().backward()
    assert x.grad is not None
    assert set(x.grad[0].nonzero()[:, 0].tolist()) <= set(range(31 - field, 31))
    assert x.grad[0, 31 - field] != 0
    assert x.grad[0, 30] != 0


@pytest.mark.parametrize("conditions", [0, 2])
def test_generating_draws_from_the_scores_of_what_was_played(conditions):
    torch.manual_seed(0)
    net = WaveNet(4, 6, 5, (1, 2, 4), conditions)
    condition = torch.eye(2) if conditions else None

    def decode(number):
        return number / 2 - 0.75

    drawn = net.generate(12, decode, condition, count=2, temperature=1e-4)
    assert drawn.shape == (2, 12)
    assert drawn.dtype == torch.int64
    heard = torch.cat([torch.zeros(2, 1), decode(drawn[:, :-1])], 1)
    with no_grad():
        scores = net(heard, condition).data
    assert torch.equal(scores.argmax(1), drawn)
    warm = [net.generate(12, decode, condition, 2, seed=s) for s in (1, 1, 2)]
    assert torch.equal(warm[0], warm[1])
    assert not torch.equal(warm[0], warm[2])


def test_drawing_follows_the_temperature():
    net = WaveNet(2, 2, 2, (1,))
    for value in net.parameters():
        value.data.zero_()
    net.last.bias.data.copy_(torch.tensor([0.0, 1.0]))
    for temperature in (0.5, 2.0):
        drawn = net.generate(4000, lambda x: x * 0.0, temperature=temperature)
        expected = torch.sigmoid(torch.tensor(1 / temperature)).item()
        assert drawn.double().mean().item() == pytest.approx(expected, abs=0.03)


def test_refuses():
    for bad in ((), (0,)):
        with pytest.raises(ValueError, match="dilations of 1 or more"):
            WaveNet(dilations=bad)
