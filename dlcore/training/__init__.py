"""Learning: optimisers, the one training loop, and checkpoints that survive a power cut."""

from dlcore.training.checkpoint import Checkpoint
from dlcore.training.history import History
from dlcore.training.loop import evaluate, fit, train_step
from dlcore.training.optim import SGD, Optimizer
from dlcore.training.progress import progress
from dlcore.training.run import Run

READING_ORDER = ("optim", "history", "checkpoint", "run", "progress", "loop")
__all__ = [
    "SGD",
    "Checkpoint",
    "History",
    "Optimizer",
    "Run",
    "evaluate",
    "fit",
    "progress",
    "train_step",
]
