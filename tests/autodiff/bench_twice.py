"""Gradients of gradients beside torch's: time as a ratio, for two networks on one core.

python tests/autodiff/bench_twice.py [seconds for each comparison]
"""

import sys
from itertools import pairwise
from pathlib import Path

import torch

from dlcore import Linear, Sequential, Tanh, Tensor, grad

sys.path.insert(0, str(Path(__file__).parent.parent))  # tests, for `benchmarks`
from benchmarks.measure import ratios

NETWORKS = {"2-16-16-1": (2, 16, 16, 1), "64-256-256-1": (64, 256, 256, 1)}
ROWS = 64


def networks(sizes):
    """The same tanh network in dlcore and in torch."""
    ours = [part for pair in pairwise(sizes) for part in (Linear(*pair), Tanh())]
    theirs = [
        part for pair in pairwise(sizes) for part in (torch.nn.Linear(*pair), torch.nn.Tanh())
    ]
    net, other = Sequential(*ours[:-1]), torch.nn.Sequential(*theirs[:-1])
    other.load_state_dict(net.state_dict())
    return net, other


def first_order(net, x, differentiate):
    """The loss's gradient, as in training."""
    return lambda: differentiate((net(x) ** 2).mean(), list(net.parameters()))


def penalty(net, x, differentiate):
    """A loss of the input gradient's length, as in WGAN-GP, and its gradient."""

    def step():
        (g,) = differentiate(net(x).sum(), x, create_graph=True)
        loss = ((((g * g).sum(1) + 1e-12).sqrt() - 1) ** 2).mean()
        differentiate(loss, [p for p in net.parameters() if p.ndim == 2])

    return step


def hessian_product(net, x, differentiate):
    """The Hessian of the loss times a vector."""
    weights = list(net.parameters())
    vectors = [torch.ones(p.shape) for p in weights]

    def step():
        gradients = differentiate((net(x) ** 2).mean(), weights, create_graph=True)
        differentiate(sum((g * v).sum() for g, v in zip(gradients, vectors, strict=True)), weights)

    return step


def main(seconds):
    torch.set_num_threads(1)
    for name, sizes in NETWORKS.items():
        torch.manual_seed(0)
        ours, theirs = networks(sizes)
        x = torch.randn(ROWS, sizes[0])
        for task in (first_order, penalty, hessian_product):
            variants = {
                "torch": task(theirs, x.clone().requires_grad_(), torch.autograd.grad),
                "dlcore": task(ours, Tensor(x.clone(), True), grad),
            }
            print(f"{name:14}{task.__name__:16} {ratios(variants, seconds)['dlcore']:5.2f} x torch")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
