"""1951, Minsky and Edmonds: SNARC, 40 synapses with motors, rewarded in a maze (chapter 1).

Stochastic Neural Analog Reinforcement Calculator. Each synapse let a signal through with the
probability set on a knob, a capacitor remembered for seconds that it had, and a reward made one
motor turn up every knob whose clutch the capacitor held. Source: M. Minsky, Web of Stories, 137,
https://webofstories.com/play/53179. How its maze was wired is not recorded: the maze is ours.
"""

from __future__ import annotations

import math
import random
from collections.abc import Hashable, Iterable, Sequence

Place = Hashable  # such as (row, column)


def passages(rows: Sequence[str]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return all moves between open neighbours of a maze as [((row, column), (row, column))].

    rows: text lines of equal length, "#" for a wall, anything else open. A passage that can be
    walked both ways counts twice.
    """
    if len({len(row) for row in rows}) != 1:
        raise ValueError(
            f"passages(rows) expects lines of one length, got lengths {[len(r) for r in rows]}: "
            "fill the short lines with #"
        )
    open_cells = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell != "#"]
    steps = [(0, 1), (1, 0), (0, -1), (-1, 0)]
    moves = [((r, c), (r + down, c + right)) for r, c in open_cells for down, right in steps]
    return [move for move in moves if move[1] in open_cells]


class Snarc:
    """A machine with one synapse per passage of its maze.

    knobs:  probability, 0 … 1, that each synapse lets a signal through
    charge: how well each capacitor remembers that it did, 1 just now, falling by 1/e per `memory`
            moves

    A reward turns knob i by turn · charge_i · (1 − knob_i); nothing ever turns a knob down.
    """

    def __init__(
        self,
        passages: Iterable[tuple[Place, Place]],
        knob: float = 0.1,
        turn: float = 0.05,
        memory: float = 5.0,
        seed: int = 0,
    ):
        if not 0 < knob <= 1 or not 0 <= turn <= 1 or memory <= 0:
            raise ValueError(
                "Snarc expects 0 < knob ≤ 1, 0 ≤ turn ≤ 1 and memory > 0 moves, "
                f"got knob={knob}, turn={turn}, memory={memory}"
            )
        self.passages = list(passages)
        self.knobs = [float(knob)] * len(self.passages)
        self.charge = [0.0] * len(self.passages)
        self.turn, self.keep = turn, math.exp(-1 / memory)
        self.random = random.Random(seed)
        self.leaving = {}
        for synapse, (here, _) in enumerate(self.passages):
            self.leaving.setdefault(here, []).append(synapse)

    def move(self, here):
        """Send signals to the synapses of `here` until one gets through; return its end.

        If several let the same signal through, chance decides between them.
        """
        if here not in self.leaving:
            raise ValueError(f"Snarc.move expects a way out, {here} has none")
        ways, fired = self.leaving[here], []
        while not fired:
            fired = [s for s in ways if self.random.random() < self.knobs[s]]
        synapse = self.random.choice(fired)
        self.charge = [charge * self.keep for charge in self.charge]
        self.charge[synapse] = 1.0
        return self.passages[synapse][1]

    def reward(self) -> None:
        """Run the motor once: each knob turns up as far as its clutch is held."""
        self.knobs = [k + self.turn * c * (1 - k) for k, c in zip(self.knobs, self.charge)]

    def run(self, start: Place, goal: Place) -> list[Place]:
        """Walk from start to goal with empty capacitors, reward once; return the places visited."""
        if goal not in self._within_reach(start):
            raise ValueError(f"Snarc.run expects a goal in reach, no way from {start} to {goal}")
        self.charge = [0.0] * len(self.passages)
        path = [start]
        while path[-1] != goal:
            path.append(self.move(path[-1]))
        self.reward()
        return path

    def _within_reach(self, start: Place) -> list[Place]:
        places = [start]
        for place in places:
            ends = (self.passages[synapse][1] for synapse in self.leaving.get(place, ()))
            places += [end for end in ends if end not in places]
        return places
