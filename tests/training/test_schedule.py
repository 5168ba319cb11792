import pytest
import torch

from dlcore import Parameter
from dlcore.training import (
    SGD,
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    PolynomialLR,
    Schedule,
    SequentialLR,
    StepLR,
    WarmupCosineLR,
)  # fmt: skip

CASES = [
    (StepLR, {"step_size": 3, "gamma": 0.5}), (ExponentialLR, {"gamma": 0.9}),
    (CosineAnnealingLR, {"T_max": 10, "eta_min": 0.01}), (LinearLR, {}),
    (LinearLR, {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 7}),
    (LambdaLR, {"lr_lambda": lambda t: 1 / (1 + t)}),
    (MultiStepLR, {"milestones": [3, 8], "gamma": 0.5}),
    (ConstantLR, {}), (ConstantLR, {"factor": 0.5, "total_iters": 3}),
    (PolynomialLR, {"total_iters": 8, "power": 2.0}), (PolynomialLR, {}),
]  # fmt: skip


def optimizer(lr=0.1):
    first, second = Parameter(torch.ones(1)), Parameter(torch.ones(1))
    return SGD([{"params": [first]}, {"params": [second], "lr": 0.3}], lr=lr)


def rates(schedule, steps):
    seen = []
    for _ in range(steps):
        seen.append(schedule.get_last_lr())
        schedule.step()
    return torch.tensor(seen, dtype=torch.float64)


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize(("kind", "options"), CASES)
def test_like_torch(kind, options):
    weights = [torch.nn.Parameter(torch.ones(1)) for _ in range(2)]
    groups = [{"params": weights[:1]}, {"params": weights[1:], "lr": 0.3}]
    other = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    theirs = getattr(torch.optim.lr_scheduler, kind.__name__)(other, **options)
    expected = rates(theirs, 20)
    torch.testing.assert_close(rates(kind(optimizer(), **options), 20), expected)


def test_warmup_then_cosine():
    seen = rates(WarmupCosineLR(optimizer(), warmup=4, total=12, floor=0.1), 15)[:, 0] / 0.1
    torch.testing.assert_close(seen[:4], torch.tensor([0.25, 0.5, 0.75, 1.0]).double())
    assert seen[4] == 1
    torch.testing.assert_close(seen[8], torch.tensor(0.55).double())
    torch.testing.assert_close(seen[12:], torch.full((3,), 0.1).double())
    assert (seen[4:13].diff() < 0).all()


def test_state_travels():
    schedule = CosineAnnealingLR(optimizer(), 10)
    rates(schedule, 4)
    other = CosineAnnealingLR(optimizer(lr=7.0), 10)
    other.load_state_dict(schedule.state_dict())
    assert other.get_last_lr() == schedule.get_last_lr()
    assert torch.equal(rates(other, 5), rates(schedule, 5))


def test_bad_input():
    with pytest.raises(TypeError, match="StepLR changes an optimiser, got float"):
        StepLR(0.1, 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"StepLR\(step_size=0\) must be at least 1"):
        StepLR(optimizer(), 0)
    with pytest.raises(ValueError, match="0 ≤ warmup < total, got 5 and 5"):
        WarmupCosineLR(optimizer(), 5, 5)
    with pytest.raises(NotImplementedError, match="Schedule must define factor"):
        Schedule(optimizer())


def step_both(schedules, steps):
    """The first group's rate at each of the steps, all schedules moved on together."""
    seen = []
    for _ in range(steps):
        seen.append(schedules[0].get_last_lr()[0])
        for schedule in schedules:
            schedule.step()
    return seen


def test_two_at_once_multiply_their_factors():
    ours = optimizer(lr=1.0)
    linear = LinearLR(ours, start_factor=0.1, total_iters=4)
    seen = step_both([linear, ExponentialLR(ours, 0.9)], 5)
    assert seen == pytest.approx([0.1, 0.2925, 0.4455, 0.564975, 0.6561])


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_one_after_the_other_like_torch():
    theirs = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.1)
    found = []
    for room, opt in ((torch.optim.lr_scheduler, theirs), (None, optimizer())):
        make = {"Linear": LinearLR, "Cosine": CosineAnnealingLR, "Sequential": SequentialLR}
        if room:
            make = {"Linear": room.LinearLR, "Cosine": room.CosineAnnealingLR,
                    "Sequential": room.SequentialLR}  # fmt: skip
        warm = make["Linear"](opt, start_factor=0.1, total_iters=4)
        fall = make["Cosine"](opt, T_max=8, eta_min=0.01)
        found.append(step_both([make["Sequential"](opt, [warm, fall], milestones=[4])], 12))
    assert found[1] == pytest.approx(found[0])


def test_two_that_have_no_common_factor_are_refused():
    ours = optimizer()
    CosineAnnealingLR(ours, 10, eta_min=0.01)
    second = StepLR(ours, 3)
    with pytest.raises(ValueError, match="CosineAnnealingLR and StepLR cannot work at once"):
        second.step()
    with pytest.raises(ValueError, match="one rising milestone between each two of 2"):
        SequentialLR(ours, ours.schedules, [3, 5])


def test_a_rate_changed_by_hand_stays_changed():
    ours = optimizer(lr=1.0)
    schedule = ExponentialLR(ours, 0.5)
    schedule.step()
    ours.param_groups[0]["lr"] = 0.1
    schedule.step()
    assert ours.param_groups[0]["lr"] == pytest.approx(0.05)
