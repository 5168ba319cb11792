import pytest
import torch

from dlcore import Parameter
from dlcore.training import SGD, Adagrad, Adam, CyclicLR, ExponentialLR, OneCycleLR

CYCLES = [
    {"step_size_up": 4}, {"step_size_up": 3, "step_size_down": 5, "mode": "triangular2"},
    {"step_size_up": 2, "mode": "exp_range", "gamma": 0.9, "base_momentum": 0.5},
    {"step_size_up": 1, "cycle_momentum": False},
]  # fmt: skip
ONCE = [
    {"total_steps": 21}, {"epochs": 3, "steps_per_epoch": 8, "pct_start": 0.5},
    {"total_steps": 21, "three_phase": True, "anneal_strategy": "linear", "div_factor": 10.0},
    {"total_steps": 25, "final_div_factor": 10.0, "cycle_momentum": False},
]  # fmt: skip


def followed(optimizer, schedule, steps):
    seen = []
    for _ in range(steps):
        group = optimizer.param_groups[0]
        momentum = group["betas"][0] if "betas" in group else group["momentum"]
        seen.append([group["lr"], momentum])
        schedule.step()
    return torch.tensor(seen, dtype=torch.float64)


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize(
    ("name", "options"),
    [("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, **o}) for o in CYCLES]
    + [("OneCycleLR", {"max_lr": 0.1, **o}) for o in ONCE],
)
def test_like_torch(kind, name, options):
    made = {"SGD": (SGD, {"momentum": 0.7}), "Adam": (Adam, {})}[kind]
    ours = made[0]([Parameter(torch.ones(1))], lr=0.5, **made[1])
    theirs = getattr(torch.optim, kind)([torch.nn.Parameter(torch.ones(1))], lr=0.5, **made[1])
    schedule = {"CyclicLR": CyclicLR, "OneCycleLR": OneCycleLR}[name](ours, **options)
    peer = getattr(torch.optim.lr_scheduler, name)(theirs, **options)
    expected = followed(theirs, peer, 20)
    torch.testing.assert_close(followed(ours, schedule, 20), expected, rtol=1e-9, atol=1e-12)


def test_one_cycle_by_hand():
    optimizer = SGD([Parameter(torch.ones(1))], lr=1.0, momentum=0.9)
    options = {"pct_start": 0.5, "anneal_strategy": "linear", "div_factor": 2.0}
    schedule = OneCycleLR(optimizer, 1.0, 6, final_div_factor=2.0, **options)
    rates = [row[0] for row in followed(optimizer, schedule, 5)]
    assert rates == pytest.approx([0.5, 0.75, 1, 0.75, 0.5])
    assert schedule.get_last_lr() == pytest.approx([0.25])


def optimizer():
    return SGD([Parameter(torch.ones(1))], lr=0.1)


def over():
    schedule = OneCycleLR(optimizer(), 0.1, 2)
    for _ in range(3):
        schedule.step()


def beside_another():
    shared = optimizer()
    CyclicLR(shared, 0.1, 1.0)
    ExponentialLR(shared, 0.9).step()


BAD = [
    (lambda: CyclicLR(optimizer(), 0.1, 1.0, 0), r"CyclicLR\(step_size_up=0\) must be at least 1"),
    (lambda: CyclicLR(optimizer(), 0.1, 1.0, mode="saw"), "'exp_range', got 'saw'"),
    (lambda: CyclicLR(Adagrad([Parameter(torch.ones(1))]), 0.1, 1.0), "cycle_momentum=False"),
    (lambda: OneCycleLR(optimizer(), 0.1), "of at least 2 steps, .*got 0 steps"),
    (lambda: OneCycleLR(optimizer(), 0.1, 9, anneal_strategy="sin"), "'linear', got .*'sin'"),
    (over, "ends after 2 steps, this is step 3"),
    (beside_another, "CyclicLR and ExponentialLR cannot work at once"),
]


@pytest.mark.parametrize(("call", "sentence"), BAD)
def test_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
