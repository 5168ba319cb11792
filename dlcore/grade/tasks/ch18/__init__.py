"""The exercises of chapter 18."""

from dlcore.grade.tasks.ch18.apart import APART
from dlcore.grade.tasks.ch18.asking import ASKING
from dlcore.grade.tasks.ch18.floors import FLOORS
from dlcore.grade.tasks.ch18.pieces import PIECES
from dlcore.grade.tasks.ch18.tables import TABLES

TASKS = [*TABLES, *FLOORS, *ASKING, *PIECES, *APART]
