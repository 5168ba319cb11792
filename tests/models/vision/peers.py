"""What the tests of these models share: torch.nn forms of the same nets, and torchvision's keys."""

from pathlib import Path

import torch

from dlcore.layers import Module
from tests.oracle import random

KEYS = Path(__file__).parent / "keys"


def unlike_its_start(model: torch.nn.Module) -> torch.nn.Module:
    """The model in float64 with every number its own, running statistics too; small weights."""
    for seed, (name, value) in enumerate(model.double().state_dict().items()):
        if not value.is_floating_point():
            continue
        fan = max(1, value[0].numel()) if value.ndim else 1
        if value.ndim > 1:
            value.copy_(random(*value.shape, seed=seed) / fan**0.5)
        elif "var" in name:
            value.copy_(random(*value.shape, seed=seed, positive=True))
        else:
            value.copy_(0.1 * random(*value.shape, seed=seed) + ("weight" in name))
    return model


def assert_equal_nets(ours: Module, theirs: torch.nn.Module, *shape: int) -> None:
    """After loading: the same scores in evaluation and training, and the same gradients."""
    unlike_its_start(theirs)
    ours.double().load_state_dict(theirs.state_dict())
    x = random(*shape)
    ours.eval(), theirs.eval()
    close(ours(x).data, theirs(x).detach())
    ours.train(), theirs.train()
    for net in (ours, theirs):
        for part in net.modules():
            if "Dropout" in type(part).__name__:
                part.eval()
    y, expected = ours(x), theirs(x)
    close(y.data, expected.detach())
    probe = random(*expected.shape, seed=1)
    y.backward(probe), expected.backward(probe)
    others = dict(theirs.named_parameters())
    for name, mine in ours.named_parameters():
        close(mine.grad, others[name].grad, name, 1e-7)  # batches of 8 numbers amplify
    state, other = ours.state_dict(), theirs.state_dict()
    assert list(state) == list(other)
    for name, value in other.items():
        close(state[name], value, name)


def close(mine: torch.Tensor, other: torch.Tensor, name: str = "", atol: float = 1e-9) -> None:
    scale = max(1.0, other.abs().max().item())
    torch.testing.assert_close(mine, other, rtol=0, atol=atol * scale, msg=name or None)


def listed(name: str) -> dict[str, tuple[int, ...]]:
    """torchvision's keys and shapes of a net, in order, from keys/name.txt."""
    lines = (KEYS / f"{name}.txt").read_text().splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {key: tuple(map(int, shape)) for key, *shape in rows}


def keys_and_shapes(model: Module) -> dict[str, tuple[int, ...]]:
    return {key: tuple(value.shape) for key, value in model.state_dict().items()}


def on_meta(make):
    """The net without memory or numbers: shapes alone."""
    with torch.device("meta"):
        return make()
