"""What a task is: a statement, a generator of inputs, an oracle, and the mistakes it recognises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcore.grade.plain import Formula, pack, unpack_inputs

KINDS = ("code", "choose", "debug", "predict", "pencil", "why")
SECTION = r"ch\d\d_\w+\.ipynb#[\w-]+"


@dataclass(frozen=True)
class Symptom:
    """A mistake and how it is recognised, by one of two ways.

    sentence: what the learner reads: what is seen and where to look, never the answer.
    mimics(*inputs): gives what the mistake gives; it must equal the answer in every case.
    when(answer, expected, *inputs): True for the mistake; it must hold in every case that failed.
    """

    sentence: str
    mimics: Callable[..., Any] | None = None
    when: Callable[..., bool] | None = None

    def __post_init__(self) -> None:
        if (self.mimics is None) == (self.when is None):
            raise ValueError(f"Symptom({self.sentence!r}) needs either mimics= or when=, not both")


@dataclass(frozen=True)
class Again:
    """One more call, behind all cases: what a statement demands that one call cannot show.

    of: the number of the case whose inputs it takes. change(*inputs): the inputs to take in their
    place, a tuple. must(first, second): whether the answers to the case and to this call are as
    demanded; not asked unless both are right by themselves. sentence: what to tell if they are not.
    """

    of: int
    sentence: str
    must: Callable[[Any, Any], bool] | None = None
    change: Callable[..., tuple] | None = None


class Guess(str):
    """What a judge says of a mistake that it suspects; told only if all failing cases allow it.

    every: all the sentences that would explain the answer. otherwise: what is true in any case.
    """

    every: tuple[str, ...]
    otherwise: str

    def __new__(cls, every: Sequence[str], otherwise: str) -> Guess:
        guess = super().__new__(cls, every[0])
        guess.every, guess.otherwise = tuple(every), otherwise
        return guess


@dataclass(frozen=True)
class Task:
    """One exercise: what is asked, on which inputs, and what is right.

    id: "3.2", chapter and number. function: the name of the function the learner writes.
    statement: Markdown. generate(rng, case): the arguments of case 0, 1, …, a tuple of torch
    tensors, numbers, texts, lists of these or a `Formula`; `rng` is a NumPy Generator.
    Right is either what `oracle(*inputs)` returns, within `tolerance`, or every answer for which
    `judge(answer, *inputs)` returns None; for others it returns a sentence with the symptom.
    An answer is wrong if the function changed its inputs, unless `in_place`. again: calls behind
    the cases. returns: what the statement calls the values of the answer, where there are several.
    taught: the section that teaches it, "ch06_convolution.ipynb#the-operation".
    """

    id: str
    title: str
    points: int
    function: str
    statement: str
    generate: Callable[[np.random.Generator, int], tuple]
    oracle: Callable[..., Any] | None = None
    judge: Callable[..., str | None] | None = None
    symptoms: Iterable[Symptom] = field(default=())
    cases: int = 6
    tolerance: float = 1e-6
    kind: str = "code"
    returns: tuple[str, ...] = ()
    taught: str = ""
    again: Iterable[Again] = ()
    in_place: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"(0|[1-9]\d*)\.[1-9]\d*", self.id):
            raise ValueError(f'Task(id) expects chapter.number such as "3.2", got {self.id!r}')
        if not self.function.isidentifier():
            raise ValueError(f"task {self.id}: function={self.function!r} is no name of Python's")
        if (self.oracle is None) == (self.judge is None):
            raise ValueError(f"task {self.id} needs either oracle= or judge=, not both")
        if self.points < 1 or self.cases < 1:
            raise ValueError(f"task {self.id} needs at least one point and one case")
        if self.kind not in KINDS:
            raise ValueError(f"task {self.id}: kind={self.kind!r} is none of {', '.join(KINDS)}")
        if self.taught and not re.fullmatch(SECTION, self.taught):
            raise ValueError(
                f"task {self.id}: taught={self.taught!r} is no section such as "
                '"ch06_convolution.ipynb#the-operation"'
            )

    @property
    def chapter(self) -> int:
        """The chapter that it belongs to: 3 of "3.2"."""
        return int(self.id.split(".")[0])

    @property
    def order(self) -> tuple[int, ...]:
        """(chapter, number), by which tasks are sorted."""
        return tuple(int(part) for part in self.id.split("."))

    def draw(self, seed: int) -> list[list[Any]]:
        """Return the packed inputs of all calls; the same seed gives the same inputs."""
        cases = [self._case(seed, case) for case in range(self.cases)]
        return cases + [self._again(more, cases[more.of]) for more in self.again]

    def _case(self, seed: int, case: int) -> list[Any]:
        inputs = self.generate(np.random.default_rng([seed, *self.order, case]), case)
        if not isinstance(inputs, tuple):
            raise TypeError(
                f"task {self.id}: generate returns a tuple of arguments, got "
                f"{type(inputs).__name__}; one argument x is returned as (x,)"
            )
        return [pack(value) for value in inputs]

    def _again(self, more: Again, case: list[Any]) -> list[Any]:
        if more.change is None:
            return case
        return [pack(value) for value in more.change(*unpack_inputs(case))]


__all__ = ["KINDS", "Again", "Formula", "Guess", "Symptom", "Task"]
