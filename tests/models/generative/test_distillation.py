"""One step of the student ends where two steps of the teacher do."""

import torch

from dlcore import Tensor
from dlcore.models.generative.diffusion import ddim_step
from dlcore.models.generative.distillation import moved, two_as_one
from dlcore.models.generative.noise_schedule import NoiseSchedule
from tests.oracle import random

SCHEDULE = NoiseSchedule.cosine(100)


def predict(x, t):
    return Tensor(torch.tanh(x.roll(1, -1) + 0.02 * t[:, None]))


def test_moved_is_the_step_without_chance():
    x, noise = random(3, 4), random(3, 4, seed=1)
    t, before = torch.tensor([90, 50, 3]), torch.tensor([70, 10, -1])
    rows = moved(SCHEDULE, x, noise, t, before)
    for i in range(3):
        clean = SCHEDULE.clean(x[i : i + 1], int(t[i]), noise[i : i + 1])
        one = ddim_step(SCHEDULE, x[i : i + 1], clean, int(t[i]), int(before[i]))
        torch.testing.assert_close(rows[i : i + 1], one)


def test_one_step_lands_where_two_do():
    x = random(3, 4)
    t, between, before = (torch.tensor(v) for v in ([90, 50, 3], [70, 20, 1], [40, 0, -1]))
    clean = two_as_one(predict, SCHEDULE, x, t, between, before)
    noise = SCHEDULE.noise_in(x, t, clean)
    halfway = moved(SCHEDULE, x, predict(x, t).data, t, between)
    landed = moved(SCHEDULE, halfway, predict(halfway, between).data, between, before)
    torch.testing.assert_close(moved(SCHEDULE, x, noise, t, before), landed)


def test_a_teacher_that_knows_the_picture_is_believed():
    clean, x = random(2, 4), random(2, 4, seed=1)
    t, between, before = (torch.tensor([k, k]) for k in (80, 40, 5))
    right = two_as_one(lambda x, t: SCHEDULE.noise_in(x, t, clean), SCHEDULE, x, t, between, before)
    torch.testing.assert_close(right, clean)
