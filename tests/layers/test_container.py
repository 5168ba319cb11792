import pytest
import torch

import dlcore
from dlcore import Linear, ModuleDict, ModuleList, ReLU, Sequential, Tensor


def test_layers_follow_one_another():
    first, second = Linear(2, 3), Linear(3, 1)
    x = Tensor(torch.randn(4, 2))
    net = Sequential(first, ReLU(), second)
    relu = ReLU()
    torch.testing.assert_close(net(x).data, second(relu(first(x))).data)
    assert [type(part) for part in net[:2]] == [Linear, ReLU]


def test_a_layer_may_stand_twice():
    layer = Linear(2, 2)
    x = Tensor(torch.randn(4, 2))
    torch.testing.assert_close(Sequential(layer, layer)(x).data, layer(layer(x)).data)
    assert len(ModuleList([layer, layer])) == 2
    assert ModuleList([layer, layer])[1] is layer


def test_a_dict_has_its_names():
    parts = ModuleDict({"a": ReLU(), "b": Linear(1, 1)})
    assert parts.keys() == ["a", "b"]
    assert [name for name, _ in parts.items()] == ["a", "b"]
    assert len(list(parts.values())) == len(parts) == 2
    assert "a" in parts
    with pytest.raises(KeyError):
        parts["c"]


def grown(nn):
    """The same things done to torch.nn's containers and to ours."""
    net = nn.Sequential(nn.Linear(2, 3))
    net.append(nn.ReLU()).extend([nn.Linear(3, 3)]).insert(1, nn.Tanh())
    net[0] = nn.Linear(2, 3, bias=False)
    parts = nn.ModuleList([nn.Linear(1, 1)]).extend([nn.ReLU(), nn.ReLU()])
    parts.insert(1, nn.Linear(1, 2))
    parts += [nn.Linear(4, 4)]
    parts[-1] = nn.Linear(2, 2)
    named = nn.ModuleDict({"a": nn.Linear(1, 1)})
    named["b"] = nn.Linear(2, 2)
    assert list(named) == ["a", "b"]
    assert named.pop("a").in_features == 1
    values = nn.ParameterList([torch.zeros(2), torch.ones(1)])
    values.append(nn.Parameter(torch.ones(3)))
    table = nn.ParameterDict({"x": torch.zeros(2)})
    table["y"] = nn.Parameter(torch.ones(1))
    assert (len(values), len(values[2]), len(table), "y" in table) == (3, 3, 2, True)
    assert [len(v) for v in table.values()] == [2, 1]
    assert list(table.keys()) == ["x", "y"]
    whole = nn.Module() if nn is torch.nn else nn.Sequential()
    more = parts + nn.ModuleList([nn.Linear(1, 1)])
    for number, part in enumerate([net, parts, parts[1:3], named, values, table, more]):
        whole.add_module(str(number), part)
    return {name: tuple(value.shape) for name, value in whole.state_dict().items()}


def test_containers_grow_as_in_torch():
    assert grown(dlcore) == grown(torch.nn)


def test_a_parameter_needs_a_name_of_its_own():
    with pytest.raises(ValueError, match="cannot name a parameter 'items'"):
        dlcore.ParameterDict({"items": torch.ones(1)})
