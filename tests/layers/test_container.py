import pytest
import torch

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
