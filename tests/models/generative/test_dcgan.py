"""DCGAN against the layers of torch's example: keys, outputs, gradients."""

import pytest
import torch
from torch import nn

from dlcore.models import DCDiscriminator, DCGenerator
from tests.models.witness import assert_same
from tests.oracle import random


class Example(nn.Module):
    """A net under the name `main`, as in torch's example."""

    def __init__(self, *parts):
        super().__init__()
        self.main = nn.Sequential(*parts)

    def forward(self, x):
        return self.main(x)


def pair_64(width=2):
    up, down = nn.ConvTranspose2d, nn.Conv2d
    generator, c = [], 8 * width
    generator += [up(5, c, 4, 1, 0, bias=False), nn.BatchNorm2d(c), nn.ReLU(True)]
    for _ in range(3):
        generator += [up(c, c // 2, 4, 2, 1, bias=False), nn.BatchNorm2d(c // 2), nn.ReLU(True)]
        c //= 2
    generator += [up(c, 3, 4, 2, 1, bias=False), nn.Tanh()]
    judge = [down(3, c, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for _ in range(3):
        judge += [down(c, 2 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * c), nn.LeakyReLU(0.2)]
        c *= 2
    judge += [down(c, 1, 4, 1, 0, bias=False), nn.Sigmoid()]
    return Example(*generator).double(), Example(*judge).double()


def compare(ours, theirs, x, expected):
    y = ours(x)
    assert_same(y, expected)
    probe = random(*y.shape, seed=3)
    y.backward(probe)
    expected.backward(probe)
    named = dict(theirs.named_parameters())
    assert len(named) == len(list(ours.parameters()))
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, named[name].grad, rtol=0, atol=1e-9, msg=name)


def test_the_nets_of_torchs_example():
    their_generator, their_judge = pair_64()
    generator, judge = DCGenerator(5, 64, 3, 2).double(), DCDiscriminator(64, 3, 2).double()
    assert list(generator.state_dict()) == list(their_generator.state_dict())
    assert list(judge.state_dict()) == list(their_judge.state_dict())
    generator.load_state_dict(their_generator.state_dict())
    judge.load_state_dict(their_judge.state_dict())
    z, x = random(3, 5), random(3, 3, 64, 64, seed=1)
    compare(generator, their_generator, z, their_generator(z[..., None, None]))
    assert torch.equal(generator(z).data, generator(z[..., None, None]).data)
    scores = their_judge.main[:-1](x)
    torch.testing.assert_close(judge(x).data.sigmoid(), their_judge(x).flatten().detach())
    compare(judge, their_judge, x, scores.flatten())


@pytest.mark.parametrize(("size", "depth"), [(8, 2), (16, 2), (8, 3)])
def test_small_pictures(size, depth):
    generator = DCGenerator(6, size, 1, 4, depth)
    pictures = generator(torch.randn(5, 6))
    assert pictures.shape == (5, 1, size, size)
    assert pictures.data.abs().max() <= 1
    assert DCDiscriminator(size, 1, 4, depth)(pictures).shape == (5,)
    first, last = generator.main[0], generator.main[3 * depth]
    assert first.weight.shape == (6, 4 * 2 ** (depth - 1), *[size // 2**depth] * 2)
    assert last.weight.shape == (4, 1, 4, 4)


def test_sizes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"2\^4 must divide the size, got size=8, depth=4"):
        DCGenerator(size=8)
    with pytest.raises(ValueError, match="DCDiscriminator doubles or halves 3 times"):
        DCDiscriminator(12, depth=3)
    with pytest.raises(ValueError, match="DCGenerator needs whole numbers of at least 1"):
        DCGenerator(0, 8, depth=1)
