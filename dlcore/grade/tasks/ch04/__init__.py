"""The exercises of chapter 4."""

from dlcore.grade.tasks.ch04.curves import CURVES
from dlcore.grade.tasks.ch04.evidence import EVIDENCE
from dlcore.grade.tasks.ch04.losses import LOSSES
from dlcore.grade.tasks.ch04.pieces import PIECES

TASKS = [*CURVES, *LOSSES, *PIECES, *EVIDENCE]
