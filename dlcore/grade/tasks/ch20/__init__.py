"""The exercises of chapter 20."""

from dlcore.grade.tasks.ch20.best import BESTS
from dlcore.grade.tasks.ch20.built import BUILTS
from dlcore.grade.tasks.ch20.controls import CONTROLS
from dlcore.grade.tasks.ch20.copies import LOOKS
from dlcore.grade.tasks.ch20.judges import JUDGES
from dlcore.grade.tasks.ch20.pairs import PAIRS
from dlcore.grade.tasks.ch20.splits import SPLITS
from dlcore.grade.tasks.ch20.starts import STARTS
from dlcore.grade.tasks.ch20.tenants import TENANTS

TASKS = [
    *CONTROLS, *TENANTS, *SPLITS, *STARTS, *BUILTS, *LOOKS, *BESTS, *PAIRS, *JUDGES,
]  # fmt: skip
