"""1957, Frank Rosenblatt: a threshold unit that learns from its own mistakes (chapter 2).

F. Rosenblatt, The Perceptron: a perceiving and recognizing automaton, Cornell Aeronautical
Laboratory report 85-460-1 (1957); Psychological Review 65, 386-408 (1958),
doi:10.1037/h0042519. B. Widrow and M. E. Hoff, Adaptive switching circuits, IRE WESCON
Convention Record 4, 96-104 (1960).

Axes: N examples, I inputs, S sensory units, A association units, R response units.
"""

from __future__ import annotations

import torch

from dlcore.models.neurons.neuron import threshold_layer


class LinearUnit:
    """One weighted sum z = w·x + b, answered by its sign.   x (N, I)   w (I,)   z (N,)

    The answer is +1 or -1, and 0 (undecided) where the sum is exactly 0. Learning starts from
    weights of zero; a subclass says in `learn` how one example changes them.
    """

    def __init__(self, in_features: int, bias: bool = True):
        if in_features < 1:
            raise ValueError(f"a unit needs at least 1 input, got in_features={in_features}")
        self.in_features = in_features
        self.weight = torch.zeros(in_features)
        self.bias = torch.zeros(()) if bias else None

    def score(self, x: torch.Tensor) -> torch.Tensor:
        """The weighted sums: (N,) for x (N, I), a single number for x (I,)."""
        if x.shape[-1] != self.in_features:
            raise ValueError(
                f"{type(self).__name__}(in_features={self.in_features}) got x with "
                f"{x.shape[-1]} features, shape {tuple(x.shape)}"
            )
        z = x @ self.weight
        return z if self.bias is None else z + self.bias

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The answers +1, -1, or 0 for undecided: (N,) for x (N, I)."""
        return self.score(x).sign()

    def move(self, x: torch.Tensor, amount: torch.Tensor | float) -> None:
        """Add amount · x to the weights and amount · 1 to the bias."""
        self.weight = self.weight + amount * x
        if self.bias is not None:
            self.bias = self.bias + amount

    def to(self, target: torch.dtype | torch.device | str) -> LinearUnit:
        """Carry the weights to another number type or device."""
        self.weight = self.weight.to(target)
        self.bias = None if self.bias is None else self.bias.to(target)
        return self


class Perceptron(LinearUnit):
    """Rosenblatt's error-correction rule: on a wrong answer w ← w + t x, b ← b + t; else nothing.

    The step size is 1: from zero weights another one would only rescale them, and no answer
    would change. Mistakes are at most (R / γ)² where a plane separates the examples with margin
    γ and no example is longer than R: A. B. J. Novikoff, On convergence proofs on perceptrons,
    Symposium on the Mathematical Theory of Automata 12, 615-622 (1962).
    """

    def learn(self, x: torch.Tensor, target: torch.Tensor) -> bool:
        """Show one example, x (I,) and target ±1; True if the answer was wrong."""
        wrong = bool(self(x) != target)
        if wrong:
            self.move(x, target)
        return wrong

    def fit(self, x: torch.Tensor, targets: torch.Tensor, epochs: int = 100) -> list[int]:
        """Show x (N, I) with targets (N,) in order; the number of mistakes of every pass.

        Stops after the first pass without a mistake, or after `epochs` passes.
        """
        targets = checked_targets(x, targets, self.weight)
        mistakes = []
        while len(mistakes) < epochs and 0 not in mistakes:
            mistakes.append(sum(self.learn(row, target) for row, target in zip(x, targets)))
        return mistakes


class Adaline(LinearUnit):
    """Widrow and Hoff's least mean squares (LMS) or delta rule: w ← w + η (t - z) x, always.

    A step down the gradient of the squared error ½ (t - z)² of one example: it compares the
    target with the sum z before the threshold, and moves even if the sign is right.
    """

    def __init__(self, in_features: int, bias: bool = True, lr: float = 0.01):
        super().__init__(in_features, bias)
        if lr <= 0:
            raise ValueError(f"the step size lr must be above 0, got {lr}")
        self.lr = lr

    def learn(self, x: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Show one example, x (I,) and target; the error t - z before the step."""
        error = target - self.score(x)
        self.move(x, self.lr * error)
        return error

    def fit(self, x: torch.Tensor, targets: torch.Tensor, epochs: int = 100) -> list[float]:
        """Show x (N, I) with targets (N,) in order; the mean squared error of every pass."""
        targets = checked_targets(x, targets, self.weight)
        history = []
        for _ in range(epochs):
            errors = torch.stack([self.learn(row, target) for row, target in zip(x, targets)])
            history.append((errors**2).mean().item())
        return history


class AssociationLayer:
    """Fixed random wiring from S to A: an A-unit fires if its signed wires sum to θ or more.

    Each of the A units gets `connections` wires, each from a sensory unit drawn at random and
    exciting (+1) or inhibiting (-1) at random. Nothing here learns.
    x (N, S) of 0 and 1  →  (N, A) of 0 and 1.
    """

    def __init__(
        self, sensory: int, units: int, connections: int = 10, threshold: float = 1.0, seed: int = 0
    ):
        if min(sensory, units, connections) < 1:
            raise ValueError(
                "an association layer needs at least 1 sensory unit, 1 unit and 1 connection, "
                f"got sensory={sensory}, units={units}, connections={connections}"
            )
        source = torch.Generator().manual_seed(seed)
        ends = torch.randint(sensory, (units, connections), generator=source)
        signs = 2.0 * torch.randint(2, (units, connections), generator=source) - 1
        self.weight = torch.zeros(units, sensory).scatter_add_(1, ends, signs)  # (A, S)
        self.threshold = threshold
        self.wires = units * connections

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Which A-units fire: (N, A) for x (N, S)."""
        if x.shape[-1] != self.weight.shape[1]:
            raise ValueError(
                f"AssociationLayer(sensory={self.weight.shape[1]}) got x with {x.shape[-1]} "
                f"sensory signals, shape {tuple(x.shape)}"
            )
        return threshold_layer(x, self.weight, torch.full(self.weight.shape[:1], self.threshold))


class Photoperceptron:
    """Rosenblatt's three layers of units, S → A → R; only the wires from A to R learn.

    x (N, S)  →  answers (N, R), each ±1 or 0 for undecided. Defaults: the Mark I's 400
    photocells, 512 A-units and 8 R-units (J. C. Hay, B. E. Lynch, D. R. Smith, Mark I Perceptron
    Operators' Manual, Cornell Aeronautical Laboratory report VG-1196-G-5, 1960). With up to 40
    wires from a photocell it had at most 16,000: 31 to an A-unit come close.
    """

    def __init__(
        self,
        sensory: int = 400,
        units: int = 512,
        responses: int = 8,
        connections: int = 31,
        threshold: float = 1.0,
        seed: int = 0,
    ):
        if responses < 1:
            raise ValueError(f"a perceptron needs at least 1 response unit, got {responses}")
        self.association = AssociationLayer(sensory, units, connections, threshold, seed)
        self.responses = [Perceptron(units) for _ in range(responses)]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The answers (N, R) to pictures x (N, S)."""
        return torch.sign(self.score(x))

    def score(self, x: torch.Tensor) -> torch.Tensor:
        """What each R-unit sums: (N, R) for x (N, S)."""
        active = self.association(x)
        return torch.stack([unit.score(active) for unit in self.responses], -1)

    def fit(self, x: torch.Tensor, targets: torch.Tensor, epochs: int = 100) -> list[list[int]]:
        """Teach every R-unit its own column of targets (N, R), each ±1.

        Returns one list per R-unit: its mistakes in every pass.
        """
        if targets.ndim != 2 or targets.shape[1] != len(self.responses):
            raise ValueError(
                f"{len(self.responses)} response units expect targets of shape "
                f"(N, {len(self.responses)}), got {tuple(targets.shape)}"
            )
        active = self.association(x)
        return [unit.fit(active, goal, epochs) for unit, goal in zip(self.responses, targets.T)]

    def multiply_adds(self) -> dict[str, int]:
        """Work for one picture: every pair of units, and only the wires that are there."""
        units, sensory = self.association.weight.shape
        last = units * len(self.responses)
        return {"all pairs": units * sensory + last, "wired": self.association.wires + last}


def checked_targets(x: torch.Tensor, targets: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """The targets in the weights' number type; ValueError unless there is one ±1 per row of x."""
    if targets.shape != x.shape[:1]:
        raise ValueError(
            f"fit expects one target per example, shape ({len(x)},), got {tuple(targets.shape)}"
        )
    if not bool((targets.abs() == 1).all()):
        raise ValueError(
            f"targets must be +1 or -1, got {sorted(set(targets.tolist()))[:4]}: "
            "labels 0 and 1 become targets with 2 * y - 1"
        )
    return targets.to(like)
