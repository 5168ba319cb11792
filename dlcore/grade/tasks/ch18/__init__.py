"""The exercises of chapter 18."""

from dlcore.grade.tasks.ch18.apart import APART
from dlcore.grade.tasks.ch18.asking import ASKING
from dlcore.grade.tasks.ch18.bars import BARS_OF_TWO
from dlcore.grade.tasks.ch18.doubts import DOUBTS
from dlcore.grade.tasks.ch18.floors import FLOORS
from dlcore.grade.tasks.ch18.jumps import JUMPS
from dlcore.grade.tasks.ch18.mixtures import MIXTURES
from dlcore.grade.tasks.ch18.pieces import PIECES
from dlcore.grade.tasks.ch18.tables import TABLES

TASKS = [
    *TABLES, *FLOORS, *ASKING, *PIECES, *APART, *DOUBTS, *JUMPS, *BARS_OF_TWO, *MIXTURES,
]  # fmt: skip
