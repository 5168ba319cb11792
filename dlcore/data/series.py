"""Two measured quantities over time, one for a straight line and one not, and faults (chapter 7).

Each function takes the number of values first and a `seed` last, and draws from its own generator.
"""

import math

import torch

from dlcore.data.toys import generator


def seasonal(count: int, noise: float = 0.1, seed: int = 0) -> torch.Tensor:
    """(count,) float32: a day of 24 steps and, half as strong, a week of 168, plus noise."""
    source = generator(seed)
    phases = 2 * math.pi * torch.rand(2, generator=source, dtype=torch.float64)
    t = torch.arange(count, dtype=torch.float64)
    day = torch.sin(2 * math.pi * t / 24 + phases[0])
    week = 0.5 * torch.sin(2 * math.pi * t / 168 + phases[1])
    return (day + week + noise * torch.randn(count, generator=source)).float()


def sawtooth(count: int, noise: float = 0.05, seed: int = 0) -> torch.Tensor:
    """(count,) float32: something fills up evenly, runs over at 1, drains by halves, begins anew.

    Each filling has its own speed, so that the period changes; about −0.9 to 1.3, plus noise.
    """
    source = generator(seed)
    speeds = (0.05 + 0.15 * torch.rand(count, generator=source)).tolist()
    level, speed, filling, values = 0.0, 0.1, True, []
    for t in range(count):
        level = level + speed if filling else level / 2
        if level > 1:
            filling = False
        elif level < 0.1 and not filling:
            filling, speed = True, speeds[t]
        values.append(2 * level - 1)
    return torch.tensor(values) + noise * torch.randn(count, generator=source)


def misplaced(
    values: torch.Tensor, faults: int, steps: int = 3, away: int = 12, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """A copy with faults, (T,), and where they are, (T,) bool: ordinary values at a wrong time.

    At `faults` places, one in each equal part of the series, `steps` values are those that belong
    `away` steps later. Raises ValueError where a part is too short for that.
    """
    if faults < 1 or len(values) // faults < steps + away:
        raise ValueError(
            f"misplaced needs at least {steps + away} values for each of {faults} faults, got "
            f"{len(values)}"
        )
    part, source = len(values) // faults, generator(seed)
    spoilt, where = values.clone(), torch.zeros(len(values), dtype=torch.bool)
    for k in range(faults):
        shift = int(torch.randint(part - steps - away + 1, (1,), generator=source))
        first = k * part + shift
        spoilt[first : first + steps] = values[first + away : first + away + steps]
        where[first : first + steps] = True
    return spoilt, where
