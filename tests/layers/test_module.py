import copy
from collections import OrderedDict

import pytest
import torch

import dlcore
from dlcore import Linear, Module, ModuleDict, ModuleList, Parameter, ReLU, Sequential, Tensor


class Net(Module):
    def __init__(self):
        self.first = Linear(4, 3)
        self.scale = Parameter(torch.ones(3))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))
        self.register_buffer("mean", torch.zeros(3))
        self.blocks = ModuleList([Linear(3, 3), ReLU()])
        self.heads = ModuleDict({"a": Linear(3, 2), "b": Linear(3, 1, bias=False)})

    def forward(self, x):
        x = self.first(x) * self.scale
        for block in self.blocks:
            x = block(x)
        return self.heads["a"](x)


class TorchNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.first = nn.Linear(4, 3)
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))
        self.register_buffer("mean", torch.zeros(3))
        self.blocks = nn.ModuleList([nn.Linear(3, 3), nn.ReLU()])
        self.heads = nn.ModuleDict({"a": nn.Linear(3, 2), "b": nn.Linear(3, 1, bias=False)})


def test_state_dict_keys_are_torchs_and_travel_both_ways():
    ours, theirs = Net(), TorchNet()
    assert set(ours.state_dict()) == set(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())
    for name, value in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[name], value)


def test_parameters_come_in_the_order_of_definition():
    names = [name for name, _ in Net().named_parameters()]
    assert names == [
        "scale", "first.weight", "first.bias", "blocks.0.weight", "blocks.0.bias",
        "heads.a.weight", "heads.a.bias", "heads.b.weight",
    ]  # fmt: skip
    assert names == [name for name, _ in TorchNet().named_parameters()]
    assert [name for name, _ in Net().named_buffers()] == ["count", "mean"]
    assert len(list(Net().buffers())) == 2


def test_a_shared_parameter_is_counted_once_and_gets_both_gradients():
    layer = Linear(3, 3)
    model = Sequential(layer, layer)
    assert len(list(model.parameters())) == 2
    x = torch.randn(2, 3)
    model(Tensor(x)).sum().backward()
    reference = torch.nn.Linear(3, 3)
    reference.load_state_dict(layer.state_dict())
    reference(reference(x)).sum().backward()
    torch.testing.assert_close(layer.weight.grad, reference.weight.grad)


def test_train_eval_and_zero_grad_reach_every_part():
    model = Net()
    assert all(not part.training for part in model.eval().modules())
    assert all(part.training for part in model.train().modules())
    model(torch.randn(2, 4)).sum().backward()
    assert model.first.weight.grad is not None
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_to_casts_parameters_gradients_and_buffers_but_not_counters():
    model = Net()
    model(torch.randn(2, 4)).sum().backward()
    assert model.double() is model
    assert {p.dtype for p in model.parameters()} == {torch.float64}
    assert model.first.weight.grad.dtype == torch.float64
    assert model.mean.dtype == torch.float64
    assert model.count.dtype == torch.int64
    assert model.float().mean.dtype == torch.float32


def test_freezing_stops_the_gradient():
    model = Net()
    model.first.requires_grad_(False)
    model(torch.randn(2, 4)).sum().backward()
    assert model.first.weight.grad is None
    assert model.scale.grad is not None


def test_loading_is_all_or_nothing():
    model = Net()
    before = copy.deepcopy(model.state_dict())
    state = {**before, "first.weight": torch.zeros(3, 5)}
    with pytest.raises(ValueError, match=r"first.weight with shape \(3, 5\), Net needs \(3, 4\)"):
        model.load_state_dict(state)
    del state["first.weight"]
    with pytest.raises(ValueError, match=r"missing \['first.weight'\], unknown \['extra'\]"):
        model.load_state_dict({**state, "extra": torch.zeros(1)})
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    model.load_state_dict({"scale": Tensor(torch.full((3,), 2.0)), "extra": 1}, strict=False)
    assert model.scale.data.tolist() == [2, 2, 2]


def test_apply_and_children():
    seen = []
    model = Sequential(Linear(2, 2), ReLU())
    model.apply(lambda part: seen.append(type(part).__name__))
    assert seen == ["Linear", "ReLU", "Sequential"]
    assert [type(part) for part in model.children()] == [Linear, ReLU]
    assert [name for name, _ in model.named_modules()] == ["", "0", "1"]


def test_containers_behave_like_the_collections_they_are():
    model = Sequential(Linear(2, 3), ReLU(), Linear(3, 1))
    assert len(model) == 3
    assert [type(part) for part in model[1:]] == [ReLU, Linear]
    assert model[-1] is list(model)[2]
    many = ModuleList().append(ReLU())
    assert (len(many), type(many[0])) == (1, ReLU)
    named = ModuleDict({"a": ReLU()})
    assert "a" in named
    assert named.keys() == ["a"]
    assert len(named) == len(list(named.items())) == len(list(named.values())) == 1


def test_an_optional_parameter_is_left_out():
    layer = Linear(2, 2)
    layer.register_parameter("bias", None)
    assert list(layer.state_dict()) == ["weight"]


def test_repr_is_the_tree():
    assert repr(Sequential(Linear(2, 1), ReLU())) == (
        "Sequential(\n  (0): Linear(in_features=2, out_features=1, bias=True)\n  (1): ReLU()\n)"
    )


def test_a_function_in_sequential_is_explained():
    with pytest.raises(TypeError, match=r"part 1 is a .*; use the layer of dlcore \(ReLU\(\)\)"):
        Sequential(Linear(2, 2), torch.relu)  # type: ignore[arg-type]


def test_modules_in_sequence_may_have_names():
    named = Sequential({"in": Linear(2, 3), "out": Linear(3, 1)})
    assert list(named.state_dict()) == ["in.weight", "in.bias", "out.weight", "out.bias"]
    x = torch.randn(4, 2)
    assert torch.equal(named(x).data, named[1](named[0](x)).data)
    assert dict(Sequential(OrderedDict(a=ReLU())).named_children()).keys() == {"a"}


def test_a_buffer_that_is_not_saved_still_moves():
    model = Net()
    model.register_buffer("mask", torch.ones(2), persistent=False)
    assert "mask" not in model.state_dict()
    assert "mask" in dict(model.named_buffers())
    assert model.double().mask.dtype == torch.float64
    model.load_state_dict(model.state_dict())


def test_short_names_for_casts():
    model = Net().bfloat16().cpu()
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert {p.device.type for p in model.parameters()} == {"cpu"}
    model.add_module("extra", ReLU())
    assert [name for name, _ in model.named_children()][-1] == "extra"


def test_a_shared_part_is_visited_once_and_saved_under_both_names():
    layer, twin = Linear(2, 2), torch.nn.Linear(2, 2)
    ours, theirs = Sequential(layer, layer), torch.nn.Sequential(twin, twin)
    for net in (ours, theirs):
        seen = []
        net.apply(lambda part, seen=seen: seen.append(type(part).__name__))
        assert seen == ["Linear", "Sequential"]
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert len(ours) == len(list(ours)) == 2


@pytest.mark.parametrize("name", ["training", "to", "a.b", ""])
def test_a_part_needs_a_name_of_its_own(name):
    with pytest.raises(ValueError, match="cannot name a part"):
        ModuleDict({name: Linear(2, 2)})


def test_what_would_not_be_trained_is_refused():
    layer = Linear(2, 2)
    with pytest.raises(TypeError, match="weight is a Parameter and cannot become a Tensor"):
        layer.weight = Tensor(torch.ones(2, 2))
    with pytest.raises(TypeError, match=r"torch.nn.modules.linear.Linear, which dlcore would not"):
        layer.part = torch.nn.Linear(2, 2)
    with pytest.raises(TypeError, match="Parameter, which dlcore would not train"):
        layer.extra = torch.nn.Parameter(torch.ones(2))
    for container in (lambda part: ModuleList([part]), lambda part: ModuleDict({"a": part})):
        with pytest.raises(TypeError, match="takes dlcore modules"):
            container(torch.nn.Linear(2, 2))
    layer.weight = Parameter(torch.ones(2, 2))
    layer.bias = None


def test_weights_stay_floating_point_numbers():
    with pytest.raises(TypeError, match=r"floating-point dtype, to\(\) got torch.int64"):
        Linear(2, 2).to(torch.int64)


def test_loading_loosely_says_what_did_not_match():
    state = {"weight": torch.ones(2, 2), "scale": torch.ones(1)}
    assert Linear(2, 2).load_state_dict(state, strict=False) == (["bias"], ["scale"])


def test_names_can_be_asked_for_as_in_torch():
    ours, theirs = Net(), TorchNet()
    for options in ({"prefix": "net"}, {"recurse": False}, {"remove_duplicate": False}):
        names = [name for name, _ in theirs.named_parameters(**options)]
        assert [name for name, _ in ours.named_parameters(**options)] == names
        names = [name for name, _ in theirs.named_buffers(**options)]
        assert [name for name, _ in ours.named_buffers(**options)] == names
    assert len(list(ours.parameters(recurse=False))) == len(list(theirs.parameters(recurse=False)))
    assert list(ours.state_dict(prefix="a.")) == list(theirs.state_dict(prefix="a."))
    name = next(name for name, _ in ours.named_parameters() if "." in name)
    assert ours.get_parameter(name) is dict(ours.named_parameters())[name]
    assert ours.get_submodule("") is ours
    assert (
        ours.get_submodule(name.rpartition(".")[0])
        is dict(ours.named_modules())[name.rpartition(".")[0]]
    )


def test_gradients_may_be_set_to_zero_instead_of_none():
    net = Net()
    first, second = list(net.parameters())[:2]
    first.grad = torch.ones_like(first.data)
    net.zero_grad(set_to_none=False)
    assert first.grad.eq(0).all()
    assert second.grad is None


MADE = [
    ("Linear", (3, 2)), ("Conv1d", (2, 4, 3)), ("Conv2d", (2, 4, 3)), ("GRU", (3, 4)),
    ("BatchNorm2d", (3,)), ("InstanceNorm2d", (3, 1e-5, 0.1, True, True)), ("LayerNorm", (4,)),
    ("RMSNorm", (4,)), ("GroupNorm", (2, 4)), ("Embedding", (5, 3)), ("RNN", (3, 4)),
    ("LSTM", (3, 4, 2)), ("ConvTranspose2d", (2, 4, 3)), ("RNNCell", (3, 4)), ("LSTMCell", (3, 4)),
    ("GRUCell", (3, 4)), ("MultiheadAttention", (8, 2)), ("TransformerEncoderLayer", (8, 2, 12)),
    ("TransformerDecoderLayer", (8, 2, 12)), ("PReLU", (3,)), ("Transformer", (8, 2, 1, 1, 12)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sizes"), MADE, ids=lambda value: str(value))
@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_made_where_and_as_asked(name, sizes):
    for options in ({"dtype": torch.float64}, {"device": "meta"}, {"device": "cpu", "dtype": None}):
        states = []
        for nn in (dlcore, torch.nn):
            torch.manual_seed(0)
            states.append(getattr(nn, name)(*sizes, **options).state_dict())
        for mine, other in zip(*(state.values() for state in states), strict=True):
            assert (mine.dtype, mine.device, mine.shape) == (other.dtype, other.device, other.shape)
            if not mine.is_meta:
                torch.testing.assert_close(mine, other, rtol=1e-14, atol=0)


def test_what_torchs_layers_have_and_ours_not_is_refused():
    with pytest.raises(ValueError, match="LSTM has no projection, got proj_size=2"):
        dlcore.LSTM(3, 4, proj_size=2)
    with pytest.raises(ValueError, match="no add_bias_kv and no add_zero_attn"):
        dlcore.MultiheadAttention(8, 2, add_zero_attn=True)
