import pytest
import torch

from dlcore import BatchNorm1d, CrossEntropyLoss, Linear, ReLU, Sequential
from dlcore.training import (
    LAMB,
    SGD,
    Adagrad,
    AdamW,
    CapturedStep,
    CompiledStep,
    ExponentialLR,
    RMSprop,
    rates_as_tensors,
    train_step,
)  # fmt: skip
from tests.training import stand_in

OPTIMIZERS = [
    (SGD, {"lr": 0.1, "momentum": 0.9}), (Adagrad, {"lr": 0.05}), (RMSprop, {"lr": 0.005}),
    (AdamW, {"lr": 0.01}), (LAMB, {"lr": 0.01, "weight_decay": 0.1}),
]  # fmt: skip
needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


def training(kind, device="cpu", **options):
    torch.manual_seed(0)
    # a bias in front of BatchNorm has gradient 0, and Adam would enlarge its rounding errors
    layers = Linear(6, 8, bias=False), BatchNorm1d(8), ReLU(), Linear(8, 3)
    model = Sequential(*layers).to(device)
    return model, kind(model.parameters(), **options)


def run(step, kind, device="cpu", steps=50, last=None, **options):
    """Losses and final weights of a short training with a falling learning rate."""
    model, optimizer = training(kind, device, **options)
    schedule, losses = ExponentialLR(optimizer, 0.95), []
    generator = torch.Generator().manual_seed(1)
    for t in range(steps):
        n = last if last and t == steps - 1 else 16
        x = torch.randn(n, 6, generator=generator).to(device)
        y = torch.randint(0, 3, (n,), generator=generator).to(device)
        losses.append(step(model, CrossEntropyLoss(), optimizer, x, y).clone())
        schedule.step()
    return torch.stack(losses), model.state_dict()


def assert_equal_training(step, kind, device="cpu", last=None, **options):
    losses, weights = run(train_step, kind, device, last=last, **options)
    other_losses, other_weights = run(step, kind, device, last=last, **options)
    torch.testing.assert_close(other_losses, losses, rtol=1e-4, atol=1e-5)
    for name, value in weights.items():
        torch.testing.assert_close(other_weights[name], value, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_one_graph_equals_eager_over_50_steps(kind, options):
    assert_equal_training(CompiledStep(backend="eager"), kind, **options)


def test_many_models_may_be_compiled_in_one_process():
    for width in range(1, 11):  # the compiler gives up on one function after 8 versions
        model = Linear(width, 2)
        optimizer = SGD(model.parameters(), lr=0.1)
        x, y = torch.ones(3, width), torch.tensor([0, 1, 1])
        CompiledStep(backend="eager")(model, CrossEntropyLoss(), optimizer, x, y)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, while it compiles
def test_compiled_code_equals_eager_over_50_steps():
    assert_equal_training(CompiledStep(), AdamW, lr=0.01)


@needs_cuda
@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_a_recorded_step_equals_eager_also_with_a_smaller_last_batch(kind, options):
    assert_equal_training(CapturedStep(), kind, "cuda", last=5, **options)


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_a_step_replayed_from_its_recorded_operations_equals_eager(monkeypatch, kind, options):
    expected = run(train_step, kind, last=5, **options)
    stand_in.install(monkeypatch)
    step = CapturedStep()
    losses, weights = run(step, kind, last=5, **options)
    assert (step.taken, len(step.graph.calls) > 20) == (4, True)  # 3 to warm up, and the last batch
    torch.testing.assert_close((losses, weights), expected, rtol=1e-3, atol=1e-5)


def test_the_stand_in_refuses_what_a_device_refuses(monkeypatch):
    stand_in.install(monkeypatch)
    weight = torch.ones(2)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        total = weight.mul_(2).sum()
    assert weight.tolist() == [1, 1]  # recorded, not carried out
    weight.fill_(3)
    graph.replay()
    assert (weight.tolist(), total.item()) == ([6, 6], 12)
    with pytest.raises(RuntimeError, match="was read"), torch.cuda.graph(torch.cuda.CUDAGraph()):
        weight.sum().item()


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there")
def test_without_a_cuda_device_recording_says_so():
    with pytest.raises(RuntimeError, match="found no CUDA device"):
        CapturedStep()


def test_rates_are_numbers_again_afterwards_also_after_an_error():
    _, optimizer = training(SGD, lr=0.5)
    rates = []

    def fail():
        with rates_as_tensors(optimizer, rates):
            assert optimizer.param_groups[0]["lr"] is rates[0]
            assert rates[0].item() == 0.5
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert optimizer.param_groups[0]["lr"] == 0.5
    optimizer.param_groups[0]["lr"] = 0.25
    with rates_as_tensors(optimizer, rates):
        assert rates[0].item() == 0.25
