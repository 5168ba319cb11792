"""The exercise of chapter 10 on schedules: a rate that starts again."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def rates_case(rng, case):
    warmup, cycle = one(rng, 2, 4), one(rng, 3, 5)
    grow = 1 if case == 1 else one(rng, 2, 3)
    steps = warmup + cycle * (1 + grow) + one(rng, 2, 4)
    if case == 2:
        warmup = 0
    if case == 3:
        steps = one(rng, 1, warmup)
    if case == 4:
        cycle, steps = 1, warmup + 1 + grow + 3
    if case == 5:
        steps = warmup + cycle + 1  # the first restart is the last step
    floor = 0.0 if case in (1, 3) else one(rng, 1, 3) / 100
    return steps, one(rng, 2, 9) / 10, floor, warmup, cycle, grow


def rates(
    steps, peak, floor, warmup, cycle, grow,
    first=1, last=1, end=0, plan=lambda cycle, grow, number: cycle * grow**number, half=0.5,
    wave=math.pi, from_floor=False,
):  # fmt: skip
    """All rates; the keywords are mistakes. first, last: of the warm-up; end: of the cosine."""
    low = floor if from_floor else 0.0
    found = [low + (peak - low) * (t + first) / (warmup + last) for t in range(warmup)]
    number = 0
    while len(found) < steps:
        length = max(plan(cycle, grow, number), 1)
        for i in range(length):
            share = half * (1 + math.cos(wave * i / max(length - end, 1)))
            found.append(floor + (peak - floor) * share)
        number += 1
    return torch.tensor(found[:steps], dtype=torch.float64)


def by_torch(steps, peak, floor, warmup, cycle, grow):
    """The oracle: torch's own schedules."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], peak)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimiser, cycle, grow, floor)
    found = [peak * (t + 1) / (warmup + 1) for t in range(warmup)]
    for _ in range(steps - warmup):
        found.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    return torch.tensor(found[:steps], dtype=torch.float64)


def without_warmup(steps, peak, floor, warmup, cycle, grow):
    """The cosine begins at step 0, under the warm-up."""
    found = rates(steps, peak, floor, 0, cycle, grow)
    ramp = rates(min(warmup, steps), peak, floor, warmup, cycle, grow)
    return torch.cat([ramp, found[len(ramp) :]])


def once(steps, peak, floor, warmup, cycle, grow, floored):
    """One cycle and no restart."""
    found = rates(min(steps, warmup), peak, floor, warmup, cycle, grow)
    t = torch.arange(max(steps - warmup, 0), dtype=torch.float64)
    t = t.clamp(max=cycle) if floored else t
    return torch.cat([found, floor + (peak - floor) * (1 + (math.pi * t / cycle).cos()) / 2])


RATES = Task(
    id="10.7",
    title="A rate that starts again",
    points=4,
    function="rates",
    taught="ch10_optimisers.ipynb#steps-exponentials-cosines-cycles",
    statement=r"""
A cosine that starts again is a good plan if nobody knows how long the training will last: at the
end of each cycle stands a usable net. Let each cycle be longer than the one before, and warm up
once, at the very start.

Write `rates(steps, peak, floor, warmup, cycle, grow)`, which returns the rates of all steps
$t = 0, 1, \dots$ as a tensor (steps,). The first `warmup` steps have the rates
$\text{peak} \cdot \frac{t + 1}{\text{warmup} + 1}$. Then come the cycles. The first has `cycle`
steps, each following one `grow` times as many as the one before it. Step $i = 0, 1, \dots$ of a
cycle with $n$ steps has the rate

$$\text{floor} + (\text{peak} - \text{floor}) \, \frac{1 + \cos(\pi i / n)}{2} .$$

So each cycle begins at the peak, and the next one begins before the floor is reached. `warmup` may
be 0, the training may end anywhere, `cycle` and `grow` are at least 1.
""",
    generate=rates_case,
    oracle=by_torch,
    symptoms=[
        Symptom(
            "Your warm-up starts with the rate 0: the first step would be wasted.",
            mimics=partial(rates, first=0),
        ),
        Symptom(
            "Your warm-up reaches the peak in its last step. It is reached in the step behind it.",
            mimics=partial(rates, last=0),
        ),
        Symptom(
            "Your warm-up starts with 0 and its steps are too long.",
            mimics=partial(rates, first=0, last=0),
        ),
        Symptom(
            "Your warm-up starts from the floor. It is a share of the peak.",
            mimics=partial(rates, from_floor=True),
        ),
        Symptom(
            "Your cosine runs while the rate warms up. Its first cycle begins when that is over.",
            mimics=without_warmup,
        ),
        Symptom(
            "All your cycles are equally long.",
            mimics=partial(rates, plan=lambda cycle, grow, number: cycle),
        ),
        Symptom(
            "Your cycles grow by the same number of steps each time. Each is so many *times* as "
            "long as the one before.",
            mimics=partial(
                rates, plan=lambda cycle, grow, number: cycle * (1 + number * (grow - 1))
            ),
        ),
        Symptom(
            "Your second cycle is right. Those behind it grow from the first one, not from the one "
            "before.",
            mimics=partial(rates, plan=lambda cycle, grow, number: cycle * grow ** min(number, 1)),
        ),
        Symptom(
            "Your first cycle is longer than `cycle` already.",
            mimics=partial(rates, plan=lambda cycle, grow, number: cycle * grow ** (number + 1)),
        ),
        Symptom(
            "Your cycles end on the floor. With i from 0 to n − 1 they stop one step above it.",
            mimics=partial(rates, end=1),
        ),
        Symptom(
            "Your cosine is a whole wave, down and up again. Half of one is asked for.",
            mimics=partial(rates, wave=2 * math.pi),
        ),
        Symptom(
            "Your cosine stops halfway, at the middle between peak and floor.",
            mimics=partial(rates, wave=math.pi / 2),
        ),
        Symptom(
            "Your cycles begin at nearly twice the peak. Look at the half of the cosine.",
            mimics=partial(rates, half=1.0),
        ),
        Symptom(
            "Your cosine never starts again: behind the first cycle the rate stays on the floor.",
            mimics=lambda *inputs: once(*inputs, floored=True),
        ),
        Symptom(
            "Your cosine never starts again: it climbs as slowly as it fell.",
            mimics=lambda *inputs: once(*inputs, floored=False),
        ),
    ],
)

SCHEDULES = [RATES]
