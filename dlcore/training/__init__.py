"""Learning: optimisers, the one training loop, and checkpoints that survive a power cut."""

from dlcore.autodiff import faster
from dlcore.training import distributed
from dlcore.training.adaptive import LAMB, Adagrad, Adam, AdamW, RMSprop
from dlcore.training.average import EMA
from dlcore.training.checkpoint import Checkpoint
from dlcore.training.clip import clip_grad_norm_, clip_grad_value_
from dlcore.training.compile import CapturedStep, CompiledStep, rates_as_tensors
from dlcore.training.fast_adam import AdamInBlocks, AdamWInBlocks
from dlcore.training.cycle import CyclicLR, OneCycleLR
from dlcore.training.history import History
from dlcore.training.loop import evaluate, fit, train_step
from dlcore.training.muon import Muon
from dlcore.training.optim import SGD, Optimizer
from dlcore.training.plateau import ReduceLROnPlateau
from dlcore.training.progress import progress
from dlcore.training.run import Run
from dlcore.training.schedule import (
    ConstantLR, CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, MultiStepLR, PolynomialLR,
    Schedule, SequentialLR, StepLR, WarmupCosineLR,
)  # fmt: skip
from dlcore.training.weights import load_weights, save_weights

faster.register(AdamInBlocks, AdamWInBlocks)

READING_ORDER = (
    "optim", "schedule", "cycle", "plateau", "history", "checkpoint", "weights",
    "distributed", "run", "progress", "loop", "clip",
    "adaptive", "muon", "fast_adam", "average", "compile",
)  # fmt: skip
__all__ = [
    "Adagrad", "Adam", "AdamInBlocks", "AdamW", "AdamWInBlocks", "CapturedStep", "Checkpoint",
    "clip_grad_norm_", "clip_grad_value_", "CompiledStep", "ConstantLR", "CosineAnnealingLR",
    "CyclicLR", "distributed", "EMA", "evaluate", "ExponentialLR", "fit", "History", "LAMB",
    "LambdaLR", "LinearLR", "load_weights", "MultiStepLR", "Muon", "OneCycleLR", "Optimizer",
    "PolynomialLR", "progress", "rates_as_tensors", "ReduceLROnPlateau", "RMSprop", "Run",
    "save_weights", "Schedule", "SequentialLR", "SGD", "StepLR", "train_step", "WarmupCosineLR",
]  # fmt: skip
