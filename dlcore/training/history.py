"""What a training run has measured: losses and metrics, with the seconds kept apart from them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class History:
    """The record of one run; two runs with the same seed have equal histories.

    losses   the loss of every step, in order
    epochs   {"loss": [...], "val_loss": [...], …}: one number per epoch. "loss" is the mean over
             the examples as they were met during the epoch, "val_…" is measured at its end
    seconds  how long each epoch took; no part of a comparison with ==
    """

    losses: list[float] = field(default_factory=list)
    epochs: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list, compare=False)

    def __len__(self) -> int:
        """The number of finished epochs."""
        return len(self.seconds)

    def __getitem__(self, name: str) -> list[float]:
        """One of `epochs` by name: history["val_loss"]."""
        if name not in self.epochs:
            known = ", ".join(self.epochs) or "nothing yet: no epoch is finished"
            raise KeyError(f"no {name!r} was recorded: there is {known}")
        return self.epochs[name]

    def add_epoch(self, values: dict[str, float], seconds: float) -> None:
        """Append one number per name, and the epoch's duration."""
        for name, value in values.items():
            self.epochs.setdefault(name, []).append(value)
        self.seconds.append(seconds)
