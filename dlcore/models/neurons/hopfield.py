"""1982, Hopfield: a memory that falls downhill into what it has stored (chapter 1).

J. J. Hopfield, "Neural networks and physical systems with emergent collective computational
abilities", PNAS 79, 2554–2558, doi:10.1073/pnas.79.8.2554. `store_exactly` is the projection rule
of Personnaz, Guyon and Dreyfus (1985); see Kanter and Sompolinsky (1987),
doi:10.1103/PhysRevA.35.380.
"""

from __future__ import annotations

import torch


class Hopfield:
    """N units of value −1 or +1, all joined with all by symmetric weights, none with itself.

    E(s) = −½ Σ_ij s_i W_ij s_j + Σ_i θ_i s_i

    weights W (N, N), threshold θ (N,), both zero at first. Update of unit i, one at a time:
    s_i = sign(Σ_j W_ij s_j − θ_i), unchanged if that sum is 0. Such a step never raises E. Weights
    that `store` makes are whole numbers: sums and ties are exact on every machine.
    """

    def __init__(self, units: int, device: torch.device | str | None = None):
        if units < 1:
            raise ValueError(f"Hopfield(units) expects at least 1 unit, got {units}")
        self.weights = torch.zeros(units, units, device=device)
        self.threshold = torch.zeros(units, device=device)

    def store(self, patterns: torch.Tensor) -> Hopfield:
        """Add patterns (P, N) of −1 and +1 by Hebb's rule: W_ij += Σ_p s_i s_j, W_ii = 0."""
        patterns = self._checked(patterns, "store")
        self.weights += patterns.T @ patterns
        self.weights.fill_diagonal_(0)
        return self

    def store_exactly(self, patterns):
        """Make the patterns (P, N) fixed points: W projects on their span, W_ii = 0.

        Replaces what was stored. Needs all patterns at once, so it is no local rule.
        """
        patterns = self._checked(patterns, "store_exactly")
        self.weights = torch.linalg.pinv(patterns) @ patterns
        self.weights = (self.weights + self.weights.T) / 2
        self.weights.fill_diagonal_(0)
        return self

    def energy(self, state: torch.Tensor) -> torch.Tensor:
        """Return E of states (…, N) as (…)."""
        state = self._checked(state, "energy")
        return ((-0.5 * state @ self.weights + self.threshold) * state).sum(-1)

    def recall(self, state, sweeps=20, generator=None):
        """Return where states (…, N) come to rest, units updated one at a time.

        A sweep asks all units once, in random order. Stops after one in which no unit
        of any state changed, or after `sweeps` of them.
        """
        state = self._checked(state, "recall").clone()
        for _ in range(sweeps):
            before = state.clone()
            for i in self._order(generator):
                self._update(state, i)
            if torch.equal(before, state):
                break
        return state

    def trace(
        self, state: torch.Tensor, sweeps: int = 20, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        """Return the energy before and after every single update on the way to rest: (K + 1,)."""
        state = self._checked(state, "trace").clone()
        energies = [self.energy(state)]
        for _ in range(sweeps):
            before = state.clone()
            for i in self._order(generator):
                self._update(state, i)
                energies.append(self.energy(state))
            if torch.equal(before, state):
                break
        return torch.stack(energies)

    def together(self, state: torch.Tensor) -> torch.Tensor:
        """Return states (…, N) after all units were updated at once, as in Little (1974).

        This may raise E, and repeated it may swing between two states for ever.
        """
        state = self._checked(state, "together")
        return _decide(state @ self.weights - self.threshold, state)

    def _update(self, state: torch.Tensor, i: int) -> None:
        pull = state @ self.weights[i] - self.threshold[i]
        state[..., i] = _decide(pull, state[..., i])

    def _order(self, generator: torch.Generator | None) -> list[int]:
        return torch.randperm(len(self.weights), generator=generator).tolist()

    def _checked(self, values: torch.Tensor, name: str) -> torch.Tensor:
        values = torch.as_tensor(values, dtype=self.weights.dtype, device=self.weights.device)
        if values.shape[-1:] != self.threshold.shape:
            raise ValueError(
                f"Hopfield.{name} expects {len(self.threshold)} values per pattern, "
                f"got shape {tuple(values.shape)}: flatten each picture into one row"
            )
        if not (values.abs() == 1).all():
            raise ValueError(
                f"Hopfield.{name} expects −1 and +1 only, got values from {values.min():g} to "
                f"{values.max():g}: write 2 * x - 1 if yours are 0 and 1"
            )
        return values


def _decide(pull: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
    """Return the sign of the pull, and the old state where nothing pulls."""
    return torch.where(pull == 0, state, torch.sign(pull))


def flip(
    patterns: torch.Tensor, fraction: float, generator: torch.Generator | None = None
) -> torch.Tensor:
    """Return patterns (…, N) of −1 and +1 with a random `fraction` of each one's values negated."""
    if not 0 <= fraction <= 1:
        raise ValueError(f"flip(fraction) expects a fraction from 0 to 1, got {fraction}")
    count = round(fraction * patterns.shape[-1])
    rank = torch.rand(patterns.shape, generator=generator).argsort(-1).argsort(-1)
    return torch.where((rank < count).to(patterns.device), -patterns, patterns)
