import copy

import pytest
import torch

import dlcore
from dlcore import Linear, ReLU, Sequential, Tensor


def both(build):
    """The same net from torch.nn and from dlcore, with the same weights."""
    torch.manual_seed(0)
    theirs = build(torch.nn)
    torch.manual_seed(0)
    return build(dlcore), theirs


def net(nn):
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def record(seen, name):
    return lambda module, *rest: seen.append((name, type(module).__name__, len(rest)))


def test_hooks_run_as_in_torch():
    x, logs = torch.randn(2, 3), []
    for module in both(net):
        seen = []
        module[0].register_forward_hook(record(seen, "first"))
        module[0].register_forward_hook(record(seen, "before it"), prepend=True)
        module[1].register_forward_pre_hook(record(seen, "pre"))
        module.register_forward_hook(record(seen, "whole"), with_kwargs=True)
        module(x)
        logs.append(seen)
    assert logs[0] == logs[1]
    assert [name for name, *_ in logs[0]] == ["before it", "first", "pre", "whole"]


def test_a_hook_may_change_what_passes():
    x, results = torch.randn(2, 3), []
    for module in both(net):
        module[0].register_forward_hook(lambda module, args, y: y * 2)
        module[2].register_forward_pre_hook(lambda module, args: args[0] + 1)
        module[2].register_forward_pre_hook(lambda module, args: (args[0] * 3,))
        module[2].register_forward_pre_hook(
            lambda module, args, kwargs: (args, kwargs), with_kwargs=True
        )
        results.append(module(x))
    torch.testing.assert_close(results[0].data, results[1].detach())


def test_a_hook_can_be_taken_off():
    layer, seen = ReLU(), []
    handle = layer.register_forward_hook(record(seen, "kept"))
    with layer.register_forward_hook(record(seen, "for a while")):
        layer(torch.ones(1))
    layer(torch.ones(1))
    handle.remove()
    handle.remove()
    layer(torch.ones(1))
    assert [name for name, *_ in seen] == ["kept", "for a while", "kept"]


def test_a_copy_has_hooks_of_its_own():
    layer, seen = Linear(2, 2), []
    handle = layer.register_forward_hook(lambda *_: seen.append(1))
    twin = copy.deepcopy(layer)
    handle.remove()
    layer(torch.ones(1, 2))
    assert not seen
    twin(torch.ones(1, 2))
    assert seen == [1]


def test_features_can_be_read_and_their_gradient():
    module, found = Sequential(Linear(2, 3), ReLU()), {}
    module[0].register_forward_hook(lambda module, args, y: found.update(features=y))
    module(Tensor(torch.ones(1, 2))).sum()
    assert found["features"].shape == (1, 3)


def test_an_error_passes_on():
    layer = ReLU()

    def fail(*_):
        raise RuntimeError("no")

    layer.register_forward_pre_hook(fail)
    with pytest.raises(RuntimeError, match="no"):
        layer(torch.ones(1))
