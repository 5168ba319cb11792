"""1943, McCulloch and Pitts: nets of all-or-none threshold neurons (chapter 1).

W. S. McCulloch, W. Pitts, "A logical calculus of the ideas immanent in nervous activity",
Bulletin of Mathematical Biophysics 5, 115–133, doi:10.1007/BF02478259. The construction of
`automaton` follows S. C. Kleene (1956), doi:10.1515/9781400882618-002.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import torch

Table = Mapping[tuple[str, str], str]  # {(state, symbol): next state} of a machine


class Neuron(NamedTuple):
    """One neuron: it fires at t + 1 if, at t, at least `threshold` of its excitatory synapses
    are active and none of its inhibitory ones is.

    excite:  names of the neurons that excite it; a name given twice makes two synapses.
    inhibit: names of the neurons of which a single one is enough to forbid firing.
    """

    excite: tuple[str, ...] = ()
    inhibit: tuple[str, ...] = ()
    threshold: int = 1


class NerveNet:
    """Neurons joined by synapses; every synapse takes one step of time.

    inputs:  names of the afferents, the neurons that the outside world makes fire.
    neurons: {name: Neuron}, in any order; a net may contain circles.

        xor = NerveNet(["a", "b"], {"only a": Neuron(["a"], ["b"]),
                                    "only b": Neuron(["b"], ["a"]),
                                    "xor": Neuron(["only a", "only b"])})

    No synapse has a strength and none ever changes. ValueError for a synapse that comes from a
    neuron the net does not have, and for a name that is used twice.
    """

    def __init__(self, inputs: Iterable[str], neurons: Mapping[str, Neuron]):
        self.inputs, self.neurons = tuple(inputs), dict(neurons)
        self.names = (*self.inputs, *self.neurons)
        _check_names(self.names, self.neurons)
        place = {name: i for i, name in enumerate(self.names)}
        self.excite = torch.zeros(len(self.neurons), len(self.names))
        self.inhibit = torch.zeros(len(self.neurons), len(self.names))
        for row, neuron in enumerate(self.neurons.values()):
            for name in neuron.excite:
                self.excite[row, place[name]] += 1
            for name in neuron.inhibit:
                self.inhibit[row, place[name]] = 1
        self.threshold = torch.tensor([float(n.threshold) for n in self.neurons.values()])

    def step(self, active):
        """Return which neurons fire one step later: (N, names) → (N, neurons), 0/1."""
        excited = active @ self.excite.T >= self.threshold
        forbidden = active @ self.inhibit.T > 0
        return (excited & ~forbidden).float()

    def run(self, signals: Mapping[str, Any], steps: int | None = None) -> dict[str, torch.Tensor]:
        """Return what every neuron does in time as {name: (steps,) 0/1}, all silent at first.

        signals: {input name: sequence of 0/1}; an input is silent after its sequence ends.
        steps: number of moments, by default the length of the longest sequence.
        """
        columns = self._columns(signals)
        steps = max(len(column) for column in columns) if steps is None else steps
        history = torch.zeros(steps, len(self.names))
        for i, column in enumerate(columns):
            history[: len(column), i] = column[:steps]
        for t in range(1, steps):
            history[t, len(self.inputs) :] = self.step(history[t - 1 : t])[0]
        return dict(zip(self.names, history.long().T))

    def settle(self, signals: Mapping[str, Any]) -> dict[str, torch.Tensor]:
        """Hold each input still until the net is still; return {name: (N,) 0/1} for N cases.

        signals: {input name: (N,) 0/1}. A net without circles settles within as many steps as it
        has neurons; RuntimeError if this one, because of a circle, does not.
        """
        columns = self._columns(signals)
        if len({len(column) for column in columns}) != 1:
            raise ValueError(
                f"NerveNet.settle expects as many cases for each input, got "
                f"{[len(column) for column in columns]} for {list(self.inputs)}"
            )
        held = torch.stack(columns, dim=1)
        state = torch.zeros(len(held), len(self.neurons))
        for _ in range(len(self.neurons) + 1):
            before, state = state, self.step(torch.cat([held, state], dim=1))
            if torch.equal(before, state):
                return dict(zip(self.names, torch.cat([held, state], dim=1).long().T))
        raise RuntimeError(
            "NerveNet.settle expects a net that comes to rest, this one keeps changing: "
            "it has a circle, use run() to watch it in time"
        )

    def _columns(self, signals: Mapping[str, Any]) -> list[torch.Tensor]:
        if set(signals) != set(self.inputs):
            raise ValueError(
                f"NerveNet expects signals for the inputs {sorted(self.inputs)}, "
                f"got {sorted(signals)}: give one sequence of 0 and 1 per input"
            )
        columns = [torch.as_tensor(signals[name]).float().flatten() for name in self.inputs]
        for name, column in zip(self.inputs, columns):
            if not ((column == 0) | (column == 1)).all():
                raise ValueError(
                    f"NerveNet input {name!r} expects 0 and 1 only, got {column.tolist()[:8]}: "
                    "a neuron fires or it does not"
                )
        return columns


def _check_names(names: Sequence[str], neurons: Mapping[str, Neuron]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"NerveNet expects each name once, got {twice} twice: rename one of them")
    for name, neuron in neurons.items():
        for source in (*neuron.excite, *neuron.inhibit):
            if source not in names:
                raise ValueError(
                    f"NerveNet neuron {name!r} has a synapse from {source!r}, which is neither an "
                    f"input nor a neuron of this net: it has {list(names)}"
                )


def automaton(table: Table, start: str) -> NerveNet:
    """Return a NerveNet that is the finite-state machine `table`, one neuron per row.

    table: {(state, symbol): next state} with text for states and symbols.
    start: the state before the first symbol.

    Neuron "s,x" fires one step after symbol x arrived in state s. Feed it with `pulses`. The
    machine is in state q if a neuron fires whose row leads to q. Source: Kleene (1956).
    """
    states = sorted({start, *table.values(), *(state for state, _ in table)})
    symbols = sorted({symbol for _, symbol in table})
    missing = [(s, x) for s in states for x in symbols if (s, x) not in table]
    if missing:
        raise ValueError(
            f"automaton(table) expects a next state for every state and symbol, "
            f"got none for {missing[0]}: add that row"
        )
    neurons = {}
    for state, symbol in table:
        into = [f"{s},{x}" for (s, x), goal in table.items() if goal == state]
        begin = ["start"] if state == start else []
        neurons[f"{state},{symbol}"] = Neuron((*begin, *into, symbol), (), 2)
    return NerveNet(["start", *symbols], neurons)


def pulses(word: Sequence[Any], symbols: Iterable[Any]) -> dict[str, list[int]]:
    """Return the signals that feed `word` to an automaton, one symbol per step.

    word: sequence of symbols. symbols: all symbols of the machine, as text.
    """
    signals = {str(s): [int(str(letter) == str(s)) for letter in word] + [0] for s in symbols}
    return {"start": [1] + [0] * len(word), **signals}


def final_state(net: NerveNet, table: Table, word: Sequence[Any]) -> str:
    """Return the state in which the automaton `net` of `table` is after a word of ≥ 1 symbols."""
    if len(word) == 0:
        raise ValueError("final_state expects a word of at least one symbol, got an empty one")
    history = net.run(pulses(word, net.inputs[1:]))
    fired = [row for row in table if history[",".join(row)][-1] == 1]
    if len(fired) != 1:
        raise ValueError(
            f"final_state expects a net that fires one neuron per symbol, {len(fired)} fired: "
            f"is every letter of {word!r} one of {net.inputs[1:]}?"
        )
    return table[fired[0]]


def threshold_layer(x, weights, threshold):
    """Return 1.0 where a unit's weighted sum reaches its threshold, else 0.0.

    x (…, N, I)   weights (…, O, I)   threshold (…, O)   result (…, N, O)

    The later form of the unit: a signed weight per input, so that inhibition can
    be outvoted.
    """
    x, weights = torch.as_tensor(x), torch.as_tensor(weights)
    if x.shape[-1] != weights.shape[-1]:
        raise ValueError(
            f"threshold_layer expects one weight per input, got {x.shape[-1]} inputs "
            f"(x {tuple(x.shape)}) and {weights.shape[-1]} weights "
            f"(weights {tuple(weights.shape)})"
        )
    reached = x @ weights.mT >= torch.as_tensor(threshold).unsqueeze(-2)
    return reached.to(x.dtype)
