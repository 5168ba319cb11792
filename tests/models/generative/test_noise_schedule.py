"""Schedules: against diffusers' own, against chains that are simulated, and their edges."""

import pytest
import torch
from diffusers import DDPMScheduler

from dlcore.models.generative.noise_schedule import NoiseSchedule
from tests.oracle import random

KINDS = {"linear": NoiseSchedule.linear, "squaredcos_cap_v2": NoiseSchedule.cosine}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("steps", [10, 1000])
def test_schedules_are_those_of_diffusers(name, steps):
    theirs, ours = DDPMScheduler(steps, beta_schedule=name), KINDS[name](steps)
    assert len(ours) == steps
    torch.testing.assert_close(ours.betas.float(), theirs.betas, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(ours.alpha_bar.float(), theirs.alphas_cumprod, rtol=2e-4, atol=1e-6)
    x, noise, t = random(3, 2, 4).float(), random(3, 2, 4, seed=1).float(), torch.tensor([0, 4, 9])
    expected = theirs.add_noise(x, noise, t)
    torch.testing.assert_close(ours.noised(x, t, noise), expected, rtol=0, atol=1e-4)


def test_two_steps_by_hand():
    schedule = NoiseSchedule([0.19, 0.36])  # keeps 0.9, then 0.8 of the picture
    torch.testing.assert_close(schedule.alpha_bar, torch.tensor([0.81, 0.5184]).double())
    x, zero = torch.tensor([[10.0]]), torch.zeros(1, 1)
    assert schedule.one_step(x, 0, zero).item() == pytest.approx(9.0)
    assert schedule.one_step(x, 1, torch.ones(1, 1)).item() == pytest.approx(8.0 + 0.6)
    assert schedule.noised(x, 1, zero).item() == pytest.approx(7.2)
    assert schedule.noised(x, 0, torch.ones(1, 1)).item() == pytest.approx(9 + 0.19**0.5)


@pytest.mark.parametrize(
    "schedule", [NoiseSchedule.linear(20, 0.01, 0.3), NoiseSchedule.cosine(20)]
)
def test_many_small_steps_are_one_large_one(schedule):
    dice = torch.Generator().manual_seed(0)
    x = torch.full((200_000,), 2.0, dtype=torch.float64)
    for t in range(12):
        x = schedule.one_step(x, t, torch.randn(x.shape, generator=dice, dtype=x.dtype))
    signal, spread = schedule.levels(11, x)
    assert x.mean().item() == pytest.approx(2 * signal.item(), abs=0.01)
    assert x.std().item() == pytest.approx(spread.item(), abs=0.01)


def test_clean_and_noise_undo_it():
    schedule, x, noise = NoiseSchedule.cosine(50), random(4, 3), random(4, 3, seed=1)
    t = torch.tensor([0, 10, 30, 49])
    noised = schedule.noised(x, t, noise)
    torch.testing.assert_close(schedule.clean(noised, t, noise), x)
    torch.testing.assert_close(schedule.noise_in(noised, t, x), noise)


def test_velocity_is_that_of_diffusers_and_gives_the_noise_back():
    schedule, x, noise = NoiseSchedule.linear(1000), random(4, 3), random(4, 3, seed=1)
    t = torch.tensor([0, 10, 500, 999])
    v = schedule.velocity(x, t, noise)
    expected = DDPMScheduler(1000, beta_schedule="linear").get_velocity(x, noise, t)
    torch.testing.assert_close(v, expected, rtol=0, atol=1e-5)
    torch.testing.assert_close(
        schedule.noise_of_velocity(schedule.noised(x, t, noise), t, v), noise
    )


def test_variance_stays_one_and_time_minus_one_is_the_picture():
    schedule, x, noise = NoiseSchedule.linear(30), random(5, 2), random(5, 2, seed=1)
    signal, spread = schedule.levels(torch.arange(-1, 30), random(31, 2))
    torch.testing.assert_close(signal**2 + spread**2, torch.ones(31, 1).double())
    assert (signal.diff(dim=0) < 0).all()
    assert torch.equal(schedule.noised(x, -1, noise), x)


def test_times():
    schedule = NoiseSchedule.linear(1000)
    assert schedule.times(1) == [999]
    assert schedule.times(3) == [999, 500, 0]
    assert schedule.times(1000) == list(range(999, -1, -1))


def test_what_it_refuses():
    with pytest.raises(ValueError, match=r"needs betas \(T,\), got shape \(2, 2\)"):
        NoiseSchedule(torch.rand(2, 2))
    with pytest.raises(ValueError, match=r"shares between 0 and 1, got 0.1 … 1.5"):
        NoiseSchedule([0.1, 1.5])
    schedule = NoiseSchedule.linear(10)
    with pytest.raises(ValueError, match=r"whole numbers from -1 to 9, got 10"):
        schedule.levels(10, torch.zeros(1, 1))
    with pytest.raises(ValueError, match="a schedule of 10 times has no 11 steps"):
        schedule.times(11)
