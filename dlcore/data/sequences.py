"""Generated sequences, each a picture of one question about memory (chapter 7).

Time is the first axis, x (T, N, I), as recurrent layers have it. Every function takes the number of
sequences first and a `seed` last, and draws from its own generator (torch's global one is left
alone).
"""

from typing import NamedTuple

import torch

from dlcore.data.toys import generator


class Sequences(NamedTuple):
    """x (T, N, I) float32; y (N,) or (T, N): a class number (int64) or a number (float32)."""

    x: torch.Tensor
    y: torch.Tensor


def latch(count: int, lag: int, symbols: int = 4, seed: int = 0) -> Sequences:
    """Which symbol stood at the beginning? It is asked `lag` steps later, after other symbols.

    x (lag + 1, N, 2·symbols): the first symbol is one of the first half, the others, drawn anew at
    each step, of the second half. y (N,). After S. Hochreiter and J. Schmidhuber (1997),
    https://doi.org/10.1162/neco.1997.9.8.1735, whose tasks of this kind have longer lags.
    """
    _at_least(1, count=count, lag=lag, symbols=symbols)
    source = generator(seed)
    y = torch.randint(symbols, (count,), generator=source)
    others = torch.randint(symbols, (lag, count), generator=source) + symbols
    return Sequences(one_hot(torch.cat([y[None], others]), 2 * symbols), y)


def adding(count: int, length: int, seed: int = 0) -> Sequences:
    """The sum of two marked numbers, one in each half of the sequence.

    x (length, N, 2): numbers in 0..1, and marks: 1 at two places, else 0. y (N,) in 0..2. Answering
    1 to all has mean squared error 1/6. After S. Hochreiter and J. Schmidhuber (1997),
    https://doi.org/10.1162/neco.1997.9.8.1735, without its markers of the ends.
    """
    _at_least(2, length=length)
    _at_least(1, count=count)
    source, half = generator(seed), length // 2
    numbers, marks = torch.rand((length, count), generator=source), torch.zeros(length, count)
    which = torch.arange(count)
    marks[torch.randint(half, (count,), generator=source), which] = 1
    marks[torch.randint(half, length, (count,), generator=source), which] = 1
    return Sequences(torch.stack([numbers, marks], 2), (numbers * marks).sum(0))


def meter(count: int, length: int, gaps: tuple[int, int] = (3, 12), seed: int = 0) -> Sequences:
    """The sum since the last marker, as on a taxi's meter: a stream without an end.

    x (length, N, 2): amounts in 0..1, and 1 at a marker, else 0; the first step is one, and from
    one to the next there are gaps[0] to gaps[1] steps. y (length, N): the sum of the amounts from
    the last marker on, divided by gaps[1], so in 0..1.
    """
    _at_least(1, count=count, length=length, shortest=gaps[0])
    source = generator(seed)
    amounts = torch.rand((length, count), generator=source, dtype=torch.float64)
    drawn = torch.randint(gaps[0], gaps[1] + 1, (length, count), generator=source)
    places = torch.cat([torch.zeros(1, count, dtype=torch.int64), drawn.cumsum(0)])
    marks = torch.zeros(int(places.max()) + 1, count, dtype=torch.float64)
    marks = marks.scatter_(0, places, 1.0)[:length]
    total = amounts.cumsum(0)
    before = ((total - amounts) * marks).cummax(0).values  # the total when the meter was set back
    return Sequences(torch.stack([amounts, marks], 2).float(), ((total - before) / gaps[1]).float())


def rhythms(count: int, interval: int = 8, beats: int = 3, seed: int = 0) -> Sequences:
    """Spikes every `interval` steps (y 0) or every `interval` − 1 steps (y 1).

    x (beats · interval, N, 1), the first spike somewhere in the first interval; y (N,). After
    F. Gers and J. Schmidhuber (2000), https://doi.org/10.1109/IJCNN.2000.861302: 50 or 49 steps.
    """
    _at_least(2, interval=interval)
    _at_least(1, count=count, beats=beats)
    source = generator(seed)
    y = torch.randint(2, (count,), generator=source)
    since = torch.arange(beats * interval)[:, None] - torch.randint(
        interval - 1, (count,), generator=source
    )
    return Sequences(((since >= 0) & (since % (interval - y) == 0)).float()[:, :, None], y)


def rises(count: int, length: int, symbols: int = 6, seed: int = 0) -> Sequences:
    """At each step: is the *next* number larger than this one? (At the last step: no.)

    x (length, N, symbols) one-hot numbers; y (length, N), 0 or 1.
    """
    _at_least(1, count=count, length=length, symbols=symbols)
    numbers = torch.randint(symbols, (length, count), generator=generator(seed))
    following = torch.cat([numbers[1:], torch.zeros(1, count, dtype=torch.int64)])
    return Sequences(one_hot(numbers, symbols), (following > numbers).long())


def one_hot(numbers: torch.Tensor, kinds: int) -> torch.Tensor:
    """Integers (…) below `kinds` as rows (…, kinds): 1 at the number's place, else 0."""
    return torch.eye(kinds)[numbers]


def _at_least(lowest: int, **sizes: int) -> None:
    for name, value in sizes.items():
        if value < lowest:
            raise ValueError(f"{name} must be at least {lowest}, got {value}")
