"""1949, Hebb: a synapse grows when it helps to fire its neuron; Oja 1982; STDP 1998 (chapter 1).

D. O. Hebb, The Organization of Behavior (Wiley, 1949), page 62, states the idea in words. The
product rule is the usual reading of it. E. Oja (1982), doi:10.1007/BF00275687. G. Bi and M. Poo
(1998), doi:10.1523/JNEUROSCI.18-24-10464.1998.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch


def hebb(weights: torch.Tensor, x: torch.Tensor, rate: float) -> torch.Tensor:
    """Return the weights of a linear neuron after one look at x:  w + η y x,  y = w·x.

    weights (I,)   x (I,)   rate η > 0, in weight per unit of y x
    """
    y = _output(weights, x, "hebb")
    return weights + rate * y * x


def oja(weights: torch.Tensor, x: torch.Tensor, rate: float) -> torch.Tensor:
    """Return the weights after one step of Oja's rule:  w + η y (x − y w),  y = w·x.

    weights (I,)   x (I,)   rate η > 0

    The term −η y² w is to first order in η what Hebb's step followed by w / |w| would do, so the
    length stays near 1 and w turns to the first principal axis. Source: Oja (1982).
    """
    y = _output(weights, x, "oja")
    return weights + rate * y * (x - y * weights)


def learn(
    rule: Callable[..., torch.Tensor], weights: torch.Tensor, samples: torch.Tensor, rate: float
) -> torch.Tensor:
    """Apply `rule` to one sample after the other; return all weights (N + 1, I), the first first.

    rule: hebb or oja. weights (I,)   samples (N, I)   rate η > 0
    """
    path = [weights]
    for x in samples:
        path.append(rule(path[-1], x, rate))
    return torch.stack(path)


def stdp(
    lag: torch.Tensor | float,
    rise: float = 1.0,
    fall: float = 1.0,
    rise_time: float = 20.0,
    fall_time: float = 20.0,
) -> torch.Tensor:
    """Return how one pair of spikes changes a synapse:  lag = t_post − t_pre, in milliseconds.

    lag > 0, pre before post:   +rise · exp(−lag / rise_time)     the synapse grows
    lag < 0, post before pre:   −fall · exp(+lag / fall_time)     the synapse shrinks
    lag = 0:                     0

    Any shape. Times in milliseconds, rise and fall in weight per pair. Bi and Poo (1998) saw
    changes for lags within about 20 ms; the exponentials are the usual fit.
    """
    if rise_time <= 0 or fall_time <= 0:
        raise ValueError(
            f"stdp expects times above 0 ms, got rise_time={rise_time}, fall_time={fall_time}: "
            "they say after how many milliseconds the effect has fallen to 1/e"
        )
    lag = torch.as_tensor(lag, dtype=torch.float32)
    grows = rise * torch.exp(-lag.clamp(min=0) / rise_time)
    shrinks = fall * torch.exp(lag.clamp(max=0) / fall_time)
    return grows * (lag > 0) - shrinks * (lag < 0)


def stdp_change(
    before: torch.Tensor | Sequence[float], after: torch.Tensor | Sequence[float], **window: float
) -> torch.Tensor:
    """Return the total change of a synapse from two spike trains, every pair counted once.

    before (M,), after (N,): times in milliseconds of the spikes of the sending and of the
    receiving neuron. window: the keywords of `stdp`.
    """
    before, after = torch.as_tensor(before), torch.as_tensor(after)
    return stdp(after.unsqueeze(0) - before.unsqueeze(1), **window).sum()


def poisson_spikes(
    rate: float, duration: float, generator: torch.Generator | None = None
) -> torch.Tensor:
    """Return spike times of a neuron that fires at random: (K,) milliseconds, sorted.

    rate: mean spikes per second. duration: length of the train in milliseconds.
    """
    if rate < 0 or duration <= 0:
        raise ValueError(
            f"poisson_spikes expects rate ≥ 0 per second and duration > 0 ms, "
            f"got rate={rate}, duration={duration}"
        )
    expected = torch.tensor(rate * duration / 1000)
    count = int(torch.poisson(expected, generator=generator))
    return torch.sort(torch.rand(count, generator=generator) * duration).values


def _output(weights: torch.Tensor, x: torch.Tensor, name: str) -> torch.Tensor:
    if weights.shape != x.shape:
        raise ValueError(
            f"{name}(weights, x) expects one weight per input, got weights "
            f"{tuple(weights.shape)} and x {tuple(x.shape)}: pass one sample at a time"
        )
    return torch.dot(weights, x)
