"""The exercises of chapter 4."""

from dlcore.grade.tasks.ch04.curves import CURVES
from dlcore.grade.tasks.ch04.evidence import EVIDENCE
from dlcore.grade.tasks.ch04.losses import LOSSES
from dlcore.grade.tasks.ch04.maximum import MAXIMUM
from dlcore.grade.tasks.ch04.pairs import PAIRS
from dlcore.grade.tasks.ch04.pieces import PIECES

TASKS = [*CURVES, MAXIMUM, *LOSSES, PAIRS, *PIECES, *EVIDENCE]
