"""The way back: step by step as diffusers' schedulers go it, the posterior by Bayes, its laws."""

from functools import partial

import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler

from dlcore import Tensor
from dlcore.layers import mse_loss
from dlcore.models.generative.denoiser import DenoisingMLP
from dlcore.models.generative.diffusion import (
    ddim_step,
    ddpm_step,
    denoising,
    denoising_loss,
    posterior,
    sample,
)
from dlcore.models.generative.noise_schedule import NoiseSchedule
from tests.oracle import random

SCHEDULE = NoiseSchedule.linear(1000)


def predict(x, t):
    """Some fixed guess at the noise that depends on x and t."""
    return torch.tanh(x.roll(1, -1) + 0.002 * t[:, None])


class Drawn:
    """Replaces both packages' random numbers by one list."""

    def __init__(self, monkeypatch, shape):
        self.numbers, self.place = random(1000, *shape).float(), 0
        monkeypatch.setattr("diffusers.schedulers.scheduling_ddpm.randn_tensor", self.next)
        monkeypatch.setattr("diffusers.schedulers.scheduling_ddim.randn_tensor", self.next)
        monkeypatch.setattr("dlcore.models.generative.diffusion._draw", self.next)

    def next(self, *_, **__):
        self.place += 1
        return self.numbers[self.place]


def walked(scheduler, x, **options):
    """Every x on diffusers' way."""
    for t in scheduler.timesteps:
        noise = predict(x, torch.full((len(x),), int(t)))
        x = scheduler.step(noise, int(t), x, **options).prev_sample
        yield x


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("clip", [None, 1.0])
@pytest.mark.parametrize("steps", [1000, 10])
def test_ddpm_goes_the_way_of_diffusers(large, clip, steps, monkeypatch):
    kind = "fixed_large" if large else "fixed_small"
    theirs = DDPMScheduler(1000, variance_type=kind, clip_sample=clip is not None,
                           timestep_spacing="linspace")  # fmt: skip
    theirs.set_timesteps(steps)
    assert theirs.timesteps.tolist() == SCHEDULE.times(steps)
    dice, x = Drawn(monkeypatch, (3, 5)), random(3, 5, seed=2).float()
    expected = list(walked(theirs, x))
    dice.place = 0
    step = partial(ddpm_step, large=large)
    ours = [m.x for m in denoising(predict, SCHEDULE, x, steps, step, clip)]
    assert len(ours) == steps
    for mine, other in zip(ours, expected, strict=True):
        scale = other.abs().max().item()
        torch.testing.assert_close(mine, other, rtol=0, atol=2e-3 * scale)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("clip", [None, 1.0])
def test_ddim_goes_the_way_of_diffusers(eta, clip, monkeypatch):
    theirs = DDIMScheduler(1000, clip_sample=clip is not None, set_alpha_to_one=True)
    theirs.set_timesteps(20)  # 950, 900, …, 0
    times = theirs.timesteps.tolist()
    monkeypatch.setattr(NoiseSchedule, "times", lambda self, steps: times)
    dice, x = Drawn(monkeypatch, (3, 5)), random(3, 5, seed=2).float()
    expected = list(walked(theirs, x, eta=eta, use_clipped_model_output=True))
    dice.place = 0
    step = partial(ddim_step, eta=eta)
    ours = [m.x for m in denoising(predict, SCHEDULE, x, 20, step, clip)]
    for mine, other in zip(ours, expected, strict=True):
        scale = other.abs().max().item()
        torch.testing.assert_close(mine, other, rtol=0, atol=1e-4 * scale)


def test_posterior_is_bayes_rule():
    """On a grid of places for x₁: prior times likelihood, by adding up."""
    schedule = NoiseSchedule([0.2, 0.3, 0.25])
    clean, seen = torch.tensor([[0.7]]).double(), torch.tensor([[-0.4]]).double()
    mean, deviation = posterior(schedule, seen, clean, 2, 1)
    grid = torch.linspace(-8, 8, 40_001, dtype=torch.float64)
    signal, spread = schedule.levels(1, clean)
    beta = schedule.betas[2]
    log = -((grid - signal * clean) ** 2) / (2 * spread**2)
    log = (log - (seen - (1 - beta).sqrt() * grid) ** 2 / (2 * beta)).flatten()
    weight = log.softmax(0)
    centre = (weight * grid).sum()
    assert mean.item() == pytest.approx(centre.item(), abs=1e-6)
    assert deviation == pytest.approx((weight * (grid - centre) ** 2).sum().sqrt().item(), abs=1e-6)


@pytest.mark.parametrize(("t", "before"), [(999, 998), (500, 100), (40, -1)])
def test_ddim_with_all_of_the_chance_is_ddpm(t, before):
    x, clean = random(4, 6), random(4, 6, seed=1)
    dice = [torch.Generator().manual_seed(3) for _ in range(2)]
    ours = ddim_step(SCHEDULE, x, clean, t, before, dice[0], eta=1.0)
    torch.testing.assert_close(ours, ddpm_step(SCHEDULE, x, clean, t, before, dice[1]))


def test_a_step_keeps_what_the_true_noise_says():
    """With the true picture and no chance, x moves along its own closed form."""
    x, noise = random(4, 6), random(4, 6, seed=1)
    moved = ddim_step(SCHEDULE, SCHEDULE.noised(x, 800, noise), x, 800, 300)
    torch.testing.assert_close(moved, SCHEDULE.noised(x, 300, noise))
    assert torch.equal(
        ddpm_step(SCHEDULE, moved, x, 300, -1), posterior(SCHEDULE, moved, x, 300, -1)[0]
    )


def test_a_net_that_knows_the_cloud_draws_it():
    """For data N(3, 0.5²) the best guess at the noise is known: the walk must end there."""
    schedule = NoiseSchedule.cosine(200)

    def best(x, t):
        signal, spread = schedule.levels(t, x)
        return spread * (x - 3 * signal) / (0.25 * signal**2 + spread**2)

    dice = torch.Generator().manual_seed(0)
    start = torch.randn(20_000, 1, generator=dice)
    for step in (ddpm_step, ddim_step):
        x = sample(best, schedule, start, steps=200, step=step, dice=dice)
        assert x.mean().item() == pytest.approx(3, abs=0.02)
        assert x.std().item() == pytest.approx(0.5, abs=0.02)


def test_loss_is_what_it_says():
    torch.manual_seed(0)
    net = DenoisingMLP(4, 8, 1, classes=2).double()
    torch.nn.init.normal_(net.last.weight.data)
    x, noise, t = random(5, 4), random(5, 4, seed=1), torch.tensor([0, 9, 99, 500, 999])
    labels = torch.tensor([0, 1, 2, 0, 1])
    loss = denoising_loss(net, SCHEDULE, x, t, noise, labels)
    guess = net(SCHEDULE.noised(x, t, noise), t, labels).data
    assert loss.item() == pytest.approx(((noise - guess) ** 2).mean().item(), abs=1e-12)
    loss.backward()
    by_loss = net.last.weight.grad.clone()
    net.zero_grad()
    mse_loss(net(SCHEDULE.noised(x, t, noise), t, labels), noise).backward()
    torch.testing.assert_close(by_loss, net.last.weight.grad)


def test_moments_show_time_picture_and_guess():
    seen = list(denoising(predict, SCHEDULE, random(2, 3), 4, clip=0.5))
    assert [m.t for m in seen] == SCHEDULE.times(4)
    assert all(m.clean.abs().max() <= 0.5 for m in seen)
    assert torch.equal(seen[-1].x, seen[-1].clean)


def test_a_net_of_ours_may_predict():
    x = random(2, 3)
    ours = sample(lambda x, t: Tensor(predict(x, t)), SCHEDULE, x, steps=3, step=ddim_step)
    assert torch.equal(ours, sample(predict, SCHEDULE, x, steps=3, step=ddim_step))


def test_what_is_kept_is_there_at_the_end():
    mask = torch.tensor([True, False, True])
    picture = random(2, 3)
    x = sample(predict, SCHEDULE, random(2, 3, seed=1), steps=9, keep=(mask, picture), clip=1.0)
    assert torch.equal(x[:, mask], picture[:, mask])
    assert not torch.allclose(x[:, 1], picture[:, 1])


def test_steps_go_back():
    with pytest.raises(ValueError, match="time below 1000 to an earlier one, got 5 → 5"):
        ddpm_step(SCHEDULE, random(1, 1), random(1, 1), 5, 5)
